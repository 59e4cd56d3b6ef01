//! Marks in the traced text: private-use characters that say who wrote what follows. They are taken out before the text
//! is read as YAML, so that YAML never sees one.

/// What is in the text on behalf of the template's own text.
const LITERAL: u32 = 0xF_0000;
/// What hooks and printed values left.
const DYNAMIC: u32 = 0x10_0000;
/// The end of a printed value.
pub(super) const CLOSE: char = '\u{10FFFD}';

/// The mark of a piece of literal text; none when there are too many.
pub(super) fn literal(number: usize) -> Option<char> {
    character(LITERAL, DYNAMIC, number)
}

/// The mark of a hook or a printed value; none when there are too many.
pub(super) fn dynamic(number: usize) -> Option<char> {
    character(DYNAMIC, u32::from(CLOSE), number)
}

/// Whether a text has a character that would be taken for a mark.
pub(super) fn present(text: &str) -> bool {
    text.chars().any(|letter| u32::from(letter) >= LITERAL)
}

fn character(base: u32, end: u32, number: usize) -> Option<char> {
    let code = base.checked_add(u32::try_from(number).ok()?)?;
    // The last two of plane 15 are no characters for some readers; they never meet one.
    (code < end).then(|| char::from_u32(code)).flatten()
}

/// A stretch of the clean text that one hand wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of the print that wrote it.
    pub(super) print: Option<usize>,
    /// Which branches and loops it stands in, by the number of the last mark that said so.
    pub(super) control: Option<usize>,
    /// The number of the last literal mark.
    pub(super) literal: Option<usize>,
}

/// Takes the marks out: the clean text, and who wrote which part. `is_control` tells the two dynamic marks apart.
pub(super) fn strip(marked: &str, is_control: impl Fn(usize) -> bool) -> (String, Vec<Run>) {
    let mut clean = String::with_capacity(marked.len());
    let mut runs = Vec::new();
    let mut run = Run::default();
    for letter in marked.chars() {
        let code = u32::from(letter);
        if code < LITERAL {
            clean.push(letter);
            continue;
        }
        finish(&mut run, clean.len(), &mut runs);
        match code.checked_sub(DYNAMIC) {
            _ if letter == CLOSE => run.print = None,
            Some(number) if is_control(number as usize) => run.control = Some(number as usize),
            Some(number) => run.print = Some(number as usize),
            None => run.literal = Some((code - LITERAL) as usize),
        }
    }
    finish(&mut run, clean.len(), &mut runs);
    (clean, runs)
}

fn finish(run: &mut Run, end: usize, runs: &mut Vec<Run>) {
    run.end = end;
    if run.end > run.start {
        runs.push(run.clone());
    }
    run.start = end;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_leave_the_text_and_stay_as_ranges() {
        let marked = "\u{F0000}a: \u{100001}\"x\"\u{10FFFD}\n\u{100000}\u{F0001}b: 1\n";
        let (clean, runs) = strip(marked, |number| number == 0);
        assert_eq!(clean, "a: \"x\"\nb: 1\n");
        let told: Vec<_> = runs
            .iter()
            .map(|run| (&clean[run.start..run.end], run.print, run.control, run.literal))
            .collect();
        let expected = [
            ("a: ", None, None, Some(0)),
            ("\"x\"", Some(1), None, Some(0)),
            ("\n", None, None, Some(0)),
            ("b: 1\n", None, Some(0), Some(1)),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn there_are_only_so_many_marks() {
        assert_eq!(literal(0x1_0000), None);
        assert_eq!(dynamic(0xFFFD), None);
        assert!(dynamic(0xFFFC).is_some());
    }
}

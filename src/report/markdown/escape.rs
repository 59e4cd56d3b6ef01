//! Texts of users within Markdown: nothing in them is markup, or a mention that calls somebody.

use annotate_snippets::normalize_untrusted_str;

/// A line of a message within a block of HTML, where nothing is Markdown; words in backticks become code.
pub(super) fn html_line(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // With a backtick in a user's words it is open what is quoted: then all of it is code, where nothing has a meaning.
    if parts.len().is_multiple_of(2) {
        return code(text);
    }
    let part = |(index, part): (usize, &&str)| if index % 2 == 1 { code(part) } else { prose(part) };
    parts.iter().enumerate().map(part).collect()
}

/// A text as code in HTML.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", entities(text)) }
}

/// A text as a block of Markdown, by a fence longer than any run of backticks in it.
pub(super) fn fenced(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}text\n{text}{end}{fence}\n")
}

/// A space of no width keeps GitHub from reading a mention or a reference.
fn prose(text: &str) -> String {
    entities(text).replace('@', "@\u{200b}").replace('#', "#\u{200b}")
}

fn entities(text: &str) -> String {
    let line = normalize_untrusted_str(text).replace('\n', " ");
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

//! A look at the head of a Site file: name and labels, without reading the rest.
//!
//! A fleet of a thousand sites is narrowed to one in the time it takes to read their heads. Nothing is told here:
//! whoever loads the site reads the whole file and tells what is wrong.

use std::collections::BTreeMap;

use crate::name::SiteName;
use crate::yaml::{Kind, Loc, Node, SourceId, read};

use super::shift::shift_node;

/// What the head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The name and where it stands; none where it is missing or no name.
    pub(super) name: Option<(SiteName, Loc)>,
    /// The labels that are text.
    pub(super) labels: BTreeMap<String, String>,
}

/// Reads the head of a Site file.
pub(super) fn read_head(text: &str, id: SourceId) -> Head {
    let from_section = section(text).and_then(|(start, end)| {
        let root = read::strict(&text[start..end], id, &mut Vec::new())?;
        head_of(&shift_node(root, start))
    });
    from_section.or_else(|| head_of(&read::strict(text, id, &mut Vec::new())?)).unwrap_or_default()
}

/// The bytes of the block `metadata:` of the outermost mapping, as nearly every file has it: its line, and all lines up to
/// the next one that begins with neither blank nor comment. The whole file is read where there is none or more than one.
fn section(text: &str) -> Option<(usize, usize)> {
    let first = text.starts_with("metadata:").then_some(0);
    let mut starts = first.into_iter().chain(text.match_indices("\nmetadata:").map(|(at, _)| at + 1));
    let start = starts.next()?;
    if starts.next().is_some() {
        return None;
    }
    let goes_on = |line: &str| line.starts_with([' ', '#', '\n', '\r']);
    let mut next_lines = text[start..].match_indices('\n').map(|(at, _)| start + at + 1);
    let end = next_lines.find(|at| !goes_on(&text[*at..])).unwrap_or(text.len());
    Some((start, end))
}

/// None where the tree has no name: then the look was at the wrong place, or there is none.
fn head_of(root: &Node<'_>) -> Option<Head> {
    let metadata = root.get("metadata")?;
    let name = metadata.get("name")?;
    let name = (SiteName::new(name.as_str()?).ok()?, name.loc);
    let labels = match metadata.get("labels").map(|labels| &labels.kind) {
        Some(Kind::Map(entries)) => {
            let text = |value: &Node<'_>| value.as_str().map(str::to_owned);
            entries
                .iter()
                .filter_map(|entry| Some((entry.key.clone().into_owned(), text(&entry.value)?)))
                .collect()
        }
        _ => BTreeMap::new(),
    };
    Some(Head { name: Some(name), labels })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_at(text: &str) -> Option<(String, usize)> {
        read_head(text, 0).name.map(|(name, loc)| (name.as_str().to_owned(), loc.start as usize))
    }

    #[test]
    fn name_and_labels_are_read_without_the_rest() {
        let text =
            "kind: Site\nmetadata:\n  name: a\n  # ring\n\n  labels: {ring: canary}\nspec: [not, {read\n";
        let head = read_head(text, 0);
        assert_eq!(head.labels["ring"], "canary");
        assert_eq!(name_at(text), Some(("a".to_owned(), text.find("a\n  #").expect("the name"))));
    }

    #[test]
    fn a_head_in_another_form_is_read_from_the_whole_file() {
        for text in ["{metadata: {name: a}, spec: {}}", "\"metadata\":\n  name: a\n", "metadata: {name: a}"] {
            assert_eq!(
                name_at(text),
                Some(("a".to_owned(), text.find("name: a").expect("the name") + 6)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_has_no_usable_name_has_no_head() {
        for text in [
            "",
            "kind: Site\n",
            "metadata:\n  name: Not_A_Name\n",
            "metadata: [",
            "metadata:\n  labels: {a: b}\n",
        ] {
            assert_eq!(read_head(text, 0), Head::default(), "{text}");
        }
    }
}

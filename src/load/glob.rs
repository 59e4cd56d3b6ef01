//! Path patterns: `*` and `?` inside a name, `**` for any number of folders.

/// Whether a path, relative and with `/`, fits a pattern.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    folders_fit(&pattern, &path)
}

/// The folders that a pattern begins with and that hold no wildcard: all its files lie below.
pub(super) fn root(pattern: &str) -> &str {
    let wild = pattern.find(['*', '?']).unwrap_or(pattern.len());
    pattern[..wild].rfind('/').map_or("", |slash| &pattern[..slash])
}

fn folders_fit(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| folders_fit(rest, &path[skipped..])),
        (Some((wanted, rest)), Some((name, below))) => name_fits(wanted, name) && folders_fit(rest, below),
        _ => false,
    }
}

/// Goes back to the last `*` alone, so that no name takes more than its length times that of the pattern.
fn name_fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((back, taken)) => {
                    star = Some((back, taken + 1));
                    at = back + 1;
                    read = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_a_shell() {
        for (pattern, path, expected) in [
            ("sites/*.yaml", "sites/a.yaml", true),
            ("sites/*.yaml", "sites/x/a.yaml", false),
            ("sites/*.yaml", "sites/a.yml", false),
            ("sites/*/site.yaml", "sites/x/site.yaml", true),
            ("sites/*/site.yaml", "sites/site.yaml", false),
            ("sites/**/site.yaml", "sites/site.yaml", true),
            ("sites/**/site.yaml", "sites/eu/de/site.yaml", true),
            ("**", "sites/a.yaml", true),
            ("sites/edge-?.yaml", "sites/edge-1.yaml", true),
            ("sites/edge-?.yaml", "sites/edge-12.yaml", false),
            ("sites/*-*-x.yaml", "sites/a-b-c-x.yaml", true),
            ("sites/a.yaml", "sites/aXyaml", false),
            ("sites/ä?.yaml", "sites/äö.yaml", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_full_of_stars_ends_soon() {
        assert!(!fits(&"*a".repeat(60), &"a".repeat(4000).replace("aa", "ab")));
    }

    #[test]
    fn the_root_of_a_pattern_is_what_no_wildcard_touches() {
        assert_eq!(root("sites/*/site.yaml"), "sites");
        assert_eq!(root("sites/eu-*/site.yaml"), "sites");
        assert_eq!(root("*.yaml"), "");
        assert_eq!(root("sites/one.yaml"), "sites");
    }
}

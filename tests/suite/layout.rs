//! The shape of the source: which module may use which, who names which crate, and what belongs together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use goldsmith::components::COMPONENTS;
use goldsmith::registry;
use goldsmith::render::Engine;
use regex::Regex;

use crate::support::{files, goldens, home};

/// The modules of `src/`, lowest first: each uses only those before it. `main.rs` and `lib.rs` stand apart.
const FLOW: &[&str] = &[
    "yaml",
    "provenance",
    "diagnostic",
    "name",
    "manifest",
    "schema",
    "capability",
    "schedule",
    "spec",
    "patch",
    "components",
    "document",
    "load",
    "site",
    "resolve",
    "render",
    "validate",
    "explain",
    "diff",
    "policy",
    "pipeline",
    "report",
    "disk",
    "write",
    "registry",
    "cli",
];

/// Crates and paths that one place names alone.
const BOUNDARIES: &[(&str, &[&str])] = &[
    ("granit_parser", &["yaml/"]),
    ("minijinja", &["render/"]),
    ("minijinja_embed", &["render/"]),
    ("json_patch", &["patch/"]),
    ("jsonschema", &["schema/compiled.rs"]),
    ("kube_cel", &["validate/judge/cel/"]),
    ("semver", &["capability/"]),
    ("std::fs", &["disk/"]),
    ("rustix", &["disk/"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("anstream", &["cli/"]),
    ("rayon", &["cli/"]),
    ("annotate_snippets", &["report/"]),
    ("similar", &["diff/"]),
    ("std::io::stdout", &["cli/"]),
    ("std::env", &["cli/"]),
    ("std::time", &["cli/"]),
    ("std::net", &[]),
    ("std::process", &["cli/"]),
];

/// A component by its names: key, module, folder of templates, prefix of codes.
const COMPONENT_NAMES: &[(&str, &str, &str, &str)] = &[
    ("registries", "registries", "registries", "GS-REG-"),
    ("goldenImages", "golden_images", "golden-images", "GS-GOLD-"),
    ("podVM", "pod_vm", "pod-vm", "GS-PODVM-"),
];

/// Every file of `src/`, without its tests and comments, by its path from there.
fn sources() -> BTreeMap<String, String> {
    let comment = Regex::new(r"(?m)^\s*//.*$").unwrap();
    let all = files(&home().join("src")).into_iter();
    let texts = all
        .map(|(path, bytes)| (path.to_str().unwrap().replace('\\', "/"), String::from_utf8(bytes).unwrap()));
    texts
        .filter(|(path, _)| !path.ends_with("/tests.rs") && !path.ends_with("/testing.rs"))
        .map(|(path, text)| {
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            (path, comment.replace_all(code, "").into_owned())
        })
        .collect()
}

fn module(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The modules of the crate that a text names.
fn used(code: &str) -> BTreeSet<String> {
    let path = Regex::new(r"\bcrate::(?:(\w+)|\{([^}]*)\})").unwrap();
    let word = Regex::new(r"(?:^|,)\s*(\w+)").unwrap();
    let mut used = BTreeSet::new();
    for found in path.captures_iter(code) {
        match (found.get(1), found.get(2)) {
            (Some(one), _) => drop(used.insert(one.as_str().to_owned())),
            (_, Some(list)) => {
                used.extend(word.captures_iter(list.as_str()).map(|found| found[1].to_owned()));
            }
            _ => {}
        }
    }
    used
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let place = |module: &str| FLOW.iter().position(|known| *known == module);
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        if path == "main.rs" || path == "lib.rs" {
            continue;
        }
        let own = place(module(&path));
        assert!(own.is_some(), "`{path}` belongs to no module of the flow");
        let above =
            used(&code).into_iter().filter(|other| place(other).is_none_or(|other| Some(other) > own));
        wrong.extend(above.map(|other| format!("{path} uses {other}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_crate_has_its_place_in_the_flow() {
    let library = fs::read_to_string(home().join("src/lib.rs")).unwrap();
    let declared = Regex::new(r"(?m)^pub mod (\w+);").unwrap();
    let declared: BTreeSet<&str> =
        declared.captures_iter(&library).map(|found| found.get(1).unwrap().as_str()).collect();
    assert_eq!(declared, FLOW.iter().copied().collect());
}

#[test]
fn each_crate_and_each_part_of_the_world_is_named_in_one_place() {
    let is_named = |named: &str| {
        let behind = if named.contains("::") { r"\b" } else { r"(?:::|;)" };
        Regex::new(&format!(r"(?:^|[^\w:]){named}{behind}")).unwrap()
    };
    let boundaries: Vec<_> =
        BOUNDARIES.iter().map(|(named, places)| (named, is_named(named), places)).collect();
    let prints = Regex::new(r"\be?print(?:ln)?!").unwrap();
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        for (named, names, places) in &boundaries {
            let is_home = path == "main.rs" || places.iter().any(|place| path.starts_with(place));
            if !is_home && names.is_match(&code) {
                wrong.push(format!("{path} names {named}"));
            }
        }
        if prints.is_match(&code) {
            wrong.push(format!("{path} prints"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_component_has_all_that_belongs_to_one() {
    let keys: Vec<&str> = COMPONENTS.iter().map(|component| component.home.component).collect();
    assert_eq!(keys, COMPONENT_NAMES.iter().map(|names| names.0).collect::<Vec<_>>());
    let specs: Vec<String> =
        goldens().iter().flat_map(|golden| files(golden)).map(|(_, bytes)| text(&bytes)).collect();
    for (component, (key, module, templates, codes)) in COMPONENTS.iter().zip(COMPONENT_NAMES) {
        for file in [
            "mod.rs",
            "spec.rs",
            "resolve.rs",
            "manifests.rs",
            "hazards.rs",
            "manifest_hazards.rs",
            "traps.rs",
        ] {
            let file = home().join("src/components").join(module).join(file);
            assert!(file.is_file(), "{}", file.display());
        }
        assert!(home().join("templates").join(templates).is_dir(), "templates/{templates}");
        assert!(!component.rules.is_empty(), "{key} has no rules");
        component.rules.iter().for_each(|rule| assert!(rule.code.starts_with(codes), "{}", rule.code));
        assert!(registry::rules().any(|rule| rule.code.starts_with(codes)), "{codes} is not registered");
        assert!(specs.iter().any(|spec| spec.contains(&format!("  {key}:"))), "no golden has {key}");
    }
    let modules: BTreeSet<String> = fs::read_dir(home().join("src/components"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(modules, COMPONENT_NAMES.iter().map(|names| names.1.to_owned()).collect());
}

#[test]
fn every_template_is_brought_along_and_belongs_to_a_component() {
    let ends = |path: &Path| path.to_str().is_some_and(|path| path.ends_with(".yaml.j2"));
    let there: BTreeSet<String> = files(&home().join("templates"))
        .into_iter()
        .filter(|(path, _)| ends(path))
        .map(|(path, _)| path.to_str().unwrap().to_owned())
        .collect();
    let engine = Engine::new();
    let embedded: BTreeSet<String> =
        engine.templates().into_keys().filter(|name| ends(Path::new(name))).map(str::to_owned).collect();
    assert_eq!(there, embedded);
    for template in there {
        let folder = template.split('/').next().unwrap();
        assert!(COMPONENT_NAMES.iter().any(|names| names.2 == folder), "{template} belongs to no component");
    }
}

#[test]
fn nothing_was_left_for_later() {
    let later = Regex::new(&["TO", "DO|FIX", "ME|X", "XX"].concat()).unwrap();
    let folders =
        ["src", "templates", "overlays", "tests/suite", "tests/conformance", "tests/crash", "benches"];
    for folder in folders {
        for (path, bytes) in files(&home().join(folder)) {
            let text = text(&bytes);
            let line = text.lines().position(|line| later.is_match(line));
            assert_eq!(line, None, "{folder}/{}", path.display());
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

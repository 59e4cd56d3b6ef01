//! What a site writes under `platform`, and what it gets.

use std::sync::Arc;

use super::*;
use crate::provenance::decode::{Mismatch, decode};
use crate::provenance::{Layer, Source};
use crate::yaml::read as yaml;

const ALL: &[Product] = &[Product::HyperConverged, Product::Ssp, Product::Cdi];

/// The section in JSON, resolved; origins are unknown.
fn resolve(json: &str) -> (Option<Platform>, Vec<Diagnostic>) {
    resolve_in(&serde_json::from_str(json).unwrap(), &Sources::default())
}

fn resolve_in(spec: &PlatformSpec, sources: &Sources) -> (Option<Platform>, Vec<Diagnostic>) {
    let mut findings = Findings::default();
    let platform = spec.resolve(&Origin::Unknown, sources, &mut findings);
    (platform, findings.iter().cloned().collect())
}

fn platform(json: &str) -> Platform {
    let (platform, findings) = resolve(json);
    assert_eq!(findings, [], "{json}");
    platform.unwrap()
}

fn codes(json: &str) -> Vec<&'static str> {
    resolve(json).1.iter().map(|finding| finding.rule.code).collect()
}

fn shown(platform: &Platform, product: Product) -> Option<String> {
    platform.version(product).map(|version| version.value.to_string())
}

fn can(json: &str, capability: Capability, in_play: &[Product]) -> bool {
    platform(json).decide(capability, in_play).available
}

#[test]
fn virtualization_implies_its_operators() {
    let platform = platform(r#"{"openshift": "4.20.4", "virtualization": "4.20"}"#);
    let versions = Product::ALL.map(|product| shown(&platform, product).unwrap_or_default());
    assert_eq!(versions, ["", "4.20.4", "4.20", "1.16", "0.24.1", "1.63.1", "1.6.2", ""]);
}

#[test]
fn an_implied_version_says_what_implies_it() {
    let platform = platform(r#"{"openshift": "4.20", "virtualization": "4.20"}"#);
    let Origin::Derived(cdi) = &platform.version(Product::Cdi).unwrap().origin else { panic!("not derived") };
    assert_eq!(cdi.rule, "HyperConverged 1.16 brings CDI 1.63.1");
    let Origin::Derived(hyper_converged) = &cdi.from[0] else { panic!("not derived") };
    assert_eq!(hyper_converged.rule, "OpenShift Virtualization 4.20 brings HyperConverged 1.16");
}

#[test]
fn hyper_converged_brings_ssp_on_openshift_only() {
    let upstream = platform(r#"{"kubernetes": "1.33", "hyperConverged": "1.17"}"#);
    assert!(upstream.has(Product::Cdi) && upstream.has(Product::KubeVirt) && !upstream.has(Product::Ssp));
    assert!(platform(r#"{"openshift": "4.21", "hyperConverged": "1.17"}"#).has(Product::Ssp));
}

#[test]
fn a_written_version_wins_over_an_implied_one_of_its_minor() {
    let platform = platform(r#"{"openshift": "4.20", "virtualization": "4.20", "cdi": "1.63.0"}"#);
    assert_eq!(shown(&platform, Product::Cdi).as_deref(), Some("1.63.0"));
}

#[test]
fn the_kind_of_cluster_is_required() {
    assert_eq!(codes("{}"), ["GS-PLAT-001"]);
    assert_eq!(resolve("{}").0, None);
}

#[test]
fn the_oldest_supported_release_is_taken_and_the_one_before_it_is_refused() {
    for (good, bad) in [
        (r#"{"kubernetes": "1.27"}"#, r#"{"kubernetes": "1.26.9"}"#),
        (r#"{"openshift": "4.12"}"#, r#"{"openshift": "4.11"}"#),
        (
            r#"{"openshift": "4.14", "virtualization": "4.14"}"#,
            r#"{"openshift": "4.14", "virtualization": "4.13"}"#,
        ),
        (
            r#"{"kubernetes": "1.27", "hyperConverged": "1.10"}"#,
            r#"{"kubernetes": "1.27", "hyperConverged": "1.9"}"#,
        ),
        (
            r#"{"openshift": "4.13", "ssp": "0.17", "cdi": "1.57"}"#,
            r#"{"openshift": "4.13", "ssp": "0.16", "cdi": "1.57"}"#,
        ),
        (r#"{"kubernetes": "1.27", "cdi": "v1.57.0"}"#, r#"{"kubernetes": "1.27", "cdi": "v1.56.1"}"#),
        (
            r#"{"kubernetes": "1.27", "kubeVirt": "v1.0.0"}"#,
            r#"{"kubernetes": "1.27", "kubeVirt": "v0.59.2"}"#,
        ),
    ] {
        assert_eq!(codes(good), [""; 0], "{good}");
        assert_eq!(codes(bad), ["GS-PLAT-002"], "{bad}");
    }
}

#[test]
fn a_version_newer_than_the_table_is_taken_for_the_newest_with_a_warning() {
    let (platform, findings) = resolve(r#"{"openshift": "4.30", "virtualization": "4.30"}"#);
    assert!(findings.iter().all(|finding| finding.rule.code == "GS-PLAT-003") && findings.len() == 2);
    let platform = platform.unwrap();
    assert_eq!(shown(&platform, Product::HyperConverged).as_deref(), Some("1.18"));
    assert!(platform.decide(Capability::HyperConvergedV1, ALL).available);
    // What the product really contains is not known here, so a written version beside it is no contradiction.
    assert_eq!(
        codes(r#"{"openshift": "4.30", "virtualization": "4.30", "hyperConverged": "1.19"}"#).len(),
        2
    );
}

#[test]
fn the_product_runs_on_openshift_only() {
    assert_eq!(codes(r#"{"kubernetes": "1.33", "virtualization": "4.20"}"#), ["GS-PLAT-004"]);
    assert_eq!(codes(r#"{"kubernetes": "1.33", "sandboxedContainers": "1.10"}"#), ["GS-PLAT-004"]);
}

#[test]
fn versions_that_contradict_each_other_are_refused() {
    for json in [
        r#"{"openshift": "4.20", "virtualization": "4.20", "hyperConverged": "1.15"}"#,
        r#"{"kubernetes": "1.33", "hyperConverged": "1.15", "cdi": "1.63"}"#,
    ] {
        assert!(codes(json).contains(&"GS-PLAT-005"), "{json}");
    }
    assert_eq!(
        codes(r#"{"openshift": "4.20", "virtualization": "4.20", "hyperConverged": "1.16.3"}"#),
        [""; 0]
    );
}

#[test]
fn virtualization_may_lag_behind_openshift_and_not_lead() {
    assert_eq!(codes(r#"{"openshift": "4.20", "virtualization": "4.18"}"#), [""; 0]);
    assert_eq!(codes(r#"{"openshift": "4.18", "virtualization": "4.19"}"#), ["GS-PLAT-006"]);
}

#[test]
fn a_window_is_refused_with_its_own_code_alone() {
    assert_eq!(codes(r#"{"openshift": {"from": "4.18.15", "to": "4.20.4"}}"#), ["GS-PLAT-007"]);
}

#[test]
fn ssp_alone_needs_to_know_its_importer() {
    assert_eq!(codes(r#"{"openshift": "4.13", "ssp": "0.17"}"#), ["GS-PLAT-010"]);
}

/// The section as a file has it.
fn read(text: &str) -> (PlatformSpec, Sources, Vec<Mismatch>) {
    let mut sources = Sources::default();
    let source =
        sources.add(Arc::new(Source { path: "site.yaml".into(), layer: Layer::Site, text: text.into() }));
    let node = yaml::strict(text, source, &mut Vec::new()).unwrap();
    let (spec, mismatches) = decode(&node);
    (spec, sources, mismatches)
}

#[test]
fn a_contradiction_points_at_both_versions() {
    let (spec, sources, _) = read("openshift: '4.20'\nvirtualization: '4.20'\nhyperConverged: '1.15'\n");
    let (platform, findings) = resolve_in(&spec, &sources);
    assert_eq!(platform, None);
    assert_eq!(findings[0].title, "OpenShift Virtualization `4.20` contains HyperConverged 1.16, not `1.15`");
    assert_eq!(findings[0].primary.as_ref().unwrap().place.to_string(), "site.yaml:3:17");
    assert_eq!(findings[0].context[0].place.to_string(), "site.yaml:2:17");
}

#[test]
fn a_forced_capability_remembers_its_line() {
    let (spec, sources, _) = read("kubernetes: '1.33'\ncapabilities:\n  pvcSource: true\n");
    let platform = resolve_in(&spec, &sources).0.unwrap();
    let decision = platform.decide(Capability::PvcSource, &[Product::Cdi]);
    let place = sources.place_of(&decision.origin).unwrap();
    assert_eq!(place.to_string(), "site.yaml:3:14");
}

#[test]
fn values_that_do_not_fit_are_told_in_words() {
    let text = "openshift: 4.20\ncdi: latest\ntopology: edge\nnamespaces: {cdi: Storage}\nopenShift: '4'\n";
    let (_, _, mismatches) = read(text);
    let told: Vec<_> =
        mismatches.iter().map(|wrong| (wrong.path.as_str(), format!("{:?}", wrong.cause))).collect();
    for (path, words) in [
        ("openshift", "a version in quotes, as in"),
        ("cdi", "`latest` is no version"),
        ("topology", "singleNode"),
        ("namespaces.cdi", "`Storage` is no namespace: it holds `S`"),
        ("openShift", "openshift"),
    ] {
        assert!(told.iter().any(|(at, cause)| *at == path && cause.contains(words)), "{path} {told:#?}");
    }
    assert_eq!(told.len(), 5);
}

#[test]
fn each_row_of_the_bundle_table_has_its_form_of_hyper_converged() {
    for (virtualization, field, v1, multi, multi_field) in [
        ("4.14", false, false, false, false),
        ("4.18", false, false, false, false),
        ("4.19", true, false, false, false),
        ("4.20", true, false, true, false),
        ("4.21", true, false, true, false),
        ("4.22", true, true, true, false),
    ] {
        let json = format!(r#"{{"openshift": "4.22", "virtualization": "{virtualization}"}}"#);
        let answers = [
            Capability::CommonImagesField,
            Capability::HyperConvergedV1,
            Capability::MultiArchitecture,
            Capability::MultiArchitectureField,
        ]
        .map(|capability| can(&json, capability, ALL));
        assert_eq!(answers, [field, v1, multi, multi_field], "{virtualization}");
    }
    assert!(can(
        r#"{"openshift": "4.22", "hyperConverged": "1.19"}"#,
        Capability::MultiArchitectureField,
        ALL
    ));
}

#[test]
fn each_version_of_ssp_can_be_met() {
    for (ssp, beta2, beta3) in
        [("0.17", false, false), ("0.18", true, false), ("0.23.1", true, false), ("0.24", true, true)]
    {
        let json = format!(r#"{{"openshift": "4.20", "ssp": "{ssp}", "cdi": "1.63"}}"#);
        let answers =
            [Capability::SspV1beta2, Capability::SspV1beta3].map(|asked| can(&json, asked, &[Product::Ssp]));
        assert_eq!(answers, [beta2, beta3], "{ssp}");
    }
}

#[test]
fn mirror_sets_begin_with_openshift_4_13() {
    let sets = |json: &str| can(json, Capability::ImageMirrorSets, &[Product::OpenShift]);
    assert!(!sets(r#"{"openshift": "4.12.77"}"#));
    assert!(sets(r#"{"openshift": "4.13"}"#));
    assert!(!sets(r#"{"kubernetes": "1.33"}"#), "plain Kubernetes has none");
}

#[test]
fn all_products_in_play_must_agree() {
    // HyperConverged 1.17 ships SSP 0.24.1, which drops the field that CDI 1.64 already has.
    let json = r#"{"openshift": "4.21", "virtualization": "4.21"}"#;
    assert!(can(json, Capability::ImportServiceAccount, &[Product::Cdi]));
    assert!(!can(json, Capability::ImportServiceAccount, ALL));
    let decision = platform(json).decide(Capability::ImportServiceAccount, &[Product::Cdi, Product::Ssp]);
    assert_eq!(decision.words, "SSP 0.25 or newer (this site: 0.24.1)");
}

#[test]
fn a_fix_that_reached_three_minors_is_found_in_each() {
    for (version, there) in [
        ("1.6.3", false),
        ("1.6.4", true),
        ("1.7.0", false),
        ("1.7.1", true),
        ("1.8", true),
        ("1.5.9", false),
        ("1.9", true),
    ] {
        let json = format!(r#"{{"kubernetes": "1.33", "kubeVirt": "{version}"}}"#);
        assert_eq!(can(&json, Capability::PointerInMachines, &[Product::KubeVirt]), there, "{version}");
    }
}

#[test]
fn a_row_inside_a_minor_asks_for_the_full_version() {
    let platform = platform(r#"{"kubernetes": "1.33", "kubeVirt": "1.7"}"#);
    let decision = platform.decide(Capability::PointerInMachines, &[Product::KubeVirt]);
    assert_eq!((decision.available, decision.undecided), (false, Some(Product::KubeVirt)));
    let refusal = decision.refusal("x.y", &Origin::Unknown, &Sources::default()).unwrap();
    assert_eq!(refusal.rule.code, "GS-PLAT-008");
    assert!(format!("{:?}", refusal.help).contains("platform.kubeVirt"));
}

#[test]
fn a_product_whose_version_is_not_known_cannot_do_it() {
    let decision = platform(r#"{"kubernetes": "1.33"}"#).decide(Capability::PvcSource, &[Product::Cdi]);
    assert!(!decision.available);
    assert_eq!(decision.words, "CDI 1.62 or newer (this site does not say)");
}

#[test]
fn a_forced_capability_wins_and_is_shown() {
    let json = r#"{"kubernetes": "1.33", "cdi": "1.61", "capabilities": {"pvcSource": true}}"#;
    let decision = platform(json).decide(Capability::PvcSource, &[Product::Cdi]);
    assert!(decision.available);
    assert_eq!(decision.words, "`platform.capabilities.pvcSource` (this site: true)");
    let off = r#"{"kubernetes": "1.33", "cdi": "1.62", "capabilities": {"pvcSource": false}}"#;
    assert!(!can(off, Capability::PvcSource, &[Product::Cdi]));
}

#[test]
fn a_misspelt_capability_is_refused_with_the_likely_one() {
    let (spec, sources, _) = read("kubernetes: '1.33'\ncapabilities:\n  pvcSuorce: true\n");
    let (platform, findings) = resolve_in(&spec, &sources);
    assert_eq!(platform, None);
    assert_eq!(findings[0].rule.code, "GS-PLAT-009");
    let place = findings[0].primary.as_ref().map(|label| label.place.to_string());
    assert_eq!(place.as_deref(), Some("site.yaml:3:3"), "the name is wrong, not its value");
    assert!(format!("{:?}", findings[0].help).contains("with: \"pvcSource\""));
    let (_, findings) = resolve(r#"{"kubernetes": "1.33", "capabilities": {"flyingCars": true}}"#);
    assert!(format!("{:?}", findings[0].help).contains("lists the names"));
}

#[test]
fn a_refusal_names_the_row_and_the_version() {
    let decision =
        platform(r#"{"kubernetes": "1.33", "cdi": "1.61.1"}"#).decide(Capability::PvcSource, &[Product::Cdi]);
    let finding =
        decision.refusal("goldenImages.images.a.pvc", &Origin::Unknown, &Sources::default()).unwrap();
    assert_eq!(finding.rule.code, "GS-PLAT-008");
    assert_eq!(
        finding.notes,
        [
            "a PersistentVolumeClaim as source of a DataImportCron: needs CDI 1.62 or newer (this site: 1.61.1)"
        ]
    );
    let there =
        platform(r#"{"kubernetes": "1.33", "cdi": "1.62"}"#).decide(Capability::PvcSource, &[Product::Cdi]);
    assert_eq!(there.refusal("x", &Origin::Unknown, &Sources::default()), None);
}

#[test]
fn namespaces_follow_the_installation() {
    let names = |json: &str| {
        let Namespaces { hyper_converged, ssp, cdi, boot_images } = platform(json).namespaces;
        [hyper_converged, ssp, cdi, boot_images].map(|namespace| namespace.value.to_string())
    };
    let product = r#"{"openshift": "4.20", "virtualization": "4.20"}"#;
    assert_eq!(
        names(product),
        ["openshift-cnv", "openshift-cnv", "openshift-cnv", "openshift-virtualization-os-images"]
    );
    let upstream = r#"{"openshift": "4.20", "hyperConverged": "1.16", "namespaces": {"cdi": "storage"}}"#;
    assert_eq!(
        names(upstream),
        ["kubevirt-hyperconverged", "kubevirt-hyperconverged", "storage", "kubevirt-os-images"]
    );
    let plain = r#"{"kubernetes": "1.33", "cdi": "1.63"}"#;
    assert_eq!(names(plain)[1..], ["kubevirt", "cdi", "kubevirt-os-images"]);
}

#[test]
fn names_of_our_own_are_names() {
    for json in
        [r#"{"openshift": "4.20", "virtualization": "4.20"}"#, r#"{"kubernetes": "1.33", "cdi": "1.63"}"#]
    {
        let Namespaces { hyper_converged, ssp, cdi, boot_images } = platform(json).namespaces;
        for namespace in [hyper_converged, ssp, cdi, boot_images] {
            assert_eq!(crate::name::dns_label(&namespace.value), Ok(()));
        }
    }
}

#[test]
fn the_schema_lists_the_capabilities() {
    let schema = serde_json::to_value(schemars::schema_for!(PlatformSpec)).unwrap();
    let names = schema["properties"]["capabilities"]["propertyNames"]["enum"].as_array().unwrap();
    assert_eq!(names.len(), Capability::ALL.len());
}

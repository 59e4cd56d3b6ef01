//! Names and versions of images and galleries, by the rules of each cloud and the form of each release (podvm 1.11).

use super::asked::Resolving;
use super::config_data::{ConfigData, Entry, text};
use super::image::Image;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{
    CLUSTER_ID_MISSING, GALLERY_NAME, IMAGE_NAME, IMAGE_VERSION, VERSION_TOO_LARGE,
};
use crate::components::pod_vm::inputs::Inputs;
use crate::components::pod_vm::spec::{AzureGallerySpec, Provider};
use crate::diagnostic::Diagnostic;
use crate::provenance::{DefaultRule, Origin, Sourced};

static NAME: DefaultRule =
    DefaultRule { path: "podVM.image.name", reason: "as the ConfigMap of the release has it" };
static MAJOR_MINOR: DefaultRule =
    DefaultRule { path: "podVM.image.version", reason: "as the ConfigMap of the release has it" };
/// The largest number that a version on Azure holds.
const LARGEST: u32 = i32::MAX as u32;

/// Name and version of the image, in the form of the release. `inputs` are those of the Jobs of ours.
pub(super) fn put(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    inputs: Option<&Inputs>,
    data: &mut ConfigData,
) {
    let (name_key, version_key, short_key) = match resolving.provider.value {
        Provider::Aws => ("AMI_BASE_NAME", "AMI_VERSION", "AMI_VERSION_MAJ_MIN"),
        Provider::Azure | Provider::Gcp => ("IMAGE_BASE_NAME", "IMAGE_VERSION", "IMAGE_VERSION_MAJ_MIN"),
        Provider::Libvirt => return,
    };
    let section = resolving.spec.image.section();
    let name = section.name.or(&NAME, || "podvm-image".to_owned());
    let full = resolving.can(Capability::FullImageVersion);
    let version = if full.available {
        full_version(resolving, image, inputs)
    } else {
        section.version.or(&MAJOR_MINOR, || "0.0".to_owned())
    };
    check_version(resolving, &version, full.available);
    check_name(resolving, &name, &version);
    data.put(name_key, text(&name));
    if full.available {
        let dashes = resolving.provider.value == Provider::Gcp;
        let written = version.map(|version| if dashes { version.replace('.', "-") } else { version });
        let origin = Origin::derived(
            format!("image version: written in full, {}", full.words),
            &[&written.origin, &full.origin],
        );
        data.put(version_key, Sourced { value: written.value, origin: keep_written(written.origin, origin) });
    } else {
        data.put(short_key, version);
    }
}

/// Name and version, where a person gives them: another one makes another image.
pub(super) fn inputs(resolving: &Resolving<'_, '_>) -> Vec<Entry> {
    if resolving.provider.value == Provider::Libvirt {
        return Vec::new();
    }
    let section = resolving.spec.image.section();
    let given =
        [("image.name", section.name.get().cloned()), ("image.version", section.version.get().cloned())];
    given.into_iter().filter_map(|(key, value)| Some(Entry { key, value: value? })).collect()
}

/// What a person wrote keeps its own place.
fn keep_written(written: Origin, derived: Origin) -> Origin {
    if matches!(written, Origin::Written(_)) { written } else { derived }
}

/// As given; else the number of the cluster, as the operator makes it: there the same again with each image of the cluster. An
/// image of ours gets a version of its own for its inputs: under the old one the Jobs would delete the image in use, or take it for
/// the new one (podvm 4.5).
fn full_version(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    inputs: Option<&Inputs>,
) -> Sourced<String> {
    if let Some(given) = resolving.spec.image.section().version.get() {
        return given.clone();
    }
    let Some(id) = &resolving.platform.cluster_id else {
        if !matches!(image, Image::Id(_)) {
            id_missing(resolving, "the version of the image", "podVM.image.version");
        }
        return Sourced { value: "0.0.1".to_owned(), origin: image.origin().clone() };
    };
    let reduced = resolving.can(Capability::ReducedImageVersion);
    let number = if reduced.available { id.number() & LARGEST } else { id.number() };
    if number > LARGEST && resolving.provider.value == Provider::Azure {
        let finding =
            Diagnostic::new(&VERSION_TOO_LARGE, format!("`{number}` is too large for a version on Azure"))
                .at(resolving.place(&id.origin), format!("`{}` is {number}", id.short()))
                .with(resolving.place(&reduced.origin), "this decides")
                .note(format!("a number of a version is at most {LARGEST}"))
                .note("from 1.10 on the operator keeps within that")
                .help(format!("give a version: `podVM.image.version: \"{}.0.1\"`", number & LARGEST));
        resolving.tell(finding);
    }
    if let Some(inputs) = inputs {
        let rule =
            "image version: <first eight characters of the cluster id as a number>.0.<number of the inputs>";
        let origins = [&id.origin, &reduced.origin, &inputs.fingerprint.origin];
        return Sourced::derived(format!("{number}.0.{}", inputs.number()), rule, &origins);
    }
    Sourced::derived(
        format!("{number}.0.1"),
        "image version: <first eight characters of the cluster id as a number>.0.1, within 31 bits from 1.10 on",
        &[&id.origin, &reduced.origin],
    )
}

fn id_missing(resolving: &mut Resolving<'_, '_>, what: &str, setting: &str) {
    let finding = Diagnostic::new(
        &CLUSTER_ID_MISSING,
        format!("{what} is made from the id of the cluster, which is not given"),
    )
    .at(resolving.place(&resolving.spec.origin), "pod VMs need a name that no other cluster has")
    .help("give `platform.clusterID`: `oc get clusterversion version -o jsonpath='{.spec.clusterID}'`")
    .help(format!("or give `{setting}` yourself"));
    resolving.tell(finding);
}

fn check_version(resolving: &mut Resolving<'_, '_>, version: &Sourced<String>, full: bool) {
    let numbers: Vec<&str> = version.value.split('.').collect();
    let (wanted, words) = if full { (3, "three numbers") } else { (2, "two numbers") };
    let small = |number: &&str| number.parse::<u32>().is_ok_and(|number| number <= LARGEST);
    let all_small = resolving.provider.value != Provider::Azure || numbers.iter().all(small);
    if numbers.len() == wanted && all_small {
        return;
    }
    // A number that is too large by the id of the cluster was told as that.
    if !matches!(version.origin, Origin::Written(_)) {
        return;
    }
    let example = if full { "2.0.1" } else { "2.0" };
    let title = format!("`{}` is no version of an image here", version.value);
    let finding = Diagnostic::new(&IMAGE_VERSION, title);
    let finding = if numbers.len() == wanted {
        finding.at(resolving.place(&version.origin), format!("a number of it is more than {LARGEST}"))
    } else {
        finding
            .at(resolving.place(&version.origin), format!("this release writes {words}"))
            .with(resolving.place(&resolving.release.origin), "the release")
    };
    resolving.tell(finding.help(format!("write it as `\"{example}\"`")));
}

fn check_name(resolving: &mut Resolving<'_, '_>, name: &Sourced<String>, version: &Sourced<String>) {
    let provider = resolving.provider.value;
    let whole = format!(
        "{}-{}",
        name.value,
        version.value.replace('.', if provider == Provider::Gcp { "-" } else { "." })
    );
    let (good, rule) = match provider {
        Provider::Aws => (is_ami_name(&whole), "3 to 128 letters, digits and `()[] ./-'@_`"),
        Provider::Gcp => {
            (is_google_name(&whole), "at most 63 lower-case letters, digits and `-`, a letter first")
        }
        Provider::Azure => (
            is_azure_image_name(&name.value),
            "at most 80 letters, digits, `_`, `-` and `.`, a letter or digit at both ends",
        ),
        Provider::Libvirt => return,
    };
    if good {
        return;
    }
    let title = format!("`{whole}` cannot be the name of an image on {}", provider.name());
    let finding = Diagnostic::new(&IMAGE_NAME, title)
        .at(resolving.place(&name.origin), "what the name begins with")
        .note(format!("a name there has {rule}"))
        .help("give another: `podVM.image.name: podvm-image`");
    resolving.tell(finding);
}

/// The name of a gallery: as given, else made from the id of the cluster.
pub(super) fn gallery(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    gallery: &AzureGallerySpec,
) -> Sourced<String> {
    if let Some(name) = gallery.name.get() {
        if !is_gallery_name(&name.value) {
            let finding = Diagnostic::new(
                &GALLERY_NAME,
                format!("`{}` cannot be the name of a gallery", name.value),
            )
            .at(resolving.place(&name.origin), "Azure refuses it")
            .note(
                "it is at most 80 letters, digits, `_` and `.`, with a letter or digit at both ends: no `-`",
            )
            .help(gallery_help(&name.value));
            resolving.tell(finding);
        }
        return name.clone();
    }
    let Some(id) = &resolving.platform.cluster_id else {
        if !matches!(image, Image::Id(_)) {
            id_missing(resolving, "the name of the gallery", "podVM.azure.gallery.name");
        }
        return Sourced { value: "PodVMGallery".to_owned(), origin: image.origin().clone() };
    };
    Sourced::derived(
        format!("PodVMGallery_{}", id.short()),
        "gallery name: PodVMGallery_<first eight characters of the cluster id>",
        &[&id.origin],
    )
}

/// A name like this one that Azure takes, or what to do.
pub fn gallery_help(name: &str) -> String {
    let other = name.replace('-', "_");
    if is_gallery_name(&other) {
        format!("write `{other}`")
    } else {
        "leave it out: then it is made from the id of the cluster".to_owned()
    }
}

/// Letters, digits, `_` and `.`, the latter two only inside; at most 80.
pub fn is_gallery_name(name: &str) -> bool {
    let inner = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let outer = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    name.len() <= 80 && name.chars().all(inner) && outer(name.chars().next()) && outer(name.chars().last())
}

fn is_azure_image_name(name: &str) -> bool {
    is_gallery_name(&name.replace('-', "_"))
}

fn is_ami_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "()[] ./-'@_".contains(letter);
    (3..=128).contains(&name.len()) && name.chars().all(allowed)
}

/// Lower-case letters, digits and dashes, a letter first and no dash last; at most 63.
pub(super) fn is_google_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    name.len() <= 63 && first && name.bytes().all(inner) && !name.ends_with('-')
}

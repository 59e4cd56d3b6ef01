//! The ConfigMaps that operator, adaptor and Jobs read.

use serde::Serialize;

use super::{Making, known_as, namespace};
use crate::components::pod_vm::ownership::PEER_PODS_CONFIG;
use crate::components::pod_vm::resolve::ConfigData;
use crate::manifest::{Because, Draft, Metadata, marks};

/// What the template sees.
#[derive(Serialize)]
struct Context<'s> {
    metadata: Metadata,
    data: &'s ConfigData,
}

pub(super) fn drafts<'s>(making: &Making<'s>) -> Vec<Draft<'s>> {
    let pod_vm = making.component;
    let mut drafts = vec![peer_pods_config(making)];
    let provider = &pod_vm.provider;
    drafts.push(own(
        making,
        provider.value.image_config(),
        &pod_vm.image_config,
        Because::new(
            "`podVM.provider` decides which ConfigMap says how the image is made, and a second one would win silently",
            &[&provider.origin],
        ),
    ));
    for (name, data, reason) in [
        ("osc-feature-gates", &pod_vm.gates, "settings of this site ask for feature gates"),
        ("layered-image-deploy-cm", &pod_vm.layered_image, "`podVM.layeredImage` installs kata by an image"),
    ] {
        let origins: Vec<_> = data.entries().iter().map(|entry| &entry.value.origin).collect();
        if !data.is_empty() {
            drafts.push(own(making, name, data, Because::new(reason, &origins)));
        }
    }
    drafts
}

fn peer_pods_config<'s>(making: &Making<'s>) -> Draft<'s> {
    let pod_vm = making.component;
    let ownership = &pod_vm.peer_pods_config_ownership;
    let mut metadata = making.shared(known_as("peer-pods-cm"), Some(namespace()), ownership);
    let origins: Vec<_> = pod_vm.expected.iter().map(|expected| &expected.asked.origin).collect();
    marks::expects(&mut metadata, &pod_vm.expected, &origins);
    let reason = Because::new("adaptor and Jobs read where virtual machines run", &[&pod_vm.provider.origin]);
    let context = Context { metadata, data: &pod_vm.peer_pods_config };
    making.shared_draft("pod-vm/config-map.yaml.j2", context, reason, PEER_PODS_CONFIG.rendered_as(ownership))
}

fn own<'s>(making: &Making<'s>, name: &str, data: &'s ConfigData, because: Because) -> Draft<'s> {
    let context = Context { metadata: making.own(known_as(name), Some(namespace())), data };
    making.draft("pod-vm/config-map.yaml.j2", context, because)
}

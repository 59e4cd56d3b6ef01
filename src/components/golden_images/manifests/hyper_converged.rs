//! The HyperConverged: v1beta1 with its switches as feature gates or fields, or v1.

use serde::Serialize;

use super::Making;
use super::crons::expects;
use crate::components::golden_images::cron::Cron;
use crate::components::golden_images::ownership::HYPER_CONVERGED;
use crate::components::golden_images::resolve::HyperConverged;
use crate::manifest::{Because, Draft, Metadata};
use crate::provenance::Sourced;

/// What the template of v1beta1 sees.
#[derive(Serialize)]
struct V1beta1<'s> {
    metadata: Metadata,
    gates: Option<Gates>,
    common_images: Option<Sourced<bool>>,
    common_namespace: Option<&'s Sourced<String>>,
    crons: &'s [Cron],
    no_crons: Sourced<bool>,
}

/// The feature gates of v1beta1, an object of booleans.
#[derive(Serialize)]
struct Gates {
    common_images: Option<Sourced<bool>>,
    multi_architecture: Option<Sourced<bool>>,
}

/// What the template of v1 sees.
#[derive(Serialize)]
struct V1<'s> {
    metadata: Metadata,
    gates: Vec<Gate>,
    common_images: Option<Sourced<bool>>,
    multi_architecture: Option<Sourced<bool>>,
    common_namespace: Option<&'s Sourced<String>>,
    crons: &'s [Cron],
    no_crons: Sourced<bool>,
}

/// A feature gate of v1, an item of a list; on without a state, since the operator drops the word `Enabled`.
#[derive(Serialize)]
struct Gate {
    name: Sourced<String>,
    state: Option<Sourced<String>>,
}

pub(super) fn drafts<'s>(making: &Making<'s>, carrier: &'s HyperConverged, absent: bool) -> Vec<Draft<'s>> {
    let mut metadata =
        making.shared(carrier.name.clone(), Some(carrier.namespace.clone()), &carrier.ownership);
    let content = Content::of(making, carrier, absent);
    if !absent {
        expects(making, &mut metadata);
    }
    let reason = if absent {
        Because::new("the templates of golden images are taken away", &[&making.component.lifecycle.origin])
    } else {
        Because::new("HyperConverged carries the images of this site", &[&carrier.v1.origin])
    };
    let sharing = HYPER_CONVERGED.rendered_as(&carrier.ownership);
    let draft = if carrier.v1.value {
        let seen = content.v1(carrier, metadata);
        making.shared_draft("golden-images/hyperconverged-v1.yaml.j2", seen, reason, sharing)
    } else {
        let seen = content.v1beta1(carrier, metadata);
        making.shared_draft("golden-images/hyperconverged-v1beta1.yaml.j2", seen, reason, sharing)
    };
    vec![draft]
}

/// What both forms say.
struct Content<'s> {
    common_images: Option<Sourced<bool>>,
    multi_architecture: Option<Sourced<bool>>,
    common_namespace: Option<&'s Sourced<String>>,
    crons: &'s [Cron],
    no_crons: Sourced<bool>,
}

impl<'s> Content<'s> {
    fn of(making: &Making<'s>, carrier: &'s HyperConverged, absent: bool) -> Self {
        if absent {
            let nothing: &[Cron] = &[];
            return Content {
                common_images: None,
                multi_architecture: None,
                common_namespace: None,
                crons: nothing,
                no_crons: making.absent(),
            };
        }
        Content {
            common_images: Some(carrier.common_images.clone()),
            multi_architecture: making.component.multi_architecture.clone(),
            common_namespace: carrier.common_namespace.as_ref(),
            crons: &making.component.crons,
            no_crons: making.absent(),
        }
    }

    fn v1beta1(self, carrier: &HyperConverged, metadata: Metadata) -> V1beta1<'s> {
        let as_field = carrier.common_images_field.value;
        let (field, gate) = if as_field { (self.common_images, None) } else { (None, self.common_images) };
        let gates = Gates { common_images: gate, multi_architecture: self.multi_architecture };
        let any = gates.common_images.is_some() || gates.multi_architecture.is_some();
        V1beta1 {
            metadata,
            gates: any.then_some(gates),
            common_images: field,
            common_namespace: self.common_namespace,
            crons: self.crons,
            no_crons: self.no_crons,
        }
    }

    fn v1(self, carrier: &HyperConverged, metadata: Metadata) -> V1<'s> {
        let as_field = carrier.multi_architecture_field.value;
        let (field, gate) =
            if as_field { (self.multi_architecture, None) } else { (None, self.multi_architecture) };
        V1 {
            metadata,
            gates: gate.iter().map(Gate::of).collect(),
            common_images: self.common_images,
            multi_architecture: field,
            common_namespace: self.common_namespace,
            crons: self.crons,
            no_crons: self.no_crons,
        }
    }
}

impl Gate {
    fn of(multi_architecture: &Sourced<bool>) -> Gate {
        let origin = multi_architecture.origin.clone();
        let state = (!multi_architecture.value)
            .then(|| Sourced { value: "Disabled".to_owned(), origin: origin.clone() });
        Gate { name: Sourced { value: "enableMultiArchBootImageImport".to_owned(), origin }, state }
    }
}

//! How much the namespace of custom images may hold: `goldenImages.storageLimit`.

use super::asked::Resolving;
use crate::components::golden_images::hazards::LIMITS_THE_PRODUCT;
use crate::diagnostic::Diagnostic;
use crate::provenance::Sourced;

/// The limit, where the site sets one and the namespace is its own.
pub(super) fn resolve(resolving: &mut Resolving<'_, '_>) -> Option<Sourced<String>> {
    let limit = resolving.asked.spec.storage_limit.get()?;
    let namespace = resolving.namespace.value.clone();
    if resolving.is_platforms(&namespace) {
        let title = format!("a storage limit on `{namespace}`, where the product keeps its boot images");
        let finding = Diagnostic::new(&LIMITS_THE_PRODUCT, title)
            .at(resolving.place(&limit.origin), "this limit")
            .note("beyond the limit the imports of the product would not start either")
            .help("give the custom images a namespace of their own: `goldenImages.namespace`");
        resolving.tell(finding);
        return None;
    }
    Some(Sourced { value: limit.value.as_str().to_owned(), origin: limit.origin.clone() })
}

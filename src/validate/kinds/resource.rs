//! Names of resources, and what amounts of them there may be.

use serde_json::Value;

use super::quantity::Quantity;
use super::syntax::{Verdict, ensure};
use crate::name::label_key;

/// What is counted: no part of one can be had.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// What pods compute with.
const COMPUTED: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// What a ResourceQuota limits beside what is counted.
const LIMITED: [&str; 10] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
];

/// A name with a domain, or one that Kubernetes knows somewhere.
pub(super) fn any(name: &str) -> Verdict {
    let known = name == "storage"
        || COUNTED.contains(&name)
        || LIMITED.contains(&name)
        || is_huge_page_of_quota(name);
    label_key(name)?;
    ensure(
        name.contains('/') || known,
        "it is no resource that Kubernetes knows; others have a domain before a `/`",
    )
}

/// What a ResourceQuota limits.
pub(super) fn of_quota(name: &str) -> Verdict {
    any(name)?;
    ensure(name.contains('/') || is_standard_of_quota(name), "it is no resource that a ResourceQuota limits")
}

/// What a container asks for.
pub(super) fn of_container(name: &str) -> Verdict {
    any(name)?;
    if !name.contains('/') {
        return ensure(
            COMPUTED.contains(&name) || is_huge_page(name),
            "it is no resource that a container asks for",
        );
    }
    ensure(is_native(name) || is_extended(name), "its name is too long, or begins with `requests.`")
}

/// What a whole pod asks for.
pub(super) fn of_pod(name: &str) -> Verdict {
    any(name)?;
    ensure(
        matches!(name, "cpu" | "memory") || is_huge_page(name),
        "it is no resource that a pod as a whole asks for",
    )
}

/// An amount of a resource.
pub(super) fn amount(name: &str, value: &Value) -> Verdict {
    let amount = Quantity::of(value).unwrap_or(Quantity::ZERO);
    ensure(amount >= Quantity::ZERO, "it must not be negative")?;
    let counted = COUNTED.contains(&name) || is_extended(name);
    ensure(!counted || amount.is_whole(), "it must be a whole number")
}

/// Whether more of a resource may be promised than there is.
pub(super) fn can_be_overcommitted(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

/// Whether a ResourceQuota knows a resource by itself.
pub(super) fn is_standard_of_quota(name: &str) -> bool {
    COUNTED.contains(&name) || LIMITED.contains(&name) || is_huge_page_of_quota(name)
}

/// `hugepages-2Mi`.
pub(super) fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// An amount of huge pages is a number of them.
pub(super) fn whole_pages(name: &str, value: &Value) -> Verdict {
    let Some(size) = name.strip_prefix("hugepages-") else { return Ok(()) };
    let size = Quantity::of(&Value::String(size.to_owned()));
    let amount = Quantity::of(value).unwrap_or(Quantity::ZERO);
    ensure(
        size.is_some_and(|size| amount.is_multiple_of(size)),
        "it must be a multiple of the size of a page",
    )
}

fn is_huge_page_of_quota(name: &str) -> bool {
    is_huge_page(name) || name.starts_with("requests.hugepages-")
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && label_key(&format!("requests.{name}")).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_is_known_or_has_a_domain() {
        for name in ["cpu", "hugepages-2Mi", "nvidia.com/gpu", "devices.kubevirt.io/kvm"] {
            assert_eq!(of_container(name), Ok(()), "{name}");
        }
        for name in ["gpu", "pods", "storage", "requests.nvidia.com/gpu", "a b"] {
            assert!(of_container(name).is_err(), "{name}");
        }
        for name in [
            "pods",
            "requests.storage",
            "count/jobs.batch",
            "gold.storageclass.storage.k8s.io/requests.storage",
        ] {
            assert_eq!(of_quota(name), Ok(()), "{name}");
        }
        assert!(of_quota("storage").is_err() && of_quota("disk").is_err());
    }

    #[test]
    fn devices_and_objects_are_whole() {
        assert_eq!(amount("nvidia.com/gpu", &json!(2)), Ok(()));
        assert_eq!(amount("cpu", &json!(0.5)), Ok(()));
        for (name, value) in [("nvidia.com/gpu", "500m"), ("pods", "1500m"), ("cpu", "-1")] {
            assert!(amount(name, &json!(value)).is_err(), "{name}");
        }
    }
}

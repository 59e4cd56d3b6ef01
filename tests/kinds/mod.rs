//! Whole objects around the examples of the rules of native kinds.

use goldsmith::validate::kinds::{Fixed, Rule};
use serde_json::{Value, json};

/// A good object, with an example of a rule merged into the place where a value of the rule's definition stands.
pub(crate) fn object(rule: &Rule, example: &str) -> Value {
    let (mut object, pointer, good) = home(rule.of);
    let patch: Value = serde_json::from_str(example).unwrap_or_else(|error| panic!("{example}: {error}"));
    put(&mut object, pointer, &good);
    put(&mut object, pointer, &patch);
    object
}

/// Merges a value into the place that a pointer names.
pub(crate) fn put(object: &mut Value, pointer: &str, value: &Value) {
    merge(make(object, pointer), value);
}

/// The old version of an object of which a field stays as it is.
pub(crate) fn old_version(row: &Fixed) -> Value {
    let (mut object, ..) = home_of_object(row.kind).unwrap_or_else(|| panic!("no example of a {}", row.kind));
    patched(&mut object, row.old);
    object
}

/// A new version of such an object: an example as a merge patch of the old one.
pub(crate) fn new_version(row: &Fixed, example: &str) -> Value {
    let mut object = old_version(row);
    patched(&mut object, example);
    object
}

fn patched(object: &mut Value, patch: &str) {
    merge(object, &serde_json::from_str(patch).unwrap_or_else(|error| panic!("{patch}: {error}")));
}

/// A merge patch (RFC 7396).
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else { return *value = patch.clone() };
    if !value.is_object() {
        *value = json!({});
    }
    for (name, inner) in fields {
        if inner.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut value[name], inner);
        }
    }
}

/// The place that a pointer names; what is not there on the way is made, and `-` is behind the last item.
fn make<'v>(mut value: &'v mut Value, pointer: &str) -> &'v mut Value {
    for step in pointer.split('/').skip(1) {
        let index = step.parse::<usize>().ok();
        if value.is_null() {
            *value = if index.is_some() { json!([]) } else { json!({}) };
        }
        value = match index {
            Some(index) => {
                let items = value.as_array_mut().unwrap();
                if items.len() == index {
                    items.push(Value::Null);
                }
                &mut items[index]
            }
            None => &mut value[step],
        };
    }
    value
}

fn named(api_version: &str, kind: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "example"}})
}

fn with_spec(api_version: &str, kind: &str, spec: &Value) -> Value {
    let mut object = named(api_version, kind);
    object["spec"] = spec.clone();
    object
}

fn pod() -> Value {
    json!({
        "containers": [{"name": "main", "image": "registry.example/main:1"}],
        "volumes": [
            {"name": "scratch", "emptyDir": {}},
            {"name": "claim", "persistentVolumeClaim": {"claimName": "claim"}},
        ],
    })
}

fn job() -> Value {
    let mut pod = pod();
    pod["restartPolicy"] = json!("Never");
    with_spec("batch/v1", "Job", &json!({"template": {"spec": pod}}))
}

fn cron_job() -> Value {
    let spec = json!({"schedule": "0 4 * * *", "jobTemplate": {"spec": job()["spec"]}});
    with_spec("batch/v1", "CronJob", &spec)
}

fn deployment() -> Value {
    let labels = json!({"app": "example"});
    let spec = json!({"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod()}});
    with_spec("apps/v1", "Deployment", &spec)
}

fn service() -> Value {
    with_spec("v1", "Service", &json!({"ports": [{"port": 80}]}))
}

fn claim() -> Value {
    json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}})
}

fn role(kind: &str) -> Value {
    let mut role = named("rbac.authorization.k8s.io/v1", kind);
    role["rules"] = json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]);
    role
}

fn binding(kind: &str) -> Value {
    let mut binding = named("rbac.authorization.k8s.io/v1", kind);
    binding["roleRef"] =
        json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"});
    binding["subjects"] = json!([{"kind": "User", "name": "ann"}]);
    binding
}

fn policy() -> Value {
    with_spec("networking.k8s.io/v1", "NetworkPolicy", &json!({"podSelector": {}}))
}

/// Where a value of a definition stands: an object, the pointer, and a good value that is merged into that place.
pub(crate) fn home(definition: &str) -> (Value, &'static str, Value) {
    home_of_object(definition)
        .or_else(|| home_in_container(definition))
        .or_else(|| home_in_volume(definition))
        .or_else(|| home_in_pod(definition))
        .or_else(|| home_elsewhere(definition))
        .unwrap_or_else(|| panic!("no object shows where a {definition} stands"))
}

fn home_of_object(definition: &str) -> Option<(Value, &'static str, Value)> {
    let object = match definition {
        "ClusterRoleBinding" | "RoleBinding" => binding(definition),
        "ConfigMap" | "Object" => named("v1", "ConfigMap"),
        "CronJob" => cron_job(),
        "Deployment" => deployment(),
        "Job" => job(),
        "PersistentVolumeClaim" => with_spec("v1", "PersistentVolumeClaim", &claim()),
        "ResourceQuota" => with_spec("v1", "ResourceQuota", &json!({})),
        "Role" => role(definition),
        "Secret" => named("v1", "Secret"),
        "Service" => service(),
        _ => return None,
    };
    Some((object, "", json!({})))
}

fn home_in_container(definition: &str) -> Option<(Value, &'static str, Value)> {
    let (pointer, good) = match definition {
        "AppArmorProfile" => ("/securityContext/appArmorProfile", json!({"type": "Unconfined"})),
        "ConfigMapEnvSource" => ("/envFrom/0/configMapRef", json!({"name": "a"})),
        "ConfigMapKeySelector" => ("/env/0/valueFrom/configMapKeyRef", json!({"name": "a", "key": "a"})),
        "Container" => ("", json!({})),
        "ContainerPort" => ("/ports/0", json!({"containerPort": 80})),
        "EnvFromSource" => ("/envFrom/0", json!({"configMapRef": {"name": "a"}})),
        "EnvVar" => ("/env/0", json!({"name": "A"})),
        "ExecAction" => ("/livenessProbe/exec", json!({"command": ["true"]})),
        "GRPCAction" => ("/livenessProbe/grpc", json!({"port": 80})),
        "HTTPGetAction" => ("/livenessProbe/httpGet", json!({"port": 80})),
        "LifecycleHandler" => ("/lifecycle/preStop", json!({"exec": {"command": ["true"]}})),
        "Probe" => ("/livenessProbe", json!({"exec": {"command": ["true"]}})),
        "ResourceRequirements" => ("/resources", json!({})),
        "SeccompProfile" => ("/securityContext/seccompProfile", json!({"type": "Unconfined"})),
        "SecretEnvSource" => ("/envFrom/0/secretRef", json!({"name": "a"})),
        "SecretKeySelector" => ("/env/0/valueFrom/secretKeyRef", json!({"name": "a", "key": "a"})),
        "SecurityContext" => ("/securityContext", json!({})),
        "TCPSocketAction" => ("/livenessProbe/tcpSocket", json!({"port": 80})),
        "WindowsSecurityContextOptions" => ("/securityContext/windowsOptions", json!({})),
        "VolumeMount" => ("/volumeMounts/0", json!({"name": "scratch", "mountPath": "/a"})),
        _ => return None,
    };
    let mut job = job();
    let name = if definition.starts_with("ConfigMapKey") || definition.starts_with("SecretKey") {
        json!("A")
    } else {
        json!(null)
    };
    if name.is_string() {
        job["spec"]["template"]["spec"]["containers"][0]["env"] = json!([{"name": name}]);
    }
    Some((job, leak(format!("/spec/template/spec/containers/0{pointer}")), good))
}

fn home_in_volume(definition: &str) -> Option<(Value, &'static str, Value)> {
    let (pointer, good) = match definition {
        "AWSElasticBlockStoreVolumeSource" => ("/awsElasticBlockStore", json!({"volumeID": "a"})),
        "AzureDiskVolumeSource" => {
            ("/azureDisk", json!({"diskName": "a", "diskURI": "https://example/a.vhd"}))
        }
        "AzureFileVolumeSource" => ("/azureFile", json!({"secretName": "a", "shareName": "a"})),
        "CephFSVolumeSource" => ("/cephfs", json!({"monitors": ["a"]})),
        "CinderVolumeSource" => ("/cinder", json!({"volumeID": "a"})),
        "FlexVolumeSource" => ("/flexVolume", json!({"driver": "a"})),
        "FlockerVolumeSource" => ("/flocker", json!({"datasetName": "a"})),
        "GCEPersistentDiskVolumeSource" => ("/gcePersistentDisk", json!({"pdName": "a"})),
        "GitRepoVolumeSource" => ("/gitRepo", json!({"repository": "a"})),
        "GlusterfsVolumeSource" => ("/glusterfs", json!({"endpoints": "a", "path": "a"})),
        "PhotonPersistentDiskVolumeSource" => ("/photonPersistentDisk", json!({"pdID": "a"})),
        "PortworxVolumeSource" => ("/portworxVolume", json!({"volumeID": "a"})),
        "QuobyteVolumeSource" => ("/quobyte", json!({"registry": "a:1", "volume": "a"})),
        "RBDVolumeSource" => ("/rbd", json!({"monitors": ["a"], "image": "a"})),
        "ScaleIOVolumeSource" => ("/scaleIO", json!({"gateway": "a", "system": "a", "volumeName": "a"})),
        "StorageOSVolumeSource" => ("/storageos", json!({"volumeName": "a"})),
        "VsphereVirtualDiskVolumeSource" => ("/vsphereVolume", json!({"volumePath": "a"})),
        "CSIVolumeSource" => ("/csi", json!({"driver": "csi.example"})),
        "ConfigMapProjection" => ("/projected/sources/0/configMap", json!({"name": "a"})),
        "ConfigMapVolumeSource" => ("/configMap", json!({"name": "a"})),
        "DownwardAPIVolumeFile" => {
            ("/downwardAPI/items/0", json!({"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}))
        }
        "DownwardAPIVolumeSource" => ("/downwardAPI", json!({})),
        "EmptyDirVolumeSource" => ("/emptyDir", json!({})),
        "EphemeralVolumeSource" => ("/ephemeral", json!({"volumeClaimTemplate": {"spec": claim()}})),
        "FCVolumeSource" => ("/fc", json!({"wwids": ["3"]})),
        "HostPathVolumeSource" => ("/hostPath", json!({"path": "/a"})),
        "ISCSIVolumeSource" => {
            ("/iscsi", json!({"targetPortal": "192.0.2.1", "iqn": "iqn.2001-04.com.example:a", "lun": 0}))
        }
        "ImageVolumeSource" => ("/image", json!({"reference": "registry.example/a:1"})),
        "KeyToPath" => ("/configMap/items/0", json!({"key": "a", "path": "a"})),
        "NFSVolumeSource" => ("/nfs", json!({"server": "nfs.example", "path": "/a"})),
        "PersistentVolumeClaimTemplate" => ("/ephemeral/volumeClaimTemplate", json!({"spec": claim()})),
        "PersistentVolumeClaimVolumeSource" => ("/persistentVolumeClaim", json!({"claimName": "a"})),
        "ProjectedVolumeSource" => ("/projected", json!({"sources": []})),
        "SecretProjection" => ("/projected/sources/0/secret", json!({"name": "a"})),
        "SecretVolumeSource" => ("/secret", json!({"secretName": "a"})),
        "ServiceAccountTokenProjection" => ("/projected/sources/0/serviceAccountToken", json!({"path": "a"})),
        "Volume" => ("", json!({})),
        "VolumeProjection" => ("/projected/sources/0", json!({})),
        _ => return None,
    };
    let mut job = job();
    let name = if definition == "KeyToPath" {
        json!({"name": "more", "configMap": {"name": "a"}})
    } else {
        json!({"name": "more"})
    };
    job["spec"]["template"]["spec"]["volumes"].as_array_mut().unwrap().push(name);
    Some((job, leak(format!("/spec/template/spec/volumes/2{pointer}")), good))
}

fn home_in_pod(definition: &str) -> Option<(Value, &'static str, Value)> {
    let term = json!({"matchExpressions": [{"key": "a", "operator": "Exists"}]});
    let (pointer, good) = match definition {
        "NodeSelector" => (
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            json!({"nodeSelectorTerms": [term]}),
        ),
        "NodeSelectorTerm" => (
            "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0",
            json!({}),
        ),
        "PodAffinityTerm" => (
            "/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0",
            json!({"topologyKey": "zone"}),
        ),
        "PodDNSConfig" => ("/dnsConfig", json!({})),
        "PodSecurityContext" => ("/securityContext", json!({})),
        "PodSpec" => ("", json!({})),
        "PreferredSchedulingTerm" => (
            "/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution/0",
            json!({"weight": 1, "preference": term}),
        ),
        "Toleration" => ("/tolerations/0", json!({"key": "a"})),
        "TopologySpreadConstraint" => (
            "/topologySpreadConstraints/0",
            json!({"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}),
        ),
        "WeightedPodAffinityTerm" => (
            "/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0",
            json!({"weight": 1, "podAffinityTerm": {"topologyKey": "zone"}}),
        ),
        _ => return None,
    };
    Some((job(), leak(format!("/spec/template/spec{pointer}")), good))
}

fn home_elsewhere(definition: &str) -> Option<(Value, &'static str, Value)> {
    let budget = || with_spec("policy/v1", "PodDisruptionBudget", &json!({}));
    let range = || with_spec("v1", "LimitRange", &json!({"limits": []}));
    let quota = || with_spec("v1", "ResourceQuota", &json!({}));
    Some(match definition {
        "AggregationRule" => (role("ClusterRole"), "/aggregationRule", json!({"clusterRoleSelectors": [{}]})),
        "CronJobSpec" => (cron_job(), "/spec", json!({})),
        "DeploymentSpec" => (deployment(), "/spec", json!({})),
        "IPBlock" => (policy(), "/spec/egress/0/to/0/ipBlock", json!({"cidr": "10.0.0.0/8"})),
        "JobSpec" => (job(), "/spec", json!({})),
        "JobTemplateSpec" => (cron_job(), "/spec/jobTemplate", json!({})),
        "LabelSelector" => (budget(), "/spec/selector", json!({})),
        "LabelSelectorRequirement" => (
            budget(),
            "/spec/selector/matchExpressions/0",
            json!({"key": "a", "operator": "In", "values": ["a"]}),
        ),
        "LeaseSpec" => (with_spec("coordination.k8s.io/v1", "Lease", &json!({})), "/spec", json!({})),
        "LimitRangeItem" => (range(), "/spec/limits/0", json!({"type": "Container"})),
        "LimitRangeSpec" => (range(), "/spec", json!({})),
        "NamespaceSpec" => (named("v1", "Namespace"), "/spec", json!({})),
        "NetworkPolicyPeer" => (policy(), "/spec/ingress/0/from/0", json!({"podSelector": {}})),
        "NetworkPolicyPort" => (policy(), "/spec/ingress/0/ports/0", json!({"port": 80})),
        "NetworkPolicySpec" => (policy(), "/spec", json!({})),
        "PersistentVolumeClaimSpec" => {
            (with_spec("v1", "PersistentVolumeClaim", &claim()), "/spec", json!({}))
        }
        "PodDisruptionBudgetSpec" => (budget(), "/spec", json!({})),
        "PodFailurePolicyOnExitCodesRequirement" => {
            let mut job = job();
            job["spec"]["podFailurePolicy"] = json!({"rules": [{"action": "FailJob"}]});
            (job, "/spec/podFailurePolicy/rules/0/onExitCodes", json!({"operator": "In", "values": [1]}))
        }
        "PodFailurePolicyRule" => (
            job(),
            "/spec/podFailurePolicy/rules/0",
            json!({"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}),
        ),
        "PodTemplateSpec" => (job(), "/spec/template", json!({})),
        "PolicyRule" => (role("ClusterRole"), "/rules/0", json!({})),
        "ResourceQuotaSpec" => (quota(), "/spec", json!({})),
        "RoleRef" => (binding("RoleBinding"), "/roleRef", json!({})),
        "ScopedResourceSelectorRequirement" => (
            quota(),
            "/spec/scopeSelector/matchExpressions/0",
            json!({"scopeName": "PriorityClass", "operator": "Exists"}),
        ),
        "ServicePort" => (service(), "/spec/ports/0", json!({})),
        "ServiceSpec" => (service(), "/spec", json!({})),
        "Subject" => (binding("RoleBinding"), "/subjects/0", json!({})),
        _ => return None,
    })
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

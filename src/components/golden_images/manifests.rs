//! Which manifests golden images come out as, and what each template sees. One file a kind of object.

mod alerts;
mod clone_rights;
mod crons;
mod data_sources;
mod data_volumes;
mod hyper_converged;
mod namespace;
mod resource_quota;
mod ssp;
mod storage_profiles;
mod trusted_ca;

use super::resolve::{Carrier, GoldenImages};
use crate::manifest::{CommonMetadata, Draft, Home, Lifecycle, Maker};

/// What is the same for every object of golden images.
pub static HOME: Home = Home {
    component: "goldenImages",
    label: "golden-images",
    folder: "golden-images",
    patch_folder: "golden-images-patch",
    // Where OpenShift Virtualization keeps the HyperConverged.
    namespace: "openshift-cnv",
};

/// Every manifest of a site's golden images. An absent component keeps only what cleans up: an empty list of templates
/// where HyperConverged or SSP carry the images; DataImportCrons of our own go because they are no longer rendered.
pub fn drafts<'s>(golden: &'s GoldenImages, common: &'s CommonMetadata) -> Vec<Draft<'s>> {
    let making = Making { component: golden, home: &HOME, common, lifecycle: &golden.lifecycle };
    let absent = golden.lifecycle.value == Lifecycle::Absent;
    let mut drafts = match &golden.carrier {
        Carrier::HyperConverged(carrier) => hyper_converged::drafts(&making, carrier, absent),
        Carrier::Ssp(carrier) => ssp::drafts(&making, carrier, absent),
        Carrier::Raw if absent => Vec::new(),
        Carrier::Raw => crons::drafts(&making),
    };
    if !absent {
        drafts.extend(namespace::drafts(&making));
        drafts.extend(resource_quota::drafts(&making));
        drafts.extend(data_sources::drafts(&making));
        drafts.extend(storage_profiles::drafts(&making));
        drafts.extend(clone_rights::drafts(&making));
        drafts.extend(data_volumes::drafts(&making));
        drafts.extend(trusted_ca::drafts(&making));
        drafts.extend(alerts::drafts(&making));
    }
    drafts
}

/// Makes the manifests of a site's golden images.
type Making<'s> = Maker<'s, GoldenImages>;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::components::golden_images::testing::{
        Outcome, RHEL, plain, product, site, site_with_snapshot, upstream,
    };

    fn hyper_converged(text: &str) -> Value {
        site(text).manifest("HyperConverged", "kubevirt-hyperconverged")
    }

    fn template(manifest: &Value, index: usize) -> &Value {
        let spec = &manifest["spec"];
        let list = [
            &spec["dataImportCronTemplates"],
            &spec["workloadSources"]["dataImportCronTemplates"],
            &spec["commonTemplates"]["dataImportCronTemplates"],
        ];
        list.into_iter().find(|list| list.is_array()).map(|list| &list[index]).unwrap()
    }

    #[test]
    fn the_switch_of_common_images_is_where_the_release_reads_it() {
        let gate = hyper_converged(&product("4.18", RHEL));
        assert_eq!(gate["apiVersion"], "hco.kubevirt.io/v1beta1");
        assert_eq!(gate["spec"]["featureGates"], json!({"enableCommonBootImageImport": true}));
        assert_eq!(gate["spec"].get("enableCommonBootImageImport"), None);
        for version in ["4.19", "4.20", "4.21"] {
            let field = hyper_converged(&product(version, RHEL));
            assert_eq!(field["apiVersion"], "hco.kubevirt.io/v1beta1");
            assert_eq!(field["spec"]["enableCommonBootImageImport"], true);
            assert_eq!(field["spec"].get("featureGates"), None);
        }
        let v1 = hyper_converged(&product("4.22", RHEL));
        assert_eq!(v1["apiVersion"], "hco.kubevirt.io/v1");
        assert_eq!(v1["spec"]["workloadSources"]["enableCommonBootImageImport"], true);
    }

    #[test]
    fn a_template_is_explicit_about_all_that_releases_default_differently() {
        let manifest = hyper_converged(&product("4.20", RHEL));
        let template = template(&manifest, 0);
        assert_eq!(
            template["metadata"],
            json!({
                "name": "rhel9-corp-image-cron",
                "annotations": {"cdi.kubevirt.io/storage.bind.immediate.requested": "true"},
            })
        );
        let schedule = template["spec"]["schedule"].as_str().unwrap();
        assert!(schedule.ends_with("/12 * * *"), "{schedule}");
        assert_eq!(
            template["spec"],
            json!({
                "schedule": schedule,
                "managedDataSource": "rhel9-corp",
                "garbageCollect": "Outdated",
                "importsToKeep": 2,
                "retentionPolicy": "All",
                "template": {"spec": {
                    "source": {"registry": {"url": "docker://registry.example/images/rhel9:latest", "pullMethod": "pod"}},
                    "storage": {"resources": {"requests": {"storage": "30Gi"}}},
                }},
            })
        );
    }

    #[test]
    fn ownership_decides_the_marks_of_a_shared_object() {
        let annotations = |ownership: &str| {
            let text = format!("{RHEL}ownership: {{hyperConverged: {ownership}}}\n");
            hyper_converged(&product("4.20", &text))["metadata"].clone()
        };
        assert_eq!(
            annotations("fields")["annotations"],
            json!({
                "argocd.argoproj.io/sync-options": "Prune=false,Delete=false,ServerSideApply=true",
                "kustomize.toolkit.fluxcd.io/prune": "disabled",
                "kustomize.toolkit.fluxcd.io/ssa": "Merge",
            })
        );
        assert_eq!(annotations("whole")["labels"]["app.kubernetes.io/managed-by"], "goldsmith");
        assert_eq!(annotations("whole").get("annotations"), None);
        assert_eq!(annotations("patch")["labels"], json!({"goldsmith.dev/site": "paris"}));
        assert_eq!(annotations("patch").get("annotations"), None);
    }

    #[test]
    fn a_patch_lies_apart_from_what_is_applied_alone() {
        let text = format!("{RHEL}namespace: vm-images\nownership: {{hyperConverged: patch}}\n");
        let outcome = site(&product("4.20", &text));
        assert_eq!(outcome.folders(), ["golden-images-patch", "golden-images"]);
    }

    #[test]
    fn a_common_image_is_dropped_by_name_alone() {
        let text = "commonBootImages: {images: {centos-stream10: {enabled: false}}}\n";
        let manifest = hyper_converged(&product("4.20", text));
        assert_eq!(
            *template(&manifest, 0),
            json!({"metadata": {
                "name": "centos-stream10-image-cron",
                "annotations": {
                    "cdi.kubevirt.io/storage.bind.immediate.requested": "true",
                    "dataimportcrontemplate.kubevirt.io/enable": "false",
                },
            }})
        );
    }

    #[test]
    fn a_custom_image_that_is_off_is_left_out() {
        let text = "images:\n  a: {registry: a.example/b, size: 1Gi}\n  b: {registry: a.example/b, size: 1Gi, enabled: false}\n";
        let manifest = hyper_converged(&product("4.20", text));
        assert_eq!(manifest["spec"]["dataImportCronTemplates"].as_array().unwrap().len(), 1);
        assert_eq!(template(&manifest, 0)["metadata"]["name"], "a-image-cron");
    }

    #[test]
    fn an_override_goes_where_the_common_images_went() {
        let text = "commonBootImages: {namespace: moved, images: {fedora: {keep: 3}}}\n";
        let manifest = hyper_converged(&upstream("1.16", text));
        assert_eq!(template(&manifest, 0)["metadata"]["namespace"], "moved");
    }

    #[test]
    fn common_images_are_switched_off_as_a_whole() {
        let manifest = hyper_converged(&product("4.20", "commonBootImages: {enabled: false}\n"));
        assert_eq!(manifest["spec"], json!({"enableCommonBootImageImport": false}));
    }

    #[test]
    fn an_override_is_completed_from_the_upstream_list() {
        let text = "commonBootImages: {images: {fedora: {registry: registry.example/fedora:41}}}\n";
        let manifest = hyper_converged(&upstream("1.16", text));
        let template = template(&manifest, 0);
        assert_eq!(template["metadata"]["name"], "fedora-image-cron");
        assert_eq!(template["spec"]["schedule"], "", "HyperConverged fills in its own");
        assert_eq!(template["spec"]["managedDataSource"], "fedora");
        assert_eq!(
            template["spec"]["template"]["spec"]["storage"]["resources"]["requests"]["storage"],
            "5Gi"
        );
        assert_eq!(
            template["spec"]["template"]["spec"]["source"]["registry"]["url"],
            "docker://registry.example/fedora:41"
        );
    }

    const SNAPSHOT: &str = "
kind: HyperConverged
status:
  dataImportCronTemplates:
  - metadata: {name: rhel9-image-cron, annotations: {ssp.kubevirt.io/dict.architectures: 'amd64'}}
    spec:
      garbageCollect: Outdated
      importsToKeep: 1
      managedDataSource: rhel9
      retentionPolicy: None
      schedule: 44 4/12 * * *
      template:
        spec:
          source: {registry: {imageStream: rhel9-guest, pullMethod: node}}
          storage: {resources: {requests: {storage: 30Gi}}}
    status: {commonTemplate: true}
  - metadata: {name: own-image-cron}
    spec: {managedDataSource: own, template: {spec: {}}}
    status: {commonTemplate: false}
";

    #[test]
    fn an_override_of_the_product_is_completed_from_the_snapshot() {
        let text = "commonBootImages: {snapshot: snapshots/live.yaml, images: {rhel9: {keep: 4}}}\n";
        let outcome = site_with_snapshot(&product("4.20", text), Some(SNAPSHOT));
        let manifest = outcome.manifest("HyperConverged", "kubevirt-hyperconverged");
        let spec = &template(&manifest, 0)["spec"];
        assert_eq!(spec["importsToKeep"], 4);
        assert_eq!(spec["retentionPolicy"], "All", "what HyperConverged injected is nobody's wish");
        assert_eq!(
            spec["template"]["spec"]["source"],
            json!({"registry": {"imageStream": "rhel9-guest", "pullMethod": "node"}})
        );
        assert_eq!(
            spec["template"]["spec"]["storage"],
            json!({"resources": {"requests": {"storage": "30Gi"}}})
        );
    }

    const TWO_ARCHITECTURES: &str =
        "images:\n  rhel9: {registry: registry.example/rhel9, size: 30Gi, architectures: [amd64, arm64]}\n";

    fn several(platform: &str, more: &str) -> String {
        let images =
            TWO_ARCHITECTURES.lines().fold(String::new(), |images, line| images + "  " + line + "\n");
        let images = images.replace("rhel9:", "corp:");
        format!("platform: {{{platform}, architectures: [arm64, amd64]}}\ngoldenImages:\n{images}{more}")
    }

    #[test]
    fn several_architectures_have_three_forms_in_hyper_converged() {
        let gate = hyper_converged(&several("openshift: '4.20', hyperConverged: '1.16'", ""));
        assert_eq!(gate["spec"]["featureGates"], json!({"enableMultiArchBootImageImport": true}));
        assert_eq!(
            template(&gate, 0)["metadata"]["annotations"]["ssp.kubevirt.io/dict.architectures"],
            "amd64,arm64"
        );
        let text =
            several("openshift: '4.20', hyperConverged: '1.18'", "  ownership: {hyperConverged: whole}\n");
        let list = hyper_converged(&text);
        assert_eq!(list["spec"]["featureGates"], json!([{"name": "enableMultiArchBootImageImport"}]));
        let field = hyper_converged(&several("openshift: '4.20', hyperConverged: '1.19'", ""));
        assert_eq!(field["spec"].get("featureGates"), None);
        assert_eq!(field["spec"]["workloadSources"]["enableMultiArchBootImageImport"], true);
    }

    #[test]
    fn several_architectures_are_named_to_ssp_with_the_cluster() {
        let text = several("kubernetes: '1.34', ssp: '0.24', cdi: '1.63'", "");
        let ssp = site(&text).manifest("SSP", "ssp");
        assert_eq!(ssp["apiVersion"], "ssp.kubevirt.io/v1beta3");
        assert_eq!(ssp["spec"]["enableMultipleArchitectures"], true);
        assert_eq!(ssp["spec"]["cluster"], json!({"workloadArchitectures": ["arm64", "amd64"]}));
        assert_eq!(ssp["spec"]["commonTemplates"]["namespace"], "kubevirt");
    }

    #[test]
    fn without_ssp_each_architecture_is_imported_by_a_cron_of_its_own() {
        let outcome = site(&several("kubernetes: '1.34', cdi: '1.63'", ""));
        assert_eq!(
            outcome.names()[..2],
            [
                "DataImportCron kubevirt-os-images/corp-image-cron-arm64",
                "DataImportCron kubevirt-os-images/corp-image-cron-amd64",
            ]
        );
        let arm = outcome.manifest("DataImportCron", "corp-image-cron-arm64");
        assert_eq!(arm["spec"]["managedDataSource"], "corp-arm64");
        assert_eq!(
            arm["spec"]["template"]["spec"]["source"]["registry"]["platform"],
            json!({"architecture": "arm64"})
        );
        assert_eq!(arm["metadata"]["labels"]["cdi.kubevirt.io/storage.import.datasource-name"], "corp");
        let pointer = outcome.manifest("DataSource", "corp");
        assert_eq!(
            pointer["spec"]["source"],
            json!({"dataSource": {"namespace": "kubevirt-os-images", "name": "corp-arm64"}})
        );
    }

    #[test]
    fn each_ssp_release_has_its_version() {
        for (release, version) in [
            ("0.17", "v1beta1"),
            ("0.18", "v1beta2"),
            ("0.23", "v1beta2"),
            ("0.24", "v1beta3"),
            ("0.26", "v1beta3"),
        ] {
            let text = format!(
                "platform: {{kubernetes: \"1.34\", ssp: \"{release}\", cdi: \"1.63\"}}\ngoldenImages:\n  images: {{corp: {{registry: a.example/b, size: 1Gi}}}}\n"
            );
            let ssp = site(&text).manifest("SSP", "ssp");
            assert_eq!(ssp["apiVersion"], format!("ssp.kubevirt.io/{version}"), "{release}");
            assert_eq!(template(&ssp, 0)["spec"]["managedDataSource"], "corp");
        }
    }

    #[test]
    fn plain_kubernetes_gets_objects_a_namespace_and_the_right_to_clone() {
        let outcome = site(&plain(
            "1.63.1",
            &format!(
                "{RHEL}namespace: golden\ncloneableFrom: {{team-a: {{}}, team-b: {{serviceAccounts: [vm]}}}}\n"
            ),
        ));
        assert_eq!(
            outcome.names(),
            [
                "DataImportCron golden/rhel9-corp-image-cron",
                "Namespace -/golden",
                "Role golden/golden-images-clone",
                "RoleBinding golden/golden-images-clone-team-a",
                "RoleBinding golden/golden-images-clone-team-b",
            ]
        );
        let all = outcome.manifest("RoleBinding", "golden-images-clone-team-a");
        assert_eq!(
            all["subjects"],
            json!([{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:serviceaccounts:team-a"}])
        );
        let one = outcome.manifest("RoleBinding", "golden-images-clone-team-b");
        assert_eq!(one["subjects"], json!([{"kind": "ServiceAccount", "namespace": "team-b", "name": "vm"}]));
    }

    #[test]
    fn the_platforms_own_namespace_needs_nothing_of_ours() {
        let outcome = site(&product("4.20", &format!("{RHEL}cloneableFrom: {{team-a: {{}}}}\n")));
        assert_eq!(outcome.names(), ["HyperConverged openshift-cnv/kubevirt-hyperconverged"]);
    }

    #[test]
    fn a_custom_namespace_is_named_in_each_template() {
        let outcome = site(&product("4.20", &format!("{RHEL}namespace: golden\n")));
        let manifest = outcome.manifest("HyperConverged", "kubevirt-hyperconverged");
        assert_eq!(template(&manifest, 0)["metadata"]["namespace"], "golden");
        assert_eq!(outcome.names()[1], "Namespace -/golden");
    }

    fn pulled(cdi: &str, pull: &str) -> Outcome {
        site(&format!(
            "platform: {{kubernetes: \"1.34\", cdi: \"{cdi}\"}}
registries:
  mirrors: {{quay.io/containerdisks: {{to: [mirror.example/disks]}}}}
  credentials: {{mirror.example: {{cdi: corp-cdi}}}}
  trustedCA: {{configMap: corp-ca}}
goldenImages:
  namespace: golden
  images: {{f: {{registry: quay.io/containerdisks/fedora:41, size: 5Gi, pull: {pull}}}}}
"
        ))
    }

    #[test]
    fn a_pull_by_pod_goes_to_the_mirror_and_expects_its_secrets_twice() {
        let cron = pulled("1.63", "pod").manifest("DataImportCron", "f-image-cron");
        assert_eq!(
            cron["spec"]["template"]["spec"]["source"]["registry"],
            json!({
                "url": "docker://mirror.example/disks/fedora:41",
                "pullMethod": "pod",
                "secretRef": "corp-cdi",
                "certConfigMap": "corp-ca",
            })
        );
        let expects = &cron["metadata"]["annotations"]["goldsmith.dev/expects"];
        assert_eq!(
            expects,
            "ConfigMap cdi/corp-ca, ConfigMap golden/corp-ca, Secret cdi/corp-cdi, Secret golden/corp-cdi"
        );
    }

    #[test]
    fn a_pull_by_node_leaves_the_mirror_to_the_node_once_cdi_polls_through_it() {
        let registry = |cdi: &str| {
            pulled(cdi, "node").manifest("DataImportCron", "f-image-cron")["spec"]["template"]["spec"]["source"]["registry"].clone()
        };
        assert_eq!(
            registry("1.63"),
            json!({"url": "docker://quay.io/containerdisks/fedora:41", "pullMethod": "node"})
        );
        assert_eq!(registry("1.62")["url"], "docker://mirror.example/disks/fedora:41");
        assert_eq!(registry("1.62")["secretRef"], "corp-cdi");
    }

    #[test]
    fn certificates_that_are_given_are_rendered_wherever_a_pod_pulls() {
        let outcome = site(
            "platform: {kubernetes: '1.34', cdi: '1.63'}
registries:
  mirrors: {quay.io: {to: [mirror.example]}}
  trustedCA: {configMap: corp-ca, certificates: PEM}
goldenImages:
  namespace: golden
  images: {f: {registry: quay.io/containerdisks/fedora:41, size: 5Gi}}
",
        );
        let maps: Vec<String> =
            outcome.names().into_iter().filter(|name| name.starts_with("ConfigMap")).collect();
        assert_eq!(maps, ["ConfigMap cdi/corp-ca", "ConfigMap golden/corp-ca"]);
        let cron = outcome.manifest("DataImportCron", "f-image-cron");
        assert_eq!(cron["metadata"]["annotations"].get("goldsmith.dev/expects"), None);
    }

    fn from_pvc(cdi: &str) -> Outcome {
        let text = "namespace: golden\nimages: {win: {pvc: {namespace: builds, name: win2k22}}}\n";
        site(&plain(cdi, text))
    }

    #[test]
    fn an_import_from_another_namespace_gets_the_right_to_clone_where_cdi_asks() {
        let checked = from_pvc("1.64");
        assert_eq!(
            checked.names(),
            [
                "DataImportCron golden/win-image-cron",
                "Namespace -/golden",
                "ServiceAccount golden/golden-image-import",
                "Role builds/golden-images-import",
                "RoleBinding builds/golden-images-import",
            ]
        );
        let cron = checked.manifest("DataImportCron", "win-image-cron");
        assert_eq!(cron["spec"]["serviceAccountName"], "golden-image-import");
        assert_eq!(
            cron["spec"]["template"]["spec"],
            json!({
                "source": {"pvc": {"namespace": "builds", "name": "win2k22"}},
                "storage": {},
            })
        );
        assert_eq!(from_pvc("1.63").names().len(), 2, "nobody asks before 1.64");
    }

    #[test]
    fn data_sources_are_plain_adopted_or_pointers() {
        let text = format!(
            "{RHEL}namespace: golden\ndataSources:\n  fedora: {{pvc: {{name: fedora-41}}}}\n  rhel9-corp: {{adoptedBy: rhel9-corp}}\n  stable: {{dataSource: rhel9-corp}}\n"
        );
        let outcome = site(&plain("1.63", &text));
        let source = |name: &str| outcome.manifest("DataSource", name);
        assert_eq!(
            source("fedora")["spec"]["source"],
            json!({"pvc": {"namespace": "golden", "name": "fedora-41"}})
        );
        assert_eq!(
            source("rhel9-corp")["metadata"]["labels"]["cdi.kubevirt.io/dataImportCron"],
            "rhel9-corp-image-cron"
        );
        assert_eq!(source("rhel9-corp")["spec"], json!({"source": {}}));
        assert_eq!(
            source("stable")["spec"]["source"],
            json!({"dataSource": {"namespace": "golden", "name": "rhel9-corp"}})
        );
    }

    #[test]
    fn a_data_volume_follows_its_data_source_and_its_namespace_may_clone() {
        let text = format!(
            "{RHEL}namespace: golden\ndataVolumes: {{db: {{namespace: team-a, from: rhel9-corp}}}}\n"
        );
        let outcome = site(&plain("1.63", &text));
        let volume = outcome.manifest("DataVolume", "db");
        assert_eq!(
            volume["spec"],
            json!({
                "sourceRef": {"kind": "DataSource", "namespace": "golden", "name": "rhel9-corp"},
                "storage": {},
            })
        );
        assert!(outcome.names().contains(&"RoleBinding golden/golden-images-clone-team-a".to_owned()));
    }

    #[test]
    fn a_storage_profile_holds_only_what_the_site_decides() {
        let text = format!(
            "{RHEL}storageProfiles: {{rbd: {{importFormat: snapshot, cloneStrategy: csi-clone}}, nfs: {{}}}}\n"
        );
        let outcome = site(&product("4.20", &text));
        let profile = outcome.manifest("StorageProfile", "rbd");
        assert_eq!(
            profile["spec"],
            json!({"dataImportCronSourceFormat": "snapshot", "cloneStrategy": "csi-clone"})
        );
        assert!(!outcome.names().iter().any(|name| name.ends_with("/nfs")));
    }

    #[test]
    fn a_storage_limit_is_a_quota_on_the_namespace_of_the_images() {
        let limited = |more: &str| {
            site(&product("4.20", &format!("{RHEL}namespace: golden-images\nstorageLimit: 500Gi\n{more}")))
        };
        let quota = limited("").manifest("ResourceQuota", "golden-images");
        assert_eq!(quota["metadata"]["namespace"], "golden-images");
        assert_eq!(quota["spec"], json!({"hard": {"requests.storage": "500Gi"}}));
        let absent = limited("lifecycle: absent\n").names();
        assert!(!absent.iter().any(|name| name.starts_with("ResourceQuota")), "{absent:?}");
    }

    #[test]
    fn alerts_ask_for_the_metric_as_the_release_has_it() {
        let expressions = |cdi: &str| {
            let rule = site(&plain(cdi, &format!("{RHEL}namespace: golden\nalerts: {{enabled: true}}\n")))
                .manifest("PrometheusRule", "golden-images");
            let rules = rule["spec"]["groups"][0]["rules"].as_array().unwrap().clone();
            rules.iter().map(|rule| rule["expr"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            expressions("1.64"),
            [
                "max by (namespace, cron_name) (kubevirt_cdi_dataimportcron_outdated{namespace=\"golden\",cron_name=~\"rhel9-corp-image-cron\",pending=\"false\"}) > 0",
                "absent(kubevirt_cdi_dataimportcron_outdated{namespace=\"golden\",cron_name=~\"rhel9-corp-image-cron\"}) or max(kubevirt_cdi_dataimportcron_outdated{namespace=\"golden\",cron_name=~\"rhel9-corp-image-cron\",pending=\"true\"}) > 0",
            ]
        );
        assert!(expressions("1.63")[0].contains("{ns=\"golden\""));
        assert!(!expressions("1.59")[0].contains("pending"));
        assert!(expressions("1.57")[0].contains("kubevirt_cdi_dataimportcron_outdated_total{"));
    }

    #[test]
    fn an_absent_component_empties_the_templates_and_leaves_the_rest_alone() {
        let absent = format!("{RHEL}lifecycle: absent\n");
        let outcome = site(&product("4.20", &absent));
        assert_eq!(outcome.names(), ["HyperConverged openshift-cnv/kubevirt-hyperconverged"]);
        assert_eq!(outcome.manifests()[0]["spec"], json!({"dataImportCronTemplates": []}));
        let v1 = site(&product("4.22", &absent)).manifests();
        assert_eq!(v1[0]["spec"], json!({"workloadSources": {"dataImportCronTemplates": []}}));
        assert_eq!(site(&plain("1.63", &absent)).names(), [""; 0]);
    }

    #[test]
    fn an_orphan_is_marked_never_to_be_pruned() {
        let outcome = site(&plain("1.63", &format!("{RHEL}lifecycle: orphan\n")));
        for manifest in outcome.manifests() {
            let annotations = &manifest["metadata"]["annotations"];
            assert_eq!(annotations["kustomize.toolkit.fluxcd.io/prune"], "disabled", "{manifest}");
            assert!(
                annotations["argocd.argoproj.io/sync-options"]
                    .as_str()
                    .unwrap()
                    .starts_with("Prune=false,Delete=false")
            );
        }
    }
}

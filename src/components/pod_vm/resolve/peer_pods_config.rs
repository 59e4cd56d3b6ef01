//! The data of `peer-pods-cm`, which the adaptor and the image Jobs read (podvm 1.1, 1.2).
//!
//! Only what somebody decided: the adaptor has defaults of its own, and what operator and Jobs write there is left to them.

use std::collections::BTreeMap;

use super::asked::Resolving;
use super::config_data::{ConfigData, joined, text};
use super::image::Image;
use crate::capability::Capability;
use crate::components::pod_vm::hazards::{FIELD_MISSING, IN_THE_SECRET, OPERATOR_SETS_TLS, TAG_SPLITS};
use crate::components::pod_vm::spec::{Confidential, Provider};
use crate::diagnostic::Diagnostic;
use crate::provenance::{Origin, Setting, Sourced};

/// All of it.
pub(super) fn resolve(
    resolving: &mut Resolving<'_, '_>,
    image: &Image,
    confidential: Option<&Sourced<Confidential>>,
) -> ConfigData {
    let mut data = ConfigData::default();
    let provider = resolving.provider;
    data.put("CLOUD_PROVIDER", text(&provider.clone().map(Provider::word)));
    resolving.require_section();
    match provider.value {
        Provider::Aws => aws(resolving, &mut data),
        Provider::Azure => azure(resolving, &mut data),
        Provider::Gcp => gcp(resolving, confidential, &mut data),
        Provider::Libvirt => libvirt(resolving, &mut data),
    }
    adaptor(resolving, &mut data);
    data.put_given("INITDATA", &resolving.spec.initdata);
    if let Image::Id(id) = image {
        data.put(provider.value.image_key(), id.clone());
    }
    data
}

impl<'a> Resolving<'a, '_> {
    /// Where the section of the provider is written.
    fn section(&self) -> Option<&'a Origin> {
        let spec = self.spec;
        match self.provider.value {
            Provider::Aws => spec.aws.origin(),
            Provider::Azure => spec.azure.origin(),
            Provider::Gcp => spec.gcp.origin(),
            Provider::Libvirt => spec.libvirt.origin(),
        }
    }

    /// Tells that the section of the provider is missing, where something in it is needed.
    fn require_section(&mut self) {
        let by_secret =
            self.provider.value == Provider::Libvirt && !self.can(Capability::LibvirtInConfig).available;
        if self.section().is_some() || by_secret {
            return;
        }
        let word = self.provider.value.word();
        let finding = Diagnostic::new(&FIELD_MISSING, format!("`podVM.{word}` is missing"))
            .at(self.place(&self.provider.origin), "this cloud")
            .note(format!(
                "pod VMs on {} do not start without what belongs in there",
                self.provider.value.name()
            ))
            .help(format!("give the section `{word}`; the schema tells what is required in it"));
        self.tell(finding);
    }

    /// A setting of the provider's own section that nothing goes without.
    fn put_required<T: ToString>(
        &mut self,
        data: &mut ConfigData,
        key: &'static str,
        setting: &Setting<T>,
        path: &str,
    ) {
        // A section that is missing as a whole is told once.
        let Some(section) = self.section() else { return };
        if let Some(given) = self.required(setting, path, section) {
            data.put(key, text(given));
        }
    }
}

fn aws(resolving: &mut Resolving<'_, '_>, data: &mut ConfigData) {
    let aws = resolving.spec.aws.section();
    let groups = aws.security_group_ids.get();
    let groups = groups.map_or(Setting::Unset, |groups| Setting::Set(joined(groups, ",")));
    resolving.put_required(data, "AWS_REGION", &aws.region, "podVM.aws.region");
    resolving.put_required(data, "AWS_VPC_ID", &aws.vpc_id, "podVM.aws.vpcID");
    resolving.put_required(data, "AWS_SUBNET_ID", &aws.subnet_id, "podVM.aws.subnetID");
    resolving.put_required(data, "AWS_SG_IDS", &groups, "podVM.aws.securityGroupIDs");
    data.put_given("PODVM_INSTANCE_TYPE", &aws.instance_type);
    data.put_list("PODVM_INSTANCE_TYPES", &aws.instance_types);
    data.put_given("SSH_KP_NAME", &aws.key_pair);
    if let Some(template) = aws.launch_template.get() {
        let wanted = template
            .enabled
            .get()
            .map_or_else(|| Sourced { value: true, origin: template.origin.clone() }, Clone::clone);
        data.put("USE_PODVM_LAUNCHTEMPLATE", text(&wanted));
        data.put_given("PODVM_LAUNCHTEMPLATE_NAME", &template.name);
    }
}

fn azure(resolving: &mut Resolving<'_, '_>, data: &mut ConfigData) {
    let azure = resolving.spec.azure.section();
    resolving.put_required(data, "AZURE_RESOURCE_GROUP", &azure.resource_group, "podVM.azure.resourceGroup");
    resolving.put_required(data, "AZURE_REGION", &azure.region, "podVM.azure.region");
    resolving.put_required(data, "AZURE_SUBNET_ID", &azure.subnet_id, "podVM.azure.subnetID");
    data.put_given("AZURE_NSG_ID", &azure.network_security_group_id);
    data.put_given("AZURE_INSTANCE_SIZE", &azure.instance_size);
    data.put_list("AZURE_INSTANCE_SIZES", &azure.instance_sizes);
    data.put_given("ENABLE_SECURE_BOOT", &azure.secure_boot);
    data.put_given("SSH_USERNAME", &azure.ssh_user);
}

fn gcp(
    resolving: &mut Resolving<'_, '_>,
    confidential: Option<&Sourced<Confidential>>,
    data: &mut ConfigData,
) {
    let gcp = resolving.spec.gcp.section();
    resolving.require(Capability::PodVmOnGoogleCloud, "podVM.provider", &resolving.provider.origin);
    resolving.put_required(data, "GCP_PROJECT_ID", &gcp.project_id, "podVM.gcp.projectID");
    resolving.put_required(data, "GCP_ZONE", &gcp.zone, "podVM.gcp.zone");
    resolving.put_required(data, "GCP_NETWORK", &gcp.network, "podVM.gcp.network");
    data.put_given("GCP_SUBNETWORK", &gcp.subnetwork);
    data.put_given("GCP_MACHINE_TYPE", &gcp.machine_type);
    data.put_list("GCP_INSTANCE_TYPES", &gcp.machine_types);
    data.put_given("GCP_DISK_TYPE", &gcp.disk_type);
    if let Some(technology) = confidential {
        let name = |technology| match technology {
            Confidential::Snp => "SEV_SNP",
            Confidential::Tdx => "TDX",
        };
        data.put("GCP_CONFIDENTIAL_TYPE", text(&technology.clone().map(name)));
    }
}

/// Up to 1.8 the adaptor and the Jobs read pool and volume from the Secret.
fn libvirt(resolving: &mut Resolving<'_, '_>, data: &mut ConfigData) {
    let libvirt = resolving.spec.libvirt.section();
    resolving.require(Capability::PodVmOnLibvirt, "podVM.provider", &resolving.provider.origin);
    let in_config = resolving.can(Capability::LibvirtInConfig);
    let places = [
        ("LIBVIRT_POOL", &libvirt.pool, "podVM.libvirt.pool"),
        ("LIBVIRT_VOL_NAME", &libvirt.volume, "podVM.libvirt.volume"),
        ("LIBVIRT_DIR_NAME", &libvirt.directory, "podVM.libvirt.directory"),
    ];
    for (key, setting, path) in places {
        if in_config.available {
            resolving.put_required(data, key, setting, path);
        } else if let Some(given) = setting.get() {
            let finding = Diagnostic::new(
                &IN_THE_SECRET,
                format!("this release does not read `{key}` from a ConfigMap"),
            )
            .at(resolving.place(&given.origin), "goes nowhere")
            .with(resolving.place(&resolving.release.origin), "the release")
            .help(match key {
                "LIBVIRT_DIR_NAME" => "leave it out: the pool has to be there".to_owned(),
                key => format!("leave it out, and put `{key}` into the Secret `peer-pods-secret`"),
            });
            resolving.tell(finding);
        }
    }
    data.put_given("LIBVIRT_NET", &libvirt.network);
    data.put_given("LIBVIRT_CPU", &libvirt.cpu);
    data.put_given("LIBVIRT_MEMORY", &libvirt.memory);
    data.put_given("LIBVIRT_CPUSET", &libvirt.cpu_set);
    data.put_given("LIBVIRT_ROOT_DISK_SIZE", &libvirt.root_disk_size);
    data.put_given("LIBVIRT_EFI_FIRMWARE", &libvirt.efi_firmware);
    data.put_given("LIBVIRT_LAUNCH_SECURITY", &libvirt.launch_security);
}

fn adaptor(resolving: &mut Resolving<'_, '_>, data: &mut ConfigData) {
    let adaptor = resolving.spec.adaptor.section();
    data.put_given("PROXY_TIMEOUT", &adaptor.proxy_timeout);
    data.put_given("VXLAN_PORT", &adaptor.vxlan_port);
    data.put_given("TUNNEL_TYPE", &adaptor.tunnel_type);
    data.put_given("FORWARDER_PORT", &adaptor.forwarder_port);
    if let Some(limit) = adaptor.peer_pods_per_node.get() {
        resolving.require(Capability::PeerPodsLimit, "podVM.adaptor.peerPodsPerNode", &limit.origin);
        data.put("PEERPODS_LIMIT_PER_NODE", text(limit));
    }
    if let Some(tags) = adaptor.tags.get().and_then(|tags| tags_joined(resolving, &tags.value)) {
        data.put("TAGS", tags);
    }
    if resolving.provider.value == Provider::Libvirt {
        unread_on_libvirt(resolving);
    } else {
        data.put_given("ROOT_VOLUME_SIZE", &adaptor.root_volume_size);
        data.put_given("USE_PUBLIC_IP", &adaptor.use_public_ip);
    }
    data.put_given("PAUSE_IMAGE", &adaptor.pause_image);
    data.put_given("CLOUD_CONFIG_VERIFY", &adaptor.verify_cloud_config);
    data.put_given("ENABLE_SCRATCH_SPACE", &adaptor.scratch_space);
    data.put_given("REMOTE_HYPERVISOR_ENDPOINT", &adaptor.hypervisor_socket);
    data.put_given("PODS_DIR", &adaptor.pods_folder);
    data.put_given("EXTERNAL_NETWORK_VIA_PODVM", &adaptor.external_network_via_pod_vm);
    data.put_list("POD_SUBNET_CIDRS", &adaptor.pod_subnet_cidrs);
    let tls = adaptor.tls.section();
    data.put_given("TLS_SKIP_VERIFY", &tls.skip_verify);
    data.put_given("CACERT_FILE", &tls.ca_file);
    data.put_given("CERT_FILE", &tls.certificate_file);
    data.put_given("CERT_KEY", &tls.key_file);
    data.put_given("TLS_MIN_VERSION", &tls.min_version);
    data.put_list("TLS_CIPHER_SUITES", &tls.cipher_suites);
    let by_operator = resolving.can(Capability::AdaptorTls);
    let set = [tls.min_version.origin(), tls.cipher_suites.origin()];
    for origin in set.into_iter().flatten().filter(|_| by_operator.available) {
        let finding =
            Diagnostic::new(&OPERATOR_SETS_TLS, "the operator sets the versions and ciphers of TLS itself")
                .at(resolving.place(origin), "has no effect")
                .with(resolving.place(&by_operator.origin), "this decides")
                .help("leave it out");
        resolving.tell(finding);
    }
}

/// What the adaptor reads for clouds alone: libvirt has a size of its own, and no public addresses.
fn unread_on_libvirt(resolving: &mut Resolving<'_, '_>) {
    let adaptor = resolving.spec.adaptor.section();
    let given = [
        ("podVM.adaptor.rootVolumeSize", adaptor.root_volume_size.origin()),
        ("podVM.adaptor.usePublicIP", adaptor.use_public_ip.origin()),
    ];
    for (path, origin) in given {
        let Some(origin) = origin else { continue };
        let title = format!("`{path}` has no effect on {}", Provider::Libvirt.name());
        let cloud = &resolving.provider.origin;
        resolving.no_effect(title, (origin, "the adaptor does not read it"), (cloud, "the cloud"));
    }
}

/// Tags as the adaptor takes them apart: `key=value`, joined by commas.
fn tags_joined(
    resolving: &mut Resolving<'_, '_>,
    tags: &BTreeMap<String, Setting<String>>,
) -> Option<Sourced<String>> {
    let given: Vec<(&String, &Sourced<String>)> =
        tags.iter().filter_map(|(key, value)| Some((key, value.get()?))).collect();
    for (key, value) in &given {
        if key.contains(['=', ',']) || value.contains(',') {
            let finding =
                Diagnostic::new(&TAG_SPLITS, format!("the tag `{key}` is taken apart in another way"))
                    .at(resolving.place(&value.origin), "its value")
                    .note("tags are joined by `,`, and key and value by `=`")
                    .help("leave these characters out of it");
            resolving.tell(finding);
        }
    }
    let text =
        given.iter().map(|(key, value)| format!("{key}={}", value.value)).collect::<Vec<_>>().join(",");
    let origins: Vec<_> = given.iter().map(|(_, value)| &value.origin).collect();
    (!given.is_empty()).then(|| Sourced::derived(text, "tags: joined by commas", &origins))
}

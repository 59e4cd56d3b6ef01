//! Pods, as templates make them: what concerns a pod as a whole.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::address::ip;
use super::super::field::{
    between, each, each_entry, each_reads_as, flag, given_subdomain, given_word, has, inside, items, number,
    one_of, own_text, part, reads_as, required, text, text_or, texts, unique,
};
use super::super::resource;
use super::super::rule::{Refuse, Rule};
use super::super::syntax::search_domain;
use super::labels;
use crate::name::{dns_label, dns_subdomain, label_key};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PodSpec",
        field: "containers",
        words: "are one at least",
        source: "validateContainers",
        check: |pod, refuse| {
            if items(pod, "containers").is_empty() {
                refuse("/containers", "a container must be given".to_owned());
            }
        },
        passes: &["{}"],
        fails: &[r#"{"containers":[]}"#, r#"{"containers":null}"#],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].name and initContainers[].name",
        words: "are different",
        source: "validateContainers and validateInitContainers",
        check: container_names,
        passes: &[r#"{"initContainers":[{"name":"init","image":"i"}]}"#],
        fails: &[
            r#"{"initContainers":[{"name":"main","image":"i"}]}"#,
            r#"{"containers":[{"name":"a","image":"i"},{"name":"a","image":"i"}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "ephemeralContainers",
        words: "are not given in a template",
        source: "ValidatePodTemplateSpec",
        check: |pod, refuse| {
            if !items(pod, "ephemeralContainers").is_empty() {
                refuse("/ephemeralContainers", "a template has none".to_owned());
            }
        },
        passes: &[r#"{"ephemeralContainers":[]}"#],
        fails: &[r#"{"ephemeralContainers":[{"name":"debug","image":"i"}]}"#],
    },
    Rule {
        of: "PodSpec",
        field: "initContainers[]",
        words: "have probes and a lifecycle only with `restartPolicy: Always`",
        source: "validateInitContainers",
        check: init_containers,
        passes: &[
            r#"{"initContainers":[{"name":"init","image":"i","restartPolicy":"Always","livenessProbe":{"exec":{"command":["true"]}}}]}"#,
        ],
        fails: &[
            r#"{"initContainers":[{"name":"init","image":"i","livenessProbe":{"exec":{"command":["true"]}}}]}"#,
            r#"{"initContainers":[{"name":"init","image":"i","lifecycle":{}}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].ports[].hostPort",
        words: "differ, but for protocol and address",
        source: "checkHostPortConflicts",
        check: host_ports,
        passes: &[
            r#"{"containers":[{"name":"a","image":"i","ports":[{"containerPort":1,"hostPort":80},{"containerPort":2,"hostPort":80,"protocol":"UDP"}]}]}"#,
        ],
        fails: &[
            r#"{"containers":[{"name":"a","image":"i","ports":[{"containerPort":1,"hostPort":80},{"containerPort":2,"hostPort":80}]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].ports[].hostPort",
        words: "is the `containerPort` where the pod uses the network of its node",
        source: "validatePodHostNetworkDeps",
        check: host_network_ports,
        passes: &[
            r#"{"hostNetwork":true,"containers":[{"name":"a","image":"i","ports":[{"containerPort":80}]}]}"#,
        ],
        fails: &[
            r#"{"hostNetwork":true,"containers":[{"name":"a","image":"i","ports":[{"containerPort":80,"hostPort":81}]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "restartPolicy",
        words: "is `Always`, `OnFailure` or `Never`",
        source: "validateRestartPolicy",
        check: |pod, refuse| one_of(pod, "restartPolicy", &["Always", "OnFailure", "Never"], refuse),
        passes: &["{}"],
        fails: &[r#"{"restartPolicy":"Sometimes"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "dnsPolicy",
        words: "is `ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`",
        source: "validateDNSPolicy",
        check: |pod, refuse| {
            one_of(pod, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"], refuse);
        },
        passes: &[r#"{"dnsPolicy":"Default"}"#],
        fails: &[r#"{"dnsPolicy":"Host"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "dnsConfig.nameservers",
        words: "are given for `dnsPolicy: None`",
        source: "validatePodDNSConfig",
        check: own_dns,
        passes: &[r#"{"dnsPolicy":"None","dnsConfig":{"nameservers":["192.0.2.1"]}}"#],
        fails: &[r#"{"dnsPolicy":"None"}"#, r#"{"dnsPolicy":"None","dnsConfig":{}}"#],
    },
    Rule {
        of: "PodDNSConfig",
        field: "nameservers",
        words: "are three addresses at most",
        source: "validatePodDNSConfig",
        check: nameservers,
        passes: &[r#"{"nameservers":["192.0.2.1"]}"#],
        fails: &[
            r#"{"nameservers":["dns"]}"#,
            r#"{"nameservers":["192.0.2.1","192.0.2.2","192.0.2.3","192.0.2.4"]}"#,
        ],
    },
    Rule {
        of: "PodDNSConfig",
        field: "searches",
        words: "are 32 domains of 2048 characters in all at most",
        source: "validatePodDNSConfig",
        check: searches,
        passes: &[r#"{"searches":["corp.example.","."]}"#],
        fails: &[r#"{"searches":["Corp"]}"#],
    },
    Rule {
        of: "PodDNSConfig",
        field: "options[].name",
        words: "is given",
        source: "validatePodDNSConfig",
        check: |config, refuse| {
            each(config, "options", refuse, |option, refuse| required(option, "name", refuse));
        },
        passes: &[r#"{"options":[{"name":"ndots","value":"2"}]}"#],
        fails: &[r#"{"options":[{"value":"2"}]}"#],
    },
    Rule {
        of: "PodSpec",
        field: "nodeSelector",
        words: "has label keys and label values",
        source: "ValidatePodSpec",
        check: |pod, refuse| labels::map(pod, "nodeSelector", refuse),
        passes: &[r#"{"nodeSelector":{"node-role.kubernetes.io/worker":""}}"#],
        fails: &[r#"{"nodeSelector":{"a":"b c"}}"#],
    },
    Rule {
        of: "PodSpec",
        field: "serviceAccountName",
        words: "is a DNS subdomain",
        source: "ValidatePodSpec",
        check: |pod, refuse| {
            // The old name of the field counts where the new one is empty.
            let given = text(pod, "serviceAccountName").is_empty();
            let field = if given { "serviceAccount" } else { "serviceAccountName" };
            reads_as(pod, field, dns_subdomain, refuse);
        },
        passes: &[r#"{"serviceAccountName":"builder","serviceAccount":"Builder"}"#],
        fails: &[r#"{"serviceAccountName":"Builder"}"#, r#"{"serviceAccount":"Builder"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "nodeName",
        words: "is a DNS subdomain",
        source: "ValidatePodSpec",
        check: |pod, refuse| reads_as(pod, "nodeName", dns_subdomain, refuse),
        passes: &[r#"{"nodeName":"node-1"}"#],
        fails: &[r#"{"nodeName":"Node_1"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "priorityClassName",
        words: "is a DNS subdomain",
        source: "ValidatePodSpec",
        check: |pod, refuse| reads_as(pod, "priorityClassName", dns_subdomain, refuse),
        passes: &[r#"{"priorityClassName":"high"}"#],
        fails: &[r#"{"priorityClassName":"High"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "runtimeClassName",
        words: "is a DNS subdomain",
        source: "ValidateRuntimeClassName",
        check: |pod, refuse| given_subdomain(pod, "runtimeClassName", refuse),
        passes: &[r#"{"runtimeClassName":"kata"}"#],
        fails: &[r#"{"runtimeClassName":"Kata"}"#, r#"{"runtimeClassName":""}"#],
    },
    Rule {
        of: "PodSpec",
        field: "hostname",
        words: "is a DNS label",
        source: "ValidatePodSpec",
        check: |pod, refuse| reads_as(pod, "hostname", dns_label, refuse),
        passes: &[r#"{"hostname":"web"}"#],
        fails: &[r#"{"hostname":"web.a"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "subdomain",
        words: "is a DNS label",
        source: "ValidatePodSpec",
        check: |pod, refuse| reads_as(pod, "subdomain", dns_label, refuse),
        passes: &[r#"{"subdomain":"web"}"#],
        fails: &[r#"{"subdomain":"web.a"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "hostnameOverride",
        words: "is a DNS subdomain of at most 64 characters, and no other name is asked for",
        source: "validatePodHostName",
        check: hostname_override,
        passes: &[r#"{"hostnameOverride":"web.a"}"#],
        fails: &[
            r#"{"hostnameOverride":"Web"}"#,
            r#"{"hostnameOverride":"web","hostNetwork":true}"#,
            r#"{"hostnameOverride":"web","setHostnameAsFQDN":true}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "activeDeadlineSeconds",
        words: "lies between 1 and 2147483647",
        source: "ValidatePodSpec",
        check: |pod, refuse| between(pod, "activeDeadlineSeconds", 1, i64::from(i32::MAX), refuse),
        passes: &[r#"{"activeDeadlineSeconds":1}"#],
        fails: &[r#"{"activeDeadlineSeconds":0}"#],
    },
    Rule {
        of: "PodSpec",
        field: "preemptionPolicy",
        words: "is `PreemptLowerPriority` or `Never`",
        source: "ValidatePreemptionPolicy",
        check: |pod, refuse| given_word(pod, "preemptionPolicy", &["PreemptLowerPriority", "Never"], refuse),
        passes: &[r#"{"preemptionPolicy":"Never"}"#],
        fails: &[r#"{"preemptionPolicy":"Always"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "hostAliases[]",
        words: "have an address, and names that are DNS subdomains",
        source: "ValidateHostAliases",
        check: |pod, refuse| each(pod, "hostAliases", refuse, host_alias),
        passes: &[r#"{"hostAliases":[{"ip":"192.0.2.1","hostnames":["a.example"]}]}"#],
        fails: &[
            r#"{"hostAliases":[{"hostnames":["a"]}]}"#,
            r#"{"hostAliases":[{"ip":"192.0.2.1","hostnames":["A"]}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "readinessGates[].conditionType",
        words: "is a label key",
        source: "validateReadinessGates",
        check: |pod, refuse| {
            each(pod, "readinessGates", refuse, |gate, refuse| {
                if let Err(reason) = label_key(text(gate, "conditionType")) {
                    refuse("/conditionType", reason);
                }
            });
        },
        passes: &[r#"{"readinessGates":[{"conditionType":"corp.example/ready"}]}"#],
        fails: &[r#"{"readinessGates":[{"conditionType":"a b"}]}"#],
    },
    Rule {
        of: "PodSpec",
        field: "schedulingGates[].name",
        words: "are label keys, and different",
        source: "validateSchedulingGates",
        check: scheduling_gates,
        passes: &[r#"{"schedulingGates":[{"name":"corp.example/gate"}]}"#],
        fails: &[
            r#"{"schedulingGates":[{"name":"a b"}]}"#,
            r#"{"schedulingGates":[{"name":"a"},{"name":"a"}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "overhead",
        words: "has amounts of resources that a container can ask for",
        source: "validateOverhead",
        check: |pod, refuse| {
            each_entry(pod, "overhead", refuse, |name, amount| {
                resource::of_container(name)?;
                resource::amount(name, amount)
            });
        },
        passes: &[r#"{"overhead":{"cpu":"10m"}}"#],
        fails: &[r#"{"overhead":{"disk":"1"}}"#, r#"{"overhead":{"cpu":"-1"}}"#],
    },
    Rule {
        of: "PodSpec",
        field: "os.name",
        words: "is `linux` or `windows`",
        source: "validateOS",
        check: |pod, refuse| {
            inside(pod, "os", refuse, |os, refuse| {
                required(os, "name", refuse);
                one_of(os, "name", &["linux", "windows"], refuse);
            });
        },
        passes: &[r#"{"os":{"name":"linux"}}"#],
        fails: &[r#"{"os":{}}"#, r#"{"os":{"name":"plan9"}}"#],
    },
    Rule {
        of: "PodSpec",
        field: "hostPID, hostIPC and hostNetwork",
        words: "are not given with `hostUsers: false`",
        source: "validateHostUsers",
        check: host_users,
        passes: &[r#"{"hostUsers":false}"#],
        fails: &[r#"{"hostUsers":false,"hostNetwork":true}"#, r#"{"hostUsers":false,"hostPID":true}"#],
    },
    Rule {
        of: "PodSpec",
        field: "shareProcessNamespace",
        words: "is not given with `hostPID`",
        source: "validatePodSpecSecurityContext",
        check: |pod, refuse| {
            if flag(pod, "shareProcessNamespace") && flag(pod, "hostPID") {
                refuse("/shareProcessNamespace", "`hostPID` shares more already".to_owned());
            }
        },
        passes: &[r#"{"shareProcessNamespace":true}"#],
        fails: &[r#"{"shareProcessNamespace":true,"hostPID":true}"#],
    },
    Rule {
        of: "PodSpec",
        field: "resourceClaims[]",
        words: "have different names, and one source each",
        source: "validatePodResourceClaim",
        check: resource_claims,
        passes: &[r#"{"resourceClaims":[{"name":"card","resourceClaimTemplateName":"card"}]}"#],
        fails: &[
            r#"{"resourceClaims":[{"name":"card"}]}"#,
            r#"{"resourceClaims":[{"name":"Card","resourceClaimName":"a"}]}"#,
            r#"{"resourceClaims":[{"name":"a","resourceClaimName":"a","resourceClaimTemplateName":"a"}]}"#,
            r#"{"resourceClaims":[{"name":"a","resourceClaimName":"a"},{"name":"a","resourceClaimName":"b"}]}"#,
        ],
    },
];

/// The containers of a pod that templates make, with the pointers to them.
pub(super) fn containers(pod: &Value) -> impl Iterator<Item = (String, &Value)> {
    ["initContainers", "containers"].into_iter().flat_map(move |field| {
        items(pod, field)
            .iter()
            .enumerate()
            .map(move |(index, container)| (format!("/{field}/{index}"), container))
    })
}

fn container_names(pod: &Value, refuse: &mut Refuse<'_>) {
    let mut seen = BTreeSet::new();
    for (pointer, container) in containers(pod) {
        let name = text(container, "name");
        if !name.is_empty() && !seen.insert(name) {
            refuse(&format!("{pointer}/name"), "another container has this name".to_owned());
        }
    }
}

fn init_containers(pod: &Value, refuse: &mut Refuse<'_>) {
    each(pod, "initContainers", refuse, |container, refuse| {
        if text(container, "restartPolicy") != "Always" {
            for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if has(container, field) {
                    let reason = "an init container has it with `restartPolicy: Always` only";
                    refuse(&format!("/{field}"), reason.to_owned());
                }
            }
        }
    });
}

/// Init containers run one after the other: each is looked at by itself.
fn host_ports(pod: &Value, refuse: &mut Refuse<'_>) {
    let mut together = BTreeSet::new();
    for (pointer, container) in containers(pod) {
        let mut alone = BTreeSet::new();
        let seen = if pointer.starts_with("/init") { &mut alone } else { &mut together };
        for (index, port) in items(container, "ports").iter().enumerate() {
            let Some(number) = number(port, "hostPort").filter(|number| *number != 0) else { continue };
            if !seen.insert((text_or(port, "protocol", "TCP"), text(port, "hostIP"), number)) {
                refuse(&format!("{pointer}/ports/{index}/hostPort"), "it is there twice".to_owned());
            }
        }
    }
}

fn host_network_ports(pod: &Value, refuse: &mut Refuse<'_>) {
    each(pod, "containers", refuse, |container, refuse| {
        each(container, "ports", refuse, |port, refuse| {
            let on_host = number(port, "hostPort").unwrap_or(0);
            if flag(pod, "hostNetwork") && on_host != 0 && Some(on_host) != number(port, "containerPort") {
                refuse("/hostPort", "with `hostNetwork` it must be `containerPort`".to_owned());
            }
        });
    });
}

fn own_dns(pod: &Value, refuse: &mut Refuse<'_>) {
    if text(pod, "dnsPolicy") == "None" && items(part(pod, "dnsConfig"), "nameservers").is_empty() {
        refuse("/dnsConfig/nameservers", "`dnsPolicy: None` needs one".to_owned());
    }
}

fn nameservers(config: &Value, refuse: &mut Refuse<'_>) {
    each_reads_as(config, "nameservers", |text| ip(text).map(drop), refuse);
    if items(config, "nameservers").len() > 3 {
        refuse("/nameservers", "there are three at most".to_owned());
    }
}

fn searches(config: &Value, refuse: &mut Refuse<'_>) {
    each_reads_as(config, "searches", search_domain, refuse);
    let (count, length) =
        texts(config, "searches").fold((0, 0), |(count, length), text| (count + 1, length + text.len() + 1));
    if count > 32 || length > 2048 + 1 {
        refuse("/searches", "there are 32 of 2048 characters in all at most".to_owned());
    }
}

fn hostname_override(pod: &Value, refuse: &mut Refuse<'_>) {
    if !has(pod, "hostnameOverride") {
        return;
    }
    given_subdomain(pod, "hostnameOverride", refuse);
    if text(pod, "hostnameOverride").len() > 64 {
        refuse("/hostnameOverride", "it has at most 64 characters".to_owned());
    }
    for field in ["setHostnameAsFQDN", "hostNetwork"] {
        if flag(pod, field) {
            refuse("/hostnameOverride", format!("`{field}` asks for another name"));
        }
    }
}

fn host_alias(alias: &Value, refuse: &mut Refuse<'_>) {
    if let Err(reason) = ip(text(alias, "ip")) {
        refuse("/ip", reason);
    }
    each_reads_as(alias, "hostnames", dns_subdomain, refuse);
}

fn scheduling_gates(pod: &Value, refuse: &mut Refuse<'_>) {
    each(pod, "schedulingGates", refuse, |gate, refuse| {
        if let Err(reason) = label_key(text(gate, "name")) {
            refuse("/name", reason);
        }
    });
    unique(pod, "schedulingGates", "/name", refuse, |gate| own_text(gate, "name"));
}

fn host_users(pod: &Value, refuse: &mut Refuse<'_>) {
    if pod.get("hostUsers") == Some(&Value::Bool(false)) {
        for field in ["hostIPC", "hostNetwork", "hostPID"].into_iter().filter(|field| flag(pod, field)) {
            refuse(&format!("/{field}"), "it needs the users of the host".to_owned());
        }
    }
}

fn resource_claims(pod: &Value, refuse: &mut Refuse<'_>) {
    unique(pod, "resourceClaims", "/name", refuse, |claim| own_text(claim, "name"));
    each(pod, "resourceClaims", refuse, |claim, refuse| {
        if let Err(reason) = dns_label(text(claim, "name")) {
            refuse("/name", reason);
        }
        let sources = ["resourceClaimName", "resourceClaimTemplateName"];
        if sources.into_iter().filter(|field| has(claim, field)).count() != 1 {
            refuse("", "one of `resourceClaimName` and `resourceClaimTemplateName` must be given".to_owned());
        }
        sources.into_iter().for_each(|field| given_subdomain(claim, field, refuse));
    });
}

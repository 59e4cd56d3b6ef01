//! Services.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::address::{cidr, ip};
use super::super::field::{
    between, each, each_reads_as, given_word, has, inside, items, number, one_of, own_text, part,
    port_number_or_name, reads_as, text, text_or, texts, unique,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{Verdict, ensure, port_number};
use super::labels;
use crate::name::{dns_label, dns_subdomain, label_key};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "ServiceSpec",
        field: "type",
        words: "is `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`",
        source: "validateService",
        check: |spec, refuse| {
            one_of(spec, "type", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], refuse);
        },
        passes: &[r#"{"type":"NodePort"}"#],
        fails: &[r#"{"type":"Headless"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "ports",
        words: "are given, unless the Service has no address",
        source: "validateService",
        check: ports,
        passes: &[r#"{"ports":null,"clusterIP":"None"}"#],
        fails: &[r#"{"ports":[]}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "ports[].name",
        words: "are given where there are several ports, and different",
        source: "validateServicePort",
        check: port_names,
        passes: &[
            r#"{"ports":[{"port":80}]}"#,
            r#"{"ports":[{"port":80,"name":"a"},{"port":81,"name":"b"}]}"#,
        ],
        fails: &[
            r#"{"ports":[{"port":80},{"port":81,"name":"b"}]}"#,
            r#"{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "ports[]",
        words: "differ in protocol or port",
        source: "validateService",
        check: |spec, refuse| {
            unique(spec, "ports", "", refuse, |port| Some((protocol(port).to_owned(), number(port, "port"))));
        },
        passes: &[r#"{"ports":[{"name":"a","port":53},{"name":"b","port":53,"protocol":"UDP"}]}"#],
        fails: &[r#"{"ports":[{"name":"a","port":53},{"name":"b","port":53,"protocol":"TCP"}]}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "ports[].nodePort",
        words: "is not given for `ClusterIP`",
        source: "validateService",
        check: no_node_ports,
        passes: &[r#"{"type":"NodePort","ports":[{"port":80,"nodePort":30080}]}"#],
        fails: &[r#"{"ports":[{"port":80,"nodePort":30080}]}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "ports[].nodePort",
        words: "differ, unless one port is served by several protocols",
        source: "validateService and initNodePorts of registry/core/service/storage",
        check: node_ports,
        passes: &[
            r#"{"type":"NodePort","ports":[{"name":"a","port":53,"nodePort":30053},{"name":"b","port":53,"protocol":"UDP","nodePort":30053}]}"#,
        ],
        fails: &[
            r#"{"type":"NodePort","ports":[{"name":"a","port":53,"nodePort":30053},{"name":"b","port":54,"nodePort":30053}]}"#,
            r#"{"type":"NodePort","ports":[{"name":"a","port":53,"nodePort":30053},{"name":"b","port":54,"protocol":"UDP","nodePort":30053}]}"#,
        ],
    },
    Rule {
        of: "ServicePort",
        field: "name",
        words: "is a DNS label",
        source: "validateServicePort",
        check: |port, refuse| reads_as(port, "name", dns_label, refuse),
        passes: &[r#"{"name":"web"}"#],
        fails: &[r#"{"name":"web.a"}"#],
    },
    Rule {
        of: "ServicePort",
        field: "port",
        words: "lies between 1 and 65535",
        source: "validateServicePort",
        check: |port, refuse| {
            if let Err(reason) = port_number(number(port, "port").unwrap_or(0)) {
                refuse("/port", reason);
            }
        },
        passes: &[r#"{"port":65535}"#],
        fails: &[r#"{"port":0}"#, r#"{"port":65536}"#, r#"{"port":null}"#],
    },
    Rule {
        of: "ServicePort",
        field: "protocol",
        words: "is `TCP`, `UDP` or `SCTP`",
        source: "validateServicePort",
        check: |port, refuse| one_of(port, "protocol", &["SCTP", "TCP", "UDP"], refuse),
        passes: &[r#"{"protocol":"UDP"}"#],
        fails: &[r#"{"protocol":"HTTP"}"#],
    },
    Rule {
        of: "ServicePort",
        field: "targetPort",
        words: "is a number or a name of a port",
        source: "ValidatePortNumOrName",
        check: |port, refuse| {
            if !matches!(part(port, "targetPort"), Value::Null) && !is_default_target(port) {
                inside(port, "targetPort", refuse, port_number_or_name);
            }
        },
        passes: &[r#"{"targetPort":"web"}"#, r#"{"targetPort":0}"#],
        fails: &[r#"{"targetPort":70000}"#, r#"{"targetPort":"8080"}"#],
    },
    Rule {
        of: "ServicePort",
        field: "appProtocol",
        words: "is a label key",
        source: "validateServicePort",
        check: |port, refuse| given_label_key(port, "appProtocol", refuse),
        passes: &[r#"{"appProtocol":"kubernetes.io/h2c"}"#],
        fails: &[r#"{"appProtocol":"h2c!"}"#, r#"{"appProtocol":""}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "selector",
        words: "has label keys and label values",
        source: "validateService",
        check: |spec, refuse| labels::map(spec, "selector", refuse),
        passes: &[r#"{"selector":{"app":"web"}}"#],
        fails: &[r#"{"selector":{"app":"a b"}}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "sessionAffinity",
        words: "is `ClientIP` or `None`",
        source: "validateService",
        check: |spec, refuse| one_of(spec, "sessionAffinity", &["ClientIP", "None"], refuse),
        passes: &[r#"{"sessionAffinity":"ClientIP"}"#],
        fails: &[r#"{"sessionAffinity":"Cookie"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "sessionAffinityConfig.clientIP.timeoutSeconds",
        words: "lies between 1 and 86400",
        source: "validateAffinityTimeout",
        check: affinity_timeout,
        passes: &[
            r#"{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":86400}}}"#,
        ],
        fails: &[
            r#"{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":0}}}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "externalName",
        words: "is a DNS subdomain where the type is `ExternalName`",
        source: "validateService",
        check: external_name,
        passes: &[r#"{"type":"ExternalName","externalName":"a.example.","ports":null}"#],
        fails: &[
            r#"{"type":"ExternalName","ports":null}"#,
            r#"{"type":"ExternalName","externalName":"A.example","ports":null}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "clusterIPs, ipFamilies and ipFamilyPolicy",
        words: "are not given for `ExternalName`",
        source: "validateService",
        check: no_addresses,
        passes: &[r#"{"type":"ExternalName","externalName":"a.example"}"#],
        fails: &[
            r#"{"type":"ExternalName","externalName":"a.example","ipFamilies":["IPv4"]}"#,
            r#"{"type":"ExternalName","externalName":"a.example","ipFamilyPolicy":"SingleStack"}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "clusterIP",
        words: "is not `None` where others reach the Service",
        source: "validateService",
        check: headless,
        passes: &[r#"{"clusterIP":"None"}"#],
        fails: &[
            r#"{"type":"NodePort","clusterIP":"None"}"#,
            r#"{"type":"LoadBalancer","clusterIP":"None"}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "clusterIP and clusterIPs",
        words: "are addresses, and agree",
        source: "ValidateServiceClusterIPsRelatedFields",
        check: cluster_ips,
        passes: &[r#"{"clusterIP":"None","clusterIPs":["None"]}"#],
        fails: &[
            r#"{"clusterIP":"10.0.0"}"#,
            r#"{"clusterIP":"None","clusterIPs":["None","10.96.0.9"]}"#,
            r#"{"clusterIP":"None","clusterIPs":["10.96.0.9"]}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "ipFamilies[]",
        words: "are `IPv4` and `IPv6`, each once",
        source: "ValidateServiceClusterIPsRelatedFields",
        check: families,
        passes: &[r#"{"ipFamilies":["IPv4"]}"#],
        fails: &[r#"{"ipFamilies":["IPv5"]}"#, r#"{"ipFamilies":["IPv4","IPv4"]}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "ipFamilyPolicy",
        words: "is `SingleStack`, `PreferDualStack` or `RequireDualStack`",
        source: "ValidateServiceClusterIPsRelatedFields",
        check: |spec, refuse| {
            one_of(spec, "ipFamilyPolicy", &["SingleStack", "PreferDualStack", "RequireDualStack"], refuse);
        },
        passes: &[r#"{"ipFamilyPolicy":"SingleStack"}"#],
        fails: &[r#"{"ipFamilyPolicy":"DualStack"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "externalIPs[]",
        words: "are addresses that others can reach",
        source: "validateService and ValidateEndpointIP",
        check: |spec, refuse| each_reads_as(spec, "externalIPs", reachable, refuse),
        passes: &[r#"{"externalIPs":["192.0.2.1"]}"#],
        fails: &[r#"{"externalIPs":["192.0.2"]}"#, r#"{"externalIPs":["127.0.0.1"]}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "loadBalancerSourceRanges[]",
        words: "are CIDRs, and given for `LoadBalancer` only",
        source: "validateService",
        check: source_ranges,
        passes: &[r#"{"type":"LoadBalancer","loadBalancerSourceRanges":[" 192.0.2.0/24"]}"#],
        fails: &[
            r#"{"type":"LoadBalancer","loadBalancerSourceRanges":["192.0.2.1"]}"#,
            r#"{"loadBalancerSourceRanges":["192.0.2.0/24"]}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "allocateLoadBalancerNodePorts and loadBalancerClass",
        words: "are given for `LoadBalancer` only",
        source: "validateService and validateLoadBalancerClassField",
        check: load_balancer_only,
        passes: &[r#"{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false}"#],
        fails: &[r#"{"allocateLoadBalancerNodePorts":false}"#, r#"{"loadBalancerClass":"corp.example/lb"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "loadBalancerClass",
        words: "is a label key",
        source: "validateLoadBalancerClassField",
        check: |spec, refuse| {
            if text(spec, "type") == "LoadBalancer" {
                given_label_key(spec, "loadBalancerClass", refuse);
            }
        },
        passes: &[r#"{"type":"LoadBalancer","loadBalancerClass":"corp.example/lb"}"#],
        fails: &[r#"{"type":"LoadBalancer","loadBalancerClass":"a/b/c"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "externalTrafficPolicy",
        words: "is `Cluster` or `Local`, where others reach the Service",
        source: "validateServiceExternalTrafficPolicy",
        check: external_policy,
        passes: &[r#"{"type":"NodePort","externalTrafficPolicy":"Local"}"#],
        fails: &[
            r#"{"type":"NodePort","externalTrafficPolicy":"Near"}"#,
            r#"{"externalTrafficPolicy":"Local"}"#,
        ],
    },
    Rule {
        of: "ServiceSpec",
        field: "internalTrafficPolicy",
        words: "is `Cluster` or `Local`",
        source: "validateServiceInternalTrafficFieldsValue",
        check: |spec, refuse| given_word(spec, "internalTrafficPolicy", &["Cluster", "Local"], refuse),
        passes: &[r#"{"internalTrafficPolicy":"Local"}"#],
        fails: &[r#"{"internalTrafficPolicy":"Near"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "trafficDistribution",
        words: "is `PreferClose`, `PreferSameZone` or `PreferSameNode`",
        source: "validateServiceTrafficDistribution",
        check: |spec, refuse| {
            given_word(
                spec,
                "trafficDistribution",
                &["PreferClose", "PreferSameZone", "PreferSameNode"],
                refuse,
            );
        },
        passes: &[r#"{"trafficDistribution":"PreferSameNode"}"#],
        fails: &[r#"{"trafficDistribution":"Near"}"#],
    },
    Rule {
        of: "ServiceSpec",
        field: "healthCheckNodePort",
        words: "is a port, for a `LoadBalancer` with `externalTrafficPolicy: Local` only",
        source: "validateServiceExternalTrafficPolicy",
        check: health_check,
        passes: &[r#"{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":31000}"#],
        fails: &[
            r#"{"type":"NodePort","healthCheckNodePort":31000}"#,
            r#"{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":65536}"#,
        ],
    },
];

fn given_label_key(value: &Value, field: &str, refuse: &mut Refuse<'_>) {
    if has(value, field)
        && let Err(reason) = label_key(text(value, field))
    {
        refuse(&format!("/{field}"), reason);
    }
}

fn protocol(port: &Value) -> &str {
    text_or(port, "protocol", "TCP")
}

/// Zero and an empty name stand for the port itself.
fn is_default_target(port: &Value) -> bool {
    let target = part(port, "targetPort");
    target.as_i64() == Some(0) || target.as_str() == Some("")
}

fn is_type(spec: &Value, types: &[&str]) -> bool {
    types.contains(&text_or(spec, "type", "ClusterIP"))
}

/// The addresses; `clusterIP` alone stands for a list of one.
fn addresses(spec: &Value) -> Vec<&str> {
    match text(spec, "clusterIP") {
        "" => texts(spec, "clusterIPs").collect(),
        one if items(spec, "clusterIPs").is_empty() => vec![one],
        _ => texts(spec, "clusterIPs").collect(),
    }
}

fn is_headless(spec: &Value) -> bool {
    addresses(spec) == ["None"]
}

fn ports(spec: &Value, refuse: &mut Refuse<'_>) {
    if items(spec, "ports").is_empty() && !is_headless(spec) && !is_type(spec, &["ExternalName"]) {
        refuse("/ports", "a port must be given".to_owned());
    }
}

fn port_names(spec: &Value, refuse: &mut Refuse<'_>) {
    let ports = items(spec, "ports");
    for (index, _) in
        ports.iter().enumerate().filter(|(_, port)| ports.len() > 1 && text(port, "name").is_empty())
    {
        refuse(&format!("/ports/{index}/name"), "with several ports each has a name".to_owned());
    }
    unique(spec, "ports", "/name", refuse, |port| own_text(port, "name"));
}

fn no_node_ports(spec: &Value, refuse: &mut Refuse<'_>) {
    each(spec, "ports", refuse, |port, refuse| {
        if is_type(spec, &["ClusterIP"]) && number(port, "nodePort").unwrap_or(0) != 0 {
            refuse("/nodePort", "a Service of type `ClusterIP` has no port on nodes".to_owned());
        }
    });
}

fn node_ports(spec: &Value, refuse: &mut Refuse<'_>) {
    let ports = items(spec, "ports");
    for (index, port) in ports.iter().enumerate() {
        let on_node = number(port, "nodePort").filter(|number| *number != 0);
        let same =
            ports[..index].iter().filter(|other| on_node.is_some() && number(other, "nodePort") == on_node);
        let clash = |other: &Value| {
            number(other, "port") != number(port, "port") || protocol(other) == protocol(port)
        };
        if same.into_iter().any(clash) {
            refuse(&format!("/ports/{index}/nodePort"), "another port has it".to_owned());
        }
    }
}

/// Under `None` the server drops what is given.
fn affinity_timeout(spec: &Value, refuse: &mut Refuse<'_>) {
    if text(spec, "sessionAffinity") == "ClientIP" {
        inside(spec, "sessionAffinityConfig", refuse, |config, refuse| {
            inside(config, "clientIP", refuse, |client, refuse| {
                between(client, "timeoutSeconds", 1, 86_400, refuse);
            });
        });
    }
}

fn external_name(spec: &Value, refuse: &mut Refuse<'_>) {
    let name = text(spec, "externalName");
    if is_type(spec, &["ExternalName"])
        && let Err(reason) = dns_subdomain(name.strip_suffix('.').unwrap_or(name))
    {
        refuse("/externalName", reason);
    }
}

fn no_addresses(spec: &Value, refuse: &mut Refuse<'_>) {
    let address = (!text(spec, "clusterIP").is_empty()).then_some("clusterIP");
    let lists = ["clusterIPs", "ipFamilies"].into_iter().filter(|field| !items(spec, field).is_empty());
    let policy = has(spec, "ipFamilyPolicy").then_some("ipFamilyPolicy");
    for field in address.into_iter().chain(lists).chain(policy).filter(|_| is_type(spec, &["ExternalName"])) {
        refuse(&format!("/{field}"), "a Service of type `ExternalName` has no address".to_owned());
    }
}

fn headless(spec: &Value, refuse: &mut Refuse<'_>) {
    if is_headless(spec) && is_type(spec, &["LoadBalancer", "NodePort"]) {
        refuse("/clusterIP", "others reach the Service, so it needs an address".to_owned());
    }
}

fn cluster_ips(spec: &Value, refuse: &mut Refuse<'_>) {
    if is_type(spec, &["ExternalName"]) {
        return;
    }
    let listed = items(spec, "clusterIPs");
    let field = if listed.is_empty() { "/clusterIP" } else { "/clusterIPs" };
    let addresses = addresses(spec);
    let one = text(spec, "clusterIP");
    if !listed.is_empty() && !one.is_empty() && addresses[0] != one {
        refuse("/clusterIPs", "the first must be `clusterIP`".to_owned());
    }
    if !listed.is_empty() && one.is_empty() {
        refuse("/clusterIPs", "`clusterIP` must be given beside it".to_owned());
    }
    if addresses.len() > 2 {
        refuse(field, "there are two addresses at most".to_owned());
    }
    if addresses.len() > 1 && addresses[0] == "None" {
        return refuse(field, "`None` stands alone".to_owned());
    }
    let mut families = BTreeSet::new();
    for address in addresses.iter().filter(|address| **address != "None" || addresses.len() > 1) {
        match ip(address) {
            Err(reason) => refuse(field, format!("`{address}`: {reason}")),
            Ok(address) if !families.insert(address.is_ipv4()) => {
                refuse(field, "each family has one address".to_owned());
            }
            Ok(_) => {}
        }
    }
}

fn families(spec: &Value, refuse: &mut Refuse<'_>) {
    each_reads_as(
        spec,
        "ipFamilies",
        |family| ensure(matches!(family, "IPv4" | "IPv6"), "it must be `IPv4` or `IPv6`"),
        refuse,
    );
    unique(spec, "ipFamilies", "", refuse, |family| family.as_str().map(str::to_owned));
}

fn reachable(text: &str) -> Verdict {
    use core::net::IpAddr;
    let address = ip(text)?;
    let is_local = match address {
        IpAddr::V4(address) => address.is_link_local() || address.octets()[..3] == [224, 0, 0],
        IpAddr::V6(address) => address.is_unicast_link_local() || address.segments()[0] & 0xff0f == 0xff02,
    };
    let holds = !is_local && !address.is_unspecified() && !address.is_loopback();
    ensure(holds, "it must be an address that others can reach")
}

fn source_ranges(spec: &Value, refuse: &mut Refuse<'_>) {
    each_reads_as(spec, "loadBalancerSourceRanges", |range| cidr(range.trim()), refuse);
    if !items(spec, "loadBalancerSourceRanges").is_empty() && !is_type(spec, &["LoadBalancer"]) {
        refuse("/loadBalancerSourceRanges", "it is for the type `LoadBalancer` only".to_owned());
    }
}

fn load_balancer_only(spec: &Value, refuse: &mut Refuse<'_>) {
    for field in ["allocateLoadBalancerNodePorts", "loadBalancerClass"] {
        if has(spec, field) && !is_type(spec, &["LoadBalancer"]) {
            refuse(&format!("/{field}"), "it is for the type `LoadBalancer` only".to_owned());
        }
    }
}

fn is_reached_by_others(spec: &Value) -> bool {
    is_type(spec, &["LoadBalancer", "NodePort"])
        || is_type(spec, &["ClusterIP"]) && !items(spec, "externalIPs").is_empty()
}

fn external_policy(spec: &Value, refuse: &mut Refuse<'_>) {
    one_of(spec, "externalTrafficPolicy", &["Cluster", "Local"], refuse);
    if !text(spec, "externalTrafficPolicy").is_empty() && !is_reached_by_others(spec) {
        refuse("/externalTrafficPolicy", "it is for Services that others reach".to_owned());
    }
}

fn health_check(spec: &Value, refuse: &mut Refuse<'_>) {
    let port = number(spec, "healthCheckNodePort").unwrap_or(0);
    let checked = is_type(spec, &["LoadBalancer"]) && text(spec, "externalTrafficPolicy") == "Local";
    if port != 0 && !checked {
        let reason = "it is for the type `LoadBalancer` with `externalTrafficPolicy: Local` only";
        refuse("/healthCheckNodePort", reason.to_owned());
    } else if port != 0
        && let Err(reason) = port_number(port)
    {
        refuse("/healthCheckNodePort", reason);
    }
}

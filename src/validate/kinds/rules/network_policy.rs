//! NetworkPolicies.

use serde_json::Value;

use super::super::address::{Cidr, cidr};
use super::super::field::{each_reads_as, given_word, has, inside, items, number, port_number_or_name, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{ensure, port_number};

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "NetworkPolicySpec",
        field: "policyTypes",
        words: "are `Ingress` and `Egress`, two at most",
        source: "ValidateNetworkPolicySpec",
        check: types,
        passes: &[r#"{"policyTypes":["Ingress","Egress"]}"#],
        fails: &[r#"{"policyTypes":["Both"]}"#, r#"{"policyTypes":["Ingress","Egress","Egress"]}"#],
    },
    Rule {
        of: "NetworkPolicyPort",
        field: "protocol",
        words: "is `TCP`, `UDP` or `SCTP`",
        source: "ValidateNetworkPolicyPort",
        check: |port, refuse| given_word(port, "protocol", &["TCP", "UDP", "SCTP"], refuse),
        passes: &[r#"{"protocol":"UDP"}"#],
        fails: &[r#"{"protocol":"ICMP"}"#],
    },
    Rule {
        of: "NetworkPolicyPort",
        field: "port",
        words: "is a number or a name of a port",
        source: "ValidateNetworkPolicyPort",
        check: |port, refuse| {
            inside(port, "port", refuse, port_number_or_name);
        },
        passes: &[r#"{"port":"web"}"#],
        fails: &[r#"{"port":0}"#, r#"{"port":"8080"}"#],
    },
    Rule {
        of: "NetworkPolicyPort",
        field: "endPort",
        words: "is at least `port`, which is a number",
        source: "ValidateNetworkPolicyPort",
        check: end_port,
        passes: &[r#"{"port":80,"endPort":80}"#],
        fails: &[
            r#"{"port":80,"endPort":79}"#,
            r#"{"port":"web","endPort":80}"#,
            r#"{"port":null,"endPort":80}"#,
            r#"{"port":80,"endPort":65536}"#,
        ],
    },
    Rule {
        of: "NetworkPolicyPeer",
        field: "podSelector, namespaceSelector and ipBlock",
        words: "are given, and the last stands alone",
        source: "ValidateNetworkPolicyPeer",
        check: peer,
        passes: &[r#"{"namespaceSelector":{}}"#],
        fails: &[r#"{"podSelector":null}"#, r#"{"ipBlock":{"cidr":"10.0.0.0/8"}}"#],
    },
    Rule {
        of: "IPBlock",
        field: "cidr",
        words: "is a CIDR",
        source: "ValidateIPBlock",
        check: |block, refuse| {
            if let Err(reason) = cidr(text(block, "cidr")) {
                refuse("/cidr", reason);
            }
        },
        passes: &[r#"{"cidr":"::/0","except":null}"#],
        fails: &[r#"{"cidr":""}"#, r#"{"cidr":"10.0.0.1/8"}"#, r#"{"cidr":"10.0.0.1"}"#],
    },
    Rule {
        of: "IPBlock",
        field: "except[]",
        words: "are CIDRs, each a part of `cidr`",
        source: "ValidateIPBlock",
        check: except,
        passes: &[r#"{"except":["10.1.0.0/16"]}"#],
        fails: &[
            r#"{"except":["10.1.0.0"]}"#,
            r#"{"except":["10.0.0.0/8"]}"#,
            r#"{"except":["192.0.2.0/24"]}"#,
        ],
    },
];

fn types(spec: &Value, refuse: &mut Refuse<'_>) {
    if items(spec, "policyTypes").len() > 2 {
        return refuse("/policyTypes", "there are two at most".to_owned());
    }
    let known = |word: &str| ensure(matches!(word, "Ingress" | "Egress"), "it must be `Ingress` or `Egress`");
    each_reads_as(spec, "policyTypes", known, refuse);
}

fn end_port(port: &Value, refuse: &mut Refuse<'_>) {
    let Some(end) = number(port, "endPort") else { return };
    let verdict = match number(port, "port") {
        Some(first) => {
            port_number(end).and_then(|()| ensure(end >= first, "it must not be less than `port`"))
        }
        None => Err("it is for a `port` that is a number".to_owned()),
    };
    if let Err(reason) = verdict {
        refuse("/endPort", reason);
    }
}

fn peer(peer: &Value, refuse: &mut Refuse<'_>) {
    let selects = has(peer, "podSelector") || has(peer, "namespaceSelector");
    match (selects, has(peer, "ipBlock")) {
        (false, false) => refuse("", "a selector or an `ipBlock` must be given".to_owned()),
        (true, true) => refuse("", "an `ipBlock` stands alone".to_owned()),
        _ => {}
    }
}

fn except(block: &Value, refuse: &mut Refuse<'_>) {
    let Ok(whole) = Cidr::read(text(block, "cidr")) else { return };
    let is_part = |text: &str| {
        let part = Cidr::read(text)?;
        ensure(whole.is_more_than(part), "it must be a part of `cidr`, and not all of it")
    };
    each_reads_as(block, "except", is_part, refuse);
}

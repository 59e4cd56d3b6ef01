//! Roles and their bindings.

use serde_json::Value;

use super::super::field::{each, items, not_one_of, one_of, part, reads_as, required, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::path_segment;
use crate::name::dns_subdomain;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PolicyRule",
        field: "verbs",
        words: "are given",
        source: "ValidatePolicyRule",
        check: |rule, refuse| given(rule, "verbs", refuse),
        passes: &[r#"{"verbs":["*"]}"#],
        fails: &[r#"{"verbs":[]}"#, r#"{"verbs":null}"#],
    },
    Rule {
        of: "PolicyRule",
        field: "apiGroups and resources",
        words: "are given, unless paths are",
        source: "ValidatePolicyRule",
        check: |rule, refuse| {
            if items(rule, "nonResourceURLs").is_empty() {
                given(rule, "apiGroups", refuse);
                given(rule, "resources", refuse);
            }
        },
        passes: &[r#"{"apiGroups":[""]}"#],
        fails: &[r#"{"apiGroups":[]}"#, r#"{"resources":null}"#],
    },
    Rule {
        of: "PolicyRule",
        field: "nonResourceURLs",
        words: "stand without groups, resources and names",
        source: "ValidatePolicyRule",
        check: |rule, refuse| {
            let others = ["apiGroups", "resources", "resourceNames"]
                .into_iter()
                .any(|field| !items(rule, field).is_empty());
            if others && !items(rule, "nonResourceURLs").is_empty() {
                refuse("/nonResourceURLs", "a rule is about resources or about paths".to_owned());
            }
        },
        passes: &[r#"{"apiGroups":null,"resources":null,"nonResourceURLs":["/metrics"]}"#],
        fails: &[r#"{"nonResourceURLs":["/metrics"]}"#],
    },
    Rule {
        of: "Role",
        field: "rules[].nonResourceURLs",
        words: "are not given: paths lie in no namespace",
        source: "ValidatePolicyRule",
        check: |role, refuse| {
            each(role, "rules", refuse, |rule, refuse| {
                if !items(rule, "nonResourceURLs").is_empty() {
                    refuse("/nonResourceURLs", "paths lie in no namespace: use a ClusterRole".to_owned());
                }
            });
        },
        passes: &[r#"{"rules":[]}"#],
        fails: &[r#"{"rules":[{"verbs":["get"],"nonResourceURLs":["/metrics"]}]}"#],
    },
    Rule {
        of: "AggregationRule",
        field: "clusterRoleSelectors",
        words: "are given",
        source: "ValidateClusterRole",
        check: |rule, refuse| given(rule, "clusterRoleSelectors", refuse),
        passes: &[r#"{"clusterRoleSelectors":[{}]}"#],
        fails: &[r#"{"clusterRoleSelectors":[]}"#],
    },
    Rule {
        of: "RoleRef",
        field: "apiGroup",
        words: "is `rbac.authorization.k8s.io`",
        source: "ValidateRoleBinding and ValidateClusterRoleBinding",
        check: |role, refuse| one_of(role, "apiGroup", &[GROUP], refuse),
        passes: &[r#"{"apiGroup":""}"#],
        fails: &[r#"{"apiGroup":"rbac"}"#],
    },
    Rule {
        of: "RoleBinding",
        field: "roleRef.kind",
        words: "is `Role` or `ClusterRole`",
        source: "ValidateRoleBinding",
        check: |binding, refuse| role_kind(binding, &["Role", "ClusterRole"], refuse),
        passes: &[r#"{"roleRef":{"kind":"Role"}}"#],
        fails: &[r#"{"roleRef":{"kind":"Group"}}"#, r#"{"roleRef":{"kind":null}}"#],
    },
    Rule {
        of: "ClusterRoleBinding",
        field: "roleRef.kind",
        words: "is `ClusterRole`",
        source: "ValidateClusterRoleBinding",
        check: |binding, refuse| role_kind(binding, &["ClusterRole"], refuse),
        passes: &[r#"{"roleRef":{"kind":"ClusterRole"}}"#],
        fails: &[r#"{"roleRef":{"kind":"Role"}}"#],
    },
    Rule {
        of: "RoleBinding",
        field: "roleRef.name",
        words: "is a name of a role",
        source: "ValidateRoleBinding",
        check: role_name,
        passes: &[r#"{"roleRef":{"name":"system:a"}}"#],
        fails: &[r#"{"roleRef":{"name":"a/b"}}"#, r#"{"roleRef":{"name":null}}"#, r#"{"roleRef":null}"#],
    },
    Rule {
        of: "ClusterRoleBinding",
        field: "roleRef.name",
        words: "is a name of a role",
        source: "ValidateClusterRoleBinding",
        check: role_name,
        passes: &[r#"{"roleRef":{"name":"system:a"}}"#],
        fails: &[r#"{"roleRef":{"name":"a%b"}}"#, r#"{"roleRef":{"name":""}}"#],
    },
    Rule {
        of: "Subject",
        field: "kind",
        words: "is `ServiceAccount`, `User` or `Group`",
        source: "ValidateRoleBindingSubject",
        check: |subject, refuse| {
            required(subject, "kind", refuse);
            one_of(subject, "kind", &["ServiceAccount", "User", "Group"], refuse);
        },
        passes: &[r#"{"kind":"ServiceAccount"}"#],
        fails: &[r#"{"kind":"Robot","apiGroup":null}"#, r#"{"kind":null}"#],
    },
    Rule {
        of: "Subject",
        field: "name",
        words: "is given, and a DNS subdomain for a ServiceAccount",
        source: "ValidateRoleBindingSubject",
        check: |subject, refuse| {
            required(subject, "name", refuse);
            if text(subject, "kind") == "ServiceAccount" {
                reads_as(subject, "name", dns_subdomain, refuse);
            }
        },
        passes: &[r#"{"kind":"User","name":"Ann Other"}"#],
        fails: &[r#"{"name":""}"#, r#"{"kind":"ServiceAccount","name":"A B"}"#],
    },
    Rule {
        of: "Subject",
        field: "apiGroup",
        words: "is `rbac.authorization.k8s.io` for users and groups, and empty for a ServiceAccount",
        source: "ValidateRoleBindingSubject",
        check: subject_group,
        passes: &[r#"{"kind":"Group","apiGroup":"rbac.authorization.k8s.io"}"#],
        fails: &[
            r#"{"kind":"ServiceAccount","apiGroup":"rbac.authorization.k8s.io"}"#,
            r#"{"kind":"User","apiGroup":"v1"}"#,
        ],
    },
    Rule {
        of: "ClusterRoleBinding",
        field: "subjects[].namespace",
        words: "is given for a ServiceAccount",
        source: "ValidateRoleBindingSubject",
        check: |binding, refuse| {
            each(binding, "subjects", refuse, |subject, refuse| {
                if text(subject, "kind") == "ServiceAccount" {
                    required(subject, "namespace", refuse);
                }
            });
        },
        passes: &[r#"{"subjects":[{"kind":"ServiceAccount","name":"a","namespace":"b"}]}"#],
        fails: &[r#"{"subjects":[{"kind":"ServiceAccount","name":"a"}]}"#],
    },
];

const GROUP: &str = "rbac.authorization.k8s.io";

fn given(rule: &Value, field: &str, refuse: &mut Refuse<'_>) {
    if items(rule, field).is_empty() {
        refuse(&format!("/{field}"), "it must hold something".to_owned());
    }
}

fn role_kind(binding: &Value, kinds: &[&str], refuse: &mut Refuse<'_>) {
    if !kinds.contains(&text(part(binding, "roleRef"), "kind")) {
        refuse("/roleRef/kind", not_one_of(kinds));
    }
}

fn role_name(binding: &Value, refuse: &mut Refuse<'_>) {
    if let Err(reason) = path_segment(text(part(binding, "roleRef"), "name")) {
        refuse("/roleRef/name", reason);
    }
}

fn subject_group(subject: &Value, refuse: &mut Refuse<'_>) {
    let group = text(subject, "apiGroup");
    match text(subject, "kind") {
        "ServiceAccount" if !group.is_empty() => {
            refuse("/apiGroup", "a ServiceAccount is of no group".to_owned());
        }
        "Group" | "User" => one_of(subject, "apiGroup", &[GROUP], refuse),
        _ => {}
    }
}

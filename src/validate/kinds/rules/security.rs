//! Security contexts of containers and of pods.

use serde_json::Value;

use super::super::field::{
    between, each, flag, given_word, has, inside, items, one_of, own_text, part, required, text, texts,
    unique,
};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{path_below, sysctl};
use super::pod::containers;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "SecurityContext",
        field: "runAsUser and runAsGroup",
        words: "lie between 0 and 2147483647",
        source: "ValidateSecurityContext",
        check: |context, refuse| ids(context, &["runAsUser", "runAsGroup"], refuse),
        passes: &[r#"{"runAsUser":0}"#],
        fails: &[r#"{"runAsUser":-1}"#, r#"{"runAsGroup":2147483648}"#],
    },
    Rule {
        of: "SecurityContext",
        field: "allowPrivilegeEscalation",
        words: "is not false for a privileged container, or one with CAP_SYS_ADMIN",
        source: "ValidateSecurityContext",
        check: escalation,
        passes: &[r#"{"allowPrivilegeEscalation":false,"capabilities":{"add":["NET_ADMIN"]}}"#],
        fails: &[
            r#"{"allowPrivilegeEscalation":false,"privileged":true}"#,
            r#"{"allowPrivilegeEscalation":false,"capabilities":{"add":["CAP_SYS_ADMIN"]}}"#,
        ],
    },
    Rule {
        of: "SecurityContext",
        field: "procMount",
        words: "is `Default` or `Unmasked`",
        source: "ValidateProcMountType",
        check: |context, refuse| given_word(context, "procMount", &["Default", "Unmasked"], refuse),
        passes: &[r#"{"procMount":"Default"}"#],
        fails: &[r#"{"procMount":"None"}"#],
    },
    Rule {
        of: "PodSpec",
        field: "containers[].securityContext.procMount",
        words: "is `Unmasked` with `hostUsers: false` only",
        source: "ValidateSecurityContext",
        check: unmasked,
        passes: &[
            r#"{"hostUsers":false,"containers":[{"name":"a","image":"i","securityContext":{"procMount":"Unmasked"}}]}"#,
        ],
        fails: &[r#"{"containers":[{"name":"a","image":"i","securityContext":{"procMount":"Unmasked"}}]}"#],
    },
    Rule {
        of: "SeccompProfile",
        field: "type",
        words: "is `Localhost`, `RuntimeDefault` or `Unconfined`",
        source: "validateSeccompProfileType",
        check: profile_type,
        passes: &[r#"{"type":"RuntimeDefault"}"#],
        fails: &[r#"{"type":"Default"}"#, r#"{"type":null}"#],
    },
    Rule {
        of: "SeccompProfile",
        field: "localhostProfile",
        words: "is a path below the folder of profiles, for `Localhost` only",
        source: "validateSeccompProfileField",
        check: seccomp_file,
        passes: &[r#"{"type":"Localhost","localhostProfile":"a/b.json"}"#],
        fails: &[
            r#"{"type":"Localhost"}"#,
            r#"{"type":"Unconfined","localhostProfile":"a"}"#,
            r#"{"type":"Localhost","localhostProfile":"/a"}"#,
        ],
    },
    Rule {
        of: "AppArmorProfile",
        field: "type",
        words: "is `Localhost`, `RuntimeDefault` or `Unconfined`",
        source: "ValidateAppArmorProfileField",
        check: profile_type,
        passes: &[r#"{"type":"Unconfined"}"#],
        fails: &[r#"{"type":"Default"}"#, r#"{"type":null}"#],
    },
    Rule {
        of: "AppArmorProfile",
        field: "localhostProfile",
        words: "is a name without spaces around it, for `Localhost` only",
        source: "ValidateAppArmorProfileField",
        check: app_armor_file,
        passes: &[r#"{"type":"Localhost","localhostProfile":"a b"}"#],
        fails: &[
            r#"{"type":"Localhost"}"#,
            r#"{"type":"RuntimeDefault","localhostProfile":"a"}"#,
            r#"{"type":"Localhost","localhostProfile":" a"}"#,
            r#"{"type":"Localhost","localhostProfile":""}"#,
        ],
    },
    Rule {
        of: "PodSecurityContext",
        field: "runAsUser, runAsGroup, fsGroup and supplementalGroups[]",
        words: "lie between 0 and 2147483647",
        source: "validatePodSpecSecurityContext",
        check: pod_ids,
        passes: &[r#"{"fsGroup":0,"supplementalGroups":[1]}"#],
        fails: &[r#"{"fsGroup":-1}"#, r#"{"supplementalGroups":[1,-1]}"#],
    },
    Rule {
        of: "PodSecurityContext",
        field: "fsGroupChangePolicy",
        words: "is `OnRootMismatch` or `Always`",
        source: "validateFSGroupChangePolicy",
        check: |context, refuse| {
            given_word(context, "fsGroupChangePolicy", &["OnRootMismatch", "Always"], refuse);
        },
        passes: &[r#"{"fsGroupChangePolicy":"Always"}"#],
        fails: &[r#"{"fsGroupChangePolicy":"Never"}"#],
    },
    Rule {
        of: "PodSecurityContext",
        field: "supplementalGroupsPolicy",
        words: "is `Merge` or `Strict`",
        source: "validateSupplementalGroupsPolicy",
        check: |context, refuse| {
            given_word(context, "supplementalGroupsPolicy", &["Merge", "Strict"], refuse);
        },
        passes: &[r#"{"supplementalGroupsPolicy":"Strict"}"#],
        fails: &[r#"{"supplementalGroupsPolicy":"None"}"#],
    },
    Rule {
        of: "PodSecurityContext",
        field: "seLinuxChangePolicy",
        words: "is `MountOption` or `Recursive`",
        source: "validateSELinuxChangePolicy",
        check: |context, refuse| {
            given_word(context, "seLinuxChangePolicy", &["MountOption", "Recursive"], refuse);
        },
        passes: &[r#"{"seLinuxChangePolicy":"Recursive"}"#],
        fails: &[r#"{"seLinuxChangePolicy":"Mount"}"#],
    },
    Rule {
        of: "PodSecurityContext",
        field: "sysctls[].name",
        words: "are sysctls, and different",
        source: "validateSysctls",
        check: sysctls,
        passes: &[r#"{"sysctls":[{"name":"net.core.somaxconn","value":"1"}]}"#],
        fails: &[
            r#"{"sysctls":[{"name":"Net","value":"1"}]}"#,
            r#"{"sysctls":[{"name":"a.b","value":"1"},{"name":"a.b","value":"1"}]}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "securityContext.sysctls[].name",
        words: "are not those of the host, where the pod uses its network or IPC",
        source: "ValidateHostSysctl",
        check: host_sysctls,
        passes: &[
            r#"{"hostNetwork":true,"securityContext":{"sysctls":[{"name":"kernel.shm_rmid_forced","value":"1"}]}}"#,
        ],
        fails: &[
            r#"{"hostNetwork":true,"securityContext":{"sysctls":[{"name":"net.core.somaxconn","value":"1"}]}}"#,
            r#"{"hostIPC":true,"securityContext":{"sysctls":[{"name":"kernel.sem","value":"1"}]}}"#,
        ],
    },
];

const ID_MAX: i64 = i32::MAX as i64;

fn ids(context: &Value, fields: &[&str], refuse: &mut Refuse<'_>) {
    fields.iter().for_each(|field| between(context, field, 0, ID_MAX, refuse));
}

fn pod_ids(context: &Value, refuse: &mut Refuse<'_>) {
    ids(context, &["runAsUser", "runAsGroup", "fsGroup"], refuse);
    for (index, group) in items(context, "supplementalGroups").iter().enumerate() {
        if !group.as_i64().is_some_and(|group| (0..=ID_MAX).contains(&group)) {
            refuse(&format!("/supplementalGroups/{index}"), format!("it must lie between 0 and {ID_MAX}"));
        }
    }
}

fn escalation(context: &Value, refuse: &mut Refuse<'_>) {
    if context.get("allowPrivilegeEscalation") != Some(&Value::Bool(false)) {
        return;
    }
    if flag(context, "privileged") {
        refuse("/allowPrivilegeEscalation", "it cannot be false with `privileged`".to_owned());
    }
    if texts(part(context, "capabilities"), "add").any(|capability| capability == "CAP_SYS_ADMIN") {
        refuse("/allowPrivilegeEscalation", "it cannot be false with `CAP_SYS_ADMIN`".to_owned());
    }
}

fn unmasked(pod: &Value, refuse: &mut Refuse<'_>) {
    let own_users = pod.get("hostUsers") == Some(&Value::Bool(false));
    for (pointer, container) in containers(pod) {
        if text(part(container, "securityContext"), "procMount") == "Unmasked" && !own_users {
            let pointer = format!("{pointer}/securityContext/procMount");
            refuse(&pointer, "`Unmasked` needs `hostUsers: false`".to_owned());
        }
    }
}

fn profile_type(profile: &Value, refuse: &mut Refuse<'_>) {
    required(profile, "type", refuse);
    one_of(profile, "type", &["Localhost", "RuntimeDefault", "Unconfined"], refuse);
}

fn localhost_only(profile: &Value, refuse: &mut Refuse<'_>) {
    match (text(profile, "type"), has(profile, "localhostProfile")) {
        ("Localhost", false) => refuse("/localhostProfile", "`Localhost` needs it".to_owned()),
        ("Localhost", true) | (_, false) => {}
        _ => refuse("/localhostProfile", "it is for the type `Localhost` only".to_owned()),
    }
}

fn seccomp_file(profile: &Value, refuse: &mut Refuse<'_>) {
    localhost_only(profile, refuse);
    if let Err(reason) = path_below(text(profile, "localhostProfile")) {
        refuse("/localhostProfile", reason);
    }
}

fn app_armor_file(profile: &Value, refuse: &mut Refuse<'_>) {
    localhost_only(profile, refuse);
    let name = text(profile, "localhostProfile");
    let given = has(profile, "localhostProfile") && text(profile, "type") == "Localhost";
    if given && (name.is_empty() || name.trim() != name || name.len() > 4095) {
        refuse(
            "/localhostProfile",
            "it must be a name of at most 4095 characters, without spaces around it".to_owned(),
        );
    }
}

fn sysctls(context: &Value, refuse: &mut Refuse<'_>) {
    unique(context, "sysctls", "/name", refuse, |sysctl| own_text(sysctl, "name"));
    each(context, "sysctls", refuse, |setting, refuse| {
        if let Err(reason) = sysctl(text(setting, "name")) {
            refuse("/name", reason);
        }
    });
}

fn host_sysctls(pod: &Value, refuse: &mut Refuse<'_>) {
    inside(pod, "securityContext", refuse, |context, refuse| {
        each(context, "sysctls", refuse, |setting, refuse| {
            let name = text(setting, "name").replace('/', ".");
            let of_network = name.starts_with("net.");
            let of_ipc =
                ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|prefix| name.starts_with(prefix))
                    || name == "kernel.sem";
            if of_network && flag(pod, "hostNetwork") || of_ipc && flag(pod, "hostIPC") {
                refuse("/name", "it would be set for the whole node".to_owned());
            }
        });
    });
}

//! What pods for one operating system may say, and what Windows asks for.

use serde_json::Value;

use super::super::field::{flag, given_subdomain, has, part, text};
use super::super::rule::{Refuse, Rule};
use super::super::syntax::{Verdict, ensure};
use super::pod::containers;
use crate::name::dns_label;

pub(super) const RULES: &[Rule] = &[
    Rule {
        of: "PodSpec",
        field: "os.name",
        words: "fits the security contexts",
        source: "validateLinux and validateWindows",
        check: operating_system,
        passes: &[r#"{"os":{"name":"windows"},"securityContext":{"runAsNonRoot":true}}"#],
        fails: &[
            r#"{"os":{"name":"linux"},"securityContext":{"windowsOptions":{}}}"#,
            r#"{"os":{"name":"windows"},"securityContext":{"runAsUser":1}}"#,
            r#"{"os":{"name":"windows"},"containers":[{"name":"a","image":"i","securityContext":{"privileged":true}}]}"#,
        ],
    },
    Rule {
        of: "WindowsSecurityContextOptions",
        field: "gmsaCredentialSpecName",
        words: "is a DNS subdomain",
        source: "validateWindowsSecurityContextOptions",
        check: |options, refuse| given_subdomain(options, "gmsaCredentialSpecName", refuse),
        passes: &[r#"{"gmsaCredentialSpecName":"a"}"#],
        fails: &[r#"{"gmsaCredentialSpecName":"A"}"#, r#"{"gmsaCredentialSpecName":""}"#],
    },
    Rule {
        of: "WindowsSecurityContextOptions",
        field: "gmsaCredentialSpec",
        words: "is a text of at most 64 KiB",
        source: "validateWindowsSecurityContextOptions",
        check: |options, refuse| {
            let length = text(options, "gmsaCredentialSpec").len();
            if has(options, "gmsaCredentialSpec") && !(1..=64 * 1024).contains(&length) {
                refuse("/gmsaCredentialSpec", "it has 1 byte to 64 KiB".to_owned());
            }
        },
        passes: &[r#"{"gmsaCredentialSpec":"{}"}"#],
        fails: &[r#"{"gmsaCredentialSpec":""}"#],
    },
    Rule {
        of: "WindowsSecurityContextOptions",
        field: "runAsUserName",
        words: "is a user, perhaps of a domain",
        source: "validateWindowsSecurityContextOptions",
        check: |options, refuse| {
            if has(options, "runAsUserName")
                && let Err(reason) = windows_user(text(options, "runAsUserName"))
            {
                refuse("/runAsUserName", reason);
            }
        },
        passes: &[r#"{"runAsUserName":"corp\\ann"}"#],
        fails: &[
            r#"{"runAsUserName":""}"#,
            r#"{"runAsUserName":"a/b"}"#,
            r#"{"runAsUserName":".."}"#,
            r#"{"runAsUserName":"a*\\b"}"#,
            r#"{"runAsUserName":"a\\b\\c"}"#,
        ],
    },
    Rule {
        of: "PodSpec",
        field: "securityContext.windowsOptions.hostProcess",
        words: "holds for all containers or for none, and needs `hostNetwork`",
        source: "validateWindowsHostProcessPod",
        check: host_process,
        passes: &[r#"{"hostNetwork":true,"securityContext":{"windowsOptions":{"hostProcess":true}}}"#],
        fails: &[
            r#"{"securityContext":{"windowsOptions":{"hostProcess":true}}}"#,
            r#"{"hostNetwork":true,"securityContext":{"windowsOptions":{"hostProcess":true}},"containers":[{"name":"a","image":"i","securityContext":{"windowsOptions":{"hostProcess":false}}}]}"#,
        ],
    },
];

fn windows_user(text: &str) -> Verdict {
    ensure(
        !text.is_empty() && !text.contains(|letter: char| letter.is_ascii_control()),
        "it must be a name",
    )?;
    let (domain, user) = text.split_once('\\').map_or((None, text), |(domain, user)| (Some(domain), user));
    let known = domain.is_none_or(|domain| domain.len() < 256 && (is_netbios(domain) || is_domain(domain)));
    ensure(known, "before the backslash must stand a domain")?;
    ensure((1..=104).contains(&user.len()), "the name of a user has 1 to 104 characters")?;
    ensure(
        !user.bytes().all(|letter| matches!(letter, b'.' | b' ')),
        "the name of a user is more than dots and spaces",
    )?;
    ensure(
        !user.contains(|letter| "\"/\\:;|=,+*?<>@[]".contains(letter)),
        "the name of a user holds no `\"/\\:;|=,+*?<>@[]`",
    )
}

fn is_netbios(domain: &str) -> bool {
    let allowed = |letter: char| !"\\/:*?\"<>|".contains(letter);
    (1..=15).contains(&domain.chars().count()) && domain.chars().all(allowed) && !domain.starts_with('.')
}

fn is_domain(domain: &str) -> bool {
    domain.split('.').all(|label| dns_label(&label.to_ascii_lowercase()).is_ok())
}

fn host_process(pod: &Value, refuse: &mut Refuse<'_>) {
    let of = |value: &Value| {
        part(part(value, "securityContext"), "windowsOptions").get("hostProcess").and_then(Value::as_bool)
    };
    let of_pod = of(pod);
    let mut count = [0, 0];
    for (pointer, container) in containers(pod) {
        if of_pod.zip(of(container)).is_some_and(|(pod, container)| pod != container) {
            let pointer = format!("{pointer}/securityContext/windowsOptions/hostProcess");
            refuse(&pointer, "it must be what the pod says".to_owned());
        }
        count[usize::from(of(container).or(of_pod).unwrap_or(false))] += 1;
    }
    match count {
        [_, 0] => {}
        [0, _] if flag(pod, "hostNetwork") => {}
        [0, _] => refuse("/hostNetwork", "containers that run as processes of the host need it".to_owned()),
        _ => refuse("/containers", "all containers run as processes of the host, or none".to_owned()),
    }
}

const NOT_OF_WINDOWS: [&str; 12] = [
    "appArmorProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsGroup",
    "runAsUser",
    "seLinuxChangePolicy",
    "seLinuxOptions",
    "seccompProfile",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "sysctls",
    "procMount",
];

const NOT_OF_WINDOWS_CONTAINERS: [&str; 4] =
    ["allowPrivilegeEscalation", "capabilities", "privileged", "readOnlyRootFilesystem"];

fn operating_system(pod: &Value, refuse: &mut Refuse<'_>) {
    let name = text(part(pod, "os"), "name");
    let contexts = containers(pod).map(|(pointer, container)| (pointer, part(container, "securityContext")));
    let whole = (String::new(), part(pod, "securityContext"));
    for (pointer, context) in contexts.chain([whole]) {
        let foreign: Vec<&str> = match name {
            "linux" => vec!["windowsOptions"],
            "windows" => NOT_OF_WINDOWS.into_iter().chain(NOT_OF_WINDOWS_CONTAINERS).collect(),
            _ => Vec::new(),
        };
        for field in foreign.into_iter().filter(|field| has(context, field)) {
            refuse(&format!("{pointer}/securityContext/{field}"), format!("it is not for `os: {name}`"));
        }
    }
    let of_hosts = ["hostUsers", "shareProcessNamespace"].into_iter().filter(|field| has(pod, field));
    let flags = ["hostPID", "hostIPC"].into_iter().filter(|field| flag(pod, field));
    for field in of_hosts.chain(flags).filter(|_| name == "windows") {
        refuse(&format!("/{field}"), "it is not for `os: windows`".to_owned());
    }
}

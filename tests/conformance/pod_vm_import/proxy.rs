//! Proxies, which the cloud is behind and the API server is not.

use super::import::{API_SERVER, Import};
use super::{assert_done, assert_failed};

/// A port that nobody listens on.
const DEAD: &str = "http://127.0.0.1:1";

#[test]
fn the_api_server_is_reached_without_the_proxy_of_the_cloud() {
    let import = behind_a_proxy().with("NO_PROXY", "example.com").with("KUBERNETES_SERVICE_HOST", API_SERVER);
    assert_done(&import.run());
    let wanted = format!(
        "HTTPS_PROXY={DEAD}\nHTTP_PROXY={DEAD}\nNO_PROXY=example.com,{API_SERVER}\nhttps_proxy={DEAD}\n\
         no_proxy=example.com,{API_SERVER}\n"
    );
    assert_eq!(import.proxies_of("aws"), wanted);
    // Nothing else leaves it out, or every tool of the cloud would be cut off.
    assert_eq!(import.proxies_of("kubectl"), wanted);
}

#[test]
fn an_api_server_with_an_address_of_version_6_is_reached_without_the_proxy() {
    // One that no machine reaches without the name of an interface.
    for host in ["fe80::1", "[fe80::1]"] {
        let import = behind_a_proxy().with("KUBERNETES_SERVICE_HOST", host);
        let outcome = import.run();
        assert_failed(&outcome, "cannot read the ConfigMap");
        assert!(!outcome.said.contains("proxyconnect"), "{}", outcome.said);
        assert!(
            import.proxies_of("kubectl").contains("NO_PROXY=fe80::1\n"),
            "{}",
            import.proxies_of("kubectl")
        );
    }
}

#[test]
fn where_no_host_is_behind_the_proxy_none_is_named() {
    let import = behind_a_proxy().with("KUBERNETES_SERVICE_HOST", API_SERVER).with("no_proxy", "*");
    assert_done(&import.run());
    assert!(import.proxies_of("aws").ends_with("no_proxy=*\n"), "{}", import.proxies_of("aws"));
}

fn behind_a_proxy() -> Import {
    let import = Import::new("aws").with("HTTPS_PROXY", DEAD).with("HTTP_PROXY", DEAD);
    import.with("https_proxy", DEAD)
}

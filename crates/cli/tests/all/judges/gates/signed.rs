//! Who calls in one signed text, read by a library that is not ours with the code of `docs/forward-auth.md`.

use std::process::Command;

use super::judged::send;
use super::place::Place;
use crate::common::many::free_ports;
use crate::common::page::block;
use crate::common::root;
use crate::common::running::Running;

const PAGE: &str = "docs/forward-auth.md";
const OWN: &str = "/companies/firma/orders";

#[test]
fn an_api_checks_by_itself_who_calls() {
    let place =
        Place::with("[[realm.api]]\nurl = \"https://api.example.com\"\nidentity = \"jwt\"\n");
    let [outside] = free_ports();
    let text = block(PAGE, "## Caddy", "caddy")
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{}", place.gate))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{}", place.api))
        .replace(
            "http://api.example.com",
            &format!("http://127.0.0.1:{outside}"),
        );
    let _proxy = Running::caddy(&text, outside);
    let token = place.token("orders:read");
    let bearer = format!("Authorization: Bearer {token}");
    let answer = send(&place, outside, &format!("GET {OWN}"), &[&bearer], "");
    assert_eq!(answer.status(), 200, "{}", answer.body);
    let [identity] = <[String; 1]>::try_from(answer.received("scopegate-identity")).unwrap();
    for empty in ["scopegate-permit", "scopegate-subject", "scopegate-scope"] {
        let said = answer.received(empty);
        assert!(said.is_empty() || said == [""], "{empty}: {said:?}");
    }

    let issuer = place.decide().replace("/decide", "");
    let read = |identity: &str, api: &str| {
        let code = block(PAGE, "### In one signed text", "python");
        let asks = "import sys\nidentity, issuer, api = sys.argv[1:]\n\
                    print(json.dumps(caller(identity, keys(issuer), issuer, api)))\n";
        let mut python = Command::new(root().join("target/judges/venv/bin/python"));
        python.args(["-c", &format!("{code}\n{asks}"), identity, &issuer, api]);
        let output = python.output().unwrap();
        let claims = serde_json::from_slice::<serde_json::Value>(&output.stdout);
        claims.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let claims = read(&identity, "https://api.example.com").unwrap();
    for (name, value) in [
        ("permit", "token"),
        ("sub", "robot"),
        ("client_id", "robot"),
        ("subject_kind", "client"),
        ("organisation_slug", "firma"),
        ("scope", "orders:read"),
    ] {
        assert_eq!(claims[name], value, "{claims}");
    }
    let lives = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lives, 60);
    // For no other API, by no other key, and not as it was not signed.
    assert!(read(&identity, "https://other.example.com").is_err());
    let (said, _) = identity.rsplit_once('.').unwrap();
    assert!(read(&format!("{said}.AAAA"), "https://api.example.com").is_err());

    // It is no access token.
    let bearer = format!("Authorization: Bearer {identity}");
    let answer = send(&place, outside, &format!("GET {OWN}"), &[&bearer], "");
    assert_eq!((answer.status(), answer.seen.len()), (401, 0));
}

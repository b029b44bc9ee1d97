//! What is told of an app, and its secrets.

use serde_json::json;

use super::records::{opens, start, token_ended};

#[test]
fn a_new_secret_replaces_the_old_one() {
    let (demo, play) = start("stora");
    let ask = [
        ("grant_type", "client_credentials"),
        ("scope", "public.unit:read"),
    ];
    assert_eq!(play.token("door-sync", &ask).status, 200);
    let said = demo
        .manage(&["client", "secret", "replace", "stora", "door-sync"])
        .ok()
        .out;
    let fresh = said.split_whitespace().last().unwrap().to_owned();
    let old = play.token("door-sync", &ask);
    assert_eq!(
        (old.status, &old.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert_eq!(
        play.post_as("token", "door-sync", Some(&fresh), &ask)
            .status,
        200
    );
    demo.manage(&["client", "secret", "replace", "stora", "unit-finder"])
        .wrong(&["unit-finder", "public"]);

    // A second one to change over to; then the first goes, for somebody else knows it.
    let said = demo
        .manage(&["client", "secret", "add", "stora", "door-sync"])
        .ok()
        .out;
    let second = said.split_whitespace().last().unwrap().to_owned();
    let (_, named) = said.split_once("named ").unwrap();
    let (named, _) = named.split_once(' ').unwrap();
    let with = |secret: &str| play.post_as("token", "door-sync", Some(secret), &ask);
    let token = with(&fresh).json();
    opens(&play.call("GET", "/2025-09/units", &token));
    assert_eq!(with(&second).status, 200);
    let shown = demo
        .manage(&["client", "show", "stora", "door-sync"])
        .ok()
        .out;
    let secrets = shown
        .lines()
        .filter_map(|line| line.strip_prefix("secret "));
    let secrets: Vec<_> = secrets
        .map(|secret| secret.split_once(": made 20").unwrap())
        .collect();
    // The oldest first, and each with its date.
    let [(first, _), (last, _)] = secrets[..] else {
        panic!("{shown}")
    };
    assert_eq!(last, named, "{shown}");
    let revoke = [
        "client",
        "secret",
        "revoke",
        "stora",
        "door-sync",
        &first[..6],
    ];
    let compromised = [&revoke[..], &["--compromised"]].concat();
    let asked = demo.manage(&compromised);
    assert_eq!(asked.code, 1, "{asked:?}");
    for told in [
        "nothing done yet",
        &format!("lose the secret {first}: made 20"),
        &format!("stays: secret {named}: made 20"),
        "every token it holds would end",
        "--yes",
    ] {
        assert!(asked.out.contains(told), "{told}: {asked:?}");
    }
    assert_eq!((with(&fresh).status, with(&second).status), (200, 200));
    let done = [&compromised[..], &["--yes"]].concat();
    assert!(demo.manage(&done).ok().out.contains(first));
    assert_eq!((with(&fresh).status, with(&second).status), (401, 200));
    token_ended(&play.call("GET", "/2025-09/units", &token));
    demo.manage(&done).wrong(&["door-sync", "no secret"]);
    let last = ["client", "secret", "revoke", "stora", "door-sync", named];
    let asked = demo.manage(&last).out;
    assert!(asked.contains("no other"), "{asked}");
    let list = ["audit", "list", "stora", "--act", "client-secret-revoked"];
    let told = demo.manage(&list).ok().out;
    assert!(told.contains(first) && told.contains(named), "{told}");
}

/// Whatever can be set is shown, also where the catalog's choice stands.
#[test]
fn an_app_is_shown_with_all_it_is_registered_as() {
    let (demo, _) = start("bexio");
    let add = [
        "client",
        "add",
        "bexio",
        "shown",
        "--name",
        "Shown",
        "--maker",
        "Maker",
        "--verified",
        "--kind",
        "machine",
        "--organisation",
        "muster-ag",
        "--scope",
        "contact_show task_show",
        "--optional",
        "task_show",
        "--token-format",
        "jwt",
        "--refresh-retry",
        "false",
        "--auth",
        "post",
        "--legacy-without-pkce",
    ];
    demo.manage(&add).ok();
    demo.manage(&["client", "suspend", "bexio", "shown"]).ok();
    let shown = |client| demo.manage(&["client", "show", "bexio", client]).ok().out;
    let machine = shown("shown");
    for line in [
        "Shown by Maker (verified)\n",
        "version 2\n",
        "state: suspended since 20",
        "registered: 20",
        "kind: machine\n",
        "type: confidential, by client_secret_post\n",
        "grant types: client_credentials\n",
        "redirect URIs: none\n",
        "registered scope: contact_show task_show\n",
        "of it optional: task_show\n",
        "PKCE: may be left out\n",
        "token format: jwt\n",
        "refresh tokens: work strictly once\n",
        "organisation: muster-ag\n",
        "secret ",
        "no approvals.",
    ] {
        assert!(machine.contains(line), "{line}: {machine}");
    }
    let app = shown("ledgerly");
    for line in [
        "state: active\n",
        "grant types: authorization_code, refresh_token\n",
        "token format: opaque (as the catalog says)\n",
        "refresh tokens: work until their successor is used (as the catalog says)\n",
        "organisation: none\n",
        "PKCE: required\n",
    ] {
        assert!(app.contains(line), "{line}: {app}");
    }
}

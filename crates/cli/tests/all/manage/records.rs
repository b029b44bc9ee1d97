//! `scopegate user|organisation|client|approve` on a running demo's store: what they change
//! is in force at the next decision once the command has ended, for tokens given out before.

use crate::common::RunningDemo;
use crate::common::play::{Answer, Ask, Play, text, words};
use serde_json::{Value, json};

const LEDGERLY: Ask<'_> = Ask {
    client: "ledgerly",
    user: "anna",
    organisation: Some("muster-ag"),
    scope: "contact_edit task_show",
    strike: &[],
};

/// A demo with one realm looked at.
pub fn start(realm: &str) -> (RunningDemo, Play) {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, realm);
    (demo, play)
}

/// Each missing scope of a refusal and why it is missing.
#[track_caller]
fn missing(refusal: &Answer) -> Vec<(String, String)> {
    assert_eq!(refusal.status, 403, "{refusal:?}");
    assert!(
        refusal.challenge.contains("insufficient_scope"),
        "{refusal:?}"
    );
    let body = refusal.json();
    let missing = body["missing"].as_array().unwrap();
    missing
        .iter()
        .map(|one| (text(&one["scope"]), text(&one["why"])))
        .collect()
}

#[track_caller]
pub fn lacks(refusal: &Answer, scope: &str, why: &str) {
    assert_eq!(missing(refusal), [(scope.to_owned(), why.to_owned())]);
}

#[track_caller]
pub fn opens(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{answer:?}");
}

#[track_caller]
pub fn token_ended(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    assert!(answer.challenge.contains("invalid_token"), "{answer:?}");
}

#[test]
fn other_roles_count_at_once() {
    let (demo, play) = start("bexio");
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    opens(&play.call("POST", "/2.0/contact", &tokens));

    demo.manage(&[
        "organisation",
        "member",
        "bexio",
        "muster-ag",
        "anna",
        "--role",
        "viewer",
    ])
    .ok();
    opens(&play.call("GET", "/2.0/contact", &tokens));
    lacks(
        &play.call("POST", "/2.0/contact", &tokens),
        "contact_edit",
        "right-missing",
    );

    // A role's own rights.
    demo.manage(&[
        "organisation",
        "role",
        "bexio",
        "muster-ag",
        "viewer",
        "--rights",
        "task_*",
    ])
    .ok();
    lacks(
        &play.call("GET", "/2.0/contact", &tokens),
        "contact_show",
        "right-missing",
    );
    opens(&play.call("GET", "/2.0/task", &tokens));

    demo.manage(&[
        "organisation",
        "member",
        "bexio",
        "muster-ag",
        "anna",
        "--role",
        "viewer",
        "--role",
        "administrator",
    ])
    .ok();
    opens(&play.call("POST", "/2.0/contact", &tokens));

    demo.manage(&[
        "organisation",
        "remove-member",
        "bexio",
        "muster-ag",
        "anna",
    ])
    .ok();
    let without_a_place = play.call("GET", "/2.0/task", &tokens);
    assert!(
        [401, 403].contains(&without_a_place.status),
        "{without_a_place:?}"
    );
    let again = demo.manage(&[
        "organisation",
        "remove-member",
        "bexio",
        "muster-ag",
        "anna",
    ]);
    again.wrong(&["anna", "no place", "Muster AG"]);
}

#[test]
fn a_disabled_person_ends_what_apps_may_do_for_them() {
    let (demo, play) = start("bexio");
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["user", "disable", "bexio", "anna"]).ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    assert_eq!(
        play.introspect(&text(&tokens["access_token"])),
        json!({ "active": false })
    );
    let refused = play.token(
        "ledgerly",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ],
    );
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_grant"))
    );
    let listed = demo.manage(&["user", "list", "bexio"]).ok().out;
    assert!(
        listed
            .lines()
            .any(|line| line.starts_with("anna ") && line.ends_with("disabled")),
        "{listed}"
    );
    demo.manage(&["user", "resume", "bexio", "anna"])
        .wrong(&["anna", "disabled", "enable"]);
    demo.manage(&["user", "enable", "bexio", "anna"]).ok();
    // What was issued before has ended for good; asking anew works.
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));

    demo.manage(&["user", "suspend", "bexio", "anna"]).ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["user", "resume", "bexio", "anna"]).ok();
    opens(&play.call("GET", "/2.0/contact", &tokens));
}

#[test]
fn what_was_issued_is_ended_by_command() {
    let (demo, play) = start("bexio");
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    let listed = demo.manage(&["session", "list", "bexio", "anna"]).ok().out;
    let session = listed.split_whitespace().next().unwrap().to_owned();
    let end = ["session", "end", "bexio", "anna", &session];
    let said = demo.manage(&end).ok().out;
    assert!(said.contains("one browser"), "{said}");
    demo.manage(&end).wrong(&["session", &session]);
    opens(&play.call("GET", "/2.0/contact", &tokens));

    let listed = demo.manage(&["grant", "list", "bexio", "anna"]).ok().out;
    let line = listed
        .lines()
        .find(|line| line.contains("ledgerly"))
        .unwrap();
    assert!(
        line.contains("muster-ag") && line.contains("contact_edit"),
        "{line}"
    );
    let grant = line.split_whitespace().next().unwrap();
    demo.manage(&["grant", "revoke", "bexio", grant]).ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    let again = demo.manage(&["grant", "revoke", "bexio", grant]).ok().out;
    assert!(again.contains("so already"), "{again}");

    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    let asked = demo.manage(&["realm", "cut-off", "bexio"]);
    assert_eq!(asked.code, 1, "{}", asked.out);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["realm", "cut-off", "bexio", "--yes"]).ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
}

/// As the page showed it, also when the grant has ended.
#[test]
fn what_a_person_decided_by_is_told() {
    let (demo, play) = start("bexio");
    play.tokens(&LEDGERLY);
    let listed = demo.manage(&["grant", "list", "bexio", "anna"]).ok().out;
    let line = listed.lines().find(|line| line.contains("ledgerly"));
    let grant = line.unwrap().split_whitespace().next().unwrap().to_owned();
    demo.manage(&["grant", "revoke", "bexio", &grant]).ok();
    let tell = ["grant", "evidence", "bexio", &grant];
    let told = demo.manage(&[&tell[..], &["--json"]].concat()).ok().json();
    assert_eq!(told["username"], "anna");
    assert_eq!(told["slug"], "muster-ag");
    assert_eq!(told["status"]["reason"], "by-provider");
    let decision = &told["decisions"][0];
    assert_eq!(decision["requested"], LEDGERLY.scope);
    let shown = &decision["shown"];
    assert_eq!(shown["language"], "en");
    assert_eq!(shown["catalog_archived"], true);
    assert_eq!(shown["catalog_digest"].as_str().unwrap().len(), 64);
    assert!(shown["signed_in_at"].as_str() <= decision["decided_at"].as_str());
    let rows = shown["rows"].as_array().unwrap();
    let edit = json!({ "scope": "contact_edit", "state": "offered" });
    assert!(rows.contains(&edit), "{rows:?}");
    let names = json!({
        "app": "Ledgerly",
        "maker": "Ledgerly Software AG",
        "organisations": ["Muster AG"],
    });
    assert_eq!(shown["names"], names);
    let text = demo.manage(&tell).ok().out;
    for part in [
        "app       \"Ledgerly\" by ",
        "at        [\"Muster AG\"]",
        &*format!("{grant} for anna at muster-ag, by ledgerly: ended"),
        &format!("asked     {}", LEDGERLY.scope),
        &format!("back to   {}", shown["returned_to"].as_str().unwrap()),
        "contact_edit: offered",
        ", archived)",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    let unknown = [
        "grant",
        "evidence",
        "bexio",
        "00000000-0000-0000-0000-000000000009",
    ];
    demo.manage(&unknown).wrong(&["no grant"]);
}

#[test]
fn a_disabled_client_can_do_nothing() {
    let (demo, play) = start("bexio");
    let tokens = play.tokens(&LEDGERLY);
    let machine = play.machine_token("nightly-export", "contact_show");
    opens(&play.call("GET", "/2.0/contact", &tokens));
    opens(&play.call("GET", "/2.0/contact", &machine));

    demo.manage(&["client", "disable", "bexio", "nightly-export"])
        .ok();
    token_ended(&play.call("GET", "/2.0/contact", &machine));
    let refused = play.token("nightly-export", &[("grant_type", "client_credentials")]);
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (401, &json!("invalid_client"))
    );
    assert_eq!(
        play.introspect(&text(&machine["access_token"])),
        json!({ "active": false })
    );
    // The other app is not touched.
    opens(&play.call("GET", "/2.0/contact", &tokens));

    demo.manage(&["client", "disable", "bexio", "ledgerly"])
        .ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["client", "enable", "bexio", "ledgerly"]).ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["client", "suspend", "bexio", "ledgerly"])
        .ok();
    token_ended(&play.call("GET", "/2.0/contact", &tokens));
    demo.manage(&["client", "resume", "bexio", "ledgerly"]).ok();
    opens(&play.call("GET", "/2.0/contact", &tokens));
}

#[test]
fn a_smaller_ceiling_counts_at_once() {
    let (demo, play) = start("bexio");
    let tokens = play.tokens(&LEDGERLY);
    opens(&play.call("POST", "/2.0/contact", &tokens));
    opens(&play.call("GET", "/2.0/task", &tokens));

    demo.manage(&["client", "scope", "bexio", "ledgerly", "contact_show"])
        .ok();
    opens(&play.call("GET", "/2.0/contact", &tokens));
    lacks(
        &play.call("POST", "/2.0/contact", &tokens),
        "contact_edit",
        "not-registered",
    );
    lacks(
        &play.call("GET", "/2.0/task", &tokens),
        "task_show",
        "not-registered",
    );
    let seen = play.introspect(&text(&tokens["access_token"]));
    assert_eq!(words(&seen["scope"]), ["contact_show", "general"]);

    demo.manage(&[
        "client",
        "scope",
        "bexio",
        "ledgerly",
        "contact_edit task_edit",
    ])
    .ok();
    opens(&play.call("POST", "/2.0/contact", &tokens));
}

#[test]
fn people_places_and_apps_are_added_and_work() {
    let (demo, play) = start("bexio");
    demo.manage(&[
        "organisation",
        "add",
        "bexio",
        "neue-firma",
        "--name",
        "Neue Firma GmbH",
    ])
    .ok();
    let added = demo.manage_with_input(
        &["user", "add", "bexio", "dora", "--name", "Dora Frei"],
        "quite long enough\n",
    );
    assert!(!added.ok().out.contains("quite long enough"));
    demo.manage(&[
        "organisation",
        "member",
        "bexio",
        "neue-firma",
        "dora",
        "--role",
        "bookkeeper",
    ])
    .ok();
    let shown = demo
        .manage(&["organisation", "show", "bexio", "neue-firma"])
        .ok()
        .out;
    assert!(
        shown.contains("Neue Firma GmbH") && shown.contains("member dora: bookkeeper"),
        "{shown}"
    );

    let add = [
        "client",
        "add",
        "bexio",
        "late-comer",
        "--name",
        "Late Comer",
        "--maker",
        "Nobody",
        "--kind",
        "machine",
        "--organisation",
        "neue-firma",
        "--scope",
        "contact_show task_edit",
        "--refresh-retry",
        "false",
    ];
    let said = demo.manage(&add).ok().out;
    let secret = said.split_whitespace().last().unwrap().to_owned();
    let ask = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let answer = play.post_as("token", "late-comer", Some(&secret), &ask);
    assert_eq!(answer.status, 200, "{answer:?}");
    let token: Value = answer.json();
    opens(&play.call("GET", "/2.0/contact", &token));
    lacks(
        &play.call("GET", "/2.0/task", &token),
        "task_show",
        "never-requested",
    );

    let shown = demo
        .manage(&["client", "show", "bexio", "late-comer"])
        .ok()
        .out;
    assert!(
        shown.contains("contact_show task_edit")
            && shown.contains("refresh tokens: work strictly once")
            && !shown.contains(&secret),
        "{shown}"
    );
    let url = play.authorization_url(&Ask {
        user: "dora",
        organisation: None,
        ..LEDGERLY
    });
    let back = crate::common::person::consent(url, "dora", "quite long enough", &[]);
    assert!(back.query_pairs().any(|(name, _)| name == "code"), "{back}");
    // As PowerShell pipes it.
    let piped = "\u{feff}another one of them\r\n";
    demo.manage_with_input(&["user", "password", "bexio", "dora"], piped)
        .ok();
    let url = play.authorization_url(&Ask {
        user: "dora",
        organisation: None,
        ..LEDGERLY
    });
    let back = crate::common::person::consent(url, "dora", "another one of them", &[]);
    assert!(back.query_pairs().any(|(name, _)| name == "code"), "{back}");
    demo.manage(&add).wrong(&["late-comer"]);
}

//! `scopegate demo`: what it holds, and that a kept directory keeps everything.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::play::{Ask, CHALLENGE, Play, text};
use crate::common::{RunningDemo, demo_at, person, scopegate};
use serde_json::{Value, json};

fn demo_json(base: &str) -> Value {
    person::browser()
        .get(format!("{base}/demo.json"))
        .send()
        .unwrap()
        .json()
        .unwrap()
}

fn members(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// As two providers' own would, and the others as they come.
#[test]
fn two_realms_of_a_demo_look_different() {
    let demo = RunningDemo::start();
    let page = |realm: &str| {
        let url = format!("{}/{realm}/login?ui_locales=de", demo.base);
        person::browser().get(url).send().unwrap().text().unwrap()
    };
    let own = |page: &str| {
        page.split("/look/style-")
            .nth(1)
            .map(|rest| rest[..32].to_owned())
    };
    let [bokio, stora, bexio] = ["bokio", "stora", "bexio"].map(page);
    assert!(own(&bokio).is_some() && own(&stora).is_some());
    assert_ne!(own(&bokio), own(&stora));
    assert!(
        bokio.contains("Geben Sie hier nie ein eigenes Passwort ein."),
        "{bokio}"
    );
    assert!(
        stora.contains("<h1>Bei Ihrem Lagerkonto anmelden</h1>"),
        "{stora}"
    );
    assert_eq!(own(&bexio), None);
}

#[test]
fn demo_json_has_exactly_this_shape() {
    let demo = RunningDemo::start();
    let said = demo_json(&demo.base);
    assert_eq!(members(&said), BTreeSet::from(["realms"]));
    assert_eq!(
        members(&said["realms"]),
        BTreeSet::from(["bexio", "bokio", "freshbooks", "stora"])
    );
    for (name, realm) in said["realms"].as_object().unwrap() {
        let expected = ["issuer", "api", "introspector", "clients", "users"];
        assert_eq!(members(realm), BTreeSet::from(expected));
        assert_eq!(realm["issuer"], format!("{}/{name}", demo.base));
        assert_eq!(realm["api"], format!("{}/{name}/api", demo.base));
        assert_eq!(
            members(&realm["introspector"]),
            BTreeSet::from(["client_id", "client_secret"])
        );
        for client in realm["clients"].as_array().unwrap() {
            let expected = [
                "client_id",
                "client_secret",
                "name",
                "kind",
                "redirect_uris",
                "grant_types",
                "registered_scope",
            ];
            assert_eq!(members(client), BTreeSet::from(expected));
            for member in ["client_id", "name", "kind", "registered_scope"] {
                assert!(client[member].is_string(), "{member} of {client}");
            }
        }
        for user in realm["users"].as_array().unwrap() {
            assert_eq!(
                members(user),
                BTreeSet::from(["username", "password", "organisations"])
            );
            for place in user["organisations"].as_array().unwrap() {
                assert_eq!(members(place), BTreeSet::from(["id", "name", "roles"]));
            }
        }
    }
}

#[test]
fn three_apps_and_three_people_live_in_each_realm() {
    let demo = RunningDemo::start();
    for (name, realm) in demo_json(&demo.base)["realms"].as_object().unwrap() {
        let clients = realm["clients"].as_array().unwrap();
        let uses = |client: &Value, grant_type: &str| {
            client["grant_types"]
                .as_array()
                .unwrap()
                .contains(&json!(grant_type))
        };
        let mut sorts: Vec<_> = clients
            .iter()
            .map(|client| {
                let person = uses(client, "authorization_code");
                assert_eq!(
                    person,
                    client["redirect_uris"]
                        .as_array()
                        .unwrap()
                        .contains(&json!("http://127.0.0.1/callback"))
                );
                match (client["client_secret"].is_string(), person) {
                    (true, true) => "confidential",
                    (false, true) => "public",
                    (true, false) if uses(client, "client_credentials") => "machine",
                    (_, false) => "useless",
                }
            })
            .collect();
        sorts.sort_unstable();
        assert_eq!(sorts, ["confidential", "machine", "public"], "{name}");

        let users = realm["users"].as_array().unwrap();
        let places: BTreeSet<String> = users
            .iter()
            .map(|user| user["organisations"].to_string())
            .collect();
        assert_eq!(
            (users.len(), places.len()),
            (3, 3),
            "{name}: each person has other rights"
        );
    }
}

/// The three people of a realm are granted different things for the same request.
#[test]
fn people_with_other_rights_are_granted_other_scopes() {
    let demo = RunningDemo::start();
    let asks = [
        (
            "bexio",
            "ledgerly",
            "contact_edit kb_offer_edit",
            ["anna muster-ag", "beat muster-ag", "carla alpenblick"],
        ),
        (
            "bokio",
            "betalfix",
            "invoices:write items:read bank-payments:write",
            [
                "astrid exempel-ab",
                "bjorn exempel-ab",
                "cecilia bageri-solros",
            ],
        ),
        (
            "stora",
            "gatekeeper",
            "public.unit:write public.contact:read public.webhook_endpoint:read",
            [
                "owen harbour-storage",
                "priya harbour-storage",
                "finn lagerhaus-nord",
            ],
        ),
    ];
    for (realm, client, scope, people) in asks {
        let play = Play::of(&demo.base, realm);
        let granted: BTreeMap<String, &str> = people
            .iter()
            .map(|place| {
                let (user, organisation) = place.split_once(' ').unwrap();
                let organisation = Some(organisation);
                let tokens = play.tokens(&Ask {
                    client,
                    user,
                    organisation,
                    scope,
                    strike: &[],
                });
                (text(&tokens["scope"]), *place)
            })
            .collect();
        assert_eq!(granted.len(), 3, "{granted:?}");
    }
}

#[test]
fn apps_may_come_back_to_any_loopback_port_and_nowhere_else() {
    let demo = RunningDemo::start();
    let play = Play::of(&demo.base, "stora");
    let ask = |redirect_uri: &str| {
        let answer = play.http.get(format!("{}/oauth/authorize", play.issuer));
        let answer = answer.query(&[
            ("response_type", "code"),
            ("client_id", "unit-finder"),
            ("redirect_uri", redirect_uri),
            ("scope", "public.site:read"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let answer = answer.send().unwrap();
        let to = person::location(&answer).map(|to| to.path().to_owned());
        (answer.status().as_u16(), to)
    };
    for port in ["", ":1", ":8080", ":65535"] {
        let asked = ask(&format!("http://127.0.0.1{port}/callback"));
        assert_eq!(asked, (303, Some(String::from("/stora/login"))), "{port}");
    }
    for stranger in [
        "http://127.0.0.1:1/other",
        "http://127.0.0.2/callback",
        "https://127.0.0.1/callback",
        "http://evil.example/callback",
    ] {
        assert_eq!(ask(stranger), (400, None), "{stranger}");
    }
}

#[test]
fn a_second_start_on_the_same_data_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let ask = Ask {
        client: "ledgerly",
        user: "anna",
        organisation: Some("muster-ag"),
        scope: "contact_edit task_show",
        strike: &["task_show"],
    };
    let first = demo_at("127.0.0.1:0", data.path());
    let (base, before) = (first.base.clone(), demo_json(&first.base));
    let play = Play::of(&base, "bexio");
    let (tokens, machine) = (
        play.tokens(&ask),
        play.machine_token("nightly-export", "contact_show"),
    );
    let jwt = Play::of(&base, "stora").machine_token("door-sync", "public.unit:read");
    drop(first);

    let second = demo_at(base.strip_prefix("http://").unwrap(), data.path());
    assert_eq!(second.base, base);
    assert_eq!(demo_json(&base), before);
    let play = Play::of(&base, "bexio");
    for token in [&tokens, &machine] {
        assert_eq!(play.call("GET", "/2.0/contact", token).status, 200);
    }
    assert_eq!(
        Play::of(&base, "stora")
            .call("GET", "/2025-09/units", &jwt)
            .status,
        200
    );
    let refreshed = play.token(
        "ledgerly",
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ],
    );
    assert_eq!(refreshed.status, 200, "{refreshed:?}");
    assert_eq!(refreshed.json()["scope"], tokens["scope"]);
    drop(second);

    // Elsewhere too: apps and people are the same, only the addresses are others.
    let third = demo_at("127.0.0.1:0", data.path());
    let elsewhere = demo_json(&third.base)
        .to_string()
        .replace(&third.base, &base);
    assert_eq!(serde_json::from_str::<Value>(&elsewhere).unwrap(), before);
    let play = Play::of(&third.base, "bexio");
    assert_eq!(
        play.introspect(&text(&play.tokens(&ask)["access_token"]))["active"],
        true
    );
}

#[test]
fn without_data_nothing_is_left() {
    let temporary = tempfile::tempdir().unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_scopegate"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .env("TMPDIR", temporary.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(
        lines
            .next()
            .unwrap()
            .unwrap()
            .starts_with("ready: http://127.0.0.1:")
    );
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 1);
    let stopped = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    assert_eq!(
        child.wait().unwrap().code(),
        Some(0),
        "a termination signal ends it in good order"
    );
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_start_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    scopegate(["demo", "--listen", &address]).wrong(&[&address, "choose another"]);
    scopegate(["demo", "--listen", "nowhere"]).wrong(&["nowhere"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    scopegate([
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--data",
        file.path().to_str().unwrap(),
    ])
    .wrong(&[file.path().to_str().unwrap()]);
}

/// Whatever an address or a form of the playground says, its page comes and says what to do.
#[test]
fn the_playground_answers_what_nobody_should_send() {
    let demo = RunningDemo::start();
    let browser = person::browser();
    let get = |path: &str| {
        let asked = browser.get(format!("{}{path}", demo.base));
        let asked = asked
            .header("Accept", "text/html")
            .header("Accept-Language", "en");
        asked.send().unwrap()
    };
    let said = |path: &str| {
        let page = get(path);
        assert_eq!(page.status(), 200, "{path}");
        page.text().unwrap()
    };
    let no_such_place = "The address names a part of this page that there is not";
    for place in ["page=abc", "show=zzz", "page=-1&show=open"] {
        assert!(
            said(&format!("/play/bexio?{place}")).contains(no_such_place),
            "{place}"
        );
    }
    assert!(!said("/play/bexio?page=1&show=open").contains(no_such_place));
    let twice = get("/play/bexio/callback?code=a&code=b&state=x");
    assert_eq!(twice.status(), 303);
    let nowhere = get("/play/nosuch");
    assert_eq!(nowhere.status(), 404);
    assert!(nowhere.text().unwrap().contains("There is nothing here"));

    let post = |origin: &str, form: &[(&str, &str)]| {
        let url = format!("{}/play/stora/start", demo.base);
        let sent = browser.post(url).header("Origin", origin).form(form);
        sent.send().unwrap().status()
    };
    let machine = ("client", "door-sync");
    assert_eq!(post("https://evil.example", &[machine]), 403);
    let huge = "x".repeat(300_000);
    assert_eq!(post(&demo.base, &[machine, ("more", &huge)]), 303);
    assert!(said("/play/stora").contains("nothing was sent on"));
    // An app of a person's, whose request goes through an address.
    let long = "x".repeat(20_000);
    assert_eq!(
        post(&demo.base, &[("client", "gatekeeper"), ("more", &long)]),
        303
    );
    assert!(said("/play/stora").contains("nothing was sent on"));
    // What was sent is shown as far as somebody would read it.
    let names: String = (0..900)
        .map(|number| format!("{number}{} ", "y".repeat(50)))
        .collect();
    assert_eq!(post(&demo.base, &[machine, ("more", &names)]), 303);
    let page = said("/play/stora");
    assert!(page.contains("grant_type=client_credentials"));
    assert!(page.len() < 60_000, "{}", page.len());
}

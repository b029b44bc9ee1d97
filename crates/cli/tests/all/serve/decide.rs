//! Services ask about calls of their own API, with the credentials of its resource server.

use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::common::many::free_ports;
use crate::common::person;
use crate::common::play::text;
use crate::common::site::{Node, ORGANISATION, Site};

/// A server of two APIs, each with a resource server.
struct Place {
    site: Site,
    _node: Node,
    gate: String,
    robot: String,
    main: String,
    other: String,
}

impl Place {
    fn start() -> Self {
        let [public, gate] = free_ports();
        let base = format!("http://127.0.0.1:{public}");
        let text = format!(
            "base_url = \"{base}\"\ndatabase = \"own.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n\
             [[realm.api]]\nurl = \"https://api.example.com\"\nname = \"main\"\ndefault = true\n\
             [[realm.api]]\nurl = \"https://b.example.com\"\nname = \"other\"\n\
             [[listener]]\naddress = \"127.0.0.1:{public}\"\n\
             [[listener]]\naddress = \"127.0.0.1:{gate}\"\nserves = [\"gate\"]\n"
        );
        let site = Site::with(&[text], vec![base]);
        site.manage(&["migrate"]).ok();
        let organisation = ["organisation", "add", "bexio", ORGANISATION];
        site.manage(&[&organisation[..], &["--name", "Firma"]].concat())
            .ok();
        let add = |id: &str, more: &[&str]| {
            let about = ["client", "add", "bexio", id, "--name", id, "--maker", "Us"];
            let kind = ["--kind", "machine"];
            let added = site.manage(&[&about[..], &kind, more].concat()).ok();
            added.out.split_whitespace().last().unwrap().to_owned()
        };
        let robot = add(
            "robot",
            &["--scope", "contact_show", "--organisation", ORGANISATION],
        );
        let main = add("main", &["--introspector"]);
        let other = add("other", &["--introspector", "--api", "other"]);
        let node = site.start(0);
        Self {
            site,
            _node: node,
            gate: format!("http://127.0.0.1:{gate}"),
            robot,
            main,
            other,
        }
    }

    fn token(&self, resource: &str) -> String {
        let url = format!("{}/bexio/oauth/token", self.site.bases[0]);
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "contact_show"),
            ("resource", resource),
        ];
        let request = person::browser().post(url).form(&fields);
        let answer = request.basic_auth("robot", Some(&self.robot)).send();
        let answer: Value = answer.unwrap().json().unwrap();
        text(&answer["access_token"])
    }

    fn ask(&self, base: &str, service: (&str, &str), token: &str) -> Response {
        let question = json!({"method": "GET", "target": "/2.0/contact", "token": token});
        let request = person::browser()
            .post(format!("{base}/bexio/decide"))
            .header("content-type", "application/json")
            .body(question.to_string());
        let request = request.basic_auth(service.0, Some(service.1));
        request.send().unwrap()
    }
}

#[test]
fn a_service_asks_about_its_own_api_only() {
    let place = Place::start();
    let main = ("main", place.main.as_str());
    let other = ("other", place.other.as_str());
    let for_main = place.token("https://api.example.com");
    let for_other = place.token("https://b.example.com");
    // Wherever it is asked, who asks has to prove who it is.
    for base in [place.site.bases[0].as_str(), &place.gate] {
        for (service, token, decision, reason) in [
            (main, &for_main, "permit", Value::Null),
            (other, &for_other, "permit", Value::Null),
            (other, &for_main, "deny", "invalid-token".into()),
            (main, &for_other, "deny", "invalid-token".into()),
        ] {
            let answer = place.ask(base, service, token);
            assert_eq!(answer.status(), 200);
            let told: Value = answer.json().unwrap();
            assert_eq!(told["decision"], decision, "{told}");
            assert_eq!(told["reason"], reason, "{told}");
            let client = told["identity"]["client"].as_str();
            assert_eq!(client, (decision == "permit").then_some("robot"), "{told}");
        }
        for (service, status, error) in [
            (("main", place.other.as_str()), 401, "invalid_client"),
            (("nobody", &place.main), 401, "invalid_client"),
            (("robot", &place.robot), 403, "unauthorized_client"),
        ] {
            let answer = place.ask(base, service, &for_main);
            assert_eq!(answer.status(), status, "{}", service.0);
            let challenged = answer.headers().contains_key("www-authenticate");
            assert_eq!(challenged, status == 401);
            let told: Value = answer.json().unwrap();
            assert_eq!(told["error"], error, "{told}");
        }
    }
    // What ends a resource server ends its questions.
    let disable = ["client", "disable", "bexio", "main"];
    place.site.manage(&disable).ok();
    let answer = place.ask(&place.gate, main, &for_main);
    assert_eq!(answer.status(), 401);
}

/// Whoever asks names the question, and finds the place to ask at from the metadata.
#[test]
fn a_policy_enforcement_point_is_answered() {
    let place = Place::start();
    let issuer = format!("{}/bexio", place.site.bases[0]);
    let well_known = format!(
        "{}/.well-known/authzen-configuration/bexio/authzen/main",
        place.site.bases[0]
    );
    let metadata: Value = person::browser()
        .get(well_known)
        .send()
        .unwrap()
        .json()
        .unwrap();
    let own = format!("{issuer}/authzen/main");
    assert_eq!(
        metadata["policy_decision_point"],
        own.as_str(),
        "{metadata}"
    );
    let token = place.token("https://api.example.com");
    let question = json!({
        "subject": {"type": "identity", "id": "", "properties": {"token": token}},
        "action": {"name": "GET"},
        "resource": {"type": "route", "id": "/2.0/contact"},
    });
    let url = metadata["access_evaluation_endpoint"].as_str().unwrap();
    for (service, secret, status) in [("main", &place.main, 200), ("other", &place.other, 403)] {
        let request = person::browser()
            .post(url)
            .header("content-type", "application/json")
            .header("x-request-id", "the 1st")
            .basic_auth(service, Some(secret))
            .body(question.to_string());
        let answer = request.send().unwrap();
        assert_eq!(answer.status(), status, "{service}");
        assert_eq!(answer.headers()["x-request-id"], "the 1st");
        if status == 200 {
            let told: Value = answer.json().unwrap();
            assert_eq!(told["decision"], true, "{told}");
            assert_eq!(told["context"]["identity"]["client"], "robot", "{told}");
        }
    }
}

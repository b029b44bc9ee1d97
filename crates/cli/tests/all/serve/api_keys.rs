//! Partners without OAuth: keys at gates, at the sandbox and in answers to resource servers.

use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::common::many::free_ports;
use crate::common::person;
use crate::common::play::text;
use crate::common::site::{Node, ORGANISATION, Site};

/// A server of two APIs, of which one takes keys, with a sandbox beside them.
struct Place {
    site: Site,
    _node: Node,
    gate: String,
    main: String,
}

impl Place {
    fn start() -> Self {
        let [public, gate] = free_ports();
        let base = format!("http://127.0.0.1:{public}");
        let text = format!(
            "base_url = \"{base}\"\ndatabase = \"own.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n\
             sandbox = true\napi_key_hmac_file = \"hmac\"\n\
             [[realm.api]]\nurl = \"https://api.example.com\"\nname = \"main\"\ndefault = true\n\
             key_header = \"X-Api-Key\"\nkey_bearer = true\n\
             [[realm.api.pass]]\ncookie = \"session\"\n\
             [[realm.api]]\nurl = \"https://b.example.com\"\nname = \"other\"\n\
             [[listener]]\naddress = \"127.0.0.1:{public}\"\n\
             [[listener]]\naddress = \"127.0.0.1:{gate}\"\nserves = [\"gate\"]\n"
        );
        let site = Site::with(&[text], vec![base]);
        std::fs::write(site.at("hmac"), "text:the key of the provider before\n").unwrap();
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
        for robot in ["robot", "second"] {
            add(
                robot,
                &["--scope", "contact_show", "--organisation", ORGANISATION],
            );
        }
        let main = add("main", &["--introspector"]);
        let node = site.start(0);
        Self {
            site,
            _node: node,
            gate: format!("http://127.0.0.1:{gate}"),
            main,
        }
    }

    /// The key as `add` tells it to programs.
    fn add(&self, client: &str, more: &[&str]) -> Value {
        let add = [
            "api-key",
            "add",
            "bexio",
            client,
            "--scope",
            "contact_show",
            "--json",
        ];
        let added = self.site.manage(&[&add[..], more].concat()).ok();
        serde_json::from_str(&added.out).unwrap()
    }

    fn ask(&self, api: &str, method: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("{}/bexio/{api}/forward-auth/caddy", self.gate);
        let mut request = person::browser()
            .get(url)
            .header("x-forwarded-method", method)
            .header("x-forwarded-uri", "/2.0/contact")
            .header("x-forwarded-host", "api.example.com");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().unwrap()
    }

    #[track_caller]
    fn refused(&self, headers: &[(&str, &str)], status: u16, reason: &str) -> Value {
        let answer = self.ask("main", "GET", headers);
        assert_eq!(answer.status(), status);
        let told: Value = answer.json().unwrap();
        assert_eq!(told["reason"], reason, "{told}");
        told
    }

    fn introspect(&self, token: &str) -> Value {
        let url = format!("{}/bexio/oauth/introspect", self.site.bases[0]);
        let request = person::browser().post(url).form(&[("token", token)]);
        let request = request.basic_auth("main", Some(&self.main));
        request.send().unwrap().json().unwrap()
    }
}

#[test]
fn a_key_is_a_credential_of_its_client_everywhere() {
    let place = Place::start();
    let made = place.add("robot", &["--name", "Nightly"]);
    let key = text(&made["key"]);
    let own: &[(&str, &str)] = &[("x-api-key", &key)];
    let answer = place.ask("main", "GET", own);
    assert_eq!(answer.status(), 204);
    let said = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(said("scopegate-client"), "robot");
    assert_eq!(said("scopegate-subject-kind"), "client");
    assert_eq!(said("scopegate-scope"), "general contact_show");
    assert_eq!(said("scopegate-organisation-slug"), ORGANISATION);
    assert_eq!(said("scopegate-token"), text(&made["id"]));
    // As a bearer token, since this API says so; the other one takes none at all.
    let bearer = format!("Bearer {key}");
    let as_bearer: &[(&str, &str)] = &[("authorization", &bearer)];
    assert_eq!(place.ask("main", "GET", as_bearer).status(), 204);
    for headers in [own, as_bearer] {
        assert_eq!(place.ask("other", "GET", headers).status(), 401);
    }
    // What the key does not hold, as for tokens; and no other credential takes its place.
    let denied = place.ask("main", "POST", own);
    assert_eq!(denied.status(), 403);
    let denied: Value = denied.json().unwrap();
    assert_eq!(denied["reason"], "insufficient-scope");
    let both: &[(&str, &str)] = &[("x-api-key", &key), ("authorization", &bearer)];
    let twice: &[(&str, &str)] = &[("x-api-key", &key), ("x-api-key", &key)];
    for malformed in [both, twice, &[("x-api-key", "")], &[("x-api-key", "a b")]] {
        place.refused(malformed, 400, "malformed-credentials");
    }
    let with_cookie: &[(&str, &str)] = &[("x-api-key", "wrong-key"), ("cookie", "session=1")];
    place.refused(with_cookie, 401, "invalid-token");
    assert_eq!(
        place
            .ask("main", "GET", &[("cookie", "session=1")])
            .status(),
        204
    );
    let nothing = place.refused(&[], 401, "no-credentials");
    assert!(text(&nothing["detail"]).contains("x-api-key"), "{nothing}");

    // Services that ask tell the key's header, or the token.
    let question = |more: Value| {
        let mut question = json!({"method": "GET", "target": "/2.0/contact"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let request = person::browser()
            .post(format!("{}/bexio/decide", place.gate))
            .header("content-type", "application/json")
            .body(question.to_string())
            .basic_auth("main", Some(&place.main));
        let told: Value = request.send().unwrap().json().unwrap();
        told
    };
    for more in [
        json!({"headers": {"x-api-key": key}}),
        json!({"token": key}),
    ] {
        let told = question(more);
        assert_eq!(told["decision"], "permit", "{told}");
        assert_eq!(told["identity"]["client"], "robot");
    }
    let about = place.introspect(&key);
    assert_eq!(about["active"], true, "{about}");
    assert_eq!(about["client_id"], "robot");
    assert_eq!(about["scope"], "general contact_show");
    assert_eq!(about["aud"], "https://api.example.com");
    assert_eq!(about["organisation_slug"], ORGANISATION);
    assert_eq!(
        (&about["exp"], &about["token_type"]),
        (&Value::Null, &Value::Null)
    );

    let list = place.site.manage(&["api-key", "list", "bexio"]).ok().out;
    assert!(list.contains("Nightly") && list.contains("live"), "{list}");
    assert!(!list.contains(&key), "{list}");
    let revoke = ["api-key", "revoke", "bexio", &text(&made["id"])];
    place.site.manage(&revoke).ok();
    let refused = place.refused(own, 401, "invalid-token");
    assert!(text(&refused["detail"]).contains("revoked"), "{refused}");
    assert_eq!(place.introspect(&key), json!({"active": false}));
}

#[test]
fn a_key_of_the_sandbox_opens_the_sandbox_and_nothing_else() {
    let place = Place::start();
    let key = text(&place.add("robot", &["--sandbox"])["key"]);
    let other = text(&place.add("robot", &[])["key"]);
    let call = |key: &str| {
        let url = format!("{}/bexio/api/2.0/contact", place.site.bases[0]);
        let request = person::browser().get(url).header("x-api-key", key);
        request.send().unwrap().status().as_u16()
    };
    assert_eq!((call(&key), call(&other)), (200, 401));
    let at_gate = |key: &str| {
        place
            .ask("main", "GET", &[("x-api-key", key)])
            .status()
            .as_u16()
    };
    assert_eq!((at_gate(&key), at_gate(&other)), (401, 204));
}

#[test]
fn keys_of_another_system_move_in_from_a_file() {
    let place = Place::start();
    let sha = "sha256:7b5a3f3dcb3e3d1d3d6d2ed5b6c0a8d1c2b3a4f5e6d7c8b9a0f1e2d3c4b5a697";
    let bcrypt = "$2b$04$i5UfG/nFpL9SISD0WJ7hCup9T6NdFfIUUPu21OXfUf2WdRPeFH./2";
    let import = |name: &str, text: &str, more: &[&str]| {
        std::fs::write(place.site.at(name), text).unwrap();
        let file = place.site.at(name);
        let file = file.to_str().unwrap();
        let import = ["api-key", "import", "bexio", file];
        place.site.manage(&[&import[..], more].concat())
    };
    let wrong = format!(
        "client,scope,hash,prefix,expires\nrobot,contact_show,{sha},,\nrobot,contact_show,md5:1,,\n\
         robot,contact_show,{bcrypt},,\nrobot,contact_show,{bcrypt},old_abcd,someday\n"
    );
    let said = import("wrong.csv", &wrong, &[]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("line 5: expires"), "{}", said.err);
    let wrong = wrong.replace("someday", "");
    let said = import("wrong.csv", &wrong, &["--dry-run"]);
    assert_eq!(said.code, 2);
    for what in [
        "nothing moved in",
        "line 3: the hash is of no known form",
        "line 4: prefix",
    ] {
        assert!(said.err.contains(what), "{}", said.err);
    }
    let said = import("head.csv", "client,scope\nrobot,x\n", &[]);
    assert!(said.err.contains("no column \"hash\""), "{}", said.err);
    let said = import(
        "wrong.jsonl",
        "{\"client\": \"robot\", \"skope\": \"\"}\n",
        &[],
    );
    assert!(
        said.err.contains("line 1: column") && said.err.contains("skope"),
        "{}",
        said.err
    );

    let lines = format!(
        "{{\"client\": \"robot\", \"scope\": \"contact_show\", \"hash\": \"{bcrypt}\", \"prefix\": \"old_abcd\"}}\n\n\
         {{\"client\": \"second\", \"scope\": \"contact_show\", \"hash\": \"{sha}\", \"name\": \"Old\"}}\n"
    );
    let would = import("keys.jsonl", &lines, &["--dry-run"]).ok();
    assert!(would.out.contains("2 keys would move in"), "{}", would.out);
    let old = "old_abcd.secret-of-a-partner";
    place.refused(&[("x-api-key", old)], 401, "invalid-token");
    let moved = import("keys.jsonl", &lines, &["--sunset", "2999-01-01", "--json"]).ok();
    let moved: Value = serde_json::from_str(&moved.out).unwrap();
    assert_eq!(moved["api_keys"][0]["sunset"], "2999-01-01T00:00:00Z");
    assert_eq!(moved["api_keys"][0]["kept_as"], "bcrypt");
    assert_eq!(
        place.ask("main", "GET", &[("x-api-key", old)]).status(),
        204
    );
    let list = ["api-key", "list", "bexio", "--client", "robot", "--json"];
    let list: Value = serde_json::from_str(&place.site.manage(&list).ok().out).unwrap();
    assert_eq!(list["api_keys"][0]["kept_as"], "sha256");
    assert_eq!(list["api_keys"][0]["beginning"], "old_abcd");
}

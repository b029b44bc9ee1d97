//! Bad input over HTTP: a clear answer with the client's own mistake in it, never a 500, and
//! the process lives on.

use crate::common::RunningDemo;
use crate::common::play::{Answer, Ask, Play, answer, text};
use serde_json::Value;

/// A running demo; at the end of the test it must still be there and work.
pub(super) struct Tried {
    pub(super) demo: RunningDemo,
    pub(super) play: Play,
}

impl Tried {
    pub(super) fn start() -> Self {
        let demo = RunningDemo::start();
        let play = Play::of(&demo.base, "bexio");
        Self { demo, play }
    }

    pub(super) fn still_works(mut self) {
        assert!(self.demo.server.is_alive(), "the process has ended");
        let token = self.play.machine_token("nightly-export", "contact_show");
        assert_eq!(self.play.call("GET", "/2.0/contact", &token).status, 200);
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.demo.base)
    }

    /// A form as it is, to an endpoint of the realm.
    pub(super) fn form(&self, endpoint: &str, body: impl Into<reqwest::blocking::Body>) -> Answer {
        let secret = text(&self.play.client("nightly-export")["client_secret"]);
        answer(
            self.play
                .http
                .post(format!("{}/oauth/{endpoint}", self.play.issuer))
                .basic_auth("nightly-export", Some(secret))
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body),
        )
    }
}

/// An OAuth error with its code and something to read.
#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    let body: Value = answer.json();
    assert_eq!(body["error"], error, "{answer:?}");
    let said = body["error_description"].as_str().unwrap_or_default();
    assert!(said.len() > 10 && said.len() < 1_000, "{answer:?}");
}

#[test]
fn scopes_of_every_wrong_kind() {
    let tried = Tried::start();
    let ask = |scope: &str| {
        tried.play.token(
            "nightly-export",
            &[("grant_type", "client_credentials"), ("scope", scope)],
        )
    };
    refused(&ask("contact_rule"), 400, "invalid_scope");
    refused(&ask("contact_show\""), 400, "invalid_scope");
    refused(&ask("contact_show\u{0}"), 400, "invalid_scope");
    refused(&ask("contact_sh\u{f6}w"), 400, "invalid_scope");
    refused(&ask("CONTACT_SHOW"), 400, "invalid_scope");
    refused(&ask(&"x ".repeat(2_000)), 400, "invalid_scope");
    let clamped = ask("contact_show contact_rule");
    assert_eq!(
        (
            clamped.status,
            &clamped.json()["scope_withheld"][0]["scope"]
        ),
        (200, &"contact_rule".into())
    );
    tried.still_works();
}

#[test]
fn parameters_given_twice() {
    let tried = Tried::start();
    for (endpoint, body) in [
        (
            "token",
            "grant_type=client_credentials&grant_type=client_credentials",
        ),
        (
            "token",
            "grant_type=client_credentials&scope=contact_show&scope=task_show",
        ),
        ("introspect", "token=a&token=b"),
        ("revoke", "token=a&token=b"),
    ] {
        refused(&tried.form(endpoint, body), 400, "invalid_request");
    }
    let mut url = tried.play.authorization_url(&Ask {
        client: "ledgerly",
        user: "anna",
        organisation: None,
        scope: "contact_show",
        strike: &[],
    });
    url.query_pairs_mut().append_pair("scope", "task_show");
    // The app is told, for it is known where it is.
    let told = tried.play.http.get(url.clone()).send().unwrap();
    assert_eq!(told.status(), 303);
    let location = told.headers()["location"].to_str().unwrap();
    let told = reqwest::Url::parse(location).unwrap();
    let said: Vec<_> = told.query_pairs().collect();
    for (name, word) in [("error", "invalid_request"), ("error_description", "scope")] {
        let is_said = said
            .iter()
            .any(|(own, text)| own == name && text.contains(word));
        assert!(is_said, "{location}");
    }
    url.query_pairs_mut()
        .append_pair("redirect_uri", "http://127.0.0.1:1/callback");
    let page = answer(tried.play.http.get(url));
    assert!(page.status == 400 && page.body.contains("<h1>"), "{page:?}");
    tried.still_works();
}

#[test]
fn forms_that_are_none() {
    let tried = Tried::start();
    let post = |kind: Option<&str>, body: &'static [u8]| {
        let secret = text(&tried.play.client("nightly-export")["client_secret"]);
        let request = tried
            .play
            .http
            .post(format!("{}/oauth/token", tried.play.issuer))
            .basic_auth("nightly-export", Some(secret))
            .body(body);
        answer(match kind {
            Some(kind) => request.header("content-type", kind),
            None => request,
        })
    };
    let form = "application/x-www-form-urlencoded";
    for kind in [
        None,
        Some("application/json"),
        Some("text/plain"),
        Some("multipart/form-data"),
        Some("nonsense"),
    ] {
        let answer = post(kind, b"grant_type=client_credentials");
        assert!([400, 415].contains(&answer.status), "{kind:?}: {answer:?}");
        assert_eq!(answer.json()["error"], "invalid_request");
    }
    for body in [
        &b""[..],
        b"%",
        b"%zz=%zz",
        b"grant_type=%ff%fe",
        b"\xff\xfe\x00",
        b"&&&&=&=",
        b"grant_type",
    ] {
        refused(&post(Some(form), body), 400, "invalid_request");
    }
    refused(
        &tried.form("token", "grant_type=magic"),
        400,
        "unsupported_grant_type",
    );
    let token = answer(
        tried
            .play
            .http
            .get(format!("{}/oauth/token", tried.play.issuer)),
    );
    refused(&token, 405, "invalid_request");
    tried.still_works();
}

#[test]
fn tokens_cut_short_and_changed() {
    let tried = Tried::start();
    let whole = text(&tried.play.machine_token("nightly-export", "contact_show")["access_token"]);
    let jwt = Play::of(&tried.demo.base, "stora").machine_token("door-sync", "public.unit:read");
    let jwt = text(&jwt["access_token"]);
    let mut wrong: Vec<String> = (0..whole.len())
        .step_by(7)
        .map(|end| whole[..end].to_owned())
        .collect();
    wrong.extend((0..jwt.len()).step_by(23).map(|end| jwt[..end].to_owned()));
    wrong.extend([
        format!("{whole}A"),
        whole.to_uppercase(),
        whole.replace("sg_at_", "sg_rt_"),
    ]);
    wrong.extend(["sg_at_", "..", "e30.e30.", "null"].map(str::to_owned));
    wrong.push("A".repeat(8_000));
    // A token of another realm.
    wrong.push(jwt);
    for token in wrong.iter().filter(|token| !token.is_empty()) {
        let called = tried.play.call(
            "GET",
            "/2.0/contact",
            &serde_json::json!({ "access_token": token }),
        );
        assert_eq!(called.status, 401, "{token}: {called:?}");
        assert!(
            called.challenge.contains("invalid_token"),
            "{token}: {called:?}"
        );
        assert_eq!(
            tried.play.introspect(token),
            serde_json::json!({ "active": false }),
            "{token}"
        );
        assert_eq!(
            tried.form("revoke", format!("token={token}")).status,
            200,
            "{token}"
        );
    }
    let called = tried.play.call(
        "GET",
        "/2.0/contact",
        &serde_json::json!({ "access_token": whole }),
    );
    assert_eq!(called.status, 200, "the whole token works on");
    tried.still_works();
}

#[test]
fn realms_and_paths_that_are_not_there() {
    let tried = Tried::start();
    let http = &tried.play.http;
    for path in [
        "/acme/oauth/authorize",
        "/acme/oauth/jwks",
        "/acme/login",
        "/acme/account",
        "/acme/scopes",
        "/acme/api/2.0/contact",
        "/play/acme",
        "/.well-known/oauth-authorization-server/acme",
        "/acme/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource/acme/api",
        "/nothing",
        "/acme/",
        "/bexio/nothing",
        "/%00",
        "/%ff",
        "/bexio%2Foauth/jwks",
        "/static/../../etc/passwd",
    ] {
        let got = answer(http.get(tried.url(path)));
        assert!([400, 404].contains(&got.status), "{path}: {got:?}");
        assert!(!got.body.is_empty(), "{path}");
    }
    for path in [
        "/acme/oauth/token",
        "/acme/oauth/introspect",
        "/acme/oauth/revoke",
    ] {
        let got = answer(
            http.post(tried.url(path))
                .form(&[("grant_type", "client_credentials")]),
        );
        assert_eq!(got.status, 404, "{path}: {got:?}");
    }
    tried.still_works();
}

#[test]
fn calls_of_the_api_that_make_no_sense() {
    let tried = Tried::start();
    let token = tried.play.machine_token("nightly-export", "contact_show");
    for (path, status) in [
        ("/2.0/contact/%00", None),
        ("/2.0/contact/%ff", None),
        ("/2.0//contact", Some(403)),
        ("/2.0/contact/../task", None),
        ("/2.0/contact%2f1", None),
        ("/2.0/contact/1;x=y", None),
        ("/2.0/contact/99999999999999999999999", None),
        ("/2.0/contact?limit=-1&limit=x", None),
        ("/2.0/contact?%ff=%00", None),
        ("/nowhere", Some(403)),
        ("", None),
        ("/", None),
    ] {
        let got = tried.play.call("GET", path, &token);
        assert!(got.status < 500, "{path}: {got:?}");
        if let Some(status) = status {
            assert_eq!(got.status, status, "{path}: {got:?}");
        }
    }
    let api = text(&tried.play.realm["api"]);
    let machine = text(&token["access_token"]);
    for body in ["", "{", "null", "[[[[", "\u{0}"] {
        let request = tried
            .play
            .http
            .post(format!("{api}/2.0/contact/search"))
            .bearer_auth(&machine);
        let got = answer(
            request
                .header("content-type", "application/json")
                .body(body),
        );
        assert!(got.status < 500, "{body:?}: {got:?}");
    }
    for header in ["Bearer", "Bearer ", "Basic abc", "bearer a b", "\u{e4}"] {
        let got = answer(
            tried
                .play
                .http
                .get(format!("{api}/2.0/contact"))
                .header("authorization", header),
        );
        assert!([400, 401].contains(&got.status), "{header:?}: {got:?}");
    }
    let in_the_url = answer(
        tried
            .play
            .http
            .get(format!("{api}/2.0/contact?access_token={machine}")),
    );
    assert_eq!(in_the_url.status, 400, "{in_the_url:?}");
    tried.still_works();
}

#[test]
fn sign_in_forms_from_elsewhere() {
    let tried = Tried::start();
    let post = |path: &str, origin: Option<&str>, fields: &[(&str, &str)]| {
        let request = tried.play.http.post(tried.url(path)).form(fields);
        answer(match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        })
    };
    let own = tried.demo.base.as_str();
    let right = [
        ("username", "anna"),
        ("password", "anna-demo"),
        ("next", "/bexio/account"),
    ];
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let got = post("/bexio/login", origin, &right);
        assert_eq!(got.status, 403, "{origin:?}: {got:?}");
    }
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/bokio/account",
        "/bexio/../bokio",
        "\\evil",
        "javascript:1",
    ] {
        let fields = [right[0], right[1], ("next", next)];
        let sent = tried
            .play
            .http
            .post(tried.url("/bexio/login"))
            .header("origin", own)
            .form(&fields)
            .send()
            .unwrap();
        assert!(sent.status().as_u16() < 500, "{next}");
        if let Some(to) = crate::common::person::location(&sent) {
            assert!(
                to.as_str().starts_with(&tried.url("/bexio/")),
                "{next} led to {to}"
            );
        }
    }
    let wrong = post(
        "/bexio/login",
        Some(own),
        &[("username", "anna"), ("password", "wrong")],
    );
    assert!((400..500).contains(&wrong.status), "{wrong:?}");
    let long = "x".repeat(50_000);
    let wrong = post(
        "/bexio/login",
        Some(own),
        &[("username", &long), ("password", &long)],
    );
    assert!((400..500).contains(&wrong.status), "{}", wrong.status);
    tried.still_works();
}

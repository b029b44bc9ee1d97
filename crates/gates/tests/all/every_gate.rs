//! One table through every gate: what a gate cannot see needs all that it could be, and what can be read
//! in two ways is refused at each.

use axum::body::Body;
use gates::Preflight;
use http::Request;
use serde_json::{Value, json};

use crate::proxy::place::{NOTHING, Place};
use crate::support::{World, request};

/// A way to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Layer,
    Nginx,
    Caddy,
    Traefik,
    EnvoyHead,
    EnvoyBody,
    Decide,
    AuthZen,
    Proxy,
}

use Gate::{AuthZen, Caddy, Decide, EnvoyBody, EnvoyHead, Layer, Nginx, Proxy, Traefik};

const ALL: [Gate; 9] = [
    Layer, Nginx, Caddy, Traefik, EnvoyHead, EnvoyBody, Decide, AuthZen, Proxy,
];

impl Gate {
    fn sees_bodies(self) -> bool {
        !matches!(self, Nginx | Caddy | Traefik | EnvoyHead)
    }
}

struct Call {
    method: &'static str,
    target: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static str,
}

const JSON: (&str, &str) = ("content-type", "application/json");
const UPGRADE: [(&str, &str); 2] = [("connection", "upgrade"), ("upgrade", "websocket")];
const PREFLIGHT: [(&str, &str); 2] = [
    ("origin", "https://app.example"),
    ("access-control-request-method", "GET"),
];

fn call(method: &'static str, target: &'static str) -> Call {
    Call {
        method,
        target,
        headers: Vec::new(),
        body: "",
    }
}

impl Call {
    fn token(self, token: &'static str) -> Self {
        self.header(("authorization", token))
    }

    fn header(mut self, header: (&'static str, &'static str)) -> Self {
        self.headers.push(header);
        self
    }

    fn body(self, body: &'static str) -> Self {
        Self { body, ..self }
    }

    /// `permitted`, or the reason of the denial; its status where it has no body.
    async fn by(&self, gate: Gate, id: &str, preflight: Preflight) -> String {
        let world = World::with(id, preflight, |gate| gate);
        let forward = |proxy, own: [&'static str; 3]| {
            let mut headers = vec![
                (own[0], self.method),
                (own[1], self.target),
                (own[2], "api.example.com"),
            ];
            headers.extend(&self.headers);
            request(&format!("/realm/api/forward-auth/{proxy}"), &headers)
        };
        let forwarded = ["x-forwarded-method", "x-forwarded-uri", "x-forwarded-host"];
        let original = ["x-original-method", "x-original-uri", "x-original-host"];
        let answer = match gate {
            Layer => world.through_layer(self.request(self.target)).await,
            Nginx => world.send(forward("nginx", original)).await,
            Caddy => world.send(forward("caddy", forwarded)).await,
            Traefik => world.send(forward("traefik", forwarded)).await,
            EnvoyHead | EnvoyBody => {
                let sight = if gate == EnvoyHead { "" } else { "-with-body" };
                let target = format!("/realm/api/ext-authz{sight}{}", self.target);
                world.send_whole(self.request(&target)).await
            }
            Decide => {
                let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
                let question = json!({
                    "method": self.method, "path": path, "query": query,
                    "headers": self.told(), "body": self.body,
                });
                return told(&world.ask("/realm/decide", &question).await.body);
            }
            AuthZen => {
                let question = json!({
                    "subject": {"type": "identity", "id": ""},
                    "action": {"name": self.method},
                    "resource": {
                        "type": "route", "id": self.target,
                        "properties": {"uri": self.target},
                    },
                    "context": {"headers": self.told(), "body": self.body},
                });
                let path = "/realm/authzen/api/access/v1/evaluation";
                return told(&world.ask(path, &question).await.body["context"]);
            }
            Proxy => return self.by_proxy(id, preflight).await,
        };
        match answer.status {
            200 | 204 => "permitted".to_owned(),
            status => answer.body["reason"]
                .as_str()
                .map_or_else(|| status.to_string(), str::to_owned),
        }
    }

    fn request(&self, target: &str) -> Request<Body> {
        let request = request(target, &self.headers).method(self.method);
        let host = request.header("host", "api.example.com");
        host.body(Body::from(self.body)).unwrap()
    }

    fn told(&self) -> Value {
        let mut all = serde_json::Map::new();
        for (name, value) in &self.headers {
            let own = all.entry(*name).or_insert_with(|| json!([]));
            own.as_array_mut().unwrap().push(json!(value));
        }
        Value::Object(all)
    }

    async fn by_proxy(&self, id: &str, preflight: Preflight) -> String {
        let place = Place::answering_and(id, preflight, NOTHING).await;
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: api.example.com\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        text.push_str("Connection: close\r\n\r\n");
        let answer = place.send(&(text + self.body)).await;
        let received = place.received.take();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        if head.starts_with("HTTP/1.1 204") {
            let line = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
            assert!(received.starts_with(&line), "{received}");
            assert!(
                received.ends_with(&format!("\r\n\r\n{}", self.body)),
                "{received}"
            );
            return "permitted".to_owned();
        }
        assert_eq!(received, "");
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["reason"].as_str().unwrap_or(&head[9..12]).to_owned()
    }
}

fn told(answer: &Value) -> String {
    let Some(problem) = answer["body"].as_str() else {
        assert!(answer["identity"].is_object(), "{answer}");
        return "permitted".to_owned();
    };
    let problem: Value = serde_json::from_str(problem).unwrap();
    problem["reason"].as_str().unwrap().to_owned()
}

const HOOKS: &str = "/events/account/muster/events/callbacks";
const EVENT: &str = r#"{"callback": {"event": "invoice.create", "uri": "https://a.example"}}"#;

/// The rule goes by an event in the body, and each event has a scope of its own.
#[tokio::test]
async fn a_body_that_is_not_seen_could_be_any() {
    let every = "Bearer user/bill_vendors/read+\
        user/billable_items/read+\
        user/bills/read+\
        user/clients/read+\
        user/credit_notes/read+\
        user/estimates/read+\
        user/expenses/read+\
        user/invoices/read+\
        user/payments/read+\
        user/projects/read+\
        user/taxes/read+\
        user/time_entries/read";
    for gate in ALL {
        let ask = |headers: &[(&'static str, &'static str)], token| {
            let call = call("POST", HOOKS).token(token).body(EVENT);
            headers.iter().copied().fold(call, Call::header)
        };
        let own = "Bearer user/invoices/read";
        let seen = |reason| match gate.sees_bodies() {
            true => reason,
            false => "insufficient-scope",
        };
        for (headers, token, expected) in [
            (&[JSON][..], own, seen("permitted")),
            (&[JSON], every, "permitted"),
            (&[JSON], "Bearer user/expenses/read", "insufficient-scope"),
            // It is not said to be JSON.
            (&[], own, "insufficient-scope"),
            (&[("content-type", "text/plain")], own, "insufficient-scope"),
            (&[("content-type", "text/plain")], every, "permitted"),
            (&[JSON, JSON], own, seen("ambiguous-content-type")),
            (
                &[JSON, ("content-encoding", "gzip")],
                own,
                seen("compressed-body"),
            ),
            (
                &[JSON, ("content-encoding", "identity")],
                own,
                seen("compressed-body"),
            ),
        ] {
            let found = ask(headers, token)
                .by(gate, "freshbooks", Preflight::Pass)
                .await;
            assert_eq!(found, expected, "{gate:?} {headers:?} {token}");
        }
    }
}

#[tokio::test]
async fn head_and_an_upgrade_are_decided_as_get() {
    let contact = "/2.0/contact";
    for gate in ALL {
        for (token, expected) in [
            ("Bearer contact_show", "permitted"),
            ("Bearer note_show", "insufficient-scope"),
        ] {
            let head = call("HEAD", contact).token(token);
            let found = head.by(gate, "bexio", Preflight::Pass).await;
            let of_head = match gate {
                // What answers the call itself has no body there.
                EnvoyHead | EnvoyBody | Proxy if expected != "permitted" => "403",
                _ => expected,
            };
            assert_eq!(found, of_head, "{gate:?} HEAD {token}");
            let upgrade = UPGRADE
                .into_iter()
                .fold(call("GET", contact).token(token), Call::header);
            let found = upgrade.by(gate, "bexio", Preflight::Pass).await;
            assert_eq!(found, expected, "{gate:?} upgrade {token}");
        }
    }
}

#[tokio::test]
async fn a_browser_s_question_is_passed_or_decided_as_configured() {
    for gate in ALL {
        let ask = || {
            PREFLIGHT
                .into_iter()
                .fold(call("OPTIONS", "/2.0/contact"), Call::header)
        };
        let judged = ask().by(gate, "bexio", Preflight::Judge).await;
        assert_eq!(judged, "no-credentials", "{gate:?}");
        let passed = ask().by(gate, "bexio", Preflight::Pass).await;
        // The layer answers them itself where it is told to.
        let expected = if gate == Layer {
            "no-credentials"
        } else {
            "permitted"
        };
        assert_eq!(passed, expected, "{gate:?}");
        let half = call("OPTIONS", "/2.0/contact").header(PREFLIGHT[0]);
        let half = half.by(gate, "bexio", Preflight::Pass).await;
        assert_eq!(half, "no-credentials", "{gate:?}");
    }
}

#[tokio::test]
async fn another_organisation_and_another_call_are_refused() {
    let token = "Bearer bank-payments/read-limited";
    let [own, other] = ["muster", "another"].map(|company| match company {
        "muster" => "/v1/companies/muster/bank-payments",
        _ => "/v1/companies/another/bank-payments",
    });
    for gate in ALL {
        let get = |target| call("GET", target).token(token);
        for (call, expected) in [
            (get(own), "permitted"),
            (get(other), "wrong-organisation"),
            (
                get("/v1/companies/muster/../another/bank-payments"),
                "ambiguous-path",
            ),
            (
                get("/v1/companies/%6duster/bank-payments"),
                "ambiguous-path",
            ),
            (
                get(own).header(("x-http-method-override", "DELETE")),
                "overriding-header",
            ),
            (
                get(own).header(("x-http-method", "DELETE")),
                "overriding-header",
            ),
            (
                get(own).header(("x-original-url", other)),
                "overriding-header",
            ),
            (get(own).token(token), "malformed-credentials"),
            (
                get("/v1/companies/muster/bank-payments?access_token=x"),
                "malformed-credentials",
            ),
        ] {
            let found = call.by(gate, "bokio", Preflight::Pass).await;
            assert_eq!(
                found, expected,
                "{gate:?} {} {:?}",
                call.target, call.headers
            );
        }
    }
}

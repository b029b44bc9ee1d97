//! Who calls, in one signed text.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gates::{HEADERS, Signs};
use serde_json::{Map, Value, json};

use crate::support::{Answer, ORGANISATION, PERSON, World, catalog, request};

/// Signs nothing: what it was given is all there is.
#[derive(Default)]
struct Plain {
    has_no_key: AtomicBool,
}

impl Signs for Plain {
    fn sign(&self, claims: Map<String, Value>) -> Option<String> {
        let has_key = !self.has_no_key.load(Ordering::Relaxed);
        has_key.then(|| Value::Object(claims).to_string())
    }
}

async fn ask(world: &World, method: &str, uri: &str, token: &str) -> Answer {
    let token = format!("Bearer {token}");
    let headers = [
        ("x-forwarded-method", method),
        ("x-forwarded-uri", uri),
        ("x-forwarded-host", "api.example.com"),
        ("authorization", &token),
    ];
    let address = "/realm/api/forward-auth/caddy";
    world.send(request(address, &headers)).await
}

fn identity(answer: &Answer) -> Value {
    for name in HEADERS {
        let [said] = Vec::from_iter(answer.headers.get_all(&name))[..] else {
            panic!("{name}");
        };
        assert!(name == "scopegate-identity" || said.is_empty(), "{name}");
        assert!(said.len() <= 2_048);
    }
    serde_json::from_slice(answer.headers["scopegate-identity"].as_bytes()).unwrap()
}

#[tokio::test]
async fn one_text_says_what_the_headers_would_and_nothing_else_does() {
    let world = World::signed("bexio", Arc::new(Plain::default()));
    let answer = ask(&world, "GET", "/2.0/contact", "contact_show").await;
    assert_eq!(
        identity(&answer),
        json!({
            "permit": "token",
            "sub": PERSON.to_string(),
            "subject_kind": "person",
            "client_id": "app",
            "client_kind": "app",
            "organisation": ORGANISATION.to_string(),
            "organisation_slug": "muster",
            "organisation_number": 17,
            "scope": "contact_show",
            "grant": "00000000-0000-0000-0000-00000000000a",
            "token": "00000000-0000-0000-0000-000000000009",
        })
    );
}

#[tokio::test]
async fn what_would_be_too_long_is_left_out_and_marked() {
    let world = World::signed("bexio", Arc::new(Plain::default()));
    let catalog = catalog("bexio");
    let all = catalog.scope_of(&catalog.all()).to_string();
    assert!(all.len() < 2_048);
    let answer = ask(&world, "GET", "/2.0/contact", &all.replace(' ', "+")).await;
    let whole = identity(&answer);
    assert_eq!(
        (&whole["scope"], whole.get("scope_omitted")),
        (&json!(all), None)
    );

    struct Wordy;
    impl Signs for Wordy {
        fn sign(&self, mut claims: Map<String, Value>) -> Option<String> {
            claims.insert("more".to_owned(), "x".repeat(1_600).into());
            Some(Value::Object(claims).to_string())
        }
    }
    let world = World::signed("bexio", Arc::new(Wordy));
    let answer = ask(&world, "GET", "/2.0/contact", &all.replace(' ', "+")).await;
    let short = identity(&answer);
    assert_eq!(
        (short.get("scope"), &short["scope_omitted"]),
        (None, &json!(true))
    );
}

#[tokio::test]
async fn what_cannot_be_signed_is_denied() {
    let plain = Arc::new(Plain::default());
    let world = World::signed("bexio", Arc::clone(&plain) as Arc<dyn Signs>);
    plain.has_no_key.store(true, Ordering::Relaxed);
    let answer = ask(&world, "GET", "/2.0/contact", "contact_show").await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(!answer.headers.contains_key("scopegate-identity"));
}

//! A front that goes by what it hears of a server: what it says by itself, and what it asks.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use enforce::beside::{Beside, Carries, Observe, Pass, Paths, Place, Until};
use enforce::{Call, Gate, Problem};
use gates::{Front, Identity, Passed, Server};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::support::{Counted, Hands, ISSUER, Known, catalog};

/// What the server says to each question.
struct Elsewhere {
    is_heard: AtomicBool,
    asked: AtomicUsize,
    answer: Mutex<Option<Result<Passed, Problem>>>,
}

#[async_trait]
impl Server for Elsewhere {
    fn is_heard(&self) -> bool {
        self.is_heard.load(Ordering::SeqCst)
    }

    async fn ask(&self, _: &Call<'_>, _: Option<&Bytes>) -> Option<Result<Passed, Problem>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.answer.lock().unwrap().clone()
    }
}

struct World {
    front: Front,
    server: Arc<Elsewhere>,
    counted: Arc<Counted>,
}

impl World {
    fn new() -> Self {
        let catalog = catalog("bexio");
        let known = Known::new(&catalog);
        let server = Arc::new(Elsewhere {
            is_heard: AtomicBool::new(true),
            asked: AtomicUsize::new(0),
            answer: Mutex::default(),
        });
        let counted = Arc::new(Counted::default());
        let beside = Beside {
            pass: vec![Pass {
                carries: Carries::Cookie("sessionid".to_owned()),
                paths: Paths::default(),
            }],
            observe: vec![Observe {
                client: None,
                paths: Paths::new(vec![Place::Below("/2.0/task".to_owned())]),
                until: Until::new("2030-12-31", i64::MAX),
            }],
        };
        let clock = Arc::new(Hands(0.into()));
        let gate = Gate::new(catalog, known.clone(), known, ISSUER);
        let front = Front::new(gate, counted.clone())
            .beside(beside, clock, Arc::default())
            .apart(server.clone());
        Self {
            front,
            server,
            counted,
        }
    }

    /// `permit` of what goes on, or the reason of the denial; and whether the server was asked.
    async fn call(&self, target: &str, credential: &str) -> (String, bool) {
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = credential.split_once(": ") {
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        let (method, uri) = target.split_once(' ').unwrap();
        let call = Call::new(method, uri).with_headers(&headers);
        let before = self.server.asked.load(Ordering::SeqCst);
        let judged = self.front.judge(call, async || Ok(None)).await;
        let is_asked = self.server.asked.load(Ordering::SeqCst) > before;
        let what = match judged {
            Ok(passed) => {
                let mut told = HeaderMap::new();
                passed.identity.set(&mut told);
                told["scopegate-permit"].to_str().unwrap().to_owned()
            }
            Err(problem) => problem.reason().to_owned(),
        };
        (what, is_asked)
    }
}

const TOKEN: &str = "authorization: Bearer contact_show";

#[tokio::test]
async fn only_a_denial_for_the_token_or_its_scope_is_asked_about() {
    let world = World::new();
    for (target, credential, what, is_asked) in [
        ("GET /2.0/contact", TOKEN, "token", false),
        ("POST /2.0/contact", TOKEN, "insufficient-scope", true),
        (
            "GET /2.0/contact",
            "authorization: Bearer bad",
            "invalid-token",
            true,
        ),
        // The server cannot be asked about it a moment before.
        (
            "GET /2.0/contact",
            "authorization: Bearer down",
            "unavailable",
            false,
        ),
        ("GET /2.0/contact", "", "no-credentials", false),
        ("GET /nothing", TOKEN, "no-rule", false),
        ("GET /2.0/contact", "cookie: sessionid=1", "passed", false),
        // The report needs the reason alone.
        ("GET /2.0/task", TOKEN, "observed", false),
    ] {
        let called = world.call(target, credential).await;
        assert_eq!(called, (what.to_owned(), is_asked), "{target} {credential}");
    }
}

#[tokio::test]
async fn the_servers_word_counts_either_way() {
    let world = World::new();
    let told = Problem::told(
        StatusCode::UNAUTHORIZED,
        "token-ended",
        HeaderMap::new(),
        Bytes::from_static(b"as the server has it"),
    );
    *world.server.answer.lock().unwrap() = Some(Err(told.unwrap()));
    let bad = "authorization: Bearer bad";
    assert_eq!(world.call("GET /2.0/contact", bad).await.0, "token-ended");
    let passed = Passed {
        identity: Identity::nobody("token"),
        body: None,
        standing: Vec::new(),
        under_way: None,
    };
    *world.server.answer.lock().unwrap() = Some(Ok(passed));
    assert_eq!(world.call("POST /2.0/contact", TOKEN).await.0, "token");
    let counted = world.counted.0.lock().unwrap();
    assert_eq!(*counted, ["token-ended", "permitted"]);
}

#[tokio::test]
async fn cut_off_everything_is_denied_but_what_stands_beside_the_decision() {
    let world = World::new();
    world.server.is_heard.store(false, Ordering::SeqCst);
    for (target, credential, what) in [
        ("GET /2.0/contact", TOKEN, "unavailable"),
        ("GET /2.0/contact", "", "unavailable"),
        ("GET /2.0/contact", "cookie: sessionid=1", "passed"),
        ("GET /2.0/task", TOKEN, "observed"),
    ] {
        let called = world.call(target, credential).await;
        assert_eq!(called, (what.to_owned(), false), "{target} {credential}");
    }
    world.server.is_heard.store(true, Ordering::SeqCst);
    assert_eq!(world.call("GET /2.0/contact", TOKEN).await.0, "token");
}

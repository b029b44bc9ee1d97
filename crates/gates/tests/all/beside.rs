//! Other credentials go on, and calls are observed before they are denied.

use std::sync::atomic::Ordering;

use axum::body::Body;
use enforce::beside::{Beside, Carries, Observe, Pass, Paths, Place, Until};
use gates::{HEADERS, Line, Outcome};
use http::{HeaderName, Request};

use crate::support::{Answer, PERSON, World, request};

/// The second at which the last observed day is over.
const ENDS: i64 = 1_000;

fn pass(carries: Carries, places: &[Place]) -> Pass {
    Pass {
        carries,
        paths: Paths::new(places.to_vec()),
    }
}

fn below(path: &str) -> Place {
    Place::Below(path.to_owned())
}

fn observe(client: Option<&str>, places: &[Place]) -> Observe {
    Observe {
        client: client.map(str::to_owned),
        paths: Paths::new(places.to_vec()),
        until: Until::new("1970-01-01", ENDS),
    }
}

fn observing(observe: Observe) -> World {
    let observe = vec![observe];
    let beside = Beside {
        observe,
        ..Beside::default()
    };
    World::beside("bexio", beside)
}

fn passing(pass: Vec<Pass>) -> World {
    let beside = Beside {
        pass,
        ..Beside::default()
    };
    World::beside("bexio", beside)
}

async fn ask(world: &World, method: &str, uri: &str, more: &[(&str, &str)]) -> Answer {
    let mut headers = vec![
        ("x-forwarded-method", method),
        ("x-forwarded-uri", uri),
        ("x-forwarded-host", "api.example.com"),
    ];
    headers.extend(more);
    world
        .send(request("/realm/api/forward-auth/caddy", &headers))
        .await
}

fn said<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name);
    value.map_or("(none)", |value| value.to_str().unwrap())
}

/// Nothing of anybody's identity, and each header is there to take away what the caller sent.
#[track_caller]
fn nobody(answer: &Answer, permit: &str) {
    assert_eq!(answer.status, 204, "{}", answer.body);
    for name in HEADERS {
        let expected = if name == "scopegate-permit" {
            permit
        } else {
            ""
        };
        assert_eq!(said(answer, name.as_str()), expected, "{name}");
    }
}

#[tokio::test]
async fn calls_go_on_by_what_they_carry_and_where() {
    let world = passing(vec![
        pass(Carries::Cookie("sessionid".to_owned()), &[]),
        pass(
            Carries::Header(HeaderName::from_static("x-api-key")),
            &[below("/2.0"), Place::Only("/ping".to_owned())],
        ),
        pass(Carries::Scheme("Basic".to_owned()), &[below("/legacy")]),
        pass(Carries::NoToken, &[below("/docs")]),
    ]);
    let key = ("x-api-key", "k");
    let basic = ("authorization", "Basic YTpi");
    for (uri, headers, goes_on) in [
        ("/2.0/contact", &[("cookie", "a=b; sessionid=1")][..], true),
        ("/anything/../odd", &[("cookie", "sessionid=1")], true),
        ("/x", &[("cookie", "a=b"), ("cookie", "sessionid=1")], true),
        ("/x", &[("cookie", "sessionid=")], false),
        ("/x", &[("cookie", "sessionid")], false),
        ("/x", &[("cookie", "SessionId=1")], false),
        ("/x", &[("cookie", "a=sessionid=1")], false),
        ("/x", &[("cookie", "xsessionid=1")], false),
        ("/2.0/contact", &[key], true),
        ("/2.0/contact?q=1", &[key], true),
        ("/ping", &[key], true),
        ("/ping/x", &[key], false),
        ("/3.0/contact", &[key], false),
        ("/2.0/../3.0", &[key], false),
        ("/2.0/%2e%2e/3.0", &[key], false),
        ("/2.0", &[("x-api-key", "")], false),
        ("/legacy/a", &[basic], true),
        ("/legacy/a", &[("authorization", "basic YTpi")], true),
        ("/legacy/a", &[("authorization", "Basic")], false),
        ("/legacy/a", &[("authorization", "Digest x")], false),
        ("/2.0/contact", &[basic], false),
        ("/docs/a", &[], true),
        ("/docs/a", &[basic], true),
        ("/other", &[], false),
        // A header by which some programs read another address.
        ("/docs/a", &[("x-original-url", "/2.0/contact")], false),
        ("/2.0/a", &[key, ("x-rewrite-url", "/3.0")], false),
    ] {
        let answer = ask(&world, "POST", uri, headers).await;
        if goes_on {
            nobody(&answer, "passed");
            assert_eq!(world.counts(), ["passed"], "{uri} {headers:?}");
        } else {
            assert!(answer.status >= 400, "{uri} {headers:?}");
            assert_ne!(world.counts(), ["passed"]);
        }
    }
}

/// Whatever else it carries, and however the token is sent.
#[tokio::test]
async fn a_bearer_token_is_always_decided() {
    let everything = [
        Carries::Cookie("sessionid".to_owned()),
        Carries::Header(HeaderName::from_static("x-api-key")),
        Carries::Scheme("Basic".to_owned()),
        Carries::NoToken,
    ];
    for carries in everything {
        let world = passing(vec![pass(carries, &[])]);
        let others = [("cookie", "sessionid=1"), ("x-api-key", "k")];
        for (token, reason) in [
            ("Bearer note_show", "insufficient-scope"),
            ("bearer bad", "invalid-token"),
            ("Bearer down", "unavailable"),
            ("Bearer ended", "token-ended"),
            ("Bearer a b", "malformed-credentials"),
            ("Bearer", "malformed-credentials"),
            // Nothing that this gate takes for a token, and others might.
            ("Bearer\tnote_show", "no-credentials"),
            ("Bearer:note_show", "no-credentials"),
        ] {
            let sent = [others[0], others[1], ("authorization", token)];
            let answer = ask(&world, "GET", "/2.0/contact", &sent).await;
            assert!(answer.status >= 400, "{token:?}");
            assert_eq!(answer.body["reason"], reason, "{token:?}");
        }
        let both = [
            others[0],
            others[1],
            ("authorization", "Basic YTpi"),
            ("authorization", "Bearer note_show"),
        ];
        let answer = ask(&world, "GET", "/2.0/contact", &both).await;
        assert_eq!(answer.body["reason"], "malformed-credentials");
        let uri = "/2.0/contact?access_token=x";
        let answer = ask(&world, "GET", uri, &others).await;
        assert_eq!(answer.body["reason"], "malformed-credentials");
        let enough = [others[0], ("authorization", "Bearer contact_show")];
        let answer = ask(&world, "GET", "/2.0/contact", &enough).await;
        assert_eq!(said(&answer, "scopegate-permit"), "token");
        assert_eq!(said(&answer, "scopegate-client"), "app");
        // Nobody says who calls by way of a session.
        let forged = [others[0], ("scopegate_subject", "somebody")];
        let answer = ask(&world, "GET", "/2.0/contact", &forged).await;
        assert_eq!(answer.body["reason"], "forged-identity");
    }
}

/// Each denial that there is goes on, with as much of the caller as is certain, and nothing of what it
/// may do.
#[tokio::test]
async fn observing_denies_nothing() {
    let world = observing(observe(None, &[]));
    let long = format!("/2.0/contact/{}", "x".repeat(9_000));
    let known = "app";
    for (method, uri, headers, reason, client) in [
        ("GET", "/2.0/contact", &[][..], "no-credentials", ""),
        (
            "GET",
            "/2.0/contact",
            &[("authorization", "Bearer bad")],
            "invalid-token",
            "",
        ),
        (
            "GET",
            "/2.0/contact",
            &[("authorization", "Bearer down")],
            "unavailable",
            "",
        ),
        (
            "GET",
            "/2.0/contact",
            &[("authorization", "Bearer ended")],
            "token-ended",
            "",
        ),
        (
            "GET",
            "/2.0/contact",
            &[("authorization", "Bearer a b")],
            "malformed-credentials",
            "",
        ),
        (
            "GET",
            "/2.0/contact?access_token=x",
            &[],
            "malformed-credentials",
            "",
        ),
        (
            "POST",
            "/2.0/contact",
            &[("authorization", "Bearer contact_show")],
            "insufficient-scope",
            known,
        ),
        (
            "GET",
            "/2.0/nothing",
            &[("authorization", "Bearer contact_show")],
            "no-rule",
            known,
        ),
        (
            "GET",
            "/2.0/contact/../x",
            &[("authorization", "Bearer contact_show")],
            "ambiguous-path",
            known,
        ),
        (
            "BREW",
            "/2.0/contact",
            &[("authorization", "Bearer contact_show")],
            "method-not-in-catalog",
            known,
        ),
        (
            "GET",
            &long,
            &[("authorization", "Bearer contact_show")],
            "too-large",
            "",
        ),
        (
            "GET",
            "/2.0/contact",
            &[("x-http-method-override", "PUT")],
            "overriding-header",
            "",
        ),
    ] {
        let answer = ask(&world, method, uri, headers).await;
        assert_eq!(answer.status, 204, "{uri} {headers:?}: {}", answer.body);
        assert_eq!(world.counts(), ["observed", reason], "{uri} {headers:?}");
        if client.is_empty() {
            nobody(&answer, "observed");
            continue;
        }
        assert_eq!(said(&answer, "scopegate-permit"), "observed");
        assert_eq!(said(&answer, "scopegate-client"), client);
        assert_eq!(said(&answer, "scopegate-subject"), PERSON.to_string());
        for name in [
            "organisation",
            "organisation-slug",
            "organisation-number",
            "scope",
            "row-filter",
        ] {
            assert_eq!(said(&answer, &format!("scopegate-{name}")), "", "{name}");
        }
    }
    // What is allowed is as without it.
    let enough = [("authorization", "Bearer contact_show")];
    let answer = ask(&world, "GET", "/2.0/contact", &enough).await;
    assert_eq!(said(&answer, "scopegate-permit"), "token");
    assert_eq!(said(&answer, "scopegate-organisation-slug"), "muster");
    assert_eq!(world.counts(), ["permitted"]);
    // A gate's own headers come from a gate or from nobody.
    let answer = ask(&world, "GET", "/2.0/contact", &[("scopegate_subject", "x")]).await;
    assert_eq!(answer.body["reason"], "forged-identity");
}

#[tokio::test]
async fn a_token_of_another_organisation_says_nothing_of_this_one() {
    let beside = Beside {
        observe: vec![observe(None, &[])],
        ..Beside::default()
    };
    let world = World::beside("bokio", beside);
    let token = [("authorization", "Bearer bank-payments/read-limited")];
    let answer = ask(&world, "GET", "/v1/companies/another/bank-payments", &token).await;
    nobody(&answer, "observed");
    assert_eq!(world.counts(), ["observed", "wrong-organisation"]);
}

#[tokio::test]
async fn observing_ends() {
    let world = observing(observe(None, &[]));
    let answer = async |at: i64| {
        world.clock.0.store(at, Ordering::Relaxed);
        ask(&world, "GET", "/2.0/contact", &[]).await.status
    };
    assert_eq!(answer(ENDS - 1).await, 204);
    assert_eq!(answer(ENDS).await, 401);
    // A clock that was put back does not matter: nothing is remembered.
    assert_eq!(answer(0).await, 204);
}

#[tokio::test]
async fn one_app_or_some_paths_can_be_observed_alone() {
    let note = [("authorization", "Bearer note_show")];
    let bad = [("authorization", "Bearer bad")];
    for (observe, calls) in [
        (
            observe(Some("app"), &[]),
            [
                ("/2.0/contact", &note[..], 204),
                ("/2.0/contact", &bad, 401),
                ("/2.0/contact", &[], 401),
            ],
        ),
        (
            observe(Some("other"), &[]),
            [
                ("/2.0/contact", &note, 403),
                ("/2.0/x", &note, 403),
                ("/2.0/contact", &[], 401),
            ],
        ),
        (
            observe(None, &[below("/2.0/contact")]),
            [
                ("/2.0/contact/7", &note, 204),
                ("/2.0/contact", &bad, 204),
                ("/2.0/article", &note, 403),
            ],
        ),
        (
            observe(Some("app"), &[below("/2.0/contact")]),
            [
                ("/2.0/contact", &note, 204),
                ("/2.0/contact", &bad, 401),
                ("/2.0/article", &note, 403),
            ],
        ),
    ] {
        let world = observing(observe);
        for (uri, headers, status) in calls {
            let answer = ask(&world, "GET", uri, headers).await;
            assert_eq!(answer.status, status, "{uri} {headers:?} {}", answer.body);
        }
        let disguised = ask(&world, "GET", "/2.0/contact/../article", &bad).await;
        assert_eq!(disguised.status, 401);
    }
}

/// nginx asks a second time for the whole answer; a call that goes on has none.
#[tokio::test]
async fn nginx_passes_on_what_is_observed() {
    let world = observing(observe(None, &[]));
    let headers = [
        ("x-original-method", "GET"),
        ("x-original-uri", "/2.0/contact"),
        ("x-original-host", "api.example.com"),
    ];
    let answer = world.send(request("/realm/api/forward-auth/nginx", &headers));
    nobody(&answer.await, "observed");
}

/// With a gate that reads bodies: one that is read goes on, one that cannot be read cannot.
#[tokio::test]
async fn what_was_read_goes_on_when_it_is_observed() {
    let beside = Beside {
        observe: vec![observe(None, &[])],
        ..Beside::default()
    };
    let world = World::beside("freshbooks", beside);
    let path = "/realm/api/ext-authz-with-body/events/account/muster/events/callbacks";
    let send = async |body: Body| {
        let request = Request::post(path)
            .header("authorization", "Bearer user/invoices/read")
            .header("content-type", "application/json")
            .body(body);
        world.send_whole(request.unwrap()).await
    };
    let event = r#"{"callback":{"event":"payment.create"}}"#;
    let answer = send(Body::from(event)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(said(&answer, "scopegate-permit"), "observed");
    assert_eq!(world.counts(), ["observed", "insufficient-scope"]);
    let answer = send(Body::from("x".repeat(2_000_000))).await;
    assert_eq!(
        (answer.status, world.counts()),
        (413, vec!["body-too-large"])
    );
}

#[tokio::test]
async fn the_report_has_each_kind_of_call_once() {
    let beside = Beside {
        pass: vec![pass(Carries::Cookie("sessionid".to_owned()), &[])],
        observe: vec![observe(None, &[below("/2.0")])],
    };
    let world = World::beside("bexio", beside);
    let note = [("authorization", "Bearer note_show")];
    let enough = [("authorization", "Bearer contact_show")];
    let session = [("cookie", "sessionid=1")];
    for (second, (uri, headers)) in [
        ("/2.0/contact/1", &note[..]),
        ("/2.0/contact/2", &note),
        ("/2.0/unknown/3", &note),
        ("/2.0/unknown/4?x=y", &note),
        ("/2.0/contact", &[]),
        ("/elsewhere/5", &[]),
        ("/2.0/contact", &enough),
        ("/2.0/contact", &session),
        ("/2.0/contact", &session),
    ]
    .into_iter()
    .enumerate()
    {
        world.clock.0.store(second as i64, Ordering::Relaxed);
        ask(&world, "GET", uri, headers).await;
    }
    let mut lines: Vec<_> = world.ledger.take(9).into_iter().map(told).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "Denied  GET /elsewhere/{id} (no rule) no-credentials 1 5-5",
            "Observed  GET /2.0/contact no-credentials 1 4-4",
            "Observed app GET /2.0/contact/{contact_id} insufficient-scope 2 0-1",
            "Observed app GET /2.0/unknown/{id} (no rule) no-rule 2 2-3",
            "Passed    cookie sessionid 2 7-8",
            "Permitted     1 6-6",
        ]
    );
}

fn told(line: Line) -> String {
    let rule = if line.has_rule { "" } else { " (no rule)" };
    let outcome = match line.outcome {
        Outcome::Permitted => "Permitted",
        Outcome::Passed => "Passed",
        Outcome::Observed => "Observed",
        Outcome::Denied => "Denied",
    };
    format!(
        "{outcome} {} {} {}{rule} {} {} {}-{}",
        line.client, line.method, line.path, line.reason, line.count, line.first, line.last
    )
}

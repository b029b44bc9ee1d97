//! What each proxy is told.

use gates::{HEADERS, Preflight};

use crate::support::{Answer, ORGANISATION, PERSON, World, request};

/// A proxy with the headers by which it says what it asks about.
type Proxy = (&'static str, [&'static str; 3]);

const NGINX: Proxy = (
    "nginx",
    ["x-original-method", "x-original-uri", "x-original-host"],
);
const FORWARDED: [&str; 3] = ["x-forwarded-method", "x-forwarded-uri", "x-forwarded-host"];
const PROXIES: [Proxy; 3] = [NGINX, ("caddy", FORWARDED), ("traefik", FORWARDED)];

async fn ask(
    world: &World,
    (proxy, [own_method, own_uri, own_host]): Proxy,
    method: &str,
    uri: &str,
    more: &[(&str, &str)],
) -> Answer {
    let mut headers = vec![
        (own_method, method),
        (own_uri, uri),
        (own_host, "api.example.com"),
    ];
    headers.extend(more);
    let path = format!("/realm/api/forward-auth/{proxy}");
    world.send(request(&path, &headers)).await
}

fn said<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).unwrap().to_str().unwrap()
}

#[tokio::test]
async fn a_permit_says_who_calls() {
    let world = World::new("bexio");
    let enough = [("authorization", "Bearer contact_show")];
    for proxy in PROXIES {
        let answer = ask(&world, proxy, "GET", "/2.0/contact?limit=1", &enough).await;
        assert_eq!(answer.status, 204, "{proxy:?}");
        for name in HEADERS {
            assert_eq!(answer.headers.get_all(&name).iter().count(), 1, "{name}");
        }
        assert_eq!(said(&answer, "scopegate-permit"), "token");
        assert_eq!(said(&answer, "scopegate-subject"), PERSON.to_string());
        assert_eq!(said(&answer, "scopegate-subject-kind"), "person");
        assert_eq!(said(&answer, "scopegate-client"), "app");
        assert_eq!(said(&answer, "scopegate-client-kind"), "app");
        let organisation = ORGANISATION.to_string();
        assert_eq!(said(&answer, "scopegate-organisation"), organisation);
        assert_eq!(said(&answer, "scopegate-organisation-slug"), "muster");
        assert_eq!(said(&answer, "scopegate-organisation-number"), "17");
        assert_eq!(said(&answer, "scopegate-scope"), "contact_show");
        assert_eq!(said(&answer, "scopegate-scope-omitted"), "");
        assert_eq!(said(&answer, "scopegate-row-filter"), "");
        assert_eq!(world.counts(), ["permitted"]);
    }
}

/// Where a proxy is not set up to take them away, and in the spellings that it leaves.
#[tokio::test]
async fn whoever_says_what_only_the_gate_may_is_refused() {
    let world = World::new("bexio");
    let enough = ("authorization", "Bearer contact_show");
    for forged in [
        "scopegate-subject",
        "Scopegate_Organisation",
        "scopegate-row_filter",
        "scopegate-new",
    ] {
        let sent = [enough, (forged, "another")];
        let answer = ask(&world, NGINX, "GET", "/2.0/contact", &sent).await;
        assert_eq!(answer.status, 403, "{forged}");
        assert_eq!(answer.body["reason"], "forged-identity", "{forged}");
        let answer = ask(&world, PROXIES[1], "GET", "/2.0/contact", &sent).await;
        assert_eq!(answer.status, 400, "{forged}");
    }
}

#[tokio::test]
async fn a_row_filter_is_handed_on() {
    let world = World::new("bokio");
    let token = ("authorization", "Bearer bank-payments/read-limited");
    let path = "/v1/companies/muster/bank-payments";
    let answer = ask(&world, NGINX, "GET", path, &[token]).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(said(&answer, "scopegate-row-filter"), "own-records");
    // A token of one organisation, and the path of another.
    let other = "/v1/companies/another/bank-payments";
    let answer = ask(&world, NGINX, "GET", other, &[token]).await;
    assert_eq!(answer.body["reason"], "wrong-organisation");
}

/// nginx makes 500 of everything but 401 and 403; the second question gets it whole, uncounted.
#[tokio::test]
async fn a_denial_is_whole_or_what_nginx_takes() {
    let world = World::new("bexio");
    let long = format!("/2.0/contact/{}", "x".repeat(9_000));
    for (uri, token, status, reason) in [
        ("/2.0/contact", None, 401, "no-credentials"),
        ("/2.0/contact", Some("Bearer bad"), 401, "invalid-token"),
        (
            "/2.0/contact",
            Some("Bearer note_show"),
            403,
            "insufficient-scope",
        ),
        ("/2.0/contact", Some("Bearer down"), 503, "unavailable"),
        (
            "/2.0/contact",
            Some("Bearer a b"),
            400,
            "malformed-credentials",
        ),
        ("/2.0/nothing", Some("Bearer note_show"), 403, "no-rule"),
        (&long, Some("Bearer contact_show"), 414, "too-large"),
    ] {
        let token: Vec<_> = token
            .map(|token| ("authorization", token))
            .into_iter()
            .collect();
        for proxy in PROXIES {
            let answer = ask(&world, proxy, "GET", uri, &token).await;
            let expected = match proxy {
                NGINX if status != 401 => 403,
                _ => status,
            };
            assert_eq!(answer.status, expected, "{proxy:?} {uri} {token:?}");
            assert_eq!(answer.body["reason"], reason);
            let challenged = answer.headers.contains_key("www-authenticate");
            assert_eq!(
                challenged,
                proxy != NGINX && status == 400
                    || matches!(
                        reason,
                        "no-credentials" | "invalid-token" | "insufficient-scope"
                    ),
                "{proxy:?} {reason}"
            );
            assert!(
                HEADERS
                    .iter()
                    .all(|name| !answer.headers.contains_key(name))
            );
            assert_eq!(world.counts(), [reason]);
        }
        let answering = ("nginx/answer", NGINX.1);
        let answer = ask(&world, answering, "GET", uri, &token).await;
        assert_eq!(
            (answer.status, &answer.body["reason"]),
            (status, &reason.into())
        );
        assert_eq!(world.counts(), [""; 0]);
    }
    // What was denied a moment ago and is not by now.
    let enough = ("authorization", "Bearer contact_show");
    let answering = ("nginx/answer", NGINX.1);
    let answer = ask(&world, answering, "GET", "/2.0/contact", &[enough]).await;
    assert_eq!(answer.status, 503);
    assert_eq!(said(&answer, "retry-after"), "1");
}

/// A proxy that is not set up right, and a caller who says what only the proxy may.
#[tokio::test]
async fn what_the_proxy_does_not_say_once_is_denied() {
    let world = World::new("bexio");
    let enough = ("authorization", "Bearer contact_show");
    for proxy @ (name, own) in PROXIES {
        for missing in own {
            let headers: Vec<_> = own
                .into_iter()
                .filter(|header| *header != missing)
                .map(|header| {
                    (
                        header,
                        if header.contains("method") {
                            "GET"
                        } else {
                            "/2.0/contact"
                        },
                    )
                })
                .chain([enough])
                .collect();
            let path = format!("/realm/api/forward-auth/{name}");
            let answer = world.send(request(&path, &headers)).await;
            let status = if proxy == NGINX { 403 } else { 503 };
            assert_eq!(answer.status, status, "{missing}");
            assert_eq!(answer.body["reason"], "misconfigured-gate");
            assert!(answer.body["detail"].as_str().unwrap().contains(missing));
            let twice = [enough, (missing, "/2.0/contact")];
            let answer = ask(&world, proxy, "GET", "/2.0/contact", &twice).await;
            assert_eq!(answer.status, status, "{missing}");
        }
    }
    // One proxy's convention is nothing to another.
    let answer = ask(
        &world,
        ("nginx", FORWARDED),
        "GET",
        "/2.0/contact",
        &[enough],
    )
    .await;
    assert_eq!(answer.body["reason"], "misconfigured-gate");
    for path in [
        "/realm/other/forward-auth/caddy",
        "/other/api/forward-auth/caddy",
    ] {
        let answer = world.send(request(path, &[enough])).await;
        assert_eq!(answer.status, 403);
    }
}

#[tokio::test]
async fn the_method_and_the_address_are_decided_as_they_are_passed_on() {
    let world = World::new("bexio");
    let enough = ("authorization", "Bearer contact_show");
    for (method, uri, status) in [
        ("HEAD", "/2.0/contact", 204),
        ("POST", "/2.0/contact", 403),
        ("get", "/2.0/contact", 403),
        ("GET", "/2.0/contact/../note", 403),
        ("GET", "/2.0/%63ontact", 403),
        ("GET", "http://other/2.0/contact", 403),
        ("GET", "/2.0/contact?access_token=x", 403),
        ("GET", "/2.0/contact#/2.0/note", 403),
    ] {
        let answer = ask(&world, NGINX, method, uri, &[enough]).await;
        assert_eq!(answer.status, status, "{method} {uri}");
    }
    let overriding = [enough, ("x-http-method-override", "POST")];
    let answer = ask(&world, NGINX, "GET", "/2.0/contact", &overriding).await;
    assert_eq!(answer.body["reason"], "overriding-header");
}

/// The body stays with the proxy: everything is needed that the rule could ask for.
#[tokio::test]
async fn what_is_not_seen_needs_all_that_it_could() {
    let world = World::new("freshbooks");
    let path = "/events/account/muster/events/callbacks";
    let some = ("authorization", "Bearer user/invoices/read");
    let answer = ask(&world, NGINX, "POST", path, &[some]).await;
    assert_eq!(
        answer.body["reason"], "insufficient-scope",
        "{}",
        answer.body
    );
    assert_eq!(
        answer.body["unseen"][0], "`/callback/event` in the body",
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_browser_s_question_goes_on_without_anybody_s_identity() {
    let asks = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
    ];
    let world = World::new("bexio");
    let answer = ask(&world, NGINX, "OPTIONS", "/2.0/contact", &asks).await;
    assert_eq!(answer.status, 204);
    assert_eq!(said(&answer, "scopegate-permit"), "preflight");
    assert_eq!(said(&answer, "scopegate-subject"), "");
    let answer = ask(&world, NGINX, "OPTIONS", "/2.0/contact", &asks[..1]).await;
    assert_eq!(answer.status, 401);
    let world = World::with("bexio", Preflight::Judge, |gate| gate);
    let answer = ask(&world, NGINX, "OPTIONS", "/2.0/contact", &asks).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn an_api_serves_its_part_of_the_catalog_only() {
    let here = vec!["/2.0/contact".to_owned()];
    let world = World::with("bexio", Preflight::Pass, |gate| {
        gate.only(here).strip_prefix("/api")
    });
    let both = ("authorization", "Bearer contact_show+note_show");
    for (uri, status) in [
        ("/api/2.0/contact", 204),
        ("/api/2.0/contact/17", 204),
        ("/api/2.0/note", 403),
        ("/2.0/contact", 403),
        ("/apis/2.0/contact", 403),
    ] {
        let answer = ask(&world, NGINX, "GET", uri, &[both]).await;
        assert_eq!(answer.status, status, "{uri} {}", answer.body);
    }
}

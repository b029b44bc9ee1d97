//! What was issued before, and requests under way.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::Request;
use http_body::Frame;
use scope::Catalog;
use tokio::sync::oneshot;
use tower::ServiceExt;

use super::{ALL, access, books, databases, earlier, on_sqlite, refresh, wider};
use crate::support::{World, basic, client_secret, scope};

#[tokio::test]
async fn a_wider_catalog_widens_nothing_that_was_issued() {
    for (store, _kept) in databases().await {
        let world = World::of(earlier(), store).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let before = world.tokens(&client, "contact:write", 1).await;
        assert_eq!(before["scope"], "contact:write");
        let opens = async |token: &str| {
            [
                world.is_let_through("POST", "/contacts", token).await,
                world.is_let_through("POST", "/contacts/merge", token).await,
                world.is_let_through("GET", "/contacts", token).await,
                world.is_let_through("GET", "/notes", token).await,
                world.is_let_through("GET", "/archive", token).await,
            ]
        };
        let nothing_new = [true, false, false, false, false];
        assert_eq!(opens(access(&before)).await, nothing_new);

        world.take(wider()).await;
        // The scope that it has opens what the catalog says that it opens, and it has no other.
        let one_call_more = [true, true, false, false, false];
        assert_eq!(opens(access(&before)).await, one_call_more);
        assert_eq!(world.told(&api, access(&before)).await, "contact:write");
        let refreshed = world.refresh(&client, refresh(&before)).await.json();
        assert_eq!(refreshed["scope"], "contact:write");
        assert_eq!(opens(access(&refreshed)).await, one_call_more);
        assert_eq!(world.told(&api, access(&refreshed)).await, "contact:write");

        // Asked anew, the person sees what has come, and the next tokens have it.
        let mut browser = world.annas_browser().await;
        let request = world.authorize(&client, "contact:write", &[]);
        let answer = browser.get(&request).await;
        let page = browser.page_of(&answer).expect("the person is asked");
        let page_shown = browser.get(&page).await;
        assert_eq!(
            page_shown.offered(),
            ["", "contact:read", "*contact:write"],
            "{}",
            page_shown.body
        );
        let allow = [("allow.contact", "contact:write"), ("decision", "allow")];
        let answer = browser.answer(&page, &allow).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &answer.returned("code").unwrap()),
            ("redirect_uri", client.redirect_uris[0].as_str()),
            ("code_verifier", crate::support::VERIFIER),
        ];
        let after = world.post_as(&client, "token", &form).await.json();
        let given = scope(after["scope"].as_str().unwrap());
        assert!(given.contains("contact:read") && given.contains("basics"));
        assert_eq!(
            opens(access(&after)).await,
            [true, true, true, false, false]
        );
        assert_eq!(opens(access(&before)).await, one_call_more);
        assert_eq!(world.told(&api, access(&before)).await, "contact:write");
    }
}

#[tokio::test]
async fn scopes_that_are_gone_count_no_more_until_they_come_back() {
    for (store, _kept) in databases().await {
        let world = World::of(earlier(), store).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact:read note:read", 1).await;
        let token = access(&tokens);
        assert!(world.is_let_through("GET", "/notes", token).await);
        let without = || {
            books(|catalog| {
                catalog
                    .action("read", "read")
                    .action("write", "write")
                    .resource("contact", &["read", "write"])
                    .endpoint("/contacts", &[("get", "contact:read")])
            })
        };
        let retired = || {
            let text = earlier().source().to_owned();
            let retired = text.replace(
                "[resources.note.read]",
                "[resources.note.read]\nstatus = \"retired\"",
            );
            assert_ne!(retired, text);
            let endpoint = "[[endpoints]]\npath = \"/notes\"\nget = \"note:read\"";
            Catalog::parse("books.toml", &retired.replace(endpoint, "")).unwrap()
        };
        for gone in [without(), retired()] {
            world.take(gone).await;
            assert!(!world.is_let_through("GET", "/notes", token).await);
            assert!(world.is_let_through("GET", "/contacts", token).await);
            assert_eq!(world.told(&api, token).await, "contact:read");
        }
        let refreshed = world.refresh(&client, refresh(&tokens)).await.json();
        assert_eq!(refreshed["scope"], "contact:read");

        // What was granted is kept by name: a mistake that is mended costs nobody a connection.
        world.take(earlier()).await;
        assert!(world.is_let_through("GET", "/notes", token).await);
        assert_eq!(world.told(&api, token).await, "contact:read note:read");
        let again = world.refresh(&client, refresh(&refreshed)).await.json();
        assert_eq!(again["scope"], "contact:read note:read");
        // But what was issued while it was gone has not got it.
        assert!(
            !world
                .is_let_through("GET", "/notes", access(&refreshed))
                .await
        );
    }
}

/// A body that comes once somebody sends it.
struct Later(Option<oneshot::Receiver<Bytes>>, Arc<AtomicBool>);

impl http_body::Body for Later {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.1.store(true, Ordering::Relaxed);
        let Some(waiting) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let bytes = std::task::ready!(Pin::new(waiting).poll(context));
        self.0 = None;
        Poll::Ready(bytes.ok().map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[tokio::test]
async fn a_request_ends_under_the_catalog_that_it_began_with() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact:read note:read", 1).await;
    let (send, body) = oneshot::channel();
    let is_waited_for = Arc::new(AtomicBool::new(false));
    let body = Later(Some(body), Arc::clone(&is_waited_for));
    let request = Request::post(world.path("introspect"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", basic("api", client_secret("api").expose()))
        .body(Body::new(body));
    let answering = tokio::spawn(world.router.clone().oneshot(request.unwrap()));
    while !is_waited_for.load(Ordering::Relaxed) {
        tokio::task::yield_now().await;
    }
    world
        .take(books(|catalog| {
            catalog
                .action("read", "read")
                .resource("other", &["read"])
                .resource("contact", &["read"])
                .endpoint("/contacts", &[("get", "contact:read")])
                .endpoint("/others", &[("get", "other:read")])
        }))
        .await;
    // While that one waits, another one is answered, and what it finds is remembered.
    assert_eq!(world.told(&api, access(&tokens)).await, "contact:read");
    let form = format!("token={}", access(&tokens));
    send.send(Bytes::from(form)).unwrap();
    let answer = answering.await.unwrap().unwrap();
    let answer = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
    let answer: serde_json::Value = serde_json::from_slice(&answer.unwrap()).unwrap();
    assert_eq!(answer["scope"], "contact:read note:read");
    assert_eq!(world.told(&api, access(&tokens)).await, "contact:read");
}

/// Of a code that was given under the catalog before.
#[tokio::test]
async fn a_code_gives_what_was_decided() {
    let world = on_sqlite(earlier()).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let (code, _) = world.consent(&client, "contact:write", 1).await;
    world.take(wider()).await;
    let tokens = world.redeem(&client, &code).await.json();
    assert_eq!(tokens["scope"], "contact:write");
}

/// Each is decided by one of the catalogs, whatever others remember meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_while_catalogs_change_are_decided_as_ever() {
    let world = Arc::new(on_sqlite(earlier()).await);
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, "contact:read", 1).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let callers = (0..3).map(|_| {
        let (world, is_over) = (Arc::clone(&world), Arc::clone(&is_over));
        let (token, api) = (access(&tokens).to_owned(), api.clone());
        tokio::spawn(async move {
            let mut calls = 0;
            while !is_over.load(Ordering::Relaxed) {
                assert!(world.is_let_through("GET", "/contacts", &token).await);
                assert!(!world.is_let_through("GET", "/notes", &token).await);
                assert!(!world.is_let_through("GET", "/archive", &token).await);
                assert_eq!(world.told(&api, &token).await, "contact:read");
                calls += 1;
            }
            calls
        })
    });
    let callers: Vec<_> = callers.collect();
    for _ in 0..60 {
        world.take(wider()).await;
        // So that what is remembered is read anew under each.
        world.change(&client).await;
        world.take(earlier()).await;
    }
    is_over.store(true, Ordering::Relaxed);
    for caller in callers {
        assert!(caller.await.unwrap() > 0);
    }
}

//! How long tokens live.

use std::time::Duration;

use oauth::model::RevocationReason;
use scope::Catalog;

use super::{ALL, access, books, contacts_and_notes, on_sqlite};
use crate::support::audit;

fn living(access: &'static str) -> Catalog {
    books(|catalog| contacts_and_notes(catalog.action("write", "write")).ttls("60s", access, "30d"))
}

#[tokio::test]
async fn a_shorter_life_counts_for_tokens_from_before_and_a_longer_one_does_not() {
    for format in ["opaque", "jwt"] {
        let of = |access| {
            let text = living(access).source().to_owned();
            let text = text.replacen("[token]", &format!("[token]\nformat = \"{format}\""), 1);
            Catalog::parse("books.toml", &text).unwrap()
        };
        let world = on_sqlite(of("1h")).await;
        let client = world.add(world.app_client("ledgerly", ALL)).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact:read", 1).await;
        let token = access(&tokens);
        world.clock.advance(Duration::from_secs(600));
        world.take(of("5m")).await;
        assert_eq!(world.call("GET", "/contacts", token).await, 401, "{format}");
        assert!(!world.is_active(&api, token).await, "{format}");
        world.take(of("20m")).await;
        let told = world.introspect(&api, token).await;
        assert_eq!(told["exp"], told["iat"].as_i64().unwrap() + 1_200);
        world.take(of("1d")).await;
        assert_eq!(world.call("GET", "/contacts", token).await, 200, "{format}");
        world.clock.advance(Duration::from_secs(3_000));
        assert_eq!(world.call("GET", "/contacts", token).await, 401, "{format}");
    }
}

/// Whatever ended while tokens were to live for a moment only, for those that live longer.
#[tokio::test]
async fn what_has_ended_stays_so_however_long_tokens_live() {
    let world = on_sqlite(living("10d")).await;
    let client = world.add(world.app_client("ledgerly", ALL)).await;
    let tokens = world.tokens(&client, "contact:read", 1).await;
    let others = world.tokens(&client, "contact:read", 2).await;
    let family = world.family_of(access(&tokens)).await;
    world.take(living("1m")).await;
    let (reason, now) = (RevocationReason::ByClient, world.app.now());
    let kept = now + Duration::from_secs(90 * 86_400);
    let ended = world
        .followed
        .end_family("books", family.id, reason, now, kept, audit());
    assert!(ended.await.unwrap());
    world.clock.advance(Duration::from_secs(5 * 86_400));
    for life in ["1m", "1h", "10d"] {
        world.take(living("2d")).await;
        world.take(living(life)).await;
        world.app.catch_up().await.unwrap();
        let status = world.call("GET", "/contacts", access(&tokens)).await;
        assert_eq!(status, 401, "{life}");
    }
    let status = world.call("GET", "/contacts", access(&others)).await;
    assert_eq!(status, 200, "another connection goes on");
}

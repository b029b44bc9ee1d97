//! No secret leaves in any answer but the one it is made for, nor in any log line.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use oauth::model::Client;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{World, client_secret};

/// Everything that would be logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn nothing_secret_is_said_or_logged() {
    let log = Log::default();
    // With one subscriber alone, tracing asks the thread that first comes to a line whether it is
    // wanted; where that is another test's, which has none, the line is off everywhere.
    let _another = tracing::Dispatch::new(Log::default());
    let guard = tracing::subscriber::set_default(log.clone());
    let world = World::new("bexio").await;
    let client: Client = world
        .add(world.app_client("ledgerly", "contact_edit"))
        .await;
    let api = world.add(world.api("api")).await;
    let (code, _) = world.consent(&client, "contact_show", 1).await;
    let answer = world.redeem(&client, &code).await;
    answer.expect(StatusCode::OK);
    let tokens = answer.json();
    let access = tokens["access_token"].as_str().unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();

    let mut said = String::new();
    let mut others = vec![
        world
            .post_as(&api, "introspect", &[("token", access)])
            .await,
        world
            .post_as(&api, "introspect", &[("token", refresh)])
            .await,
        world
            .post_as(&client, "introspect", &[("token", access)])
            .await,
        world.post_as(&client, "revoke", &[("token", access)]).await,
        world.post("revoke", &[("token", access)]).await,
        world
            .post(
                "token",
                &[
                    ("refresh_token", refresh),
                    ("client_secret", client_secret("ledgerly").expose()),
                    ("client_id", "ledgerly"),
                ],
            )
            .await,
        world
            .post_as(&client, "token", &[("grant_type", access)])
            .await,
        world
            .post_as(
                &client,
                "token",
                &[
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refresh),
                    ("scope", "\u{e9}"),
                ],
            )
            .await,
        world.redeem(&client, &code).await,
        world.refresh(&client, refresh).await,
    ];
    world.store.break_calls(&["*"]);
    others.push(world.redeem(&client, &code).await);
    others.push(world.refresh(&client, refresh).await);
    for answer in &others {
        writeln!(said, "{:?} {}", answer.headers, answer.body).unwrap();
    }
    drop(guard);

    let logged = log.0.lock().unwrap().clone();
    assert!(logged.contains("reuse"), "the log is looked at: {logged}");
    for secret in [
        access,
        refresh,
        code.expose(),
        client_secret("ledgerly").expose(),
        client_secret("api").expose(),
    ] {
        // Not even its recognisable part.
        let core = &secret[6..26];
        assert!(!said.contains(core), "{said}");
        assert!(!logged.contains(core), "{logged}");
    }
}

//! The playground of the demo: the four realms, and for each a page that plays the app. The
//! real flow runs in the visitor's browser; what the app itself would send goes through the
//! same router as everybody's requests, and is shown as it happens.

mod demo;
mod exchange;
mod home;
mod memory;
mod play;
mod query;
mod steps;
mod verdicts;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use memory::Memory;
use realm::App;

pub use demo::{Demo, DemoClient, DemoIntrospector, DemoMembership, DemoRealm, DemoUser};

/// What the playground's pages share.
struct Playground {
    app: Arc<App>,
    demo: Demo,
    /// The server itself, for what the played app sends.
    server: Router,
    memory: Memory,
}

/// The demo's pages, to be merged with `server`'s routes in demo mode only.
pub fn router(app: Arc<App>, server: Router, demo: Demo) -> Router {
    let playground = Arc::new(Playground {
        server,
        app,
        demo,
        memory: Memory::default(),
    });
    Router::new()
        .route("/", get(home::show))
        .route("/demo.json", get(home::demo_json))
        .route("/static/playground.css", get(home::stylesheet))
        .route("/play/{realm}", get(play::show))
        .route("/play/{realm}/start", post(steps::start))
        .route("/play/{realm}/callback", get(steps::callback))
        .route("/play/{realm}/refresh", post(steps::refresh))
        .route("/play/{realm}/introspect", post(steps::introspect))
        .route("/play/{realm}/revoke", post(steps::revoke))
        .route("/play/{realm}/call", post(steps::call))
        .route("/play/{realm}/forget", post(steps::forget))
        .with_state(playground)
}

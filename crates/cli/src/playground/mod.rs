//! The playground of the demo: the four realms, and for each a page that plays the app. The
//! real flow runs in the visitor's browser; what the app itself would send goes through the
//! same router as everybody's requests, and is shown as it happens.

mod curl;
mod demo;
mod exchange;
mod form;
mod groups;
mod held;
mod home;
mod memory;
mod named;
mod play;
mod query;
mod shared;
mod steps;
#[cfg(test)]
mod tests;
mod verdicts;
mod views;
mod words;

use std::sync::Arc;

use axum::Router;

use memory::Memory;
use realm::App;
use realm::cache::PerEdition;
#[cfg(test)]
use server::Route;
use server::Routes;
use shared::Playground;

pub use demo::{Demo, DemoClient, DemoIntrospector, DemoMembership, DemoRealm, DemoUser, Samples};

/// The demo's pages, to be merged with `server`'s routes in demo mode only.
pub fn router(app: Arc<App>, server: Router, samples: Arc<Samples>) -> Router {
    let examples = app.realms();
    let examples = examples
        .iter()
        .map(|realm| (realm.id().to_owned(), PerEdition::default()));
    let examples = examples.collect();
    let playground = Arc::new(Playground {
        examples,
        server,
        app,
        samples,
        memory: Memory::default(),
    });
    all().router().with_state(playground)
}

/// Every route of the playground.
#[cfg(test)]
pub fn routes() -> Vec<Route> {
    all().list()
}

fn all() -> Routes<Arc<Playground>> {
    Routes::new()
        .get("/", home::show)
        .get("/demo.json", home::demo_json)
        .get("/static/playground.css", home::stylesheet)
        .get("/static/playground.js", home::script)
        .get("/play/{realm}", play::show)
        .post("/play/{realm}/start", steps::start)
        .get("/play/{realm}/callback", steps::callback)
        .post("/play/{realm}/refresh", steps::refresh)
        .post("/play/{realm}/introspect", steps::introspect)
        .post("/play/{realm}/revoke", steps::revoke)
        .post("/play/{realm}/call", steps::call)
        .post("/play/{realm}/forget", steps::forget)
}

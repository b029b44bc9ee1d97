use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use realm::App;
use realm::cache::PerEdition;
use sandbox::ExampleCalls;

use super::demo::Samples;
use super::memory::Memory;

/// What the playground's pages share.
pub(super) struct Playground {
    pub(super) app: Arc<App>,
    pub(super) samples: Arc<Samples>,
    /// The server itself, for what the played app sends.
    pub(super) server: Router,
    pub(super) memory: Memory,
    /// By realm: what its sandbox can be sent.
    pub(super) examples: BTreeMap<String, PerEdition<ExampleCalls>>,
}

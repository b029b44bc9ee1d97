use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use realm::App;
use sandbox::Samples;

use super::demo::Demo;
use super::memory::Memory;

/// What the playground's pages share.
pub(super) struct Playground {
    pub(super) app: Arc<App>,
    pub(super) demo: Demo,
    /// The server itself, for what the played app sends.
    pub(super) server: Router,
    pub(super) memory: Memory,
    /// By realm: what its sandbox begins with.
    pub(super) samples: BTreeMap<String, Samples>,
}

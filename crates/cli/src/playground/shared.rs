use std::sync::Arc;

use axum::Router;
use realm::App;

use super::demo::Demo;
use super::memory::Memory;

/// What the playground's pages share.
pub(super) struct Playground {
    pub(super) app: Arc<App>,
    pub(super) demo: Demo,
    /// The server itself, for what the played app sends.
    pub(super) server: Router,
    pub(super) memory: Memory,
}

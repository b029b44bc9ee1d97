//! Everything of Scopegate that runs without HTTP: realms over a [`storage::Store`], what is
//! remembered of them, their keys, signing in, and what is counted.
//!
//! Build an [`App`] and keep [`App::run_background`] running.

mod app;
pub mod cache;
mod clock;
pub mod keys;
pub mod limits;
pub mod manage;
pub mod metrics;
pub mod password;
mod random;
mod realm;
pub mod throttle;

pub use app::{App, AppBuilder, BuildError, check_base_url};
pub use clock::{Clock, FixedClock, SystemClock};
pub use random::{Random, SeededRandom, SystemRandom};
pub use realm::Realm;

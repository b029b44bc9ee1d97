//! Scopegate over HTTP: the authorization server's endpoints and pages, and the sandbox,
//! over any [`storage::Store`].
//!
//! Build an [`App`], keep [`App::run_background`] running, and serve [`router`].

mod app;
mod browser;
mod clock;
pub mod endpoints;
mod error;
pub mod keys;
pub mod language;
pub mod limits;
pub mod operations;
pub mod pages;
pub mod password;
pub mod playground;
mod random;
mod realm;
mod router;
pub mod sandbox;
mod standing;

pub use app::{App, AppBuilder, BuildError, check_base_url};
pub use clock::{Clock, FixedClock, SystemClock};
pub use error::ApiError;
pub use random::{Random, SeededRandom, SystemRandom};
pub use realm::{InRealm, Realm};
pub use router::router;
pub use standing::{KnownClient, Standing};

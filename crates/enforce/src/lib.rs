#![doc = include_str!("../README.md")]

mod access;
pub mod apart;
mod bearer;
pub mod beside;
mod challenge;
pub mod gate;
pub mod layer;
mod permitted;
mod problem;
pub mod reading;
#[cfg(feature = "remote")]
pub mod remote;
mod token;

pub use access::{AccessError, AccessNow, AccessSource, CallerNames};
pub use bearer::{BearerError, bearer_token};
pub use challenge::{Challenge, ChallengeError};
pub use gate::{Admitted, Call, Caller, Found, Gate};
pub use layer::{RequireScope, RequireScopeLayer};
pub use permitted::{Denied, Permitted, PublicCall, WentBeside};
pub use problem::{Problem, reasons};
pub use token::{Learned, TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};

/// The body that a call goes on with behind the layer, of whatever type it came.
pub use axum_core::body::Body;
/// What tokens, people, organisations and grants are named by.
pub use uuid::Uuid;

//! The resource-server side of Scopegate, for the API whose calls are to be opened by scopes.
//!
//! One decision, [`scope::decide()`], stands behind a gate. The gate here is a tower layer,
//! [`RequireScopeLayer`]: it takes the Bearer token from the request, has it verified by a
//! [`TokenVerifier`], asks an [`AccessSource`] what client, grant and rights allow right now,
//! and lets the call through with a [`Permitted`] extension or answers why not.
//!
//! Nothing here knows a database. Absence of anything is a denial.

mod access;
mod bearer;
mod challenge;
pub mod layer;
mod permitted;
mod problem;
mod token;

pub use access::{AccessError, AccessNow, AccessSource};
pub use bearer::{BearerError, bearer_token};
pub use challenge::{Challenge, ChallengeError};
pub use layer::{RequireScope, RequireScopeLayer};
pub use permitted::{Denied, Permitted};
pub use problem::{Problem, REASONS};
pub use token::{TokenVerifier, UnverifiedToken, VerifiedToken, VerifyError};

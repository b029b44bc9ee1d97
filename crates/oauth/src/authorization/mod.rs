//! The authorization endpoint (RFC 6749 section 4.1): the request, the table of its checks, and
//! the answer by redirect.

mod checks;
mod request;
mod response;

pub(crate) use checks::requested;
pub use checks::{Answer, CHECKS, Check, PARAMETERS, Progress, refuse_faulty, validate};
pub use request::{AuthorizationError, AuthorizationRequest, Prompt};
pub use response::{Outcome, response_url};

//! Questions of browsers before a page of another origin calls (the Fetch standard).

use enforce::Call;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};

/// What becomes of a browser's question whether a page may call. It carries no token, and is no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preflight {
    /// The API answers it: it goes on without a token, and without anybody's identity.
    #[default]
    Pass,
    /// It is judged as the call that it looks like: without a rule for OPTIONS that is public, it is
    /// denied, and pages of other origins cannot call.
    Judge,
}

/// Does a browser ask?
pub(crate) fn is_preflight(call: &Call<'_>) -> bool {
    call.method == "OPTIONS"
        && call.headers.is_some_and(|headers| {
            headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        })
}

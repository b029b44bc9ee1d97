//! What a call is answered with that was not denied, and comes to no answer of the API either.

use enforce::Problem;
use http::StatusCode;

const MALFORMED: &str = "malformed-call";
const UNREACHABLE: &str = "api-unreachable";
const BROKEN: &str = "api-broken";
const SLOW: &str = "api-slow";
/// One of every gate's.
const UNREADABLE: &str = "unreadable-body";

/// Every reason of this crate.
pub fn reasons() -> impl Iterator<Item = &'static str> {
    [MALFORMED, UNREACHABLE, BROKEN, SLOW].into_iter()
}

/// Two programs could take it for different calls, or it is none of an API.
pub(crate) fn malformed(detail: impl Into<String>) -> Problem {
    let title = "The call cannot be passed on as it is";
    Problem::new(StatusCode::BAD_REQUEST, MALFORMED, title, detail)
}

/// The body is larger than is read, without its coding. The page on this one is there already, and on the
/// next.
pub(super) fn decoded_too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        "The body is too large",
        "Which scope this call needs depends on its body, and the body is larger than 1 MiB when it is decompressed. Send a smaller one.",
    )
}

/// The body is something else than `Content-Encoding` says.
pub(super) fn body_not_in_its_coding() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        UNREADABLE,
        "The body could not be read",
        "The body is not what its Content-Encoding says, or there is something behind it. Send the call again, without Content-Encoding if need be.",
    )
}

/// As much is under way as may be.
pub(super) fn crowded() -> Problem {
    Problem::unavailable(
        "As many calls are under way as this gate passes on at once. Send it again in a moment.",
    )
}

/// Nobody is there.
pub(super) fn unreachable() -> Problem {
    Problem::new(
        StatusCode::BAD_GATEWAY,
        UNREACHABLE,
        "The API cannot be reached",
        "The API behind this gate takes no connection. Nothing of the call has reached it; try again in a moment.",
    )
}

/// It began, and ended without an answer.
pub(super) fn broken() -> Problem {
    Problem::new(
        StatusCode::BAD_GATEWAY,
        BROKEN,
        "The API gave no whole answer",
        "The API behind this gate ended the connection, or answered with something that is not HTTP. It may have done what the call asks for.",
    )
}

/// It is silent.
pub(super) fn slow() -> Problem {
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        SLOW,
        "The API did not answer in time",
        "The API behind this gate has not begun to answer. It may have done what the call asks for, or be doing it.",
    )
}

/// The caller stopped sending. Pages on these two are there already.
pub(super) fn body_too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        "slow-body",
        "The body took too long",
        "Nothing more of the body arrived for a while. Send the call again.",
    )
}

/// The caller's body broke off.
pub(super) fn body_unreadable() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        UNREADABLE,
        "The body could not be read",
        "The body ended early, or is not what its headers say. Send the call again.",
    )
}

//! Why the sandbox did not do what it was asked; each says what to do instead.

use axum::http::StatusCode;
use enforce::Problem;
use realm::Fault;

/// There is no record with this id here.
pub(super) fn unknown_record(collection: &str, id: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-record",
        "There is no such record",
        format!(
            "There is no record {id:?} in {collection} of this organisation that this token may see. List {collection} to find the ids."
        ),
    )
}

/// What the record would say needs a scope that the token does not hold.
pub(super) fn not_opened(collection: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "record-not-opened",
        "The token does not open such a record",
        format!(
            "Records in {collection} say by their content which scope they need, and this token does not hold that of this one. Send content that the token opens, or request the scope in a new authorization."
        ),
    )
}

/// Nothing is kept where there is no organisation.
pub(super) fn no_organisation() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "no-organisation",
        "The token is for no organisation",
        "The sandbox keeps records by organisation, and this token is bound to none. Use a token that a user of an organisation has authorized.",
    )
}

/// The body is not what this call takes.
pub(super) fn body(status: StatusCode, reason: &'static str, detail: &str) -> Problem {
    Problem::new(status, reason, "The body cannot be used", detail)
}

/// A query parameter is not what it must be.
pub(super) fn query(detail: String) -> Problem {
    let title = "A query parameter cannot be used";
    Problem::new(StatusCode::BAD_REQUEST, "malformed-query", title, detail)
}

/// The collection has as many records as a sandbox keeps.
pub(super) fn full(collection: &str, most: usize) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "sandbox-full",
        "The sandbox is full",
        format!(
            "A sandbox keeps at most {most} records in {collection}. Delete some that are no longer needed."
        ),
    )
}

/// The record would be larger than a sandbox keeps them.
pub(super) fn record_too_large(most: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "record-too-large",
        "The record is too large",
        format!("A record of the sandbox has at most {most} bytes of JSON. Send shorter members."),
    )
}

/// Looking for this would take too long.
pub(super) fn search_too_wide() -> Problem {
    body(
        StatusCode::BAD_REQUEST,
        "search-too-wide",
        "The search compares too much text with too many records. Send fewer criteria and shorter values.",
    )
}

/// The layer let a call through that the sandbox cannot place: an error of this program,
/// and no reason to show anything.
pub(super) fn not_permitted() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "no-permit",
        "The call was not permitted",
        "No decision came with this call, so it is denied.",
    )
}

/// The store failed. What it said is for the log.
pub(super) fn fault(error: Fault) -> Problem {
    tracing::error!(%error, "the sandbox could not use the store");
    if error.is_passing() {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The sandbox is not available just now",
            "The records cannot be read or written just now. Try again in a moment.",
        )
    } else {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "server-error",
            "The sandbox failed",
            "The records cannot be read or written. If it stays so, tell the people who run this server.",
        )
    }
}

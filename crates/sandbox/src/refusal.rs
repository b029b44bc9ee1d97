//! Why the sandbox did not do what it was asked; each says what to do instead.

use axum::http::StatusCode;
use enforce::Problem;
use realm::Fault;

/// What a refusal of the sandbox is about. The one list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    UnknownRecord,
    RecordNotOpened,
    NoOrganisation,
    NoPerson,
    BodyTooLarge,
    SlowBody,
    UnreadableBody,
    NotJson,
    MalformedJson,
    MalformedForm,
    NotAnObject,
    NotAList,
    WrongType,
    UnknownCriterion,
    MalformedCriteria,
    SearchTooWide,
    MalformedQuery,
    SandboxFull,
    RecordTooLarge,
    NoPermit,
    Unavailable,
    ServerError,
}

impl Kind {
    const ALL: [Self; 22] = [
        Self::UnknownRecord,
        Self::RecordNotOpened,
        Self::NoOrganisation,
        Self::NoPerson,
        Self::BodyTooLarge,
        Self::SlowBody,
        Self::UnreadableBody,
        Self::NotJson,
        Self::MalformedJson,
        Self::MalformedForm,
        Self::NotAnObject,
        Self::NotAList,
        Self::WrongType,
        Self::UnknownCriterion,
        Self::MalformedCriteria,
        Self::SearchTooWide,
        Self::MalformedQuery,
        Self::SandboxFull,
        Self::RecordTooLarge,
        Self::NoPermit,
        Self::Unavailable,
        Self::ServerError,
    ];

    fn reason(self) -> &'static str {
        match self {
            Self::UnknownRecord => "unknown-record",
            Self::RecordNotOpened => "record-not-opened",
            Self::NoOrganisation => "no-organisation",
            Self::NoPerson => "no-person",
            Self::BodyTooLarge => "body-too-large",
            Self::SlowBody => "slow-body",
            Self::UnreadableBody => "unreadable-body",
            Self::NotJson => "not-json",
            Self::MalformedJson => "malformed-json",
            Self::MalformedForm => "malformed-form",
            Self::NotAnObject => "not-an-object",
            Self::NotAList => "not-a-list",
            Self::WrongType => "wrong-type",
            Self::UnknownCriterion => "unknown-criterion",
            Self::MalformedCriteria => "malformed-criteria",
            Self::SearchTooWide => "search-too-wide",
            Self::MalformedQuery => "malformed-query",
            Self::SandboxFull => "sandbox-full",
            Self::RecordTooLarge => "record-too-large",
            Self::NoPermit => "no-permit",
            Self::Unavailable => "unavailable",
            Self::ServerError => "server-error",
        }
    }
}

/// Every `reason` with which the sandbox itself refuses a call.
pub fn reasons() -> impl Iterator<Item = &'static str> {
    Kind::ALL.into_iter().map(Kind::reason)
}

/// One of them.
pub(super) fn problem(
    status: StatusCode,
    kind: Kind,
    title: &'static str,
    detail: impl Into<String>,
) -> Problem {
    Problem::new(status, kind.reason(), title, detail)
}

/// There is no record with this id here.
pub(super) fn unknown_record(collection: &str, id: &str) -> Problem {
    problem(
        StatusCode::NOT_FOUND,
        Kind::UnknownRecord,
        "There is no such record",
        format!(
            "There is no record {id:?} in {collection} of this organisation that this token may see."
        ),
    )
}

/// Is this why a call was refused?
pub(super) fn is_unknown_record(problem: &Problem) -> bool {
    problem.reason() == Kind::UnknownRecord.reason()
}

/// What the record would say needs a scope that the token does not hold.
pub(super) fn not_opened(collection: &str) -> Problem {
    problem(
        StatusCode::FORBIDDEN,
        Kind::RecordNotOpened,
        "The token does not open such a record",
        format!(
            "Records in {collection} say by their content which scope they need, and this token does not hold that of this one. Send content that the token opens, or request the scope in a new authorization."
        ),
    )
}

/// Nothing is kept where there is no organisation.
pub(super) fn no_organisation() -> Problem {
    problem(
        StatusCode::FORBIDDEN,
        Kind::NoOrganisation,
        "The token is for no organisation",
        "The sandbox keeps records by organisation, and this token is bound to none. Use a token that a user of an organisation has authorized.",
    )
}

/// The body is not what this call takes.
pub(super) fn body(status: StatusCode, kind: Kind, detail: &str) -> Problem {
    problem(status, kind, "The body cannot be used", detail)
}

/// A query parameter is not what it must be.
pub(super) fn query(detail: String) -> Problem {
    let title = "A query parameter cannot be used";
    problem(StatusCode::BAD_REQUEST, Kind::MalformedQuery, title, detail)
}

/// The collection has as many records as a sandbox keeps.
pub(super) fn full(collection: &str, most: usize) -> Problem {
    problem(
        StatusCode::CONFLICT,
        Kind::SandboxFull,
        "The sandbox is full",
        format!(
            "A sandbox keeps at most {most} records in {collection}. Delete some that are no longer needed."
        ),
    )
}

/// The record would be larger than a sandbox keeps them.
pub(super) fn record_too_large(most: usize) -> Problem {
    problem(
        StatusCode::PAYLOAD_TOO_LARGE,
        Kind::RecordTooLarge,
        "The record is too large",
        format!("A record of the sandbox has at most {most} bytes of JSON. Send shorter members."),
    )
}

/// Looking for this would take too long.
pub(super) fn search_too_wide() -> Problem {
    body(
        StatusCode::BAD_REQUEST,
        Kind::SearchTooWide,
        "The search compares too much text with too many records. Send fewer criteria and shorter values.",
    )
}

/// The layer let a call through that the sandbox cannot place: an error of this program,
/// and no reason to show anything.
pub(super) fn not_permitted() -> Problem {
    problem(
        StatusCode::FORBIDDEN,
        Kind::NoPermit,
        "The call was not permitted",
        "No decision came with this call, so it is denied.",
    )
}

/// The store failed. What it said is for the log.
pub(super) fn fault(error: Fault) -> Problem {
    tracing::error!(%error, "the sandbox could not use the store");
    if error.is_passing() {
        problem(
            StatusCode::SERVICE_UNAVAILABLE,
            Kind::Unavailable,
            "The sandbox is not available just now",
            "The records cannot be read or written just now. Try again in a moment.",
        )
    } else {
        problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            Kind::ServerError,
            "The sandbox failed",
            "The records cannot be read or written. If it stays so, tell the people who run this server.",
        )
    }
}

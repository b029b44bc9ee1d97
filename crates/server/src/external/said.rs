//! What the application says of a sign-in (`docs/your-sign-in.md`). What nobody knows here could
//! change what is meant, so it is refused, and so is what is there twice.

use jiff::Timestamp;
use oauth::arrival::{Arrival, ArrivalOrganisation, ArrivalRights};
use oauth::model::{Authentication, UpstreamSession};
use realm::sign_in_service::Said;
use scope::JsonMistake;
use serde::Deserialize;

use crate::error::ApiError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    refused: Option<String>,
    /// For whoever reads the application's own log beside ours.
    #[serde(rename = "why")]
    _why: Option<String>,
    another: Option<bool>,
    subject: Option<String>,
    name: Option<String>,
    number: Option<i64>,
    email: Option<String>,
    email_verified: Option<bool>,
    language: Option<String>,
    authenticated_at: Option<When>,
    methods: Option<Vec<String>>,
    class: Option<String>,
    session: Option<String>,
    organisations: Option<Vec<SentOrganisation>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentOrganisation {
    id: String,
    name: String,
    slug: Option<String>,
    number: Option<i64>,
    roles: Option<Vec<String>>,
    rights: Option<Vec<String>>,
}

/// In either of the forms that programs have it in.
#[derive(Deserialize)]
#[serde(untagged)]
enum When {
    Seconds(i64),
    Text(String),
}

/// Reads it. The person's session there is known to be of `source`.
///
/// # Errors
///
/// What is wrong, where, and what to send instead.
pub(super) fn read(text: &[u8], source: &str, now: Timestamp) -> Result<Said, ApiError> {
    let sent: Sent = serde_json::from_slice(text).map_err(|error| {
        let mistake = JsonMistake::of(&error);
        wrong(&format!("the body is not what is expected: {mistake}"))
    })?;
    match (&sent.refused, sent.another, &sent.subject) {
        (Some(error), None, None) if error == "access_denied" => Ok(Said::Refused),
        (Some(_), None, None) => Err(wrong(
            "refused: the one word it can be is \"access_denied\"; leave it out where somebody signed in",
        )),
        (None, Some(true), None) => Ok(Said::Another),
        (None, None, Some(_)) => person(sent, source, now),
        _ => Err(wrong(
            "say one of three things: who signed in, by `subject` and what belongs to it; or \
             {\"refused\": \"access_denied\"}; or {\"another\": true} where the person wants to be somebody else",
        )),
    }
}

fn person(sent: Sent, source: &str, now: Timestamp) -> Result<Said, ApiError> {
    let subject = sent.subject.unwrap_or_default();
    let name = sent.name.ok_or_else(|| {
        wrong("name: it is missing; send what the person is called, as pages show it")
    })?;
    let at = match sent.authenticated_at {
        None => now,
        Some(when) => when.read().ok_or_else(|| {
            wrong(
                "authenticated_at: it is no time; send seconds since 1970, or a text such as \
                 \"2026-11-30T08:15:00Z\"",
            )
        })?,
    };
    let organisations = match sent.organisations {
        None => None,
        Some(organisations) => {
            let each = organisations.into_iter().enumerate();
            let read = each.map(|(index, one)| organisation(one, index));
            Some(read.collect::<Result<_, _>>()?)
        }
    };
    Ok(Said::Person(Box::new(Arrival {
        source: source.to_owned(),
        name,
        number: sent.number,
        email: sent.email,
        email_verified: sent.email_verified.unwrap_or(false),
        language: sent.language,
        authentication: Authentication {
            at,
            methods: sent.methods.unwrap_or_default(),
            class: sent.class,
            upstream: Some(UpstreamSession {
                source: source.to_owned(),
                subject: subject.clone(),
                sid: sent.session,
            }),
        },
        subject,
        organisations,
    })))
}

fn organisation(sent: SentOrganisation, index: usize) -> Result<ArrivalOrganisation, ApiError> {
    let rights = match (sent.roles, sent.rights) {
        (Some(_), Some(_)) => {
            return Err(wrong(&format!(
                "organisations[{index}]: it has `roles` and `rights`; send one of them"
            )));
        }
        (None, Some(rights)) => ArrivalRights::Rights(rights),
        (roles, None) => ArrivalRights::Roles(roles.unwrap_or_default()),
    };
    Ok(ArrivalOrganisation {
        id: sent.id,
        name: sent.name,
        slug: sent.slug,
        number: sent.number,
        rights,
    })
}

impl When {
    fn read(self) -> Option<Timestamp> {
        match self {
            Self::Seconds(seconds) => Timestamp::from_second(seconds).ok(),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

fn wrong(what: &str) -> ApiError {
    ApiError::invalid_request(what)
}

//! What the application says of a sign-in (`docs/your-sign-in.md`). What nobody knows here could
//! change what is meant, so it is refused, and so is what is there twice.

use std::fmt;

use jiff::Timestamp;
use oauth::arrival::{Arrival, ArrivalOrganisation, ArrivalRights};
use oauth::model::{Authentication, UpstreamSession};
use realm::sign_in_service::Said;
use scope::JsonMistake;
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

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
    /// `null` is kept apart: places would end or stay by it, and nobody can tell which is meant.
    #[serde(default, deserialize_with = "there")]
    organisations: Option<Option<Vec<SentOrganisation>>>,
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
    let sent = sent(text)?;
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

fn sent(text: &[u8]) -> Result<Sent, ApiError> {
    let mut text = serde_json::Deserializer::from_slice(text);
    let sent = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let mistake = JsonMistake::of(error.inner());
        match error.path().to_string().as_str() {
            "." | "?" => wrong(&format!("the body is not what is expected: {mistake}")),
            member => wrong(&format!("{member}: {mistake}")),
        }
    })?;
    text.end().map_err(|error| {
        let mistake = JsonMistake::of(&error);
        wrong(&format!("the body is not what is expected: {mistake}"))
    })?;
    Ok(sent)
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
        Some(None) => {
            return Err(wrong(
                "organisations: null says neither; leave it out where they keep those they have, and send [] \
                 where they have none",
            ));
        }
        Some(Some(organisations)) => {
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

/// What is there, `null` included.
fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = When;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a time, in whole seconds since 1970 or as a text such as \"2026-11-30T08:15:00Z\",",
                )
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<When, E> {
                Ok(When::Seconds(seconds))
            }

            fn visit_u64<E>(self, seconds: u64) -> Result<When, E> {
                Ok(When::Seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
            }

            fn visit_str<E>(self, text: &str) -> Result<When, E> {
                Ok(When::Text(text.to_owned()))
            }
        }

        from.deserialize_any(Either)
    }
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
    ApiError::invalid_request(what).in_full(what)
}

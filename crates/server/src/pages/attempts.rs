//! What is wrong with something that a person typed to prove who they are, or chose as a password,
//! and how they are told.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use oauth::password::{OwnWords, PasswordError};
use realm::throttle::{Limit, Outcome, TooMany};

use super::views::{LoginProblem, clock, span};
use super::words::Words;

/// Why something that was typed was not taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem {
    field: &'static str,
    why: Why,
}

#[derive(Debug, Clone, Copy)]
enum Why {
    /// It says so by this text.
    Wrong(&'static str),
    TooMany(TooMany),
    Busy,
}

/// Too many were wrong.
pub(crate) fn too_many(field: &'static str, until: TooMany) -> Problem {
    let why = Why::TooMany(until);
    Problem { field, why }
}

/// Others have their turn.
pub(crate) fn busy(field: &'static str) -> Problem {
    let why = Why::Busy;
    Problem { field, why }
}

/// What was proved, or what is wrong with the field: `wrong` says what.
pub(crate) fn right<T>(
    outcome: Outcome<T>,
    field: &'static str,
    wrong: &'static str,
) -> Result<T, Problem> {
    match outcome {
        Outcome::Right(right) => Ok(right),
        Outcome::AlreadyUsed => Err(Problem::missing(field, "code-used")),
        Outcome::Wrong => Err(Problem::missing(field, wrong)),
        Outcome::TooMany(until) => Err(too_many(field, until)),
        Outcome::Busy => Err(busy(field)),
    }
}

/// The new password of two fields, `new-password` and `again`; `own` is what it must not be made of.
pub(crate) fn chosen<'f>(new: &'f str, again: &str, own: &OwnWords) -> Result<&'f str, Problem> {
    if new.is_empty() {
        return Err(Problem::missing("new-password", "password-missing"));
    }
    oauth::password::new(new, own).map_err(no_password)?;
    match new == again {
        true => Ok(new),
        false => Err(Problem::missing("again", "password-differs")),
    }
}

/// Why what stands in `new-password` is none.
pub(crate) fn no_password(why: PasswordError) -> Problem {
    let why = match why {
        PasswordError::Short => "password-short",
        PasswordError::Expected => "password-expected",
        PasswordError::Long => "password-long",
        PasswordError::Blank => "password-blank",
        PasswordError::Control => "password-control",
    };
    Problem::missing("new-password", why)
}

impl Problem {
    /// One that a text tells of.
    pub(crate) fn missing(field: &'static str, text: &'static str) -> Self {
        let why = Why::Wrong(text);
        Self { field, why }
    }

    /// As the page says it.
    pub(crate) fn told(self, words: Words) -> LoginProblem {
        let text = match self.why {
            Why::Wrong(text) => words.get(text),
            Why::Busy => words.get("login-busy"),
            Why::TooMany(until) => {
                let why = words.get(match until.limit {
                    Limit::PasswordsOfName => "too-many-passwords",
                    Limit::CodesOfPerson => "too-many-codes",
                    Limit::FromAddress => "too-many-from-here",
                    Limit::LinksFromAddress => "too-many-links",
                    Limit::FormsFromAddress => "too-many-forms",
                });
                let (time, span) = (clock(until.again_at), span(words, until.seconds));
                words.with(
                    "too-many",
                    &[("why", &why), ("time", &time), ("span", &span)],
                )
            }
        };
        let field = self.field;
        LoginProblem { field, text }
    }

    /// The status of the page that says it.
    pub(crate) fn status(self) -> StatusCode {
        match self.why {
            Why::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Why::TooMany(_) | Why::Busy => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// The answer, with when to come again.
    pub(crate) fn answered(self, mut response: Response) -> Response {
        let again = match self.why {
            Why::Wrong(_) => return response,
            Why::TooMany(until) => until.seconds,
            Why::Busy => 5,
        };
        let again = HeaderValue::from(again);
        response.headers_mut().insert(RETRY_AFTER, again);
        response
    }
}

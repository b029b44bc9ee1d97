//! What ID tokens and logout tokens have in common.

use serde_json::{Map, Value};

use crate::model::TokenHash;
use crate::quote::quote;

/// How far the clocks of provider and server may be apart, in seconds.
const LEEWAY: i64 = 60;
/// How long ago a token may have been made that comes for the first time, in seconds.
const LONGEST_WAY: i64 = 600;
/// The longest `sub` (OpenID Connect Core section 2) or `jti`, and the longest `sid` that is kept as it is, in bytes.
const LONGEST_ID: usize = 255;
/// The longest `sid` that is read, in bytes.
const LONGEST_SESSION: usize = 4_096;

/// Why a token does not count, in words for whoever looks after provider or server. Nothing of it
/// is for a browser.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub(super) String);

impl Refused {
    /// For a reason that was found elsewhere.
    #[must_use]
    pub fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// `iat` and `exp` of a token that counts, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it was made.
    pub made_at: i64,
    /// Until when it counts, clocks that differ included.
    pub until: i64,
}

pub(super) fn refused<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

/// The claims of a token whose signature was verified.
pub(super) struct Claims<'c>(&'c Map<String, Value>);

impl<'c> Claims<'c> {
    pub(super) fn of(claims: &'c Value) -> Result<Self, Refused> {
        match claims {
            Value::Object(claims) => Ok(Self(claims)),
            _ => refused("its claims are no object"),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn any(&self, name: &str) -> Option<&'c Value> {
        self.0.get(name)
    }

    /// A text that is there.
    pub(super) fn text(&self, name: &str) -> Result<&'c str, Refused> {
        match self.0.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => refused(format!("`{name}` is no text")),
            None => refused(format!("it has no `{name}`")),
        }
    }

    /// A text that stands for somebody or something: not empty, not long, and readable.
    pub(super) fn id(&self, name: &str) -> Result<&'c str, Refused> {
        self.id_within(name, LONGEST_ID)
    }

    fn id_within(&self, name: &str, longest: usize) -> Result<&'c str, Refused> {
        let id = self.text(name)?;
        if id.is_empty() || id.len() > longest {
            return refused(format!("`{name}` has to have 1 to {longest} bytes"));
        }
        if id.chars().any(char::is_control) {
            return refused(format!("`{name}` has characters that cannot be read"));
        }
        Ok(id)
    }

    /// `sid`, as it is kept. Some providers write their session itself into it, encrypted (OpenID Connect
    /// Front-Channel Logout section 3 says nothing of its length): a long one is known by its hash.
    pub(super) fn session(&self) -> Result<Option<String>, Refused> {
        match self.0.get("sid") {
            None | Some(Value::Null) => Ok(None),
            Some(_) => {
                let sid = self.id_within("sid", LONGEST_SESSION)?;
                Ok(Some(match sid.len() > LONGEST_ID {
                    true => format!("SHA-256 {}", TokenHash::of(sid.as_bytes())),
                    false => sid.to_owned(),
                }))
            }
        }
    }

    /// Seconds since 1970; some write a fraction.
    pub(super) fn seconds(&self, name: &str) -> Result<Option<i64>, Refused> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a fraction is cut off, and what is too large becomes the largest"
        )]
        let whole = |number: f64| number as i64;
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
                (Some(seconds), _) => Ok(Some(seconds)),
                (None, Some(seconds)) => Ok(Some(whole(seconds))),
                (None, None) => refused(format!("`{name}` is no time")),
            },
            Some(_) => refused(format!("`{name}` is no time in seconds")),
        }
    }

    /// Is this client among those it is for?
    pub(super) fn is_for(&self, client_id: &str) -> bool {
        match self.0.get("aud") {
            Some(Value::String(audience)) => audience == client_id,
            Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == client_id),
            _ => false,
        }
    }

    /// Is it by this provider, for this client?
    pub(super) fn check_parties(&self, issuer: &str, client_id: &str) -> Result<(), Refused> {
        let told = self.text("iss")?;
        if told != issuer {
            return refused(format!("it is by {:?}, not by {issuer:?}", quote(told)));
        }
        let (is_for_us, is_for_others) = match self.0.get("aud") {
            Some(Value::String(audience)) => (audience == client_id, false),
            Some(Value::Array(audiences)) => (
                audiences.iter().any(|audience| audience == client_id),
                audiences.iter().any(|audience| audience != client_id),
            ),
            Some(_) => return refused("`aud` is neither a text nor a list"),
            None => return refused("it has no `aud`"),
        };
        if !is_for_us {
            return refused("it is for another client (`aud`)");
        }
        match self.0.get("azp") {
            Some(Value::String(party)) if party == client_id => Ok(()),
            Some(_) => refused("it was issued to another client (`azp`)"),
            None if is_for_others => refused(
                "it is for several clients, and does not say to which it was issued (`azp`)",
            ),
            None => Ok(()),
        }
    }

    /// Does it count now, and was it made a moment ago? One without `exp` counts as long as one
    /// may be on its way.
    pub(super) fn check_times(&self, needs_end: bool, now: i64) -> Result<Times, Refused> {
        let Some(made_at) = self.seconds("iat")? else {
            return refused("it has no `iat`");
        };
        if made_at > now.saturating_add(LEEWAY) {
            return refused("it was made in the future (`iat`): the clocks differ");
        }
        let on_its_way = made_at.saturating_add(LONGEST_WAY);
        if on_its_way.saturating_add(LEEWAY) < now {
            return refused("it was made long ago (`iat`)");
        }
        let ends_at = match self.seconds("exp")? {
            Some(ends_at) => ends_at,
            None if needs_end => return refused("it has no `exp`"),
            None => on_its_way,
        };
        if ends_at.saturating_add(LEEWAY) <= now {
            return refused("it has expired (`exp`)");
        }
        if let Some(begins_at) = self.seconds("nbf")?
            && begins_at > now.saturating_add(LEEWAY)
        {
            return refused("it does not count yet (`nbf`)");
        }
        Ok(Times {
            made_at,
            until: ends_at.min(on_its_way).saturating_add(LEEWAY + 1),
        })
    }

    /// When the person proved who they are, if it says so: never in the future.
    pub(super) fn check_auth_time(
        &self,
        max_age: Option<i64>,
        now: i64,
    ) -> Result<Option<i64>, Refused> {
        let Some(at) = self.seconds("auth_time")? else {
            return match max_age {
                None => Ok(None),
                Some(_) => refused(
                    "it does not say when the person signed in (`auth_time`), though `max_age` was asked for",
                ),
            };
        };
        if at > now.saturating_add(LEEWAY) {
            return refused("the person signed in in the future (`auth_time`): the clocks differ");
        }
        if let Some(max_age) = max_age
            && at.saturating_add(max_age).saturating_add(LEEWAY) < now
        {
            return refused(
                "the person signed in longer ago (`auth_time`) than was asked for (`max_age`)",
            );
        }
        Ok(Some(at.min(now)))
    }
}

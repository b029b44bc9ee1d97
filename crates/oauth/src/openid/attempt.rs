use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::TokenHash;
use crate::secret::Secret;

/// For how long somebody may be away to sign in.
pub const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// How far clocks may be apart, in seconds.
const CLOCKS: i64 = 60;
/// So long before an attempt began somebody may have signed in who had to do so anew: whoever wants to be
/// somebody else may have been signed in a moment ago. As for an application of the provider's.
const CLOCKS_ANEW: i64 = 5;
/// As old as a sign-in may be where nobody asks: a month.
const ANY_AGE: i64 = 2_592_000;
/// The longest `state` that is read, in bytes.
const LONGEST: usize = 4_096;
/// The longest way on that an attempt keeps, in bytes; whoever came by a longer one is led to
/// their account.
const LONGEST_NEXT: usize = 2_048;

/// One try to sign in at a provider. It travels as `state` (RFC 6749 section 4.1.1) with the
/// browser and is kept nowhere: what it says is signed by a secret that only the browser has in a
/// cookie, and so are the nonce and the code verifier made of that, so that neither another
/// browser nor who reads the address can go on with it. That it is used once is for the store to
/// say, by [`Attempt::hash`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Where the person goes on to: a path of this realm, to be checked again.
    pub next: String,
    /// When it began.
    pub began_at: Timestamp,
    /// How long ago the person may have signed in, in seconds, if that was asked.
    pub max_age: Option<i64>,
    /// Was the person to sign in anew?
    pub anew: bool,
    state: String,
    keys: Keys,
}

/// Why a `state` is not gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotThisAttempt {
    /// It is none of this browser's.
    Foreign,
    /// It began too long ago.
    Late,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    n: String,
    t: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    m: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    a: bool,
    r: String,
}

/// The secret of a browser in a realm, for this use only.
#[derive(Clone, PartialEq, Eq)]
struct Keys([u8; 32]);

impl Attempt {
    /// Begins one.
    #[must_use]
    pub fn begin(
        realm: &str,
        browser: &Secret,
        next: &str,
        (max_age, anew): (Option<i64>, bool),
        now: Timestamp,
        random: [u8; 16],
    ) -> Self {
        let next = if next.len() > LONGEST_NEXT { "" } else { next };
        let wire = Wire {
            n: next.to_owned(),
            t: now.as_second(),
            m: max_age,
            a: anew,
            r: URL_SAFE_NO_PAD.encode(random),
        };
        let said = serde_json::to_vec(&wire).unwrap_or_default();
        let keys = Keys::of(realm, browser);
        let said = URL_SAFE_NO_PAD.encode(said);
        let tag = keys.made_of("state", &said);
        Self {
            next: wire.n,
            began_at: now,
            max_age,
            anew,
            state: format!("{said}.{tag}"),
            keys,
        }
    }

    /// The one that a browser comes back with, if it is its own.
    ///
    /// # Errors
    ///
    /// When it is not, or too old.
    pub fn of_state(
        realm: &str,
        browser: &Secret,
        state: &str,
        now: Timestamp,
    ) -> Result<Self, NotThisAttempt> {
        if state.len() > LONGEST {
            return Err(NotThisAttempt::Foreign);
        }
        let (said, tag) = state.split_once('.').ok_or(NotThisAttempt::Foreign)?;
        let keys = Keys::of(realm, browser);
        if !keys.has_made("state", said, tag) {
            return Err(NotThisAttempt::Foreign);
        }
        let wire = URL_SAFE_NO_PAD.decode(said).ok();
        let wire = wire.and_then(|wire| serde_json::from_slice::<Wire>(&wire).ok());
        let wire = wire.ok_or(NotThisAttempt::Foreign)?;
        let began_at = Timestamp::from_second(wire.t).map_err(|_| NotThisAttempt::Foreign)?;
        let ends_at = began_at.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
        if now >= ends_at {
            return Err(NotThisAttempt::Late);
        }
        Ok(Self {
            next: wire.n,
            began_at,
            max_age: wire.m,
            anew: wire.a,
            state: state.to_owned(),
            keys,
        })
    }

    /// How recent a sign-in the provider is asked for, in seconds (`max_age`, OpenID Connect Core section
    /// 3.1.2.1): a little more than is needed, since clocks differ, and otherwise any of the last month,
    /// as only who asks is told when it was (`auth_time`).
    #[must_use]
    pub fn max_age_to_ask(&self) -> i64 {
        self.max_age
            .map_or(ANY_AGE, |most| most.saturating_sub(CLOCKS).max(0))
    }

    /// When somebody proved who they are, as a provider says; where it does not, it was when it made its ID
    /// token if they had to do it anew, and otherwise as long ago as was asked for.
    #[must_use]
    pub fn proved_at(&self, told: Option<i64>, made_at: i64) -> i64 {
        match (told, self.anew) {
            (Some(told), _) => told,
            (None, true) => made_at,
            (None, false) => made_at.saturating_sub(self.max_age_to_ask()),
        }
    }

    /// Is a sign-in of this moment as recent as was asked? If it were not, the person would be sent there
    /// again and again. Both in seconds since 1970.
    #[must_use]
    pub fn is_met_by(&self, proved_at: i64, now: i64) -> bool {
        let is_after = proved_at.saturating_add(CLOCKS_ANEW) >= self.began_at.as_second();
        let age = now.saturating_sub(proved_at);
        is_after || !self.anew && self.max_age.is_none_or(|most| age <= most)
    }

    /// `state`, as it is sent along.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// What it is known by once it was used.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.state.as_bytes())
    }

    /// `nonce` (OpenID Connect Core section 3.1.2.1).
    #[must_use]
    pub fn nonce(&self) -> String {
        self.keys.made_of("nonce", &self.state)
    }

    /// The code verifier (RFC 7636 section 4.1): 43 characters.
    #[must_use]
    pub fn code_verifier(&self) -> Secret {
        Secret::presented(self.keys.made_of("code verifier", &self.state))
    }

    /// Its S256 challenge (RFC 7636 section 4.2).
    #[must_use]
    pub fn code_challenge(&self) -> String {
        let hash = digest(&SHA256, self.code_verifier().expose().as_bytes());
        URL_SAFE_NO_PAD.encode(hash)
    }
}

impl Keys {
    fn of(realm: &str, browser: &Secret) -> Self {
        let browser = hmac::Key::new(hmac::HMAC_SHA256, browser.expose().as_bytes());
        let made = hmac::sign(
            &browser,
            format!("sign-in at a provider, {realm}").as_bytes(),
        );
        let mut key = [0; 32];
        key.copy_from_slice(made.as_ref());
        Self(key)
    }

    fn message(what: &str, of: &str) -> String {
        format!("{what}: {of}")
    }

    fn made_of(&self, what: &str, of: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = hmac::sign(&key, Self::message(what, of).as_bytes());
        URL_SAFE_NO_PAD.encode(tag)
    }

    fn has_made(&self, what: &str, of: &str, tag: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let tag = URL_SAFE_NO_PAD.decode(tag).unwrap_or_default();
        hmac::verify(&key, Self::message(what, of).as_bytes(), &tag).is_ok()
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How and when a person proved who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// When (`auth_time`, OpenID Connect Core section 2): maybe before the session began here, and
    /// never after.
    pub at: Timestamp,
    /// How (`amr`, RFC 8176), such as `pwd` or `otp`; at most [`METHODS`](Self::METHODS).
    pub methods: Vec<String>,
    /// By which rules (`acr`, OpenID Connect Core section 2), if that was told.
    pub class: Option<String>,
    /// The session elsewhere that this one rests on, if it does on one.
    pub upstream: Option<UpstreamSession>,
}

/// A session of a person with another system, which may tell that it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamSession {
    /// The system, as [`ExternalId`](super::ExternalId) names it.
    pub source: String,
    /// What it calls the person.
    pub subject: String,
    /// What it calls the session (`sid`, OpenID Connect Front-Channel Logout section 3), if it does.
    pub sid: Option<String>,
}

/// What tokens tell of how their person proved who they are (RFC 9068 section 2.2.1, RFC 9470 section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationContext {
    /// When (`auth_time`); in tokens in whole seconds.
    pub at: Timestamp,
    /// By which rules (`acr`), if that is known.
    pub class: Option<String>,
}

impl Authentication {
    /// What tokens tell of it.
    #[must_use]
    pub fn context(&self) -> AuthenticationContext {
        AuthenticationContext {
            at: self.at,
            class: self.class.clone(),
        }
    }

    /// The most methods that are kept of one.
    pub const METHODS: usize = 10;

    /// The class (`acr`) of signing in with a password alone.
    pub const PASSWORD: &str = "pwd";
    /// The class of signing in with a second factor besides.
    pub const SECOND_FACTOR: &str = "mfa";

    /// The longest class of signing in, in bytes.
    pub const LONGEST_CLASS: usize = 200;

    /// The longest method, in bytes.
    pub const LONGEST_METHOD: usize = 32;

    /// Can this be a class of signing in: one word of printable ASCII?
    #[must_use]
    pub fn is_class(text: &str) -> bool {
        (1..=Self::LONGEST_CLASS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// By a password and a code, here.
    #[must_use]
    pub fn by_password_and_code(at: Timestamp) -> Self {
        Self {
            at,
            methods: ["pwd", "otp", "mfa"].map(String::from).to_vec(),
            class: Some(String::from(Self::SECOND_FACTOR)),
            upstream: None,
        }
    }

    /// Was there a second factor?
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.methods.iter().any(|method| method == "mfa")
    }

    /// By a password, here.
    #[must_use]
    pub fn by_password(at: Timestamp) -> Self {
        Self {
            at,
            methods: vec![String::from("pwd")],
            class: Some(String::from(Self::PASSWORD)),
            upstream: None,
        }
    }
}

use scope::RequestedScope;

use crate::error::OAuthError;

/// An authorization request every check let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The parameter as it was given, for the code; `None` when it was left out.
    pub redirect_uri_given: Option<String>,
    /// To be returned as it came.
    pub state: Option<String>,
    /// S256 challenge.
    pub code_challenge: Option<[u8; 32]>,
    /// What is asked; the defaults when `scope` was left out.
    pub scope: RequestedScope,
    /// What the client wants the person to be asked.
    pub prompt: Prompt,
    /// How many seconds ago the person may have proved who they are at most (`max_age`, OpenID Connect
    /// Core section 3.1.2.1); else they do it again.
    pub max_age: Option<u32>,
    /// How the person is to prove who they are, the best first (`acr_values`, OpenID Connect Core section
    /// 3.1.2.1).
    pub acr_values: Vec<String>,
    /// The organisation to preselect: an id, slug or number, not looked up yet.
    pub organisation: Option<String>,
    /// The user name to put into the login form; text from outside.
    pub login_hint: Option<String>,
    /// Languages the person prefers, best first.
    pub ui_locales: Vec<String>,
    /// Resources the token is for (RFC 8707); not held against what is served yet.
    pub resources: Vec<String>,
}

/// `prompt` (OpenID Connect Core section 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prompt {
    /// Show nothing; fail instead.
    pub none: bool,
    /// Sign in again. `select_account` counts as this: choosing means signing in.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
}

impl Prompt {
    /// The values that mean something here.
    pub const VALUES: [&str; 4] = ["none", "login", "consent", "select_account"];
}

/// How a refused request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizationError {
    /// On a page of our own: client or redirect URI are not known to be good, and sending the
    /// person on would be an open redirect (RFC 6749 section 4.1.2.1).
    Page(OAuthError),
    /// At the client.
    Redirect {
        /// Where it asked for the answer; checked.
        redirect_uri: String,
        /// As it came.
        state: Option<String>,
        /// What to say.
        error: OAuthError,
    },
}

impl AuthorizationError {
    /// The error, wherever it is shown.
    #[must_use]
    pub fn error(&self) -> &OAuthError {
        match self {
            Self::Page(error) | Self::Redirect { error, .. } => error,
        }
    }
}

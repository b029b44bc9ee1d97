//! Where the people of a realm sign in, as it is configured.

use std::sync::Arc;

use jiff::SignedDuration;
use oauth::sign_in::SecondFactorPolicy;

use crate::openid::OpenIdProvider;

/// How people of a realm sign in.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// Where.
    pub kind: SignInKind,
    /// How long ago they may have signed in at most when an app asks for elevated scopes; without it,
    /// however long ago.
    pub again_for_elevated: Option<SignedDuration>,
    /// When a second factor is demanded, where people sign in here.
    pub second_factor: SecondFactorPolicy,
}

impl SignIn {
    /// When a second factor is demanded: nowhere but where people sign in here.
    #[must_use]
    pub fn second_factor_here(&self) -> SecondFactorPolicy {
        match self.kind {
            SignInKind::Accounts => self.second_factor,
            SignInKind::External(_) | SignInKind::OpenIdConnect(_) => SecondFactorPolicy::Optional,
        }
    }
}

/// Where people of a realm sign in.
#[derive(Debug, Clone, Default)]
pub enum SignInKind {
    /// Here, with an account and a password of their own.
    #[default]
    Accounts,
    /// In an application of the provider's, which tells who they are.
    External(ExternalSignIn),
    /// At a provider of OpenID Connect.
    OpenIdConnect(Arc<OpenIdProvider>),
}

/// An application of the provider's that signs people in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalSignIn {
    /// Where browsers go to sign in: an absolute URL, without a fragment.
    pub url: String,
    /// The source of the people and organisations it tells of (`ExternalId`).
    pub source: String,
    /// Where people end their session with the application itself, if it says so.
    pub sign_out_url: Option<String>,
}

impl SignInKind {
    /// Do people sign in here, with passwords of their own?
    #[must_use]
    pub fn is_accounts(&self) -> bool {
        matches!(self, Self::Accounts)
    }

    /// The one application that tells who people are.
    #[must_use]
    pub fn external(&self) -> Option<&ExternalSignIn> {
        match self {
            Self::External(external) => Some(external),
            Self::Accounts | Self::OpenIdConnect(_) => None,
        }
    }

    /// The provider of OpenID Connect.
    #[must_use]
    pub fn openid_connect(&self) -> Option<&OpenIdProvider> {
        match self {
            Self::OpenIdConnect(provider) => Some(provider),
            Self::Accounts | Self::External(_) => None,
        }
    }
}

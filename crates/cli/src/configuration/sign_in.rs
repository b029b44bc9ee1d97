//! Where people of a realm sign in.

use std::path::Path;

use jiff::SignedDuration;
use oauth::sign_in::SecondFactorPolicy;
use realm::sign_in::ExternalSignIn;
use scope::Mistakes;
use url::{Host, Url};

use super::key::Key;
use super::openid::{OpenIdConfiguration, openid};
use super::openid_tables;
use super::section::Section;
use super::sign_in_tables as tables;
use super::value::{duration, source};

/// Where people of a realm sign in, before secrets are read.
#[derive(Debug, Clone, Default)]
pub struct SignInConfiguration {
    /// Where.
    pub kind: KindConfiguration,
    /// How long ago at most, for elevated scopes.
    pub again_for_elevated: Option<SignedDuration>,
    /// When a second factor is demanded.
    pub second_factor: SecondFactorPolicy,
}

/// The same, before secrets are read.
#[derive(Debug, Clone, Default)]
pub enum KindConfiguration {
    /// Here.
    #[default]
    Accounts,
    /// In an application of the provider's.
    External(ExternalSignIn),
    /// At a provider of OpenID Connect.
    OpenIdConnect(Box<OpenIdConfiguration>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Accounts,
    External,
    OpenIdConnect,
}

impl SignInConfiguration {
    /// The source of the people and organisations that it tells of.
    pub fn source(&self) -> &str {
        match &self.kind {
            KindConfiguration::Accounts => "sign-in",
            KindConfiguration::External(own) => &own.source,
            KindConfiguration::OpenIdConnect(own) => &own.source,
        }
    }

    /// The provider of OpenID Connect.
    pub fn openid_connect(&self) -> Option<&OpenIdConfiguration> {
        match &self.kind {
            KindConfiguration::OpenIdConnect(own) => Some(own),
            KindConfiguration::Accounts | KindConfiguration::External(_) => None,
        }
    }
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::External => "external",
            Self::OpenIdConnect => "openid-connect",
        }
    }
}

/// Which keys are for which kinds only.
const OF_KINDS: &[(&Key, &[Kind])] = &[
    (&tables::SIGN_IN_SECOND_FACTOR, &[Kind::Accounts]),
    (&tables::SIGN_IN_URL, &[Kind::External]),
    (
        &tables::SIGN_IN_SOURCE,
        &[Kind::External, Kind::OpenIdConnect],
    ),
    (&openid_tables::OPENID_ISSUER, &[Kind::OpenIdConnect]),
    (&openid_tables::OPENID_CLIENT_ID, &[Kind::OpenIdConnect]),
    (
        &openid_tables::OPENID_CLIENT_SECRET_FILE,
        &[Kind::OpenIdConnect],
    ),
    (
        &openid_tables::OPENID_PRIVATE_KEY_FILE,
        &[Kind::OpenIdConnect],
    ),
    (&openid_tables::OPENID_SCOPES, &[Kind::OpenIdConnect]),
    (
        &openid_tables::OPENID_ALLOW_ADDRESSES,
        &[Kind::OpenIdConnect],
    ),
    (&openid_tables::OPENID_CA, &[Kind::OpenIdConnect]),
    (&openid_tables::OPENID_CLAIMS, &[Kind::OpenIdConnect]),
    (&tables::SIGN_IN_SIGN_OUT_URL, &[Kind::External]),
];

/// Of a `[[realm]]`.
pub fn sign_in(
    realm: &Section<'_>,
    folder: &Path,
    m: &mut Mistakes,
) -> Option<SignInConfiguration> {
    if !realm.has(&tables::SIGN_IN) {
        return Some(SignInConfiguration::default());
    }
    let section = realm.table(&tables::SIGN_IN, &tables::SIGN_IN_TABLE, m)?;
    let kind = section.value(&tables::SIGN_IN_KIND, m, |text| match text {
        "accounts" => Ok(Kind::Accounts),
        "external" => Ok(Kind::External),
        "openid-connect" => Ok(Kind::OpenIdConnect),
        other => Err(format!("{other:?} is not known")),
    });
    let again_for_elevated = section.value(&tables::SIGN_IN_AGAIN_FOR_ELEVATED, m, |text| {
        SignedDuration::try_from(duration(text)?).map_err(|_| format!("{text:?} is too long"))
    });
    let second_factor = section.value(&tables::SIGN_IN_SECOND_FACTOR, m, |text| match text {
        "optional" => Ok(SecondFactorPolicy::Optional),
        "elevated" => Ok(SecondFactorPolicy::Elevated),
        "always" => Ok(SecondFactorPolicy::Always),
        other => Err(format!("{other:?} is not known")),
    });
    let kind = kind?;
    for_other_kinds(&section, kind, m);
    let kind = match kind {
        Kind::Accounts => KindConfiguration::Accounts,
        Kind::External => KindConfiguration::External(external(&section, m)?),
        Kind::OpenIdConnect => {
            KindConfiguration::OpenIdConnect(Box::new(openid(&section, folder, m)?))
        }
    };
    Some(SignInConfiguration {
        kind,
        again_for_elevated,
        second_factor: second_factor?,
    })
}

/// A key of another kind would do nothing.
fn for_other_kinds(section: &Section<'_>, kind: Kind, m: &mut Mistakes) {
    for (key, kinds) in OF_KINDS {
        if section.has(key) && !kinds.contains(&kind) {
            let kinds: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
            m.at(
                &section.place_of(key),
                format!(
                    "`{}` means nothing with `kind = \"{}\"`",
                    key.name,
                    kind.as_str()
                ),
                format!(
                    "remove it, or write `kind = \"{}\"`",
                    kinds.join("\"` or `\"")
                ),
            );
        }
    }
}

fn external(section: &Section<'_>, m: &mut Mistakes) -> Option<ExternalSignIn> {
    let url = section.value(&tables::SIGN_IN_URL, m, browsers_go_to);
    let source = section.value(&tables::SIGN_IN_SOURCE, m, source);
    let sign_out_url = section.value(&tables::SIGN_IN_SIGN_OUT_URL, m, browsers_go_to);
    if !section.has(&tables::SIGN_IN_URL) {
        m.at(
            &section.place_of(&tables::SIGN_IN_KIND),
            "`kind = \"external\"` has no `url`",
            format!(
                "add where browsers are sent to sign in, as in `{}`",
                tables::SIGN_IN_URL.example
            ),
        );
    }
    Some(ExternalSignIn {
        url: url?,
        source: source?,
        sign_out_url,
    })
}

/// An address that carries a one-time value past nobody else.
pub fn browsers_go_to(text: &str) -> Result<String, String> {
    let no_url = || format!("{text:?} is no URL, such as https://app.example.com/sign-in");
    let url = Url::parse(text).map_err(|_| no_url())?;
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(no_url()),
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        "http" => {
            return Err(format!(
                "{text:?} is not encrypted; write https://, as http:// is for this machine only"
            ));
        }
        _ => return Err(no_url()),
    }
    if url.fragment().is_some() {
        return Err(format!("{text:?} has a fragment, which no server sees"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{text:?} holds a name or a password"));
    }
    if url.query_pairs().any(|(name, _)| name == "challenge") {
        return Err(format!("{text:?} has a `challenge` already"));
    }
    Ok(url.into())
}

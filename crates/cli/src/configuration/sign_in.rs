//! Where people of a realm sign in.

use jiff::SignedDuration;
use oauth::sign_in::SecondFactorPolicy;
use realm::sign_in::{ExternalSignIn, SignIn, SignInKind};
use scope::Mistakes;
use url::{Host, Url};

use super::key::Key;
use super::section::Section;
use super::sign_in_tables as tables;
use super::value::duration;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Accounts,
    External,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::External => "external",
        }
    }
}

/// Which keys are for which kinds only.
const OF_KINDS: &[(&Key, &[Kind])] = &[
    (&tables::SIGN_IN_SECOND_FACTOR, &[Kind::Accounts]),
    (&tables::SIGN_IN_URL, &[Kind::External]),
    (&tables::SIGN_IN_SOURCE, &[Kind::External]),
    (&tables::SIGN_IN_SIGN_OUT_URL, &[Kind::External]),
];

/// Of a `[[realm]]`.
pub fn sign_in(realm: &Section<'_>, m: &mut Mistakes) -> Option<SignIn> {
    if !realm.has(&tables::SIGN_IN) {
        return Some(SignIn::default());
    }
    let section = realm.table(&tables::SIGN_IN, &tables::SIGN_IN_TABLE, m)?;
    let kind = section.value(&tables::SIGN_IN_KIND, m, |text| match text {
        "accounts" => Ok(Kind::Accounts),
        "external" => Ok(Kind::External),
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
        Kind::Accounts => SignInKind::Accounts,
        Kind::External => SignInKind::External(external(&section, m)?),
    };
    Some(SignIn {
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

/// What records call another system.
pub fn source(text: &str) -> Result<String, String> {
    const LONGEST: usize = 40;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text:?} cannot be a source; use lower-case letters, digits and hyphens, at most {LONGEST}"
        )),
    }
}

//! Servers of others whose tokens an API takes, too.

use std::collections::BTreeMap;
use std::path::Path;

use enforce::gate::TakesKeys;
use enforce::remote::Address;
use realm::{Check, OrganisationClaim, OtherIssuer};
use scope::{Mistakes, OrganisationKey, Scope};

use super::issuer_tables as tables;
use super::section::Section;

/// Of a `[[realm.api]]`.
pub fn issuers(
    api: &Section<'_>,
    folder: &Path,
    keys: &TakesKeys,
    m: &mut Mistakes,
) -> Vec<OtherIssuer> {
    let sections = api.tables(&tables::API_ISSUERS, &tables::ISSUER, m);
    let mut issuers: Vec<OtherIssuer> = Vec::new();
    for section in &sections {
        let Some(issuer) = issuer(section, folder, m) else {
            continue;
        };
        let is_asked = |issuer: &OtherIssuer| matches!(issuer.check, Check::Introspection { .. });
        let place = section.place_of(&tables::ISSUER_URL);
        if issuers.iter().any(|other| other.issuer == issuer.issuer) {
            let what = format!("two [[realm.api.issuer]] of one API are {}", issuer.issuer);
            m.at(&place, what, "write what both say into one");
        } else if is_asked(&issuer) && issuers.iter().any(is_asked) {
            m.at(
                &place,
                "two [[realm.api.issuer]] of one API have an `introspection`",
                "nobody could tell whose an opaque token is: ask one of them, and give the other `jwks_uri`",
            );
        } else if is_asked(&issuer) && keys.bearer {
            m.at(
                &place,
                "an issuer is asked about opaque tokens, and `key_bearer` takes bearer tokens for API keys",
                "nobody could tell which one is meant: have keys come in `key_header` alone",
            );
        } else {
            issuers.push(issuer);
        }
    }
    issuers
}

fn issuer(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<OtherIssuer> {
    let text = |text: &str| match text.is_empty() {
        true => Err("it is empty".to_owned()),
        false => Ok(text.to_owned()),
    };
    let before = m.mistakes().len();
    let name = section.value(&tables::ISSUER_NAME, m, text);
    let issuer = section.value(&tables::ISSUER_URL, m, text);
    let audience = section.value(&tables::ISSUER_AUDIENCE, m, text);
    let check = check(section, folder, audience.is_some(), m);
    let client = section.value(&tables::ISSUER_CLIENT, m, text);
    let clients = section.list(&tables::ISSUER_CLIENTS, m, pair);
    let pointer = section.value(&tables::ISSUER_ORGANISATION, m, pointer);
    let key = section.value(&tables::ISSUER_ORGANISATION_IS, m, key);
    let scopes = section.list(&tables::ISSUER_SCOPES, m, mapped);
    if client.is_none() && clients.is_empty() && m.mistakes().len() == before {
        m.at(
            &section.place_of(&tables::ISSUER_NAME),
            "a [[realm.api.issuer]] says of none of its apps which of ours it is",
            "add `clients`, or `client` for all of them",
        );
    }
    if m.mistakes().len() > before {
        return None;
    }
    Some(OtherIssuer {
        name: name?,
        issuer: issuer?,
        check: check?,
        audience,
        clients: clients.into_iter().collect(),
        client,
        organisation: pointer
            .zip(key)
            .map(|(pointer, key)| OrganisationClaim { pointer, key }),
        scopes: scopes.into_iter().collect::<BTreeMap<_, _>>(),
    })
}

fn check(
    section: &Section<'_>,
    folder: &Path,
    has_audience: bool,
    m: &mut Mistakes,
) -> Option<Check> {
    let before = m.mistakes().len();
    let address = |text: &str| Address::new(text).map_err(|error| error.to_string());
    let keys = section.value(&tables::ISSUER_JWKS_URI, m, address);
    let asked = section.value(&tables::ISSUER_INTROSPECTION, m, address);
    let file = section.value(&tables::ISSUER_CREDENTIALS, m, |name| Ok(folder.join(name)));
    if m.mistakes().len() > before {
        return None;
    }
    let place = section.place_of(&tables::ISSUER_NAME);
    match (keys, asked, file) {
        (Some(address), None, None) if has_audience => Some(Check::Keys(address)),
        (Some(_), None, None) => {
            m.at(
                &place,
                "a [[realm.api.issuer]] with `jwks_uri` has no `audience`",
                "add what `aud` says in its tokens for this API: others it signed are for somebody else",
            );
            None
        }
        (None, Some(address), Some(credentials_file)) => Some(Check::Introspection {
            address,
            credentials_file,
        }),
        (None, Some(_), None) => {
            m.at(
                &place,
                "a [[realm.api.issuer]] with `introspection` has no `credentials_file`",
                "name a file with `client_id:secret` of a resource server there",
            );
            None
        }
        _ => {
            m.at(
                &place,
                "a [[realm.api.issuer]] says in no way or in two how its tokens are checked",
                "write `jwks_uri` for tokens that it signs, or `introspection` for those it is asked about",
            );
            None
        }
    }
}

/// `THEIRS = OURS`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (theirs, ours) = text.split_once(" = ").unwrap_or((text, ""));
    let (theirs, ours) = (theirs.trim(), ours.trim());
    match theirs.is_empty() || ours.is_empty() {
        true => Err(format!("{text:?} is not written as THEIRS = OURS")),
        false => Ok((theirs.to_owned(), ours.to_owned())),
    }
}

/// `THEIRS = OURS OURS`.
fn mapped(text: &str) -> Result<(String, Scope), String> {
    let (theirs, ours) = pair(text)?;
    let ours = Scope::parse(&ours).map_err(|error| error.to_string())?;
    Ok((theirs, ours))
}

fn pointer(text: &str) -> Result<String, String> {
    match text.starts_with('/') && !text.ends_with('/') {
        true => Ok(text.to_owned()),
        false => Err(format!("{text:?} is no JSON pointer, such as /tenant/id")),
    }
}

fn key(text: &str) -> Result<OrganisationKey, String> {
    match text {
        "id" => Ok(OrganisationKey::Id),
        "slug" => Ok(OrganisationKey::Slug),
        "number" => Ok(OrganisationKey::Number),
        other => Err(format!("{other:?} is not known")),
    }
}

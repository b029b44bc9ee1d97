//! A provider of OpenID Connect, as `[realm.sign_in]` has it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use enforce::remote::Address;
use ipnet::IpNet;
use oauth::openid::{ClaimPointers, OrganisationPointers, RightsPointer};
use realm::outbound::Reachable;
use scope::Mistakes;

use super::openid_tables as tables;
use super::section::Section;
use super::sign_in_tables::{SIGN_IN_KIND, SIGN_IN_SOURCE};
use super::value::{file, source};

/// A provider, before its secrets are read.
#[derive(Debug, Clone)]
pub struct OpenIdConfiguration {
    /// As it calls itself.
    pub issuer: String,
    /// This server there.
    pub client_id: String,
    /// Where that is proved from.
    pub secret: SecretIn,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Where things stand in what it says.
    pub claims: ClaimPointers,
    /// The source of people and organisations.
    pub source: String,
    /// Where it may be.
    pub reachable: Reachable,
    /// Who vouches for its certificate; without it, Mozilla's list.
    pub authorities: Option<PathBuf>,
}

/// Where the secret is that this server has at the provider.
#[derive(Debug, Clone)]
pub enum SecretIn {
    /// In the environment.
    Environment,
    /// In a file.
    File(PathBuf),
    /// It is a private key, in a file.
    Key(PathBuf),
}

/// Of a `[realm.sign_in]` of that kind.
pub fn openid(
    section: &Section<'_>,
    folder: &Path,
    m: &mut Mistakes,
) -> Option<OpenIdConfiguration> {
    let before = m.mistakes().len();
    let issuer = section.value(&tables::OPENID_ISSUER, m, issuer);
    let client_id = section.value(&tables::OPENID_CLIENT_ID, m, text);
    let secret = secret(section, folder, m);
    let scopes = scopes(section, m);
    let reachable = section.list(&tables::OPENID_ALLOW_ADDRESSES, m, network);
    let authorities = section.value(&tables::OPENID_CA, m, |name| file(folder, name));
    let source = section.value(&SIGN_IN_SOURCE, m, source);
    let claims = claims(section, m);
    for key in [&tables::OPENID_ISSUER, &tables::OPENID_CLIENT_ID] {
        if !section.has(key) {
            m.at(
                &section.place_of(&SIGN_IN_KIND),
                format!("`kind = \"openid-connect\"` has no `{}`", key.name),
                format!("add it, as in `{}`", key.example),
            );
        }
    }
    if m.mistakes().len() > before {
        return None;
    }
    Some(OpenIdConfiguration {
        issuer: issuer?,
        client_id: client_id?,
        secret: secret?,
        scopes,
        claims: claims?,
        source: source?,
        reachable: Reachable::with(reachable),
        authorities,
    })
}

fn secret(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<SecretIn> {
    let secret = section.value(&tables::OPENID_CLIENT_SECRET_FILE, m, |name| {
        Ok(folder.join(name))
    });
    let key = section.value(&tables::OPENID_PRIVATE_KEY_FILE, m, |name| {
        Ok(folder.join(name))
    });
    match (secret, key) {
        (None, None) => Some(SecretIn::Environment),
        (Some(file), None) => Some(SecretIn::File(file)),
        (None, Some(file)) => Some(SecretIn::Key(file)),
        (Some(_), Some(_)) => {
            m.at(
                &section.place_of(&tables::OPENID_PRIVATE_KEY_FILE),
                "`client_secret_file` and `private_key_file` are both there",
                "this server says in one way who it is: remove one of them",
            );
            None
        }
    }
}

fn scopes(section: &Section<'_>, m: &mut Mistakes) -> Vec<String> {
    let mut scopes = vec!["openid".to_owned()];
    if section.has(&tables::OPENID_SCOPES) {
        let named = section.list(&tables::OPENID_SCOPES, m, |text| {
            let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
            match !text.is_empty() && text.bytes().all(is_plain) {
                true => Ok(text.to_owned()),
                false => Err(format!("{text:?} is no scope (RFC 6749 section 3.3)")),
            }
        });
        scopes.extend(named.into_iter().filter(|scope| scope != "openid"));
    } else {
        scopes.extend(["profile", "email"].map(str::to_owned));
    }
    scopes
}

fn claims(section: &Section<'_>, m: &mut Mistakes) -> Option<ClaimPointers> {
    if !section.has(&tables::OPENID_CLAIMS) {
        return Some(ClaimPointers::standard());
    }
    let section = section.table(&tables::OPENID_CLAIMS, &tables::CLAIMS, m)?;
    let subject = section.value(&tables::CLAIM_SUBJECT, m, pointer);
    let name = section.value(&tables::CLAIM_NAME, m, pointer);
    let email = section.value(&tables::CLAIM_EMAIL, m, pointer);
    let email_verified = section.value(&tables::CLAIM_EMAIL_VERIFIED, m, pointer);
    let language = section.value(&tables::CLAIM_LANGUAGE, m, pointer);
    let organisations = organisations(&section, m);
    Some(ClaimPointers {
        subject: subject?,
        name,
        email,
        email_verified,
        language,
        organisations: organisations?,
    })
}

/// Keys about organisations would do nothing without their list.
fn organisations(section: &Section<'_>, m: &mut Mistakes) -> Option<Option<OrganisationPointers>> {
    let list = section.value(&tables::CLAIM_ORGANISATIONS, m, pointer);
    let id = section.value(&tables::CLAIM_ORGANISATION_ID, m, pointer_or_whole);
    let name = section.value(&tables::CLAIM_ORGANISATION_NAME, m, pointer);
    let roles = section.value(&tables::CLAIM_ORGANISATION_ROLES, m, pointer);
    let rights = section.value(&tables::CLAIM_ORGANISATION_RIGHTS, m, pointer);
    if !section.has(&tables::CLAIM_ORGANISATIONS) {
        let about = [
            &tables::CLAIM_ORGANISATION_ID,
            &tables::CLAIM_ORGANISATION_NAME,
            &tables::CLAIM_ORGANISATION_ROLES,
            &tables::CLAIM_ORGANISATION_RIGHTS,
        ];
        for key in about.into_iter().filter(|key| section.has(key)) {
            m.at(
                &section.place_of(key),
                format!("`{}` means nothing without `organisations`", key.name),
                format!(
                    "add the list, as in `{}`, or remove it",
                    tables::CLAIM_ORGANISATIONS.example
                ),
            );
        }
        return Some(None);
    }
    let rights = match (roles, rights) {
        (Some(_), Some(_)) => {
            m.at(
                &section.place_of(&tables::CLAIM_ORGANISATION_RIGHTS),
                "`organisation_roles` and `organisation_rights` are both there",
                "what a person may do is told in one way: remove one of them",
            );
            return None;
        }
        (None, Some(pointer)) => RightsPointer::Rights(pointer),
        (Some(pointer), None) => RightsPointer::Roles(pointer),
        (None, None) => RightsPointer::Roles("/roles".to_owned()),
    };
    Some(Some(OrganisationPointers {
        list: list?,
        id: id?,
        name,
        rights,
    }))
}

fn issuer(text: &str) -> Result<String, String> {
    let address = Address::new(text).map_err(|error| error.to_string())?;
    if address.uri().query().is_some() {
        return Err(format!("{text:?} has a query, which no issuer has"));
    }
    Ok(text.to_owned())
}

fn text(text: &str) -> Result<String, String> {
    match text.is_empty() || text.chars().any(char::is_control) {
        true => Err("it is empty, or cannot be read".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>();
    let network = network.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| format!("{text:?} is no network or address"))
}

fn pointer(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err(format!("{text:?} is no JSON pointer, such as /tenant/id")),
    }
}

fn pointer_or_whole(text: &str) -> Result<String, String> {
    match text {
        "" => Ok(String::new()),
        text => pointer(text),
    }
}

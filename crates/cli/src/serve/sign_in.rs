//! Where people of realms sign in, made ready: with secrets, and with what asks others.

use std::path::Path;
use std::sync::Arc;

use oauth::Secret;
use oauth::openid::ClientAuthentication;
use oauth::token::AssertionKey;
use realm::openid::{OpenIdProvider, OpenIdSettings};
use realm::outbound::Outbound;
use realm::sign_in::{SignIn, SignInKind};
use realm::{App, Clock};

use super::tls;
use crate::configuration::{KindConfiguration, OpenIdConfiguration, SecretIn, SignInConfiguration};
use crate::failure::Failure;
use crate::input;

/// How people of a realm sign in.
///
/// # Errors
///
/// A file that cannot be read, or does not hold what it should.
pub fn ready(
    configured: &SignInConfiguration,
    realm: &str,
    clock: &Arc<dyn Clock>,
) -> Result<SignIn, Failure> {
    let kind = match &configured.kind {
        KindConfiguration::Accounts => SignInKind::Accounts,
        KindConfiguration::External(external) => SignInKind::External(external.clone()),
        KindConfiguration::OpenIdConnect(own) => {
            SignInKind::OpenIdConnect(Arc::new(provider(own, realm, clock)?))
        }
    };
    Ok(SignIn {
        kind,
        again_for_elevated: configured.again_for_elevated,
        second_factor: configured.second_factor,
    })
}

/// Asks each provider what it says of itself, so that a mistake is in the log before people come. No server waits for
/// it.
pub async fn look(app: Arc<App>) {
    for realm in app.realms() {
        if let Some(provider) = realm.sign_in().kind.openid_connect() {
            provider.look().await;
        }
    }
}

/// What a provider has to be told, a line each: where it sends browsers back to, where it says that
/// somebody signed out, and the public key, if there is one.
///
/// # Errors
///
/// As [`ready`].
pub fn to_register(
    configured: &OpenIdConfiguration,
    realm: &str,
    issuer: &str,
) -> Result<Vec<String>, Failure> {
    let mut lines = vec![
        format!("redirect URI {issuer}/sign-in/callback"),
        format!("back-channel logout URI {issuer}/sign-in/backchannel-logout"),
    ];
    if let ClientAuthentication::Key(key) = authentication(&configured.secret, realm)? {
        lines.push(format!("public key {}", key.public_jwk()));
    }
    Ok(lines)
}

fn provider(
    configured: &OpenIdConfiguration,
    realm: &str,
    clock: &Arc<dyn Clock>,
) -> Result<OpenIdProvider, Failure> {
    let settings = OpenIdSettings {
        issuer: configured.issuer.clone(),
        client_id: configured.client_id.clone(),
        authentication: authentication(&configured.secret, realm)?,
        scopes: configured.scopes.clone(),
        claims: configured.claims.clone(),
        source: configured.source.clone(),
    };
    let roots = configured.authorities.as_deref().map(tls::authorities);
    let outbound = Outbound::new(configured.reachable.clone(), roots.transpose()?);
    let outbound = outbound.map_err(Failure::while_doing("cannot speak TLS"))?;
    Ok(OpenIdProvider::new(settings, outbound, Arc::clone(clock)))
}

fn authentication(secret: &SecretIn, realm: &str) -> Result<ClientAuthentication, Failure> {
    match secret {
        SecretIn::Environment => {
            let name = variable(realm);
            let text = std::env::var(&name).unwrap_or_default();
            one_line(&text, &name).map(ClientAuthentication::Secret)
        }
        SecretIn::File(file) => {
            let name = file.display().to_string();
            let text = input::read(file).map_err(Failure::while_doing(format!(
                "cannot read the file of the client secret {name}"
            )))?;
            one_line(&text, &name).map(ClientAuthentication::Secret)
        }
        SecretIn::Key(file) => key(file).map(ClientAuthentication::Key),
    }
}

fn key(file: &Path) -> Result<AssertionKey, Failure> {
    let der = tls::private_key(file)?;
    AssertionKey::from_pkcs8(der.secret_der()).ok_or_else(|| {
        Failure::new(format!(
            "the key in {} cannot sign; it has to be P-256, Ed25519 or RSA, as PKCS #8 \
             (`openssl pkcs8 -topk8 -nocrypt` makes that of others)",
            file.display()
        ))
    })
}

/// Where a realm's secret stands when it is in the environment.
fn variable(realm: &str) -> String {
    let name = realm.replace('-', "_").to_ascii_uppercase();
    format!("SCOPEGATE_SIGN_IN_SECRET_{name}")
}

/// The text itself is not repeated.
fn one_line(text: &str, place: &str) -> Result<Secret, Failure> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Failure::new(format!(
            "there is no client secret in {place}; put it there, or name a file by \
             `client_secret_file` or `private_key_file` in [realm.sign_in]"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(Failure::new(format!(
            "{place} does not hold a client secret in one line"
        )));
    }
    Ok(Secret::presented(text))
}

//! Other servers whose tokens APIs take, too, made ready to be asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use enforce::remote::{Credentials, Http, Introspection, PublishedKeys, SignedTokens, Transport};
use realm::cache::{Others, Source};
use realm::{Api, App, Check, OtherIssuer};

use crate::failure::Failure;
use crate::input;

/// Those of each API, by realm and name.
pub type AllOthers = BTreeMap<(String, String), Vec<Others>>;

/// Those of every API of the app.
///
/// # Errors
///
/// Credentials that cannot be read.
pub fn others(app: &App) -> Result<AllOthers, Failure> {
    let mut all = AllOthers::new();
    for realm in app.realms() {
        for api in realm.apis() {
            let others = of_api(api)?;
            all.insert((realm.id().to_owned(), api.name().to_owned()), others);
        }
    }
    Ok(all)
}

/// Those of one API.
///
/// # Errors
///
/// Credentials that cannot be read.
pub fn of_api(api: &Api) -> Result<Vec<Others>, Failure> {
    if api.issuers().is_empty() {
        return Ok(Vec::new());
    }
    let http = Http::new().map_err(Failure::while_doing("cannot speak TLS"))?;
    let http: Arc<dyn Transport> = Arc::new(http);
    let each = api.issuers().iter();
    each.map(|issuer| {
        Ok(Others {
            source: source(issuer, Arc::clone(&http))?,
            settings: Arc::new(issuer.clone()),
        })
    })
    .collect()
}

fn source(issuer: &OtherIssuer, http: Arc<dyn Transport>) -> Result<Source, Failure> {
    Ok(match &issuer.check {
        Check::Keys(address) => {
            let keys = PublishedKeys::new(address.clone(), http);
            let audience = issuer.audience.clone().unwrap_or_default();
            let tokens = SignedTokens::new(keys, issuer.issuer.clone(), audience);
            Source::Signed(Box::new(tokens.of_any_type()))
        }
        Check::Introspection {
            address,
            credentials_file,
        } => {
            let credentials = credentials(credentials_file)?;
            Source::Asked(Introspection::new(address.clone(), credentials, http))
        }
    })
}

fn credentials(file: &Path) -> Result<Credentials, Failure> {
    let name = file.display();
    let text = input::read(file);
    let text = text.map_err(Failure::while_doing(format!(
        "cannot read the credentials file {name}"
    )))?;
    let pair = text.trim().split_once(':');
    let pair = pair.filter(|(id, secret)| !id.is_empty() && !secret.is_empty());
    let (id, secret) = pair.ok_or_else(|| {
        Failure::new(format!(
            "{name} does not hold client_id:secret, in one line"
        ))
    })?;
    Ok(Credentials::basic(id, secret))
}

//! Where it comes from what people may do, made ready to be asked.

use realm::outbound::{Outbound, Reachable};
use realm::rights::{Asked, AskedSettings, RightsSource, SigningKey};

use super::tls;
use crate::configuration::{AskedRights, Rights};
use crate::failure::Failure;
use crate::input;

/// What is configured, with the secret and authorities that it names; `source` is that of the people who
/// sign in.
///
/// # Errors
///
/// Either of them that cannot be read or used.
pub fn made(configured: &Rights, source: &str) -> Result<RightsSource, Failure> {
    match configured {
        Rights::Stored => Ok(RightsSource::Stored),
        Rights::Given(valid_for) => Ok(RightsSource::Given {
            valid_for: *valid_for,
        }),
        Rights::Asked(asked) => ready(asked, source).map(RightsSource::Asked),
    }
}

fn ready(configured: &AskedRights, source: &str) -> Result<Asked, Failure> {
    let name = configured.secret_file.display();
    let secret = input::read(&configured.secret_file);
    let secret = secret.map_err(Failure::while_doing(format!(
        "cannot read the secret that signs questions about rights, {name}"
    )))?;
    let secret = secret.trim_end_matches(['\r', '\n']);
    let key = SigningKey::new(&configured.secret_name, secret.as_bytes());
    let key = key.map_err(Failure::while_doing(format!(
        "{name} and `secret_name` sign no questions about rights"
    )))?;
    let reachable = Reachable::with(configured.allow_addresses.clone());
    let roots = configured.ca_certificate.as_deref().map(tls::authorities);
    let outbound = Outbound::new(reachable, roots.transpose()?);
    let outbound = outbound.map_err(Failure::while_doing("cannot speak TLS"))?;
    let settings = AskedSettings {
        address: configured.address.clone(),
        key,
        source: configured.source.as_deref().unwrap_or(source).to_owned(),
        remembered_for: configured.remembered_for,
        within: configured.within,
    };
    Ok(Asked::new(settings, outbound))
}

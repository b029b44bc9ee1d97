use oauth::model::{Client, StoredSecret};
use realm::manage::{OtherSecrets, RevokeClientSecret};

use super::{Said, Server, client_shown};
use crate::arguments::clients::SecretCommand;
use crate::arguments::manage::Confirmed;
use crate::failure::Failure;

/// Runs one command on the secrets of an app.
pub async fn run(server: &Server, command: &SecretCommand) -> Result<Said, Failure> {
    match command {
        SecretCommand::Add { realm, client } => {
            let said = make(server, realm, client, OtherSecrets::Stay);
            Ok(said.await?.into())
        }
        SecretCommand::Replace {
            realm,
            client,
            compromised,
        } => {
            let others = match compromised {
                true => OtherSecrets::Compromised,
                false => OtherSecrets::Go,
            };
            Ok(make(server, realm, client, others).await?.into())
        }
        SecretCommand::Revoke {
            realm,
            client,
            secret,
            compromised,
            confirmed,
        } => {
            let command = RevokeClientSecret {
                client: client.clone(),
                secret: secret.to_lowercase(),
                version: confirmed.seen.version,
                compromised: *compromised,
            };
            revoke(server, realm, command, confirmed).await
        }
    }
}

async fn make(
    server: &Server,
    realm: &str,
    client: &str,
    others: OtherSecrets,
) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let made = desk.add_client_secret(server.operator(), client, others);
    let made = made.await?;
    let name = made.client.secrets.last().map(StoredSecret::name);
    let meanwhile = match others {
        OtherSecrets::Stay => "The others go on working.",
        OtherSecrets::Go => "The others work no more.",
        OtherSecrets::Compromised => "The others work no more, and every token it held has ended.",
    };
    Ok(format!(
        "{client} has a new secret, named {} from now on. {meanwhile} It is shown this once: {}",
        name.unwrap_or_default(),
        made.secret.expose()
    ))
}

async fn revoke(
    server: &Server,
    realm: &str,
    command: RevokeClientSecret,
    confirmed: &Confirmed,
) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let (client, secret) = desk.secret_to_revoke(&command).await?;
    if !confirmed.yes {
        return Ok(unconfirmed(&client, &secret, command.compromised));
    }
    let ended = match command.compromised {
        true => " Every token it held has ended.",
        false => "",
    };
    let left = desk.revoke_client_secret(server.operator(), command);
    let left = left.await?;
    Ok(Said::from(format!(
        "{} has lost the secret {}; {} left.{ended}",
        left.id,
        secret.name(),
        left.secrets.len()
    )))
}

fn unconfirmed(client: &Client, secret: &StoredSecret, compromised: bool) -> Said {
    let others = client.secrets.iter().filter(|other| *other != secret);
    let others: Vec<String> = others.map(client_shown::secret).collect();
    let stays = match others.as_slice() {
        [] => String::from("it has no other, and could not prove itself any more"),
        others => format!("what stays: {}", others.join("; ")),
    };
    let tokens = match compromised {
        true => ", and every token it holds would end",
        false => "",
    };
    Said::not_so(format!(
        "nothing done yet: {} (version {}) would lose the {}{tokens}; {stays}. Give --yes to do it",
        client.id,
        client.version,
        client_shown::secret(secret),
    ))
}

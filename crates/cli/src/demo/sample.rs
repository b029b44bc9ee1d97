//! `demo.toml`: who lives in the demo.

use std::collections::BTreeMap;

use oauth::model::{ClientType, GrantType, TokenFormat};
use serde::Deserialize;

use crate::failure::Failure;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    realms: Vec<SampleRealm>,
}

/// One realm.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleRealm {
    pub id: String,
    pub organisations: Vec<SampleOrganisation>,
    pub users: Vec<SampleUser>,
    pub clients: Vec<SampleClient>,
}

/// One organisation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleOrganisation {
    pub slug: String,
    pub name: String,
}

/// One person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleUser {
    pub username: String,
    pub name: String,
    pub password: String,
    pub memberships: Vec<SampleMembership>,
}

/// A person's place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleMembership {
    pub organisation: String,
    pub roles: Vec<String>,
}

/// One app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleClient {
    pub id: String,
    pub name: String,
    pub maker: String,
    #[serde(default)]
    pub verified: bool,
    #[serde(rename = "type")]
    pub client_type: ClientType,
    pub kind: String,
    pub grant_types: Vec<GrantType>,
    pub scope: String,
    #[serde(default)]
    pub optional: String,
    pub organisation: Option<String>,
    /// The form of its access tokens, if other than the catalog's.
    pub token_format: Option<TokenFormat>,
    #[serde(default)]
    pub approvals: Vec<SampleApproval>,
}

/// An approval that stands from the start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleApproval {
    pub elevation: String,
    pub reviewer: String,
    pub evidence: BTreeMap<String, String>,
}

/// The realms of the demo.
pub fn realms() -> Result<Vec<SampleRealm>, Failure> {
    let sample: Sample = toml::from_str(include_str!("demo.toml"))
        .map_err(Failure::while_doing("demo.toml inside the binary"))?;
    Ok(sample.realms)
}

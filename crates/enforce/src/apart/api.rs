use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::beside::Beside;

/// An API as its server has it configured, but for its catalog, which has an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedApi {
    /// The issuer (RFC 8414 section 2), which challenges name.
    pub issuer: String,
    /// The realm's name.
    pub realm: String,
    /// The API's name in the realm.
    pub api: String,
    /// Its resource identifier (RFC 8707), the `aud` of its tokens.
    pub url: String,
    /// What stands before the catalog's paths; empty where nothing does.
    #[serde(default)]
    pub base_path: String,
    /// The beginnings of those of the catalog's paths that it serves; empty for all of them.
    #[serde(default)]
    pub paths: Vec<String>,
    /// What goes on beside the decision.
    #[serde(default)]
    pub beside: Beside,
    /// Where pages explain problems.
    pub explanations: String,
    /// Where the API's metadata is (RFC 9728), as challenges name it.
    pub resource_metadata: String,
    /// That metadata.
    pub metadata: Value,
}

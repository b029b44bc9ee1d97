use serde::{Deserialize, Serialize};
use serde_json::Value;

use scope::OwnLimits;

use crate::beside::Beside;
use crate::gate::TakesKeys;

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
    /// How often it may be called, beside what the catalog says.
    #[serde(default)]
    pub limits: OwnLimits,
    /// How callers send API keys, where it takes any.
    #[serde(default)]
    pub keys: ServedKeys,
    /// Is it told who calls in one text that the server's keys sign? A gate that has no keys cannot.
    #[serde(default)]
    pub told_in_jwt: bool,
    /// Where tokens are introspected, on the server's host, if not below the issuer as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection: Option<String>,
    /// Where pages explain problems.
    pub explanations: String,
    /// Where the API's metadata is (RFC 9728), as challenges name it.
    pub resource_metadata: String,
    /// That metadata.
    pub metadata: Value,
}

/// How callers of an API send their keys ([`TakesKeys`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedKeys {
    /// In this header.
    #[serde(default)]
    pub header: Option<String>,
    /// As a bearer token.
    #[serde(default)]
    pub bearer: bool,
}

impl ServedKeys {
    /// The same as it is told.
    #[must_use]
    pub fn of(keys: &TakesKeys) -> Self {
        Self {
            header: keys.header.as_ref().map(ToString::to_string),
            bearer: keys.bearer,
        }
    }

    /// As a gate takes it; a header of no name is none.
    #[must_use]
    pub fn taken(&self) -> TakesKeys {
        TakesKeys {
            header: self.header.as_deref().and_then(|name| name.parse().ok()),
            bearer: self.bearer,
        }
    }
}

//! What a catalog defines: scopes, resources, actions, kinds of client, elevations, roles.

use serde::{Deserialize, Serialize};

use crate::{ScopeId, ScopeSet, Text};

/// One scope of the catalog.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScopeDefinition {
    /// The scope token.
    pub name: String,
    /// The resource it belongs to; its own name for a scope outside the pattern.
    pub resource: String,
    /// The action on the resource; `None` for a scope outside the pattern.
    pub action: Option<String>,
    /// A short title.
    pub title: Text,
    /// One or two sentences.
    pub description: Text,
    /// Is it given without being asked for?
    pub added: Added,
    /// The elevation it needs, a key of the catalog's elevations.
    pub elevation: Option<String>,
    /// Does money move by it, or does somebody owe another amount? A consent page names it first.
    pub money: bool,
    /// Does it delete, also where no such call is known? Where it is not said, the calls say it:
    /// [`Catalog::deletes`](crate::Catalog::deletes).
    pub deletes: bool,
    /// How much it opens, and why that is so.
    pub risk: Option<Risk>,
    /// What a permit through this scope passes on to the API.
    pub row_filter: Option<RowFilter>,
    /// Does it still work?
    pub status: ScopeStatus,
    /// What replaces it.
    pub successor: Option<String>,
    /// Every scope it brings, directly or through others, without itself; catalog order.
    pub implies: Vec<String>,
    /// A remark of the catalog's author.
    pub note: Option<String>,
    /// Where it comes from, a key of the catalog's sources.
    pub source: Option<String>,
    /// Was it concluded rather than documented?
    pub inferred: bool,
}

/// How much harm a scope could do in wrong hands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Risk {
    /// From 1, little, to 5, most.
    pub level: u8,
    /// One plain sentence.
    pub reason: Text,
}

/// The rule for defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Added {
    /// Only when asked for.
    Never,
    /// In the registration of each new client.
    NewClient,
    /// On every grant, never a choice.
    EveryGrant,
}

impl Added {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::NewClient => "new-client",
            Self::EveryGrant => "every-grant",
        }
    }
}

/// A limit on rows that the API itself applies. An API that cannot apply it must refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowFilter {
    /// Only records made through the same client.
    OwnRecords,
}

impl RowFilter {
    /// The name in catalog files and headers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnRecords => "own-records",
        }
    }
}

/// Does a scope still work?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeStatus {
    /// Works.
    Active,
    /// Works and is marked.
    Deprecated,
    /// Is withheld and opens nothing.
    Retired,
}

impl ScopeStatus {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
        }
    }
}

/// What scopes are about, in file order. A scope outside the pattern is a resource of its own.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Resource {
    /// The key in the file.
    pub name: String,
    /// Do its scopes follow the pattern? If not, it is a scope that stands alone.
    pub in_pattern: bool,
    /// Plain words, plural.
    pub title: Text,
    /// The group it belongs to, a key of the catalog's groups.
    pub group: Option<String>,
    /// Its scopes in file order.
    pub scopes: Vec<ScopeId>,
}

/// Resources that belong together on pages that list many.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ResourceGroup {
    /// The key in the file.
    pub name: String,
    /// A few words.
    pub title: Text,
}

/// What may be done with a resource.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// The key in the file, part of scope names.
    pub name: String,
    /// A verb, for a button.
    pub title: Text,
    /// Does it read or change?
    pub access: AccessKind,
    /// Actions it brings, as written in the file.
    pub implies: Vec<String>,
}

/// Reading or changing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessKind {
    /// Only looks.
    Read,
    /// Changes something.
    Write,
}

impl AccessKind {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The catalog's own kind of client.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ClientKind {
    /// The key in the file.
    pub name: String,
    /// A short title.
    pub title: Text,
    /// One sentence.
    pub description: Text,
    /// Grant types it may use (RFC 6749).
    pub grant_types: Vec<String>,
    /// What its `client_credentials` tokens are bound to.
    pub client_credentials: ClientCredentialsBinding,
}

/// What a `client_credentials` token is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientCredentialsBinding {
    /// No organisation.
    None,
    /// The client's own organisation.
    Organisation,
}

impl ClientCredentialsBinding {
    /// The name in catalog files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Organisation => "organisation",
        }
    }
}

/// A class of scopes that need approval.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Elevation {
    /// The key in the file.
    pub name: String,
    /// The mark on the consent page.
    pub title: Text,
    /// One sentence: what is special.
    pub description: Text,
    /// Kinds of client that can be approved.
    pub client_kinds: Vec<String>,
    /// Evidence that an approval must present.
    pub evidence: Vec<String>,
    /// May an API key hold scopes of this elevation? If not, only OAuth opens them.
    pub api_keys: bool,
}

/// A template for an organisation's roles.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RoleTemplate {
    /// The key in the file.
    pub name: String,
    /// A short title.
    pub title: Text,
    /// The rights it gives, expanded.
    pub rights: ScopeSet,
    /// The rights as written in the file: names, or names with one `*`.
    pub patterns: Vec<String>,
}

/// Free prose for the reference page.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GuideSection {
    /// The heading.
    pub title: Text,
    /// Markdown.
    pub text: Text,
}

/// Findings of `catalog lint` that the catalog's author means so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The rule's id.
    pub rule: String,
    /// What it is found at, each whole or with one `*` for any text.
    pub subjects: Vec<String>,
    /// Why it is meant so, one sentence.
    pub why: String,
}

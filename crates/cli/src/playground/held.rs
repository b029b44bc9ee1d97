//! The tokens an app holds, and what each scope of them is there for.

use std::collections::BTreeSet;

use scope::{Added, Catalog};
use serde_json::Value;

/// The tokens an app holds.
#[derive(Debug, Clone)]
pub struct Held {
    pub client: String,
    pub asked: String,
    pub scope: String,
    pub withheld: Vec<WithheldScope>,
    pub access_token: String,
    pub refresh_token: Option<String>,
}

/// What was asked for and is not in the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithheldScope {
    /// Its name.
    pub scope: String,
    /// The reason, by the name that a token response has for it.
    pub reason: String,
}

/// A scope of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldScope {
    /// Its name.
    pub name: String,
    /// Why it is there.
    pub because: Because,
}

/// Why a scope is in a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The app asked for it by name.
    Asked,
    /// What the app asked for brings it, or only so much of that was allowed.
    PartOf(String),
    /// The app asked for nothing, which means its defaults.
    Default,
    /// Every grant has it.
    EveryGrant,
    /// It was allowed before.
    Before,
}

impl Held {
    /// The tokens in a successful answer of the token endpoint.
    pub fn read(client: &str, asked: &str, answer: &Value) -> Option<Self> {
        let text = |name: &str| answer.get(name)?.as_str().map(str::to_owned);
        let entries = answer.get("scope_withheld").and_then(Value::as_array);
        let withheld = entries.into_iter().flatten().filter_map(|entry| {
            Some(WithheldScope {
                scope: entry.get("scope")?.as_str()?.to_owned(),
                reason: entry.get("reason")?.as_str()?.to_owned(),
            })
        });
        Some(Self {
            client: client.to_owned(),
            asked: asked.to_owned(),
            scope: text("scope").unwrap_or_default(),
            withheld: withheld.collect(),
            access_token: text("access_token")?,
            refresh_token: text("refresh_token"),
        })
    }

    /// The token's scopes, each with why it is there.
    pub fn scopes(&self, catalog: &Catalog) -> Vec<HeldScope> {
        let asked: BTreeSet<&str> = self.asked.split_whitespace().collect();
        let scopes = self.scope.split_whitespace();
        let held = scopes.map(|name| HeldScope {
            name: name.to_owned(),
            because: because(catalog, &asked, name),
        });
        held.collect()
    }
}

fn because(catalog: &Catalog, asked: &BTreeSet<&str>, name: &str) -> Because {
    if asked.contains(name) {
        return Because::Asked;
    }
    let id = catalog.find(name);
    let definition = id.and_then(|id| catalog.scope(id));
    if definition.is_some_and(|definition| definition.added == Added::EveryGrant) {
        return Because::EveryGrant;
    }
    if asked.is_empty() {
        return Because::Default;
    }
    let brings = |asked: &&&str| {
        let asked = catalog.find(asked);
        asked.is_some_and(|asked| id.is_some_and(|id| catalog.implied_by(asked).contains(id)))
    };
    asked.iter().find(brings).map_or(Because::Before, |asked| {
        Because::PartOf((*asked).to_owned())
    })
}

//! Security schemes: which of them speak of scopes.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::document::files::Unreadable;
use crate::document::node::{Map, Node};
use crate::document::reference::{Documents, Followed, Placed};
use crate::document::version::Version;
use crate::extension;

use super::finding::{Findings, Kind};
use super::twice;

/// What the names under a scheme are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Scopes: OAuth 2.0, OpenID Connect, and bearer tokens, under which some list them.
    Scopes,
    /// Roles, if anything: what is presented is no access token of ours.
    Roles,
    /// Nobody knows: OpenAPI has no such scheme.
    Unknown,
}

/// One scheme of a document.
#[derive(Debug)]
pub(crate) struct Scheme {
    pub(crate) names: Names,
    /// For people: "an API key".
    pub(crate) what: &'static str,
    /// What stands twice in it, or above it.
    twice: Vec<String>,
}

/// The schemes of a document, and every scope that they declare with its text.
#[derive(Debug, Default)]
pub(crate) struct Schemes {
    by_key: IndexMap<String, Scheme>,
    pub(crate) declared: IndexMap<String, String>,
}

impl Schemes {
    /// Is this something besides a token?
    pub(crate) fn is_other(&self, key: &str) -> bool {
        self.find(key).is_some_and(|own| own.names == Names::Roles)
    }

    /// What stands twice in a list of requirements, or where its schemes are declared.
    pub(super) fn twice(&self, security: Option<&Node>) -> Vec<String> {
        let mut all = BTreeSet::new();
        for alternative in security.and_then(|own| own.list()).unwrap_or_default() {
            all.extend(twice::among(alternative, |_| true));
            let schemes = alternative.map().into_iter().flat_map(Map::iter);
            let schemes = schemes.filter_map(|(key, _)| self.find(key));
            all.extend(schemes.flat_map(|own| own.twice.iter().cloned()));
        }
        all.into_iter().collect()
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Scheme> {
        // OpenAPI 3.2 may name a scheme by a URI.
        self.by_key
            .get(key)
            .or_else(|| self.by_key.get(key.rsplit_once('/')?.1))
    }
}

/// Reads the schemes of a document. Where an export left its own, the scopes of others are no longer
/// those of the catalog.
pub(crate) fn read(
    root: &Placed,
    version: &Version,
    documents: &mut Documents<'_>,
    findings: &mut Findings,
) -> Result<Schemes, Unreadable> {
    let mut schemes = Schemes::default();
    let only = extension::scheme(&root.node);
    let is_table = |key: &str| key == "securitySchemes";
    let components = root.node.member("components");
    let above = components.map_or_else(Vec::new, |own| twice::among(own, is_table));
    for table in tables(root, version) {
        let Followed::Found(table) = documents.follow(&table, "the list of security schemes")?
        else {
            continue;
        };
        for (key, node) in table.node.map().into_iter().flat_map(Map::iter) {
            let at = Placed {
                node: node.clone(),
                place: table.place.member(key),
            };
            match documents.follow(&at, &format!("the security scheme `{key}`"))? {
                Followed::Found(found) => {
                    let mut own = scheme(&found.node);
                    own.twice.extend(above.iter().cloned());
                    own.twice
                        .extend(twice::among(&table.node, |own| own == key));
                    schemes.by_key.insert(key.to_owned(), own);
                    if only.is_none_or(|only| only == key) {
                        declared(&found, documents, &mut schemes.declared)?;
                    }
                }
                Followed::Nothing(why) => findings.add(Kind::BrokenScheme, key, why),
            }
        }
    }
    Ok(schemes)
}

/// Where schemes are declared; files that were converted by halves have both.
fn tables(root: &Placed, version: &Version) -> Vec<Placed> {
    let member = |at: &Placed, key: &str| {
        Some(Placed {
            node: at.node.member(key)?.clone(),
            place: at.place.member(key),
        })
    };
    let old = member(root, "securityDefinitions");
    let new = member(root, "components").and_then(|at| member(&at, "securitySchemes"));
    match version {
        Version::Swagger2 => old.into_iter().chain(new).collect(),
        Version::OpenApi3(_) => new.into_iter().chain(old).collect(),
    }
}

fn scheme(node: &Node) -> Scheme {
    let word = |key| node.text_of(key).unwrap_or_default().to_ascii_lowercase();
    let (names, what) = match word("type").as_str() {
        "oauth2" => (Names::Scopes, "OAuth 2.0"),
        "openidconnect" => (Names::Scopes, "OpenID Connect"),
        "http" => match word("scheme").as_str() {
            "bearer" => (Names::Scopes, "a bearer token"),
            "basic" => (Names::Roles, "a user name and password"),
            _ => (Names::Roles, "another HTTP scheme"),
        },
        "basic" => (Names::Roles, "a user name and password"),
        "apikey" => (Names::Roles, "an API key"),
        "mutualtls" => (Names::Roles, "a client certificate"),
        _ => (Names::Unknown, "a scheme of an unknown type"),
    };
    let is_kind = |key: &str| matches!(key, "type" | "scheme");
    Scheme {
        names,
        what,
        twice: twice::among(node, is_kind),
    }
}

/// The scopes of every flow, the first text of each.
fn declared(
    scheme: &Placed,
    documents: &mut Documents<'_>,
    declared: &mut IndexMap<String, String>,
) -> Result<(), Unreadable> {
    let mut tables: Vec<Placed> = Vec::new();
    let flows = scheme.node.member("flows").and_then(|flows| flows.map());
    let flows = flows.into_iter().flat_map(Map::iter);
    let flows = flows.map(|(key, node)| (scheme.place.member("flows").member(key), node));
    let own = std::iter::once((scheme.place.clone(), &scheme.node));
    for (place, flow) in flows.chain(own) {
        tables.extend(flow.member("scopes").map(|scopes| Placed {
            node: scopes.clone(),
            place: place.member("scopes"),
        }));
    }
    for table in tables {
        let Followed::Found(table) = documents.follow(&table, "a list of scopes")? else {
            continue;
        };
        match &*table.node {
            Node::Map(map) => {
                let named = map.iter().filter(|(name, _)| !name.starts_with("x-"));
                for (name, text) in named {
                    let text = text.text().unwrap_or_default();
                    let known = declared.entry(name.to_owned()).or_default();
                    if known.is_empty() {
                        text.clone_into(known);
                    }
                }
            }
            Node::List(list) => {
                for name in list.iter().filter_map(|name| name.text()) {
                    declared.entry(name.to_owned()).or_default();
                }
            }
            Node::Scalar(_) => {}
        }
    }
    Ok(())
}

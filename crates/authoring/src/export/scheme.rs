//! The security scheme with the catalog's scopes.

use std::rc::Rc;

use scope::{Catalog, ScopeStatus};

use crate::document::edit::{Edit, Where};
use crate::document::node::{Map, Node};
use crate::document::version::Version;
use crate::extension;

use super::options::ExportOptions;

/// Where the scheme stands, and which others there are.
pub(super) struct Place<'n> {
    pub(super) key: String,
    /// Other OAuth 2.0 schemes: their servers are others.
    pub(super) others: Vec<String>,
    /// What is there by that key.
    own: Option<&'n Rc<Node>>,
    section: [&'static str; 2],
    schemes: Option<&'n Rc<Node>>,
}

/// Finds the place: that of the export before, the first scheme of OAuth 2.0, or a new one.
///
/// # Errors
/// The schemes stand in another file.
pub(super) fn place<'n>(root: &'n Node, version: &Version) -> Result<Place<'n>, String> {
    let section = match version {
        Version::Swagger2 => ["", "securityDefinitions"],
        Version::OpenApi3(_) => ["components", "securitySchemes"],
    };
    let mut at = Some(root);
    let mut schemes = None;
    for name in section.iter().filter(|name| !name.is_empty()) {
        schemes = at.and_then(|at| at.member(name));
        at = schemes.map(|own| &**own);
        if at.is_some_and(|own| own.map().is_none() || own.member("$ref").is_some()) {
            return Err(format!("its `{name}` are not in this file"));
        }
    }
    let map = schemes.and_then(|own| own.map());
    let is_oauth = |own: &Node| {
        let kind = own.text_of("type").unwrap_or_default();
        kind.eq_ignore_ascii_case("oauth2")
    };
    let all = map.into_iter().flat_map(Map::iter);
    let mut others: Vec<String> = all
        .filter(|(_, own)| is_oauth(own))
        .map(|(key, _)| key.to_owned())
        .collect();
    let before = extension::scheme(root);
    let before = before.and_then(|before| others.iter().position(|own| own == before));
    let key = match others.is_empty() {
        true => free(map),
        false => others.remove(before.unwrap_or(0)),
    };
    let own = map.and_then(|map| map.find(&key));
    Ok(Place {
        key,
        others,
        own,
        section,
        schemes,
    })
}

/// A name that no other scheme has.
fn free(map: Option<&Map>) -> String {
    let names =
        std::iter::once("oauth2".to_owned()).chain((2..).map(|own| format!("oauth2_{own}")));
    let is_free = |name: &String| map.is_none_or(|map| map.find(name).is_none());
    names.into_iter().find(is_free).unwrap_or_default()
}

impl Place<'_> {
    /// The change that sets the scheme; nothing where it is so already.
    pub(super) fn edit(&self, root: &Node, scheme: Node) -> Option<Edit> {
        let scheme = self.with_words(scheme);
        if self.own.is_some_and(|own| own.is_same(&scheme)) {
            return None;
        }
        let section = self.section.iter().filter(|name| !name.is_empty());
        let mut at: Vec<String> = Vec::new();
        let mut here = Some(root);
        let mut missing: Vec<String> = Vec::new();
        for name in section {
            here = here.and_then(|own| own.member(name)).map(|own| &**own);
            match here {
                Some(_) => at.push((*name).to_owned()),
                None => missing.push((*name).to_owned()),
            }
        }
        missing.push(self.key.clone());
        let first = missing.remove(0);
        let value = missing.iter().rev().fold(scheme, |own, name| {
            Node::Map(Map::default().with(name, own))
        });
        Some(Edit {
            at,
            key: first,
            value: Some(Rc::new(value)),
            place: Where::Before("paths"),
        })
    }

    /// The words for people that stand there already stay.
    fn with_words(&self, scheme: Node) -> Node {
        let own = self.own.and_then(|own| own.map());
        let words = own.into_iter().flat_map(Map::iter);
        let words = words.filter(|(key, _)| *key == "description" || key.starts_with("x-"));
        let words: Vec<(String, Rc<Node>)> = words
            .map(|(key, own)| (key.to_owned(), Rc::clone(own)))
            .collect();
        let Node::Map(mut map) = scheme else {
            return scheme;
        };
        for (key, own) in words {
            map.insert(key, own);
        }
        Node::Map(map)
    }

    /// Is there a scheme already?
    pub(super) fn is_there(&self) -> bool {
        self.own.is_some() && self.schemes.is_some()
    }
}

/// The scheme as OpenAPI 3 or Swagger 2.0 has it.
pub(super) fn scheme(catalog: &Catalog, version: &Version, options: &ExportOptions) -> Node {
    let text = |own: &str| Node::of_text(own);
    let scopes = || scopes(catalog, &options.language);
    let grants = |name: &str| {
        let mut kinds = catalog.client_kinds().iter();
        kinds.any(|kind| kind.grant_types.iter().any(|own| own == name))
    };
    let (authorization, token) = (&options.addresses.authorization, &options.addresses.token);
    let by_code = grants("authorization_code") || !grants("client_credentials");
    if *version == Version::Swagger2 {
        let mut map = Map::default().with("type", text("oauth2"));
        map = match by_code {
            true => map
                .with("flow", text("accessCode"))
                .with("authorizationUrl", text(authorization)),
            false => map.with("flow", text("application")),
        };
        let map = map.with("tokenUrl", text(token)).with("scopes", scopes());
        return Node::Map(map);
    }
    let mut flows = Map::default();
    if by_code {
        let mut flow = Map::default()
            .with("authorizationUrl", text(authorization))
            .with("tokenUrl", text(token));
        if grants("refresh_token") {
            flow = flow.with("refreshUrl", text(token));
        }
        flows = flows.with(
            "authorizationCode",
            Node::Map(flow.with("scopes", scopes())),
        );
    }
    if grants("client_credentials") {
        let flow = Map::default()
            .with("tokenUrl", text(token))
            .with("scopes", scopes());
        flows = flows.with("clientCredentials", Node::Map(flow));
    }
    let mut map = Map::default()
        .with("type", text("oauth2"))
        .with("flows", Node::Map(flows));
    // OpenAPI 3.2 section "Security Scheme Object".
    if matches!(version, Version::OpenApi3(own) if own.starts_with("3.2")) {
        map = map.with("oauth2MetadataUrl", text(&options.addresses.metadata));
    }
    Node::Map(map)
}

/// What can be asked for, in the catalog's order.
fn scopes(catalog: &Catalog, language: &str) -> Node {
    let usable = catalog
        .scopes()
        .iter()
        .filter(|own| own.status != ScopeStatus::Retired);
    let scopes = usable.fold(Map::default(), |map, own| {
        let words = own.description.get(language).trim();
        map.with(&own.name, Node::of_text(words))
    });
    Node::Map(scopes)
}

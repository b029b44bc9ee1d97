//! A description where there is none: every call of the catalog, and nothing it does not know.

use std::collections::HashSet;

use indexmap::IndexMap;
use scope::{Catalog, Endpoint, Method};

use crate::document::node::{Map, Node};

use super::options::ExportOptions;

/// OpenAPI 3.1, or 3.2 where a rule names the method `QUERY`.
pub(super) fn description(catalog: &Catalog, options: &ExportOptions) -> Node {
    let text = |own: &str| Node::of_text(own);
    let language = options.language.as_str();
    let has_query = catalog
        .endpoints()
        .iter()
        .any(|own| own.method == Method::Query);
    let info = Map::default()
        .with("title", text(catalog.title().get(language)))
        .with("description", text(catalog.summary().get(language).trim()))
        .with("version", text(catalog.version()));
    let base = base_path(catalog);
    let server = format!("{}{base}", options.addresses.api);
    let server = Node::Map(Map::default().with("url", text(&server)));
    let map = Map::default()
        .with("openapi", text(if has_query { "3.2.0" } else { "3.1.0" }))
        .with("info", Node::Map(info))
        .with("servers", Node::of_list([server]))
        .with("paths", paths(catalog, &base, language));
    Node::Map(map)
}

fn base_path(catalog: &Catalog) -> String {
    let file: toml_edit::DocumentMut = catalog.source().parse().unwrap_or_default();
    let own = file.get("base_path").and_then(|own| own.as_str());
    own.unwrap_or_default().to_owned()
}

fn paths(catalog: &Catalog, base: &str, language: &str) -> Node {
    let mut by_path: IndexMap<String, Vec<&Endpoint>> = IndexMap::new();
    for endpoint in catalog.endpoints() {
        let path = endpoint.path.strip_prefix(base).unwrap_or(&endpoint.path);
        by_path.entry(path.to_owned()).or_default().push(endpoint);
    }
    let mut ids = Ids::of(catalog);
    let mut paths = Map::default();
    for (path, endpoints) in &by_path {
        let mut item = Map::default();
        let parameters = parameters(path);
        if !parameters.is_empty() {
            item = item.with("parameters", Node::of_list(parameters));
        }
        for (method, endpoint) in methods(endpoints) {
            let operation = operation(catalog, endpoint, language, &mut ids);
            item = item.with(&method.as_str().to_ascii_lowercase(), operation);
        }
        paths = paths.with(&path.replace("...}", "}"), Node::Map(item));
    }
    Node::Map(paths)
}

/// The operations of a path: one for each rule, and for a rule for all methods those that people use.
fn methods<'c>(endpoints: &[&'c Endpoint]) -> Vec<(Method, &'c Endpoint)> {
    const USUAL: [Method; 5] = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
    ];
    let of = |method| endpoints.iter().copied().find(|own| own.method == method);
    let any = of(Method::Any);
    let each = Method::ALL.into_iter().filter(|own| *own != Method::Any);
    each.filter_map(|method| {
        let own = of(method).or_else(|| any.filter(|_| USUAL.contains(&method)));
        Some((method, own?))
    })
    .collect()
}

fn parameters(path: &str) -> Vec<Node> {
    let names = path
        .split('{')
        .skip(1)
        .filter_map(|own| own.split_once('}'));
    let mut seen = HashSet::new();
    let names = names
        .map(|(name, _)| name)
        .filter(|name| seen.insert(*name));
    let parameter = |name: &str| {
        let plain = name.strip_suffix("...");
        let map = Map::default()
            .with("name", Node::of_text(plain.unwrap_or(name)))
            .with("in", Node::of_text("path"))
            .with("required", Node::plain("true"));
        let map = match plain {
            Some(_) => map.with("x-multi-segment", Node::plain("true")),
            None => map,
        };
        let schema = Map::default().with("type", Node::of_text("string"));
        Node::Map(map.with("schema", Node::Map(schema)))
    };
    names.map(parameter).collect()
}

/// Names of operations, which a description may have once each.
struct Ids<'c> {
    used: HashSet<&'c str>,
    twice: HashSet<&'c str>,
}

impl<'c> Ids<'c> {
    fn of(catalog: &'c Catalog) -> Self {
        let (mut seen, mut twice) = (HashSet::new(), HashSet::new());
        for own in catalog
            .endpoints()
            .iter()
            .filter_map(|own| own.operation.as_deref())
        {
            if !seen.insert(own) {
                twice.insert(own);
            }
        }
        let used = HashSet::new();
        Self { used, twice }
    }

    fn take(&mut self, endpoint: &'c Endpoint) -> Option<&'c str> {
        let own = endpoint.operation.as_deref()?;
        (!self.twice.contains(own) && self.used.insert(own)).then_some(own)
    }
}

fn operation<'c>(
    catalog: &'c Catalog,
    endpoint: &'c Endpoint,
    language: &str,
    ids: &mut Ids<'c>,
) -> Node {
    let mut map = Map::default();
    if let Some(title) = &endpoint.title {
        map = map.with("summary", Node::of_text(title.get(language)));
    }
    if let Some(id) = ids.take(endpoint) {
        map = map.with("operationId", Node::of_text(id));
    }
    let names = endpoint.requirement.scopes();
    let scope = names
        .first()
        .and_then(|name| catalog.scope(catalog.find(name)?));
    if let Some(resource) = scope.and_then(|own| catalog.resource(&own.resource)) {
        let tag = Node::of_text(resource.title.get(language));
        map = map.with("tags", Node::of_list([tag]));
    }
    let answer = Map::default().with("description", Node::of_text("The answer of the API."));
    let answers = Map::default().with("default", Node::Map(answer));
    Node::Map(map.with("responses", Node::Map(answers)))
}

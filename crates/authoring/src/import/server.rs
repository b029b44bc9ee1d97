//! Base paths: what the servers of a description put in front of its paths.

use std::collections::HashSet;

use crate::document::node::Node;

use super::text::short;

/// The most base paths that are made of one server's variables.
const MOST: usize = 8;

/// What the servers say.
#[derive(Debug, Default)]
pub(crate) struct Bases {
    /// The base paths of the first server, one for each value of a variable in them.
    pub(crate) first: Vec<String>,
    /// Those of further servers, where they are different.
    pub(crate) others: Vec<String>,
    /// What was not read as it stands, for people.
    pub(crate) odd: Vec<String>,
}

/// The base path of Swagger 2.0.
pub(crate) fn base_path(root: &Node) -> Bases {
    match root.member("basePath") {
        Some(path) => all([vec![path.text().unwrap_or_default().to_owned()]].into_iter()),
        None => none(),
    }
}

/// The base paths of a list of servers.
pub(crate) fn bases(servers: &Node) -> Bases {
    match servers.list() {
        Some([]) => none(),
        Some(servers) => all(servers.iter().map(|server| urls(server))),
        None => Bases {
            odd: vec![format!("`servers` is {}, not a list", servers.described())],
            ..none()
        },
    }
}

/// Without servers, paths are as they stand.
pub(crate) fn none() -> Bases {
    Bases {
        first: vec![String::new()],
        ..Bases::default()
    }
}

fn all(servers: impl Iterator<Item = Vec<String>>) -> Bases {
    let mut bases = Bases::default();
    for (place, urls) in servers.enumerate() {
        for url in urls {
            let (base, odd) = path_of(&url);
            let odd = odd.map(|odd| format!("`{}` {odd}", short(&url)));
            bases.odd.extend(odd);
            match (place, base) {
                (0, base) => bases.first.push(base.unwrap_or_default()),
                (_, base) => bases.others.extend(base),
            }
        }
    }
    let mut seen = HashSet::new();
    bases.first.retain(|base| seen.insert(base.clone()));
    bases.others.retain(|base| seen.insert(base.clone()));
    bases.others.sort_unstable();
    bases
}

/// The URLs of a server, one for each value of a variable in it.
fn urls(server: &Node) -> Vec<String> {
    let url = server.text_of("url").unwrap_or_default();
    let mut urls = vec![url.to_owned()];
    let variables = server.member("variables").and_then(|own| own.map());
    for (name, variable) in variables.into_iter().flat_map(|own| own.iter()) {
        let place = format!("{{{name}}}");
        let default = variable.text_of("default");
        let list = variable.member("enum").and_then(|list| list.list());
        let mut values: Vec<&str> = list
            .unwrap_or_default()
            .iter()
            .filter_map(|own| own.text())
            .collect();
        if values.is_empty() || values.len() * urls.len() > MOST {
            values = default.into_iter().collect();
        }
        // The default first: it is the one people know.
        values.sort_by_key(|value| Some(*value) != default);
        let is_there = urls.iter().any(|url| url.contains(&place));
        if is_there && !values.is_empty() {
            let filled = |url: &String| {
                values
                    .iter()
                    .map(|value| url.replace(&place, value))
                    .collect::<Vec<_>>()
            };
            urls = urls.iter().flat_map(filled).collect();
        }
    }
    urls
}

/// The path of a URL or of a reference to one, without a slash at its end, and what is odd about
/// it. What begins otherwise has none that could be known.
fn path_of(url: &str) -> (Option<String>, Option<&'static str>) {
    let url = url.trim();
    let end = url.find(['?', '#']);
    let (whole, odd) = match end.and_then(|end| url.get(..end)) {
        Some(whole) => (whole, Some("has a query or a fragment, which was left out")),
        None => (url, None),
    };
    let behind_host = ["https://", "http://", "//"].iter().find_map(|begins| {
        let (own, rest) = whole.split_at_checked(begins.len())?;
        own.eq_ignore_ascii_case(begins).then_some(rest)
    });
    let path = match behind_host {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
        None if whole.starts_with('/') => whole,
        None => {
            let odd = "begins neither with http(s):// nor with a slash, so it gave no base path";
            return (None, Some(odd));
        }
    };
    let path = path.trim_matches('/');
    let path = match path {
        "" => String::new(),
        path => format!("/{path}"),
    };
    (Some(path), odd)
}

//! Base paths: what the servers of a description put in front of its paths.

use crate::document::node::Node;

/// The most base paths that are made of one server's variables.
const MOST: usize = 8;

/// The base path of Swagger 2.0.
pub(crate) fn base_path(root: &Node) -> Vec<String> {
    vec![path_of(root.text_of("basePath").unwrap_or_default())]
}

/// The base paths of the first server that is written down, one for each value of a variable in
/// them; and those of the others where they are different.
pub(crate) fn bases(servers: &Node) -> (Vec<String>, Vec<String>) {
    let servers = servers.list().unwrap_or_default();
    let mut all = servers.iter().map(|server| of_server(server));
    let first = all.next().unwrap_or_else(|| vec![String::new()]);
    let mut others: Vec<String> = all.flatten().filter(|base| !first.contains(base)).collect();
    others.sort_unstable();
    others.dedup();
    (first, others)
}

fn of_server(server: &Node) -> Vec<String> {
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
    let mut bases: Vec<String> = Vec::new();
    for base in urls.iter().map(|url| path_of(url)) {
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    bases
}

/// The path of a URL or of a reference, without a slash at its end.
fn path_of(url: &str) -> String {
    let url = url.trim();
    let behind = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match url.strip_prefix("//") {
            Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
            None => url,
        },
    };
    let path = behind.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches("./").trim_matches('/');
    if path.is_empty() || path == "." {
        String::new()
    } else {
        format!("/{path}")
    }
}

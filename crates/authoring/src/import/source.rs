//! Scopes that a description has elsewhere than in `security`: in prose, or in an extension.

use regex::Regex;
use scope::ScopeToken;

use crate::document::node::{Map, Node};

use super::text;

/// Where scopes stand besides `security`.
#[derive(Debug, Clone)]
pub struct Source(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Description(Regex),
    Extension(String),
}

/// The names of a place in prose: one, or several with commas, "and" or "or" between them.
const NAMES: &str = r#"([^\s`'"<>,;()\[\]]+(?:[`'"*]*(?:\s*,\s*|\s+(?:and|or)\s+)(?:(?:and|or)\s+)?[`'"*]*[^\s`'"<>,;()\[\]]+)*)"#;
/// The longest description that is read, in characters.
const MOST_READ: usize = 65_536;

impl Source {
    /// Scopes in the descriptions of operations. The pattern is a text with `{scope}` where the
    /// name stands, or names with commas, "and" or "or" between them; without it, a regular
    /// expression whose first group, or whole match, has the names.
    ///
    /// # Errors
    /// The pattern is no regular expression.
    pub fn description(pattern: &str) -> Result<Self, String> {
        let expression = match pattern.split_once("{scope}") {
            Some((before, after)) => {
                let loose = |text: &str| {
                    let words: Vec<String> = text.split_whitespace().map(regex::escape).collect();
                    let begins = if text.starts_with(char::is_whitespace) {
                        r"\s*"
                    } else {
                        ""
                    };
                    let ends = if text.ends_with(char::is_whitespace) {
                        r"\s*"
                    } else {
                        ""
                    };
                    format!("{begins}{}{ends}", words.join(r"\s+"))
                };
                format!("(?i){}{NAMES}{}", loose(before), loose(after))
            }
            None => pattern.to_owned(),
        };
        let built = regex::RegexBuilder::new(&expression)
            .size_limit(1 << 20)
            .build();
        let wrong = |error| {
            format!(
                "the pattern cannot be read: {error}; write the text around the scope, with {{scope}} in its place"
            )
        };
        Ok(Self(Kind::Description(built.map_err(wrong)?)))
    }

    /// Scopes in an extension of operations: `x-scopes`, or `x-auth.scopes` for a member of it.
    pub fn extension(name: &str) -> Self {
        Self(Kind::Extension(name.to_owned()))
    }

    /// The alternatives that this source has for an operation; `None` where it has nothing.
    pub(crate) fn of(&self, operation: &Node) -> Option<Vec<Vec<String>>> {
        let lists = match &self.0 {
            Kind::Description(pattern) => in_prose(pattern, operation),
            Kind::Extension(name) => {
                let (node, rest) = extension(operation.map()?, name)?;
                in_node(node, rest)
            }
        };
        let mut proper: Vec<Vec<String>> = Vec::new();
        for mut list in lists {
            let mut seen = std::collections::HashSet::new();
            list.retain(|name| seen.insert(name.clone()));
            if !list.is_empty() && !proper.contains(&list) {
                proper.push(list);
            }
        }
        (!proper.is_empty()).then_some(proper)
    }
}

fn in_prose(pattern: &Regex, operation: &Node) -> Vec<Vec<String>> {
    for text in ["description", "summary"]
        .into_iter()
        .filter_map(|key| operation.text_of(key))
    {
        let end = text
            .char_indices()
            .nth(MOST_READ)
            .map_or(text.len(), |(at, _)| at);
        let read = text.get(..end).unwrap_or_default();
        let found = names_in(pattern, read);
        if !found.is_empty() {
            return found;
        }
        let found = names_in(pattern, &text::without_markup(read));
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The names of every place: all of them, or any where "or" stands between them.
fn names_in(pattern: &Regex, text: &str) -> Vec<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    let mut is_any = false;
    for found in pattern.captures_iter(text) {
        let Some(place) = found.get(1).or_else(|| found.get(0)) else {
            continue;
        };
        for word in place
            .as_str()
            .split(|own: char| own.is_whitespace() || "`'\"<>,;()[]*".contains(own))
        {
            let word = word.trim_end_matches(['.', ':']);
            match word {
                "or" => is_any = true,
                "" | "and" => {}
                word if ScopeToken::parse(word).is_ok() && !all.iter().any(|own| own == word) => {
                    all.push(word.to_owned());
                }
                _ => {}
            }
        }
    }
    match is_any {
        _ if all.is_empty() => Vec::new(),
        true => all.into_iter().map(|name| vec![name]).collect(),
        false => vec![all],
    }
}

/// The extension of this name, and what is left of the name as a way into it.
fn extension<'n, 'p>(operation: &'n Map, name: &'p str) -> Option<(&'n Node, &'p str)> {
    if let Some(node) = operation.find(name) {
        return Some((node, ""));
    }
    let ends = name.match_indices('.').map(|(at, _)| at);
    ends.rev().find_map(|at| {
        let node = operation.find(name.get(..at)?)?;
        Some((&**node, name.get(at + 1..)?))
    })
}

/// Alternatives in a value, or in a member of it: a text, a list, lists in a list, or an object
/// with an operator.
fn in_node(node: &Node, way: &str) -> Vec<Vec<String>> {
    if let (Node::Map(map), Some((key, rest))) = (node, step(way)) {
        let member = map.find(key);
        return member.map(|node| in_node(node, rest)).unwrap_or_default();
    }
    match node {
        Node::Scalar(_) => node.text().map(split).into_iter().collect(),
        Node::List(list) => {
            let parts = list.iter().flat_map(|own| in_node(own, way));
            if list.iter().any(|own| has_list(own, way)) {
                parts.collect()
            } else {
                vec![parts.flatten().collect()]
            }
        }
        Node::Map(map) => in_object(map),
    }
}

/// The first key of a way into a value, and the rest.
fn step(way: &str) -> Option<(&str, &str)> {
    let whole = (!way.is_empty()).then_some((way, ""));
    way.split_once('.').or(whole)
}

/// Are the names of an item in a list of its own? Then items are alternatives.
fn has_list(node: &Node, way: &str) -> bool {
    match (node, step(way)) {
        (Node::Map(map), Some((key, rest))) => map.find(key).is_some_and(|own| has_list(own, rest)),
        (Node::Map(map), None) => map.iter().any(|(_, own)| own.list().is_some()),
        (other, _) => other.list().is_some(),
    }
}

fn in_object(map: &Map) -> Vec<Vec<String>> {
    const OPERATORS: [&str; 6] = ["operator", "op", "logic", "mode", "match", "type"];
    const ANY: [&str; 6] = ["any", "or", "anyof", "oneof", "any_of", "one_of"];
    const ALL: [&str; 4] = ["all", "and", "allof", "all_of"];
    let is_any = |word: &str| ANY.contains(&word.to_ascii_lowercase().as_str());
    let operator = OPERATORS.iter().find_map(|key| map.find(key)?.text());
    let each =
        |lists: Vec<Vec<String>>| lists.into_iter().flatten().map(|name| vec![name]).collect();
    for (key, node) in map.iter() {
        if is_any(key) {
            return each(in_node(node, ""));
        }
        if ALL.contains(&key.to_ascii_lowercase().as_str()) {
            return in_node(node, "");
        }
    }
    let names = map.iter().find(|(_, node)| node.list().is_some());
    let names = names.or_else(|| map.iter().find(|(key, _)| key.contains("scope")));
    let lists = names.map(|(_, node)| in_node(node, "")).unwrap_or_default();
    match operator.is_some_and(is_any) {
        true => each(lists),
        false => lists,
    }
}

fn split(text: &str) -> Vec<String> {
    let names = text.split(|own: char| own.is_whitespace() || own == ',');
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

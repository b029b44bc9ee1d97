//! A catalog that a description carries, as a file: everything but the endpoints.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::document::node::{Map, Node};

use super::write::key;

/// No part of a catalog that is carried: what can be called is said by operations.
pub(super) const ENDPOINTS: &str = "endpoints";

/// The head of a file.
pub(super) struct Head<'n> {
    map: &'n Map,
    languages: HashSet<&'n str>,
    pattern: &'n str,
}

impl<'n> Head<'n> {
    pub(super) fn of(map: &'n Map) -> Self {
        let languages = map.find("languages").and_then(|own| own.list());
        let pattern = map.find("scope_pattern").and_then(|own| own.text());
        Self {
            map,
            languages: languages
                .unwrap_or_default()
                .iter()
                .filter_map(|own| own.text())
                .collect(),
            pattern: pattern.unwrap_or_default(),
        }
    }

    pub(super) fn base_path(&self) -> &'n str {
        let own = self.map.find("base_path").and_then(|own| own.text());
        own.unwrap_or_default()
    }

    /// Every scope it defines.
    pub(super) fn scopes(&self) -> HashSet<String> {
        let resources = self.section("resources");
        let made = resources.flat_map(|(resource, own)| self.names(resource, own));
        let alone = self.section("scopes").map(|(name, _)| name.to_owned());
        made.chain(alone).collect()
    }

    fn section(&self, name: &str) -> impl Iterator<Item = (&'n str, &'n Node)> + use<'n> {
        let own = self.map.find(name).and_then(|own| own.map());
        own.into_iter()
            .flat_map(|own| own.iter().map(|(key, node)| (key, &**node)))
    }

    /// The scopes of a resource.
    fn names(&self, resource: &str, own: &Node) -> Vec<String> {
        let actions = own.map().into_iter().flat_map(Map::iter);
        let actions = actions.filter(|(key, own)| *key != "title" && own.map().is_some());
        let name = |(action, own): (&str, &Rc<Node>)| {
            if let Some(name) = own.text_of("name") {
                return name.to_owned();
            }
            let own = self.pattern.replace("{resource}", resource);
            own.replace("{action}", action)
        };
        actions.map(name).collect()
    }

    /// The file; scopes and resources in the order of these names.
    pub(super) fn file(&self, order: &[String]) -> String {
        let mut text = String::from(
            "# Made by `scopegate catalog import` of what an export left in a description.\n\
             # Comments of the catalog are no part of that.\n\n",
        );
        let sections = |own: &Node| own.map().is_some() || is_tables(own);
        let members = || self.map.iter().filter(|(name, _)| *name != ENDPOINTS);
        for (name, own) in members() {
            if !sections(own) || self.is_text(own) {
                text += &format!("{} = {}\n", key(name), self.value(own));
            }
        }
        for (name, own) in members() {
            let is_scope = matches!(name, "resources" | "scopes");
            if sections(own) && !self.is_text(own) && !is_scope {
                self.section_of(name, own, &mut text);
            }
        }
        self.scope_tables(order, &mut text);
        text
    }

    /// Resources and scopes outside the pattern, as they stood among each other.
    fn scope_tables(&self, order: &[String], text: &mut String) {
        let places = order
            .iter()
            .enumerate()
            .map(|(at, name)| (name.as_str(), at));
        let places: HashMap<&str, usize> = places.collect();
        let place = |name: &str| places.get(name).copied().unwrap_or(usize::MAX);
        let mut tables: Vec<(usize, String)> = Vec::new();
        for (name, own) in self.section("resources") {
            let mut table = String::new();
            self.table(&format!("resources.{}", key(name)), own, 2, &mut table);
            let names = self.names(name, own);
            let first = names.iter().map(|name| place(name)).min();
            tables.push((first.unwrap_or(usize::MAX), table));
        }
        for (name, own) in self.section("scopes") {
            let mut table = String::new();
            self.table(&format!("scopes.{}", key(name)), own, 1, &mut table);
            tables.push((place(name), table));
        }
        tables.sort_by_key(|(place, _)| *place);
        text.extend(tables.into_iter().map(|(_, table)| table));
    }

    fn section_of(&self, name: &str, own: &Node, text: &mut String) {
        let Some(list) = own.list() else {
            return self.table(&key(name), own, 2, text);
        };
        for one in list {
            *text += &format!("\n[[{}]]\n", key(name));
            for (name, own) in one.map().into_iter().flat_map(Map::iter) {
                *text += &format!("{} = {}\n", key(name), self.value(own));
            }
        }
    }

    /// A table, with tables of its own so deep.
    fn table(&self, path: &str, own: &Node, deep: usize, text: &mut String) {
        let members = || own.map().into_iter().flat_map(Map::iter);
        let is_table = |own: &Node| {
            deep > 1 && own.map().is_some_and(|own| !own.is_empty()) && !self.is_text(own)
        };
        let mut values = members().filter(|(_, own)| !is_table(own)).peekable();
        if values.peek().is_some() || members().next().is_none() {
            *text += &format!("\n[{path}]\n");
        }
        for (name, own) in values {
            *text += &format!("{} = {}\n", key(name), self.value(own));
        }
        for (name, own) in members().filter(|(_, own)| is_table(own)) {
            self.table(&format!("{path}.{}", key(name)), own, deep - 1, text);
        }
    }

    /// Words by language stand on one line.
    fn is_text(&self, own: &Node) -> bool {
        let mut words = own.map().into_iter().flat_map(Map::iter).peekable();
        words.peek().is_some()
            && words.all(|(name, own)| self.languages.contains(name) && own.string().is_some())
    }

    fn value(&self, own: &Node) -> String {
        match own {
            Node::Scalar(scalar) if own.string().is_some() => {
                toml_edit::Value::from(scalar.text.as_str()).to_string()
            }
            Node::Scalar(scalar) => scalar.text.clone(),
            Node::List(list) if is_tables(own) => {
                let lines = list.iter().map(|own| format!("  {},\n", self.value(own)));
                format!("[\n{}]", lines.collect::<String>())
            }
            Node::List(list) => {
                let list: Vec<String> = list.iter().map(|own| self.value(own)).collect();
                format!("[{}]", list.join(", "))
            }
            Node::Map(map) => inline(map, |own| self.value(own)),
        }
    }
}

/// An object on one line.
pub(super) fn inline(map: &Map, value: impl Fn(&Node) -> String) -> String {
    let members = map.iter();
    let members: Vec<String> = members
        .map(|(name, own)| format!("{} = {}", key(name), value(own)))
        .collect();
    match members.is_empty() {
        true => "{}".to_owned(),
        false => format!("{{ {} }}", members.join(", ")),
    }
}

fn is_tables(own: &Node) -> bool {
    let list = own.list().unwrap_or_default();
    !list.is_empty() && list.iter().all(|own| own.map().is_some())
}

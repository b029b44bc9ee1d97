//! A requirement as a catalog file has it, as a plain value.

use scope::Requirement;

use crate::document::node::{Map, Node};

/// How deep requirements may stand in one another.
const DEEPEST: usize = 32;

/// Writes a requirement.
pub(crate) fn write(requirement: &Requirement) -> Node {
    let of = |key: &str, value| Map::default().with(key, value);
    let list = |parts: &[Requirement]| Node::of_list(parts.iter().map(write));
    let true_ = || Node::plain("true");
    let map = match requirement {
        Requirement::Scope(name) => return Node::of_text(name),
        Requirement::All(parts) => of("all", list(parts)),
        Requirement::Any(parts) => of("any", list(parts)),
        Requirement::AnyToken => of("any_token", true_()),
        Requirement::Public => of("public", true_()),
        Requirement::BySubject { person, client } => {
            let mut map = Map::default();
            for (key, part) in [("person", person), ("client", client)] {
                if let Some(part) = part {
                    map = map.with(key, write(part));
                }
            }
            map
        }
        Requirement::ByPath { parameter, is } => {
            of("by_path", Node::of_text(parameter)).with("is", cases(is))
        }
        Requirement::ByQuery {
            parameter,
            filters,
            is,
            otherwise,
        } => {
            let mut map = of("by_query", Node::of_text(parameter));
            if *filters {
                map = map.with("filters", true_());
            }
            others(map.with("is", cases(is)), otherwise.as_deref())
        }
        Requirement::ByBody {
            pointer,
            batch,
            without,
            is,
            otherwise,
        } => {
            let mut map = of("by_body", Node::of_text(pointer));
            if *batch {
                map = map.with("batch", true_());
            }
            if !without.is_empty() {
                let names = without.iter().map(Node::of_text);
                map = map.with("without", Node::of_list(names));
            }
            others(map.with("is", cases(is)), otherwise.as_deref())
        }
    };
    Node::Map(map)
}

fn cases(is: &[(String, Requirement)]) -> Node {
    let cases = is.iter().fold(Map::default(), |map, (value, part)| {
        map.with(value, write(part))
    });
    Node::Map(cases)
}

fn others(map: Map, otherwise: Option<&Requirement>) -> Map {
    match otherwise {
        Some(part) => map.with("otherwise", write(part)),
        None => map,
    }
}

/// Reads a requirement; nothing where it is none.
pub(crate) fn read(node: &Node) -> Option<Requirement> {
    part(node, DEEPEST)
}

fn part(node: &Node, left: usize) -> Option<Requirement> {
    let left = left.checked_sub(1)?;
    let Some(map) = node.map() else {
        return Some(Requirement::Scope(node.string()?.to_owned()));
    };
    let known = Known { map, left };
    if !map.twice.is_empty() {
        return None;
    }
    if map.find("all").is_some() {
        known.only(&["all"])?;
        return Some(Requirement::All(known.parts("all")?));
    }
    if map.find("any").is_some() {
        known.only(&["any"])?;
        return Some(Requirement::Any(known.parts("any")?));
    }
    if map.find("any_token").is_some() {
        known.only(&["any_token"])?;
        return known.flag("any_token")?.then_some(Requirement::AnyToken);
    }
    if map.find("public").is_some() {
        known.only(&["public"])?;
        return known.flag("public")?.then_some(Requirement::Public);
    }
    if map.find("by_path").is_some() {
        known.only(&["by_path", "is"])?;
        return Some(Requirement::ByPath {
            parameter: known.text("by_path")?,
            is: known.cases()?,
        });
    }
    if map.find("by_query").is_some() {
        known.only(&["by_query", "filters", "is", "otherwise"])?;
        return Some(Requirement::ByQuery {
            parameter: known.text("by_query")?,
            filters: known.flag("filters")?,
            is: known.cases()?,
            otherwise: known.one("otherwise")?,
        });
    }
    if map.find("by_body").is_some() {
        known.only(&["by_body", "batch", "without", "is", "otherwise"])?;
        return Some(Requirement::ByBody {
            pointer: known.text("by_body")?,
            batch: known.flag("batch")?,
            without: known.texts("without")?,
            is: known.cases()?,
            otherwise: known.one("otherwise")?,
        });
    }
    known.only(&["person", "client"])?;
    let (person, client) = (known.one("person")?, known.one("client")?);
    (person.is_some() || client.is_some()).then_some(Requirement::BySubject { person, client })
}

/// An object whose members are known by name.
struct Known<'n> {
    map: &'n Map,
    left: usize,
}

impl Known<'_> {
    /// Nothing where there are others.
    fn only(&self, keys: &[&str]) -> Option<()> {
        self.map
            .iter()
            .all(|(key, _)| keys.contains(&key))
            .then_some(())
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.map.find(key) {
            None => Some(false),
            Some(own) => match own.text()? {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        }
    }

    fn text(&self, key: &str) -> Option<String> {
        self.map.find(key)?.string().map(str::to_owned)
    }

    fn texts(&self, key: &str) -> Option<Vec<String>> {
        let Some(own) = self.map.find(key) else {
            return Some(Vec::new());
        };
        let list = own.list()?.iter();
        list.map(|own| own.string().map(str::to_owned)).collect()
    }

    /// A part that may be left out.
    fn one(&self, key: &str) -> Option<Option<Box<Requirement>>> {
        match self.map.find(key) {
            None => Some(None),
            Some(own) => Some(Some(Box::new(part(own, self.left)?))),
        }
    }

    fn parts(&self, key: &str) -> Option<Vec<Requirement>> {
        let list = self.map.find(key)?.list()?;
        let parts: Option<Vec<Requirement>> = list.iter().map(|own| part(own, self.left)).collect();
        parts.filter(|parts| !parts.is_empty())
    }

    fn cases(&self) -> Option<Vec<(String, Requirement)>> {
        let map = self.map.find("is")?.map()?;
        if !map.twice.is_empty() || map.is_empty() {
            return None;
        }
        let cases = map.iter();
        cases
            .map(|(value, own)| Some((value.to_owned(), part(own, self.left)?)))
            .collect()
    }
}

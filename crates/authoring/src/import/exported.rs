//! The catalog that an export left at the top of a description. It has what a description has no
//! words for, elevations and consent among it, so it is read as a whole, or nothing is written.

use std::path::Path;

use scope::Mistakes;

use crate::document::files::{Files, Unreadable};
use crate::document::node::{Map, Node};
use crate::document::{bytes, located};
use crate::extension::{FORMAT, NAME, key};

use super::carried::texts;
use super::draft::{self, Line, Parts};
use super::finding::{Findings, Kind};
use super::head::{ENDPOINTS, Head};
use super::misfit::{self, Misfit};
use super::text::short;
use super::update;
use super::walk::Description;

/// The members it can have.
const MEMBERS: [&str; 4] = [key::FORMAT, key::CATALOG, key::SCHEME, key::SCOPES];

/// What to do where it cannot be read.
const HELP: &str = "correct it, or export the catalog once more; or take the whole `x-scopegate` at the top away: elevations, consent, roles, tokens and everything else that it says are to be written anew then";

/// A catalog without its endpoints.
pub(super) struct Exported<'d> {
    file: &'d str,
    from: &'d dyn Files,
    catalog: &'d Map,
    /// Its scopes, which two tables of it cannot tell.
    order: Vec<String>,
}

/// What is wrong, and the keys that lead there.
struct Wrong {
    keys: Vec<String>,
    what: String,
}

impl Wrong {
    fn at(keys: &[&str], what: impl Into<String>) -> Self {
        Self {
            keys: keys.iter().map(|own| (*own).to_owned()).collect(),
            what: what.into(),
        }
    }
}

/// What the descriptions carry, if anything.
///
/// # Errors
/// One of them carries what cannot be read, or there are several.
pub(super) fn read<'d>(
    descriptions: &'d [Description],
    from: &'d dyn Files,
) -> Result<Option<Exported<'d>>, Unreadable> {
    for description in descriptions {
        let Some(own) = description.root.map().and_then(|root| root.find(NAME)) else {
            continue;
        };
        let file = &description.file;
        if descriptions.len() > 1 {
            let help = format!("import it alone; {HELP}");
            let what = "it carries a catalog, which cannot be that of several descriptions";
            return Err(refused(file, from, &Wrong::at(&[NAME], what), &help));
        }
        let root = description.root.map();
        let is_twice = root.is_some_and(|root| root.twice.iter().any(|own| own == NAME));
        let read = match is_twice {
            true => Err(Wrong::at(&[NAME], "it is given twice")),
            false => members(own),
        };
        let (catalog, order) = read.map_err(|wrong| refused(file, from, &wrong, HELP))?;
        return Ok(Some(Exported {
            file,
            from,
            catalog,
            order,
        }));
    }
    Ok(None)
}

/// Its catalog, and the order of the scopes.
fn members(own: &Node) -> Result<(&Map, Vec<String>), Wrong> {
    let Some(map) = own.map() else {
        let what = format!("it is {}, not an object", own.described());
        return Err(Wrong::at(&[NAME], what));
    };
    if let Some(keys) = given_twice(own) {
        let what = format!("`{}` is given twice", keys.join("."));
        let keys = std::iter::once(NAME.to_owned()).chain(keys).collect();
        return Err(Wrong { keys, what });
    }
    if let Some((name, _)) = map.iter().find(|(name, _)| !MEMBERS.contains(name)) {
        let what = format!("`{}` is no member that it could have", short(name));
        return Err(Wrong::at(&[NAME, name], what));
    }
    let known = format!("this program reads format {FORMAT}");
    match map.find(key::FORMAT) {
        None => {
            let what = format!("it has no `format`; {known}");
            return Err(Wrong::at(&[NAME], what));
        }
        Some(own) if own.text() != Some(FORMAT) => {
            let it = own.text().map(short);
            let it = it.map_or_else(|| own.described().to_owned(), |own| format!("`{own}`"));
            let what = format!("its `format` is {it}; {known}");
            return Err(Wrong::at(&[NAME, key::FORMAT], what));
        }
        Some(_) => {}
    }
    let wrong = |name: &str, own: &Node, wanted: &str| {
        let what = format!("its `{name}` is {}, not {wanted}", own.described());
        Wrong::at(&[NAME, name], what)
    };
    if let Some(own) = map.find(key::SCHEME)
        && own.string().is_none()
    {
        return Err(wrong(key::SCHEME, own, "a text"));
    }
    let order = match map.find(key::SCOPES) {
        None => Vec::new(),
        Some(own) => {
            let is_list = own.list().is_some();
            let order = texts(own).filter(|_| is_list);
            order.ok_or_else(|| wrong(key::SCOPES, own, "a list of texts"))?
        }
    };
    let Some(catalog) = map.find(key::CATALOG) else {
        return Err(Wrong::at(&[NAME], "it has no `catalog`"));
    };
    match catalog.map() {
        Some(catalog) => Ok((catalog, order)),
        None => Err(wrong(key::CATALOG, catalog, "an object")),
    }
}

/// The keys that lead to one that is there twice.
fn given_twice(node: &Node) -> Option<Vec<String>> {
    let below = |key: String, own: &Node| {
        let mut keys = given_twice(own)?;
        keys.insert(0, key);
        Some(keys)
    };
    match node {
        Node::Scalar(_) => None,
        Node::List(list) => {
            let mut list = list.iter().enumerate();
            list.find_map(|(place, own)| below(place.to_string(), own))
        }
        Node::Map(map) => match map.twice.first() {
            Some(key) => Some(vec![key.clone()]),
            None => map.iter().find_map(|(key, own)| below(key.to_owned(), own)),
        },
    }
}

/// Says it with its line, as far as that can be found.
fn refused(file: &str, from: &dyn Files, wrong: &Wrong, help: &str) -> Unreadable {
    let path = Path::new(file);
    let text = from.read(path).ok();
    let text = text.and_then(|own| bytes::text(&own).ok());
    let line = text.and_then(|own| located::line(&own, &wrong.keys));
    let line = line.map_or_else(String::new, |line| format!(" at line {line}"));
    let what = format!(
        "its `x-scopegate` at the top, which is a catalog that was exported, cannot be read, so nothing was written: {}{line}",
        wrong.what
    );
    Unreadable::new(path, what, help)
}

impl Exported<'_> {
    /// The catalog with the calls that the description has by now.
    pub(super) fn file(
        &self,
        parts: &Parts<'_>,
        findings: &mut Findings,
    ) -> Result<String, Misfit> {
        if self.catalog.find(ENDPOINTS).is_some() {
            findings.add(
                Kind::OddExtension,
                self.file,
                "its `endpoints`: operations say what there is to call",
            );
        }
        let head = Head::of(self.catalog);
        let base = head.base_path();
        let is_behind = |path: &str| {
            let rest = path.strip_prefix(base);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let mut paths = parts.rules.paths.values();
        if let Some(other) = paths.find(|own| !is_behind(&own.path)) {
            let what = format!(
                "its `base_path` is {base}, and {} does not begin so",
                short(&other.path)
            );
            let keys = [NAME, key::CATALOG, "base_path"];
            return Err(self.misfit(&Wrong::at(&keys, what)));
        }
        let known = head.scopes();
        let is_known = |line: &Line| {
            let names = line.requirement.scopes();
            names.into_iter().all(|name| known.contains(name))
        };
        let mut chapters = draft::chapters(parts, base);
        for table in chapters.iter_mut().flat_map(|own| &mut own.tables) {
            table.methods.retain(|(_, line)| is_known(line));
        }
        for chapter in &mut chapters {
            chapter.tables.retain(|table| !table.methods.is_empty());
        }
        chapters.retain(|chapter| !chapter.tables.is_empty());
        let beginning = head.file(&self.order);
        let text = match misfit::written(beginning.clone(), base, &chapters, parts) {
            Ok(text) => text,
            Err((mistakes, operations)) => {
                let wrong = mistake(&mistakes, &beginning);
                if operations.is_empty() {
                    return Err(self.misfit(&wrong));
                }
                let why = Unreadable::new(Path::new("the catalog"), wrong.what, "");
                return Err(Misfit {
                    operations,
                    ..Misfit::from(why)
                });
            }
        };
        if parts.scopes.keys().all(|name| known.contains(name)) {
            return Ok(text);
        }
        // Somebody added calls or scopes since: they are new to the catalog.
        let draft = draft::of(parts, findings);
        update::file("the catalog", &text, &draft, parts, findings)
    }

    fn misfit(&self, wrong: &Wrong) -> Misfit {
        Misfit {
            is_of_head: true,
            ..Misfit::from(refused(self.file, self.from, wrong, HELP))
        }
    }
}

/// The first mistake of a file, and the keys on whose line of it that stands.
fn mistake(mistakes: &Mistakes, beginning: &str) -> Wrong {
    let Some(first) = mistakes.mistakes().first() else {
        return Wrong::at(&[NAME, key::CATALOG], "it comes to no catalog");
    };
    let mut table: Vec<String> = Vec::new();
    let mut own: Option<String> = None;
    let parsed = |text: &str| {
        let keys = toml_edit::Key::parse(text).unwrap_or_default();
        keys.into_iter().map(|own| own.get().to_owned())
    };
    let mut times = 0_usize;
    for line in beginning.lines().take(first.line) {
        own = None;
        if let Some(name) = line
            .strip_prefix("[[")
            .and_then(|own| own.strip_suffix("]]"))
        {
            let next: Vec<String> = parsed(name).collect();
            times = match table.starts_with(&next) {
                true => times + 1,
                false => 0,
            };
            table = next;
            table.push(times.to_string());
        } else if let Some(name) = line.strip_prefix('[').and_then(|own| own.strip_suffix(']')) {
            table = parsed(name).collect();
        } else if let Some((name, _)) = line.split_once(" = ") {
            own = parsed(name).next();
        }
    }
    // On the line of a table the key that is named may be one above it.
    let is_named = |key: &String| first.what.contains(&format!("`{key}`"));
    if own.is_none()
        && let Some(place) = table.iter().position(is_named)
    {
        table.truncate(place + 1);
    }
    let keys = [NAME, key::CATALOG].map(str::to_owned).into_iter();
    Wrong {
        keys: keys.chain(table).chain(own).collect(),
        what: first.what.clone(),
    }
}

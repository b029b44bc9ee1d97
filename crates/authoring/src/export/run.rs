//! The walk of an export: match, write, tell.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use indexmap::IndexMap;
use scope::{Catalog, Requirement};

use crate::document::bytes::{self, Format};
use crate::document::edit::{Edit, Where, edit};
use crate::document::files::{Files, Unreadable};
use crate::document::located;
use crate::document::node::Node;
use crate::document::reference::Documents;
use crate::document::written;
use crate::extension::NAME;
use crate::extension::plain::{Plain, is_conditional};
use crate::import::finding::Findings;
use crate::import::text::short;
use crate::import::walk::{self, Description, Operation};

use super::carried;
use super::fresh;
use super::matched::{Matched, Rules};
use super::options::ExportOptions;
use super::report::ExportReport;
use super::{scheme, security};

/// What came of an export.
#[derive(Debug)]
#[non_exhaustive]
pub struct Exported {
    /// The description.
    pub description: String,
    /// What it says, and what it cannot say.
    pub report: ExportReport,
}

/// Writes a catalog into a description, or into a new one.
///
/// # Errors
/// The file is no description that can be read and written.
pub fn export(
    catalog: &Catalog,
    description: Option<&Path>,
    options: &ExportOptions,
    from: &dyn Files,
) -> Result<Exported, Unreadable> {
    let help = "name a file with an OpenAPI description, JSON or YAML";
    let (file, bytes) = match description {
        Some(file) => {
            let bytes = from.read(file).map_err(|error| {
                Unreadable::new(file, format!("it cannot be read: {error}"), help)
            })?;
            (file.to_owned(), bytes)
        }
        None => {
            let format = if options.as_json {
                Format::Json
            } else {
                Format::Yaml
            };
            let text = written::document(&fresh::description(catalog, options), format);
            (PathBuf::from("a new description"), text.into_bytes())
        }
    };
    let unreadable = |what: String| Unreadable::new(&file, what, help);
    let text = bytes::text(&bytes).map_err(unreadable)?;
    let given = Given {
        file: &file,
        bytes: &bytes,
        from,
    };
    let mut documents = Documents::new(&given);
    let (description, operations) = walk::read(&file, &mut documents, &mut Findings::default())?;
    let mut writing = Writing {
        options,
        rules: Rules::of(catalog),
        default_source: default_source(catalog),
        edits: Vec::new(),
        report: ExportReport::new(&description, catalog, options),
    };
    writing
        .all(catalog, &description, &operations, &file)
        .map_err(|what| {
            let help = "bundle the description into one file of plain objects";
            Unreadable::new(&file, what, help)
        })?;
    let Writing {
        edits, mut report, ..
    } = writing;
    let operations = operations.iter().filter(|own| *own.place.file == file);
    let places = operations.map(|own| keys_of(&own.place.pointer));
    let places = edits.iter().map(|own| own.at.clone()).chain(places);
    if let Some(wrong) = given_twice(&text, &description.root, places) {
        return Err(wrong.of(&file));
    }
    let edited = edit(&text, &edits).map_err(unreadable)?;
    report.is_rewritten = edited.is_rewritten;
    Ok(Exported {
        description: edited.text,
        report,
    })
}

/// A key on the way to what is written, that is there twice: with one of both changed, whoever reads
/// the other would let in whom the catalog does not.
struct Doubled {
    key: String,
    lines: Vec<usize>,
}

impl Doubled {
    fn of(&self, file: &Path) -> Unreadable {
        let lines: Vec<String> = self.lines.iter().map(usize::to_string).collect();
        let lines = match lines.is_empty() {
            true => String::new(),
            false => format!(" (lines {})", lines.join(" and ")),
        };
        let what = format!(
            "`{}` is given twice{lines}, and nobody knows which one counts, so nothing was written",
            short(&self.key)
        );
        Unreadable::new(file, what, "keep one of them, and export again")
    }
}

fn given_twice(
    text: &str,
    root: &Node,
    mut places: impl Iterator<Item = Vec<String>>,
) -> Option<Doubled> {
    let doubled = places.find_map(|keys| {
        let mut at = root;
        for (depth, key) in keys.iter().enumerate() {
            at = match at {
                Node::Map(map) if map.twice.contains(key) => {
                    return keys.get(..=depth).map(<[String]>::to_vec);
                }
                Node::Map(map) => map.find(key)?,
                Node::List(list) => list.get(key.parse::<usize>().ok()?)?,
                Node::Scalar(_) => return None,
            };
        }
        None
    })?;
    let lines = located::lines(text, &doubled);
    let key = doubled.last().cloned().unwrap_or_default();
    Some(Doubled { key, lines })
}

/// The keys of a JSON pointer (RFC 6901).
fn keys_of(pointer: &str) -> Vec<String> {
    let keys = pointer.split('/').skip(1);
    keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn default_source(catalog: &Catalog) -> Option<String> {
    let file: toml_edit::DocumentMut = catalog.source().parse().ok()?;
    let own = file.get("default_source").and_then(|own| own.as_str());
    own.map(str::to_owned)
}

/// The description, and the files beside it.
struct Given<'a> {
    file: &'a Path,
    bytes: &'a [u8],
    from: &'a dyn Files,
}

impl Files for Given<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        match path == self.file {
            true => Ok(self.bytes.to_owned()),
            false => self.from.read(path),
        }
    }
}

struct Writing<'a> {
    options: &'a ExportOptions,
    rules: Rules<'a>,
    default_source: Option<String>,
    edits: Vec<Edit>,
    report: ExportReport,
}

impl Writing<'_> {
    fn all(
        &mut self,
        catalog: &Catalog,
        description: &Description,
        operations: &[Operation],
        file: &Path,
    ) -> Result<(), String> {
        let root = &description.root;
        let place = scheme::place(root, &description.version)?;
        let scheme = scheme::scheme(catalog, &description.version, self.options);
        self.edits.extend(place.edit(root, scheme));
        // One object may be the operation of several paths.
        let mut by_place: IndexMap<&str, Vec<&Operation>> = IndexMap::new();
        for operation in operations {
            match *operation.place.file == file {
                true => by_place
                    .entry(&operation.place.pointer)
                    .or_default()
                    .push(operation),
                false => self.report.elsewhere.push(operation.name()),
            }
        }
        for (pointer, operations) in by_place {
            self.operation(&keys_of(pointer), &operations, &place.key);
        }
        let head = match self.options.is_plain {
            true => None,
            false => carried::catalog(catalog, &place.key),
        };
        self.set(&[], root, NAME, head, Where::Last);
        let missing = self.rules.missing();
        let missing = missing.map(|own| format!("{} {}", own.method, own.path));
        self.report.missing = missing.collect();
        self.report.operations = operations.len();
        self.report.was_scheme = place.is_there();
        self.report.scheme = place.key;
        self.report.other_schemes = place.others;
        Ok(())
    }

    /// The operation of one or several paths.
    fn operation(&mut self, keys: &[String], operations: &[&Operation], scheme: &str) {
        let mut found: Option<Matched<'_>> = None;
        let mut unknown = Vec::new();
        for operation in operations {
            match (self.rules.find(operation), &mut found) {
                (None, _) => unknown.push(operation.name()),
                (Some(own), None) => found = Some(own),
                (Some(own), Some(known)) => {
                    known.paths.clear();
                    if known.requirement != own.requirement {
                        known.differs = true;
                        let both = vec![known.requirement.clone(), own.requirement];
                        known.requirement = Requirement::All(both);
                    }
                }
            }
        }
        let Some(first) = operations.first() else {
            return;
        };
        let Some(matched) = found else {
            self.report.unknown.extend(unknown);
            let denied = (!self.options.is_plain).then(carried::denied);
            self.set(keys, &first.node, NAME, denied, Where::Before("responses"));
            return;
        };
        let name = first.name();
        if matched.differs || !unknown.is_empty() {
            self.report.shared.push(name.clone());
        }
        self.report.unknown.extend(unknown);
        self.report.written += operations.len();
        let plain = Plain::of(&matched.requirement);
        if is_conditional(&matched.requirement) {
            self.report.conditional.push(name);
        }
        let security = security::of(&plain, scheme, first);
        let place = Where::Before("responses");
        self.set(keys, &first.node, "security", Some(security), place);
        let rule = match self.options.is_plain {
            true => None,
            false => carried::rule(&matched, self.default_source.as_deref()),
        };
        self.set(keys, &first.node, NAME, rule, place);
    }

    /// Sets a member, or takes it away, unless it is so already.
    fn set(&mut self, at: &[String], object: &Node, key: &str, value: Option<Node>, place: Where) {
        let map = object.map();
        let is_twice = map.is_some_and(|map| map.twice.iter().any(|own| own == key));
        let known = map.and_then(|map| map.find(key));
        let is_so = match (known, &value) {
            (None, None) => true,
            (Some(known), Some(value)) => known.is_same(value),
            _ => false,
        };
        if !is_so || is_twice {
            self.edits.push(Edit {
                at: at.to_vec(),
                key: key.to_owned(),
                value: value.map(Rc::new),
                place,
            });
        }
    }
}

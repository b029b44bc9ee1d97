//! The catalog that is to be written, before it has a form.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use indexmap::IndexMap;
use scope::{AccessKind, Method, Requirement};

use super::carried::{Carried, Words};
use super::finding::{Findings, Kind};
use super::implication::{self, Evidence};
use super::naming::{self, Group, Naming};
use super::opened::Opened;
use super::propose::{Proposed, tags_tell};
use super::risk::{self, Risk};
use super::rule::Rules;
use super::text::{self, Texts};
use super::walk::{Description, Operation};
use crate::tenant::Tenant;
use scope::word::{self, Does};

/// Everything the file says, but for what every file says.
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Where the parts come from, by key.
    pub(crate) sources: Vec<(String, String)>,
    pub(crate) pattern: String,
    pub(crate) actions: Vec<Action>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) base_path: String,
    pub(crate) chapters: Vec<Chapter>,
    /// What most paths begin with, if that could name the organisation.
    pub(crate) tenant: Option<Tenant>,
}

/// An action of the pattern.
pub(crate) struct Action {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) access: AccessKind,
    /// Is it a word that is not known here, so that what it does is a guess?
    pub(crate) is_guessed: bool,
}

/// Scopes that belong together.
pub(crate) struct Resource {
    /// The key, where scopes of it are made by the pattern.
    pub(crate) key: Option<String>,
    pub(crate) title: String,
    pub(crate) scopes: Vec<Scope>,
}

/// One scope.
pub(crate) struct Scope {
    pub(crate) name: String,
    /// Its action, where the pattern makes it or explains it.
    pub(crate) action: Option<String>,
    /// Is it the bare form, which the pattern does not make?
    pub(crate) is_bare: bool,
    pub(crate) texts: Texts,
    /// Was it made up here?
    pub(crate) is_proposed: bool,
    /// Does an operation name it?
    pub(crate) is_used: bool,
    pub(crate) risk: Option<Risk>,
    /// What it seems to bring.
    pub(crate) implies: BTreeMap<Evidence, BTreeSet<String>>,
}

/// Endpoints under one heading.
pub(crate) struct Chapter {
    pub(crate) title: String,
    pub(crate) tables: Vec<Table>,
}

/// One `[[endpoints]]`.
pub(crate) struct Table {
    pub(crate) paths: Vec<String>,
    /// A key of the sources, where it is not the first one.
    pub(crate) source: Option<String>,
    pub(crate) methods: Vec<(Method, Line)>,
}

/// One method of a table.
#[derive(Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) requirement: Requirement,
    /// What the document calls it.
    pub(crate) summary: String,
    /// Was the scope proposed here, where other operations have the document's own?
    pub(crate) is_proposed: bool,
    /// What else the catalog said that it was exported from.
    pub(crate) words: Words,
}

/// What a draft is made of.
pub(crate) struct Parts<'a> {
    pub(crate) descriptions: &'a [Description],
    pub(crate) operations: &'a [Operation],
    pub(crate) rules: &'a Rules,
    /// Every scope, those in use first, with the document's text.
    pub(crate) scopes: &'a IndexMap<String, String>,
    pub(crate) used: usize,
    pub(crate) opened: &'a Opened<'a>,
    pub(crate) proposed: &'a Proposed,
    /// What an export left of each operation.
    pub(crate) carried: &'a [Carried],
}

/// Puts the catalog together.
pub(crate) fn of(parts: &Parts<'_>, findings: &mut Findings) -> Draft {
    let names: Vec<String> = parts.scopes.keys().cloned().collect();
    let naming = naming::of(&names);
    let first = parts.descriptions.first();
    let title = first.map_or_else(|| "API".to_owned(), Description::title);
    let summary = first
        .and_then(|own| own.info("description"))
        .map(|own| text::plain(own).0);
    let summary = summary.filter(|own| !own.is_empty());
    let base_path = base_path(parts.rules);
    Draft {
        id: id(&title),
        version: first
            .and_then(Description::own_version)
            .unwrap_or_else(|| "1".to_owned()),
        summary: summary.unwrap_or_else(|| format!("The calls of {title}.")),
        title,
        sources: parts
            .descriptions
            .iter()
            .enumerate()
            .map(|(place, own)| source(place, own))
            .collect(),
        pattern: naming.pattern.written(),
        actions: naming.actions.iter().map(|key| action(key)).collect(),
        resources: resources(&naming, parts, findings),
        chapters: chapters(parts, &base_path),
        tenant: Tenant::in_paths(parts.rules.paths.values().map(|own| own.path.as_str())),
        base_path,
    }
}

/// A short key of small letters from the title.
fn id(title: &str) -> String {
    const SAYS_NOTHING: [&str; 6] = ["api", "apis", "rest", "the", "openapi", "swagger"];
    let words = word::words(title);
    let words = words.iter().map(|word| {
        let plain = word.chars().filter(char::is_ascii_alphanumeric);
        plain.collect::<String>()
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let telling: Vec<String> = words
        .iter()
        .filter(|word| !SAYS_NOTHING.contains(&word.as_str()))
        .take(4)
        .cloned()
        .collect();
    let id = if telling.is_empty() {
        words.join("-")
    } else {
        telling.join("-")
    };
    let id = id.trim_start_matches(|own: char| !own.is_ascii_lowercase());
    if id.is_empty() {
        "my-api".to_owned()
    } else {
        id.to_owned()
    }
}

fn source(place: usize, description: &Description) -> (String, String) {
    let key = match place {
        0 => "openapi".to_owned(),
        _ => format!("openapi-{}", place + 1),
    };
    let file = std::path::Path::new(&description.file);
    let file = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let title = description.title();
    let version = description.own_version();
    let version = version.as_deref().unwrap_or("no version");
    let name = description.version.named();
    (
        key,
        format!("{} ({name}): {title} {version}", file.unwrap_or_default()),
    )
}

fn action(key: &str) -> Action {
    let verb = word::verb(key);
    let reads = verb.is_some_and(|verb| verb.does == Does::Reads);
    Action {
        key: key.to_owned(),
        title: text::of_action(key),
        access: if reads {
            AccessKind::Read
        } else {
            AccessKind::Write
        },
        is_guessed: verb.is_none(),
    }
}

fn resources(naming: &Naming, parts: &Parts<'_>, findings: &mut Findings) -> Vec<Resource> {
    let mut used = HashSet::new();
    used.extend(parts.scopes.keys().take(parts.used));
    let implied = implication::of(naming, parts.opened);
    let bare: HashSet<&str> = parts
        .scopes
        .keys()
        .filter_map(|name| word::bare(name))
        .collect();
    let mut scope = |name: &str, action: Option<&String>| {
        let own = parts
            .scopes
            .get(name)
            .map(String::as_str)
            .unwrap_or_default();
        let texts = text::of_scope(name, own, &naming.shared, bare.contains(name));
        let is_proposed = parts.proposed.names.contains(name);
        if texts.is_made && !is_proposed {
            findings.add(Kind::NoText, name, texts.title.clone());
        }
        if texts.is_cut {
            findings.add(Kind::LongText, name, "");
        }
        let risk = risk::of(name, &naming.shared, parts.opened);
        if let Some(risk) = risk.filter(|risk| risk.level >= 4) {
            findings.add(
                Kind::Risk,
                name,
                format!("{} of 5: {}", risk.level, risk.reason),
            );
        }
        let implies = implied.get(name).cloned().unwrap_or_default();
        for (evidence, names) in &implies {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = format!("{}, {}", names.join(", "), evidence.told());
            findings.add(Kind::Implied, name, what);
        }
        Scope {
            name: name.to_owned(),
            action: action.cloned(),
            is_bare: action.is_some()
                && naming
                    .pattern
                    .split(name)
                    .is_none_or(|(_, own)| Some(own) != action.map(String::as_str)),
            texts,
            is_proposed,
            is_used: used.contains(&name.to_owned()),
            risk,
            implies,
        }
    };
    let resource = |group: &Group| {
        let key = group.resource.as_deref();
        let made = group.made.iter().map(|(action, name)| (name, Some(action)));
        let alone = group.alone.iter().map(|name| (name, None));
        let scopes: Vec<Scope> = made
            .chain(alone)
            .map(|(name, action)| scope(name, action))
            .collect();
        let title = match (key, scopes.as_slice()) {
            (Some(key), _) => text::of_resource(key, &naming.shared),
            (None, [only]) => only.texts.title.clone(),
            (None, _) => {
                let first = group.alone.first().map(String::as_str).unwrap_or_default();
                text::of_resource(first, &naming.shared)
            }
        };
        Resource {
            key: group.resource.clone(),
            title,
            scopes,
        }
    };
    naming.groups.iter().map(resource).collect()
}

/// What all paths begin with, where it is the base of a server and nothing else.
fn base_path(rules: &Rules) -> String {
    let mut paths = rules.paths.values().map(|own| own.path.as_str());
    let Some(first) = paths.next() else {
        return String::new();
    };
    let mut base = rules.base.as_str();
    if !first.starts_with(base) || base.contains('{') {
        base = "";
    }
    let fits = |path: &str| {
        path.strip_prefix(base)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if std::iter::once(first).chain(paths).all(fits) {
        base.to_owned()
    } else {
        String::new()
    }
}

/// The endpoints by what they are about: the tag of the document, or the first text of the path.
pub(super) fn chapters(parts: &Parts<'_>, base: &str) -> Vec<Chapter> {
    let mut chapters: IndexMap<String, Vec<Table>> = IndexMap::new();
    let use_tags = tags_tell(parts.operations);
    for own in parts.rules.paths.values() {
        let path = own.path.strip_prefix(base).unwrap_or(&own.path).to_owned();
        let first = own.rules.values().find_map(|rule| rule.operations.first());
        let first = first.and_then(|place| parts.operations.get(*place));
        let tag = first
            .filter(|_| use_tags)
            .and_then(|own| own.tags().next())
            .map(|tag| word::capital(&text::plain(tag).0));
        let heading = tag
            .filter(|tag| !tag.is_empty())
            .unwrap_or_else(|| about(&path));
        let methods: Vec<(Method, Line)> = own
            .rules
            .iter()
            .map(|(method, rule)| {
                let operation = rule
                    .operations
                    .first()
                    .and_then(|place| parts.operations.get(*place));
                let places = &parts.proposed.among_others;
                let is_proposed = rule.operations.iter().any(|place| places.contains(place));
                let carried = rule.operations.first();
                let carried = carried.and_then(|place| parts.carried.get(*place));
                let words = carried.and_then(|own| Some(own.rule()?.words.clone()));
                let line = Line {
                    words: words.unwrap_or_default(),
                    requirement: rule.need.requirement(),
                    summary: operation.map(summary).unwrap_or_default(),
                    is_proposed,
                };
                (*method, line)
            })
            .collect();
        let source = first.and_then(|own| {
            let place = parts
                .descriptions
                .iter()
                .position(|one| one.file == own.description)?;
            (place > 0).then(|| format!("openapi-{}", place + 1))
        });
        let tables = chapters.entry(heading).or_default();
        match tables.last_mut().filter(|last| {
            last.source == source && last.methods == methods && is_beside(last, &path)
        }) {
            Some(last) => last.paths.push(path),
            None => tables.push(Table {
                paths: vec![path],
                source,
                methods,
            }),
        }
    }
    chapters
        .into_iter()
        .map(|(title, tables)| Chapter { title, tables })
        .collect()
}

/// Is a path another spelling of the same operations? Then it has the same templates.
fn is_beside(table: &Table, path: &str) -> bool {
    let templates = |path: &str| {
        let mut names: Vec<String> = path
            .split('{')
            .skip(1)
            .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
            .collect();
        names.sort_unstable();
        names
    };
    let has_words = table
        .methods
        .iter()
        .any(|(_, line)| !line.summary.is_empty());
    has_words
        && table
            .paths
            .first()
            .is_some_and(|first| templates(first) == templates(path))
}

fn about(path: &str) -> String {
    let texts = path
        .split('/')
        .filter(|own| !own.is_empty() && !own.contains('{') && !word::is_version(own));
    let text = texts.take(1).map(word::words).next();
    text.map(|words| word::sentence(&words))
        .unwrap_or_else(|| "Others".to_owned())
}

fn summary(operation: &Operation) -> String {
    let own = operation.node.text_of("summary").or_else(|| operation.id());
    let (plain, _) = text::plain(own.unwrap_or_default());
    super::text::short(&plain)
}

//! How the scopes of an API are named: the one pattern that explains most of them, and what
//! stands alone.

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexMap;

use super::text::is_standard;
use scope::word::{Does, is_version, said, verb};

/// What names are made of, with `{resource}` and `{action}` where a pattern has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    start: String,
    between: String,
    end: String,
    /// `read:contacts`.
    action_first: bool,
}

impl Pattern {
    /// The resource of a name without an action.
    fn bare<'n>(&self, name: &'n str) -> Option<&'n str> {
        let own = name.strip_prefix(&self.start)?;
        own.strip_suffix(self.end.as_str())
    }

    pub(crate) fn written(&self) -> String {
        let Self {
            start,
            between,
            end,
            action_first,
        } = self;
        let (first, second) = match action_first {
            true => ("{action}", "{resource}"),
            false => ("{resource}", "{action}"),
        };
        format!("{start}{first}{between}{second}{end}")
    }

    /// The resource and the action of a name.
    pub(crate) fn split<'n>(&self, name: &'n str) -> Option<(&'n str, &'n str)> {
        let middle = name
            .strip_prefix(&self.start)?
            .strip_suffix(self.end.as_str())?;
        let (resource, action) = match self.action_first {
            true => middle
                .split_once(&self.between)
                .map(|(action, rest)| (rest, action)),
            false => middle.rsplit_once(&self.between),
        }?;
        (!resource.is_empty() && !action.is_empty()).then_some((resource, action))
    }
}

/// Scopes that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// The resource's key, where scopes of the group are made by the pattern.
    pub(crate) resource: Option<String>,
    /// What the pattern makes of it: the action, and the name; and the bare form of one that reads,
    /// which is the wider one.
    pub(crate) made: Vec<(String, String)>,
    /// Names outside the pattern.
    pub(crate) alone: Vec<String>,
}

/// The names of an API in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Naming {
    pub(crate) pattern: Pattern,
    /// What all names begin with; says nothing.
    pub(crate) shared: String,
    pub(crate) groups: Vec<Group>,
    /// Every action of the pattern, in order of first use.
    pub(crate) actions: Vec<String>,
}

const SEPARATORS: [&str; 5] = [":", ".", "/", "_", "-"];
/// The most versions behind names that are tried.
const MOST_ENDS: usize = 8;
const SIGNS: [char; 5] = [':', '.', '/', '_', '-'];

/// Finds the pattern of these names.
pub(crate) fn of(names: &[String]) -> Naming {
    let shared = shared_beginning(names);
    let own = names.iter().filter(|name| !is_standard(name)).count();
    let best = candidates(names, &shared)
        .into_iter()
        .map(|pattern| (explains(&pattern, names), pattern))
        // The first of the best: the order of candidates is that of preference.
        .rev()
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count >= 2 && 2 * count >= own);
    let none = Pattern {
        start: String::new(),
        between: ":".to_owned(),
        end: String::new(),
        action_first: false,
    };
    let (pattern, made) = match best {
        Some((_, pattern)) => {
            let made = explained(&pattern, names);
            (pattern, made)
        }
        None => (none, BTreeMap::new()),
    };
    let bare = bare(&pattern, names, &made);
    let mut groups: IndexMap<String, Group> = IndexMap::new();
    let mut actions: Vec<String> = Vec::new();
    for name in names {
        let own = made.get(name.as_str()).or_else(|| bare.get(name.as_str()));
        if let Some((resource, action)) = own {
            let group = groups.entry((*resource).to_owned()).or_default();
            group.resource = Some((*resource).to_owned());
            group.made.push(((*action).to_owned(), name.clone()));
            if !actions.iter().any(|own| own == action) {
                actions.push((*action).to_owned());
            }
        } else {
            let key = home(name, &pattern, &shared);
            groups.entry(key).or_default().alone.push(name.clone());
        }
    }
    // What reads comes first, as people expect it.
    let changes = |action: &String| verb(action).is_none_or(|verb| verb.does == Does::Changes);
    actions.sort_by_key(changes);
    for group in groups.values_mut() {
        group.made.sort_by_key(|(action, _)| changes(action));
    }
    Naming {
        pattern,
        shared,
        groups: groups.into_values().collect(),
        actions,
    }
}

/// The group of a name outside the pattern: the resource it is the bare form of, or what it is
/// about.
fn home(name: &str, pattern: &Pattern, shared: &str) -> String {
    let bare = name
        .strip_prefix(&pattern.start)
        .filter(|rest| !rest.is_empty());
    let bare = bare.unwrap_or(name);
    let object = said(name, shared).object;
    if verb(bare).is_none() && !object.is_empty() && said(name, shared).verb.is_none() {
        return bare.to_owned();
    }
    match object.is_empty() {
        true => bare.to_owned(),
        false => object.join("-"),
    }
}

/// Patterns to try, the preferred first.
fn candidates(names: &[String], shared: &str) -> Vec<Pattern> {
    let mut ends = vec![String::new()];
    for name in names {
        if let Some((before, last)) = name.rsplit_once('.').filter(|_| ends.len() < MOST_ENDS) {
            let end = format!(".{last}");
            if !before.is_empty() && is_version(last) && !ends.contains(&end) {
                ends.push(end);
            }
        }
    }
    let starts = [String::new(), shared.to_owned()];
    let few = if shared.is_empty() { 1 } else { 2 };
    let mut candidates = Vec::new();
    for action_first in [false, true] {
        for start in starts.iter().take(few).rev() {
            for between in SEPARATORS {
                for end in &ends {
                    candidates.push(Pattern {
                        start: start.clone(),
                        between: between.to_owned(),
                        end: end.clone(),
                        action_first,
                    });
                }
            }
        }
    }
    candidates
}

/// How many names a pattern explains: those it makes, and their bare forms.
fn explains(pattern: &Pattern, names: &[String]) -> usize {
    let made = explained(pattern, names);
    let resources: HashSet<&str> = made.values().map(|(resource, _)| *resource).collect();
    let is_bare = |name: &&String| {
        let bare = pattern.bare(name);
        bare.is_some_and(|bare| resources.contains(bare)) && !made.contains_key(name.as_str())
    };
    if made.is_empty() {
        0
    } else {
        made.len() + names.iter().filter(is_bare).count()
    }
}

/// The names that a pattern makes: those whose action is a verb, or one of a few that many
/// resources share. In front, what many share is the API's own name, mostly, and no action.
fn explained<'n>(pattern: &Pattern, names: &'n [String]) -> BTreeMap<&'n str, (&'n str, &'n str)> {
    let split: Vec<(&str, &str, &str)> = names
        .iter()
        .filter_map(|name| {
            let (resource, action) = pattern.split(name)?;
            Some((name.as_str(), resource, action))
        })
        .collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, action) in &split {
        *uses.entry(action).or_default() += 1;
    }
    let all = split.len();
    let is_action = |action: &str| {
        let shared = uses.get(action).copied().unwrap_or_default();
        // A resource has a `title` of its own.
        let is_free = action != "title" && !is_version(action);
        let is_shared = !pattern.action_first && shared >= 3 && shared * 4 >= all;
        is_free && (verb(action).is_some() || is_shared)
    };
    split
        .into_iter()
        .filter(|(_, resource, action)| is_action(action) && verb(resource).is_none())
        .map(|(name, resource, action)| (name, (resource, action)))
        .collect()
}

/// What a bare form does beside one that reads.
const BARE: &str = "readwrite";

/// Bare forms of resources that have a scope for reading: `contacts` beside `contacts.read`. Where a
/// name of that action exists nobody knows what the bare one does.
fn bare<'n>(
    pattern: &Pattern,
    names: &'n [String],
    made: &BTreeMap<&'n str, (&'n str, &'n str)>,
) -> BTreeMap<&'n str, (&'n str, &'static str)> {
    let reads = |action: &str| verb(action).is_some_and(|verb| verb.does == Does::Reads);
    let readable = made.values().filter(|(_, action)| reads(action));
    let readable: HashSet<&str> = readable.map(|(resource, _)| *resource).collect();
    let is_taken = made.values().any(|(_, action)| *action == BARE);
    let names = names.iter().filter(|_| !is_taken);
    names
        .filter(|name| !made.contains_key(name.as_str()))
        .filter_map(|name| {
            let resource = pattern.bare(name)?;
            let is_known = readable.contains(resource);
            is_known.then_some((name.as_str(), (resource, BARE)))
        })
        .collect()
}

/// What nearly all names begin with, up to a separator; nothing where there are few of them.
fn shared_beginning(names: &[String]) -> String {
    // What everybody may have besides (OpenID Connect) is named without it.
    let own: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !is_standard(name))
        .collect();
    let mut by_first: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in &own {
        let first = name.split(SIGNS).next().unwrap_or_default();
        by_first.entry(first).or_default().push(name);
    }
    let most = by_first
        .into_values()
        .max_by_key(Vec::len)
        .unwrap_or_default();
    let [first, rest @ ..] = most.as_slice() else {
        return String::new();
    };
    if rest.len() < 2 || most.len() * 5 < own.len() * 4 {
        return String::new();
    }
    let same = |one: &str, other: &str| {
        let pairs = one.bytes().zip(other.bytes());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let length = rest
        .iter()
        .map(|name| same(first, name))
        .min()
        .unwrap_or_default();
    let end = first
        .get(..length)
        .and_then(|same| same.rfind(SIGNS))
        .map_or(0, |at| at + 1);
    let shared = first.get(..end).unwrap_or_default();
    // A verb says something.
    if verb(shared.trim_end_matches(SIGNS)).is_some() {
        return String::new();
    }
    shared.to_owned()
}

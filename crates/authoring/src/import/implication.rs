//! Which scopes seem to bring others: proposals, never switched on by an import.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::Naming;
use super::opened::Opened;
use scope::word::{Does, said, verb};

/// The most scopes that are proposed for one.
const MOST: usize = 24;
/// How many operations must say so.
const ENOUGH: usize = 2;

/// Why one scope seems to bring another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    /// It opens by itself every operation that the other opens.
    Operations,
    /// Reads list both, writes list the wider one alone.
    Lists,
    /// They are named like one that changes and one that reads.
    Name,
}

impl Evidence {
    /// For a report, behind what seems to be included.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Operations => "since it opens every operation that these open",
            Self::Lists => "since what reads lists both, what changes only the wider one",
            Self::Name => "going by the names only",
        }
    }

    /// For a comment in the file.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Operations => "it opens every operation that these open",
            Self::Lists => "reads list both, writes only the wider one",
            Self::Name => "by their names only",
        }
    }
}

/// What a scope seems to bring, by the strongest evidence for each.
pub(crate) type Proposals = BTreeMap<String, BTreeMap<Evidence, BTreeSet<String>>>;

/// Everything that seems so.
pub(crate) fn of(naming: &Naming, opened: &Opened<'_>) -> Proposals {
    let mut proposals = Proposals::new();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let mut add = |wide: &str, narrow: &str, evidence: Evidence| {
        if known.insert((wide.to_owned(), narrow.to_owned())) {
            let own = proposals.entry(wide.to_owned()).or_default();
            let list = own.entry(evidence).or_default();
            if list.len() < MOST {
                list.insert(narrow.to_owned());
            }
        }
    };
    for (wide, narrow) in by_operations(opened) {
        add(wide, narrow, Evidence::Operations);
    }
    for (wide, narrow) in by_lists(opened) {
        add(wide, narrow, Evidence::Lists);
    }
    for (wide, narrow) in by_name(naming) {
        add(wide, narrow, Evidence::Name);
    }
    proposals
}

fn by_operations<'a>(opened: &'a Opened<'_>) -> Vec<(&'a str, &'a str)> {
    let alone: Vec<(&str, &BTreeSet<usize>)> = opened
        .scopes()
        .map(|(name, uses)| (name, &uses.alone))
        .filter(|(_, alone)| alone.len() >= ENOUGH)
        .collect();
    // Who opens an operation: only those can open all that another one opens.
    let mut by_operation: BTreeMap<usize, Vec<(&str, &BTreeSet<usize>)>> = BTreeMap::new();
    for (name, own) in &alone {
        for place in *own {
            by_operation.entry(*place).or_default().push((name, own));
        }
    }
    let mut pairs = Vec::new();
    for (narrow, own) in &alone {
        let first = own.first().and_then(|place| by_operation.get(place));
        for (wide, others) in first.into_iter().flatten() {
            if others.len() > own.len() && own.is_subset(others) {
                pairs.push((*wide, *narrow));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Pairs of a wider and a narrower scope: some reads list both, and some writes list the wider
/// one without the narrower; never the other way round.
pub(crate) fn by_lists<'a>(opened: &'a Opened<'_>) -> Vec<(&'a str, &'a str)> {
    let mut together: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (name, uses) in opened.scopes() {
        for place in uses.listed.iter().filter(|place| opened.reads(**place)) {
            together.entry(*place).or_default().push(name);
        }
    }
    let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for names in together.values().filter(|names| names.len() <= MOST) {
        for wide in names {
            for narrow in names.iter().filter(|narrow| *narrow != wide) {
                *times.entry((wide, narrow)).or_default() += 1;
            }
        }
    }
    let writes = |one: &str, without: &str| {
        let (Some(own), Some(other)) = (opened.uses(one), opened.uses(without)) else {
            return false;
        };
        own.named
            .difference(&other.named)
            .any(|place| !opened.reads(*place))
    };
    let fits = |(wide, narrow): (&str, &str), count: usize| {
        count >= ENOUGH && writes(wide, narrow) && !writes(narrow, wide)
    };
    times
        .into_iter()
        .filter(|(pair, count)| fits(*pair, *count))
        .map(|(pair, _)| pair)
        .collect()
}

fn by_name(naming: &Naming) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    for group in &naming.groups {
        let made = group.made.iter().map(|(_, name)| name);
        let names: Vec<&str> = made.chain(&group.alone).map(String::as_str).collect();
        let verb = |name: &str| said(name, &naming.shared).verb;
        let (reads, others): (Vec<&str>, Vec<&str>) = names
            .iter()
            .partition(|name| verb(name).is_some_and(|verb| verb.does == Does::Reads));
        for wide in others {
            // The bare form of a scope for reading is the wider one.
            let is_bare = |narrow: &str| narrow.starts_with(wide) && narrow != wide;
            let fitting = reads
                .iter()
                .filter(|narrow| verb(wide).is_some() || is_bare(narrow));
            pairs.extend(fitting.map(|narrow| (wide, *narrow)));
        }
    }
    pairs.extend(by_verb(naming));
    pairs
}

/// `read` brings `read:contacts`, where the verb alone is a scope.
fn by_verb(naming: &Naming) -> Vec<(&str, &str)> {
    let alone = || {
        naming
            .groups
            .iter()
            .flat_map(|group| &group.alone)
            .map(String::as_str)
    };
    let verbs: Vec<&str> = alone().filter(|name| verb(name).is_some()).collect();
    let of_verb = |name: &str| {
        let (first, _) = name.split_once([':', '.', '/', '_', '-'])?;
        verbs.iter().find(|verb| **verb == first).copied()
    };
    let made = naming.groups.iter().flat_map(|group| &group.made);
    let made = made.map(|(_, name)| name.as_str());
    made.chain(alone())
        .filter_map(|name| Some((of_verb(name)?, name)))
        .collect()
}

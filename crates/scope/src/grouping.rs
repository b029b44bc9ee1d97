//! Resources that belong together on a page that lists many: by the catalog's word, else by how their
//! names begin.

use rustc_hash::FxHashMap;

use crate::definition::Resource;
use crate::{rows, word};

/// Resources that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// What they have in common.
    pub by: GroupedBy,
    /// Which part this is of how many, where they are more than a reader takes in at once; from 1.
    pub part: Option<(usize, usize)>,
    /// Their places in what was given, in that order; never none.
    pub members: Vec<usize>,
}

/// What resources have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupedBy {
    /// A group of the catalog, by its key.
    Group(String),
    /// The first words of their names, small and without a plural's "s".
    Words(Vec<String>),
    /// Nothing: those that are left.
    Rest,
}

/// At least so many fit into one group.
const ROOM: usize = 30;
/// Beyond so many groups, small ones that only their names make are none.
const MOST_GROUPS: usize = 20;
/// What is small then.
const SMALL: usize = 5;

/// Puts resources together, in the order of the first of each group, the rest at the end. What the
/// catalog says counts; the names of all others are compared word by word from the beginning, as far
/// as it takes for groups that a reader takes in at once.
pub fn together(resources: &[&Resource]) -> Vec<Together> {
    let room = ROOM.max(resources.len().div_ceil(MOST_GROUPS));
    let mut groups: Vec<Together> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let mut others = Vec::new();
    for (place, resource) in resources.iter().enumerate() {
        let Some(name) = resource.group.as_deref() else {
            others.push(place);
            continue;
        };
        let at = *places.entry(name).or_insert_with(|| {
            groups.push(Together::new(GroupedBy::Group(name.to_owned())));
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.members.push(place);
        }
    }
    let words: Vec<Vec<String>> = resources.iter().map(|one| words(one)).collect();
    let mut named = Naming {
        words: &words,
        room,
        groups,
        rest: Vec::new(),
    };
    named.split(others, 0);
    named.finish()
}

impl Together {
    fn new(by: GroupedBy) -> Self {
        Self {
            by,
            part: None,
            members: Vec::new(),
        }
    }
}

struct Naming<'a> {
    words: &'a [Vec<String>],
    room: usize,
    groups: Vec<Together>,
    rest: Vec<usize>,
}

impl Naming<'_> {
    /// Of resources whose names begin with the same words, this many.
    fn split(&mut self, members: Vec<usize>, depth: usize) {
        let mut kinds: Vec<Vec<usize>> = Vec::new();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut alone = Vec::new();
        for place in members {
            let word = self.words.get(place).and_then(|words| words.get(depth));
            let Some(word) = word.map(String::as_str) else {
                alone.push(place);
                continue;
            };
            let at = *places.entry(word).or_insert_with(|| {
                kinds.push(Vec::new());
                kinds.len() - 1
            });
            if let Some(kind) = kinds.get_mut(at) {
                kind.push(place);
            }
        }
        for kind in kinds {
            match kind.len() {
                1 => alone.extend(kind),
                many if many > self.room => self.split(kind, depth + 1),
                _ => self.put(kind, depth + 1),
            }
        }
        if depth == 0 {
            self.rest = alone;
        } else if !alone.is_empty() {
            alone.sort_unstable();
            self.put(alone, depth);
        }
    }

    fn put(&mut self, members: Vec<usize>, depth: usize) {
        let first = members.first().and_then(|first| self.words.get(*first));
        let common = first.map(|words| words.iter().take(depth).cloned().collect());
        self.groups.push(Together {
            members,
            ..Together::new(GroupedBy::Words(common.unwrap_or_default()))
        });
    }

    /// Small groups that only names make are none; those that share a first word stand under that.
    fn give_up_small(&mut self) {
        let is_kept = |group: &Together| {
            group.members.len() >= SMALL || matches!(group.by, GroupedBy::Group(_))
        };
        let (kept, small): (Vec<_>, Vec<_>) = std::mem::take(&mut self.groups)
            .into_iter()
            .partition(is_kept);
        self.groups = kept;
        let mut by_first: Vec<Together> = Vec::new();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        for group in small {
            let first = match group.by {
                GroupedBy::Words(words) if words.len() > 1 => words.into_iter().next(),
                _ => None,
            };
            let Some(first) = first else {
                self.rest.extend(group.members);
                continue;
            };
            let at = *places.entry(first.clone()).or_insert_with(|| {
                by_first.push(Together::new(GroupedBy::Words(vec![first])));
                by_first.len() - 1
            });
            if let Some(all) = by_first.get_mut(at) {
                all.members.extend(group.members);
            }
        }
        for mut group in by_first {
            group.members.sort_unstable();
            if is_kept(&group) {
                self.groups.push(group);
            } else {
                self.rest.extend(group.members);
            }
        }
    }

    fn finish(mut self) -> Vec<Together> {
        if self.groups.len() > MOST_GROUPS {
            self.give_up_small();
        }
        self.groups
            .sort_by_key(|group| group.members.first().copied());
        if !self.rest.is_empty() {
            self.rest.sort_unstable();
            self.groups.push(Together {
                members: self.rest,
                ..Together::new(GroupedBy::Rest)
            });
        }
        let room = self.room;
        let parts = self.groups.into_iter().flat_map(|group| cut(group, room));
        parts.collect()
    }
}

/// In parts of about the same size, none with more than there is room for.
fn cut(group: Together, room: usize) -> Vec<Together> {
    let (all, count) = (group.members.len(), group.members.len().div_ceil(room));
    if count < 2 {
        return vec![group];
    }
    let parts = group.members.chunks(all.div_ceil(count));
    let count = parts.len();
    parts
        .enumerate()
        .map(|(nth, members)| Together {
            by: group.by.clone(),
            part: Some((nth + 1, count)),
            members: members.to_vec(),
        })
        .collect()
}

/// The words of a name, small and without a plural's "s"; of a scope that stands alone without what
/// is done, which says nothing of where it belongs.
fn words(resource: &Resource) -> Vec<String> {
    let mut words = if resource.in_pattern {
        word::words(&resource.name)
    } else {
        rows::about(&resource.name)
    };
    for word in &mut words {
        let is_plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
        if is_plural {
            word.pop();
        }
    }
    words
}

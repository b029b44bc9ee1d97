//! What a person decides about in one row: the scopes of a resource, and scopes that stand alone and
//! whose names say that they are about one thing, as `contacts.read` does beside `contacts.write`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ScopeId;
use crate::definition::{Resource, ScopeDefinition};
use crate::text::Text;
use crate::word::{self, Verb};

/// The rows of a catalog, and the row of each scope.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    pub(crate) list: Vec<Resource>,
    /// Indices of rows, by scope.
    pub(crate) of_scope: Vec<usize>,
}

/// Scopes that other standards define, whatever others are called.
const STANDARD: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];
/// Words that say that something is read, and never what it is: a list is a thing, too.
const READS: [&str; 7] = [
    "read", "readonly", "view", "show", "see", "reader", "viewer",
];
/// Begins the key of a row that is several scopes: part of no scope, so no resource has such a key.
const APART: char = '·';
/// Stand behind the word that says what is done.
const HOW_MUCH: [&str; 2] = ["all", "full"];

impl Rows {
    /// Puts together what is one thing, in the order of the first of each; what reads comes first.
    pub(crate) fn of(resources: &[Resource], scopes: &[ScopeDefinition]) -> Self {
        let things = things(resources);
        let mut list: Vec<Resource> = Vec::with_capacity(resources.len());
        let mut places: FxHashMap<&[String], usize> = FxHashMap::default();
        for (place, resource) in resources.iter().enumerate() {
            let Some(thing) = things.get(&place) else {
                list.push(resource.clone());
                continue;
            };
            let at = *places.entry(thing).or_insert_with(|| {
                list.push(Resource {
                    name: format!("{APART}{}", thing.join("-")),
                    scopes: Vec::new(),
                    ..resource.clone()
                });
                list.len() - 1
            });
            if let Some(row) = list.get_mut(at) {
                row.scopes.extend(&resource.scopes);
            }
        }
        let name = |id: ScopeId| scopes.get(id.index()).map(|own| own.name.as_str());
        let changes = |id: &ScopeId| name(*id).is_none_or(|name| !Said::of(name).reads());
        let mut of_scope = vec![0; scopes.len()];
        for (at, row) in list.iter_mut().enumerate() {
            if row.scopes.len() > 1 && !row.in_pattern {
                row.scopes.sort_by_key(changes);
                let own = row.scopes.iter().filter_map(|id| scopes.get(id.index()));
                let titles: Vec<&Text> = own.map(|own| &own.title).collect();
                let otherwise = row.name.trim_start_matches(APART).replace('-', " ");
                row.title = in_common(&titles, &word::capital(&otherwise));
            }
            for id in &row.scopes {
                if let Some(own) = of_scope.get_mut(id.index()) {
                    *own = at;
                }
            }
        }
        Self { list, of_scope }
    }
}

/// The things that several scopes which stand alone are about, by the places of their resources. None
/// where the catalog says that they belong apart, or has a resource of that name.
fn things(resources: &[Resource]) -> FxHashMap<usize, Vec<String>> {
    let in_pattern = resources.iter().filter(|one| one.in_pattern);
    let taken: FxHashSet<&str> = in_pattern.map(|one| one.name.as_str()).collect();
    let alone = || {
        let all = resources.iter().enumerate();
        all.filter(|(_, one)| !one.in_pattern && !taken.contains(one.name.as_str()))
            .filter(|(_, one)| !STANDARD.contains(&one.name.as_str()))
    };
    let said: Vec<(usize, &Resource, Said)> = alone()
        .map(|(place, one)| (place, one, Said::of(&one.name)))
        .collect();
    let readable: FxHashSet<&[String]> = said
        .iter()
        .filter(|(_, _, said)| said.reads())
        .map(|(_, _, said)| &*said.about)
        .collect();
    let mut members: FxHashMap<&[String], Vec<(usize, Option<&str>)>> = FxHashMap::default();
    for (place, one, said) in &said {
        // `price_list` beside `price_list.read`: there the list is what is read.
        let about = match readable.contains(&*said.words) {
            true => &*said.words,
            false if said.verb.is_some() => &*said.about,
            false => continue,
        };
        let group = one.group.as_deref();
        members.entry(about).or_default().push((*place, group));
    }
    members.retain(|about, members| {
        let Some((first, rest)) = members.split_first() else {
            return false;
        };
        let are_together = rest.iter().all(|(_, group)| *group == first.1);
        readable.contains(about) && !rest.is_empty() && are_together
    });
    let placed = members.into_iter().flat_map(|(about, members)| {
        let places = members.into_iter().map(|(place, _)| place);
        places.map(move |place| (place, about.to_vec()))
    });
    placed.collect()
}

/// What a scope that stands alone is about, in small words, whoever's it is.
pub(crate) fn about(name: &str) -> Vec<String> {
    Said::of(word::path(name)).about
}

/// What a name says.
#[derive(Debug)]
struct Said {
    /// All its words.
    words: Vec<String>,
    /// What is done, where the name says it.
    verb: Option<Verb>,
    /// The words without it, in their order; never none.
    about: Vec<String>,
}

impl Said {
    fn of(name: &str) -> Self {
        let parts = name.split([':', '.', '/', '+', '#', '?', '&', '=', ',', '|']);
        let parts: Vec<Vec<String>> = parts
            .map(word::words)
            .filter(|words| !words.is_empty())
            .collect();
        let words = parts.concat();
        let mut about = parts;
        let verb = take_verb(&mut about);
        let about = about.concat();
        // A verb alone is done to everything, and `admin:read` to whatever administrators have.
        let is_of_nothing = about.iter().all(|own| word::verb(own).is_some());
        match verb.filter(|_| !is_of_nothing) {
            Some(verb) => Self {
                words,
                verb: Some(verb),
                about,
            },
            None => Self {
                about: words.clone(),
                words,
                verb: None,
            },
        }
    }

    fn reads(&self) -> bool {
        self.verb.is_some_and(|verb| READS.contains(&verb.word))
    }
}

/// A part that is nothing else, from the end; or else a word or two of a part: the last, or the first
/// that is one.
fn take_verb(parts: &mut Vec<Vec<String>>) -> Option<Verb> {
    let verbs = |how_much: bool| {
        move |words: &Vec<String>| {
            let verb = word::verb(&words.concat())?;
            (HOW_MUCH.contains(&verb.word) == how_much).then_some(verb)
        }
    };
    for how_much in [false, true] {
        let is_whole = verbs(how_much);
        if let Some(place) = parts.iter().rposition(|words| is_whole(words).is_some()) {
            return is_whole(&parts.remove(place));
        }
    }
    for words in parts.iter_mut().rev() {
        let last = words.len().saturating_sub(1);
        let behind = [(last.saturating_sub(1), 2), (last, 1)];
        let others = (0..last).flat_map(|place| [(place, 2), (place, 1)]);
        for (place, count) in behind.into_iter().chain(others) {
            let own = words.get(place..place + count);
            if let Some(verb) = own.and_then(|own| word::verb(&own.concat())) {
                words.drain(place..place + count);
                return Some(verb);
            }
        }
    }
    None
}

/// What titles have in common, in each language: the words they end or begin with, or else this.
fn in_common(titles: &[&Text], otherwise: &str) -> Text {
    let first = titles.first().copied();
    let texts = first.into_iter().flat_map(Text::iter).map(|(language, _)| {
        let each: Vec<&str> = titles.iter().map(|title| title.get(language)).collect();
        let common = common_words(&each).unwrap_or_else(|| otherwise.to_owned());
        (language.to_owned(), common)
    });
    Text::new(texts.collect(), first.map_or("", Text::fallback))
}

fn common_words(texts: &[&str]) -> Option<String> {
    let all: Vec<Vec<&str>> = texts.iter().map(|text| words_of(text)).collect();
    let backwards: Vec<Vec<&str>> = all
        .iter()
        .map(|words| words.iter().rev().copied().collect())
        .collect();
    let mut end = same_beginning(&backwards);
    end.reverse();
    let beginning = same_beginning(&all);
    let common = if end.len() >= beginning.len() {
        end
    } else {
        beginning
    };
    // Words such as "of" and "the" name nothing.
    let says = |word: &&str| word.chars().filter(|own| own.is_alphabetic()).count() > 3;
    common
        .iter()
        .any(says)
        .then(|| word::capital(&common.join(" ")))
}

fn words_of(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn same_beginning<'t>(all: &[Vec<&'t str>]) -> Vec<&'t str> {
    let Some((first, rest)) = all.split_first() else {
        return Vec::new();
    };
    let is_same = |place: usize, word: &str| {
        let mut others = rest.iter().map(|words| words.get(place));
        others.all(|own| own.is_some_and(|own| own.to_lowercase() == word.to_lowercase()))
    };
    let words = first.iter().enumerate();
    let same = words.take_while(|(place, word)| is_same(*place, word));
    same.map(|(_, word)| *word).collect()
}

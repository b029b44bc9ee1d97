//! Random rules as plain data, and as they stand in a file.

use std::collections::BTreeSet;

use super::draws::Draws;

/// How a rule reads the body.
#[derive(Clone, Default)]
pub struct Body {
    pub batch: bool,
    pub without: Vec<Vec<&'static str>>,
}

#[derive(Clone)]
pub enum Rule {
    Scope(String),
    All(Vec<Rule>),
    Any(Vec<Rule>),
    AnyToken,
    /// Only as a whole rule.
    Public,
    /// For a person, and for the client itself.
    BySubject(Option<Box<Rule>>, Option<Box<Rule>>),
    ByPath(String, Vec<(&'static str, Rule)>),
    /// With whether it says that the value filters.
    /// And with what every other value needs.
    ByQuery(
        &'static str,
        bool,
        Vec<(&'static str, Rule)>,
        Option<Box<Rule>>,
    ),
    ByBody(
        Vec<&'static str>,
        Body,
        Vec<(&'static str, Rule)>,
        Option<Box<Rule>>,
    ),
}

pub const VALUES: [&str; 5] = ["a", "b", "in", "in*", "inv*"];
pub const QUERY_NAMES: [&str; 2] = ["kind", "entity_type"];
pub const WITHOUT: [&[&str]; 2] = [&["query"], &["callback", "id"]];
pub const POINTERS: [&[&str]; 3] = [&["event"], &["callback", "event"], &["list", "1"]];

impl Rule {
    /// One that a catalog takes: somebody can meet it, and no part of it makes no difference.
    pub fn random(
        draws: &mut Draws,
        names: &[String],
        templates: &[String],
        depth: usize,
        whose: Option<bool>,
    ) -> Self {
        let rule = Self::drawn(draws, names, templates, depth, whose);
        let both = [false, true].into_iter();
        let mut subjects = both.filter(|own| whose.is_none_or(|whose| whose == *own));
        if subjects.all(|is_client| rule.is_never(is_client)) {
            return Self::Scope(names[0].clone());
        }
        rule
    }

    fn drawn(
        draws: &mut Draws,
        names: &[String],
        templates: &[String],
        depth: usize,
        whose: Option<bool>,
    ) -> Self {
        let kind = if depth == 0 { 0 } else { draws.below(12) };
        let parts = |draws: &mut Draws| {
            (0..=draws.below(2))
                .map(|_| Self::random(draws, names, templates, depth - 1, whose))
                .collect::<Vec<_>>()
        };
        match kind {
            4 => Self::All(parts(draws)),
            5 => {
                let mut parts = parts(draws);
                let is_always = |part: &Self| {
                    let both = [false, true].into_iter();
                    let mut subjects = both.filter(|own| whose.is_none_or(|whose| whose == *own));
                    subjects.all(|is_client| part.is_always(is_client))
                };
                match parts.iter().position(is_always) {
                    Some(place) => parts.swap_remove(place),
                    None => Self::Any(parts),
                }
            }
            6 if !templates.is_empty() => {
                let name = draws.pick(templates);
                Self::ByPath(name, cases(draws, names, templates, depth, whose))
            }
            7 => Self::ByQuery(
                draws.pick(&QUERY_NAMES),
                false,
                cases(draws, names, templates, depth, whose),
                draws
                    .chance(2)
                    .then(|| Box::new(Self::random(draws, names, templates, depth - 1, whose))),
            ),
            9 if draws.chance(3) => Self::AnyToken,
            10 if whose.is_none() => {
                let mut part =
                    |is_client| Self::random(draws, names, templates, depth - 1, Some(is_client));
                let (person, client) = (part(false), part(true));
                let which = draws.below(3);
                let part = |part, out| (which != out).then(|| Box::new(part));
                Self::BySubject(part(person, 0), part(client, 1))
            }
            8 => {
                let mut body = Body::default();
                let mut other = None;
                match draws.below(4) {
                    0 => body.batch = true,
                    1 => {
                        body.without = vec![draws.pick(&WITHOUT).to_vec()];
                        let own = Self::random(draws, names, templates, depth - 1, whose);
                        other = Some(Box::new(own));
                    }
                    _ => {}
                }
                let is = cases(draws, names, templates, depth, whose);
                Self::ByBody(draws.pick(&POINTERS).to_vec(), body, is, other)
            }
            _ => Self::Scope(draws.pick(names)),
        }
    }

    fn is_never(&self, is_client: bool) -> bool {
        match self {
            Self::Scope(_) | Self::AnyToken | Self::Public => false,
            Self::All(parts) => parts.iter().any(|part| part.is_never(is_client)),
            Self::Any(parts) => parts.iter().all(|part| part.is_never(is_client)),
            Self::BySubject(person, client) => {
                let part = if is_client { client } else { person };
                part.as_ref().is_none_or(|part| part.is_never(is_client))
            }
            Self::ByPath(_, is) => is.iter().all(|(_, part)| part.is_never(is_client)),
            Self::ByQuery(_, _, is, other) | Self::ByBody(_, _, is, other) => {
                let mut parts = is.iter().map(|(_, part)| part).chain(other.as_deref());
                parts.all(|part| part.is_never(is_client))
            }
        }
    }

    fn is_always(&self, is_client: bool) -> bool {
        match self {
            Self::AnyToken | Self::Public => true,
            Self::All(parts) => parts.iter().all(|part| part.is_always(is_client)),
            Self::Any(parts) => parts.iter().any(|part| part.is_always(is_client)),
            Self::BySubject(person, client) => {
                let part = if is_client { client } else { person };
                part.as_ref().is_some_and(|part| part.is_always(is_client))
            }
            _ => false,
        }
    }

    /// What a catalog may say of records that are there: what the caller says only filters, or
    /// every scope it could ask for is needed besides.
    pub fn about_stored(self, method: &str) -> Self {
        let each = |parts: Vec<Self>| {
            let parts = parts.into_iter().map(|part| part.about_stored(method));
            parts.collect::<Vec<_>>()
        };
        let values = |is: Vec<(&'static str, Self)>| {
            let is = is
                .into_iter()
                .map(|(value, part)| (value, part.about_stored(method)));
            is.collect::<Vec<_>>()
        };
        match self {
            Self::Scope(_) => self,
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::ByPath(name, is) => Self::ByPath(name, values(is)),
            Self::AnyToken | Self::Public => self,
            Self::BySubject(person, client) => {
                let part =
                    |part: Option<Box<Self>>| part.map(|part| Box::new(part.about_stored(method)));
                Self::BySubject(part(person), part(client))
            }
            Self::ByQuery(name, _, is, other) if matches!(method, "get" | "head" | "query") => {
                let other = other.map(|part| Box::new(part.about_stored(method)));
                Self::ByQuery(name, true, values(is), other)
            }
            Self::ByQuery(..) | Self::ByBody(..) => {
                let mut scopes = BTreeSet::new();
                self.scopes(&mut scopes);
                let mut parts: Vec<Self> = scopes.into_iter().map(Self::Scope).collect();
                parts.push(self);
                Self::All(parts)
            }
        }
    }

    fn scopes(&self, names: &mut BTreeSet<String>) {
        match self {
            Self::Scope(name) => drop(names.insert(name.clone())),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.scopes(names)),
            Self::AnyToken | Self::Public => {}
            Self::BySubject(person, client) => {
                person
                    .iter()
                    .chain(client)
                    .for_each(|part| part.scopes(names));
            }
            Self::ByQuery(_, _, is, other) | Self::ByBody(_, _, is, other) => {
                is.iter().for_each(|(_, part)| part.scopes(names));
                other.iter().for_each(|part| part.scopes(names));
            }
            Self::ByPath(_, is) => {
                is.iter().for_each(|(_, part)| part.scopes(names));
            }
        }
    }

    pub fn file(&self) -> String {
        let list = |parts: &[Self]| parts.iter().map(Self::file).collect::<Vec<_>>().join(", ");
        let cases = |is: &[(&str, Self)]| {
            is.iter()
                .map(|(value, rule)| format!("\"{value}\" = {}", rule.file()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Scope(name) => format!("\"{name}\""),
            Self::All(parts) => format!("{{ all = [{}] }}", list(parts)),
            Self::Any(parts) => format!("{{ any = [{}] }}", list(parts)),
            Self::ByPath(name, is) => {
                format!("{{ by_path = \"{name}\", is = {{ {} }} }}", cases(is))
            }
            Self::AnyToken => "{ any_token = true }".to_owned(),
            Self::Public => "{ public = true }".to_owned(),
            Self::BySubject(person, client) => {
                let part = |key, part: &Option<Box<Self>>| {
                    let part = part.as_ref();
                    part.map(|part| format!("{key} = {}", part.file()))
                };
                let parts = [part("person", person), part("client", client)];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                format!("{{ {} }}", parts.join(", "))
            }
            Self::ByQuery(name, filters, is, other) => {
                let other = other.as_ref();
                let other =
                    other.map_or_else(String::new, |part| format!(", otherwise = {}", part.file()));
                let filters = if *filters { ", filters = true" } else { "" };
                format!(
                    "{{ by_query = \"{name}\"{filters}, is = {{ {} }}{other} }}",
                    cases(is)
                )
            }
            Self::ByBody(own, body, is, other) => {
                let pointer = |names: &[&str]| format!("/{}", names.join("/"));
                let own = pointer(own);
                let batch = if body.batch { ", batch = true" } else { "" };
                let without: Vec<String> = body.without.iter().map(|own| pointer(own)).collect();
                let without = match without.is_empty() {
                    true => String::new(),
                    false => format!(", without = {without:?}"),
                };
                let other = other.as_ref();
                let other =
                    other.map_or_else(String::new, |part| format!(", otherwise = {}", part.file()));
                format!(
                    "{{ by_body = \"{own}\"{batch}{without}, is = {{ {} }}{other} }}",
                    cases(is)
                )
            }
        }
    }
}

fn cases(
    draws: &mut Draws,
    names: &[String],
    templates: &[String],
    depth: usize,
    whose: Option<bool>,
) -> Vec<(&'static str, Rule)> {
    let mut cases = Vec::new();
    for value in VALUES {
        if draws.chance(2) {
            let rule = Rule::random(draws, names, templates, depth - 1, whose);
            cases.push((value, rule));
        }
    }
    if cases.is_empty() {
        cases.push(("a", Rule::Scope(names[0].clone())));
    }
    cases
}

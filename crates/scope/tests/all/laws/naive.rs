//! The decision, written the slow and obvious way over plain data and sets of strings.

use std::collections::BTreeSet;

use super::call::Call;
use super::model::{Field, Model};
use super::paths::{self, Best, Matched};
use super::rule::Rule;
use super::seen::{Given, body_values, decoded, letters, parameter};

/// The reason, and whether a permit is for own records only.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub reason: &'static str,
    pub own_records: bool,
}

pub struct Holder {
    pub granted: BTreeSet<String>,
    pub ceiling: BTreeSet<String>,
    pub approved: bool,
    pub rights: BTreeSet<String>,
}

/// Alternatives of scopes, or why no scope helps.
type Needs = Result<Vec<BTreeSet<String>>, &'static str>;

pub fn decide(model: &Model, holder: &Holder, call: &Call) -> Answer {
    let denied = |reason| Answer {
        reason,
        own_records: false,
    };
    let alternatives = match alternatives(model, call) {
        Ok((_, alternatives)) => alternatives,
        Err(reason) => return denied(reason),
    };
    let held = held(model, holder);
    let filtered = |alternative: &BTreeSet<String>| {
        model
            .scopes
            .iter()
            .any(|scope| scope.own_records && alternative.contains(&scope.name))
    };
    let open: Vec<bool> = alternatives
        .iter()
        .filter(|alternative| alternative.is_subset(&held))
        .map(filtered)
        .collect();
    if open.is_empty() {
        return denied("insufficient-scope");
    }
    Answer {
        reason: "permitted",
        own_records: open.into_iter().all(|filtered| filtered),
    }
}

/// May the call go on without a token?
pub fn is_open(model: &Model, call: &Call) -> bool {
    match alternatives(model, call) {
        Ok((Rule::Public, alternatives)) => alternatives.contains(&BTreeSet::new()),
        _ => false,
    }
}

/// The call's rule, and what the call needs by it.
fn alternatives<'m>(
    model: &'m Model,
    call: &Call,
) -> Result<(&'m Rule, Vec<BTreeSet<String>>), &'static str> {
    if is_ambiguous(&call.path) {
        return Err("ambiguous-path");
    }
    let path = match paths::best(model, &call.path) {
        Best::Path(path) => path,
        Best::Encoded => return Err("ambiguous-path"),
        Best::None if call.path.ends_with('/') && !(model.either_slash && call.path.len() > 1) => {
            return Err("ambiguous-path");
        }
        Best::None => return Err("no-rule"),
    };
    let named = |method: &str| {
        let mut methods = path.path.methods.iter();
        methods.find(|(own, _)| own.to_uppercase() == method)
    };
    let own = Some(call.method)
        .filter(|method| *method != "ANY")
        .and_then(named);
    let of_get = || (call.method == "HEAD").then(|| named("GET")).flatten();
    let Some((_, rule)) = own.or_else(of_get).or_else(|| named("ANY")) else {
        return Err("method-not-in-catalog");
    };
    let path = &path;
    let own = needs(rule, path, call);
    let added = model
        .expand
        .as_ref()
        .map_or(Ok(vec![BTreeSet::new()]), |fields| expanded(fields, call));
    Ok((rule, all(vec![own, added])?))
}

pub fn expand(model: &Model, names: &BTreeSet<String>) -> BTreeSet<String> {
    let mut expanded = names.clone();
    loop {
        let before = expanded.len();
        let known = expanded.clone();
        for scope in model
            .scopes
            .iter()
            .filter(|scope| known.contains(&scope.name))
        {
            for other in &model.scopes {
                let both = scope.action.zip(other.action);
                let brings = both.is_some_and(|(action, brought)| reaches(model, action, brought));
                let within = scope.resource == other.resource && brings;
                let says = scope.brings.contains(&other.name);
                if (within || says) && !scope.retired && !other.retired {
                    expanded.insert(other.name.clone());
                }
            }
        }
        if expanded.len() == before {
            return expanded;
        }
    }
}

fn reaches(model: &Model, from: usize, to: usize) -> bool {
    model.implies[from]
        .iter()
        .any(|next| *next == to || reaches(model, *next, to))
}

fn held(model: &Model, holder: &Holder) -> BTreeSet<String> {
    let with_defaults = |names: &BTreeSet<String>| {
        let mut set = expand(model, names);
        set.extend(
            model
                .scopes
                .iter()
                .filter(|scope| scope.every_grant)
                .map(|scope| scope.name.clone()),
        );
        set
    };
    let sets = [
        with_defaults(&holder.granted),
        with_defaults(&holder.ceiling),
        with_defaults(&holder.rights),
    ];
    let counts = |scope: &&super::model::ModelScope| {
        sets.iter().all(|set| set.contains(&scope.name))
            && !scope.retired
            && (holder.approved || !scope.elevated)
    };
    model
        .scopes
        .iter()
        .filter(counts)
        .map(|scope| scope.name.clone())
        .collect()
}

fn is_ambiguous(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return true;
    };
    let last = rest.split('/').count() - 1;
    rest.split('/').enumerate().any(|(place, segment)| {
        matches!(segment, "." | "..")
            || (segment.is_empty() && place < last)
            || segment
                .chars()
                .any(|c| !c.is_ascii() || c.is_ascii_control() || ";\\?#".contains(c))
            || segment.split('%').skip(1).any(|after| {
                match after.get(..2).map(|hex| u8::from_str_radix(hex, 16)) {
                    Some(Ok(byte)) => {
                        let character = char::from(byte);
                        character.is_ascii_alphanumeric()
                            || character.is_ascii_control()
                            || "-._~/\\%;".contains(character)
                    }
                    _ => true,
                }
            })
            || decoded(segment).is_none()
    })
}

fn needs(rule: &Rule, path: &Matched<'_>, call: &Call) -> Needs {
    match rule {
        Rule::Scope(name) => Ok(vec![BTreeSet::from([name.clone()])]),
        Rule::All(parts) => all(parts.iter().map(|part| needs(part, path, call)).collect()),
        Rule::Any(parts) => {
            let parts: Vec<Needs> = parts.iter().map(|part| needs(part, path, call)).collect();
            let open: Vec<BTreeSet<String>> = parts.iter().flatten().flatten().cloned().collect();
            if open.is_empty() {
                parts.into_iter().next().unwrap()
            } else {
                Ok(open)
            }
        }
        Rule::ByPath(name, is) => {
            let (_, value) = path.values.iter().find(|(own, _)| own == name).unwrap();
            let is_listed = is.iter().any(|(own, _)| own == value);
            match value.contains('%') && !is_listed {
                true => Err("unmatched-condition"),
                false => case(is, value, path, call),
            }
        }
        Rule::AnyToken | Rule::Public => Ok(vec![BTreeSet::new()]),
        Rule::BySubject(person, client) => {
            let part = if call.is_client { client } else { person };
            match part {
                Some(part) => needs(part, path, call),
                None => Err("subject-not-allowed"),
            }
        }
        Rule::ByQuery(name, _, is, other) => {
            let given = match &call.query {
                None => vec![Given::Anything],
                Some(query) => parameter(query, name),
            };
            by_values(is, other.as_deref(), given, path, call)
        }
        Rule::ByBody(pointer, how, is, other) => {
            let other = other.as_deref();
            let found = body_values(pointer, how, call);
            match found {
                Some(found) => by_values(is, other, found, path, call),
                None => Err("unmatched-condition"),
            }
        }
    }
}

/// What the body has at the pointer; nothing where it is no JSON.
/// Is there anything at the pointer, or could there be?
fn by_values(
    is: &[(&str, Rule)],
    other: Option<&Rule>,
    given: Vec<Given>,
    path: &Matched<'_>,
    call: &Call,
) -> Needs {
    let everything = || {
        let parts = is.iter().map(|(_, rule)| rule).chain(other);
        all(parts.map(|rule| needs(rule, path, call)).collect())
    };
    if given.is_empty() {
        return match other {
            Some(other) => needs(other, path, call),
            None => everything(),
        };
    }
    let each = given.into_iter().map(|given| match (given, other) {
        (Given::Value(value), _) => case_or(is, other, &value, path, call),
        (Given::Item(_) | Given::Anything, _) => everything(),
        (Given::Unreadable, _) => Err("unmatched-condition"),
    });
    all(each.collect())
}

fn case(is: &[(&str, Rule)], value: &str, path: &Matched<'_>, call: &Call) -> Needs {
    case_or(is, None, value, path, call)
}

/// What a value needs; `other` is what those need that are not listed.
fn case_or(
    is: &[(&str, Rule)],
    other: Option<&Rule>,
    value: &str,
    path: &Matched<'_>,
    call: &Call,
) -> Needs {
    if let Some((_, rule)) = is.iter().find(|(own, _)| *own == value) {
        return needs(rule, path, call);
    }
    let start = |own: &str| own.strip_suffix('*').map(str::to_owned);
    let beginning = is
        .iter()
        .filter(|(own, _)| start(own).is_some_and(|start| value.starts_with(&start)))
        .max_by_key(|(own, _)| own.len());
    let Some(rule) = beginning.map(|(_, rule)| rule).or(other) else {
        return Err("unmatched-condition");
    };
    let everything = || {
        let parts = is.iter().map(|(_, rule)| rule).chain(other);
        all(parts.map(|rule| needs(rule, path, call)).collect())
    };
    let is_odd = value.trim() != value || value.chars().any(|c| c.is_control() || !c.is_ascii());
    if is_odd {
        return match other {
            Some(_) => everything(),
            None => Err("unmatched-condition"),
        };
    }
    // As some reader could take it for another one that is listed.
    let longest = beginning.map_or(0, |(own, _)| own.len());
    let is_like = |(own, _): &(&str, Rule)| match start(own) {
        Some(start) => own.len() > longest && value.to_lowercase().starts_with(&start),
        None => letters(own) == letters(value),
    };
    if is.iter().any(is_like) {
        everything()
    } else {
        needs(rule, path, call)
    }
}

/// Every combination; a closed part closes all, the first one says why.
fn all(parts: Vec<Needs>) -> Needs {
    let mut total = vec![BTreeSet::new()];
    let parts: Vec<Vec<BTreeSet<String>>> = parts.into_iter().collect::<Result<_, _>>()?;
    for part in parts {
        let mut next: BTreeSet<BTreeSet<String>> = BTreeSet::new();
        for left in &total {
            next.extend(part.iter().map(|right| left | right));
        }
        total = next.into_iter().collect();
    }
    Ok(total)
}

/// Is the name, or what stands before a bracket, dot, blank or control character, made of the
/// same letters?
fn expanded(fields: &[(String, Field)], call: &Call) -> Needs {
    let Some(query) = &call.query else {
        return every_field(fields);
    };
    let mut parts = Vec::new();
    for given in parameter(query, "expand") {
        let value = match given {
            Given::Value(value) | Given::Item(value) => value,
            Given::Anything => {
                parts.push(every_field(fields));
                continue;
            }
            Given::Unreadable => {
                parts.push(Err("unknown-expand-field"));
                continue;
            }
        };
        for dot_path in value.split(',').filter(|item| !item.is_empty()) {
            let segments: Vec<&str> = dot_path.split('.').collect();
            for end in 1..=segments.len() {
                parts.push(segment(fields, &segments[..end], call));
            }
        }
    }
    all(parts)
}

fn every_field(fields: &[(String, Field)]) -> Needs {
    let one = |name: &String| Ok(vec![BTreeSet::from([name.clone()])]);
    let scopes = fields.iter().flat_map(|(_, field)| match field {
        Field::Nothing => vec![],
        Field::Scope(name) => vec![name],
        Field::ById(prefixes) => prefixes
            .iter()
            .filter_map(|(_, scope)| scope.as_ref())
            .collect(),
    });
    all(scopes.map(one).collect())
}

fn segment(fields: &[(String, Field)], so_far: &[&str], call: &Call) -> Needs {
    let tails = (0..so_far.len()).map(|start| so_far[start..].join("."));
    let Some((key, field)) = tails
        .into_iter()
        .find_map(|tail| fields.iter().find(|(name, _)| *name == tail))
    else {
        return Err("unknown-expand-field");
    };
    let one =
        |scope: &Option<String>| Ok(vec![scope.iter().cloned().collect::<BTreeSet<String>>()]);
    match field {
        Field::Nothing => Ok(vec![BTreeSet::new()]),
        Field::Scope(name) => one(&Some(name.clone())),
        Field::ById(prefixes) => {
            let here = so_far.join(".");
            let ids: Vec<&String> = call
                .ids
                .iter()
                .filter(|(own, _)| *own == here || own == key)
                .map(|(_, id)| id)
                .collect();
            if ids.is_empty() {
                return all(prefixes.iter().map(|(_, scope)| one(scope)).collect());
            }
            let each = ids.into_iter().map(|id| {
                let fitting = prefixes.iter().filter(|(prefix, _)| id.starts_with(prefix));
                fitting
                    .max_by_key(|(prefix, _)| prefix.len())
                    .map_or(Err("unmatched-condition"), |(_, scope)| one(scope))
            });
            all(each.collect())
        }
    }
}

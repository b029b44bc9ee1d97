//! What a call says, read the slow and obvious way.

use super::call::{Body, Call, Json};
use super::rule;

pub fn body_values(pointer: &[&str], how: &rule::Body, call: &Call) -> Option<Vec<Given>> {
    let anything = Some(vec![Given::Anything]);
    let json = match &call.body {
        None => return anything,
        Some(Body::Garbage(text)) if text.trim().is_empty() => return anything,
        Some(Body::Garbage(_)) if how.without.is_empty() => return None,
        Some(Body::Garbage(_)) => None,
        Some(Body::Json(json)) => Some(json),
    };
    if !how.without.is_empty() {
        let Some(query) = &call.query else {
            return anything;
        };
        let mut names = how.without.iter().map(Vec::as_slice).chain([pointer]);
        if names.any(|names| !parameter(query, names[0]).is_empty()) {
            return anything;
        }
        if how
            .without
            .iter()
            .any(|names| json.is_some_and(|json| is_there(json, names)))
        {
            return anything;
        }
    }
    let mut found = Vec::new();
    match json? {
        Json::List(members) if how.batch && members.is_empty() => return anything,
        Json::List(members) if how.batch => {
            members
                .iter()
                .for_each(|member| at(member, pointer, true, &mut found));
        }
        json => at(json, pointer, true, &mut found),
    }
    Some(found)
}

pub fn is_there(json: &Json, pointer: &[&str]) -> bool {
    match (json, pointer.split_first()) {
        (_, None) | (Json::List(_), _) => true,
        (Json::Object(members), Some((name, rest))) => {
            let mut alike = members
                .iter()
                .filter(|(own, _)| letters(own) == letters(name));
            alike.any(|(_, value)| is_there(value, rest))
        }
        _ => false,
    }
}

pub enum Given {
    Value(String),
    /// Of a list: `name[]`.
    Item(String),
    Anything,
    Unreadable,
}

pub fn parameter(query: &str, name: &str) -> Vec<Given> {
    let mut found = Vec::new();
    for pair in query.split('&') {
        if pair.contains(';') {
            let names = pair
                .split(';')
                .map(|piece| piece.split('=').next().unwrap());
            if names
                .into_iter()
                .any(|raw| decoded(raw).is_none_or(|own| is_like(&own, name)))
            {
                found.push(Given::Anything);
            }
            continue;
        }
        let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(given) = decoded(raw_name) else {
            found.push(Given::Anything);
            continue;
        };
        let item = given == format!("{name}[]") || given == format!("{name}[0]");
        if given == name || item {
            found.push(match decoded(raw_value) {
                None => Given::Unreadable,
                Some(value) if item => Given::Item(value),
                Some(value) => Given::Value(value),
            });
        } else if is_like(&given, name) {
            found.push(Given::Anything);
        }
    }
    found
}

pub fn is_like(given: &str, name: &str) -> bool {
    let cuts = given
        .match_indices(|c: char| {
            matches!(c, '[' | ']' | '.') || c.is_whitespace() || c.is_control()
        })
        .map(|(at, _)| at)
        .chain([given.len()]);
    let mut beginnings = cuts.map(|at| letters(&given[..at]));
    given.contains('%') || beginnings.any(|own| own == letters(name))
}

pub fn letters(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|c| !(" _-?[].".contains(*c) || c.is_control()))
        .collect()
}

pub fn decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut parts = raw.split('%');
    bytes.extend(parts.next()?.replace('+', " ").bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part[2..].replace('+', " ").bytes());
    }
    String::from_utf8(bytes).ok()
}

pub fn at(json: &Json, pointer: &[&str], exact: bool, found: &mut Vec<Given>) {
    match (json, pointer.split_first()) {
        (Json::Text(text), None) if exact => found.push(Given::Value((*text).to_owned())),
        (_, None) if exact => found.push(Given::Unreadable),
        (_, None) => found.push(Given::Anything),
        (Json::Object(members), Some((name, rest))) => {
            let alike: Vec<_> = members
                .iter()
                .filter(|(own, _)| letters(own) == letters(name))
                .collect();
            for (own, value) in &alike {
                at(value, rest, exact && own == name, found);
            }
            if alike.is_empty() {
                found.push(Given::Anything);
            }
        }
        (Json::List(items), Some((name, rest))) => {
            match name.parse::<usize>().ok().and_then(|at| items.get(at)) {
                Some(item) => at(item, rest, exact, found),
                None => found.push(Given::Anything),
            }
        }
        (_, Some(_)) => found.push(Given::Anything),
    }
}

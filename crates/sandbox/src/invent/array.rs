//! Lists: as many items as a schema asks for, of which some are as it says.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::make::{Ask, Fill, OPTIONAL_DEPTH, make};
use super::schema::{Schemas, Shape};

/// How many items are made because a schema asks for so many, and how many are kept of a list that is
/// there. Of one that asks for more, a few are made: it cannot be met.
const MOST: usize = 1_000;
const A_FEW: usize = 20;

/// How often another item is tried, where one is not as it has to be.
const MOST_TRIES: usize = 50;

pub(super) fn of<'v>(
    from: &Schemas<'v>,
    shape: &Shape<'v>,
    base: Option<&Value>,
    ask: Ask<'_>,
) -> Value {
    let given = base.filter(|own| own.is_array());
    let given = given.or_else(|| shape.examples().find(|own| own.is_array()));
    let given = given.and_then(Value::as_array);
    let is_kept = ask.keeps && base.is_some_and(Value::is_array);
    let is_unique = !is_kept
        && shape
            .words
            .get("uniqueItems")
            .is_some_and(|own| **own == Value::Bool(true));
    let least = asked(shape, "minItems").unwrap_or(0);
    let most = shape.count("maxItems").filter(|_| !is_kept);
    let most = most.unwrap_or(MOST).min(MOST);
    let is_again = from.names(&shape.items).any(|name| ask.is_in(name));
    let wished = match (given, ask.fill) {
        (Some(given), _) => given.len(),
        (None, Fill::All) if ask.depth < OPTIONAL_DEPTH && !is_again => {
            1 + usize::from(ask.depth < 2)
        }
        _ => 0,
    };
    let count = wished.max(least).min(most);
    let mut items: Vec<Value> = Vec::new();
    let at = |number: usize| ask.item(number);
    let others = match is_unique {
        true => others(&from.shape(&shape.items, None), count),
        false => Vec::new(),
    };
    let mut number = 0;
    while items.len() < count && number < count + MOST_TRIES + others.len() {
        let own = given.and_then(|given| given.get(number));
        // Where all have to be others, those that can be come one after the other.
        let of_list = || others.get(number.checked_sub(count)?);
        let first = shape.list("prefixItems").get(number);
        let value = match first {
            Some(first) => make(from, &[first], own, at(number)),
            None => make(from, &shape.items, own.or_else(of_list), at(number)),
        };
        if !is_unique || !items.contains(&value) {
            items.push(value);
        }
        number += 1;
        if number >= count && !is_unique {
            break;
        }
    }
    let contained = shape.words.get("contains").copied();
    if let Some(contained) = contained.filter(|_| !is_kept) {
        contain(from, shape, contained, &mut items, &at, least..=most);
    }
    Value::Array(items)
}

/// Values that differ from each other, as far as it is known which can be.
fn others(item: &Shape<'_>, count: usize) -> Vec<Value> {
    let listed = item.list("enum");
    let types = item.types.as_deref().unwrap_or_default();
    if !listed.is_empty() {
        return listed.to_vec();
    }
    let step = item.number("multipleOf").unwrap_or(1.0);
    let least = item.number("minimum").or(item.number("exclusiveMinimum"));
    let is_free = !item.words.contains_key("pattern") && !item.words.contains_key("format");
    match types {
        ["boolean"] => vec![Value::Bool(true), Value::Bool(false)],
        ["integer" | "number"] => {
            let first = (least.unwrap_or(1.0) / step).ceil();
            let each = (0..=u32::try_from(count).unwrap_or(0)).map(f64::from);
            each.map(|own| Value::from((first + own) * step)).collect()
        }
        ["string"] if is_free => (1..=count)
            .map(|own| Value::from(own.to_string()))
            .collect(),
        _ => Vec::new(),
    }
}

/// As many as a schema asks for; a few where that is more than can be.
fn asked(shape: &Shape<'_>, word: &str) -> Option<usize> {
    shape.words.get(word)?;
    Some(
        shape
            .count(word)
            .filter(|own| *own <= MOST)
            .unwrap_or(A_FEW),
    )
}

/// Makes as many of the items like `contained` as the schema asks for.
fn contain<'v, 'a>(
    from: &Schemas<'v>,
    shape: &Shape<'v>,
    contained: &'v Value,
    items: &mut Vec<Value>,
    at: &dyn Fn(usize) -> Ask<'a>,
    size: RangeInclusive<usize>,
) {
    let is_one = |own: &Value| from.fits(contained, own, 0);
    let least = asked(shape, "minContains").unwrap_or(1);
    let most = shape.count("maxContains").unwrap_or(MOST);
    let there = |items: &[Value]| items.iter().filter(|own| is_one(own)).count();
    let mut schemas = shape.items.clone();
    schemas.push(contained);
    let missing = least.saturating_sub(there(items));
    for number in (MOST..).take(missing) {
        let one = make(from, &schemas, None, at(number));
        if items.len() < *size.end() {
            items.push(one);
            continue;
        }
        let other = items.iter().rposition(|own| !is_one(own));
        if let Some(other) = other.and_then(|place| items.get_mut(place)) {
            *other = one;
        }
    }
    let mut surplus = there(items).saturating_sub(most);
    while surplus > 0 {
        surplus -= 1;
        if let Some(place) = items.iter().rposition(is_one) {
            items.remove(place);
        }
    }
    let tries = (2 * MOST..).take(MOST_TRIES);
    for number in tries {
        if items.len() >= *size.start() {
            break;
        }
        let other = make(from, &shape.items, None, at(number));
        if !is_one(&other) {
            items.push(other);
        }
    }
}

//! Texts, numbers and truths within the bounds of a schema.

use serde_json::{Number, Value};

use super::schema::Shape;
use super::text::Said;
use super::{pattern, text};

/// The longest text that is made longer because a schema asks for it.
const LONGEST: usize = 1_000;

/// Numbers up to here are whole ones in every reader of JSON.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A value of one of the simple types.
pub(super) fn of(kind: &str, shape: &Shape<'_>, base: Option<&Value>, said: Said<'_>) -> Value {
    match kind {
        "string" => string(shape, base, said),
        "integer" => number(shape, base, said, true),
        "number" => number(shape, base, said, false),
        "boolean" => truth(shape, base, said.name),
        _ => Value::Null,
    }
}

fn truth(shape: &Shape<'_>, base: Option<&Value>, name: &str) -> Value {
    let known = base.into_iter().chain(shape.examples());
    let mut known = known.filter_map(|own| match own {
        Value::Bool(own) => Some(*own),
        Value::String(own) => own.parse().ok(),
        _ => None,
    });
    let invented = || !text::is_of_an_end(name);
    Value::Bool(known.next().unwrap_or_else(invented))
}

/// A text like the one that is there, but another one, where that is to be told apart from it.
pub(super) fn another(shape: &Shape<'_>, base: Option<&Value>, said: Said<'_>) -> Value {
    let format = shape.text("format").unwrap_or_default();
    if !text::tells_apart(said.name, format) || shape.words.contains_key("pattern") {
        return string(shape, base, said);
    }
    let least = shape.count("minLength").unwrap_or(0);
    let most = shape.count("maxLength").unwrap_or(usize::MAX);
    let made = text::of_format(format, said).unwrap_or_else(|| text::of_name(said));
    match is_within(&made, least, most) {
        true => Value::String(made),
        false => string(shape, base, said),
    }
}

/// A text: that which is there, the document's example, or an invented one.
pub(super) fn string(shape: &Shape<'_>, base: Option<&Value>, said: Said<'_>) -> Value {
    let format = shape.text("format").unwrap_or_default();
    let least = shape.count("minLength").unwrap_or(0);
    let most = shape.count("maxLength").unwrap_or(usize::MAX);
    let as_text = |own: &Value| match own {
        Value::String(own) => Some(own.clone()),
        Value::Number(own) => Some(own.to_string()),
        Value::Bool(own) => Some(own.to_string()),
        _ => None,
    };
    if let Some(kept) = base.filter(|_| said.keeps).and_then(as_text) {
        return Value::String(kept);
    }
    let known = base.into_iter().chain(shape.examples());
    let mut known = known.filter_map(as_text);
    let fits = |own: &String| text::has_format(own, format) && is_within(own, least, most);
    if let Some(known) = known.find(fits) {
        return Value::String(known);
    }
    let by_pattern = shape
        .text("pattern")
        .and_then(|own| pattern::text_of(own, said.seed, least));
    let by_format = text::of_format(format, said);
    let made = by_format
        .filter(|_| by_pattern.is_none())
        .or(by_pattern)
        .unwrap_or_else(|| text::of_name(said));
    Value::String(bounded(made, least, most))
}

fn is_within(text: &str, least: usize, most: usize) -> bool {
    let length = text.chars().count();
    (least..=most).contains(&length)
}

fn bounded(mut text: String, least: usize, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
    }
    let missing = least.min(LONGEST).saturating_sub(text.chars().count());
    text.extend(std::iter::repeat_n('x', missing));
    text
}

fn number(shape: &Shape<'_>, base: Option<&Value>, said: Said<'_>, is_whole: bool) -> Value {
    let step = shape.number("multipleOf").filter(|own| *own > 0.0);
    let small = if is_whole { 1.0 } else { step.unwrap_or(0.01) };
    let least = [
        shape.number("minimum"),
        shape.number("exclusiveMinimum").map(|own| own + small),
    ];
    let most = [
        shape.number("maximum"),
        shape.number("exclusiveMaximum").map(|own| own - small),
        (shape.text("format") == Some("int32")).then_some(f64::from(i32::MAX)),
    ];
    let least = least.into_iter().flatten().fold(f64::MIN, f64::max);
    let most = most.into_iter().flatten().fold(f64::MAX, f64::min);
    let fits = |own: f64| {
        (least..=most).contains(&own)
            && (!is_whole || own.fract() == 0.0)
            && step.is_none_or(|step| is_multiple(own, step))
    };
    let kept = |own: f64, place: usize| {
        said.keeps && place == 0 && base.is_some() && (!is_whole || own.fract() == 0.0)
    };
    let known = base.into_iter().chain(shape.examples());
    for (place, own) in known.enumerate() {
        let own = match own {
            Value::Number(own) => own.clone(),
            Value::String(text) => match text.parse::<Number>() {
                Ok(own) => own,
                Err(_) => continue,
            },
            _ => continue,
        };
        if let Some(value) = own
            .as_f64()
            .filter(|value| fits(*value) || kept(*value, place))
        {
            return match is_whole && !own.is_i64() && !own.is_u64() {
                true => json(value, true),
                false => Value::Number(own),
            };
        }
    }
    let invented =
        text::number_of_name(said.name, said.seed, is_whole).clamp(least, most.max(least));
    let stepped = match step {
        Some(step) => {
            let under = (invented / step).floor() * step;
            if under < least { under + step } else { under }
        }
        None if is_whole => {
            let whole = invented.round();
            if whole < least {
                invented.ceil()
            } else {
                whole
            }
        }
        None => invented,
    };
    json(stepped, is_whole)
}

fn is_multiple(own: f64, step: f64) -> bool {
    let times = own / step;
    (times - times.round()).abs() < 1e-6
}

fn json(value: f64, is_whole: bool) -> Value {
    if is_whole && value.abs() <= LARGEST {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole and small enough"
        )]
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::from(0), Value::Number)
}

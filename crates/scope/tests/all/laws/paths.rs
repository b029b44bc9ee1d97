//! Which path of a catalog a request's path is, the slow and obvious way: every reading of every
//! path is made, and the best one taken.

use std::cmp::Reverse;

use super::model::{Model, ModelPath, Segment};

/// A path that matches, with what its templates stand for.
pub struct Matched<'m> {
    pub path: &'m ModelPath,
    /// Empty where a segment can be read in several ways.
    pub values: Vec<(String, String)>,
}

pub enum Best<'m> {
    Path(Matched<'m>),
    /// Text that a rule has plainly is percent-encoded.
    Encoded,
    None,
}

/// How good a way on is at one segment; the least is tried first.
type Rank = (u8, Vec<Reverse<usize>>, usize);

pub fn best<'m>(model: &'m Model, path: &str) -> Best<'m> {
    let path = match path.strip_suffix('/') {
        Some(before) if model.either_slash && !before.is_empty() => before,
        _ => path,
    };
    let given: Vec<&str> = path[1..].split('/').collect();
    let mut ways: Vec<(Vec<Rank>, Best<'m>)> = Vec::new();
    for own in &model.paths {
        let ranks = ranks(model, own);
        if let Some(values) = values(model, own, &given) {
            let matched = Matched { path: own, values };
            ways.push((ranks.clone(), Best::Path(matched)));
        }
        for place in 0..own.segments.len().min(given.len()) {
            let before = own.segments[..place].iter().zip(&given);
            let leads_here = before.clone().all(|(own, given)| {
                !matches!(own, Segment::Tail(..)) && !splits(model, own, given).is_empty()
            });
            if leads_here && is_encoded(&own.segments[place..], &given[place..]) {
                let mut rank = ranks[..place].to_vec();
                rank.push((1, Vec::new(), 0));
                ways.push((rank, Best::Encoded));
            }
        }
    }
    let best = ways
        .into_iter()
        .min_by(|(one, _), (other, _)| one.cmp(other));
    best.map_or(Best::None, |(_, best)| best)
}

fn ranks(model: &Model, path: &ModelPath) -> Vec<Rank> {
    let tail = path
        .segments
        .iter()
        .position(|own| matches!(own, Segment::Tail(..)));
    let until = tail.map_or(path.segments.len(), |tail| tail + 1);
    (0..until)
        .map(|place| {
            let first = model.paths.iter().position(|other| {
                let same = is_alike(&other.segments, &path.segments, place);
                same && (tail != Some(place) || is_alike_all(&other.segments, &path.segments))
            });
            let text = |texts: &[&str]| texts.iter().map(|text| text.len()).sum::<usize>();
            match &path.segments[place] {
                Segment::Literal(_) => (0, Vec::new(), 0),
                Segment::Mixed(texts, names) => {
                    let fewer = usize::MAX - names.len();
                    let order = [text(texts), fewer, texts[0].len()];
                    (2, order.map(Reverse).to_vec(), first.unwrap())
                }
                Segment::Template(_) => (3, Vec::new(), 0),
                Segment::Tail(_, suffix) => {
                    let after = &path.segments[place + 1..];
                    let literal = after.iter().map(|own| text(&texts(own))).sum();
                    let order = [after.len(), literal, suffix.len()];
                    (4, order.map(Reverse).to_vec(), first.unwrap())
                }
            }
        })
        .collect()
}

/// Are two paths the same up to here, whatever their templates are called?
fn is_alike(one: &[Segment], other: &[Segment], place: usize) -> bool {
    one.len() > place && is_alike_all(&one[..=place], &other[..=place])
}

fn is_alike_all(one: &[Segment], other: &[Segment]) -> bool {
    let alike = |(one, other): (&Segment, &Segment)| match (one, other) {
        (Segment::Template(_), Segment::Template(_)) => true,
        (Segment::Tail(_, one), Segment::Tail(_, other)) => one == other,
        (Segment::Mixed(one, _), Segment::Mixed(other, _)) => one == other,
        (one, other) => one == other,
    };
    one.len() == other.len() && one.iter().zip(other).all(alike)
}

fn texts(segment: &Segment) -> Vec<&'static str> {
    match segment {
        Segment::Literal(text) | Segment::Tail(_, text) => vec![text],
        Segment::Template(_) => Vec::new(),
        Segment::Mixed(texts, _) => texts.to_vec(),
    }
}

/// Does what is given here percent-encode a sign of the text that stands here?
fn is_encoded(segments: &[Segment], given: &[&str]) -> bool {
    let (texts, given) = match &segments[0] {
        Segment::Tail(..) => (segments.iter().flat_map(texts).collect(), given.join("/")),
        own => (texts(own), given[0].to_owned()),
    };
    let signs = texts.concat();
    let reserved = signs
        .chars()
        .filter(|c| !c.is_ascii_alphanumeric() && !"-._~".contains(*c));
    let given = given.to_uppercase();
    let mut encodings = reserved.map(|sign| format!("%{:02X}", u32::from(sign)));
    encodings.any(|encoding| given.contains(&encoding))
}

fn values(model: &Model, path: &ModelPath, given: &[&str]) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    let tail = path
        .segments
        .iter()
        .position(|own| matches!(own, Segment::Tail(..)));
    let taken = (given.len() + 1).checked_sub(path.segments.len())?;
    if taken == 0 || (tail.is_none() && taken != 1) {
        return None;
    }
    let mut rest = given;
    for (place, own) in path.segments.iter().enumerate() {
        let count = if tail == Some(place) { taken } else { 1 };
        let (own_given, behind) = rest.split_at(count);
        rest = behind;
        let names = own.names();
        if let Segment::Tail(_, suffix) = own {
            let text = own_given.join("/");
            let value = text.strip_suffix(suffix)?;
            let last = value.rsplit('/').next().unwrap();
            let marks = model.paths.iter().filter_map(|other| {
                let place_is_alike = other.segments.len() > place
                    && is_alike_all(&other.segments[..place], &path.segments[..place]);
                match other.segments.get(place) {
                    Some(Segment::Tail(_, mark)) if place_is_alike && !mark.is_empty() => {
                        Some(*mark)
                    }
                    _ => None,
                }
            });
            let mut marks = marks;
            if last.is_empty() || marks.any(|mark| value.split('/').any(|own| own.ends_with(mark)))
            {
                return None;
            }
            values.push((names[0].clone(), value.to_owned()));
            continue;
        }
        let readings = splits(model, own, own_given[0]);
        let reading = match readings.as_slice() {
            [] => return None,
            [one] => one.clone(),
            _ => vec![String::new(); names.len()],
        };
        values.extend(names.into_iter().zip(reading));
    }
    Some(values)
}

/// Every way to read one segment: what its templates stand for.
fn splits(model: &Model, own: &Segment, given: &str) -> Vec<Vec<String>> {
    let fold = |text: &str| match model.folds {
        true => text.to_ascii_lowercase(),
        false => text.to_owned(),
    };
    match own {
        Segment::Literal(text) if fold(text) == fold(given) => vec![Vec::new()],
        Segment::Template(_) if !given.is_empty() => vec![vec![given.to_owned()]],
        Segment::Mixed(texts, _) => {
            let start = |text: &str| fold(given).starts_with(&fold(text));
            if !start(texts[0]) {
                return Vec::new();
            }
            around(&given[texts[0].len()..], &texts[1..], &fold)
        }
        _ => Vec::new(),
    }
}

/// A template, a text, and so on to the end.
fn around(given: &str, texts: &[&str], fold: &impl Fn(&str) -> String) -> Vec<Vec<String>> {
    let (text, behind) = texts.split_first().unwrap();
    let mut found = Vec::new();
    for (end, _) in given.char_indices().skip(1).chain([(given.len(), ' ')]) {
        let (value, rest) = given.split_at(end);
        if value.is_empty() || !fold(rest).starts_with(&fold(text)) {
            continue;
        }
        let rest = &rest[text.len()..];
        if behind.is_empty() {
            if rest.is_empty() {
                found.push(vec![value.to_owned()]);
            }
            continue;
        }
        for further in around(rest, behind, fold) {
            found.push([vec![value.to_owned()], further].concat());
        }
    }
    found
}

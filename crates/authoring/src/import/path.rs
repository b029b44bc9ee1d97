//! Paths as a description writes them, into paths as a catalog writes them.

use toml_edit::DocumentMut;

use super::text::short;
use super::walk::{Parameter, Parameters};

/// The most templates of a catalog's path, and of one segment.
const MOST_TEMPLATES: usize = 16;
const MOST_IN_SEGMENT: usize = 8;
/// The most paths that are written for listed values.
const MOST_PATHS: usize = 8;
/// Values are written out in the first segments only: there they choose the API, further down
/// they are values like others.
const FIRST_SEGMENTS: usize = 2;

/// What a path comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Normal {
    /// One, or one for each value that a template can have.
    pub(crate) paths: Vec<String>,
    /// What was read otherwise than it is written.
    pub(crate) remarks: Vec<String>,
}

/// Writes the path behind each of the bases.
///
/// # Errors
/// Says why a catalog cannot have it.
pub(crate) fn normal(
    path: &str,
    bases: &[String],
    parameters: &Parameters,
) -> Result<Normal, String> {
    let mut normal = Normal::default();
    let path = cut(path, &mut normal.remarks)?;
    for base in bases {
        let mut own = Reading {
            parameters,
            remarks: &mut normal.remarks,
            paths: vec![String::new()],
            templates: 0,
            has_tail: false,
        };
        let whole = format!("{base}{path}");
        let segments = split(&whole)?;
        let (count, of_base) = (segments.len(), base.matches('/').count());
        for (index, segment) in segments.iter().enumerate() {
            let read = own.segment(segment, index, index + 1 == count);
            read.map_err(|why| match index < of_base {
                true => format!("the base path `{}` of its server: {why}", short(base)),
                false => why,
            })?;
        }
        normal.paths.extend(own.paths);
    }
    normal.paths.dedup();
    normal.remarks.dedup();
    Ok(normal)
}

/// The path without its templates' names: two that are alike are one path for a gate.
pub(crate) fn blank(path: &str) -> String {
    let mut blank = String::with_capacity(path.len());
    for part in path.split_inclusive('}') {
        match part.split_once('{') {
            Some((before, name)) => {
                blank += before;
                blank += if name.ends_with("...}") {
                    "{...}"
                } else {
                    "{}"
                };
            }
            None => blank += part,
        }
    }
    blank
}

/// What makes no difference between two spellings of a path in a catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comparing {
    /// A slash at the end.
    either_slash: bool,
    ignores_case: bool,
}

impl Comparing {
    /// As a catalog's file says it.
    pub(crate) fn of(file: &DocumentMut) -> Self {
        let says = |name: &str, value: &str| {
            let own = file.get(name).and_then(|own| own.as_str());
            own == Some(value)
        };
        Self {
            either_slash: says("trailing_slash", "either"),
            ignores_case: says("match", "ignore-case"),
        }
    }

    /// What the spellings of a path have in common.
    pub(crate) fn key(self, path: &str) -> String {
        let mut key = blank(path);
        if self.either_slash && key.len() > 1 && key.ends_with('/') {
            key.pop();
        }
        if self.ignores_case {
            key.make_ascii_lowercase();
        }
        key
    }
}

/// Without what no server sees as a part of the path.
fn cut(path: &str, remarks: &mut Vec<String>) -> Result<String, String> {
    if path.contains("://") {
        return Err("it is a whole address, not a path".to_owned());
    }
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let kept = path.get(..end).unwrap_or_default();
    if end < path.len() {
        let gone = path.get(end..).unwrap_or_default();
        remarks.push(format!("`{}` was cut off", short(gone)));
    }
    // `{?page}`, and `{&page}` behind it.
    let kept = kept.strip_suffix('{').unwrap_or(kept);
    if kept.starts_with('/') {
        return Ok(kept.to_owned());
    }
    if !kept.is_empty() {
        remarks.push("a slash was put in front".to_owned());
    }
    Ok(format!("/{kept}"))
}

/// The segments; a slash inside braces is a part of a pattern there.
fn split(path: &str) -> Result<Vec<&str>, String> {
    let mut segments = Vec::new();
    let (mut depth, mut start) = (0_usize, 1);
    for (at, character) in path.char_indices().skip(1) {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1).ok_or("its braces do not pair")?,
            '/' if depth == 0 => {
                segments.push(path.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("its braces do not pair".to_owned());
    }
    segments.push(path.get(start..).unwrap_or_default());
    Ok(segments)
}

struct Reading<'a> {
    parameters: &'a Parameters,
    remarks: &'a mut Vec<String>,
    /// As far as they are written.
    paths: Vec<String>,
    templates: usize,
    has_tail: bool,
}

/// A part of a segment.
enum Part {
    Text(String),
    Template(String),
}

impl Reading<'_> {
    fn segment(&mut self, segment: &str, index: usize, is_last: bool) -> Result<(), String> {
        if segment.is_empty() && !is_last {
            return Err("it has an empty segment".to_owned());
        }
        if let Some(why) = no_segment(segment) {
            return Err(why);
        }
        if let Some(values) = self.listed(segment, index) {
            let own = std::mem::take(&mut self.paths);
            let each = |path: &String| {
                values
                    .iter()
                    .map(|value| format!("{path}/{value}"))
                    .collect::<Vec<_>>()
            };
            self.paths = own.iter().flat_map(each).collect();
            return Ok(());
        }
        let written = match self.tail(segment, is_last) {
            Some(tail) => tail,
            None => self.mixed(segment)?,
        };
        for path in &mut self.paths {
            path.push('/');
            path.push_str(&written);
        }
        if self.templates > MOST_TEMPLATES {
            return Err(format!("it has more than {MOST_TEMPLATES} templates"));
        }
        Ok(())
    }

    /// The values of a template that is a whole segment, where they are written out.
    fn listed(&mut self, segment: &str, index: usize) -> Option<Vec<String>> {
        let name = whole(segment)?;
        let parameter = self.parameters.get(name)?;
        let fits = |value: &String| {
            !value.is_empty() && value.chars().all(is_literal) && no_segment(value).is_none()
        };
        let values = &parameter.values;
        let is_one = values.len() == 1;
        let is_few = index < FIRST_SEGMENTS && values.len() * self.paths.len() <= MOST_PATHS;
        let is_listed = !values.is_empty() && values.iter().all(fits) && (is_one || is_few);
        is_listed.then(|| {
            self.remarks
                .push(format!("`{{{name}}}` is {}", values.join(" or ")));
            values.clone()
        })
    }

    /// A template that takes several segments.
    fn tail(&mut self, segment: &str, is_last: bool) -> Option<String> {
        let name = whole(segment)?;
        let (plain, pattern) = name.split_once(':').unwrap_or((name, ""));
        let marked = name.starts_with('+') || name.ends_with(['*', '+']) || name.ends_with("...");
        let open = matches!(pattern.trim(), ".+" | ".*" | "path") && is_last;
        let declared = self
            .parameters
            .get(plain.trim())
            .is_some_and(|own| own.takes_slashes);
        if self.has_tail || !(marked || open || declared) {
            return None;
        }
        self.has_tail = true;
        self.templates += 1;
        Some(format!("{{{}...}}", self.named(plain)))
    }

    fn mixed(&mut self, segment: &str) -> Result<String, String> {
        let mut written = String::new();
        let parts = self.parts(segment)?;
        let templates = parts
            .iter()
            .filter(|part| matches!(part, Part::Template(_)))
            .count();
        if templates > MOST_IN_SEGMENT {
            return Err(format!(
                "it has more than {MOST_IN_SEGMENT} templates in one segment"
            ));
        }
        self.templates += templates;
        for part in parts {
            match part {
                Part::Text(text) => written += &text,
                Part::Template(name) => written += &format!("{{{name}}}"),
            }
        }
        Ok(written)
    }

    /// Texts and templates in turn; templates that touch are one.
    fn parts(&mut self, segment: &str) -> Result<Vec<Part>, String> {
        if let Some(name) = segment.strip_prefix(':').filter(|name| !name.is_empty()) {
            return match self.parameters.contains_key(name) {
                true => {
                    self.remarks.push(format!("`:{name}` is a template"));
                    Ok(vec![Part::Template(self.named(name))])
                }
                false => Err(format!(
                    "`:{}` is no template in OpenAPI; write it in braces",
                    short(name)
                )),
            };
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = segment;
        while let Some((text, behind)) = rest.split_once('{') {
            let (name, after) = closing(behind).ok_or("its braces do not pair")?;
            if !text.is_empty() {
                parts.push(Part::Text(literal(text)?));
            }
            match (parts.last_mut(), self.only(name)) {
                (Some(Part::Text(before)), Some(value)) => *before += &value,
                (_, Some(value)) => parts.push(Part::Text(value)),
                (Some(Part::Template(before)), None) => {
                    *before += &format!("_{}", self.named(name));
                    self.remarks
                        .push("two templates without text between them are one".to_owned());
                }
                (_, None) => parts.push(Part::Template(self.named(name))),
            }
            rest = after;
        }
        if !rest.is_empty() {
            match parts.last_mut() {
                Some(Part::Text(before)) => *before += &literal(rest)?,
                _ => parts.push(Part::Text(literal(rest)?)),
            }
        }
        Ok(parts)
    }

    /// The name that a catalog has for a template; told, where none of its own is left.
    fn named(&mut self, name: &str) -> String {
        proper(name).unwrap_or_else(|| {
            let remark = format!(
                "`{{{}}}` has no name, and is read as `{{value}}`",
                short(name)
            );
            self.remarks.push(remark);
            "value".to_owned()
        })
    }

    /// The one value that a template can have.
    fn only(&self, name: &str) -> Option<String> {
        let values = self
            .parameters
            .get(name)
            .map(|own: &Parameter| own.values.as_slice());
        match values {
            Some([value]) if !value.is_empty() && value.chars().all(is_literal) => {
                Some(value.clone())
            }
            _ => None,
        }
    }
}

/// The name of a segment that is one template.
fn whole(segment: &str) -> Option<&str> {
    let (name, after) = closing(segment.strip_prefix('{')?)?;
    after.is_empty().then_some(name)
}

/// What stands before the brace that closes, and behind it.
fn closing(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// A template's name as a catalog writes it: without patterns, in letters, digits, `_` and `-`; nothing
/// where that leaves none.
fn proper(name: &str) -> Option<String> {
    let name = name.split(':').next().unwrap_or_default();
    let name = name
        .trim()
        .trim_start_matches(['+', '/', '.', ';'])
        .trim_end_matches(['*', '+', '?']);
    let name = name.trim_end_matches("...");
    let proper: String = name
        .chars()
        .map(|own| {
            if own.is_ascii_alphanumeric() || own == '-' {
                own
            } else {
                '_'
            }
        })
        .collect();
    let is_name = proper.chars().any(|own| own != '_');
    is_name.then_some(proper)
}

fn literal(text: &str) -> Result<String, String> {
    match text.chars().find(|own| !is_literal(*own)) {
        None => Ok(text.to_owned()),
        Some('<' | '>') => Err(format!("`{}` is a placeholder, not a path", short(text))),
        Some('%') => Err("it has a percent-encoding, which gates compare with nothing".to_owned()),
        Some(other) => Err(format!(
            "it has `{}`, which no gate compares",
            other.escape_default()
        )),
    }
}

/// A segment that no request has, or that means something else.
fn no_segment(segment: &str) -> Option<String> {
    match segment {
        "." | ".." => Some(format!("it has a `{segment}` segment")),
        "*" | "**" => Some(format!(
            "`{segment}` is no template in OpenAPI; write `{{path}}`"
        )),
        _ => None,
    }
}

/// RFC 3986 `pchar` without percent-encodings and `;`, as a catalog has it.
fn is_literal(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~!$&'()*+,=:@".contains(character)
}

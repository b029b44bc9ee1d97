//! Is an SVG a still picture, and nothing else? What is not known to be is refused: scripts, styles, text, pictures and
//! addresses of elsewhere, entities, other XML.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// Its shapes and what they are in.
const MOST_ELEMENTS: usize = 2_000;
/// How deep they may be in each other.
const DEEPEST: usize = 32;
/// So many characters of a value are repeated at most.
const SHOWN: usize = 60;

const ELEMENTS: [&str; 18] = [
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "linearGradient",
    "mask",
    "path",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "stop",
    "svg",
    "symbol",
    "title",
];

/// What a shape looks like: as an attribute, or in `style`.
const PROPERTIES: [&str; 27] = [
    "clip-path",
    "clip-rule",
    "color",
    "display",
    "fill",
    "fill-opacity",
    "fill-rule",
    "isolation",
    "mask",
    "mask-type",
    "opacity",
    "overflow",
    "paint-order",
    "shape-rendering",
    "stop-color",
    "stop-opacity",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "transform",
    "vector-effect",
    "visibility",
];

/// Where it is, and what it is called.
const ATTRIBUTES: [&str; 38] = [
    "aria-hidden",
    "aria-label",
    "class",
    "clipPathUnits",
    "cx",
    "cy",
    "d",
    "focusable",
    "fr",
    "fx",
    "fy",
    "gradientTransform",
    "gradientUnits",
    "height",
    "id",
    "maskContentUnits",
    "maskUnits",
    "offset",
    "pathLength",
    "points",
    "preserveAspectRatio",
    "r",
    "role",
    "rx",
    "ry",
    "spreadMethod",
    "version",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "xml:space",
    "xmlns:svg",
    "xmlns:xlink",
    "y",
    "y1",
    "y2",
];

/// What may stand before a bracket in a value; `url` only of what is in the same picture.
const FUNCTIONS: [&str; 11] = [
    "hsl",
    "hsla",
    "matrix",
    "rgb",
    "rgba",
    "rotate",
    "scale",
    "skewx",
    "skewy",
    "translate",
    "url",
];

/// Width and height of a picture that has nothing else in it.
pub(super) fn size(text: &str) -> Result<(f64, f64), String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = 0;
    let mut elements = 0;
    let mut size = None;
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event();
        let event = event.map_err(|error| format!("it is neither a PNG nor an SVG: {error}"))?;
        let here = |what: String| -> String {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let breaks = text.bytes().take(at).filter(|byte| *byte == b'\n').count();
            format!("line {} of the SVG: {what}", breaks + 1)
        };
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                elements += 1;
                if elements > MOST_ELEMENTS || open >= DEEPEST {
                    return Err(here(format!(
                        "it has more than {MOST_ELEMENTS} elements, or they are more than {DEEPEST} deep; \
                         make it simpler"
                    )));
                }
                let is_root = open == 0;
                if is_root && size.is_some() {
                    return Err(here("something follows its end".to_owned()));
                }
                let attributes = attributes(start).map_err(&here)?;
                if is_root {
                    size = Some(of_root(start, &attributes).map_err(&here)?);
                }
                if matches!(event, Event::Start(_)) {
                    open += 1;
                }
            }
            Event::End(_) => open -= 1,
            Event::Text(content) => {
                if open == 0 && !content.trim().is_empty() {
                    let what = match size {
                        None => "it is neither a PNG nor an SVG",
                        Some(_) => "text follows its end",
                    };
                    return Err(here(what.to_owned()));
                }
            }
            Event::Comment(_) | Event::Decl(_) => {}
            Event::GeneralRef(name) => {
                let is_character = name.resolve_char_ref().is_ok_and(|found| found.is_some());
                if !is_character && resolve_predefined_entity(&name).is_none() {
                    return Err(here(format!(
                        "`&{};` is not read; write what it stands for",
                        shown(&name)
                    )));
                }
            }
            Event::DocType(_) => {
                return Err(here(
                    "it declares a document type, which a picture does not need; remove the line"
                        .to_owned(),
                ));
            }
            Event::CData(_) | Event::PI(_) => {
                return Err(here(
                    "an instruction or a raw section is in it; remove it".to_owned(),
                ));
            }
            Event::Eof => break,
        }
    }
    if open != 0 {
        return Err("the SVG ends before its elements do".to_owned());
    }
    size.ok_or_else(|| "it is neither a PNG nor an SVG".to_owned())
}

/// The attributes of an element that a picture may have.
fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    let name = start.name().as_ref().to_owned();
    if !ELEMENTS.contains(&name.as_str()) {
        let help = match name.as_str() {
            "style" => "save it with presentation attributes in place of styles",
            "text" | "tspan" => "turn its text into paths",
            "use" | "image" => "draw it in place",
            _ => "save it as a plain SVG",
        };
        return Err(format!(
            "<{}> is not a part of a mark; {help}",
            shown(&name)
        ));
    }
    let mut found = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_err(|error| error.to_string())?.into_owned();
        attribute_of(&name, &key, &value)?;
        found.push((key, value));
    }
    Ok(found)
}

fn attribute_of(element: &str, key: &str, value: &str) -> Result<(), String> {
    let fits = match key {
        "xmlns" => value == NAMESPACE,
        "style" => return styles(element, value),
        // Words for people.
        "aria-label" => true,
        _ if PROPERTIES.contains(&key) || ATTRIBUTES.contains(&key) => is_plain(value),
        _ => {
            return Err(format!(
                "`{}` of <{element}> is not a part of a mark; save it as a plain SVG",
                shown(key)
            ));
        }
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "`{}` of <{element}> is `{}`, which is not understood; write colours, numbers, or url(#…) of the same \
         picture",
        shown(key),
        shown(value)
    ))
}

fn styles(element: &str, value: &str) -> Result<(), String> {
    let parts = value.split(';').map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        let known = part
            .split_once(':')
            .filter(|(property, value)| PROPERTIES.contains(&property.trim()) && is_plain(value));
        if known.is_none() {
            return Err(format!(
                "`style` of <{element}> has `{}`, which is not a part of a mark",
                shown(part)
            ));
        }
    }
    Ok(())
}

/// Numbers, colours, names and known functions.
fn is_plain(value: &str) -> bool {
    let is_known =
        |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "#%(),.-+_:/".contains(c);
    if !value.chars().all(is_known) || value.contains("//") || value.contains("/*") {
        return false;
    }
    // Addresses of anywhere, such as `data:`; the name spaces are checked by themselves.
    if value.contains(':') && !value.starts_with("http") {
        return false;
    }
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('(') {
        let name = before
            .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if !FUNCTIONS.contains(&name.as_str())
            || (name == "url" && !behind.trim_start().starts_with('#'))
        {
            return false;
        }
        rest = behind;
    }
    true
}

/// Is it an SVG, and how large?
fn of_root(start: &BytesStart<'_>, attributes: &[(String, String)]) -> Result<(f64, f64), String> {
    let value = |name: &str| {
        let found = attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim())
    };
    if start.name().as_ref() != "svg" || value("xmlns") != Some(NAMESPACE) {
        return Err(format!(
            "it does not begin with <svg xmlns=\"{NAMESPACE}\">"
        ));
    }
    let number = |text: &str| {
        let number: Option<f64> = text.strip_suffix("px").unwrap_or(text).parse().ok();
        number.filter(|number| number.is_finite() && *number > 0.0)
    };
    let of_box = value("viewBox").map(|text| {
        let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.collect();
        match parts.as_slice() {
            [_, _, width, height] => number(width).zip(number(height)),
            _ => None,
        }
    });
    let sides = value("width").zip(value("height"));
    let of_sides = sides.and_then(|(width, height)| number(width).zip(number(height)));
    match of_box {
        Some(found) => found,
        None => of_sides,
    }
    .ok_or_else(|| "it does not say its size; add `viewBox=\"0 0 WIDTH HEIGHT\"`".to_owned())
}

/// As it stands in the file, but for what nobody sees.
fn shown(text: &str) -> String {
    let is_short = text.chars().nth(SHOWN).is_none();
    let start = text.chars().take(SHOWN);
    let is_unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    let seen = start.map(|c| if is_unseen(c) { '\u{fffd}' } else { c });
    seen.chain((!is_short).then_some('…')).collect()
}

//! Values as text: JSON, or YAML in blocks.

use std::fmt::Write as _;

use super::bytes::Format;
use super::node::{Map, Node, Scalar};
use crate::unseen::is_unseen;

/// A whole document.
pub(crate) fn document(node: &Node, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", json(node, Some(0))),
        Format::Yaml => {
            let mut text = String::new();
            block(node, 0, &mut text);
            text.push('\n');
            text
        }
    }
}

/// JSON; on lines of its own behind so many blanks, or on one line.
pub(crate) fn json(node: &Node, indent: Option<usize>) -> String {
    let mut text = String::new();
    write_json(node, indent, &mut text);
    text
}

/// A member of a block of YAML that begins behind so many blanks.
pub(crate) fn member(key: &str, value: &Node, indent: usize) -> String {
    let mut text = String::new();
    write_member(key, value, indent, &mut text);
    text
}

const STEP: usize = 2;

fn line(indent: Option<usize>, more: usize, text: &mut String) {
    if let Some(indent) = indent {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', indent + more));
    }
}

fn write_json(node: &Node, indent: Option<usize>, text: &mut String) {
    let deeper = indent.map(|own| own + STEP);
    let between = if indent.is_some() { "," } else { ", " };
    match node {
        Node::Scalar(own) => *text += &json_scalar(node, own),
        Node::List(list) => {
            text.push('[');
            for (place, own) in list.iter().enumerate() {
                *text += if place > 0 { between } else { "" };
                line(indent, STEP, text);
                write_json(own, deeper, text);
            }
            line(indent.filter(|_| !list.is_empty()), 0, text);
            text.push(']');
        }
        Node::Map(map) => {
            text.push('{');
            for (place, (key, own)) in map.iter().enumerate() {
                *text += if place > 0 { between } else { "" };
                line(indent, STEP, text);
                *text += &quoted(key);
                *text += ": ";
                write_json(own, deeper, text);
            }
            line(indent.filter(|_| !map.is_empty()), 0, text);
            text.push('}');
        }
    }
}

fn json_scalar(node: &Node, own: &Scalar) -> String {
    if node.is_null() {
        return "null".to_owned();
    }
    if node.string().is_some() {
        return quoted(&own.text);
    }
    let small = own.text.to_ascii_lowercase();
    let is_json = serde_json::from_str::<serde_json::Value>(&small).is_ok();
    // A number of YAML that JSON has no form for.
    if is_json { small } else { quoted(&own.text) }
}

fn write_member(key: &str, value: &Node, indent: usize, text: &mut String) {
    *text += &word(key);
    text.push(':');
    match value {
        Node::Map(map) if !map.is_empty() => {
            line(Some(indent), STEP, text);
            block(value, indent + STEP, text);
        }
        Node::List(list) if !list.is_empty() => {
            line(Some(indent), STEP, text);
            block(value, indent + STEP, text);
        }
        _ => {
            text.push(' ');
            block(value, indent + STEP, text);
        }
    }
}

/// A block whose first line begins behind what stands there already.
fn block(node: &Node, indent: usize, text: &mut String) {
    match node {
        Node::Map(map) if !map.is_empty() => members(map, indent, text),
        Node::List(list) if !list.is_empty() => {
            for (place, own) in list.iter().enumerate() {
                if place > 0 {
                    line(Some(indent), 0, text);
                }
                *text += "- ";
                block(own, indent + STEP, text);
            }
        }
        Node::Scalar(own) if node.string().is_some() => scalar(&own.text, indent, text),
        Node::Scalar(own) if own.is_plain && !own.text.is_empty() => *text += &own.text,
        other => write_json(other, None, text),
    }
}

fn members(map: &Map, indent: usize, text: &mut String) {
    for (place, (key, own)) in map.iter().enumerate() {
        if place > 0 {
            line(Some(indent), 0, text);
        }
        write_member(key, own, indent, text);
    }
}

fn scalar(own: &str, indent: usize, text: &mut String) {
    let is_prose = own.contains('\n')
        && !own.starts_with([' ', '\n'])
        && !own.ends_with("\n\n")
        && own.chars().all(|one| one == '\n' || !is_odd(one));
    if !is_prose {
        *text += &word(own);
        return;
    }
    *text += if own.ends_with('\n') { "|" } else { "|-" };
    for own in own.lines() {
        match own.is_empty() {
            true => text.push('\n'),
            false => line(Some(indent), 0, text),
        }
        *text += own;
    }
}

/// A string on one line: plain where nobody could take it for anything else.
fn word(own: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b" _-./(){}$@+,'=:\\".contains(&byte);
    let mut bytes = own.bytes();
    let begins = bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'/' || first == b'_');
    let is_plain = begins
        && !own.ends_with([' ', ':'])
        && !own.contains(": ")
        && own.bytes().all(is_safe)
        && !matches!(
            own.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if is_plain {
        own.to_owned()
    } else {
        quoted(own)
    }
}

/// A string of JSON, which YAML reads as well.
fn quoted(own: &str) -> String {
    let mut text = String::with_capacity(own.len() + 2);
    text.push('"');
    for one in own.chars() {
        match one {
            '"' => text += "\\\"",
            '\\' => text += "\\\\",
            '\n' => text += "\\n",
            '\t' => text += "\\t",
            one if is_odd(one) => {
                for unit in one.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
            one => text.push(one),
        }
    }
    text.push('"');
    text
}

/// What a text has to escape, or what nobody would see.
fn is_odd(own: char) -> bool {
    own.is_control() || is_unseen(own)
}

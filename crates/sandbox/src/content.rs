//! What stands in a file, by its content type.

use serde_json::Value;

use super::document::{lines, pdf};
use super::written::plain;

/// What is the same whatever it stands for, each with the ending of its files' names: pictures of one
/// point, and an archive with nothing in it (APPNOTE.TXT section 4.3.16).
const PNG: Form = Form::Fixed("png", include_bytes!("../files/point.png"));
const JPEG: Form = Form::Fixed("jpeg", include_bytes!("../files/point.jpeg"));
const GIF: Form = Form::Fixed("gif", include_bytes!("../files/point.gif"));
const WEBP: Form = Form::Fixed("webp", include_bytes!("../files/point.webp"));
const ZIP: Form = Form::Fixed("zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Table,
    Page,
    Xml,
    Svg,
    JsonLines,
    Events,
    Json,
    Pdf,
    Bytes,
    Fixed(&'static str, &'static [u8]),
}

/// A content type, and how files of it are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// As the header says it.
    pub(super) kind: String,
    pub(super) form: Form,
}

impl Content {
    /// Of a type as a description names it.
    pub(super) fn of(named: &str) -> Self {
        let essence = named.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let (kind, form) = match essence.as_str() {
            "text/*" | "text/plain" => ("text/plain; charset=utf-8", Form::Text),
            "image/*" => ("image/png", PNG),
            kind if kind.contains('*') => ("application/octet-stream", Form::Bytes),
            kind => (kind, Form::of(kind)),
        };
        let kind = match named.contains(';') && !named.contains('*') {
            // With the parameters that it is named with.
            true => named.trim(),
            false => kind,
        };
        Self {
            kind: kind.to_owned(),
            form,
        }
    }

    /// Is it one that people read?
    pub(super) fn is_text(&self) -> bool {
        !matches!(self.form, Form::Bytes | Form::Pdf | Form::Fixed(..))
    }

    /// A file of it for records, each with its id.
    pub(super) fn bytes(&self, collection: &str, records: &[(&str, &Value)]) -> Vec<u8> {
        let texts = || -> Vec<String> {
            let each = records.iter();
            each.flat_map(|(id, record)| lines(collection, id, record))
                .collect()
        };
        let json = |before: &str, behind: &str| -> String {
            let each = records.iter();
            each.map(|(_, record)| format!("{before}{record}{behind}"))
                .collect()
        };
        let text = match self.form {
            Form::Text | Form::Bytes => texts().join("\n"),
            Form::Table => table(records),
            Form::Page => {
                let lines = texts()
                    .into_iter()
                    .map(|line| format!("<p>{}</p>", escaped(&line)));
                let lines: String = lines.collect();
                format!(
                    "<!doctype html><title>{}</title>{lines}",
                    escaped(collection)
                )
            }
            Form::Xml => xml(collection, records),
            Form::Svg => {
                let text = escaped(&texts().into_iter().next().unwrap_or_default());
                format!(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"40\"><text x=\"8\" y=\"24\">{text}</text></svg>"
                )
            }
            Form::JsonLines => json("", "\n"),
            Form::Events => json("data: ", "\n\n"),
            Form::Json => records
                .first()
                .map_or_else(|| "{}".to_owned(), |(_, own)| own.to_string()),
            Form::Pdf => return pdf(&texts()),
            Form::Fixed(_, bytes) => return bytes.to_vec(),
        };
        text.into_bytes()
    }
}

impl Form {
    fn of(kind: &str) -> Self {
        match kind {
            "text/csv" | "application/csv" => Self::Table,
            "text/html" | "application/xhtml+xml" => Self::Page,
            "image/svg+xml" => Self::Svg,
            "application/xml" | "text/xml" => Self::Xml,
            "application/x-ndjson" | "application/jsonl" | "application/json-seq" => {
                Self::JsonLines
            }
            "text/event-stream" => Self::Events,
            // Each JSON is YAML.
            "application/yaml" | "application/x-yaml" | "text/yaml" => Self::Json,
            "application/pdf" => Self::Pdf,
            "image/png" => PNG,
            "image/jpeg" | "image/jpg" => JPEG,
            "image/gif" => GIF,
            "image/webp" => WEBP,
            "application/zip" => ZIP,
            kind if kind.ends_with("+xml") => Self::Xml,
            kind if kind.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }

    /// The ending of its files' names.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Table => "csv",
            Self::Page => "html",
            Self::Xml => "xml",
            Self::Svg => "svg",
            Self::JsonLines => "jsonl",
            Self::Events => "events",
            Self::Json => "yaml",
            Self::Pdf => "pdf",
            Self::Fixed(ending, _) => ending,
            Self::Bytes => "bin",
        }
    }
}

/// The members that are neither lists nor objects.
fn simple(record: &Value) -> impl Iterator<Item = (&String, String)> {
    let members = record.as_object().into_iter().flatten();
    let simple = members.filter(|(_, value)| !value.is_object() && !value.is_array());
    simple.map(|(name, value)| match value {
        Value::Null => (name, String::new()),
        value => (name, plain(value)),
    })
}

/// A line for each record, below the names of the first one's members (RFC 4180).
fn table(records: &[(&str, &Value)]) -> String {
    let Some((_, first)) = records.first() else {
        return String::new();
    };
    let names: Vec<&String> = simple(first).map(|(name, _)| name).collect();
    let line = |cells: Vec<String>| {
        cells
            .iter()
            .map(|own| cell(own))
            .collect::<Vec<_>>()
            .join(",")
            + "\r\n"
    };
    let heading = line(names.iter().map(|name| (*name).clone()).collect());
    let lines = records.iter().map(|(_, record)| {
        let value = |name: &&String| match record.get(*name) {
            None | Some(Value::Null) => String::new(),
            Some(value) => plain(value),
        };
        line(names.iter().map(value).collect())
    });
    heading + &lines.collect::<String>()
}

fn cell(text: &str) -> String {
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// An element for each record, with one for each of its members.
fn xml(collection: &str, records: &[(&str, &Value)]) -> String {
    let name = element(collection);
    let one = element(&super::naming::singular(collection));
    let each = records.iter().map(|(_, record)| {
        let members = simple(record).map(|(name, value)| {
            let name = element(name);
            format!("<{name}>{}</{name}>", escaped(&value))
        });
        format!("<{one}>{}</{one}>", members.collect::<String>())
    });
    let records: String = each.collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name}>{records}</{name}>\n")
}

/// A name that an element can have.
fn element(name: &str) -> String {
    let plain = name.chars().map(|own| {
        if own.is_ascii_alphanumeric() {
            own
        } else {
            '_'
        }
    });
    let name: String = plain.collect();
    match name.starts_with(|own: char| own.is_ascii_alphabetic() || own == '_') {
        true => name,
        false => format!("_{name}"),
    }
}

/// As text in XML and HTML, without what XML 1.0 section 2.2 does not have.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for own in text.chars() {
        match own {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\t' | '\n' | '\r' => out.push(own),
            own if own.is_control() || matches!(own, '\u{fffe}' | '\u{ffff}') => {}
            own => out.push(own),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(kind: &str) -> String {
        let record = json!({"id": 1, "na me": "A, \"b\" <c> & \u{1}", "list": [1], "none": null});
        String::from_utf8(Content::of(kind).bytes("books", &[("1", &record)])).unwrap()
    }

    #[test]
    fn each_type_has_what_its_readers_read() {
        assert_eq!(
            text("text/csv"),
            "id,na me,none\r\n1,\"A, \"\"b\"\" <c> & \u{1}\",\r\n"
        );
        assert_eq!(
            text("application/vnd.books+xml"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<books><book><id>1</id><na_me>A, \"b\" &lt;c&gt; &amp; </na_me><none></none></book></books>\n"
        );
        assert!(text("text/html").contains("&lt;c&gt;"));
        assert!(text("text/event-stream").starts_with("data: {"));
        assert!(text("application/octet-stream").contains("id: 1"));
        for (kind, begins) in [
            ("image/png", &b"\x89PNG"[..]),
            ("image/*", b"\x89PNG"),
            ("image/gif", b"GIF87a"),
            ("image/jpg", b"\xff\xd8\xff"),
            ("image/webp", b"RIFF"),
            ("application/zip", b"PK"),
            ("application/pdf", b"%PDF"),
        ] {
            assert!(
                Content::of(kind).bytes("a", &[]).starts_with(begins),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_range_is_answered_with_one_of_it_and_a_type_with_itself() {
        for (named, kind) in [
            ("text/*", "text/plain; charset=utf-8"),
            ("image/*", "image/png"),
            ("video/*", "application/octet-stream"),
            ("Text/CSV", "text/csv"),
            ("text/csv; header=present", "text/csv; header=present"),
            ("application/vnd.own", "application/vnd.own"),
        ] {
            assert_eq!(Content::of(named).kind, kind);
        }
    }
}

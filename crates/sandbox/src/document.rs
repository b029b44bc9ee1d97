//! A record as a file to download.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response};
use serde_json::Value;

use super::content::Content;
use super::written::plain;

/// A small file that stands for the record: plain text where its `fileName` is not a PDF's.
pub(super) fn of(collection: &str, id: &str, record: &Value) -> Response<Body> {
    let name = record.get("fileName").and_then(Value::as_str);
    let as_text = name.is_some_and(|name| !name.to_ascii_lowercase().ends_with(".pdf"));
    let kind = if as_text {
        "text/plain"
    } else {
        "application/pdf"
    };
    of_kind(kind, collection, &[(id, record)])
}

/// A file of this content type for records, each with its id. Of a range such as `text/*` it is the
/// simplest.
pub(super) fn of_kind(kind: &str, collection: &str, records: &[(&str, &Value)]) -> Response<Body> {
    let content = Content::of(kind);
    let id = records.first().map_or("", |(id, _)| id);
    response(&content, content.bytes(collection, records), collection, id)
}

/// The same with the text that the description shows, where that is a text.
pub(super) fn with_text(
    kind: &str,
    collection: &str,
    id: &str,
    text: &str,
) -> Option<Response<Body>> {
    let content = Content::of(kind);
    let bytes = text.as_bytes().to_vec();
    content
        .is_text()
        .then(|| response(&content, bytes, collection, id))
}

fn response(content: &Content, bytes: Vec<u8>, collection: &str, id: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&content.kind);
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, kind.unwrap_or(unknown));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name: String = format!("{collection}-{id}")
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || "-_".contains(*character))
        .collect();
    let ending = content.form.ending();
    // Never a page of this server, whatever it holds.
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

pub(super) fn lines(collection: &str, id: &str, record: &Value) -> Vec<String> {
    let heading = format!("{collection} {id} (sandbox sample)");
    let members = record.as_object().into_iter().flatten();
    let members = members
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .map(|(name, value)| format!("{name}: {}", plain(value)));
    std::iter::once(heading).chain(members).take(40).collect()
}

/// A PDF of one page with these lines (ISO 32000-1, section 7.5).
pub(super) fn pdf(lines: &[String]) -> Vec<u8> {
    let mut text = String::from("BT /F1 11 Tf 15 TL 60 780 Td\n");
    for line in lines {
        text.push_str(&format!("({}) Tj T*\n", escaped(line)));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = String::new();
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let count = objects.len() + 1;
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// A literal string: ASCII as it is, Latin-1 in octal, nothing else.
fn escaped(line: &str) -> String {
    let mut out = String::new();
    for character in line.chars().take(90) {
        match u32::from(character) {
            _ if "()\\".contains(character) => out.extend(['\\', character]),
            0x20..=0x7e => out.push(character),
            code @ 0xa0..=0xff => out.push_str(&format!("\\{code:03o}")),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cross_reference_table_points_at_the_objects() {
        let lines = ["Rechnung (Nr. 1) für Zürich \\ 東京".to_owned()];
        let file = String::from_utf8(pdf(&lines)).unwrap();
        assert!(file.contains("(Rechnung \\(Nr. 1\\) f\\374r Z\\374rich \\\\ ??) Tj"));
        let table = file.split("0000000000 65535 f \n").nth(1).unwrap();
        for (number, line) in (1..=5).zip(table.lines()) {
            let place: usize = line[..10].parse().unwrap();
            assert!(
                file[place..].starts_with(&format!("{number} 0 obj")),
                "{number}"
            );
        }
        let start: usize = file.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(file[start..].starts_with("xref"));
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let response = of("a\"b", "../1\r\nX: y", &serde_json::json!({}));
        assert_eq!(
            response.headers()[CONTENT_DISPOSITION],
            "attachment; filename=\"ab-1Xy.pdf\""
        );
        let page = of_kind(
            "text/html",
            "a",
            &[("1", &serde_json::json!({"a": "<script>"}))],
        );
        assert_eq!(
            page.headers()[CONTENT_DISPOSITION],
            "attachment; filename=\"a-1.html\""
        );
        let text = of("sie", "1", &serde_json::json!({"fileName": "a.se"}));
        assert_eq!(text.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
    }
}

//! Texts as a table: a column for the key, and one for each language.

use csv::{ReaderBuilder, StringRecord, Writer};

use super::entry::TextEntry;
use super::translation::Translation;

pub(super) fn write(entries: &[TextEntry], languages: &[String]) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    let head = std::iter::once("key").chain(languages.iter().map(String::as_str));
    // Memory takes every row, and all of them are as long as the first.
    let _ = writer.write_record(head);
    for entry in entries {
        let text = |language: &String| entry.by_language.get(language).map_or("", String::as_str);
        let row = std::iter::once(entry.key.as_str()).chain(languages.iter().map(text));
        let _ = writer.write_record(row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn read(table: &str, first: &str) -> Result<Vec<Translation>, String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(table))
        .from_reader(table.as_bytes());
    let head = reader.headers().map_err(|error| told(&error))?.clone();
    if head.get(0) != Some("key") {
        return Err(
            "the first line has no column `key` in its first place; keep the head of the exported table"
                .to_owned(),
        );
    }
    let mut translations = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| told(&error))?;
        let key = row.get(0).unwrap_or_default();
        let source = column(&head, first).and_then(|place| row.get(place));
        for (language, text) in head.iter().zip(&row).skip(1) {
            if !text.trim().is_empty() && !language.is_empty() {
                translations.push(Translation {
                    key: key.to_owned(),
                    source: source.map(str::to_owned),
                    language: language.to_owned(),
                    text: text.to_owned(),
                });
            }
        }
    }
    Ok(translations)
}

/// Spreadsheets of countries that write a comma in numbers save with semicolons.
fn delimiter(table: &str) -> u8 {
    let head = table.lines().next().unwrap_or_default();
    let count = |mark| head.matches(mark).count();
    match (count(';') > count(','), count('\t') > count(',')) {
        (true, _) => b';',
        (false, true) => b'\t',
        (false, false) => b',',
    }
}

fn column(head: &StringRecord, name: &str) -> Option<usize> {
    head.iter().position(|own| own == name)
}

fn told(error: &csv::Error) -> String {
    match error.position() {
        Some(at) => format!("line {}: {error}; save the table as CSV anew", at.line()),
        None => format!("{error}; save the table as CSV anew"),
    }
}

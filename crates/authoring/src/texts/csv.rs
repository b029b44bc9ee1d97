//! Texts as a table: a column for the key, and one for each language.

use std::borrow::Cow;
use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord, Writer};

use super::entry::TextEntry;
use super::translation::Translation;

pub(super) fn write(entries: &[TextEntry], languages: &[String]) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    let head = std::iter::once("key").chain(languages.iter().map(String::as_str));
    // Memory takes every row, and all of them are as long as the first.
    let _ = writer.write_record(head);
    for entry in entries {
        let text = |language: &String| {
            let own = entry.by_language.get(language);
            own.map_or(Cow::Borrowed(""), |own| cell(own))
        };
        let key = Cow::Borrowed(entry.key.as_str());
        let row = std::iter::once(key).chain(languages.iter().map(text));
        let _ = writer.write_record(row.map(Cow::into_owned));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The most columns: no catalog has as many languages.
const MOST_COLUMNS: usize = 200;

pub(super) fn read(table: &str, first: &str) -> Result<Vec<Translation>, String> {
    if let Some(line) = open_quote(table) {
        return Err(format!(
            "line {line}: a quote is opened here and never closed, so all that follows would be one text; \
             close it, or save the table as CSV anew"
        ));
    }
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
    if head.len() > MOST_COLUMNS {
        return Err(format!(
            "there are {} columns, and {MOST_COLUMNS} at most are read; a column for each language is enough",
            head.len()
        ));
    }
    if let Some(twice) = head.iter().enumerate().find(|(place, name)| {
        let earlier = head.iter().take(*place);
        !name.is_empty() && earlier.into_iter().any(|own| own == *name)
    }) {
        return Err(format!("the column `{}` is there twice; keep one", twice.1));
    }
    let mut keys = HashSet::new();
    let mut translations = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| told(&error))?;
        let key = row.get(0).unwrap_or_default();
        if !keys.insert(key.to_owned()) {
            let line = row.position().map_or(0, csv::Position::line);
            return Err(format!(
                "line {line}: the key `{key}` is there twice; keep one row"
            ));
        }
        let source = column(&head, first).and_then(|place| row.get(place));
        let source = source.map(text_of);
        for (language, text) in head.iter().zip(&row).skip(1) {
            if !text.trim().is_empty() && !language.is_empty() {
                translations.push(Translation {
                    key: key.to_owned(),
                    source: source.map(str::to_owned),
                    language: language.to_owned(),
                    text: text_of(text).to_owned(),
                    is_finished: true,
                });
            }
        }
    }
    Ok(translations)
}

/// Would a spreadsheet compute it? In East Asia they take the wide forms of these marks, too.
fn is_formula(text: &str) -> bool {
    const BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    text.trim_start_matches('\'').starts_with(BEGINS)
}

/// A text as a cell that no spreadsheet computes: behind an apostrophe, one more than it has.
fn cell(text: &str) -> Cow<'_, str> {
    match is_formula(text) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text of a cell, which a translator may have written without that apostrophe.
fn text_of(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
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

/// The line of a quote that nothing closes. A quote opens a text at its beginning only, and is
/// doubled within one (RFC 4180 section 2).
fn open_quote(table: &str) -> Option<usize> {
    let delimiter = char::from(delimiter(table));
    let (mut line, mut opened) = (1, None);
    let mut begins = true;
    for c in table.chars() {
        match (c, opened) {
            ('"', Some(_)) => opened = None,
            // The second of a doubled one comes right behind, where no text begins.
            ('"', None) if begins => opened = Some(line),
            _ => {}
        }
        begins = match opened {
            Some(_) => false,
            None => c == '"' || c == delimiter || c == '\n' || c == '\r',
        };
        line += usize::from(c == '\n');
    }
    opened
}

fn column(head: &StringRecord, name: &str) -> Option<usize> {
    head.iter().position(|own| own == name)
}

/// Why the table is not read. Its bytes are text already.
fn told(error: &csv::Error) -> String {
    let (row, what) = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let cells = match len {
                1 => "1 cell".to_owned(),
                _ => format!("{len} cells"),
            };
            let what = format!(
                "this row has {cells}, and the first line has {expected_len}: give each language one, empty where \
                 there is no text, and put a text with a comma, a semicolon or a line break in it between double quotes"
            );
            (pos.as_ref(), what)
        }
        _ => (
            error.position(),
            format!("{error}; save the table as CSV anew"),
        ),
    };
    match row {
        Some(at) => format!("line {}: {what}; nothing was taken", at.line()),
        None => format!("{what}; nothing was taken"),
    }
}

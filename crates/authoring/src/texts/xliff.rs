//! Texts as translators' programs exchange them: XLIFF of OASIS, written as 1.2, read as 1.2 and 2.

use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

use super::entry::TextEntry;
use super::translation::Translation;

pub(super) fn write(catalog: &str, entries: &[TextEntry], from: &str, to: &str) -> String {
    let mut xml = Document(Writer::new_with_indent(Vec::new(), b' ', 2));
    xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    xml.open(
        "xliff",
        &[
            ("version", "1.2"),
            ("xmlns", "urn:oasis:names:tc:xliff:document:1.2"),
        ],
    );
    xml.open(
        "file",
        &[
            ("original", catalog),
            ("datatype", "plaintext"),
            ("source-language", from),
            ("target-language", to),
        ],
    );
    xml.open("body", &[]);
    for entry in entries {
        xml.open(
            "trans-unit",
            &[("id", &entry.key), ("xml:space", "preserve")],
        );
        xml.text(
            "source",
            entry.by_language.get(from).map_or("", String::as_str),
        );
        if let Some(text) = entry.by_language.get(to) {
            xml.text("target", text);
        }
        xml.close("trans-unit");
    }
    for name in ["body", "file", "xliff"] {
        xml.close(name);
    }
    let bytes = xml.0.into_inner();
    String::from_utf8_lossy(&bytes).into_owned() + "\n"
}

/// A document that is being written to memory, which takes every byte.
struct Document(Writer<Vec<u8>>);

impl Document {
    fn event(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event);
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.event(Event::Start(start));
    }

    fn text(&mut self, name: &str, text: &str) {
        self.open(name, &[]);
        self.event(Event::Text(BytesText::new(text)));
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }
}

/// A unit while it is read.
#[derive(Default)]
struct Unit {
    key: String,
    source: String,
    target: Option<String>,
    /// Does its translator say that there is more to do?
    is_unfinished: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Source,
    Target,
}

/// What a document has said so far.
#[derive(Default)]
struct Reading {
    /// The elements that are open, the outermost first.
    open: Vec<String>,
    is_xliff: bool,
    language: Option<String>,
    unit: Option<Unit>,
    translations: Vec<Translation>,
}

pub(super) fn read(xml: &str) -> Result<Vec<Translation>, String> {
    let mut reader = Reader::from_str(xml);
    let mut reading = Reading::default();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let told = |error: &dyn std::fmt::Display| {
            let breaks = xml.bytes().take(at).filter(|byte| *byte == b'\n').count();
            format!(
                "line {}: {error}; export the file anew, or repair it in the program that wrote it",
                breaks + 1
            )
        };
        match reader.read_event().map_err(|error| told(&error))? {
            Event::Start(start) => reading.start(&start).map_err(|error| told(&error))?,
            Event::Empty(start) => {
                reading.start(&start).map_err(|error| told(&error))?;
                reading.end();
            }
            Event::End(_) => reading.end(),
            Event::Text(text) => reading.add(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => reading.add(&text),
            Event::GeneralRef(name) => {
                let resolved = name.resolve_char_ref().map_err(|error| told(&error))?;
                match (resolved, resolve_predefined_entity(&name)) {
                    (Some(own), _) => reading.add(&own.to_string()),
                    (None, Some(own)) => reading.add(own),
                    (None, None) => {
                        return Err(told(&format!("`&{};` stands for nothing", &*name)));
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (reading.is_xliff, reading.language) {
        (false, _) => Err("this is XML, and no XLIFF; export the file anew".to_owned()),
        (true, None) => Err(
            "the file does not say its language; it stands in `target-language` (XLIFF 1.2) or `trgLang` (XLIFF 2)"
                .to_owned(),
        ),
        (true, Some(_)) => Ok(reading.translations),
    }
}

impl Reading {
    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.local_name().as_ref().to_owned();
        match name.as_str() {
            "xliff" => {
                self.is_xliff = true;
                self.language = attribute(start, "trgLang").or_else(|| self.language.take());
            }
            "file" => {
                let own = attribute(start, "target-language");
                self.language = own.or_else(|| self.language.take());
            }
            "trans-unit" | "unit" => {
                let key = attribute(start, "id").or_else(|| attribute(start, "name"));
                self.unit = Some(Unit {
                    key: key.unwrap_or_default(),
                    is_unfinished: attribute(start, "approved").is_some_and(|own| own == "no"),
                    ..Unit::default()
                });
            }
            _ => {}
        }
        let own = self.part_of(&name);
        if let Some(unit) = &mut self.unit {
            let state = attribute(start, "state");
            // XLIFF 1.2 section 2.2.7 (on the target), XLIFF 2 section 4.3.1.29 (on the segment).
            let is_open = |state: &String| {
                state.starts_with("needs-") || state == "new" || state == "initial"
            };
            if own == Some(Part::Target) || name == "segment" {
                unit.is_unfinished |= state.as_ref().is_some_and(is_open);
            }
            if own == Some(Part::Target) {
                if unit.target.is_some() && self.open.last().is_some_and(|own| own == "trans-unit")
                {
                    return Err(format!("`{}` has two targets", unit.key));
                }
                unit.target.get_or_insert_default();
            }
        }
        self.open.push(name);
        Ok(())
    }

    fn end(&mut self) {
        let ended = self.open.pop();
        if ended.is_some_and(|name| name == "trans-unit" || name == "unit")
            && let Some(unit) = self.unit.take()
        {
            let done = finished(unit, self.language.as_deref());
            self.translations.extend(done);
        }
    }

    /// A unit's own text; what is proposed beside it (`alt-trans`) is none.
    fn part_of(&self, name: &str) -> Option<Part> {
        let above = self.open.last().map(String::as_str);
        match (above, name) {
            (Some("trans-unit" | "segment"), "source") => Some(Part::Source),
            (Some("trans-unit" | "segment"), "target") => Some(Part::Target),
            _ => None,
        }
    }

    fn add(&mut self, text: &str) {
        let opens = |name: &String| name == "trans-unit" || name == "segment";
        let Some(at) = self.open.iter().rposition(opens) else {
            return;
        };
        let (Some(unit), Some(within)) = (&mut self.unit, self.open.get(at + 1..)) else {
            return;
        };
        // Remarks stand between the words of a text.
        if within.iter().any(|name| name == "note") {
            return;
        }
        match within.first().map(String::as_str) {
            Some("source") => unit.source += text,
            Some("target") => *unit.target.get_or_insert_default() += text,
            _ => {}
        }
    }
}

fn finished(unit: Unit, language: Option<&str>) -> Option<Translation> {
    let text = unit.target.filter(|text| !text.trim().is_empty())?;
    Some(Translation {
        key: unit.key,
        source: Some(unit.source),
        language: language?.to_owned(),
        text,
        is_finished: !unit.is_unfinished,
    })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes().flatten();
    let found = attributes.find(|own| own.key.as_ref() == name)?;
    Some(unescape(&found.value).ok()?.into_owned())
}

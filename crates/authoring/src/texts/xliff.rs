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

/// Where the reading is within a unit.
#[derive(Default)]
struct Unit {
    key: String,
    source: String,
    target: Option<String>,
    within: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Source,
    Target,
}

pub(super) fn read(xml: &str) -> Result<Vec<Translation>, String> {
    let mut reader = Reader::from_str(xml);
    let mut language = None;
    let mut unit: Option<Unit> = None;
    let mut translations = Vec::new();
    let mut is_xliff = false;
    loop {
        let at = reader.buffer_position();
        let told = |error: &dyn std::fmt::Display| {
            let line = 1 + xml
                .bytes()
                .take(usize::try_from(at).unwrap_or(usize::MAX))
                .filter(|byte| *byte == b'\n')
                .count();
            format!(
                "line {line}: {error}; export the file anew, or repair it in the program that wrote it"
            )
        };
        let event = reader.read_event().map_err(|error| told(&error))?;
        match event {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "xliff" => {
                is_xliff = true;
                language = attribute(&start, "trgLang").or(language);
            }
            Event::Start(start) => match start.local_name().as_ref() {
                "file" => language = attribute(&start, "target-language").or(language),
                "trans-unit" | "unit" => {
                    let key = attribute(&start, "id").or_else(|| attribute(&start, "name"));
                    unit = Some(Unit {
                        key: key.unwrap_or_default(),
                        ..Unit::default()
                    });
                }
                "source" => within(&mut unit, Some(Part::Source)),
                "target" => {
                    within(&mut unit, Some(Part::Target));
                    if let Some(unit) = &mut unit {
                        unit.target.get_or_insert_default();
                    }
                }
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "source" | "target" => within(&mut unit, None),
                "trans-unit" | "unit" => {
                    let done = unit.take();
                    translations.extend(done.and_then(|unit| finished(unit, language.as_deref())));
                }
                _ => {}
            },
            Event::Text(text) => add(&mut unit, &text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => add(&mut unit, &text),
            Event::GeneralRef(name) => {
                let resolved = name.resolve_char_ref().map_err(|error| told(&error))?;
                match (resolved, resolve_predefined_entity(&name)) {
                    (Some(own), _) => add(&mut unit, &own.to_string()),
                    (None, Some(own)) => add(&mut unit, own),
                    (None, None) => {
                        return Err(told(&format!("`&{};` stands for nothing", &*name)));
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match (is_xliff, language) {
        (false, _) => Err("this is XML, and no XLIFF; export the file anew".to_owned()),
        (true, None) => Err(
            "the file does not say its language; it stands in `target-language` (XLIFF 1.2) or `trgLang` (XLIFF 2)"
                .to_owned(),
        ),
        (true, Some(_)) => Ok(translations),
    }
}

fn within(unit: &mut Option<Unit>, part: Option<Part>) {
    if let Some(unit) = unit {
        unit.within = part;
    }
}

fn add(unit: &mut Option<Unit>, text: &str) {
    if let Some(unit) = unit {
        match unit.within {
            Some(Part::Source) => unit.source += text,
            Some(Part::Target) => *unit.target.get_or_insert_default() += text,
            None => {}
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
    })
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes().flatten();
    let found = attributes.find(|own| own.key.as_ref() == name)?;
    Some(unescape(&found.value).ok()?.into_owned())
}

//! The head of the file: id, version, languages, titles, guide, sources.

use std::collections::BTreeMap;

use crate::catalog::Head;
use crate::definition::{Accepted, GuideSection};
use crate::mistake::{Mistakes, suggest};
use crate::table::{Entry, Table};
use crate::{Text, is_language};

/// The head while the rest of the file is read.
pub(super) struct DraftHead {
    pub(super) languages: Vec<String>,
    pattern: Option<Pattern>,
    pub(super) sources: BTreeMap<String, String>,
    pub(super) default_source: Option<String>,
    id: Option<String>,
    version: Option<String>,
    title: Text,
    summary: Text,
    guide: Vec<GuideSection>,
    accepted: Vec<Accepted>,
}

impl DraftHead {
    pub(super) fn finished(self) -> Option<Head> {
        Some(Head {
            id: self.id?,
            version: self.version?,
            languages: self.languages,
            title: self.title,
            summary: self.summary,
            scope_pattern: self.pattern?.made("{resource}", "{action}"),
            guide: self.guide,
            accepted: self.accepted,
            sources: self.sources,
        })
    }

    /// The name that the pattern makes.
    pub(super) fn scope_name(&self, resource: &str, action: &str) -> Option<String> {
        Some(self.pattern.as_ref()?.made(resource, action))
    }

    /// A key of `[sources]`; any other is a mistake.
    pub(super) fn source(&self, entry: Option<Entry<'_>>, m: &mut Mistakes) -> Option<String> {
        let entry = entry?;
        let key = entry.string(m)?;
        if !self.sources.contains_key(key) {
            let known = self.sources.keys().map(String::as_str);
            let help = suggest(key, known, "add it to [sources]");
            m.at(
                &entry.span,
                format!("`{}` names the unknown source `{key}`", entry.key),
                help,
            );
        }
        Some(key.to_owned())
    }
}

pub(super) fn read(file: &mut Table<'_>, m: &mut Mistakes) -> DraftHead {
    let id = file
        .require("id", "write `id = \"my-api\"`", m)
        .and_then(|entry| identifier(&entry, m));
    let version = file.require("version", "write `version = \"1\"`, any text", m);
    let version = version.and_then(|entry| entry.string(m)).map(str::to_owned);
    let languages = languages(file, m);
    let title = file.text("title", "the provider's name", &languages, m);
    let summary = file.text("summary", "one or two sentences", &languages, m);
    let pattern = file.require(
        "scope_pattern",
        "write `scope_pattern = \"{resource}:{action}\"`",
        m,
    );
    let pattern = pattern.and_then(|entry| scope_pattern(&entry, m));
    let sources = sources(file, m);
    let guide = guide(file, &languages, m);
    let accepted = accepted(file, m);
    let mut head = DraftHead {
        languages,
        pattern,
        sources,
        default_source: None,
        id,
        version,
        title,
        summary,
        guide,
        accepted,
    };
    head.default_source = head.source(file.take("default_source"), m);
    head
}

fn identifier(entry: &Entry<'_>, m: &mut Mistakes) -> Option<String> {
    let id = entry.string(m)?;
    let mut bytes = id.bytes();
    let fits = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !fits {
        let help = "use small letters, digits and `-`, beginning with a letter";
        m.at(&entry.span, format!("`id` cannot be `{id}`"), help);
    }
    fits.then(|| id.to_owned())
}

fn languages(file: &mut Table<'_>, m: &mut Mistakes) -> Vec<String> {
    let help = "write `languages = [\"en\"]`; the first one is the fallback";
    let Some(entry) = file.require("languages", help, m) else {
        return Vec::new();
    };
    let mut languages: Vec<String> = Vec::new();
    for (language, span) in entry.strings(m) {
        if !is_language(language) {
            m.at(
                &span,
                format!("`{language}` is not a language"),
                "use a BCP 47 tag such as `en` or `de-CH`",
            );
        } else if languages.iter().any(|known| known == language) {
            m.at(
                &span,
                format!("the language `{language}` is listed twice"),
                "remove one of them",
            );
        } else {
            languages.push(language.to_owned());
        }
    }
    if entry.is_empty_list() {
        m.at(&entry.span, "`languages` is empty", help);
    }
    languages
}

/// How names are made: texts around a resource and an action.
struct Pattern {
    texts: [String; 3],
    action_first: bool,
}

impl Pattern {
    fn made(&self, resource: &str, action: &str) -> String {
        let [start, between, end] = &self.texts;
        let (first, second) = match self.action_first {
            true => (action, resource),
            false => (resource, action),
        };
        format!("{start}{first}{between}{second}{end}")
    }
}

fn scope_pattern(entry: &Entry<'_>, m: &mut Mistakes) -> Option<Pattern> {
    let pattern = entry.string(m)?;
    let action_first = pattern.find("{action}") < pattern.find("{resource}");
    let (first, second) = match action_first {
        true => ("{action}", "{resource}"),
        false => ("{resource}", "{action}"),
    };
    let parts = pattern.split_once(first).and_then(|(start, rest)| {
        let (between, end) = rest.split_once(second)?;
        Some(Pattern {
            texts: [start, between, end].map(str::to_owned),
            action_first,
        })
    });
    let placeholders = pattern.matches(['{', '}']).count();
    if parts.is_none() || placeholders != 4 {
        m.at(
            &entry.span,
            format!("`scope_pattern` cannot be `{pattern}`"),
            "write `{resource}` once and `{action}` once, such as `{resource}:{action}`",
        );
        return None;
    }
    parts
}

fn sources(file: &mut Table<'_>, m: &mut Mistakes) -> BTreeMap<String, String> {
    let table = file
        .take("sources")
        .and_then(|entry| entry.table("[sources]", m));
    let entries = table.map(Table::rest).unwrap_or_default();
    entries
        .into_iter()
        .filter_map(|entry| Some((entry.key.to_owned(), entry.string(m)?.to_owned())))
        .collect()
}

fn guide(file: &mut Table<'_>, languages: &[String], m: &mut Mistakes) -> Vec<GuideSection> {
    let section = file.take("guide");
    let mut sections = Vec::new();
    for mut table in section.map(|entry| entry.tables(m)).unwrap_or_default() {
        let title = table.text("title", "a heading", languages, m);
        let text = table.text("text", "Markdown", languages, m);
        table.finish(m);
        sections.push(GuideSection { title, text });
    }
    sections
}

fn accepted(file: &mut Table<'_>, m: &mut Mistakes) -> Vec<Accepted> {
    let entry = file.take("accept");
    let mut all = Vec::new();
    for mut table in entry.map(|entry| entry.tables(m)).unwrap_or_default() {
        let help = "write the rule's id, such as `rule = \"write-by-read-scope\"`";
        let rule = table.require("rule", help, m);
        let rule = rule.and_then(|entry| entry.string(m));
        let help = "write what it is found at, such as `at = [\"POST /contacts/search\"]`";
        let subjects = table.require("at", help, m);
        let subjects = subjects.map(|entry| entry.strings(m)).unwrap_or_default();
        let help = "say why it is meant so, in one sentence";
        let why = table.require("why", help, m);
        let why = why.and_then(|entry| entry.string(m));
        table.finish(m);
        if let (Some(rule), Some(why)) = (rule, why) {
            all.push(Accepted {
                rule: rule.to_owned(),
                subjects: subjects
                    .into_iter()
                    .map(|(own, _)| own.to_owned())
                    .collect(),
                why: why.to_owned(),
            });
        }
    }
    all
}

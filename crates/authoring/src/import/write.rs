//! The catalog as a file that a person likes to edit.

use std::fmt::Write as _;

use scope::Requirement;

use crate::document::node::Node;
use crate::extension::form;
use crate::unseen::{is_unseen, without_unseen};

use super::carried::Words;
use super::draft::{Action, Chapter, Draft, Line, Resource, Scope, Table};
use super::head::inline;
use super::risk::Risk;

/// Writes a file, all but the calls.
pub(super) fn beginning(draft: &Draft) -> String {
    let mut text = String::new();
    head(draft, &mut text);
    scopes(draft, &mut text);
    text += POLICIES;
    if let Some(tenant) = &draft.tenant {
        text += &format!(
            "\n# guessed, not switched on: {}. Where that names the organisation,\n\
             # say so, or a token of one organisation opens the calls of every other. \"id\" and \"number\" are the other ways.\n\
             # [organisation]\n# path_parameters = {{ {} = \"slug\" }}\n",
            tenant.in_words(),
            key(&tenant.parameter)
        );
    }
    text
}

/// The rest of a file: the calls.
pub(super) fn endpoints(base_path: &str, chapters: &[Chapter]) -> String {
    let mut text =
        "\n# ---------------------------------------------------------------- endpoints\n#\n\
        # A call that no rule names is denied.\n"
            .to_owned();
    if !base_path.is_empty() {
        text += &format!(
            "# Every path stands behind `base_path`, {base_path}, at the top of this file.\n"
        );
    }
    chapters.iter().for_each(|own| chapter(own, &mut text));
    text
}

fn head(draft: &Draft, text: &mut String) {
    let Draft {
        title,
        id,
        version,
        summary,
        ..
    } = draft;
    *text += &format!(
        "# The scopes of {}, and the calls they open.\n",
        comment(title)
    );
    *text += "#\n# Made by `scopegate catalog import`. What is marked `guessed` or `proposed` is worth a look.\n\
        # `scopegate catalog check` reads this file after a change and names every mistake.\n\n";
    *text += &format!("id = {}\n", quoted(id));
    *text += &format!("version = {}\n", quoted(version));
    *text +=
        "languages = [\"en\"]   # every text is needed in the first; the others fall back to it\n";
    *text += &format!("title = {}\n", words(title));
    *text += &format!("summary = {}\n", words(summary));
    *text += &format!("scope_pattern = {}\n", quoted(&draft.pattern));
    *text += "default_source = \"openapi\"\n";
    if !draft.base_path.is_empty() {
        *text += &format!(
            "base_path = {}   # in front of every path below\n",
            quoted(&draft.base_path)
        );
    }
    *text += "\n[sources]\n";
    for (key, what) in &draft.sources {
        *text += &format!("{} = {}\n", self::key(key), quoted(what));
    }
}

fn scopes(draft: &Draft, text: &mut String) {
    if !draft.actions.is_empty() {
        *text += "\n# ---------------------------------------------------------------- actions\n";
    }
    for Action {
        key,
        title,
        access,
        is_guessed,
    } in &draft.actions
    {
        *text += &format!("\n[actions.{}]\n", self::key(key));
        *text += &format!("title = {}\n", words(title));
        let mark = if *is_guessed {
            "   # guessed: the word is not known to the import"
        } else {
            ""
        };
        *text += &format!("access = {}{mark}\n", quoted(access.as_str()));
    }
    *text += "\n# ---------------------------------------------------------------- scopes\n";
    draft.resources.iter().for_each(|own| resource(own, text));
}

fn resource(resource: &Resource, text: &mut String) {
    text.push('\n');
    if let Some(key) = &resource.key {
        *text += &format!(
            "[resources.{}]\ntitle = {}\n",
            self::key(key),
            words(&resource.title)
        );
    } else if resource.scopes.len() > 1 {
        *text += &format!("# {}\n", comment(&resource.title));
    }
    for (place, scope) in resource.scopes.iter().enumerate() {
        if place > 0 && scope.action.is_none() {
            text.push('\n');
        }
        one_scope(resource, scope, text);
    }
}

fn one_scope(resource: &Resource, scope: &Scope, text: &mut String) {
    match (&resource.key, &scope.action) {
        (Some(resource), Some(action)) => {
            *text += &format!("[resources.{}.{}]\n", key(resource), key(action));
        }
        _ => *text += &format!("[scopes.{}]\n", key(&scope.name)),
    }
    if scope.is_bare {
        *text += &format!(
            "name = {}   # guessed: the name without an action is the wider one\n",
            quoted(&scope.name)
        );
    }
    let mark = match (scope.is_proposed, scope.texts.is_made) {
        (true, _) => "   # proposed: the document names no scope",
        (false, true) => "   # guessed: the document has no text",
        (false, false) => "",
    };
    *text += &format!("title = {}{mark}\n", words(&scope.texts.title));
    *text += &format!("description = {}\n", words(&scope.texts.description));
    if let Some(Risk {
        level,
        reason,
        money,
    }) = scope.risk
    {
        if money {
            *text += "money = true   # guessed from what it opens\n";
        }
        *text += &format!("risk = {level}\nrisk_reason = {}\n", words(reason));
    }
    for (evidence, names) in &scope.implies {
        let names: Vec<String> = names.iter().cloned().collect();
        *text += &format!(
            "# implies = {}   # proposed, not switched on: {}\n",
            list(&names),
            evidence.in_words()
        );
    }
    if scope.name.contains('*') {
        *text += "# As a right of a role, this name stands for every name that fits its `*`.\n";
    }
    if !scope.is_used {
        *text += "# No operation of the document names it: it opens nothing.\n";
    }
}

/// What every file begins with: a provider changes it once.
const POLICIES: &str = r#"
# ---------------------------------------------------------------- apps, roles, consent

[client_kinds.app]   # the first kind is the default
title = { en = "App" }
description = { en = "An app that works with the data of people who agree to it." }
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
client_credentials = "organisation"   # tokens without a person are for the app's own organisation

[roles.owner]   # what a member of an organisation may do, and so may hand to an app
title = { en = "Owner" }
rights = ["*"]

[consent]
decline = "any"   # any: people may strike each scope | optional: what the app says it can do without | none

[grant]
bound_to = "organisation"   # organisation: one, chosen at consent | user: all of the person's | client
reducible = true            # people may take scopes off later

[token]
code_ttl = "60s"
access_ttl = "1h"
refresh_ttl = "30d"
"#;

fn chapter(chapter: &Chapter, text: &mut String) {
    *text += &format!("\n# {}\n", comment(&chapter.title));
    chapter.tables.iter().for_each(|own| table(own, text));
}

fn table(table: &Table, text: &mut String) {
    *text += "\n[[endpoints]]\n";
    match table.paths.as_slice() {
        [only] => *text += &format!("path = {}\n", quoted(only)),
        several => *text += &format!("path = {}\n", list(several)),
    }
    if let Some(source) = &table.source {
        *text += &format!("source = {}\n", quoted(source));
    }
    for (method, line) in &table.methods {
        let method = method.as_str().to_ascii_lowercase();
        let mark = remark(line);
        *text += &format!("{method} = {}{mark}\n", rule(line));
    }
}

/// What stands behind a rule: the document's words for the operation.
pub(crate) fn remark(line: &Line) -> String {
    let summary = comment(&line.summary);
    match (line.is_proposed, summary.is_empty()) {
        (true, true) => "   # proposed".to_owned(),
        (true, false) => format!("   # proposed: {summary}"),
        (false, true) => String::new(),
        (false, false) => format!("   # {summary}"),
    }
}

/// A rule as a value.
pub(crate) fn rule(line: &Line) -> String {
    let Words {
        source,
        inferred,
        note,
        operation,
        title,
    } = &line.words;
    let needs = requirement(&line.requirement);
    if line.words == Words::default() {
        return needs;
    }
    let mut members = vec![format!("require = {needs}")];
    let texts = [("source", source), ("note", note), ("operation", operation)];
    for (name, own) in texts {
        members.extend(own.iter().map(|own| format!("{name} = {}", quoted(own))));
    }
    if *inferred {
        members.push("inferred = true".to_owned());
    }
    if !title.is_empty() {
        let title = title.iter();
        let title: Vec<String> = title
            .map(|(language, own)| format!("{} = {}", key(language), quoted(own)))
            .collect();
        members.push(format!("title = {{ {} }}", title.join(", ")));
    }
    format!("{{ {} }}", members.join(", "))
}

/// A requirement as a value.
fn requirement(requirement: &Requirement) -> String {
    value(&form::write(requirement))
}

/// A plain value.
fn value(node: &Node) -> String {
    match node {
        Node::Scalar(own) if node.string().is_some() => quoted(&own.text),
        Node::Scalar(own) => own.text.clone(),
        Node::List(parts) => {
            let parts: Vec<String> = parts.iter().map(|own| value(own)).collect();
            format!("[{}]", parts.join(", "))
        }
        Node::Map(map) => inline(map, value),
    }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn words(text: &str) -> String {
    format!("{{ en = {} }}", quoted(text))
}

/// A basic string (TOML 1.0).
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for own in text.chars() {
        match own {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            own if own.is_control() || is_unseen(own) => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\U{:08X}", u32::from(own));
            }
            own => quoted.push(own),
        }
    }
    quoted.push('"');
    quoted
}

/// A key, bare where it can be.
pub(crate) fn key(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !key.is_empty() && key.bytes().all(is_bare) {
        key.to_owned()
    } else {
        quoted(key)
    }
}

/// A text on one line of a comment.
fn comment(text: &str) -> String {
    without_unseen(text)
}

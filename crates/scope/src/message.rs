//! Explanations in plain English: what happened, and what to do about it.

use crate::catalog::Catalog;
use crate::decide::{Reason, Subject};
use crate::definition::RowFilter;
use crate::endpoint::{Endpoint, Method};
use crate::evaluate::{Closed, Condition};
use crate::explain::{Explanation, Missing};
use crate::mistake::suggest;
use crate::request::ApiRequest;
use crate::route::NoRoute;
use crate::why::WhyMissing;

/// A part of a requirement that no scope opens, kept for the message.
pub(crate) struct ClosedPart {
    kind: ClosedKind,
}

enum ClosedKind {
    Unmatched {
        condition: String,
        value: Option<String>,
        listed: Vec<String>,
    },
    NotJson,
    Subject(Subject),
    UnknownField(String),
    TooLarge,
}

impl ClosedPart {
    pub(crate) fn new(why: Closed<'_>) -> Self {
        let kind = match why {
            Closed::Unmatched {
                condition: about,
                value,
                listed,
            } => ClosedKind::Unmatched {
                condition: condition(about),
                value: value.map(clipped),
                listed: listed.names(),
            },
            Closed::NotJson => ClosedKind::NotJson,
            Closed::Subject(subject) => ClosedKind::Subject(subject),
            Closed::UnknownField(name) => ClosedKind::UnknownField(clipped(name)),
            Closed::TooLarge => ClosedKind::TooLarge,
        };
        Self { kind }
    }

    fn reason(&self) -> Reason {
        match self.kind {
            ClosedKind::Unmatched { .. } | ClosedKind::NotJson => Reason::UnmatchedCondition,
            ClosedKind::Subject(_) => Reason::SubjectNotAllowed,
            ClosedKind::UnknownField(_) => Reason::UnknownExpandField,
            ClosedKind::TooLarge => Reason::TooLarge,
        }
    }
}

/// The name of what a requirement depends on.
pub(crate) fn condition(condition: Condition<'_>) -> String {
    match condition {
        Condition::Path(name) => format!("the path parameter `{name}`"),
        Condition::Query(name) => format!("the query parameter `{name}`"),
        Condition::Body(pointer) => format!("`{pointer}` in the body"),
        Condition::RecordId(field) => format!("the id of the record in `{}`", clipped(field)),
    }
}

const TOO_LARGE: &str = "Denied: the call is larger than what is decided, or asks for too much at once. \
     Send fewer and shorter parameters, or several calls.";

pub(crate) fn permitted(explanation: &Explanation) -> String {
    let scopes = listed(&explanation.sufficient, "and");
    match explanation.row_filter {
        None => format!("Permitted: the caller holds {scopes}."),
        Some(RowFilter::OwnRecords) => {
            format!(
                "Permitted for records made through the same client only: the caller holds {scopes}."
            )
        }
    }
}

pub(crate) fn without_rule(catalog: &Catalog, request: &ApiRequest<'_>, none: NoRoute) -> String {
    let (method, path) = (clipped(request.method), clipped(request.path));
    match none {
        NoRoute::TooLong => TOO_LARGE.to_owned(),
        NoRoute::AmbiguousPath { why } => format!(
            "Denied: {why}, so two servers could read it differently. Send the path in its plain form."
        ),
        NoRoute::MethodNotInCatalog { allowed } => {
            let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
            format!(
                "Denied: the {} catalog has {path} with {}, not with {method}. Use one of those methods, \
                 or ask the API's team to add this one to the catalog.",
                catalog.id(),
                enumerated(&allowed, "and")
            )
        }
        NoRoute::NoRule => format!(
            "Denied: no rule of the {} catalog covers {method} {path}, and what has no rule is never open. \
             Check the path, or ask the API's team to add it to the catalog.",
            catalog.id()
        ),
    }
}

/// The parts that closed a call; the first of the deciding kind is told.
pub(crate) fn closed(catalog: &Catalog, endpoint: &Endpoint, parts: &[ClosedPart]) -> String {
    let unmatched = parts
        .iter()
        .find(|part| part.reason() == Reason::UnmatchedCondition);
    match unmatched.or(parts.first()).map(|part| &part.kind) {
        Some(ClosedKind::Unmatched {
            condition,
            value: Some(value),
            listed,
        }) => {
            let known = listed.iter().map(String::as_str);
            let help = suggest(value, known, "use one of the documented values");
            let rule = format!("{} {}", endpoint.method, endpoint.path);
            sentence(&format!(
                "Denied: {condition} is `{value}`, which the rule for {rule} does not list; {help}"
            ))
        }
        Some(ClosedKind::Unmatched {
            condition,
            value: None,
            ..
        }) => format!(
            "Denied: {condition} is not a readable string, and the rule for {} {} depends on it. \
             Send one of the documented values.",
            endpoint.method, endpoint.path
        ),
        Some(ClosedKind::NotJson) => format!(
            "Denied: the body is not JSON, and the rule for {} {} depends on it. Send valid JSON.",
            endpoint.method, endpoint.path
        ),
        Some(ClosedKind::Subject(subject)) => {
            let (speaks_for, instead) = match subject {
                Subject::Person => (
                    "a person, and only a client can make this call for itself",
                    "Use a token of the grant type client_credentials",
                ),
                Subject::Client => (
                    "the client itself, and only a person can open this call",
                    "Use a token that a person granted",
                ),
            };
            let (method, path) = (endpoint.method, &endpoint.path);
            format!("Denied: the token speaks for {speaks_for} ({method} {path}). {instead}.")
        }
        Some(ClosedKind::UnknownField(field)) => {
            let rules = catalog.expand_parameter();
            let parameter = rules.map_or("", |rules| rules.parameter.as_str());
            if field.is_empty() {
                return format!(
                    "Denied: a value of `{parameter}` is not readable text. Send the names of fields."
                );
            }
            let known = rules
                .map(|rules| rules.fields.as_slice())
                .unwrap_or_default();
            let known = known.iter().map(|(name, _)| name.as_str());
            let help = suggest(field, known, "see the reference page for the fields");
            sentence(&format!(
                "Denied: the field `{field}` cannot be named in `{parameter}`; {help}"
            ))
        }
        Some(ClosedKind::TooLarge) => TOO_LARGE.to_owned(),
        None => "Denied: no scope opens this call.".to_owned(),
    }
}

pub(crate) fn insufficient(catalog: &Catalog, explanation: &Explanation) -> String {
    let alternatives: Vec<String> = explanation
        .required
        .iter()
        .map(|names| listed(names, "and"))
        .collect();
    let mut sentences = vec![format!(
        "Denied: this call needs {}.",
        alternatives.join(", or ")
    )];
    if !explanation.unseen.is_empty() {
        sentences.push(format!(
            "All of that is needed because {} was not given or could not be seen here.",
            explanation.unseen.join(" and ")
        ));
    }
    let mut told: Vec<WhyMissing> = Vec::new();
    for missing in &explanation.missing {
        if !told.contains(&missing.why) {
            told.push(missing.why);
            sentences.push(reason_sentence(catalog, explanation, missing.why));
        }
    }
    sentences.join(" ")
}

fn reason_sentence(catalog: &Catalog, explanation: &Explanation, why: WhyMissing) -> String {
    let missing: Vec<&Missing> = explanation
        .missing
        .iter()
        .filter(|own| own.why == why)
        .collect();
    let names: Vec<String> = missing.iter().map(|own| own.scope.clone()).collect();
    let scopes = listed(&names, "and");
    let (is, it) = if names.len() == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    let (was, has) = if names.len() == 1 {
        ("was", "has")
    } else {
        ("were", "have")
    };
    match why {
        WhyMissing::NeverRequested => {
            format!("The token lacks {scopes}: request {it} in a new authorization.")
        }
        WhyMissing::Refused => format!(
            "The person refused {scopes} at consent: explain why the app needs {it}, then ask again in a new authorization."
        ),
        WhyMissing::WithheldUnknown => format!(
            "{scopes} {was} not in the catalog when the app was connected: ask again in a new authorization."
        ),
        WhyMissing::WithheldRetired | WhyMissing::Retired => {
            format!(
                "{scopes} {has} been retired and {} nothing: {}.",
                opens(&names),
                successors(catalog, &names)
            )
        }
        WhyMissing::WithheldNotRegistered => format!(
            "The app was not registered for {scopes} when it was connected: add {it} to its registration, then ask again in a new authorization."
        ),
        WhyMissing::WithheldElevation => format!(
            "{scopes} {} an approval that the app did not have when it was connected: get it from the API's team, then ask again in a new authorization.",
            if names.len() == 1 { "needs" } else { "need" }
        ),
        WhyMissing::WithheldRight => format!(
            "The person had no right to {scopes} in this organisation when the app was connected: have an administrator give the right, then ask again in a new authorization."
        ),
        WhyMissing::Reduced => format!(
            "The person has taken {scopes} off the app's access: ask again in a new authorization if the app still needs {it}."
        ),
        WhyMissing::NotRegistered => format!(
            "The token holds {scopes}, but the app is no longer registered for {it}: add {it} to its registration.",
        ),
        WhyMissing::ElevationNotApproved => format!(
            "The token holds {scopes}, but the app has no live approval for {it}: get one from the API's team."
        ),
        WhyMissing::RightMissing => format!(
            "The token holds {scopes}, but {it_or_they} {is} not among the person's rights in this organisation now: have an administrator give the right.",
            it_or_they = if names.len() == 1 { "it" } else { "they" }
        ),
    }
}

fn opens(names: &[String]) -> &'static str {
    if names.len() == 1 { "opens" } else { "open" }
}

fn successors(catalog: &Catalog, names: &[String]) -> String {
    let definitions = names
        .iter()
        .filter_map(|name| catalog.scope(catalog.find(name)?));
    let successors: Vec<String> = definitions
        .filter_map(|scope| scope.successor.clone())
        .collect();
    if successors.is_empty() {
        "ask the API's team what replaces this call".to_owned()
    } else {
        format!("use {} instead", listed(&successors, "and"))
    }
}

/// With a full stop, unless it asks.
fn sentence(text: &str) -> String {
    if text.ends_with('?') {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// `` `a`, `b` and `c` ``
fn listed(names: &[String], word: &str) -> String {
    if names.is_empty() {
        return "no scope".to_owned();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    enumerated(&quoted, word)
}

/// `a, b and c`
fn enumerated(parts: &[impl AsRef<str>], word: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {word} {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Text from a request, short enough for a message and without control characters.
fn clipped(text: &str) -> String {
    const MOST: usize = 120;
    let shown: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if shown.len() < text.len() && text.chars().nth(MOST).is_some() {
        format!("{shown}\u{2026}")
    } else {
        shown
    }
}

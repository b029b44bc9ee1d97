//! Explanations in plain English: what happened, and what to do about it.

use crate::catalog::Catalog;
use crate::decide::Access;
use crate::definition::RowFilter;
use crate::endpoint::{Endpoint, Method, Requirement};
use crate::evaluate::{Closed, Condition};
use crate::explain::{Explanation, Missing};
use crate::mistake::suggest;
use crate::reason::{Reason, Subject};
use crate::request::ApiRequest;
use crate::route::NoRoute;
use crate::unseen::is_unseen;
use crate::why::WhyMissing;
use crate::withheld::WithheldReason;

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
        Condition::InPlace(name) => format!("what `{name}` asks for"),
        Condition::RecordId(field) => format!("the id of the record in `{}`", clipped(field)),
    }
}

const TOO_LARGE: &str = "Denied: the call is larger than what is decided, or asks for too much at once. \
     Send fewer and shorter parameters, or several calls.";

pub(crate) fn permitted(explanation: &Explanation, requirement: &Requirement) -> String {
    match requirement {
        Requirement::Public if explanation.sufficient.is_empty() => {
            return "Permitted: the call is public and needs no token.".to_owned();
        }
        _ if explanation.sufficient.is_empty() => {
            return "Permitted: any token that counts opens this call, whatever its scope."
                .to_owned();
        }
        _ => {}
    }
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

pub(crate) fn insufficient(
    catalog: &Catalog,
    access: &Access<'_>,
    explanation: &Explanation,
    of_key: bool,
) -> String {
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
    let mut groups: Vec<(Lack, Vec<String>)> = Vec::new();
    for missing in &explanation.missing {
        let lack = Lack::of(catalog, access, missing, of_key);
        let name = missing.scope.clone();
        match groups.iter_mut().find(|(known, _)| *known == lack) {
            Some((_, names)) => names.push(name),
            None => groups.push((lack, vec![name])),
        }
    }
    let lacks = groups
        .iter()
        .map(|(lack, names)| lack.sentence(catalog, names));
    sentences.extend(lacks);
    sentences.join(" ")
}

/// What is known about a missing scope. Scopes with the same are told together.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Lack {
    why: WhyMissing,
    /// Does the token hold it?
    is_held: bool,
    /// What would keep it from being granted now.
    limit: Option<WithheldReason>,
    /// A client by itself has no person to ask, and no authorization to renew.
    subject: Subject,
    /// Nor has an API key, which is made as it is.
    of_key: bool,
}

impl Lack {
    fn of(catalog: &Catalog, access: &Access<'_>, missing: &Missing, of_key: bool) -> Self {
        let id = catalog.find(&missing.scope);
        Self {
            why: missing.why,
            is_held: id.is_some_and(|id| access.granted.set().contains(id)),
            limit: id.and_then(|id| access.beyond(catalog, id)),
            subject: access.subject,
            of_key,
        }
    }

    /// What happened, and the steps that lead to the scope.
    fn sentence(self, catalog: &Catalog, names: &[String]) -> String {
        let scopes = listed(names, "and");
        let one = names.len() == 1;
        if matches!(self.why, WhyMissing::WithheldRetired | WhyMissing::Retired) {
            return format!(
                "{scopes} {} been retired and {} nothing: {}.",
                if one { "has" } else { "have" },
                if one { "opens" } else { "open" },
                successors(catalog, names)
            );
        }
        let steps = self.steps(if one { "it" } else { "them" });
        format!("{}: {}.", self.cause(&scopes, one), steps.join(", then "))
    }

    fn is_told_of_rights(self) -> bool {
        matches!(
            self.why,
            WhyMissing::RightMissing | WhyMissing::WithheldRight
        )
    }

    fn cause(self, scopes: &str, one: bool) -> String {
        let (is, it, them) = if one {
            ("is", "it", "it")
        } else {
            ("are", "they", "them")
        };
        let (was, need) = if one {
            ("was", "needs")
        } else {
            ("were", "need")
        };
        let what = if self.of_key { "key" } else { "token" };
        let held = |but: String| format!("The {what} holds {scopes}, but {but}");
        match (self.why, self.is_held) {
            (WhyMissing::Refused, _) => format!("The person refused {scopes} at consent"),
            (WhyMissing::WithheldUnknown, _) => {
                format!("{scopes} {was} not in the catalog when the app was connected")
            }
            (WhyMissing::WithheldNotRegistered, _) => {
                format!("The app was not registered for {scopes} when it was connected")
            }
            (WhyMissing::WithheldElevation, _) => format!(
                "{scopes} {need} an approval that the app did not have when it was connected"
            ),
            (WhyMissing::WithheldRight, _) => format!(
                "The person had no right to {scopes} in this organisation when the app was connected"
            ),
            (WhyMissing::Reduced, _) => {
                format!("The person has taken {scopes} off the app's access")
            }
            (WhyMissing::NotRegistered, true) => {
                held(format!("the app is no longer registered for {them}"))
            }
            (WhyMissing::NotRegistered, false) => {
                format!("The app is not registered for {scopes}")
            }
            (WhyMissing::ElevationNotApproved, true) => {
                held(format!("the app has no live approval for {them}"))
            }
            (WhyMissing::ElevationNotApproved, false) => {
                format!("{scopes} {need} an approval that the app does not have")
            }
            (WhyMissing::RightMissing, _) => held(format!(
                "{it} {is} not among the person's rights in this organisation now"
            )),
            (WhyMissing::RightExpired, _) => held(format!(
                "the person's right to {them} was given at their sign-in and has run out"
            )),
            (WhyMissing::SecondFactorNeeded, _) => held(format!(
                "the person signed in without the second factor that {it} {need}"
            )),
            (WhyMissing::NotTold, _) => format!("The {what} does not hold {scopes} now"),
            (WhyMissing::NeverRequested | WhyMissing::WithheldRetired | WhyMissing::Retired, _) => {
                format!("The {what} lacks {scopes}")
            }
        }
    }

    /// In the order in which they have to be taken. A token that holds the scope needs no other.
    fn steps(self, it: &str) -> Vec<String> {
        let first = match self.limit {
            Some(WithheldReason::NotRegistered) => {
                Some(format!("add {it} to the app's registration"))
            }
            Some(WithheldReason::ElevationNotApproved) => {
                Some(String::from("get one from the API's team"))
            }
            Some(WithheldReason::RightMissing) if self.is_told_of_rights() => {
                Some(String::from("have an administrator give the right"))
            }
            _ if self.why == WhyMissing::RightExpired => {
                Some(String::from("have the person sign in again"))
            }
            _ if self.why == WhyMissing::SecondFactorNeeded => Some(String::from(
                "have the person sign in with one in a new authorization with acr_values=mfa",
            )),
            _ => None,
        };
        let ask = match self.why {
            _ if self.is_held => None,
            _ if self.of_key => Some(format!("ask whoever gave you the key for one with {it}")),
            _ if self.subject == Subject::Client => {
                Some(format!("get a new token with {it} in `scope`"))
            }
            WhyMissing::NeverRequested => Some(format!("request {it} in a new authorization")),
            WhyMissing::Refused => Some(format!(
                "explain why the app needs {it}, then ask again in a new authorization with prompt=consent"
            )),
            WhyMissing::Reduced => Some(format!(
                "ask again in a new authorization if the app still needs {it}"
            )),
            WhyMissing::NotRegistered | WhyMissing::ElevationNotApproved | WhyMissing::NotTold => {
                Some(format!("request {it} in a new authorization"))
            }
            _ => Some(String::from("ask again in a new authorization")),
        };
        first.into_iter().chain(ask).collect()
    }
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
        .map(|c| match c.is_control() || is_unseen(c) {
            true => '\u{fffd}',
            false => c,
        })
        .collect();
    if shown.len() < text.len() && text.chars().nth(MOST).is_some() {
        format!("{shown}\u{2026}")
    } else {
        shown
    }
}

//! Conditions on what the caller says, in rules about what is stored already.
//!
//! Who creates a record says what it will be, and the rule can go by that. What a call reads,
//! changes or removes is in the record, whatever the caller writes beside its id: a body that
//! names a harmless event would open every other one.

use super::organisation::OrganisationParameter;
use crate::endpoint::{Method, Requirement};
use crate::mistake::{Mistakes, Span};
use crate::segment::Segment;

/// Is the call about a record that is there? Everything but a `POST` is, and a `POST` to an
/// item, such as `/contact/{id}`.
pub(super) fn is_about_stored(
    method: Method,
    segments: &[Segment],
    organisation: &[OrganisationParameter],
) -> bool {
    // What stands behind the last slash of a path that ends in one.
    let is_end = |segment: &&Segment| matches!(segment, Segment::Literal(text) if text.is_empty());
    let named = segments.iter().rev().find(|segment| !is_end(segment));
    let named = named.map(Segment::names).unwrap_or_default();
    let names_item = |name: &String| !organisation.iter().any(|own| own.name == *name);
    method != Method::Post || named.iter().any(names_item)
}

/// Is it a method whose answer a query can filter?
fn is_read(method: Method) -> bool {
    matches!(method, Method::Get | Method::Head | Method::Query)
}

/// Refuses a condition that decides by what the caller says, unless what it could decide makes
/// no difference: all its values need the same, or the rule needs all of their scopes besides.
pub(super) fn check(requirement: &Requirement, method: Method, span: &Span, m: &mut Mistakes) {
    Check { method, span }.part(requirement, &mut Vec::new(), m);
}

struct Check<'a> {
    method: Method,
    span: &'a Span,
}

impl Check<'_> {
    /// `needed` are scopes that a call needs whatever this part says.
    fn part<'r>(&self, part: &'r Requirement, needed: &mut Vec<&'r str>, m: &mut Mistakes) {
        match part {
            Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => {}
            Requirement::BySubject { person, client } => {
                let parts = person.iter().chain(client);
                parts.for_each(|part| self.part(part, needed, m));
            }
            Requirement::All(parts) => {
                let before = needed.len();
                for part in parts {
                    if let Requirement::Scope(name) = part {
                        needed.push(name);
                    }
                }
                parts.iter().for_each(|part| self.part(part, needed, m));
                needed.truncate(before);
            }
            Requirement::Any(parts) => parts.iter().for_each(|part| self.part(part, needed, m)),
            Requirement::ByPath { is, .. } => {
                is.iter().for_each(|(_, part)| self.part(part, needed, m));
            }
            Requirement::ByQuery {
                parameter,
                filters,
                is,
                otherwise,
            } => {
                if !filters {
                    self.condition(
                        &format!("the query parameter `{parameter}`"),
                        part,
                        is,
                        needed,
                        m,
                    );
                } else if !is_read(self.method) {
                    m.at(
                        self.span,
                        format!("`filters` in a rule for {}", self.method),
                        "only what a GET answers can be filtered; remove `filters`",
                    );
                }
                let parts = is.iter().map(|(_, part)| part);
                let parts = parts.chain(otherwise.as_deref());
                parts.for_each(|part| self.part(part, needed, m));
            }
            Requirement::ByBody {
                pointer,
                is,
                otherwise,
                ..
            } => {
                self.condition(&format!("`{pointer}` in the body"), part, is, needed, m);
                let parts = is.iter().map(|(_, part)| part);
                let parts = parts.chain(otherwise.as_deref());
                parts.for_each(|part| self.part(part, needed, m));
            }
        }
    }

    fn condition(
        &self,
        name: &str,
        whole: &Requirement,
        is: &[(String, Requirement)],
        needed: &[&str],
        m: &mut Mistakes,
    ) {
        let others = match whole {
            Requirement::ByQuery { otherwise, .. } | Requirement::ByBody { otherwise, .. } => {
                otherwise.as_deref()
            }
            _ => None,
        };
        let mut needs = is.iter().map(|(_, part)| part).chain(others);
        let first = needs.next();
        let alike = needs.all(|part| Some(part) == first);
        let scopes = whole.scopes();
        if alike || scopes.iter().all(|scope| needed.contains(scope)) {
            return;
        }
        let quoted: Vec<String> = scopes.iter().map(|scope| format!("\"{scope}\"")).collect();
        let filter = match (self.method, whole) {
            (method, Requirement::ByQuery { .. }) if is_read(method) => {
                "; or add `filters = true`, if the API answers nothing but what has that value"
            }
            _ => "",
        };
        m.at(
            self.span,
            format!(
                "the rule goes by {name}, which the caller chooses, and {} is about what is \
                 stored: the record decides what it is, and only the API knows the record",
                self.method
            ),
            format!(
                "require every scope it could be: `{{ all = [{}] }}`{filter}",
                quoted.join(", ")
            ),
        );
    }
}

//! Records whose own content says which scope they need, such as a callback's event.
//!
//! Whoever makes one says it in the body, and the rule for making goes by that. The record that
//! is there decides from then on, whatever another call says beside its id. The gate does not
//! know records; an API does, and so does the sandbox.

use enforce::AccessNow;
use scope::{ApiRequest, Catalog, Endpoint, Requirement, Visible};
use serde_json::{Map, Value, json};

/// What is said when a record is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// The path by which records are made.
    pub(super) template: String,
    /// The objects around the record's members in a body.
    wrappers: Vec<String>,
    /// The member that decides.
    member: String,
}

impl Said {
    /// Of an endpoint that makes records, if its rule goes by a member of the body.
    pub(super) fn of(endpoint: &Endpoint) -> Option<Self> {
        let pointer = pointer(&endpoint.requirement)?;
        let names = pointer.split('/').skip(1);
        let mut names: Vec<String> = names
            .map(|name| name.replace("~1", "/").replace("~0", "~"))
            .collect();
        Some(Self {
            template: endpoint.path.clone(),
            member: names.pop()?,
            wrappers: names,
        })
    }

    /// The members of the record in a body: those that the rule saw. A member outside, which
    /// nobody has decided on, is not one of the record.
    pub(super) fn members(&self, mut body: Map<String, Value>) -> Map<String, Value> {
        for wrapper in &self.wrappers {
            match body.remove(wrapper) {
                Some(Value::Object(inner)) => body = inner,
                _ => {
                    body.remove(&self.member);
                    return body;
                }
            }
        }
        body
    }

    /// May a caller with this access make the record, and so see and change it?
    pub(super) fn opens(
        &self,
        record: &Value,
        catalog: &Catalog,
        access: &AccessNow,
        path: &str,
    ) -> bool {
        let member = record.get(&self.member);
        let inner =
            member.map_or_else(|| json!({}), |value| json!({ self.member.as_str(): value }));
        let wrappers = self.wrappers.iter().rev();
        let body = wrappers.fold(inner, |inner, wrapper| json!({ wrapper.as_str(): inner }));
        let body = body.to_string();
        let mut call = ApiRequest::new("POST", path);
        call.body = Visible::Seen(&body);
        scope::decide(catalog, &access.as_access(), &call).is_permit()
    }
}

/// The pointer of the first condition on the body.
fn pointer(requirement: &Requirement) -> Option<&str> {
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => None,
        Requirement::BySubject { person, client } => {
            person.iter().chain(client).find_map(|part| pointer(part))
        }
        Requirement::ByBody { pointer, .. } => Some(pointer),
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().find_map(pointer),
        Requirement::ByPath { is, .. } | Requirement::ByQuery { is, .. } => {
            is.iter().find_map(|(_, part)| pointer(part))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use scope::Method;

    use super::*;

    const PATH: &str = "/events/account/a1/events/callbacks";

    fn callbacks() -> (Catalog, Said) {
        let text = include_str!("../../../catalogs/freshbooks.toml");
        let catalog = Catalog::parse("freshbooks", text).unwrap();
        let mut endpoints = catalog.endpoints().iter();
        let makes = |endpoint: &&Endpoint| {
            endpoint.method == Method::Post && endpoint.path.ends_with("/callbacks")
        };
        let said = Said::of(endpoints.find(makes).unwrap()).unwrap();
        (catalog, said)
    }

    #[test]
    fn a_stored_record_needs_what_its_own_event_needs() {
        let (catalog, said) = callbacks();
        let scope = "user:clients:read".parse().unwrap();
        let mut access = AccessNow::new(
            scope::Subject::Person,
            catalog.granted(&scope),
            Arc::new(catalog.registered(&scope)),
        );
        (access.approved, access.rights) = (Arc::new(catalog.all()), Arc::new(catalog.all()));
        let opens = |record: Value| said.opens(&record, &catalog, &access, PATH);
        assert!(opens(json!({"id": 1, "event": "client.create"})));
        for other in [
            json!({"event": "invoice.create"}),
            json!({"event": "nothing.known"}),
            json!({"event": 5}),
            json!({"Event": "client.create"}),
            json!({}),
        ] {
            assert!(!opens(other.clone()), "{other}");
        }
    }

    #[test]
    fn what_stands_outside_is_not_of_the_record() {
        let (_, said) = callbacks();
        let members = |body: Value| Value::Object(said.members(body.as_object().unwrap().clone()));
        assert_eq!(
            members(json!({"callback": {"event": "client.create"}, "event": "invoice.create"})),
            json!({"event": "client.create"})
        );
        assert_eq!(
            members(json!({"event": "invoice.create", "uri": "u"})),
            json!({"uri": "u"})
        );
    }
}

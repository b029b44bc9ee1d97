//! Related records in place of their ids, as the query asks.
//!
//! The layer has checked that the token holds the scope of every field. But a field's text
//! comes from whoever wrote the record, and could name a record of another kind. So each
//! record is only put in where this token could also read it by itself.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::pin::Pin;

use enforce::{Permitted, Problem};
use oauth::model::SandboxRecord;
use realm::SandboxRecords;
use scope::{ApiRequest, Catalog, Decision, ExpandField, ExpandRules};
use serde_json::Value;

use super::query::Query;
use super::refusal;
use super::shape::Shapes;

/// How many fields one call may expand.
const MAX_FIELDS: usize = 20;
/// How deep.
const MAX_DEPTH: usize = 5;
/// How many ids of one answer are looked up, and how many replaced.
const MAX_REPLACED: usize = 500;

/// Fields to expand, each with those to expand below it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Fields(BTreeMap<String, Fields>);

/// The expansion of one answer.
pub(super) struct Expansion<'a> {
    pub(super) kept: SandboxRecords<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) shapes: &'a Shapes,
    pub(super) permitted: &'a Permitted,
    /// What was looked up for this answer.
    pub(super) found: HashMap<String, Option<SandboxRecord>>,
    /// How many ids were replaced.
    pub(super) replaced: usize,
}

impl Expansion<'_> {
    /// Expands every record of an answer.
    pub(super) async fn expand(mut self, data: &mut Value, query: &Query) -> Result<(), Problem> {
        let catalog = self.catalog;
        let Some(rules) = catalog.expand_parameter() else {
            return Ok(());
        };
        let fields = fields(&query.list(&rules.parameter))?;
        self.fill(data, &fields, rules, String::new()).await
    }

    fn fill<'f>(
        &'f mut self,
        value: &'f mut Value,
        fields: &'f Fields,
        rules: &'f ExpandRules,
        path: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'f>> {
        Box::pin(async move {
            match value {
                Value::Array(items) => {
                    for item in items {
                        self.fill(item, fields, rules, path.clone()).await?;
                    }
                }
                Value::Object(members) => {
                    for (name, below) in &fields.0 {
                        let Some(value) = members.get_mut(name) else {
                            continue;
                        };
                        let path = match path.as_str() {
                            "" => name.clone(),
                            above => format!("{above}.{name}"),
                        };
                        if let Some(rule) = rule(rules, &path) {
                            self.replace(value, rule).await?;
                            self.fill(value, below, rules, path).await?;
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Puts records in the place of an id, or of each in a list.
    async fn replace(&mut self, value: &mut Value, rule: &ExpandField) -> Result<(), Problem> {
        let ids = match value {
            Value::Array(items) => items.iter_mut().collect(),
            one => vec![one],
        };
        for place in ids {
            let Value::String(id) = &*place else {
                continue;
            };
            let record = self.record(id).await?;
            if let Some(record) = record.filter(|record| self.may_read(record, rule)) {
                self.replaced += 1;
                within(self.replaced)?;
                *place = record.body;
            }
        }
        Ok(())
    }

    async fn record(&mut self, id: &str) -> Result<Option<SandboxRecord>, Problem> {
        if let Some(found) = self.found.get(id) {
            return Ok(found.clone());
        }
        within(self.found.len())?;
        let found = self.kept.by_id(id).await;
        let found = found.map_err(refusal::fault)?;
        self.found.insert(id.to_owned(), found.clone());
        Ok(found)
    }

    /// Would this token see the record if it asked for it? Kinds of record that have no call
    /// of their own are only seen through fields that name them.
    fn may_read(&self, record: &SandboxRecord, rule: &ExpandField) -> bool {
        let collection = self.shapes.collection(&record.collection);
        let Some(template) = collection.and_then(|collection| collection.read.as_deref()) else {
            return names_kind(rule, &record.id);
        };
        let Some(path) = path(template, &record.id, self.catalog, self.permitted) else {
            return false;
        };
        let call = ApiRequest::new("GET", &path);
        match scope::decide(self.catalog, &self.permitted.access.as_access(), &call) {
            Decision::Permit(permit) => {
                let client = &self.permitted.token.client;
                permit.row_filter.is_none() || record.created_by.as_ref() == Some(client)
            }
            Decision::Deny(_) => false,
        }
    }
}

/// A template with this call's organisation, and the id at every other place; `None` when the
/// call names no organisation.
pub(super) fn path(
    template: &str,
    id: &str,
    catalog: &Catalog,
    permitted: &Permitted,
) -> Option<String> {
    let organisations = catalog.organisation_parameters();
    let segments: Option<Vec<&str>> = template
        .split('/')
        .map(|segment| {
            let parameter = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            match parameter {
                None => Some(segment),
                Some(name) if organisations.contains_key(name) => {
                    let mut given = permitted.parameters.iter();
                    given
                        .find(|(key, _)| key == name)
                        .map(|(_, value)| value.as_str())
                }
                Some(_) => Some(id),
            }
        })
        .collect();
    segments.map(|segments| segments.join("/"))
}

fn within(replaced: usize) -> Result<(), Problem> {
    if replaced <= MAX_REPLACED {
        return Ok(());
    }
    Err(refusal::query(format!(
        "An answer can hold at most {MAX_REPLACED} expanded records. Ask for a smaller page, or expand fewer fields."
    )))
}

fn fields(paths: &[&str]) -> Result<Fields, Problem> {
    if paths.len() > MAX_FIELDS {
        return Err(refusal::query(format!(
            "A call can expand at most {MAX_FIELDS} fields."
        )));
    }
    let mut fields = Fields::default();
    for path in paths {
        if path.split('.').count() > MAX_DEPTH {
            return Err(refusal::query(format!(
                "A field to expand can be at most {MAX_DEPTH} names deep."
            )));
        }
        let mut here = &mut fields;
        for name in path.split('.') {
            here = here.0.entry(name.to_owned()).or_default();
        }
    }
    Ok(fields)
}

/// The rule of the longest dotted key that ends where the path does.
fn rule<'r>(rules: &'r ExpandRules, path: &str) -> Option<&'r ExpandField> {
    rules
        .fields
        .iter()
        .filter(|(key, _)| {
            path.strip_suffix(key.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
        .max_by_key(|(key, _)| key.len())
        .map(|(_, rule)| rule)
}

fn names_kind(rule: &ExpandField, id: &str) -> bool {
    match rule {
        ExpandField::ById(prefixes) => prefixes
            .iter()
            .any(|(prefix, _)| id.starts_with(prefix.as_str())),
        ExpandField::Nothing | ExpandField::Scope(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_share_their_beginnings() {
        let both = fields(&["a.b", "a", "a.c"]).unwrap_or_default();
        assert_eq!(both.0.len(), 1);
        assert_eq!(both.0["a"].0.len(), 2);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        assert!(fields(&["a.a.a.a.a"]).is_ok());
        assert!(fields(&["a.a.a.a.a.a"]).is_err());
        assert!(fields(&vec!["a"; MAX_FIELDS + 1]).is_err());
    }

    #[test]
    fn the_longest_key_wins_and_only_at_whole_names() {
        let rules = ExpandRules {
            parameter: "expand".to_owned(),
            fields: vec![
                ("item".to_owned(), ExpandField::Nothing),
                ("lines.item".to_owned(), ExpandField::Scope("x".to_owned())),
            ],
        };
        assert_eq!(
            rule(&rules, "order.lines.item"),
            Some(&ExpandField::Scope("x".to_owned()))
        );
        assert_eq!(rule(&rules, "order.item"), Some(&ExpandField::Nothing));
        assert_eq!(rule(&rules, "lineitem"), None);
    }
}

//! The different calls that one endpoint is: one for each value that its conditions tell apart,
//! and for each kind of subject.

use crate::compiled::{Case, Cases, Needs};

/// The most calls that one endpoint is taken apart into.
const MOST: usize = 1_024;

/// What a condition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read<'n> {
    Subject,
    Path(usize, &'n str),
    Query(&'n str),
    Body(&'n str),
}

/// One of the calls: what each condition reads.
pub(super) struct Variant<'n> {
    given: Vec<(Read<'n>, String)>,
}

const PERSON: &str = "person";
const CLIENT: &str = "client";
/// Stands for every value that is not listed.
const OTHER: &str = "another-value";

/// Every call of an endpoint, or nothing where they are too many to look at.
pub(super) fn variants(needs: &Needs) -> Option<Vec<Variant<'_>>> {
    let mut conditions: Vec<(Read<'_>, Vec<String>)> = Vec::new();
    collect(needs, &mut conditions);
    let mut variants = vec![Variant { given: Vec::new() }];
    for (read, values) in conditions {
        if variants.len().saturating_mul(values.len()) > MOST {
            return None;
        }
        let each = variants.iter().flat_map(|sofar| {
            values.iter().map(|value| {
                let mut given = sofar.given.clone();
                given.push((read, value.clone()));
                Variant { given }
            })
        });
        variants = each.collect();
    }
    Some(variants)
}

fn collect<'n>(needs: &'n Needs, found: &mut Vec<(Read<'n>, Vec<String>)>) {
    match needs {
        Needs::Scope(_) | Needs::AnyToken | Needs::Public => {}
        Needs::All(parts) | Needs::Any(parts) => {
            parts.iter().for_each(|part| collect(part, found));
        }
        Needs::BySubject(person, client) => {
            add(Read::Subject, vec![PERSON.into(), CLIENT.into()], found);
            for part in person.iter().chain(client) {
                collect(part, found);
            }
        }
        Needs::ByPath {
            place,
            parameter,
            cases,
        } => of_cases(Read::Path(*place, parameter), cases, found),
        Needs::ByQuery { parameter, cases } => {
            of_cases(Read::Query(parameter.as_str()), cases, found);
        }
        Needs::ByBody { pointer, cases, .. } => of_cases(Read::Body(pointer), cases, found),
    }
}

fn of_cases<'n>(read: Read<'n>, cases: &'n Cases, found: &mut Vec<(Read<'n>, Vec<String>)>) {
    let names = cases.names();
    let mut values: Vec<String> = names.iter().map(|name| example(name, &names)).collect();
    if cases.absent().is_some() {
        values.push(OTHER.to_owned());
    }
    add(read, values, found);
    cases.iter().for_each(|part| collect(part, found));
}

/// A value that this name stands for: one that no other name is.
fn example(name: &str, names: &[String]) -> String {
    let Some(start) = name.strip_suffix('*') else {
        return name.to_owned();
    };
    let mut value = start.to_owned();
    // As many tries as there are names are enough.
    for _ in 0..=names.len() {
        value.push('z');
        let is_another = |own: &String| match own.strip_suffix('*') {
            Some(other) => other.len() > start.len() && value.starts_with(other),
            None => *own == value,
        };
        if !names.iter().any(is_another) {
            break;
        }
    }
    value
}

fn add<'n>(read: Read<'n>, values: Vec<String>, found: &mut Vec<(Read<'n>, Vec<String>)>) {
    match found.iter_mut().find(|(own, _)| *own == read) {
        None => found.push((read, values)),
        Some((_, own)) => {
            for value in values {
                if !own.contains(&value) {
                    own.push(value);
                }
            }
        }
    }
}

/// What of a part counts for one of the calls.
pub(super) enum Part<'n> {
    Needs(&'n Needs),
    /// All of these.
    Everything(&'n Cases),
    Closed,
}

impl Variant<'_> {
    pub(super) fn person_or_client<'n>(
        &self,
        person: Option<&'n Needs>,
        client: Option<&'n Needs>,
    ) -> Part<'n> {
        let own = match self.value(Read::Subject) {
            Some(PERSON) => person,
            _ => client,
        };
        own.map_or(Part::Closed, Part::Needs)
    }

    pub(super) fn by_path<'n>(&self, place: usize, parameter: &str, cases: &'n Cases) -> Part<'n> {
        self.case(Read::Path(place, parameter), cases)
    }

    pub(super) fn by_query<'n>(&self, parameter: &str, cases: &'n Cases) -> Part<'n> {
        self.case(Read::Query(parameter), cases)
    }

    pub(super) fn by_body<'n>(&self, pointer: &str, cases: &'n Cases) -> Part<'n> {
        self.case(Read::Body(pointer), cases)
    }

    fn case<'n>(&self, read: Read<'_>, cases: &'n Cases) -> Part<'n> {
        let value = self.value(read).unwrap_or_default();
        match cases.get(value) {
            Case::Needs(needs) => Part::Needs(needs),
            Case::Anything => Part::Everything(cases),
            Case::NotListed => Part::Closed,
        }
    }

    fn value(&self, read: Read<'_>) -> Option<&str> {
        let mut given = self.given.iter();
        let own = given.find(|(own, _)| *own == read);
        own.map(|(_, value)| value.as_str())
    }

    /// What makes it this call and not another one of its endpoint, for people.
    pub(super) fn told(&self) -> Option<String> {
        let each = self.given.iter().map(|(read, value)| match (read, value) {
            (Read::Subject, value) if value == PERSON => "for a person".to_owned(),
            (Read::Subject, _) => "for the client itself".to_owned(),
            (Read::Path(_, name) | Read::Query(name) | Read::Body(name), value) => {
                let value = match value.as_str() {
                    OTHER => "another value",
                    value => value,
                };
                format!("{name}: {value}")
            }
        });
        let each: Vec<String> = each.collect();
        (!each.is_empty()).then(|| each.join(", "))
    }
}

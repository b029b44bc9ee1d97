//! Requirements: the form of the file, and the form decisions read.

use toml::de::DeValue;

use super::by_body::ByBody;
use super::paths::Written;
use super::possible::{For, check_value, is_always_met, is_never_met};
use super::scope::Scopes;
use crate::Subject;
use crate::compiled::{Cases, Needs};
use crate::endpoint::Requirement;
use crate::likeness::Watched;
use crate::mistake::{Mistakes, Span};
use crate::table::{Entry, Node, Table, described};

/// The most alternatives that one call may have.
const MOST_ALTERNATIVES: usize = 256;

/// Reads one requirement of an endpoint whose path has these templates.
pub(super) fn read(
    node: &Node<'_>,
    span: &Span,
    path: &Written,
    parameters: &[String],
    scopes: &Scopes,
    m: &mut Mistakes,
) -> Option<(Requirement, Needs)> {
    if let DeValue::Table(table) = node.get_ref()
        && table.contains_key(PUBLIC)
    {
        return public(Table::new("the requirement", span.clone(), table), m);
    }
    let reader = Reader {
        path,
        parameters,
        scopes,
        whose: None,
    };
    let (requirement, needs) = reader.requirement(node.get_ref(), span, m)?;
    if alternatives(&requirement) > MOST_ALTERNATIVES {
        m.at(
            span,
            format!("the requirement has more than {MOST_ALTERNATIVES} alternatives"),
            "use fewer `any` inside `all`, and fewer values with `any`",
        );
    }
    Some((requirement, needs))
}

/// The key of the requirement that needs no token.
const PUBLIC: &str = "public";

/// Open to everybody: said of a whole call, in so many words.
fn public(mut table: Table<'_>, m: &mut Mistakes) -> Option<(Requirement, Needs)> {
    let entry = table.take(PUBLIC)?;
    if !table.is_empty() {
        m.at(
            &table.span,
            "`public` stands beside other keys",
            "a public call needs nothing: write `{ public = true }` alone, or remove `public`",
        );
        return None;
    }
    if entry.boolean(m)? {
        return Some((Requirement::Public, Needs::Public));
    }
    let help = "write `public = true`, or the scope that the call needs";
    m.at(&entry.span, "`public` is not true", help);
    None
}

#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    path: &'a Written,
    parameters: &'a [String],
    scopes: &'a Scopes,
    /// Whom this part of the rule is for.
    whose: For,
}

const FORMS: &str = "write a scope in quotes, or `{ all = [ … ] }`, `{ any = [ … ] }`, \
     `{ by_path = …, is = { … } }`, `{ by_query = …, is = { … } }`, `{ by_body = …, is = { … } }`, \
     `{ person = …, client = … }`, `{ any_token = true }` or `{ public = true }`";

impl Reader<'_> {
    fn requirement(
        &self,
        value: &DeValue<'_>,
        span: &Span,
        m: &mut Mistakes,
    ) -> Option<(Requirement, Needs)> {
        let (requirement, needs) = self.written(value, span, m)?;
        if is_never_met(&requirement, self.whose) {
            let help = "`person` alone shuts clients out, and `client` alone persons; remove one of them, or the rule";
            m.at(span, "no token can meet the requirement", help);
            return None;
        }
        Some((requirement, needs))
    }

    fn written(
        &self,
        value: &DeValue<'_>,
        span: &Span,
        m: &mut Mistakes,
    ) -> Option<(Requirement, Needs)> {
        match value {
            DeValue::String(name) if name.trim().is_empty() => {
                m.at(
                    span,
                    "the requirement names no scope",
                    "every call needs at least one scope; write its name",
                );
                None
            }
            DeValue::String(name) => {
                let id = self.scopes.find(name, span, m)?;
                Some((Requirement::Scope(name.to_string()), Needs::Scope(id)))
            }
            DeValue::Table(table) => {
                self.combined(Table::new("the requirement", span.clone(), table), m)
            }
            other => {
                m.at(
                    span,
                    format!("the requirement is {}", described(other)),
                    FORMS,
                );
                None
            }
        }
    }

    fn combined(&self, mut table: Table<'_>, m: &mut Mistakes) -> Option<(Requirement, Needs)> {
        let all = table.take("all");
        let any = table.take("any");
        let by_path = table.take("by_path");
        let by_query = table.take("by_query");
        let by_body = table.take("by_body");
        let is = table.take("is");
        let filters = table.take("filters");
        let otherwise = table.take("otherwise");
        let any_token = table.take("any_token");
        if let Some(public) = table.take(PUBLIC) {
            m.at(
                &public.span,
                "`public` inside another requirement",
                "a call is public as a whole or not at all: make `{ public = true }` the whole requirement, or \
                 write `{ any_token = true }` here",
            );
            return None;
        }
        let (person, client) = (table.take("person"), table.take("client"));
        let subject = person.as_ref().or(client.as_ref()).cloned();
        let forms = [
            &all, &any, &by_path, &by_query, &by_body, &any_token, &subject,
        ];
        match forms.iter().filter(|form| form.is_some()).count() {
            1 => {}
            // Then one of the keys is misspelt.
            0 if !table.is_empty() => {
                table.finish(m);
                return None;
            }
            _ => {
                m.at(&table.span, "the requirement is not of one form", FORMS);
                return None;
            }
        }
        if let Some(entry) = any_token {
            table.finish(m);
            return match entry.boolean(m)? {
                true => Some((Requirement::AnyToken, Needs::AnyToken)),
                false => {
                    let help = "write `any_token = true`, or the scope that the call needs";
                    m.at(&entry.span, "`any_token` is not true", help);
                    None
                }
            };
        }
        if subject.is_some() {
            table.finish(m);
            return self.by_subject(person.as_ref(), client.as_ref(), m);
        }
        let (batch, without) = (table.take("batch"), table.take("without"));
        let takes_others = by_query.is_some() || (by_body.is_some() && without.is_some());
        if let Some(otherwise) = otherwise.as_ref().filter(|_| !takes_others) {
            m.at(
                &otherwise.span,
                "`otherwise` without `by_query`, or `by_body` with `without`",
                "remove it: only there are values that need not be listed",
            );
        }
        for entry in batch.iter().chain(&without) {
            if by_body.is_none() {
                let what = format!("`{}` without `by_body`", entry.key);
                m.at(
                    &entry.span,
                    what,
                    "remove it: it is about members of a body",
                );
            }
        }
        if let Some(list) = all.as_ref().or(any.as_ref()) {
            if let Some(is) = is {
                m.at(
                    &is.span,
                    format!("`{}` has no `is`", list.key),
                    "remove `is`, or use `by_path`, `by_query` or `by_body`",
                );
            }
            table.finish(m);
            let (requirements, needs) = self.parts(list, m)?;
            let open = |part: &Requirement| is_always_met(part, self.whose);
            if any.is_some() && requirements.len() > 1 && requirements.iter().any(open) {
                m.at(
                    &list.span,
                    "`any` has a part that every token meets, so the others make no difference",
                    "write `{ any_token = true }` in place of all of them, or remove that part",
                );
                return None;
            }
            return Some(match all {
                Some(_) => (Requirement::All(requirements), Needs::All(needs.into())),
                None => (Requirement::Any(requirements), Needs::Any(needs.into())),
            });
        }
        if let Some(filters) = filters.as_ref().filter(|_| by_query.is_none()) {
            m.at(
                &filters.span,
                "`filters` without `by_query`",
                "remove it: only a query parameter can filter what is answered",
            );
        }
        let filters = filters.and_then(|entry| entry.boolean(m)).unwrap_or(false);
        if is.is_none() {
            let help = "write `is = { value = \"scope\", … }` beside it";
            m.at(&table.span, "the requirement has no `is`", help);
        }
        let cases = is.as_ref().and_then(|entry| self.cases(entry, m));
        table.finish(m);
        if let Some(entry) = by_path {
            return self.by_path(&entry, is.as_ref(), cases, m);
        }
        if let Some(entry) = by_query {
            let parameter = entry.string(m)?.to_owned();
            let (is, cases) = cases?;
            let (cases, others) = self.others(cases, otherwise.as_ref(), m)?;
            let needs = Needs::ByQuery {
                parameter: Watched::new(&parameter),
                cases,
            };
            let requirement = Requirement::ByQuery {
                parameter,
                filters,
                is,
                otherwise: others,
            };
            return Some((requirement, needs));
        }
        let written = ByBody {
            member: by_body?,
            batch,
            without,
            otherwise,
        };
        written.read(self, cases?, m)
    }

    /// With what values need that are not listed.
    pub(super) fn others(
        &self,
        cases: Cases,
        otherwise: Option<&Entry<'_>>,
        m: &mut Mistakes,
    ) -> Option<(Cases, Option<Box<Requirement>>)> {
        let Some(entry) = otherwise else {
            return Some((cases, None));
        };
        let (own, needs) = self.requirement(entry.node.get_ref(), &entry.span, m)?;
        Some((cases.otherwise(needs), Some(Box::new(own))))
    }

    fn parts(&self, list: &Entry<'_>, m: &mut Mistakes) -> Option<(Vec<Requirement>, Vec<Needs>)> {
        let items = list.array(m)?;
        if items.is_empty() {
            let help = "every call needs at least one scope; name one, or remove the method";
            m.at(&list.span, format!("`{}` is empty", list.key), help);
            return None;
        }
        let parts: Vec<_> = items
            .iter()
            .map(|item| self.requirement(item.get_ref(), &item.span(), m))
            .collect();
        Some(
            parts
                .into_iter()
                .collect::<Option<Vec<_>>>()?
                .into_iter()
                .unzip(),
        )
    }

    fn by_subject(
        &self,
        person: Option<&Entry<'_>>,
        client: Option<&Entry<'_>>,
        m: &mut Mistakes,
    ) -> Option<(Requirement, Needs)> {
        if self.whose.is_some() {
            let entry = person.or(client)?;
            m.at(
                &entry.span,
                format!("`{}` inside a rule for one of both", entry.key),
                "whom the token speaks for is asked already: write what those need",
            );
            return None;
        }
        let mut whole = true;
        let mut part = |entry: Option<&Entry<'_>>, whose| {
            let entry = entry?;
            let reader = Self {
                whose: Some(whose),
                ..*self
            };
            let read = reader.requirement(entry.node.get_ref(), &entry.span, m);
            whole &= read.is_some();
            read.map(|(own, needs)| (Box::new(own), Box::new(needs)))
        };
        let (person, its_needs) = part(person, Subject::Person).unzip();
        let (client, own_needs) = part(client, Subject::Client).unzip();
        let requirement = Requirement::BySubject { person, client };
        whole.then_some((requirement, Needs::BySubject(its_needs, own_needs)))
    }

    fn by_path(
        &self,
        entry: &Entry<'_>,
        values: Option<&Entry<'_>>,
        cases: Option<(Vec<(String, Requirement)>, Cases)>,
        m: &mut Mistakes,
    ) -> Option<(Requirement, Needs)> {
        let parameter = entry.string(m)?;
        let Some(place) = self.parameters.iter().position(|own| own == parameter) else {
            m.unknown(
                &entry.span,
                "template in this path named",
                parameter,
                self.parameters.iter().map(String::as_str),
            );
            return None;
        };
        if self
            .parameters
            .iter()
            .filter(|own| *own == parameter)
            .count()
            > 1
        {
            m.at(
                &entry.span,
                format!("the path has the template `{{{parameter}}}` twice"),
                "call the one that the rule goes by something else",
            );
            return None;
        }
        let values = values.and_then(|values| values.table("`is`", m));
        for own in values.map(Table::rest).unwrap_or_default() {
            check_value(self.path, parameter, own.key, &own.span, m);
        }
        let (is, cases) = cases?;
        let needs = Needs::ByPath {
            place,
            parameter: parameter.into(),
            cases,
        };
        Some((
            Requirement::ByPath {
                parameter: parameter.to_owned(),
                is,
            },
            needs,
        ))
    }

    fn cases(
        &self,
        entry: &Entry<'_>,
        m: &mut Mistakes,
    ) -> Option<(Vec<(String, Requirement)>, Cases)> {
        let entries = entry.table("`is`", m)?.rest();
        if entries.is_empty() {
            m.at(
                &entry.span,
                "`is` has no value",
                "list at least one value with its scope",
            );
            return None;
        }
        let mut is = Vec::new();
        let mut compiled = Vec::new();
        let mut whole = true;
        for case in entries {
            if case
                .key
                .find('*')
                .is_some_and(|star| star + 1 != case.key.len())
            {
                m.at(
                    &case.span,
                    format!("`{}` has a `*` before its end", case.key),
                    "a `*` stands at the end only",
                );
            }
            match self.requirement(case.node.get_ref(), &case.span, m) {
                Some((requirement, needs)) => {
                    is.push((case.key.to_owned(), requirement));
                    compiled.push((case.key.to_owned(), needs));
                }
                None => whole = false,
            }
        }
        whole.then(|| (is, Cases::new(compiled)))
    }
}

/// How many alternatives a call can have at most, when nothing it depends on is visible.
fn alternatives(requirement: &Requirement) -> usize {
    let product = |parts: &mut dyn Iterator<Item = &Requirement>| {
        parts.map(alternatives).fold(1_usize, usize::saturating_mul)
    };
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => 1,
        Requirement::BySubject { person, client } => {
            let parts = person.iter().chain(client).map(|part| alternatives(part));
            parts.fold(0, usize::saturating_add)
        }
        Requirement::All(parts) => product(&mut parts.iter()),
        Requirement::Any(parts) => parts
            .iter()
            .map(alternatives)
            .fold(0, usize::saturating_add),
        Requirement::ByPath { is, .. } => is
            .iter()
            .map(|(_, part)| alternatives(part))
            .max()
            .unwrap_or(1),
        Requirement::ByQuery { is, otherwise, .. } | Requirement::ByBody { is, otherwise, .. } => {
            let parts = is.iter().map(|(_, part)| part);
            product(&mut parts.chain(otherwise.as_deref()))
        }
    }
}

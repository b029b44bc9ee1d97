//! The least scopes, found the slow and obvious way: every choice of one alternative for each
//! call, and each call of the API held against each of them.
//!
//! Included by the tests of this crate, and by those that import catalogs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests fail by panicking; each program uses its own part"
)]

use std::collections::{BTreeMap, BTreeSet};

use scope::{ApiRequest, Catalog, ExpandField, MinimalScopes, Requirement, Visible};

type Names = BTreeSet<String>;

/// Something that is open or not: a call of the API with values for all its conditions, or a
/// field that can be expanded.
pub struct Unit {
    /// One of these is enough; with whether it opens some rows only.
    ways: Vec<(Names, bool)>,
    is_call: bool,
}

impl Unit {
    /// 0 shut, 1 for some rows, 2 open.
    fn state(&self, held: &Names) -> u8 {
        let ways = self.ways.iter().filter(|(all, _)| all.is_subset(held));
        let states = ways.map(|(_, filtered)| if *filtered { 1 } else { 2 });
        states.max().unwrap_or(0)
    }
}

/// Every unit of a catalog.
pub struct Api<'c> {
    catalog: &'c Catalog,
    pub units: Vec<Unit>,
    defaults: Names,
}

type Given = BTreeMap<String, String>;

impl<'c> Api<'c> {
    pub fn new(catalog: &'c Catalog) -> Self {
        let mut units = Vec::new();
        for endpoint in catalog.endpoints() {
            let mut conditions = BTreeMap::new();
            collect(&endpoint.requirement, &mut conditions);
            let mut all: Vec<Given> = vec![Given::new()];
            for (condition, values) in &conditions {
                all = all
                    .iter()
                    .flat_map(|sofar| {
                        values.iter().map(|value| {
                            let mut given = sofar.clone();
                            given.insert(condition.clone(), value.clone());
                            given
                        })
                    })
                    .collect();
            }
            for given in all {
                units.push(Unit {
                    ways: ways(catalog, &endpoint.requirement, &given),
                    is_call: true,
                });
            }
        }
        for (_, field) in catalog
            .expand_parameter()
            .into_iter()
            .flat_map(|own| &own.fields)
        {
            let names = match field {
                ExpandField::Nothing => Vec::new(),
                ExpandField::Scope(name) => vec![name],
                ExpandField::ById(each) => {
                    each.iter().filter_map(|(_, name)| name.as_ref()).collect()
                }
            };
            for name in names {
                units.push(Unit {
                    ways: of_scope(catalog, name),
                    is_call: false,
                });
            }
        }
        let defaults = catalog.names(catalog.every_grant());
        Self {
            catalog,
            units,
            defaults: defaults.into_iter().map(str::to_owned).collect(),
        }
    }

    fn opened(&self, held: &Names) -> Vec<u8> {
        let held = held | &self.defaults;
        self.units.iter().map(|unit| unit.state(&held)).collect()
    }

    /// What asking for these gives, besides the defaults.
    fn held<'a>(&self, asked: impl IntoIterator<Item = &'a str>) -> Names {
        let mut held = Names::new();
        for name in asked {
            if !self.defaults.contains(name) {
                let id = self.catalog.find(name).unwrap();
                held.insert(name.to_owned());
                held.extend(self.catalog.scope(id).unwrap().implies.iter().cloned());
            }
        }
        &held - &self.defaults
    }

    /// How many scopes at risk 5, 4, and so on, then how many calls, then how many scopes.
    fn cost(&self, held: &Names, opened: &[u8]) -> ([usize; 5], usize, usize) {
        let mut risk = [0; 5];
        for name in held {
            let scope = self
                .catalog
                .scope(self.catalog.find(name).unwrap())
                .unwrap();
            let level = scope.risk.as_ref().map_or(3, |risk| risk.level);
            risk[5 - usize::from(level)] += 1;
        }
        let by_default = self.opened(&Names::new());
        let calls = self.units.iter().zip(opened).zip(by_default);
        let calls =
            calls.filter(|((unit, own), default)| unit.is_call && **own > 0 && *default == 0);
        (risk, calls.count(), held.len())
    }

    /// Every choice of one usable alternative for each call; nothing where they are more than
    /// `most`.
    pub fn choices(&self, calls: &[ApiRequest<'_>], most: usize) -> Option<BTreeSet<Names>> {
        let mut all = BTreeSet::from([Names::new()]);
        for call in calls {
            let required = scope::required(self.catalog, call).unwrap();
            let sets = required
                .alternatives()
                .iter()
                .map(|own| own.iter().copied().collect());
            let usable = sets.filter(|own: &scope::ScopeSet| own.is_subset(self.catalog.usable()));
            let held: Vec<Names> = usable
                .map(|own| self.held(self.catalog.names(&own)))
                .collect();
            if all.len() * held.len() > most {
                return None;
            }
            all = all
                .iter()
                .flat_map(|sofar| held.iter().map(move |own| sofar | own))
                .collect();
        }
        Some(all)
    }

    /// Holds an answer against every choice: none opens strictly less, and if the answer says
    /// so, none that nothing opens strictly less than has less cost.
    pub fn check(&self, choices: &BTreeSet<Names>, answer: &MinimalScopes) -> Result<(), String> {
        let held = self.held(answer.scope.iter());
        let opened = self.opened(&held);
        let cost = self.cost(&held, &opened);
        if !choices.iter().any(|own| own.is_subset(&held)) {
            return Err(format!("{} does not open the calls", answer.scope));
        }
        if cost.1 != answer.opens {
            return Err(format!("it opens {} calls, not {}", cost.1, answer.opens));
        }
        let each: Vec<(&Names, Vec<u8>)> =
            choices.iter().map(|own| (own, self.opened(own))).collect();
        if let Some((less, _)) = each.iter().find(|(_, own)| is_less(own, &opened)) {
            return Err(format!(
                "{less:?} opens less than {} ({:?})",
                answer.scope, answer.proof
            ));
        }
        let better = each.iter().find(|(own, opened)| {
            self.cost(own, opened) < cost && !each.iter().any(|(_, other)| is_less(other, opened))
        });
        match better {
            Some((better, _)) if answer.proof == scope::Proof::Least => {
                Err(format!("{better:?} is better than {}", answer.scope))
            }
            _ => Ok(()),
        }
    }
}

impl Api<'_> {
    /// No scope can be left out of an answer or exchanged for another one so that the calls are
    /// open, and either strictly less is opened, or nothing opens strictly less and it costs less.
    pub fn check_exchanges(
        &self,
        choices: &BTreeSet<Names>,
        answer: &MinimalScopes,
    ) -> Result<(), String> {
        let opens_all = |held: &Names| choices.iter().any(|own| own.is_subset(held));
        let held = self.held(answer.scope.iter());
        let opened = self.opened(&held);
        let cost = self.cost(&held, &opened);
        let all: Vec<&str> = self.catalog.names(self.catalog.usable());
        let asked: Vec<&str> = answer.scope.iter().collect();
        for out in &asked {
            for added in all.iter().map(Some).chain([None]) {
                let rest = asked.iter().filter(|own| *own != out);
                let next = self.held(rest.chain(added).copied());
                let next_opened = self.opened(&next);
                let is_best = || {
                    let mut choices = choices.iter().map(|own| self.opened(own));
                    !choices.any(|other| is_less(&other, &next_opened))
                };
                let is_better = is_less(&next_opened, &opened)
                    || (self.cost(&next, &next_opened) < cost && is_best());
                if opens_all(&next) && is_better {
                    return Err(format!("{next:?} is better than {}", answer.scope));
                }
            }
        }
        Ok(())
    }
}

fn is_less(less: &[u8], more: &[u8]) -> bool {
    less != more && less.iter().zip(more).all(|(less, more)| less <= more)
}

/// The values of each condition that make a difference.
fn collect(rule: &Requirement, found: &mut BTreeMap<String, BTreeSet<String>>) {
    let mut of = |condition: String, is: &[(String, Requirement)], other: bool| {
        let values = found.entry(condition).or_default();
        values.extend(is.iter().map(|(value, _)| match value.strip_suffix('*') {
            Some(start) => format!("{start}zz"),
            None => value.clone(),
        }));
        if other {
            values.insert("none of them".replace(' ', "-"));
        }
    };
    match rule {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => {}
        Requirement::All(parts) | Requirement::Any(parts) => {
            parts.iter().for_each(|part| collect(part, found));
        }
        Requirement::BySubject { person, client } => {
            let subjects = ["person", "client"].map(str::to_owned);
            found.insert("subject".to_owned(), subjects.into());
            person
                .iter()
                .chain(client)
                .for_each(|part| collect(part, found));
        }
        Requirement::ByPath { parameter, is } => {
            of(format!("path {parameter}"), is, false);
            is.iter().for_each(|(_, part)| collect(part, found));
        }
        Requirement::ByQuery {
            parameter: name,
            is,
            otherwise,
            ..
        }
        | Requirement::ByBody {
            pointer: name,
            is,
            otherwise,
            ..
        } => {
            of(condition(rule, name), is, otherwise.is_some());
            let parts = is.iter().map(|(_, part)| part).chain(otherwise.as_deref());
            parts.for_each(|part| collect(part, found));
        }
    }
}

fn condition(rule: &Requirement, name: &str) -> String {
    match rule {
        Requirement::ByQuery { .. } => format!("query {name}"),
        _ => format!("body {name}"),
    }
}

fn of_scope(catalog: &Catalog, name: &str) -> Vec<(Names, bool)> {
    let scope = catalog.scope(catalog.find(name).unwrap()).unwrap();
    vec![(Names::from([name.to_owned()]), scope.row_filter.is_some())]
}

fn ways(catalog: &Catalog, rule: &Requirement, given: &Given) -> Vec<(Names, bool)> {
    let cases = |name: &str, is: &[(String, Requirement)], other: Option<&Requirement>| {
        let value = &given[name];
        let exact = is.iter().find(|(own, _)| own == value);
        let beginning = is
            .iter()
            .filter(|(own, _)| {
                own.strip_suffix('*')
                    .is_some_and(|start| value.starts_with(start))
            })
            .max_by_key(|(own, _)| own.len());
        let part = exact.or(beginning).map(|(_, part)| part).or(other);
        part.map_or(Vec::new(), |part| ways(catalog, part, given))
    };
    match rule {
        Requirement::Scope(name) => of_scope(catalog, name),
        Requirement::AnyToken | Requirement::Public => vec![(Names::new(), false)],
        Requirement::Any(parts) => parts
            .iter()
            .flat_map(|part| ways(catalog, part, given))
            .collect(),
        Requirement::All(parts) => {
            let mut total = vec![(Names::new(), false)];
            for part in parts {
                let part = ways(catalog, part, given);
                total = total
                    .iter()
                    .flat_map(|(all, filtered)| {
                        part.iter()
                            .map(move |(own, also)| (all | own, *filtered || *also))
                    })
                    .collect();
            }
            total
        }
        Requirement::BySubject { person, client } => {
            let part = if given["subject"] == "person" {
                person
            } else {
                client
            };
            part.as_ref()
                .map_or(Vec::new(), |part| ways(catalog, part, given))
        }
        Requirement::ByPath { parameter, is } => cases(&format!("path {parameter}"), is, None),
        Requirement::ByQuery {
            parameter: name,
            is,
            otherwise,
            ..
        }
        | Requirement::ByBody {
            pointer: name,
            is,
            otherwise,
            ..
        } => cases(&condition(rule, name), is, otherwise.as_deref()),
    }
}

/// A call for each endpoint, and for each value that its path tells apart; query and body are
/// seen, and empty.
pub fn targets(catalog: &Catalog) -> Vec<(&'static str, String)> {
    let mut targets = Vec::new();
    for endpoint in catalog.endpoints() {
        let mut conditions = BTreeMap::new();
        collect(&endpoint.requirement, &mut conditions);
        let by_path: Vec<(&str, &BTreeSet<String>)> = conditions
            .iter()
            .filter_map(|(name, values)| Some((name.strip_prefix("path ")?, values)))
            .collect();
        let method = match endpoint.method {
            scope::Method::Any => "GET",
            method => method.as_str(),
        };
        match by_path.as_slice() {
            [] => targets.push((method, endpoint.filled(|_| "1".to_owned()))),
            [(name, values), ..] => {
                for value in *values {
                    let path = endpoint.filled(|own| match own == *name {
                        true => value.clone(),
                        false => "1".to_owned(),
                    });
                    targets.push((method, path));
                }
            }
        }
    }
    targets
}

/// Those of these calls that some scope opens.
pub fn opened<'a>(catalog: &Catalog, targets: &'a [(&'static str, String)]) -> Vec<ApiRequest<'a>> {
    let requests = targets.iter().map(|(method, path)| {
        let mut request = ApiRequest::new(method, path);
        request.body = Visible::Hidden;
        request
    });
    requests
        .filter(|request| scope::minimal(catalog, std::slice::from_ref(request)).is_ok())
        .collect()
}

/// The law on a catalog: every single call, and pairs of calls that need different things.
pub fn holds_for(catalog: &Catalog, most_pairs: usize) {
    let api = Api::new(catalog);
    let targets = targets(catalog);
    let requests = opened(catalog, &targets);
    assert!(!requests.is_empty(), "{}", catalog.id());
    let mut different: BTreeMap<Vec<Vec<usize>>, ApiRequest<'_>> = BTreeMap::new();
    for request in &requests {
        let required = scope::required(catalog, request).unwrap();
        let needs = required.alternatives().iter();
        let needs = needs.map(|all| all.iter().map(|id| id.index()).collect());
        different.entry(needs.collect()).or_insert(*request);
    }
    let different: Vec<ApiRequest<'_>> = different.into_values().collect();
    let check = |calls: &[ApiRequest<'_>]| {
        let answer = scope::minimal(catalog, calls).unwrap();
        assert_eq!(answer.proof, scope::Proof::Least, "{calls:?}");
        let choices = api.choices(calls, 10_000).unwrap();
        if let Err(why) = api.check(&choices, &answer) {
            panic!("{}: {calls:?}: {why}", catalog.id());
        }
    };
    different.iter().for_each(|call| check(&[*call]));
    let count = different.len();
    let pairs = (0..count).flat_map(|left| (0..left).map(move |right| (left, right)));
    let all = count * count.saturating_sub(1) / 2;
    let step = all / most_pairs.max(1) + 1;
    for (left, right) in pairs.step_by(step) {
        check(&[different[left], different[right]]);
    }
}

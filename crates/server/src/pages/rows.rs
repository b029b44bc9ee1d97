//! Rows of resources: from an offer at consent, and from a standing grant in the account.

use oauth::consent::{Locked, OfferItem, OfferRow, RowChoice};
use oauth::grant::reduce::Parts;
use oauth::model::{Client, Grant};
use scope::{ScopeDefinition, ScopeId, ScopeStatus};

use super::views::{Answer, Choice, Mark, MarkKind, Row};
use super::visit::Visit;
use super::words::shown;

/// The row of an offer.
pub(crate) fn of_offer(visit: &Visit, client: &Client, place: Option<&str>, row: &OfferRow) -> Row {
    let scopes = row
        .items
        .iter()
        .filter_map(|item| Asked::new(visit, item))
        .collect();
    RowMaker {
        visit,
        client,
        place,
        resource: &row.resource,
        scopes,
        levels: row.choice == RowChoice::Levels,
    }
    .row()
}

/// The rows of a standing grant, to keep or take off: what is allowed there, without the
/// defaults of every grant.
pub(crate) fn of_grant(visit: &Visit, client: &Client, grant: &Grant) -> Vec<Row> {
    let catalog = visit.realm.catalog();
    let parts = Parts::of(catalog, Some(client), grant);
    catalog
        .resources()
        .iter()
        .filter_map(|resource| {
            let scopes: Vec<Asked<'_>> = resource
                .scopes
                .iter()
                .filter(|id| parts.choosable.contains(**id))
                .filter_map(|id| Asked::standing(visit, *id, parts.locked.contains(*id)))
                .collect();
            let wide = |id: &ScopeId| {
                catalog
                    .scope(*id)
                    .is_some_and(|scope| !scope.implies.is_empty())
            };
            let levels = resource.scopes.iter().any(wide);
            let maker = RowMaker {
                visit,
                client,
                place: None,
                resource: &resource.name,
                scopes,
                levels,
            };
            (!maker.scopes.is_empty()).then(|| maker.row())
        })
        .collect()
}

/// A scope of a row with what is said about it.
struct Asked<'a> {
    definition: &'a ScopeDefinition,
    /// Its verb, from the action; a scope without one is simply allowed.
    verb: String,
    requested: bool,
    locked: Option<Locked>,
    is_new: bool,
    refused_before: bool,
    possible: bool,
    checked: bool,
}

impl<'a> Asked<'a> {
    fn new(visit: &'a Visit, item: &OfferItem) -> Option<Self> {
        Some(Self {
            requested: item.requested,
            locked: item.locked,
            is_new: item.is_new,
            refused_before: item.refused_before,
            possible: item.withheld.is_none(),
            checked: item.checked,
            ..Self::standing(visit, item.scope, false)?
        })
    }

    fn standing(visit: &'a Visit, id: ScopeId, locked: bool) -> Option<Self> {
        let definition = visit.realm.catalog().scope(id)?;
        Some(Self {
            verb: verb(visit, definition),
            definition,
            requested: true,
            locked: locked.then_some(Locked::RequiredByApp),
            is_new: false,
            refused_before: false,
            possible: true,
            checked: true,
        })
    }
}

/// What a scope lets an app do, in a word or two.
pub(crate) fn verb(visit: &Visit, definition: &ScopeDefinition) -> String {
    let name = definition.action.as_deref();
    let action = name.and_then(|name| visit.realm.catalog().action(name));
    action.map_or_else(
        || visit.words.get("choice-allow"),
        |action| visit.text(&action.title).to_owned(),
    )
}

/// A resource's name in plain words.
pub(crate) fn resource_title(visit: &Visit, name: &str) -> String {
    visit.realm.catalog().resource(name).map_or_else(
        || name.to_owned(),
        |resource| visit.text(&resource.title).to_owned(),
    )
}

struct RowMaker<'a> {
    visit: &'a Visit,
    client: &'a Client,
    place: Option<&'a str>,
    resource: &'a str,
    scopes: Vec<Asked<'a>>,
    levels: bool,
}

impl RowMaker<'_> {
    fn row(&self) -> Row {
        Row {
            id: self.id(),
            title: resource_title(self.visit, self.resource),
            about: self.about(),
            marks: self.marks(),
            notes: self.notes(),
            choice: self.choice(),
            held: self.held(),
            names: self.names(),
            greyed: !self.scopes.iter().any(|scope| scope.possible),
        }
    }

    fn id(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        format!(
            "row-{}",
            self.resource.chars().map(plain).collect::<String>()
        )
    }

    /// The widest level brings the others; boxes stand beside each other.
    fn about(&self) -> Option<String> {
        let describe =
            |scope: &Asked<'_>| self.visit.text(&scope.definition.description).to_owned();
        if self.levels {
            let widest = |scope: &&Asked<'_>| scope.definition.implies.len();
            let requested = self.scopes.iter().filter(|scope| scope.requested);
            return requested.max_by_key(widest).map(describe);
        }
        let all: Vec<String> = self.scopes.iter().map(describe).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn names(&self) -> Vec<String> {
        let requested = self.scopes.iter().filter(|scope| scope.requested);
        requested
            .map(|scope| scope.definition.name.clone())
            .collect()
    }

    fn marks(&self) -> Vec<Mark> {
        let any = |test: fn(&Asked<'_>) -> bool| self.scopes.iter().any(test);
        let note = |key: &str| Mark {
            label: self.visit.words.get(key),
            kind: MarkKind::Note,
        };
        let catalog = self.visit.realm.catalog();
        let mut elevations: Vec<&str> = self
            .scopes
            .iter()
            .filter_map(|scope| scope.definition.elevation.as_deref())
            .collect();
        elevations.dedup();
        let mut marks: Vec<Mark> = elevations
            .into_iter()
            .filter_map(|name| catalog.elevation(name))
            .map(|elevation| Mark {
                label: self.visit.text(&elevation.title).to_owned(),
                kind: MarkKind::Elevated,
            })
            .collect();
        if any(|scope| scope.is_new && scope.requested) {
            marks.push(note("mark-new"));
        }
        if any(|scope| scope.refused_before) {
            marks.push(note("mark-refused"));
        }
        if any(|scope| scope.definition.status == ScopeStatus::Deprecated) {
            marks.push(note("mark-deprecated"));
        }
        if any(|scope| scope.locked == Some(Locked::RequiredByApp)) {
            marks.push(note("mark-locked"));
        }
        marks
    }

    fn notes(&self) -> Vec<String> {
        let words = self.visit.words;
        let catalog = self.visit.realm.catalog();
        let mut notes: Vec<String> = self
            .scopes
            .iter()
            .filter_map(|scope| catalog.elevation(scope.definition.elevation.as_deref()?))
            .map(|elevation| self.visit.text(&elevation.description).to_owned())
            .collect();
        notes.dedup();
        let locked: Vec<&str> = self
            .scopes
            .iter()
            .filter(|scope| scope.locked == Some(Locked::RequiredByApp))
            .map(|scope| scope.verb.as_str())
            .collect();
        if !locked.is_empty() {
            let app = shown(&self.client.name);
            notes.push(if locked.len() == self.scopes.len() {
                words.with("locked-required", &[("app", &app)])
            } else {
                words.with(
                    "locked-required-part",
                    &[("app", &app), ("part", &locked.join(", "))],
                )
            });
        }
        notes.extend(self.impossible());
        notes
    }

    /// What the person's own role does not allow.
    fn impossible(&self) -> Option<String> {
        let words = self.visit.words;
        let missing: Vec<&Asked<'_>> = self.scopes.iter().filter(|scope| !scope.possible).collect();
        let why = match self.place {
            Some(place) => words.with("greyed-right-missing-at", &[("organisation", place)]),
            None => words.get("greyed-right-missing"),
        };
        if missing.is_empty() {
            None
        } else if missing.len() == self.scopes.len() {
            Some(why)
        } else {
            let verbs: Vec<&str> = missing.iter().map(|scope| scope.verb.as_str()).collect();
            Some(words.with("greyed-part", &[("title", &verbs.join(", "))]))
        }
    }

    fn choice(&self) -> Choice {
        let possible: Vec<&Asked<'_>> = self.scopes.iter().filter(|scope| scope.possible).collect();
        let all_locked = possible.iter().all(|scope| scope.locked.is_some());
        let all_or_nothing = possible
            .iter()
            .any(|scope| scope.locked == Some(Locked::AllOrNothing));
        if possible.is_empty() || all_or_nothing || (self.levels && all_locked) {
            let abilities = self.abilities(&possible);
            return Choice::Stated { abilities };
        }
        let answers = if self.levels {
            self.levels(&possible)
        } else {
            boxes(&self.scopes)
        };
        Choice::Pick { answers }
    }

    /// Of levels the widest, which brings the others.
    fn abilities(&self, possible: &[&Asked<'_>]) -> Vec<String> {
        let widest = possible
            .iter()
            .max_by_key(|scope| scope.definition.implies.len());
        let verbs = possible.iter().map(|scope| scope.verb.clone());
        match widest {
            Some(widest) if self.levels => vec![widest.verb.clone()],
            _ => verbs.collect(),
        }
    }

    /// One of several: nothing, unless something is locked, then each level from narrow to wide.
    fn levels(&self, possible: &[&Asked<'_>]) -> Vec<Answer> {
        let mut by_width: Vec<&&Asked<'_>> = possible.iter().collect();
        by_width.sort_by_key(|scope| scope.definition.implies.len());
        let locked_from = by_width.iter().rposition(|scope| scope.locked.is_some());
        let chosen = by_width.iter().rposition(|scope| scope.checked);
        let none = Answer {
            one_of: true,
            field: format!("allow.{}", self.resource),
            value: String::new(),
            label: self.visit.words.get("choice-none"),
            checked: chosen.is_none(),
            disabled: false,
        };
        let levels = by_width
            .iter()
            .enumerate()
            .skip(locked_from.unwrap_or(0))
            .map(|(position, scope)| Answer {
                value: scope.definition.name.clone(),
                label: scope.verb.clone(),
                checked: chosen == Some(position),
                ..none.clone()
            });
        let first = locked_from.is_none().then(|| none.clone());
        let impossible = self.scopes.iter().filter(|scope| !scope.possible);
        let greyed = impossible.map(|scope| Answer {
            value: scope.definition.name.clone(),
            label: scope.verb.clone(),
            checked: false,
            disabled: true,
            ..none.clone()
        });
        first.into_iter().chain(levels).chain(greyed).collect()
    }

    fn held(&self) -> Vec<String> {
        let locked = self
            .scopes
            .iter()
            .filter(|scope| scope.possible && scope.locked.is_some());
        locked.map(|scope| scope.definition.name.clone()).collect()
    }
}

/// Each for itself; what is locked or not possible cannot be changed.
fn boxes(scopes: &[Asked<'_>]) -> Vec<Answer> {
    scopes
        .iter()
        .map(|scope| Answer {
            one_of: false,
            field: "allow".to_owned(),
            value: scope.definition.name.clone(),
            label: scope.verb.clone(),
            checked: scope.checked,
            disabled: scope.locked.is_some() || !scope.possible,
        })
        .collect()
}

//! Rows of resources: from an offer at consent, and from a standing grant in the account.

use oauth::consent::{Locked, OfferItem, OfferRow, RowChoice};
use oauth::grant::reduce::Parts;
use oauth::model::{Client, Grant};
use scope::{Resource, ScopeDefinition, ScopeId, ScopeSet, ScopeStatus};

use super::views::{Answer, Choice, Mark, MarkKind, Row, Says};
use super::visit::Visit;
use super::words::shown;

/// The row of an offer; none where nothing of it can be given.
/// `chosen` is what is on, where the offer itself does not say it.
pub(crate) fn of_offer(
    visit: &Visit,
    client: &Client,
    row: &OfferRow,
    chosen: Option<&ScopeSet>,
) -> Option<Row> {
    let first = row.items.first()?.scope;
    let possible = row.items.iter().filter(|item| item.withheld.is_none());
    let scopes: Vec<Asked<'_>> = possible
        .filter_map(|item| Asked::new(visit, item, chosen))
        .collect();
    let maker = RowMaker {
        visit,
        client,
        of: visit.realm.catalog().row_of(first)?,
        scopes,
        levels: row.choice == RowChoice::Levels,
    };
    (!maker.scopes.is_empty()).then(|| maker.row())
}

/// The rows of a standing grant, to keep or take off: what is allowed there, without the
/// defaults of every grant.
pub(crate) fn of_grant(visit: &Visit, client: &Client, grant: &Grant) -> Vec<Row> {
    let catalog = visit.realm.catalog();
    let parts = Parts::of(catalog, Some(client), grant);
    catalog
        .rows()
        .iter()
        .filter_map(|of| {
            let all = of.scopes.iter().copied();
            let these = || all.clone().filter(|id| parts.choosable.contains(*id));
            let scopes = these();
            let scopes =
                scopes.filter_map(|id| Asked::standing(visit, id, parts.locked.contains(id)));
            let maker = RowMaker {
                visit,
                client,
                of,
                scopes: scopes.collect(),
                levels: RowChoice::of(catalog, of, these()) == RowChoice::Levels,
            };
            (!maker.scopes.is_empty()).then(|| maker.row())
        })
        .collect()
}

/// A scope of a row with what is said about it.
struct Asked<'a> {
    definition: &'a ScopeDefinition,
    /// What it lets an app do, in a word or two, or as its title has it.
    verb: String,
    requested: bool,
    locked: Option<Locked>,
    is_new: bool,
    refused_before: bool,
    checked: bool,
    deletes: bool,
}

impl<'a> Asked<'a> {
    fn new(visit: &'a Visit, item: &OfferItem, chosen: Option<&ScopeSet>) -> Option<Self> {
        let is_on = |chosen: &ScopeSet| item.locked.is_some() || chosen.contains(item.scope);
        Some(Self {
            requested: item.requested,
            locked: item.locked,
            is_new: item.is_new,
            refused_before: item.refused_before,
            checked: chosen.map_or(item.checked, is_on),
            ..Self::standing(visit, item.scope, false)?
        })
    }

    fn standing(visit: &'a Visit, id: ScopeId, locked: bool) -> Option<Self> {
        let definition = visit.realm.catalog().scope(id)?;
        Some(Self {
            verb: verb(visit, id)?,
            definition,
            requested: true,
            locked: locked.then_some(Locked::RequiredByApp),
            is_new: false,
            refused_before: false,
            checked: true,
            deletes: visit.realm.catalog().deletes(id),
        })
    }
}

/// What there was with a scope before this request.
#[derive(Clone, Copy)]
enum History {
    /// Nothing: the app was let in without it.
    New,
    /// The person said no.
    Refused,
}

impl History {
    const ALL: [Self; 2] = [Self::New, Self::Refused];

    fn is_of(self, scope: &Asked<'_>) -> bool {
        match self {
            Self::New => scope.is_new,
            Self::Refused => scope.refused_before,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::New => "mark-new",
            Self::Refused => "mark-refused",
        }
    }
}

/// What a scope lets an app do, in a word or two: its action. Of several that stand alone the title
/// says it; one by itself is simply allowed.
pub(crate) fn verb(visit: &Visit, id: ScopeId) -> Option<String> {
    let catalog = visit.realm.catalog();
    let definition = catalog.scope(id)?;
    let action = definition.action.as_deref();
    Some(match action.and_then(|name| catalog.action(name)) {
        Some(action) => visit.text(&action.title).to_owned(),
        None if catalog.row_of(id).is_some_and(is_one) => visit.words.get("choice-allow"),
        None => visit.text(&definition.title).to_owned(),
    })
}

/// Is it one scope that stands alone?
fn is_one(row: &Resource) -> bool {
    !row.in_pattern && row.scopes.len() == 1
}

/// What a scope is about, in plain words.
pub(crate) fn title(visit: &Visit, id: ScopeId) -> Option<&str> {
    let row = visit.realm.catalog().row_of(id)?;
    Some(visit.text(&row.title))
}

/// Told where a scope opens a deletion.
pub(crate) fn deletes_mark(visit: &Visit) -> Mark {
    note(visit, "mark-deletes")
}

/// Worth knowing.
pub(crate) fn note(visit: &Visit, key: &str) -> Mark {
    Mark {
        label: visit.words.get(key),
        kind: MarkKind::Note,
    }
}

struct RowMaker<'a> {
    visit: &'a Visit,
    client: &'a Client,
    of: &'a Resource,
    scopes: Vec<Asked<'a>>,
    levels: bool,
}

impl RowMaker<'_> {
    fn row(&self) -> Row {
        Row {
            id: self.id(),
            title: self.visit.text(&self.of.title).to_owned(),
            marks: self.marks(),
            notes: self.notes(),
            choice: self.choice(),
            held: self.held(),
            weighty: self.is_weighty(),
            titled_by_act: is_one(self.of),
        }
    }

    fn id(&self) -> String {
        // A part of scope tokens, so without blanks, which alone no id may have.
        format!("row-{}", self.of.name)
    }

    fn is_weighty(&self) -> bool {
        let weighs = |scope: &Asked<'_>| {
            scope.requested && (scope.definition.money || scope.definition.elevation.is_some())
        };
        self.scopes.iter().any(weighs)
    }

    fn marks(&self) -> Vec<Mark> {
        let any = |test: fn(&Asked<'_>) -> bool| self.scopes.iter().any(test);
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
        marks.extend(History::ALL.into_iter().filter_map(|what| {
            let of_all = self.scopes.iter().all(|scope| what.is_of(scope));
            of_all.then(|| note(self.visit, what.key()))
        }));
        if any(|scope| scope.definition.status == ScopeStatus::Deprecated) {
            marks.push(note(self.visit, "mark-deprecated"));
        }
        marks
    }

    /// What a scope brings, of its own row or of others.
    fn brought(&self, scope: &Asked<'_>, own: bool) -> impl Iterator<Item = &ScopeDefinition> {
        let catalog = self.visit.realm.catalog();
        let names = scope.definition.implies.clone().into_iter();
        let brought = names.filter_map(|name| catalog.find(&name));
        let brought = brought.filter(move |id| self.of.scopes.contains(id) == own);
        brought.filter_map(|id| catalog.scope(id))
    }

    /// What a scope brings of other rows; and of its own one, where it is not one of levels, of which
    /// the wider is seen to bring the others.
    fn includes(&self, scope: &Asked<'_>) -> impl Iterator<Item = String> {
        let (words, text) = (self.visit.words, |text| self.visit.text(text).to_owned());
        let told = |own: bool, key: &str| {
            let brought = self.brought(scope, own);
            let titles: Vec<String> = brought.map(|other| text(&other.title)).collect();
            let (title, scopes) = (text(&scope.definition.title), titles.join(", "));
            let values = [("title", title.as_str()), ("scopes", scopes.as_str())];
            (!titles.is_empty()).then(|| words.with(key, &values))
        };
        let own = (!self.levels).then(|| told(true, "choice-includes-own"));
        let others = told(false, "choice-includes");
        own.flatten().into_iter().chain(others)
    }

    fn notes(&self) -> Vec<String> {
        let catalog = self.visit.realm.catalog();
        let mut notes: Vec<String> = self
            .scopes
            .iter()
            .filter_map(|scope| catalog.elevation(scope.definition.elevation.as_deref()?))
            .map(|elevation| self.visit.text(&elevation.description).to_owned())
            .collect();
        notes.dedup();
        notes.extend(self.scopes.iter().flat_map(|scope| self.includes(scope)));
        notes
    }

    fn choice(&self) -> Choice {
        let is_whole = |scope: &Asked<'_>| scope.locked == Some(Locked::AllOrNothing);
        if self.scopes.iter().any(is_whole) {
            return Choice::Whole {
                says: self.stated(),
            };
        }
        if self.is_needed() {
            return Choice::Needed {
                says: self.stated(),
            };
        }
        if self.levels {
            Choice::Level {
                answers: self.levels(),
            }
        } else {
            Choice::Boxes {
                answers: self.boxes(),
            }
        }
    }

    /// Is there nothing to choose? Of levels the widest brings the others.
    fn is_needed(&self) -> bool {
        let by_width = self.by_width();
        let widest = by_width.last().filter(|_| self.levels);
        widest.map_or_else(
            || self.scopes.iter().all(|scope| scope.locked.is_some()),
            |widest| widest.locked.is_some(),
        )
    }

    /// From narrow to wide.
    fn by_width(&self) -> Vec<&Asked<'_>> {
        let mut by_width: Vec<&Asked<'_>> = self.scopes.iter().collect();
        by_width.sort_by_key(|scope| self.brought(scope, true).count());
        by_width
    }

    fn stated(&self) -> Vec<Says> {
        if self.levels {
            let widest = self.by_width().pop();
            return widest
                .map(|scope| self.says(scope, false))
                .into_iter()
                .collect();
        }
        let all = self.scopes.iter();
        all.map(|scope| self.says(scope, false)).collect()
    }

    /// One of several: nothing, unless something is locked, then each level from narrow to wide.
    fn levels(&self) -> Vec<Answer> {
        let by_width = self.by_width();
        let locked_from = by_width.iter().rposition(|scope| scope.locked.is_some());
        let chosen = by_width.iter().rposition(|scope| scope.checked);
        let none = Answer {
            one_of: true,
            field: format!("allow.{}", self.of.name),
            value: String::new(),
            checked: chosen.is_none(),
            disabled: false,
            says: self.says_nothing(),
        };
        let levels = by_width
            .iter()
            .enumerate()
            .skip(locked_from.unwrap_or(0))
            .map(|(position, scope)| Answer {
                value: scope.definition.name.clone(),
                checked: chosen == Some(position),
                says: self.says(scope, scope.locked.is_some()),
                ..none.clone()
            });
        let first = locked_from.is_none().then(|| none.clone());
        first.into_iter().chain(levels).collect()
    }

    /// Each for itself; what is locked cannot be changed.
    fn boxes(&self) -> Vec<Answer> {
        let boxes = self.scopes.iter().map(|scope| Answer {
            one_of: false,
            field: "allow".to_owned(),
            value: scope.definition.name.clone(),
            checked: scope.checked,
            disabled: scope.locked.is_some(),
            says: self.says(scope, scope.locked.is_some()),
        });
        boxes.collect()
    }

    fn says(&self, scope: &Asked<'_>, is_needed: bool) -> Says {
        let needed = is_needed.then(|| note(self.visit, "mark-locked"));
        let deletes = scope.deletes.then(|| deletes_mark(self.visit));
        Says {
            label: scope.verb.clone(),
            text: self.visit.text(&scope.definition.description).to_owned(),
            rest: None,
            marks: needed
                .into_iter()
                .chain(deletes)
                .chain(self.history_of(scope))
                .collect(),
            name: Some(scope.definition.name.clone()),
        }
    }

    /// What was with this scope before and not with the whole row: where "see" stands, it is "change"
    /// that was refused.
    fn history_of<'s>(&'s self, scope: &'s Asked<'_>) -> impl Iterator<Item = Mark> + 's {
        let of_this = History::ALL
            .into_iter()
            .filter(|what| what.is_of(scope) && !self.scopes.iter().all(|other| what.is_of(other)));
        of_this.map(|what| note(self.visit, what.key()))
    }

    fn says_nothing(&self) -> Says {
        let words = self.visit.words;
        Says {
            label: words.get("choice-none"),
            text: words.with("choice-none-about", &[("app", &shown(&self.client.name))]),
            rest: None,
            marks: Vec::new(),
            name: None,
        }
    }

    fn held(&self) -> Vec<String> {
        let locked = self.scopes.iter().filter(|scope| scope.locked.is_some());
        locked.map(|scope| scope.definition.name.clone()).collect()
    }
}

//! The page for an app that asks for more than a reader takes in at once: what it could do at worst,
//! answers to everything at once, and rows in groups, the riskiest first.

use std::cmp::Reverse;

use oauth::consent::{AtOnce, Offer, OfferRow, Weight, worst};
use scope::{Catalog, GroupedBy, Resource, ScopeId, ScopeSet, Together, together};

use super::views::{AtOnceAnswer, Group, Large};
use crate::pages::form::PageForm;
use crate::pages::group_title::{self, members};
use crate::pages::refusal::Refusal;
use crate::pages::rows;
use crate::pages::views::{Mark, MarkKind, Row};
use crate::pages::visit::Visit;
use crate::pages::words::{in_a_sentence, shown};

/// Up to so many rows, of three scopes each, a page goes without these parts.
const MOST_ROWS: usize = 20;
/// How many acts the worst names, where no more of them are special.
const NAMED: usize = 3;
/// Beyond so many, special acts are told by their groups.
const MOST_NAMED: usize = 8;
/// Beyond so many rows, what is always needed is told in a line that opens.
const FEW_NEEDED: usize = 4;

/// What is filled in and looked for.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// What is on; nothing where the offer itself says it.
    pub(super) chosen: Option<ScopeSet>,
    find: String,
    only_changes: bool,
}

impl Filled {
    /// What a form asks to see again, filled in; nothing for a decision.
    ///
    /// # Errors
    ///
    /// [`Refusal::Form`] for an answer that the page did not offer.
    pub(super) fn of(
        catalog: &Catalog,
        offer: &Offer,
        form: &PageForm,
    ) -> Result<Option<Self>, Refusal> {
        let at_once = || AtOnce::of(catalog, offer).ok_or(Refusal::Form);
        let chosen = match form.get("decision") {
            "look" => at_once()?.only_look.ok_or(Refusal::Form)?,
            "everything" => at_once()?.everything,
            "choose" => at_once()?.required,
            "find" => {
                let chosen = form.choice(catalog)?.set(catalog);
                return Ok(Some(Self::again(form, Some(chosen))));
            }
            "all" => form.choice(catalog)?.set(catalog),
            _ => return Ok(None),
        };
        Ok(Some(Self {
            chosen: Some(chosen),
            ..Self::default()
        }))
    }

    /// What a page that comes again has filled in: of its choices what still stands, and what was
    /// looked for.
    pub(super) fn again(form: &PageForm, chosen: Option<ScopeSet>) -> Self {
        Self {
            chosen,
            find: shown(form.get("find")),
            only_changes: form.get("only") == "changes",
        }
    }
}

/// A row and what it is of.
pub(super) struct Offered<'a> {
    pub(super) of: &'a OfferRow,
    pub(super) row: Row,
}

impl Offered<'_> {
    fn scopes(&self) -> impl Iterator<Item = ScopeId> + '_ {
        let items = self.of.items.iter();
        items
            .filter(|item| item.withheld.is_none())
            .map(|item| item.scope)
    }

    fn is_on(&self) -> bool {
        !self.row.on().is_empty()
    }
}

/// Is it more than a reader takes in at once?
pub(super) fn is_large(offered: &[Offered<'_>]) -> bool {
    let scopes = offered.iter().flat_map(Offered::scopes).count();
    offered.len() > MOST_ROWS || scopes > 3 * MOST_ROWS
}

/// The parts of a large page.
pub(super) fn parts(
    visit: &Visit,
    offer: &Offer,
    filled: &Filled,
    action: &str,
    (needed, rows): (&[Offered<'_>], Vec<Offered<'_>>),
) -> Large {
    let catalog = visit.realm.catalog();
    let maker = Maker {
        visit,
        catalog,
        at_once: AtOnce::of(catalog, offer),
    };
    let worst = maker.worst(offer, needed.iter().chain(&rows));
    let at_once = if rows.is_empty() {
        Vec::new()
    } else {
        maker.answers(offer, &rows, !needed.is_empty(), action)
    };
    let is_choice = maker.at_once.is_some();
    let on = rows.iter().filter(|one| one.is_on()).count();
    let count = rows.len();
    let (found, hidden): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|one| maker.fits(one, filled));
    let hidden_on = hidden.iter().filter(|one| one.is_on()).count();
    let carried = hidden
        .iter()
        .flat_map(|one| one.row.on().into_iter().chain(one.row.held.clone()));
    Large {
        worst,
        at_once,
        find: filled.find.clone(),
        only_changes: filled.only_changes,
        rows: count,
        on: is_choice.then_some(on),
        hidden: (hidden.len(), if is_choice { hidden_on } else { 0 }),
        carried: carried.collect(),
        needed: (needed.len() > FEW_NEEDED).then(|| maker.needed(needed)),
        groups: maker.groups(found),
    }
}

struct Maker<'a> {
    visit: &'a Visit,
    catalog: &'a Catalog,
    at_once: Option<AtOnce>,
}

impl Maker<'_> {
    /// What scopes do, one after the other in a sentence.
    fn acts(&self, scopes: &[ScopeId]) -> String {
        let titles = scopes.iter().filter_map(|id| self.catalog.scope(*id));
        let titles = titles.map(|one| in_a_sentence(self.visit.words, self.visit.text(&one.title)));
        titles.collect::<Vec<_>>().join("; ")
    }

    fn worst<'o>(
        &self,
        offer: &Offer,
        offered: impl Iterator<Item = &'o Offered<'o>>,
    ) -> Vec<String> {
        let words = self.visit.words;
        let asked = offered.flat_map(Offered::scopes);
        let asked = asked.chain(offer.always.iter().copied());
        let mut found = worst(self.catalog, asked, NAMED);
        let many = if found.named.len() > MOST_NAMED {
            found.named.split_off(NAMED)
        } else {
            Vec::new()
        };
        let mut told = vec![words.with("worst", &[("acts", &self.acts(&found.named))])];
        // Names of data can be words of the trade: what it comes to goes before them.
        let heaviest = found.named.first().and_then(|id| self.catalog.scope(*id));
        if let Some(risk) = heaviest.and_then(|one| one.risk.as_ref()) {
            told.insert(0, self.visit.text(&risk.reason).to_owned());
        }
        if let (Some(first), true) = (told.first_mut(), found.deletes) {
            first.push(' ');
            first.push_str(&words.get("worst-deletes"));
        }
        if !many.is_empty() {
            let data = self.by_group(&many).join("; ");
            told.push(words.with("worst-special", &[("data", &data)]));
        }
        if found.more > 0 {
            told.push(words.count("worst-more", size(found.more)));
        }
        told
    }

    /// The groups that scopes belong to, each with how many of its resources.
    fn by_group(&self, scopes: &[ScopeId]) -> Vec<String> {
        let resources = scopes.iter().filter_map(|id| self.catalog.row_of(*id));
        let resources: Vec<&Resource> = resources.collect();
        let groups = together(&resources);
        let told = groups.iter().map(|group| {
            let members = members(group, &resources);
            format!(
                "{} ({})",
                group_title::of(self.visit.words, self.catalog, group, &members),
                members.len()
            )
        });
        told.collect()
    }

    fn answers(
        &self,
        offer: &Offer,
        rows: &[Offered<'_>],
        has_needed: bool,
        action: &str,
    ) -> Vec<AtOnceAnswer> {
        let Some(at_once) = &self.at_once else {
            return Vec::new();
        };
        let words = self.visit.words;
        let names = rows.iter().flat_map(|one| one.row.on());
        let named: ScopeSet = names.filter_map(|name| self.catalog.find(&name)).collect();
        let now = offer.answered(self.catalog, &named.union(&at_once.required));
        let answer = |value, label, text, set: &ScopeSet| AtOnceAnswer {
            value,
            label: words.get(label),
            text,
            is_now: *set == now,
            action: action.to_owned(),
        };
        let mut answers = Vec::new();
        if let Some(look) = &at_once.only_look {
            answers.push(answer(
                "look",
                "answer-look",
                words.get("answer-look-text"),
                look,
            ));
        }
        if !at_once.everything.is_empty() {
            let left_out: Vec<ScopeId> = at_once.left_out.iter().collect();
            let text = if left_out.is_empty() {
                words.get("answer-everything-text")
            } else {
                let acts = self.acts(&left_out);
                words.with("answer-everything-without", &[("acts", &acts)])
            };
            answers.push(answer(
                "everything",
                "answer-everything",
                text,
                &at_once.everything,
            ));
        }
        let text = if has_needed {
            "answer-choose-text-needed"
        } else {
            "answer-choose-text"
        };
        let choose = answer(
            "choose",
            "answer-choose",
            words.get(text),
            &at_once.required,
        );
        answers.push(AtOnceAnswer {
            action: format!("{action}#rows"),
            ..choose
        });
        answers
    }

    fn needed(&self, needed: &[Offered<'_>]) -> String {
        let scopes = needed.iter().flat_map(Offered::scopes);
        let count = self.visit.words.count("group-count", size(needed.len()));
        format!("{count}. {}", self.worst_in_words(scopes))
    }

    fn worst_in_words(&self, scopes: impl Iterator<Item = ScopeId>) -> String {
        let found = worst(self.catalog, scopes, 1);
        let named = found.named.get(..MOST_NAMED.min(found.named.len()));
        let acts = self.acts(named.unwrap_or_default());
        self.visit.words.with("group-worst", &[("acts", &acts)])
    }

    /// Is it looked for?
    fn fits(&self, one: &Offered<'_>, filled: &Filled) -> bool {
        let changes = |id: ScopeId| !self.catalog.looking().contains(id);
        if filled.only_changes && !one.scopes().any(changes) {
            return false;
        }
        if filled.find.is_empty() {
            return true;
        }
        let mut text = one.row.title.to_lowercase();
        for definition in one.scopes().filter_map(|id| self.catalog.scope(id)) {
            for part in [
                &*definition.name,
                self.visit.text(&definition.title),
                self.visit.text(&definition.description),
            ] {
                text.push('\n');
                text.push_str(&part.to_lowercase());
            }
        }
        let find = filled.find.to_lowercase();
        find.split_whitespace().all(|word| text.contains(word))
    }

    fn groups(&self, offered: Vec<Offered<'_>>) -> Vec<Group> {
        let resources: Vec<&Resource> = offered
            .iter()
            .filter_map(|one| self.catalog.row_of(one.of.items.first()?.scope))
            .collect();
        let groups = together(&resources);
        let heaviest = |group: &Together| {
            let rows = group.members.iter().filter_map(|place| offered.get(*place));
            let weights = rows
                .flat_map(Offered::scopes)
                .filter_map(|id| Some(Weight::of(self.catalog, id, self.catalog.scope(id)?)));
            weights.max()
        };
        // The parts of a group stay together.
        let mut of_all: Vec<(&GroupedBy, Option<Weight>)> = Vec::new();
        for group in &groups {
            let own = heaviest(group);
            match of_all.iter_mut().find(|(by, _)| **by == group.by) {
                Some((_, all)) => *all = own.max(*all),
                None => of_all.push((&group.by, own)),
            }
        }
        let weight = |group: &Together| {
            let all = of_all.iter().find(|(by, _)| **by == group.by);
            all.and_then(|(_, weight)| *weight)
        };
        let mut order: Vec<&Together> = groups.iter().collect();
        order.sort_by_cached_key(|group| Reverse(weight(group)));
        let open = offered.len() <= MOST_ROWS || order.len() == 1;
        let mut offered: Vec<Option<Offered<'_>>> = offered.into_iter().map(Some).collect();
        let made = order.into_iter().map(|group| {
            let members = members(group, &resources);
            let title = group_title::of(self.visit.words, self.catalog, group, &members);
            let rows = group.members.iter();
            let rows = rows.filter_map(|place| offered.get_mut(*place)?.take());
            self.group(title, rows.collect(), open)
        });
        made.collect()
    }

    fn group(&self, title: String, offered: Vec<Offered<'_>>, open: bool) -> Group {
        let on = offered.iter().filter(|one| one.is_on()).count();
        let scopes: Vec<ScopeId> = offered.iter().flat_map(Offered::scopes).collect();
        let definitions = || scopes.iter().filter_map(|id| self.catalog.scope(*id));
        let mut marks: Vec<Mark> = Vec::new();
        for elevation in definitions().filter_map(|one| one.elevation.as_deref()) {
            let Some(elevation) = self.catalog.elevation(elevation) else {
                continue;
            };
            let label = self.visit.text(&elevation.title);
            if marks.iter().all(|mark| mark.label != label) {
                marks.push(Mark {
                    label: label.to_owned(),
                    kind: MarkKind::Elevated,
                });
            }
        }
        if definitions().any(|one| one.money) {
            marks.push(rows::note(self.visit, "mark-money"));
        }
        if scopes.iter().any(|id| self.catalog.deletes(*id)) {
            marks.push(rows::deletes_mark(self.visit));
        }
        Group {
            title,
            worst: self.worst_in_words(scopes.iter().copied()),
            marks,
            on: (self.at_once.is_some()).then(|| self.visit.words.count("group-on", size(on))),
            open,
            rows: offered.into_iter().map(|one| one.row).collect(),
        }
    }
}

fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

use std::cmp::Reverse;

use scope::{Catalog, ScopeDefinition, ScopeId};

/// The worst that an app could do with some scopes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worst {
    /// The heaviest first, one of each row before a second of any: everything that is elevated or moves money,
    /// and the riskiest of the rest. Where something is changed, nothing that only looks, unless it is
    /// elevated.
    pub named: Vec<ScopeId>,
    /// In how many further rows something is changed.
    pub more: usize,
    /// Whether anything of it deletes, named or not.
    pub deletes: bool,
}

/// Finds the worst of these scopes, with at least so many named where there are as many.
#[must_use]
pub fn worst(catalog: &Catalog, asked: impl IntoIterator<Item = ScopeId>, named: usize) -> Worst {
    let mut heaviest: Vec<(Weight, ScopeId, &str)> = asked
        .into_iter()
        .filter_map(|id| {
            let definition = catalog.scope(id)?;
            let weight = Weight::of(catalog, id, definition);
            Some((weight, id, catalog.row_of(id)?.name.as_str()))
        })
        .collect();
    // One of each row: its heaviest, and of two alike the first.
    heaviest.sort_by_key(|(weight, id, row)| (*row, Reverse(*weight), id.index()));
    let is_of_row = |place: usize| {
        let row = |place: usize| heaviest.get(place).map(|(_, _, row)| *row);
        place > 0 && row(place) == row(place - 1)
    };
    let lighter: Vec<bool> = (0..heaviest.len()).map(is_of_row).collect();
    let deletes = heaviest.iter().any(|(weight, ..)| weight.deletes);
    let is_changed = heaviest.iter().any(|(weight, ..)| weight.changes);
    let mut order: Vec<(bool, (Weight, ScopeId))> = lighter
        .into_iter()
        .zip(heaviest.into_iter().map(|(weight, id, _)| (weight, id)))
        .collect();
    order.sort_by_key(|(is_lighter, (weight, id))| (*is_lighter, Reverse(*weight), id.index()));
    let mut worst = Worst {
        deletes,
        ..Worst::default()
    };
    for (is_lighter, (weight, id)) in order {
        let has_room = worst.named.len() < named;
        let is_named = weight.is_special && !is_lighter;
        let is_said = |wide: &ScopeId| is_lighter && catalog.implied_by(*wide).contains(id);
        if worst.named.iter().any(is_said) {
            continue;
        }
        if is_named || (has_room && weight.changes == is_changed) {
            worst.named.push(id);
        } else if weight.changes && !is_lighter {
            worst.more += 1;
        }
    }
    worst
}

/// How heavy a scope weighs: what is special, then the catalog's risk, then what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weight {
    is_special: bool,
    risk: u8,
    deletes: bool,
    changes: bool,
}

impl Weight {
    /// Of a scope of this catalog.
    #[must_use]
    pub fn of(catalog: &Catalog, id: ScopeId, definition: &ScopeDefinition) -> Self {
        let deletes = catalog.deletes(id);
        let changes = !catalog.looking().contains(id);
        // As most scopes of such kinds are rated, where the catalog does not say it.
        let usual = match (deletes, changes) {
            (true, _) => 4,
            (false, true) => 3,
            (false, false) => 2,
        };
        Self {
            is_special: definition.money || definition.elevation.is_some(),
            risk: definition.risk.as_ref().map_or(usual, |risk| risk.level),
            deletes,
            changes,
        }
    }
}

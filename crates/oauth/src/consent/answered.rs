use scope::{Catalog, ScopeId, ScopeSet};

/// What an answer comes to, of these choices. A named scope takes along what it brings within its
/// own row: that is the level below. What it brings of another row is an answer of its
/// own, and where that is "no", the scope is not given either: nobody gets what was struck.
pub(crate) fn answered(catalog: &Catalog, choices: &ScopeSet, named: &ScopeSet) -> ScopeSet {
    let with_levels: ScopeSet = named
        .iter()
        .flat_map(|id| levels_below(catalog, id).chain([id]))
        .filter(|id| choices.contains(*id))
        .collect();
    let goes = |id: &ScopeId| {
        let brought = catalog.implied_by(*id).intersection(choices);
        brought.is_subset(&with_levels)
    };
    with_levels.iter().filter(goes).collect()
}

/// Are they decided about in different rows?
pub(crate) fn are_apart(catalog: &Catalog, one: ScopeId, other: ScopeId) -> bool {
    let row = |id| catalog.row_of(id).map(|row| row.name.as_str());
    row(one) != row(other)
}

fn levels_below(catalog: &Catalog, id: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
    let brought = catalog.implied_by(id).iter();
    brought.filter(move |other| !are_apart(catalog, id, *other))
}

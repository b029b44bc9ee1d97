//! What an app asks and cannot be given, in words.

use oauth::consent::Offer;
use scope::{ScopeId, ScopeSet, WithheldReason};

use super::views::{Lacking, LackingRight, WithheldItem};
use crate::pages::rows;
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// What is not offered, and why. `place` is where the person has the role.
pub(super) fn of_offer(visit: &Visit, offer: &Offer, place: Option<&str>) -> Lacking {
    let role_text = match place {
        Some(place) => visit
            .words
            .with("lacking-text-at", &[("organisation", place)]),
        None => visit.words.get("lacking-text"),
    };
    Lacking {
        role_text,
        role: rights(visit, offer),
        other: others(visit, offer),
        open: offer.nothing_left,
    }
}

/// What the person's own role does not include, by resource.
fn rights(visit: &Visit, offer: &Offer) -> Vec<LackingRight> {
    let rows = offer.rows.iter().filter_map(|row| {
        let missing = row
            .items
            .iter()
            .filter(|item| item.requested && item.withheld.is_some());
        let missing: Vec<ScopeId> = missing.map(|item| item.scope).collect();
        let verbs = missing.iter().filter_map(|id| rows::verb(visit, *id));
        Some(LackingRight {
            resource: rows::title(visit, *missing.first()?)?.to_owned(),
            does: verbs.collect::<Vec<_>>().join(", "),
        })
    });
    rows.collect()
}

/// What is not offered for another reason, as the app wrote it.
fn others(visit: &Visit, offer: &Offer) -> Vec<WithheldItem> {
    let catalog = visit.realm.catalog();
    let items = offer.rows.iter().flat_map(|row| &row.items);
    let in_rows: ScopeSet = items.map(|item| item.scope).collect();
    let has_row = |name: &str| catalog.find(name).is_some_and(|id| in_rows.contains(id));
    offer
        .withheld
        .iter()
        .filter(|withheld| !has_row(&withheld.scope))
        .map(|withheld| WithheldItem {
            name: shown(&withheld.scope),
            reason: visit.words.get(reason_key(withheld.reason)),
        })
        .collect()
}

fn reason_key(reason: WithheldReason) -> &'static str {
    match reason {
        WithheldReason::Unknown => "withheld-unknown",
        WithheldReason::Retired => "withheld-retired",
        WithheldReason::NotRegistered => "withheld-not-registered",
        WithheldReason::ElevationNotApproved => "withheld-elevation-not-approved",
        WithheldReason::RightMissing => "withheld-right-missing",
    }
}

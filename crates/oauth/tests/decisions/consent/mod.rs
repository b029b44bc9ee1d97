//! Offers and decisions: with small catalogs, one for each decline policy, and with the shipped ones.

mod at_once;
mod joining;
mod of_shipped_catalogs;
mod offers;
mod remembering;
mod rows;
mod what_was_shown;

use crate::support::{now, scope, state};
use oauth::consent::{Choice, ConsentDecision, Offer, RowChoice, decide, offer};
use oauth::error::OAuthError;
use oauth::model::{Client, Withheld};
use scope::{Catalog, RequestedScope, ScopeSet, WithheldReason};

pub fn asks(catalog: &Catalog, text: &str) -> RequestedScope {
    catalog.requested(scope(text))
}

/// What an offer shows: `name` for a requested scope, `(name)` for a narrower answer,
/// `!` locked, `-` greyed, `~` off at first, `*` new.
pub fn shown(catalog: &Catalog, offer: &Offer) -> Vec<String> {
    let name = |id| catalog.scope(id).unwrap().name.clone();
    offer
        .rows
        .iter()
        .map(|row| {
            let items: Vec<String> = row
                .items
                .iter()
                .map(|item| {
                    let mut text = if item.requested {
                        name(item.scope)
                    } else {
                        format!("({})", name(item.scope))
                    };
                    let marks = [
                        (item.locked.is_some(), '!'),
                        (item.withheld.is_some(), '-'),
                        (!item.checked && item.withheld.is_none(), '~'),
                        (item.is_new, '*'),
                    ];
                    text.extend(
                        marks
                            .into_iter()
                            .filter(|(on, _)| *on)
                            .map(|(_, mark)| mark),
                    );
                    text
                })
                .collect();
            format!(
                "{}: {}",
                if row.choice == RowChoice::Levels {
                    "levels"
                } else {
                    "boxes"
                },
                items.join(" ")
            )
        })
        .collect()
}

pub fn offered(
    catalog: &Catalog,
    client: &Client,
    asked: &str,
    rights: Option<&ScopeSet>,
) -> Offer {
    offer(
        catalog,
        client,
        &state(catalog, client),
        &asks(catalog, asked),
        rights,
        None,
        now(),
    )
}

pub fn answer(
    catalog: &Catalog,
    offer: &Offer,
    allowed: &str,
) -> Result<ConsentDecision, OAuthError> {
    let allowed = allowed.split_whitespace().map(str::to_owned).collect();
    decide(catalog, offer, &Choice { allowed })
}

pub fn withheld(scope: &str, reason: WithheldReason) -> Withheld {
    Withheld {
        scope: scope.to_owned(),
        reason,
    }
}

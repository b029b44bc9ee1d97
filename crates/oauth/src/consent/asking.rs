use jiff::SignedDuration;
use scope::{Catalog, ScopeSet};

use super::offer::{Answers, Offer, OfferItem};
use crate::authorization::AuthorizationRequest;
use crate::model::{Client, ClientType, Grant, GrantStatus, Timestamp};
use crate::redirect_uri;

/// How long an app gets the remembered "no" after the person last decided about it, however often
/// it sends them.
pub const NOT_AGAIN_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Must the person be asked? Not only if the standing answer covers everything: each offered
/// scope was decided, under this version of the catalog, something requested was allowed and
/// nothing that is required was refused; the app did not ask for `prompt=consent`, and its
/// redirect URI is not one that any program on the device could take (RFC 8252 section 8.6).
///
/// What was taken off is asked about at the next request that names it, what was refused a day
/// after the last decision; then the "no" is remembered again. With `prompt=none` both stay "no":
/// whoever must not be asked has answered.
#[must_use]
pub fn needs_consent(
    catalog: &Catalog,
    client: &Client,
    offer: &Offer,
    request: &AuthorizationRequest,
    standing: Option<&Grant>,
    now: Timestamp,
) -> bool {
    let Some(grant) = standing.filter(|grant| grant.status == GrantStatus::Live) else {
        return true;
    };
    let impersonable = client.client_type == ClientType::Public
        && redirect_uri::is_open_to_impersonation(&request.redirect_uri);
    if request.prompt.consent || impersonable || grant.catalog_version != catalog.version() {
        return true;
    }
    let answers = Answers::new(catalog, standing);
    let items = || {
        offer
            .rows
            .iter()
            .flat_map(|row| &row.items)
            .filter(|item| item.withheld.is_none())
    };
    let allowed = |item: &OfferItem| answers.granted.contains(item.scope);
    let nothing_allowed = items().next().is_some() && !items().any(allowed);
    let undecided = items().any(|item| !allowed(item) && !answers.refused.contains(item.scope));
    let lock_refused = items().any(|item| item.locked.is_some() && !allowed(item));
    // Nobody may strike them, but who gave the grant has not seen them either.
    let given_anew = offer
        .always
        .iter()
        .any(|scope| !answers.granted.contains(*scope));
    let open = open_again(catalog, grant, &answers, now);
    let asked_again =
        !request.prompt.none && items().any(|item| item.requested && open.contains(item.scope));
    undecided || lock_refused || nothing_allowed || given_anew || asked_again
}

/// What a person said no to and may be asked about once more.
fn open_again(catalog: &Catalog, grant: &Grant, answers: &Answers, now: Timestamp) -> ScopeSet {
    if now.duration_since(grant.updated_at) >= NOT_AGAIN_WITHIN {
        return answers.refused.clone();
    }
    let taken_off = catalog.set_of(grant.reduced.iter()).0;
    taken_off.difference(&answers.granted)
}

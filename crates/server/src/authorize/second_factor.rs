//! The second factor that a request demands of whoever answers it (RFC 9470).

use oauth::authorization::AuthorizationRequest;
use oauth::sign_in;
use oauth::{ErrorCode, OAuthError};
use realm::accounts::second_factor;

use super::kept::Place;
use crate::pages::next;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::session::SignedIn;

/// Does this request demand one? Only where people sign in here.
pub(super) fn is_wanted(visit: &Visit, request: &AuthorizationRequest) -> bool {
    let sign_in = visit.realm.sign_in();
    let catalog = visit.realm.catalog();
    sign_in.kind.is_accounts()
        && sign_in::wants_second_factor(catalog, request, sign_in.second_factor)
}

/// Was there one?
pub(super) fn is_there(signed_in: &SignedIn) -> bool {
    signed_in.session.authentication.has_second_factor()
}

/// What the app is told where nobody may be asked for one, or nobody can have one.
pub(super) fn unmet() -> OAuthError {
    OAuthError::new(
        ErrorCode::UnmetAuthenticationRequirements,
        "the person is not signed in with a second factor, which is demanded here",
    )
}

/// Where somebody goes on who is signed in without one: to set one up where they have none, and
/// else to sign in with it. `None` where nobody can set one up.
pub(super) async fn way(
    visit: &Visit,
    place: &Place,
    signed_in: &SignedIn,
) -> Result<Option<String>, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let has_one = second_factor::of(app, realm, signed_in.user.id).await?;
    if has_one.is_some() {
        return Ok(Some(place.login(visit)));
    }
    if !second_factor::can_be_set_up(app).await? {
        return Ok(None);
    }
    let set_up = visit.form_at("account/second-factor");
    Ok(Some(next::after(&set_up, &place.consent(visit))))
}

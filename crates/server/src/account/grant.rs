use oauth::model::{Client, Grant, Uuid};
use realm::grants;

use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::session::SignedIn;

/// A grant of the person's own; anybody else's does not exist for them.
pub(super) async fn own_grant(
    visit: &Visit,
    signed_in: &SignedIn,
    id: &str,
) -> Result<Grant, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    let grant = grants::own(&visit.app, &visit.realm, signed_in.user.id, id).await?;
    grant.ok_or(Refusal::NotFound)
}

/// The app it was given to, if it is still registered.
pub(super) async fn client_of(visit: &Visit, grant: &Grant) -> Result<Option<Client>, Refusal> {
    let known = visit.realm.cache().client(&grant.client).await?;
    Ok(known.map(|known| Client::clone(&known.client)))
}

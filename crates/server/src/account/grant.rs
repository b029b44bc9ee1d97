use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use oauth::model::{Client, Family, Grant, Uuid};
use realm::{families, grants};

use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::session::SignedIn;

/// The grant or connection that the address names; nothing, which is none's name, where it cannot be
/// read.
pub(crate) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.as_ref().ok().into_iter().flatten();
        let mut named = parameters.filter(|(name, _)| *name != "realm");
        Ok(Self(
            named
                .next()
                .map_or_else(String::new, |(_, id)| id.to_owned()),
        ))
    }
}

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

/// A connection under a grant of the person's own, where one can be ended alone.
pub(super) async fn own_family(
    visit: &Visit,
    signed_in: &SignedIn,
    id: &str,
) -> Result<Family, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    let family = families::one(&visit.app, &visit.realm, id).await?;
    let family = family.filter(|_| families::are_told_apart(&visit.realm));
    let family = family.ok_or(Refusal::NotFound)?;
    own_grant(visit, signed_in, &family.grant.to_string()).await?;
    Ok(family)
}

/// The app it was given to, if it is still registered.
pub(super) async fn client_of(visit: &Visit, grant: &Grant) -> Result<Option<Client>, Refusal> {
    let known = visit.realm.cache().client(&grant.client).await?;
    Ok(known.map(|known| Client::clone(&known.client)))
}

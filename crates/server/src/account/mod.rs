//! The page of a person's own: the apps they have let in, and the acts that take access back.

mod grant;
mod page;
mod view;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use oauth::model::{RevocationReason, Uuid};
use realm::App;
use realm::manage::{ReduceGrant, Reduced, Refused};

use crate::pages::form::PageForm;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::pages::{next, respond};
use crate::session::SignedIn;
use grant::{own_family, own_grant};
#[cfg(test)]
pub(crate) use view::AccountPage;

/// `GET /{realm}/account`: the connected apps, from the grants.
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let page = page::read(&visit, &signed_in).await?;
        Ok(respond::page(StatusCode::OK, &page))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/grants/{grant}/remove`: ends a grant with everything that hangs
/// from it.
pub(crate) async fn remove(
    State(_): State<Arc<App>>,
    Path((_, grant)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let answer = async {
        visit.own_form()?;
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let grant = own_grant(&visit, &signed_in, &grant).await?;
        revoke(&visit, &signed_in, grant.id).await?;
        Ok(done(&visit, "removed", ("grant", grant.id)))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/families/{family}/end`: ends one connection of an app, and no other.
pub(crate) async fn end(
    State(_): State<Arc<App>>,
    Path((_, family)): Path<(String, String)>,
    visit: Visit,
) -> Response {
    let answer = async {
        visit.own_form()?;
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let family = own_family(&visit, &signed_in, &family).await?;
        let desk = visit.app.desk(&visit.realm);
        let (by, reason) = (visit.actor(&signed_in.user), RevocationReason::ByUser);
        desk.end_family(&by, family.id, reason).await?;
        Ok(done(&visit, "ended", ("family", family.id)))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/grants/{grant}/reduce`: keeps what is marked and takes off the
/// rest. With nothing left the grant ends.
pub(crate) async fn reduce(
    State(_): State<Arc<App>>,
    Path((_, grant)): Path<(String, String)>,
    visit: Visit,
    form: PageForm,
) -> Response {
    let answer = async {
        visit.own_form()?;
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let grant = own_grant(&visit, &signed_in, &grant).await?;
        let done_is = take_off(&visit, &signed_in, grant.id, &form).await?;
        Ok(done(&visit, done_is, ("grant", grant.id)))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

async fn take_off(
    visit: &Visit,
    signed_in: &SignedIn,
    grant: Uuid,
    form: &PageForm,
) -> Result<&'static str, Refusal> {
    // What stands allowed may be other scopes than those the form showed.
    let Ok(seen) = form.get("version").parse() else {
        return Ok("changed");
    };
    let command = ReduceGrant {
        grant,
        keep: form.allowed(),
        version: Some(seen),
    };
    let desk = visit.app.desk(&visit.realm);
    let by = visit.actor(&signed_in.user);
    match desk.reduce_grant(&by, command).await {
        Ok(Reduced::Less) => Ok("reduced"),
        Ok(Reduced::Ended) => Ok("removed"),
        Ok(Reduced::Unchanged) => Ok("unchanged"),
        Err(Refused::Changed { .. }) => Ok("changed"),
        Err(refused) => Err(refused.into()),
    }
}

async fn revoke(visit: &Visit, signed_in: &SignedIn, grant: Uuid) -> Result<(), Refusal> {
    let desk = visit.app.desk(&visit.realm);
    desk.revoke_grant(
        &visit.actor(&signed_in.user),
        grant,
        RevocationReason::ByUser,
    )
    .await?;
    Ok(())
}

/// Back to the list, which says what was done.
fn done(visit: &Visit, what: &str, (kind, id): (&str, Uuid)) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("done", what)
        .append_pair(kind, &id.to_string());
    if !visit.parameter("ui_locales").is_empty() {
        query.append_pair("ui_locales", visit.words.language().code());
    }
    respond::see_other(&format!("{}?{}", visit.at("account"), query.finish()))
}

fn sign_in_first(visit: &Visit) -> Response {
    respond::see_other(&next::login(visit.realm.id(), &visit.at("account")))
}

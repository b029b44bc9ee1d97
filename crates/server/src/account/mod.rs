//! The page of a person's own: the apps they have let in, and the acts that take access back.

mod grant;
mod page;
mod view;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use oauth::grant::reduce::{self, NotReducible};
use oauth::model::{Grant, RevocationReason, Uuid};
use realm::App;

use crate::pages::form::PageForm;
use crate::pages::refusal::Refusal;
use crate::pages::visit::{Visit, query_value};
use crate::pages::{next, respond};
use grant::{client_of, own_grant};

pub use view::{Ability, AccountPage, Connection, PastAct, Reduction};

/// `GET /{realm}/account`: the connected apps, from the grants.
pub async fn show(visit: Visit) -> Response {
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
pub async fn remove(
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
        revoke(&visit, &grant).await?;
        Ok(done(&visit, "removed", grant.id))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/grants/{grant}/reduce`: keeps what is marked and takes off the
/// rest. With nothing left the grant ends.
pub async fn reduce(
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
        let done_is = take_off(&visit, &grant, &form.allowed()).await?;
        Ok(done(&visit, done_is, grant.id))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

async fn take_off(visit: &Visit, grant: &Grant, keep: &[String]) -> Result<&'static str, Refusal> {
    let client = client_of(visit, grant).await?;
    let keep = keep.iter().map(String::as_str);
    let reduction = reduce::decide(visit.realm.catalog(), client.as_ref(), grant, keep);
    let (left, taken) = match reduction.map_err(|NotReducible| Refusal::NotFound)? {
        reduce::Reduction::Unchanged => return Ok("unchanged"),
        reduce::Reduction::Everything => {
            revoke(visit, grant).await?;
            return Ok("removed");
        }
        reduce::Reduction::Part { left, taken } => (left, taken),
    };
    let store = visit.app.store();
    let changed = store
        .reduce_grant(visit.realm.id(), grant.id, &left, &taken, visit.app.now())
        .await?;
    Ok(if changed { "reduced" } else { "unchanged" })
}

async fn revoke(visit: &Visit, grant: &Grant) -> Result<(), Refusal> {
    let (realm, now) = (visit.realm.id(), visit.app.now());
    let store = visit.app.store();
    store
        .revoke_grant(realm, grant.id, RevocationReason::ByUser, now)
        .await?;
    Ok(())
}

/// Back to the list, which says what was done.
fn done(visit: &Visit, what: &str, grant: Uuid) -> Response {
    let locale = query_value(visit.uri.query().unwrap_or_default(), "ui_locales");
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("done", what)
        .append_pair("grant", &grant.to_string());
    if !locale.is_empty() {
        query.append_pair("ui_locales", &locale);
    }
    respond::see_other(&format!("{}?{}", visit.at("account"), query.finish()))
}

fn sign_in_first(visit: &Visit) -> Response {
    respond::see_other(&next::login(visit.realm.id(), &visit.at("account")))
}

//! The page of a person's own: the apps they have let in, and the acts that take access back.

mod grant;
mod history;
mod names;
mod page;
mod removal;
pub(crate) mod security;
pub(crate) mod set_up;
mod view;

use std::iter;

use axum::http::StatusCode;
use axum::response::Response;
use oauth::consent::{Difference, ShownGrant};
use oauth::model::{Grant, GrantStatus, RevocationReason, Uuid};
use realm::manage::{ReduceGrant, Reduced, Refused};

use crate::pages::differences::{self, Now};
use crate::pages::form::{PageForm, SentForm};
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::pages::words::shown;
use crate::pages::{next, respond};
use crate::session::SignedIn;
use grant::{Named, own_family, own_grant};
#[cfg(test)]
pub(crate) use view::{AccountPage, RemovalPage};

/// `GET /{realm}/account`: the connected apps, from the grants.
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let page = page::read(&visit, &signed_in, Vec::new()).await?;
        Ok(respond::page(StatusCode::OK, &page))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `GET /{realm}/account/grants/{grant}/remove`: asks before it is done.
pub(crate) async fn ask_removal(Named(grant): Named, visit: Visit) -> Response {
    let answer = async {
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let grant = own_grant(&visit, &signed_in, &grant).await?;
        if grant.status != GrantStatus::Live {
            return Ok(respond::see_other(&visit.form_at("account")));
        }
        removal::ask(&visit, &signed_in, &grant).await
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/grants/{grant}/remove`: ends a grant with everything that hangs
/// from it.
pub(crate) async fn remove(Named(grant): Named, visit: Visit, form: SentForm) -> Response {
    let answer = async {
        let (signed_in, ..) = match own_answer(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
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
pub(crate) async fn end(Named(family): Named, visit: Visit, form: SentForm) -> Response {
    let answer = async {
        let (signed_in, ..) = match own_answer(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
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
pub(crate) async fn reduce(Named(grant): Named, visit: Visit, form: SentForm) -> Response {
    let answer = async {
        let (signed_in, shown, form) = match own_answer(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let grant = own_grant(&visit, &signed_in, &grant).await?;
        let differences = shown.differences(&ShownGrant::of(&grant));
        if !differences.is_empty() {
            return again(&visit, &signed_in, &differences).await;
        }
        // Nothing left is the app removed, which is asked about first.
        let keep = form.choice(visit.realm.catalog())?.allowed;
        if keep.is_empty() {
            let ask = visit.form_at(&format!("account/grants/{}/remove", grant.id));
            return Ok(respond::see_other(&ask));
        }
        match take_off(&visit, &signed_in, &grant, keep).await? {
            Some(what) => Ok(done(&visit, what, ("grant", grant.id))),
            None => again(&visit, &signed_in, &[]).await,
        }
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// Who answers a form, and what it showed; the page again where it was shown to somebody else, or
/// says nothing of it.
async fn own_answer(
    visit: &Visit,
    form: SentForm,
) -> Result<Result<(SignedIn, ShownGrant, PageForm), Response>, Refusal> {
    visit.own_form()?;
    let form = form.once()?;
    let Some(signed_in) = visit.signed_in().await? else {
        return Ok(Err(sign_in_first(visit)));
    };
    let differences: &[Difference] = match ShownGrant::read(form.get("shown")) {
        Some(shown) if shown.is_of(signed_in.user.id) => {
            return Ok(Ok((signed_in, shown, form)));
        }
        Some(_) => &[Difference::Person],
        None => &[],
    };
    Ok(Err(again(visit, &signed_in, differences).await?))
}

/// The page as it is now, with what is different from the one that was answered.
async fn again(
    visit: &Visit,
    signed_in: &SignedIn,
    differences: &[Difference],
) -> Result<Response, Refusal> {
    let problem = visit.words.get("account-problem");
    let now = Now {
        person: &shown(&signed_in.user.name),
        app: "",
        place: None,
    };
    let told = differences::told(visit, differences, &now);
    let problem = iter::once(problem).chain(told).collect();
    let page = page::read(visit, signed_in, problem).await?;
    Ok(respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What came of it; nothing where the grant changed at this moment.
async fn take_off(
    visit: &Visit,
    signed_in: &SignedIn,
    grant: &Grant,
    keep: Vec<String>,
) -> Result<Option<&'static str>, Refusal> {
    let command = ReduceGrant {
        grant: grant.id,
        keep,
        version: Some(grant.version),
    };
    let desk = visit.app.desk(&visit.realm);
    let by = visit.actor(&signed_in.user);
    match desk.reduce_grant(&by, command).await {
        Ok(Reduced::Less) => Ok(Some("reduced")),
        Ok(Reduced::Ended) => Ok(Some("removed")),
        Ok(Reduced::Unchanged) => Ok(Some("unchanged")),
        Err(Refused::Changed { .. }) => Ok(None),
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
    respond::see_other(&next::login(
        visit.realm.layout(),
        &visit.form_at("account"),
    ))
}

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

use oauth::model::{Client, Consent, Grant, GrantStatus, RevocationReason, Timestamp, Uuid};
use scope::{BoundTo, Resource, ScopeId, ScopeSet};

use super::form::PageForm;
use super::refusal::Refusal;
use super::rows;
use super::views::{Ability, AccountPage, AppView, Connection, PastAct, Reduction, When};
use super::visit::{Visit, query_value};
use super::words::shown;
use super::{consent, next};
use crate::browser::{self, SignedIn};
use realm::App;

/// How many decisions of the past are shown.
const HISTORY: usize = 10;

/// `GET /{realm}/account`: the connected apps, from the grants.
pub async fn show(visit: Visit) -> Response {
    let answer = async {
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let page = page(&visit, &signed_in).await?;
        Ok(browser::page(StatusCode::OK, &page))
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
    let catalog = visit.realm.catalog();
    if !catalog.grant_policy().reducible {
        return Err(Refusal::NotFound);
    }
    if grant.status != GrantStatus::Live {
        return Ok("unchanged");
    }
    let granted = catalog.recorded(&grant.granted);
    let granted = granted.set();
    let defaults = granted.intersection(catalog.every_grant());
    let choosable = granted.difference(&defaults);
    let client = client_of(visit, grant).await?;
    let locked = client.map_or_else(ScopeSet::empty, |client| {
        rows::locked_in_grant(catalog, &client, &choosable)
    });
    let (named, _) = catalog.set_of(keep.iter().map(String::as_str));
    let kept = catalog
        .expand(&named.union(&locked))
        .intersection(&choosable);
    if kept.is_empty() {
        revoke(visit, grant).await?;
        return Ok("removed");
    }
    let (left, taken) = (kept.union(&defaults), choosable.difference(&kept));
    if taken.is_empty() {
        return Ok("unchanged");
    }
    let (left, taken) = (catalog.scope_of(&left), catalog.scope_of(&taken));
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

/// A grant of the person's own; anybody else's does not exist for them.
async fn own_grant(visit: &Visit, signed_in: &SignedIn, id: &str) -> Result<Grant, Refusal> {
    let id = Uuid::try_parse(id).map_err(|_| Refusal::NotFound)?;
    let grant = visit.app.store().grant(visit.realm.id(), id).await?;
    grant
        .filter(|grant| grant.user == signed_in.user.id)
        .ok_or(Refusal::NotFound)
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
    browser::see_other(&format!("{}?{}", visit.at("account"), query.finish()))
}

fn sign_in_first(visit: &Visit) -> Response {
    browser::see_other(&next::login(visit.realm.id(), &visit.at("account")))
}

async fn page(visit: &Visit, signed_in: &SignedIn) -> Result<AccountPage, Refusal> {
    let (realm, user) = (visit.realm.id(), signed_in.user.id);
    let store = visit.app.store();
    let mut apps = Vec::new();
    for grant in store.grants_of_user(realm, user).await? {
        apps.push(connection(visit, &grant).await?);
    }
    let mut history = Vec::new();
    for consent in store.consents_of_user(realm, user, HISTORY).await? {
        history.push(past_act(visit, &consent).await?);
    }
    Ok(AccountPage {
        frame: visit.frame(Some(&signed_in.user)),
        notice: notice(visit, signed_in).await?,
        apps,
        history,
    })
}

/// What was just done, named by the address after a redirect; nothing else is believed.
async fn notice(visit: &Visit, signed_in: &SignedIn) -> Result<Option<String>, Refusal> {
    let key = match visit.parameter("done").as_str() {
        "removed" => "notice-removed",
        "reduced" => "notice-reduced",
        "unchanged" => "notice-unchanged",
        _ => return Ok(None),
    };
    let grant = match own_grant(visit, signed_in, &visit.parameter("grant")).await {
        Ok(grant) => grant,
        Err(Refusal::NotFound) => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    if (key == "notice-removed") == (grant.status == GrantStatus::Live) {
        return Ok(None);
    }
    let app = app_name(visit, &grant.client).await?;
    Ok(Some(visit.words.with(key, &[("app", &app)])))
}

async fn connection(visit: &Visit, grant: &Grant) -> Result<Connection, Refusal> {
    let client = client_of(visit, grant).await?;
    let reducible = visit.realm.catalog().grant_policy().reducible;
    let path = |act| visit.form_at(&format!("account/grants/{}/{act}", grant.id));
    Ok(Connection {
        id: format!("grant-{}", grant.id),
        app: client.as_ref().map_or_else(
            || unknown_app(&grant.client),
            |client| consent::app_view(client, ""),
        ),
        organisation: organisation_name(visit, grant.organisation).await?,
        since: when(visit, grant.created_at),
        abilities: abilities(visit, grant),
        reduce: client
            .as_ref()
            .filter(|_| reducible)
            .and_then(|client| reduction(visit, client, grant, path("reduce"))),
        remove: path("remove"),
    })
}

/// Nothing where nothing can be taken off.
fn reduction(visit: &Visit, client: &Client, grant: &Grant, action: String) -> Option<Reduction> {
    let catalog = visit.realm.catalog();
    let granted = catalog.recorded(&grant.granted);
    let choosable = granted.set().difference(catalog.every_grant());
    let locked = rows::locked_in_grant(catalog, client, &choosable);
    (!choosable.is_subset(&locked)).then(|| Reduction {
        action,
        rows: rows::of_grant(visit, client, grant),
    })
}

/// What stands allowed, by resource, of levels the widest; then what goes with every grant.
fn abilities(visit: &Visit, grant: &Grant) -> Vec<Ability> {
    let catalog = visit.realm.catalog();
    let granted = catalog.granted(&grant.granted);
    let chosen = granted.set().difference(catalog.every_grant());
    let always: Vec<&str> = granted
        .set()
        .intersection(catalog.every_grant())
        .iter()
        .filter_map(|id| catalog.scope(id))
        .map(|definition| visit.text(&definition.title))
        .collect();
    let always = (!always.is_empty()).then(|| Ability {
        resource: visit.words.get("consent-always"),
        does: always.join(", "),
    });
    let resources = catalog.resources().iter();
    resources
        .filter_map(|resource| ability(visit, resource, &chosen))
        .chain(always)
        .collect()
}

fn ability(visit: &Visit, resource: &Resource, chosen: &ScopeSet) -> Option<Ability> {
    let catalog = visit.realm.catalog();
    let here = || resource.scopes.iter().filter(|id| chosen.contains(**id));
    let is_widest =
        |id: ScopeId| !here().any(|other| *other != id && catalog.implied_by(*other).contains(id));
    let does: Vec<String> = here()
        .filter(|id| is_widest(**id))
        .filter_map(|id| catalog.scope(*id))
        .map(|definition| rows::verb(visit, definition))
        .collect();
    (!does.is_empty()).then(|| Ability {
        resource: visit.text(&resource.title).to_owned(),
        does: does.join(", "),
    })
}

async fn past_act(visit: &Visit, act: &Consent) -> Result<PastAct, Refusal> {
    let app = app_name(visit, &act.client).await?;
    let place = organisation_name(visit, act.organisation).await?;
    let key = match (act.grant.is_some(), act.refused.is_empty()) {
        (false, _) => "history-refused",
        (true, true) => "history-allowed",
        (true, false) => "history-allowed-partly",
    };
    let what = match place {
        Some(place) => visit.words.with(
            &format!("{key}-at"),
            &[("app", &app), ("organisation", &place)],
        ),
        None => visit.words.with(key, &[("app", &app)]),
    };
    Ok(PastAct {
        when: when(visit, act.decided_at),
        what,
    })
}

fn when(visit: &Visit, moment: Timestamp) -> When {
    When::new(visit.words, moment, visit.app.now())
}

async fn client_of(visit: &Visit, grant: &Grant) -> Result<Option<Client>, Refusal> {
    let known = visit.realm.cache().client(&grant.client).await?;
    Ok(known.map(|known| Client::clone(&known.client)))
}

/// The app's name; its id when it is gone.
async fn app_name(visit: &Visit, id: &str) -> Result<String, Refusal> {
    let known = visit.realm.cache().client(id).await?;
    Ok(known.map_or_else(|| shown(id), |known| shown(&known.client.name)))
}

async fn organisation_name(visit: &Visit, id: Option<Uuid>) -> Result<Option<String>, Refusal> {
    let Some(id) = id else {
        let everywhere = visit.realm.catalog().grant_policy().bound_to == BoundTo::User;
        return Ok(everywhere.then(|| visit.words.get("account-everywhere")));
    };
    let organisation = visit.realm.cache().organisation(id).await?;
    Ok(organisation.map(|organisation| shown(&organisation.name)))
}

fn unknown_app(id: &str) -> AppView {
    AppView {
        name: shown(id),
        maker: "–".to_owned(),
        verified: false,
        returns_to: String::new(),
        returns_local: false,
    }
}

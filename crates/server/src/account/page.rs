//! From the grants of a person to the page about them.

use oauth::consent::ShownGrant;
use oauth::grant::reduce::Parts;
use oauth::model::{Client, Family, FamilyStatus, Grant, GrantStatus, Status, Timestamp};
use realm::{families, grants};
use scope::{Resource, ScopeId, ScopeSet};

use super::grant::{client_of, own_family, own_grant};
use super::history;
use super::names::{app_name, names_of, organisation_name};
use super::view::{Ability, AccountPage, Connection, Place, Places, Reduction};
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::refusal::Refusal;
use crate::pages::views::{AppView, Row, When};
use crate::pages::visit::Visit;
use crate::pages::{rows, shorten};
use crate::session::SignedIn;

/// How many places of an app are shown.
const PLACES: usize = 10;

/// The page as it is now.
///
/// `problem` is why an answer to the page before was not taken.
pub(super) async fn read(
    visit: &Visit,
    signed_in: &SignedIn,
    problem: Vec<String>,
) -> Result<AccountPage, Refusal> {
    let (app, realm, user) = (&visit.app, &visit.realm, signed_in.user.id);
    let names = names_of(visit, user).await?;
    let mut apps = Vec::new();
    for grant in grants::of_user(app, realm, user).await? {
        apps.push(connection(visit, &names, &grant).await?);
    }
    let history = history::read(visit, user).await?;
    Ok(AccountPage {
        frame: visit.frame(Some(&signed_in.user)),
        notice: notice(visit, signed_in).await?,
        problem,
        apps,
        history,
    })
}

/// What was just done, named by the address after a redirect; nothing else is believed.
async fn notice(visit: &Visit, signed_in: &SignedIn) -> Result<Option<String>, Refusal> {
    let key = match visit.parameter("done").as_str() {
        "removed" => "notice-removed",
        "ended" => return ended_notice(visit, signed_in).await,
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

async fn ended_notice(visit: &Visit, signed_in: &SignedIn) -> Result<Option<String>, Refusal> {
    let family = match own_family(visit, signed_in, &visit.parameter("family")).await {
        Ok(family) => family,
        Err(Refusal::NotFound) => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    if family.status == FamilyStatus::Live {
        return Ok(None);
    }
    let app = app_name(visit, &family.client).await?;
    Ok(Some(visit.words.with("notice-ended", &[("app", &app)])))
}

async fn connection(
    visit: &Visit,
    names: &OrganisationNames,
    grant: &Grant,
) -> Result<Connection, Refusal> {
    let client = client_of(visit, grant).await?;
    let reducible = visit.realm.catalog().grant_policy().reducible;
    let path = |act| visit.form_at(&format!("account/grants/{}/{act}", grant.id));
    let families = families::of_grant(&visit.app, &visit.realm, grant.id).await?;
    let is_on = |client: &Client| client.status == Status::Active;
    let realm = visit.realm.title(visit.words.language().code());
    let off = client.as_ref().filter(|client| !is_on(client));
    Ok(Connection {
        off: off.map(|_| visit.words.with("account-off", &[("realm", realm)])),
        id: format!("grant-{}", grant.id),
        app: client.as_ref().map_or_else(
            || AppView::unknown(&grant.client),
            |client| AppView::of(client, ""),
        ),
        organisation: place(visit, names, grant).await?,
        shown: ShownGrant::of(grant).to_string(),
        since: when(visit, grant.created_at),
        last_used: families
            .first()
            .map(|family| when(visit, family.last_used_at)),
        places: places(visit, &families),
        abilities: abilities(visit, grant),
        reduce: client
            .as_ref()
            .filter(|_| reducible)
            .and_then(|client| reduction(visit, client, grant, path("reduce"))),
        remove: path("remove"),
    })
}

/// Nothing where there is only one, or where one cannot be ended alone.
fn places(visit: &Visit, families: &[Family]) -> Option<Places> {
    let several = families.len() > 1 && families::are_told_apart(&visit.realm);
    several.then(|| Places {
        all: families.len(),
        latest: families
            .iter()
            .take(PLACES)
            .map(|family| Place {
                since: when(visit, family.begun_at),
                last_used: when(visit, family.last_used_at),
                end: visit.form_at(&format!("account/families/{}/end", family.id)),
            })
            .collect(),
    })
}

/// Nothing where nothing can be taken off.
fn reduction(visit: &Visit, client: &Client, grant: &Grant, action: String) -> Option<Reduction> {
    let parts = Parts::of(visit.realm.catalog(), Some(client), grant);
    parts.is_reducible().then(|| {
        let (mut needed, mut rows) = Row::apart(rows::of_grant(visit, client, grant));
        shorten::fit(needed.iter_mut().chain(&mut rows));
        Reduction {
            action,
            needed,
            rows,
        }
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
    let rows = catalog.rows().iter();
    rows.filter_map(|row| ability(visit, row, &chosen))
        .chain(always)
        .collect()
}

fn ability(visit: &Visit, row: &Resource, chosen: &ScopeSet) -> Option<Ability> {
    let catalog = visit.realm.catalog();
    let here = || row.scopes.iter().filter(|id| chosen.contains(**id));
    let is_widest =
        |id: ScopeId| !here().any(|other| *other != id && catalog.implied_by(*other).contains(id));
    let does: Vec<String> = here()
        .filter(|id| is_widest(**id))
        .filter_map(|id| rows::verb(visit, *id))
        .collect();
    (!does.is_empty()).then(|| Ability {
        resource: visit.text(&row.title).to_owned(),
        does: does.join(" · "),
    })
}

/// Where the grant reaches: its organisation, or all of the person's.
async fn place(
    visit: &Visit,
    names: &OrganisationNames,
    grant: &Grant,
) -> Result<Option<String>, Refusal> {
    if grant.organisation.is_some()
        || visit
            .realm
            .catalog()
            .grant_policy()
            .is_bound_to_organisation()
    {
        return organisation_name(visit, names, grant.organisation).await;
    }
    let memberships = visit.realm.cache().memberships(grant.user).await?;
    let names: Vec<String> = memberships
        .iter()
        .map(|(organisation, _)| names.name(organisation))
        .collect();
    let names = names.join(", ");
    Ok((!names.is_empty()).then(|| visit.words.with("account-everywhere", &[("names", &names)])))
}

fn when(visit: &Visit, moment: Timestamp) -> When {
    When::new(visit.words, moment, visit.app.now())
}

//! What a person decided, took off and removed, and what was ended for them.

use std::cmp::Reverse;

use oauth::audit::{Done, GrantAct};
use oauth::model::{Consent, RevocationReason, Timestamp, Uuid};
use realm::{consents, grants};

use super::names::{app_name, names_of, organisation_name};
use super::view::PastAct;
use crate::pages::differences;
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::refusal::Refusal;
use crate::pages::views::When;
use crate::pages::visit::Visit;

/// How many acts of the past are shown.
const HISTORY: usize = 10;

/// The latest acts, the latest first.
pub(super) async fn read(visit: &Visit, user: Uuid) -> Result<Vec<PastAct>, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let decided = consents::of_user(app, realm, user, HISTORY).await?;
    let done = grants::acts_of_user(app, realm, user, HISTORY).await?;
    let decided = decided.into_iter().map(|act| Past::Decided(Box::new(act)));
    let mut all: Vec<Past> = decided.chain(done.into_iter().map(Past::Done)).collect();
    all.sort_by_key(|past| Reverse(past.at()));
    all.truncate(HISTORY);
    let names = names_of(visit, user).await?;
    let mut told = Vec::new();
    for past in &all {
        told.push(PastAct {
            when: When::new(visit.words, past.at(), app.now()),
            what: match past {
                Past::Decided(act) => decision(visit, &names, act).await?,
                Past::Done(act) => done_to_a_grant(visit, &names, act).await?,
            },
        });
    }
    Ok(told)
}

enum Past {
    Decided(Box<Consent>),
    Done(GrantAct),
}

impl Past {
    fn at(&self) -> Timestamp {
        match self {
            Self::Decided(act) => act.decided_at,
            Self::Done(act) => act.at,
        }
    }
}

async fn decision(
    visit: &Visit,
    names: &OrganisationNames,
    act: &Consent,
) -> Result<String, Refusal> {
    let key = match (act.grant.is_some(), act.refused.is_empty()) {
        (false, _) => "history-refused",
        (true, true) => "history-allowed",
        (true, false) => "history-allowed-partly",
    };
    let app = app_name(visit, &act.client).await?;
    let place = organisation_name(visit, names, act.organisation).await?;
    let everywhere = !visit
        .realm
        .catalog()
        .grant_policy()
        .is_bound_to_organisation();
    if place.is_none() && everywhere && key == "history-allowed" {
        let key = "history-allowed-everywhere";
        return Ok(visit.words.with(key, &[("app", &app)]));
    }
    Ok(told(visit, key, place, &[("app", &app)]))
}

async fn done_to_a_grant(
    visit: &Visit,
    names: &OrganisationNames,
    act: &GrantAct,
) -> Result<String, Refusal> {
    let app = app_name(visit, &act.client).await?;
    let store = grants::of_any_state(&visit.app, &visit.realm, act.grant);
    let organisation = store.await?.and_then(|grant| grant.organisation);
    let place = organisation_name(visit, names, organisation).await?;
    let realm = visit.realm.title(visit.words.language().code());
    Ok(match &act.done {
        Done::Reduced(taken) => {
            let titles = differences::resources(visit, taken.iter().map(String::as_str));
            let data = titles.join(", ");
            let values = [("app", app.as_str()), ("data", data.as_str())];
            told(visit, "history-reduced", place, &values)
        }
        Done::Ended(RevocationReason::ByUser) => {
            told(visit, "history-removed", place, &[("app", &app)])
        }
        Done::Ended(_) => {
            let values = [("app", app.as_str()), ("realm", realm)];
            told(visit, "history-ended", place, &values)
        }
    })
}

/// With the organisation, where the act was about one.
fn told(visit: &Visit, key: &str, place: Option<String>, values: &[(&str, &str)]) -> String {
    match place {
        Some(place) => {
            let mut values = values.to_vec();
            values.push(("organisation", &place));
            visit.words.with(&format!("{key}-at"), &values)
        }
        None => visit.words.with(key, values),
    }
}

//! From an offer to the page that asks about it.

use std::iter;

use axum::body::HttpBody as _;
use axum::http::StatusCode;
use axum::response::Response;
use oauth::consent::{Difference, Offer};
use oauth::model::{Client, GrantType, Membership, Organisation};
use scope::{Decline, ScopeSet};

use super::kept::Place;
use super::lacking;
use super::large::{self, Filled, Offered};
use super::situation::Situation;
use super::views::{Always, ConsentPage, OrganisationHere, OtherOrganisation};
use crate::heavy;
use crate::pages::compressed;
use crate::pages::differences::{self, Now};
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::rows;
use crate::pages::shorten;
use crate::pages::views::{AppView, Choice, Person, Row, span};
use crate::pages::visit::Visit;
use crate::pages::words::{in_a_sentence, shown};

/// Shows the page, with what an answer to the page before cannot be taken for.
/// # Errors
///
/// [`Refusal::Busy`], where it asks for much.
pub(super) async fn ask(
    visit: &Visit,
    at: &Place,
    situation: &Situation,
    problem: Option<Problem>,
    filled: &Filled,
) -> Result<Response, Refusal> {
    let (client, here) = (
        &situation.asked.client.client,
        situation.organisation.as_ref(),
    );
    let place_name = situation.place(visit);
    let chosen = filled.chosen.as_ref();
    let offered: Vec<Offered<'_>> = situation
        .offer
        .rows
        .iter()
        .filter_map(|of| {
            let row = rows::of_offer(visit, client, of, chosen)?;
            Some(Offered { of, row })
        })
        .collect();
    let action = at.consent(visit);
    let app = AppView::of(client, &situation.asked.request.redirect_uri);
    let is_again = problem.is_some();
    let choosable = visit.realm.catalog().consent().decline != Decline::None;
    let told = problem
        .map(|problem| tell(visit, situation, &problem, choosable && chosen.is_some()))
        .unwrap_or_default();
    let is_large = large::is_large(&offered);
    let heading = if is_large && offered.len() > NAMED + 1 {
        heading_of_many(visit, &app.name, offered.len(), place_name)
    } else {
        heading(visit, &app.name, &offered, place_name)
    };
    let (needed, offered): (Vec<_>, Vec<_>) = offered
        .into_iter()
        .partition(|one| matches!(one.row.choice, Choice::Needed { .. }));
    let (rows, large) = if is_large {
        let all = (&needed[..], offered);
        let large = large::parts(visit, &situation.offer, filled, &action, all);
        (Vec::new(), Some(large))
    } else {
        (offered, None)
    };
    let mut page = ConsentPage {
        frame: visit.frame(None),
        heading,
        app,
        person: Person::of(&situation.signed_in.user),
        back: at.consent(visit),
        organisation: here.map(|here| organisation(visit, at, here, &situation.memberships)),
        reach: reach(visit, situation),
        action,
        shown: situation.shown(visit).to_string(),
        problem: told,
        choosable,
        needed: needed.into_iter().map(|one| one.row).collect(),
        rows: rows.into_iter().map(|one| one.row).collect(),
        large,
        always: always(visit, &situation.offer),
        lacking: lacking::of_offer(visit, &situation.offer, place_name),
        lifetime: lifetime(visit, client),
    };
    let status = if is_again {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    shorten::fit(page.rows_mut());
    if page.large.is_none() {
        return Ok(respond::page(status, &page));
    }
    let taken = compressed::is_taken(&visit.headers);
    let made = heavy::DECISIONS.run(move || {
        let is_light = |page: &Response| {
            let sent = page.body().size_hint().exact();
            !taken || sent.is_none_or(|bytes| bytes <= MOST_BYTES)
        };
        let mut made = respond::large_page(status, &page, taken);
        for brief in shorten::BRIEF {
            if is_light(&made) {
                break;
            }
            shorten::to(brief, page.rows_mut());
            made = respond::large_page(status, &page, taken);
        }
        made
    });
    made.await.map_err(|heavy::Busy| Refusal::Busy)
}

/// A page that is heavier where it is compressed, is one of long texts: it has less of them.
const MOST_BYTES: u64 = 60_000;

/// Why a page comes again.
pub(super) enum Problem {
    /// The answer leaves out these, which cannot be left out.
    Incomplete(ScopeSet),
    /// The form showed something else, or cannot be read.
    Different(Vec<Difference>),
}

/// `is_kept` says whether choices are filled in again.
fn tell(visit: &Visit, situation: &Situation, problem: &Problem, is_kept: bool) -> Vec<String> {
    let again = visit.words.get("consent-problem-changed");
    match problem {
        Problem::Incomplete(missing) if is_kept => {
            let catalog = visit.realm.catalog();
            let left_out = differences::resources(visit, catalog.names(missing).into_iter());
            let app = &situation.names(visit).app;
            let values = [("app", app.as_str()), ("data", &left_out.join(", "))];
            vec![visit.words.with("consent-problem-incomplete", &values)]
        }
        Problem::Incomplete(_) => vec![again],
        Problem::Different(differences) => {
            let now = Now {
                person: &shown(&situation.signed_in.user.name),
                app: &situation.names(visit).app,
                place: situation.place(visit),
            };
            let told = differences::told(visit, differences, &now);
            let kept = is_kept.then(|| visit.words.get("consent-problem-kept"));
            iter::once(again).chain(told).chain(kept).collect()
        }
    }
}

/// How many resources the heading names, where none of them is to be named in any case.
const NAMED: usize = 2;

/// What the app wants: by name whatever weighs most, then the first of the rest, and no more than
/// fits where it is "and more".
fn heading(visit: &Visit, app: &str, offered: &[Offered<'_>], place: Option<&str>) -> String {
    let words = visit.words;
    let rows: Vec<&Row> = offered.iter().map(|one| &one.row).collect();
    let title = |row: &Row| in_a_sentence(visit.words, &row.title);
    let weighty: Vec<&Row> = rows.iter().copied().filter(|row| row.weighty).collect();
    let rest: Vec<&Row> = rows.iter().copied().filter(|row| !row.weighty).collect();
    let is_all = rows.len() <= NAMED + 1;
    let room = if is_all {
        rows.len()
    } else {
        NAMED.saturating_sub(weighty.len())
    };
    let named: Vec<&Row> = weighty
        .into_iter()
        .chain(rest.into_iter().take(room))
        .collect();
    let titles: Vec<String> = named.iter().map(|row| title(row)).collect();
    let (alone, at) = match named.iter().any(|row| row.titled_by_act) {
        true => ("consent-heading-acts", "consent-heading-acts-at"),
        false => ("consent-heading", "consent-heading-at"),
    };
    let is_all = titles.len() == rows.len();
    let data = match titles.split_last() {
        None => words.get("data-some"),
        Some((one, [])) if is_all => one.clone(),
        Some((last, first)) if is_all => {
            words.with("list-two", &[("first", &first.join(", ")), ("last", last)])
        }
        Some(_) => words.with("list-more", &[("first", &titles.join(", "))]),
    };
    match place {
        Some(place) => words.with(
            at,
            &[("app", app), ("data", &data), ("organisation", place)],
        ),
        None => words.with(alone, &[("app", app), ("data", &data)]),
    }
}

/// More than a heading could name.
fn heading_of_many(visit: &Visit, app: &str, count: usize, place: Option<&str>) -> String {
    let (words, count) = (visit.words, count.to_string());
    let values = [("app", app), ("number", &count)];
    match place {
        Some(place) => {
            let values = [&values[..], &[("organisation", place)]].concat();
            words.with("consent-heading-many-at", &values)
        }
        None => words.with("consent-heading-many", &values),
    }
}

pub(super) fn organisation(
    visit: &Visit,
    at: &Place,
    here: &Organisation,
    memberships: &[(Organisation, Membership)],
) -> OrganisationHere {
    let names = OrganisationNames::of(visit.realm.catalog(), memberships);
    let others = memberships
        .iter()
        .map(|(organisation, _)| organisation)
        .filter(|organisation| organisation.id != here.id)
        .map(|organisation| OtherOrganisation {
            value: organisation.id.to_string(),
            name: names.name(organisation),
        });
    OrganisationHere {
        name: names.name(here),
        action: at.at(visit, "organisation"),
        others: others.collect(),
    }
}

/// Where a grant that is bound to the person reaches: all of their organisations.
fn reach(visit: &Visit, situation: &Situation) -> Vec<String> {
    match situation.organisation {
        Some(_) => Vec::new(),
        None => situation.names(visit).organisations.clone(),
    }
}

fn always(visit: &Visit, offer: &Offer) -> Vec<Always> {
    let catalog = visit.realm.catalog();
    let always = offer.always.iter().filter_map(|id| {
        let definition = catalog.scope(*id)?;
        let deletes = catalog.deletes(*id);
        Some(Always {
            title: visit.text(&definition.title).to_owned(),
            marks: deletes
                .then(|| rows::deletes_mark(visit))
                .into_iter()
                .collect(),
            name: definition.name.clone(),
        })
    });
    always.collect()
}

/// How long a grant lasts by itself.
fn lifetime(visit: &Visit, client: &Client) -> String {
    let words = visit.words;
    let policy = visit.realm.catalog().token_policy();
    let refreshes = client.grant_types.contains(&GrantType::RefreshToken);
    match policy.refresh_ttl {
        _ if !refreshes => words.with(
            "consent-lifetime-once",
            &[("span", &span(words, policy.access_ttl))],
        ),
        Some(unused) => words.with("consent-lifetime-unused", &[("span", &span(words, unused))]),
        None => words.get("consent-lifetime-forever"),
    }
}

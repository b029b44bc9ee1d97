//! From an offer to the page that asks about it.

use std::iter;

use axum::http::StatusCode;
use axum::response::Response;
use oauth::consent::{Difference, Offer};
use oauth::model::{Client, GrantType, Membership, Organisation};
use scope::Decline;

use super::kept::Place;
use super::lacking;
use super::situation::Situation;
use super::views::{Always, ConsentPage, OrganisationHere, OtherOrganisation};
use crate::pages::differences::{self, Now};
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::respond;
use crate::pages::rows;
use crate::pages::views::{AppView, Person, Row, span};
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// Shows the page, with what an answer to the page before cannot be taken for.
pub(super) fn ask(
    visit: &Visit,
    at: &Place,
    situation: &Situation,
    problem: Option<Problem>,
) -> Response {
    let (client, here) = (
        &situation.asked.client.client,
        situation.organisation.as_ref(),
    );
    let place_name = situation.place(visit);
    let offered = situation.offer.rows.iter();
    let rows: Vec<Row> = offered
        .filter_map(|row| rows::of_offer(visit, client, row))
        .collect();
    let app = AppView::of(client, &situation.asked.request.redirect_uri);
    let is_again = problem.is_some();
    let told = problem
        .map(|problem| tell(visit, situation, &problem))
        .unwrap_or_default();
    let heading = heading(visit, &app.name, &rows, place_name);
    let (needed, rows) = Row::apart(rows);
    let page = ConsentPage {
        frame: visit.frame(None),
        heading,
        app,
        person: Person::of(&situation.signed_in.user),
        back: at.consent(visit),
        organisation: here.map(|here| organisation(visit, at, here, &situation.memberships)),
        reach: reach(visit, situation),
        action: at.consent(visit),
        shown: situation.shown(visit).to_string(),
        problem: told,
        choosable: visit.realm.catalog().consent().decline != Decline::None,
        needed,
        rows,
        always: always(visit, &situation.offer),
        lacking: lacking::of_offer(visit, &situation.offer, place_name),
        lifetime: lifetime(visit, client),
    };
    let status = if is_again {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    respond::page(status, &page)
}

/// Why a page comes again.
pub(super) enum Problem {
    /// The answer leaves out what cannot be left out.
    Incomplete,
    /// The form showed something else, or cannot be read.
    Different(Vec<Difference>),
}

fn tell(visit: &Visit, situation: &Situation, problem: &Problem) -> Vec<String> {
    let again = visit.words.get("consent-problem-changed");
    match problem {
        Problem::Incomplete => vec![again],
        Problem::Different(differences) => {
            let now = Now {
                person: &shown(&situation.signed_in.user.name),
                app: &situation.names(visit).app,
                place: situation.place(visit),
            };
            let told = differences::told(visit, differences, &now);
            iter::once(again).chain(told).collect()
        }
    }
}

/// How many resources the heading names, where none of them is to be named in any case.
const NAMED: usize = 2;

/// What the app wants: by name whatever weighs most, then the first of the rest, and no more than
/// fits where it is "and more".
fn heading(visit: &Visit, app: &str, rows: &[Row], place: Option<&str>) -> String {
    let words = visit.words;
    let title = |row: &Row| in_a_sentence(visit, &row.title);
    let weighty: Vec<&Row> = rows.iter().filter(|row| row.weighty).collect();
    let rest: Vec<&Row> = rows.iter().filter(|row| !row.weighty).collect();
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

/// A title without its capital, where the language has none within a sentence and the word
/// is not an abbreviation.
fn in_a_sentence(visit: &Visit, title: &str) -> String {
    let mut letters = title.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else {
        return String::new();
    };
    let is_word = rest.chars().next().is_none_or(char::is_lowercase);
    if is_word && visit.words.language().code() != "de" {
        first.to_lowercase().chain(rest.chars()).collect()
    } else {
        title.to_owned()
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

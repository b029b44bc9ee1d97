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
    let place_name = here.map(|organisation| shown(&organisation.name));
    let offered = situation.offer.rows.iter();
    let rows: Vec<Row> = offered
        .map(|row| rows::of_offer(visit, client, place_name.as_deref(), row))
        .collect();
    let app = AppView::of(client, &situation.asked.request.redirect_uri);
    let is_again = problem.is_some();
    let told = problem
        .map(|problem| tell(visit, situation, &problem))
        .unwrap_or_default();
    let page = ConsentPage {
        frame: visit.frame(None),
        heading: heading(visit, &app.name, &rows, place_name.as_deref()),
        app,
        person: Person::of(&situation.signed_in.user),
        back: at.consent(visit),
        organisation: here.map(|here| organisation(visit, at, here, &situation.memberships)),
        action: at.consent(visit),
        shown: situation.shown(visit).to_string(),
        problem: told,
        choosable: visit.realm.catalog().consent().decline != Decline::None,
        rows,
        always: always(visit, &situation.offer),
        lacking: lacking::of_offer(visit, &situation.offer, place_name.as_deref()),
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
    let words = visit.words;
    let again = words.get("consent-problem-changed");
    let differences = match problem {
        Problem::Incomplete => return vec![again],
        Problem::Different(differences) => differences,
    };
    let told = differences
        .iter()
        .filter_map(|difference| match difference {
            Difference::Person => {
                let name = shown(&situation.signed_in.user.name);
                Some(words.with("consent-problem-person", &[("name", &name)]))
            }
            Difference::Organisation => {
                let name = shown(&situation.organisation.as_ref()?.name);
                Some(words.with("consent-problem-organisation", &[("organisation", &name)]))
            }
            Difference::Meaning => Some(words.get("consent-problem-meaning")),
            Difference::Scopes(names) => {
                let titles = resources(visit, names);
                (!titles.is_empty())
                    .then(|| words.with("consent-problem-scopes", &[("data", &titles.join(", "))]))
            }
        });
    iter::once(again).chain(told).collect()
}

/// What these scopes belong to, in plain words, each once.
fn resources(visit: &Visit, names: &[String]) -> Vec<String> {
    let catalog = visit.realm.catalog();
    let scopes = names
        .iter()
        .filter_map(|name| catalog.scope(catalog.find(name)?));
    let mut titles: Vec<String> = scopes
        .map(|scope| rows::resource_title(visit, &scope.resource))
        .collect();
    titles.dedup();
    titles
}

/// What the app wants, with the first resources by name.
fn heading(visit: &Visit, app: &str, rows: &[Row], place: Option<&str>) -> String {
    let words = visit.words;
    let titles: Vec<String> = rows
        .iter()
        .filter(|row| !row.greyed)
        .map(|row| in_a_sentence(visit, &row.title))
        .collect();
    let data = match titles.as_slice() {
        [] => words.get("data-some"),
        [one] => one.clone(),
        [first, second] => words.with("list-two", &[("first", first), ("last", second)]),
        [first, second, third] => words.with(
            "list-two",
            &[("first", &format!("{first}, {second}")), ("last", third)],
        ),
        [first, second, ..] => words.with("list-more", &[("first", &format!("{first}, {second}"))]),
    };
    match place {
        Some(place) => words.with(
            "consent-heading-at",
            &[("app", app), ("data", &data), ("organisation", place)],
        ),
        None => words.with("consent-heading", &[("app", app), ("data", &data)]),
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
    let others = memberships
        .iter()
        .map(|(organisation, _)| organisation)
        .filter(|organisation| organisation.id != here.id)
        .map(|organisation| OtherOrganisation {
            value: organisation.id.to_string(),
            name: shown(&organisation.name),
        });
    OrganisationHere {
        name: shown(&here.name),
        action: at.at(visit, "organisation"),
        others: others.collect(),
    }
}

fn always(visit: &Visit, offer: &Offer) -> Vec<Always> {
    offer
        .always
        .iter()
        .filter_map(|id| visit.realm.catalog().scope(*id))
        .map(|definition| Always {
            title: visit.text(&definition.title).to_owned(),
            name: definition.name.clone(),
        })
        .collect()
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

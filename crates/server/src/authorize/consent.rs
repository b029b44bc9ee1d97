//! From an offer to the page that asks about it.

use axum::http::StatusCode;
use axum::response::Response;
use oauth::authorization::AuthorizationRequest;
use oauth::consent::Offer;
use oauth::model::{Client, GrantType, Membership, Organisation, User};
use scope::{Decline, WithheldReason};
use url::form_urlencoded;

use super::views::{
    Always, ConsentPage, OrganisationOption, OrganisationPage, OtherOrganisation, Place,
    WithheldItem,
};
use crate::pages::respond;
use crate::pages::rows;
use crate::pages::views::{AppView, Person, Row, span};
use crate::pages::visit::Visit;
use crate::pages::words::shown;

/// What a consent page is about.
pub(super) struct Question<'a> {
    pub(super) request: &'a AuthorizationRequest,
    pub(super) client: &'a Client,
    pub(super) user: &'a User,
    /// Whose data; `None` where a grant is bound to the person.
    pub(super) organisation: Option<&'a Organisation>,
    pub(super) memberships: &'a [(Organisation, Membership)],
    pub(super) offer: &'a Offer,
}

/// Shows the page; `changed` when an answer no longer fits what can be allowed.
pub(super) fn ask(visit: &Visit, question: &Question<'_>, changed: bool) -> Response {
    let place_name = question
        .organisation
        .map(|organisation| shown(&organisation.name));
    let rows: Vec<Row> = question
        .offer
        .rows
        .iter()
        .map(|row| rows::of_offer(visit, question.client, place_name.as_deref(), row))
        .collect();
    let app = AppView::of(question.client, &question.request.redirect_uri);
    let page = ConsentPage {
        frame: visit.frame(None),
        heading: heading(visit, &app.name, &rows, place_name.as_deref()),
        app,
        person: person(question.user),
        back: visit.here(),
        organisation: question
            .organisation
            .map(|here| place(visit, here, question.memberships)),
        action: visit.here(),
        problem: changed.then(|| visit.words.get("consent-problem-changed")),
        choosable: visit.realm.catalog().consent().decline != Decline::None,
        rows,
        always: always(visit, question.offer),
        withheld: withheld(visit, question.offer),
        lifetime: lifetime(visit, question.client),
    };
    let status = if changed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    respond::page_that_leads_to(status, &page, Some(&question.request.redirect_uri))
}

/// Asks for the organisation first, where there is more than one.
pub(super) fn choose_organisation(
    visit: &Visit,
    request: &AuthorizationRequest,
    client: &Client,
    user: &User,
    memberships: &[(Organisation, Membership)],
) -> Response {
    let page = OrganisationPage {
        frame: visit.frame(None),
        app: AppView::of(client, &request.redirect_uri),
        person: person(user),
        back: visit.here(),
        action: visit.at("oauth/authorize"),
        carried: carried(visit),
        options: memberships
            .iter()
            .map(|(organisation, membership)| OrganisationOption {
                value: organisation.slug.clone(),
                name: shown(&organisation.name),
                roles: role_titles(visit, membership),
            })
            .collect(),
    };
    respond::page_that_leads_to(StatusCode::OK, &page, Some(&request.redirect_uri))
}

fn person(user: &User) -> Person {
    Person {
        name: shown(&user.name),
        username: shown(&user.username),
    }
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

fn place(visit: &Visit, here: &Organisation, memberships: &[(Organisation, Membership)]) -> Place {
    let others: Vec<OtherOrganisation> = memberships
        .iter()
        .map(|(organisation, _)| OtherOrganisation {
            value: organisation.slug.clone(),
            name: shown(&organisation.name),
            selected: organisation.id == here.id,
        })
        .collect();
    Place {
        name: shown(&here.name),
        value: here.slug.clone(),
        action: visit.at("oauth/authorize"),
        carried: carried(visit),
        others: if others.len() > 1 { others } else { Vec::new() },
    }
}

/// The request's parameters but for those that name an organisation.
fn carried(visit: &Visit) -> Vec<(String, String)> {
    form_urlencoded::parse(visit.uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| !matches!(name.as_ref(), "organisation" | "bokio_tenantid"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn role_titles(visit: &Visit, membership: &Membership) -> Option<String> {
    let catalog = visit.realm.catalog();
    let titles: Vec<String> = membership
        .roles
        .iter()
        .map(|name| {
            let template = catalog.role(name);
            template.map_or_else(|| shown(name), |role| visit.text(&role.title).to_owned())
        })
        .collect();
    (!titles.is_empty()).then(|| titles.join(", "))
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

/// What is not offered and has no row of its own.
fn withheld(visit: &Visit, offer: &Offer) -> Vec<WithheldItem> {
    let catalog = visit.realm.catalog();
    let has_row = |name: &str| {
        let id = catalog.find(name);
        let items = || offer.rows.iter().flat_map(|row| &row.items);
        id.is_some_and(|id| items().any(|item| item.scope == id))
    };
    offer
        .withheld
        .iter()
        .filter(|withheld| !has_row(&withheld.scope))
        .map(|withheld| WithheldItem {
            name: shown(&withheld.scope),
            reason: visit.words.get(reason_key(withheld.reason)),
        })
        .collect()
}

fn reason_key(reason: WithheldReason) -> &'static str {
    match reason {
        WithheldReason::Unknown => "withheld-unknown",
        WithheldReason::Retired => "withheld-retired",
        WithheldReason::NotRegistered => "withheld-not-registered",
        WithheldReason::ElevationNotApproved => "withheld-elevation-not-approved",
        WithheldReason::RightMissing => "withheld-right-missing",
    }
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

//! People who signed in elsewhere: what of them is recorded, and what is refused.

use std::sync::Arc;
use std::time::Duration;

use oauth::arrival::{Arrival, ArrivalOrganisation, ArrivalRights, CheckedArrival};
use oauth::audit::AuditQuery;
use oauth::model::{Authentication, GivenRights, Membership, Status, User};
use realm::manage::{ChangePerson, DeletePerson, PersonChange, Refused, RightsBrought};
use realm::{Clock, password};
use tokio::task::JoinSet;

use super::{Office, now};

fn anna() -> Arrival {
    Arrival {
        source: "sign-in".to_owned(),
        subject: "42".to_owned(),
        name: "Anna Muster".to_owned(),
        number: None,
        email: Some("anna@muster.example".to_owned()),
        email_verified: true,
        language: Some("de-CH".to_owned()),
        authentication: Authentication::by_password(now()),
        organisations: Some(vec![muster()]),
    }
}

fn muster() -> ArrivalOrganisation {
    ArrivalOrganisation {
        id: "7".to_owned(),
        name: "Muster AG".to_owned(),
        slug: None,
        number: None,
        rights: roles(&["bookkeeper"]),
    }
}

fn roles(names: &[&str]) -> ArrivalRights {
    ArrivalRights::Roles(names.iter().map(|&name| name.to_owned()).collect())
}

fn with(change: impl FnOnce(&mut Arrival)) -> Arrival {
    let mut arrival = anna();
    change(&mut arrival);
    arrival
}

async fn arrive(office: &Office, arrival: Arrival) -> Result<User, Refused> {
    let now = office.clock.now();
    let checked = CheckedArrival::new(arrival, &office.catalog, now)?;
    office.desk().arrive(&office.by, &checked).await
}

/// With other than roles.
async fn arrive_with(
    office: &Office,
    taken: RightsBrought,
    rights: ArrivalRights,
) -> Result<Vec<Membership>, Refused> {
    let arrival = with(|anna| {
        let one = ArrivalOrganisation { rights, ..muster() };
        anna.organisations = Some(vec![one]);
    });
    let checked = CheckedArrival::new(arrival, &office.catalog, office.clock.now())?;
    let desk = office.desk().taking(taken);
    let anna = desk.arrive(&office.by, &checked).await?;
    let places = desk.places_of(&anna).await?;
    Ok(places.into_iter().map(|(_, place)| place).collect())
}

async fn acts(office: &Office) -> Vec<String> {
    let rows = office.store.audit_rows(&AuditQuery::first(99)).await;
    rows.unwrap().into_iter().map(|row| row.act).collect()
}

#[tokio::test]
async fn whoever_comes_first_is_made_with_all_they_bring() {
    let office = Office::of("bexio").await;
    let anna = arrive(&office, anna()).await.unwrap();
    assert_eq!(anna.username, "sign-in:42");
    assert_eq!(anna.email.as_deref(), Some("anna@muster.example"));
    assert_eq!(anna.password_hash, None);
    let places = office.desk().places_of(&anna).await.unwrap();
    let [(muster, place)] = places.as_slice() else {
        panic!("{places:?}");
    };
    assert_eq!((muster.slug.as_str(), muster.number), ("muster-ag", 1));
    assert_eq!(place.roles, ["bookkeeper"]);
    let mut acts = acts(&office).await;
    acts.sort_unstable();
    assert_eq!(
        acts,
        ["membership-set", "organisation-added", "person-added"]
    );
    // Nobody signs in here as somebody without a password.
    for given in ["", "quite long enough"] {
        assert!(!password::verify(given.to_owned(), anna.password_hash.clone()).await);
    }
}

#[tokio::test]
async fn whoever_comes_again_unchanged_changes_nothing() {
    let office = Office::of("bexio").await;
    let first = arrive(&office, anna()).await.unwrap();
    let before = acts(&office).await;
    assert_eq!(arrive(&office, anna()).await.unwrap(), first);
    assert_eq!(acts(&office).await, before);
}

#[tokio::test]
async fn what_their_system_says_anew_counts_from_then_on() {
    let office = Office::of("bexio").await;
    let first = arrive(&office, anna()).await.unwrap();
    let changed = with(|anna| {
        anna.name = "Anna Meier".to_owned();
        (anna.email, anna.email_verified) = (None, false);
        let mut moved = muster();
        moved.name = "Muster & Co. AG".to_owned();
        moved.rights = roles(&["administrator"]);
        let mut further = muster();
        (further.id, further.name) = ("8".to_owned(), "Muster AG".to_owned());
        anna.organisations = Some(vec![moved, further]);
    });
    let again = arrive(&office, changed).await.unwrap();
    assert_eq!((again.id, again.number), (first.id, first.number));
    assert_eq!(again.name, "Anna Meier");
    assert!(again.email.is_none() && !again.email_verified);
    let places = office.desk().places_of(&again).await.unwrap();
    let shown: Vec<_> = places
        .iter()
        .map(|(one, place)| (one.name.as_str(), one.slug.as_str(), place.roles.join(" ")))
        .collect();
    let expected = [
        ("Muster & Co. AG", "muster-ag", "administrator".to_owned()),
        ("Muster AG", "muster-ag-2", "bookkeeper".to_owned()),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn places_that_are_not_brought_along_end_and_no_others() {
    let office = Office::of("bexio").await;
    let anna_here = arrive(&office, anna()).await.unwrap();
    office.organisation("own").await;
    office
        .place(&anna_here.username, "own", &["administrator"])
        .await;
    let silent = with(|anna| anna.organisations = None);
    arrive(&office, silent).await.unwrap();
    assert_eq!(office.desk().places_of(&anna_here).await.unwrap().len(), 2);
    let without = with(|anna| anna.organisations = Some(Vec::new()));
    arrive(&office, without).await.unwrap();
    let places = office.desk().places_of(&anna_here).await.unwrap();
    let slugs: Vec<_> = places.iter().map(|(one, _)| one.slug.as_str()).collect();
    assert_eq!(slugs, ["own"]);
}

#[tokio::test]
async fn whoever_was_stopped_here_stays_so_and_whoever_was_deleted_is_another() {
    let office = Office::of("bexio").await;
    let first = arrive(&office, anna()).await.unwrap();
    for change in [PersonChange::Suspend, PersonChange::Disable] {
        let command = ChangePerson {
            username: first.username.clone(),
            version: None,
            change,
        };
        office
            .desk()
            .change_person(&office.by, command)
            .await
            .unwrap();
        let before = acts(&office).await;
        let renamed = with(|anna| anna.name = "Another".to_owned());
        let refused = arrive(&office, renamed).await;
        assert!(
            matches!(refused, Err(Refused::MayNotAct { .. })),
            "{refused:?}"
        );
        assert_eq!(acts(&office).await, before);
    }
    let command = DeletePerson {
        username: first.username.clone(),
        version: None,
    };
    office
        .desk()
        .delete_person(&office.by, command)
        .await
        .unwrap();
    let again = arrive(&office, anna()).await.unwrap();
    assert_eq!(
        (again.username.as_str(), again.status),
        ("sign-in:42", Status::Active)
    );
    assert!(again.id != first.id && again.number != first.number);
}

#[tokio::test]
async fn accounts_that_are_called_so_are_left_alone() {
    let office = Office::of("bexio").await;
    let account = office.person("sign-in:42").await;
    let anna = arrive(&office, anna()).await.unwrap();
    assert_ne!(anna.id, account.id);
    assert!(anna.username.starts_with("sign-in:"), "{}", anna.username);
    let odd = with(|anna| anna.subject = "zwei Wörter".to_owned());
    let odd = arrive(&office, odd).await.unwrap();
    assert_eq!(odd.username.len(), "sign-in:".len() + 32);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_place_and_leaves_nothing() {
    let office = Office::of("bexio").await;
    office.organisation("taken").await;
    let before = acts(&office).await;
    let long = "x".repeat(300);
    let first = |change: fn(&mut ArrivalOrganisation)| {
        with(|anna| anna.organisations.iter_mut().flatten().for_each(change))
    };
    let cases: Vec<(Arrival, &str)> = vec![
        (with(|anna| anna.subject = String::new()), "subject"),
        (with(|anna| anna.subject = "a\0b".to_owned()), "subject"),
        (with(|anna| anna.subject = long.clone()), "subject"),
        (with(|anna| anna.name = "\u{202e}".to_owned()), "name"),
        (with(|anna| anna.name = long.clone()), "name"),
        (with(|anna| anna.number = Some(0)), "number"),
        (with(|anna| anna.email = Some("anna".to_owned())), "email"),
        (
            with(|anna| anna.language = Some("german!".to_owned())),
            "language",
        ),
        (
            with(|anna| anna.authentication.at = "2026-03-01T08:05:00Z".parse().unwrap()),
            "authenticated_at",
        ),
        (
            with(|anna| anna.authentication.methods = vec!["p w".to_owned()]),
            "methods[0]",
        ),
        (
            with(|anna| anna.authentication.methods = vec!["pwd".to_owned(); 11]),
            "methods",
        ),
        (
            with(|anna| anna.authentication.class = Some(long.clone())),
            "class",
        ),
        (
            with(|anna| anna.organisations = Some(vec![muster(), muster()])),
            "organisations[1].id",
        ),
        (
            with(|anna| anna.organisations = Some(vec![muster(); 201])),
            "organisations",
        ),
        (first(|one| one.id = String::new()), "organisations[0].id"),
        (
            first(|one| one.name = String::new()),
            "organisations[0].name",
        ),
        (
            first(|one| one.slug = Some("No".to_owned())),
            "organisations[0].slug",
        ),
        (
            first(|one| one.slug = Some("taken".to_owned())),
            "organisations[0].slug",
        ),
        (
            first(|one| one.number = Some(-1)),
            "organisations[0].number",
        ),
        (first(|one| one.number = Some(1)), "organisations[0].number"),
        (
            first(|one| one.rights = roles(&["administrator", "nobody"])),
            "organisations[0].roles[1]",
        ),
        (
            first(|one| one.rights = roles(&["a/b"])),
            "organisations[0].roles[0]",
        ),
        (
            first(|one| one.rights = roles(&["a"; 51])),
            "organisations[0].roles",
        ),
        (
            first(|one| one.rights = ArrivalRights::Rights(vec!["kb_invoices".to_owned()])),
            "organisations[0].rights[0]",
        ),
        (
            first(|one| one.rights = ArrivalRights::Rights(vec!["contact_show".to_owned()])),
            "organisations[0].rights",
        ),
    ];
    for (arrival, place) in cases {
        match arrive(&office, arrival).await {
            Err(Refused::Arrival(error)) => assert_eq!(error.at, place, "{error}"),
            other => panic!("{place}: {other:?}"),
        }
    }
    assert_eq!(acts(&office).await, before);
}

#[tokio::test]
async fn numbers_are_given_once() {
    let office = Office::of("bexio").await;
    office.person("first").await;
    let refused = arrive(&office, with(|anna| anna.number = Some(1))).await;
    assert!(
        matches!(&refused, Err(Refused::Arrival(error)) if error.at == "number"),
        "{refused:?}"
    );
    let anna = arrive(&office, with(|anna| anna.number = Some(77))).await;
    assert_eq!(anna.unwrap().number, 77);
    let other = arrive(&office, with(|anna| anna.number = Some(78))).await;
    assert!(
        matches!(&other, Err(Refused::Arrival(error)) if error.at == "number"),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_clock_that_is_a_little_ahead_is_no_fault() {
    let office = Office::of("bexio").await;
    let ahead = with(|anna| anna.authentication.at = "2026-03-01T08:01:00Z".parse().unwrap());
    let checked = CheckedArrival::new(ahead, &office.catalog, now()).unwrap();
    assert_eq!(checked.get().authentication.at, now());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_who_come_at_once_are_one_person() {
    let office = Arc::new(Office::of("bexio").await);
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let office = Arc::clone(&office);
        tasks.spawn(async move { arrive(&office, anna()).await.unwrap().id });
    }
    let mut ids = tasks.join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let mut acts = acts(&office).await;
    acts.sort_unstable();
    assert_eq!(
        acts,
        ["membership-set", "organisation-added", "person-added"]
    );
}

#[tokio::test]
async fn rights_are_brought_as_the_realm_takes_them() {
    let office = Office::of("bexio").await;
    let hour = Duration::from_secs(3_600);
    let names = ["contact_show", "kb_*"].map(str::to_owned).to_vec();
    let rights = || ArrivalRights::Rights(names.clone());
    let given = RightsBrought::Rights(hour);
    let places = arrive_with(&office, given, rights()).await.unwrap();
    let [place] = places.as_slice() else {
        panic!("{places:?}");
    };
    let expected = GivenRights::new(names.clone(), now(), hour);
    assert_eq!(
        (place.given.as_ref(), place.roles.len()),
        (Some(&expected), 0)
    );
    // Given anew, they count for longer.
    office.clock.advance(hour);
    let places = arrive_with(&office, given, rights()).await.unwrap();
    let until = places[0].given.as_ref().map(|given| given.until);
    assert_eq!(until, Some("2026-03-01T10:00:00Z".parse().unwrap()));
    for (taken, brought, at) in [
        (given, roles(&["bookkeeper"]), "organisations[0].roles"),
        (RightsBrought::Roles, rights(), "organisations[0].rights"),
        (RightsBrought::Nothing, rights(), "organisations[0].rights"),
    ] {
        match arrive_with(&office, taken, brought).await {
            Err(Refused::Arrival(error)) => assert_eq!(error.at, at, "{error}"),
            other => panic!("{taken:?}: {other:?}"),
        }
    }
    let none = arrive_with(&office, RightsBrought::Nothing, roles(&[])).await;
    assert_eq!(none.unwrap()[0].given, None);
}

use oauth::audit::AuditQuery;
use oauth::model::{Ending, Grant, GrantStatus, RevocationReason, User};
use realm::manage::{
    AddOrganisation, AddPerson, AuditTrail, ChangeClient, ClientChange, DeleteClient,
    DeleteOrganisation, DeletePerson, Personal, Refused, RegisterClient, RemoveRole, RenameRole,
};

use super::{Office, app, now};

/// Anna has a place at Muster, and let Ledgerly in.
async fn office() -> (Office, User, Grant) {
    let office = Office::of("bexio").await;
    office.organisation("muster-ag").await;
    let anna = office.person("anna").await;
    office.place("anna", "muster-ag", &["bookkeeper"]).await;
    office.client(app("ledgerly", "contact_show")).await;
    let grant = office.grant("ledgerly", &anna, "contact_show").await;
    (office, anna, grant)
}

fn person(version: Option<i64>) -> DeletePerson {
    let username = "Anna".to_owned();
    DeletePerson { username, version }
}

fn client(version: Option<i64>) -> DeleteClient {
    let client = "ledgerly".to_owned();
    DeleteClient { client, version }
}

fn organisation(version: Option<i64>) -> DeleteOrganisation {
    let organisation = "muster-ag".to_owned();
    DeleteOrganisation {
        organisation,
        version,
    }
}

/// The acts since, and of the last one what is told of it.
async fn told(office: &Office, acts: &[&str]) -> realm::manage::AuditEntry {
    let all = AuditQuery::first(99);
    let entries = AuditTrail::new(&*office.store).entries(&all);
    let mut entries = entries.await.unwrap();
    let last: Vec<_> = entries.iter().rev().take(acts.len()).rev().collect();
    let last: Vec<&str> = last.into_iter().map(|entry| &*entry.row.act).collect();
    assert_eq!(last, acts);
    entries.pop().unwrap()
}

async fn has_ended(office: &Office, grant: &Grant) {
    let found = office
        .store
        .grant("bexio", grant.id)
        .await
        .unwrap()
        .unwrap();
    let reason = RevocationReason::ByProvider;
    assert_eq!(found.status, GrantStatus::Revoked { at: now(), reason });
}

#[tokio::test]
async fn a_person_goes_and_their_name_is_free() {
    let (office, anna, grant) = office().await;
    let desk = office.desk();
    let stale = desk.ends_with_person(&person(Some(9))).await;
    assert!(matches!(stale, Err(Refused::Changed { .. })), "{stale:?}");
    let (meant, ending) = desk.ends_with_person(&person(None)).await.unwrap();
    assert_eq!(meant, anna);
    let expected = Ending {
        grants: 1,
        places: 1,
        ..Ending::default()
    };
    assert_eq!(ending, expected);
    let gone = desk.delete_person(&office.by, person(None)).await.unwrap();
    assert_eq!(gone, anna);
    has_ended(&office, &grant).await;
    let entry = told(&office, &["person-deleted"]).await;
    assert_eq!(entry.row.person, Some(anna.id));
    let Personal::Told(fields) = entry.person else {
        panic!("{:?}", entry.person);
    };
    assert_eq!(fields["username"], "anna");
    let again = desk.delete_person(&office.by, person(None)).await;
    assert!(matches!(again, Err(Refused::NoSuch { .. })), "{again:?}");
    let namesake = AddPerson {
        username: "anna".to_owned(),
        name: "Another".to_owned(),
        password: "quite long enough".to_owned(),
    };
    let namesake = desk.add_person(&office.by, namesake).await.unwrap();
    assert_eq!(namesake.number, 2);
    assert!(desk.places_of(&namesake).await.unwrap().is_empty());
    // What is personal in the record goes by the id.
    let erased = office.erase(&office.by, anna.id).await.unwrap();
    assert!(erased.was_there);
}

#[tokio::test]
async fn an_app_goes_and_its_id_is_not_given_again() {
    let (office, _, grant) = office().await;
    let desk = office.desk();
    let gone = desk.delete_client(&office.by, client(None)).await.unwrap();
    assert_eq!(gone.id, "ledgerly");
    has_ended(&office, &grant).await;
    let entry = told(&office, &["client-deleted"]).await;
    assert!(entry.row.before.contains("App ledgerly"));
    let change = ChangeClient {
        client: "ledgerly".to_owned(),
        version: None,
        change: ClientChange::Enable,
    };
    let missing = desk.change_client(&office.by, change).await;
    assert!(
        matches!(missing, Err(Refused::NoSuch { .. })),
        "{missing:?}"
    );
    let again = RegisterClient {
        metadata: app("ledgerly", "contact_show"),
        secret: None,
    };
    let refused = desk.register_client(&office.by, again).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "client \"ledgerly\" was deleted, and nobody gets its id again; give another"
    );
}

#[tokio::test]
async fn an_organisation_goes_with_its_roles_and_places() {
    let (office, anna, _) = office().await;
    let desk = office.desk();
    let muster = desk.organisation("muster-ag").await.unwrap();
    let gone = desk.delete_organisation(&office.by, organisation(None));
    assert_eq!(gone.await.unwrap(), muster);
    told(&office, &["organisation-deleted"]).await;
    assert!(desk.places_of(&anna).await.unwrap().is_empty());
    let again = AddOrganisation {
        slug: "muster-ag".to_owned(),
        name: "Muster again".to_owned(),
    };
    let again = desk.add_organisation(&office.by, again).await.unwrap();
    let again = again.organisation;
    assert!(again.id != muster.id && again.number == 2);
    assert!(desk.members(&again).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_what_was_seen_is_deleted() {
    let (office, anna, grant) = office().await;
    let desk = office.desk();
    let lost = [
        desk.delete_person(&office.by, person(Some(7))).await.err(),
        desk.delete_client(&office.by, client(Some(7))).await.err(),
        desk.delete_organisation(&office.by, organisation(Some(7)))
            .await
            .err(),
    ];
    for lost in lost {
        assert!(matches!(lost, Some(Refused::Changed { .. })), "{lost:?}");
    }
    assert_eq!(desk.person("anna").await.unwrap(), anna);
    assert_eq!(desk.grants(&anna).await.unwrap(), [grant]);
    desk.delete_client(&office.by, client(Some(1)))
        .await
        .unwrap();
    let gone = desk.delete_organisation(&office.by, organisation(Some(1)));
    gone.await.unwrap();
    desk.delete_person(&office.by, person(Some(1)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_role_is_renamed_and_removed() {
    let (office, anna, _) = office().await;
    let desk = office.desk();
    let muster = desk.organisation("muster-ag").await.unwrap();
    let rename = |role: &str, name: &str, version| RenameRole {
        organisation: "muster-ag".to_owned(),
        role: role.to_owned(),
        name: name.to_owned(),
        version,
    };
    let taken = desk.rename_role(&office.by, rename("bookkeeper", "viewer", None));
    let taken = taken.await;
    assert!(matches!(taken, Err(Refused::Taken { .. })), "{taken:?}");
    let late = desk.rename_role(&office.by, rename("bookkeeper", "x", Some(9)));
    let late = late.await;
    assert!(matches!(late, Err(Refused::Changed { .. })), "{late:?}");
    let slash = desk.rename_role(&office.by, rename("bookkeeper", "a/b", None));
    assert!(matches!(slash.await, Err(Refused::Name(_))));
    let renamed = desk.rename_role(&office.by, rename("bookkeeper", "Bu\u{308}ro", None));
    assert!(renamed.await.unwrap().is_changed);
    let entry = told(&office, &["role-renamed"]).await;
    assert!(entry.row.after.contains("B\u{fc}ro"), "{:?}", entry.row);
    let same = desk.rename_role(&office.by, rename("B\u{fc}ro", "Bu\u{308}ro", None));
    assert!(!same.await.unwrap().is_changed);
    let roles = async || desk.places_of(&anna).await.unwrap()[0].1.roles.clone();
    assert_eq!(roles().await, ["B\u{fc}ro"]);
    let role = desk.role(&muster, "Bu\u{308}ro").await.unwrap();
    let remove = |version| RemoveRole {
        organisation: "muster-ag".to_owned(),
        role: "B\u{fc}ro".to_owned(),
        version,
    };
    let (_, meant, members) = desk.ends_with_role(&remove(None)).await.unwrap();
    assert_eq!((meant, members), (role, 1));
    let late = desk.ends_with_role(&remove(Some(1))).await;
    assert!(matches!(late, Err(Refused::Changed { .. })), "{late:?}");
    let late = desk.remove_role(&office.by, remove(Some(1))).await;
    assert!(matches!(late, Err(Refused::Changed { .. })), "{late:?}");
    desk.remove_role(&office.by, remove(Some(2))).await.unwrap();
    told(&office, &["role-renamed", "role-removed"]).await;
    assert!(roles().await.is_empty());
    let gone = desk.remove_role(&office.by, remove(None)).await;
    assert!(matches!(gone, Err(Refused::NoRole { .. })), "{gone:?}");
}

use oauth::model::PageRequest;
use realm::manage::{AddOrganisation, EndMembership, Refused, SetMembership, SetRole};

use super::Office;

fn membership(slug: &str, username: &str, role: &str) -> SetMembership {
    SetMembership {
        organisation: slug.to_owned(),
        username: username.to_owned(),
        roles: vec![role.to_owned()],
        version: None,
    }
}

#[tokio::test]
async fn a_new_organisation_has_the_roles_of_the_catalog() {
    let office = Office::of("bexio").await;
    let desk = office.desk();
    let command = AddOrganisation {
        slug: "muster-ag".to_owned(),
        name: "Muster AG".to_owned(),
    };
    let added = desk.add_organisation(&office.by, command).await.unwrap();
    assert_eq!(added.organisation.number, 1);
    let found = desk.organisation("muster-ag").await.unwrap();
    assert_eq!(found, added.organisation);
    let mut made: Vec<_> = added.roles.iter().map(|role| role.name.as_str()).collect();
    let listed = desk.roles(&found).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|role| role.name.as_str()).collect();
    let catalog: Vec<_> = office
        .catalog
        .roles()
        .iter()
        .map(|role| &*role.name)
        .collect();
    assert_eq!(made, catalog);
    made.sort_unstable();
    assert_eq!(listed, made);
}

#[tokio::test]
async fn a_place_is_given_changed_and_ended() {
    let office = Office::of("bexio").await;
    let muster = office.organisation("muster-ag").await;
    let anna = office.person("anna").await;
    let desk = office.desk();
    let roles = async || {
        let places = desk.places_of(&anna).await.unwrap();
        let roles = places.into_iter().map(|(_, place)| place.roles);
        roles.collect::<Vec<_>>()
    };
    office.place("anna", "muster-ag", &["viewer"]).await;
    assert_eq!(roles().await, [["viewer"]]);
    office
        .place("anna", "muster-ag", &["administrator", "viewer"])
        .await;
    assert_eq!(roles().await, [["administrator", "viewer"]]);
    let members = desk.members(&muster).await.unwrap();
    assert_eq!(members[0].0.id, anna.id);

    let end = EndMembership {
        organisation: "muster-ag".to_owned(),
        username: "anna".to_owned(),
        version: None,
    };
    desk.end_membership(&office.by, end.clone()).await.unwrap();
    assert!(roles().await.is_empty());
    let refused = desk.end_membership(&office.by, end).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "anna has no place at The muster-ag"
    );
}

#[tokio::test]
async fn a_role_is_added_and_changed() {
    let office = Office::of("bexio").await;
    let muster = office.organisation("muster-ag").await;
    let desk = office.desk();
    let rights = async || {
        let roles = desk.roles(&muster).await.unwrap();
        let found = roles.into_iter().find(|role| role.name == "clerk");
        found.map(|role| role.rights)
    };
    let set = |rights: &str| SetRole {
        organisation: "muster-ag".to_owned(),
        role: "clerk".to_owned(),
        rights: rights.to_owned(),
        version: None,
    };
    assert_eq!(rights().await, None);
    desk.set_role(&office.by, set("contact_show"))
        .await
        .unwrap();
    assert_eq!(rights().await.unwrap(), ["contact_show"]);
    desk.set_role(&office.by, set("task_* note_show"))
        .await
        .unwrap();
    assert_eq!(rights().await.unwrap(), ["task_*", "note_show"]);
    let refused = desk.set_role(&office.by, set("contact_rule")).await;
    assert!(matches!(refused, Err(Refused::Rights(_))));
    assert_eq!(rights().await.unwrap(), ["task_*", "note_show"]);
}

#[tokio::test]
async fn a_role_is_meant_in_each_spelling() {
    let office = Office::of("bexio").await;
    let muster = office.organisation("muster-ag").await;
    let anna = office.person("anna").await;
    let desk = office.desk();
    for (role, rights) in [("Bu\u{308}ro", "contact_show"), ("B\u{fc}ro", "note_show")] {
        let set = SetRole {
            organisation: "muster-ag".to_owned(),
            role: role.to_owned(),
            rights: rights.to_owned(),
            version: None,
        };
        desk.set_role(&office.by, set).await.unwrap();
    }
    let roles = desk.roles(&muster).await.unwrap().into_iter();
    let mut roles = roles.filter(|role| role.name.starts_with('B'));
    assert_eq!(roles.next().unwrap().rights, ["note_show"]);
    assert!(roles.next().is_none());
    office.place("anna", "muster-ag", &["Bu\u{308}ro"]).await;
    let places = desk.places_of(&anna).await.unwrap();
    assert_eq!(places[0].1.roles, ["B\u{fc}ro"]);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let office = Office::of("bexio").await;
    office.organisation("muster-ag").await;
    let anna = office.person("anna").await;
    let desk = office.desk();
    let add = |slug: &str| AddOrganisation {
        slug: slug.to_owned(),
        name: "X".to_owned(),
    };
    for (slug, sentence) in [
        (
            "Muster AG",
            "\"Muster AG\" cannot be a short name; use lower-case letters, digits and hyphens, at most 100",
        ),
        ("muster-ag", "organisation \"muster-ag\" already exists"),
        (
            "1",
            "\"1\" reads like a number or an id, and may be another's; use a name that is neither",
        ),
    ] {
        let refused = desk.add_organisation(&office.by, add(slug)).await;
        assert_eq!(refused.unwrap_err().to_string(), sentence);
    }
    for (command, sentence) in [
        (
            membership("nowhere", "anna", "viewer"),
            "realm bexio has no organisation \"nowhere\"",
        ),
        (
            membership("muster-ag", "nobody", "viewer"),
            "realm bexio has no user \"nobody\"",
        ),
        (
            membership("muster-ag", "anna", "emperor"),
            "muster-ag has no role \"emperor\"; its roles are administrator, bookkeeper, viewer",
        ),
    ] {
        let refused = desk.set_membership(&office.by, command).await;
        assert_eq!(refused.unwrap_err().to_string(), sentence);
    }
    let all = desk.organisations(&PageRequest::first(10)).await.unwrap();
    assert_eq!(all.items.len(), 1);
    assert!(desk.places_of(&anna).await.unwrap().is_empty());
}

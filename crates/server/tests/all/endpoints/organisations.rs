//! Which organisation a call is about, and who may name which.

use enforce::AccessError;
use oauth::model::Uuid;
use scope::OrganisationKey;

use super::next_decision::{access_token, bexio};
use crate::support::{World, audit};

#[tokio::test]
async fn a_path_may_name_only_the_token_s_organisation() {
    let (world, client, _) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    let own = world
        .access(&token, Some((OrganisationKey::Slug, "muster")))
        .await
        .unwrap();
    assert_eq!(own.organisation, Some(world.muster.id));
    for other in ["Muster", "muster2", ""] {
        let access = world
            .access(&token, Some((OrganisationKey::Slug, other)))
            .await;
        assert_eq!(access.err(), Some(AccessError::WrongOrganisation));
    }
    let id = world.muster.id.to_string();
    assert!(
        world
            .access(&token, Some((OrganisationKey::Id, &id)))
            .await
            .is_ok()
    );
    let number = world.muster.number.to_string();
    for (key, other) in [
        (OrganisationKey::Id, Uuid::from_u128(1).to_string()),
        (OrganisationKey::Id, id.to_uppercase()),
        (OrganisationKey::Id, id.replace('-', "")),
        (OrganisationKey::Id, format!("urn:uuid:{id}")),
        (OrganisationKey::Number, format!("+{number}")),
        (OrganisationKey::Number, format!("0{number}")),
    ] {
        let access = world.access(&token, Some((key, &other))).await;
        let refused = Some(AccessError::WrongOrganisation);
        assert_eq!(access.err(), refused, "{other}");
    }
}

#[tokio::test]
async fn a_person_s_token_opens_the_organisations_they_belong_to() {
    let world = World::new("freshbooks").await;
    let client = world
        .add(world.app_client("app", "user:invoices:read"))
        .await;
    let token = access_token(&world.tokens(&client, "user:invoices:read", 1).await);
    let number = world.muster.number.to_string();
    for (key, value) in [
        (OrganisationKey::Slug, "muster"),
        (OrganisationKey::Number, number.as_str()),
    ] {
        let access = world.access(&token, Some((key, value))).await.unwrap();
        assert_eq!(access.organisation, Some(world.muster.id));
    }
    let access = world.access(&token, None).await.unwrap();
    assert_eq!(access.organisation, Some(world.muster.id));

    let other = oauth::model::Organisation {
        id: world.app.new_id(),
        slug: String::from("other"),
        number: 0,
        ..world.muster.clone()
    };
    let other = world
        .followed
        .insert_organisation(&other, &[], audit())
        .await
        .unwrap();
    let number = other.number.to_string();
    let own_in_disguise = format!("0{}", world.muster.number);
    for (key, value) in [
        (OrganisationKey::Slug, "other"),
        (OrganisationKey::Number, number.as_str()),
        (OrganisationKey::Number, own_in_disguise.as_str()),
        (OrganisationKey::Number, "-1"),
        (OrganisationKey::Number, "x"),
    ] {
        let access = world.access(&token, Some((key, value))).await;
        assert_eq!(
            access.err(),
            Some(AccessError::WrongOrganisation),
            "{value}"
        );
    }

    world.anna_leaves().await;
    let access = world
        .access(&token, Some((OrganisationKey::Slug, "muster")))
        .await;
    assert_eq!(access.err(), Some(AccessError::WrongOrganisation));
    assert_eq!(world.access(&token, None).await.unwrap().organisation, None);
}

#[tokio::test]
async fn a_machine_without_an_organisation_opens_none() {
    let world = World::new("bokio").await;
    let mut machine = world.machine("robot", "public-integration", "invoices:read");
    machine.organisation = None;
    let machine = world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "invoices:read"),
    ];
    let token = access_token(&world.post_as(&machine, "token", &form).await.json());
    assert!(world.holds(&token, "invoices:read").await);
    let id = world.muster.id.to_string();
    let access = world.access(&token, Some((OrganisationKey::Id, &id))).await;
    assert_eq!(access.err(), Some(AccessError::NoOrganisation));
}

//! Which organisation a call is about, and who may name which.

use enforce::AccessError;
use oauth::model::{Client, Membership, Organisation, Role, Uuid};
use scope::OrganisationKey;

use super::next_decision::{access_token, bexio};
use crate::support::{World, audit, scope};

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
    // Without a place anywhere the token opens not even what asks for no scope.
    let access = world.access(&token, None).await;
    assert_eq!(access.err(), Some(AccessError::TokenEnded));
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

/// FreshBooks, where a grant belongs to the person: an app of Anna's, a resource server, and her
/// tokens for reading invoices and clients.
async fn freshbooks() -> (World, Client, Client, serde_json::Value) {
    let world = World::new("freshbooks").await;
    let scopes = "user:invoices:read user:clients:read";
    let client = world.add(world.app_client("app", scopes)).await;
    let api = world.add(world.api("api")).await;
    let tokens = world.tokens(&client, scopes, 1).await;
    (world, client, api, tokens)
}

impl World {
    /// A further organisation where Anna may do just this.
    async fn anna_joins(&self, slug: &str, right: &str) -> Organisation {
        let organisation = Organisation {
            id: self.app.new_id(),
            slug: slug.to_owned(),
            number: 0,
            ..self.muster.clone()
        };
        let role = Role {
            realm: self.realm.clone(),
            organisation: organisation.id,
            name: String::from("clerk"),
            rights: vec![right.to_owned()],
            version: 0,
        };
        let membership = Membership {
            realm: self.realm.clone(),
            organisation: organisation.id,
            user: self.anna.id,
            roles: vec![role.name.clone()],
            given: None,
            cut_off: None,
            version: 0,
        };
        let store = &self.followed;
        let roles = [role];
        let made = store.insert_organisation(&organisation, &roles, audit());
        let made = made.await.unwrap();
        store.put_membership(&membership, audit()).await.unwrap();
        made
    }
}

#[tokio::test]
async fn what_is_for_a_person_without_a_place_is_worth_nothing() {
    let (world, client, api, tokens) = freshbooks().await;
    let token = access_token(&tokens);
    assert!(world.is_active(&api, &token).await);
    let (code, _) = world.consent(&client, "user:invoices:read", 2).await;
    world.anna_leaves().await;
    assert!(!world.is_active(&api, &token).await);
    let access = world.access(&token, None).await;
    assert_eq!(access.err(), Some(AccessError::TokenEnded));
    let refreshed = world
        .refresh(&client, tokens["refresh_token"].as_str().unwrap())
        .await;
    refreshed.expect_error(400, "invalid_grant");
    let redeemed = world.redeem(&client, &code).await;
    redeemed.expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn what_is_for_a_person_is_worth_what_they_may_do_anywhere() {
    let (world, client, api, tokens) = freshbooks().await;
    let token = access_token(&tokens);
    world.be(&["nothing"]).await;
    let second = world.anna_joins("second", "user:clients:read").await;
    let third = world.anna_joins("third", "user:invoices:read").await;
    let everywhere = "user:profile:read user:clients:read user:invoices:read";
    let is_worth = async |token: &str, worth: &str| {
        let told = world.introspect(&api, token).await;
        let told = scope(told["scope"].as_str().unwrap());
        let worth = scope(worth);
        let both = ["user:clients:read", "user:invoices:read"];
        for name in both {
            assert_eq!(told.contains(name), worth.contains(name), "{told}");
            assert_eq!(world.holds(token, name).await, worth.contains(name));
        }
    };
    is_worth(&token, everywhere).await;
    let about_anna = world.access(&token, None).await.unwrap();
    assert_eq!(about_anna.organisation, None);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let next = world.refresh(&client, refresh).await.json();
    is_worth(&access_token(&next), everywhere).await;

    // Where the path names one, only what they may do there.
    let clients = world.begun.catalog();
    let clients = clients.find("user:clients:read").unwrap();
    for (organisation, may) in [(&second, true), (&third, false), (&world.muster, false)] {
        let named = Some((OrganisationKey::Slug, organisation.slug.as_str()));
        let access = world.access(&token, named).await.unwrap();
        assert_eq!(
            access.rights.contains(clients),
            may,
            "{}",
            organisation.slug
        );
    }
}

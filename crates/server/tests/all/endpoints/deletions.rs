//! Whatever was issued to somebody who is deleted ends with them, at the next decision.

use axum::http::StatusCode;
use oauth::audit::Actor;
use realm::manage::{
    AddOrganisation, AddPerson, ChangeClient, ClientChange, DeleteClient, DeleteOrganisation,
    DeletePerson, Desk, RemoveRole, RenameRole,
};
use scope::OrganisationKey;

use super::cut_offs::{ANNA, Issued, NONE, ONLY_THE_SESSION};
use super::next_decision::{access_token, bexio};
use crate::browser::PASSWORD;
use crate::support::World;

fn desk(world: &World) -> Desk<'_> {
    world.app.desk(&world.begun)
}

async fn delete_muster(world: &World) {
    let command = DeleteOrganisation {
        organisation: String::from("muster"),
        version: None,
    };
    let desk = desk(world);
    let deleted = desk.delete_organisation(&Actor::system(), command).await;
    deleted.unwrap();
}

#[tokio::test]
async fn a_person_takes_everything_with_them_and_a_namesake_gets_nothing() {
    let issued = Issued::new().await;
    let command = DeletePerson {
        username: ANNA.to_owned(),
        version: None,
    };
    let deleted = issued.desk().delete_person(&issued.by, command);
    let gone = deleted.await.unwrap();
    let mut browser = issued.world.browser();
    let refused = browser.sign_in(ANNA, PASSWORD, "").await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let namesake = AddPerson {
        username: ANNA.to_owned(),
        name: String::from("Another Anna"),
        password: PASSWORD.to_owned(),
    };
    let added = issued.desk().add_person(&issued.by, namesake);
    let namesake = added.await.unwrap();
    assert!(namesake.id != gone.id && namesake.number > gone.number);
    let answer = browser.sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
    let page = browser.get("/bexio/account").await;
    assert!(!page.body.contains("ledgerly"), "{}", page.body);
    assert_eq!(issued.counts().await, NONE);
}

#[tokio::test]
async fn an_organisation_takes_what_was_for_it() {
    let issued = Issued::new().await;
    delete_muster(&issued.world).await;
    assert_eq!(issued.counts().await, ONLY_THE_SESSION);
}

#[tokio::test]
async fn an_app_takes_what_it_holds() {
    let issued = Issued::new().await;
    for client in ["ledgerly", "signed"] {
        let command = DeleteClient {
            client: client.to_owned(),
            version: None,
        };
        let deleted = issued.desk().delete_client(&issued.by, command);
        deleted.await.unwrap();
    }
    for token in &issued.tokens {
        assert!(!issued.is_let_in(token).await);
    }
    let refused = issued.world.redeem(&issued.client, &issued.code).await;
    refused.expect_error(401, "invalid_client");
    let refused = issued.world.refresh(&issued.client, &issued.refresh).await;
    refused.expect_error(401, "invalid_client");
    assert!(issued.is_signed_in().await);
    let enable = ChangeClient {
        client: String::from("ledgerly"),
        version: None,
        change: ClientChange::Enable,
    };
    let gone = issued.desk().change_client(&issued.by, enable).await;
    assert!(gone.is_err());
}

/// It acts for nobody, until its registration names another organisation; and what was issued for
/// the one that is gone does not come back with that.
#[tokio::test]
async fn a_machine_has_nobody_to_act_for() {
    let world = World::new("bexio").await;
    let api = world.add(world.api("api")).await;
    let mut machine = world.machine("robot", "machine", "contact_show");
    machine.organisation = Some(world.muster.id);
    let mut machine = world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let issued = world.post_as(&machine, "token", &form).await;
    issued.expect(StatusCode::OK);
    let token = access_token(&issued.json());
    assert!(world.is_active(&api, &token).await);
    delete_muster(&world).await;
    assert!(!world.is_active(&api, &token).await);
    assert!(world.access(&token, None).await.is_err());
    let refused = world.post_as(&machine, "token", &form).await;
    refused.expect_error(400, "unauthorized_client");
    let other = world.second_organisation(&["contact_show"]).await;
    machine.organisation = Some(other.id);
    world.change(&machine).await;
    world
        .post_as(&machine, "token", &form)
        .await
        .expect(StatusCode::OK);
    assert!(!world.is_active(&api, &token).await);
}

/// The short name that is free again means the new one, also where the old one is remembered.
#[tokio::test]
async fn a_short_name_means_whoever_has_it_now() {
    let world = World::new("bexio").await;
    let named = async || {
        let cache = world.begun.cache();
        let found = cache.organisation_by(OrganisationKey::Slug, "muster");
        found.await.unwrap().map(|found| found.id)
    };
    assert_eq!(named().await, Some(world.muster.id));
    delete_muster(&world).await;
    assert_eq!(named().await, None);
    let again = AddOrganisation {
        slug: String::from("muster"),
        name: String::from("Another Muster"),
    };
    let added = desk(&world).add_organisation(&Actor::system(), again).await;
    assert_eq!(named().await, Some(added.unwrap().organisation.id));
}

#[tokio::test]
async fn a_role_takes_its_rights_and_keeps_them_under_another_name() {
    let (world, client, _) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_edit", 1).await);
    let rename = RenameRole {
        organisation: String::from("muster"),
        role: String::from("owner"),
        name: String::from("chief"),
        version: None,
    };
    let renamed = desk(&world).rename_role(&Actor::system(), rename).await;
    assert!(renamed.unwrap().is_changed);
    assert!(world.holds(&token, "contact_edit").await);
    let remove = RemoveRole {
        organisation: String::from("muster"),
        role: String::from("chief"),
        version: None,
    };
    let removed = desk(&world).remove_role(&Actor::system(), remove).await;
    removed.unwrap();
    assert!(!world.holds(&token, "contact_edit").await);
}

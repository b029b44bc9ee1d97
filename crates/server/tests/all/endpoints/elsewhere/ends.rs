//! What ends here ends there, in time.

use std::sync::Arc;
use std::time::Duration;

use enforce::remote::Introspection;
use enforce::{Call, Caller, Gate, UnverifiedToken};
use oauth::model::{Client, Membership, Organisation, Role, TokenFormat};

use super::Direct;
use crate::endpoints::next_decision::access_token;
use crate::endpoints::rights::{HOUR, Place, REMEMBERED, Says};
use crate::support::{World, audit, scope};

const SECOND: Duration = Duration::from_secs(1);

/// `permitted`, or the reason of the denial.
async fn ask(gate: &Gate, path: &str, token: &str) -> &'static str {
    let mut call = Call::new("GET", path);
    call.token = Some(UnverifiedToken::new(token));
    match gate.decide(&call, || async { Ok(None) }).await {
        Ok(_) => "permitted",
        Err(problem) => problem.reason(),
    }
}

impl World {
    fn passes(&self, by: Duration) {
        self.clock.advance(by);
        self.clock.advance_monotonic(by);
    }

    async fn revoke(&self, client: &Client, token: &str) {
        let form = [("token", token)];
        let answer = self.post_as(client, "revoke", &form).await;
        answer.expect(axum::http::StatusCode::OK);
    }
}

async fn bexio() -> (World, Client, Client) {
    let world = World::new("bexio").await;
    let client = world.app_client("ledgerly", "contact_edit");
    let client = world.add(client).await;
    let api = world.add(world.api("api")).await;
    (world, client, api)
}

#[tokio::test]
async fn a_revoked_token_opens_nothing_that_comes_a_second_later() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let transport = Direct::to(&world);
    let gate = world.gate_by_introspection(&transport, &api).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    world.revoke(&client, &token).await;
    world.passes(SECOND);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    world.passes(SECOND / 1_000);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "invalid-token");
    let inside = world.gate_inside();
    assert_eq!(ask(&inside, "/2.0/contact", &token).await, "token-ended");
}

#[tokio::test]
async fn what_is_told_to_be_forgotten_ends_at_once() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let transport = Direct::to(&world);
    let introspection = world.introspection(&transport, &api).await;
    let introspection = introspection.max_age(Duration::from_secs(600));
    let remote = enforce::remote::ByIntrospection::new(
        Arc::clone(world.begun.catalog()),
        introspection.clone(),
        world.issuer(),
        world.audience(),
    );
    let remote = Arc::new(remote);
    let gate = world.gate(remote.clone(), remote);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    world.revoke(&client, &token).await;
    world.passes(2 * SECOND);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    introspection.forget(|told| told.client_id.as_deref() == Some("ledgerly"));
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "invalid-token");
}

/// A gate that may keep answers for ten minutes.
async fn remembering(world: &World, api: &Client) -> (Gate, Introspection) {
    let transport = Direct::to(world);
    let introspection = world.introspection(&transport, api).await;
    let introspection = introspection.max_age(Duration::from_secs(600));
    let remote = enforce::remote::ByIntrospection::new(
        Arc::clone(world.begun.catalog()),
        introspection.clone(),
        world.issuer(),
        world.audience(),
    );
    let remote = Arc::new(remote);
    (world.gate(remote.clone(), remote), introspection)
}

/// What may be kept for longer is kept no longer than the rights in it count.
#[tokio::test]
async fn what_was_given_runs_out_there_when_it_does_here() {
    let place = Place::given().await;
    let token = access_token(&place.tokens);
    let (gate, introspection) = remembering(&place.world, &place.api).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    place.later(HOUR - SECOND).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    place.later(SECOND).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "right-expired");
    assert_eq!(
        ask(&gate, "/2.0/task", &token).await,
        "insufficient-scope",
        "the token never had it"
    );
    place.world.be_given(&["contact_show"], HOUR).await;
    introspection.forget_all();
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
}

#[tokio::test]
async fn what_is_asked_closes_there_when_it_does_here() {
    let place = Place::asking().await;
    let token = access_token(&place.tokens);
    let (gate, _) = remembering(&place.world, &place.api).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    place.shop.gives(&["task_show"]);
    place.later(REMEMBERED).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    place.later(SECOND / 1_000).await;
    assert_eq!(
        ask(&gate, "/2.0/contact", &token).await,
        "insufficient-scope"
    );
    place.shop.says(Says::Nothing);
    place.later(REMEMBERED + SECOND / 1_000).await;
    let inside = place.world.gate_inside();
    for gate in [&gate, &inside] {
        let told = ask(gate, "/2.0/contact", &token).await;
        assert_eq!(told, "rights-unavailable");
    }
}

/// More places than are told at once: each is asked about by the name that a call has for it.
#[tokio::test]
async fn a_person_with_very_many_organisations_calls_for_each_of_them_there_too() {
    let world = World::new("freshbooks").await;
    let client = world.app_client("app", "user:projects:read");
    let client = world.add(client).await;
    let api = world.add(world.api("api")).await;
    let mut last = world.muster.clone();
    for number in 0..101 {
        let organisation = Organisation {
            id: world.app.new_id(),
            slug: format!("place-{number}"),
            number: 0,
            external: None,
            ..world.muster.clone()
        };
        let role = Role {
            realm: world.realm.clone(),
            organisation: organisation.id,
            name: String::from("some"),
            rights: vec![String::from("user:projects:read")],
            version: 0,
        };
        let store = &world.followed;
        let roles = [role];
        let stored = store.insert_organisation(&organisation, &roles, audit());
        last = stored.await.unwrap();
        if number < 100 {
            let membership = Membership {
                realm: world.realm.clone(),
                organisation: last.id,
                user: world.anna.id,
                roles: vec![String::from("some")],
                given: None,
                cut_off: None,
                version: 0,
            };
            let joined = store.put_membership(&membership, audit());
            joined.await.unwrap();
        }
    }
    let token = access_token(&world.tokens(&client, "user:projects:read", 1).await);
    let told = world.introspect(&api, &token).await;
    assert!(told.get("organisations").is_none(), "{told}");
    let transport = Direct::to(&world);
    let there = world.gate_by_introspection(&transport, &api).await;
    let inside = world.gate_inside();
    let path = |number: i64| format!("/projects/business/{number}/projects");
    for gate in [&inside, &there] {
        for number in [world.muster.number, last.number - 1, last.number - 50] {
            assert_eq!(ask(gate, &path(number), &token).await, "permitted");
        }
        let foreign = ask(gate, &path(last.number), &token).await;
        assert_eq!(foreign, "wrong-organisation");
    }
    let mut call = Call::new("GET", "/projects/business/0/projects");
    let (number, path) = (world.muster.number, path(world.muster.number));
    call.path = &path;
    call.token = Some(UnverifiedToken::new(&token));
    let admitted = there.decide(&call, || async { Ok(None) }).await.unwrap();
    let Caller::Known(permitted) = admitted.caller else {
        panic!("a token was sent");
    };
    let place = permitted.access.organisation;
    let names = there.names(&permitted.token, place).await.unwrap();
    assert_eq!(names.organisation_number, Some(number));
}

#[tokio::test]
async fn rights_a_smaller_registration_and_the_end_of_a_token_count_too() {
    let (world, mut client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let transport = Direct::to(&world);
    let gate = world.gate_by_introspection(&transport, &api).await;
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    world.be(&["nothing"]).await;
    world.passes(2 * SECOND);
    assert_eq!(
        ask(&gate, "/2.0/contact", &token).await,
        "insufficient-scope"
    );
    world.be(&["owner"]).await;
    world.passes(2 * SECOND);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    client.registered_scope = scope("kb_invoice_show");
    world.change(&client).await;
    world.passes(2 * SECOND);
    assert_eq!(
        ask(&gate, "/2.0/contact", &token).await,
        "insufficient-scope"
    );
    world.passes(Duration::from_secs(14_400));
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "invalid-token");
}

#[tokio::test]
async fn nobody_but_the_api_s_resource_server_is_told_anything() {
    let (world, client, api) = bexio().await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let transport = Direct::to(&world);
    // An app's own credentials are good, and not for this.
    let by_an_app = world.gate_by_introspection(&transport, &client).await;
    assert_eq!(
        ask(&by_an_app, "/2.0/contact", &token).await,
        "invalid-token"
    );
    let stranger = Client {
        id: "stranger".to_owned(),
        ..api
    };
    let by_a_stranger = world.gate_by_introspection(&transport, &stranger).await;
    assert_eq!(
        ask(&by_a_stranger, "/2.0/contact", &token).await,
        "unavailable"
    );
}

#[tokio::test]
async fn a_refresh_token_of_whoever_asks_is_no_access_token() {
    let (world, _, _) = bexio().await;
    let both = Client {
        introspects: Some([world.audience()].into()),
        ..world.app_client("both", "contact_show")
    };
    let both = world.add(both).await;
    let tokens = world.tokens(&both, "contact_show", 1).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert!(world.is_active(&both, refresh).await);
    let transport = Direct::to(&world);
    let gate = world.gate_by_introspection(&transport, &both).await;
    assert_eq!(ask(&gate, "/2.0/contact", refresh).await, "invalid-token");
    let access = access_token(&tokens);
    assert_eq!(ask(&gate, "/2.0/contact", &access).await, "permitted");
}

#[tokio::test]
async fn published_keys_open_what_was_issued_until_it_expires() {
    let (world, mut client, _) = bexio().await;
    client.token_format = Some(TokenFormat::Jwt);
    world.change(&client).await;
    let token = access_token(&world.tokens(&client, "contact_show", 1).await);
    let transport = Direct::to(&world);
    let gate = world.gate_by_keys(&transport).await;
    let mut call = Call::new("GET", "/2.0/contact");
    call.token = Some(UnverifiedToken::new(&token));
    let admitted = gate.decide(&call, || async { Ok(None) }).await.unwrap();
    let Caller::Known(permitted) = admitted.caller else {
        panic!("a token was sent");
    };
    assert_eq!(permitted.token.client, "ledgerly");
    assert_eq!(permitted.token.user, Some(world.anna.id));
    assert_eq!(permitted.access.organisation, Some(world.muster.id));
    assert!(permitted.token.family.is_some() && permitted.token.position.is_some());
    // It does not know of this.
    world.revoke(&client, &token).await;
    world.passes(60 * SECOND);
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "permitted");
    // A token that the catalog has opaque cannot be read.
    client.token_format = Some(TokenFormat::Opaque);
    world.change(&client).await;
    let opaque = access_token(&world.tokens(&client, "contact_show", 2).await);
    assert_eq!(ask(&gate, "/2.0/contact", &opaque).await, "invalid-token");
    world.passes(Duration::from_secs(14_400 + 5));
    assert_eq!(ask(&gate, "/2.0/contact", &token).await, "invalid-token");
}

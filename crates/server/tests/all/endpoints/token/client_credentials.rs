use axum::http::StatusCode;
use oauth::model::{Client, ClientType, GrantType, Status, TokenEndpointAuthMethod, TokenFormat};
use oauth::token::{SubjectKind, TokenClient};
use serde_json::json;

use crate::support::{World, client_secret, scope, stored_secret};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn stora() -> (World, Client) {
    let world = World::new("stora").await;
    let machine = world.machine(
        "robot",
        "operator",
        "public.contact:read public.contact:write",
    );
    let machine = world.add(machine).await;
    (world, machine)
}

#[tokio::test]
async fn a_machine_gets_a_token_with_what_it_asked_for() {
    let (world, machine) = stora().await;
    let form = [GRANT, ("scope", "public.contact:read")];
    let answer = world.post_as(&machine, "token", &form).await;
    answer.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let token = answer.json();
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 7_200);
    assert_eq!(token["scope"], "public.contact:read");
    assert_eq!(token["created_at"], crate::support::start().as_second());
    assert!(
        token["access_token"]
            .as_str()
            .unwrap()
            .starts_with("sg_at_")
    );
    assert_eq!(token.get("refresh_token"), None);
    assert_eq!(token.get("scope_withheld"), None);
}

#[tokio::test]
async fn what_is_not_given_is_told() {
    let (world, machine) = stora().await;
    let asked = "public.contact:read public.site:read public.nonsense:read";
    let answer = world
        .post_as(&machine, "token", &[GRANT, ("scope", asked)])
        .await;
    answer.expect(StatusCode::OK);
    let token = answer.json();
    assert_eq!(token["scope"], "public.contact:read");
    let reasons: Vec<_> = token["scope_withheld"]
        .as_array()
        .unwrap()
        .iter()
        .map(|withheld| (withheld["scope"].clone(), withheld["reason"].clone()))
        .collect();
    assert_eq!(
        reasons,
        [
            (json!("public.site:read"), json!("not-registered")),
            (json!("public.nonsense:read"), json!("unknown")),
        ]
    );
}

#[tokio::test]
async fn nothing_left_is_invalid_scope() {
    let (world, machine) = stora().await;
    let form = [GRANT, ("scope", "public.site:read")];
    world
        .post_as(&machine, "token", &form)
        .await
        .expect_error(400, "invalid_scope");
}

#[tokio::test]
async fn once_warm_a_token_touches_no_database() {
    let (world, machine) = stora().await;
    let form = [GRANT, ("scope", "public.contact:read")];
    world
        .post_as(&machine, "token", &form)
        .await
        .expect(StatusCode::OK);
    world.store.take_calls();
    for _ in 0..5 {
        world
            .post_as(&machine, "token", &form)
            .await
            .expect(StatusCode::OK);
    }
    assert_eq!(world.store.take_calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_secret_counts_by_header_or_form_and_nothing_else_does() {
    let (world, machine) = stora().await;
    let secret = client_secret("robot");
    let post = |id: &'static str, secret: String| {
        let world = &world;
        async move {
            let scope = ("scope", "public.contact:read");
            let form = [GRANT, scope, ("client_id", id), ("client_secret", &secret)];
            world.post("token", &form).await
        }
    };
    let other = post("robot", secret.expose().to_owned()).await;
    other.expect(StatusCode::OK);
    assert_eq!(other.header("pragma"), Some("no-cache"));
    let wrong = post("robot", String::from("wrong")).await;
    wrong.expect_error(401, "invalid_client");
    let challenge = wrong.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Basic realm="), "{challenge}");
    post("nobody", secret.expose().to_owned())
        .await
        .expect_error(401, "invalid_client");
    world
        .post("token", &[GRANT, ("client_id", "robot")])
        .await
        .expect_error(401, "invalid_client");
    world
        .post("token", &[GRANT])
        .await
        .expect_error(401, "invalid_client");

    let impostor = Client {
        id: String::from("robot2"),
        ..machine
    };
    let by_basic = world.post_as(&impostor, "token", &[GRANT]).await;
    by_basic.expect_error(401, "invalid_client");
    assert!(
        by_basic
            .header("www-authenticate")
            .unwrap()
            .starts_with("Basic realm=")
    );
}

#[tokio::test]
async fn a_disabled_client_gets_nothing_from_that_moment_on() {
    let (world, mut machine) = stora().await;
    let form = [GRANT, ("scope", "public.contact:read")];
    world
        .post_as(&machine, "token", &form)
        .await
        .expect(StatusCode::OK);
    machine.status = Status::Disabled {
        since: world.app.now(),
    };
    world.change(&machine).await;
    world
        .post_as(&machine, "token", &form)
        .await
        .expect_error(401, "invalid_client");
}

#[tokio::test]
async fn public_clients_and_other_kinds_may_not() {
    let (world, machine) = stora().await;
    let public = Client {
        id: String::from("page"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..machine.clone()
    };
    let public = world.add(public).await;
    let form = [GRANT, ("scope", "public.contact:read")];
    world
        .post_as(&public, "token", &form)
        .await
        .expect_error(400, "unauthorized_client");

    let partner = world
        .add(world.app_client("partner", "public.contact:read"))
        .await;
    world
        .post_as(&partner, "token", &form)
        .await
        .expect_error(400, "unauthorized_client");

    // The grant type in its registration does not help a client whose kind has none.
    let mut sly = world.app_client("sly", "public.contact:read");
    sly.grant_types.insert(GrantType::ClientCredentials);
    let sly = world.add(sly).await;
    world
        .post_as(&sly, "token", &form)
        .await
        .expect_error(400, "unauthorized_client");
}

#[tokio::test]
async fn bokio_names_the_company_a_private_integration_acts_for() {
    let world = World::new("bokio").await;
    let own = world.machine("own", "private-integration", "invoices:read");
    let own = world.add(own).await;
    let form = [GRANT, ("scope", "invoices:read")];
    let token = world.post_as(&own, "token", &form).await.json();
    assert_eq!(token["token_type"], "bearer");
    assert_eq!(token["tenant_type"], "company");
    assert_eq!(token["tenant_id"], world.muster.id.to_string());

    let mut public = world.machine("public", "public-integration", "invoices:read");
    public.organisation = None;
    let public = world.add(public).await;
    let token = world.post_as(&public, "token", &form).await.json();
    assert_eq!(token["tenant_type"], "general");
    assert_eq!(token["tenant_id"], "");
}

#[tokio::test]
async fn a_client_can_have_its_tokens_as_jwt() {
    let (world, machine) = stora().await;
    let jwt = world
        .add(Client {
            id: String::from("jwt"),
            secrets: vec![stored_secret("jwt")],
            token_format: Some(TokenFormat::Jwt),
            ..machine
        })
        .await;
    let form = [GRANT, ("scope", "public.contact:write public.contact:read")];
    let token = world.post_as(&jwt, "token", &form).await.json();
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3);
    let keys = world.app.realm("stora").unwrap().keys();
    let claims = keys.verify_jwt(&world.issuer(), token).unwrap();
    let client = TokenClient::Both {
        id: jwt.id.clone(),
        uuid: jwt.uuid,
    };
    assert_eq!(claims.client, client);
    assert_eq!(claims.subject_kind, SubjectKind::Machine);
    assert_eq!(
        claims.scope,
        scope("public.contact:read public.contact:write")
    );
    assert_eq!(claims.audience, world.audience());
    assert_eq!(claims.organisation, Some(world.muster.id));
    assert_eq!((claims.user, claims.grant), (None, None));
}

#[tokio::test]
async fn only_resources_served_here_can_be_named() {
    let (world, machine) = stora().await;
    let audience = world.audience();
    let ask = |resource: String| {
        let (world, machine) = (&world, &machine);
        async move {
            let form = [
                GRANT,
                ("scope", "public.contact:read"),
                ("resource", &resource),
            ];
            world.post_as(machine, "token", &form).await
        }
    };
    ask(audience).await.expect(StatusCode::OK);
    ask(String::from("https://elsewhere.example"))
        .await
        .expect_error(400, "invalid_target");
}

#[tokio::test]
async fn a_machine_refreshes_nothing() {
    let (world, machine) = stora().await;
    let form = [GRANT, ("scope", "public.contact:read")];
    let token = world.post_as(&machine, "token", &form).await.json();
    let access = token["access_token"].as_str().unwrap();
    world
        .refresh(&machine, access)
        .await
        .expect_error(400, "unauthorized_client");
}

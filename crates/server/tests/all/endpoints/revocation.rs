use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::{
    Client, ClientType, FamilyStatus, GrantStatus, RevocationReason, TokenEndpointAuthMethod,
    TokenFormat,
};
use oauth::secret::SecretKind;

use crate::support::World;

struct Scene {
    world: World,
    client: Client,
    api: Client,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new("bexio").await;
        Self {
            client: world
                .add(world.app_client("ledgerly", "contact_edit"))
                .await,
            api: world.add(world.api("api")).await,
            world,
        }
    }

    async fn tokens(&self, client: &Client, number: u8) -> (String, String) {
        let tokens = self.world.tokens(client, "contact_show", number).await;
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    async fn revoke(&self, client: &Client, token: &str) {
        let answer = self
            .world
            .post_as(client, "revoke", &[("token", token)])
            .await;
        answer.expect(StatusCode::OK);
        assert_eq!(answer.body, "");
    }

    /// As the API is told of an access token.
    async fn is_active(&self, token: &str) -> bool {
        self.world.is_active(&self.api, token).await
    }

    /// As it stands in the store, whoever may ask.
    async fn is_live(&self, refresh_token: &str) -> bool {
        let hash = oauth::secret::hash(SecretKind::RefreshToken, refresh_token).unwrap();
        let stored = self.world.followed.refresh_token(&hash).await.unwrap();
        stored.is_some_and(|token| token.revoked_at.is_none() && token.rotated_at.is_none())
    }
}

#[tokio::test]
async fn an_access_token_ends_alone() {
    let scene = Scene::new().await;
    let (access, refresh) = scene.tokens(&scene.client, 1).await;
    scene.revoke(&scene.client, &access).await;
    assert!(!scene.is_active(&access).await);
    assert!(scene.is_live(&refresh).await);
    scene.revoke(&scene.client, &access).await;
    let next = scene.world.refresh(&scene.client, &refresh).await.json();
    assert!(
        scene
            .is_active(next["access_token"].as_str().unwrap())
            .await
    );
    assert!(!scene.is_active(&access).await);
}

#[tokio::test]
async fn a_jwt_can_be_revoked_like_any_other() {
    let mut scene = Scene::new().await;
    scene.client.token_format = Some(TokenFormat::Jwt);
    scene.world.change(&scene.client).await;
    let (access, _) = scene.tokens(&scene.client, 1).await;
    assert!(scene.is_active(&access).await);
    scene.revoke(&scene.client, &access).await;
    assert!(!scene.is_active(&access).await);
}

/// One browser signs out; another one, and its tokens, go on.
#[tokio::test]
async fn a_refresh_token_ends_everything_of_its_connection_and_nothing_else() {
    let scene = Scene::new().await;
    let (other_access, other_refresh) = scene.tokens(&scene.client, 1).await;
    let (access, first) = scene.tokens(&scene.client, 2).await;
    let next = scene.world.refresh(&scene.client, &first).await.json();
    let second = next["refresh_token"].as_str().unwrap();
    scene.revoke(&scene.client, second).await;
    assert!(!scene.is_active(&access).await);
    assert!(
        !scene
            .is_active(next["access_token"].as_str().unwrap())
            .await
    );
    for token in [&first, second] {
        scene
            .world
            .refresh(&scene.client, token)
            .await
            .expect_error(400, "invalid_grant");
    }
    let family = scene.world.family_of(&access).await;
    assert!(matches!(
        family.status,
        FamilyStatus::Ended {
            reason: RevocationReason::ByClient,
            ..
        }
    ));
    scene.revoke(&scene.client, second).await;
    assert!(scene.is_active(&other_access).await);
    let other = scene.world.refresh(&scene.client, &other_refresh).await;
    other.expect(StatusCode::OK);
}

/// What was issued before connections were told apart ends with its grant.
#[tokio::test]
async fn a_refresh_token_without_a_family_ends_its_grant() {
    let scene = Scene::new().await;
    let world = &scene.world;
    let (code, grant) = world
        .consent_with(&scene.client, "contact_show", 1, |code| code.family = None)
        .await;
    let tokens = world.redeem(&scene.client, &code).await.json();
    let (other, _) = scene.tokens(&scene.client, 2).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    scene.revoke(&scene.client, refresh).await;
    assert!(
        !scene
            .is_active(tokens["access_token"].as_str().unwrap())
            .await
    );
    assert!(!scene.is_active(&other).await);
    let grant = world.followed.grant("bexio", grant.id).await;
    assert!(matches!(
        grant.unwrap().unwrap().status,
        GrantStatus::Revoked {
            reason: RevocationReason::ByClient,
            ..
        }
    ));
}

#[tokio::test]
async fn only_the_owner_s_call_has_an_effect() {
    let scene = Scene::new().await;
    let public = Client {
        id: String::from("native"),
        client_type: ClientType::Public,
        auth_method: TokenEndpointAuthMethod::None,
        secrets: Vec::new(),
        ..scene.client.clone()
    };
    let public = scene.world.add(public).await;
    let other = scene
        .world
        .add(scene.world.app_client("other", "contact_edit"))
        .await;
    let callers = [&scene.client, &public, &other];
    let mut number = 0;
    for owner in [&scene.client, &public] {
        for caller in callers {
            number += 1;
            let (access, refresh) = scene.tokens(owner, number).await;
            let is_own = owner.id == caller.id;
            scene.revoke(caller, &access).await;
            assert_eq!(
                scene.is_active(&access).await,
                !is_own,
                "{} {}",
                owner.id,
                caller.id
            );
            scene.revoke(caller, &refresh).await;
            assert_eq!(
                scene.is_live(&refresh).await,
                !is_own,
                "{} {}",
                owner.id,
                caller.id
            );
        }
    }
}

#[tokio::test]
async fn hints_never_hide_a_token() {
    let scene = Scene::new().await;
    for (number, hint) in (1..).zip(["access_token", "refresh_token", "something", ""]) {
        let (access, refresh) = scene.tokens(&scene.client, number).await;
        for token in [&access, &refresh] {
            let form = [("token", token.as_str()), ("token_type_hint", hint)];
            let answer = scene.world.post_as(&scene.client, "revoke", &form).await;
            answer.expect(StatusCode::OK);
        }
        assert!(!scene.is_active(&access).await, "{hint}");
        assert!(!scene.is_live(&refresh).await, "{hint}");
    }
}

#[tokio::test]
async fn dead_and_unknown_tokens_are_no_error() {
    let scene = Scene::new().await;
    let (access, refresh) = scene.tokens(&scene.client, 1).await;
    for token in [
        "x",
        "sg_at_zzz",
        "sg_rt_zzz",
        "a.b.c",
        "ü",
        &access[..20],
        &refresh[..20],
    ] {
        scene.revoke(&scene.client, token).await;
    }
    assert!(scene.is_active(&access).await);
    scene.world.clock.advance(Duration::from_secs(365 * 86_400));
    scene.revoke(&scene.client, &access).await;
    scene.revoke(&scene.client, &refresh).await;
}

#[tokio::test]
async fn revoking_needs_the_client_s_proof() {
    let scene = Scene::new().await;
    let (access, _) = scene.tokens(&scene.client, 1).await;
    let world = &scene.world;
    world
        .post("revoke", &[("token", &access)])
        .await
        .expect_error(401, "invalid_client");
    let named = [("token", access.as_str()), ("client_id", "ledgerly")];
    world
        .post("revoke", &named)
        .await
        .expect_error(401, "invalid_client");
    world
        .post_as(&scene.client, "revoke", &[])
        .await
        .expect_error(400, "invalid_request");
    assert!(scene.is_active(&access).await);
}

#[tokio::test]
async fn a_machine_gives_its_token_back() {
    let world = World::new("stora").await;
    let api = world.add(world.api("api")).await;
    let machine = world.machine("robot", "operator", "public.contact:read");
    let machine = world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "public.contact:read"),
    ];
    let token = world.post_as(&machine, "token", &form).await.json();
    let token = token["access_token"].as_str().unwrap();
    let answer = world.post_as(&machine, "revoke", &[("token", token)]).await;
    answer.expect(StatusCode::OK);
    assert!(!world.is_active(&api, token).await);
}

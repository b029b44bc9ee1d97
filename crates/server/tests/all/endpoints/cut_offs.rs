//! What was issued before a cut-off never counts again, and what is issued after it does.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::Secret;
use oauth::audit::Actor;
use oauth::model::{Client, RevocationReason, TokenFormat};
use realm::manage::{
    ChangeClient, ChangePerson, ClientChange, Desk, EndMembership, OtherSecrets, PersonChange,
    RevokeClientSecret, SetMembership,
};

use super::next_decision::access_token;
use crate::browser::PASSWORD;
use crate::support::{World, basic, client_secret};

pub const ANNA: &str = "anna@muster.example";

/// Everything that was issued to Anna and her apps, and whether it counts.
pub struct Issued {
    pub world: World,
    pub by: Actor,
    pub client: Client,
    api: Client,
    session: Option<String>,
    pub code: Secret,
    pub refresh: String,
    pub tokens: [String; 2],
}

/// What counts: the session, the code, the refresh token, and both access tokens alike at
/// introspection and at the gate.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    session: bool,
    code: bool,
    refresh: bool,
    tokens: bool,
}

const ALL: Counts = Counts {
    session: true,
    code: true,
    refresh: true,
    tokens: true,
};
pub const NONE: Counts = Counts {
    session: false,
    code: false,
    refresh: false,
    tokens: false,
};
pub const ONLY_THE_SESSION: Counts = Counts {
    session: true,
    ..NONE
};

impl Issued {
    pub async fn new() -> Self {
        let world = World::new("bexio").await;
        let session = world.annas_browser().await.cookie.clone();
        let client = world
            .add(world.app_client("ledgerly", "contact_edit"))
            .await;
        let signed = Client {
            token_format: Some(TokenFormat::Jwt),
            ..world.app_client("signed", "contact_edit")
        };
        let signed = world.add(signed).await;
        let api = world.add(world.api("api")).await;
        let tokens = world.tokens(&client, "contact_edit", 1).await;
        let jwt = world.tokens(&signed, "contact_edit", 2).await;
        let (code, _) = world.consent(&client, "contact_edit", 3).await;
        Self {
            by: Actor::system(),
            session,
            client,
            api,
            code,
            refresh: tokens["refresh_token"].as_str().unwrap().to_owned(),
            tokens: [&tokens, &jwt].map(access_token),
            world,
        }
    }

    pub fn desk(&self) -> Desk<'_> {
        self.world.app.desk(&self.world.begun)
    }

    async fn change_anna_by(&self, change: PersonChange) {
        let command = ChangePerson {
            username: ANNA.to_owned(),
            version: None,
            change,
        };
        let changed = self.desk().change_person(&self.by, command);
        changed.await.unwrap();
    }

    async fn change_clients_by(&self, change: ClientChange) {
        for client in ["ledgerly", "signed"] {
            let command = ChangeClient {
                client: client.to_owned(),
                version: None,
                change: change.clone(),
            };
            let changed = self.desk().change_client(&self.by, command);
            changed.await.unwrap();
        }
    }

    pub async fn is_signed_in(&self) -> bool {
        let mut browser = self.world.browser();
        browser.cookie.clone_from(&self.session);
        browser.get("/bexio/account").await.status == StatusCode::OK
    }

    pub async fn is_let_in(&self, token: &str) -> bool {
        let call = Request::get("/bexio/api/2.0/contact")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = self.world.send(call.body(Body::empty()).unwrap()).await;
        let let_in = answer.status == StatusCode::OK;
        assert_eq!(self.world.is_active(&self.api, token).await, let_in);
        let_in
    }

    /// Whether it counts, used up by that.
    pub async fn counts(self) -> Counts {
        let [sealed, signed] = &self.tokens;
        let tokens = self.is_let_in(sealed).await;
        assert_eq!(self.is_let_in(signed).await, tokens);
        let code = self.world.redeem(&self.client, &self.code).await;
        let refresh = self.world.refresh(&self.client, &self.refresh).await;
        for refused in [&code, &refresh] {
            if refused.status != StatusCode::OK {
                refused.expect_error(400, "invalid_grant");
            }
        }
        Counts {
            session: self.is_signed_in().await,
            code: code.status == StatusCode::OK,
            refresh: refresh.status == StatusCode::OK,
            tokens,
        }
    }

    /// Code and refresh token are refused in a way that keeps an app from throwing them away.
    async fn waits(&self) {
        let code = self.world.redeem(&self.client, &self.code).await;
        let refresh = self.world.refresh(&self.client, &self.refresh).await;
        for refused in [code, refresh] {
            refused.expect_error(503, "temporarily_unavailable");
            assert_eq!(refused.header("retry-after"), Some("60"));
        }
    }

    /// What is issued from now on counts.
    async fn begins_again(&self) {
        let mut browser = self.world.browser();
        let answer = browser.sign_in(ANNA, PASSWORD, "").await;
        answer.expect(StatusCode::SEE_OTHER);
        let page = browser.get("/bexio/account").await;
        page.expect(StatusCode::OK);
        let tokens = self.world.tokens(&self.client, "contact_edit", 9).await;
        assert!(self.is_let_in(&access_token(&tokens)).await);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let next = self.world.refresh(&self.client, refresh).await;
        assert!(self.is_let_in(&access_token(&next.json())).await);
    }
}

#[tokio::test]
async fn everything_counts_until_then() {
    assert_eq!(Issued::new().await.counts().await, ALL);
}

#[tokio::test]
async fn another_password_ends_what_was_issued_to_the_person() {
    let issued = Issued::new().await;
    let same = PersonChange::Password(PASSWORD.to_owned());
    issued.change_anna_by(same).await;
    issued.begins_again().await;
    assert_eq!(issued.counts().await, NONE);
}

#[tokio::test]
async fn what_a_disabled_person_had_does_not_come_back() {
    let issued = Issued::new().await;
    issued.change_anna_by(PersonChange::Disable).await;
    issued.change_anna_by(PersonChange::Enable).await;
    issued.begins_again().await;
    assert_eq!(issued.counts().await, NONE);
}

#[tokio::test]
async fn what_a_suspended_person_had_comes_back() {
    let issued = Issued::new().await;
    issued.change_anna_by(PersonChange::Suspend).await;
    assert!(!issued.is_signed_in().await);
    assert!(!issued.is_let_in(&issued.tokens[0]).await);
    issued.waits().await;
    let mut browser = issued.world.browser();
    let refused = browser.sign_in(ANNA, PASSWORD, "").await;
    refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    issued.change_anna_by(PersonChange::Resume).await;
    assert_eq!(issued.counts().await, ALL);
}

#[tokio::test]
async fn what_was_issued_for_a_place_does_not_come_back_with_another() {
    let issued = Issued::new().await;
    let end = EndMembership {
        organisation: String::from("muster"),
        username: ANNA.to_owned(),
        version: None,
    };
    let ended = issued.desk().end_membership(&issued.by, end);
    ended.await.unwrap();
    assert!(!issued.is_let_in(&issued.tokens[0]).await);
    let again = SetMembership {
        organisation: String::from("muster"),
        username: ANNA.to_owned(),
        roles: vec![String::from("owner")],
        version: None,
    };
    let set = issued.desk().set_membership(&issued.by, again);
    set.await.unwrap();
    issued.begins_again().await;
    assert_eq!(issued.counts().await, ONLY_THE_SESSION);
}

#[tokio::test]
async fn what_a_disabled_app_had_does_not_come_back_and_what_a_suspended_one_had_does() {
    let issued = Issued::new().await;
    issued.change_clients_by(ClientChange::Suspend).await;
    assert!(!issued.is_let_in(&issued.tokens[0]).await);
    issued.waits().await;
    issued.change_clients_by(ClientChange::Resume).await;
    assert!(issued.is_let_in(&issued.tokens[0]).await);
    issued.change_clients_by(ClientChange::Disable).await;
    issued.change_clients_by(ClientChange::Enable).await;
    issued.begins_again().await;
    assert_eq!(issued.counts().await, ONLY_THE_SESSION);
}

#[tokio::test]
async fn a_compromised_secret_takes_what_was_issued_with_it_and_another_secret_does_not() {
    let issued = Issued::new().await;
    let (desk, by) = (issued.desk(), &issued.by);
    let added = desk.add_client_secret(by, "ledgerly", OtherSecrets::Stay);
    let added = added.await.unwrap();
    assert!(issued.is_let_in(&issued.tokens[0]).await);
    let revoke = |secret: &Secret, compromised| RevokeClientSecret {
        client: String::from("ledgerly"),
        secret: secret.hash().to_string(),
        version: None,
        compromised,
    };
    let unused = revoke(&added.secret, false);
    desk.revoke_client_secret(by, unused).await.unwrap();
    assert!(issued.is_let_in(&issued.tokens[0]).await);

    let added = desk.add_client_secret(by, "ledgerly", OtherSecrets::Stay);
    let added = added.await.unwrap().secret;
    let stolen = revoke(&client_secret("ledgerly"), true);
    desk.revoke_client_secret(by, stolen).await.unwrap();
    assert!(!issued.is_let_in(&issued.tokens[0]).await);
    assert!(issued.is_let_in(&issued.tokens[1]).await);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &issued.refresh),
    ];
    let request = Request::post(issued.world.path("token"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, basic("ledgerly", added.expose()))
        .body(Body::from(crate::support::encode(&form)));
    let refused = issued.world.send(request.unwrap()).await;
    refused.expect_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_realm_that_is_cut_off_begins_again() {
    let issued = Issued::new().await;
    let machine = issued.world.machine("robot", "machine", "contact_show");
    let machine = issued.world.add(machine).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "contact_show"),
    ];
    let own = issued.world.post_as(&machine, "token", &form).await;
    let own = access_token(&own.json());
    assert!(issued.is_let_in(&own).await);
    let cut_off = issued.desk().cut_off_realm(&issued.by);
    cut_off.await.unwrap();
    assert!(!issued.is_let_in(&own).await);
    issued.begins_again().await;
    assert_eq!(issued.counts().await, NONE);
}

/// The decision lives on where only what hangs from it was ended.
#[tokio::test]
async fn a_grant_that_is_revoked_ends_alone() {
    let issued = Issued::new().await;
    let anna = issued.world.anna.clone();
    let grants = issued.desk().grants(&anna).await.unwrap();
    let mut of_ledgerly = grants.iter().filter(|grant| grant.client == "ledgerly");
    let grant = of_ledgerly.next().unwrap().id;
    let reason = RevocationReason::ByProvider;
    let ended = issued.desk().revoke_grant(&issued.by, grant, reason);
    assert!(ended.await.unwrap());
    assert!(!issued.is_let_in(&issued.tokens[0]).await);
    assert!(issued.is_let_in(&issued.tokens[1]).await);
}

#[tokio::test]
async fn a_person_is_signed_out_of_one_browser_or_of_all() {
    let issued = Issued::new().await;
    let anna = issued.desk().person(ANNA).await.unwrap();
    let mut other = issued.world.browser();
    let answer = other.sign_in(ANNA, PASSWORD, "").await;
    answer.expect(StatusCode::SEE_OTHER);
    let (desk, by) = (issued.desk(), &issued.by);
    let sessions = desk.sessions(&anna).await.unwrap();
    assert_eq!(sessions.len(), 2);
    let mine = oauth::secret::hash(
        oauth::SecretKind::BrowserSession,
        issued
            .session
            .as_deref()
            .unwrap()
            .split('=')
            .nth(1)
            .unwrap(),
    );
    let name = mine.unwrap().to_string();
    let ended = desk.sign_out(by, &anna, Some(&name[..16])).await;
    assert_eq!(ended.unwrap(), 1);
    assert!(!issued.is_signed_in().await);
    let page = other.get("/bexio/account").await;
    page.expect(StatusCode::OK);
    assert!(desk.sign_out(by, &anna, Some(&name[..16])).await.is_err());
    assert!(desk.sign_out(by, &anna, Some("")).await.is_err());
    assert_eq!(desk.sign_out(by, &anna, None).await.unwrap(), 1);
    assert_eq!(desk.sessions(&anna).await.unwrap(), []);
    // Apps go on.
    assert!(issued.is_let_in(&issued.tokens[0]).await);
}

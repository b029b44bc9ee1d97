//! What a consent leaves behind, and the tokens that come of it.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use oauth::model::*;
use oauth::{Secret, SecretKind};
use scope::Scope;

use super::{Answer, VERIFIER, World, challenge, scope, secret};

impl World {
    /// What consent leaves behind: a grant of Anna's and a code. `number` makes the code.
    pub async fn consent(&self, client: &Client, granted: &str, number: u8) -> (Secret, Grant) {
        self.consent_with(client, granted, number, |_| {}).await
    }

    pub async fn consent_with(
        &self,
        client: &Client,
        granted: &str,
        number: u8,
        change: impl FnOnce(&mut AuthorizationCode),
    ) -> (Secret, Grant) {
        let as_granted = |_: &mut Grant| {};
        self.consent_as(client, granted, number, as_granted, change)
            .await
    }

    /// The same, with what else stands in the grant.
    pub async fn consent_as(
        &self,
        client: &Client,
        granted: &str,
        number: u8,
        standing: impl FnOnce(&mut Grant),
        change: impl FnOnce(&mut AuthorizationCode),
    ) -> (Secret, Grant) {
        let known = self.app.realm(&self.realm).unwrap();
        let catalog = known.catalog();
        let is_bound = catalog.grant_policy().is_bound_to_organisation();
        let organisation = is_bound.then_some(self.muster.id);
        let now = self.app.now();
        let expanded = catalog.scope_of(catalog.granted(&scope(granted)).set());
        let mut grant = Grant {
            id: self.app.new_id(),
            realm: self.realm.clone(),
            client: client.id.clone(),
            user: self.anna.id,
            organisation,
            catalog_version: catalog.version().to_owned(),
            requested: scope(granted),
            granted: expanded.clone(),
            refused: Scope::empty(),
            withheld: Vec::new(),
            reduced: Scope::empty(),
            taken_off: BTreeMap::new(),
            created_at: now,
            updated_at: now,
            status: GrantStatus::Live,
            owner: GrantOwner::Person,
            version: 1,
        };
        standing(&mut grant);
        let consent = Consent {
            id: self.app.new_id(),
            realm: self.realm.clone(),
            grant: Some(grant.id),
            client: client.id.clone(),
            user: self.anna.id,
            organisation,
            catalog_version: grant.catalog_version.clone(),
            requested: grant.requested.clone(),
            granted: expanded.clone(),
            refused: Scope::empty(),
            withheld: Vec::new(),
            decided_at: now,
            evidence: None,
        };
        let code = secret(SecretKind::AuthorizationCode, number);
        let mut record = AuthorizationCode {
            hash: code.hash(),
            realm: self.realm.clone(),
            client: client.id.clone(),
            grant: grant.id,
            user: self.anna.id,
            organisation,
            redirect_uri: Some(String::from("https://app.example/cb")),
            code_challenge: Some(challenge(VERIFIER)),
            scope: expanded,
            withheld: Vec::new(),
            refused: Scope::empty(),
            requested: Some(scope(granted)),
            created_at: now,
            expires_at: now + Duration::from_secs(60),
            consumed_at: None,
            family: Some(self.app.new_id()),
            position: Some(known.cache().position()),
            authentication: None,
        };
        change(&mut record);
        let store = &self.followed;
        let standing = store
            .standing_grant(&self.realm, &client.id, self.anna.id, organisation)
            .await
            .unwrap();
        let stored = store.record_consent(&consent, &grant, &record, standing.as_ref(), None);
        (code, stored.await.unwrap().recorded().unwrap())
    }

    /// The family an access token belongs to.
    pub async fn family_of(&self, access_token: &str) -> Family {
        let keys = self.app.realm(&self.realm).unwrap().keys();
        let claims = keys.open(access_token).unwrap();
        let family = self.followed.family(&self.realm, claims.family.unwrap());
        family.await.unwrap().unwrap()
    }

    /// The whole code flow of a client; answers the token response.
    pub async fn tokens(&self, client: &Client, granted: &str, number: u8) -> serde_json::Value {
        let (code, _) = self.consent(client, granted, number).await;
        let answer = self.redeem(client, &code).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    pub async fn redeem(&self, client: &Client, code: &Secret) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", "https://app.example/cb"),
            ("code_verifier", VERIFIER),
        ];
        self.post_as(client, "token", &form).await
    }

    /// A public client's comes a moment after whatever was before.
    pub async fn refresh(&self, client: &Client, token: &str) -> Answer {
        if client.auth_method == TokenEndpointAuthMethod::None {
            self.clock.advance(Duration::from_secs(1));
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post_as(client, "token", &form).await
    }

    /// What the API's resource server learns about a token.
    pub async fn introspect(&self, api: &Client, token: &str) -> serde_json::Value {
        let answer = self.post_as(api, "introspect", &[("token", token)]).await;
        answer.expect(StatusCode::OK);
        answer.json()
    }

    pub async fn is_active(&self, api: &Client, token: &str) -> bool {
        self.introspect(api, token).await["active"] == true
    }
}

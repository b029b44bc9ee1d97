use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use gates::apart::Apart;
use gates::{Fronts, Refused, Service, Services};
use oauth::client_authentication::presented;
use oauth::model::TokenHash;
use oauth::parameters::Parameters;

/// The services that ask this gate: by the credentials that it has itself.
pub struct Own {
    gate: Arc<Apart>,
    realm: String,
    api: String,
    base: String,
    client: String,
    secret: TokenHash,
}

impl Own {
    /// For services of this API that ask at `base`.
    pub fn new(
        gate: Arc<Apart>,
        realm: &str,
        api: &str,
        base: &str,
        (client, secret): (&str, &str),
    ) -> Self {
        Self {
            gate,
            realm: realm.to_owned(),
            api: api.to_owned(),
            base: base.to_owned(),
            client: client.to_owned(),
            secret: TokenHash::of(secret.as_bytes()),
        }
    }

    fn is_own(&self, authorization: Option<&str>) -> bool {
        let sent = presented(authorization, &Parameters::default());
        sent.is_ok_and(|sent| {
            let secret = sent.secret.as_ref();
            let is_same = secret.map(|secret| TokenHash::of(secret.expose().as_bytes()));
            let is_same = is_same.is_some_and(|hash| self.secret.matches(&hash));
            sent.client_id == self.client && is_same
        })
    }
}

#[async_trait]
impl Services for Own {
    async fn service(&self, realm: &str, authorization: Option<&str>) -> Result<Service, Refused> {
        let refused = |status, error, description: &str| Refused {
            status,
            error,
            description: description.to_owned(),
        };
        if realm != self.realm {
            return Err(refused(
                StatusCode::NOT_FOUND,
                "invalid_request",
                "this is a gate of another realm; check the first part of the path",
            ));
        }
        if !self.is_own(authorization) {
            return Err(refused(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "send the client_id and the secret that this gate has itself, by HTTP Basic",
            ));
        }
        let front = self.gate.front(&self.realm, &self.api).ok_or_else(|| {
            refused(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "this gate has not heard of its server yet; deny the call, and ask again",
            )
        })?;
        Ok(Service {
            api: self.api.clone(),
            front,
        })
    }

    fn policy_decision_point(&self, realm: &str, api: &str) -> Option<String> {
        let is_own = realm == self.realm && api == self.api;
        is_own.then(|| format!("{}/{realm}/authzen/{api}", self.base))
    }
}

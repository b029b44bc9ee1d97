//! Protects a small service with the Bokio catalog and calls it: a permit, and denials that say
//! what is in the way. `cargo run -q -p enforce --example protect`

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use enforce::{AccessError, AccessNow, AccessSource, Body, Permitted, RequireScopeLayer};
use enforce::{TokenVerifier, UnverifiedToken, Uuid, VerifiedToken, VerifyError};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use scope::{Catalog, OrganisationKey, Scope};
use tower::{Layer, ServiceExt, service_fn};

/// Where tokens, clients, people and organisations are kept. A real one asks the issuer, or
/// follows what it publishes, and keeps what it knows only for as long as that may be true.
struct Records {
    catalog: Arc<Catalog>,
    /// What the app is registered for.
    registered: Scope,
    /// What Ada let the app do in her company.
    granted: Scope,
    ada: Uuid,
    company: Uuid,
}

#[async_trait]
impl TokenVerifier for Records {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        if token.expose() != "of-ada" {
            return Err(VerifyError::Invalid("The token was not issued here."));
        }
        let granted = self.catalog.recorded(&self.granted);
        let mut token = VerifiedToken::new(Uuid::from_u128(1), "ledgerly", granted);
        token.user = Some(self.ada);
        token.organisation = Some(self.company);
        Ok(token)
    }
}

#[async_trait]
impl AccessSource for Records {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        // This catalog's paths name a company by its id.
        if organisation.is_some_and(|(_, id)| id != self.company.to_string()) {
            return Err(AccessError::WrongOrganisation);
        }
        let ceiling = self.catalog.registered(&self.registered);
        let mut now = AccessNow::new(token.subject(), token.granted.clone(), Arc::new(ceiling));
        now.organisation = token.organisation;
        // The app has no live approval for scopes that need one.
        now.approved = Arc::new(self.catalog.approved([]));
        now.rights = Arc::new(self.catalog.rights(["invoices:*", "bank-payments:*"]));
        Ok(now)
    }
}

/// The service itself: every call that arrives here was permitted.
async fn api(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let Some(permitted) = request.extensions().get::<Permitted>() else {
        let mut refused = Response::new(Body::from("the gate is missing"));
        *refused.status_mut() = StatusCode::FORBIDDEN;
        return Ok(refused);
    };
    let (method, path) = (permitted.method, &permitted.path);
    let text = format!("{} may {method} {path}", permitted.token.client);
    Ok(Response::new(Body::from(text)))
}

/// Makes the calls; each with its status and what was answered.
pub async fn calls() -> Result<Vec<(String, StatusCode, String)>, Box<dyn Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogs/bokio.toml");
    let catalog = Arc::new(Catalog::parse(file, &std::fs::read_to_string(file)?)?);
    let records = Arc::new(Records {
        catalog: Arc::clone(&catalog),
        registered: "invoices:read invoices:write bank-payments:write".parse()?,
        granted: "invoices:read bank-payments:write".parse()?,
        ada: Uuid::from_u128(2),
        company: Uuid::from_u128(3),
    });
    let own = format!("/v1/companies/{}", records.company);
    let other = format!("/v1/companies/{}", records.ada);
    let issuer = "https://login.example/bokio";
    let gate = RequireScopeLayer::new(catalog, records.clone(), records, issuer);
    let api = gate.layer(service_fn(api));

    let mut answers = Vec::new();
    for (method, path, token) in [
        ("GET", format!("{own}/invoices"), "of-ada"),
        ("POST", format!("{own}/invoices"), "of-ada"),
        ("POST", format!("{own}/bank-payments"), "of-ada"),
        ("GET", format!("{other}/invoices"), "of-ada"),
        ("GET", format!("{own}/invoices"), "of-nobody"),
    ] {
        let request = Request::builder().method(method).uri(&path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let response = api.clone().oneshot(request.body(Body::empty())?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        answers.push((format!("{method} {path}"), status, text));
    }
    Ok(answers)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for (call, status, text) in calls().await? {
        println!("{call}\n  {status}\n  {text}\n");
    }
    Ok(())
}

//! The layer, as every service makes it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use enforce::RequireScopeLayer;
use enforce::remote::{ByIntrospection, Credentials, Http, Introspection, Metadata};
use scope::Catalog;

/// Asks `issuer`, the realm's URL, about the tokens of calls. `audience` is the API's own URL as the
/// realm knows it, and the credentials are those of its resource server.
pub async fn layer(
    catalog: Arc<Catalog>,
    issuer: &str,
    audience: &str,
    credentials: Credentials,
) -> Result<RequireScopeLayer, Box<dyn Error + Send + Sync>> {
    let transport = Arc::new(Http::new()?);
    let metadata = Metadata::of(issuer, &*transport, Duration::from_secs(5)).await?;
    let endpoint = metadata.introspection_endpoint;
    let endpoint = endpoint.ok_or("this issuer cannot be asked about tokens")?;
    let introspection = Introspection::new(endpoint, credentials, transport);
    let remote = ByIntrospection::new(Arc::clone(&catalog), introspection, issuer, audience);
    let remote = Arc::new(remote);
    Ok(RequireScopeLayer::new(
        catalog,
        remote.clone(),
        remote,
        issuer,
    ))
}

/// The same from the environment: CATALOG is a file, ISSUER and AUDIENCE are URLs, CLIENT_ID and
/// CLIENT_SECRET are what `scopegate client add … --introspector` printed.
pub async fn from_environment() -> Result<RequireScopeLayer, Box<dyn Error + Send + Sync>> {
    let given = |name| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let file = given("CATALOG")?;
    let catalog = Catalog::parse(&file, &std::fs::read_to_string(&file)?)?;
    let credentials = Credentials::basic(&given("CLIENT_ID")?, &given("CLIENT_SECRET")?);
    let (issuer, audience) = (given("ISSUER")?, given("AUDIENCE")?);
    layer(Arc::new(catalog), &issuer, &audience, credentials).await
}

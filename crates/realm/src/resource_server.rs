//! Who asks for decisions: a service of the provider's, which is the resource server of one API.

use oauth::client_authentication::{authenticate, presented};
use oauth::introspection::is_resource_server_of;
use oauth::parameters::Parameters;
use oauth::{ErrorCode, OAuthError};

use crate::{Api, Fault, Realm};

/// Why nobody is told anything about calls of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoResourceServer {
    /// It does not prove who it is.
    #[error(transparent)]
    Unproved(#[from] OAuthError),
    /// It is somebody, and not the resource server of one configured API.
    #[error("{0}")]
    OfNoApi(&'static str),
    /// It cannot be told.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A client that proved to be the resource server of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceServer<'r> {
    /// Its `client_id`.
    pub client: String,
    /// The API.
    pub api: &'r Api,
}

impl Realm {
    /// The API that somebody is the resource server of, by HTTP Basic (RFC 6749 section 2.3.1).
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub async fn api_of_resource_server(
        &self,
        authorization: Option<&str>,
    ) -> Result<&Api, NoResourceServer> {
        Ok(self.resource_server(authorization).await?.api)
    }

    /// The same, with who it is.
    ///
    /// # Errors
    ///
    /// As [`Realm::api_of_resource_server`].
    pub async fn resource_server(
        &self,
        authorization: Option<&str>,
    ) -> Result<ResourceServer<'_>, NoResourceServer> {
        let Some(header) = authorization else {
            return Err(NoResourceServer::Unproved(OAuthError::new(
                ErrorCode::InvalidClient,
                "send the client_id and the secret of the API's resource server by HTTP Basic",
            )));
        };
        let credentials = presented(Some(header), &Parameters::default())?;
        let known = self.cache().client(&credentials.client_id).await?;
        let client = authenticate(known.as_ref().map(|known| &*known.client), &credentials)?;
        let own = |api: &&Api| is_resource_server_of(&client, api.url(), None);
        let mut own = self.apis().iter().filter(own);
        match (own.next(), own.next()) {
            (Some(api), None) => Ok(ResourceServer {
                client: client.id.clone(),
                api,
            }),
            (Some(_), Some(_)) => Err(NoResourceServer::OfNoApi(
                "this client is the resource server of several APIs, and it cannot be told which one is meant; register one for each: scopegate client add --introspector --api NAME",
            )),
            _ => Err(NoResourceServer::OfNoApi(
                "this client is the resource server of no API that is configured; name the API in [[realm.api]], and register its resource server: scopegate client add --introspector --api NAME",
            )),
        }
    }
}

use std::net::IpAddr;

use axum::extract::Request;
use oauth::client_authentication::{
    AuthenticatedClient, PresentedCredentials, authenticate, presented,
};
use oauth::parameters::Parameters;

use super::form::Form;
use crate::error::ApiError;
use crate::operations::client_address::client_address;
use realm::Realm;
use realm::cache::KnownClient;

/// What a client sent to one of the endpoints it authenticates at.
pub(super) struct Call {
    pub(super) parameters: Parameters,
    credentials: PresentedCredentials,
    client: Option<KnownClient>,
    /// Where the client is.
    pub(super) address: Option<IpAddr>,
}

impl Call {
    /// Reads the form and looks up the client it names.
    pub(super) async fn read(realm: &Realm, request: Request) -> Result<Self, ApiError> {
        let address = client_address(request.extensions());
        let Form {
            parameters,
            authorization,
        } = Form::read(request).await?;
        let credentials = presented(authorization.as_deref(), &parameters)?;
        let client = realm.cache().client(&credentials.client_id).await?;
        Ok(Self {
            parameters,
            credentials,
            client,
            address,
        })
    }

    /// The client, if it is who it says it is.
    pub(super) fn authenticated(
        &self,
    ) -> Result<(AuthenticatedClient<'_>, &KnownClient), ApiError> {
        let known = self.client.as_ref();
        let client = authenticate(known.map(|known| &*known.client), &self.credentials);
        let client = client?;
        // Only a client that was found can be authenticated.
        known.map(|known| (client, known)).ok_or_else(|| {
            ApiError::from(oauth::OAuthError::new(
                oauth::ErrorCode::InvalidClient,
                "client authentication failed",
            ))
        })
    }
}

//! An authorization request as its parameters say it, held against the table of checks.

use axum::response::Response;
use oauth::authorization::{
    AuthorizationError, AuthorizationRequest, PARAMETERS, refuse_faulty, validate,
};
use oauth::parameters::{FaultyParameters, Parameters};
use oauth::{ErrorCode, OAuthError};
use realm::cache::KnownClient;

use super::redirect::{redirect_error, redirect_error_to};
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;

/// What is asked, and by whom.
pub(super) struct Asked {
    pub(super) request: AuthorizationRequest,
    pub(super) client: KnownClient,
    parameters: Parameters,
}

impl Asked {
    /// What is kept of it: a query.
    pub(super) fn to_keep(&self) -> String {
        self.parameters.query_of(PARAMETERS)
    }
}

/// The request and its client, or the redirect that refuses it.
pub(super) async fn read(visit: &Visit, text: &[u8]) -> Result<Result<Asked, Response>, Refusal> {
    let read = Parameters::read(text);
    let readable = read.as_ref().unwrap_or_else(FaultyParameters::usable);
    let known = match readable.get("client_id") {
        Some(id) => visit.realm.cache().client(id).await?,
        None => None,
    };
    let registered = known.as_ref().map(|known| &*known.client);
    let catalog = visit.realm.catalog();
    let validated = match read {
        Ok(parameters) => {
            let validated = validate(catalog, registered, &parameters);
            validated.map(|request| (request, parameters))
        }
        Err(faulty) => Err(refuse_faulty(catalog, registered, faulty)),
    };
    let (request, parameters) = match validated {
        Ok(validated) => validated,
        Err(AuthorizationError::Page(error)) => return Err(Refusal::Request(error)),
        Err(AuthorizationError::Redirect {
            redirect_uri,
            state,
            error,
        }) => {
            return Ok(Err(redirect_error_to(
                visit,
                &redirect_uri,
                state.as_deref(),
                &error,
            )));
        }
    };
    let resources = request.resources.iter().map(String::as_str);
    if let Err(error) = oauth::resource::audience(resources, visit.realm.audiences()) {
        return Ok(Err(redirect_error(visit, &request, &error)));
    }
    // Validation refuses a request whose client is not known.
    let Some(client) = known else {
        let error = OAuthError::new(
            ErrorCode::InvalidRequest,
            "no app is registered here under this client_id",
        );
        return Err(Refusal::Request(error));
    };
    Ok(Ok(Asked {
        request,
        client,
        parameters,
    }))
}

//! The three grant types: what each gives, and everything each refuses.

mod authorization_code;
mod client_credentials;
mod reduce;
mod refresh_token;

use crate::support::{client_secret, parameters};
use oauth::client_authentication::{AuthenticatedClient, PresentedCredentials, authenticate};
use oauth::error::{ErrorCode, OAuthError};
use oauth::grant::{GrantError, grant_type};
use oauth::model::{Client, GrantType, TokenEndpointAuthMethod};
use oauth::secret::Secret;

pub fn authenticated(client: &Client) -> AuthenticatedClient<'_> {
    let method = client.auth_method;
    let secret = (method != TokenEndpointAuthMethod::None)
        .then(|| Secret::presented(client_secret().expose()));
    let presented = PresentedCredentials {
        client_id: client.id.clone(),
        method,
        secret,
    };
    authenticate(Some(client), &presented).unwrap()
}

pub fn refused<T: std::fmt::Debug>(result: Result<T, GrantError>) -> ErrorCode {
    match result {
        Err(GrantError::Refused(OAuthError { code, .. })) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_grant_type_is_one_of_three() {
    for known in GrantType::ALL {
        assert_eq!(
            grant_type(&parameters(&[("grant_type", known.as_str())])).unwrap(),
            known
        );
    }
    assert_eq!(
        grant_type(&parameters(&[])).unwrap_err().code,
        ErrorCode::InvalidRequest
    );
    for other in [
        "password",
        "implicit",
        "code",
        "Authorization_Code",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        let error = grant_type(&parameters(&[("grant_type", other)])).unwrap_err();
        assert_eq!(error.code, ErrorCode::UnsupportedGrantType);
    }
}

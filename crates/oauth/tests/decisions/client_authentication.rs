//! Client authentication: what is read, what is enforced.

use crate::support::{any, client, client_secret, now, parameters, public, stored};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth::client_authentication::{PresentedCredentials, authenticate, presented};
use oauth::error::ErrorCode;
use oauth::model::{Client, ClientType, Status, TokenEndpointAuthMethod, TokenHash};
use oauth::secret::{Secret, SecretKind, generate};

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn credentials(method: TokenEndpointAuthMethod, secret: Option<&str>) -> PresentedCredentials {
    PresentedCredentials {
        client_id: "ledgerly".to_owned(),
        method,
        secret: secret.map(Secret::presented),
    }
}

#[test]
fn basic_credentials_are_form_decoded_and_the_scheme_is_case_insensitive() {
    let none = parameters(&[]);
    for scheme in ["Basic", "basic", "BASIC", "bAsIc"] {
        let header = format!("{scheme} {}", STANDARD.encode("a%3Ab+c:p%25w%3A:d"));
        let read = presented(Some(&header), &none).unwrap();
        assert_eq!(read.client_id, "a:b c");
        assert_eq!(read.method, TokenEndpointAuthMethod::ClientSecretBasic);
        assert_eq!(read.secret.unwrap().expose(), "p%w::d");
    }
    let unpadded = format!("Basic {}", STANDARD.encode("ab:c").trim_end_matches('='));
    assert_eq!(presented(Some(&unpadded), &none).unwrap().client_id, "ab");
}

#[test]
fn unreadable_headers_are_invalid_clients() {
    let none = parameters(&[]);
    let headers = [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Bearer x",
        "Negotiate x",
        "Basic YTpi YTpi",
        &basic("", "x"),
        &basic("%", "x"),
        &basic("a", "%zz"),
        &format!("Basic {}", STANDARD.encode("no colon")),
        &format!("Basic {}", STANDARD.encode([0xFF, b':', b'x'])),
    ];
    for header in headers {
        assert_eq!(
            presented(Some(header), &none).unwrap_err().code,
            ErrorCode::InvalidClient,
            "{header}"
        );
    }
    assert_eq!(
        presented(None, &none).unwrap_err().code,
        ErrorCode::InvalidClient
    );
}

#[test]
fn two_methods_at_once_are_refused() {
    let header = basic("ledgerly", "x");
    let both = [
        parameters(&[("client_secret", "x")]),
        parameters(&[("client_id", "ledgerly"), ("client_secret", "x")]),
        parameters(&[("client_assertion", "x")]),
        parameters(&[("client_id", "other")]),
    ];
    for form in both {
        assert_eq!(
            presented(Some(&header), &form).unwrap_err().code,
            ErrorCode::InvalidRequest,
            "{form:?}"
        );
    }
    let same_id = parameters(&[("client_id", "ledgerly")]);
    assert_eq!(
        presented(Some(&header), &same_id).unwrap().client_id,
        "ledgerly"
    );
    let assertion = parameters(&[("client_id", "ledgerly"), ("client_assertion", "x")]);
    assert_eq!(
        presented(None, &assertion).unwrap_err().code,
        ErrorCode::InvalidClient
    );
}

#[test]
fn the_form_names_the_client_with_or_without_a_secret() {
    let read = presented(
        None,
        &parameters(&[("client_id", "a"), ("client_secret", "s")]),
    )
    .unwrap();
    assert_eq!(read.method, TokenEndpointAuthMethod::ClientSecretPost);
    let read = presented(
        None,
        &parameters(&[("client_id", "a"), ("client_secret", "")]),
    )
    .unwrap();
    assert_eq!(
        (read.method, read.secret),
        (TokenEndpointAuthMethod::None, None)
    );
}

#[test]
fn a_secret_comes_by_basic_or_form_unless_it_is_pinned_to_the_form() {
    use TokenEndpointAuthMethod::{ClientSecretBasic, ClientSecretPost, None as Nothing};
    let catalog = any();
    let right = client_secret();
    let wrong = generate(SecretKind::ClientSecret, [43; 32]);
    let code = generate(SecretKind::AuthorizationCode, [42; 32]);
    let secrets = [
        None,
        Some(""),
        Some("x"),
        Some(wrong.expose()),
        Some(right.expose()),
        Some(code.expose()),
    ];
    for registered in [ClientSecretBasic, ClientSecretPost, Nothing] {
        for client_type in [ClientType::Confidential, ClientType::Public] {
            let client = Client {
                auth_method: registered,
                client_type,
                ..client(&catalog)
            };
            for method in [ClientSecretBasic, ClientSecretPost, Nothing] {
                for secret in secrets {
                    let proof = secret == Some(right.expose());
                    let expected = match (client_type, registered) {
                        (ClientType::Confidential, Nothing) => false,
                        (ClientType::Confidential, ClientSecretPost) => {
                            proof && method == ClientSecretPost
                        }
                        (ClientType::Confidential, ClientSecretBasic) => proof,
                        (ClientType::Public, registered) => {
                            registered == Nothing && secret.is_none()
                        }
                    };
                    let found = authenticate(Some(&client), &credentials(method, secret));
                    assert_eq!(
                        found.is_ok(),
                        expected,
                        "{client_type:?} {registered:?} {method:?} {secret:?}"
                    );
                    if let Err(error) = found {
                        assert_eq!(error.code, ErrorCode::InvalidClient);
                    }
                }
            }
        }
    }
}

/// Only who proves to be the client learns it, and goes on as before once it is resumed.
#[test]
fn a_suspended_client_is_to_try_again_later() {
    let catalog = any();
    let suspended = Client {
        status: Status::Suspended { since: now() },
        ..client(&catalog)
    };
    let right = client_secret();
    for (secret, told) in [
        (right.expose(), ErrorCode::TemporarilyUnavailable),
        ("sg_cs_wrong", ErrorCode::InvalidClient),
    ] {
        let method = TokenEndpointAuthMethod::ClientSecretBasic;
        let presented = credentials(method, Some(secret));
        let refused = authenticate(Some(&suspended), &presented).unwrap_err();
        assert_eq!(refused.code, told);
        let is_passing = told == ErrorCode::TemporarilyUnavailable;
        assert_eq!(refused.retry_after.is_some(), is_passing);
    }
}

#[test]
fn unknown_foreign_and_disabled_clients_are_refused() {
    let catalog = any();
    let right = client_secret();
    let presented = credentials(
        TokenEndpointAuthMethod::ClientSecretBasic,
        Some(right.expose()),
    );
    assert!(authenticate(None, &presented).is_err());
    let other = Client {
        id: "other".to_owned(),
        ..client(&catalog)
    };
    assert!(authenticate(Some(&other), &presented).is_err());
    let disabled = Client {
        status: Status::Disabled { since: now() },
        ..client(&catalog)
    };
    assert!(authenticate(Some(&disabled), &presented).is_err());
    let public = Client {
        status: Status::Disabled { since: now() },
        ..public(&catalog)
    };
    assert!(
        authenticate(
            Some(&public),
            &credentials(TokenEndpointAuthMethod::None, None)
        )
        .is_err()
    );
}

#[test]
fn an_unknown_client_looks_like_a_wrong_secret() {
    let catalog = any();
    let client = client(&catalog);
    let wrong = generate(SecretKind::ClientSecret, [1; 32]);
    let presented = credentials(
        TokenEndpointAuthMethod::ClientSecretBasic,
        Some(wrong.expose()),
    );
    assert_eq!(
        authenticate(None, &presented),
        authenticate(Some(&client), &presented)
    );
    let post = credentials(
        TokenEndpointAuthMethod::ClientSecretPost,
        Some(wrong.expose()),
    );
    assert_eq!(
        authenticate(None, &post),
        authenticate(Some(&client), &post)
    );
}

#[test]
fn each_of_several_secrets_works_and_the_zero_hash_never() {
    let catalog = any();
    let second = generate(SecretKind::ClientSecret, [44; 32]);
    let mut client = client(&catalog);
    client.secrets.push(stored(second.hash(), None));
    for secret in [client_secret(), second] {
        let presented = credentials(
            TokenEndpointAuthMethod::ClientSecretBasic,
            Some(secret.expose()),
        );
        assert_eq!(
            authenticate(Some(&client), &presented).unwrap().id,
            "ledgerly"
        );
    }
    client.secrets = vec![stored(TokenHash([0; 32]), None)];
    let presented = credentials(
        TokenEndpointAuthMethod::ClientSecretBasic,
        Some(client_secret().expose()),
    );
    assert!(authenticate(Some(&client), &presented).is_err());
}

#[test]
fn a_user_name_without_a_password_is_a_public_client_s_id() {
    let read = presented(Some(&basic("ledgerly", "")), &parameters(&[])).unwrap();
    assert_eq!(read, credentials(TokenEndpointAuthMethod::None, None));
}

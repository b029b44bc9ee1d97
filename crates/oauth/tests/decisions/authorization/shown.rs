//! Which refusals are a page, and which go to the app.

use oauth::authorization::{AuthorizationError, refuse_faulty, validate};
use oauth::error::ErrorCode;
use oauth::model::{Client, Status};

use super::{code, good, run, with};
use crate::support::{any, client, now, parameters, public};

#[test]
fn each_refusal_of_the_request_goes_to_the_client_with_its_state() {
    let table = [
        ("request", "x", ErrorCode::RequestNotSupported),
        ("request_uri", "urn:x", ErrorCode::RequestUriNotSupported),
        ("response_type", "", ErrorCode::InvalidRequest),
        ("response_type", "token", ErrorCode::UnsupportedResponseType),
        (
            "response_type",
            "code token",
            ErrorCode::UnsupportedResponseType,
        ),
        (
            "response_type",
            "code id_token",
            ErrorCode::UnsupportedResponseType,
        ),
        ("response_type", "CODE", ErrorCode::UnsupportedResponseType),
        ("response_mode", "fragment", ErrorCode::InvalidRequest),
        ("response_mode", "form_post", ErrorCode::InvalidRequest),
        ("code_challenge", "", ErrorCode::InvalidRequest),
        ("code_challenge", "short", ErrorCode::InvalidRequest),
        ("code_challenge_method", "", ErrorCode::InvalidRequest),
        ("code_challenge_method", "plain", ErrorCode::InvalidRequest),
        ("scope", "a\u{e9}", ErrorCode::InvalidScope),
        ("scope", "a\"b", ErrorCode::InvalidScope),
        ("scope", "a\\b", ErrorCode::InvalidScope),
        ("scope", "a\tb", ErrorCode::InvalidScope),
        ("scope", "   ", ErrorCode::InvalidScope),
        ("prompt", "none login", ErrorCode::InvalidRequest),
        ("prompt", "none consent", ErrorCode::InvalidRequest),
    ];
    for (name, value, expected) in table {
        match run(&client(&any()), &with(name, value)) {
            Err(AuthorizationError::Redirect {
                redirect_uri,
                state,
                error,
            }) => {
                assert_eq!(redirect_uri, "https://app.example/cb");
                assert_eq!(state.as_deref(), Some("s"));
                assert_eq!(error.code, expected, "{name}={value}: {error}");
            }
            other => panic!("{name}={value}: {other:?}"),
        }
    }
    assert_eq!(
        code(run(&client(&any()), &with("state", ""))),
        ErrorCode::InvalidRequest
    );
}

#[test]
fn no_early_error_leaves_for_an_address_that_is_not_registered() {
    let mistakes = [
        ("scope", "contact_edit"),
        ("request", "x"),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("prompt", "none"),
        ("prompt", "none login"),
        ("code_challenge", ""),
        ("scope", "\\"),
        ("state", ""),
    ];
    let evil = [
        "https://evil.example/",
        "https://app.example/cb#",
        "https://app.example/cb?x",
        "https://app.example/cb/",
        "https://user@app.example/cb",
        "https://app.example/cb;x",
        "javascript:alert(1)",
        "//evil.example",
        "https://app.example@evil.example/cb",
        "https://app.example/cb%0d%0aLocation:x",
    ];
    for (name, value) in mistakes {
        for redirect_uri in evil {
            let mut pairs = with(name, value);
            pairs.retain(|(own, _)| *own != "redirect_uri");
            pairs.push(("redirect_uri", redirect_uri));
            let found = run(&client(&any()), &pairs);
            assert!(
                matches!(found, Err(AuthorizationError::Page(_))),
                "{name}={value} {redirect_uri} {found:?}"
            );
        }
    }
}

#[test]
fn a_request_with_a_fault_is_refused_where_its_good_part_leads() {
    let read = |query: &str| oauth::parameters::Parameters::read(query.as_bytes()).unwrap_err();
    let refuse = |client: &Client, query: &str| refuse_faulty(&any(), Some(client), read(query));
    let good = "client_id=ledgerly&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";
    let ledgerly = client(&any());
    for (rest, state) in [
        ("&scope=a&scope=b&state=s", Some("s")),
        ("&scope[]=a&state=s", Some("s")),
        ("&state=s&state=s", None),
        ("&state=%ff&scope=a", None),
        ("&state=%ff&state=s", None),
        ("&state[]=s&state=t", None),
        ("&%=s&state=t", Some("t")),
    ] {
        match refuse(&ledgerly, &format!("{good}{rest}")) {
            AuthorizationError::Redirect {
                redirect_uri,
                state: told,
                error,
            } => {
                assert_eq!(redirect_uri, "https://app.example/cb");
                assert_eq!(told.as_deref(), state, "{rest}");
                assert_eq!(error.code, ErrorCode::InvalidRequest);
            }
            page @ AuthorizationError::Page(_) => panic!("{rest}: {page:?}"),
        }
    }
    // One registered URI does not stand in for one that was given in doubt.
    for query in [
        format!("{good}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"),
        format!("{good}&client_id=ledgerly"),
        "client_id=ledgerly&redirect_uri=%ff".to_owned(),
        "client_id=ledgerly&redirect_uri[]=x".to_owned(),
        "client_id=ledgerly&redirect_uri=https%3A%2F%2Fevil.example&x=1&x=2".to_owned(),
        "redirect_uri=https%3A%2F%2Fapp.example%2Fcb&x=1&x=2".to_owned(),
        format!("{good}&x={}", "x".repeat(oauth::Parameters::MAX_BYTES)),
    ] {
        let refused = refuse(&ledgerly, &query);
        assert!(
            matches!(refused, AuthorizationError::Page(_)),
            "{refused:?}"
        );
    }
    let mut disabled = ledgerly;
    disabled.status = Status::Disabled { since: now() };
    let refused = refuse(&disabled, &format!("{good}&x=1&x=2"));
    assert!(
        matches!(refused, AuthorizationError::Page(_)),
        "{refused:?}"
    );
}

#[test]
fn unknown_foreign_and_disabled_clients_see_a_page() {
    let catalog = any();
    let disabled = Client {
        status: Status::Disabled { since: now() },
        ..client(&catalog)
    };
    let other = Client {
        id: "other".to_owned(),
        ..client(&catalog)
    };
    for client in [None, Some(&disabled), Some(&other)] {
        let found = validate(&catalog, client, &parameters(&good()));
        assert!(
            matches!(found, Err(AuthorizationError::Page(_))),
            "{found:?}"
        );
    }
    let found = run(&client(&catalog), &with("client_id", ""));
    assert!(
        matches!(found, Err(AuthorizationError::Page(_))),
        "{found:?}"
    );
}

#[test]
fn a_registered_uri_that_could_not_be_registered_redirects_nobody() {
    for unsafe_uri in [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://app.example/cb",
        "https://user@app.example/cb",
        "https://app.example/cb#x",
        "https://app.example/cb?state=x",
    ] {
        let client = Client {
            redirect_uris: vec![unsafe_uri.to_owned()],
            ..client(&any())
        };
        for pairs in [with("redirect_uri", unsafe_uri), with("redirect_uri", "")] {
            let found = run(&client, &pairs);
            assert!(
                matches!(found, Err(AuthorizationError::Page(_))),
                "{unsafe_uri} {found:?}"
            );
        }
    }
}

#[test]
fn redirect_uri_may_be_left_out_only_if_there_is_one() {
    let catalog = any();
    let mut client = client(&catalog);
    let request = run(&client, &with("redirect_uri", "")).unwrap();
    assert_eq!(request.redirect_uri, "https://app.example/cb");
    assert_eq!(request.redirect_uri_given, None);
    client
        .redirect_uris
        .push("https://app.example/other".to_owned());
    assert!(matches!(
        run(&client, &with("redirect_uri", "")),
        Err(AuthorizationError::Page(_))
    ));
    client.redirect_uris.clear();
    assert!(matches!(
        run(&client, &with("redirect_uri", "")),
        Err(AuthorizationError::Page(_))
    ));
}

#[test]
fn a_native_app_gets_its_answer_at_the_port_it_listens_on() {
    let native = Client {
        redirect_uris: vec!["http://127.0.0.1/cb".to_owned()],
        ..public(&any())
    };
    let request = run(&native, &with("redirect_uri", "http://127.0.0.1:49152/cb")).unwrap();
    assert_eq!(request.redirect_uri, "http://127.0.0.1:49152/cb");
}

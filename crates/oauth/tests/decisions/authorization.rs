//! The authorization request: its checks, their order, and where each refusal is shown.

use crate::support::{CHALLENGE, any, client, none, now, optional, parameters, public, scope};
use oauth::authorization::{
    Answer, AuthorizationError, AuthorizationRequest, CHECKS, PARAMETERS, Prompt, refuse_faulty,
    validate,
};
use oauth::error::ErrorCode;
use oauth::model::{Client, GrantType, Status};
use oauth::pkce::CodeChallenge;
use scope::Catalog;

type Pairs<'a> = Vec<(&'a str, &'a str)>;

fn good() -> Pairs<'static> {
    vec![
        ("client_id", "ledgerly"),
        ("response_type", "code"),
        ("redirect_uri", "https://app.example/cb"),
        ("scope", "contact_edit"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// The good request with one parameter replaced, or taken out by an empty value.
fn with<'a>(name: &'a str, value: &'a str) -> Pairs<'a> {
    let mut pairs: Pairs<'a> = good();
    pairs.retain(|(own, _)| *own != name);
    pairs.push((name, value));
    pairs
}

fn run(client: &Client, pairs: &Pairs<'_>) -> Result<AuthorizationRequest, AuthorizationError> {
    validate(&any(), Some(client), &parameters(pairs))
}

fn code(result: Result<AuthorizationRequest, AuthorizationError>) -> ErrorCode {
    result.unwrap_err().error().code
}

#[test]
fn the_table_of_checks() {
    let table: String = CHECKS
        .iter()
        .map(|check| format!("{:?} | {} | {}\n", check.answer, check.name, check.section))
        .collect();
    insta::assert_snapshot!(table, @r"
    Page | client | RFC 6749 4.1.2.1
    Page | client is switched on | RFC 6749 4.1.2.1
    Page | redirect_uri | RFC 6749 3.1.2.3, RFC 9700 4.1.3
    Redirect | no request object | OpenID Connect Core 6
    Redirect | response_type | RFC 6749 3.1.1
    Redirect | response_mode | OAuth 2.0 Multiple Response Types 2.1
    Redirect | grant type | RFC 6749 4.1.2.1 unauthorized_client
    Redirect | code_challenge | RFC 7636 4.4.1, RFC 9700 2.1.1
    Redirect | state | RFC 6749 4.1.1
    Redirect | scope | RFC 6749 3.3
    Redirect | prompt | OpenID Connect Core 3.1.2.1
    Redirect | organisation | the catalog's own
    ");
    let first_redirect = CHECKS
        .iter()
        .position(|check| check.answer == Answer::Redirect)
        .unwrap();
    assert!(
        CHECKS[first_redirect..]
            .iter()
            .all(|check| check.answer == Answer::Redirect)
    );
}

#[test]
fn a_good_request_is_read_in_full() {
    let mut pairs = good();
    pairs.extend([
        ("prompt", "login consent"),
        ("organisation", "muster"),
        ("login_hint", "anna"),
        ("ui_locales", "de-CH fr"),
        ("resource", "https://as/any/api"),
        ("nonce", "ignored"),
        ("utm_source", "ignored"),
    ]);
    let request = run(&client(&any()), &pairs).unwrap();
    assert_eq!(request.client_id, "ledgerly");
    assert_eq!(request.redirect_uri, "https://app.example/cb");
    assert_eq!(
        request.redirect_uri_given.as_deref(),
        Some("https://app.example/cb")
    );
    assert_eq!(request.state.as_deref(), Some("s"));
    let challenge = CodeChallenge::parse(CHALLENGE, Some("S256")).unwrap();
    assert_eq!(request.code_challenge, Some(*challenge.as_bytes()));
    assert_eq!(request.scope.given(), &scope("contact_edit"));
    assert_eq!(
        request.prompt,
        Prompt {
            none: false,
            login: true,
            consent: true
        }
    );
    assert_eq!(request.organisation.as_deref(), Some("muster"));
    assert_eq!(request.login_hint.as_deref(), Some("anna"));
    assert_eq!(request.ui_locales, ["de-CH", "fr"]);
    assert_eq!(request.resources, ["https://as/any/api"]);
}

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

#[test]
fn only_an_old_confidential_client_may_leave_pkce_out() {
    let catalog = any();
    for legacy in [false, true] {
        let confidential = Client {
            legacy_without_pkce: legacy,
            ..client(&catalog)
        };
        let public = Client {
            legacy_without_pkce: legacy,
            ..public(&catalog)
        };
        let mut pairs = with("code_challenge", "");
        pairs.retain(|(name, _)| *name != "code_challenge_method");
        assert_eq!(run(&confidential, &pairs).is_ok(), legacy);
        assert!(run(&public, &pairs).is_err());
        // A method without a challenge is a mistake, not a request without PKCE.
        assert!(run(&confidential, &with("code_challenge", "")).is_err());
        // What is sent is checked, required or not.
        assert!(run(&confidential, &with("code_challenge_method", "plain")).is_err());
    }
}

#[test]
fn the_grant_type_has_to_be_registered_and_of_the_kind() {
    let catalog = any();
    let mut unregistered = client(&catalog);
    unregistered
        .grant_types
        .remove(&GrantType::AuthorizationCode);
    assert_eq!(
        code(run(&unregistered, &good())),
        ErrorCode::UnauthorizedClient
    );
    for kind in ["machine", "unheard-of"] {
        let other_kind = Client {
            kind: kind.to_owned(),
            ..client(&catalog)
        };
        assert_eq!(
            code(run(&other_kind, &good())),
            ErrorCode::UnauthorizedClient
        );
    }
}

#[test]
fn without_scope_the_defaults_are_asked_and_no_more() {
    let without = |catalog: &Catalog, registered: &str| {
        let client = Client {
            registered_scope: scope(registered),
            ..client(catalog)
        };
        let mut pairs = good();
        pairs.retain(|(name, _)| *name != "scope");
        validate(catalog, Some(&client), &parameters(&pairs))
            .map(|request| request.scope.given().to_string())
    };
    assert_eq!(without(&any(), "contact_edit").unwrap(), "general");
    assert_eq!(
        without(&none(), "profile:read invoices:read").unwrap(),
        "profile:read"
    );
    assert_eq!(
        without(&none(), "invoices:read").unwrap_err().error().code,
        ErrorCode::InvalidScope
    );
    assert_eq!(
        without(&optional(), "invoices:read")
            .unwrap_err()
            .error()
            .code,
        ErrorCode::InvalidScope
    );
}

#[test]
fn order_and_duplicates_in_scope_do_not_matter_and_unknown_names_pass() {
    let request = run(
        &client(&any()),
        &with("scope", "nope contact_edit general contact_edit"),
    )
    .unwrap();
    assert_eq!(request.scope.given(), &scope("nope contact_edit general"));
    assert_eq!(request.scope.unknown().len(), 1);
    let other = run(&client(&any()), &with("scope", "general contact_edit")).unwrap();
    assert_eq!(request.scope.known(), other.scope.known());
}

#[test]
fn a_state_that_no_redirect_could_carry_is_refused_and_not_sent_back() {
    let fits = "s".repeat(2_048);
    assert!(run(&client(&any()), &with("state", &fits)).is_ok());
    let long = format!("{fits}s");
    let encoded = "&".repeat(683);
    for state in [long, encoded] {
        for mut pairs in [with("state", &state), with("response_type", "token")] {
            pairs.retain(|(name, _)| *name != "state");
            pairs.push(("state", &state));
            let refused = run(&client(&any()), &pairs).unwrap_err();
            let AuthorizationError::Redirect { state, .. } = refused else {
                panic!("{refused:?}");
            };
            assert_eq!(state, None);
        }
    }
}

/// What is kept of a request while a person signs in has to mean what it meant when it came.
#[test]
fn the_parameters_that_are_kept_are_all_that_the_checks_read() {
    let more = [
        ("prompt", "login consent"),
        ("organisation", "muster"),
        ("bokio_tenantid", "other"),
        ("login_hint", "änna+&="),
        ("ui_locales", "de-CH fr"),
        ("resource", "https://api.example/"),
        ("response_mode", "query"),
        ("request", "x"),
        ("request_uri", "x"),
        ("response_mode", "fragment"),
        ("prompt", "never"),
        ("code_challenge_method", "plain"),
    ];
    let left_out = good().into_iter().map(|(name, _)| with(name, ""));
    let added = more.map(|(name, value)| with(name, value));
    for mut pairs in left_out.chain(added).chain([good()]) {
        pairs.push(("client_secret", "hunter2"));
        let given = parameters(&pairs);
        let kept = given.query_of(PARAMETERS);
        assert!(!kept.contains("hunter2"));
        let kept = oauth::parameters::Parameters::parse(kept.as_bytes()).unwrap();
        let own = client(&any());
        assert_eq!(
            validate(&any(), Some(&own), &kept),
            validate(&any(), Some(&own), &given),
            "{pairs:?}"
        );
    }
}

#[test]
fn state_is_needed_where_the_catalog_says_so() {
    let catalog = optional();
    let mut pairs = with("state", "");
    pairs.retain(|(name, _)| *name != "scope");
    pairs.push(("scope", "invoices:read"));
    let request = validate(&catalog, Some(&client(&catalog)), &parameters(&pairs)).unwrap();
    assert_eq!(request.state, None);
}

#[test]
fn a_huge_scope_is_refused() {
    let many = "a ".repeat(10_000);
    assert_eq!(
        code(run(&client(&any()), &with("scope", &many))),
        ErrorCode::InvalidScope
    );
    let long = "a".repeat(300);
    assert_eq!(
        code(run(&client(&any()), &with("scope", &long))),
        ErrorCode::InvalidScope
    );
}

#[test]
fn the_organisation_can_be_named_as_bokio_does() {
    let request = run(&client(&any()), &with("bokio_tenantid", "t-1")).unwrap();
    assert_eq!(request.organisation.as_deref(), Some("t-1"));
    let long = "x".repeat(201);
    assert_eq!(
        code(run(&client(&any()), &with("organisation", &long))),
        ErrorCode::InvalidRequest
    );
}

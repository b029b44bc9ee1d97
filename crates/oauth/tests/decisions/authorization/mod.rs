//! The authorization request: its checks and their order; in `shown`, where each refusal goes.

mod shown;

use crate::support::{CHALLENGE, any, client, none, optional, parameters, public, scope};
use oauth::authorization::{
    Answer, AuthorizationError, AuthorizationRequest, CHECKS, PARAMETERS, Prompt, validate,
};
use oauth::error::ErrorCode;
use oauth::model::{Client, GrantType};
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
    Redirect | max_age | OpenID Connect Core 3.1.2.1
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
        ("acr_values", "mfa urn:example:loa:2"),
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
    assert_eq!(request.acr_values, ["mfa", "urn:example:loa:2"]);
    assert_eq!(request.resources, ["https://as/any/api"]);
}

/// They travel on to where people sign in, and say what is preferred: what is none, or too long, is not told.
#[test]
fn of_languages_and_classes_what_is_one_travels_on() {
    let long = "x".repeat(3_000);
    let many = |one: &str| vec![one; 200].join(" ");
    let read = |name: &str, value: &str| {
        let mut pairs = good();
        pairs.push((name, value));
        let request = run(&client(&any()), &pairs).unwrap();
        (request.ui_locales, request.acr_values)
    };
    let locales = format!("de-CH {long} d\u{e9} <b> fr");
    assert_eq!(read("ui_locales", &locales).0, ["de-CH", "fr"]);
    let classes = format!("mfa {long} d\u{e9} pwd");
    assert_eq!(read("acr_values", &classes).1, ["mfa", "pwd"]);
    assert_eq!(read("ui_locales", &many("de")).0.len(), 20);
    assert_eq!(read("acr_values", &many("mfa")).1.len(), 10);
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

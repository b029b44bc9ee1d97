//! The three grant types: what each gives, and everything each refuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod support;

use oauth::client_authentication::{AuthenticatedClient, PresentedCredentials, authenticate};
use oauth::error::{ErrorCode, OAuthError};
use oauth::grant::{GrantError, authorization_code, client_credentials, grant_type, refresh_token};
use oauth::model::{
    AuthorizationCode, Client, Grant, GrantStatus, GrantType, RefreshToken, RevocationReason,
    TokenEndpointAuthMethod, Uuid, Withheld,
};
use oauth::secret::Secret;
use scope::{Catalog, ScopeSet, WithheldReason};
use support::{
    VERIFIER, any, at, client, client_secret, code, grant, none, now, optional, parameters, public,
    refresh, scope, set, state,
};

fn authenticated(client: &Client) -> AuthenticatedClient<'_> {
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

fn good_redemption() -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ]
}

fn redeem(
    client: &Client,
    code: &AuthorizationCode,
    pairs: &[(&str, &str)],
) -> Result<authorization_code::CodeGrant, GrantError> {
    authorization_code::decide(
        &any(),
        &authenticated(client),
        code,
        &parameters(pairs),
        now(),
    )
}

fn refused<T: std::fmt::Debug>(result: Result<T, GrantError>) -> ErrorCode {
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

// --- authorization_code ---

#[test]
fn a_code_gives_what_was_frozen_at_consent() {
    let catalog = any();
    let mut code = code(&catalog, "general contact_show");
    code.refused = scope("contact_edit");
    code.withheld = vec![Withheld {
        scope: "nope".to_owned(),
        reason: WithheldReason::Unknown,
    }];
    // `scope` and whatever belongs to other grant types is not looked at.
    let mut pairs = good_redemption();
    pairs.extend([
        ("scope", "contact_edit \u{e9}"),
        ("refresh_token", "x"),
        ("username", "anna"),
    ]);
    let given = redeem(&client(&catalog), &code, &pairs).unwrap();
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(
        (given.refused, given.withheld),
        (code.refused.clone(), code.withheld.clone())
    );
    assert_eq!(
        (given.grant, given.user, given.organisation),
        (code.grant, code.user, code.organisation)
    );
    assert!(given.with_refresh_token);
}

#[test]
fn defaults_added_to_the_catalog_after_consent_are_not_in_the_token() {
    // The code was made when the catalog had no default.
    let code = code(&any(), "contact_show");
    let given = redeem(&client(&any()), &code, &good_redemption()).unwrap();
    assert_eq!(given.scope, scope("contact_show"));
    let state = state(&any(), &client(&any()));
    assert_eq!(
        given.within(&any(), &state, None, now()).scope,
        scope("contact_show")
    );
}

#[test]
fn a_code_is_bound_to_its_client_and_realm() {
    let catalog = any();
    let other = Client {
        id: "other".to_owned(),
        ..client(&catalog)
    };
    let mut used = code(&catalog, "general");
    used.consumed_at = Some(now());
    // A foreign client cannot end a grant by presenting a used code either.
    for code in [code(&catalog, "general"), used] {
        assert_eq!(
            refused(redeem(&other, &code, &good_redemption())),
            ErrorCode::InvalidGrant
        );
        let elsewhere = AuthorizationCode {
            realm: "other".to_owned(),
            ..code
        };
        assert_eq!(
            refused(redeem(&client(&catalog), &elsewhere, &good_redemption())),
            ErrorCode::InvalidGrant
        );
    }
}

#[test]
fn a_used_code_names_the_grant_to_revoke_whatever_else_is_wrong() {
    let catalog = any();
    let code = AuthorizationCode {
        consumed_at: Some(at(-1)),
        expires_at: at(-1),
        ..code(&catalog, "general")
    };
    for pairs in [good_redemption(), vec![], vec![("code_verifier", "wrong")]] {
        let error = redeem(&client(&catalog), &code, &pairs).unwrap_err();
        assert_eq!(error, GrantError::Reused { grant: code.grant });
        assert_eq!(error.into_error().code, ErrorCode::InvalidGrant);
    }
}

#[test]
fn a_code_dies_on_the_second() {
    let catalog = any();
    let at_end = AuthorizationCode {
        expires_at: now(),
        ..code(&catalog, "general")
    };
    assert_eq!(
        refused(redeem(&client(&catalog), &at_end, &good_redemption())),
        ErrorCode::InvalidGrant
    );
    let before = AuthorizationCode {
        expires_at: at(1),
        ..code(&catalog, "general")
    };
    assert!(redeem(&client(&catalog), &before, &good_redemption()).is_ok());
}

#[test]
fn redirect_uri_comes_again_as_it_came() {
    let catalog = any();
    let client = client(&catalog);
    let named = code(&catalog, "general");
    let left_out = AuthorizationCode {
        redirect_uri: None,
        ..code(&catalog, "general")
    };
    let verifier = ("code_verifier", VERIFIER);
    let here = ("redirect_uri", "https://app.example/cb");
    assert!(redeem(&client, &named, &[verifier, here]).is_ok());
    assert!(redeem(&client, &left_out, &[verifier]).is_ok());
    assert!(redeem(&client, &left_out, &[verifier, here]).is_ok());
    for wrong in [
        "",
        "https://app.example/cb/",
        "https://app.example/cb#",
        "https://evil.example/",
        "https://app.example/CB",
    ] {
        let pairs = [verifier, ("redirect_uri", wrong)];
        assert_eq!(
            refused(redeem(&client, &named, &pairs)),
            ErrorCode::InvalidGrant,
            "{wrong}"
        );
        if !wrong.is_empty() {
            assert_eq!(
                refused(redeem(&client, &left_out, &pairs)),
                ErrorCode::InvalidGrant,
                "{wrong}"
            );
        }
    }
}

#[test]
fn pkce_is_checked_at_redemption_in_both_directions() {
    let catalog = any();
    let client = client(&catalog);
    let with = code(&catalog, "general");
    let without = AuthorizationCode {
        code_challenge: None,
        ..code(&catalog, "general")
    };
    let here = ("redirect_uri", "https://app.example/cb");
    assert_eq!(
        refused(redeem(&client, &with, &[here])),
        ErrorCode::InvalidGrant
    );
    let other = "a".repeat(43);
    assert_eq!(
        refused(redeem(&client, &with, &[here, ("code_verifier", &other)])),
        ErrorCode::InvalidGrant
    );
    assert_eq!(
        refused(redeem(
            &client,
            &without,
            &[here, ("code_verifier", VERIFIER)]
        )),
        ErrorCode::InvalidGrant
    );
    assert!(redeem(&client, &without, &[here]).is_ok());
}

#[test]
fn grant_types_are_by_registration_and_kind() {
    let catalog = any();
    let mut no_code = client(&catalog);
    no_code.grant_types.remove(&GrantType::AuthorizationCode);
    let code = code(&catalog, "general");
    assert_eq!(
        refused(redeem(&no_code, &code, &good_redemption())),
        ErrorCode::UnauthorizedClient
    );
    let machine = Client {
        kind: "machine".to_owned(),
        ..client(&catalog)
    };
    assert_eq!(
        refused(redeem(&machine, &code, &good_redemption())),
        ErrorCode::UnauthorizedClient
    );
    let mut no_refresh = client(&catalog);
    no_refresh.grant_types.remove(&GrantType::RefreshToken);
    assert!(
        !redeem(&no_refresh, &code, &good_redemption())
            .unwrap()
            .with_refresh_token
    );
}

#[test]
fn what_changed_since_consent_falls_away_at_redemption() {
    let catalog = any();
    let narrowed = Client {
        registered_scope: scope("contact_show"),
        ..client(&catalog)
    };
    let state = state(&catalog, &narrowed);
    let rights = set(&catalog, "general contact_show");
    let code = code(&catalog, "general contact_show contact_edit");
    let given = redeem(&narrowed, &code, &good_redemption()).unwrap();
    let given = given.within(&catalog, &state, Some(&rights), now());
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(
        given.withheld,
        [Withheld {
            scope: "contact_edit".to_owned(),
            reason: WithheldReason::NotRegistered
        }]
    );
}

// --- refresh_token ---

struct Refresh {
    catalog: Catalog,
    client: Client,
    token: RefreshToken,
    grant: Grant,
    rights: Option<ScopeSet>,
}

impl Refresh {
    fn new(granted: &str) -> Self {
        let catalog = any();
        Self {
            client: client(&catalog),
            token: refresh(&catalog, granted),
            grant: grant(&catalog, granted, ""),
            rights: Some(catalog.all()),
            catalog,
        }
    }

    fn run(&self, pairs: &[(&str, &str)]) -> Result<refresh_token::RefreshGrant, GrantError> {
        let state = state(&self.catalog, &self.client);
        refresh_token::decide(
            &self.catalog,
            &authenticated(&self.client),
            &self.token,
            &self.grant,
            &state,
            self.rights.as_ref(),
            &parameters(pairs),
            now(),
        )
    }

    fn scope(&self, asked: &str) -> String {
        self.run(&[("scope", asked)]).unwrap().scope.to_string()
    }
}

#[test]
fn a_refresh_gives_the_same_scope_or_less_and_the_refresh_token_keeps_its_own() {
    let refresh = Refresh::new("general contact_show contact_edit invoice_show");
    assert_eq!(
        refresh.scope(""),
        "general contact_show contact_edit invoice_show"
    );
    assert_eq!(refresh.scope("contact_show"), "general contact_show");
    assert_eq!(
        refresh.scope("contact_edit"),
        "general contact_show contact_edit"
    );
    assert_eq!(
        refresh.scope("  "),
        "general contact_show contact_edit invoice_show"
    );
    let narrowed = refresh.run(&[("scope", "invoice_show")]).unwrap();
    assert_eq!(narrowed.refresh_scope, refresh.token.scope);
}

#[test]
fn a_refresh_never_widens() {
    let refresh = Refresh::new("general contact_show");
    for wider in [
        "contact_edit",
        "contact_show contact_edit",
        "invoice_show",
        "nope",
        "contact_show\\",
    ] {
        assert_eq!(
            refused(refresh.run(&[("scope", wider)])),
            ErrorCode::InvalidScope,
            "{wider}"
        );
    }
    // Not even within a grant that has grown since.
    let mut grown = Refresh::new("general contact_show");
    grown.grant.granted = scope("general contact_show contact_edit");
    assert_eq!(grown.scope(""), "general contact_show");
    assert_eq!(
        refused(grown.run(&[("scope", "contact_edit")])),
        ErrorCode::InvalidScope
    );
}

#[test]
fn parameters_of_other_grant_types_are_ignored() {
    let refresh = Refresh::new("general contact_show");
    let foreign = [
        ("code", "sg_ac_broader"),
        ("redirect_uri", "https://app.example/cb"),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        refresh.run(&foreign).unwrap().scope,
        scope("general contact_show")
    );
}

#[test]
fn a_refresh_token_is_bound_to_client_realm_and_grant() {
    type Change = fn(&mut Refresh);
    let changes: [Change; 5] = [
        |refresh| refresh.token.client = "other".to_owned(),
        |refresh| refresh.token.realm = "other".to_owned(),
        |refresh| refresh.token.grant = Uuid::from_u128(99),
        |refresh| refresh.grant.client = "other".to_owned(),
        |refresh| refresh.client.id = "other".to_owned(),
    ];
    for change in changes {
        let mut refresh = Refresh::new("general contact_show");
        change(&mut refresh);
        // Also when it was used: a foreign client must not end the grant.
        for rotated_at in [None, Some(now())] {
            refresh.token.rotated_at = rotated_at;
            assert_eq!(refused(refresh.run(&[])), ErrorCode::InvalidGrant);
        }
    }
}

#[test]
fn revoked_expired_and_ended_ones_are_refused_and_rotated_ones_told() {
    let mut revoked = Refresh::new("general");
    revoked.token.revoked_at = Some(now());
    // A deliberately revoked token is not reuse, rotated or not: nothing is left to revoke.
    for rotated_at in [None, Some(now())] {
        revoked.token.rotated_at = rotated_at;
        assert_eq!(refused(revoked.run(&[])), ErrorCode::InvalidGrant);
    }
    let mut expired = Refresh::new("general");
    expired.token.expires_at = Some(now());
    assert_eq!(refused(expired.run(&[])), ErrorCode::InvalidGrant);
    expired.token.expires_at = None;
    assert!(expired.run(&[]).is_ok());
    let mut ended = Refresh::new("general");
    ended.grant.status = GrantStatus::Revoked {
        at: now(),
        reason: RevocationReason::ByUser,
    };
    assert_eq!(refused(ended.run(&[])), ErrorCode::InvalidGrant);
    let mut rotated = Refresh::new("general");
    rotated.token.rotated_at = Some(now());
    rotated.token.expires_at = Some(at(-5));
    assert_eq!(
        rotated.run(&[]).unwrap_err(),
        GrantError::Reused {
            grant: rotated.token.grant
        }
    );
}

#[test]
fn grant_ceiling_and_rights_are_held_against_it_each_time() {
    let mut refresh = Refresh::new("general contact_show contact_edit invoice_show");
    refresh.grant.granted = scope("general contact_show contact_edit");
    refresh.client.registered_scope = scope("contact_edit");
    refresh.rights = Some(set(&refresh.catalog, "general contact_show"));
    let given = refresh.run(&[]).unwrap();
    assert_eq!(given.scope, scope("general contact_show"));
    assert_eq!(given.refused, scope("invoice_show"));
    assert_eq!(
        given.withheld,
        [Withheld {
            scope: "contact_edit".to_owned(),
            reason: WithheldReason::RightMissing
        }]
    );
    refresh.rights = Some(ScopeSet::empty());
    assert_eq!(refused(refresh.run(&[])), ErrorCode::InvalidGrant);
}

#[test]
fn a_public_client_refreshes_without_a_secret_and_a_machine_not_at_all() {
    let mut refresh = Refresh::new("general");
    refresh.client = public(&refresh.catalog);
    assert!(refresh.run(&[]).is_ok());
    refresh.client = Client {
        kind: "machine".to_owned(),
        ..client(&refresh.catalog)
    };
    assert_eq!(refused(refresh.run(&[])), ErrorCode::UnauthorizedClient);
}

// --- client_credentials ---

fn machine(catalog: &Catalog, kind: &str, registered: &str) -> Client {
    Client {
        kind: kind.to_owned(),
        registered_scope: scope(registered),
        ..client(catalog)
    }
}

fn own_token(
    catalog: &Catalog,
    client: &Client,
    pairs: &[(&str, &str)],
) -> Result<client_credentials::MachineGrant, OAuthError> {
    client_credentials::decide(
        catalog,
        &authenticated(client),
        &state(catalog, client),
        &parameters(pairs),
        now(),
    )
}

#[test]
fn a_machine_gets_what_it_asks_within_its_registration() {
    let catalog = any();
    let client = machine(&catalog, "machine", "contact_edit old_show");
    let given = own_token(
        &catalog,
        &client,
        &[("scope", "nope contact_edit invoice_show old_show")],
    )
    .unwrap();
    assert_eq!(given.scope, scope("general contact_show contact_edit"));
    assert_eq!(given.organisation, client.organisation);
    let told: Vec<(&str, WithheldReason)> = given
        .withheld
        .iter()
        .map(|withheld| (withheld.scope.as_str(), withheld.reason))
        .collect();
    assert_eq!(
        told,
        [
            ("nope", WithheldReason::Unknown),
            ("invoice_show", WithheldReason::NotRegistered),
            ("old_show", WithheldReason::Retired)
        ]
    );
}

#[test]
fn nothing_left_is_an_invalid_scope() {
    let catalog = any();
    let client = machine(&catalog, "machine", "contact_show old_show");
    for asked in ["invoice_edit", "nope", "old_show", "contact_show\u{e9}"] {
        let error = own_token(&catalog, &client, &[("scope", asked)]).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidScope, "{asked}");
    }
    assert_eq!(
        own_token(&catalog, &client, &[("scope", "general")])
            .unwrap()
            .scope,
        scope("general")
    );
}

#[test]
fn without_scope_the_defaults_are_given_and_where_there_are_none_it_is_needed() {
    let catalog = any();
    let given = own_token(&catalog, &machine(&catalog, "machine", "contact_edit"), &[]).unwrap();
    assert_eq!(given.scope, scope("general"));
    let catalog = optional();
    let error = own_token(
        &catalog,
        &machine(&catalog, "private", "invoices:read"),
        &[],
    )
    .unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidScope);
    let catalog = none();
    let given = own_token(
        &catalog,
        &machine(&catalog, "private", "invoices:read profile:read"),
        &[],
    )
    .unwrap();
    assert_eq!(given.scope, scope("profile:read"));
}

#[test]
fn the_organisation_is_bound_by_the_kind_of_client() {
    let catalog = optional();
    let asked = [("scope", "invoices:read")];
    let private = machine(&catalog, "private", "invoices:read");
    assert_eq!(
        own_token(&catalog, &private, &asked).unwrap().organisation,
        private.organisation
    );
    let public_kind = machine(&catalog, "public", "invoices:read");
    assert_eq!(
        own_token(&catalog, &public_kind, &asked)
            .unwrap()
            .organisation,
        None
    );
    let homeless = Client {
        organisation: None,
        ..private
    };
    assert_eq!(
        own_token(&catalog, &homeless, &asked).unwrap_err().code,
        ErrorCode::UnauthorizedClient
    );
}

#[test]
fn public_and_unregistered_clients_get_no_token_of_their_own() {
    let catalog = optional();
    let asked = [("scope", "invoices:read")];
    assert_eq!(
        own_token(&catalog, &public(&catalog), &asked)
            .unwrap_err()
            .code,
        ErrorCode::UnauthorizedClient
    );
    let mut unregistered = client(&catalog);
    unregistered
        .grant_types
        .remove(&GrantType::ClientCredentials);
    assert_eq!(
        own_token(&catalog, &unregistered, &asked).unwrap_err().code,
        ErrorCode::UnauthorizedClient
    );
    let catalog = any();
    let app = client(&catalog);
    let error = own_token(&catalog, &app, &[("scope", "contact_show")]).unwrap_err();
    assert_eq!(error.code, ErrorCode::UnauthorizedClient);
}

#[test]
fn an_elevated_scope_needs_its_approval_here_too() {
    let catalog = optional();
    let client = machine(&catalog, "public", "payments:write invoices:read");
    let asked = [("scope", "payments:write invoices:read")];
    let given = own_token(&catalog, &client, &asked).unwrap();
    assert_eq!(given.scope, scope("invoices:read"));
    assert_eq!(
        given.withheld[0].reason,
        WithheldReason::ElevationNotApproved
    );
    let approved =
        oauth::client_state::ClientState::new(&catalog, &client, vec![support::approval(&catalog)]);
    let given = client_credentials::decide(
        &catalog,
        &authenticated(&client),
        &approved,
        &parameters(&asked),
        now(),
    );
    assert_eq!(given.unwrap().scope, scope("invoices:read payments:write"));
}

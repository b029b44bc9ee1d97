//! A client's own token.

use super::authenticated;
use crate::support::{any, client, none, now, optional, parameters, public, scope, state};
use oauth::error::{ErrorCode, OAuthError};
use oauth::grant::client_credentials;
use oauth::model::{Client, GrantType};
use scope::{Catalog, WithheldReason};

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
    let approved = client.state(&catalog, &[crate::support::approval(&catalog)]);
    let given = client_credentials::decide(
        &catalog,
        &authenticated(&client),
        &approved,
        &parameters(&asked),
        now(),
    );
    assert_eq!(given.unwrap().scope, scope("invoices:read payments:write"));
}

//! Refreshing.

use std::collections::BTreeMap;

use super::{authenticated, refused};
use crate::support::{
    VERIFIER, any, at, client, grant, now, parameters, public, refresh, scope, set, state,
};
use oauth::error::ErrorCode;
use oauth::grant::refresh_token::{Next, Presented};
use oauth::grant::{GrantError, refresh_token};
use oauth::model::{
    Client, Grant, GrantStatus, Position, RefreshToken, RevocationReason, TokenHash, Uuid, Withheld,
};
use oauth::status::Worth;
use scope::{Answer, Catalog, GrantAnswers, Scope, ScopeSet, ScopeToken, WithheldReason};

struct Refresh {
    catalog: Catalog,
    client: Client,
    token: RefreshToken,
    successor: Option<RefreshToken>,
    requested: Option<Scope>,
    grant: Grant,
    rights: Option<ScopeSet>,
    worth: Worth,
}

impl Refresh {
    fn new(granted: &str) -> Self {
        let catalog = any();
        Self {
            client: client(&catalog),
            token: refresh(&catalog, granted),
            successor: None,
            requested: None,
            grant: grant(&catalog, granted, ""),
            rights: Some(catalog.all()),
            worth: Worth::Counts,
            catalog,
        }
    }

    fn run(&self, pairs: &[(&str, &str)]) -> Result<refresh_token::RefreshGrant, GrantError> {
        let state = state(&self.catalog, &self.client);
        refresh_token::decide(
            &self.catalog,
            &authenticated(&self.client),
            &Presented {
                token: &self.token,
                successor: self.successor.as_ref(),
                grant: &self.grant,
                requested: self.requested.as_ref(),
                worth: self.worth,
            },
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
fn what_was_taken_off_does_not_come_back_where_it_is_allowed_again() {
    let mut refresh = Refresh::new("general contact_show contact_edit invoice_show");
    let edit = ScopeToken::parse("contact_edit").unwrap();
    let lost = "general contact_show invoice_show";
    let all = "general contact_show contact_edit invoice_show";
    for (issued, taken_off, left) in [
        (Some(5), 4, all),
        (Some(5), 5, lost),
        (Some(5), 6, lost),
        (None, 1, lost),
    ] {
        refresh.token.position = issued.map(Position);
        refresh.grant.taken_off = BTreeMap::from([(edit.clone(), Position(taken_off))]);
        let given = refresh.run(&[]).unwrap();
        assert_eq!(given.scope.to_string(), left, "{issued:?} {taken_off}");
        assert_eq!(given.position, refresh.token.position);
        assert_eq!(given.reduced.contains("contact_edit"), left == lost);
        assert_eq!(given.refused, scope(""));
        // Who calls with a token from then is told the same.
        let history = refresh.grant.history(issued);
        let told = history.answer(&refresh.catalog, "contact_edit");
        assert_eq!(told, (left == lost).then_some(Answer::Reduced));
    }
}

/// As the refusal of a call has it: what was withheld at the latest consent comes first.
#[test]
fn what_is_missing_has_the_reason_that_a_call_is_told() {
    let mut refresh = Refresh::new("general contact_show contact_edit invoice_show");
    refresh.grant.granted = scope("general contact_show");
    refresh.grant.reduced = scope("contact_edit invoice_show");
    refresh.grant.withheld = vec![Withheld {
        scope: "invoice_show".to_owned(),
        reason: WithheldReason::NotRegistered,
    }];
    let given = refresh.run(&[]).unwrap();
    assert_eq!(given.reduced, scope("contact_edit"));
    assert_eq!(given.withheld, refresh.grant.withheld);
    assert_eq!(given.refused, scope(""));
    let history = refresh.grant.history(None);
    for (name, told) in [
        ("contact_edit", Answer::Reduced),
        ("invoice_show", Answer::Withheld(&refresh.grant.withheld[0])),
    ] {
        assert_eq!(history.answer(&refresh.catalog, name), Some(told));
    }
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
            grant: rotated.token.grant,
            family: rotated.token.family,
        }
    );
}

/// Who is suspended has no rights meanwhile; an app that is told `invalid_grant` would throw its token
/// away. What is over anyway, and reuse, are told as always.
#[test]
fn a_token_of_somebody_suspended_is_to_be_tried_again_later() {
    let mut refresh = Refresh::new("general");
    refresh.rights = Some(ScopeSet::empty());
    refresh.worth = Worth::Waits;
    assert_eq!(refused(refresh.run(&[])), ErrorCode::TemporarilyUnavailable);
    refresh.worth = Worth::Ended;
    assert_eq!(refused(refresh.run(&[])), ErrorCode::InvalidGrant);
    let mut expired = Refresh::new("general");
    expired.worth = Worth::Waits;
    expired.token.expires_at = Some(now());
    assert_eq!(refused(expired.run(&[])), ErrorCode::InvalidGrant);
    let mut reused = Refresh::new("general");
    reused.worth = Worth::Waits;
    reused.token.rotated_at = Some(now());
    assert_eq!(reused.run(&[]).unwrap_err(), reused.reused());
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
    refresh.grant.reduced = scope("invoice_show");
    let reduced = refresh.run(&[]).unwrap();
    assert_eq!(reduced.reduced, scope("invoice_show"));
    assert_eq!(reduced.refused, scope(""));
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

impl Refresh {
    /// The token was exchanged for a successor that nobody has used.
    fn exchanged() -> Self {
        let mut refresh = Self::new("general contact_show");
        let successor = RefreshToken {
            hash: TokenHash([1; 32]),
            derived_with: Some([2; 32]),
            ..refresh.token.clone()
        };
        refresh.token.rotated_at = Some(now());
        refresh.token.rotated_to = Some(successor.hash);
        refresh.successor = Some(successor);
        refresh
    }

    fn reused(&self) -> GrantError {
        GrantError::Reused {
            grant: self.token.grant,
            family: self.token.family,
        }
    }
}

#[test]
fn an_exchanged_one_works_until_its_successor_is_used() {
    let mut refresh = Refresh::exchanged();
    let again = refresh.run(&[]).unwrap();
    let (successor, derived_with) = (TokenHash([1; 32]), [2; 32]);
    assert_eq!(
        again.next,
        Next::Same {
            successor,
            derived_with
        }
    );
    assert_eq!(again.scope, scope("general contact_show"));
    // One from before successors were derived, and one of a client that anybody can be.
    let unused = successor;
    let mut old = Refresh::exchanged();
    old.successor.as_mut().unwrap().derived_with = None;
    let mut open = Refresh::exchanged();
    open.client = public(&open.catalog);
    for refresh in [old, open] {
        assert_eq!(refresh.run(&[]).unwrap().next, Next::InPlaceOf { unused });
    }
    // It is held against what counts now like any other.
    let mut expired = Refresh::exchanged();
    expired.token.expires_at = Some(now());
    assert_eq!(refused(expired.run(&[])), ErrorCode::InvalidGrant);
    let mut revoked = Refresh::exchanged();
    revoked.token.revoked_at = Some(now());
    assert_eq!(refused(revoked.run(&[])), ErrorCode::InvalidGrant);

    type Change = fn(&mut Refresh);
    let changes: [Change; 5] = [
        |refresh| refresh.successor.as_mut().unwrap().rotated_at = Some(now()),
        |refresh| refresh.successor.as_mut().unwrap().revoked_at = Some(now()),
        |refresh| refresh.successor = None,
        // It gave its place to another.
        |refresh| refresh.token.rotated_to = None,
        |refresh| refresh.token.rotated_to = Some(TokenHash([3; 32])),
    ];
    for change in changes {
        refresh = Refresh::exchanged();
        change(&mut refresh);
        assert_eq!(refresh.run(&[]).unwrap_err(), refresh.reused());
    }
}

#[test]
fn catalog_and_client_may_have_it_used_strictly_once() {
    let mut refresh = Refresh::exchanged();
    refresh.client.refresh_retry = Some(false);
    assert_eq!(refresh.run(&[]).unwrap_err(), refresh.reused());
    refresh.client = public(&refresh.catalog);
    refresh.client.refresh_retry = Some(false);
    assert_eq!(refresh.run(&[]).unwrap_err(), refresh.reused());
    let text = refresh
        .catalog
        .source()
        .replace("[token]", "[token]\nrefresh_retry = false");
    let strict = Catalog::parse("strict.toml", &text).unwrap();
    refresh = Refresh::exchanged();
    refresh.catalog = strict;
    assert_eq!(refresh.run(&[]).unwrap_err(), refresh.reused());
    refresh.client.refresh_retry = Some(true);
    assert!(refresh.run(&[]).is_ok());
}

#[test]
fn who_repeats_what_was_asked_means_what_is_left_of_it() {
    let mut refresh = Refresh::new("general contact_show");
    refresh.requested = Some(scope("contact_edit invoice_show nope"));
    refresh.grant.withheld = vec![Withheld {
        scope: "nope".to_owned(),
        reason: WithheldReason::Unknown,
    }];
    let left = refresh
        .run(&[("scope", "contact_edit invoice_show nope")])
        .unwrap();
    assert_eq!(left.scope, scope("general contact_show"));
    assert_eq!(left.refused, scope("contact_edit invoice_show"));
    assert_eq!(left.reduced, scope(""));
    assert_eq!(left.withheld, refresh.grant.withheld);
    assert_eq!(left.refresh_scope, refresh.token.scope);
    // Nothing of it is left, or it was never asked.
    for none in [
        "invoice_show",
        "nope",
        "contact_show other",
        "contact_show\\",
    ] {
        assert_eq!(
            refused(refresh.run(&[("scope", none)])),
            ErrorCode::InvalidScope,
            "{none}"
        );
    }
    let asks = |text| refresh_token::asks_beyond(&refresh.token, &parameters(&[("scope", text)]));
    assert!(asks("contact_show contact_edit"));
    assert!(!asks("contact_show general"));
    assert!(!refresh_token::asks_beyond(
        &refresh.token,
        &parameters(&[])
    ));
}

/// Requests that were under way together are no reuse, and take nothing from each other.
#[test]
fn what_came_at_once_is_told_from_what_came_later() {
    let mut successor = Refresh::exchanged().successor.unwrap();
    let after = |milliseconds| now() + std::time::Duration::from_millis(milliseconds);
    successor.created_at = now();
    for (came, at_once) in [(0, true), (499, true), (500, false), (60_000, false)] {
        let told = refresh_token::came_at_once(Some(&successor), after(came));
        assert_eq!(told, at_once, "{came}");
    }
    assert!(!refresh_token::came_at_once(None, now()));
    assert!(!refresh_token::came_before_use(Some(&successor), now()));
    successor.rotated_at = Some(after(700));
    for (came, before) in [(0, true), (699, true), (700, false), (701, false)] {
        let told = refresh_token::came_before_use(Some(&successor), after(came));
        assert_eq!(told, before, "{came}");
    }
}

//! Laws over random values: limits that no request, answer or refresh gets past.

use std::sync::LazyLock;

use crate::support::{
    any, approval, client, client_secret, crossing, grant, none, now, optional, parameters,
    refresh, scope,
};
use oauth::Parameters;
use oauth::authorization::validate;
use oauth::client_authentication::{PresentedCredentials, authenticate, presented};
use oauth::consent::{Choice, decide, from_standing, merge, offer};
use oauth::error::ErrorCode;
use oauth::grant::refresh_token;
use oauth::model::{Client, Grant, TokenEndpointAuthMethod};
use oauth::redirect_uri::{RedirectUri, matches};
use oauth::secret::{self, Secret, SecretKind, generate};
use oauth::status::Worth;
use proptest::prelude::*;
use scope::{Catalog, Decline, Scope, ScopeSet};

static CATALOGS: LazyLock<[Catalog; 6]> = LazyLock::new(|| {
    let crossing = ["any", "optional", "none"].map(crossing);
    let [first, second, third] = crossing;
    [any(), optional(), none(), first, second, third]
});

/// Names of every catalog, and some of none.
const NAMES: [&str; 13] = [
    "customers:read",
    "general",
    "contact_show",
    "contact_edit",
    "invoice_show",
    "invoice_edit",
    "old_show",
    "invoices:read",
    "invoices:write",
    "payments:write",
    "profile:read",
    "nope",
    "nope:read",
];

fn some_names() -> impl Strategy<Value = String> {
    prop::sample::subsequence(NAMES.to_vec(), 0..NAMES.len())
        .prop_shuffle()
        .prop_map(|names| names.join(" "))
}

fn known(catalog: &Catalog, text: &str) -> ScopeSet {
    catalog.set_of(text.split_whitespace()).0
}

fn of(catalog: &Catalog, scope: &Scope) -> ScopeSet {
    catalog.set_of(scope.iter()).0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_consent_never_exceeds_request_ceiling_approvals_and_rights(
        which in 0..CATALOGS.len(),
        asked in some_names(),
        registered in some_names(),
        optional_scope in some_names(),
        rights in prop::option::of(some_names()),
        approved: bool,
        allowed in some_names(),
        before in prop::option::of((some_names(), some_names())),
    ) {
        let catalog = &CATALOGS[which];
        let client = Client { registered_scope: scope(&registered), optional_scope: scope(&optional_scope), ..client(catalog) };
        let approvals = if approved { vec![approval(catalog)] } else { Vec::new() };
        let state = client.state(catalog, &approvals);
        let rights = rights.map(|names| catalog.rights(names.split_whitespace()));
        let request = catalog.requested(scope(&asked));
        let standing: Option<Grant> = before.map(|(granted, refused)| {
            let granted = catalog.scope_of(&catalog.expand(&known(catalog, &granted)).union(catalog.every_grant()));
            grant(catalog, &granted.to_string(), &refused)
        });
        let offer = offer(catalog, &client, &state, &request, rights.as_ref(), standing.as_ref(), now());
        let choice = Choice { allowed: allowed.split_whitespace().map(str::to_owned).collect() };

        let limit = catalog
            .expand(&request.known().intersection(catalog.usable()))
            .union(catalog.every_grant())
            .intersection(catalog.usable())
            .intersection(state.ceiling().set())
            .intersection(&state.approved(catalog, now().into()))
            .intersection(rights.as_ref().unwrap_or(&catalog.all()));
        let by_answer = decide(catalog, &offer, &choice);
        let by_memory = standing.as_ref().map(|standing| from_standing(catalog, &offer, standing));
        for decision in [Some(&by_answer), by_memory.as_ref()].into_iter().flatten() {
            match decision {
                Ok(decision) => {
                    let granted = of(catalog, &decision.granted);
                    let refused = of(catalog, &decision.refused);
                    prop_assert!(granted.is_subset(&limit), "{} not in {}", decision.granted, catalog.scope_of(&limit));
                    prop_assert_eq!(&catalog.expand(&granted).intersection(&limit), &granted, "not expanded");
                    prop_assert!(granted.intersection(&refused).is_empty());
                    prop_assert!(!granted.is_empty());
                    // Everything that was asked has exactly one answer.
                    for name in request.given().iter() {
                        let answers = [
                            decision.granted.contains(name),
                            decision.refused.contains(name),
                            decision.withheld.iter().any(|withheld| withheld.scope == name),
                        ];
                        prop_assert_eq!(answers.iter().filter(|answer| **answer).count(), 1, "{}", name);
                    }
                    let merged = merge(catalog, standing.as_ref(), &request, decision);
                    let standing_now = of(catalog, &merged.granted);
                    prop_assert!(granted.is_subset(&standing_now));
                    prop_assert!(standing_now.intersection(&refused).is_empty());
                    prop_assert!(standing_now.intersection(&of(catalog, &merged.refused)).is_empty());
                    prop_assert!(standing_now.intersection(&of(catalog, &merged.reduced)).is_empty());
                }
                Err(error) => prop_assert!(
                    matches!(error.code, ErrorCode::AccessDenied | ErrorCode::InvalidScope | ErrorCode::InvalidRequest)
                ),
            }
        }
        if let Ok(decision) = &by_answer {
            // What was not ticked is not given, unless a tick brings it or there is no choice.
            let ticked = catalog.expand(&known(catalog, &allowed));
            let always: ScopeSet = offer.always.iter().copied().collect();
            prop_assert!(of(catalog, &decision.granted).is_subset(&ticked.union(&always)));
            if catalog.consent().decline == Decline::None {
                prop_assert!(decision.refused.is_empty());
            }
        }
    }

    #[test]
    fn the_scope_of_a_token_never_grows_on_refresh(
        which in 0..CATALOGS.len(),
        original in some_names(),
        granted in some_names(),
        registered in some_names(),
        rights in some_names(),
        asked in prop::option::of(some_names()),
    ) {
        let catalog = &CATALOGS[which];
        let client = Client { registered_scope: scope(&registered), ..client(catalog) };
        let state = client.state(catalog, &[]);
        let rights = catalog.rights(rights.split_whitespace());
        let token = refresh(catalog, &original);
        let grant = grant(catalog, &granted, "");
        let presented = PresentedCredentials {
            client_id: client.id.clone(),
            method: TokenEndpointAuthMethod::ClientSecretBasic,
            secret: Some(client_secret()),
        };
        let authenticated = authenticate(Some(&client), &presented).unwrap();
        let parameters = match &asked {
            None => parameters(&[]),
            Some(asked) => parameters(&[("scope", asked)]),
        };
        // Whatever the app may have asked when it was connected.
        let requested = scope(asked.as_deref().unwrap_or_default());
        let presented = refresh_token::Presented {
            token: &token,
            successor: None,
            grant: &grant,
            worth: Worth::Counts,
            requested: Some(&requested),
        };
        let given = refresh_token::decide(catalog, &authenticated, &presented, &state, Some(&rights), &parameters, now());
        if let Ok(given) = given {
            let scope = of(catalog, &given.scope);
            prop_assert!(scope.is_subset(&of(catalog, &token.scope)));
            prop_assert!(scope.is_subset(&of(catalog, &grant.granted)));
            prop_assert!(scope.is_subset(state.ceiling().set()));
            prop_assert!(scope.is_subset(&rights));
            prop_assert!(scope.is_subset(&state.approved(catalog, now().into())));
            prop_assert_eq!(&given.refresh_scope, &token.scope);
            if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
                let named = catalog.expand(&known(catalog, &asked)).union(catalog.every_grant());
                prop_assert!(scope.is_subset(&named));
            }
        }
    }

    #[test]
    fn parameters_and_requests_are_read_without_a_panic(bytes in prop::collection::vec(prop::num::u8::ANY, 0..400), header in ".{0,80}") {
        if let Ok(parameters) = Parameters::parse(&bytes) {
            let _ = presented(Some(&header), &parameters);
            let _ = validate(&CATALOGS[0], Some(&client(&CATALOGS[0])), &parameters);
        }
    }

    #[test]
    fn form_encoding_and_parsing_are_inverse(pairs in prop::collection::btree_map("[a-z_]{1,12}", ".{1,60}", 0..10)) {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&pairs);
        let parameters = Parameters::parse(form.finish().as_bytes()).unwrap();
        for (name, value) in &pairs {
            prop_assert_eq!(parameters.get(name), Some(value.as_str()));
        }
    }

    #[test]
    fn any_mistake_in_a_secret_is_seen_before_a_lookup(random: [u8; 32], at in 0..55_usize, replacement in "[ -~]", cut in 0..55_usize) {
        let secret = generate(SecretKind::RefreshToken, random);
        prop_assert_eq!(secret::hash(SecretKind::RefreshToken, secret.expose()), Some(secret.hash()));
        let mut changed = secret.expose().to_owned();
        changed.replace_range(at..=at, &replacement);
        prop_assert_eq!(secret::hash(SecretKind::RefreshToken, &changed).is_some(), changed == secret.expose());
        prop_assert_eq!(secret::hash(SecretKind::RefreshToken, &secret.expose()[..cut]), None);
        prop_assert_eq!(secret::hash(SecretKind::RefreshToken, &secret.expose()[cut + 1..]), None);
    }

    #[test]
    fn what_can_be_registered_matches_itself_and_only_its_own_ports(text in "(https?|com\\.app)://?[a-z0-9.:@\\[\\]/?#;%-]{0,40}", other in "\\PC{0,40}") {
        if let Ok(uri) = RedirectUri::register(&text) {
            prop_assert!(matches(uri.as_str(), &text));
            prop_assert!(!text.contains(['#', '@']) || text.contains(['/', '?']));
            if matches(&text, &other) && text != other {
                prop_assert!(other.starts_with("http://127.0.0.1") || other.starts_with("http://[::1]"));
            }
        }
    }

    #[test]
    fn text_from_outside_is_never_shown_by_debug(text in "[a-zA-Z0-9]{8,40}") {
        let shown = format!("{:?}", Secret::presented(text.clone()));
        prop_assert!(!shown.contains(&text));
    }
}

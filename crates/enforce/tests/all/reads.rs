//! Calls that only look may be answered by another source, and no others.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use enforce::{AccessError, AccessSource, Call, Gate, Problem};
use http::{HeaderMap, HeaderValue};
use scope::{Catalog, Scope};

use crate::support::{REALM, SameForAll, ScopesAsTokens, access, catalog, token};

fn source(answer: Result<enforce::AccessNow, AccessError>) -> Arc<dyn AccessSource> {
    Arc::new(SameForAll {
        answer: std::sync::Mutex::new(answer),
        scope_of_token: true,
        asked: std::sync::Mutex::default(),
    })
}

/// The reason of the denial, where only what answers about reads knows anything.
async fn asked(id: &str, call: (&str, &str), scope: &str, more: &[(&'static str, &str)]) -> String {
    let catalog = catalog(id);
    let known = access(&catalog, &Scope::empty());
    let verifier = Arc::new(ScopesAsTokens(Arc::clone(&catalog)));
    let gate = Gate::new(
        catalog,
        verifier,
        source(Err(AccessError::Unavailable)),
        REALM,
    );
    let gate = gate.reads_by(source(Ok(known)));
    let mut headers = HeaderMap::new();
    let token = token(scope);
    for (name, value) in [&[("authorization", token.as_str())][..], more].concat() {
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    let call = Call::new(call.0, call.1).with_headers(&headers);
    let unseen = || async { Ok::<Option<Bytes>, Problem>(None) };
    match gate.decide(&call, unseen).await {
        Ok(_) => "permitted".to_owned(),
        Err(problem) => problem.reason().to_owned(),
    }
}

#[tokio::test]
async fn only_calls_that_look_are_asked_about_elsewhere() {
    let websocket: &[(&'static str, &str)] = &[("upgrade", "websocket")];
    let behind_a_proxy: &[(&'static str, &str)] = &[("sec-websocket-key", "x")];
    let plain: &[(&'static str, &str)] = &[];
    for (id, call, scope, more, expected) in [
        (
            "bexio",
            ("GET", "/2.0/contact"),
            "contact_show",
            plain,
            "permitted",
        ),
        (
            "bexio",
            ("HEAD", "/2.0/contact"),
            "contact_show",
            plain,
            "permitted",
        ),
        // What they are told is told of these too.
        (
            "bexio",
            ("GET", "/2.0/contact"),
            "note_show",
            plain,
            "insufficient-scope",
        ),
        (
            "bexio",
            ("GET", "/2.0/contact"),
            "contact_show",
            websocket,
            "unavailable",
        ),
        (
            "bexio",
            ("GET", "/2.0/contact"),
            "contact_show",
            behind_a_proxy,
            "unavailable",
        ),
        (
            "bexio",
            ("POST", "/2.0/contact"),
            "contact_edit",
            plain,
            "unavailable",
        ),
        // The catalog says which scope a search needs, and not that nothing is changed by it.
        (
            "bexio",
            ("POST", "/2.0/contact/search"),
            "contact_show",
            plain,
            "unavailable",
        ),
        (
            "bexio",
            ("GET", "/2.0/nothing"),
            "contact_show",
            plain,
            "unavailable",
        ),
        (
            "bexio",
            ("DELETE", "/2.0/contact"),
            "contact_show",
            plain,
            "unavailable",
        ),
    ] {
        let found = asked(id, call, scope, more).await;
        assert_eq!(found, expected, "{call:?} {more:?}");
    }
}

/// The method and every scope of the rule, by the catalog's own words.
fn looks(catalog: &Catalog, endpoint: &scope::Endpoint) -> bool {
    let names = endpoint.requirement.scopes();
    let each = names.iter().all(|name| {
        let scope = catalog.scope(catalog.find(name).unwrap()).unwrap();
        let action = scope
            .action
            .as_deref()
            .and_then(|name| catalog.action(name));
        let reads = action.is_none_or(|action| action.access == scope::AccessKind::Read);
        reads && scope.elevation.is_none()
    });
    endpoint.method.is_safe() && !names.is_empty() && each
}

#[test]
fn of_what_ships_these_calls_look() {
    for id in ["bexio", "bokio", "freshbooks", "stora"] {
        let catalog = catalog(id);
        let (mut yes, mut methods) = (0, BTreeSet::new());
        for endpoint in catalog.endpoints() {
            let path = endpoint.filled(|_| "7".to_owned());
            let Ok(route) = catalog.route(endpoint.method.as_str(), &path) else {
                continue;
            };
            if route.endpoint().path != endpoint.path {
                continue;
            }
            let found = route.only_looks(&catalog);
            // Never one that the catalog says more of than that it reads.
            assert!(!found || looks(&catalog, endpoint), "{endpoint:?}");
            if found {
                yes += 1;
                methods.insert(endpoint.method);
            }
        }
        assert!(yes >= 20, "{id}: {yes}");
        assert!(methods.iter().all(|method| method.is_safe()));
    }
    // Payments from a bank account need an approval, be it only to look at them.
    let bokio = catalog("bokio");
    let elevated = bokio.endpoints().iter().filter(|endpoint| {
        let names = endpoint.requirement.scopes();
        let mut ids = names.iter().filter_map(|name| bokio.find(name));
        endpoint.method.is_safe() && ids.any(|id| bokio.elevated().contains(id))
    });
    for endpoint in elevated {
        let path = endpoint.filled(|_| "7".to_owned());
        let route = bokio.route(endpoint.method.as_str(), &path).unwrap();
        assert!(!route.only_looks(&bokio), "{endpoint:?}");
    }
}

//! An API of 10,000 calls, written as a catalog.

use std::collections::BTreeSet;

use scope::{Access, Catalog, NoRoute, Scope, decide};
use scope::{ApiRequest, Subject};

use crate::odata_api::{Described, calls, catalog, written};

/// The rule that decides a request.
fn rule(catalog: &Catalog, method: &str, path: &str) -> Result<String, NoRoute> {
    let route = catalog.route(method, path)?;
    Ok(route.endpoint().path.clone())
}

fn permits(catalog: &Catalog, scope: &Scope, method: &str, path: &str) -> bool {
    let all = catalog.all();
    let access = Access {
        subject: Subject::Person,
        granted: &catalog.granted(scope),
        ceiling: &catalog.registered(&catalog.scope_of(&all)),
        approved: &all,
        rights: &all,
        expired: None,
        unproven: None,
    };
    decide(catalog, &access, &ApiRequest::new(method, path)).is_permit()
}

/// Each spelling leads to the call's own rule and nothing else does: not with a segment more, and not
/// with an end cut off.
fn is_exact(catalog: &Catalog, call: &Described) -> bool {
    let own: Vec<String> = call.paths.iter().map(|path| written(path)).collect();
    let leads = |path: &str| rule(catalog, call.method, path).is_ok_and(|rule| own.contains(&rule));
    let is_tail = own.iter().any(|path| path.ends_with("...}"));
    call.requests.iter().all(|request| {
        let cut = request.rsplit_once(['/', ':', '(']);
        leads(request)
            && (is_tail || !leads(&format!("{request}/more")))
            && !cut.is_some_and(|(cut, _)| leads(cut) && !is_tail)
            && permits(
                catalog,
                &Scope::parse(&call.scope()).unwrap(),
                call.method,
                request,
            )
    })
}

#[test]
fn at_least_99_of_100_calls_of_a_large_odata_api_can_be_written_exactly() {
    let calls = calls();
    let distinct: BTreeSet<_> = calls
        .iter()
        .map(|call| (call.method, &call.paths))
        .collect();
    assert_eq!((calls.len(), distinct.len()), (10_000, 10_000));
    let catalog = catalog(calls.iter().filter(|call| !call.is_beyond));
    let exact = calls
        .iter()
        .filter(|call| !call.is_beyond && is_exact(&catalog, call));
    let exact = exact.count();
    assert!(exact >= 9_900, "{exact}");
    // What cannot be written is denied.
    let beyond = calls.iter().filter(|call| call.is_beyond);
    let all = catalog.scope_of(&catalog.all());
    for call in beyond {
        let request = &call.requests[0];
        assert!(!permits(&catalog, &all, call.method, request), "{request}");
    }
}

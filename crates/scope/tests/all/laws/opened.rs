//! What a changed catalog opens more, held against decisions by both catalogs.

use std::collections::BTreeSet;

use proptest::prelude::*;
use scope::{
    Access, ApiRequest, Catalog, Endpoint, Method, Opened, Requirement, Visible, decide,
    decide_without_token,
};

use super::draws::Draws;
use super::model::Model;
use super::{config, drawn, numbers, scope, some_names, subject};

/// Another catalog of the same scopes, with some of its rules and scopes changed.
fn changed(draws: &mut Draws, model: &Model) -> Model {
    let mut model = model.clone();
    let names = model.names();
    for scope in &mut model.scopes {
        scope.retired ^= !scope.every_grant && scope.brings.is_empty() && draws.chance(4);
        scope.elevated ^= !scope.every_grant && draws.chance(6);
    }
    for path in &mut model.paths {
        for place in 0..path.methods.len() {
            if draws.chance(3) {
                let method = path.methods[place].0;
                path.methods[place].1 = path.rule(draws, &names, method);
            }
        }
        let kept = path.methods[0].clone();
        path.methods.retain(|_| !draws.chance(8));
        if path.methods.is_empty() {
            path.methods.push(kept);
        }
    }
    if model.paths.len() > 1 && draws.chance(3) {
        let place = draws.below(model.paths.len());
        model.paths.remove(place);
    }
    model
}

/// What a token of before opens, that is limited by nothing else than approvals.
fn opens(
    catalog: &Catalog,
    held: &BTreeSet<String>,
    (is_client, is_approved): (bool, bool),
    request: &ApiRequest<'_>,
) -> bool {
    let all = catalog.all();
    let granted = catalog.recorded(&scope(held));
    let ceiling = catalog.registered(&catalog.scope_of(&all));
    let approved = catalog.approved(is_approved.then_some("vetted"));
    let access = Access {
        subject: subject(is_client),
        granted: &granted,
        ceiling: &ceiling,
        approved: &approved,
        rights: &all,
        expired: None,
        unproven: None,
    };
    decide(catalog, &access, request).is_permit()
}

fn path_of(catalog: &Catalog, method: &str, path: &str) -> Option<String> {
    let route = catalog.route(method, path).ok()?;
    Some(route.endpoint().path.clone())
}

/// Is nothing asked but scopes?
fn is_plain(requirement: &Requirement) -> bool {
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => true,
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().all(is_plain),
        _ => false,
    }
}

fn all_endpoints<'c>(one: &'c Catalog, other: &'c Catalog) -> impl Iterator<Item = &'c Endpoint> {
    one.endpoints().iter().chain(other.endpoints())
}

/// In no text of a model.
const NOWHERE: &str = "~";

const METHODS: [Method; 8] = [
    Method::Get,
    Method::Head,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
    Method::Options,
    Method::Query,
];

proptest! {
    #![proptest_config(config())]

    /// Whoever gets in now with what did not open the call before, is told of.
    #[test]
    fn whatever_opens_to_the_same_scopes_is_told(numbers in numbers()) {
        let (mut draws, model, before) = drawn(numbers);
        let next = changed(&mut draws, &model).file();
        // A retired scope may be one that another brings.
        let Ok(now) = Catalog::parse("next.toml", &next) else {
            return Ok(());
        };
        let told = Opened::of(&before, &now);
        for endpoint in all_endpoints(&before, &now) {
            let path = endpoint.filled(|_| draws.pick(&["a", "in", "zz"]).to_owned());
            for method in METHODS {
                let (was, is) = (
                    path_of(&before, method.as_str(), &path),
                    path_of(&now, method.as_str(), &path),
                );
                // What templates share is not compared call by call.
                let plain = endpoint.filled(|_| NOWHERE.to_owned());
                let is_shared = |catalog: &Catalog, own: &Option<String>| {
                    path_of(catalog, method.as_str(), &plain) != *own
                };
                if is.is_none() || is_shared(&before, &was) || is_shared(&now, &is) {
                    continue;
                }
                // Told once, of whichever endpoint comes first with such calls.
                let alike = all_endpoints(&before, &now);
                let alike = alike.filter(|own| own.filled(|_| NOWHERE.to_owned()) == plain);
                let calls: Vec<String> = alike
                    .flat_map(|own| [format!("{method} {}", own.path), format!("GET {}", own.path)])
                    .filter(|own| method == Method::Head || own.starts_with(method.as_str()))
                    .collect();
                let held = some_names(&mut draws, &model);
                let who = (draws.chance(2), draws.chance(2));
                let query = draws.pick(&["", "kind=a", "kind=inv&entity_type=b", "expand=x"]);
                let body = draws.pick(&["", "{\"event\":\"a\"}", "{\"callback\":{\"event\":\"inv\"},\"list\":[1,\"b\"]}"]);
                let mut request = ApiRequest::new(method.as_str(), &path);
                request.query = if draws.chance(3) { Visible::Hidden } else { Visible::Seen(query) };
                request.body = if draws.chance(3) { Visible::Hidden } else { Visible::Seen(body) };
                let route = |catalog: &Catalog| {
                    let route = catalog.route(request.method, request.path).ok();
                    route.is_some_and(|route| decide_without_token(catalog, &route, &request).is_some())
                };
                let names = |list: &[String]| calls.iter().any(|own| list.contains(own));
                if route(&now) && !route(&before) {
                    prop_assert!(names(&told.public), "{:?} public: {:?}\n{}\n{}", request, told, before.source(), next);
                }
                if opens(&now, &held, who, &request) && !opens(&before, &held, who, &request) {
                    let of_scopes = told.reactivated.iter().chain(&told.without_approval);
                    let is_told = [&told.new, &told.less, &told.public].into_iter().any(|own| names(own))
                        || of_scopes.into_iter().any(|own| held.contains(own));
                    prop_assert!(is_told, "{:?} with {:?}: {:?}\n{}\n{}", request, held, told, before.source(), next);
                }
            }
        }
    }

    /// A call of plain rules is told only where somebody gets in who did not.
    #[test]
    fn nothing_is_told_that_opens_to_nobody(numbers in numbers()) {
        let (mut draws, mut model, _) = drawn(numbers);
        model.expand = None;
        for scope in &mut model.scopes {
            (scope.retired, scope.elevated) = (false, false);
        }
        let mut next = changed(&mut draws, &model);
        next.scopes.clone_from(&model.scopes);
        let (before, now) = (model.file(), next.file());
        let before = Catalog::parse("before.toml", &before).unwrap();
        let now = Catalog::parse("next.toml", &now).unwrap();
        let told = Opened::of(&before, &now);
        prop_assert!(told.reactivated.is_empty() && told.without_approval.is_empty() && told.bring.is_empty());
        let endpoints = all_endpoints(&before, &now);
        for endpoint in endpoints.filter(|own| !own.path.contains("...}")) {
            let path = endpoint.filled(|_| NOWHERE.to_owned());
            for method in METHODS {
                let rule = |catalog: &Catalog| {
                    let route = catalog.route(method.as_str(), &path).ok()?;
                    Some(route.endpoint().requirement.clone())
                };
                let (Some(was), Some(is)) = (rule(&before), rule(&now)) else {
                    continue;
                };
                // One path only goes by this name.
                let name = format!("{method} {}", endpoint.path);
                let is_routed = path_of(&now, method.as_str(), &path).as_ref() == Some(&endpoint.path);
                if !is_routed || !told.less.contains(&name) || !is_plain(&was) || !is_plain(&is) {
                    continue;
                }
                let names: BTreeSet<&str> = was.scopes().into_iter().chain(is.scopes()).collect();
                let names: Vec<&str> = names.into_iter().collect();
                let request = ApiRequest::new(method.as_str(), &path);
                let gets_in = (0..1_u32 << names.len().min(10)).any(|some| {
                    let held = names.iter().enumerate().filter(|(place, _)| some >> place & 1 == 1);
                    let held: BTreeSet<String> = held.map(|(_, name)| (*name).to_owned()).collect();
                    opens(&now, &held, (false, true), &request) && !opens(&before, &held, (false, true), &request)
                });
                prop_assert!(names.len() > 10 || gets_in, "{}: {} -> {}", name, was, is);
            }
        }
    }
}

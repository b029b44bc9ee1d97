//! Laws over random catalogs and random calls.
mod call;
mod draws;
mod model;
mod naive;
mod opened;
mod paths;
mod rule;
mod seen;

use std::borrow::Cow;
use std::collections::BTreeSet;

use proptest::prelude::*;
use scope::{
    Access, ApiRequest, Catalog, History, Proof, Reason, RowFilter, Scope, ScopeSet, ScopeToken,
    Subject, Visible, WhyMissing, Withheld, WithheldReason, decide, decide_without_token, explain,
    minimal,
};

use call::Call;
use draws::Draws;
use model::Model;
use naive::Holder;

use crate::least_by_force::Api;

/// A random catalog, with the choices left over for what is done with it.
fn drawn(numbers: Vec<u32>) -> (Draws, Model, Catalog) {
    let mut draws = Draws::new(numbers);
    let model = Model::random(&mut draws);
    let file = model.file();
    let catalog =
        Catalog::parse("random.toml", &file).unwrap_or_else(|errors| panic!("{file}\n{errors}"));
    (draws, model, catalog)
}

fn numbers() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..1500)
}

fn some_names(draws: &mut Draws, model: &Model) -> BTreeSet<String> {
    let one_in = 1 + draws.below(3);
    draws.some(&model.names(), one_in).into_iter().collect()
}

fn set(catalog: &Catalog, names: &BTreeSet<String>) -> ScopeSet {
    catalog.set_of(names.iter().map(String::as_str)).0
}

fn scope(names: &BTreeSet<String>) -> Scope {
    names
        .iter()
        .map(|name| ScopeToken::parse(name).unwrap())
        .collect()
}

fn holder(draws: &mut Draws, model: &Model) -> Holder {
    Holder {
        granted: some_names(draws, model),
        ceiling: some_names(draws, model),
        approved: !draws.chance(4),
        rights: some_names(draws, model),
    }
}

/// What may have happened to scopes before a call: the grant behind the token, if any.
struct Past {
    refused: Scope,
    reduced: Scope,
    withheld: Vec<Withheld>,
}

impl Past {
    fn random(draws: &mut Draws, model: &Model) -> Self {
        let names = |draws: &mut Draws| scope(&some_names(draws, model));
        let (refused, reduced) = (names(draws), names(draws));
        let withheld = some_names(draws, model)
            .into_iter()
            .map(|scope| Withheld {
                scope,
                reason: WithheldReason::ALL[draws.below(5)],
            })
            .collect();
        Self {
            refused,
            reduced,
            withheld,
        }
    }

    fn history(&self) -> History<'_> {
        History {
            requested: None,
            refused: &self.refused,
            withheld: &self.withheld,
            reduced: Cow::Borrowed(&self.reduced),
            ..History::default()
        }
    }
}

/// Calls `f` with a holder's access and a call as the crate takes them.
fn with<T>(
    catalog: &Catalog,
    holder: &Holder,
    call: &Call,
    f: impl FnOnce(&Access<'_>, &ApiRequest<'_>) -> T,
) -> T {
    let granted = catalog.granted(&scope(&holder.granted));
    let ceiling = catalog.registered(&scope(&holder.ceiling));
    let approved = catalog.approved(holder.approved.then_some("vetted"));
    let rights = catalog.rights(holder.rights.iter().map(String::as_str));
    let access = Access {
        subject: subject(call.is_client),
        granted: &granted,
        ceiling: &ceiling,
        approved: &approved,
        rights: &rights,
        expired: None,
        unproven: None,
    };
    let ids: Vec<(&str, &str)> = call
        .ids
        .iter()
        .map(|(field, id)| (field.as_str(), id.as_str()))
        .collect();
    let body = call.body.as_ref().map(|body| body.text());
    let mut request = asked(call, body.as_deref());
    request.ids = &ids;
    f(&access, &request)
}

fn subject(is_client: bool) -> Subject {
    match is_client {
        true => Subject::Client,
        false => Subject::Person,
    }
}

/// The call without ids.
fn asked<'a>(call: &'a Call, body: Option<&'a str>) -> ApiRequest<'a> {
    let seen = |part: Option<&'a str>| part.map_or(Visible::Hidden, Visible::Seen);
    let mut request = ApiRequest::new(call.method, &call.path);
    (request.path, request.query, request.body) =
        (&call.path, seen(call.query.as_deref()), seen(body));
    request
}

/// 512 cases for each law; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.max(512),
        failure_persistence: None,
        ..asked
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_decision_is_the_naive_one(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let expected = naive::decide(&model, &holder, &call);
            with(&catalog, &holder, &call, |access, request| {
                let decision = decide(&catalog, access, request);
                let own_records = match decision {
                    scope::Decision::Permit(permit) => permit.row_filter == Some(RowFilter::OwnRecords),
                    scope::Decision::Deny(_) => false,
                };
                let found = naive::Answer { reason: decision.reason().as_str(), own_records };
                prop_assert_eq!(&found, &expected, "{:?}\n{}", request, model.file());
                Ok(())
            })?;
        }
    }

    /// What has run out opens nothing; a denial says so just where it would open the call if it counted.
    #[test]
    fn what_has_run_out_says_what_a_sign_in_would_open(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let past = some_names(&mut draws, &model);
            let past = catalog.rights(past.iter().map(String::as_str));
            with(&catalog, &holder, &call, |access, request| {
                let reason = decide(&catalog, access, request).reason();
                let again = access.rights.union(&past);
                let renewed = decide(&catalog, &Access { rights: &again, ..*access }, request);
                let now = Access { expired: Some(&past), ..*access };
                let expected = match reason {
                    Reason::Permitted => Reason::Permitted,
                    _ if renewed.is_permit() => Reason::RightExpired,
                    other => other,
                };
                prop_assert_eq!(decide(&catalog, &now, request).reason(), expected);
                let explained = explain(&catalog, &now, request, &History::default());
                prop_assert_eq!(explained.reason, expected);
                let mut whys = explained.missing.iter().map(|own| own.why);
                let is_told = whys.any(|why| why == WhyMissing::RightExpired);
                prop_assert!(is_told || expected != Reason::RightExpired);
                Ok(())
            })?;
        }
    }

    /// Nor does what a second factor is missing for; a denial names the least that the person has to do.
    #[test]
    fn what_is_unproven_says_what_a_second_factor_would_open(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let [past, unproven] = [(); 2].map(|()| some_names(&mut draws, &model));
            let past = catalog.rights(past.iter().map(String::as_str));
            let unproven = catalog.set_of(unproven.iter().map(String::as_str)).0;
            with(&catalog, &holder, &call, |access, request| {
                let again = access.rights.union(&past);
                let without = access.approved.difference(&unproven);
                let decided = |access| decide(&catalog, &access, request);
                let now = decided(Access { approved: &without, ..*access });
                let signed_in = decided(Access { approved: &without, rights: &again, ..*access });
                let proven = decided(Access { rights: &again, ..*access });
                let expected = match now.reason() {
                    Reason::Permitted => Reason::Permitted,
                    _ if signed_in.is_permit() => Reason::RightExpired,
                    _ if proven.is_permit() => Reason::SecondFactorNeeded,
                    other => other,
                };
                let asked = Access { expired: Some(&past), unproven: Some(&unproven), ..*access };
                prop_assert_eq!(decide(&catalog, &asked, request).reason(), expected);
                let explained = explain(&catalog, &asked, request, &History::default());
                prop_assert_eq!(explained.reason, expected);
                prop_assert!(explained.lacks(WhyMissing::SecondFactorNeeded) || expected != Reason::SecondFactorNeeded);
                Ok(())
            })?;
        }
    }

    #[test]
    fn the_explanation_agrees_with_the_decision(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            with(&catalog, &holder, &call, |access, request| {
                let decision = decide(&catalog, access, request);
                let explanation = explain(&catalog, access, request, &History::default());
                prop_assert_eq!(decision.reason(), explanation.reason);
                prop_assert_eq!(decision.is_permit(), explanation.decision == "permit");
                prop_assert!(!explanation.message.is_empty());
                match decision {
                    scope::Decision::Permit(permit) => {
                        prop_assert_eq!(permit.row_filter, explanation.row_filter);
                        prop_assert!(explanation.missing.is_empty());
                        prop_assert!(explanation.required.contains(&explanation.sufficient));
                    }
                    scope::Decision::Deny(_) => {
                        let missing: BTreeSet<&String> = explanation.missing.iter().map(|own| &own.scope).collect();
                        for alternative in &explanation.required {
                            prop_assert!(alternative.iter().any(|name| missing.contains(name)));
                        }
                    }
                }
                Ok(())
            })?;
        }
    }

    #[test]
    fn the_challenged_scope_opens_the_call(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let past = Past::random(&mut draws, &model);
            with(&catalog, &holder, &call, |access, request| {
                let explanation = explain(&catalog, access, request, &past.history());
                let Some(required) = explanation.required_scope() else {
                    return Ok(());
                };
                let granted = catalog.granted(&required.parse().unwrap());
                let (wanted, _) = catalog.set_of(required.split(' '));
                let all = catalog.all();
                let ceiling = catalog.registered(&catalog.scope_of(&all));
                let access = Access { subject: subject(call.is_client), granted: &granted, ceiling: &ceiling, approved: &all, rights: &all, expired: None, unproven: None };
                let opens = decide(&catalog, &access, request).is_permit();
                let usable = |names: &Vec<String>| {
                    catalog.set_of(names.iter().map(String::as_str)).0.is_subset(catalog.usable())
                };
                let can_open = explanation.required.iter().any(usable);
                prop_assert!(!can_open || (opens && wanted.is_subset(catalog.usable())), "challenged with {}: {:?}", required, explanation);
                Ok(())
            })?;
        }
    }

    #[test]
    fn without_a_token_only_public_calls_go_on(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let expected = naive::is_open(&model, &call);
            with(&catalog, &holder, &call, |access, request| {
                let route = catalog.route(request.method, request.path);
                let found = route.is_ok_and(|route| decide_without_token(&catalog, &route, request).is_some());
                prop_assert_eq!(found, expected, "{:?}", request);
                prop_assert!(!found || decide(&catalog, access, request).is_permit(), "a token closes nothing: {:?}", request);
                Ok(())
            })?;
        }
    }

    #[test]
    fn more_scopes_never_close_a_call_and_fewer_rights_never_open_one(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        for _ in 0..8 {
            let (less, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
            let added = holder(&mut draws, &model);
            let more = Holder {
                granted: &less.granted | &added.granted,
                ceiling: &less.ceiling | &added.ceiling,
                approved: less.approved || added.approved,
                rights: &less.rights | &added.rights,
            };
            let permits = |holder| with(&catalog, holder, &call, |access, request| decide(&catalog, access, request).is_permit());
            prop_assert!(!permits(&less) || permits(&more));
        }
    }

    #[test]
    fn expansion_is_a_closure(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        let few = some_names(&mut draws, &model);
        let many = &few | &some_names(&mut draws, &model);
        let (expanded_few, expanded_many) = (catalog.expand(&set(&catalog, &few)), catalog.expand(&set(&catalog, &many)));
        prop_assert!(set(&catalog, &few).is_subset(&expanded_few), "reflexive");
        prop_assert!(expanded_few.is_subset(&expanded_many), "monotone");
        prop_assert_eq!(&catalog.expand(&expanded_few), &expanded_few, "idempotent");
        let expected: BTreeSet<String> = naive::expand(&model, &few);
        prop_assert_eq!(&expanded_few, &set(&catalog, &expected), "as the naive one");
        for id in catalog.all().iter() {
            let resource = &catalog.scope(id).unwrap().resource;
            prop_assert!(!catalog.implied_by(id).contains(id), "never itself");
            for brought in catalog.implied_by(id).iter() {
                let is_within = &catalog.scope(brought).unwrap().resource == resource;
                let crosses = model.scopes.iter().any(|scope| !scope.brings.is_empty());
                prop_assert!(is_within || crosses, "crosses a resource only where a scope says so");
            }
        }
    }

    #[test]
    fn the_minimal_scope_opens_every_call_and_nothing_in_it_can_be_spared(numbers in numbers()) {
        let (mut draws, model, catalog) = drawn(numbers);
        let calls: Vec<Call> = (0..=draws.below(3)).map(|_| Call::random(&mut draws, &model)).collect();
        let bodies: Vec<Option<String>> = calls.iter().map(|call| call.body.as_ref().map(|body| body.text())).collect();
        let requests: Vec<ApiRequest<'_>> = calls
            .iter()
            .zip(&bodies)
            .map(|(call, body)| asked(call, body.as_deref()))
            .filter(|request| scope::required(&catalog, request).is_ok())
            .collect();
        let all = catalog.all();
        let ceiling = catalog.registered(&catalog.scope_of(&all));
        let opens_all = |scope: &Scope| {
            let granted = catalog.granted(scope);
            let opens = |request, subject| {
                let access = Access { subject, granted: &granted, ceiling: &ceiling, approved: &all, rights: &all, expired: None, unproven: None };
                decide(&catalog, &access, request).is_permit()
            };
            requests.iter().all(|request| opens(request, Subject::Person) || opens(request, Subject::Client))
        };
        match minimal(&catalog, &requests) {
            Ok(minimal) => {
                prop_assert!(opens_all(&minimal.scope));
                let api = Api::new(&catalog);
                if let Some(choices) = api.choices(&requests, 2_000) {
                    prop_assert_eq!(minimal.proof, Proof::Least);
                    let told = api.check(&choices, &minimal);
                    prop_assert!(told.is_ok(), "{}\n{:?}\n{}", told.unwrap_err(), requests, model.file());
                }
                for spared in minimal.scope.tokens() {
                    let rest = minimal.scope.tokens().iter().filter(|token| *token != spared).cloned().collect();
                    prop_assert!(!opens_all(&rest), "{} can be spared", spared);
                }
            }
            Err(unknown) => {
                prop_assert!(!unknown.calls.is_empty());
                prop_assert!(!opens_all(&catalog.scope_of(&all)), "only retired scopes open a call");
            }
        }
    }

    #[test]
    fn printing_and_parsing_a_scope_are_inverse(
        tokens in proptest::collection::vec("[!#-\\[\\]-~]{1,12}", 0..20),
    ) {
        let scope = Scope::parse(&tokens.join(" ")).unwrap();
        prop_assert_eq!(&Scope::parse(&scope.to_string()).unwrap(), &scope);
        let mut seen = BTreeSet::new();
        let kept: Vec<&str> = tokens.iter().map(String::as_str).filter(|token| seen.insert(*token)).collect();
        prop_assert_eq!(scope.iter().collect::<Vec<_>>(), kept);
        prop_assert_eq!(serde_json::from_value::<Scope>(serde_json::to_value(&scope).unwrap()).unwrap(), scope);
    }

    #[test]
    fn any_text_is_a_scope_or_a_syntax_error(text in any::<String>()) {
        match Scope::parse(&text) {
            Ok(scope) => prop_assert!(scope.iter().all(|token| text.split(' ').any(|part| part == token))),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn arbitrary_requests_are_answered(
        numbers in numbers(), method in any::<String>(), path in any::<String>(), query in any::<String>(), body in any::<String>(),
    ) {
        let (mut draws, model, catalog) = drawn(numbers);
        let (holder, call) = (holder(&mut draws, &model), Call::random(&mut draws, &model));
        with(&catalog, &holder, &call, |access, request| {
            let own_path = request.path;
            for (method, path) in [(method.as_str(), path.as_str()), (request.method, own_path)] {
                let mut request = ApiRequest::new(method, "");
                (request.path, request.query, request.body) = (path, Visible::Seen(&query), Visible::Seen(&body));
                let explanation = explain(&catalog, access, &request, &History::default());
                prop_assert_eq!(decide(&catalog, access, &request).reason(), explanation.reason);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_damaged_file_is_a_catalog_or_a_list_of_mistakes(
        numbers in numbers(), cut in any::<prop::sample::Index>(), length in 0_usize..40, added in "[\\[\\]{}=\"a-z.,*\n]{0,12}",
    ) {
        let (_, model, _) = drawn(numbers);
        let mut file = model.file();
        let start = cut.index(file.len());
        file.replace_range(start..(start + length).min(file.len()), &added);
        if let Err(errors) = Catalog::parse("damaged.toml", &file) {
            prop_assert!(!errors.mistakes().is_empty());
            let lines = file.lines().count() + 1;
            for mistake in errors.mistakes() {
                prop_assert!((1..=lines).contains(&mistake.line), "{}", mistake);
                prop_assert!(!mistake.help.is_empty(), "{}", mistake);
            }
        }
    }
}

//! 100,000 calls, hostile ones among them, against the naive reference: what reaches the API is a call that
//! was sent, as it was sent, and one that the reference opens. The catalogs are random too.
//!
//! `odd` makes calls odd, `caller` sends them on kept connections, one behind the other, and `held` holds what
//! came through against the reference.

mod caller;
mod held;
mod odd;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use enforce::AccessNow;
use scope::{Catalog, Scope, ScopeToken, Subject};

use super::laws::call::Call;
use super::laws::draws::Draws;
use super::laws::model::Model;
use super::laws::naive::Holder;
use super::stand::{Kind, Stand};
use crate::callers::Callers;
use held::Tally;
use odd::Sent;

/// Calls of one catalog.
const OF_ONE_CATALOG: usize = 500;
const HOLDERS: usize = 8;

#[test]
fn proxy() {
    run(Kind::Proxy, 60_000);
}

#[test]
fn nginx() {
    run(Kind::Nginx, 20_000);
}

#[test]
fn envoy() {
    run(Kind::Envoy, 20_000);
}

/// The world of one catalog.
pub struct Round {
    pub model: Model,
    pub holders: Vec<(Holder, Subject)>,
}

fn run(kind: Kind, calls: usize) {
    let calls = match std::env::var("DIFFERENTIAL_CALLS") {
        Ok(asked) => asked.parse().unwrap(),
        Err(_) => calls,
    };
    let stand = Stand::new(kind);
    // Connections at once, and calls ahead on each: Envoy answers nothing of what it has read when something
    // behind that is malformed.
    let (lanes, ahead) = if kind == Kind::Envoy {
        (50, 1)
    } else {
        (25, 10)
    };
    let mut numbers = Numbers(0x5c09_e6a7_e000_0001 + kind as u64);
    let mut tally = Tally::default();
    let mut next = 0;
    for _ in 0..calls.div_ceil(OF_ONE_CATALOG) {
        let mut draws = Draws::new(numbers.some(1_500));
        let model = Model::random(&mut draws);
        let file = model.file();
        let catalog = Arc::new(Catalog::parse("random.toml", &file).unwrap());
        let holders: Vec<_> = (0..HOLDERS)
            .map(|own| holder(&mut draws, &model, own))
            .collect();
        let callers = holders.iter().map(|holder| caller(&catalog, holder));
        stand.decide_by(&catalog, &Arc::new(Callers(callers.collect())));
        let round = Round { model, holders };
        let mut sent: Vec<Vec<Sent>> = (0..lanes).map(|_| Vec::new()).collect();
        for place in 0..OF_ONE_CATALOG {
            let mut draws = Draws::new(numbers.some(250));
            sent[place % lanes].push(Sent::random(&mut draws, &round, next));
            next += 1;
        }
        let answered = stand
            .runtime
            .block_on(caller::send_all(stand.port, ahead, sent));
        let sent: HashMap<u64, _> = answered.into_iter().map(|one| (one.sent.id, one)).collect();
        let wrong = tally.hold(kind, &round, &sent, stand.api.take());
        assert!(
            wrong.is_empty(),
            "{}\n{file}\n{}",
            wrong.join("\n"),
            stand.said()
        );
    }
    println!("{kind:?}: {tally:?}");
    tally.is_enough(calls);
}

fn holder(draws: &mut Draws, model: &Model, place: usize) -> (Holder, Subject) {
    // The first may do everything.
    let some = |draws: &mut Draws| -> BTreeSet<String> {
        match place == 0 || draws.chance(2) {
            true => model.names().into_iter().collect(),
            false => draws.some(&model.names(), 2).into_iter().collect(),
        }
    };
    let holder = Holder {
        granted: some(draws),
        ceiling: some(draws),
        approved: place == 0 || !draws.chance(4),
        rights: some(draws),
    };
    let subject = if draws.chance(3) {
        Subject::Client
    } else {
        Subject::Person
    };
    (holder, subject)
}

fn caller(
    catalog: &Catalog,
    (holder, subject): &(Holder, Subject),
) -> (scope::GrantedScope, AccessNow) {
    let scope = |names: &BTreeSet<String>| -> Scope {
        let tokens = names.iter().map(|name| ScopeToken::parse(name).unwrap());
        tokens.collect()
    };
    let granted = catalog.granted(&scope(&holder.granted));
    let ceiling = catalog.registered(&scope(&holder.ceiling));
    let mut access = AccessNow::new(*subject, granted.clone(), Arc::new(ceiling));
    access.approved = Arc::new(catalog.approved(holder.approved.then_some("vetted")));
    access.rights = Arc::new(catalog.rights(holder.rights.iter().map(String::as_str)));
    (granted, access)
}

/// A call of the model, as a caller whose ids nobody knows makes it.
fn call(draws: &mut Draws, model: &Model) -> Call {
    let call = Call::random(draws, model);
    Call {
        ids: Vec::new(),
        query: Some(call.query.unwrap_or_default()),
        ..call
    }
}

/// Always the same numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn some(&mut self, count: usize) -> Vec<u32> {
        let next = || {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed >> 33) as u32
        };
        std::iter::repeat_with(next).take(count).collect()
    }
}

//! The decision, route lookup included, on generated catalogs of 10 to 10,000 scopes and on
//! the shipped ones.
//!
//! Besides, an API of 10,000 endpoints as OData ones are, whose paths are long.
//!
//! `one` repeats the same call; `spread` takes all calls of the catalog in a scattered order,
//! so that no cache of the processor holds one route only.
//!
//! usage: cargo bench -p bench --bench decision

mod generated;
mod held;
#[path = "../../../crates/scope/tests/support/odata.rs"]
mod odata_api;
mod processor_time;
mod shipped;
#[path = "../../../crates/scope/tests/support/small_catalog.rs"]
mod small_catalog;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use scope::{ApiRequest, Catalog, decide};

use held::Held;
use processor_time::ProcessorTime;

/// A call: method, path with query.
type Call = (String, String);

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for scopes in [10, 100, 1_000, 10_000] {
        let catalog = generated::catalog(scopes);
        let calls = generated::calls(scopes);
        measure(&mut criterion, &catalog, &calls, &scopes.to_string());
    }
    let described = odata_api::calls();
    let writable = || described.iter().filter(|call| !call.is_beyond);
    let catalog = odata_api::catalog(writable());
    let calls = scattered(writable().map(|call| {
        let request = call.requests.first().cloned().unwrap_or_default();
        (call.method.to_owned(), request)
    }));
    measure(&mut criterion, &catalog, &calls, "odata-10000-endpoints");
    for (catalog, calls) in shipped::catalogs() {
        measure(&mut criterion, &catalog, &calls, catalog.id());
    }
    criterion.final_summary();
}

/// In an order that no cache of the processor foresees.
fn scattered(calls: impl Iterator<Item = Call>) -> Vec<Call> {
    let calls: Vec<Call> = calls.collect();
    // A prime that does not divide their number.
    let places = (0..calls.len()).map(|turn| turn * 6_151 % calls.len());
    let scattered = places.filter_map(|place| calls.get(place).cloned());
    scattered.collect()
}

fn measure(
    criterion: &mut Criterion<ProcessorTime>,
    catalog: &Catalog,
    calls: &[Call],
    name: &str,
) {
    let requests: Vec<ApiRequest<'_>> = calls
        .iter()
        .map(|(method, target)| ApiRequest::new(method, target))
        .collect();
    let everything = Held::all_of(catalog);
    let nothing = Held::nothing_of(catalog);
    assert!(
        requests
            .iter()
            .all(|request| decide(catalog, &everything.access(), request).is_permit()),
        "every call of {name} is permitted to whoever holds everything"
    );

    let Some(one) = requests.get(requests.len() / 2) else {
        return;
    };
    let mut group = criterion.benchmark_group("decide");
    for (answer, held) in [("permit", &everything), ("deny", &nothing)] {
        let access = held.access();
        group.bench_function(BenchmarkId::new(format!("{answer}/one"), name), |bencher| {
            bencher.iter(|| decide(black_box(catalog), &access, black_box(one)).is_permit());
        });
        let mut next = requests.iter().cycle();
        group.bench_function(
            BenchmarkId::new(format!("{answer}/spread"), name),
            |bencher| {
                bencher.iter(|| {
                    next.next()
                        .map(|call| decide(black_box(catalog), &access, call).is_permit())
                });
            },
        );
    }
    group.finish();
}

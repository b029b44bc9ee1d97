//! The least scopes for calls of an API with 10,000 endpoints, each opened by any of up to 20
//! scopes: where narrow ones lie in wider ones, so that all choices are compared, and without any
//! order, where they are too many for that.
//!
//! usage: cargo bench -p bench --bench least

#[path = "../decision/processor_time.rs"]
mod processor_time;
#[path = "../../../crates/scope/tests/support/small_catalog.rs"]
mod small_catalog;
#[path = "../../../crates/scope/tests/support/wide_rules.rs"]
mod wide_rules;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion};
use scope::{ApiRequest, minimal, required};

use processor_time::ProcessorTime;
use wide_rules::Alternatives;

const ENDPOINTS: usize = 10_000;

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(5))
        .sample_size(30)
        .configure_from_args();
    let mut group = criterion.benchmark_group("least");
    for (name, how) in [
        ("nested", Alternatives::Nested),
        ("scattered", Alternatives::Scattered),
    ] {
        let catalog = wide_rules::catalog(ENDPOINTS, how);
        for count in [1, 20, 200] {
            let paths = wide_rules::calls(ENDPOINTS, count);
            let calls: Vec<ApiRequest<'_>> = paths
                .iter()
                .map(|path| ApiRequest::new("GET", path))
                .collect();
            // The floor: what each call needs, without choosing.
            group.bench_function(
                BenchmarkId::new(format!("{name}/floor"), count),
                |bencher| {
                    bencher.iter(|| {
                        let needs = calls.iter().map(|call| required(black_box(&catalog), call));
                        needs.filter(Result::is_ok).count()
                    });
                },
            );
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter(|| minimal(black_box(&catalog), &calls).is_ok());
            });
        }
    }
    group.finish();
    criterion.final_summary();
}

use prometheus::{IntCounter, IntGauge, Opts, Registry};

pub(super) fn counter(
    registry: &Registry,
    name: &str,
    help: &str,
) -> Result<IntCounter, prometheus::Error> {
    let counter = IntCounter::new(name, help)?;
    registry.register(Box::new(counter.clone()))?;
    Ok(counter)
}

pub(super) fn gauge(
    registry: &Registry,
    name: &str,
    help: &str,
) -> Result<IntGauge, prometheus::Error> {
    let gauge = IntGauge::new(name, help)?;
    registry.register(Box::new(gauge.clone()))?;
    Ok(gauge)
}

/// Which version this is.
pub(super) fn build(registry: &Registry) -> Result<(), prometheus::Error> {
    let build = IntGauge::with_opts(
        Opts::new("scopegate_build_info", "1, with the version as a label.")
            .const_label("version", env!("CARGO_PKG_VERSION")),
    )?;
    build.set(1);
    registry.register(Box::new(build))
}

/// Counts so many at once.
pub(super) fn add(counter: &IntCounter, count: usize) {
    counter.inc_by(u64::try_from(count).unwrap_or_default());
}

use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::Api;
use serde_json::{Value, json};

use super::{Said, Server};
use crate::arguments::gate::{GateReportArguments, Report as Wanted};
use crate::failure::{Failure, Outcome};
use crate::manage;

/// So many kinds of calls are told to people, of each sort; `--json` tells all.
const MOST: usize = 50;

/// Tells what gates saw.
pub fn run(arguments: &GateReportArguments) -> Outcome {
    let GateReportArguments {
        config,
        data,
        report,
    } = arguments;
    manage::at(config, data.as_deref(), async |server| {
        told_of(server, report).await
    })
}

async fn told_of(server: &Server, wanted: &Wanted) -> Result<Said, Failure> {
    let Wanted { realm, api, json } = wanted;
    let desk = server.desk(realm)?;
    let apis = server
        .apis
        .get(realm)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let wanted: Vec<&Api> = apis
        .iter()
        .filter(|own| api.as_deref().is_none_or(|name| own.name() == name))
        .collect();
    if wanted.is_empty() {
        return Err(Failure::new(match api {
            Some(name) => format!("realm {realm:?} has no API {name:?} in its configuration"),
            None => format!(
                "realm {realm:?} has no API of its own, and so no gate; name one by [[realm.api]] in the \
                 configuration"
            ),
        }));
    }
    let calls = desk.gate_calls().await?;
    let now = desk.now();
    let reports = wanted.into_iter().map(|api| {
        let of_api = calls.iter().filter(|calls| calls.api == api.name());
        Report::of(api, now, of_api.collect())
    });
    if *json {
        let reports: Vec<Value> = reports.map(|report| report.json()).collect();
        return Ok(json!({ "realm": realm, "apis": reports })
            .to_string()
            .into());
    }
    let texts: Vec<String> = reports.map(|report| report.text()).collect();
    Ok(texts.join("\n\n").into())
}

/// What the gates of one API saw.
struct Report<'a> {
    api: &'a Api,
    observed_until: Option<&'a str>,
    calls: Vec<&'a GateCalls>,
}

impl<'a> Report<'a> {
    fn of(api: &'a Api, now: Timestamp, calls: Vec<&'a GateCalls>) -> Self {
        let until = api.beside().observes_all_until();
        let until = until.filter(|until| !until.is_over(now.as_second()));
        Self {
            api,
            observed_until: until.map(|until| until.day()),
            calls,
        }
    }

    fn with(&self, outcome: GateOutcome) -> impl Iterator<Item = &'a GateCalls> {
        let all = self.calls.iter().copied();
        all.filter(move |calls| calls.outcome == outcome)
    }

    fn sum(&self, outcome: GateOutcome) -> i64 {
        let each = self.with(outcome).map(|calls| calls.calls);
        each.fold(0, i64::saturating_add)
    }

    /// Of this outcome, at endpoints that a rule knows, or where no path was told.
    fn by_rule(&self, outcome: GateOutcome) -> Vec<&'a GateCalls> {
        self.with(outcome)
            .filter(|calls| !is_unknown(calls))
            .collect()
    }

    fn unknown(&self) -> Vec<&'a GateCalls> {
        let all = self.calls.iter().copied();
        all.filter(|calls| is_unknown(calls)).collect()
    }

    fn text(&self) -> String {
        let mode = match self.observed_until {
            Some(day) => format!("observed until {day}"),
            None => "calls that are not allowed are denied".to_owned(),
        };
        let (name, url) = (self.api.name(), self.api.url());
        let Some(since) = self.calls.iter().map(|calls| calls.first_at).min() else {
            return format!(
                "API {name} ({url}): {mode}\nIts gates saw no call yet. Have a proxy ask them, as \
                 docs/forward-auth.md says, and look again a few seconds after the first calls."
            );
        };
        let mut text = format!(
            "API {name} ({url}): {mode}\nsince {since}: {} permitted, {} with other credentials, {} would \
             have been denied, {} denied",
            self.sum(GateOutcome::Permitted),
            self.sum(GateOutcome::Passed),
            self.sum(GateOutcome::Observed),
            self.sum(GateOutcome::Denied),
        );
        let passed: Vec<_> = self.with(GateOutcome::Passed).collect();
        text += &section("Passed with other credentials", &passed);
        let observed = self.by_rule(GateOutcome::Observed);
        text += &section("Would have been denied", &observed);
        text += &section("No rule knows these endpoints", &self.unknown());
        text += &section("Denied", &self.by_rule(GateOutcome::Denied));
        if observed.is_empty() && self.unknown().is_empty() && self.observed_until.is_some() {
            text += "\n\nNothing would have been denied. When every app has called, take `mode` out of the \
                     configuration.";
        }
        text
    }

    fn json(&self) -> Value {
        let list = |calls: Vec<&GateCalls>| -> Vec<Value> { calls.into_iter().map(told).collect() };
        json!({
            "api": self.api.name(),
            "url": self.api.url(),
            "observed_until": self.observed_until,
            "since": self.calls.iter().map(|calls| calls.first_at).min(),
            "permitted": self.sum(GateOutcome::Permitted),
            "passed": self.sum(GateOutcome::Passed),
            "observed": self.sum(GateOutcome::Observed),
            "denied": self.sum(GateOutcome::Denied),
            "passed_with": list(self.with(GateOutcome::Passed).collect()),
            "would_have_been_denied": list(self.by_rule(GateOutcome::Observed)),
            "without_a_rule": list(self.unknown()),
            "were_denied": list(self.by_rule(GateOutcome::Denied)),
        })
    }
}

fn is_unknown(calls: &GateCalls) -> bool {
    !calls.has_rule && !calls.path.is_empty()
}

fn told(calls: &GateCalls) -> Value {
    json!({
        "calls": calls.calls,
        "outcome": calls.outcome.as_str(),
        "client": calls.client,
        "method": calls.method,
        "path": calls.path,
        "reason": calls.reason,
        "first": calls.first_at,
        "last": calls.last_at,
    })
}

fn section(title: &str, calls: &[&GateCalls]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let mut text = format!("\n\n{title}:");
    for calls in calls.iter().take(MOST) {
        let parts = [&calls.client, &calls.method, &calls.path, &calls.reason];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let what: Vec<&str> = parts.map(String::as_str).collect();
        text += &format!(
            "\n{:>8}  {}  ({} to {})",
            calls.calls,
            what.join("  "),
            calls.first_at,
            calls.last_at
        );
    }
    if let Some(more) = calls.len().checked_sub(MOST).filter(|more| *more > 0) {
        text += &format!("\n          and {more} kinds more; --json tells all");
    }
    text
}

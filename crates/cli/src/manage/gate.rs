use oauth::model::{GateCalls, GateOutcome, Timestamp};
use realm::Api;
use scope::Reason;
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
            .filter(|calls| At::of(calls) == At::Rule)
            .collect()
    }

    fn at(&self, at: At) -> Vec<&'a GateCalls> {
        let all = self.calls.iter().copied();
        all.filter(|calls| At::of(calls) == at).collect()
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
        text += &section("No rule knows these endpoints", &self.at(At::NoRule));
        text += &section("Refused for how the path is written", &self.at(At::Refused));
        text += &section("Denied", &self.by_rule(GateOutcome::Denied));
        let is_clear = self.sum(GateOutcome::Observed) == 0 && self.at(At::NoRule).is_empty();
        if is_clear && self.observed_until.is_some() {
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
            "without_a_rule": list(self.at(At::NoRule)),
            "refused_paths": list(self.at(At::Refused)),
            "were_denied": list(self.by_rule(GateOutcome::Denied)),
        })
    }
}

/// Where calls went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// To an endpoint that a rule knows, or no path was told.
    Rule,
    /// To a path that no rule knows.
    NoRule,
    /// To one that can be read in several ways, or is too long, which a rule for the endpoint would not
    /// change.
    Refused,
}

impl At {
    fn of(calls: &GateCalls) -> Self {
        let refused = [Reason::AmbiguousPath, Reason::TooLarge].map(Reason::as_str);
        if calls.has_rule || calls.path.is_empty() {
            Self::Rule
        } else if refused.contains(&calls.reason.as_str()) {
            Self::Refused
        } else {
            Self::NoRule
        }
    }
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
    let shown = calls.get(..MOST).unwrap_or(calls);
    let mut widths = [0; 4];
    for calls in shown {
        for (width, cell) in widths.iter_mut().zip(cells(calls)) {
            *width = cell.chars().count().max(*width);
        }
    }
    for calls in shown {
        text += &format!("\n{:>8}", calls.calls);
        // A column that says nothing of any of them takes no room.
        for (cell, width) in cells(calls).into_iter().zip(widths) {
            if width > 0 {
                text += &format!("  {cell:width$}");
            }
        }
        text += &format!("  ({} to {})", calls.first_at, calls.last_at);
    }
    if let Some(more) = calls.len().checked_sub(MOST).filter(|more| *more > 0) {
        text += &format!("\n          and {more} kinds more; --json tells all");
    }
    text
}

fn cells(calls: &GateCalls) -> [&str; 4] {
    [&calls.client, &calls.method, &calls.path, &calls.reason]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_path_is_written_is_told_apart_from_rules() {
        let mut calls = GateCalls {
            realm: "orders".to_owned(),
            api: "api".to_owned(),
            outcome: GateOutcome::Denied,
            client: String::new(),
            method: "GET".to_owned(),
            path: "/a".to_owned(),
            has_rule: false,
            reason: String::new(),
            calls: 1,
            first_at: Timestamp::UNIX_EPOCH,
            last_at: Timestamp::UNIX_EPOCH,
        };
        for (reason, at) in [
            ("no-rule", At::NoRule),
            ("method-not-in-catalog", At::NoRule),
            ("no-credentials", At::NoRule),
            ("ambiguous-path", At::Refused),
            ("too-large", At::Refused),
        ] {
            calls.reason = reason.to_owned();
            calls.has_rule = false;
            assert!(At::of(&calls) == at, "{reason}");
            calls.has_rule = true;
            assert!(At::of(&calls) == At::Rule, "{reason}");
        }
    }
}

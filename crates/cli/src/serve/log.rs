//! The log: lines on standard error, each with the id of the request it belongs to.

use std::fmt;

use realm::{Clock, SystemClock};
use serde_json::{Map, Value};
use server::operations::current_request_id;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::configuration::Log;
use crate::failure::Failure;

/// Begins to log, once per process.
pub fn start(log: &Log) -> Result<(), Failure> {
    let lines = Lines {
        json: log.json,
        clock: SystemClock::new(),
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .event_format(lines)
        .with_filter(log.level.clone());
    tracing_subscriber::registry()
        .with(layer)
        .try_init()
        .map_err(Failure::while_doing("cannot begin to log"))
}

/// Writes one event as one line.
struct Lines {
    json: bool,
    clock: SystemClock,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut members = Members::default();
        event.record(&mut members);
        let line = Line {
            time: self.clock.now().to_string(),
            level: event.metadata().level().as_str(),
            target: event.metadata().target(),
            request: current_request_id().map(|id| id.as_str().to_owned()),
            members,
        };
        let text = if self.json { line.json() } else { line.human() };
        writeln!(writer, "{text}")
    }
}

struct Line {
    time: String,
    level: &'static str,
    target: &'static str,
    request: Option<String>,
    members: Members,
}

impl Line {
    fn json(self) -> String {
        let mut line = Map::new();
        line.insert("time".to_owned(), self.time.into());
        line.insert("level".to_owned(), self.level.into());
        line.insert("target".to_owned(), self.target.into());
        if let Some(request) = self.request {
            line.insert("request_id".to_owned(), request.into());
        }
        line.insert("message".to_owned(), self.members.message.into());
        for (name, value) in self.members.others {
            // A field cannot pretend to be one of the line's own.
            line.entry(name).or_insert(value);
        }
        Value::Object(line).to_string()
    }

    fn human(self) -> String {
        let mut line = format!(
            "{} {:5} {}: {}",
            self.time,
            self.level,
            self.target,
            one_line(&self.members.message)
        );
        for (name, value) in self.members.others {
            let text = match value {
                Value::String(text) => one_line(&text),
                other => other.to_string(),
            };
            line += &format!(" {name}={text}");
        }
        if let Some(request) = self.request {
            line += &format!(" request_id={request}");
        }
        line
    }
}

/// Nobody can write a line of their own into the log.
fn one_line(text: &str) -> String {
    if text.contains(char::is_control) {
        text.escape_debug().to_string()
    } else {
        text.to_owned()
    }
}

/// What an event says.
#[derive(Default)]
struct Members {
    message: String,
    others: Vec<(String, Value)>,
}

impl Members {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        self.others.push((field.name().to_owned(), value.into()));
    }
}

impl Visit for Members {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.add(field, text);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.add(field, value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str, others: &[(&str, &str)]) -> Line {
        Line {
            time: "2026-01-01T00:00:00Z".to_owned(),
            level: "WARN",
            target: "server",
            request: Some("1-2".to_owned()),
            members: Members {
                message: message.to_owned(),
                others: others
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
                    .collect(),
            },
        }
    }

    #[test]
    fn a_line_is_one_line_whatever_it_says() {
        let hostile = [("path", "/a\n2026 ERROR forged")];
        let human = line("what\r\nhappened", &hostile).human();
        assert!(!human.contains(['\n', '\r']), "{human}");
        assert!(human.ends_with("request_id=1-2"));
        assert!(!line("what\nhappened", &hostile).json().contains('\n'));
    }

    #[test]
    fn json_has_the_request_and_keeps_its_own_members() {
        let text = line("hello", &[("level", "forged"), ("realm", "bexio")]).json();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["level"], "WARN");
        assert_eq!(value["request_id"], "1-2");
        assert_eq!(value["realm"], "bexio");
    }
}

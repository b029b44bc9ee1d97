use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use authoring::{LeastOfRun, Run, RunFormat, RunOptions, least_of_run, read_run, with_numbers};
use serde_json::{Value, json};

use super::minimal_text::as_text;
use crate::arguments::catalog::{MinimalArguments, Recorded};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{print, print_line};
use crate::shipped;

/// The largest run that is read.
const MOST_BYTES: u64 = 256 << 20;

/// From here on, what is read takes a while.
const LONG: usize = 1 << 20;

/// In the place of what was said before, on the last line of a terminal.
fn say(what: &str) {
    // Somebody may have closed it.
    let _ = write!(std::io::stderr(), "\r\u{1b}[K{what}");
}

/// The least scopes that open every call of a run.
pub fn run(arguments: &MinimalArguments) -> Outcome {
    let catalog = shipped::catalog(&arguments.catalog)?;
    let bytes = input::bytes(&arguments.calls, MOST_BYTES)?;
    let mut options = RunOptions::default();
    options.format = arguments.format.map(format);
    options.bases.clone_from(&arguments.base);
    options.counts_refused = arguments.refused;
    // Whoever waits at a terminal sees that something happens.
    let is_watched = bytes.len() > LONG && std::io::stderr().is_terminal();
    let now = |what: &str| {
        if is_watched {
            say(what);
        }
    };
    options.progress = is_watched.then_some(|lines| say(&format!("{lines} lines read")));
    let run = read_run(&bytes, &options);
    now("");
    let told = |why: String| Failure::new(with_numbers(&format!("{}: {why}", name(arguments))));
    let run = run.map_err(|why| told(why.to_string()))?;
    now("looking for the least scopes");
    let least = least_of_run(&catalog, &run);
    now("");
    let least = least.map_err(|unknown| told(unknown.to_string()))?;
    if arguments.json {
        print_line(&format!("{:#}", as_json(&run, &least)))?;
    } else {
        print(&with_numbers(&as_text(&catalog, &run, &least)))?;
    }
    let is_whole = least.no_rule.is_empty() && run.unreadable.is_empty();
    Ok(ExitCode::from(u8::from(!is_whole)))
}

/// What is read, for people.
fn name(arguments: &MinimalArguments) -> String {
    match arguments.calls.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => arguments.calls.display().to_string(),
    }
}

fn format(recorded: Recorded) -> RunFormat {
    match recorded {
        Recorded::Lines => RunFormat::Lines,
        Recorded::Log => RunFormat::Log,
        Recorded::JsonLines => RunFormat::JsonLines,
        Recorded::Har => RunFormat::Har,
    }
}

fn as_json(run: &Run, least: &LeastOfRun<'_>) -> Value {
    let answer = &least.least;
    let calls = answer
        .per_call
        .iter()
        .zip(&least.calls)
        .map(|(needs, call)| {
            json!({
                "method": needs.method,
                "path": needs.path,
                "scopes": needs.scopes,
                "row_filter": needs.row_filter,
                "line": call.line,
                "times": call.times,
            })
        });
    json!({
        "scope": answer.scope.to_string(),
        "proof": answer.proof,
        "opens": answer.opens,
        "of": answer.of,
        "calls": calls.collect::<Vec<_>>(),
        "instead": answer.instead,
        "format": run.format,
        "no_rule": least.no_rule,
        "missing_base": least.missing_base,
        "unseen_bodies": least.unseen_bodies,
        "left_out": least.left_out,
        "unreadable": run.unreadable,
    })
}

use std::path::Path;
use std::process::ExitCode;

use scope::ApiRequest;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{print, print_line};
use crate::shipped;

/// The least scopes that open every call of a list.
pub fn run(name_or_file: &str, calls: &Path, as_json: bool) -> Outcome {
    let catalog = shipped::catalog(name_or_file)?;
    let text = read(calls)?;
    let text = text.trim_start_matches('\u{feff}');
    let lines = parse(text)?;
    let requests: Vec<ApiRequest<'_>> = lines
        .iter()
        .map(|(method, path)| ApiRequest::new(method, path))
        .collect();
    let minimal =
        scope::minimal(&catalog, &requests).map_err(|unknown| Failure::new(unknown.to_string()))?;
    if as_json {
        let calls: Vec<_> = minimal
            .per_call
            .iter()
            .map(|call| json!({ "method": call.method, "path": call.path, "scopes": call.scopes }))
            .collect();
        let answer = json!({ "scope": minimal.scope.to_string(), "calls": calls });
        print_line(&format!("{answer:#}"))?;
    } else {
        let mut text = format!("{}\n\n", minimal.scope);
        let width = minimal
            .per_call
            .iter()
            .map(|call| call.method.len() + 1 + call.path.len())
            .max()
            .unwrap_or(0);
        for call in &minimal.per_call {
            let what = format!("{} {}", call.method, call.path);
            text += &format!("{what:width$}  {}\n", call.scopes.join(" "));
        }
        print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read(calls: &Path) -> Result<String, Failure> {
    match calls == Path::new("-") {
        true => input::standard(),
        false => input::file(calls),
    }
}

/// `METHOD path` per line; empty lines and lines that begin with `#` are passed over.
fn parse(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut calls = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(method), Some(path), None) if path.starts_with('/') => {
                calls.push((method.to_ascii_uppercase(), path.to_owned()));
            }
            _ => {
                return Err(Failure::new(format!(
                    "line {}: {line:?} is not \"METHOD path\", as in GET /2.0/contact",
                    number + 1
                )));
            }
        }
    }
    if calls.is_empty() {
        return Err(Failure::new(
            "there are no calls in the list; write one \"METHOD path\" per line",
        ));
    }
    Ok(calls)
}

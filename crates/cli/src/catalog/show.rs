use std::process::ExitCode;

use scope::Catalog;
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::output::{print, print_line};
use crate::shipped;

/// Shows scopes and endpoints, for a person or for a program.
pub fn run(name_or_file: &str, as_json: bool, language: Option<&str>) -> Outcome {
    let catalog = shipped::catalog(name_or_file)?;
    if as_json {
        print_line(&format!("{:#}", as_value(&catalog)))?;
    } else {
        let language = language_of(&catalog, language)?;
        print(&as_table(&catalog, language))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The language asked for, if the catalog has it; its first one if none was asked for.
pub fn language_of<'a>(catalog: &'a Catalog, asked: Option<&'a str>) -> Result<&'a str, Failure> {
    let languages = catalog.languages();
    match asked {
        Some(language) if languages.iter().any(|known| known == language) => Ok(language),
        Some(language) => Err(Failure::new(format!(
            "the catalog has no texts in {language:?}; it has {}",
            languages.join(", ")
        ))),
        None => Ok(languages.first().map_or("en", String::as_str)),
    }
}

fn as_value(catalog: &Catalog) -> Value {
    let scopes: Vec<Value> = catalog
        .scopes()
        .iter()
        .map(|scope| {
            json!({
                "name": scope.name,
                "resource": scope.resource,
                "action": scope.action,
                "added": scope.added,
                "elevation": scope.elevation,
                "money": scope.money,
                "risk": scope.risk,
                "implies": scope.implies,
                "status": scope.status,
                "successor": scope.successor,
                "row_filter": scope.row_filter,
                "title": scope.title,
                "description": scope.description,
                "inferred": scope.inferred,
                "source": scope.source,
                "note": scope.note,
            })
        })
        .collect();
    let endpoints: Vec<Value> = catalog
        .endpoints()
        .iter()
        .map(|endpoint| {
            json!({
                "method": endpoint.method,
                "path": endpoint.path,
                "requirement": endpoint.requirement.to_string(),
                "inferred": endpoint.inferred,
                "source": endpoint.source,
                "note": endpoint.note,
            })
        })
        .collect();
    json!({
        "id": catalog.id(),
        "version": catalog.version(),
        "scopes": scopes,
        "endpoints": endpoints,
    })
}

fn as_table(catalog: &Catalog, language: &str) -> String {
    let scopes = catalog.scopes().iter().map(|scope| {
        let mut marks = Vec::new();
        if scope.added.as_str() != "never" {
            marks.push(format!(
                "added to {}",
                scope.added.as_str().replace('-', " ")
            ));
        }
        if let Some(elevation) = &scope.elevation {
            marks.push(format!("elevated: {elevation}"));
        }
        if let Some(risk) = &scope.risk {
            marks.push(format!(
                "risk {}: {}",
                risk.level,
                risk.reason.get(language)
            ));
        }
        if !scope.implies.is_empty() {
            marks.push(format!("brings {}", scope.implies.join(", ")));
        }
        if scope.status.as_str() != "active" {
            marks.push(scope.status.as_str().to_owned());
        }
        [
            scope.name.clone(),
            scope.title.get(language).to_owned(),
            marks.join("; "),
        ]
    });
    let endpoints = catalog.endpoints().iter().map(|endpoint| {
        [
            endpoint.method.to_string(),
            endpoint.path.clone(),
            format!(
                "{}{}",
                endpoint.requirement,
                if endpoint.inferred {
                    "  (inferred)"
                } else {
                    ""
                }
            ),
        ]
    });
    format!(
        "{} {}\n\n{}\n{}",
        catalog.title().get(language),
        catalog.version(),
        table(["SCOPE", "MEANING", ""], scopes),
        table(["METHOD", "PATH", "NEEDS"], endpoints)
    )
}

/// Three columns, each as wide as its widest cell.
fn table(head: [&str; 3], rows: impl Iterator<Item = [String; 3]>) -> String {
    let rows: Vec<[String; 3]> = std::iter::once(head.map(str::to_owned))
        .chain(rows)
        .collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    rows.iter()
        .map(|[a, b, c]| {
            format!("{a:first$}  {b:second$}  {c}")
                .trim_end()
                .to_owned()
                + "\n"
        })
        .collect()
}

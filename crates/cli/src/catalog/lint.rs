use std::process::ExitCode;

use authoring::{Finding, Level, Lint, Rule};
use scope::Catalog;
use serde_json::json;

use crate::arguments::catalog::{Denied, LintArguments};
use crate::failure::{Failure, Outcome};
use crate::output::{print, print_line};
use crate::shipped;

/// Tells what a catalog could do better, or explains a rule.
pub fn run(arguments: &LintArguments) -> Outcome {
    if arguments.rules {
        return rules();
    }
    if let Some(rule) = arguments.explain {
        return explain(rule);
    }
    let Some(catalog) = &arguments.catalog else {
        return Err(Failure::new(
            "name a catalog, or give --rules or --explain RULE",
        ));
    };
    let (name, text) = shipped::text_of(catalog)?;
    let catalog = match Catalog::parse(&name, &text) {
        Ok(catalog) => catalog,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return Ok(ExitCode::from(2));
        }
    };
    let lint = authoring::lint(&catalog);
    let is_denied = |finding: &Finding| arguments.deny.iter().any(|own| denies(*own, finding.rule));
    let denied = lint.findings.iter().filter(|own| is_denied(own)).count();
    if arguments.json {
        print_line(&format!("{:#}", as_json(&name, &lint, &is_denied)))?;
    } else {
        print(&as_text(&name, &lint, &is_denied))?;
    }
    Ok(ExitCode::from(u8::from(denied > 0)))
}

fn denies(denied: Denied, rule: Rule) -> bool {
    match denied {
        Denied::All => true,
        Denied::Warnings => rule.level() == Level::Warning,
        Denied::Rule(own) => own == rule,
    }
}

fn rules() -> Outcome {
    for rule in Rule::ALL {
        print_line(&format!("{:<8} {}", rule.level().to_string(), rule.id()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(rule: Rule) -> Outcome {
    print_line(&format!(
        "{rule} ({})\n\n{}",
        rule.level(),
        rule.explanation()
    ))?;
    print_line(&format!(
        "\nWhere it is meant so, the catalog says so and why:\n\n[[accept]]\nrule = \"{rule}\"\nat = [\"…\"]   # what the finding stands at, or with one * for any text\nwhy = \"…\""
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn as_text(name: &str, lint: &Lint, is_denied: &impl Fn(&Finding) -> bool) -> String {
    let mut text = String::new();
    for finding in &lint.findings {
        let line = finding.line.map(|line| format!(":{line}"));
        let level = match is_denied(finding) {
            true => "denied".to_owned(),
            false => finding.rule.level().to_string(),
        };
        text += &format!(
            "{name}{}: {level} [{}] {}: {}\n",
            line.unwrap_or_default(),
            finding.rule,
            finding.subject,
            finding.what
        );
    }
    let count = |level| {
        let own = lint.findings.iter();
        own.filter(|finding| finding.rule.level() == level).count()
    };
    let accepted = match lint.accepted {
        0 => String::new(),
        some => format!("; {some} more are meant so, as the catalog says"),
    };
    let (warnings, notes) = (count(Level::Warning), count(Level::Note));
    if lint.findings.is_empty() {
        return format!("{name}: nothing found{accepted}.\n");
    }
    text += &format!(
        "{name}: {}, {}{accepted}. `scopegate catalog lint --explain RULE` says why one matters.\n",
        counted(warnings, "warning"),
        counted(notes, "note")
    );
    text
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn as_json(name: &str, lint: &Lint, is_denied: &impl Fn(&Finding) -> bool) -> serde_json::Value {
    let finding = |own: &Finding| {
        json!({
            "rule": own.rule.id(),
            "level": own.rule.level().to_string(),
            "denied": is_denied(own),
            "at": own.subject,
            "what": own.what,
            "line": own.line,
        })
    };
    json!({
        "catalog": name,
        "findings": lint.findings.iter().map(finding).collect::<Vec<_>>(),
        "accepted": lint.accepted,
    })
}

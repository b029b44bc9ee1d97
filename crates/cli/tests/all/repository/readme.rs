//! What the README shows does what it says.

use crate::common::{root, scopegate, scopegate_with_input};

/// The README's blocks of code in a language.
fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let start = format!("```{language}\n");
    text.split(&start)
        .skip(1)
        .map(|rest| rest.split_once("```").unwrap().0.to_owned())
        .collect()
}

/// Words as a shell would split them; only double quotes are understood.
fn words(line: &str) -> Vec<String> {
    line.split('"')
        .enumerate()
        .flat_map(|(part, text)| match part % 2 {
            0 => text.split_whitespace().map(str::to_owned).collect(),
            _ => vec![text.to_owned()],
        })
        .collect()
}

#[test]
fn its_questions_to_a_catalog_are_answered() {
    let blocks = blocks("sh");
    let lines: Vec<&str> = blocks
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| line.contains("scopegate catalog"))
        .collect();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in lines {
        let (input, command) = line.split_once(" | ").unwrap_or(("", line));
        let input = input.replace("printf '", "").replace("\\n", "\n");
        let arguments = words(command.replace("my-api.toml", "bexio").as_str());
        let ran = scopegate_with_input(&arguments[1..], input.trim_end_matches('\''));
        let expected = match line.contains("invoices:write") {
            // The one that shows a denial.
            true => 1,
            false => 0,
        };
        assert_eq!(ran.code, expected, "{line}: {ran:?}");
    }
}

#[test]
fn its_configuration_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("scopegate.toml");
    let text = blocks("toml").remove(0);
    std::fs::write(&config, text.replace("my-api.toml", "stora")).unwrap();
    let config = config.to_str().unwrap();
    scopegate(["migrate", "--config", config]).ok();
    scopegate(["client", "list", "stora", "--config", config]).ok();
    scopegate(["client", "list", "acme", "--config", config]).wrong(&["acme", "stora"]);
}

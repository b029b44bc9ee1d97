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
        .filter(|line| line.contains("scopegate catalog") && !line.contains("import"))
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

/// The steps of its first screen, but for serving, which pages with tests of their own do.
#[test]
fn an_api_of_ones_own_begins_as_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let description = "openapi: 3.1.0\ninfo: {title: Orders, version: '1'}\npaths:\n  /orders:\n    get: {responses: {}}\n";
    std::fs::write(folder.path().join("orders.yaml"), description).unwrap();
    let configuration = blocks("toml").remove(0);
    std::fs::write(folder.path().join("scopegate.toml"), configuration).unwrap();
    let all = blocks("sh").remove(0);
    let steps: Vec<&str> = all.lines().collect();
    let [import, check, serve, report] = steps.as_slice() else {
        panic!("{all}");
    };
    let at = |name: &str| folder.path().join(name).display().to_string();
    let import = ["orders.yaml", "orders.toml"]
        .iter()
        .fold(import.to_string(), |line, name| {
            line.replace(name, &at(name))
        });
    let run = |line: &str, more: &[&str]| {
        let mut words = words(line.split('#').next().unwrap());
        words.extend(more.iter().map(|word| (*word).to_owned()));
        scopegate(&words[1..])
    };
    // What is proposed is to be looked at, and it says so.
    assert_eq!(run(&import, &[]).code, 1);
    let config = at("scopegate.toml");
    let configured = ["--config", config.as_str()];
    assert!(run(check, &configured).ok().out.contains("is right"));
    assert_eq!(words(serve)[..2], ["scopegate", "serve"]);
    run("scopegate migrate", &configured).ok();
    assert!(
        run(report, &configured)
            .out
            .contains("observed until 2030-12-31")
    );
}

#[test]
fn its_configuration_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("scopegate.toml");
    let text = blocks("toml").remove(1);
    std::fs::write(&config, text.replace("my-api.toml", "stora")).unwrap();
    let config = config.to_str().unwrap();
    scopegate(["migrate", "--config", config]).ok();
    scopegate(["client", "list", "stora", "--config", config]).ok();
    scopegate(["client", "list", "acme", "--config", config]).wrong(&["acme", "stora"]);
}

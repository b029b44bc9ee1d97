//! Files that are made from the program are as the program would make them now.
//! `just generate` writes them anew.

use std::path::Path;
use std::process::Command;

fn scopegate(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_scopegate"))
        .args(arguments)
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn compare(path: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{} is not what the program makes now; run `just generate`",
        path.display()
    );
}

#[test]
fn reference_pages() {
    for (catalog, languages) in [
        ("bexio", ["en", "de"]),
        ("bokio", ["en", "de"]),
        ("freshbooks", ["en", "de"]),
        ("stora", ["en", "de"]),
    ] {
        for language in languages {
            let page = scopegate(&["catalog", "docs", catalog, "--language", language]);
            compare(&format!("docs/reference/{catalog}.{language}.md"), &page);
        }
    }
}

/// The report and a part of the catalog that `docs/import.md` shows.
#[test]
fn import_of_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let import = |more: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_scopegate"))
            .args(["catalog", "import", "library.yaml"])
            .args(more)
            .current_dir(root.join("docs/examples"))
            .output()
            .unwrap()
    };
    let output = import(&[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let report = String::from_utf8(output.stderr).unwrap();
    let catalog = String::from_utf8(output.stdout).unwrap();
    let start = catalog.find("[resources.readers]").unwrap();
    let end = catalog.find("# -------- apps").unwrap_or(catalog.len());
    let scopes = catalog.get(start..end).unwrap();
    let scopes: Vec<&str> = scopes.split("\n\n").take(2).collect();
    let calls = catalog.find("path = \"/readers\"").unwrap();
    let calls: Vec<&str> = catalog
        .get(calls..)
        .unwrap()
        .split("\n\n")
        .take(2)
        .collect();
    let part = format!(
        "{}\n\n[[endpoints]]\n{}\n",
        scopes.join("\n\n"),
        calls.join("\n\n")
    );
    let page = std::fs::read_to_string(root.join("docs/import.md")).unwrap();
    let page = with_block(&page, "<!-- made: report -->\n```text\n", &report);
    let page = with_block(&page, "<!-- made: catalog -->\n```toml\n", &part);
    compare("docs/import.md", &page);
}

/// A page with another text in the block of code that begins so.
fn with_block(page: &str, beginning: &str, text: &str) -> String {
    let (before, rest) = page.split_once(beginning).unwrap();
    let (_, after) = rest.split_once("```").unwrap();
    format!("{before}{beginning}{text}```{after}")
}

#[test]
fn configuration_reference() {
    let page = scopegate(&["config", "reference"]);
    compare("docs/reference/configuration.md", &page);
}

/// The help of every command, one after the other.
#[test]
fn command_reference() {
    let mut page = String::from("# Commands\n\nMade from `scopegate --help`.\n");
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = waiting.pop() {
        let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = scopegate(&arguments);
        let title = std::iter::once("scopegate").chain(command.iter().map(String::as_str));
        let title: Vec<_> = title.collect();
        page += &format!("\n## {}\n\n```text\n{}```\n", title.join(" "), help);
        let mut children: Vec<_> = subcommands(&help)
            .into_iter()
            .map(|child| {
                let mut longer = command.clone();
                longer.push(child);
                longer
            })
            .collect();
        children.reverse();
        waiting.extend(children);
    }
    compare("docs/reference/commands.md", &page);
}

fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

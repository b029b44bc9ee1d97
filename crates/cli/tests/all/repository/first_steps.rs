//! Every command of `docs/first-steps.md` is run, in one shell, as somebody would who reads it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use reqwest::Url;

use crate::common::{person, root};

/// The blocks of the document in a language, in their order.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let start = format!("```{language}\n");
    let rests = text.split(&start).skip(1);
    rests
        .map(|rest| rest.split_once("```").unwrap().0)
        .collect()
}

#[test]
fn all_of_them_work() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let text = std::fs::read_to_string(root().join("docs/first-steps.md")).unwrap();
    let text = text.replace("127.0.0.1:8080", &address);
    let folder = tempfile::tempdir().unwrap();
    for file in blocks(&text, "toml") {
        let name = file.lines().next().unwrap().trim_start_matches("# ");
        std::fs::write(folder.path().join(name), file).unwrap();
    }
    let commands = blocks(&text, "sh").concat();
    // Whatever happens, the server ends with the shell.
    let script = format!("set -e -o pipefail\ntrap 'kill $server' EXIT\n{commands}trap - EXIT\n");
    let binary = Path::new(env!("CARGO_BIN_EXE_scopegate"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", binary.parent().unwrap().display());
    let errors = folder.path().join("errors");
    let mut shell = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(shell.stdout.take().unwrap());
    let mut said = String::new();
    let url = loop {
        let mut line = String::new();
        let read = output.read_line(&mut line).unwrap();
        let told = || std::fs::read_to_string(&errors).unwrap();
        assert!(read > 0, "{said}\n{}", told());
        said.push_str(&line);
        if let Some(url) = line.strip_prefix("open ") {
            break Url::parse(url.trim_end()).unwrap();
        }
    };
    let back = person::consent(url, "anna", "a long password", &[]);
    let code = back.query_pairs().find(|(name, _)| name == "code");
    let (_, code) = code.unwrap_or_else(|| panic!("no code in {back}"));
    writeln!(shell.stdin.take().unwrap(), "{code}").unwrap();
    output.read_to_string(&mut said).unwrap();
    let ended = shell.wait().unwrap();
    let told = std::fs::read_to_string(&errors).unwrap();
    assert!(ended.success(), "{said}\n{told}");
    assert_eq!(said.matches("\"active\":true").count(), 2, "{said}");
    for word in [
        "denied, as it should be",
        "\"scope\":\"task_read\"",
        "\"scope\":\"task_read task_write\"",
        "Task board by Boards Ltd",
        "client-registered",
        "are as they were",
        "backed up",
    ] {
        assert!(said.contains(word), "{word}: {said}\n{told}");
    }
}

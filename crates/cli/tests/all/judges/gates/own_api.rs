//! `docs/your-own-api.md`, every command of it in one shell.

use std::path::Path;
use std::process::Command;

use crate::common::many::free_ports;
use crate::common::root;

#[test]
fn every_command_of_the_page_works() {
    let [public, gate, outside, api] = free_ports();
    let text = std::fs::read_to_string(root().join("docs/your-own-api.md")).unwrap();
    let text = text
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{public}"))
        .replace("127.0.0.1:8090", &format!("127.0.0.1:{gate}"))
        .replace("127.0.0.1:8000", &format!("127.0.0.1:{outside}"))
        .replace("127.0.0.1:9000", &format!("127.0.0.1:{api}"))
        .replace("\"127.0.0.1\", 9000", &format!("\"127.0.0.1\", {api}"));
    let folder = tempfile::tempdir().unwrap();
    let mut commands = String::new();
    for block in text.split("\n```").skip(1).step_by(2) {
        let (kind, code) = block.split_once('\n').unwrap();
        match kind {
            "sh" => commands.push_str(&format!("{code}\n")),
            _ => {
                let name = code.lines().next().unwrap().trim_start_matches("# ");
                std::fs::write(folder.path().join(name), code).unwrap();
            }
        }
    }
    // Whatever happens, what was started ends with the shell.
    let script = format!("set -e -o pipefail\ntrap 'kill $(jobs -p)' EXIT\n{commands}");
    let binary = Path::new(env!("CARGO_BIN_EXE_scopegate"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", binary.parent().unwrap().display());
    let ran = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let told = String::from_utf8_lossy(&ran.stderr);
    let mut rest = &*said;
    for word in [
        "1. Paths seem to name the organisation",
        "to be looked at",
        "orders.toml: no mistakes",
        "denied, as it should be",
        "sg_at_",
        "\"call\": \"GET /companies/acme/orders\"",
        "\"Client\": \"shop\"",
        "\"Organisation-Slug\": \"acme\"",
        "\"Scope\": \"orders:read\"",
        "\"call\": \"POST /companies/acme/orders\"",
        "\"Client\": \"shop\"",
        "\"call\": \"GET /companies/other/orders\"",
        "3 would have been denied",
        "wrong-organisation",
        "insufficient-scope",
        "No rule knows these endpoints",
        "\"reason\":\"insufficient-scope\"",
        "\"reason\":\"wrong-organisation\"",
        "resource_metadata=",
        "403",
        "\"authorization_servers\":",
    ] {
        let found = rest.split_once(word);
        let (_, behind) = found.unwrap_or_else(|| panic!("no {word:?} in {rest}\n{said}\n{told}"));
        rest = behind;
    }
    assert!(ran.status.success(), "{said}\n{told}");
    // Whoever types them sees each answer on lines of its own.
    for line in said.lines().filter(|line| line.contains('{')) {
        let whole = serde_json::from_str::<serde_json::Value>(line);
        let is_path = line.contains("/companies/{company}");
        assert!(whole.is_ok() || is_path, "{line}");
    }
}

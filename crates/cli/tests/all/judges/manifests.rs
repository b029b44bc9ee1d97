//! `deploy/kubernetes`, for which there is no cluster here: held against the schemas of those who read the
//! files, and against what they say of this program.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{root, scopegate};

fn folder() -> PathBuf {
    root().join("deploy/kubernetes")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// Every file, in order.
fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Is there no mistake, and what was said.
fn check(files: &[PathBuf]) -> (bool, String) {
    let ran = Command::new("node")
        .arg("check.mjs")
        .args(files)
        .current_dir(root().join("tests/judges/manifests"))
        .output()
        .unwrap();
    let told = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8(told).unwrap())
}

#[test]
fn each_fits_the_schemas() {
    let names = names();
    assert_eq!(
        names,
        [
            "envoy-gateway.yaml",
            "gate.yaml",
            "istio-values.yaml",
            "istio.yaml",
            "server.yaml",
            "traefik.yaml"
        ]
    );
    let files: Vec<PathBuf> = names.iter().map(|name| folder().join(name)).collect();
    let (right, said) = check(&files);
    assert!(right, "{said}");
}

/// The judge sees what is wrong: values, keys that nobody reads, and what would let calls through.
#[test]
fn what_is_wrong_is_seen() {
    let files = tempfile::tempdir().unwrap();
    for (name, from, to) in [
        ("server.yaml", "replicas: 2", "replicaz: 2"),
        ("server.yaml", "containerPort: 8080", "containerPort: web"),
        ("gate.yaml", "readinessProbe:", "readynessProbe:"),
        ("gate.yaml", "periodSeconds: 10", "periodSecond: 10"),
        ("envoy-gateway.yaml", "parentRefs:", "parentRef:"),
        ("envoy-gateway.yaml", "failOpen: false", "failOpen: true"),
        (
            "envoy-gateway.yaml",
            "backendRefs: [{ name: scopegate-gate",
            "backends: [{ name: scopegate-gate",
        ),
        ("istio.yaml", "action: CUSTOM", "action: CUSTOMS"),
        ("istio-values.yaml", "failOpen: false", "failOpen: true"),
        ("istio-values.yaml", "packAsBytes: true", "packAsByte: true"),
        (
            "traefik.yaml",
            "trustForwardHeader:",
            "trustForwardHeaders:",
        ),
    ] {
        let (own, file) = (text(name), files.path().join(name));
        assert!(own.contains(from), "{name}: {from}");
        std::fs::write(&file, own.replacen(from, to, 1)).unwrap();
        let (right, said) = check(&[file]);
        assert!(!right, "{name}: {to}: {said}");
        assert!(said.contains("1 mistakes"), "{name}: {to}: {said}");
    }
}

/// The configuration in the ConfigMap, with places that a test has.
fn configuration(files: &Path) -> PathBuf {
    let own = text("server.yaml");
    let (_, behind) = own.split_once("  scopegate.toml: |\n").unwrap();
    let (lines, _) = behind.split_once("\n---\n").unwrap();
    let lines = lines
        .lines()
        .map(|line| line.strip_prefix("    ").unwrap_or(line));
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text
        .replace("/srv/catalogs/orders.toml", "bexio")
        .replace("&sslrootcert=/srv/database/ca.crt", "");
    let file = files.join("scopegate.toml");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn the_configuration_is_right_and_its_listeners_are_those_of_the_pods() {
    let files = tempfile::tempdir().unwrap();
    let file = configuration(files.path());
    scopegate(["config", "check", "--config", file.to_str().unwrap()]).ok();
    let configuration: toml::Table =
        toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let listeners = configuration["listener"].as_array().unwrap();
    let ports = listeners.iter().map(|listener| {
        let address = listener["address"].as_str().unwrap();
        address.rsplit_once(':').unwrap().1.to_owned()
    });
    let ports: Vec<String> = ports.collect();
    for (name, expected) in [("server.yaml", [0, 2]), ("gate.yaml", [1, 2])] {
        let own = text(name);
        for port in expected {
            let container = format!("containerPort: {} }}", ports[port]);
            assert!(own.contains(&container), "{name}: {container}");
        }
    }
    // Both are the same program with the same configuration, and ask other things before calls come.
    let run = r#"args: ["serve", "--config", "/etc/scopegate/scopegate.toml"]"#;
    assert!(text("server.yaml").contains(run) && text("gate.yaml").contains(run));
    assert!(text("server.yaml").contains("path: /readyz, port"));
    assert!(text("gate.yaml").contains("path: /readyz/reads, port"));
}

/// Where headers are listed, all of them are.
#[test]
fn what_the_api_is_told_is_passed_on_whole() {
    for (name, key, times) in [
        ("istio-values.yaml", "headersToUpstreamOnAllow", 2),
        ("traefik.yaml", "authResponseHeaders", 1),
    ] {
        let own = text(name);
        let key = format!("{key}: [");
        assert_eq!(own.matches(&key).count(), times, "{name}");
        for behind in own.split(&key).skip(1) {
            let (list, _) = behind.split_once(']').unwrap();
            let listed: Vec<String> = list.split(", ").map(str::to_lowercase).collect();
            let all = gates::HEADERS.map(|header| header.as_str().to_owned());
            assert_eq!(listed, all, "{name}");
        }
    }
}

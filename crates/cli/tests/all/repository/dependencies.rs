//! What `deny.toml` says of dependencies holds, for those that are built here: their licences,
//! one TLS stack and one crypto library, no crate twice without a reason. The advisories, and
//! other platforms, are left to `cargo deny check`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
    skip: Vec<Twice>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    /// Where it may be all the same.
    #[serde(default)]
    wrappers: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
struct Twice {
    /// `name@version`, where the version may end early.
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

impl Twice {
    fn is(&self, name: &str, version: &str) -> bool {
        let (named, beginning) = self.name.split_once('@').unwrap();
        let rest = version.strip_prefix(beginning);
        named == name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

fn rules() -> Rules {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deny.toml");
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A crate as something depends on it.
struct Dependency {
    of: Option<String>,
    name: String,
    version: String,
    licence: String,
}

/// What is really built. The graph in `cargo metadata` also has what an optional dependency
/// would bring along if it were there: ring, by way of rustls-webpki.
fn tree(arguments: &[&str]) -> Vec<Dependency> {
    let ran = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix=depth", "--format= {p}|{l}|"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let mut above: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for line in String::from_utf8(ran.stdout).unwrap().lines() {
        // Between the crates of the workspace there are empty lines.
        let Some((package, rest)) = line.split_once('|') else {
            continue;
        };
        let words: Vec<_> = package.split_whitespace().collect();
        let (depth, name, version) = (words[0], words[1], words[2]);
        let (licence, _) = rest.split_once('|').unwrap();
        above.truncate(depth.parse().unwrap());
        found.push(Dependency {
            of: above.last().cloned(),
            name: name.to_owned(),
            version: version.trim_start_matches('v').to_owned(),
            licence: licence.to_owned(),
        });
        above.push(name.to_owned());
    }
    found
}

/// Everything, with the tests and the build.
fn everything() -> Vec<Dependency> {
    tree(&["--workspace", "--all-features"])
}

/// What ends in the binary, or in what writes its code.
fn product() -> Vec<Dependency> {
    tree(&["--package=scopegate", "--edges=normal"])
}

fn licensees(names: &[String]) -> Vec<Licensee> {
    let parsed = names.iter().map(|name| Licensee::parse(name));
    parsed.collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_licence_is_an_allowed_one() {
    let Licences { allow, exceptions } = rules().licenses;
    let everywhere = licensees(&allow);
    let everything = everything();
    assert!(everything.len() > 200);
    let mut refused = BTreeSet::new();
    for Dependency { name, licence, .. } in everything {
        let exceptions = exceptions.iter().filter(|one| one.name == name);
        let here: Vec<_> = exceptions.flat_map(|one| licensees(&one.allow)).collect();
        // LAX: old crates write MIT/Apache-2.0.
        let is_allowed = Expression::parse_mode(&licence, ParseMode::LAX).is_ok_and(|licence| {
            licence.evaluate(|one| {
                let mut allowed = everywhere.iter().chain(&here);
                allowed.any(|allowed| allowed.satisfies(one))
            })
        });
        if !is_allowed {
            refused.insert(format!("{name}: {licence}"));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn there_is_one_tls_stack_and_one_crypto_library() {
    let banned = rules().bans.deny;
    for dependency in everything() {
        let Some(banned) = banned.iter().find(|one| one.name == dependency.name) else {
            continue;
        };
        let by = dependency.of.unwrap_or_default();
        assert!(
            banned.wrappers.contains(&by),
            "{by} brings {}, but {}",
            banned.name,
            banned.reason
        );
    }
    let product = product();
    for name in ["rustls", "aws-lc-rs"] {
        assert!(product.iter().any(|one| one.name == name), "{name}");
    }
}

#[test]
fn no_crate_is_here_twice_without_a_reason() {
    let skip = rules().bans.skip;
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Dependency { name, version, .. } in product() {
        versions.entry(name).or_default().insert(version);
    }
    assert!(versions.len() > 100);
    versions.retain(|name, versions| {
        versions.retain(|version| !skip.iter().any(|one| one.is(name, version)));
        versions.len() > 1
    });
    assert!(versions.is_empty(), "{versions:#?}");
}

#[test]
fn what_may_be_here_twice_still_is() {
    let everything = everything();
    for one in rules().bans.skip {
        let is_here = everything
            .iter()
            .any(|other| one.is(&other.name, &other.version));
        assert!(is_here, "{} ({})", one.name, one.reason);
    }
}

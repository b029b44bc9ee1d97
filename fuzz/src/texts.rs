//! What the authorization server and the command line read.

use std::sync::LazyLock;

use oauth::model::{KeyPurpose, Timestamp};
use oauth::parameters::Parameters;
use oauth::redirect_uri::{RedirectUri, matches};
use oauth::token::RealmKeys;
use scope::{Catalog, Scope};

use crate::text;

/// A catalog compiles, or each of its mistakes has a line and says what to do.
pub fn catalog(bytes: &[u8]) {
    let Some(file) = text(bytes) else { return };
    match Catalog::parse("fuzz.toml", file) {
        Ok(catalog) => {
            for endpoint in catalog.endpoints() {
                let names = endpoint.requirement.scopes();
                // Open to whoever has no scope only where the file says so.
                let told = endpoint.requirement.to_string();
                let is_said = told.contains("any token") || told.contains("public");
                assert!(
                    !names.is_empty() || is_said,
                    "{} {}",
                    endpoint.method,
                    endpoint.path
                );
                assert!(names.iter().all(|name| catalog.find(name).is_some()));
            }
        }
        Err(mistakes) => {
            let lines = file.lines().count() + 1;
            assert!(!mistakes.mistakes().is_empty());
            for mistake in mistakes.mistakes() {
                assert!((1..=lines).contains(&mistake.line), "{mistake}");
                assert!(!mistake.help.is_empty(), "{mistake}");
            }
        }
    }
}

/// A scope is what it is when it is written and read again.
pub fn scope(bytes: &[u8]) {
    let Some(given) = text(bytes) else { return };
    match Scope::parse(given) {
        Ok(scope) => {
            let written = scope.to_string();
            assert_eq!(Scope::parse(&written).unwrap(), scope);
            assert!(written.len() <= given.len());
            for token in given.split(' ').filter(|token| !token.is_empty()) {
                assert!(scope.contains(token), "{token}");
            }
        }
        Err(error) => assert!(error.to_string().len() <= 2_048, "{error}"),
    }
}

/// Of what is not clear nothing is used.
pub fn form(bytes: &[u8]) {
    const NAMES: [&str; 6] = [
        "scope",
        "client_id",
        "state",
        "redirect_uri",
        "code",
        "resource",
    ];
    match Parameters::read(bytes) {
        Ok(parameters) => {
            for name in NAMES {
                assert_ne!(parameters.get(name), Some(""), "{name}");
                assert!(
                    name == "resource" || parameters.get_all(name).count() <= 1,
                    "{name}"
                );
            }
        }
        Err(faulty) => {
            for name in NAMES.iter().filter(|name| faulty.is_unusable(name)) {
                assert_eq!(faulty.usable().get(name), None, "{name}");
            }
            assert!(Parameters::parse(bytes).is_err());
        }
    }
}

const ISSUER: &str = "https://auth.example/fuzz";

static KEYS: LazyLock<RealmKeys> = LazyLock::new(|| {
    let key = |purpose, kid, seed| {
        RealmKeys::generate("fuzz", purpose, kid, [seed; 32], Timestamp::UNIX_EPOCH).unwrap()
    };
    RealmKeys::new(&[
        key(KeyPurpose::SealToken, "seal", 1),
        key(KeyPurpose::SignEs256, "sign", 2),
    ])
    .unwrap()
});

/// Nobody makes a token without the keys, from whatever there is.
pub fn token(bytes: &[u8]) {
    let Some(token) = text(bytes) else { return };
    assert!(KEYS.open(token).is_err(), "{token}");
    assert!(KEYS.verify_jwt(ISSUER, token).is_none(), "{token}");
    assert!(KEYS.access_token(ISSUER, token).is_err(), "{token}");
}

/// What is registered is plain, and nothing else counts as it, but for the port of loopback.
pub fn redirect_uri(bytes: &[u8]) {
    let Some(uri) = text(bytes) else { return };
    let (registered, presented) = uri.split_once('\n').unwrap_or((uri, uri));
    let Ok(registered) = RedirectUri::register(registered) else {
        return;
    };
    let own = registered.as_str();
    assert!(own.bytes().all(|byte| byte.is_ascii_graphic()), "{own}");
    assert!(!own.contains(['#', '\\', '*', '"', '<', '>']), "{own}");
    // A private-use scheme is followed by a path, which may hold anything.
    let (_, rest) = own.split_once(':').unwrap();
    let authority = rest
        .strip_prefix("//")
        .map_or("", |rest| rest.split(['/', '?']).next().unwrap());
    assert!(!authority.contains('@'), "{own}");
    assert!(matches(own, own));
    if matches(own, presented) && own != presented {
        for uri in [own, presented] {
            let loopback = ["http://127.0.0.1", "http://[::1]"];
            assert!(
                loopback.iter().any(|origin| uri.starts_with(origin)),
                "{uri}"
            );
        }
        let host_and_path = |uri: &str| {
            let (host, rest) = uri.split_once("://").unwrap();
            let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
            (host.to_owned(), path.to_owned())
        };
        assert_eq!(host_and_path(own), host_and_path(presented));
    }
}

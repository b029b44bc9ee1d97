//! The keys of `[[realm]]` about where its addresses are, and their reading.

use realm::{Endpoint, Placement};
use scope::Mistakes;

use super::key::{Absent, Key, Table};
use super::section::Section;

pub const ISSUER_PATH: Key = Key {
    name: "issuer_path",
    form: "path",
    example: r#"issuer_path = "/oauth2""#,
    absent: Absent::Off("the realm is below its name, as `/REALM`"),
    about: "Where the issuer is behind `base_url`: `/` for the root, or any path without a slash at its \
            end. For a server with one realm only; see `docs/at-the-root.md`.",
};
pub const ENDPOINTS_TABLE: Key = Key {
    name: "endpoints",
    form: "table",
    example: r#"endpoints = { token = "/oauth2/token" }"#,
    absent: Absent::Off("`oauth/authorize` and so on behind the issuer"),
    about: "Where the endpoints are that apps have in their settings; see `[realm.endpoints]`.",
};

pub const ENDPOINTS: Table = Table {
    head: "[realm.endpoints]",
    about: "Paths from the root of the host, within the issuer's or outside it, for apps that were written \
            for another server. An endpoint answers there alone, and metadata names it. For a server with \
            one realm only; see `docs/at-the-root.md`.",
    keys: &[&AUTHORIZE, &TOKEN, &INTROSPECT, &REVOKE, &JWKS],
};

pub const AUTHORIZE: Key = Key {
    name: "authorize",
    form: "path",
    example: r#"authorize = "/oauth/authorize""#,
    absent: Absent::Off("`oauth/authorize` behind the issuer"),
    about: "The authorization endpoint (RFC 6749 section 3.1).",
};
pub const TOKEN: Key = Key {
    name: "token",
    form: "path",
    example: r#"token = "/oauth2/token""#,
    absent: Absent::Off("`oauth/token` behind the issuer"),
    about: "The token endpoint (RFC 6749 section 3.2).",
};
pub const INTROSPECT: Key = Key {
    name: "introspect",
    form: "path",
    example: r#"introspect = "/oauth2/introspect""#,
    absent: Absent::Off("`oauth/introspect` behind the issuer"),
    about: "Introspection (RFC 7662).",
};
pub const REVOKE: Key = Key {
    name: "revoke",
    form: "path",
    example: r#"revoke = "/oauth2/revoke""#,
    absent: Absent::Off("`oauth/revoke` behind the issuer"),
    about: "Revocation (RFC 7009).",
};
pub const JWKS: Key = Key {
    name: "jwks",
    form: "path",
    example: r#"jwks = "/oauth2/jwks.json""#,
    absent: Absent::Off("`oauth/jwks` behind the issuer"),
    about: "The public keys of JWT access tokens (RFC 7517 section 5).",
};

const KEYS: [(Endpoint, &Key); 5] = [
    (Endpoint::Authorize, &AUTHORIZE),
    (Endpoint::Token, &TOKEN),
    (Endpoint::Introspect, &INTROSPECT),
    (Endpoint::Revoke, &REVOKE),
    (Endpoint::Jwks, &JWKS),
];

/// Where a realm is asked to be.
pub fn placement(realm: &Section<'_>, m: &mut Mistakes) -> Placement {
    let at = realm.value(&ISSUER_PATH, m, |path| Placement::default().at(path));
    let mut placement = at.unwrap_or_default();
    let Some(section) = realm.table(&ENDPOINTS_TABLE, &ENDPOINTS, m) else {
        return placement;
    };
    for (endpoint, key) in KEYS {
        let named = section.value(key, m, |path| placement.clone().naming(endpoint, path));
        placement = named.unwrap_or(placement);
    }
    placement
}

/// One realm alone can be elsewhere than below its name.
pub fn only_alone(realms: &[Section<'_>], m: &mut Mistakes) {
    if realms.len() < 2 {
        return;
    }
    for realm in realms {
        for key in [&ISSUER_PATH, &ENDPOINTS_TABLE] {
            if realm.has(key) {
                let what = format!(
                    "`{}` is for a server with one [[realm]], and there are several",
                    key.name
                );
                let help = "remove it, or have a server of its own for this realm";
                m.at(&realm.place_of(key), what, help);
            }
        }
    }
}

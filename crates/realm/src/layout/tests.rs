use super::*;

const HOST: &str = "https://login.example.com";

fn placed(issuer_path: &str, named: &[(Endpoint, &str)]) -> Result<Layout, String> {
    let begun = Placement::default().at(issuer_path)?;
    let placement = named
        .iter()
        .try_fold(begun, |placement, (endpoint, path)| {
            placement.naming(*endpoint, path)
        })?;
    Layout::new(HOST, "acme", &placement)
}

/// What is seen, and what it means to the server.
fn both_ways(layout: &Layout, pairs: &[(&str, &str)]) {
    for (seen, meant) in pairs {
        assert_eq!(layout.inward(seen).as_deref(), Some(*meant), "{seen}");
        if meant.starts_with("/acme") && !meant.ends_with('/') {
            assert_eq!(layout.outward(meant), *seen, "{meant}");
        }
    }
}

#[test]
fn beside_others_a_realm_is_below_its_name() {
    let layout = Layout::usual(HOST, "acme");
    assert_eq!(layout.issuer(), "https://login.example.com/acme");
    assert_eq!(layout.at(""), "/acme");
    assert_eq!(layout.at("login"), "/acme/login");
    assert_eq!(
        layout.url("oauth/token"),
        "https://login.example.com/acme/oauth/token"
    );
    let metadata = layout.well_known("oauth-authorization-server", "");
    assert_eq!(metadata, "/.well-known/oauth-authorization-server/acme");
    assert_eq!(layout.shared("/static/style.css"), "/static/style.css");
    assert_eq!(layout.cookie_path(), "/acme");
    assert_eq!(
        layout.inward("/anything//%2e"),
        Some(Cow::Borrowed("/anything//%2e"))
    );
    assert_eq!(Layout::new(HOST, "acme", &Placement::default()), Ok(layout));
}

#[test]
fn at_the_root_nothing_is_before_a_path() {
    let layout = placed("/", &[]).unwrap();
    assert_eq!(layout.issuer(), HOST);
    assert_eq!(layout.cookie_path(), "/");
    let metadata = layout.well_known("oauth-authorization-server", "");
    assert_eq!(metadata, "/.well-known/oauth-authorization-server");
    let of_sandbox = layout.well_known("oauth-protected-resource", "api");
    assert_eq!(of_sandbox, "/.well-known/oauth-protected-resource/api");
    both_ways(
        &layout,
        &[
            ("/", "/acme"),
            ("/login", "/acme/login"),
            ("/oauth/token", "/acme/oauth/token"),
            ("/api/2.0/contact/1", "/acme/api/2.0/contact/1"),
            ("/api/a%2Fb", "/acme/api/a%2Fb"),
            ("/static/style.css", "/static/style.css"),
            ("/healthz", "/healthz"),
            ("/readyz/reads", "/readyz/reads"),
            (
                "/.well-known/oauth-authorization-server",
                "/.well-known/oauth-authorization-server/acme",
            ),
            (
                "/.well-known/authzen-configuration/authzen/api",
                "/.well-known/authzen-configuration/acme/authzen/api",
            ),
            (
                "/.well-known/oauth-protected-resource/v1",
                "/.well-known/oauth-protected-resource/v1",
            ),
        ],
    );
    // Where it would be beside others, it is not.
    for (seen, nowhere) in [
        ("/acme", "/acme/acme"),
        ("/acme/login", "/acme/acme/login"),
        ("//login", "/acme//login"),
        (
            "/.well-known/oauth-authorization-server/acme",
            "/.well-known/oauth-authorization-server/acme/acme",
        ),
    ] {
        assert_eq!(layout.inward(seen).as_deref(), Some(nowhere));
    }
    assert_eq!(layout.inward("*"), None);
}

#[test]
fn below_a_path_nothing_outside_it_is_answered() {
    let layout = placed("/auth/v2", &[]).unwrap();
    assert_eq!(layout.issuer(), "https://login.example.com/auth/v2");
    assert_eq!(layout.cookie_path(), "/auth/v2");
    both_ways(
        &layout,
        &[
            ("/auth/v2", "/acme"),
            ("/auth/v2/", "/acme/"),
            ("/auth/v2/login", "/acme/login"),
            ("/auth/v2/oauth/token", "/acme/oauth/token"),
            ("/auth/v2/static/style.css", "/static/style.css"),
            (
                "/auth/v2/.well-known/oauth-authorization-server",
                "/acme/.well-known/oauth-authorization-server",
            ),
            (
                "/.well-known/oauth-authorization-server/auth/v2",
                "/.well-known/oauth-authorization-server/acme",
            ),
        ],
    );
    for nowhere in [
        "/",
        "/login",
        "/acme",
        "/acme/login",
        "/auth",
        "/auth/v22/login",
        "/static/style.css",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/acme",
    ] {
        assert_eq!(layout.inward(nowhere), None, "{nowhere}");
    }
}

#[test]
fn an_endpoint_has_one_name() {
    let named = [
        (Endpoint::Authorize, "/connect/authorize"),
        (Endpoint::Token, "/oauth2/token"),
        (Endpoint::Revoke, "/oauth/authorize"),
    ];
    let layout = placed("/", &named).unwrap();
    both_ways(
        &layout,
        &[
            ("/connect/authorize", "/acme/oauth/authorize"),
            ("/oauth2/token", "/acme/oauth/token"),
            ("/oauth/authorize", "/acme/oauth/revoke"),
            ("/oauth/jwks", "/acme/oauth/jwks"),
        ],
    );
    for old in ["/oauth/token", "/oauth/revoke"] {
        assert_eq!(layout.inward(old), None, "{old}");
    }
    let outside = placed("/auth", &named).unwrap();
    assert_eq!(
        outside.url("oauth/token"),
        "https://login.example.com/oauth2/token"
    );
    assert_eq!(outside.inward("/auth/oauth/token"), None);
    // A page that is visited outside the issuer's path needs the session, too.
    assert_eq!(outside.cookie_path(), "/");
}

#[test]
fn only_plain_paths_are_configured() {
    for (path, says) in [
        ("", "begin with a slash"),
        ("oauth2", "write \"/oauth2\""),
        ("https://login.example.com/oauth2", "whole address"),
        ("/oauth2/", "write \"/oauth2\""),
        ("//oauth2", "two slashes"),
        ("/a//b", "two slashes"),
        ("/a/./b", "\".\""),
        ("/a/../b", "\"..\""),
        ("/a%2Fb", "percent-encoded"),
        ("/%6fauth", "percent-encoded"),
        ("/a b", "' '"),
        ("/a?b", "'?'"),
        ("/a#b", "'#'"),
        ("/a\\b", "'\\\\'"),
        ("/{realm}", "'{'"),
        ("/a;b", "';'"),
        ("/größe", "'ö'"),
        ("/a\r\nb", "'\\r'"),
        ("/.well-known/x", ".well-known, healthz, metrics, readyz"),
        ("/healthz", ".well-known, healthz, metrics, readyz"),
        ("/metrics/a", ".well-known, healthz, metrics, readyz"),
    ] {
        let issuer = Placement::default().at(path).unwrap_err();
        assert!(issuer.contains(says), "{path}: {issuer}");
        let endpoint = Placement::default()
            .naming(Endpoint::Token, path)
            .unwrap_err();
        assert!(endpoint.contains(says), "{path}: {endpoint}");
    }
    let long = format!("/{}", "a".repeat(LONGEST));
    assert!(
        Placement::default()
            .at(&long)
            .unwrap_err()
            .contains("200 bytes")
    );
    let root = Placement::default()
        .naming(Endpoint::Token, "/")
        .unwrap_err();
    assert!(root.contains("no endpoint can be"), "{root}");
}

#[test]
fn endpoints_clash_with_nothing() {
    let says =
        |issuer_path: &str, named: &[(Endpoint, &str)]| placed(issuer_path, named).unwrap_err();
    let twice = [(Endpoint::Authorize, "/o/a"), (Endpoint::Token, "/o/a")];
    let said = says("/", &twice);
    assert!(
        said.contains("`token`") && said.contains("`authorize`"),
        "{said}"
    );
    // One that is where another is if nothing is said.
    let said = says("/", &[(Endpoint::Authorize, "/oauth/jwks")]);
    assert!(said.contains("`jwks`"), "{said}");
    for (issuer_path, path) in [
        ("/", "/login"),
        ("/", "/account/token"),
        ("/", "/static/token"),
        ("/", "/api/oauth/token"),
        ("/auth", "/auth/login"),
        ("/auth", "/auth/.well-known/token"),
    ] {
        let said = says(issuer_path, &[(Endpoint::Token, path)]);
        assert!(said.contains("account, admin, api"), "{path}: {said}");
    }
    let said = says("/auth", &[(Endpoint::Token, "/auth")]);
    assert!(said.contains("the issuer itself"), "{said}");
    // Outside the issuer's path, those are no realm's.
    placed("/auth", &[(Endpoint::Token, "/account/token")]).unwrap();
    placed("/account", &[]).unwrap();
}

/// A kind of request, for counting: few enough that each has its own metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
#[expect(missing_docs, reason = "named as in the paths")]
pub enum Endpoint {
    Token,
    Introspect,
    Revoke,
    Jwks,
    Metadata,
    Authorize,
    Login,
    Logout,
    Account,
    Scopes,
    /// Calls of the API behind the decision.
    Api,
    Static,
    /// The demo's own pages.
    Demo,
    /// Health and metrics.
    Operations,
    /// Everything else, also what is not there.
    Other,
}

impl Endpoint {
    /// Every one, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Token,
        Self::Introspect,
        Self::Revoke,
        Self::Jwks,
        Self::Metadata,
        Self::Authorize,
        Self::Login,
        Self::Logout,
        Self::Account,
        Self::Scopes,
        Self::Api,
        Self::Static,
        Self::Demo,
        Self::Operations,
        Self::Other,
    ];

    /// The endpoint behind a path. The router is not asked: it would have to be run twice, or
    /// to leave its finding in an extension of each request.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match first {
            "" | "demo.json" | "play" => Self::Demo,
            ".well-known" => Self::Metadata,
            "static" => Self::Static,
            "healthz" | "readyz" | "metrics" => Self::Operations,
            _ => Self::in_realm(rest),
        }
    }

    fn in_realm(path: &str) -> Self {
        match path {
            "oauth/token" => return Self::Token,
            "oauth/introspect" => return Self::Introspect,
            "oauth/revoke" => return Self::Revoke,
            "oauth/jwks" => return Self::Jwks,
            "oauth/authorize" => return Self::Authorize,
            _ => {}
        }
        let first = path.split_once('/').map_or(path, |(first, _)| first);
        match first {
            "api" => Self::Api,
            "login" => Self::Login,
            "logout" => Self::Logout,
            "account" => Self::Account,
            "scopes" => Self::Scopes,
            ".well-known" => Self::Metadata,
            _ => Self::Other,
        }
    }

    /// The name in metrics and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Jwks => "jwks",
            Self::Metadata => "metadata",
            Self::Authorize => "authorize",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Account => "account",
            Self::Scopes => "scopes",
            Self::Api => "api",
            Self::Static => "static",
            Self::Demo => "demo",
            Self::Operations => "operations",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (place, endpoint) in Endpoint::ALL.into_iter().enumerate() {
            assert_eq!(endpoint as usize, place);
        }
    }

    /// A new route has to be told to `Endpoint::of`.
    #[test]
    fn every_route_has_an_endpoint() {
        let routes = include_str!("../router.rs");
        let paths: Vec<&str> = routes
            .split(".route(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(paths.len() > 10);
        for path in paths {
            let called = path.replace("{realm}", "bexio").replace("{grant}", "1");
            assert_ne!(Endpoint::of(&called), Endpoint::Other, "{path}");
        }
    }

    #[test]
    fn paths_that_look_alike_are_told_apart() {
        assert_eq!(Endpoint::of("/bexio/api"), Endpoint::Api);
        assert_eq!(Endpoint::of("/bexio/api/oauth/token"), Endpoint::Api);
        assert_eq!(Endpoint::of("/bexio/apish"), Endpoint::Other);
        assert_eq!(Endpoint::of("/bexio/oauth/token/"), Endpoint::Other);
        assert_eq!(Endpoint::of("/bexio"), Endpoint::Other);
        assert_eq!(Endpoint::of(""), Endpoint::Demo);
    }
}

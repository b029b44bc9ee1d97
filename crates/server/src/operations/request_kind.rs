use realm::metrics::RequestKind;

/// The kind of request behind a path. The router is not asked: it would have to be run twice, or
/// to leave its finding in an extension of each request.
pub(super) fn kind_of(path: &str) -> RequestKind {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match first {
        "demo.json" | "play" => RequestKind::Demo,
        ".well-known" => RequestKind::Metadata,
        "static" => RequestKind::Static,
        "healthz" | "readyz" | "metrics" => RequestKind::Operations,
        "envoy.service.auth.v3.Authorization" => RequestKind::Gate,
        _ if rest.is_empty() => RequestKind::Home,
        _ => in_realm(rest),
    }
}

fn in_realm(path: &str) -> RequestKind {
    match path {
        "oauth/token" => return RequestKind::Token,
        "oauth/introspect" => return RequestKind::Introspect,
        "oauth/revoke" => return RequestKind::Revoke,
        "oauth/jwks" => return RequestKind::Jwks,
        "oauth/authorize" => return RequestKind::Authorize,
        _ => {}
    }
    let first = path.split_once('/').map_or(path, |(first, _)| first);
    match first {
        "api" => RequestKind::Api,
        "decide" | "authzen" | "apis" => RequestKind::Gate,
        "login" | "forgotten" | "link" | "sign-in" | "sign-ins" => RequestKind::Login,
        "logout" => RequestKind::Logout,
        "account" => RequestKind::Account,
        "consent" | "organisation" => RequestKind::Authorize,
        "scopes" => RequestKind::Scopes,
        "errors" => RequestKind::Errors,
        ".well-known" => RequestKind::Metadata,
        _ => RequestKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;
    use crate::routes::Route;

    /// A new route has to be told to `kind_of`.
    #[test]
    fn every_route_has_a_kind() {
        let routes = crate::routes().into_iter();
        let routes = routes.chain(crate::home_routes());
        let routes = routes.chain(operations::routes());
        for Route { path, .. } in routes {
            let called = path.replace("{realm}", "bexio").replace("{grant}", "1");
            assert_ne!(kind_of(&called), RequestKind::Other, "{path}");
        }
    }

    #[test]
    fn paths_that_look_alike_are_told_apart() {
        assert_eq!(kind_of("/bexio/api"), RequestKind::Api);
        assert_eq!(kind_of("/bexio/api/oauth/token"), RequestKind::Api);
        assert_eq!(kind_of("/bexio/apish"), RequestKind::Other);
        assert_eq!(kind_of("/bexio/oauth/token/"), RequestKind::Other);
        assert_eq!(kind_of("/bexio/decide"), RequestKind::Gate);
        assert_eq!(kind_of("/bexio"), RequestKind::Home);
        assert_eq!(kind_of("/"), RequestKind::Home);
    }
}

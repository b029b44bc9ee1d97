use realm::Layout;
use realm::metrics::RequestKind;

/// The kind of request behind a path as it is seen, where a deployment's only realm may have its own layout. Listeners for
/// gates have every realm below its name, wherever that is.
pub(super) fn kind_of_seen(sole: Option<&Layout>, path: &str) -> RequestKind {
    let meant = sole.and_then(|layout| layout.inward(path));
    let kind = meant.map(|meant| kind_of(&meant));
    let found = kind.filter(|kind| *kind != RequestKind::Other);
    found.unwrap_or_else(|| kind_of(path))
}

/// The kind of request behind a path. The router is not asked: it would have to be run twice, or
/// to leave its finding in an extension of each request.
fn kind_of(path: &str) -> RequestKind {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match first {
        "demo.json" | "play" => RequestKind::Demo,
        ".well-known" => RequestKind::Metadata,
        "static" => RequestKind::Static,
        "healthz" | "readyz" | "metrics" => RequestKind::Operations,
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
        "look" => RequestKind::Static,
        _ => RequestKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use realm::{Endpoint, Placement};

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
    fn the_only_realm_s_requests_are_told_apart_wherever_it_is() {
        let placement = Placement::default().at("/").unwrap();
        let placement = placement.naming(Endpoint::Token, "/oauth2/token").unwrap();
        let layout = Layout::new("https://login.example.com", "bexio", &placement).unwrap();
        for (path, kind) in [
            ("/", RequestKind::Home),
            ("/oauth2/token", RequestKind::Token),
            ("/oauth/authorize", RequestKind::Authorize),
            ("/login", RequestKind::Login),
            ("/api/2.0/contact", RequestKind::Api),
            ("/static/style.css", RequestKind::Static),
            ("/healthz", RequestKind::Operations),
            (
                "/.well-known/oauth-authorization-server",
                RequestKind::Metadata,
            ),
            ("/bexio/decide", RequestKind::Gate),
            ("/bexio/nothing", RequestKind::Other),
        ] {
            assert_eq!(kind_of_seen(Some(&layout), path), kind, "{path}");
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

use std::sync::Arc;

use axum::Router;
use realm::App;

use super::gates::OwnFronts;

/// What apps, people and the API's callers reach: the authorization server, and the sandbox of
/// every realm that has one; and what the provider's services ask.
pub fn public(app: &Arc<App>, fronts: &Arc<OwnFronts>) -> Router {
    server::router(Arc::clone(app))
        .merge(sandbox::router(app))
        .merge(fronts.for_services())
}

/// The same with a page at its root, which in a demo is the playground's.
pub fn configured(app: &Arc<App>, fronts: &Arc<OwnFronts>) -> Router {
    public(app, fronts).merge(server::home_router(Arc::clone(app)))
}

/// Every address there is: method, path, what is there. The crates hand in their routes, and
/// the tests hold them, and what the running routers answer, against this list.
#[cfg(test)]
mod list {
    /// Method, path, what is there.
    pub type Line = (&'static str, &'static str, &'static str);

    /// Programs call them, also in browsers of other origins, which ask by `OPTIONS` before.
    #[rustfmt::skip] // one line each
    pub const FOR_PROGRAMS: [Line; 8] = [
        ("POST", "/{realm}/oauth/token", "a token for a code, a refresh token or a client itself"),
        ("POST", "/{realm}/oauth/introspect", "what a token is worth now, for resource servers"),
        ("POST", "/{realm}/oauth/revoke", "ends a token of the caller's own"),
        ("GET", "/{realm}/oauth/jwks", "the public keys of JWT access tokens"),
        ("GET", "/.well-known/oauth-authorization-server/{realm}", "metadata, RFC 8414"),
        ("GET", "/{realm}/.well-known/oauth-authorization-server", "the same, where some look"),
        ("GET", "/.well-known/oauth-protected-resource", "metadata of an API at its host's root, RFC 9728"),
        ("GET", "/.well-known/oauth-protected-resource/{*path}", "the same of every other, and of the sandbox"),
    ];

    /// People see them.
    #[rustfmt::skip]
    pub const FOR_PEOPLE: [Line; 21] = [
        ("GET", "/{realm}", "what the realm is, and where to go on"),
        ("GET", "/{realm}/oauth/authorize", "an app asks for access, RFC 6749 section 3.1"),
        ("POST", "/{realm}/oauth/authorize", "the same, where it fits into no address"),
        ("GET", "/{realm}/consent", "asks the person what the app may do"),
        ("POST", "/{realm}/consent", "the person's decision"),
        ("POST", "/{realm}/organisation", "whose data is meant"),
        ("GET", "/{realm}/login", "asks who the person is"),
        ("POST", "/{realm}/login", "signs in"),
        ("POST", "/{realm}/logout", "signs out"),
        ("GET", "/{realm}/sign-ins/finish", "back from the provider's application"),
        ("GET", "/{realm}/sign-in/callback", "back from the OpenID provider"),
        ("POST", "/{realm}/sign-in/backchannel-logout", "the OpenID provider says that somebody signed out"),
        ("GET", "/{realm}/account", "the apps a person has let in"),
        ("GET", "/{realm}/account/grants/{grant}/remove", "asks before it is done"),
        ("POST", "/{realm}/account/grants/{grant}/remove", "takes an app's access back"),
        ("POST", "/{realm}/account/grants/{grant}/reduce", "takes some of it back"),
        ("POST", "/{realm}/account/families/{family}/end", "ends one connection of an app"),
        ("GET", "/{realm}/scopes", "every scope and what it opens"),
        ("GET", "/{realm}/errors", "every problem that a call of the API can be answered with"),
        ("GET", "/{realm}/errors/{reason}", "what one means and what to do; its `type` leads here"),
        ("GET", "/static/style.css", "the stylesheet of all pages"),
    ];

    /// On the public side and on a listener for gates: services of the provider ask, each for its own API.
    #[rustfmt::skip]
    pub const FOR_SERVICES: [Line; 4] = [
        ("POST", "/{realm}/decide", "may this call of the API go on?"),
        ("POST", "/{realm}/authzen/{api}/access/v1/evaluation", "the same in the words of AuthZEN"),
        ("POST", "/{realm}/authzen/{api}/access/v1/evaluations", "the same of several calls"),
        ("GET", "/.well-known/authzen-configuration/{realm}/authzen/{api}", "where these two are"),
    ];

    /// Gates in processes of their own ask, each for its own API and by its credentials.
    #[rustfmt::skip]
    pub const FOR_GATES: [Line; 5] = [
        ("GET", "/{realm}/apis/{api}", "how the API is configured"),
        ("GET", "/{realm}/apis/{api}/catalog", "the catalog that it goes by"),
        ("GET", "/{realm}/apis/{api}/catalogs/{digest}", "one that was served, by the SHA-256 of its text"),
        ("GET", "/{realm}/apis/{api}/changes", "what a gate has to forget, as it happens"),
        ("POST", "/{realm}/apis/{api}/calls", "what a gate saw, for the report"),
    ];

    /// The provider's application that signs people in asks and tells, by its credentials.
    #[rustfmt::skip]
    pub const FOR_SIGN_IN: [Line; 2] = [
        ("GET", "/{realm}/sign-ins/{challenge}", "what is asked of a sign-in under way"),
        ("POST", "/{realm}/sign-ins/{challenge}", "who signed in"),
    ];

    /// Of a configured server; a demo has its own.
    pub const HOME: [Line; 1] = [("GET", "/", "the realms")];

    /// Where a realm has a sandbox its callers reach them, by any method; what is there follows
    /// from the catalog.
    #[rustfmt::skip]
    pub const SANDBOX: [Line; 3] = [
        ("*", "/{realm}/api", "the sandbox of the realm"),
        ("*", "/{realm}/api/", "the same"),
        ("*", "/{realm}/api/{*path}", "every endpoint of the catalog"),
    ];

    /// On both sides: whoever keeps the process running asks it.
    pub const HEALTH: [Line; 1] = [("GET", "/healthz", "the process lives")];

    /// On a listener for operators.
    pub const FOR_OPERATORS: [Line; 3] = [
        ("GET", "/readyz", "may requests be sent here?"),
        (
            "GET",
            "/readyz/reads",
            "may calls be sent to the gates here, and be it only those that read?",
        ),
        ("GET", "/metrics", "what is counted, for Prometheus"),
    ];

    /// In the demo only.
    #[rustfmt::skip]
    pub const PLAYGROUND: [Line; 12] = [
        ("GET", "/", "the realms to try"),
        ("GET", "/demo.json", "sample people and apps, for programs"),
        ("GET", "/static/playground.css", "the stylesheet of the playground"),
        ("GET", "/static/playground.js", "its buttons to copy"),
        ("GET", "/play/{realm}", "the app that the page plays, and the API"),
        ("POST", "/play/{realm}/start", "the app asks, in the browser or by itself"),
        ("GET", "/play/{realm}/callback", "the person is back, with a code"),
        ("POST", "/play/{realm}/refresh", "exchanges the refresh token"),
        ("POST", "/play/{realm}/introspect", "what the API is told about the token"),
        ("POST", "/play/{realm}/revoke", "the app gives its access back"),
        ("POST", "/play/{realm}/call", "calls the sandbox"),
        ("POST", "/play/{realm}/forget", "begins anew"),
    ];
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use oauth::policy::{RealmPolicy, Sandbox};
    use realm::{Api, SystemClock, SystemRandom};
    use scope::Catalog;
    use server::{Route, operations};
    use storage::SqliteStore;
    use tower::ServiceExt;

    use super::list::{
        FOR_GATES, FOR_OPERATORS, FOR_PEOPLE, FOR_PROGRAMS, FOR_SERVICES, FOR_SIGN_IN, HEALTH,
        HOME, Line, PLAYGROUND, SANDBOX,
    };
    use super::*;
    use crate::playground;
    use crate::shipped;

    const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    fn named(lines: &[&[Line]]) -> BTreeSet<(&'static str, &'static str)> {
        let lines = lines.iter().flat_map(|lines| lines.iter());
        lines.map(|(method, path, _)| (*method, *path)).collect()
    }

    fn handed_in(routes: Vec<Route>) -> BTreeSet<(&'static str, &'static str)> {
        let routes = routes.into_iter();
        routes.map(|route| (route.method, route.path)).collect()
    }

    #[test]
    fn the_list_is_what_the_crates_hand_in() {
        let (open, other): (Vec<_>, Vec<_>) = server::routes()
            .into_iter()
            .partition(|route| route.is_open);
        assert_eq!(handed_in(open), named(&[&FOR_PROGRAMS]));
        assert_eq!(
            handed_in(other),
            named(&[&FOR_PEOPLE, &FOR_GATES, &FOR_SIGN_IN, &HEALTH])
        );
        let operations = handed_in(operations::routes());
        assert_eq!(operations, named(&[&FOR_OPERATORS, &HEALTH]));
        assert_eq!(handed_in(server::home_routes()), named(&[&HOME]));
        assert_eq!(handed_in(playground::routes()), named(&[&PLAYGROUND]));
        let services = BTreeSet::from(::gates::PATHS_OF_SERVICES);
        assert_eq!(services, named(&[&FOR_SERVICES]));
        let sandbox = sandbox::PATHS.map(|path| ("*", path));
        assert_eq!(BTreeSet::from(sandbox), named(&[&SANDBOX]));
    }

    #[test]
    fn no_realm_is_called_as_an_address_begins() {
        let all: [&[Line]; 9] = [
            &FOR_PROGRAMS,
            &FOR_PEOPLE,
            &FOR_GATES,
            &FOR_SIGN_IN,
            &FOR_SERVICES,
            &SANDBOX,
            &HEALTH,
            &FOR_OPERATORS,
            &PLAYGROUND,
        ];
        for (_, path) in named(&all) {
            let first = path.split('/').nth(1).unwrap_or_default();
            let can_be =
                first.starts_with(|c: char| c.is_ascii_lowercase()) && !first.contains('.');
            if can_be {
                assert!(oauth::naming::realm(first).is_err(), "{path}");
            }
        }
    }

    async fn app() -> Arc<App> {
        let (name, text) = shipped::CATALOGS[0];
        let database = SqliteStore::open_in_memory().await.unwrap();
        App::builder(
            Arc::new(database),
            Arc::new(SystemClock::new()),
            Arc::new(SystemRandom),
        )
        .policy(
            name,
            RealmPolicy {
                sandbox: Sandbox::Beside,
                ..RealmPolicy::default()
            },
        )
        .apis(
            name,
            vec![
                Api::new("https://api.example").unwrap(),
                Api::new("https://api.example/contact").unwrap(),
            ],
        )
        .realm(Catalog::parse(name, text).unwrap())
        .build()
        .await
        .unwrap()
    }

    /// A path that can be called.
    fn called(app: &App, path: &str) -> String {
        let realm = app.realms().remove(0);
        let realm = realm.id();
        path.replace("{realm}", realm)
            .replace("{grant}", "00000000-0000-0000-0000-000000000001")
            .replace("{reason}", "no-rule")
            .replace("{api}", "api")
            .replace("{*path}", "contact")
    }

    /// Who answers: nobody, somebody who does not take the method, or a handler.
    #[derive(Debug, PartialEq, Eq)]
    enum Answer {
        Nobody,
        OtherMethods,
        Handler(StatusCode),
    }

    async fn ask(router: &Router, method: &str, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("host", "api.example");
        let request = request.body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        match status {
            StatusCode::METHOD_NOT_ALLOWED => Answer::OtherMethods,
            StatusCode::NOT_FOUND
                if String::from_utf8_lossy(&body).contains("There is nothing at this path.") =>
            {
                Answer::Nobody
            }
            status => Answer::Handler(status),
        }
    }

    /// Asks a router for everything it has, by every method, and for what is next to it.
    async fn walk(app: &App, router: &Router, lines: &[&[Line]]) {
        let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (method, path) in named(lines) {
            methods.entry(path).or_default().insert(method);
        }
        let open = named(&[&FOR_PROGRAMS]);
        let is_open = |path| open.iter().any(|(_, open)| *open == path);
        for (path, taken) in methods {
            let any = taken.contains("*");
            for method in METHODS {
                let answer = ask(router, method, &called(app, path)).await;
                let expected = match method {
                    _ if any || taken.contains(method) => matches!(answer, Answer::Handler(_)),
                    "OPTIONS" if is_open(path) => answer == Answer::Handler(StatusCode::NO_CONTENT),
                    _ => answer == Answer::OtherMethods,
                };
                assert!(expected, "{method} {path}: {answer:?}");
            }
            let beside = format!("{}/and-more", called(app, path));
            if !any {
                let answer = ask(router, "GET", &beside).await;
                assert_eq!(answer, Answer::Nobody, "{beside}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_listed_is_answered_and_nothing_beside_it() {
        let app = app().await;
        let fronts = Arc::new(OwnFronts::of(&app));
        let public: [&[Line]; 7] = [
            &FOR_PROGRAMS,
            &FOR_PEOPLE,
            &FOR_GATES,
            &FOR_SIGN_IN,
            &FOR_SERVICES,
            &SANDBOX,
            &HEALTH,
        ];
        walk(&app, &super::public(&app, &fronts), &public).await;
        walk(&app, &super::configured(&app, &fronts), &[&HOME]).await;

        let operations = operations::router(Arc::clone(&app));
        walk(&app, &operations, &[&FOR_OPERATORS, &HEALTH]).await;
        for (_, path, _) in FOR_PEOPLE {
            let answer = ask(&operations, "GET", &called(&app, path)).await;
            assert_eq!(answer, Answer::Nobody, "{path}");
        }

        let both =
            super::public(&app, &fronts).merge(operations::only_on_operations(Arc::clone(&app)));
        walk(&app, &both, &[&FOR_OPERATORS]).await;

        let played = playground::router(
            Arc::clone(&app),
            super::public(&app, &fronts),
            Arc::default(),
        );
        let demo = super::public(&app, &fronts).merge(played);
        walk(&app, &demo, &public).await;
        walk(&app, &demo, &[&PLAYGROUND]).await;
    }
}

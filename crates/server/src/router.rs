use std::sync::Arc;

use axum::Router;

use crate::account::{security, set_up};
use crate::endpoints::{apart, introspect, jwks, metadata, revoke, token};
use crate::operations::health;
use crate::pages::reference::References;
use crate::pages::{
    code, errors, forgotten, home, link, login, missing, realm_home, scopes, static_files,
};
use crate::routes::{Route, Routes};
use crate::{account, authorize, external, openid};
use realm::App;

/// Answers every route there is.
pub fn router(app: Arc<App>) -> Router {
    all().router().fallback(missing::answer).with_state(app)
}

/// Every route there is.
#[must_use]
pub fn routes() -> Vec<Route> {
    all().list()
}

/// Answers at the root of a server that has no page of its own there.
pub fn home_router(app: Arc<App>) -> Router {
    home().router().with_state(app)
}

/// The routes of [`home_router`].
#[must_use]
pub fn home_routes() -> Vec<Route> {
    home().list()
}

fn home() -> Routes<Arc<App>> {
    Routes::new().get("/", home::show)
}

#[rustfmt::skip] // one line each
fn all() -> Routes<Arc<App>> {
    // Given to the one page that needs it: a layer would be paid by every request.
    let references = Arc::new(References::default());
    Routes::new()
        // RFC 6749, RFC 7662, RFC 7009.
        .open_post("/{realm}/oauth/token", token::token)
        .open_post("/{realm}/oauth/introspect", introspect::introspect)
        .open_post("/{realm}/oauth/revoke", revoke::revoke)
        .open_get("/{realm}/oauth/jwks", jwks::jwks)
        // RFC 8414 in both forms that clients try, and RFC 9728.
        .open_get("/.well-known/oauth-authorization-server/{realm}", metadata::metadata)
        .open_get("/{realm}/.well-known/oauth-authorization-server", metadata::metadata)
        .open_get("/.well-known/oauth-protected-resource", metadata::resource)
        .open_get("/.well-known/oauth-protected-resource/{*path}", metadata::resource)
        // What gates in processes of their own ask, each for its own API.
        .get("/{realm}/apis/{api}", apart::describe)
        .get("/{realm}/apis/{api}/catalog", apart::catalog)
        .get("/{realm}/apis/{api}/catalogs/{digest}", apart::archived)
        .get("/{realm}/apis/{api}/changes", apart::changes)
        .post("/{realm}/apis/{api}/calls", apart::calls)
        // What people see.
        .get("/{realm}", realm_home::show)
        .get("/{realm}/oauth/authorize", authorize::begin)
        .post("/{realm}/oauth/authorize", authorize::begin_by_form)
        .get("/{realm}/consent", authorize::show)
        .post("/{realm}/consent", authorize::decide)
        .post("/{realm}/organisation", authorize::choose)
        .get("/{realm}/login", login::show)
        .post("/{realm}/login", login::sign_in)
        .get("/{realm}/login/code", code::show)
        .post("/{realm}/login/code", code::sign_in)
        .get("/{realm}/forgotten", forgotten::show)
        .post("/{realm}/forgotten", forgotten::ask)
        .get("/{realm}/link", link::show)
        .post("/{realm}/link", link::choose)
        .post("/{realm}/logout", login::sign_out)
        .get("/{realm}/sign-ins/finish", external::finish)
        .get("/{realm}/sign-ins/{challenge}", external::ask)
        .post("/{realm}/sign-ins/{challenge}", external::answer)
        .get("/{realm}/sign-in/callback", openid::callback)
        .post("/{realm}/sign-in/backchannel-logout", openid::end_sessions)
        .get("/{realm}/account", account::show)
        .get("/{realm}/account/grants/{grant}/remove", account::ask_removal)
        .post("/{realm}/account/grants/{grant}/remove", account::remove)
        .post("/{realm}/account/grants/{grant}/reduce", account::reduce)
        .post("/{realm}/account/families/{family}/end", account::end)
        .get("/{realm}/account/security", security::show)
        .post("/{realm}/account/password", security::change_password)
        .post("/{realm}/account/sessions/end-others", security::end_others)
        .post("/{realm}/account/sessions/{session}/end", security::end_session)
        .get("/{realm}/account/second-factor", set_up::show)
        .post("/{realm}/account/second-factor", set_up::begin)
        .post("/{realm}/account/second-factor/confirm", set_up::confirm)
        .post("/{realm}/account/second-factor/codes", set_up::replace_codes)
        .post("/{realm}/account/second-factor/off", set_up::turn_off)
        .get("/{realm}/errors", errors::index)
        .get("/{realm}/errors/{reason}", errors::show)
        .get("/{realm}/scopes", |visit| scopes::show(references, visit))
        .get("/static/style.css", static_files::stylesheet)
        // For whoever keeps the process running; operators have it too.
        .get("/healthz", health::alive)
}

#[cfg(test)]
mod tests {
    use super::routes;
    use crate::pages::next;

    /// Signing in leads on to every page, and to nothing that is none.
    #[test]
    fn signing_in_leads_to_the_pages_that_there_are() {
        for route in routes() {
            let Some(path) = route.path.strip_prefix("/{realm}/") else {
                continue;
            };
            let named = ["{grant}", "{family}", "{reason}"];
            let path = named
                .iter()
                .fold(path.to_owned(), |path, name| path.replace(name, "1"));
            let path = format!("/bexio/{path}");
            // What programs ask, and where browsers come back from signing in elsewhere.
            let no_pages = ["/apis/", "/sign-ins/", "/sign-in/"];
            let is_for_programs = no_pages.iter().any(|each| path.contains(each));
            let is_page = route.method == "GET" && !route.is_open && !is_for_programs;
            let leads = next::local_path("bexio", &path).is_some();
            assert!(leads || !is_page, "{path}");
            if route.is_open {
                assert!(!leads, "{path}");
            }
        }
    }
}

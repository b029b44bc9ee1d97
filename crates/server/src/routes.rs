use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::cors;

/// What is answered: a method at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// `GET`, which answers `HEAD` too, or `POST`.
    pub method: &'static str,
    /// With `{parameters}`.
    pub path: &'static str,
    /// May pages of other origins call it, and so ask by `OPTIONS` whether they may?
    pub is_open: bool,
}

/// Routes with what answers them: whoever adds one puts it on the list.
pub struct Routes<S> {
    router: Router<S>,
    list: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a list is begun, not defaulted")]
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// One for `GET`.
    #[must_use]
    pub fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add("GET", path, false, get(handler))
    }

    /// One for `POST`.
    #[must_use]
    pub fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add("POST", path, false, post(handler))
    }

    /// One for `GET`, for programs, also in browsers of other origins.
    #[must_use]
    pub fn open_get<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add("GET", path, true, cors::open(get(handler)))
    }

    /// One for `POST`, for programs, also in browsers of other origins.
    #[must_use]
    pub fn open_post<T: 'static>(self, path: &'static str, handler: impl Handler<T, S>) -> Self {
        self.add("POST", path, true, cors::open(post(handler)))
    }

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        is_open: bool,
        answer: MethodRouter<S>,
    ) -> Self {
        self.list.push(Route {
            method,
            path,
            is_open,
        });
        self.router = self.router.route(path, answer);
        self
    }

    /// The list.
    #[must_use]
    pub fn list(self) -> Vec<Route> {
        self.list
    }

    /// What answers them.
    pub fn router(self) -> Router<S> {
        self.router
    }
}

//! Gates before an API that is not ours, as the pages of `docs` set them up.

mod behind;
mod forward_auth;
mod judged;
mod middleware;
mod observe;
mod own_api;
mod place;
mod proxy;

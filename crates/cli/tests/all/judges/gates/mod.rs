//! Gates before an API that is not ours, as the pages of `docs` set them up.

mod apart;
mod behind;
mod forward_auth;
mod judged;
mod middleware;
mod observe;
mod own_api;
mod place;
mod proxy;
mod signed;

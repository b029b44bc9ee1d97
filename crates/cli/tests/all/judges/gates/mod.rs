//! Gates before an API that is not ours, as the pages of `docs` set them up.

mod forward_auth;
mod observe;
mod own_api;
mod place;

//! One file for each grant type, and one for refresh tokens that come back.

mod authorization_code;
mod client_credentials;
mod refresh_retry;
mod refresh_token;

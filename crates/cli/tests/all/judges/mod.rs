//! Others judge the binary: their clients, a browser, a proxy, a database server, death.

mod accounts;
mod at_the_root;
mod behind_caddy;
mod behind_others;
mod browser;
mod chrome;
mod clients;
mod gates;
mod large_consent;
mod manifests;
mod many_scopes;
mod nodes;
mod oauth2;
mod onward;
mod openid;
mod playground;
mod postgres_password;
mod readers;
mod rights;
mod your_sign_in;

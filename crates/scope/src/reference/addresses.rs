//! Where a reader's first requests go, and what they look like.

use super::{Page, code};
use crate::endpoint::{Endpoint, Method, Requirement};

/// Where the server and the API of a catalog are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The authorization endpoint (RFC 6749 section 3.1).
    pub authorization: String,
    /// The token endpoint (RFC 6749 section 3.2).
    pub token: String,
    /// The server's metadata (RFC 8414 section 3).
    pub metadata: String,
    /// Where the API begins; the path of a call follows.
    pub api: String,
}

impl Addresses {
    /// Those of an issuer, such as `https://login.example.com/acme`, and of an API.
    pub fn of(issuer: &str, api: &str) -> Self {
        let (before, host_and_path) = issuer.split_once("://").unwrap_or(("https", issuer));
        let (host, path) = host_and_path.split_once('/').unwrap_or((host_and_path, ""));
        let well_known = ".well-known/oauth-authorization-server";
        Self {
            authorization: format!("{issuer}/oauth/authorize"),
            token: format!("{issuer}/oauth/token"),
            metadata: format!("{before}://{host}/{well_known}/{path}")
                .trim_end_matches('/')
                .to_owned(),
            api: api.trim_end_matches('/').to_owned(),
        }
    }
}

impl Page<'_> {
    pub(super) fn addresses(&self, addresses: &Addresses) -> String {
        let words = self.words;
        let rows = [
            (words.authorization, &addresses.authorization),
            (words.token, &addresses.token),
            (words.metadata, &addresses.metadata),
            (words.api, &addresses.api),
        ];
        let rows = rows.map(|(what, address)| format!("| {what} | {} |\n", code(address)));
        format!(
            "## {}\n\n| {} | {} |\n|---|---|\n{}",
            words.addresses,
            words.purpose,
            words.address,
            rows.concat()
        )
    }

    /// One request for a scope, and one call that it opens.
    pub(super) fn example(&self, addresses: &Addresses) -> Option<String> {
        let (scope, endpoint) = self.first_call()?;
        let words = self.words;
        let ask = format!(
            "{}?response_type=code&client_id=YOUR-APP\n  &redirect_uri=https://app.example/callback&scope={scope}\n  \
             &state=RANDOM&code_challenge=S256-OF-A-VERIFIER&code_challenge_method=S256",
            addresses.authorization
        );
        let exchange = format!(
            "curl {} -u YOUR-APP:SECRET -d grant_type=authorization_code \\\n  \
             -d code=CODE -d redirect_uri=https://app.example/callback -d code_verifier=VERIFIER",
            addresses.token
        );
        let call = format!(
            "curl {}{} -H \"Authorization: Bearer TOKEN\"",
            addresses.api, endpoint.path
        );
        Some(format!(
            "## {}\n\n{}\n\n```text\n{ask}\n```\n\n{}\n\n```sh\n{exchange}\n{call}\n```\n",
            words.example, words.example_ask, words.example_call
        ))
    }

    /// A call that reads, without anything to fill in, and the scope that opens it.
    fn first_call(&self) -> Option<(&str, &Endpoint)> {
        let plain = |name: &str| {
            let mut bytes = name.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte))
        };
        let fits =
            |endpoint: &&Endpoint| endpoint.method == Method::Get && !endpoint.path.contains('{');
        let any = |endpoint: &&Endpoint| endpoint.method == Method::Get;
        let opened = |endpoint: &Endpoint| match &endpoint.requirement {
            Requirement::Scope(name) if plain(name) => Some(name.clone()),
            _ => None,
        };
        let all = self.catalog.endpoints();
        let first = |kind: &dyn Fn(&&Endpoint) -> bool| {
            let mut own = all.iter().filter(|endpoint| kind(endpoint));
            own.find(|endpoint| opened(endpoint).is_some())
        };
        let endpoint = first(&fits).or_else(|| first(&any))?;
        match &endpoint.requirement {
            Requirement::Scope(name) => Some((name, endpoint)),
            _ => None,
        }
    }
}

//! The crate oauth2 judges the real binary: code flow with PKCE and a struck scope, refresh,
//! introspection, revocation and client credentials, at the URLs the metadata names.

use std::collections::BTreeSet;

use crate::common::RunningDemo;
use crate::common::person;
use crate::common::play::{Play, text};
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge, RedirectUrl, RequestTokenError,
    RevocationUrl, Scope, TokenIntrospectionResponse, TokenResponse, TokenUrl,
};
use serde_json::Value;

/// One realm: the app, the person, what is asked, struck and must come of it; the machine.
struct Judged {
    realm: &'static str,
    client: &'static str,
    user: &'static str,
    organisation: Option<&'static str>,
    ask: &'static str,
    strike: &'static [&'static str],
    granted: &'static str,
    machine: &'static str,
    machine_ask: &'static str,
    machine_granted: &'static str,
}

const JUDGED: [Judged; 4] = [
    Judged {
        realm: "bexio",
        client: "ledgerly",
        user: "anna",
        organisation: Some("muster-ag"),
        ask: "article_edit kb_order_show lead_edit",
        strike: &["lead_edit"],
        granted: "general article_show article_edit kb_order_show",
        machine: "nightly-export",
        machine_ask: "kb_invoice_edit",
        machine_granted: "general kb_invoice_show kb_invoice_edit",
    },
    Judged {
        realm: "bokio",
        client: "betalfix",
        user: "astrid",
        organisation: Some("exempel-ab"),
        ask: "journal-entries:write sie:read",
        strike: &["sie:read"],
        granted: "journal-entries:write",
        machine: "bokslutsrobot",
        machine_ask: "sie:read fiscal-years:read",
        machine_granted: "sie:read fiscal-years:read",
    },
    Judged {
        realm: "freshbooks",
        client: "tallyboard",
        user: "olivia",
        organisation: None,
        ask: "user:profile:read user:expenses:write",
        strike: &[],
        granted: "user:profile:read user:expenses:write",
        machine: "report-runner",
        machine_ask: "user:reports:read",
        machine_granted: "user:reports:read",
    },
    Judged {
        realm: "stora",
        client: "gatekeeper",
        user: "owen",
        organisation: Some("harbour-storage"),
        ask: "public.unit:write public.staff:read",
        strike: &["public.staff:read"],
        granted: "public.unit:write",
        machine: "door-sync",
        machine_ask: "public.unit:read",
        machine_granted: "public.unit:read",
    },
];

#[test]
fn the_crate_oauth2_gets_along_with_every_realm() {
    let demo = RunningDemo::start();
    for judged in &JUDGED {
        judge(&demo.base, judged);
    }
}

fn judge(base: &str, judged: &Judged) {
    let play = Play::of(base, judged.realm);
    let metadata = metadata(&play);
    let send = |request: HttpRequest| send(&play, request);
    let client = client(&play, &metadata, judged.client);

    let tokens = code_flow(&play, &client, judged);
    assert_eq!(scope_of(&tokens), words(judged.granted), "{}", judged.realm);

    let introspector = text(&play.realm["introspector"]["client_id"]);
    let introspector = BasicClient::new(ClientId::new(introspector))
        .set_client_secret(ClientSecret::new(text(
            &play.realm["introspector"]["client_secret"],
        )))
        .set_introspection_url(
            IntrospectionUrl::new(text(&metadata["introspection_endpoint"])).unwrap(),
        );
    let look = |tokens: &BasicTokenResponse| {
        introspector
            .introspect(tokens.access_token())
            .request(&send)
            .unwrap()
    };
    let seen = look(&tokens);
    assert!(seen.active());
    assert_eq!(seen.client_id().unwrap().as_str(), judged.client);
    let names: Vec<_> = seen
        .scopes()
        .unwrap()
        .iter()
        .map(|one| one.as_str())
        .collect();
    assert_eq!(words(&names.join(" ")), words(judged.granted));

    let first = tokens.refresh_token().unwrap();
    let fresh = client.exchange_refresh_token(first).request(&send).unwrap();
    assert_eq!(scope_of(&fresh), words(judged.granted));
    assert_ne!(fresh.refresh_token().unwrap().secret(), first.secret());

    let last = fresh.refresh_token().unwrap();
    client
        .revoke_token(last.clone().into())
        .unwrap()
        .request(&send)
        .unwrap();
    assert!(!look(&fresh).active());
    match client.exchange_refresh_token(last).request(&send) {
        Err(RequestTokenError::ServerResponse(refused)) => {
            assert_eq!(*refused.error(), BasicErrorResponseType::InvalidGrant);
        }
        other => panic!("a revoked refresh token: {other:?}"),
    }

    let machine = self::client(&play, &metadata, judged.machine);
    let tokens = machine
        .exchange_client_credentials()
        .add_scopes(scopes(judged.machine_ask))
        .request(&send)
        .unwrap();
    assert_eq!(scope_of(&tokens), words(judged.machine_granted));
    assert!(tokens.refresh_token().is_none());
}

/// RFC 8414: the well-known path goes between the host and the issuer's path.
fn metadata(play: &Play) -> Value {
    let issuer = reqwest::Url::parse(&play.issuer).unwrap();
    let known = format!("/.well-known/oauth-authorization-server{}", issuer.path());
    let found: Value = play
        .http
        .get(issuer.join(&known).unwrap())
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(found["issuer"], play.issuer.as_str());
    found
}

type Judge = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointSet>;

fn client(play: &Play, metadata: &Value, id: &str) -> Judge {
    let url = |member: &str| text(&metadata[member]);
    BasicClient::new(ClientId::new(id.to_owned()))
        .set_client_secret(ClientSecret::new(text(&play.client(id)["client_secret"])))
        .set_auth_uri(AuthUrl::new(url("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(url("token_endpoint")).unwrap())
        .set_revocation_url(behind_tls(&url("revocation_endpoint")))
        .set_redirect_uri(
            RedirectUrl::new(String::from("http://127.0.0.1:51234/callback")).unwrap(),
        )
}

/// The crate revokes over https only; `send` is the end of that TLS.
fn behind_tls(url: &str) -> RevocationUrl {
    RevocationUrl::new(url.replacen("http:", "https:", 1)).unwrap()
}

fn code_flow(play: &Play, client: &Judge, judged: &Judged) -> BasicTokenResponse {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes(judged.ask))
        .set_pkce_challenge(challenge);
    if let Some(organisation) = judged.organisation {
        request = request.add_extra_param("organisation", organisation);
    }
    let (url, state) = request.url();
    let password = format!("{}-demo", judged.user);
    let back = person::consent(url, judged.user, &password, judged.strike);
    let of = |name: &str| {
        let mut pairs = back.query_pairs();
        let found = pairs.find(|(own, _)| own == name);
        found
            .unwrap_or_else(|| panic!("no {name} in {back}"))
            .1
            .into_owned()
    };
    assert_eq!(&of("state"), state.secret());
    assert_eq!(of("iss"), play.issuer);
    client
        .exchange_code(AuthorizationCode::new(of("code")))
        .set_pkce_verifier(verifier)
        .request(&|request| send(play, request))
        .unwrap()
}

/// The crate's requests through the tests' HTTP client.
fn send(play: &Play, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let answer = play
        .http
        .request(
            parts.method,
            parts.uri.to_string().replacen("https:", "http:", 1),
        )
        .headers(parts.headers)
        .body(body)
        .send()?;
    let mut response = oauth2::http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes()?.to_vec()).unwrap())
}

fn scopes(text: &str) -> impl Iterator<Item = Scope> {
    text.split(' ').map(|name| Scope::new(name.to_owned()))
}

fn scope_of(tokens: &BasicTokenResponse) -> BTreeSet<String> {
    let scopes = tokens.scopes().expect("the scope is always told");
    scopes.iter().map(|scope| scope.to_string()).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(' ').map(str::to_owned).collect()
}

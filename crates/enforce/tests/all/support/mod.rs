//! A gate over a catalog with one caller behind it.

#![allow(dead_code, reason = "each test file uses a part")]

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum_core::body::Body;
use enforce::{
    AccessError, AccessNow, AccessSource, Permitted, PublicCall, RequireScopeLayer, TokenVerifier,
    UnverifiedToken, VerifiedToken, VerifyError,
};
use http::{Request, Response};
use http_body_util::BodyExt;
use scope::{Catalog, GrantAnswers, History, OrganisationKey, Scope, Withheld};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};
use uuid::Uuid;

pub const REALM: &str = "https://login.example/realm";

pub fn catalog(id: &str) -> Arc<Catalog> {
    let file = format!("{}/../../catalogs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap();
    Arc::new(Catalog::parse(&file, &text).unwrap())
}

/// The answers given under a grant.
#[derive(Debug, Default)]
pub struct Answers {
    pub refused: Scope,
    pub withheld: Vec<Withheld>,
    pub reduced: Scope,
}

impl GrantAnswers for Answers {
    fn history(&self, _: Option<i64>) -> History<'_> {
        History {
            requested: None,
            refused: &self.refused,
            withheld: &self.withheld,
            reduced: Cow::Borrowed(&self.reduced),
            ..History::default()
        }
    }
}

/// Everything allowed within the catalog, for a token with `scope`.
pub fn access(catalog: &Catalog, scope: &Scope) -> AccessNow {
    let everything = catalog.scope_of(&catalog.all());
    let ceiling = Arc::new(catalog.registered(&everything));
    let mut access = AccessNow::new(scope::Subject::Person, catalog.granted(scope), ceiling);
    access.approved = Arc::new(catalog.all());
    access.rights = Arc::new(catalog.all());
    access
}

/// Takes the token's text as its scope, with `+` for spaces; knows `bad` and `down` too.
pub struct ScopesAsTokens(pub Arc<Catalog>);

#[async_trait]
impl TokenVerifier for ScopesAsTokens {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let bytes: Option<Vec<u8>> = match token.expose() {
            "bad" => return Err(VerifyError::Invalid("The token is \"bad\".")),
            "down" => return Err(VerifyError::Unavailable),
            hex => (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok())
                .collect(),
        };
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let scope = Scope::parse(&text.unwrap()).unwrap();
        let granted = self.0.granted(&scope);
        Ok(VerifiedToken::new(Uuid::from_u128(9), "app", granted))
    }
}

/// A token for [`ScopesAsTokens`].
pub fn token(scope: &str) -> String {
    let hex: String = scope.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "Bearer {}",
        if hex.is_empty() { "20".to_owned() } else { hex }
    )
}

/// Answers the same for each call, with the token's own scope if it is given none.
pub struct SameForAll {
    pub answer: Mutex<Result<AccessNow, AccessError>>,
    pub scope_of_token: bool,
    pub asked: Mutex<Vec<Option<String>>>,
}

#[async_trait]
impl AccessSource for SameForAll {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let named = organisation.map(|(key, value)| format!("{key:?} {value}"));
        self.asked.lock().unwrap().push(named);
        let mut access = self.answer.lock().unwrap().clone()?;
        if self.scope_of_token {
            access.granted = token.granted.clone();
        }
        Ok(access)
    }
}

/// What came of a call through the gate.
pub struct Answer {
    pub status: u16,
    pub challenge: Option<String>,
    pub body: Value,
    pub response: Response<Body>,
    /// What the API saw, if the call came through.
    pub seen: Option<Seen>,
}

#[derive(Clone)]
pub struct Seen {
    pub permitted: Option<Permitted>,
    pub public: Option<PublicCall>,
    pub method: String,
    pub uri: String,
    pub body: Vec<u8>,
}

pub struct Gate {
    pub catalog: Arc<Catalog>,
    pub access: Arc<SameForAll>,
    pub layer: RequireScopeLayer,
    pub calls: Arc<AtomicUsize>,
}

impl Gate {
    /// A gate for tokens of any scope with everything else allowed.
    pub fn new(id: &str) -> Self {
        let catalog = catalog(id);
        let access = access(&catalog, &Scope::empty());
        Self::with(catalog, Ok(access), true)
    }

    pub fn with(
        catalog: Arc<Catalog>,
        answer: Result<AccessNow, AccessError>,
        scope_of_token: bool,
    ) -> Self {
        let access = Arc::new(SameForAll {
            answer: Mutex::new(answer),
            scope_of_token,
            asked: Mutex::default(),
        });
        let verifier = Arc::new(ScopesAsTokens(Arc::clone(&catalog)));
        let source = Arc::clone(&access) as Arc<dyn AccessSource>;
        let layer = RequireScopeLayer::new(Arc::clone(&catalog), verifier, source, REALM);
        Self {
            catalog,
            access,
            layer,
            calls: Arc::default(),
        }
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        let seen: Arc<Mutex<Option<Seen>>> = Arc::default();
        let (noted, calls) = (Arc::clone(&seen), Arc::clone(&self.calls));
        let api = service_fn(move |request: Request<Body>| {
            let (noted, calls) = (Arc::clone(&noted), Arc::clone(&calls));
            async move {
                calls.fetch_add(1, Ordering::Relaxed);
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes().to_vec();
                *noted.lock().unwrap() = Some(Seen {
                    permitted: parts.extensions.get::<Permitted>().cloned(),
                    public: parts.extensions.get::<PublicCall>().cloned(),
                    method: parts.method.to_string(),
                    uri: parts.uri.to_string(),
                    body,
                });
                Ok::<_, Infallible>(Response::new(Body::from("the API's answer")))
            }
        });
        let response = self.layer.layer(api).oneshot(request).await.unwrap();
        let seen = seen.lock().unwrap().take();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            challenge: parts
                .headers
                .get("www-authenticate")
                .map(|value| value.to_str().unwrap().to_owned()),
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            response: Response::from_parts(parts, Body::empty()),
            seen,
        }
    }

    pub async fn get(&self, path: &str, authorization: Option<&str>) -> Answer {
        self.send("GET", path, authorization).await
    }

    pub async fn send(&self, method: &str, path: &str, authorization: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        self.call(request.body(Body::empty()).unwrap()).await
    }
}

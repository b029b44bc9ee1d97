//! A provider that says what the test has it say, and signs it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use enforce::remote::{Transport, TransportError};
use oauth::Secret;
use oauth::openid::{ClaimPointers, ClientAuthentication, OrganisationPointers, RightsPointer};
use realm::FixedClock;
use realm::openid::{OpenIdProvider, OpenIdSettings};
use realm::outbound::Outbound;
use serde_json::{Value, json};

use crate::support::start;

pub const ISSUER: &str = "https://login.example";
pub const CLIENT_ID: &str = "scopegate-at-login";
const KEY: &str = "one";

/// What it says of itself, of keys and of people; each can be told otherwise.
pub struct Provider {
    pair: EcdsaKeyPair,
    pub clock: Arc<FixedClock>,
    told: Mutex<Told>,
}

struct Told {
    is_up: bool,
    claims: Value,
    header: Value,
    token: (u16, Value),
    userinfo: Option<Value>,
    /// Is what it tells of people signed, and rightly?
    signed_userinfo: Option<bool>,
    signature: bool,
    seen: Vec<Request<Bytes>>,
}

impl Provider {
    pub fn new() -> Arc<Self> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let told = Told {
            is_up: true,
            claims: json!({}),
            header: json!({"alg": "ES256", "kid": KEY}),
            token: (200, json!({"access_token": "a", "token_type": "Bearer"})),
            userinfo: None,
            signed_userinfo: None,
            signature: true,
            seen: Vec::new(),
        };
        Arc::new(Self {
            pair: EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref()).unwrap(),
            clock: Arc::new(FixedClock::at(start())),
            told: Mutex::new(told),
        })
    }

    /// As a realm has it.
    pub fn configured(self: &Arc<Self>) -> OpenIdProvider {
        let settings = OpenIdSettings {
            issuer: ISSUER.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            authentication: ClientAuthentication::Secret(Secret::presented("s3cret-of-the-client")),
            scopes: vec!["openid".to_owned()],
            claims: ClaimPointers {
                organisations: Some(OrganisationPointers {
                    list: "/orgs".to_owned(),
                    id: "/id".to_owned(),
                    name: Some("/name".to_owned()),
                    rights: RightsPointer::Roles("/roles".to_owned()),
                }),
                ..ClaimPointers::standard()
            },
            source: "sign-in".to_owned(),
        };
        let transport: Arc<dyn Transport> = Arc::new(Reached(Arc::clone(self)));
        let clock = Arc::clone(&self.clock) as Arc<dyn realm::Clock>;
        OpenIdProvider::new(settings, Outbound::over(transport), clock)
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// From now on its ID tokens say this.
    pub fn says(&self, claims: Value) {
        self.told().claims = claims;
    }

    pub fn signs_with(&self, header: Value) {
        self.told().header = header;
    }

    /// Is what it signs signed by its own key?
    pub fn signs_right(&self, is_right: bool) {
        self.told().signature = is_right;
    }

    pub fn answers_tokens(&self, status: u16, answer: Value) {
        self.told().token = (status, answer);
    }

    pub fn tells_of_people(&self, userinfo: Option<Value>) {
        self.told().userinfo = userinfo;
    }

    pub fn signs_userinfo(&self) {
        self.told().signed_userinfo = Some(true);
    }

    pub fn signs_userinfo_wrong(&self) {
        self.told().signed_userinfo = Some(false);
    }

    pub fn is_up(&self, is_up: bool) {
        self.told().is_up = is_up;
    }

    /// The requests since this was asked last, by their paths.
    pub fn seen(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.told().seen)
    }

    /// A token with these claims, signed as it signs now.
    pub fn token(&self, claims: &Value) -> String {
        let (header, is_right) = {
            let told = self.told();
            (told.header.clone(), told.signature)
        };
        self.signed(&header, claims, is_right)
    }

    fn signed(&self, header: &Value, claims: &Value, is_right: bool) -> String {
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encoded(header), encoded(claims));
        let message = if is_right { text.as_str() } else { "another" };
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap()))
    }

    fn keys(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "kid": KEY, "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        }]})
    }

    fn answer(&self, request: &Request<Bytes>) -> (u16, Value) {
        match request.uri().path() {
            "/.well-known/openid-configuration" => (
                200,
                json!({
                    "issuer": ISSUER,
                    "authorization_endpoint": format!("{ISSUER}/authorize"),
                    "token_endpoint": format!("{ISSUER}/token"),
                    "jwks_uri": format!("{ISSUER}/keys"),
                    "userinfo_endpoint": format!("{ISSUER}/me"),
                    "end_session_endpoint": format!("{ISSUER}/end"),
                    "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
                    "authorization_response_iss_parameter_supported": true,
                }),
            ),
            "/keys" => (200, self.keys()),
            "/token" => {
                let (claims, (status, mut answer)) = {
                    let told = self.told();
                    (told.claims.clone(), told.token.clone())
                };
                if status == 200 && answer.get("id_token").is_none() {
                    answer["id_token"] = json!(self.token(&claims));
                }
                (status, answer)
            }
            "/me" => match self.told().userinfo.clone() {
                Some(told) => (200, told),
                None => (401, json!({"error": "invalid_token"})),
            },
            other => panic!("asked for {other}"),
        }
    }
}

struct Reached(Arc<Provider>);

#[async_trait]
impl Transport for Reached {
    async fn send(
        &self,
        request: Request<Bytes>,
        _: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        if !self.0.told().is_up {
            return Err(TransportError::Failed("it is down".to_owned()));
        }
        let (status, answer) = self.0.answer(&request);
        let is_signed = self.0.told().signed_userinfo;
        let mut response = match is_signed.filter(|_| request.uri().path() == "/me") {
            None => Response::new(Bytes::from(answer.to_string())),
            Some(is_right) => {
                let header = json!({"alg": "ES256", "kid": KEY});
                let signed = self.0.signed(&header, &answer, is_right);
                let mut response = Response::new(Bytes::from(signed));
                let kind = HeaderValue::from_static("application/jwt; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, kind);
                response
            }
        };
        self.0.told().seen.push(request);
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

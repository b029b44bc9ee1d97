//! The floors that Scopegate is measured against: the same HTTP stack, doing next to nothing.
//!
//! `POST /plain` answers 300 bytes of JSON; `POST /signed` makes one ES256 signature first;
//! `POST /form` does what no token or introspection endpoint can leave out: it reads the form and
//! HTTP Basic, compares the SHA-256 of the secret with the one in a map, and answers 32 random
//! bytes as a token. `/headers` answers 204 with as many headers as a gate, and every other path is `/plain`.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use axum::{Form, Json, Router};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use serde::Serialize;

/// How many clients the map holds.
const CLIENTS: usize = 100;

struct Floor {
    key: EcdsaKeyPair,
    /// SHA-256 of the secret by client id.
    secrets: HashMap<String, Vec<u8>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| "no key")?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())
        .map_err(|_| "no key")?;
    let secret = |number: usize| digest(&SHA256, format!("secret-{number}").as_bytes());
    let secrets = (0..CLIENTS).map(|number| {
        let id = format!("client-{number}");
        (id, secret(number).as_ref().to_vec())
    });
    let floor = Floor {
        key,
        secrets: secrets.collect(),
    };
    let app = Router::new()
        .route("/plain", post(plain))
        .route("/signed", post(signed))
        .route("/form", post(form))
        .route("/headers", any(with_headers))
        .fallback(plain)
        .with_state(Arc::new(floor));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("ready: http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn plain(_body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], fixed_answer())
}

/// As many headers as a gate answers with, of the same length.
async fn with_headers() -> impl IntoResponse {
    let id = "00000000-0000-0000-0000-000000000000";
    (
        StatusCode::NO_CONTENT,
        [
            ("x-floor-permit", "token"),
            ("x-floor-subject", "load"),
            ("x-floor-subject-kind", "client"),
            ("x-floor-client", "load"),
            ("x-floor-client-kind", "app"),
            ("x-floor-organisation", id),
            ("x-floor-organisation-slug", "firma"),
            ("x-floor-organisation-number", ""),
            ("x-floor-scope", "orders:read"),
            ("x-floor-scope-omitted", ""),
            ("x-floor-row-filter", ""),
            ("x-floor-grant", ""),
            ("x-floor-token", id),
            ("x-floor-identity", ""),
        ],
    )
}

async fn signed(State(floor): State<Arc<Floor>>, body: Bytes) -> impl IntoResponse {
    let signature = floor.key.sign(&SystemRandom::new(), &body);
    std::hint::black_box(signature.is_ok());
    ([(CONTENT_TYPE, "application/json")], fixed_answer())
}

/// A token answer (RFC 6749 section 5.1).
#[derive(Serialize)]
struct Token<'a> {
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    scope: &'a str,
}

async fn form(
    State(floor): State<Arc<Floor>>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    if !is_client(&floor, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut random = [0; 32];
    if SystemRandom::new().fill(&mut random).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let scope = fields.iter().find(|(name, _)| name == "scope");
    let token = Token {
        access_token: BASE64_URL_SAFE_NO_PAD.encode(random),
        token_type: "Bearer",
        expires_in: 3600,
        scope: scope.map_or("", |(_, value)| value),
    };
    ([(CACHE_CONTROL, "no-store")], Json(token)).into_response()
}

fn is_client(floor: &Floor, headers: &HeaderMap) -> bool {
    let basic = headers.get(AUTHORIZATION).map(|value| value.as_bytes());
    let basic = basic.and_then(|value| value.strip_prefix(b"Basic "));
    let Some(Ok(basic)) = basic.map(|value| BASE64_STANDARD.decode(value)) else {
        return false;
    };
    let Ok(basic) = String::from_utf8(basic) else {
        return false;
    };
    let Some((id, secret)) = basic.split_once(':') else {
        return false;
    };
    let known = floor.secrets.get(id);
    known.is_some_and(|known| known == digest(&SHA256, secret.as_bytes()).as_ref())
}

fn fixed_answer() -> String {
    format!("{{\"fixed\":\"{}\"}}", "x".repeat(288))
}

//! The floors that Scopegate is measured against: the same HTTP stack, doing next to nothing.
//!
//! `POST /plain` answers 300 bytes of JSON; `POST /signed` makes one ES256 signature first.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| "no key")?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())
        .map_err(|_| "no key")?;
    let app = Router::new()
        .route("/plain", post(plain))
        .route("/signed", post(signed))
        .with_state(Arc::new(key));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("ready: http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn plain(_body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], fixed_answer())
}

async fn signed(State(key): State<Arc<EcdsaKeyPair>>, body: Bytes) -> impl IntoResponse {
    let signature = key.sign(&SystemRandom::new(), &body);
    std::hint::black_box(signature.is_ok());
    ([(CONTENT_TYPE, "application/json")], fixed_answer())
}

fn fixed_answer() -> String {
    format!("{{\"fixed\":\"{}\"}}", "x".repeat(288))
}

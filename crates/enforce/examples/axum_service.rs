//! A service of axum's behind the decision. `cargo run -p enforce --features remote --example axum_service`

#[path = "service/gate.rs"]
pub mod gate;

use std::error::Error;

use axum::extract::{Extension, Path, Request};
use axum::routing::get;
use axum::{Router, ServiceExt};
use enforce::{Permitted, RequireScope, RequireScopeLayer};
use tower::Layer;

/// Whatever arrives here was permitted; the extension says to whom.
async fn invoices(
    Extension(permitted): Extension<Permitted>,
    Path(company): Path<String>,
) -> String {
    let client = &permitted.token.client;
    format!("the invoices of {company} for {client}\n")
}

async fn add_invoice(Extension(permitted): Extension<Permitted>) -> String {
    format!("an invoice by {}\n", permitted.token.client)
}

/// The layer is around the router as a whole: no route is beside it, and none is forgotten.
pub fn app(layer: RequireScopeLayer) -> RequireScope<Router> {
    let path = "/v1/companies/{company}/invoices";
    let router = Router::new().route(path, get(invoices).post(add_invoice));
    layer.layer(router)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let app = app(gate::from_environment().await?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await?;
    Ok(())
}

//! A service of hyper's own behind the decision.
//! `cargo run -p enforce --features remote --example hyper_service`

#[path = "service/gate.rs"]
pub mod gate;

use std::convert::Infallible;
use std::error::Error;

use enforce::{Body, Permitted, RequireScopeLayer};
use http::{Request, Response, StatusCode};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{Layer, service_fn};

/// The service itself. The layer sets the extension, and nothing else can.
async fn invoices(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let Some(permitted) = request.extensions().get::<Permitted>() else {
        let mut refused = Response::new(Body::from("the gate is missing"));
        *refused.status_mut() = StatusCode::FORBIDDEN;
        return Ok(refused);
    };
    let (client, path) = (&permitted.token.client, &permitted.path);
    Ok(Response::new(Body::from(format!("{path} for {client}\n"))))
}

/// Answers whoever connects, for as long as it runs.
pub async fn serve(
    listener: TcpListener,
    layer: RequireScopeLayer,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let service = TowerToHyperService::new(layer.layer(service_fn(invoices)));
    loop {
        let (stream, _) = listener.accept().await?;
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(connection);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let layer = gate::from_environment().await?;
    serve(TcpListener::bind("127.0.0.1:3000").await?, layer).await
}

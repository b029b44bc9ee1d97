//! A gRPC service of tonic's behind the decision. `cargo run -p enforce --features remote --example tonic_service`
//!
//! A method of gRPC is a POST to `/package.Service/Method`, and has a rule in the catalog as such. A
//! client takes 401 for UNAUTHENTICATED, 403 for PERMISSION_DENIED and 503 for UNAVAILABLE.

#[path = "service/gate.rs"]
pub mod gate;

use std::error::Error;
use std::sync::Arc;

use enforce::{Permitted, RequireScopeLayer};
use tonic::codegen::{Body, BoxFuture, Service, StdError, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

/// What is asked.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListBooks {
    /// So many books.
    #[prost(uint32, tag = "1")]
    pub at_most: u32,
}

/// What is answered.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Books {
    /// What they are called.
    #[prost(string, repeated, tag = "1")]
    pub titles: Vec<String>,
}

/// The service itself. What the layer found out comes with the request.
#[derive(Default)]
pub struct Library;

impl Library {
    async fn list_books(&self, request: Request<ListBooks>) -> Result<Response<Books>, Status> {
        let permitted = request.extensions().get::<Permitted>();
        let permitted =
            permitted.ok_or_else(|| Status::permission_denied("the gate is missing"))?;
        let title = format!("A book for {}", permitted.token.client);
        let count = request.get_ref().at_most.min(10) as usize;
        Ok(Response::new(Books {
            titles: vec![title; count],
        }))
    }
}

/// What tonic-build writes for a `service Library` with one method; here by hand, so that the example
/// needs no compiler of .proto files.
#[derive(Clone, Default)]
pub struct LibraryServer(Arc<Library>);

impl NamedService for LibraryServer {
    const NAME: &'static str = "library.v1.Library";
}

struct ListBooksMethod(Arc<Library>);

impl UnaryService<ListBooks> for ListBooksMethod {
    type Response = Books;
    type Future = BoxFuture<Response<Books>, Status>;

    fn call(&mut self, request: Request<ListBooks>) -> Self::Future {
        let library = Arc::clone(&self.0);
        Box::pin(async move { library.list_books(request).await })
    }
}

impl<B> Service<http::Request<B>> for LibraryServer
where
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let library = Arc::clone(&self.0);
        Box::pin(async move {
            if request.uri().path() != "/library.v1.Library/ListBooks" {
                return Ok(Status::unimplemented("there is no such method").into_http());
            }
            let mut grpc = Grpc::new(ProstCodec::default());
            Ok(grpc.unary(ListBooksMethod(library), request).await)
        })
    }
}

/// Every service of the server is behind the layer.
pub async fn serve(
    listener: tokio::net::TcpListener,
    layer: RequireScopeLayer,
) -> Result<(), tonic::transport::Error> {
    tonic::transport::Server::builder()
        .layer(layer)
        .add_service(LibraryServer::default())
        .serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener))
        .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let layer = gate::from_environment().await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    serve(listener, layer).await?;
    Ok(())
}

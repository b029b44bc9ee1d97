//! Requests as clients and browsers write them.

use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use oauth::model::{Client, TokenEndpointAuthMethod};
use tower::ServiceExt;

use super::{Answer, World, client_secret};

impl World {
    /// A form from this client, authenticated as it is registered.
    pub async fn post_as(&self, client: &Client, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        match client.auth_method {
            TokenEndpointAuthMethod::ClientSecretBasic => {
                let request = self.form(endpoint, form).header(
                    header::AUTHORIZATION,
                    basic(&client.id, client_secret(&client.id).expose()),
                );
                self.send(request.body(Body::from(encode(form))).unwrap())
                    .await
            }
            TokenEndpointAuthMethod::ClientSecretPost => {
                let secret = client_secret(&client.id);
                let mut form = form.to_vec();
                form.extend([
                    ("client_id", client.id.as_str()),
                    ("client_secret", secret.expose()),
                ]);
                self.post(endpoint, &form).await
            }
            TokenEndpointAuthMethod::None => {
                let mut form = form.to_vec();
                form.push(("client_id", client.id.as_str()));
                self.post(endpoint, &form).await
            }
        }
    }

    /// A form without a header for authentication.
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.form(endpoint, form).body(Body::from(encode(form)));
        self.send(request.unwrap()).await
    }

    fn form(&self, endpoint: &str, _: &[(&str, &str)]) -> axum::http::request::Builder {
        Request::post(self.path(endpoint))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn method(&self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned(),
        }
    }
}

pub fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let credentials = format!("{}:{}", encode_one(id), encode_one(secret));
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(credentials)
    )
}

pub fn encode(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

fn encode_one(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

//! An issuer that says what the test has it say, and a clock that stands.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use enforce::remote::{
    Address, Clock, Credentials, Fault, Introspection, PublishedKeys, Told, Transport,
    TransportError,
};
use enforce::{Body, Permitted, RequireScopeLayer, UnverifiedToken};
use http::{Request, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tower::{Layer, ServiceExt, service_fn};

/// Answers each question the same, when it may.
pub struct Issuer {
    pub answer: Mutex<Result<(u16, String), TransportError>>,
    pub asked: AtomicUsize,
    pub seen: Mutex<Vec<Request<Bytes>>>,
    /// A permit for each answer that may go out.
    pub may_answer: Semaphore,
    pub clock: FixedClock,
}

impl Issuer {
    pub fn telling(answer: &Value) -> Arc<Self> {
        Self::answering(Ok((200, answer.to_string())), Semaphore::MAX_PERMITS)
    }

    /// The same, which waits for [`Semaphore::add_permits`].
    pub fn held(answer: &Value) -> Arc<Self> {
        Self::answering(Ok((200, answer.to_string())), 0)
    }

    pub fn answering(answer: Result<(u16, String), TransportError>, permits: usize) -> Arc<Self> {
        Arc::new(Self {
            answer: Mutex::new(answer),
            asked: AtomicUsize::new(0),
            seen: Mutex::default(),
            may_answer: Semaphore::new(permits),
            clock: FixedClock::default(),
        })
    }

    pub fn tells(&self, answer: &Value) {
        *self.answer.lock().unwrap() = Ok((200, answer.to_string()));
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn transport(self: &Arc<Self>) -> Arc<dyn Transport> {
        Arc::new(Reached(Arc::clone(self)))
    }

    pub fn introspection(self: &Arc<Self>) -> Introspection {
        let address = Address::new("https://login.example/realm/oauth/introspect").unwrap();
        let credentials = Credentials::basic("api", "secret");
        Introspection::new(address, credentials, self.transport())
            .clock(Arc::new(self.clock.clone()))
    }

    pub fn keys(self: &Arc<Self>) -> PublishedKeys {
        let address = Address::new("https://login.example/realm/oauth/jwks").unwrap();
        PublishedKeys::new(address, self.transport()).clock(Arc::new(self.clock.clone()))
    }
}

struct Reached(Arc<Issuer>);

#[async_trait]
impl Transport for Reached {
    async fn send(
        &self,
        request: Request<Bytes>,
        most: usize,
    ) -> Result<Response<Bytes>, TransportError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        self.0.seen.lock().unwrap().push(request);
        // What is said is what stood when it was asked.
        let answer = self.0.answer.lock().unwrap().clone();
        self.0.may_answer.acquire().await.unwrap().forget();
        let (status, body) = answer?;
        assert!(body.len() <= most);
        let answer = Response::builder().status(status);
        Ok(answer.body(Bytes::from(body)).unwrap())
    }
}

/// A clock that stands until it is told to move. It begins at 1 000 seconds after 1970.
#[derive(Debug, Clone, Default)]
pub struct FixedClock(Arc<Mutex<Duration>>);

impl FixedClock {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> i64 {
        1_000 + i64::try_from(self.0.lock().unwrap().as_secs()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// What Scopegate tells of a person's token in one organisation, with these members besides or
/// instead; `null` takes one away.
pub fn told(more: &Value) -> Value {
    let mut told = json!({
        "active": true,
        "scope": "general contact_show",
        "client_id": "ledgerly",
        "username": "ada",
        "token_type": "bearer",
        "sub": "0191abcd-0000-7000-8000-000000000001",
        "subject_kind": "person",
        "aud": "https://login.example/realm/api",
        "iss": "https://login.example/realm",
        "exp": 2_000,
        "iat": 900,
        "jti": "0191abcd-0000-7000-8000-000000000002",
        "organisation": "0191abcd-0000-7000-8000-0000000000ef",
        "grant": "0191abcd-0000-7000-8000-000000000003",
        "client_kind": "app",
        "organisation_slug": "firma",
        "organisation_number": 7,
    });
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => _ = told.as_object_mut().unwrap().remove(name),
            value => told[name] = value.clone(),
        }
    }
    told
}

pub async fn ask(introspection: &Introspection, token: &str) -> Result<Option<Arc<Told>>, Fault> {
    introspection.ask(UnverifiedToken::new(token)).await
}

/// What came of a call: status, reason and challenge, or what the API was told.
pub struct Came {
    pub status: u16,
    pub reason: String,
    pub challenge: String,
    pub body: Value,
    pub permitted: Option<Permitted>,
    pub retry_after: bool,
}

impl Came {
    /// Calls an API behind the layer.
    pub async fn of(layer: &RequireScopeLayer, method: &str, path: &str, token: &str) -> Self {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let api = service_fn(|request: Request<Body>| async move {
            let permitted = request.extensions().get::<Permitted>().cloned();
            let mut answer = Response::new(Body::empty());
            answer.extensions_mut().insert(permitted);
            Ok::<_, Infallible>(answer)
        });
        let request = request.body(Body::empty()).unwrap();
        let answer = layer.layer(api).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let header = |name| {
            let value = parts.headers.get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        Self {
            status: parts.status.as_u16(),
            reason: body["reason"].as_str().unwrap_or_default().to_owned(),
            challenge: header("www-authenticate"),
            retry_after: parts.headers.contains_key("retry-after"),
            permitted: parts
                .extensions
                .get::<Option<Permitted>>()
                .cloned()
                .flatten(),
            body,
        }
    }
}

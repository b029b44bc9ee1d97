use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode, Uri};
use scope::{ApiRequest, Decision, Permit, Reason, Route, Visible};
use tower_service::Service;

use super::layer::Gate;
use super::{body, browsers, facts};
use crate::bearer::bearer_token;
use crate::problem::{Kind, Problem};
use crate::{
    AccessError, AccessNow, Permitted, PublicCall, UnverifiedToken, VerifiedToken, VerifyError,
};

/// The service that [`RequireScopeLayer`](super::RequireScopeLayer) makes.
#[derive(Clone)]
pub struct RequireScope<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S> RequireScope<S> {
    pub(super) fn new(inner: S, gate: Arc<Gate>) -> Self {
        Self { inner, gate }
    }
}

impl<S, B, R> Service<Request<B>> for RequireScope<S>
where
    S: Service<Request<Body>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum_core::BoxError>,
    R: http_body::Body<Data = Bytes> + Send + 'static,
    R::Error: Into<axum_core::BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let gate = Arc::clone(&self.gate);
        // The service that was found ready is the one to call; its clone waits for the next.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            if gate.is_open && browsers::is_preflight(&request) {
                return Ok(browsers::preflight(request.headers()));
            }
            let mut response = match gate.admit(request.map(Body::new)).await {
                Ok(request) => inner.call(request).await?.map(Body::new),
                Err(problem) => gate.answer(problem),
            };
            if gate.is_open {
                browsers::readable(response.headers_mut());
            }
            Ok(response)
        })
    }
}

impl Gate {
    /// Lets a request on, or says why not.
    async fn admit(&self, request: Request<Body>) -> Result<Request<Body>, Problem> {
        let (mut parts, mut body) = request.into_parts();
        // Nobody but this gate may say that a call is permitted.
        parts.extensions.remove::<Permitted>();
        parts.extensions.remove::<PublicCall>();
        within_bounds(&parts.uri)?;
        let token = bearer_token(&parts)
            .map_err(|error| Problem::of(Kind::MalformedCredentials, error.to_string()))?;
        let Some(token) = token else {
            let call = self.public_call(&parts).ok_or_else(no_credentials)?;
            parts.extensions.insert(call);
            return Ok(Request::from_parts(parts, body));
        };
        // A token that is sent counts, also where none is needed.
        let token = self.verified(token).await?;
        let path = self.path(&parts)?.to_owned();
        let method = parts.method.as_str().to_owned();
        let route = self.catalog.route(&method, &path);
        let headers = facts::headers(&self.catalog, &parts);
        let mut call = ApiRequest::new(&method, &path);
        call.query = Visible::Seen(parts.uri.query().unwrap_or(""));
        call.headers = Some(&headers);
        call.host = facts::host(&parts).map_or(Visible::Hidden, Visible::Seen);
        let organisation = route.as_ref().ok();
        let organisation =
            organisation.and_then(|route| self.catalog.organisation_of(route, &call));
        let organisation = organisation.as_ref();
        let access = self
            .access
            .access(&token, organisation.map(|(key, text)| (*key, &**text)))
            .await
            .map_err(refused)?;
        let mut read = None;
        if route.as_ref().is_ok_and(Route::depends_on_body) {
            let bytes = body::read(&parts.headers, body).await?;
            body = Body::from(bytes.clone());
            read = Some(bytes);
        }
        if let Some(bytes) = &read
            && let Some(json) = body::as_json(&parts, bytes)?
        {
            call.body = Visible::Seen(json);
        }
        let Ok(route) = &route else {
            return Err(self.explain(&access, &call));
        };
        let decision = scope::decide_route(&self.catalog, &access.as_access(), route, &call);
        let Decision::Permit(permit) = decision else {
            return Err(self.explain(&access, &call));
        };
        let permitted = permitted(token, access, &permit, route);
        parts.extensions.insert(permitted);
        Ok(Request::from_parts(parts, body))
    }

    /// A call without a token, where its rule says that it is public.
    fn public_call(&self, parts: &Parts) -> Option<PublicCall> {
        let path = self.path(parts).ok()?;
        let route = self.catalog.route(parts.method.as_str(), path).ok()?;
        let mut call = ApiRequest::new(parts.method.as_str(), path);
        call.query = Visible::Seen(parts.uri.query().unwrap_or(""));
        let permit = scope::decide_without_token(&self.catalog, &route, &call)?;
        Some(PublicCall {
            method: permit.endpoint.method,
            path: permit.endpoint.path.clone(),
            parameters: parameters(&route),
        })
    }

    async fn verified(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, Problem> {
        self.verifier
            .verify(token)
            .await
            .map_err(|error| match error {
                VerifyError::Invalid(why) => Problem::of(Kind::InvalidToken, why),
                VerifyError::Unavailable => unavailable(&error.to_string()),
            })
    }

    /// The path as the catalog knows it.
    fn path<'p>(&self, parts: &'p Parts) -> Result<&'p str, Problem> {
        let path = parts.uri.path();
        match path.strip_prefix(&self.prefix) {
            Some(rest) if self.prefix.is_empty() || rest.starts_with('/') => Ok(rest),
            _ => Err(Problem::new(
                StatusCode::FORBIDDEN,
                scope::Reason::NoRule.as_str(),
                "No scope opens this path",
                format!("Every path of this API begins with {}/.", self.prefix),
            )),
        }
    }

    /// Only a denial costs an explanation.
    fn explain(&self, now: &AccessNow, call: &ApiRequest<'_>) -> Problem {
        Problem::denied(&now.explain(&self.catalog, call))
    }

    fn answer(&self, problem: Problem) -> Response<Body> {
        problem.into_response(
            &self.issuer,
            self.resource_metadata.as_deref(),
            self.explanations.as_deref(),
        )
    }
}

/// A longer URL is not decided.
fn within_bounds(uri: &Uri) -> Result<(), Problem> {
    let query = uri.query().map_or(0, str::len);
    if uri.path().len() <= ApiRequest::MAX_PATH_BYTES && query <= ApiRequest::MAX_QUERY_BYTES {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::URI_TOO_LONG,
        Reason::TooLarge.as_str(),
        "The URL is too long",
        format!(
            "A path has at most {} bytes and a query {}. Send fewer and shorter parameters, or several calls.",
            ApiRequest::MAX_PATH_BYTES,
            ApiRequest::MAX_QUERY_BYTES
        ),
    ))
}

fn no_credentials() -> Problem {
    Problem::of(
        Kind::NoCredentials,
        "This call needs an access token. Send it in the header: Authorization: Bearer TOKEN.",
    )
}

fn refused(error: AccessError) -> Problem {
    match error {
        AccessError::TokenEnded => Problem::of(
            Kind::TokenEnded,
            "The token no longer counts: it was revoked, its grant was, the client is disabled, or the person has no place any more in the organisation it is for. Authorize again.",
        ),
        AccessError::WrongOrganisation => Problem::of(
            Kind::WrongOrganisation,
            "The call names another organisation than this token opens, or none that can be told. Name the token's own organisation, once and in its plain form, or authorize for this one.",
        ),
        AccessError::NoOrganisation => Problem::of(
            Kind::NoOrganisation,
            "The call names an organisation and this token is bound to none. Use a token that a user of the organisation has authorized.",
        ),
        AccessError::Unavailable => unavailable(&error.to_string()),
    }
}

fn unavailable(what: &str) -> Problem {
    Problem::of(
        Kind::Unavailable,
        format!("Denied because {what}. Try again in a moment."),
    )
}

fn permitted(
    token: VerifiedToken,
    access: AccessNow,
    permit: &Permit<'_>,
    route: &Route<'_, '_>,
) -> Permitted {
    Permitted {
        token: Arc::new(token),
        access: Arc::new(access),
        method: permit.endpoint.method,
        path: permit.endpoint.path.clone(),
        parameters: parameters(route),
        row_filter: permit.row_filter,
    }
}

fn parameters(route: &Route<'_, '_>) -> Vec<(String, String)> {
    let parameters = route.parameters();
    parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

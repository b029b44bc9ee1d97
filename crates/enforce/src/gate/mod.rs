//! The decision that every gate asks for. Whatever stands in front of an API, a tower layer, a
//! proxy's question or a service of another language, makes a [`Call`] of what it can see of the
//! request, and passes on what [`Gate::decide`] answers.

mod body;
mod call;
mod content_type;
mod facts;
mod key;
mod overriding;

use std::future::Future;
use std::sync::Arc;

use axum_core::body::Body;
use bytes::Bytes;
use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use scope::{ApiRequest, Catalog, Decision, Endpoint, Permit, Reason, Route, Visible};

pub use body::{MAX_BODY_BYTES, read as read_body};
pub use call::Call;
pub use content_type::BodyKind;
use key::KeyHeader;
pub use key::TakesKeys;
pub(crate) use overriding::is_addressed_otherwise;

use crate::beside::is_below;
use crate::limits::{Limits, Taken, Who};
use crate::problem::{Kind, Problem};
use crate::{
    AccessError, AccessNow, AccessSource, CallerNames, Permitted, PublicCall, TokenVerifier,
    UnverifiedToken, Uuid, VerifiedToken, VerifyError,
};

/// Decides calls of one API by its catalog. It holds no state of any call.
///
/// What the verifier and the source of access answer has to be made of the same catalog: sets of
/// scopes mean nothing in another one. Where the catalog changes, all three are made anew.
#[derive(Clone)]
pub struct Gate {
    catalog: Arc<Catalog>,
    verifier: Arc<dyn TokenVerifier>,
    keys: Option<KeyHeader>,
    access: Arc<dyn AccessSource>,
    /// For calls that only look, if that is another one.
    reads: Option<Arc<dyn AccessSource>>,
    issuer: String,
    prefix: String,
    /// The beginnings of the endpoints that are here; empty for all of them.
    only: Vec<String>,
    explanations: Option<String>,
    resource_metadata: Option<String>,
    limits: Option<Arc<Limits>>,
}

/// A call that is let through.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Who calls.
    pub caller: Caller,
    /// The body, where it had to be read: these bytes were decided about, and these have to go on.
    pub body: Option<Bytes>,
    /// What it has of limits: to be kept until its answer is over.
    pub taken: Taken,
}

/// Who makes a call that is let through.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Whoever the token speaks for.
    Known(Permitted),
    /// Anybody: there is no token, and the rule says that none is needed.
    Anybody(PublicCall),
}

/// What was found out about a call, however it was decided.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The token, as soon as it is known to be genuine.
    pub token: Option<Arc<VerifiedToken>>,
    /// What the token is worth, as soon as it is known to count now.
    pub access: Option<Arc<AccessNow>>,
}

impl Gate {
    /// Decides by `catalog`. `issuer` is the issuer's URL, which challenges name as their `realm`
    /// (RFC 6750 section 3).
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        verifier: Arc<dyn TokenVerifier>,
        access: Arc<dyn AccessSource>,
        issuer: impl Into<String>,
    ) -> Self {
        Self {
            catalog,
            verifier,
            keys: None,
            access,
            reads: None,
            issuer: issuer.into(),
            prefix: String::new(),
            only: Vec::new(),
            explanations: None,
            resource_metadata: None,
            limits: None,
        }
    }

    /// Asks another source about calls that only look, by their method and by every scope that their rule
    /// could need ([`Route::only_looks`]): one that answers for longer when it cannot tell what has changed.
    #[must_use]
    pub fn reads_by(mut self, access: Arc<dyn AccessSource>) -> Self {
        self.reads = Some(access);
        self
    }

    /// The catalog's paths begin behind this prefix, such as `/bexio/api`. A call whose path does
    /// not begin with it is denied.
    #[must_use]
    pub fn strip_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Only endpoints whose paths, as the catalog writes them, begin with one of these are here; every
    /// one where the list is empty. Others are denied.
    #[must_use]
    pub fn only(mut self, beginnings: Vec<String>) -> Self {
        self.only = beginnings;
        self
    }

    /// Where pages explain problems, such as `https://login.example/bexio/errors`: a problem's
    /// `type` is this URL, a slash and the reason.
    #[must_use]
    pub fn explanations(mut self, url: impl Into<String>) -> Self {
        self.explanations = Some(url.into());
        self
    }

    /// The API's metadata document (RFC 9728), named in challenges.
    #[must_use]
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.resource_metadata = Some(url.into());
        self
    }

    /// How often the API may be called.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(Arc::new(limits));
        self
    }

    /// How an answer tells how its caller stands: headers by the API's own names.
    #[must_use]
    pub fn standing(&self, taken: &Taken) -> Vec<(HeaderName, HeaderValue)> {
        let told = |limits: &Arc<Limits>| Some(limits.told(taken.standing?, false));
        self.limits.as_ref().and_then(told).unwrap_or_default()
    }

    /// The names of those headers.
    pub fn standing_headers(&self) -> impl Iterator<Item = &HeaderName> {
        self.limits.iter().flat_map(|limits| limits.headers())
    }

    /// API keys come in this header, and `verifier` knows them. A call carries one credential: with a
    /// key and a bearer token both it is malformed.
    #[must_use]
    pub fn key_header(mut self, name: HeaderName, verifier: Arc<dyn TokenVerifier>) -> Self {
        self.keys = Some(KeyHeader { name, verifier });
        self
    }

    /// The header in which API keys come, if they do.
    #[must_use]
    pub fn takes_keys_in(&self) -> Option<&HeaderName> {
        self.keys.as_ref().map(|keys| &keys.name)
    }

    /// Does the call carry a credential that is decided about, a token or an API key, however badly?
    #[must_use]
    pub fn carries_credential(&self, call: &Call<'_>) -> bool {
        let has_key = self.keys.as_ref().is_some_and(|keys| keys.is_in(call));
        has_key || call.carries_token()
    }

    /// What it decides by.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// What else the API may know the caller of a call by that is permitted.
    ///
    /// # Errors
    ///
    /// When it cannot be told, which denies.
    pub async fn names(
        &self,
        token: &VerifiedToken,
        organisation: Option<Uuid>,
    ) -> Result<CallerNames, AccessError> {
        // They decide nothing: what permits the call has been asked.
        let source = self.reads.as_ref().unwrap_or(&self.access);
        source.names(token, organisation).await
    }

    /// Lets a call through, or says why not. The body is asked for only where the rule depends on
    /// it, and once; `None` says that this gate cannot see it, and then everything that the rule
    /// could ask for is needed.
    ///
    /// # Errors
    ///
    /// The denial, and whatever `read_body` failed with.
    pub async fn decide<F>(
        &self,
        call: &Call<'_>,
        read_body: impl FnOnce() -> F + Send,
    ) -> Result<Admitted, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        self.find(call, read_body, &mut Found::default()).await
    }

    /// The same, and what was found out on the way, also where the call is denied.
    ///
    /// # Errors
    ///
    /// As [`Gate::decide`].
    pub async fn find<F>(
        &self,
        call: &Call<'_>,
        read_body: impl FnOnce() -> F + Send,
        found: &mut Found,
    ) -> Result<Admitted, Problem>
    where
        F: Future<Output = Result<Option<Bytes>, Problem>> + Send,
    {
        let limits = self.limits.as_ref();
        let taken = limits.map_or_else(|| Ok(Taken::default()), |own| own.at_the_door(call))?;
        call.well_formed()?;
        within_bounds(call)?;
        overriding::refuse(call.headers)?;
        let Some((token, verifier)) = self.presented(call)? else {
            let public = self.public_call(call);
            let public = public.ok_or_else(|| self.no_credentials())?;
            return Ok(Admitted {
                caller: Caller::Anybody(public),
                body: None,
                taken,
            });
        };
        // A token that is sent counts, also where none is needed.
        let token = Arc::new(self.verified(token, verifier).await?);
        found.token = Some(Arc::clone(&token));
        let path = self.path(call.path)?;
        let route = self.catalog.route(call.method, path);
        if let Ok(route) = &route {
            self.is_here(route)?;
        }
        let headers = call
            .headers
            .map(|headers| facts::headers(&self.catalog, headers));
        let mut asked = asked(call, path);
        asked.headers = headers.as_deref();
        let organisation = route.as_ref().ok();
        let organisation =
            organisation.and_then(|route| self.catalog.organisation_of(route, &asked));
        let organisation = organisation.as_ref();
        let access = self
            .source(route.as_ref().ok(), call)
            .access(&token, organisation.map(|(key, text)| (*key, &**text)))
            .await
            .map_err(refused)?;
        let access = Arc::new(AccessNow {
            of_key: token.is_key,
            ..access
        });
        found.access = Some(Arc::clone(&access));
        let body = match &route {
            Ok(route) if route.depends_on_body() => read_body().await?,
            _ => None,
        };
        if let (Some(bytes), Some(headers)) = (&body, call.headers)
            && let Some(json) = body::as_json(headers, bytes)?
        {
            asked.body = Visible::Seen(json);
        }
        let Ok(route) = &route else {
            return Err(self.explain(&access, &asked));
        };
        let decision = scope::decide_route(&self.catalog, &access.as_access(), route, &asked);
        let Decision::Permit(permit) = decision else {
            return Err(self.explain(&access, &asked));
        };
        let taken = match limits {
            Some(limits) => {
                let who = Who {
                    token: &token,
                    access: &access,
                    endpoint: permit.endpoint,
                };
                limits.permitted(call, &who, taken)?
            }
            None => taken,
        };
        let permitted = permitted(token, access, &permit, route);
        Ok(Admitted {
            caller: Caller::Known(permitted),
            body,
            taken,
        })
    }

    /// The rule that a call is about, whether it is allowed or not.
    #[must_use]
    pub fn endpoint_of(&self, call: &Call<'_>) -> Option<&Endpoint> {
        let path = self.path(call.path).ok()?;
        let route = self.catalog.route(call.method, path).ok()?;
        self.is_here(&route).ok()?;
        Some(route.endpoint())
    }

    /// The denial as an answer to whoever called.
    #[must_use]
    pub fn answer(&self, problem: Problem) -> Response<Body> {
        problem.into_response(
            &self.issuer,
            self.resource_metadata.as_deref(),
            self.explanations.as_deref(),
        )
    }

    /// A call without a token, where its rule says that it is public.
    fn public_call(&self, call: &Call<'_>) -> Option<PublicCall> {
        let path = self.path(call.path).ok()?;
        let route = self.catalog.route(call.method, path).ok()?;
        self.is_here(&route).ok()?;
        let permit = scope::decide_without_token(&self.catalog, &route, &asked(call, path))?;
        Some(PublicCall {
            method: permit.endpoint.method,
            path: permit.endpoint.path.clone(),
            parameters: parameters(&route),
        })
    }

    /// Who is asked about what stands behind the token of a call. What becomes another connection is no
    /// call that only looks.
    fn source(&self, route: Option<&Route<'_, '_>>, call: &Call<'_>) -> &Arc<dyn AccessSource> {
        let Some(reads) = &self.reads else {
            return &self.access;
        };
        // Some proxies keep the first to themselves.
        let switches = [UPGRADE, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION];
        let stays_http =
            |headers: &HeaderMap| !switches.iter().any(|name| headers.contains_key(name));
        let looks = route.is_some_and(|route| route.only_looks(&self.catalog));
        if looks && call.headers.is_none_or(stays_http) {
            reads
        } else {
            &self.access
        }
    }

    /// The one credential of a call, and who knows such.
    fn presented<'a>(
        &self,
        call: &Call<'a>,
    ) -> Result<Option<(UnverifiedToken<'a>, &dyn TokenVerifier)>, Problem> {
        if let Some(keys) = &self.keys
            && let Some(key) = keys.presented(call)?
        {
            return Ok(Some((key, &*keys.verifier)));
        }
        Ok(call.token.map(|token| (token, &*self.verifier)))
    }

    async fn verified(
        &self,
        token: UnverifiedToken<'_>,
        verifier: &dyn TokenVerifier,
    ) -> Result<VerifiedToken, Problem> {
        let verified = verifier.verify(token).await;
        verified.map_err(|error| match error {
            VerifyError::Invalid(why) => Problem::of(Kind::InvalidToken, why),
            VerifyError::KeySunset => self.key_sunset(),
            VerifyError::Unavailable => unavailable(&error.to_string()),
            VerifyError::RightsUnavailable => refused(AccessError::RightsUnavailable),
        })
    }

    /// Whoever sends a key whose time is over learns where the way on begins.
    fn key_sunset(&self) -> Problem {
        let metadata = self.resource_metadata.as_deref();
        let own = metadata.map_or_else(String::new, |url| {
            format!(" {url} says which authorization server and which scopes there are.")
        });
        let issuer = &self.issuer;
        let problem = Problem::of(
            Kind::ApiKeySunset,
            format!(
                "API keys such as this one are not taken any more. Use OAuth 2.0: get an access token from \
                 {issuer} and send it in the header Authorization: Bearer TOKEN.{own}"
            ),
        );
        let problem = problem.member("authorization_server", issuer);
        match metadata {
            Some(url) => problem.member("resource_metadata", url),
            None => problem,
        }
    }

    fn no_credentials(&self) -> Problem {
        let token = "Send it in the header: Authorization: Bearer TOKEN.";
        let detail = match self.takes_keys_in() {
            Some(name) => format!(
                "This call needs an access token or an API key. {token} An API key goes into the header {name}."
            ),
            None => format!("This call needs an access token. {token}"),
        };
        Problem::of(Kind::NoCredentials, detail)
    }

    /// The path as the catalog knows it.
    fn path<'p>(&self, path: &'p str) -> Result<&'p str, Problem> {
        match path.strip_prefix(&self.prefix) {
            Some(rest) if self.prefix.is_empty() || rest.starts_with('/') => Ok(rest),
            _ => Err(no_rule(format!(
                "Every path of this API begins with {}/.",
                self.prefix
            ))),
        }
    }

    /// Is the endpoint in the part of the catalog that this API serves?
    fn is_here(&self, route: &Route<'_, '_>) -> Result<(), Problem> {
        let path = &route.endpoint().path;
        let begins = |beginning: &String| is_below(path, beginning);
        if self.only.is_empty() || self.only.iter().any(begins) {
            return Ok(());
        }
        Err(no_rule(format!(
            "{path} belongs to another API of this provider; here are {}.",
            self.only.join(", ")
        )))
    }

    /// Only a denial costs an explanation.
    fn explain(&self, now: &AccessNow, call: &ApiRequest<'_>) -> Problem {
        Problem::denied(&now.explain(&self.catalog, call))
    }
}

/// The call as the catalog takes it, without its headers and body.
fn asked<'a>(call: &Call<'a>, path: &'a str) -> ApiRequest<'a> {
    let mut asked = ApiRequest::new(call.method, path);
    asked.query = call.query;
    asked.host = call.host;
    asked
}

/// A longer URL is not decided.
fn within_bounds(call: &Call<'_>) -> Result<(), Problem> {
    let query = match call.query {
        Visible::Seen(query) => query.len(),
        _ => 0,
    };
    if call.path.len() <= ApiRequest::MAX_PATH_BYTES && query <= ApiRequest::MAX_QUERY_BYTES {
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

fn no_rule(detail: String) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        Reason::NoRule.as_str(),
        "No scope opens this path",
        detail,
    )
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        refused(error)
    }
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
        AccessError::RightsUnavailable => Problem::of(
            Kind::RightsUnavailable,
            format!("Denied because {error}. Nothing was taken away: try again in a moment."),
        ),
    }
}

fn unavailable(what: &str) -> Problem {
    Problem::of(
        Kind::Unavailable,
        format!("Denied because {what}. Try again in a moment."),
    )
}

fn permitted(
    token: Arc<VerifiedToken>,
    access: Arc<AccessNow>,
    permit: &Permit<'_>,
    route: &Route<'_, '_>,
) -> Permitted {
    Permitted {
        token,
        access,
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

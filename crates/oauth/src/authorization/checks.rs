//! The checks of an authorization request, as a table in the order they run.

use scope::{Catalog, RequestedScope, Scope};
use url::form_urlencoded;

use super::request::{AuthorizationError, AuthorizationRequest, Prompt};
use crate::error::{ErrorCode, OAuthError};
use crate::model::{Authentication, Client, ClientType, GrantType, Status};
use crate::naming;
use crate::parameters::{FaultyParameters, Parameters};
use crate::pkce::CodeChallenge;
use crate::redirect_uri::{self, RedirectUri};

/// One check.
pub struct Check {
    /// What it checks.
    pub name: &'static str,
    /// Where it is written.
    pub section: &'static str,
    /// Where its refusal is shown.
    pub answer: Answer,
    /// Refuses, or notes down what it read.
    pub run: fn(&mut Progress<'_>) -> Result<(), OAuthError>,
}

/// Where a refusal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// On a page of our own.
    Page,
    /// At the redirect URI, which is good by then.
    Redirect,
}

/// Every check, in order. Those answered on a page come first: no error is ever sent to an
/// address that has not been checked.
pub static CHECKS: &[Check] = &[
    page("client", "RFC 6749 4.1.2.1", client),
    page(
        "client is switched on",
        "RFC 6749 4.1.2.1",
        client_is_switched_on,
    ),
    page(
        "redirect_uri",
        "RFC 6749 3.1.2.3, RFC 9700 4.1.3",
        redirect_uri,
    ),
    redirect(
        "no request object",
        "OpenID Connect Core 6",
        no_request_object,
    ),
    redirect("response_type", "RFC 6749 3.1.1", response_type),
    redirect(
        "response_mode",
        "OAuth 2.0 Multiple Response Types 2.1",
        response_mode,
    ),
    redirect(
        "grant type",
        "RFC 6749 4.1.2.1 unauthorized_client",
        grant_type,
    ),
    redirect(
        "code_challenge",
        "RFC 7636 4.4.1, RFC 9700 2.1.1",
        code_challenge,
    ),
    redirect("state", "RFC 6749 4.1.1", state),
    redirect("scope", "RFC 6749 3.3", scope),
    redirect("prompt", "OpenID Connect Core 3.1.2.1", prompt),
    redirect("max_age", "OpenID Connect Core 3.1.2.1", max_age),
    redirect("organisation", "the catalog's own", organisation),
];

/// Every parameter that a check reads: what is kept of a request that waits. Others may be
/// secrets that have no business there.
pub const PARAMETERS: &[&str] = &[
    "client_id",
    "redirect_uri",
    "request",
    "request_uri",
    "response_type",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "state",
    "scope",
    "prompt",
    "max_age",
    "acr_values",
    "organisation",
    "bokio_tenantid",
    "login_hint",
    "ui_locales",
    "resource",
];

/// What the checks have read so far.
pub struct Progress<'a> {
    catalog: &'a Catalog,
    client: Option<&'a Client>,
    parameters: &'a Parameters,
    known_client: Option<&'a Client>,
    redirect_uri: Option<String>,
    code_challenge: Option<[u8; 32]>,
    scope: Option<RequestedScope>,
    prompt: Prompt,
    max_age: Option<u32>,
    organisation: Option<String>,
}

/// Runs every check over a request. `client` is what was loaded for the request's
/// `client_id`, if anything.
///
/// # Errors
/// The first check that refuses says why, and where that is shown.
pub fn validate(
    catalog: &Catalog,
    client: Option<&Client>,
    params: &Parameters,
) -> Result<AuthorizationRequest, AuthorizationError> {
    let mut progress = Progress::new(catalog, client, params);
    for check in CHECKS {
        (check.run)(&mut progress).map_err(|error| progress.refusal(check.answer, error))?;
    }
    progress.finish()
}

/// Where a request is refused that holds a fault before any check: at the redirect URI, if it
/// and the client are each named once and right (RFC 6749 section 4.1.2.1).
#[must_use]
pub fn refuse_faulty(
    catalog: &Catalog,
    client: Option<&Client>,
    faulty: FaultyParameters,
) -> AuthorizationError {
    let mut progress = Progress::new(catalog, client, faulty.usable());
    let mut before_redirect = CHECKS
        .iter()
        .filter(|check| check.answer == Answer::Page)
        .map(|check| (check.run)(&mut progress));
    let is_right = before_redirect.all(|checked| checked.is_ok());
    let is_named = |name| !faulty.is_unusable(name);
    if is_right && is_named("client_id") && is_named("redirect_uri") {
        return progress.refusal(Answer::Redirect, faulty.error.clone());
    }
    AuthorizationError::Page(faulty.error)
}

impl<'a> Progress<'a> {
    fn new(catalog: &'a Catalog, client: Option<&'a Client>, parameters: &'a Parameters) -> Self {
        Self {
            catalog,
            client,
            parameters,
            known_client: None,
            redirect_uri: None,
            code_challenge: None,
            scope: None,
            prompt: Prompt::default(),
            max_age: None,
            organisation: None,
        }
    }
}

impl Progress<'_> {
    fn refusal(&self, answer: Answer, error: OAuthError) -> AuthorizationError {
        match (answer, &self.redirect_uri) {
            (Answer::Redirect, Some(redirect_uri)) => AuthorizationError::Redirect {
                redirect_uri: redirect_uri.clone(),
                state: self
                    .parameters
                    .get("state")
                    .filter(|state| is_returnable(state))
                    .map(str::to_owned),
                error,
            },
            _ => AuthorizationError::Page(error),
        }
    }

    fn finish(self) -> Result<AuthorizationRequest, AuthorizationError> {
        let text = |name| self.parameters.get(name).map(str::to_owned);
        let login_hint =
            text("login_hint").filter(|hint| hint.chars().count() <= MAX_HINT_CHARACTERS);
        let ui_locales = self.parameters.get("ui_locales").unwrap_or_default();
        let acr_values = self.parameters.get("acr_values").unwrap_or_default();
        match (self.known_client, self.redirect_uri, self.scope) {
            (Some(client), Some(redirect_uri), Some(scope)) => Ok(AuthorizationRequest {
                client_id: client.id.clone(),
                redirect_uri,
                redirect_uri_given: text("redirect_uri"),
                state: text("state"),
                code_challenge: self.code_challenge,
                scope,
                prompt: self.prompt,
                max_age: self.max_age,
                acr_values: acr_values
                    .split_whitespace()
                    .filter(|class| Authentication::is_class(class))
                    .take(MAX_CLASSES)
                    .map(str::to_owned)
                    .collect(),
                organisation: self.organisation,
                login_hint,
                ui_locales: ui_locales
                    .split_whitespace()
                    .filter(|locale| naming::language(locale).is_ok())
                    .take(MAX_LOCALES)
                    .map(str::to_owned)
                    .collect(),
                resources: self
                    .parameters
                    .get_all("resource")
                    .map(str::to_owned)
                    .collect(),
            }),
            _ => Err(AuthorizationError::Page(OAuthError::new(
                ErrorCode::ServerError,
                "a check of the authorization request is missing from the table",
            ))),
        }
    }
}

const MAX_HINT_CHARACTERS: usize = 320;
/// As it is encoded in the redirect.
const MAX_STATE_BYTES: usize = 2_048;
/// What is none or too much of `ui_locales` and `acr_values` is passed over: both say what is preferred.
const MAX_LOCALES: usize = 20;
const MAX_CLASSES: usize = 10;
const MAX_ORGANISATION_BYTES: usize = 200;

const fn page(
    name: &'static str,
    section: &'static str,
    run: fn(&mut Progress<'_>) -> Result<(), OAuthError>,
) -> Check {
    Check {
        name,
        section,
        answer: Answer::Page,
        run,
    }
}

const fn redirect(
    name: &'static str,
    section: &'static str,
    run: fn(&mut Progress<'_>) -> Result<(), OAuthError>,
) -> Check {
    Check {
        name,
        section,
        answer: Answer::Redirect,
        run,
    }
}

fn client(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let id = progress.parameters.require("client_id")?;
    let known = progress.client.filter(|client| client.id == id);
    progress.known_client = known;
    match known {
        Some(_) => Ok(()),
        None => Err(OAuthError::invalid_request(format!(
            "no app is registered here under the client_id '{}'",
            id.chars().take(100).collect::<String>()
        ))),
    }
}

fn client_is_switched_on(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    match known(progress)?.status {
        Status::Active => Ok(()),
        Status::Suspended { .. } | Status::Disabled { .. } => Err(OAuthError::unauthorized_client(
            "this app is switched off by the API's provider",
        )),
    }
}

/// The rules of registration are applied once more to the registered URI, so that a record
/// that came in by another way redirects nobody to a place that could not be registered.
fn redirect_uri(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let registered = known(progress)?.redirect_uris.as_slice();
    let given = progress.parameters.get("redirect_uri");
    let own = match (given, registered) {
        (Some(given), _) => registered
            .iter()
            .find(|own| redirect_uri::matches(own, given))
            .ok_or_else(|| {
                OAuthError::invalid_request(
                    "redirect_uri is not one of those registered for this app; it is compared character by character",
                )
            })?,
        (None, [only]) => only,
        (None, []) => {
            return Err(OAuthError::invalid_request(
                "this app has no redirect URI registered; register one",
            ));
        }
        (None, _) => {
            return Err(OAuthError::invalid_request(
                "redirect_uri is missing, and this app has several registered; name one",
            ));
        }
    };
    RedirectUri::register(own).map_err(|error| {
        OAuthError::invalid_request(format!(
            "this app's registration is not safe to use: {error}"
        ))
    })?;
    progress.redirect_uri = Some(given.unwrap_or(own).to_owned());
    Ok(())
}

fn no_request_object(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let parameters = progress.parameters;
    if parameters.get("request").is_some() {
        return Err(OAuthError::new(
            ErrorCode::RequestNotSupported,
            "request objects are not supported; send the parameters themselves",
        ));
    }
    if parameters.get("request_uri").is_some() {
        return Err(OAuthError::new(
            ErrorCode::RequestUriNotSupported,
            "request_uri is not supported; send the parameters themselves",
        ));
    }
    Ok(())
}

fn response_type(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    match progress.parameters.require("response_type")? {
        "code" => Ok(()),
        _ => Err(OAuthError::new(
            ErrorCode::UnsupportedResponseType,
            "response_type must be 'code'; tokens are given at the token endpoint only",
        )),
    }
}

fn response_mode(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    match progress.parameters.get("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request(
            "response_mode must be 'query', or left out",
        )),
    }
}

fn grant_type(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    crate::grant::allowed(
        progress.catalog,
        known(progress)?,
        GrantType::AuthorizationCode,
    )
}

fn code_challenge(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let client = known(progress)?;
    let method = progress.parameters.get("code_challenge_method");
    let may_skip = client.client_type == ClientType::Confidential && client.legacy_without_pkce;
    progress.code_challenge = match progress.parameters.get("code_challenge") {
        Some(challenge) => Some(*CodeChallenge::parse(challenge, method)?.as_bytes()),
        None if may_skip && method.is_none() => None,
        None => {
            return Err(OAuthError::invalid_request(
                "code_challenge is missing; send one with code_challenge_method=S256 (PKCE)",
            ));
        }
    };
    Ok(())
}

/// It goes back in a URL, which servers on the way bound together with all other headers.
fn state(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let state = progress.parameters.get("state");
    if !state.is_none_or(is_returnable) {
        return Err(OAuthError::invalid_request(format!(
            "state takes more than {MAX_STATE_BYTES} bytes in a URL; keep what it holds, and send a reference to it"
        )));
    }
    if progress.catalog.authorization().require_state {
        progress.parameters.require("state")?;
    }
    Ok(())
}

/// Also where another check refuses: what is too long is not sent back.
fn is_returnable(state: &str) -> bool {
    let encoded = form_urlencoded::byte_serialize(state.as_bytes());
    encoded.map(str::len).sum::<usize>() <= MAX_STATE_BYTES
}

/// Without `scope`, the catalog's defaults the client is registered for are asked: never more
/// than every app of this API gets anyway.
fn scope(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let scope = requested(progress.catalog, known(progress)?, progress.parameters)?;
    progress.scope = Some(scope);
    Ok(())
}

/// The scope a request asks for, at this endpoint and for `client_credentials`.
pub(crate) fn requested(
    catalog: &Catalog,
    client: &Client,
    parameters: &Parameters,
) -> Result<RequestedScope, OAuthError> {
    let given = match parameters.get("scope") {
        Some(text) => {
            Scope::parse(text).map_err(|error| OAuthError::invalid_scope(error.to_string()))?
        }
        None => {
            let registered = catalog.registered(&client.registered_scope);
            let defaults = catalog.every_grant().union(catalog.new_client());
            catalog.scope_of(&defaults.intersection(registered.set()))
        }
    };
    if given.is_empty() {
        return Err(OAuthError::invalid_scope(
            "the parameter 'scope' is missing; name what the app needs",
        ));
    }
    Ok(catalog.requested(given))
}

fn prompt(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let mut prompt = Prompt::default();
    for value in progress
        .parameters
        .get("prompt")
        .unwrap_or_default()
        .split_ascii_whitespace()
    {
        match value {
            "none" => prompt.none = true,
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            // Of another extension; what is not known is ignored (RFC 6749 section 3.1).
            _ => {}
        }
    }
    if prompt.none && (prompt.login || prompt.consent) {
        return Err(OAuthError::invalid_request(
            "prompt=none cannot be joined with other values",
        ));
    }
    progress.prompt = prompt;
    Ok(())
}

/// More than fits is as good as no bound.
fn max_age(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let Some(text) = progress.parameters.get("max_age") else {
        return Ok(());
    };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OAuthError::invalid_request(
            "max_age must be a number of seconds, or be left out",
        ));
    }
    progress.max_age = Some(text.parse().unwrap_or(u32::MAX));
    Ok(())
}

/// `organisation`, or `bokio_tenantid` by which Bokio's apps name it.
fn organisation(progress: &mut Progress<'_>) -> Result<(), OAuthError> {
    let parameters = progress.parameters;
    let named = parameters
        .get("organisation")
        .or_else(|| parameters.get("bokio_tenantid"));
    if named.is_some_and(|named| named.len() > MAX_ORGANISATION_BYTES) {
        return Err(OAuthError::invalid_request(
            "organisation must be an id, a slug or a number",
        ));
    }
    progress.organisation = named.map(str::to_owned);
    Ok(())
}

fn known<'a>(progress: &Progress<'a>) -> Result<&'a Client, OAuthError> {
    progress.known_client.ok_or_else(|| {
        OAuthError::invalid_request("no app is registered here under this client_id")
    })
}

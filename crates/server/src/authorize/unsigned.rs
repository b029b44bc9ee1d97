//! What an app's request that waits asks of signing in elsewhere, and what the app is told where nobody
//! does.

use oauth::authorization::{AuthorizationRequest, Outcome, response_url, validate};
use oauth::parameters::Parameters;
use oauth::{OAuthError, sign_in};

use super::kept::kept_parameters;
use crate::pages::refusal::Refusal;
use crate::pages::visit::{Visit, query_value};
use crate::pages::words::shown;

/// What is asked of signing in.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// How long ago the person may have signed in, in seconds.
    pub(crate) max_age: Option<i64>,
    /// Do they have to sign in anew?
    pub(crate) anew: bool,
    /// How the app would have them do it, the best first.
    pub(crate) acr_values: Vec<String>,
    /// The languages the app asks for.
    pub(crate) languages: Vec<String>,
    /// Who the app says will sign in.
    pub(crate) login_hint: Option<String>,
    /// The `client_id` of the app, and its name as shown.
    pub(crate) client: Option<String>,
    pub(crate) app: Option<String>,
    /// The organisation that the app names.
    pub(crate) organisation: Option<String>,
}

/// The way back to an app, with an answer.
pub(crate) struct Way {
    /// The app's name, as shown.
    pub(crate) app: String,
    /// Where it leads.
    pub(crate) url: String,
}

impl Wanted {
    /// By the request that a local path leads on to; nothing where there is none.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub(crate) async fn behind(visit: &Visit, next: &str) -> Result<Self, Refusal> {
        let Some((app, request)) = request(visit, next).await? else {
            return Ok(Self::default());
        };
        let again_for_elevated = visit.realm.sign_in().again_for_elevated;
        let demand = sign_in::demand(visit.realm.catalog(), &request, again_for_elevated);
        Ok(Self {
            max_age: demand.max_age.map(|most| most.as_secs()),
            anew: demand.anew,
            acr_values: request.acr_values,
            languages: request.ui_locales,
            login_hint: request.login_hint,
            client: Some(request.client_id),
            app: Some(app),
            organisation: request.organisation,
        })
    }
}

impl Way {
    /// Back to the app whose request a local path leads on to; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub(crate) async fn back_to_app(
        visit: &Visit,
        next: &str,
        error: &OAuthError,
    ) -> Result<Option<Self>, Refusal> {
        let Some((app, request)) = request(visit, next).await? else {
            return Ok(None);
        };
        let (back, issuer) = (&request.redirect_uri, visit.realm.issuer());
        let url = response_url(
            back,
            issuer,
            request.state.as_deref(),
            Outcome::Error(error),
        );
        Ok(Some(Self { app, url }))
    }
}

/// The request, kept for this browser, that a local path leads on to, and the name of its app.
async fn request(
    visit: &Visit,
    next: &str,
) -> Result<Option<(String, AuthorizationRequest)>, Refusal> {
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    if path != visit.at("consent") {
        return Ok(None);
    }
    let parameters = kept_parameters(visit, &query_value(query, "request")).await?;
    let parameters = parameters.and_then(|text| Parameters::parse(text.as_bytes()).ok());
    let Some(parameters) = parameters else {
        return Ok(None);
    };
    let id = parameters.get("client_id").unwrap_or_default();
    let client = visit.realm.cache().client(id).await?;
    let client = client.as_ref().map(|known| &*known.client);
    let request = validate(visit.realm.catalog(), client, &parameters).ok();
    let app = client.map(|client| shown(&client.name));
    Ok(app.zip(request))
}

use std::sync::Arc;

use axum::response::Response;
use oauth::authorization::{AuthorizationError, AuthorizationRequest, refuse_faulty, validate};
use oauth::consent::{Offer, needs_consent, offer};
use oauth::model::{Grant, Organisation, User, Uuid};
use oauth::parameters::{FaultyParameters, Parameters};
use oauth::{ErrorCode, OAuthError};
use url::form_urlencoded;

use super::organisation;
use super::redirect::{redirect_error, redirect_error_to};
use crate::pages::next;
use crate::pages::refusal::Refusal;
use crate::pages::respond;
use crate::pages::visit::Visit;
use crate::pages::words::shown;
use crate::session::SignedIn;
use realm::cache::{KnownClient, Memberships};
use realm::consents::Question;
use realm::grants;

/// How far a request came.
pub(super) enum Stage {
    /// It is answered: by a redirect, the login or the choice of an organisation.
    Answered(Response),
    /// A decision can be made.
    Ready(Box<Situation>),
}

/// Everything a decision rests on, as it is now.
pub(super) struct Situation {
    pub(super) request: AuthorizationRequest,
    pub(super) client: KnownClient,
    pub(super) signed_in: SignedIn,
    /// Whose data; `None` where a grant is bound to the person.
    pub(super) organisation: Option<Organisation>,
    pub(super) memberships: Memberships,
    pub(super) standing: Option<Arc<Grant>>,
    pub(super) offer: Offer,
}

impl Situation {
    /// What is decided about.
    pub(super) fn question(&self, visit: &Visit) -> Question<'_> {
        Question {
            request: &self.request,
            user: self.signed_in.user.id,
            organisation: self
                .organisation
                .as_ref()
                .map(|organisation| organisation.id),
            offer: &self.offer,
            standing: self.standing.as_deref(),
            language: visit.words.language().code(),
            signed_in_at: self.signed_in.session.created_at,
            position: visit.position,
        }
    }

    pub(super) fn needs_consent(&self, visit: &Visit) -> bool {
        let catalog = visit.realm.catalog();
        let standing = self.standing.as_deref();
        needs_consent(
            catalog,
            &self.client.client,
            &self.offer,
            &self.request,
            standing,
        )
    }
}

/// What the request comes from.
#[derive(Clone, Copy)]
pub(super) enum Occasion<'a> {
    /// The app sent the person here.
    Asked,
    /// The person answered a page, which may name an organisation.
    Answered { organisation: Option<&'a str> },
}

/// Checks the request, who is signed in and whose data is meant, in this order.
pub(super) async fn read(visit: &Visit, occasion: Occasion<'_>) -> Result<Stage, Refusal> {
    let (request, client) = match asked(visit).await? {
        Ok(asked) => asked,
        Err(response) => return Ok(Stage::Answered(response)),
    };
    let Some(signed_in) = person(visit, &request).await? else {
        return Ok(Stage::Answered(sign_in_first(visit, &request)));
    };
    let memberships = visit.realm.cache().memberships(signed_in.user.id).await?;
    if memberships.is_empty() {
        return Err(no_organisation(visit, &client, &signed_in.user));
    }
    let policy = visit.realm.catalog().grant_policy();
    let organisation = if policy.is_bound_to_organisation() {
        let on_page = match occasion {
            Occasion::Asked => None,
            Occasion::Answered { organisation } => organisation,
        };
        let named = on_page.or(request.organisation.as_deref());
        match organisation::chosen(&memberships, named) {
            Some(organisation) => Some(organisation.clone()),
            None if request.prompt.none => {
                let error = interaction_required("the person has to choose an organisation");
                return Ok(Stage::Answered(redirect_error(visit, &request, &error)));
            }
            None => {
                let app = &client.client;
                let user = &signed_in.user;
                let page = organisation::choose(visit, &request, app, user, &memberships);
                return Ok(Stage::Answered(page));
            }
        }
    } else {
        None
    };
    let place = organisation.as_ref().map(|organisation| organisation.id);
    let user = signed_in.user.id;
    let rights = visit
        .realm
        .cache()
        .rights_within(user, place, Some(visit.position))
        .await?;
    let standing = standing(visit, occasion, &request.client_id, user, place).await?;
    let offer = offer(
        visit.realm.catalog(),
        &client.client,
        &client.state,
        &request.scope,
        Some(&rights.unwrap_or_default()),
        standing.as_deref(),
        visit.app.now(),
    );
    if let Err(error) = visit.realm.policy().accept(&offer.withheld) {
        return Ok(Stage::Answered(redirect_error(visit, &request, &error)));
    }
    Ok(Stage::Ready(Box::new(Situation {
        request,
        client,
        signed_in,
        organisation,
        memberships,
        standing,
        offer,
    })))
}

/// The grant that stands. An answer changes it, so that starts from what the store has, not
/// from what is remembered.
async fn standing(
    visit: &Visit,
    occasion: Occasion<'_>,
    client: &str,
    user: Uuid,
    place: Option<Uuid>,
) -> Result<Option<Arc<Grant>>, Refusal> {
    Ok(match occasion {
        Occasion::Asked => {
            let known = visit.realm.cache().standing_grant(client, user, place);
            known.await?.map(|known| known.grant)
        }
        Occasion::Answered { .. } => {
            grants::standing(&visit.app, &visit.realm, client, user, place)
                .await?
                .map(Arc::new)
        }
    })
}

/// The request and its client, or the redirect that refuses it.
async fn asked(
    visit: &Visit,
) -> Result<Result<(AuthorizationRequest, KnownClient), Response>, Refusal> {
    let query = visit.uri.query().unwrap_or_default();
    let read = Parameters::read(query.as_bytes());
    let readable = read.as_ref().unwrap_or_else(FaultyParameters::usable);
    let known = match readable.get("client_id") {
        Some(id) => visit.realm.cache().client(id).await?,
        None => None,
    };
    let registered = known.as_ref().map(|known| &*known.client);
    let catalog = visit.realm.catalog();
    let validated = match read {
        Ok(parameters) => validate(catalog, registered, &parameters),
        Err(faulty) => Err(refuse_faulty(catalog, registered, faulty)),
    };
    let request = match validated {
        Ok(request) => request,
        Err(AuthorizationError::Page(error)) => return Err(Refusal::Request(error)),
        Err(AuthorizationError::Redirect {
            redirect_uri,
            state,
            error,
        }) => {
            return Ok(Err(redirect_error_to(
                visit,
                &redirect_uri,
                state.as_deref(),
                &error,
            )));
        }
    };
    let served = [visit.realm.audience().to_owned()];
    let resources = request.resources.iter().map(String::as_str);
    if let Err(error) = oauth::resource::audience(resources, &served) {
        return Ok(Err(redirect_error(visit, &request, &error)));
    }
    // Validation refuses a request whose client is not known.
    let Some(client) = known else {
        let error = OAuthError::new(
            ErrorCode::InvalidRequest,
            "no app is registered here under this client_id",
        );
        return Err(Refusal::Request(error));
    };
    Ok(Ok((request, client)))
}

/// Who is signed in; nobody where the app wants the person to sign in again.
async fn person(
    visit: &Visit,
    request: &AuthorizationRequest,
) -> Result<Option<SignedIn>, Refusal> {
    if request.prompt.login {
        return Ok(None);
    }
    Ok(visit.signed_in().await?)
}

fn sign_in_first(visit: &Visit, request: &AuthorizationRequest) -> Response {
    if request.prompt.none {
        let error = OAuthError::new(
            ErrorCode::LoginRequired,
            "nobody is signed in, and prompt=none forbids to ask",
        );
        return redirect_error(visit, request, &error);
    }
    respond::see_other(&next::login(visit.realm.id(), &after_login(visit)))
}

/// This request without what asks to sign in again, which will have happened.
fn after_login(visit: &Visit) -> String {
    let query = visit.uri.query().unwrap_or_default();
    let mut after = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "prompt" {
            after.append_pair(&name, &value);
            continue;
        }
        let rest: Vec<&str> = value
            .split_ascii_whitespace()
            .filter(|value| !matches!(*value, "login" | "select_account"))
            .collect();
        if !rest.is_empty() {
            after.append_pair(&name, &rest.join(" "));
        }
    }
    format!("{}?{}", visit.at("oauth/authorize"), after.finish())
}

fn no_organisation(visit: &Visit, client: &KnownClient, user: &User) -> Refusal {
    Refusal::NoOrganisation {
        app: shown(&client.client.name),
        person: shown(&user.name),
        login: next::login(visit.realm.id(), &visit.here()),
    }
}

fn interaction_required(what: &str) -> OAuthError {
    OAuthError::new(
        ErrorCode::InteractionRequired,
        format!("{what}, and prompt=none forbids to ask"),
    )
}

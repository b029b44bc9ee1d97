use std::sync::{Arc, OnceLock};

use axum::response::Response;
use oauth::authorization::AuthorizationRequest;
use oauth::consent::{Offer, Shown, needs_consent, offer};
use oauth::model::{Client, Grant, Organisation, ShownNames, Uuid};
use oauth::{ErrorCode, OAuthError, sign_in};

use super::kept::Kept;
use super::organisation;
use super::redirect::redirect_error;
use super::request::Asked;
use super::second_factor;
use crate::pages::organisation_names::OrganisationNames;
use crate::pages::refusal::Refusal;
use crate::pages::visit::Visit;
use crate::pages::words::shown;
use crate::session::SignedIn;
use realm::Fault;
use realm::cache::Memberships;
use realm::consents::Question;
use realm::grants;

/// How far a request came.
pub(super) enum Stage {
    /// It is answered at the app.
    Answered(Response),
    /// Somebody has to sign in first.
    SignIn(Box<Asked>),
    /// Who is signed in needs a second factor.
    Prove(Box<Asked>, Box<SignedIn>),
    /// The person has to say whose data is meant.
    Choose(Box<Choosing>),
    /// The person belongs to no organisation.
    Nowhere(Box<Choosing>),
    /// What the person may do cannot be told just now.
    Untold(Box<Choosing>),
    /// A decision can be made.
    Ready(Box<Situation>),
}

/// A choice between the organisations of a person.
pub(super) struct Choosing {
    pub(super) asked: Asked,
    pub(super) signed_in: SignedIn,
    pub(super) memberships: Memberships,
}

/// Everything a decision rests on, as it is now.
pub(super) struct Situation {
    pub(super) asked: Asked,
    pub(super) signed_in: SignedIn,
    /// Whose data; `None` where a grant is bound to the person.
    pub(super) organisation: Option<Organisation>,
    pub(super) memberships: Memberships,
    names: OnceLock<ShownNames>,
    pub(super) standing: Option<Arc<Grant>>,
    pub(super) offer: Offer,
}

impl Situation {
    /// What is decided about.
    pub(super) fn question<'a>(&'a self, visit: &Visit) -> Question<'a> {
        Question {
            request: &self.asked.request,
            user: self.signed_in.user.id,
            organisation: self
                .organisation
                .as_ref()
                .map(|organisation| organisation.id),
            offer: &self.offer,
            standing: self.standing.as_deref(),
            authentication: &self.signed_in.session.authentication,
            position: visit.position,
        }
    }

    /// What those it is about are called on its pages: looked for once a page is shown.
    pub(super) fn names(&self, visit: &Visit) -> &ShownNames {
        let organisation = self.organisation.as_ref();
        let client = &self.asked.client.client;
        self.names
            .get_or_init(|| names(visit, client, organisation, &self.memberships))
    }

    /// What a page about it shows.
    pub(super) fn shown(&self, visit: &Visit) -> Shown {
        let realm = &visit.realm;
        let organisation = self.organisation.as_ref();
        Shown::of(
            (realm.catalog(), realm.catalog_digest()),
            &self.asked.client.client,
            &self.offer,
            (
                self.signed_in.user.id,
                organisation.map(|organisation| organisation.id),
            ),
            (self.names(visit), visit.words.language().code()),
        )
    }

    /// What the organisation whose data is meant is called.
    pub(super) fn place(&self, visit: &Visit) -> Option<&str> {
        self.organisation.as_ref()?;
        self.names(visit).organisations.first().map(String::as_str)
    }

    pub(super) fn needs_consent(&self, visit: &Visit) -> bool {
        let catalog = visit.realm.catalog();
        let standing = self.standing.as_deref();
        needs_consent(
            catalog,
            &self.asked.client.client,
            &self.offer,
            &self.asked.request,
            standing,
            visit.app.now(),
        )
    }
}

/// What the request comes from.
#[derive(Clone, Copy)]
pub(super) enum Occasion {
    /// The app sent the person here.
    Asked,
    /// The person answered a page.
    Answered,
}

/// Finds out who is signed in and whose data is meant, in this order. `kept` is what is known of
/// the request beyond its parameters, and `chosen` the id of the organisation that a page of ours named.
pub(super) async fn read(
    visit: &Visit,
    asked: Asked,
    kept: Option<&Kept>,
    chosen: Option<&str>,
    occasion: Occasion,
) -> Result<Stage, Refusal> {
    let Some(signed_in) = person(visit, &asked.request, kept).await? else {
        return Ok(sign_in_first(visit, asked, "nobody is signed in"));
    };
    if second_factor::is_wanted(visit, &asked.request) && !second_factor::is_there(&signed_in) {
        if asked.request.prompt.none {
            let response = redirect_error(visit, &asked.request, &second_factor::unmet());
            return Ok(Stage::Answered(response));
        }
        return Ok(Stage::Prove(Box::new(asked), Box::new(signed_in)));
    }
    let memberships = visit.realm.cache().memberships(signed_in.user.id).await?;
    if memberships.is_empty() {
        if asked.request.prompt.none {
            let response = redirect_error(visit, &asked.request, &nowhere());
            return Ok(Stage::Answered(response));
        }
        return Ok(Stage::Nowhere(Box::new(Choosing {
            asked,
            signed_in,
            memberships,
        })));
    }
    let policy = visit.realm.catalog().grant_policy();
    let organisation = if policy.is_bound_to_organisation() {
        let by_app = asked.request.organisation.as_deref();
        match organisation::chosen(&memberships, chosen, by_app) {
            Some(organisation) => Some(organisation.clone()),
            None if asked.request.prompt.none => {
                let error = interaction_required("the person has to choose an organisation");
                let response = redirect_error(visit, &asked.request, &error);
                return Ok(Stage::Answered(response));
            }
            None => {
                return Ok(Stage::Choose(Box::new(Choosing {
                    asked,
                    signed_in,
                    memberships,
                })));
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
        .await;
    let rights = match rights {
        Err(Fault::RightsUnavailable) if asked.request.prompt.none => {
            let response = redirect_error(visit, &asked.request, &untold());
            return Ok(Stage::Answered(response));
        }
        Err(Fault::RightsUnavailable) => {
            return Ok(Stage::Untold(Box::new(Choosing {
                asked,
                signed_in,
                memberships,
            })));
        }
        other => other?.unwrap_or_default(),
    };
    if rights.have_run_out() && !has_just_signed_in(&signed_in, kept) {
        return Ok(sign_in_first(
            visit,
            asked,
            "what the person was given to do when they signed in has run out",
        ));
    }
    let standing = standing(visit, occasion, &asked.request.client_id, user, place).await?;
    let offer = offer(
        visit.realm.catalog(),
        &asked.client.client,
        &asked.client.state,
        &asked.request.scope,
        Some(&rights.rights),
        standing.as_deref(),
        visit.app.now(),
    );
    if let Err(error) = visit.realm.policy().accept(&offer.withheld) {
        return Ok(Stage::Answered(redirect_error(
            visit,
            &asked.request,
            &error,
        )));
    }
    Ok(Stage::Ready(Box::new(Situation {
        asked,
        signed_in,
        organisation,
        names: OnceLock::new(),
        memberships,
        standing,
        offer,
    })))
}

/// The person goes to sign in, where the app lets them be asked.
fn sign_in_first(visit: &Visit, asked: Asked, why: &str) -> Stage {
    if asked.request.prompt.none {
        let error = OAuthError::new(
            ErrorCode::LoginRequired,
            format!("{why}, and prompt=none forbids to ask"),
        );
        return Stage::Answered(redirect_error(visit, &asked.request, &error));
    }
    Stage::SignIn(Box::new(asked))
}

/// Has the person signed in for this request? Whoever has is not sent to do so again.
fn has_just_signed_in(signed_in: &SignedIn, kept: Option<&Kept>) -> bool {
    kept.is_some_and(|kept| kept.is_answered_by(&signed_in.session))
}

/// What the app and the organisation are called on the pages, or all the organisations that a grant of
/// the person's reaches.
fn names(
    visit: &Visit,
    client: &Client,
    organisation: Option<&Organisation>,
    memberships: &Memberships,
) -> ShownNames {
    let names = OrganisationNames::of(visit.realm.catalog(), memberships);
    ShownNames {
        app: shown(&client.name),
        maker: shown(&client.maker),
        organisations: match organisation {
            Some(organisation) => vec![names.name(organisation)],
            None => memberships.iter().map(|(one, _)| names.name(one)).collect(),
        },
    }
}

/// The grant that stands. An answer changes it, so that starts from what the store has, not
/// from what is remembered.
async fn standing(
    visit: &Visit,
    occasion: Occasion,
    client: &str,
    user: Uuid,
    place: Option<Uuid>,
) -> Result<Option<Arc<Grant>>, Refusal> {
    Ok(match occasion {
        Occasion::Asked => {
            let known = visit.realm.cache().standing_grant(client, user, place);
            known.await?.map(|known| known.grant)
        }
        Occasion::Answered => grants::standing(&visit.app, &visit.realm, client, user, place)
            .await?
            .map(Arc::new),
    })
}

/// Who is signed in; nobody where they have to sign in again, for the app or for what it asks, and
/// have not since it asked.
async fn person(
    visit: &Visit,
    request: &AuthorizationRequest,
    kept: Option<&Kept>,
) -> Result<Option<SignedIn>, Refusal> {
    let signed_in = visit.signed_in().await?;
    let now = visit.app.now();
    let again_for_elevated = visit.realm.sign_in().again_for_elevated;
    let demand = sign_in::demand(visit.realm.catalog(), request, again_for_elevated);
    // Nobody may be asked for what is only wished for.
    let minds_class = !visit.realm.sign_in().kind.is_accounts() && !request.prompt.none;
    Ok(signed_in.filter(|one| {
        let authentication = &one.session.authentication;
        let is_enough = demand.is_met(authentication, now)
            && (!minds_class || sign_in::is_of_a_class_asked_for(request, authentication));
        is_enough || has_just_signed_in(one, kept)
    }))
}

/// What the app is told about somebody who belongs to no organisation.
pub(super) fn nowhere() -> OAuthError {
    OAuthError::new(
        ErrorCode::AccessDenied,
        "the person belongs to no organisation here",
    )
}

/// The page that says so to the person.
pub(super) fn no_organisation(visit: &Visit, kept: &Kept, choosing: &Choosing) -> Refusal {
    Refusal::NoOrganisation {
        app: shown(&choosing.asked.client.client.name),
        person: shown(&choosing.signed_in.user.name),
        login: kept.place.login(visit),
        consent: kept.place.consent(visit),
    }
}

/// What the app is told while nobody can say what the person may do (RFC 6749 section 4.1.2.1).
pub(super) fn untold() -> OAuthError {
    OAuthError::new(
        ErrorCode::TemporarilyUnavailable,
        "the system that knows what the person may do does not answer; try again later",
    )
}

/// The page that says so to the person.
pub(super) fn rights_unavailable(visit: &Visit, kept: &Kept, choosing: &Choosing) -> Refusal {
    Refusal::RightsUnavailable {
        app: shown(&choosing.asked.client.client.name),
        consent: kept.place.consent(visit),
    }
}

fn interaction_required(what: &str) -> OAuthError {
    OAuthError::new(
        ErrorCode::InteractionRequired,
        format!("{what}, and prompt=none forbids to ask"),
    )
}

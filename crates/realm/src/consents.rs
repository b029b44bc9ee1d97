//! What a person decides about an app, recorded with the grant it makes and the code that goes
//! to the app.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use oauth::authorization::AuthorizationRequest;
use oauth::consent::{ConsentDecision, Offer, Shown, merge, refused};
use oauth::model::{
    Authentication, AuthorizationCode, Consent, ConsentEvidence, Grant, GrantOwner, GrantStatus,
    Position, Recording, ShownNames, TokenHash, Uuid,
};
use oauth::{Secret, SecretKind};
use scope::Scope;

use crate::app::App;
use crate::fault::Fault;
use crate::realm::Realm;

/// What is decided about, and by whom.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// What the app asks.
    pub request: &'a AuthorizationRequest,
    /// The person.
    pub user: Uuid,
    /// Whose data; `None` where a grant is bound to the person.
    pub organisation: Option<Uuid>,
    /// What can be allowed.
    pub offer: &'a Offer,
    /// The grant that stands, exactly as it was loaded.
    pub standing: Option<&'a Grant>,
    /// How and when the person signed in.
    pub authentication: &'a Authentication,
    /// How far the changes were known when the request came.
    pub position: Position,
}

/// The page that a person answers.
#[derive(Clone, Copy)]
pub struct Answered<'a> {
    /// The kept request that it stands for.
    pub request: &'a TokenHash,
    /// What it showed.
    pub shown: &'a Shown,
    /// What those it is about are called there.
    pub names: &'a ShownNames,
}

/// Records the decision with its grant and the code in one step; then the code may go to the
/// app.
///
/// # Errors
///
/// When the store cannot do it.
pub async fn allow(
    app: &App,
    realm: &Realm,
    question: &Question<'_>,
    page: &Answered<'_>,
    decision: &ConsentDecision,
) -> Result<Recording<Secret>, Fault> {
    let now = app.now();
    let catalog = realm.catalog();
    let standing = question.standing;
    let merged = merge(catalog, standing, &question.request.scope, decision);
    let grant = Grant {
        id: app.new_id(),
        realm: realm.id().to_owned(),
        client: question.request.client_id.clone(),
        owner: GrantOwner::Person,
        user: question.user,
        organisation: question.organisation,
        catalog_version: catalog.version().to_owned(),
        requested: merged.requested,
        granted: merged.granted,
        refused: merged.refused,
        withheld: decision.withheld.clone(),
        reduced: merged.reduced,
        taken_off: standing.map_or_else(BTreeMap::new, |grant| grant.taken_off.clone()),
        created_at: standing.map_or(now, |grant| grant.created_at),
        updated_at: now,
        status: GrantStatus::Live,
        version: 1,
    };
    let consent = Consent {
        granted: decision.granted.clone(),
        refused: decision.refused.clone(),
        grant: Some(grant.id),
        ..nothing_allowed(app, realm, question, page, now)
    };
    let (secret, code) = new_code(app, realm, question, decision, grant.id, now);
    let store = app.store();
    let recording = store.record_consent(&consent, &grant, &code, standing, Some(page.request));
    Ok(match recording.await? {
        Recording::Recorded(_) => Recording::Recorded(secret),
        Recording::StandingChanged => Recording::StandingChanged,
        Recording::Answered => Recording::Answered,
    })
}

/// Records that nothing is allowed. What stands allowed from earlier stays; that the rest was
/// refused is kept, so that nobody is asked for ever.
///
/// # Errors
///
/// When the store cannot do it.
pub async fn refuse(
    app: &App,
    realm: &Realm,
    question: &Question<'_>,
    page: &Answered<'_>,
) -> Result<Recording<()>, Fault> {
    let now = app.now();
    let catalog = realm.catalog();
    let left = question.standing.map(|standing| Grant {
        updated_at: now,
        ..refused(catalog, standing, question.offer)
    });
    let consent = Consent {
        refused: catalog.scope_of(question.offer.offered()),
        ..nothing_allowed(app, realm, question, page, now)
    };
    let store = app.store();
    let recording = store.record_refusal(
        &consent,
        left.as_ref(),
        question.standing,
        Some(page.request),
    );
    Ok(recording.await?)
}

/// A further code of a standing grant, for what was decided before. It hangs from `grant`,
/// which may have ended a moment ago.
///
/// # Errors
///
/// When the store cannot do it.
pub async fn allow_again(
    app: &App,
    realm: &Realm,
    question: &Question<'_>,
    decision: &ConsentDecision,
    grant: Uuid,
) -> Result<Recording<Secret>, Fault> {
    let (secret, code) = new_code(app, realm, question, decision, grant, app.now());
    let recorded = realm.cache().insert_code(code).await?;
    Ok(match recorded {
        Recording::Recorded(()) => Recording::Recorded(secret),
        Recording::StandingChanged => Recording::StandingChanged,
        Recording::Answered => Recording::Answered,
    })
}

/// The latest decisions of a person, latest first.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn of_user(
    app: &App,
    realm: &Realm,
    user: Uuid,
    limit: usize,
) -> Result<Vec<Consent>, Fault> {
    let consents = app.store().consents_of_user(realm.id(), user, limit);
    Ok(consents.await?)
}

fn nothing_allowed(
    app: &App,
    realm: &Realm,
    question: &Question<'_>,
    page: &Answered<'_>,
    now: Timestamp,
) -> Consent {
    Consent {
        id: app.new_id(),
        realm: realm.id().to_owned(),
        grant: None,
        client: question.request.client_id.clone(),
        user: question.user,
        organisation: question.organisation,
        catalog_version: realm.catalog().version().to_owned(),
        requested: question.request.scope.given().clone(),
        granted: Scope::empty(),
        refused: Scope::empty(),
        withheld: question.offer.withheld.clone(),
        decided_at: now,
        evidence: Some(ConsentEvidence {
            catalog: realm.catalog_digest(),
            language: page.shown.language().to_owned(),
            rows: Some(page.shown.rows()),
            names: Some(page.names.clone()),
            returned_to: question.request.redirect_uri.clone(),
            signed_in_at: question.authentication.at,
        }),
    }
}

fn new_code(
    app: &App,
    realm: &Realm,
    question: &Question<'_>,
    decision: &ConsentDecision,
    grant: Uuid,
    now: Timestamp,
) -> (Secret, AuthorizationCode) {
    let secret = oauth::secret::generate(SecretKind::AuthorizationCode, app.random_bytes());
    let seconds = realm.catalog().token_policy().code_ttl;
    let life = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(60));
    let code = AuthorizationCode {
        hash: secret.hash(),
        realm: realm.id().to_owned(),
        client: question.request.client_id.clone(),
        grant,
        family: Some(app.new_id()),
        user: question.user,
        organisation: question.organisation,
        redirect_uri: question.request.redirect_uri_given.clone(),
        code_challenge: question.request.code_challenge,
        scope: decision.granted.clone(),
        withheld: decision.withheld.clone(),
        refused: decision.refused.clone(),
        requested: Some(question.request.scope.given().clone()),
        created_at: now,
        expires_at: now.saturating_add(life).unwrap_or(now),
        consumed_at: None,
        position: Some(question.position),
        authentication: Some(question.authentication.context()),
    };
    (secret, code)
}

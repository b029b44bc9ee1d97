//! `POST /{realm}/oauth/introspect` (RFC 7662).

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::response::Response;
use oauth::api_key::rules::KeyWorth;
use oauth::introspection::{
    ForGates, Introspection, Place, may_introspect, may_introspect_refresh_token,
};
use oauth::model::{Client, ClientType, Organisation, RefreshToken, Timestamp, Uuid};
use oauth::parameters::Parameters;
use oauth::revocation::PresentedToken;
use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
use oauth::{ErrorCode, OAuthError};
use scope::{OrganisationKey, ScopeSet, effective};

use super::caller::Call;
use super::json::fresh_json;
use crate::error::ApiError;
use realm::rights::RightsNow;
use realm::{App, Fault, Realm, tokens};

use crate::in_realm::InRealm;
use realm::cache::Behind;

/// Tells a resource server what an access token or an API key is worth right now, and an app about its own
/// refresh token. For anything that is not valid for this caller the answer is `active: false` and not a word more (section 2.2).
///
/// # Errors
///
/// RFC 6749 section 5.2; 5xx when it cannot be told.
pub(crate) async fn introspect(
    State(app): State<Arc<App>>,
    InRealm(realm): InRealm,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&realm, request).await?;
    let (client, _) = call.authenticated()?;
    if client.client_type == ClientType::Public {
        return Err(ApiError::from(OAuthError::new(
            ErrorCode::InvalidClient,
            "a public client cannot prove who it is, and may not introspect",
        )));
    }
    let token = call.parameters.require("token")?;
    match realm.cache().presented(realm.issuer(), token).await? {
        PresentedToken::AccessToken(claims) => {
            let also = realm.also_called(&claims.audience);
            if !realm.counts(&claims) || !may_introspect(&client, &claims, also) {
                return Ok(inactive());
            }
            let claims = claims.living_for(realm.catalog().token_policy().access_ttl);
            let place = place_asked(&call.parameters)?;
            let answer = about(&app, &realm, &claims, place).await?;
            Ok(fresh_json(answer.unwrap_or_default().json()))
        }
        PresentedToken::RefreshToken(hash) => {
            // Boxed, so that the common question is not moved with room for this one.
            let token = Box::pin(tokens::refresh_token(&app, &realm, &hash)).await?;
            match token.filter(|token| may_introspect_refresh_token(&client, &token.client)) {
                Some(token) => Box::pin(about_refresh_token(&app, &realm, token)).await,
                None => Ok(inactive()),
            }
        }
        PresentedToken::Unknown => Box::pin(about_api_key(&app, &realm, &client, token)).await,
    }
}

/// What is no token may be an API key: it is told in the words of a client's own token.
async fn about_api_key(
    app: &App,
    realm: &Realm,
    client: &Client,
    text: &str,
) -> Result<Response, ApiError> {
    if client.introspects.is_none() {
        return Ok(inactive());
    }
    let Some(known) = realm.cache().api_key(text).await? else {
        return Ok(inactive());
    };
    let key = &known.key;
    let audience = realm.audience_of_key(key);
    let Some(audience) = audience.filter(|_| key.worth(app.now()) == KeyWorth::Counts) else {
        return Ok(inactive());
    };
    let claims = AccessTokenClaims {
        id: key.id,
        realm: key.realm.clone(),
        client: TokenClient::Id(key.client.clone()),
        subject_kind: SubjectKind::Machine,
        grant: None,
        family: None,
        user: None,
        organisation: key.organisation,
        scope: realm.catalog().scope_of(known.granted.set()),
        audience: audience.to_owned(),
        for_sandbox: key.api.is_none(),
        issued_at: key.created_at,
        expires_at: key.ends_at().unwrap_or(Timestamp::MAX),
        position: Some(key.position),
        authentication: None,
    };
    let also = realm.also_called(audience);
    if !may_introspect(client, &claims, also) {
        return Ok(inactive());
    }
    let answer = about(app, realm, &claims, None).await?;
    let answer = answer.map(|answer| answer.of_api_key(key.ends_at()));
    Ok(fresh_json(answer.unwrap_or_default().json()))
}

fn inactive() -> Response {
    fresh_json(Introspection::default().json())
}

async fn about_refresh_token(
    app: &App,
    realm: &Realm,
    token: RefreshToken,
) -> Result<Response, ApiError> {
    let now = app.now();
    let expires_at = token.expires_at;
    let is_dead = token.rotated_at.is_some()
        || token.revoked_at.is_some()
        || expires_at.is_some_and(|expiry| now >= expiry);
    if is_dead {
        return Ok(inactive());
    }
    let claims = claims_of(realm, token);
    let answer = about(app, realm, &claims, None).await?;
    let answer = answer.map(|answer| answer.of_refresh_token(expires_at));
    Ok(fresh_json(answer.unwrap_or_default().json()))
}

/// A refresh token in the words of an access token, for the same questions.
fn claims_of(realm: &Realm, token: RefreshToken) -> AccessTokenClaims {
    AccessTokenClaims {
        id: Uuid::nil(),
        realm: token.realm,
        client: TokenClient::Id(token.client),
        subject_kind: SubjectKind::Person,
        grant: Some(token.grant),
        family: token.family,
        user: Some(token.user),
        organisation: token.organisation,
        scope: token.scope,
        audience: realm.audience().to_owned(),
        for_sandbox: false,
        issued_at: token.created_at,
        expires_at: token.expires_at.unwrap_or(Timestamp::MAX),
        position: token.position,
        authentication: token.authentication,
    }
}

async fn about<'a>(
    app: &App,
    realm: &'a Realm,
    claims: &'a AccessTokenClaims,
    place: Option<(OrganisationKey, &str)>,
) -> Result<Option<Introspection<'a>>, Fault> {
    if claims.is_expired(app.now()) {
        return Ok(None);
    }
    // Before anything is read: the answer is at least from then.
    let as_of = realm.cache().position();
    let behind = realm.cache().behind(
        &claims.realm,
        claims.id,
        (claims.client.id(), claims.client.uuid()),
        (claims.grant, claims.family),
        (claims.user, claims.organisation),
        claims.position,
    );
    let Some(behind) = behind.await? else {
        return Ok(None);
    };
    let now = app.now();
    let counting = counts_now(realm, claims, claims.organisation, &behind, now).await?;
    let Some(counting) = counting else {
        return Ok(None);
    };
    let Counting {
        counts,
        expired,
        unproven,
        rights,
    } = counting;
    let username = match claims.user {
        Some(user) => realm.cache().user(user).await?,
        None => None,
    };
    let catalog = realm.catalog();
    let answer = Introspection::of_access_token(
        catalog,
        realm.issuer(),
        claims,
        &behind.client.client.id,
        catalog.scope_of(&counts),
        username.map(|user| user.username.clone()),
    );
    let limited = catalog.row_filters(&counts);
    let limited = limited.map(|(scope, filter)| (scope.to_owned(), filter));
    let organisation = match claims.organisation {
        Some(id) => realm.cache().organisation(id).await?,
        None => None,
    };
    let until = [
        behind.client.counts_until().and_then(second_of),
        rights.until.map(Timestamp::as_second),
    ];
    Ok(Some(answer.for_gates(ForGates {
        client_kind: Some(behind.client.client.kind.clone()),
        organisation: organisation.as_deref().map(Place::of),
        organisations: places(realm, claims, &behind, place, now).await?,
        row_filters: limited.collect(),
        as_of: Some(as_of.0),
        counts_until: until.into_iter().flatten().min(),
        scope_expired: catalog.scope_of(&expired),
        scope_unproven: catalog.scope_of(&unproven),
        rights_from: rights.origin,
    })))
}

/// Its second, or the one it is in: less may count from there on, and never later.
fn second_of(time: SystemTime) -> Option<i64> {
    let time = Timestamp::try_from(time).ok()?;
    Some(time.as_second())
}

/// The place of a person that a gate asks about, where they have more than are told at once.
fn place_asked(parameters: &Parameters) -> Result<Option<(OrganisationKey, &str)>, ApiError> {
    let Some(value) = parameters.get("organisation") else {
        return Ok(None);
    };
    let keys = [
        OrganisationKey::Id,
        OrganisationKey::Slug,
        OrganisationKey::Number,
    ];
    let by = parameters.get("organisation_by").unwrap_or("id");
    let key = keys.into_iter().find(|key| key.as_str() == by);
    let key = key.ok_or_else(|| {
        ApiError::invalid_request(
            "organisation_by is none of id, slug and number; send one of them",
        )
    })?;
    Ok(Some((key, value)))
}

/// So many places of a person are told at most: whoever has more is asked about by name.
const MOST_PLACES: usize = 100;

/// Where the person behind a token that is for no organisation has a place, and what counts there.
async fn places(
    realm: &Realm,
    claims: &AccessTokenClaims,
    behind: &Behind,
    asked: Option<(OrganisationKey, &str)>,
    now: Timestamp,
) -> Result<Option<Vec<Place>>, Fault> {
    let (Some(user), None) = (claims.user, claims.organisation) else {
        return Ok(None);
    };
    let memberships = realm.cache().memberships(user).await?;
    let is_meant =
        |place: &Organisation| asked.is_none_or(|(key, value)| place.is_named(key, value));
    let meant = || {
        let places = memberships.iter().map(|(place, _)| place);
        places.filter(|place| is_meant(place))
    };
    if meant().count() > MOST_PLACES {
        return Ok(None);
    }
    let mut places = Vec::new();
    for organisation in meant() {
        let here = Some(organisation.id);
        if let Some(counting) = counts_now(realm, claims, here, behind, now).await? {
            let told = |set: &ScopeSet| realm.catalog().scope_of(set).to_string();
            let others = [&counting.expired, &counting.unproven];
            let [expired, unproven] =
                others.map(|set| Some(set).filter(|set| !set.is_empty()).map(told));
            places.push(Place {
                scope: Some(told(&counting.counts)),
                scope_expired: expired,
                scope_unproven: unproven,
                ..Place::of(organisation)
            });
        }
    }
    Ok(Some(places))
}

/// What of a token's scope counts now.
struct Counting {
    counts: ScopeSet,
    /// What would count besides, had the person signed in again.
    expired: ScopeSet,
    /// What would, had they signed in with a second factor.
    unproven: ScopeSet,
    rights: RightsNow,
}

/// What of the token's scope counts now, in this organisation or in any; `None` when its person has
/// no place left there.
async fn counts_now(
    realm: &Realm,
    claims: &AccessTokenClaims,
    organisation: Option<Uuid>,
    behind: &Behind,
    now: Timestamp,
) -> Result<Option<Counting>, Fault> {
    let catalog = realm.catalog();
    let mut granted = catalog.recorded(&claims.scope);
    if let Some(grant) = &behind.grant {
        granted = grant.within(catalog, &granted, claims.position);
    }
    let within = |rights: Option<&ScopeSet>| {
        let state = &behind.client.state;
        let (counts, _) = effective(catalog, &granted, state, rights, now.into());
        counts
    };
    let Some(user) = claims.user else {
        return Ok(Some(Counting {
            counts: within(None),
            expired: ScopeSet::empty(),
            unproven: ScopeSet::empty(),
            rights: RightsNow::default(),
        }));
    };
    let rights = realm
        .cache()
        .rights_within(user, organisation, claims.position);
    let Some(rights) = rights.await? else {
        return Ok(None);
    };
    let mut counts = within(Some(&rights.rights));
    let mut connected = match rights.have_run_out() {
        true => within(Some(&rights.of_connection())),
        false => counts.clone(),
    };
    let class = claims.authentication.as_ref();
    let class = class.and_then(|own| own.class.as_deref());
    let mut unproven = ScopeSet::empty();
    if let Some(needs) = realm.cache().unproven(claims.user, class) {
        unproven = connected.intersection(needs);
        connected = connected.difference(needs);
        counts = counts.difference(needs);
    }
    Ok(Some(Counting {
        expired: connected.difference(&counts),
        unproven,
        counts,
        rights,
    }))
}

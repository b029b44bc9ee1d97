use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use scope::{Catalog, GrantedScope, OrganisationKey, RowFilter, Scope};
use uuid::Uuid;

use super::everything::Everything;
use super::exchange::Fault;
use super::introspection::Introspection;
use super::told::{ForGates, Place, Told};
use crate::token::Learned;
use crate::{
    AccessError, AccessNow, AccessSource, CallerNames, TokenVerifier, UnverifiedToken,
    VerifiedToken, VerifyError,
};

/// Has Scopegate's issuer say what tokens are worth: verifies them, and knows what they open, by one
/// question. It is both of what a [`Gate`](crate::Gate) asks.
///
/// The issuer answers with what counts: the token's scope within its grant, the client's ceiling and
/// approvals and the person's rights, all as they are then. The catalog here has to be the one
/// that the issuer has; where it tells of a row filter that this one does not have, that scope opens
/// nothing.
///
/// For how long an answer counts is the [`Introspection`]'s to say.
pub struct ByIntrospection {
    catalog: Arc<Catalog>,
    introspection: Introspection,
    issuer: String,
    audience: String,
    everything: Everything,
    /// The catalog's scopes that open certain records only.
    row_filters: BTreeMap<String, RowFilter>,
    takes: Takes,
}

/// Which credentials count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Tokens,
    Keys,
    Both,
}

/// What the issuer told of a token, for the access source of the same make.
struct Learnt {
    told: Arc<Told>,
    /// The token, where its person has more places than are told at once: each is asked about.
    presented: Option<Box<str>>,
}

/// Whom a token speaks for, and where.
enum About {
    /// An organisation, through a person or through a machine of its own.
    One(Place),
    /// A person, wherever they have a place.
    Person,
    /// A machine without an organisation.
    Machine,
}

impl ByIntrospection {
    /// For the API `audience` (RFC 8707) of the realm whose issuer is `issuer`.
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        introspection: Introspection,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        let scopes = catalog.all();
        let row_filters = catalog.row_filters(&scopes);
        let row_filters = row_filters.map(|(scope, filter)| (scope.to_owned(), filter));
        Self {
            row_filters: row_filters.collect(),
            everything: Everything::of(&catalog),
            catalog,
            introspection,
            issuer: issuer.into(),
            audience: audience.into(),
            takes: Takes::Tokens,
        }
    }

    /// The same for API keys, besides access tokens or alone.
    #[must_use]
    pub fn taking_keys(self, alone: bool) -> Self {
        let takes = if alone { Takes::Keys } else { Takes::Both };
        Self { takes, ..self }
    }

    fn verified(
        &self,
        told: Arc<Told>,
        presented: UnverifiedToken<'_>,
    ) -> Result<VerifiedToken, VerifyError> {
        if !told.aud.contains(&self.audience) {
            return Err(VerifyError::Invalid("The token is for another API."));
        }
        if told.iss.as_ref().is_some_and(|own| *own != self.issuer) {
            return Err(VerifyError::Invalid("The token is for another realm."));
        }
        // Of an API key the issuer tells no kind, and of a refresh token neither this nor an id.
        let usual = &self.catalog.token_policy().token_type;
        let counts = match told.token_type.as_deref() {
            Some(kind) => self.takes != Takes::Keys && kind.eq_ignore_ascii_case(usual),
            None => self.takes != Takes::Tokens,
        };
        let id = told.jti.as_deref().and_then(|id| Uuid::parse_str(id).ok());
        let (true, Some(id)) = (counts, id) else {
            return Err(VerifyError::Invalid(match self.takes {
                Takes::Keys => "What came as an API key is none.",
                Takes::Tokens | Takes::Both => "The token is no access token.",
            }));
        };
        let not_understood = |what| {
            tracing::warn!("the issuer's answer is not Scopegate's: {what}");
            VerifyError::Unavailable
        };
        let for_gates = told.for_gates.as_ref();
        let for_gates =
            for_gates.ok_or_else(|| not_understood("it has members of another form"))?;
        let client = told.client_id.clone();
        let client = client.ok_or_else(|| not_understood("it names no client"))?;
        let user = match (for_gates.subject_kind.as_deref(), told.sub.as_deref()) {
            (Some("person"), Some(sub)) => {
                Some(Uuid::parse_str(sub).map_err(|_| not_understood("its person has no id"))?)
            }
            (Some("machine"), _) => None,
            _ => return Err(not_understood("it does not say whom the token speaks for")),
        };
        let granted = self.granted(&told.scope, for_gates);
        let mut token = VerifiedToken::new(id, client, granted);
        self.catalog.id().clone_into(&mut token.realm);
        token.audience.clone_from(&self.audience);
        token.user = user;
        token.organisation = for_gates.organisation;
        token.grant = for_gates.grant;
        (token.acr, token.auth_time) = told.sign_in();
        token.is_key = told.token_type.is_none();
        // What is asked once more is whether it counts at a place that a call names.
        let has_untold_places =
            for_gates.organisations.is_none() && for_gates.organisation.is_none() && user.is_some();
        token.learned = Some(Learned::new(Learnt {
            presented: has_untold_places.then(|| presented.expose().into()),
            told,
        }));
        Ok(token)
    }

    /// What the issuer tells of a token where a call names a place; of a person with more places than it
    /// tells at once, it is asked about that one.
    async fn told_at(
        &self,
        learnt: &Learnt,
        place: Option<(OrganisationKey, &str)>,
    ) -> Result<Arc<Told>, AccessError> {
        let (Some(presented), Some((key, value))) = (&learnt.presented, place) else {
            return Ok(Arc::clone(&learnt.told));
        };
        let token = UnverifiedToken::new(presented);
        let told = self.introspection.ask_at(token, key, value).await;
        let told = told.map_err(|fault| match fault {
            Fault::RightsUnavailable => AccessError::RightsUnavailable,
            _ => AccessError::Unavailable,
        })?;
        told.ok_or(AccessError::TokenEnded)
    }

    /// The token holds this, too, but the person's right to it has run out.
    fn run_out(&self, now: &mut AccessNow, expired: &GrantedScope) {
        let mut counts = (*now.rights).clone();
        for id in expired.set().iter() {
            if !now.granted.set().contains(id) {
                counts.remove(id);
            }
        }
        self.hold(now, expired);
        now.rights = Arc::new(counts);
        now.expired = Some(Arc::new(expired.set().clone()));
    }

    /// The token holds this, too, but its person signed in without a second factor.
    fn unproven(&self, now: &mut AccessNow, unproven: &GrantedScope) {
        self.hold(now, unproven);
        now.unproven = Some(Arc::new(unproven.set().clone()));
    }

    fn hold(&self, now: &mut AccessNow, more: &GrantedScope) {
        let held = now.granted.set().union(more.set());
        now.granted = self.catalog.recorded(&self.catalog.scope_of(&held));
    }

    /// What the issuer says that counts, without scopes that it limits in a way not known here.
    fn granted(&self, scope: &Scope, for_gates: &ForGates) -> GrantedScope {
        let is_known = |name: &str| match for_gates.row_filters.get(name) {
            None => true,
            Some(filter) => {
                let own = self.row_filters.get(name);
                own.is_some_and(|own| own.as_str() == filter)
            }
        };
        if for_gates.row_filters.is_empty() || scope.iter().all(is_known) {
            return self.catalog.recorded(scope);
        }
        let kept: Vec<&str> = scope.iter().filter(|name| is_known(name)).collect();
        let kept = Scope::parse(&kept.join(" ")).unwrap_or_default();
        self.catalog.recorded(&kept)
    }
}

#[async_trait]
impl TokenVerifier for ByIntrospection {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let told = self.introspection.ask(token).await;
        let told = told.map_err(|fault| match fault {
            Fault::RightsUnavailable => VerifyError::RightsUnavailable,
            _ => VerifyError::Unavailable,
        })?;
        let told = told.ok_or(VerifyError::Invalid(
            "The token is damaged, was not issued for this API, has expired, or was ended. Get a new one with the refresh token, or by authorizing again.",
        ))?;
        self.verified(told, token)
    }
}

#[async_trait]
impl AccessSource for ByIntrospection {
    async fn access(
        &self,
        token: &VerifiedToken,
        organisation: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let learnt = learnt(token)?;
        let told = self.told_at(learnt, organisation).await?;
        let for_gates = told.for_gates.as_ref().ok_or(AccessError::Unavailable)?;
        let about = match (told.place(), token.user) {
            (Some(place), _) => About::One(place),
            (None, Some(_)) => About::Person,
            (None, None) => About::Machine,
        };
        let everywhere = (
            token.granted.clone(),
            [&for_gates.scope_expired, &for_gates.scope_unproven],
        );
        let (organisation, (granted, [expired, unproven])) = match (&about, organisation) {
            (About::One(own), Some((key, value))) if !own.is_named(key, value) => {
                return Err(AccessError::WrongOrganisation);
            }
            (About::One(own), _) => (Some(own.id), everywhere),
            (About::Person, Some((key, value))) => {
                let place = place_named(for_gates, key, value)?;
                let granted = self.granted(&place.scope, for_gates);
                let others = [&place.scope_expired, &place.scope_unproven];
                (Some(place.id), (granted, others))
            }
            (About::Person, None) => (only_place(for_gates), everywhere),
            (About::Machine, Some(_)) => return Err(AccessError::NoOrganisation),
            (About::Machine, None) => (None, everywhere),
        };
        let mut now = self.everything.access(token.subject(), granted);
        if !expired.is_empty() {
            self.run_out(&mut now, &self.granted(expired, for_gates));
        }
        if !unproven.is_empty() {
            self.unproven(&mut now, &self.granted(unproven, for_gates));
        }
        now.organisation = organisation;
        now.rights_origin.clone_from(&for_gates.rights_from);
        Ok(now)
    }

    async fn names(
        &self,
        token: &VerifiedToken,
        organisation: Option<Uuid>,
    ) -> Result<CallerNames, AccessError> {
        let learnt = learnt(token)?;
        let named = organisation.map(|id| id.to_string());
        let named = named.as_deref().map(|id| (OrganisationKey::Id, id));
        let told = self.told_at(learnt, named).await?;
        let for_gates = told.for_gates.as_ref().ok_or(AccessError::Unavailable)?;
        let mut names = CallerNames::default();
        names.client_kind.clone_from(&for_gates.client_kind);
        let Some(id) = organisation else {
            return Ok(names);
        };
        let own = told.place().filter(|own| own.id == id);
        let places = for_gates.organisations.as_deref().unwrap_or_default();
        let place = own.or_else(|| places.iter().find(|place| place.id == id).cloned());
        let place = place.ok_or(AccessError::Unavailable)?;
        names.organisation_slug = place.slug;
        names.organisation_number = place.number;
        Ok(names)
    }
}

/// What the issuer told of it; nothing where another verifier has verified it.
fn learnt(token: &VerifiedToken) -> Result<&Learnt, AccessError> {
    let learned = token.learned.as_ref().and_then(Learned::of::<Learnt>);
    learned.ok_or(AccessError::Unavailable)
}

/// The place of a person that a call names.
fn place_named<'p>(
    for_gates: &'p ForGates,
    key: OrganisationKey,
    value: &str,
) -> Result<&'p Place, AccessError> {
    let places = for_gates.organisations.as_deref();
    let mut places = places.ok_or(AccessError::Unavailable)?.iter();
    let place = places.find(|place| place.is_named(key, value));
    place.ok_or(AccessError::WrongOrganisation)
}

/// The only place of a person who has one.
fn only_place(for_gates: &ForGates) -> Option<Uuid> {
    match for_gates.organisations.as_deref() {
        Some([only]) => Some(only.id),
        _ => None,
    }
}

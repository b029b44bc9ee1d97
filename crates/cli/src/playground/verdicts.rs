use std::sync::Arc;

use enforce::{
    AccessError, AccessNow, AccessSource, TokenVerifier, UnverifiedToken, VerifiedToken,
};
use oauth::model::Organisation;
use realm::Realm;
use realm::cache::InProcessVerifier;
use sandbox::ExampleCalls;
use scope::{ApiRequest, Catalog, Endpoint, Explanation, OrganisationKey, Requirement};
use server::pages::Words;

use super::named::{Named, by_key};

/// What can be said of the held token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// None is held.
    None,
    /// It counts.
    Live,
    /// It expired or was ended.
    Ended,
}

/// One endpoint, for the page.
#[derive(Debug, Clone)]
pub struct Row {
    /// The endpoint's place in the catalog.
    pub endpoint: usize,
    pub method: &'static str,
    /// With templates.
    pub path: String,
    /// With values put in, ready to be called.
    pub example: String,
    pub needs: String,
    /// Whether the token opens it; `None` without a token.
    pub open: Option<bool>,
    /// Why not, or what comes with it.
    pub why: String,
    /// The body to send, where the call carries one.
    pub body: Option<String>,
}

/// A token against the calls of a catalog, as things stand now.
pub struct Verdicts<'a> {
    catalog: &'a Catalog,
    organisation: Option<Arc<Organisation>>,
    access: Option<AccessNow>,
    examples: Option<&'a ExampleCalls>,
    /// Is there a token that still counts?
    pub token: TokenState,
}

impl<'a> Verdicts<'a> {
    /// What stands behind this token.
    pub async fn of(
        realm: &'a Realm,
        token: Option<&str>,
        examples: Option<&'a ExampleCalls>,
    ) -> Self {
        let verified = match token {
            Some(token) => verify(realm, token).await,
            None => None,
        };
        let organisation = match &verified {
            Some(token) => organisation_of(realm, token).await,
            None => None,
        };
        let access = match &verified {
            Some(token) => access(realm, token, organisation.as_deref()).await.ok(),
            None => None,
        };
        Self {
            catalog: realm.catalog(),
            organisation,
            examples,
            token: match (token, &access) {
                (None, _) => TokenState::None,
                (Some(_), Some(_)) => TokenState::Live,
                (Some(_), None) => TokenState::Ended,
            },
            access,
        }
    }

    /// Whether the token opens the endpoint, by a call of its example; `None` without a token.
    pub fn opens(&self, endpoint: &Endpoint) -> Option<bool> {
        let access = self.access.as_ref()?;
        let example = self.path(endpoint, |_| None);
        let request = ApiRequest::new(endpoint.method.as_str(), &example);
        let decision = scope::decide(self.catalog, &access.as_access(), &request);
        Some(decision.is_permit())
    }

    /// The endpoint as the page shows it, with the reasons in these words.
    pub fn row(&self, words: Words, number: usize, endpoint: &Endpoint) -> Row {
        let example = self.example_path(endpoint);
        let method = endpoint.method.as_str();
        let has_body = matches!(method, "POST" | "PUT" | "PATCH");
        let body = || self.examples.and_then(|own| own.body(endpoint));
        let body =
            has_body.then(|| body().map_or_else(|| "{}".to_owned(), |own| format!("{own:#}")));
        let judged = self.access.as_ref().map(|access| {
            let request = ApiRequest::new(method, &example);
            access.explain(self.catalog, &request)
        });
        Row {
            endpoint: number,
            body,
            method,
            path: endpoint.path.clone(),
            example,
            needs: endpoint.requirement.to_string(),
            open: judged.as_ref().map(Explanation::is_permit),
            why: judged.map_or_else(String::new, |judged| why(words, judged)),
        }
    }

    /// How calls name the organisation, besides their path.
    pub fn named(&self) -> Option<Named> {
        Named::of(self.catalog, self.organisation.as_deref())
    }

    /// The endpoint's path with values that can be called: records that a sandbox begins with.
    fn example_path(&self, endpoint: &Endpoint) -> String {
        let organisation = self.organisation.as_ref().map(|own| own.id);
        self.path(endpoint, |name| {
            self.examples?.id(endpoint, name, organisation?)
        })
    }

    fn path(&self, endpoint: &Endpoint, id: impl Fn(&str) -> Option<String>) -> String {
        let path = endpoint.filled(|name| {
            if let Some(key) = self.catalog.organisation_parameters().get(name) {
                let named = self.organisation.as_ref().map(|one| by_key(one, *key));
                return named.unwrap_or_else(|| "1".to_owned());
            }
            let value = chosen_by(&endpoint.requirement, name).or_else(|| id(name));
            value.unwrap_or_else(|| "1".to_owned())
        });
        match self.named() {
            Some(named) => named.in_path(path),
            None => path,
        }
    }
}

async fn verify(realm: &Realm, token: &str) -> Option<VerifiedToken> {
    let verifier = InProcessVerifier::new(
        Arc::clone(realm.catalog()),
        realm.id(),
        realm.issuer(),
        realm.sandbox()?,
        Arc::clone(realm.cache()) as _,
    );
    verifier.verify(UnverifiedToken::new(token)).await.ok()
}

/// The organisation that the examples' paths name.
async fn organisation_of(realm: &Realm, token: &VerifiedToken) -> Option<Arc<Organisation>> {
    let cache = realm.cache();
    let id = match (token.organisation, token.user) {
        (Some(id), _) => id,
        (None, Some(user)) => cache.first_organisation(user).await.ok().flatten()?,
        (None, None) => return None,
    };
    cache.organisation(id).await.ok().flatten()
}

async fn access(
    realm: &Realm,
    token: &VerifiedToken,
    organisation: Option<&Organisation>,
) -> Result<AccessNow, AccessError> {
    let number = organisation.map(|one| one.number.to_string());
    let named = number
        .as_deref()
        .map(|number| (OrganisationKey::Number, number));
    realm.cache().access(token, named).await
}

fn why(words: Words, explanation: Explanation) -> String {
    if explanation.is_permit() {
        return match explanation.row_filter {
            Some(_) => words.get("row-own"),
            None => String::new(),
        };
    }
    if explanation.missing.is_empty() {
        return explanation.message;
    }
    let missing = explanation.missing.iter();
    let missing: Vec<_> = missing
        .map(|missing| {
            format!(
                "{}: {}",
                missing.scope,
                in_words(words, missing.why.as_str())
            )
        })
        .collect();
    missing.join("; ")
}

/// Why a scope is missing, by the name that problem bodies and token responses have for it.
pub fn in_words(words: Words, reason: &str) -> String {
    let known = WHY.iter().find(|(name, _)| *name == reason);
    known.map_or_else(|| reason.to_owned(), |(_, key)| words.get(key))
}

/// Each reason with its words; a reason is told by its own name where there are none.
const WHY: &[(&str, &str)] = &[
    ("never-requested", "why-never-requested"),
    ("refused", "why-refused"),
    ("unknown", "why-unknown"),
    ("withheld-unknown", "why-withheld-unknown"),
    ("withheld-retired", "why-withheld-retired"),
    ("withheld-not-registered", "why-withheld-not-registered"),
    ("withheld-elevation", "why-withheld-elevation"),
    ("withheld-right", "why-withheld-right"),
    ("reduced", "why-reduced"),
    ("not-registered", "why-not-registered"),
    ("elevation-not-approved", "why-elevation-not-approved"),
    ("right-missing", "why-right-missing"),
    ("retired", "why-retired"),
];

/// The first value a requirement knows for a path parameter.
fn chosen_by(requirement: &Requirement, name: &str) -> Option<String> {
    match requirement {
        Requirement::ByPath { parameter, is } if parameter == name => is
            .first()
            .map(|(value, _)| value.trim_end_matches('*').to_owned()),
        Requirement::All(parts) | Requirement::Any(parts) => {
            parts.iter().find_map(|part| chosen_by(part, name))
        }
        _ => None,
    }
}

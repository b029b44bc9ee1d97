use std::sync::Arc;

use enforce::{
    AccessError, AccessNow, AccessSource, TokenVerifier, UnverifiedToken, VerifiedToken,
};
use oauth::model::Organisation;
use realm::Realm;
use realm::cache::InProcessVerifier;
use scope::{ApiRequest, Catalog, Endpoint, Explanation, OrganisationKey, Requirement, WhyMissing};

use super::query::{PlayQuery, Show};

/// Rows of one page of the table.
const PAGE: usize = 40;

/// The catalog's endpoints with what a token opens.
#[derive(Debug, Clone)]
pub struct Table {
    /// One page of rows.
    pub rows: Vec<Row>,
    /// How many the filter left.
    pub found: usize,
    /// How many the token opens, of all.
    pub open: usize,
    /// How many there are.
    pub total: usize,
    /// Is there a token that still counts?
    pub token: TokenState,
    /// This page, from 0.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
}

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

/// One endpoint.
#[derive(Debug, Clone)]
pub struct Row {
    pub method: String,
    /// With templates.
    pub path: String,
    /// With values put in, ready to be called.
    pub example: String,
    pub needs: String,
    /// Whether the token opens it; `None` without a token.
    pub open: Option<bool>,
    /// Why not, or what comes with it.
    pub why: String,
    /// Does the call carry a body?
    pub has_body: bool,
}

/// Judges every endpoint of the catalog and keeps one page of what was asked for.
pub async fn table(realm: &Realm, token: Option<&str>, query: &PlayQuery) -> Table {
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
    let catalog = realm.catalog();
    let rows: Vec<Row> = catalog
        .endpoints()
        .iter()
        .map(|endpoint| row(catalog, endpoint, organisation.as_deref(), access.as_ref()))
        .collect();
    let open = rows.iter().filter(|row| row.open == Some(true)).count();
    let total = rows.len();
    let find = query.find.trim().to_lowercase();
    let kept: Vec<Row> = rows
        .into_iter()
        .filter(|row| match query.show {
            Show::All => true,
            Show::Open => row.open == Some(true),
            Show::Closed => row.open == Some(false),
        })
        .filter(|row| {
            find.is_empty() || row.path.to_lowercase().contains(&find) || row.needs.contains(&find)
        })
        .collect();
    let found = kept.len();
    let page = query.page.min(found.saturating_sub(1) / PAGE);
    Table {
        rows: kept.into_iter().skip(page * PAGE).take(PAGE).collect(),
        found,
        open,
        total,
        token: match (token, &access) {
            (None, _) => TokenState::None,
            (Some(_), Some(_)) => TokenState::Live,
            (Some(_), None) => TokenState::Ended,
        },
        page,
        pages: found.div_ceil(PAGE),
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

fn row(
    catalog: &Catalog,
    endpoint: &Endpoint,
    organisation: Option<&Organisation>,
    access: Option<&AccessNow>,
) -> Row {
    let example = example_path(catalog, endpoint, organisation);
    let judged = access.map(|access| judge(catalog, access, endpoint, &example));
    let method = endpoint.method.to_string();
    Row {
        has_body: matches!(method.as_str(), "POST" | "PUT" | "PATCH"),
        method,
        path: endpoint.path.clone(),
        example,
        needs: endpoint.requirement.to_string(),
        open: judged.as_ref().map(Explanation::is_permit),
        why: judged.map_or_else(|| format!("needs {}", endpoint.requirement), why),
    }
}

fn judge(catalog: &Catalog, access: &AccessNow, endpoint: &Endpoint, example: &str) -> Explanation {
    let request = ApiRequest::new(endpoint.method.as_str(), example);
    access.explain(catalog, &request)
}

fn why(explanation: Explanation) -> String {
    if explanation.is_permit() {
        return match explanation.row_filter {
            Some(_) => "only records this app created itself".to_owned(),
            None => String::new(),
        };
    }
    if explanation.missing.is_empty() {
        return explanation.message;
    }
    let missing: Vec<_> = explanation
        .missing
        .iter()
        .map(|missing| format!("{}: {}", missing.scope, in_words(missing.why)))
        .collect();
    missing.join("; ")
}

fn in_words(why: WhyMissing) -> &'static str {
    match why {
        WhyMissing::NeverRequested => "the app did not ask for it",
        WhyMissing::Refused => "the person refused it",
        WhyMissing::WithheldUnknown => "withheld, the catalog does not have it",
        WhyMissing::WithheldRetired => "withheld, it is retired",
        WhyMissing::WithheldNotRegistered => "withheld, the app did not register it",
        WhyMissing::WithheldElevation => "withheld, it needs an approval",
        WhyMissing::WithheldRight => "withheld, the person’s role did not include it",
        WhyMissing::Reduced => "taken off the grant later",
        WhyMissing::NotRegistered => "not in the app’s registration now",
        WhyMissing::ElevationNotApproved => "the app has no approval for it now",
        WhyMissing::RightMissing => "the person’s role does not include it now",
        WhyMissing::Retired => "it is retired",
        _ => why.as_str(),
    }
}

/// The endpoint's path with values that can be called.
fn example_path(
    catalog: &Catalog,
    endpoint: &Endpoint,
    organisation: Option<&Organisation>,
) -> String {
    endpoint
        .path
        .split('/')
        .map(|segment| {
            let Some(name) = segment
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'))
            else {
                return segment.to_owned();
            };
            if let Some(key) = catalog.organisation_parameters().get(name) {
                return organisation.map_or_else(
                    || "1".to_owned(),
                    |one| match key {
                        OrganisationKey::Id => one.id.to_string(),
                        OrganisationKey::Slug => one.slug.clone(),
                        OrganisationKey::Number => one.number.to_string(),
                    },
                );
            }
            chosen_by(&endpoint.requirement, name).unwrap_or_else(|| "1".to_owned())
        })
        .collect::<Vec<_>>()
        .join("/")
}

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

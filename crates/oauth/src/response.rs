//! The token response (RFC 6749 section 5.1).

use scope::{Catalog, ResponseMember, Scope, WhyMissing, WithheldReason};
use serde_json::{Value, json};

use crate::json::Object;
use crate::model::{Organisation, Timestamp, User, Uuid, Withheld};
use crate::secret::Secret;

/// What the client is told about the tokens it gets.
#[derive(Debug, Clone)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// Its life, in seconds.
    pub expires_in: u64,
    /// What it is for; always told, since it may differ from what was asked.
    pub scope: Scope,
    /// The refresh token, if there is one.
    pub refresh_token: Option<Secret>,
    /// What was asked and could not be offered.
    pub withheld: Vec<Withheld>,
    /// What was offered and the person did not allow.
    pub refused: Scope,
    /// What the person allowed and took off later.
    pub reduced: Scope,
}

/// Where the catalog's further members come from.
#[derive(Debug, Clone, Copy, Default)]
pub struct ResponseContext<'a> {
    /// The organisation the token is bound to.
    pub organisation: Option<&'a Organisation>,
    /// The person.
    pub user: Option<&'a User>,
    /// The grant.
    pub grant: Option<Uuid>,
    /// When the token was issued.
    pub issued_at: Timestamp,
}

/// Does the catalog's answer tell anything of the organisation? If not, nobody need look it up.
#[must_use]
pub fn tells_of_organisation(catalog: &Catalog) -> bool {
    members(catalog).any(|member| {
        matches!(
            member,
            ResponseMember::OrganisationId
                | ResponseMember::OrganisationSlug
                | ResponseMember::OrganisationNumber
                | ResponseMember::OrganisationName
                | ResponseMember::ByOrganisation { .. }
        )
    })
}

/// The same of the person.
#[must_use]
pub fn tells_of_user(catalog: &Catalog) -> bool {
    fn is_of_user(member: &ResponseMember) -> bool {
        match member {
            ResponseMember::UserId | ResponseMember::UserNumber => true,
            ResponseMember::ByOrganisation {
                organisation,
                otherwise,
            } => is_of_user(organisation) || is_of_user(otherwise),
            _ => false,
        }
    }
    members(catalog).any(is_of_user)
}

fn members(catalog: &Catalog) -> impl Iterator<Item = &ResponseMember> {
    let further = &catalog.token_policy().response;
    further.iter().map(|(_, member)| member)
}

impl TokenResponse {
    /// The JSON body, to be sent with `Cache-Control: no-store`. A catalog's further members
    /// come last; none has the name of one of the protocol's, which no catalog may give them.
    #[must_use]
    pub fn json(&self, catalog: &Catalog, context: &ResponseContext<'_>) -> Vec<u8> {
        let policy = catalog.token_policy();
        let mut body = Object::default();
        body.string("access_token", self.access_token.expose());
        body.string("token_type", &policy.token_type);
        body.value("expires_in", &self.expires_in);
        body.scope("scope", &self.scope);
        if let Some(refresh_token) = &self.refresh_token {
            body.string("refresh_token", refresh_token.expose());
        }
        let withheld = self.scope_withheld();
        if !withheld.is_empty() {
            body.value("scope_withheld", &withheld);
        }
        for (name, member) in &policy.response {
            if let Some(value) = further(member, context) {
                body.value(name, &value);
            }
        }
        body.text()
    }

    fn scope_withheld(&self) -> Vec<Value> {
        let withheld = self.withheld.iter().map(|withheld| {
            entry(
                &withheld.scope,
                withheld.reason.as_str(),
                describe(withheld.reason),
            )
        });
        let by_person = [
            (
                &self.refused,
                WhyMissing::Refused,
                "The person did not allow it.",
            ),
            (
                &self.reduced,
                WhyMissing::Reduced,
                "The person took it off later.",
            ),
        ];
        let by_person = by_person
            .into_iter()
            .flat_map(|(scopes, why, description)| {
                let named = scopes.iter();
                named.map(move |scope| entry(scope, why.as_str(), description))
            });
        withheld.chain(by_person).collect()
    }
}

fn entry(scope: &str, reason: &str, description: &str) -> Value {
    json!({ "scope": scope, "reason": reason, "description": description })
}

/// One sentence for a developer: what is in the way and who can change it.
#[must_use]
pub fn describe(reason: WithheldReason) -> &'static str {
    match reason {
        WithheldReason::Unknown => {
            "This API has no such scope; check the spelling on its scopes page."
        }
        WithheldReason::Retired => "This scope no longer opens anything; stop asking for it.",
        WithheldReason::NotRegistered => {
            "The app is not registered for it; extend its registration first."
        }
        WithheldReason::ElevationNotApproved => {
            "It needs an approval by the API's team, which the app does not have now."
        }
        WithheldReason::RightMissing => "The person does not have this right in the organisation.",
    }
}

fn further(member: &ResponseMember, context: &ResponseContext<'_>) -> Option<Value> {
    match member {
        ResponseMember::OrganisationId => context.organisation.map(|own| json!(own.id)),
        ResponseMember::OrganisationSlug => context.organisation.map(|own| json!(own.slug)),
        ResponseMember::OrganisationNumber => context.organisation.map(|own| json!(own.number)),
        ResponseMember::OrganisationName => context.organisation.map(|own| json!(own.name)),
        ResponseMember::UserId => context.user.map(|user| json!(user.id)),
        ResponseMember::UserNumber => context.user.map(|user| json!(user.number)),
        ResponseMember::GrantId => context.grant.map(|grant| json!(grant)),
        ResponseMember::IssuedAt => Some(json!(context.issued_at.as_second())),
        ResponseMember::Literal(value) => Some(value.clone()),
        ResponseMember::ByOrganisation {
            organisation,
            otherwise,
        } => match context.organisation {
            Some(_) => further(organisation, context),
            None => further(otherwise, context),
        },
    }
}

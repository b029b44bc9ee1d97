use std::sync::Arc;
use std::time::Duration;

use oauth::grant::refresh_token::RefreshGrant;
use oauth::model::{
    AuthenticationContext, Organisation, Position, RefreshToken, Timestamp,
    TokenEndpointAuthMethod, User, Uuid, Withheld,
};
use oauth::resource;
use oauth::response::{ResponseContext, TokenResponse, tells_of_organisation, tells_of_user};
use oauth::secret::{self, Secret, SecretKind};
use oauth::token::{AccessTokenClaims, SubjectKind, TokenClient};
use oauth::{ErrorCode, OAuthError};
use scope::Scope;

use super::exchange::Exchange;
use crate::error::ApiError;
use realm::App;

/// The person a token works for, and the grant they gave.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) user: Uuid,
    pub(super) grant: Uuid,
    /// The connection under the grant, where they are told apart.
    pub(super) family: Option<Uuid>,
    /// Where the changes were when the connection began: its tokens carry that, so that what ends
    /// one of them ends what follows from it.
    pub(super) position: Option<Position>,
    /// How and when they had signed in when the connection began.
    pub(super) authentication: Option<AuthenticationContext>,
}

impl Person {
    pub(super) fn of(granted: &RefreshGrant) -> Self {
        Self {
            user: granted.user,
            grant: granted.grant,
            family: granted.family,
            position: granted.position,
            authentication: granted.authentication.clone(),
        }
    }
}

/// An access token that may be issued.
pub(super) struct Issue {
    /// `None` for a client's own token.
    pub(super) person: Option<Person>,
    pub(super) organisation: Option<Uuid>,
    pub(super) scope: Scope,
    pub(super) withheld: Vec<Withheld>,
    pub(super) refused: Scope,
    pub(super) reduced: Scope,
    pub(super) audience: String,
}

/// A token that was issued, with whom the answer tells of.
pub(super) struct Issued {
    pub(super) response: TokenResponse,
    organisation: Option<Arc<Organisation>>,
    user: Option<Arc<User>>,
    grant: Option<Uuid>,
    issued_at: Timestamp,
}

impl Issued {
    pub(super) fn context(&self) -> ResponseContext<'_> {
        ResponseContext {
            organisation: self.organisation.as_deref(),
            user: self.user.as_deref(),
            grant: self.grant,
            issued_at: self.issued_at,
        }
    }
}

/// A refresh token in clear, for the one answer, and as it is stored.
pub(super) struct NewRefreshToken {
    pub(super) secret: Secret,
    pub(super) record: RefreshToken,
}

impl Exchange<'_> {
    /// The API the token is for (RFC 8707).
    pub(super) fn audience(&self) -> Result<String, ApiError> {
        let asked = self.parameters.get_all("resource");
        let chosen = resource::audience(asked, self.realm.audiences())?;
        Ok(chosen.unwrap_or(self.realm.audience()).to_owned())
    }

    /// A refresh token for the whole scope of an authorization.
    pub(super) fn refresh_token(
        &self,
        person: Person,
        organisation: Option<Uuid>,
        scope: Scope,
        now: Timestamp,
    ) -> NewRefreshToken {
        let secret = secret::generate(SecretKind::RefreshToken, self.app.random_bytes());
        self.new_refresh_token(secret, None, person, organisation, scope, now)
    }

    /// One that follows on another, whose text is `predecessor`: for a client that authenticates
    /// it can be made again should this answer be lost.
    pub(super) fn next_refresh_token(
        &self,
        predecessor: &str,
        granted: &RefreshGrant,
        now: Timestamp,
    ) -> NewRefreshToken {
        let drawn: [u8; 32] = self.app.random_bytes();
        let (secret, derived_with) = match self.client.auth_method {
            TokenEndpointAuthMethod::None => {
                (secret::generate(SecretKind::RefreshToken, drawn), None)
            }
            _ => {
                let keys = self.realm.keys();
                (keys.successor(predecessor, &drawn, now), Some(drawn))
            }
        };
        let (person, scope) = (Person::of(granted), granted.refresh_scope.clone());
        self.new_refresh_token(
            secret,
            derived_with,
            person,
            granted.organisation,
            scope,
            now,
        )
    }

    fn new_refresh_token(
        &self,
        secret: Secret,
        derived_with: Option<[u8; 32]>,
        person: Person,
        organisation: Option<Uuid>,
        scope: Scope,
        now: Timestamp,
    ) -> NewRefreshToken {
        let life = self.realm.catalog().token_policy().refresh_ttl;
        NewRefreshToken {
            record: RefreshToken {
                hash: secret.hash(),
                realm: self.realm.id().to_owned(),
                client: self.client.id.clone(),
                grant: person.grant,
                family: person.family,
                user: person.user,
                organisation,
                scope,
                created_at: now,
                expires_at: life.map(|seconds| later(now, seconds)),
                rotated_at: None,
                rotated_to: None,
                revoked_at: None,
                derived_with,
                position: person.position,
                authentication: person.authentication,
            },
            secret,
        }
    }

    /// Makes the access token and what is told with it. Nothing is stored here: where something
    /// must be, it is stored before the answer leaves.
    pub(super) async fn issue(
        &self,
        issue: Issue,
        refresh: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Issued, ApiError> {
        let cache = self.realm.cache();
        let organisation = match issue.organisation {
            Some(id) if tells_of_organisation(self.realm.catalog()) => {
                cache.organisation(id).await?
            }
            _ => None,
        };
        let user = match &issue.person {
            Some(person) if tells_of_user(self.realm.catalog()) => cache.user(person.user).await?,
            _ => None,
        };
        let drawn = Drawn::from(self.app);
        let claims = self.claims(&issue, drawn.id, now);
        Ok(Issued {
            response: TokenResponse {
                access_token: self.access_token(&claims, drawn.nonce)?,
                expires_in: self.realm.catalog().token_policy().access_ttl,
                scope: issue.scope,
                refresh_token: refresh.cloned(),
                withheld: issue.withheld,
                refused: issue.refused,
                reduced: issue.reduced,
            },
            organisation,
            user,
            grant: claims.grant,
            issued_at: claims.issued_at,
        })
    }

    fn claims(&self, issue: &Issue, id: [u8; 10], now: Timestamp) -> AccessTokenClaims {
        let issued_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let life = self.realm.catalog().token_policy().access_ttl;
        let person = issue.person.as_ref();
        AccessTokenClaims {
            id: oauth::id::uuid_v7(now, id),
            realm: self.realm.id().to_owned(),
            client: TokenClient::Both {
                id: self.client.id.clone(),
                uuid: self.client.uuid,
            },
            subject_kind: match person {
                Some(_) => SubjectKind::Person,
                None => SubjectKind::Machine,
            },
            grant: person.map(|person| person.grant),
            family: person.and_then(|person| person.family),
            user: person.map(|person| person.user),
            organisation: issue.organisation,
            scope: issue.scope.clone(),
            audience: issue.audience.clone(),
            for_sandbox: self.realm.has_beside(&issue.audience),
            issued_at,
            expires_at: later(issued_at, life),
            position: match person {
                Some(person) => person.position,
                None => Some(self.position),
            },
            authentication: person
                .and_then(|person| person.authentication.clone())
                .map(in_whole_seconds),
        }
    }

    /// In the form the client is registered for, or else the catalog's.
    fn access_token(
        &self,
        claims: &AccessTokenClaims,
        nonce: [u8; 12],
    ) -> Result<Secret, ApiError> {
        let form = self.client.token_format_in(self.realm.catalog());
        let keys = self.realm.keys();
        let issued = keys.issue(self.realm.issuer(), claims, form, nonce);
        issued.map_err(|error| {
            ApiError::from(OAuthError::new(ErrorCode::InvalidScope, error.to_string()))
        })
    }
}

/// The random parts of an access token, drawn at once: each draw costs as much as sealing.
struct Drawn {
    id: [u8; 10],
    nonce: [u8; 12],
}

impl Drawn {
    fn from(app: &App) -> Self {
        let random: [u8; 22] = app.random_bytes();
        let (mut id, mut nonce) = ([0; 10], [0; 12]);
        let (front, back) = random.split_at(id.len());
        id.copy_from_slice(front);
        nonce.copy_from_slice(back);
        Self { id, nonce }
    }
}

/// As tokens tell it.
fn in_whole_seconds(authentication: AuthenticationContext) -> AuthenticationContext {
    let second = Timestamp::from_second(authentication.at.as_second());
    AuthenticationContext {
        at: second.unwrap_or(authentication.at),
        ..authentication
    }
}

/// So many seconds later, or the end of time.
fn later(now: Timestamp, seconds: u64) -> Timestamp {
    now.saturating_add(Duration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

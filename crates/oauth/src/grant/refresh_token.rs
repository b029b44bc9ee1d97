//! Refreshing (RFC 6749 section 6): the scope may narrow, never widen, and is held against
//! grant, client and rights anew each time.

use std::time::Duration;

use scope::{Answer, Catalog, ClientState, GrantAnswers, Limits, Scope, ScopeSet, ScopeToken};

use super::{GrantError, allowed};
use crate::client_authentication::AuthenticatedClient;
use crate::error::OAuthError;
use crate::model::{
    AuthenticationContext, Client, Grant, GrantStatus, GrantType, Position, RefreshToken,
    Timestamp, TokenEndpointAuthMethod, TokenHash, Uuid, Withheld,
};
use crate::parameters::Parameters;
use crate::status::Worth;

/// A refresh token as it was presented, with what is stored around it.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The token.
    pub token: &'a RefreshToken,
    /// The one it was exchanged for, if it was.
    pub successor: Option<&'a RefreshToken>,
    /// The grant it hangs from.
    pub grant: &'a Grant,
    /// What the app asked when it was connected. Needed only where [`asks_beyond`] the token's
    /// scope.
    pub requested: Option<&'a Scope>,
    /// What it is worth by its person.
    pub worth: Worth,
}

/// What a refresh token gives, if the store finds that nobody was faster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshGrant {
    /// The grant the tokens hang from.
    pub grant: Uuid,
    /// The connection they belong to.
    pub family: Option<Uuid>,
    /// The person.
    pub user: Uuid,
    /// The organisation, where grants are bound to one.
    pub organisation: Option<Uuid>,
    /// How far the changes had come when the connection began: its tokens never get back what
    /// was taken off since.
    pub position: Option<Position>,
    /// How and when the person had proved who they are when the connection began: refreshing is no
    /// sign-in (RFC 9470 section 6.1).
    pub authentication: Option<AuthenticationContext>,
    /// The scope of the new access token.
    pub scope: Scope,
    /// The scope of the next refresh token: that of this one, whatever was asked now.
    pub refresh_scope: Scope,
    /// What of the asked scope does not count now.
    pub withheld: Vec<Withheld>,
    /// What of the authorization's scope the person has refused.
    pub refused: Scope,
    /// What of it they have taken off since.
    pub reduced: Scope,
    /// Which refresh token goes with it.
    pub next: Next,
}

/// The refresh token that goes with what a refresh gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A successor: the token is used for the first time.
    Successor,
    /// The successor that was given before, once more. If it cannot be made again, as
    /// [`Next::InPlaceOf`] it.
    Same {
        /// Its hash.
        successor: TokenHash,
        /// What was drawn to derive it.
        derived_with: [u8; 32],
    },
    /// A successor of its own in the place of the one that nobody used.
    InPlaceOf {
        /// The hash of that one.
        unused: TokenHash,
    },
}

/// Decides what a refresh token gives.
///
/// One that was exchanged still works while nobody has used its successor, unless catalog or client
/// say otherwise: the answer may have been lost, or two refreshed at once. A client that
/// authenticates gets that successor again; another one a successor of its own.
///
/// # Errors
/// [`GrantError::Reused`] when the token was exchanged and its successor used; else
/// `unauthorized_client`, `invalid_grant` (foreign, revoked, expired, the grant ended, nothing of it
/// counts), `temporarily_unavailable` (its person is suspended) or `invalid_scope` (malformed, or never requested).
pub fn decide(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
    presented: &Presented<'_>,
    client_state: &ClientState,
    rights: Option<&ScopeSet>,
    params: &Parameters,
    now: Timestamp,
) -> Result<RefreshGrant, GrantError> {
    let Presented { token, grant, .. } = *presented;
    allowed(catalog, client, GrantType::RefreshToken)?;
    let belongs = token.client == client.id
        && token.realm == client.realm
        && grant.id == token.grant
        && grant.client == client.id;
    if !belongs {
        return Err(unknown().into());
    }
    if token.revoked_at.is_some() || grant.status != GrantStatus::Live {
        return Err(
            OAuthError::invalid_grant("the app's access was ended; ask the person again").into(),
        );
    }
    let next = next(catalog, client, presented)?;
    if token.expires_at.is_some_and(|expiry| now >= expiry) {
        return Err(OAuthError::invalid_grant(
            "the refresh token has expired; ask the person again",
        )
        .into());
    }
    presented.worth.accept()?;
    let original = catalog.set_of(token.scope.iter()).0;
    let Asked { scope, not_given } = asked(catalog, &original, presented, params)?;
    let standing = catalog.set_of(grant.allows(token.position).iter()).0;
    let limits = Limits::new(catalog, client_state, rights, now.into());
    let (counts, mut withheld) = limits.split(&scope.intersection(&standing));
    if counts.is_empty() {
        return Err(OAuthError::invalid_grant(
            "nothing of what was granted counts any more; ask the person again",
        )
        .into());
    }
    let lost = catalog.scope_of(&scope.difference(&standing));
    let history = grant.history(token.position.map(|Position(place)| place));
    let (mut reduced, mut refused) = (Vec::new(), Vec::new());
    for name in lost.tokens().iter().cloned().chain(not_given) {
        match history.answer(catalog, name.as_str()) {
            Some(Answer::Withheld(known)) => withheld.push(Withheld {
                scope: name.to_string(),
                reason: known.reason,
            }),
            Some(Answer::Reduced) => reduced.push(name),
            Some(Answer::Refused) | None => refused.push(name),
        }
    }
    Ok(RefreshGrant {
        grant: token.grant,
        family: token.family,
        user: token.user,
        organisation: token.organisation,
        position: token.position,
        authentication: token.authentication.clone(),
        scope: catalog.scope_of(&counts),
        refresh_scope: token.scope.clone(),
        withheld,
        refused: refused.into_iter().collect(),
        reduced: reduced.into_iter().collect(),
        next,
    })
}

/// What is said of a refresh token nobody knows, so that a foreign one looks the same.
#[must_use]
pub fn unknown() -> OAuthError {
    OAuthError::invalid_grant("the refresh token is unknown, or was issued to another app")
}

/// Does the request name a scope that is not the token's? Then it counts whether the app asked for
/// it when it was connected.
#[must_use]
pub fn asks_beyond(token: &RefreshToken, params: &Parameters) -> bool {
    params
        .get("scope")
        .is_some_and(|scope| scope.split(' ').any(|name| !token.scope.contains(name)))
}

/// May this client use a token again while nobody has used its successor?
#[must_use]
pub fn may_retry(catalog: &Catalog, client: &Client) -> bool {
    client
        .refresh_retry
        .unwrap_or(catalog.token_policy().refresh_retry)
}

/// For so long after a token was exchanged, another request with it may have been under way.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Did a request come at the same time as the one that its token was exchanged for? Then its sender
/// may be gone, and a public client that comes again is told apart a moment later.
#[must_use]
pub fn came_at_once(successor: Option<&RefreshToken>, came: Timestamp) -> bool {
    successor.is_some_and(|successor| {
        let over = successor.created_at.saturating_add(AT_ONCE);
        over.is_ok_and(|over| came < over)
    })
}

/// Did a request come before the successor of its token was used? Then it was overtaken on its way
/// here, which says nothing of who sent it; whoever comes again is told apart.
#[must_use]
pub fn came_before_use(successor: Option<&RefreshToken>, came: Timestamp) -> bool {
    successor
        .and_then(|successor| successor.rotated_at)
        .is_some_and(|used| used > came)
}

/// Whether the token may be used, and what for.
fn next(
    catalog: &Catalog,
    client: &AuthenticatedClient<'_>,
    presented: &Presented<'_>,
) -> Result<Next, GrantError> {
    let token = presented.token;
    if token.rotated_at.is_none() {
        return Ok(Next::Successor);
    }
    let unused = presented.successor.filter(|successor| {
        token.rotated_to == Some(successor.hash)
            && successor.rotated_at.is_none()
            && successor.revoked_at.is_none()
    });
    match unused {
        Some(successor) if may_retry(catalog, client) => {
            let authenticates = client.auth_method != TokenEndpointAuthMethod::None;
            Ok(match successor.derived_with {
                Some(derived_with) if authenticates => Next::Same {
                    successor: successor.hash,
                    derived_with,
                },
                _ => Next::InPlaceOf {
                    unused: successor.hash,
                },
            })
        }
        _ => Err(GrantError::Reused {
            grant: token.grant,
            family: token.family,
        }),
    }
}

/// What is asked now.
struct Asked {
    /// The part of the authorization's scope that is meant.
    scope: ScopeSet,
    /// What the app names and was not given when it was connected.
    not_given: Vec<ScopeToken>,
}

/// All of the authorization's scope without `scope`; else what is named, with what that brings and
/// the defaults, as far as the authorization gave them. Who repeats what was asked then means what
/// is left of it.
fn asked(
    catalog: &Catalog,
    original: &ScopeSet,
    presented: &Presented<'_>,
    params: &Parameters,
) -> Result<Asked, OAuthError> {
    let text = params.get("scope").unwrap_or_default();
    let scope = Scope::parse(text).map_err(|error| OAuthError::invalid_scope(error.to_string()))?;
    if scope.is_empty() {
        return Ok(Asked {
            scope: original.clone(),
            not_given: Vec::new(),
        });
    }
    let not_given: Vec<ScopeToken> = scope
        .tokens()
        .iter()
        .filter(|name| !presented.token.scope.contains(name.as_str()))
        .cloned()
        .collect();
    let requested = |name: &&ScopeToken| {
        presented
            .requested
            .is_some_and(|requested| requested.contains(name.as_str()))
    };
    if let Some(wider) = not_given.iter().find(|name| !requested(name)) {
        let wider = wider.as_str();
        return Err(OAuthError::invalid_scope(format!(
            "'{wider}' was not granted; a refresh can narrow the scope, to widen it ask the person again"
        )));
    }
    let named = catalog.expand(&catalog.set_of(scope.iter()).0);
    let left = named.intersection(original);
    if left.is_empty() {
        return Err(OAuthError::invalid_scope(
            "nothing of this scope was granted; to be asked again, send the person to authorize",
        ));
    }
    Ok(Asked {
        scope: left.union(&catalog.every_grant().intersection(original)),
        not_given,
    })
}

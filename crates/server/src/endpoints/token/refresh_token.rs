use oauth::grant::GrantError;
use oauth::grant::refresh_token::{
    Next, Presented, RefreshGrant, asks_beyond, came_at_once, came_before_use, decide, may_retry,
    unknown,
};
use oauth::model::{Grant, Redemption, RefreshToken, RevocationReason, Timestamp, TokenHash};
use oauth::secret::{self, SecretKind};
use oauth::{ErrorCode, OAuthError};
use realm::{families, tokens};
use scope::Scope;

use super::exchange::Exchange;
use super::issue::{Issue, Issued, Person};
use crate::error::ApiError;

/// RFC 6749 section 6, with rotation (RFC 9700 section 4.14.2).
///
/// Of requests that come with one token at the same moment one is first. The others look once more,
/// at what it left: a client that authenticates gets the same, one that is held to strictly one use
/// has used it twice. Any other is told to try again: it may be a request whose sender is gone
/// already, and must not take from who came after it what that one just got. So is one that came
/// within half a second of the first, or before the successor was used, and had to wait here.
pub(super) async fn rotate(exchange: &Exchange<'_>) -> Result<Issued, ApiError> {
    let presented = exchange.parameters.require("refresh_token")?;
    let hash = secret::hash(SecretKind::RefreshToken, presented).ok_or_else(unknown)?;
    for was_overtaken in [false, true] {
        let issued = exchange_once(exchange, presented, &hash, was_overtaken).await?;
        if let Some(issued) = issued {
            return Ok(issued);
        }
    }
    Err(overtaken())
}

fn overtaken() -> ApiError {
    ApiError::from(OAuthError::new(
        ErrorCode::TemporarilyUnavailable,
        "another request with the same refresh token came first; if its answer was lost, try \
         again in a moment",
    ))
}

/// `None` if somebody else changed what was decided on.
async fn exchange_once(
    exchange: &Exchange<'_>,
    presented: &str,
    hash: &TokenHash,
    was_overtaken: bool,
) -> Result<Option<Issued>, ApiError> {
    let Exchange { app, realm, .. } = exchange;
    let now = app.now();
    let found = tokens::refresh_token_with_successor(app, realm, hash).await?;
    let (token, successor) = found.ok_or_else(unknown)?;
    let tokens = (&token, successor.as_ref());
    let granted = decided(exchange, tokens, was_overtaken, now).await?;
    if let Next::Same {
        successor,
        derived_with,
    } = granted.next
        && let Some(secret) = realm
            .keys()
            .successor_again(presented, &derived_with, &successor)
    {
        let issue = issue(exchange, granted)?;
        return Ok(Some(exchange.issue(issue, Some(&secret), now).await?));
    }
    let is_late = matches!(granted.next, Next::InPlaceOf { .. })
        && came_at_once(successor.as_ref(), exchange.came);
    if was_overtaken || is_late {
        return Ok(None);
    }
    let next = exchange.next_refresh_token(presented, &granted, now);
    let place = granted.next;
    let issue = issue(exchange, granted)?;
    let issued = exchange.issue(issue, Some(&next.secret), now).await?;
    let redemption = match place {
        Next::Successor => tokens::rotate(app, hash, &next.record, now).await?,
        // The key that the other one was derived under is gone, or it was not derived.
        Next::Same {
            successor: unused, ..
        }
        | Next::InPlaceOf { unused } => {
            tokens::replace_successor(app, hash, &unused, &next.record, now).await?
        }
    };
    match redemption {
        Redemption::Redeemed => Ok(Some(issued)),
        Redemption::AlreadyRedeemed { .. } => Ok(None),
        Redemption::Unknown => Err(unknown().into()),
    }
}

async fn decided(
    exchange: &Exchange<'_>,
    (token, successor): (&RefreshToken, Option<&RefreshToken>),
    was_overtaken: bool,
    now: Timestamp,
) -> Result<RefreshGrant, ApiError> {
    let Exchange {
        realm,
        known,
        parameters,
        ..
    } = exchange;
    let grant = realm.cache().grant(token.grant).await?;
    let grant = grant.ok_or_else(unknown)?;
    let rights = exchange
        .rights(token.user, token.organisation, token.position)
        .await?;
    let requested = if asks_beyond(token, parameters) {
        Some(requested(exchange, token, &grant.grant).await?)
    } else {
        None
    };
    let presented = Presented {
        token,
        successor,
        grant: &grant.grant,
        requested: requested.as_ref(),
        worth: exchange.worth(token.user, token.position).await?,
    };
    let decided = decide(
        realm.catalog(),
        &exchange.client,
        &presented,
        &known.state,
        Some(&rights),
        parameters,
        now,
    );
    match decided {
        Ok(granted) => Ok(granted),
        Err(GrantError::Reused { .. })
            if (was_overtaken || came_before_use(successor, exchange.came))
                && may_retry(realm.catalog(), &exchange.client) =>
        {
            Err(overtaken())
        }
        Err(error) => {
            let reason = RevocationReason::RefreshTokenReused;
            Err(exchange.refused(error, reason).await)
        }
    }
}

/// What the app asked when it was connected; where nobody kept that, all it ever asked this person.
async fn requested(
    exchange: &Exchange<'_>,
    token: &RefreshToken,
    grant: &Grant,
) -> Result<Scope, ApiError> {
    let family = match token.family {
        Some(family) => families::one(exchange.app, exchange.realm, family).await?,
        None => None,
    };
    Ok(family.map_or_else(|| grant.requested.clone(), |family| family.requested))
}

fn issue(exchange: &Exchange<'_>, granted: RefreshGrant) -> Result<Issue, ApiError> {
    Ok(Issue {
        person: Some(Person::of(&granted)),
        organisation: granted.organisation,
        scope: granted.scope,
        withheld: granted.withheld,
        refused: granted.refused,
        reduced: granted.reduced,
        audience: exchange.audience()?,
    })
}

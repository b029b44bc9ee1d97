use oauth::grant::GrantError;
use oauth::grant::refresh_token::{decide, unknown};
use oauth::model::{Redemption, RevocationReason};
use oauth::secret::{self, SecretKind};
use realm::tokens;

use super::exchange::Exchange;
use super::issue::{Issue, Issued, Person};
use crate::error::ApiError;

/// RFC 6749 section 6, with rotation (RFC 9700 section 4.14.2).
pub(super) async fn rotate(exchange: &Exchange<'_>) -> Result<Issued, ApiError> {
    let Exchange {
        app,
        realm,
        known,
        parameters,
        ..
    } = exchange;
    let now = app.now();
    let presented = parameters.require("refresh_token")?;
    let hash = secret::hash(SecretKind::RefreshToken, presented).ok_or_else(unknown)?;
    let token = tokens::refresh_token(app, realm, &hash).await?;
    let token = token.ok_or_else(unknown)?;
    let grant = realm
        .cache()
        .grant(token.grant)
        .await?
        .ok_or_else(unknown)?;
    let rights = exchange
        .rights(token.user, token.organisation, token.position)
        .await?;
    let decided = decide(
        realm.catalog(),
        &exchange.client,
        &token,
        &grant.grant,
        &known.state,
        Some(&rights),
        parameters,
        now,
    );
    let granted = match decided {
        Ok(granted) => granted,
        Err(error) => {
            let reason = RevocationReason::RefreshTokenReused;
            return Err(exchange.refused(error, reason).await);
        }
    };
    exchange
        .refuse_ended(granted.user, granted.position)
        .await?;
    let person = Person {
        user: granted.user,
        grant: granted.grant,
        family: granted.family,
        position: granted.position,
    };
    let next = exchange.refresh_token(person, granted.organisation, granted.refresh_scope, now);
    let issue = Issue {
        person: Some(person),
        organisation: granted.organisation,
        scope: granted.scope,
        withheld: granted.withheld,
        refused: granted.refused,
        audience: exchange.audience()?,
    };
    let issued = exchange.issue(issue, Some(&next), now).await?;
    match tokens::rotate(app, &hash, &next.record, now).await? {
        Redemption::Redeemed => Ok(issued),
        Redemption::AlreadyRedeemed { grant } => {
            let error = GrantError::Reused { grant };
            Err(exchange
                .refused(error, RevocationReason::RefreshTokenReused)
                .await)
        }
        Redemption::Unknown => Err(unknown().into()),
    }
}

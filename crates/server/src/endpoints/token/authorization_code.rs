use oauth::grant::GrantError;
use oauth::grant::authorization_code::{decide, unknown};
use oauth::model::{Redemption, RevocationReason};
use oauth::secret::{self, SecretKind};

use realm::families;

use super::exchange::{Exchange, nothing_left};
use super::issue::{Issue, Issued, Person};
use crate::error::ApiError;

/// RFC 6749 section 4.1.3. The store's one conditional statement says who was first.
pub(super) async fn redeem(exchange: &Exchange<'_>) -> Result<Issued, ApiError> {
    let Exchange {
        app,
        realm,
        known,
        parameters,
        ..
    } = exchange;
    let now = app.now();
    let presented = parameters.require("code")?;
    let hash = secret::hash(SecretKind::AuthorizationCode, presented).ok_or_else(unknown)?;
    let cache = realm.cache();
    let code = cache.code(&hash).await?.ok_or_else(unknown)?;
    let decided = decide(realm.catalog(), &exchange.client, &code, parameters, now);
    let granted = match decided {
        Ok(granted) => granted,
        Err(error) => return Err(exchange.refused(error, RevocationReason::CodeReused).await),
    };
    let worth = exchange.worth(granted.user, granted.position);
    worth.await?.accept()?;
    let audience = exchange.audience()?;
    let rights = exchange
        .rights(granted.user, granted.organisation, granted.position)
        .await?;
    let frozen = granted.scope.clone();
    let grant = cache.grant(granted.grant).await?;
    let grant = grant.ok_or_else(unknown)?.grant;
    let granted = granted.within(realm.catalog(), &grant, &known.state, Some(&rights), now);
    if granted.scope.is_empty() {
        return Err(nothing_left());
    }
    let person = Person {
        user: granted.user,
        grant: granted.grant,
        family: granted.family,
        position: granted.position,
        authentication: granted.authentication,
    };
    let begun = (person.grant, person.family);
    let refresh = granted
        .with_refresh_token
        .then(|| exchange.refresh_token(person.clone(), granted.organisation, frozen, now));
    let issue = Issue {
        person: Some(person),
        organisation: granted.organisation,
        scope: granted.scope,
        withheld: granted.withheld,
        refused: granted.refused,
        reduced: scope::Scope::empty(),
        audience,
    };
    let secret = refresh.as_ref().map(|refresh| &refresh.secret);
    let issued = exchange.issue(issue, secret, now).await?;
    let record = refresh.as_ref().map(|refresh| &refresh.record);
    match cache.redeem_code(&hash, record, now).await? {
        Redemption::Redeemed => {
            families::begun(app, realm, &exchange.actor(), begun).await?;
            Ok(issued)
        }
        Redemption::AlreadyRedeemed { grant, family } => {
            let error = GrantError::Reused { grant, family };
            Err(exchange.refused(error, RevocationReason::CodeReused).await)
        }
        Redemption::Unknown => Err(unknown().into()),
    }
}

use oauth::grant::client_credentials::{decide, organisation_is_gone};
use scope::Scope;

use super::exchange::Exchange;
use super::issue::{Issue, Issued};
use crate::error::ApiError;

/// RFC 6749 section 4.4. Writes nothing, and reads nothing when the client is known.
pub(super) async fn issue(exchange: &Exchange<'_>) -> Result<Issued, ApiError> {
    let Exchange {
        app,
        realm,
        known,
        parameters,
        ..
    } = exchange;
    let now = app.now();
    let granted = decide(
        realm.catalog(),
        &exchange.client,
        &known.state,
        parameters,
        now,
    )?;
    if let Some(id) = granted.organisation
        && realm.cache().organisation(id).await?.is_none()
    {
        return Err(organisation_is_gone().into());
    }
    realm.policy().accept(&granted.withheld)?;
    let issue = Issue {
        person: None,
        organisation: granted.organisation,
        scope: granted.scope,
        withheld: granted.withheld,
        refused: Scope::empty(),
        reduced: Scope::empty(),
        audience: exchange.audience()?,
    };
    exchange.issue(issue, None, now).await
}

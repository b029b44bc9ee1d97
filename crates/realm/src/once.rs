//! What counts once.

use oauth::model::UsedOnce;

use crate::app::App;
use crate::fault::Fault;

/// Uses it; answers whether that was the first time, on any node.
///
/// # Errors
///
/// When the store cannot tell.
pub async fn is_first(app: &App, used: &UsedOnce) -> Result<bool, Fault> {
    Ok(app.store().use_once(used).await?)
}

//! How ids and values are written.

use oauth::model::Uuid;
use serde_json::Value;
use uuid::fmt::Hyphenated;

/// A UUID may be written in capitals, but in no other form; records have it in one spelling.
pub(super) fn one_spelling(id: String) -> String {
    match Uuid::try_parse(&id) {
        Ok(uuid) if id.len() == Hyphenated::LENGTH => uuid.to_string(),
        _ => id,
    }
}

/// One more id on a chain.
pub(super) fn join(chain: &str, id: &str) -> String {
    if chain.is_empty() {
        id.to_owned()
    } else {
        format!("{chain}/{id}")
    }
}

/// A string as it is, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Act, AuditRow};
use crate::model::{RevocationReason, Timestamp, Uuid};

/// Something done to a grant, by its person or by others, as its record tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantAct {
    /// When.
    pub at: Timestamp,
    /// The grant.
    pub grant: Uuid,
    /// The app it was given to.
    pub client: String,
    /// What.
    pub done: Done,
}

/// What was done to a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// These scopes were taken off, by name.
    Reduced(Vec<String>),
    /// It was ended.
    Ended(RevocationReason),
}

impl GrantAct {
    /// What a record tells; nothing for other acts, and for one that another version wrote in a
    /// way not known here.
    #[must_use]
    pub fn of(row: &AuditRow) -> Option<Self> {
        let object = |text: &str| serde_json::from_str::<Value>(text).ok();
        let (before, after) = (object(&row.before)?, object(&row.after)?);
        let done = if row.act == Act::GrantReduced.as_str() {
            let scopes = |fields: &Value| -> Option<Vec<String>> {
                let names = fields.get("granted")?.as_str()?.split(' ');
                Some(names.map(str::to_owned).collect())
            };
            let left: BTreeSet<String> = scopes(&after)?.into_iter().collect();
            let taken = scopes(&before)?.into_iter();
            Done::Reduced(taken.filter(|name| !left.contains(name)).collect())
        } else if row.act == Act::GrantRevoked.as_str() {
            let reason = after.get("status")?.get("reason")?.clone();
            Done::Ended(serde_json::from_value(reason).ok()?)
        } else {
            return None;
        };
        let names = object(&row.subject_names)?;
        Some(Self {
            at: row.at,
            grant: Uuid::try_parse(&row.subject_id).ok()?,
            client: names.get("client")?.as_str()?.to_owned(),
            done,
        })
    }
}

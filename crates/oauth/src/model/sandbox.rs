use super::{PageRequest, Timestamp, Uuid};

/// One sample record of an API's sandbox.
#[derive(Debug, Clone, PartialEq)]
pub struct SandboxRecord {
    /// The realm.
    pub realm: String,
    /// The organisation that owns it.
    pub organisation: Uuid,
    /// The collection, such as `contact`.
    pub collection: String,
    /// The ids of the records it lies below, joined by `/`; empty for a top collection.
    pub parent: String,
    /// Its id, unique in realm and organisation and collection.
    pub id: String,
    /// The client that created it; `None` for the samples the sandbox began with.
    pub created_by: Option<String>,
    /// A JSON object.
    pub body: serde_json::Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Which records are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxQuery {
    /// The realm.
    pub realm: String,
    /// The organisation.
    pub organisation: Uuid,
    /// The collection.
    pub collection: String,
    /// Only those below these parents; `None` for any.
    pub parent: Option<String>,
    /// Only those this client created.
    pub created_by: Option<String>,
    /// In order of creation. `after` is the `next` of the page before, not the id of a record.
    pub page: PageRequest,
}

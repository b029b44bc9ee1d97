use super::{Timestamp, Uuid};

/// One attempt to sign in, and under which keys it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginAttempt {
    /// The realm.
    pub realm: String,
    /// Its own id.
    pub id: Uuid,
    /// Where it needs a place, in the same order for every attempt.
    pub limits: Vec<LoginLimit>,
}

/// The places that attempts share under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginLimit {
    /// A username or an address.
    pub key: String,
    /// How many places there are.
    pub most: u32,
    /// Does a success give back the places that earlier wrong attempts hold?
    pub forgiven: bool,
}

/// What came of wanting to begin an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginStart {
    /// It holds a place under every key.
    Begun,
    /// Every place of a key is taken; nothing was written.
    Full {
        /// Which of the attempt's limits the key is of, from 0.
        limit: usize,
        /// When the first of them is free again, if nobody gives one back before.
        free_at: Timestamp,
        /// Is one of them held by an attempt whose end is not known yet? It may be given back
        /// at any moment.
        under_way: bool,
    },
}

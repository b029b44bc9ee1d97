use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use scope::{GrantAnswers, History, Scope, ScopeToken, Withheld};
use serde::{Deserialize, Serialize};

use super::{Position, Timestamp, Uuid, is_cut_off};

/// The act of deciding: kept as it was, never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// The realm.
    pub realm: String,
    /// The grant it made or changed; `None` when everything was refused.
    pub grant: Option<Uuid>,
    /// The app that asked.
    pub client: String,
    /// The person who decided.
    pub user: Uuid,
    /// The organisation whose data is meant; `None` where a grant is bound to the user.
    pub organisation: Option<Uuid>,
    /// The catalog's version the person saw.
    pub catalog_version: String,
    /// What was asked, as given.
    pub requested: Scope,
    /// What was allowed, expanded, with the defaults of every grant.
    pub granted: Scope,
    /// What the person struck.
    pub refused: Scope,
    /// What was not offered.
    pub withheld: Vec<Withheld>,
    /// When.
    pub decided_at: Timestamp,
    /// What proves it later; `None` for acts from before it was kept.
    pub evidence: Option<ConsentEvidence>,
}

/// What the person saw when they decided, and around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEvidence {
    /// SHA-256 of the catalog's text; the text itself is archived under it.
    pub catalog: [u8; 32],
    /// The language of the page.
    pub language: String,
    /// The rows of the page as they were shown, where they are kept.
    pub rows: Option<serde_json::Value>,
    /// What those it is about were called on the page, where that is kept.
    pub names: Option<ShownNames>,
    /// Where the person was sent back to.
    pub returned_to: String,
    /// When they had signed in.
    pub signed_in_at: Timestamp,
}

/// Names as a page of consent showed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownNames {
    /// The app.
    pub app: String,
    /// Its maker.
    pub maker: String,
    /// The organisation whose data is meant, or all that a grant of the person reaches.
    pub organisations: Vec<String>,
}

/// The standing record a consent makes. At most one is live for each
/// (realm, client, user, organisation). Tokens hang from it; revoking it ends them all.
/// Each token has its own scope, which never grows; at use it counts only within `granted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Time-ordered (UUID version 7).
    pub id: Uuid,
    /// The realm.
    pub realm: String,
    /// The app.
    pub client: String,
    /// Whose decision it is.
    pub owner: GrantOwner,
    /// The person.
    pub user: Uuid,
    /// `None` where the catalog binds grants to the user.
    pub organisation: Option<Uuid>,
    /// The catalog's version at the latest consent.
    pub catalog_version: String,
    /// Everything asked so far.
    pub requested: Scope,
    /// What stands allowed now, expanded, with the defaults as they were at consent.
    pub granted: Scope,
    /// What stands refused now.
    pub refused: Scope,
    /// What was withheld at the latest consent.
    pub withheld: Vec<Withheld>,
    /// What the person took off the standing grant later.
    pub reduced: Scope,
    /// What was issued at or before such a place does not hold the scope: it was taken off then.
    /// That stays so where it is allowed again.
    pub taken_off: BTreeMap<ScopeToken, Position>,
    /// First consent.
    pub created_at: Timestamp,
    /// Latest consent or reduction.
    pub updated_at: Timestamp,
    /// Live, or ended and why.
    pub status: GrantStatus,
    /// Grows with each change, from 1.
    pub version: i64,
}

impl Grant {
    /// What it allows to something that was issued at this place: what stands allowed, without
    /// what was taken off since. A token never gets back what it lost.
    #[must_use]
    pub fn allows(&self, issued: Option<Position>) -> Cow<'_, Scope> {
        let is_lost = |name: &ScopeToken| {
            let taken_off = self.taken_off.get(name).copied();
            is_cut_off(issued, taken_off)
        };
        if self.taken_off.is_empty() {
            return Cow::Borrowed(&self.granted);
        }
        let tokens = self.granted.tokens().iter();
        Cow::Owned(tokens.filter(|name| !is_lost(name)).cloned().collect())
    }

    /// What the person took off that something issued at this place has lost. It may have been
    /// allowed again since, to what came after.
    fn reduced_of(&self, issued: Option<Position>) -> Cow<'_, Scope> {
        let is_lost = |(name, taken_off): &(&ScopeToken, &Position)| {
            let is_refused = self.refused.contains(name.as_str());
            !is_refused && is_cut_off(issued, Some(**taken_off))
        };
        let mut lost = self.taken_off.iter().filter(is_lost).peekable();
        if lost.peek().is_none() {
            return Cow::Borrowed(&self.reduced);
        }
        let lost = lost.map(|(name, _)| name);
        Cow::Owned(self.reduced.tokens().iter().chain(lost).cloned().collect())
    }

    /// What it allows and another state of it does not.
    #[must_use]
    pub fn loses(&self, next: &Self) -> Scope {
        let left: BTreeSet<&str> = next.granted.iter().collect();
        let tokens = self.granted.tokens().iter();
        let lost = tokens.filter(|name| !left.contains(name.as_str()));
        lost.cloned().collect()
    }
}

/// Whose decision a grant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantOwner {
    /// The person who consented: their rights bound it.
    Person,
}

impl GrantAnswers for Grant {
    fn history(&self, issued: Option<i64>) -> History<'_> {
        History {
            requested: Some(&self.requested),
            refused: &self.refused,
            withheld: &self.withheld,
            reduced: self.reduced_of(issued.map(Position)),
            ..History::default()
        }
    }
}

/// Is a grant in force?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum GrantStatus {
    /// In force.
    Live,
    /// Ended.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
}

/// Why a grant or a family ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationReason {
    /// The person took it back.
    ByUser,
    /// The app gave it back (RFC 7009).
    ByClient,
    /// The provider's team ended it.
    ByProvider,
    /// An authorization code was used twice (RFC 6749 section 4.1.2).
    CodeReused,
    /// A rotated refresh token came back (RFC 9700 section 4.14.2).
    RefreshTokenReused,
    /// The app was connected again, and its catalog lets it be connected once at a time.
    ConnectedAgain,
}

/// What came of recording a decision that was worked out from the standing grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording<T> {
    /// It is recorded.
    Recorded(T),
    /// The standing grant is no longer the one it was worked out from. Nothing was written;
    /// load it anew and let the person decide again.
    StandingChanged,
    /// What it answers was answered before. Nothing was written.
    Answered,
}

impl<T> Recording<T> {
    /// What was recorded, if it was.
    pub fn recorded(self) -> Option<T> {
        match self {
            Self::Recorded(recorded) => Some(recorded),
            Self::StandingChanged | Self::Answered => None,
        }
    }
}

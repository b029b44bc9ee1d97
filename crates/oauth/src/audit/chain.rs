use std::fmt;
use std::str::FromStr;

use super::row::{AuditRow, Digest};

/// A link of the chain: one row, and by its digest all rows before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLink {
    /// From 1, without gaps.
    pub number: i64,
    /// The row's position.
    pub position: i64,
    /// Over the digest of the link before and that of the row.
    pub digest: [u8; 32],
}

impl AuditLink {
    /// The link of this row behind another; without one, the first.
    #[must_use]
    pub fn behind(last: Option<&Self>, row: &AuditRow) -> Self {
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let mut digest = Digest::begin(b"scopegate audit link 1");
        digest.field(Some(&number.to_be_bytes()));
        digest.field(last.map(|last| last.digest.as_slice()));
        digest.field(Some(&row.digest()));
        Self {
            number,
            position: row.position,
            digest: digest.end(),
        }
    }

    /// Links rows one behind the other, in the order of their positions.
    #[must_use]
    pub fn chain(last: Option<&Self>, rows: &[AuditRow]) -> Vec<Self> {
        let mut links: Vec<Self> = Vec::with_capacity(rows.len());
        for row in rows {
            links.push(Self::behind(links.last().or(last), row));
        }
        links
    }

    /// What to keep elsewhere: everything up to this link can be held to it later.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        Anchor {
            number: self.number,
            digest: self.digest,
        }
    }
}

/// A link as it is kept elsewhere, where nobody who changes the database can change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The link's number.
    pub number: i64,
    /// Its digest.
    pub digest: [u8; 32],
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.number)?;
        self.digest
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an anchor is a number, a colon and 64 hexadecimal digits, as `scopegate audit head` prints it"
)]
pub struct BadAnchor;

impl FromStr for Anchor {
    type Err = BadAnchor;

    fn from_str(text: &str) -> Result<Self, BadAnchor> {
        let (number, digits) = text.trim().split_once(':').ok_or(BadAnchor)?;
        let number = number.parse().map_err(|_| BadAnchor)?;
        let digits: Vec<u32> = digits
            .chars()
            .map(|digit| digit.to_digit(16))
            .collect::<Option<_>>()
            .ok_or(BadAnchor)?;
        let (pairs, rest) = digits.as_chunks::<2>();
        let bytes: Vec<u8> = pairs
            .iter()
            .filter_map(|[high, low]| u8::try_from(high * 16 + low).ok())
            .collect();
        match <[u8; 32]>::try_from(bytes) {
            Ok(digest) if rest.is_empty() && number > 0 => Ok(Self { number, digest }),
            _ => Err(BadAnchor),
        }
    }
}

/// Why the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// A link is gone, or there is one too many.
    #[error("link {expected} is not there; the next one is {found}")]
    Link {
        /// The number that had to come.
        expected: i64,
        /// The one that came.
        found: i64,
    },
    /// A row is gone.
    #[error("link {number}: the row at position {position} is gone")]
    RowMissing {
        /// The link.
        number: i64,
        /// Where the row was.
        position: i64,
    },
    /// A row, or a link before it, is not as it was.
    #[error("link {number}: the row at position {position} is not as it was linked")]
    RowAltered {
        /// The link.
        number: i64,
        /// The row.
        position: i64,
    },
    /// A row stands where no act can have put one.
    #[error("the row at position {position} has no place: the acts are at 1 to {latest}")]
    RowMisplaced {
        /// The row.
        position: i64,
        /// The last position there is.
        latest: i64,
    },
    /// A row stands among those that were linked, and was not.
    #[error("the row at position {position} was not there when those around it were linked")]
    RowAdded {
        /// The row.
        position: i64,
    },
    /// The key of a person is gone or another, and nobody erased them.
    #[error(
        "what is personal in the row at position {position} cannot be read, and no record behind it \
         says that it was erased"
    )]
    Unreadable {
        /// The row.
        position: i64,
    },
    /// Nothing can follow the last link.
    #[error("nothing can be linked behind link {0}: the next number, or the next row, is taken")]
    NoNext(i64),
    /// The anchor's link is another one now.
    #[error("link {0} is another one than the anchor's: what came before was changed")]
    Anchor(i64),
    /// The chain ends before the anchor.
    #[error("the chain ends at link {last}, and the anchor is link {anchor}: its end was cut off")]
    CutOff {
        /// The last link.
        last: i64,
        /// The anchor's.
        anchor: i64,
    },
}

/// A chain that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its last link; `None` if there is none.
    pub head: Option<AuditLink>,
}

/// A walk along the chain, from its beginning.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    last: Option<AuditLink>,
    anchor: Option<Anchor>,
}

impl Walk {
    /// A walk that has to pass the anchor, if there is one.
    #[must_use]
    pub fn past(anchor: Option<Anchor>) -> Self {
        Self { last: None, anchor }
    }

    /// The last link that held; `None` before the first.
    #[must_use]
    pub fn reached(&self) -> Option<&AuditLink> {
        self.last.as_ref()
    }

    /// The next link, with the row at its position.
    ///
    /// # Errors
    /// Where it does not hold.
    pub fn step(&mut self, link: AuditLink, row: Option<&AuditRow>) -> Result<(), Break> {
        let expected = self.expected();
        if link.number != expected {
            let found = link.number;
            return Err(Break::Link { expected, found });
        }
        let (number, position) = (link.number, link.position);
        let Some(row) = row else {
            return Err(Break::RowMissing { number, position });
        };
        let before = self.last.as_ref().map_or(0, |last| last.position);
        if position <= before || AuditLink::behind(self.last.as_ref(), row) != link {
            return Err(Break::RowAltered { number, position });
        }
        if let Some(anchor) = self.anchor
            && anchor.number == number
            && anchor.digest != link.digest
        {
            return Err(Break::Anchor(number));
        }
        self.last = Some(link);
        Ok(())
    }

    /// The number of the link that comes next.
    #[must_use]
    pub fn expected(&self) -> i64 {
        self.number().saturating_add(1)
    }

    fn number(&self) -> i64 {
        self.last.as_ref().map_or(0, |last| last.number)
    }

    /// There is no further link.
    ///
    /// # Errors
    /// When the anchor lies beyond.
    pub fn end(self) -> Result<Verified, Break> {
        let last = self.number();
        match self.anchor {
            Some(anchor) if anchor.number > last => Err(Break::CutOff {
                last,
                anchor: anchor.number,
            }),
            _ => Ok(Verified { head: self.last }),
        }
    }
}

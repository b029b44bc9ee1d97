//! The chain of the audit record: gone on with, and held to.

use oauth::audit::{Anchor, AuditLink, AuditQuery, AuditRow, Break, Walk};
use storage::StoreError;

use super::audit::AuditTrail;
use super::personal::{Personal, PersonalKeys};
use crate::fault::Fault;

/// How many rows are read at once.
const AT_ONCE: usize = 500;

/// What came of holding the record to its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Why it does not hold; `None` if it does.
    pub broken: Option<String>,
    /// The last link that holds.
    pub head: Option<AuditLink>,
    /// Rows behind the last link, which wait for theirs.
    pub waiting: usize,
}

impl Verification {
    /// How many links hold.
    #[must_use]
    pub fn links(&self) -> i64 {
        self.head.as_ref().map_or(0, |head| head.number)
    }
}

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Nothing is recorded yet.
    Nothing,
    /// The last link: its anchor is to be kept elsewhere.
    Link(AuditLink),
    /// The chain does not hold, so nothing is to be held to it.
    Broken(String),
}

impl AuditTrail<'_> {
    /// Links the rows that have no link yet, in the order of their positions. Several nodes may
    /// do so at once: each row is linked by one of them.
    ///
    /// # Errors
    ///
    /// When the store cannot do it, or nothing can follow the last link that is there.
    pub async fn link(self) -> Result<(), Fault> {
        match self.link_rows().await {
            Ok(()) => Ok(()),
            Err(Stop::Broken(broken)) => Err(Fault::Defect(format!(
                "the audit record is not as it was: {broken}"
            ))),
            Err(Stop::Fault(error)) => Err(error.into()),
        }
    }

    /// The last link once everything is linked. It holds behind the one before it; and all of
    /// them do, if the chain is to pass an anchor.
    ///
    /// # Errors
    ///
    /// When the store cannot do it.
    pub async fn head(self, after: Option<Anchor>) -> Result<Head, Fault> {
        match self.sound_head(after).await {
            Ok(None) => Ok(Head::Nothing),
            Ok(Some(link)) => Ok(Head::Link(link)),
            Err(stop) => stop.into_broken().map(Head::Broken),
        }
    }

    /// Is every row as it was linked, none gone and none added, and does the chain pass the
    /// anchor?
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn verify(self, anchor: Option<Anchor>) -> Result<Verification, Fault> {
        let mut walk = Walk::past(anchor);
        let walked = self.walk(&mut walk).await;
        let head = walk.reached().cloned();
        let held = walked.and_then(|waiting| {
            walk.end().map_err(Stop::Broken)?;
            Ok(waiting)
        });
        let (broken, waiting) = match held {
            Ok(waiting) => (None, waiting),
            Err(stop) => (Some(stop.into_broken()?), 0),
        };
        Ok(Verification {
            broken,
            head,
            waiting,
        })
    }

    async fn link_rows(self) -> Result<(), Stop> {
        let mut last = self.store.last_audit_link().await?;
        let mut is_sound = false;
        loop {
            let after = last.as_ref().map_or(0, |last| last.position);
            let mut rows = self.store.audit_rows(&behind(Some(after))).await?;
            let latest = self.store.latest_change().await?;
            let Some(first) = rows.first().map(|row| row.position) else {
                return last.map_or(Ok(()), |last| require_place(last.position, latest));
            };
            require_place(first, latest)?;
            rows.retain(|row| row.position <= latest);
            if !is_sound && let Some(last) = &last {
                self.require_sound(last).await?;
            }
            is_sound = true;
            let links = AuditLink::chain(last.as_ref(), &rows);
            let appended = self.store.append_audit_links(&links).await?;
            // If it was not this node, then another one, or what is there lets nobody go on.
            let now_last = self.store.last_audit_link().await?;
            if !appended && now_last == last {
                let number = last.map_or(0, |last| last.number);
                return Err(Stop::Broken(Break::NoNext(number)));
            }
            last = now_last;
        }
    }

    async fn sound_head(self, after: Option<Anchor>) -> Result<Option<AuditLink>, Stop> {
        self.link_rows().await?;
        if after.is_some() {
            let mut walk = Walk::past(after);
            self.walk(&mut walk).await?;
            return Ok(walk.end().map_err(Stop::Broken)?.head);
        }
        let last = self.store.last_audit_link().await?;
        if let Some(last) = &last {
            self.require_sound(last).await?;
        }
        Ok(last)
    }

    /// Whoever goes on behind a link, or keeps it, says that it holds behind the one before it.
    async fn require_sound(self, last: &AuditLink) -> Result<(), Stop> {
        let (number, position) = (last.number, last.position);
        let earlier = number.saturating_sub(2);
        let links = self.store.audit_links(Some(earlier), 1).await?;
        let before = links
            .first()
            .filter(|link| link.number < number && number > 1);
        if number != 1 && before.is_none() {
            let expected = number.saturating_sub(1).max(1);
            let found = number;
            return Err(Stop::Broken(Break::Link { expected, found }));
        }
        let wanted = AuditQuery {
            limit: 1,
            ..behind(position.checked_sub(1))
        };
        let rows = self.store.audit_rows(&wanted).await?;
        let Some(row) = rows.first().filter(|row| row.position == position) else {
            return Err(Stop::Broken(Break::RowMissing { number, position }));
        };
        if AuditLink::behind(before, row) != *last {
            return Err(Stop::Broken(Break::RowAltered { number, position }));
        }
        Ok(())
    }

    /// Walks to the end; answers how many rows lie behind it.
    async fn walk(self, walk: &mut Walk) -> Result<usize, Stop> {
        let mut keys = PersonalKeys::of(self.store);
        loop {
            let number = walk.reached().map(|last| last.number);
            let position = walk.reached().map(|last| last.position);
            let links = self.store.audit_links(number, AT_ONCE).await?;
            if links.is_empty() {
                return self.waiting(position, &mut keys).await;
            }
            let mut rows = self.store.audit_rows(&behind(position)).await?.into_iter();
            for link in links {
                let row = rows.next();
                if let Some(added) = row.as_ref().filter(|row| row.position < link.position)
                    && link.number == walk.expected()
                {
                    let position = added.position;
                    return Err(Stop::Broken(Break::RowAdded { position }));
                }
                let row = row.filter(|row| row.position == link.position);
                walk.step(link, row.as_ref()).map_err(Stop::Broken)?;
                if let Some(row) = &row {
                    require_readable(row, &mut keys).await?;
                }
            }
        }
    }

    async fn waiting(
        self,
        mut after: Option<i64>,
        keys: &mut PersonalKeys<'_>,
    ) -> Result<usize, Stop> {
        let mut waiting = 0;
        loop {
            let rows = self.store.audit_rows(&behind(after)).await?;
            let latest = self.store.latest_change().await?;
            if let Some(after) = after {
                require_place(after, latest)?;
            }
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
                return Ok(waiting);
            };
            require_place(first.position, latest)?;
            for row in &rows {
                require_readable(row, keys).await?;
            }
            waiting += rows.len();
            after = Some(last.position);
        }
    }
}

/// A row is at the place of its act, and acts have places from 1 to the latest change, which is
/// asked for once the row was read.
fn require_place(position: i64, latest: i64) -> Result<(), Stop> {
    if (1..=latest).contains(&position) {
        return Ok(());
    }
    Err(Stop::Broken(Break::RowMisplaced { position, latest }))
}

/// The chain covers what is sealed, not the keys: what cannot be read has been erased by an act.
async fn require_readable(row: &AuditRow, keys: &mut PersonalKeys<'_>) -> Result<(), Stop> {
    let (actor, person) = keys.read(row).await?;
    if [actor, person].contains(&Personal::Unreadable) {
        let position = row.position;
        return Err(Stop::Broken(Break::Unreadable { position }));
    }
    Ok(())
}

fn behind(after: Option<i64>) -> AuditQuery {
    AuditQuery {
        after,
        ..AuditQuery::first(AT_ONCE)
    }
}

/// Why something came to no end.
enum Stop {
    Broken(Break),
    Fault(StoreError),
}

impl Stop {
    /// What is broken, if it is that: also a row that nobody can have written by an act.
    fn into_broken(self) -> Result<String, Fault> {
        match self {
            Self::Broken(broken) => Ok(broken.to_string()),
            Self::Fault(unreadable @ StoreError::InconsistentRow { .. }) => {
                Ok(unreadable.to_string())
            }
            Self::Fault(error) => Err(error.into()),
        }
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Fault(error)
    }
}

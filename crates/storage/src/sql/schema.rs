//! The tables, step by step: how they are brought up to date while nodes of the version before
//! run, and how that is finished when none does any more.
//!
//! Schemas 1 to 3 are those of the releases up to 22 November 2026. They are counted in
//! `schema_versions`, and a program of that time runs on what it knows there. From then on
//! `schema_steps` counts, and says of each step the latest one a program has to know to run on
//! the tables as they are behind it. A step that **expands** needs no more than the version
//! before knows; one that **contracts** does, and is taken on demand, or before the next
//! version expands.

use sqlx::{query, query_scalar, raw_sql};

use super::changes;
use super::database::{self, Connection};
use super::fault::fault;
use super::users;
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::upgrade::Upgrade;

/// The first that `schema_steps` counts.
const FIRST: i64 = 4;
/// The latest that `schema_versions` may name. It stands for the step that contracts first, so
/// that programs that look only there do not run on what it leaves.
const LAST_VERSION: i64 = 4;

/// The tables' history in the words of one database. What was released is never changed.
pub(crate) struct History {
    /// What `schema_versions` counts, from 1.
    pub(crate) versions: &'static [&'static str],
    /// What `schema_steps` counts, from 4.
    pub(crate) steps: &'static [Step],
}

/// A step.
pub(crate) struct Step {
    /// The step a program has to know to run on the tables behind this one.
    pub(crate) needs: i64,
    pub(crate) script: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// Adds what this version needs.
    Expand {
        /// Where nodes of the version before may run: what makes room for it.
        room: &'static str,
        /// Likewise: what does for them what they do not do themselves.
        compatible: &'static str,
    },
    /// Takes away what only nodes of the version before needed.
    Contract,
}

impl History {
    /// The steps with their numbers.
    fn steps(&self) -> impl Iterator<Item = (i64, &Step)> {
        (FIRST..).zip(self.steps)
    }

    /// The latest step there is to know.
    pub(crate) fn known(&self) -> i64 {
        self.steps().last().map_or(0, |(number, _)| number)
    }

    /// From this step on, everything is there that this program works with.
    fn expanded(&self) -> i64 {
        let expanding = self
            .steps()
            .filter(|(_, step)| matches!(step.kind, Kind::Expand { .. }));
        expanding.last().map_or(0, |(number, _)| number)
    }
}

/// Where a database stands.
pub(crate) struct State {
    /// The latest step, 0 without tables.
    pub(crate) step: i64,
    /// The step that a program has to know.
    needs: i64,
}

impl State {
    pub(crate) async fn of(connection: &mut Connection) -> Result<Self, StoreError> {
        let mut state = Self { step: 0, needs: 0 };
        if !database::has_table(connection, "schema_versions").await? {
            return Ok(state);
        }
        let version = "SELECT COALESCE(MAX(version), 0) FROM schema_versions";
        let version = one(connection, version).await?;
        state.step = version;
        if database::has_table(connection, "schema_steps").await? {
            let step = "SELECT COALESCE(MAX(step), 0) FROM schema_steps";
            state.step = one(connection, step).await?.max(version);
            let needs = "SELECT COALESCE(MAX(needs), 0) FROM schema_steps";
            state.needs = one(connection, needs).await?;
        }
        if version > LAST_VERSION {
            state.needs = version;
        }
        Ok(state)
    }

    /// May this program use the tables, or bring them up to date?
    pub(crate) fn require_known(&self) -> Result<(), StoreError> {
        let known = database::HISTORY.known();
        if self.needs > known {
            return Err(StoreError::NewerSchema {
                found: self.step,
                known,
            });
        }
        Ok(())
    }

    /// Nothing of another program's may be where the tables come.
    pub(crate) async fn require_room(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if self.step > 0 {
            return Ok(());
        }
        for table in ["users", "clients", "organisations", "grants", "changes"] {
            if database::has_table(connection, table).await? {
                return Err(StoreError::Misconfigured(format!(
                    "a table named {table} is there already, of another program; nothing was \
                     changed: give Scopegate a database of its own"
                )));
            }
        }
        Ok(())
    }

    /// The tables must be there as this program works with them.
    pub(crate) fn require_current(&self) -> Result<(), StoreError> {
        self.require_known()?;
        if self.has_reached(Upgrade::Expand) {
            return Ok(());
        }
        Err(StoreError::Misconfigured(format!(
            "it has schema {} and this program needs {}; run `scopegate migrate`, which brings it up to date",
            self.step,
            database::HISTORY.expanded()
        )))
    }

    /// Is there nothing left to do?
    pub(crate) fn has_reached(&self, upgrade: Upgrade) -> bool {
        self.step
            >= match upgrade {
                Upgrade::Expand => database::HISTORY.expanded(),
                Upgrade::Finish => database::HISTORY.known(),
            }
    }
}

/// Is every step taken, so that only programs run that know them all?
pub(crate) async fn is_finished(connection: &mut Connection) -> Result<bool, StoreError> {
    let state = State::of(connection).await?;
    Ok(state.has_reached(Upgrade::Finish))
}

/// Takes the steps that are missing, within the caller's transaction; answers where that led.
/// New tables are made whole.
pub(crate) async fn upgrade(
    connection: &mut Connection,
    upgrade: Upgrade,
) -> Result<i64, StoreError> {
    let history = &database::HISTORY;
    let before = State::of(connection).await?;
    before.require_known()?;
    before.require_room(connection).await?;
    for (version, script) in (1..).zip(history.versions) {
        if version > before.step {
            run(connection, script).await?;
            query("INSERT INTO schema_versions (version) VALUES ($1)")
                .bind(version)
                .execute(&mut *connection)
                .await
                .map_err(fault)?;
        }
    }
    let alone = before.step == 0 || upgrade == Upgrade::Finish;
    for (number, step) in history.steps() {
        if number > before.step && (alone || number <= history.expanded()) {
            take(connection, number, step, alone).await?;
        }
    }
    let after = State::of(connection).await?;
    if before.step > 0 && after.has_reached(Upgrade::Finish) && after.step > before.step {
        users::fold_anew(connection).await?;
        announce(connection).await?;
    }
    Ok(after.step)
}

async fn take(
    connection: &mut Connection,
    number: i64,
    step: &Step,
    alone: bool,
) -> Result<(), StoreError> {
    match step.kind {
        Kind::Expand { room, compatible } if !alone => {
            database::make_room(connection, room).await?;
            run(connection, step.script).await?;
            run(connection, compatible).await?;
        }
        Kind::Expand { .. } | Kind::Contract => run(connection, step.script).await?,
    }
    query("INSERT INTO schema_steps (step, needs) VALUES ($1, $2)")
        .bind(number)
        .bind(step.needs)
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Tells every node that what it may write has changed, such as the format in which tokens are
/// sealed, which it reads together with the keys.
async fn announce(connection: &mut Connection) -> Result<(), StoreError> {
    let realms: Vec<String> = query_scalar("SELECT DISTINCT realm FROM realm_keys ORDER BY realm")
        .fetch_all(&mut *connection)
        .await
        .map_err(fault)?;
    for realm in realms {
        changes::append(connection, &realm, &ChangeSubject::Keys).await?;
    }
    Ok(())
}

async fn one(connection: &mut Connection, sql: &'static str) -> Result<i64, StoreError> {
    let found = query_scalar(sql).fetch_one(connection).await;
    found.map_err(fault)
}

async fn run(connection: &mut Connection, script: &'static str) -> Result<(), StoreError> {
    raw_sql(script).execute(connection).await.map_err(fault)?;
    Ok(())
}

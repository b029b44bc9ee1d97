//! The tables, step by step: how they are brought up to date while nodes of the version before
//! run, and how that is finished when none does any more.
//!
//! Schemas 1 to 3 are the releases' up to 22 November 2026. They are counted in
//! `schema_versions`, and a program of that time runs on what it knows there. From then on
//! `schema_steps` counts, and says of each step the latest one a program has to know to run on
//! the tables as they are behind it. A step that **expands** needs no more than the version
//! before knows; one that **contracts** does, and is taken on demand.

use sqlx::{query, query_scalar, raw_sql};

use super::changes;
use super::database::{self, Connection};
use super::fault::fault;
use crate::change::ChangeSubject;
use crate::error::StoreError;
use crate::upgrade::Upgrade;

/// The latest step there is to know.
pub(crate) const KNOWN: i64 = 5;
/// Everything is there that this version works with.
pub(crate) const EXPANDED: i64 = 4;
/// The latest that `schema_versions` may name. It stands for the step that contracts, which
/// programs that look only there must not run on.
const LAST_VERSION: i64 = 4;
/// What the version before knows.
const BEFORE: i64 = 3;

/// The steps in the words of one database.
pub(crate) struct Scripts {
    /// Those that `schema_versions` counts, from 1.
    pub(crate) versions: &'static [&'static str],
    /// Adds what this version needs.
    pub(crate) expand: &'static str,
    /// Does for nodes of the version before what they do not do themselves.
    pub(crate) compatible: &'static str,
    /// Takes away what only they needed.
    pub(crate) finish: &'static str,
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
        if self.needs > KNOWN {
            return Err(StoreError::NewerSchema {
                found: self.step,
                known: KNOWN,
            });
        }
        Ok(())
    }

    /// The tables must be there as this program works with them.
    pub(crate) fn require_current(&self) -> Result<(), StoreError> {
        self.require_known()?;
        if self.step >= EXPANDED {
            return Ok(());
        }
        Err(StoreError::NotWritable(format!(
            "it has schema {} and this program needs {EXPANDED}; run `scopegate migrate`, which brings it up to date",
            self.step
        )))
    }

    /// Is there nothing left to do?
    pub(crate) fn has_reached(&self, upgrade: Upgrade) -> bool {
        self.step
            >= match upgrade {
                Upgrade::Expand => EXPANDED,
                Upgrade::Finish => KNOWN,
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
    let before = State::of(connection).await?;
    before.require_known()?;
    let scripts = database::SCRIPTS;
    for (version, script) in (1..).zip(scripts.versions) {
        if version > before.step {
            run(connection, script).await?;
            query("INSERT INTO schema_versions (version) VALUES ($1)")
                .bind(version)
                .execute(&mut *connection)
                .await
                .map_err(fault)?;
        }
    }
    let finish = before.step == 0 || upgrade == Upgrade::Finish;
    if before.step < EXPANDED {
        expand(connection, &scripts, !finish).await?;
    }
    if before.step < KNOWN && finish {
        run(connection, scripts.finish).await?;
        took(connection, KNOWN, EXPANDED).await?;
        announce(connection).await?;
    }
    Ok(State::of(connection).await?.step)
}

async fn expand(
    connection: &mut Connection,
    scripts: &Scripts,
    for_nodes_of_before: bool,
) -> Result<(), StoreError> {
    if for_nodes_of_before {
        database::make_room(connection).await?;
    }
    run(connection, scripts.expand).await?;
    if for_nodes_of_before {
        run(connection, scripts.compatible).await?;
    }
    took(connection, EXPANDED, BEFORE).await
}

async fn took(connection: &mut Connection, step: i64, needs: i64) -> Result<(), StoreError> {
    query("INSERT INTO schema_steps (step, needs) VALUES ($1, $2)")
        .bind(step)
        .bind(needs)
        .execute(connection)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Tells every node that tokens are sealed in another format from now on, which they read
/// together with the keys.
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

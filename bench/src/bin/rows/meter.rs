//! What the database itself says of its size and its work.

use crate::Outcome;
use crate::measured::{Size, Work};
use crate::postgres::PostgresMeter;
use crate::sqlite::SqliteMeter;

/// A database, looked at from outside the store.
pub enum Meter {
    Sqlite(SqliteMeter),
    Postgres(PostgresMeter),
}

impl Meter {
    pub async fn sizes(&mut self) -> Outcome<Vec<Size>> {
        Ok(match self {
            Self::Sqlite(meter) => meter.sizes().await?,
            Self::Postgres(meter) => meter.sizes().await?,
        })
    }

    /// Has the database look at how its rows are spread, as PostgreSQL does by itself within a
    /// minute: until then it may plan for tables that are nearly empty.
    pub async fn look_at_rows(&mut self) -> Outcome<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(meter) => Ok(meter.analyze().await?),
        }
    }

    /// Before work is counted.
    pub async fn hold_log(&mut self) -> Outcome<()> {
        match self {
            Self::Sqlite(meter) => Ok(meter.hold_log().await?),
            Self::Postgres(meter) => Ok(meter.checkpoint().await?),
        }
    }

    /// After work was counted.
    pub async fn release_log(&mut self) -> Outcome<()> {
        match self {
            Self::Sqlite(meter) => Ok(meter.release_log().await?),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// All work so far.
    pub async fn work(&mut self) -> Outcome<Work> {
        match self {
            Self::Sqlite(meter) => Ok(meter.work()?),
            Self::Postgres(meter) => Ok(meter.work().await?),
        }
    }
}

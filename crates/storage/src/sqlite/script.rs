//! Several statements in one round trip to the database's thread.

/// Statements as one script that is done whole or not at all: by itself a transaction, within
/// one a part of it. `$1`, `$2`, … mean the same in each statement.
macro_rules! script {
    ($($statement:expr),+ $(,)?) => {
        concat!("SAVEPOINT op; ", $($statement, "; ",)+ "RELEASE op")
    };
}
pub(super) use script;

//! Rotations of refresh tokens, most of the writes where apps are busy. Those that wait
//! together are one script over a list, and so one round trip to the database's thread.

use std::collections::HashSet;

use oauth::model::{RefreshToken, Timestamp, TokenHash, Uuid};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Row, query};
use tokio::sync::oneshot;

use super::single_use::{ROTATE_REFRESH_TOKEN, ROTATE_REFRESH_TOKENS};
use super::sql::bind;
use super::sql::fault::fault;
use super::sql::refresh_tokens;
use super::writer::{Framing, Work, Write};
use crate::error::StoreError;
use crate::text::hexadecimal;

/// One exchange of a refresh token for its successor, and who waits for it.
pub(super) struct Rotation {
    pub(super) hash: TokenHash,
    pub(super) next: RefreshToken,
    pub(super) now: Timestamp,
    pub(super) answer: oneshot::Sender<Result<bool, StoreError>>,
}

impl Rotation {
    /// As [`ROTATE_REFRESH_TOKENS`] takes it.
    fn item(&self) -> Value {
        json!([
            hexadecimal(&self.hash.0),
            bind::time(self.now),
            hexadecimal(&self.next.hash.0),
            self.next.realm,
            self.next.client,
            id(&self.next.grant),
            id(&self.next.user),
            self.next.organisation.as_ref().map(id),
            self.next.scope.to_string(),
            bind::time(self.next.created_at),
            bind::optional_time(self.next.expires_at),
            bind::optional_time(self.next.rotated_at),
            bind::optional_time(self.next.revoked_at),
            self.next.family.as_ref().map(id),
            bind::position(self.next.position),
            self.next.rotated_to.map(|hash| hexadecimal(&hash.0)),
            self.next.derived_with.map(|drawn| hexadecimal(&drawn)),
        ])
    }
}

fn id(id: &Uuid) -> String {
    hexadecimal(id.as_bytes())
}

/// A write of several rotations: all are done or, with an error, none.
pub(super) struct Rotations {
    rotations: Vec<Rotation>,
    /// The hashes of the successors of the tokens that were exchanged.
    successors: HashSet<Vec<u8>>,
}

impl Rotations {
    pub(super) fn new(rotations: Vec<Rotation>) -> Self {
        Self {
            rotations,
            successors: HashSet::new(),
        }
    }
}

impl Write for Rotations {
    fn framing(&self) -> Framing {
        Framing::ByItself
    }

    fn perform<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Work<'a, ()> {
        Box::pin(async move {
            let rotate = match self.rotations.as_slice() {
                [alone] => {
                    let rotate = query(ROTATE_REFRESH_TOKEN)
                        .bind(alone.hash.0.as_slice())
                        .bind(bind::time(alone.now));
                    refresh_tokens::bind(rotate, &alone.next)
                }
                together => {
                    let items = together.iter().map(Rotation::item).collect();
                    query(ROTATE_REFRESH_TOKENS).bind(Value::Array(items).to_string())
                }
            };
            let rows = rotate.fetch_all(connection).await.map_err(fault)?;
            self.successors = rows.iter().map(successor).collect::<Result<_, _>>()?;
            Ok(())
        })
    }

    fn answer(mut self: Box<Self>, undone: Option<&StoreError>) {
        for rotation in self.rotations {
            let answer = match undone {
                Some(undone) => Err(undone.clone()),
                // Taken out, so of two that ask for the very same only one is told that it did.
                None => Ok(self.successors.remove(rotation.next.hash.0.as_slice())),
            };
            // A caller that has gone away needs no answer.
            let _ = rotation.answer.send(answer);
        }
    }
}

fn successor(row: &SqliteRow) -> Result<Vec<u8>, StoreError> {
    row.try_get(0).map_err(fault)
}

//! From rows to values, totally: a cell that cannot be is named by table, column and row.

use oauth::model::{
    AuthenticationContext, ExternalId, Position, Status, Timestamp, TokenHash, Uuid,
};
use scope::{Scope, ScopeToken};
use serde::de::DeserializeOwned;
use sqlx::{Decode, Row as _, Type};

use super::database::{Db, Row};
use crate::error::StoreError;

/// One row, and where it came from.
pub(crate) struct Cells<'r> {
    row: &'r Row,
    table: &'static str,
    key: &'static [&'static str],
}

impl<'r> Cells<'r> {
    /// `key` names the selected columns that tell which row it is.
    pub(crate) fn new(row: &'r Row, table: &'static str, key: &'static [&'static str]) -> Self {
        Self { row, table, key }
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.cell(column)
    }

    pub(crate) fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.cell(column)
    }

    pub(crate) fn number(&self, column: &'static str) -> Result<i64, StoreError> {
        self.cell(column)
    }

    pub(crate) fn optional_number(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.cell(column)
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        let number = self.number(column)?;
        self.flag_of(column, number)
    }

    pub(crate) fn optional_flag(&self, column: &'static str) -> Result<Option<bool>, StoreError> {
        let number = self.optional_number(column)?;
        number
            .map(|number| self.flag_of(column, number))
            .transpose()
    }

    fn flag_of(&self, column: &'static str, number: i64) -> Result<bool, StoreError> {
        match number {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.impossible(column, format!("{other} is neither 0 nor 1"))),
        }
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.cell(column)
    }

    pub(crate) fn optional_bytes(
        &self,
        column: &'static str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.cell(column)
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        let milliseconds = self.number(column)?;
        self.timestamp(column, milliseconds)
    }

    pub(crate) fn optional_time(
        &self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.optional_number(column)?
            .map(|milliseconds| self.timestamp(column, milliseconds))
            .transpose()
    }

    /// How and when a person proved who they are: `authenticated_at` and `class`.
    pub(crate) fn authentication(&self) -> Result<Option<AuthenticationContext>, StoreError> {
        let Some(at) = self.optional_time("authenticated_at")? else {
            return Ok(None);
        };
        let class = self.optional_text("class")?;
        Ok(Some(AuthenticationContext { at, class }))
    }

    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        let bytes: &[u8] = self.cell(column)?;
        Uuid::from_slice(bytes).map_err(|error| self.impossible(column, error))
    }

    pub(crate) fn optional_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        let bytes: Option<&[u8]> = self.cell(column)?;
        bytes
            .map(|bytes| Uuid::from_slice(bytes).map_err(|error| self.impossible(column, error)))
            .transpose()
    }

    pub(crate) fn hash(&self, column: &'static str) -> Result<TokenHash, StoreError> {
        let bytes: &[u8] = self.cell(column)?;
        self.bytes32(column, bytes).map(TokenHash)
    }

    pub(crate) fn optional_bytes32(
        &self,
        column: &'static str,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let bytes: Option<&[u8]> = self.cell(column)?;
        bytes.map(|bytes| self.bytes32(column, bytes)).transpose()
    }

    /// A stored scope may be longer than one that a request may bring.
    pub(crate) fn scope(&self, column: &'static str) -> Result<Scope, StoreError> {
        let text: &str = self.cell(column)?;
        self.scope_of(column, text)
    }

    pub(crate) fn optional_scope(&self, column: &'static str) -> Result<Option<Scope>, StoreError> {
        let text: Option<&str> = self.cell(column)?;
        text.map(|text| self.scope_of(column, text)).transpose()
    }

    fn scope_of(&self, column: &'static str, text: &str) -> Result<Scope, StoreError> {
        text.split(' ')
            .filter(|token| !token.is_empty())
            .map(ScopeToken::parse)
            .collect::<Result<Scope, _>>()
            .map_err(|error| self.impossible(column, error))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.cell(column)?;
        serde_json::from_str(text).map_err(|error| self.impossible(column, error))
    }

    pub(crate) fn optional_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.cell(column)?;
        text.map(|text| serde_json::from_str(text).map_err(|error| self.impossible(column, error)))
            .transpose()
    }

    /// One word of a closed list, as serde spells it.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let text = self.text(column)?;
        self.spelled(column, text)
    }

    pub(crate) fn optional_word<T: DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| self.spelled(column, text))
            .transpose()
    }

    /// What another system calls the record: both cells or none.
    pub(crate) fn external(&self) -> Result<Option<ExternalId>, StoreError> {
        let source = self.optional_text("source")?;
        match (source, self.optional_text("external_id")?) {
            (None, None) => Ok(None),
            (Some(source), Some(id)) => Ok(Some(ExternalId { source, id })),
            _ => Err(self.impossible("external_id", "source and id come together")),
        }
    }

    /// Where nodes of the release before let somebody act again, they leave `suspended` behind.
    pub(crate) fn status(&self) -> Result<Status, StoreError> {
        let suspended = self.flag("suspended")?;
        Ok(match self.optional_time("disabled_at")? {
            None => Status::Active,
            Some(since) if suspended => Status::Suspended { since },
            Some(since) => Status::Disabled { since },
        })
    }

    /// A place in the sequence of changes.
    pub(crate) fn position(&self, column: &'static str) -> Result<Option<Position>, StoreError> {
        Ok(self.optional_number(column)?.map(Position))
    }

    pub(crate) fn impossible(
        &self,
        column: &'static str,
        problem: impl std::fmt::Display,
    ) -> StoreError {
        StoreError::InconsistentRow {
            table: self.table,
            column,
            row: self.row_key(),
            problem: problem.to_string(),
        }
    }

    fn cell<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Db> + Type<Db>,
    {
        self.row
            .try_get(column)
            .map_err(|error| self.impossible(column, error))
    }

    pub(crate) fn timestamp(
        &self,
        column: &'static str,
        milliseconds: i64,
    ) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(milliseconds).map_err(|error| self.impossible(column, error))
    }

    fn bytes32(&self, column: &'static str, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
        bytes
            .try_into()
            .map_err(|_| self.impossible(column, format!("{} bytes, not 32", bytes.len())))
    }

    fn spelled<T: DeserializeOwned>(
        &self,
        column: &'static str,
        text: String,
    ) -> Result<T, StoreError> {
        serde_json::from_value(serde_json::Value::String(text))
            .map_err(|error| self.impossible(column, error))
    }

    fn row_key(&self) -> String {
        self.key
            .iter()
            .map(|column| self.key_part(column))
            .collect::<Vec<_>>()
            .join("/")
    }

    fn key_part(&self, column: &str) -> String {
        if let Ok(text) = self.row.try_get::<String, _>(column) {
            return text;
        }
        if let Ok(number) = self.row.try_get::<i64, _>(column) {
            return number.to_string();
        }
        match self.row.try_get::<&[u8], _>(column) {
            Ok(bytes) => match Uuid::from_slice(bytes) {
                Ok(id) => id.to_string(),
                Err(_) => crate::text::hexadecimal(bytes),
            },
            Err(_) => "?".to_owned(),
        }
    }
}

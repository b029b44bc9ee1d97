use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::{
    ApiKey, Approval, Client, Family, FamilyStatus, Grant, KeyRecord, Membership, Organisation,
    Position, Role, StoredSecret, User,
};

/// Fields of a record by name.
pub type Fields = Map<String, Value>;

/// What the audit record tells of a record: nothing secret, and what is personal apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audited {
    /// What may be kept for good.
    pub plain: Fields,
    /// What is about a person, and is kept until it is erased.
    pub personal: Fields,
}

impl Audited {
    /// Fields that may be kept for good.
    #[must_use]
    pub fn of(plain: Fields) -> Self {
        Self {
            plain,
            personal: Fields::new(),
        }
    }

    /// One field.
    #[must_use]
    pub fn field(name: &str, value: impl Serialize) -> Self {
        Self::default().with(name, value)
    }

    /// These and one field more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        put(&mut self.plain, name, value);
        self
    }
}

/// Leaves those fields that differ.
pub(super) fn difference(before: &mut Fields, after: &mut Fields) {
    let same: Vec<String> = before
        .iter()
        .filter(|(name, value)| after.get(*name) == Some(value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        before.remove(&name);
        after.remove(&name);
    }
}

/// A field that has no value is left out.
fn put(fields: &mut Fields, name: &str, value: impl Serialize) {
    match serde_json::to_value(value) {
        Ok(Value::Null) | Err(_) => {}
        Ok(value) => {
            fields.insert(name.to_owned(), value);
        }
    }
}

/// One that is made by the act itself lies right before the place of the audit record.
fn told(cut_off: Option<Position>) -> Option<Value> {
    cut_off.map(|cut_off| match cut_off {
        Position::HERE => Value::from("here"),
        Position(place) => Value::from(place),
    })
}

/// Each record is taken apart by name, so that a new field is either told or left out on
/// purpose.
macro_rules! fields {
    ($($value:ident),* $(,)?) => {{
        let mut fields = Fields::new();
        $(put(&mut fields, stringify!($value), $value);)*
        fields
    }};
}

impl From<&Client> for Audited {
    fn from(client: &Client) -> Self {
        let Client {
            realm: _,
            id: _,
            uuid: _,
            version: _,
            name,
            maker,
            homepage,
            verified,
            client_type,
            kind,
            auth_method,
            secrets,
            redirect_uris,
            grant_types,
            registered_scope,
            optional_scope,
            legacy_without_pkce,
            token_format,
            refresh_retry,
            organisation,
            introspects,
            signs_in,
            created_at: _,
            status,
            cut_off,
        } = client;
        let cut_off = told(*cut_off);
        let secrets: Vec<_> = secrets.iter().map(StoredSecret::name).collect();
        let registered_scope = registered_scope.to_string();
        let optional_scope = optional_scope.to_string();
        Self::of(fields!(
            name,
            maker,
            homepage,
            verified,
            client_type,
            kind,
            auth_method,
            secrets,
            redirect_uris,
            grant_types,
            registered_scope,
            optional_scope,
            legacy_without_pkce,
            token_format,
            refresh_retry,
            organisation,
            introspects,
            signs_in,
            status,
            cut_off,
        ))
    }
}

impl From<&Approval> for Audited {
    fn from(approval: &Approval) -> Self {
        let Approval {
            realm: _,
            client: _,
            elevation: _,
            evidence,
            reviewer,
            approved_at: _,
            expires_at,
            withdrawn_at,
            version: _,
        } = approval;
        Self::of(fields!(evidence, reviewer, expires_at, withdrawn_at))
    }
}

impl From<&User> for Audited {
    fn from(user: &User) -> Self {
        let User {
            realm: _,
            id: _,
            number: _,
            username,
            name,
            email,
            email_verified,
            language,
            password_hash: _,
            created_at: _,
            status,
            external,
            cut_off,
            sessions_cut_off,
            version: _,
        } = user;
        let cut_off = told(*cut_off);
        let sessions_cut_off = told(*sessions_cut_off);
        let email_verified = email.as_ref().map(|_| email_verified);
        Self {
            plain: fields!(status, cut_off, sessions_cut_off),
            personal: fields!(username, name, email, email_verified, language, external),
        }
    }
}

impl From<&Organisation> for Audited {
    fn from(organisation: &Organisation) -> Self {
        let Organisation {
            realm: _,
            id: _,
            slug,
            number: _,
            name,
            created_at: _,
            external,
            version: _,
        } = organisation;
        Self::of(fields!(slug, name, external))
    }
}

impl From<&Role> for Audited {
    fn from(role: &Role) -> Self {
        let Role {
            realm: _,
            organisation: _,
            name: _,
            rights,
            version: _,
        } = role;
        Self::of(fields!(rights))
    }
}

impl From<&Membership> for Audited {
    fn from(membership: &Membership) -> Self {
        let Membership {
            realm: _,
            organisation: _,
            user: _,
            roles,
            given,
            cut_off,
            version: _,
        } = membership;
        let cut_off = told(*cut_off);
        Self::of(fields!(roles, given, cut_off))
    }
}

impl From<&Grant> for Audited {
    fn from(grant: &Grant) -> Self {
        let Grant {
            id: _,
            realm: _,
            client,
            owner: _,
            user: _,
            organisation,
            catalog_version: _,
            requested: _,
            granted,
            refused: _,
            withheld: _,
            reduced,
            taken_off: _,
            created_at: _,
            updated_at: _,
            status,
            version: _,
        } = grant;
        let (granted, reduced) = (granted.to_string(), reduced.to_string());
        Self::of(fields!(client, organisation, granted, reduced, status))
    }
}

impl From<&Family> for Audited {
    fn from(family: &Family) -> Self {
        let Family {
            id: _,
            realm: _,
            client,
            grant,
            requested: _,
            begun_at,
            last_used_at: _,
            status,
        } = family;
        let (ended_at, reason) = match status {
            FamilyStatus::Live => (None, None),
            FamilyStatus::Ended { at, reason } => (Some(at), Some(reason)),
        };
        Self::of(fields!(client, grant, begun_at, ended_at, reason))
    }
}

impl From<&ApiKey> for Audited {
    fn from(key: &ApiKey) -> Self {
        let ApiKey {
            realm: _,
            id: _,
            client,
            organisation,
            api,
            name,
            beginning,
            hash,
            scope,
            created_at: _,
            expires_at,
            sunset_at,
            revoked_at,
            last_used_at: _,
            position: _,
        } = key;
        let (hash, scope) = (hash.kind(), scope.to_string());
        Self::of(fields!(
            client,
            organisation,
            api,
            name,
            beginning,
            hash,
            scope,
            expires_at,
            sunset_at,
            revoked_at,
        ))
    }
}

impl From<&KeyRecord> for Audited {
    fn from(key: &KeyRecord) -> Self {
        let KeyRecord {
            realm: _,
            id: _,
            purpose,
            secret: _,
            created_at,
            retired_at,
        } = key;
        let (purpose, wrapped_by) = (purpose.as_str(), key.wrapped_by());
        Self::of(fields!(purpose, wrapped_by, created_at, retired_at))
    }
}

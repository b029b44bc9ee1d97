//! What signs and seals the realm's tokens.

use oauth::audit::Actor;
use oauth::model::{KeyRecord, KeyRevocation, KeyUse};

use super::{Desk, Refused};
use crate::keys::{KeySettings, StoredKeys};

/// New keys in the place of the current ones.
#[derive(Debug, Clone)]
pub struct RotateKeys<'u> {
    /// The keys for these uses.
    pub uses: &'u [KeyUse],
    /// Use them at once, not once everybody has read them.
    pub at_once: bool,
}

/// A key that is to count no more.
#[derive(Debug, Clone)]
pub struct RevokeKey {
    /// `kid`.
    pub key: String,
}

/// What revoking a key left.
#[derive(Debug, Clone)]
pub struct RevokedKey {
    /// The current key of the same use.
    pub in_place: Option<KeyRecord>,
}

/// What wrapping the keys of realms came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrappedKeys {
    /// How many were changed.
    pub changed: usize,
    /// How many second factors of people were changed with them.
    pub second_factors: usize,
    /// Those that lay in the clear, each with its realm.
    pub in_the_clear: Vec<(String, String)>,
}

/// Stores every key of every realm, and every second factor, as the first master key wraps it.
///
/// # Errors
///
/// [`Refused::NoMasterKey`], or [`Refused::Keys`] where one of any realm cannot be opened: then
/// all stay. Or when the store fails.
pub async fn wrap_keys(
    desks: &[Desk<'_>],
    by: &Actor,
    settings: &KeySettings,
) -> Result<WrappedKeys, Refused> {
    if settings.master_keys.is_empty() {
        return Err(Refused::NoMasterKey);
    }
    let mut wrapped = WrappedKeys::default();
    for desk in desks {
        let found = desk.stored_keys(settings).not_wrapped(desk.realm()).await?;
        let clear = found.into_iter().filter(|key| key.wrapped_by().is_none());
        let clear = clear.map(|key| (desk.realm().to_owned(), key.id));
        wrapped.in_the_clear.extend(clear);
        desk.second_factors_not_wrapped(&settings.master_keys)
            .await?;
    }
    for desk in desks {
        let keys = desk.stored_keys(settings);
        wrapped.changed += keys.by(by).wrap(desk.realm()).await?;
        let keys = &settings.master_keys;
        wrapped.second_factors += desk.wrap_second_factors(by, keys).await?;
    }
    Ok(wrapped)
}

impl<'a> Desk<'a> {
    /// The keys of the realm as they are stored, oldest first; no master key is needed for that.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn keys(self) -> Result<Vec<KeyRecord>, Refused> {
        Ok(self.store.keys(self.realm()).await?)
    }

    /// The key with this id, which must be there.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], or when the store cannot tell.
    pub async fn key(self, id: &str) -> Result<KeyRecord, Refused> {
        let found = self.keys().await?.into_iter().find(|key| key.id == id);
        found.ok_or_else(|| self.no_such("key", id))
    }

    /// Replaces current keys. For each use the new key, or `None` where somebody else replaced
    /// it at the same moment.
    ///
    /// # Errors
    ///
    /// [`Refused::Keys`], or when the store fails.
    pub async fn rotate_keys(
        self,
        by: &Actor,
        settings: &KeySettings,
        command: RotateKeys<'_>,
    ) -> Result<Vec<Option<KeyRecord>>, Refused> {
        let stored = self.stored_keys(settings).by(by);
        let begins = if command.at_once {
            self.now()
        } else {
            stored.soon()
        };
        let mut made = Vec::new();
        for key_use in command.uses {
            made.push(stored.rotate(self.realm(), *key_use, begins).await?);
        }
        Ok(made)
    }

    /// Takes a key away for good, with every token it made.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Keys`], or when the store fails.
    pub async fn revoke_key(
        self,
        by: &Actor,
        settings: &KeySettings,
        command: RevokeKey,
    ) -> Result<RevokedKey, Refused> {
        let key = self.key(&command.key).await?;
        let stored = self.stored_keys(settings).by(by);
        if stored.revoke(self.realm(), &key.id).await? == KeyRevocation::Unknown {
            return Err(self.no_such("key", key.id));
        }
        let is_current = |left: &KeyRecord| {
            left.purpose.key_use() == key.purpose.key_use() && left.retired_at.is_none()
        };
        let in_place = self.keys().await?.into_iter().find(is_current);
        Ok(RevokedKey { in_place })
    }

    fn stored_keys<'s>(&'s self, settings: &'s KeySettings) -> StoredKeys<'s> {
        StoredKeys::new(self.store, self.clock, self.random, settings)
    }
}

use std::time::Duration;

use oauth::audit::{Act, Actor, AuditRecord, Audited, Subject, SubjectKind};
use oauth::model::{KeyPurpose, KeyRecord, KeyRevocation, KeyUse, Timestamp};
use oauth::token::{KeyError, MasterKeys, RealmKeys, SealedFormat};
use storage::{Store, StoreError};

use super::settings::KeySettings;
use crate::clock::Clock;
use crate::fault::Fault;
use crate::limits;
use crate::metrics::KeyRotations;
use crate::random::Random;

/// Keys in a store, with what it takes to open, make and replace them.
#[derive(Clone, Copy)]
pub struct StoredKeys<'a> {
    store: &'a dyn Store,
    clock: &'a dyn Clock,
    random: &'a dyn Random,
    settings: &'a KeySettings,
    rotations: Option<&'a KeyRotations>,
    by: Option<&'a Actor>,
}

/// Why keys could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Fault),
    /// The keys of a realm cannot be used.
    #[error("the keys of realm {0:?} cannot be used: {1}{hint}", hint = hint(.1))]
    Unusable(String, KeyError),
}

impl From<StoreError> for KeysError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

fn hint(error: &KeyError) -> &'static str {
    match error {
        KeyError::MasterKeyMissing { .. } => {
            " (in SCOPEGATE_MASTER_KEY or the file that `master_key_file` names)"
        }
        KeyError::InTheClear(_) => {
            "; if this server's keys were never wrapped before, wrap them by `scopegate key seal`; \
             otherwise somebody else wrote this one, and `scopegate key revoke` removes it"
        }
        _ => "",
    }
}

/// The realm's keys, ready to use, with what else its tokens are written and read by.
pub(crate) async fn read(
    store: &dyn Store,
    master_keys: &MasterKeys,
    realm: &str,
) -> Result<RealmKeys, KeysError> {
    let records = open(master_keys, store.keys(realm).await?);
    let keys = records.and_then(|records| RealmKeys::new(&records));
    let keys = keys.map_err(|error| KeysError::Unusable(realm.to_owned(), error))?;
    // Until nobody runs any more who reads only the first.
    let format = match store.is_upgrade_finished().await? {
        true => SealedFormat::Second,
        false => SealedFormat::First,
    };
    Ok(keys.with_numbers(store.scope_numbers(realm).await?, format))
}

impl<'a> StoredKeys<'a> {
    /// The keys of every realm of this store.
    #[must_use]
    pub fn new(
        store: &'a dyn Store,
        clock: &'a dyn Clock,
        random: &'a dyn Random,
        settings: &'a KeySettings,
    ) -> Self {
        Self {
            store,
            clock,
            random,
            settings,
            rotations: None,
            by: None,
        }
    }

    /// Also counts the keys it replaces.
    pub(crate) fn counting(mut self, rotations: &'a KeyRotations) -> Self {
        self.rotations = Some(rotations);
        self
    }

    /// Does what it does for somebody; without that, the server does it by itself.
    pub(crate) fn by(mut self, actor: &'a Actor) -> Self {
        self.by = Some(actor);
        self
    }

    /// The realm's keys as they are stored, oldest first, once it is sure that each of them
    /// can be opened.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or a master key is missing.
    pub async fn list(&self, realm: &str) -> Result<Vec<KeyRecord>, KeysError> {
        let records = self.store.keys(realm).await?;
        open(&self.settings.master_keys, records.clone())
            .map_err(|error| KeysError::Unusable(realm.to_owned(), error))?;
        Ok(records)
    }

    /// Makes the keys the realm has not got, and begins to replace a signing key of another
    /// algorithm than the one that is set. Nothing is made as long as one of its keys cannot
    /// be opened.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or a master key is missing.
    pub async fn complete(&self, realm: &str) -> Result<(), KeysError> {
        let records = self.list(realm).await?;
        for key_use in KeyUse::ALL {
            match current(&records, key_use) {
                None => {
                    self.first(realm, key_use).await?;
                }
                Some(key) if key.purpose != self.purpose(realm, key_use).await? => {
                    self.replace(key, self.soon()).await?;
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Replaces the current key of a use from `begins` on. `None` when another node did so at
    /// the same moment: then the realm has a new key too.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, a master key is missing, or there is no key to replace.
    pub async fn rotate(
        &self,
        realm: &str,
        key_use: KeyUse,
        begins: Timestamp,
    ) -> Result<Option<KeyRecord>, KeysError> {
        let records = self.list(realm).await?;
        match current(&records, key_use) {
            Some(key) => self.replace(key, begins).await,
            None => self.first(realm, key_use).await,
        }
    }

    /// Replaces the keys that have reached their age, or are `worn` by use, and removes those that were retired
    /// before the last token of theirs, which lived for `longest_life`, has expired.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or a master key is missing.
    pub async fn tend(
        &self,
        realm: &str,
        longest_life: Duration,
        worn: &[&str],
    ) -> Result<(), KeysError> {
        let records = self.list(realm).await?;
        let now = self.clock.now();
        for key_use in KeyUse::ALL {
            let age = self.settings.rotate_every(key_use);
            if let Some(key) = current(&records, key_use)
                && (later(key.created_at, age) <= now || worn.contains(&key.id.as_str()))
                && let Some(next) = self.replace(key, self.soon()).await?
            {
                tracing::info!(
                    realm,
                    retired = key.id,
                    next = next.id,
                    begins = %next.created_at,
                    "a key has reached its age, or was used often enough, and is being replaced"
                );
            }
        }
        let keep = longest_life.saturating_add(limits::KEY_KEPT_LONGER);
        let is_over = |key: &&KeyRecord| key.retired_at.is_some_and(|end| later(end, keep) <= now);
        let over: Vec<_> = records.iter().filter(is_over).map(|key| &key.id).collect();
        if !over.is_empty() {
            let until = now.saturating_sub(keep).unwrap_or(Timestamp::MIN);
            let subject = Subject::new(SubjectKind::Realm, realm);
            let record = self
                .record(realm, Act::KeysRemoved, subject)
                .removed(Audited::field("keys", over));
            let removed = self
                .store
                .remove_retired_keys(realm, until, &record)
                .await?;
            tracing::info!(
                realm,
                removed,
                "retired keys whose tokens have expired are gone"
            );
        }
        Ok(())
    }

    /// Stores every key of the realm as the first master key wraps it. Without a master key,
    /// keys stay as they are. Answers how many were changed.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or one of the keys cannot be opened; then all stay.
    pub async fn wrap(&self, realm: &str) -> Result<usize, KeysError> {
        let master_keys = &self.settings.master_keys;
        let mut wrapped = 0;
        for (stored, opened) in self.opened(realm).await? {
            let next = master_keys.wrap(opened, self.random_bytes());
            let record = self
                .record_of(Act::KeyWrapped, &stored)
                .changed(&stored, &next);
            let (from, to) = (&stored.secret, &next.secret);
            let rewrapped = self.store.rewrap_key(realm, &stored.id, from, to, &record);
            if rewrapped.await? {
                wrapped += 1;
            }
        }
        Ok(wrapped)
    }

    /// The keys of the realm that are not stored as the first master key wraps them, once it is
    /// sure that each of its keys can be opened.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or one of the keys cannot be opened.
    pub async fn not_wrapped(&self, realm: &str) -> Result<Vec<KeyRecord>, KeysError> {
        let records = self.opened(realm).await?;
        Ok(records.into_iter().map(|(stored, _)| stored).collect())
    }

    /// Each as it is stored and as it is used.
    async fn opened(&self, realm: &str) -> Result<Vec<(KeyRecord, KeyRecord)>, KeysError> {
        let master_keys = &self.settings.master_keys;
        let mut found = Vec::new();
        for stored in self.store.keys(realm).await? {
            let opened = master_keys
                .open_first(stored.clone())
                .map_err(|error| KeysError::Unusable(realm.to_owned(), error))?;
            if !master_keys.is_wrapped(&stored) {
                found.push((stored, opened));
            }
        }
        Ok(found)
    }

    /// Takes a key away, so that nothing it made counts any more, on this node at once and on
    /// the others as soon as they have followed. A realm that loses its current key gets
    /// another at the same moment. The key itself need not be readable; the others must be, so
    /// that no key is made that the server's nodes cannot read.
    ///
    /// # Errors
    ///
    /// When the store cannot tell, or one of the other keys cannot be opened.
    pub async fn revoke(&self, realm: &str, id: &str) -> Result<KeyRevocation, KeysError> {
        let (revoked, others): (Vec<_>, Vec<_>) = self
            .store
            .keys(realm)
            .await?
            .into_iter()
            .partition(|key| key.id == id);
        let Some(revoked) = revoked.first() else {
            return Ok(KeyRevocation::Unknown);
        };
        open(&self.settings.master_keys, others)
            .map_err(|error| KeysError::Unusable(realm.to_owned(), error))?;
        let next = self
            .new_key(realm, revoked.purpose.key_use(), self.clock.now())
            .await?;
        let record = self.record_of(Act::KeyRevoked, revoked).removed(revoked);
        Ok(self.store.revoke_key(id, &next, &record).await?)
    }

    /// When a key begins that is stored now.
    #[must_use]
    pub fn soon(&self) -> Timestamp {
        later(self.clock.now(), limits::KEY_LEAD)
    }

    async fn replace(
        &self,
        key: &KeyRecord,
        begins: Timestamp,
    ) -> Result<Option<KeyRecord>, KeysError> {
        let key_use = key.purpose.key_use();
        let next = self.new_key(&key.realm, key_use, begins).await?;
        let retired = KeyRecord {
            retired_at: Some(begins),
            ..key.clone()
        };
        let record = self
            .record_of(Act::KeyRotated, key)
            .changed(key, Audited::from(&retired).with("next", &next.id));
        if !self.store.rotate_key(&key.id, &next, &record).await? {
            return Ok(None);
        }
        if let Some(rotations) = self.rotations {
            rotations.rotated(&key.realm, key_use);
        }
        Ok(Some(next))
    }

    /// The first key of a use; `None` when somebody else made it at the same moment.
    async fn first(&self, realm: &str, key_use: KeyUse) -> Result<Option<KeyRecord>, KeysError> {
        let key = self.new_key(realm, key_use, self.clock.now()).await?;
        let record = self.record_of(Act::KeyMade, &key).made(&key);
        let stored = self.store.ensure_key(&key, &record).await?;
        Ok((stored.id == key.id).then_some(stored))
    }

    fn record_of(&self, act: Act, key: &KeyRecord) -> AuditRecord {
        let subject = Subject::new(SubjectKind::Key, &key.id);
        let record = self.record(&key.realm, act, subject);
        record.named("purpose", key.purpose.as_str())
    }

    fn record(&self, realm: &str, act: Act, subject: Subject) -> AuditRecord {
        let system = Actor::system();
        let by = self.by.unwrap_or(&system);
        let random = self.random_bytes();
        AuditRecord::new(realm, by, act, subject, self.clock.now(), &random)
    }

    /// A new key as it is to be stored.
    async fn new_key(
        &self,
        realm: &str,
        key_use: KeyUse,
        begins: Timestamp,
    ) -> Result<KeyRecord, KeysError> {
        const ATTEMPTS: u8 = 8;
        let purpose = self.purpose(realm, key_use).await?;
        let id = format!("{:016x}", u64::from_be_bytes(self.random_bytes()));
        let mut attempt = 1;
        loop {
            let (of, id, random) = (realm.to_owned(), id.clone(), self.random_bytes());
            let make = move || RealmKeys::generate(&of, purpose, &id, random, begins);
            let made = match purpose {
                // Long enough to be missed by everybody else who waits for this thread.
                KeyPurpose::SignRs256 => tokio::task::spawn_blocking(make)
                    .await
                    .unwrap_or(Err(KeyError::DrawAgain)),
                _ => make(),
            };
            match made {
                Ok(key) => return Ok(self.settings.master_keys.wrap(key, self.random_bytes())),
                Err(KeyError::DrawAgain) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(KeysError::Unusable(realm.to_owned(), error)),
            }
        }
    }

    /// What a new key is made for. Servers of the version before cannot read a key for RS256 and
    /// would stop: as long as they may run, ES256 stands in.
    async fn purpose(&self, realm: &str, key_use: KeyUse) -> Result<KeyPurpose, KeysError> {
        let purpose = self.settings.purpose(realm, key_use);
        if purpose == KeyPurpose::SignRs256 && !self.store.is_upgrade_finished().await? {
            tracing::warn!(
                realm,
                "tokens are signed ES256, not RS256, until the upgrade is finished and a server starts"
            );
            return Ok(KeyPurpose::SignEs256);
        }
        Ok(purpose)
    }

    fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}

fn open(master_keys: &MasterKeys, records: Vec<KeyRecord>) -> Result<Vec<KeyRecord>, KeyError> {
    let opened = records.into_iter().map(|record| master_keys.open(record));
    opened.collect()
}

/// The unretired key of a use: the one that will be used until it is replaced.
fn current(records: &[KeyRecord], key_use: KeyUse) -> Option<&KeyRecord> {
    records
        .iter()
        .filter(|key| key.purpose.key_use() == key_use && key.retired_at.is_none())
        .max_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)))
}

fn later(moment: Timestamp, by: Duration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

//! Keys of partners without OAuth: made, moved in, listed and revoked.

use std::collections::{HashMap, HashSet};

use oauth::api_key::hash::BEGINNING;
use oauth::api_key::rules::{self, KeyWorth, Known, MOST_LIVE, WantedApiKey};
use oauth::audit::{Act, Actor, AuditRecord, Audited, Subject, SubjectKind};
use oauth::model::{
    ApiKey, ApiKeyHash, Approval, Client, Organisation, Page, PageRequest, Position, TokenHash,
    Uuid,
};
use oauth::{Secret, SecretKind};

use super::desk::{Settled, until_unchanged};
use super::refused::WrongLine;
use super::{Desk, Refused};
use crate::fault::Fault;

/// So much of a key's text is shown in lists: its prefix, and too little to guess the rest.
const SHOWN: usize = 10;
/// The most problems that are told of keys that cannot move in.
const MOST_TOLD: usize = 100;
/// The most keys that move in at once.
const MOST_MOVING: usize = 10_000;

/// A new key.
#[derive(Debug, Clone)]
pub struct AddApiKey {
    /// `client_id` of whose it is to be.
    pub client: String,
    /// The organisation it is for, by its short name or its id.
    pub organisation: Option<String>,
    /// What it is to be; its organisation is the one above.
    pub key: WantedApiKey,
}

/// A key with its text, which is known only now.
#[derive(Debug, Clone)]
pub struct MadeApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its text.
    pub secret: Secret,
}

/// A key that a client had in another system.
#[derive(Debug, Clone)]
pub struct MovingApiKey {
    /// Where it is told of, for whoever reads what is wrong.
    pub line: usize,
    /// What it is to be.
    pub key: AddApiKey,
    /// How the other system kept it; see [`ApiKeyHash::parse`].
    pub hash: String,
    /// How its text begins. A slow hash is found by it; of others it is only shown.
    pub beginning: String,
}

impl Desk<'_> {
    /// The keys of a realm, or of one client, in the order they were made.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn api_keys(
        self,
        client: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<ApiKey>, Refused> {
        Ok(self.store.api_keys(self.realm(), client, page).await?)
    }

    /// Makes a key for a client.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::ApiKey`], [`Refused::TooManyApiKeys`], or when the store
    /// fails.
    pub async fn add_api_key(self, by: &Actor, command: AddApiKey) -> Result<MadeApiKey, Refused> {
        let secret = oauth::secret::generate(SecretKind::ApiKey, self.random_bytes());
        let key = until_unchanged(None, || async {
            // Before anything is looked up: what is cut off meanwhile ends the key.
            let position = self.api_key_position().await?;
            let owner = self.owner(&command).await?;
            let known = Known {
                id: self.new_id(),
                hash: ApiKeyHash::Sha256(secret.hash()),
                beginning: secret.expose().chars().take(SHOWN).collect(),
                position,
            };
            let key = self.made(&owner, command.key.clone(), known)?;
            let own = self.every_api_key(Some(&key.client)).await?;
            if self.living(&own, &key) >= MOST_LIVE {
                return Err(Refused::TooManyApiKeys {
                    client: key.client,
                    organisation: owner.place.map(|place| place.slug),
                    most: MOST_LIVE,
                });
            }
            let record = self.api_key_record(by, Act::ApiKeyMade, &key, &owner);
            let now = self.now();
            let added = [(key, record)];
            self.store.insert_api_keys(&added, MOST_LIVE, now).await?;
            let [(key, _)] = added;
            Ok(key)
        });
        Ok(MadeApiKey {
            key: key.await?,
            secret,
        })
    }

    /// Has keys move in that clients had in another system: all of them or none. With `only_check`
    /// nothing is written, and it is told what would be.
    ///
    /// # Errors
    ///
    /// [`Refused::WrongLines`], or when the store fails.
    pub async fn move_api_keys_in(
        self,
        by: &Actor,
        moving: &[MovingApiKey],
        only_check: bool,
    ) -> Result<Vec<ApiKey>, Refused> {
        if moving.len() > MOST_MOVING {
            return Err(Refused::WrongLines(vec![WrongLine {
                line: moving.get(MOST_MOVING).map_or(0, |key| key.line),
                problem: format!(
                    "at most {MOST_MOVING} keys move in at once; give the rest in another file"
                ),
            }]));
        }
        until_unchanged(None, || async {
            let keys = self.checked(by, moving).await?;
            if !only_check && !keys.is_empty() {
                let now = self.now();
                self.store.insert_api_keys(&keys, MOST_LIVE, now).await?;
            }
            Ok(keys.into_iter().map(|(key, _)| key).collect())
        })
        .await
    }

    /// Takes a key back; answers it as it is now. One that was taken back before stays so.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], or when the store fails.
    pub async fn revoke_api_key(self, by: &Actor, id: &str) -> Result<Settled<ApiKey>, Refused> {
        let none = || self.no_such("api-key", id);
        let uuid = Uuid::try_parse(id).map_err(|_| none())?;
        let key = self.store.api_key(self.realm(), uuid).await?;
        let mut key = key.ok_or_else(none)?;
        let now = self.now();
        let record = self.record(by, Act::ApiKeyRevoked, subject(&key));
        let record = self.naming(record, key.organisation, None).await?;
        let record = record.removed(&key).made(Audited::field("revoked_at", now));
        let revoked = self
            .store
            .revoke_api_key(self.realm(), uuid, now, &record)
            .await?;
        if !revoked {
            return Ok(Settled::unchanged(key));
        }
        key.revoked_at = Some(now);
        Ok(Settled::changed(key))
    }

    /// Every one of them as it is to be stored, or what is wrong with any.
    async fn checked(
        &self,
        by: &Actor,
        moving: &[MovingApiKey],
    ) -> Result<Vec<(ApiKey, AuditRecord)>, Refused> {
        let position = self.api_key_position().await?;
        let there = self.every_api_key(None).await?;
        let mut taken = Taken::by(&there);
        let mut living: HashMap<(String, Option<Uuid>), usize> = HashMap::new();
        for key in there
            .iter()
            .filter(|key| key.worth(self.now()) == KeyWorth::Counts)
        {
            *living.entry(place_of(key)).or_default() += 1;
        }
        let mut owners: HashMap<(&str, Option<&str>), Owner> = HashMap::new();
        let mut keys = Vec::with_capacity(moving.len());
        let mut wrong = Vec::new();
        for one in moving {
            let name = (one.key.client.as_str(), one.key.organisation.as_deref());
            let owner = match owners.get(&name) {
                Some(owner) => Ok(owner.clone()),
                None => self.owner(&one.key).await,
            };
            let checked = owner.map_err(Unmoved::from).and_then(|owner| {
                owners.insert(name, owner.clone());
                let key = self.moved(&owner, one, position)?;
                Ok((key, owner))
            });
            let problem = match checked {
                Err(Unmoved::Fault(fault)) => return Err(fault.into()),
                Err(Unmoved::Wrong(problem)) => problem,
                Ok((key, owner)) => match taken.take(&key, one.line) {
                    Some(problem) => problem,
                    None => {
                        let count = living.entry(place_of(&key)).or_default();
                        *count += 1;
                        if *count <= MOST_LIVE {
                            let act = Act::ApiKeyMovedIn;
                            let record = self.api_key_record(by, act, &key, &owner);
                            keys.push((key, record));
                            continue;
                        }
                        format!(
                            "{} would have more than {MOST_LIVE} live keys{}; revoke one, leave one out, or \
                             register another client for it",
                            key.client,
                            owner
                                .place
                                .map_or_else(String::new, |place| format!(" for {}", place.slug)),
                        )
                    }
                },
            };
            if wrong.len() < MOST_TOLD {
                let line = one.line;
                wrong.push(WrongLine { line, problem });
            }
        }
        match wrong.is_empty() {
            true => Ok(keys),
            false => Err(Refused::WrongLines(wrong)),
        }
    }

    fn moved(
        &self,
        owner: &Owner,
        one: &MovingApiKey,
        position: Position,
    ) -> Result<ApiKey, Unmoved> {
        let hash =
            ApiKeyHash::parse(&one.hash).map_err(|error| Unmoved::Wrong(error.to_string()))?;
        let beginning = one.beginning.as_str();
        let is_plain = beginning.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = match hash.is_slow() {
            true => BEGINNING.contains(&beginning.len()),
            false => beginning.len() <= *BEGINNING.end(),
        };
        if !is_plain || !fits {
            let (least, most) = (BEGINNING.start(), BEGINNING.end());
            return Err(Unmoved::Wrong(format!(
                "prefix is how the key's text begins: {least} to {most} visible characters, by which a \
                 bcrypt or PBKDF2 hash is found; of other hashes it may be left out"
            )));
        }
        let known = Known {
            id: self.new_id(),
            hash,
            beginning: beginning.to_owned(),
            position,
        };
        Ok(self.made(owner, one.key.key.clone(), known)?)
    }

    fn made(
        &self,
        owner: &Owner,
        mut wanted: WantedApiKey,
        known: Known,
    ) -> Result<ApiKey, Refused> {
        wanted.organisation = owner.place.as_ref().map(|place| place.id);
        let (client, approvals) = (&owner.client, &owner.approvals);
        let now = self.now();
        Ok(rules::make(
            self.catalog,
            client,
            approvals,
            wanted,
            known,
            now,
        )?)
    }

    async fn owner(&self, command: &AddApiKey) -> Result<Owner, Refused> {
        let client = self.client(&command.client).await?;
        let approvals = self.store.approvals(self.realm(), &client.id).await?;
        let place = match (&command.organisation, client.organisation) {
            (Some(name), _) => Some(self.place(name).await?),
            (None, Some(own)) => {
                let found = self.organisation_with(own).await?;
                Some(found.ok_or_else(|| self.no_such("organisation", own))?)
            }
            (None, None) => None,
        };
        Ok(Owner {
            client,
            approvals,
            place,
        })
    }

    /// By its short name, or its id, which no short name looks like.
    async fn place(&self, name: &str) -> Result<Organisation, Refused> {
        let Ok(id) = Uuid::try_parse(name) else {
            return self.organisation(name).await;
        };
        let found = self.organisation_with(id).await?;
        found.ok_or_else(|| self.no_such("organisation", name))
    }

    async fn api_key_position(&self) -> Result<Position, Refused> {
        Ok(Position(self.store.latest_change().await?))
    }

    async fn every_api_key(&self, client: Option<&str>) -> Result<Vec<ApiKey>, Refused> {
        let mut all = Vec::new();
        let mut request = PageRequest::first(1_000);
        loop {
            let page = self.store.api_keys(self.realm(), client, &request).await?;
            all.extend(page.items);
            match page.next {
                Some(after) => request.after = Some(after),
                None => return Ok(all),
            }
        }
    }

    /// How many keys live beside this one, of its client and for its organisation.
    fn living(&self, all: &[ApiKey], key: &ApiKey) -> usize {
        let own = all.iter().filter(|other| place_of(other) == place_of(key));
        own.filter(|other| other.worth(self.now()) == KeyWorth::Counts)
            .count()
    }

    fn api_key_record(&self, by: &Actor, act: Act, key: &ApiKey, owner: &Owner) -> AuditRecord {
        let record = self.record(by, act, subject(key));
        let record = match &owner.place {
            Some(place) => record.named("organisation", &place.slug),
            None => record,
        };
        record.made(key)
    }
}

/// Why one key cannot move in.
enum Unmoved {
    /// It cannot be told.
    Fault(Fault),
    /// What is wrong with it.
    Wrong(String),
}

impl From<Refused> for Unmoved {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fault(fault) => Self::Fault(fault),
            refused => Self::Wrong(refused.to_string()),
        }
    }
}

/// Whose a key is to be.
#[derive(Clone)]
struct Owner {
    client: Client,
    approvals: Vec<Approval>,
    place: Option<Organisation>,
}

/// What no second key may be known by, and on which line it is.
#[derive(Default)]
struct Taken {
    hashes: HashMap<TokenHash, usize>,
    beginnings: HashMap<String, usize>,
    /// Of keys that are there already.
    stored: HashSet<TokenHash>,
    stored_beginnings: HashSet<String>,
}

impl Taken {
    fn by(there: &[ApiKey]) -> Self {
        let mut taken = Self::default();
        for key in there {
            match &key.hash {
                ApiKeyHash::Sha256(hash) | ApiKeyHash::HmacSha256(hash) => {
                    taken.stored.insert(*hash);
                }
                ApiKeyHash::Bcrypt(_) | ApiKeyHash::Pbkdf2(_) if key.revoked_at.is_none() => {
                    taken.stored_beginnings.insert(key.beginning.clone());
                }
                ApiKeyHash::Bcrypt(_) | ApiKeyHash::Pbkdf2(_) => {}
            }
        }
        taken
    }

    /// Why it cannot be had, if somebody else has it.
    fn take(&mut self, key: &ApiKey, line: usize) -> Option<String> {
        let (before, is_stored) = match &key.hash {
            ApiKeyHash::Sha256(hash) | ApiKeyHash::HmacSha256(hash) => {
                (self.hashes.insert(*hash, line), self.stored.contains(hash))
            }
            ApiKeyHash::Bcrypt(_) | ApiKeyHash::Pbkdf2(_) => (
                self.beginnings.insert(key.beginning.clone(), line),
                self.stored_beginnings.contains(&key.beginning),
            ),
        };
        let what = match key.hash.is_slow() {
            true => "prefix, by which the key is found,",
            false => "hash",
        };
        match (before, is_stored) {
            (Some(other), _) => Some(format!("its {what} is that of line {other}, too")),
            (None, true) => Some(format!("its {what} is that of a key that is here already")),
            (None, false) => None,
        }
    }
}

fn place_of(key: &ApiKey) -> (String, Option<Uuid>) {
    (key.client.clone(), key.organisation)
}

fn subject(key: &ApiKey) -> Subject {
    Subject::new(SubjectKind::ApiKey, key.id)
}

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use scope::{Catalog, ScopeId, ScopeSet};
use serde_json::{Value, json};

use super::answered::answered;
use super::decision::Choice;
use super::offer::{Locked, Offer, OfferItem};
use crate::model::{Client, ShownNames, TokenHash, Uuid};

/// What a page of consent showed: who was asked, by whom, about whose data, what these were called,
/// and each scope with its state. The form carries it as one line of text, and its answer counts for
/// nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    person: Uuid,
    organisation: Option<Uuid>,
    client: Uuid,
    catalog: [u8; 32],
    names: NamesHash,
    language: String,
    scopes: Vec<ShownScope>,
}

/// Names are as long as people make them, and a grant of the person's reaches any number of
/// organisations: a form carries what tells whether they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NamesHash {
    app: [u8; 32],
    organisations: [u8; 32],
}

impl NamesHash {
    fn of(names: &ShownNames) -> Self {
        Self {
            app: hash_of([&names.app, &names.maker].into_iter()),
            organisations: hash_of(names.organisations.iter()),
        }
    }
}

/// Shown names are one line each.
fn hash_of<'a>(names: impl Iterator<Item = &'a String>) -> [u8; 32] {
    let lines: String = names.flat_map(|name| [name, "\n"]).collect();
    TokenHash::of(lines.as_bytes()).0
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ShownScope {
    name: String,
    state: State,
    elevated: bool,
    refused_before: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum State {
    Offered,
    Required,
    AllOrNothing,
    RightMissing,
    Always,
}

/// What is no longer as a form showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Somebody else is signed in.
    Person,
    /// The data of another organisation is meant.
    Organisation,
    /// The app or its maker is called otherwise.
    AppName,
    /// The organisation is called otherwise, or the grant reaches others.
    OrganisationNames,
    /// Another app is registered under the name, or its provider has changed what scopes mean.
    Meaning,
    /// These scopes, by name, are shown in another way, or were not shown, or are gone.
    Scopes(Vec<String>),
}

impl Shown {
    /// What is shown to this person, in this language.
    #[must_use]
    pub fn of(
        catalog: (&Catalog, [u8; 32]),
        client: &Client,
        offer: &Offer,
        (person, organisation): (Uuid, Option<Uuid>),
        (names, language): (&ShownNames, &str),
    ) -> Self {
        let (catalog, digest) = catalog;
        let name = |id: ScopeId| Some(catalog.scope(id)?.name.clone());
        let items = offer.rows.iter().flat_map(|row| &row.items);
        let rows = items.filter_map(|item| Some(ShownScope::of(name(item.scope)?, item)));
        let always = offer.always.iter().filter_map(|id| {
            Some(ShownScope {
                name: name(*id)?,
                state: State::Always,
                elevated: false,
                refused_before: false,
            })
        });
        Self {
            person,
            organisation,
            client: client.uuid,
            catalog: digest,
            names: NamesHash::of(names),
            language: language.to_owned(),
            scopes: rows.chain(always).collect(),
        }
    }

    /// Reads what a form brought; nothing for what no page wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(FORMAT) {
            return None;
        }
        let person = Uuid::try_parse(words.next()?).ok()?;
        let organisation = match words.next()? {
            NONE => None,
            id => Some(Uuid::try_parse(id).ok()?),
        };
        let client = Uuid::try_parse(words.next()?).ok()?;
        let mut digest = || {
            let digest = URL_SAFE_NO_PAD.decode(words.next()?).ok()?;
            <[u8; 32]>::try_from(digest).ok()
        };
        let catalog = digest()?;
        let names = NamesHash {
            app: digest()?,
            organisations: digest()?,
        };
        let language = words.next()?.to_owned();
        let scopes: Option<Vec<_>> = words.map(ShownScope::read).collect();
        Some(Self {
            person,
            organisation,
            client,
            catalog,
            names,
            language,
            scopes: scopes?,
        })
    }

    /// The organisation whose data was meant, by its id.
    #[must_use]
    pub fn organisation(&self) -> Option<Uuid> {
        self.organisation
    }

    /// What is different now; nothing if an answer to the form is an answer to what is asked now.
    /// A person reads their own language again all the same, so that is no difference.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.person != now.person {
            found.push(Difference::Person);
        }
        if self.organisation != now.organisation {
            found.push(Difference::Organisation);
        } else if self.names.organisations != now.names.organisations {
            found.push(Difference::OrganisationNames);
        }
        if self.names.app != now.names.app {
            found.push(Difference::AppName);
        }
        if self.client != now.client || self.catalog != now.catalog {
            found.push(Difference::Meaning);
        }
        let before: HashSet<&ShownScope> = self.scopes.iter().collect();
        let names: HashSet<&str> = now.scopes.iter().map(|one| one.name.as_str()).collect();
        let new = now.scopes.iter().filter(|one| !before.contains(one));
        let is_gone = |one: &&ShownScope| !names.contains(one.name.as_str());
        let gone = self.scopes.iter().filter(is_gone);
        let scopes: Vec<String> = new.chain(gone).map(|one| one.name.clone()).collect();
        if !scopes.is_empty() {
            found.push(Difference::Scopes(scopes));
        }
        found
    }

    /// What an answer to the page came to, of what is shown in the same way now: with that filled in, a
    /// page that comes again is no work twice. Nothing where somebody else decides, or about something
    /// else: then the answer says nothing any more.
    #[must_use]
    pub fn kept(&self, now: &Self, catalog: &Catalog, choice: &Choice) -> Option<ScopeSet> {
        let about = |shown: &Self| {
            (
                shown.person,
                shown.organisation,
                shown.client,
                shown.catalog,
            )
        };
        if about(self) != about(now) {
            return None;
        }
        let is_choice = |one: &&ShownScope| {
            matches!(
                one.state,
                State::Offered | State::Required | State::AllOrNothing
            )
        };
        let set = |those: &mut dyn Iterator<Item = &ShownScope>| -> ScopeSet {
            those.filter_map(|one| catalog.find(&one.name)).collect()
        };
        let choices = set(&mut self.scopes.iter().filter(is_choice));
        let answered = answered(
            catalog,
            &choices,
            &choice.set(catalog).intersection(&choices),
        );
        let now: HashSet<&ShownScope> = now.scopes.iter().collect();
        let same = set(&mut self.scopes.iter().filter(|one| now.contains(one)));
        Some(answered.intersection(&same))
    }

    /// The scopes as they were shown, for the evidence of a consent.
    #[must_use]
    pub fn rows(&self) -> Value {
        self.scopes.iter().map(ShownScope::evidence).collect()
    }

    /// The language the page was in.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }
}

/// The first word, another one for another format.
const FORMAT: &str = "3";
/// In the place of an organisation.
const NONE: &str = "-";

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FORMAT} {} ", self.person)?;
        match self.organisation {
            Some(organisation) => write!(f, "{organisation} ")?,
            None => write!(f, "{NONE} ")?,
        }
        write!(f, "{}", self.client)?;
        let NamesHash { app, organisations } = self.names;
        for digest in [self.catalog, app, organisations] {
            write!(f, " {}", URL_SAFE_NO_PAD.encode(digest))?;
        }
        write!(f, " {}", self.language)?;
        self.scopes.iter().try_for_each(|one| write!(f, " {one}"))
    }
}

impl ShownScope {
    fn of(name: String, item: &OfferItem) -> Self {
        Self {
            name,
            state: match (item.withheld, item.locked) {
                (Some(_), _) => State::RightMissing,
                (None, None) => State::Offered,
                (None, Some(Locked::RequiredByApp)) => State::Required,
                (None, Some(Locked::AllOrNothing)) => State::AllOrNothing,
            },
            elevated: item.elevated,
            refused_before: item.refused_before,
        }
    }

    fn read(word: &str) -> Option<Self> {
        let (name, marks) = word.rsplit_once('=')?;
        let mut letters = marks.chars();
        let letter = letters.next()?;
        let state = State::ALL.into_iter().find(|one| one.letter() == letter)?;
        Some(Self {
            name: name.to_owned(),
            state,
            elevated: marks.contains('e'),
            refused_before: marks.contains('b'),
        })
    }

    fn evidence(&self) -> Value {
        let mut row = json!({ "scope": self.name, "state": self.state.word() });
        if let Value::Object(members) = &mut row {
            let marks = [
                ("elevated", self.elevated),
                ("refused_before", self.refused_before),
            ];
            for (mark, _) in marks.into_iter().filter(|(_, is_set)| *is_set) {
                members.insert(mark.to_owned(), Value::Bool(true));
            }
        }
        row
    }
}

impl fmt::Display for ShownScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elevated = if self.elevated { "e" } else { "" };
        let before = if self.refused_before { "b" } else { "" };
        let letter = self.state.letter();
        write!(f, "{}={letter}{elevated}{before}", self.name)
    }
}

impl State {
    const ALL: [Self; 5] = [
        Self::Offered,
        Self::Required,
        Self::AllOrNothing,
        Self::RightMissing,
        Self::Always,
    ];

    fn letter(self) -> char {
        match self {
            Self::Offered => 'o',
            Self::Required => 'r',
            Self::AllOrNothing => 'a',
            Self::RightMissing => 'm',
            Self::Always => 'w',
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Required => "required-by-app",
            Self::AllOrNothing => "all-or-nothing",
            Self::RightMissing => "right-missing",
            Self::Always => "always",
        }
    }
}

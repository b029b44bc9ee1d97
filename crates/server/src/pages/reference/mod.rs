//! The reference of a realm's scopes: an index made once for each language, and pages of bounded size.

mod contents;
mod index;
mod lines;
mod parts;
mod texts;
mod weight;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use realm::Realm;
use realm::cache::Edition;

use super::public::Tag;
use super::words::Words;

pub(crate) use index::Reference;

/// Those of every realm, each made when it is first asked for.
#[derive(Default)]
pub(crate) struct References {
    /// By realm and language, of the latest catalog that was asked for.
    made: Mutex<HashMap<Key, (Edition, Place)>>,
}

type Key = (String, &'static str);
type Place = Arc<OnceLock<Arc<Reference>>>;

/// A page of everything there is: its number, and whether its links name the language.
pub(crate) type Kept = (usize, bool);

impl References {
    /// The one of a realm in this language. Making it takes a moment on a large catalog; those
    /// who ask meanwhile wait for it.
    pub(crate) fn of(&self, realm: &Realm, words: Words) -> Arc<Reference> {
        let place = self.place(realm, words);
        let reference = place.get_or_init(|| Arc::new(Reference::of(realm.catalog(), words)));
        Arc::clone(reference)
    }

    /// A page as it was compressed before, in the state of this tag.
    pub(crate) fn kept(&self, realm: &Realm, words: Words, page: Kept, tag: &Tag) -> Option<Bytes> {
        self.place(realm, words).get()?.kept(page, tag)
    }

    fn place(&self, realm: &Realm, words: Words) -> Place {
        let key = (realm.id().to_owned(), words.language().code());
        let edition = realm.edition();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, place) = made
            .entry(key)
            .or_insert_with(|| (edition, Place::default()));
        match edition.cmp(of) {
            Ordering::Equal => {}
            Ordering::Greater => (*of, *place) = (edition, Place::default()),
            // Who began under an older catalog takes nothing from the others.
            Ordering::Less => return Place::default(),
        }
        Arc::clone(place)
    }
}

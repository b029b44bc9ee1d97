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

/// A reference that is made when it is first asked for.
#[derive(Clone, Default)]
pub(crate) struct Place(Arc<OnceLock<Made>>);

/// A reference, and its pages as they were compressed before.
struct Made {
    reference: Reference,
    /// Each at most twice. They show addresses, too, so each is of a state that is told by its tag.
    kept: Mutex<HashMap<Kept, (Tag, Bytes)>>,
}

impl Place {
    /// Making it takes a moment on a large catalog; those who ask meanwhile wait for it.
    pub(crate) fn reference(&self, realm: &Realm, words: Words) -> &Reference {
        let made = self.0.get_or_init(|| Made {
            reference: Reference::of(realm.catalog(), words),
            kept: Mutex::default(),
        });
        &made.reference
    }

    /// A page of everything as it was compressed before.
    pub(crate) fn kept(&self, page: Kept, tag: &Tag) -> Option<Bytes> {
        let kept = &self.0.get()?.kept;
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, compressed) = kept.get(&page)?;
        (of == tag).then(|| Bytes::clone(compressed))
    }

    /// Keeps a page of everything; its number is one that a page has.
    pub(crate) fn keep(&self, page: Kept, tag: Tag, compressed: &Bytes) {
        if let Some(made) = self.0.get() {
            let mut kept = made.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(page, (tag, Bytes::clone(compressed)));
        }
    }
}

/// A page of everything there is: its number, and whether its links name the language.
pub(crate) type Kept = (usize, bool);

impl References {
    /// Where the one of a realm in this language is.
    pub(crate) fn place(&self, realm: &Realm, words: Words) -> Place {
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
        place.clone()
    }
}

//! Ids of sandbox records: those of samples are the same at each start, later ones are new.

use aws_lc_rs::digest::{SHA256, digest};
use oauth::model::{SandboxRecord, Uuid};
use scope::IdStyle;
use serde_json::Value;

use super::invent::mix::mix;
use super::shape::Collection;

/// How many texts of a pattern are tried.
const MOST_PATTERNED: usize = 100;

/// The id of the sample with this number, counted from 1.
pub(super) fn of_sample(collection: &Collection, organisation: Uuid, number: usize) -> String {
    let seed = || mix(0, &number.to_string());
    match collection.id_style() {
        // Of a pattern that few texts have, the first of them, and then numbers.
        IdStyle::Number if number <= MOST_PATTERNED => {
            let patterned = collection.patterned(seed());
            patterned.unwrap_or_else(|| number.to_string())
        }
        IdStyle::Number => number.to_string(),
        IdStyle::Prefix => format!("{}{number}", collection.id_prefix),
        IdStyle::Uuid => {
            let name = format!("{organisation}/{}/{number}", collection.id_family);
            from_name(&name).to_string()
        }
    }
}

/// An id for a new record, behind those that are there.
pub(super) fn next(
    collection: &Collection,
    there: &[SandboxRecord],
    new: Uuid,
    random: [u8; 16],
) -> String {
    let is_new = |id: &String| there.iter().all(|own| own.id != *id);
    let mut patterned = (0..MOST_PATTERNED).map_while(|number| {
        let seed = mix(mix(0, &new.to_string()), &number.to_string());
        collection.patterned(seed)
    });
    if let Some(id) = patterned.find(is_new) {
        return id;
    }
    match collection.id_style() {
        IdStyle::Number => {
            let numbers = there
                .iter()
                .filter_map(|record| record.id.parse::<u64>().ok());
            numbers.max().unwrap_or(0).saturating_add(1).to_string()
        }
        IdStyle::Prefix => {
            const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
            let letters = random
                .iter()
                .filter_map(|byte| LETTERS.get(usize::from(*byte % 32)))
                .map(|letter| char::from(*letter));
            collection.id_prefix.chars().chain(letters).collect()
        }
        IdStyle::Uuid => new.to_string(),
    }
}

/// An id as JSON: a number where the collection counts.
pub(super) fn json(collection: &Collection, id: &str) -> Value {
    match id.parse::<u64>() {
        Ok(number) if collection.has_number_ids() => Value::from(number),
        _ => Value::from(id),
    }
}

/// A UUID (version 8) that belongs to a name.
fn from_name(name: &str) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes
        .iter_mut()
        .zip(digest(&SHA256, name.as_bytes()).as_ref())
    {
        *byte = *hashed;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

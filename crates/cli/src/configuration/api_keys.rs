//! How an API takes keys of partners, and what keys of another system are known by.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use enforce::beside::{Beside, Carries};
use enforce::gate::TakesKeys;
use oauth::api_key::hash::HmacKey;
use realm::limits::HMAC_KEYS;
use scope::Mistakes;

use super::beside::header;
use super::section::Section;
use super::tables;
use crate::failure::Failure;
use crate::input;

/// Of a `[[realm.api]]`, beside which some calls may pass.
pub fn takes_keys(api: &Section<'_>, beside: &Beside, m: &mut Mistakes) -> TakesKeys {
    let header = api.value(&tables::API_KEY_HEADER, m, |text| {
        if text.contains('_') {
            return Err("proxies drop headers with underscores; write hyphens".to_owned());
        }
        if text.eq_ignore_ascii_case("authorization") {
            return Err("bearer tokens are there; write `key_bearer = true`".to_owned());
        }
        header(text)
    });
    let passes = header.as_ref().is_some_and(|own| {
        let mut pass = beside.pass.iter();
        pass.any(|pass| pass.carries == Carries::Header(own.clone()))
    });
    if passes {
        m.at(
            &api.place_of(&tables::API_KEY_HEADER),
            "`key_header` is also a header of a [[realm.api.pass]]",
            "keys in it are decided about from now on: remove that [[realm.api.pass]]",
        );
    }
    TakesKeys {
        header,
        bearer: api.flag(&tables::API_KEY_BEARER, m).unwrap_or(false),
    }
}

/// The keys in a file, one a line.
///
/// # Errors
///
/// A file that cannot be read, and a line that is no key; its text is not told.
pub fn hmac_keys(file: &Path) -> Result<Vec<HmacKey>, Failure> {
    let name = file.display();
    let text = input::read(file);
    let text = text.map_err(Failure::while_doing(format!(
        "cannot read the file of HMAC keys {name}"
    )))?;
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line): &(usize, &str)| !line.trim().is_empty());
    let keys = lines.map(|(number, line)| {
        hmac_key(line).ok_or_else(|| {
            Failure::new(format!(
                "{name}, line {number}: this is no HMAC key; write text:…, hex:… or base64:…, {} bytes at least",
                HmacKey::SHORTEST
            ))
        })
    });
    let keys: Vec<HmacKey> = keys.collect::<Result<_, _>>()?;
    if keys.is_empty() || keys.len() > HMAC_KEYS {
        return Err(Failure::new(format!(
            "{name} holds {} HMAC keys; it needs one, and {HMAC_KEYS} at most",
            keys.len()
        )));
    }
    Ok(keys)
}

fn hmac_key(line: &str) -> Option<HmacKey> {
    let (form, key) = line.split_once(':')?;
    let bytes = match form {
        // Blanks may belong to it.
        "text" => key.as_bytes().to_vec(),
        "hex" => from_hexadecimal(key.trim())?,
        "base64" => STANDARD.decode(key.trim()).ok()?,
        _ => return None,
    };
    HmacKey::new(&bytes)
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits: Vec<u32> = digits.collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(pair.iter().fold(0, |all, digit| all * 16 + digit)));
    bytes.collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_in_three_forms() {
        let sixteen = "0123456789abcdef";
        let key = hmac_key(&format!("text:{sixteen}")).unwrap();
        let hash = key.hash("a key");
        for same in [
            "hex:30313233343536373839616263646566",
            "base64:MDEyMzQ1Njc4OWFiY2RlZg==",
        ] {
            assert_eq!(hmac_key(same).unwrap().hash("a key"), hash, "{same}");
        }
        for wrong in [
            "",
            sixteen,
            "text:short",
            "hex:3",
            "hex:zz",
            "base64:*",
            "other:x",
        ] {
            assert!(hmac_key(wrong).is_none(), "{wrong}");
        }
    }
}

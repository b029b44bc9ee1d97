//! What people write into members of these names, and what formats look like.

use aws_lc_rs::digest::{SHA256, digest};
use oauth::model::Uuid;

use super::mix::mix;
use crate::naming;

const FIRST_NAMES: [&str; 6] = ["Ada", "Ben", "Cleo", "Dan", "Elif", "Farah"];
const LAST_NAMES: [&str; 6] = ["Marsh", "Okafor", "Winter", "Reyes", "Lindqvist", "Moretti"];
const THINGS: [&str; 8] = [
    "Spring plan",
    "North harbour",
    "Morning review",
    "Blue folder",
    "Open house",
    "Winter notes",
    "First draft",
    "Garden wall",
];
const COMPANIES: [&str; 6] = [
    "Harbour Street Bakery",
    "Alder & Finch",
    "Studio Larch",
    "Tidewater Software",
    "Meadow Lane Bikes",
    "Pike Printing",
];
const SENTENCES: [&str; 5] = [
    "Sent again after the call on Monday.",
    "Agreed with the team, to be looked at in spring.",
    "A short note, so that there is something to read.",
    "Ready for the next step.",
    "As discussed, with two small changes.",
];
const CITIES: [&str; 6] = ["Bern", "Uppsala", "Leeds", "Lyon", "Porto", "Graz"];
const STREETS: [&str; 5] = [
    "Harbour Street",
    "Mill Lane",
    "Station Road",
    "Orchard Way",
    "Bridge Street",
];
const COLOURS: [&str; 5] = ["#2f6f4f", "#1f4e79", "#8a3324", "#5b3f8c", "#a0700f"];

/// What a text is for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    /// The member's name.
    pub(super) name: &'a str,
    pub(super) seed: u64,
    /// The seed of what it is a member of.
    pub(super) whose: u64,
    /// Does what is there stay, whatever bounds it is not within?
    pub(super) keeps: bool,
}

fn pick<T: Copy>(list: &[T], seed: u64) -> Option<T> {
    let count = u64::try_from(list.len()).ok().filter(|count| *count > 0)?;
    list.get(usize::try_from(seed % count).ok()?).copied()
}

fn one(list: &[&str], seed: u64) -> String {
    pick(list, seed).unwrap_or_default().to_owned()
}

/// A small number that belongs to a seed.
fn small(seed: u64, most: u64) -> u64 {
    mix(seed, "number") % most + 1
}

/// The words of a name, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_small = false;
    for character in name.chars().take(100) {
        let begins = character.is_uppercase() && was_small;
        match character.is_alphanumeric() {
            true if begins || words.is_empty() => words.push(String::new()),
            true => {}
            false => {
                words.push(String::new());
                was_small = false;
                continue;
            }
        }
        was_small = character.is_lowercase() || character.is_ascii_digit();
        if let Some(last) = words.last_mut() {
            last.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Do two records usually differ in a member like this, in a way that is known here?
pub(super) fn tells_apart(name: &str, format: &str) -> bool {
    const NAMES: [&str; 12] = [
        "name",
        "title",
        "email",
        "subject",
        "label",
        "firstname",
        "lastname",
        "phone",
        "street",
        "username",
        "first",
        "last",
    ];
    let words = words(name);
    matches!(format, "date" | "date-time" | "email")
        || words
            .last()
            .is_some_and(|last| NAMES.contains(&last.as_str()))
}

/// Does a member tell that something is over or off?
pub(super) fn is_of_an_end(name: &str) -> bool {
    const ENDS: [&str; 14] = [
        "deleted",
        "archived",
        "disabled",
        "removed",
        "cancelled",
        "canceled",
        "locked",
        "blocked",
        "suspended",
        "expired",
        "revoked",
        "hidden",
        "failed",
        "void",
    ];
    let words = words(name);
    words.iter().any(|word| ENDS.contains(&word.as_str()))
}

/// Is a text as a format asks, as far as it is known here?
pub(super) fn has_format(text: &str, format: &str) -> bool {
    let digits_at = |places: &[usize]| {
        places
            .iter()
            .all(|at| text.as_bytes().get(*at).is_some_and(u8::is_ascii_digit))
    };
    let is_date = || digits_at(&[0, 1, 2, 3, 5, 6, 8, 9]) && text.get(4..5) == Some("-");
    match format {
        "date" => text.len() == 10 && is_date(),
        "date-time" => {
            let ends = text.ends_with(['Z', 'z'])
                || text
                    .get(text.len().saturating_sub(6)..)
                    .is_some_and(|end| end.starts_with(['+', '-']));
            text.len() >= 20 && is_date() && digits_at(&[11, 12, 14, 15, 17, 18]) && ends
        }
        "uuid" => Uuid::try_parse(text).is_ok() && text.len() == 36,
        "email" => text.contains('@') && !text.contains(' '),
        "uri" | "url" => url::Url::parse(text).is_ok(),
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        _ => true,
    }
}

/// A text of a format; nothing where it is none that is known.
pub(super) fn of_format(format: &str, said: Said<'_>) -> Option<String> {
    let Said {
        name, seed, whose, ..
    } = said;
    Some(match format {
        "date" => date(seed),
        "date-time" => date_time(seed),
        "time" => format!("{:02}:30:00Z", 8 + small(seed, 8)),
        "duration" => "PT30M".to_owned(),
        "email" | "idn-email" => email(whose),
        "uuid" | "guid" => uuid(seed),
        "uri" | "url" | "iri" | "uri-reference" => address(name, seed),
        "hostname" | "idn-hostname" => "www.example.com".to_owned(),
        "ipv4" => format!("192.0.2.{}", small(seed, 200)),
        "ipv6" => format!("2001:db8::{:x}", small(seed, 200)),
        "byte" => "U2FtcGxl".to_owned(),
        "binary" => "sample".to_owned(),
        "decimal" | "money" => money(seed),
        "currency" => "EUR".to_owned(),
        "color" | "colour" => one(&COLOURS, seed),
        "phone" | "phone-number" => phone(seed),
        _ => return None,
    })
}

fn date(seed: u64) -> String {
    format!(
        "2026-{:02}-{:02}",
        small(seed, 9),
        small(mix(seed, "day"), 28)
    )
}

fn date_time(seed: u64) -> String {
    format!(
        "{}T{:02}:{:02}:00Z",
        date(seed),
        7 + small(seed, 10),
        small(seed, 59)
    )
}

fn email(seed: u64) -> String {
    let (first, last) = (one(&FIRST_NAMES, seed), one(&LAST_NAMES, mix(seed, "last")));
    format!(
        "{}.{}@example.com",
        first.to_lowercase(),
        last.to_lowercase()
    )
}

fn uuid(seed: u64) -> String {
    let hashed = digest(&SHA256, &seed.to_be_bytes());
    let mut bytes = [0; 16];
    for (byte, own) in bytes.iter_mut().zip(hashed.as_ref()) {
        *byte = *own;
    }
    // Version 4, which is what readers that look at it expect most.
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

fn address(name: &str, seed: u64) -> String {
    let words = words(name);
    let telling = words
        .iter()
        .filter(|own| !["url", "uri", "href", "link"].contains(&own.as_str()));
    let path: Vec<&str> = telling.map(String::as_str).collect();
    let path = match path.is_empty() {
        true => "item".to_owned(),
        false => path.join("-"),
    };
    format!("https://www.example.com/{path}/{}", small(seed, 900))
}

fn money(seed: u64) -> String {
    format!(
        "{}.{:02}",
        small(seed, 900),
        small(mix(seed, "cents"), 19) * 5
    )
}

fn phone(seed: u64) -> String {
    // Numbers that are kept free for such uses.
    format!("+44 20 7946 0{:03}", small(seed, 900))
}

/// A text that people would write into a member of this name.
pub(super) fn of_name(said: Said<'_>) -> String {
    let Said {
        name, seed, whose, ..
    } = said;
    let words = words(name);
    let has = |any: &[&str]| {
        let is_one = |word: &String| any.contains(&naming::singular(word).as_str());
        words
            .iter()
            .any(|word| any.contains(&word.as_str()) || is_one(word))
    };
    let last = words.last().map(String::as_str).unwrap_or_default();
    let ends = |any: &[&str]| any.contains(&last);
    if has(&["email", "mail"]) {
        return email(whose);
    }
    if ends(&["id", "ids", "uid"]) {
        return small(seed, 900).to_string();
    }
    if has(&["url", "uri", "href", "link", "website", "webpage", "avatar"]) {
        return address(name, seed);
    }
    if ends(&[
        "at",
        "date",
        "timestamp",
        "datetime",
        "created",
        "updated",
        "modified",
        "on",
    ]) {
        return if ends(&["date", "on"]) {
            date(seed)
        } else {
            date_time(seed)
        };
    }
    if ends(&["time"]) {
        return date_time(seed);
    }
    if has(&[
        "amount", "price", "total", "cost", "balance", "fee", "vat", "tax",
    ]) {
        return money(seed);
    }
    if has(&["phone", "mobile", "fax", "telephone"]) {
        return phone(seed);
    }
    if has(&["currency"]) {
        return "EUR".to_owned();
    }
    if has(&["country", "market"]) {
        return "CH".to_owned();
    }
    if has(&["language", "locale", "lang"]) {
        return "en".to_owned();
    }
    if has(&["timezone", "zone"]) {
        return "Europe/Zurich".to_owned();
    }
    if has(&["city", "town", "place", "location"]) {
        return one(&CITIES, seed);
    }
    if has(&["street", "address", "line1", "address1"]) {
        return format!("{} {}", small(seed, 90), one(&STREETS, seed));
    }
    if has(&["zip", "postcode", "postal", "zipcode"]) {
        return (8_000 + small(seed, 900)).to_string();
    }
    if has(&["colour", "color"]) {
        return one(&COLOURS, seed);
    }
    if has(&["username", "login", "handle", "nickname", "acct"]) {
        return one(&FIRST_NAMES, whose).to_lowercase();
    }
    if has(&["iban"]) {
        return "GB33BUKB20201555555555".to_owned();
    }
    if ends(&["status", "state"]) {
        return "active".to_owned();
    }
    if ends(&["type", "kind", "category"]) {
        return "standard".to_owned();
    }
    if has(&["mime", "mimetype"]) || name.eq_ignore_ascii_case("content_type") {
        return "text/plain".to_owned();
    }
    if has(&["filename"]) || words.iter().map(String::as_str).eq(["file", "name"]) {
        return "notes.txt".to_owned();
    }
    if ends(&["version"]) {
        return "1".to_owned();
    }
    if has(&["first", "given", "firstname"]) {
        return one(&FIRST_NAMES, whose);
    }
    if has(&["last", "family", "surname", "lastname"]) {
        return one(&LAST_NAMES, mix(whose, "last"));
    }
    if has(&[
        "company",
        "organisation",
        "organization",
        "business",
        "merchant",
        "vendor",
        "supplier",
    ]) {
        return one(&COMPANIES, seed);
    }
    if has(&[
        "author", "owner", "user", "person", "contact", "customer", "member",
    ]) {
        let (first, last) = (
            one(&FIRST_NAMES, whose),
            one(&LAST_NAMES, mix(whose, "last")),
        );
        return format!("{first} {last}");
    }
    if has(&["name", "title", "label", "subject"]) {
        return one(&THINGS, seed);
    }
    if has(&[
        "description",
        "text",
        "note",
        "notes",
        "comment",
        "message",
        "summary",
        "body",
        "content",
        "reason",
        "memo",
    ]) {
        return one(&SENTENCES, seed);
    }
    if ends(&[
        "number",
        "no",
        "code",
        "key",
        "reference",
        "ref",
        "token",
        "hash",
        "sku",
    ]) {
        return format!("A{}", 1_000 + small(seed, 900));
    }
    match words.is_empty() {
        true => "sample".to_owned(),
        false => words.join(" "),
    }
}

/// A number that could stand in a member of this name.
pub(super) fn number_of_name(name: &str, seed: u64, is_whole: bool) -> f64 {
    let words = words(name);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let number = |most: u64| u32::try_from(small(seed, most)).map_or(1.0, f64::from);
    if has(&["year"]) {
        return 2026.0;
    }
    if has(&["latitude", "lat"]) {
        return 46.9 + number(50) / 1000.0;
    }
    if has(&["longitude", "lng", "lon"]) {
        return 7.4 + number(50) / 1000.0;
    }
    if has(&["percent", "percentage", "rate", "ratio"]) {
        return if is_whole { 8.0 } else { 8.1 };
    }
    if has(&["timestamp", "time", "created", "updated", "expires"]) && is_whole {
        // In spring 2026.
        return 1_772_000_000.0 + number(900) * 1_000.0;
    }
    if has(&["amount", "price", "total", "cost", "balance", "fee"]) && !is_whole {
        return number(900) + number(19) * 0.05;
    }
    if has(&["count", "quantity", "position", "index", "page", "level"]) {
        return number(9);
    }
    number(900)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, seed: u64) -> Said<'_> {
        let (whose, keeps) = (seed, false);
        Said {
            name,
            seed,
            whose,
            keeps,
        }
    }

    #[test]
    fn names_come_apart_however_they_are_joined() {
        for name in ["firstName", "first_name", "first-name", "FirstName"] {
            assert_eq!(words(name), ["first", "name"], "{name}");
            assert!(FIRST_NAMES.contains(&of_name(said(name, 4)).as_str()));
        }
        assert_eq!(words("ID"), ["id"]);
        assert_eq!(words("addressLine1"), ["address", "line1"]);
    }

    #[test]
    fn what_is_invented_has_the_format_it_is_for() {
        for format in ["date", "date-time", "uuid", "email", "uri", "ipv4", "ipv6"] {
            for seed in 0..200 {
                let text = of_format(format, said("some_url", seed)).unwrap();
                assert!(has_format(&text, format), "{format}: {text}");
            }
        }
        for odd in ["tomorrow", "2026-1-1", "2026-01-01T00:00", "ü"] {
            assert!(!has_format(odd, "date-time"), "{odd}");
        }
    }

    #[test]
    fn addresses_are_those_of_examples() {
        for seed in 0..50 {
            assert!(email(seed).ends_with("@example.com"));
            assert!(of_name(said("homepage_url", seed)).starts_with("https://www.example.com/"));
        }
    }
}

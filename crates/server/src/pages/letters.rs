//! What mails say: plain text, in the words of the pages.

use jiff::tz::TimeZone;
use oauth::model::Timestamp;
use realm::accounts::links::Letter;
use realm::mail::Mail;

use super::words::{Words, shown};
use crate::language::Language;

/// A link to a new password, for a person of the realm that is called so.
pub(crate) fn reset(words: Words, realm: &str) -> Letter {
    letter(words, realm, ["mail-reset-subject", "mail-reset-text"])
}

/// An invitation to the realm that is called so.
#[must_use]
pub fn invitation(language: Language, realm: &str) -> Letter {
    let keys = ["mail-invitation-subject", "mail-invitation-text"];
    letter(Words::new(language), realm, keys)
}

fn letter(words: Words, realm: &str, [subject, text]: [&'static str; 2]) -> Letter {
    let realm = realm.to_owned();
    Box::new(move |user, link| {
        let values = [
            ("realm", realm.as_str()),
            ("username", &shown(&user.username)),
            ("link", &link.url),
            ("time", &until(link.until)),
        ];
        let text = words.with(text, &values);
        Mail::about(words.with(subject, &values), format!("{text}\n"))
    })
}

fn until(moment: Timestamp) -> String {
    let utc = moment.to_zoned(TimeZone::UTC);
    utc.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

//! How much a scope could do in wrong hands: a proposal, from what it opens.

use super::opened::{Opened, singular};
use scope::word::{self, Does, said};

/// From 1, little, to 5, most; with one plain sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Risk {
    pub(crate) level: u8,
    pub(crate) reason: &'static str,
    /// Does money move by it?
    pub(crate) money: bool,
}

const MONEY: [&str; 18] = [
    "payment",
    "payout",
    "transfer",
    "bank",
    "refund",
    "charge",
    "billing",
    "invoice",
    "checkout",
    "wallet",
    "withdrawal",
    "deposit",
    "transaction",
    "payroll",
    "credit",
    "debit",
    "receipt",
    "disbursement",
];
const ACCESS: [&str; 15] = [
    "user",
    "role",
    "permission",
    "member",
    "membership",
    "admin",
    "token",
    "secret",
    "password",
    "credential",
    "invitation",
    "invite",
    "security",
    "collaborator",
    "policy",
];
const PEOPLE: [&str; 20] = [
    "contact",
    "customer",
    "person",
    "people",
    "email",
    "phone",
    "address",
    "employee",
    "patient",
    "health",
    "message",
    "profile",
    "user",
    "location",
    "calendar",
    "lead",
    "candidate",
    "mail",
    "chat",
    "member",
];

/// Proposes the risk of a scope that operations name.
pub(crate) fn of(name: &str, shared: &str, opened: &Opened<'_>) -> Option<Risk> {
    let uses = opened.uses(name)?;
    let own: Vec<String> = said(name, shared)
        .object
        .into_iter()
        .map(singular)
        .collect();
    // What it opens together with other scopes says less about it.
    let places = if uses.alone.is_empty() {
        &uses.named
    } else {
        &uses.alone
    };
    let paths: Vec<Vec<String>> = places.iter().map(|place| opened.words(*place)).collect();
    let speaks_of = |list: &[&str]| {
        let has = |words: &Vec<String>| words.iter().any(|word| list.contains(&word.as_str()));
        has(&own) || paths.iter().filter(|words| has(words)).count() * 3 >= paths.len()
    };
    let verb = said(name, shared).verb.or_else(|| word::verb(name));
    let says_read = verb.is_some_and(|verb| verb.does == Does::Reads);
    let changes = !says_read && uses.named.iter().any(|place| !opened.reads(*place));
    let deletes = !says_read
        && uses
            .named
            .iter()
            .any(|place| opened.method(*place) == "DELETE");
    let is_whole = opened.all >= 10 && uses.named.len() * 2 > opened.all;
    let risk = |level, reason| Risk {
        level,
        reason,
        money: false,
    };
    Some(match (changes, is_whole) {
        (true, true) => risk(
            5,
            "It opens more than half of the API, also to change things.",
        ),
        (true, false) if speaks_of(&ACCESS) => risk(5, "It can change who may do what."),
        (true, false) if speaks_of(&MONEY) => Risk {
            money: true,
            ..risk(5, "It can move money, or change what somebody owes.")
        },
        (true, false) if deletes => risk(4, "It can delete what was there before."),
        (false, true) => risk(4, "It shows more than half of what the API holds."),
        (false, false) if speaks_of(&MONEY) => risk(
            3,
            "It shows money: payments, accounts or what somebody owes.",
        ),
        (false, false) if speaks_of(&PEOPLE) => risk(3, "It shows data about people."),
        (true, false) if speaks_of(&PEOPLE) => risk(3, "It can add and change data about people."),
        (true, false) => risk(2, "It can add and change records."),
        (false, false) => risk(1, "It only reads."),
    })
}

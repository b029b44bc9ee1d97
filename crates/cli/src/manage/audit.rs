//! `scopegate audit`: who did what, when and from where.

use oauth::audit::{Act, AuditQuery, AuditRow, Fields, SubjectKind};
use oauth::model::Uuid;
use realm::manage::{AuditEntry, Erased, Head, Personal, Traces};
use realm::{Clock, Fault, SystemRandom};
use serde_json::{Value, json};

use super::{Said, Server, so_already};
use crate::arguments::manage::AuditCommand;
use crate::failure::Failure;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(fault.to_string())
    }
}

/// Runs one command.
pub async fn run(server: &Server, command: &AuditCommand) -> Result<Said, Failure> {
    let trail = server.audit_trail();
    match command {
        AuditCommand::List {
            realm,
            person,
            act,
            subject,
            newest,
            after,
            before,
            limit,
            json,
        } => {
            if let Some(realm) = realm {
                known_realm(server, realm).await?;
            }
            let person = match (realm, person) {
                (Some(realm), Some(name)) => Some(known_person(server, realm, name).await?),
                _ => None,
            };
            let (kind, id) = parts_of(subject.as_deref())?;
            let query = AuditQuery {
                realm: realm.clone(),
                person,
                act: known_act(act.as_deref())?,
                subject_kind: kind,
                subject_id: id,
                after: *after,
                before: *before,
                newest_first: *newest,
                limit: usize::from(*limit),
            };
            let entries = trail.entries(&query).await?;
            let more = entries.len() == query.limit;
            let next = entries.last().filter(|_| more).map(|one| one.row.position);
            Ok(Said::from(match json {
                true => as_json(&entries, next),
                false => as_text(&entries, next, *newest),
            }))
        }
        AuditCommand::Head { after } => Ok(match trail.head(*after).await? {
            Head::Link(head) => Said::from(head.anchor().to_string()),
            Head::Nothing => Said::complaint(String::from("nothing is recorded yet.")),
            Head::Broken(broken) => Said::complaint(not_as_it_was(&broken)),
        }),
        AuditCommand::Verify { anchor } => {
            let verified = trail.verify(*anchor).await?;
            if let Some(broken) = &verified.broken {
                return Ok(Said::not_so(not_as_it_was(broken)));
            }
            let mut said = format!("all {} linked records are as they were", verified.links());
            if anchor.is_some() {
                said.push_str(", and the anchor is among them");
            }
            if verified.waiting > 0 {
                said.push_str(&format!(
                    "; {} newer ones wait for their link",
                    verified.waiting
                ));
            }
            said.push('.');
            Ok(Said::from(said))
        }
        AuditCommand::Erase { realm, person } => {
            known_realm(server, realm).await?;
            let whose = (&**realm, known_person(server, realm, person).await?);
            let erased = trail.erase(server.operator(), whose, server.clock.now(), &SystemRandom);
            Ok(what_is_left(person, &erased.await?))
        }
    }
}

/// One that was configured once is found as long as something is recorded of it.
async fn known_realm(server: &Server, realm: &str) -> Result<(), Failure> {
    if !server.audit_trail().knows(realm).await? {
        server.desk(realm)?;
    }
    Ok(())
}

/// Nobody is looked for who cannot be found.
async fn known_person(server: &Server, realm: &str, name: &str) -> Result<Uuid, Failure> {
    let found = server.audit_trail().person(realm, name).await?;
    found.ok_or_else(|| {
        Failure::new(format!(
            "realm {realm} has no user {name:?}; `scopegate user list {realm}` lists them, and \
             somebody who has gone is found by their id"
        ))
    })
}

fn known_act(act: Option<&str>) -> Result<Option<String>, Failure> {
    let all = Act::ALL.iter().map(|one| one.as_str());
    known("act", act, all)
}

/// Kind of record, and which one.
fn parts_of(subject: Option<&str>) -> Result<(Option<String>, Option<String>), Failure> {
    let (kind, id) = match subject.map(|subject| subject.split_once(':').ok_or(subject)) {
        None => (None, None),
        Some(Ok((kind, id))) => (Some(kind), Some(id.to_owned())),
        Some(Err(kind)) => (Some(kind), None),
    };
    let all = SubjectKind::ALL.iter().map(|one| one.as_str());
    Ok((known("kind of record", kind, all)?, id))
}

/// A word that is one of these, if it is given.
fn known<'a>(
    what: &str,
    word: Option<&str>,
    mut all: impl Iterator<Item = &'a str> + Clone,
) -> Result<Option<String>, Failure> {
    let Some(word) = word else {
        return Ok(None);
    };
    if all.clone().any(|one| one == word) {
        return Ok(Some(word.to_owned()));
    }
    let first = all.next().unwrap_or_default().to_owned();
    let words = all.fold(first, |words, one| words + ", " + one);
    Err(Failure::new(format!(
        "there is no {what} {word:?}; there are {words}"
    )))
}

/// What erasing came to; nobody is told that it is gone for good while it is not.
fn what_is_left(person: &str, erased: &Erased) -> Said {
    let done = match erased.was_there {
        true => format!("what was personal about {person} in the record is erased"),
        false => format!("the record holds nothing personal about {person}"),
    };
    let text = match &erased.traces {
        Traces::Nowhere => {
            format!("{done}. Only copies of the database from before hold destroyed keys.")
        }
        Traces::InLog => format!(
            "{done}. The write-ahead log of the database, its archive, and copies of the database \
             from before hold destroyed keys until they are replaced."
        ),
        Traces::Anywhere(why) => {
            return Said::not_so(format!(
                "{done}, but files of the database may still hold destroyed keys: {why}. \
                 Give the command again."
            ));
        }
    };
    match erased.was_there {
        true => Said::from(text),
        false => so_already(text),
    }
}

fn not_as_it_was(broken: &str) -> String {
    format!("the audit record is not as it was: {broken}")
}

fn as_text(entries: &[AuditEntry], next: Option<i64>, newest_first: bool) -> String {
    if entries.is_empty() {
        return String::from("nothing is recorded here.");
    }
    let mut lines: Vec<String> = entries.iter().flat_map(lines).collect();
    if let Some(next) = next {
        let option = if newest_first { "--before" } else { "--after" };
        lines.push(format!("there may be more: {option} {next}"));
    }
    // Names come from outside; none of them moves the cursor.
    let shown = lines
        .iter()
        .map(|line| line.replace(char::is_control, "\u{fffd}"));
    shown.collect::<Vec<_>>().join("\n")
}

/// What was done, and below it by whom and what changed.
fn lines(entry: &AuditEntry) -> Vec<String> {
    let row = &entry.row;
    let about = match (row.subject_kind.as_str(), &entry.person) {
        ("person", person) => named(&row.subject_id, person),
        (_, Personal::Told(fields)) => match fields.get("username") {
            Some(Value::String(username)) => format!("{} of {username}", row.subject_id),
            _ => row.subject_id.clone(),
        },
        _ => row.subject_id.clone(),
    };
    let mut lines = vec![
        format!(
            "{}  {}  {}  {}  {} {about}{}",
            row.position,
            row.at,
            row.realm,
            row.act,
            row.subject_kind,
            known_by(row)
        ),
        format!("    by {}{}", by(entry), from(entry)),
    ];
    let (before, after) = changes(entry);
    for (name, value) in &before {
        match after.get(name) {
            Some(now) => lines.push(format!("    {name}: {value} -> {now}")),
            None => lines.push(format!("    {name}: {value} -> nothing")),
        }
    }
    for (name, now) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        lines.push(format!("    {name}: {now}"));
    }
    lines
}

/// What else the record is known by.
fn known_by(row: &AuditRow) -> String {
    let known = names(row).into_iter().map(|(name, value)| match value {
        Value::String(value) => format!("{name} {value}"),
        other => format!("{name} {other}"),
    });
    let known = known.collect::<Vec<_>>().join(", ");
    match known.is_empty() {
        true => known,
        false => format!(" ({known})"),
    }
}

fn names(row: &AuditRow) -> Fields {
    serde_json::from_str(&row.subject_names).unwrap_or_default()
}

fn by(entry: &AuditEntry) -> String {
    let row = &entry.row;
    match (row.actor_kind.as_str(), row.actor_id.as_deref()) {
        ("person", Some(id)) => format!("person {}", named(id, &entry.actor)),
        (kind, Some(id)) => format!("{kind} {id}"),
        (kind, None) => kind.to_owned(),
    }
}

fn from(entry: &AuditEntry) -> String {
    let address = address(entry).map(|address| format!(" from {address}"));
    let request = entry.row.request_id.as_deref();
    let request = request.map(|id| format!(", request {id}"));
    address.unwrap_or_default() + &request.unwrap_or_default()
}

/// A person by name, if it may still be told.
fn named(id: &str, personal: &Personal) -> String {
    match personal {
        Personal::Told(fields) => match fields.get("username") {
            Some(Value::String(username)) => format!("{username} ({id})"),
            _ => id.to_owned(),
        },
        Personal::Erased { by } => format!("{id} (erased, see {by})"),
        Personal::Unreadable => {
            format!("{id} (unreadable, and nobody erased it: see audit verify)")
        }
        Personal::Nothing => id.to_owned(),
    }
}

fn address(entry: &AuditEntry) -> Option<String> {
    let sealed = [&entry.actor, &entry.person]
        .into_iter()
        .find_map(|part| match part {
            Personal::Told(fields) => fields.get("address")?.as_str().map(str::to_owned),
            _ => None,
        });
    sealed.or_else(|| entry.row.address.clone())
}

/// The fields that changed, with those that are personal.
fn changes(entry: &AuditEntry) -> (Fields, Fields) {
    let with_personal = |plain: &str, name: &str| {
        let mut fields: Fields = serde_json::from_str(plain).unwrap_or_default();
        if let Personal::Told(told) = &entry.person
            && let Some(Value::Object(personal)) = told.get(name)
        {
            fields.extend(personal.clone());
        }
        fields
    };
    let AuditRow { before, after, .. } = &entry.row;
    (
        with_personal(before, "before"),
        with_personal(after, "after"),
    )
}

fn as_json(entries: &[AuditEntry], next: Option<i64>) -> String {
    let records: Vec<Value> = entries.iter().map(record).collect();
    json!({ "records": records, "next": next }).to_string()
}

fn record(entry: &AuditEntry) -> Value {
    let row = &entry.row;
    let (before, after) = changes(entry);
    let username = |part: &Personal| match part {
        Personal::Told(fields) => fields.get("username").cloned(),
        _ => None,
    };
    let is_erased = |part: &Personal| matches!(part, Personal::Erased { .. });
    let is_unreadable = |part: &Personal| *part == Personal::Unreadable;
    json!({
        "position": row.position,
        "id": row.id,
        "realm": row.realm,
        "at": row.at,
        "act": row.act,
        "actor": {
            "kind": row.actor_kind,
            "id": row.actor_id,
            "username": username(&entry.actor),
            "erased": is_erased(&entry.actor),
            "unreadable": is_unreadable(&entry.actor),
        },
        "subject": {
            "kind": row.subject_kind,
            "id": row.subject_id,
            "names": names(row),
        },
        "person": row.person.map(|id| json!({
            "id": id,
            "username": username(&entry.person),
            "erased": is_erased(&entry.person),
            "unreadable": is_unreadable(&entry.person),
        })),
        "before": before,
        "after": after,
        "address": address(entry),
        "request_id": row.request_id,
    })
}

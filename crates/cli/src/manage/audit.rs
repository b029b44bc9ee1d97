//! `scopegate audit`: who did what, when and from where.

use oauth::audit::{AuditQuery, AuditRow, Fields};
use oauth::model::Uuid;
use realm::Fault;
use realm::manage::{AuditEntry, Desk, Personal, Refused};
use serde_json::{Value, json};

use super::{Said, Server};
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
            after,
            limit,
            json,
        } => {
            if let Some(realm) = realm {
                server.desk(realm)?;
            }
            let query = AuditQuery {
                realm: realm.clone(),
                after: *after,
                limit: (*limit).clamp(1, 1_000),
            };
            let entries = trail.entries(&query).await?;
            let more = entries.len() == query.limit;
            let next = entries.last().filter(|_| more).map(|one| one.row.position);
            Ok(Said::from(match json {
                true => as_json(&entries, next),
                false => as_text(&entries, next),
            }))
        }
        AuditCommand::Head => Ok(match trail.head().await? {
            Some(head) => Said::from(head.anchor().to_string()),
            None => Said::not_so(String::from("nothing is recorded yet.")),
        }),
        AuditCommand::Verify { anchor } => {
            let verified = trail.verify(*anchor).await?;
            if let Some(broken) = verified.broken {
                return Ok(Said::not_so(format!(
                    "the audit record is not as it was: {broken}"
                )));
            }
            let mut said = format!("all {} linked records are as they were", verified.links);
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
            let desk = server.desk(realm)?;
            let id = id_of(&desk, person).await?;
            let erased = desk.erase_person(server.operator(), id).await?;
            Ok(if erased {
                Said::from(format!(
                    "what was personal about {person} in the record can be read by nobody any more."
                ))
            } else {
                Said::not_so(format!("the record holds nothing personal about {person}."))
            })
        }
    }
}

/// Somebody may have gone and still stand in the record: then only the id names them.
async fn id_of(desk: &Desk<'_>, person: &str) -> Result<Uuid, Refused> {
    match Uuid::try_parse(person) {
        Ok(id) => Ok(id),
        Err(_) => Ok(desk.person(person).await?.id),
    }
}

fn as_text(entries: &[AuditEntry], next: Option<i64>) -> String {
    if entries.is_empty() {
        return String::from("nothing is recorded here.");
    }
    let mut lines: Vec<String> = entries.iter().flat_map(lines).collect();
    if let Some(next) = next {
        lines.push(format!("there may be more: --after {next}"));
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
            "{}  {}  {}  {}  {} {about}",
            row.position, row.at, row.realm, row.act, row.subject_kind
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
        Personal::Erased => format!("{id} (erased)"),
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
    let is_erased = |part: &Personal| *part == Personal::Erased;
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
        },
        "subject": { "kind": row.subject_kind, "id": row.subject_id },
        "person": row.person.map(|id| json!({
            "id": id,
            "username": username(&entry.person),
            "erased": is_erased(&entry.person),
        })),
        "before": before,
        "after": after,
        "address": address(entry),
        "request_id": row.request_id,
    })
}

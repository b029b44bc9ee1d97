//! One scope's table.

use super::head::DraftHead;
use crate::ScopeToken;
use crate::definition::{Added, Elevation, Risk, RowFilter, ScopeDefinition, ScopeStatus};
use crate::mistake::Mistakes;
use crate::table::{Entry, Table};

/// A scope while its references are checked.
pub(super) struct Draft<'d> {
    pub(super) at: usize,
    pub(super) definition: ScopeDefinition,
    pub(super) successor: Option<Entry<'d>>,
    pub(super) implies: Option<Entry<'d>>,
    /// Of a scope that stands alone; otherwise its resource says it.
    pub(super) group: Option<Entry<'d>>,
}

/// Where a scope stands.
pub(super) struct Place<'a> {
    pub(super) name: String,
    pub(super) resource: &'a str,
    pub(super) action: Option<&'a str>,
    /// How messages name its table.
    pub(super) table: String,
}

pub(super) fn read<'d>(
    entry: &Entry<'d>,
    place: Place<'_>,
    head: &DraftHead,
    elevations: &[Elevation],
    m: &mut Mistakes,
) -> Option<Draft<'d>> {
    let mut table = entry.table(place.table, m)?;
    // Under `[scopes]` the key of the table is the name.
    let named = place.action.and_then(|_| table.take("name"));
    let named = named.and_then(|entry| entry.string(m).map(str::to_owned));
    let title = table.text("title", "a few words", &head.languages, m);
    let description = table.text("description", "one or two sentences", &head.languages, m);
    let added_entry = table.take("added");
    let words = [
        ("never", Added::Never),
        ("new-client", Added::NewClient),
        ("every-grant", Added::EveryGrant),
    ];
    let added = added_entry
        .as_ref()
        .and_then(|entry| entry.word(&words, m))
        .unwrap_or(Added::Never);
    let elevation = table.take("elevation").and_then(|entry| {
        let name = entry.string(m)?;
        if !elevations.iter().any(|elevation| elevation.name == name) {
            m.unknown(
                &entry.span,
                "elevation",
                name,
                elevations.iter().map(|elevation| elevation.name.as_str()),
            );
        }
        Some(name.to_owned())
    });
    let money = flag(&mut table, "money", m);
    let deletes = flag(&mut table, "deletes", m);
    let row_filter = table.take("row_filter");
    let row_filter =
        row_filter.and_then(|entry| entry.word(&[("own-records", RowFilter::OwnRecords)], m));
    let words = [
        ("active", ScopeStatus::Active),
        ("deprecated", ScopeStatus::Deprecated),
        ("retired", ScopeStatus::Retired),
    ];
    let status = table
        .take("status")
        .and_then(|entry| entry.word(&words, m))
        .unwrap_or(ScopeStatus::Active);
    let successor = table.take("successor");
    let implies = table.take("implies");
    let group = match place.action {
        Some(_) => None,
        None => table.take("group"),
    };
    let risk = risk(&mut table, &head.languages, m);
    let note = table
        .take("note")
        .and_then(|entry| entry.string(m))
        .map(str::to_owned);
    let source = head.source(table.take("source"), m);
    let inferred = flag(&mut table, "inferred", m);
    table.finish(m);

    let definition = ScopeDefinition {
        name: named.unwrap_or(place.name),
        resource: place.resource.to_owned(),
        action: place.action.map(str::to_owned),
        title,
        description,
        added,
        elevation,
        money,
        deletes,
        risk,
        row_filter,
        status,
        successor: successor
            .as_ref()
            .and_then(|entry| entry.string(m))
            .map(str::to_owned),
        implies: Vec::new(),
        note,
        source,
        inferred,
    };
    check(
        entry,
        &definition,
        added_entry.as_ref(),
        successor.as_ref(),
        m,
    );
    Some(Draft {
        at: entry.span.start,
        definition,
        successor,
        implies,
        group,
    })
}

fn flag(table: &mut Table<'_>, key: &'static str, m: &mut Mistakes) -> bool {
    let entry = table.take(key);
    entry.and_then(|entry| entry.boolean(m)).unwrap_or(false)
}

/// How much a scope opens, with the sentence that says why: one is not said without the other.
fn risk(table: &mut Table<'_>, languages: &[String], m: &mut Mistakes) -> Option<Risk> {
    let (level, reason) = (table.take("risk"), table.take("risk_reason"));
    let (level, reason) = match (level, reason) {
        (None, None) => return None,
        (Some(level), Some(reason)) => (level, reason),
        (Some(level), None) => {
            let help = "add `risk_reason = { en = \"…\" }`, one plain sentence";
            m.at(&level.span, "`risk` without `risk_reason`", help);
            return None;
        }
        (None, Some(reason)) => {
            let help = "add `risk`, from 1 (little) to 5 (most)";
            m.at(&reason.span, "`risk_reason` without `risk`", help);
            return None;
        }
    };
    let (level, reason) = (level.integer(1..=5, m), reason.text(languages, m));
    Some(Risk {
        level: u8::try_from(level?).ok()?,
        reason: reason?,
    })
}

/// What a scope's keys say against each other.
fn check(
    entry: &Entry<'_>,
    scope: &ScopeDefinition,
    added: Option<&Entry<'_>>,
    successor: Option<&Entry<'_>>,
    m: &mut Mistakes,
) {
    if let Err(error) = ScopeToken::parse(&scope.name) {
        let help =
            "RFC 6749 section 3.3 allows printable ASCII without spaces, quotes and backslashes";
        m.at(
            &entry.span,
            format!("`{}` cannot be a scope: {error}", scope.name),
            help,
        );
    }
    if let (Some(entry), Added::EveryGrant) = (added, scope.added) {
        if scope.elevation.is_some() {
            m.at(
                &entry.span,
                format!("`{}` is on every grant and needs an approval", scope.name),
                "remove `added` or `elevation`",
            );
        }
        if scope.status == ScopeStatus::Retired {
            m.at(
                &entry.span,
                format!("`{}` is on every grant and retired", scope.name),
                "remove `added` or `status`",
            );
        }
    }
    if let (Some(entry), ScopeStatus::Active) = (successor, scope.status) {
        m.at(
            &entry.span,
            format!("`{}` is active and has a successor", scope.name),
            "set `status` to \"deprecated\" or \"retired\", or remove `successor`",
        );
    }
}

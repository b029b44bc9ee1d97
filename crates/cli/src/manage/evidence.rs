//! What proves a grant, for people and for programs.

use oauth::model::{Consent, ConsentEvidence, GrantStatus, ShownNames, TokenHash, Withheld};
use realm::manage::{Decision, GrantEvidence};
use scope::Scope;
use serde_json::{Value, json};

/// One member for everything that is kept.
pub fn as_json(evidence: &GrantEvidence) -> Value {
    let grant = &evidence.grant;
    let decisions: Vec<Value> = evidence.decisions.iter().map(decision_as_json).collect();
    json!({
        "grant": grant.id,
        "client": grant.client,
        "person": grant.user,
        "username": evidence.username,
        "organisation": grant.organisation,
        "slug": evidence.organisation,
        "status": grant.status,
        "decisions": decisions,
    })
}

fn decision_as_json(decision: &Decision) -> Value {
    let consent = &decision.consent;
    let shown = consent.evidence.as_ref().map(|evidence| {
        json!({
            "catalog_digest": digest(evidence),
            "catalog_archived": decision.is_archived,
            "language": evidence.language,
            "rows": evidence.rows,
            "names": evidence.names,
            "returned_to": evidence.returned_to,
            "signed_in_at": evidence.signed_in_at,
        })
    });
    json!({
        "consent": consent.id,
        "decided_at": consent.decided_at,
        "catalog_version": consent.catalog_version,
        "requested": consent.requested.to_string(),
        "granted": consent.granted.to_string(),
        "refused": consent.refused.to_string(),
        "withheld": consent.withheld,
        "shown": shown,
    })
}

/// Some lines for each decision.
pub fn as_text(evidence: &GrantEvidence) -> String {
    let grant = &evidence.grant;
    let person = match &evidence.username {
        Some(username) => username.clone(),
        None => format!("{}, who was deleted", grant.user),
    };
    let place = match (&evidence.organisation, grant.organisation) {
        (Some(slug), _) => format!(" at {slug}"),
        (None, Some(id)) => format!(" at {id}, which was deleted"),
        (None, None) => String::new(),
    };
    let status = match grant.status {
        GrantStatus::Live => String::from("live"),
        GrantStatus::Revoked { at, .. } => format!("ended {at}"),
    };
    let mut lines = vec![format!(
        "{} for {person}{place}, by {}: {status}",
        grant.id, grant.client
    )];
    for decision in &evidence.decisions {
        lines.extend(decision_as_text(decision));
    }
    lines.join("\n")
}

fn decision_as_text(decision: &Decision) -> Vec<String> {
    let consent = &decision.consent;
    let mut lines = vec![
        String::new(),
        format!("decided {}", consent.decided_at),
        format!("  asked     {}", consent.requested),
        format!("  allowed   {}", consent.granted),
    ];
    lines.extend(unless_empty("refused", &consent.refused));
    lines.extend(withheld(consent));
    let Some(evidence) = &consent.evidence else {
        lines.push(String::from("  what was shown was not kept at that time"));
        return lines;
    };
    lines.extend(evidence.names.iter().flat_map(names));
    lines.push(format!("  signed in {}", evidence.signed_in_at));
    lines.push(format!("  back to   {}", evidence.returned_to));
    let archived = if decision.is_archived {
        "archived"
    } else {
        "not archived"
    };
    lines.push(format!(
        "  catalog   {} (SHA-256 {}, {archived})",
        consent.catalog_version,
        digest(evidence)
    ));
    lines.push(format!("  shown     in {}", evidence.language));
    let rows = evidence.rows.as_ref().and_then(Value::as_array);
    lines.extend(rows.into_iter().flatten().map(row));
    lines
}

/// What the app and the organisations were called on the page.
fn names(names: &ShownNames) -> [String; 2] {
    [
        format!("  app       {:?} by {:?}", names.app, names.maker),
        format!("  at        {:?}", names.organisations),
    ]
}

fn unless_empty(what: &str, scope: &Scope) -> Option<String> {
    (!scope.is_empty()).then(|| format!("  {what:<9} {scope}"))
}

fn withheld(consent: &Consent) -> Option<String> {
    let each = |withheld: &Withheld| format!("{} ({})", withheld.scope, withheld.reason.as_str());
    let all: Vec<String> = consent.withheld.iter().map(each).collect();
    (!all.is_empty()).then(|| format!("  withheld  {}", all.join(", ")))
}

/// A scope as it was shown: its name, its state, and what else is said of it.
fn row(row: &Value) -> String {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or("?");
    let marks = row.as_object().into_iter().flatten();
    let marks = marks.filter(|(_, value)| **value == Value::Bool(true));
    let marks: String = marks
        .map(|(name, _)| format!(", {}", name.replace('_', " ")))
        .collect();
    format!("    {}: {}{marks}", text("scope"), text("state"))
}

fn digest(evidence: &ConsentEvidence) -> String {
    TokenHash(evidence.catalog).to_string()
}

//! English as far as API paths need it: plurals of collections, past tense of actions.

/// What the list of `singular` may be called.
pub(super) fn plurals(singular: &str) -> Vec<String> {
    let mut forms = vec![format!("{singular}s"), format!("{singular}es")];
    if let Some(stem) = singular.strip_suffix('y') {
        forms.push(format!("{stem}ies"));
    }
    forms
}

/// What one record of `collection` is called.
pub(super) fn singular(collection: &str) -> String {
    if let Some(stem) = collection.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes"] {
        if collection.ends_with(ending) {
            return collection
                .strip_suffix("es")
                .unwrap_or(collection)
                .to_owned();
        }
    }
    match collection.strip_suffix('s') {
        Some(stem) if !stem.ends_with('s') => stem.to_owned(),
        _ => collection.to_owned(),
    }
}

/// Do two names mean the same, however their words are joined?
pub(super) fn same_words(one: &str, other: &str) -> bool {
    bare(one) == bare(other)
}

/// A name without what joins its words: two that mean the same are equal.
pub(super) fn bare(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

/// The name of the record that a path parameter such as `fiscalYearId` or `contact_id`
/// stands for; `None` for a parameter that is just called `id`.
pub(super) fn parameter_stem(parameter: &str) -> Option<&str> {
    ["_id", "Id", "_uuid", "Uuid"]
        .into_iter()
        .find_map(|ending| parameter.strip_suffix(ending))
        .filter(|stem| !stem.is_empty())
}

/// The status of a record after an action such as `publish` or `mark_as_sent`.
pub(super) fn status_after(action: &str) -> String {
    if let Some(state) = action.strip_prefix("mark_as_") {
        return state.to_owned();
    }
    if action.starts_with("revert") {
        return "draft".to_owned();
    }
    match action.split_once('_') {
        Some((verb, object)) => format!("{object}_{}", past(verb)),
        None => past(action),
    }
}

fn past(verb: &str) -> String {
    match verb {
        "win" => "won".to_owned(),
        "lose" => "lost".to_owned(),
        "send" => "sent".to_owned(),
        "open" | "reopen" => "open".to_owned(),
        "cancel" => "cancelled".to_owned(),
        _ if verb.ends_with('e') => format!("{verb}d"),
        _ => format!("{verb}ed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_their_records_are_paired() {
        for (one, many) in [
            ("project", "projects"),
            ("tax", "taxes"),
            ("time_entry", "time_entries"),
            ("address", "addresses"),
            ("invoice", "invoices"),
        ] {
            assert!(plurals(one).contains(&many.to_owned()), "{many}");
            assert_eq!(singular(many), one);
        }
        assert_eq!(singular("staff"), "staff");
        assert_eq!(singular("kb_invoice"), "kb_invoice");
        assert_eq!(singular("address"), "address");
    }

    #[test]
    fn words_may_be_joined_in_any_way() {
        assert!(same_words("fiscalYear", "fiscal-year"));
        assert!(same_words("journal_entry", "journalEntry"));
        assert!(!same_words("year", "fiscal-year"));
        assert_eq!(parameter_stem("fiscalYearId"), Some("fiscalYear"));
        assert_eq!(parameter_stem("contact_id"), Some("contact"));
        assert_eq!(parameter_stem("id"), None);
        assert_eq!(parameter_stem("_id"), None);
    }

    #[test]
    fn actions_leave_a_status() {
        for (action, status) in [
            ("publish", "published"),
            ("win", "won"),
            ("finalize", "finalized"),
            ("mark_as_sent", "sent"),
            ("revert_issue", "draft"),
            ("grant_access", "access_granted"),
        ] {
            assert_eq!(status_after(action), status);
        }
    }
}

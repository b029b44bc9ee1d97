//! What is said before somebody or something is deleted.

use oauth::model::Ending;

use super::Said;

/// What would end, counted.
pub fn unconfirmed(who: &str, ending: &Ending, version: i64) -> Said {
    let counts = [
        (ending.grants, "live grant", "live grants"),
        (ending.sessions, "session", "sessions"),
        (ending.places, "place", "places"),
        (ending.machines, "machine's access", "machines' access"),
        (ending.api_keys, "API key", "API keys"),
    ];
    let ends: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    let with_it = match ends.as_slice() {
        [] => String::from("nothing hangs from it"),
        ends => format!("with it would end: {}", ends.join(", ")),
    };
    Said::not_so(format!(
        "nothing done yet: {who} (version {version}) would be deleted, for good; {with_it}. Give \
         --yes to do it"
    ))
}

/// So many of something.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

//! How often the API may be called.

use crate::limits::{CallLimit, CallLimits, LimitHeaders, LimitedPer, ResetForm};
use crate::mistake::{Mistakes, suggest};
use crate::table::{Entry, Table};

use super::head::DraftHead;
use super::scope::Scopes;

pub(super) fn read(
    file: &mut Table<'_>,
    scopes: &Scopes,
    head: &DraftHead,
    m: &mut Mistakes,
) -> CallLimits {
    let section = file.take("limits");
    let Some(mut table) = section.and_then(|entry| entry.table("[limits]", m)) else {
        return CallLimits::default();
    };
    let write = table.take("one_write_at_a_time");
    let write = write.and_then(|entry| entry.boolean(m));
    let windows = windows(&mut table, scopes, head, m);
    let headers = table.take("headers");
    let headers = headers.and_then(|entry| entry.table("[limits.headers]", m));
    let headers = headers.map(|table| headers_of(table, m));
    table.finish(m);
    CallLimits {
        windows,
        one_write_at_a_time: write.unwrap_or(false),
        headers: headers.unwrap_or_default(),
    }
}

fn windows(
    limits: &mut Table<'_>,
    scopes: &Scopes,
    head: &DraftHead,
    m: &mut Mistakes,
) -> Vec<CallLimit> {
    let Some(entry) = limits.take("window") else {
        return Vec::new();
    };
    let mut windows = Vec::new();
    for table in entry.tables(m) {
        let span = table.span.clone();
        let Some(window) = window(table, scopes, head, m) else {
            continue;
        };
        if CallLimits::twice(&windows, &window) {
            let what = "two [[limits.window]] are about the same calls in the same span";
            m.at(&span, what, "keep the one with the smaller number");
        }
        windows.push(window);
    }
    if windows.len() > CallLimits::MOST_WINDOWS {
        let what = format!("there are {} limits", windows.len());
        let help = format!("write at most {}", CallLimits::MOST_WINDOWS);
        m.at(&entry.span, what, help);
    }
    windows
}

fn window(
    mut table: Table<'_>,
    scopes: &Scopes,
    head: &DraftHead,
    m: &mut Mistakes,
) -> Option<CallLimit> {
    table.name = "[[limits.window]]".to_owned();
    let words = LimitedPer::ALL.map(|per| (per.as_str(), per));
    let help = "write `per = \"token\"`, \"client\", \"grant\", \"organisation\" or \"address\"";
    let per = table.require("per", help, m);
    let per = per.and_then(|entry| entry.word(&words, m));
    let calls = table.require("calls", "write `calls = 200`", m);
    let calls = calls.and_then(|entry| entry.integer(1..=i64::from(CallLimit::MOST_CALLS), m));
    let within = table.require("within", "write `within = \"60s\"`", m);
    let within = within.and_then(|entry| within_a_day(&entry, m));
    let scope = table.take("scope");
    let named = scope.as_ref().and_then(|entry| known(entry, scopes, m));
    let inferred = table.take("inferred").and_then(|entry| entry.boolean(m));
    let source = head.source(table.take("source"), m);
    let note = table.take("note").and_then(|entry| entry.string(m));
    table.finish(m);
    if scope.is_some() && named.is_none() {
        return None;
    }
    Some(CallLimit {
        per: per?,
        calls: u32::try_from(calls?).ok()?,
        within: within?,
        scope: named,
        inferred: inferred.unwrap_or(false),
        source,
        note: note.map(str::to_owned),
    })
}

fn within_a_day(entry: &Entry<'_>, m: &mut Mistakes) -> Option<u64> {
    let seconds = entry.seconds(m)?;
    if seconds > CallLimit::LONGEST {
        let what = "calls cannot be counted for longer than a day";
        m.at(
            &entry.span,
            what,
            "they are counted in memory; write at most `1d`",
        );
        return None;
    }
    Some(seconds)
}

fn known(entry: &Entry<'_>, scopes: &Scopes, m: &mut Mistakes) -> Option<String> {
    let name = entry.string(m)?;
    if scopes.ids.contains_key(name) {
        return Some(name.to_owned());
    }
    let names = scopes.ids.keys().map(String::as_str);
    let what = format!("there is no scope `{name}`");
    m.at(&entry.span, what, suggest(name, names, ""));
    None
}

fn headers_of(mut table: Table<'_>, m: &mut Mistakes) -> LimitHeaders {
    let limit = header(table.take("limit"), m);
    let remaining = header(table.take("remaining"), m);
    let retry_after = header(table.take("retry_after"), m);
    let reset = header(table.take("reset"), m);
    let words = [("epoch", ResetForm::Epoch), ("seconds", ResetForm::Seconds)];
    let form = table.take("reset_in");
    let said = form.as_ref().and_then(|entry| entry.word(&words, m));
    if let (Some(_), None) = (&reset, &form) {
        let what = "[limits.headers] has a `reset` and does not say how it is told";
        let help = "add `reset_in = \"epoch\"` (seconds since 1970) or \"seconds\" (from now)";
        m.at(&table.span, what, help);
    }
    if let (None, Some(entry)) = (&reset, &form) {
        m.at(
            &entry.span,
            "`reset_in` is there without `reset`",
            "add it, or remove this",
        );
    }
    table.finish(m);
    LimitHeaders {
        limit,
        remaining,
        reset: reset.zip(said),
        retry_after,
    }
}

/// A header of this kind: another one could take the place of what an answer needs.
fn header(entry: Option<Entry<'_>>, m: &mut Mistakes) -> Option<String> {
    let entry = entry?;
    let name = entry.string(m)?;
    let lower = name.to_ascii_lowercase();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_told_by = ["limit", "remaining", "reset", "retry", "quota"];
    let fits = name.bytes().all(is_plain)
        && (1..=100).contains(&name.len())
        && is_told_by.iter().any(|part| lower.contains(part))
        && lower != "retry-after"
        && !lower.starts_with("scopegate");
    if !fits {
        m.at(
            &entry.span,
            format!("`{}` cannot be the header `{name}`", entry.key),
            "name a header of letters, digits and hyphens that tells of a limit, such as `RateLimit-Limit`; `Retry-After` is always there",
        );
    }
    fits.then(|| name.to_owned())
}

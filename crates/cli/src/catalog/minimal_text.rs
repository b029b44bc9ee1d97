use std::collections::BTreeMap;

use authoring::{
    LeastOfRun, LeftOut, MissingBase, NoRule, Run, RunFormat, UnreadableLine, UnseenBody,
};
use scope::{Catalog, Instead, MinimalScopes, Proof, WhyNot};

/// How many of a list are shown; `--json` has all of them.
const SHOWN: usize = 10;

/// The answer for people: the scope alone on the first line.
pub(super) fn as_text(catalog: &Catalog, run: &Run, least: &LeastOfRun<'_>) -> String {
    let answer = &least.least;
    let mut text = format!("{}\n\n", answer.scope);
    text += &match run.format {
        RunFormat::Lines => by_call(answer),
        _ => by_endpoint(catalog, least),
    };
    text += &match (least.calls.as_slice(), &least.missing_base) {
        ([], base) => format!(
            "No call that is counted here has a rule, so there is no scope to ask for.\n{}",
            // The cause, before all that comes of it.
            line(base.as_ref())
        ),
        _ => format!("\n{}\n", reason(answer)),
    };
    for name in answer.scope.iter() {
        let scope = catalog.find(name).and_then(|id| catalog.scope(id));
        if let Some(elevation) = scope.and_then(|scope| scope.elevation.as_deref()) {
            text += &format!("{name} works only for an app with an approval ({elevation}).\n");
        }
    }
    text += &instead(&answer.instead);
    text += &unseen_bodies(run.format, &least.unseen_bodies);
    let base = least.missing_base.as_ref();
    let base = base.filter(|_| !least.calls.is_empty());
    text += &no_rule(run.format, &least.no_rule, base);
    text += &left_out(&least.left_out);
    text += &unreadable(run.format, &run.unreadable);
    text
}

fn by_call(answer: &MinimalScopes) -> String {
    let rows = answer.per_call.iter().map(|call| {
        let mut scopes = call.scopes.join(" ");
        if let Some(filter) = call.row_filter {
            scopes += &format!("  (rows: {})", filter.as_str());
        }
        (format!("{} {}", call.method, call.path), scopes)
    });
    columns(rows.collect())
}

fn by_endpoint(catalog: &Catalog, least: &LeastOfRun<'_>) -> String {
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (needs, call) in least.least.per_call.iter().zip(&least.calls) {
        let what = match catalog.route(&needs.method, &needs.path) {
            Ok(route) => format!("{} {}", needs.method, route.endpoint().path),
            Err(_) => format!("{} {}", needs.method, needs.path),
        };
        let mut scopes = needs.scopes.join(" ");
        if let Some(filter) = needs.row_filter {
            scopes += &format!("  (rows: {})", filter.as_str());
        }
        *times.entry((what, scopes)).or_default() += call.times;
    }
    let rows = times
        .into_iter()
        .map(|((what, scopes), times)| match times {
            1 => (what, scopes),
            _ => (what, format!("{scopes}  ({times} times)")),
        });
    columns(rows.collect())
}

fn columns(rows: Vec<(String, String)>) -> String {
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or(0);
    let rows = rows
        .iter()
        .map(|(what, behind)| format!("{what:width$}  {behind}\n"));
    rows.collect()
}

fn reason(answer: &MinimalScopes) -> String {
    if answer.scope.is_empty() {
        return "No scope is needed: these calls are open to any token.".to_owned();
    }
    let sure = match answer.proof {
        Proof::Least => {
            "Nothing that opens these calls opens less, and of what is left nothing has less risk: \
             all choices were compared."
        }
        Proof::Undominated => {
            "Nothing that opens these calls opens less; this is proved. There were too many choices \
             to compare the risk of all: no single scope can be exchanged for less."
        }
        Proof::Improved => {
            "This is not proved to be the least, there were too many choices to compare: no single \
             scope can be left out, or exchanged for something better."
        }
    };
    format!(
        "It opens {} of the API's {} calls. {sure}",
        answer.opens, answer.of
    )
}

fn instead(all: &[Instead]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut text = String::from("\nWhat else would open them:\n");
    for own in all.iter().take(SHOWN) {
        text += &format!(
            "  {} in place of {}: {}\n",
            own.scopes.join(" "),
            own.of.join(" "),
            why_not(own)
        );
    }
    text + &further(all.len())
}

fn why_not(own: &Instead) -> String {
    let more = match own.more {
        0 => "opens nothing that this does not".to_owned(),
        count => format!(
            "opens {count} {} that this does not, such as {}",
            if count == 1 { "call" } else { "calls" },
            own.examples.join(", ")
        ),
    };
    match own.why {
        WhyNot::OpensMore => match own.examples.len() == own.more {
            true => format!("also opens {}", own.examples.join(", ")),
            false => format!(
                "also opens {} calls, such as {}",
                own.more,
                own.examples.join(", ")
            ),
        },
        WhyNot::MoreRisk => format!("has more risk; it {more}"),
        WhyNot::OpensMoreCalls => format!("opens more calls at the same risk; it {more}"),
        WhyNot::NoBetter => format!("is no better; it {more}"),
        WhyNot::OpensTooMuch => format!("opens more than something else would; it {more}"),
    }
}

/// Why more may stand on the first line than the calls need.
fn unseen_bodies(format: RunFormat, all: &[UnseenBody]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let have = match format {
        RunFormat::Har => "bodies that are no JSON say nothing",
        _ => "an HTTP Archive has bodies",
    };
    let mut text = format!(
        "\nWhat {} by a body that was not recorded, so every scope that it could ask for is counted \
         ({have}):\n",
        counted(all.len(), "endpoint needs goes", "endpoints need goes")
    );
    for own in all.iter().take(SHOWN) {
        let place = place(format, own.line, own.times);
        let members = own.members.iter().map(|own| format!("`{own}`"));
        let members = members.collect::<Vec<_>>().join(", ");
        text += &format!("  {} {} ({place}): by {members}\n", own.method, own.path);
    }
    text + &further(all.len())
}

fn no_rule(format: RunFormat, calls: &[NoRule], base: Option<&MissingBase>) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nNo scope opens {}, which {} not counted here. Add a rule to the catalog, or name where \
         the API begins (--base):\n{}",
        counted(calls.len(), "other call", "other calls"),
        is(calls.len()),
        line(base)
    );
    for call in calls.iter().take(SHOWN) {
        let place = place(format, call.line, call.times);
        let why = call.reason.as_str();
        text += &format!("  {} {} ({why}, {place})", call.method, call.path);
        text += &match &call.why {
            Some(why) => format!(": {why}\n"),
            None => "\n".to_owned(),
        };
    }
    text + &further(calls.len())
}

fn line(base: Option<&MissingBase>) -> String {
    base.map(|base| format!("{base}\n")).unwrap_or_default()
}

/// Where it stands first, and how often.
fn place(format: RunFormat, line: usize, times: usize) -> String {
    match times {
        1 => format!("{} {line}", format.place()),
        times => format!("first {} {line}, {times} times", format.place()),
    }
}

fn left_out(left_out: &LeftOut) -> String {
    let parts = [
        (
            left_out.refused,
            "refused (401, 403; --refused counts them)",
        ),
        (left_out.unanswered, "without an answer"),
        (left_out.elsewhere, "elsewhere than --base"),
        (left_out.no_call, "that are no call"),
        (left_out.preflights, "preflights"),
        (left_out.files, "files of pages without a rule"),
        (left_out.absent, "answered 404 or 405, without a rule"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!("\nLeft out: {}.\n", parts.join("; ")),
    }
}

fn unreadable(format: RunFormat, lines: &[UnreadableLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let what = match (format, lines.len()) {
        (RunFormat::Har, count) => counted(count, "entry", "entries"),
        (_, count) => counted(count, "line", "lines"),
    };
    let mut text = format!(
        "\n{what} could not be read, and {} not counted:\n",
        is(lines.len())
    );
    for own in lines.iter().take(SHOWN) {
        text += &format!("  {} {}: {}\n", format.place(), own.line, own.what);
    }
    text + &further(lines.len())
}

fn is(count: usize) -> &'static str {
    match count {
        1 => "is",
        _ => "are",
    }
}

fn further(count: usize) -> String {
    match count.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("  and {more} more; --json lists all of them\n"),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

//! The keys of what goes on at an API's gates beside the decision.

use super::key::{Absent, Key, Table};

pub const API_MODE: Key = Key {
    name: "mode",
    form: "`\"deny\"` or `\"observe\"`",
    example: r#"mode = "deny""#,
    absent: Absent::Means("deny"),
    about: "What its gates do with calls that are not allowed: deny them, or, with `observe`, count and \
            log them and let them through, until `observe_until`. See `docs/observe.md`.",
};
pub const API_OBSERVE_UNTIL: Key = Key {
    name: "observe_until",
    form: "day, as a text",
    example: r#"observe_until = "2026-12-31""#,
    absent: Absent::Off("with `mode = \"observe\"`, a mistake"),
    about: "The last day (UTC) on which calls are only observed. From the next one the gates deny.",
};
pub const API_PASSES: Key = Key {
    name: "pass",
    form: "tables",
    example: "[[realm.api.pass]]",
    absent: Absent::Off("every call needs a token"),
    about: "Calls with other credentials that go on without a decision; see `[[realm.api.pass]]`.",
};
pub const API_OBSERVES: Key = Key {
    name: "observe",
    form: "tables",
    example: "[[realm.api.observe]]",
    absent: Absent::Off("`mode` counts for all calls"),
    about: "Calls of one app, or of some paths, that are only observed; see `[[realm.api.observe]]`.",
};

pub const API_PASS: Table = Table {
    head: "[[realm.api.pass]]",
    about: "Calls that carry a credential of another kind and no bearer token: the gates let them \
            through without a decision and without anybody's identity, and the API judges them as it did \
            before. A call that carries a bearer token as well is decided by that. Exactly one of \
            `cookie`, `header`, `authorization` and `no_token` is there.",
    keys: &[
        &PASS_COOKIE,
        &PASS_HEADER,
        &PASS_AUTHORIZATION,
        &PASS_NO_TOKEN,
        &PASS_PATHS,
    ],
};

pub const PASS_COOKIE: Key = Key {
    name: "cookie",
    form: "text",
    example: r#"cookie = "sessionid""#,
    absent: Absent::Off("not asked for"),
    about: "The name of a cookie that they carry. Capital letters count.",
};
pub const PASS_HEADER: Key = Key {
    name: "header",
    form: "text",
    example: r#"header = "X-Api-Key""#,
    absent: Absent::Off("not asked for"),
    about: "A header that they carry.",
};
pub const PASS_AUTHORIZATION: Key = Key {
    name: "authorization",
    form: "text",
    example: r#"authorization = "Basic""#,
    absent: Absent::Off("not asked for"),
    about: "The scheme of the one `Authorization` header that they carry; any but `Bearer`.",
};
pub const PASS_NO_TOKEN: Key = Key {
    name: "no_token",
    form: "`true`",
    example: "no_token = true",
    absent: Absent::Off("not asked for"),
    about: "Every call without a bearer token, whatever it carries.",
};
pub const PASS_PATHS: Key = Key {
    name: "paths",
    form: "list of paths",
    example: r#"paths = ["/app", "=/login"]"#,
    absent: Absent::Off("every path"),
    about: "Where: paths as callers send them, `base_path` included. `/app` is that path and all below \
            it, `=/login` that path alone.",
};

pub const API_OBSERVE: Table = Table {
    head: "[[realm.api.observe]]",
    about: "Calls that are only observed while the others are denied. With `client` and `paths` both, \
            those of that app there.",
    keys: &[&OBSERVE_CLIENT, &OBSERVE_PATHS, &OBSERVE_UNTIL],
};

pub const OBSERVE_CLIENT: Key = Key {
    name: "client",
    form: "text",
    example: r#"client = "ledgerly""#,
    absent: Absent::Off("those of anybody; then `paths` is there"),
    about: "The `client_id` of the app whose genuine token they carry.",
};
pub const OBSERVE_PATHS: Key = Key {
    name: "paths",
    form: "list of paths",
    example: r#"paths = ["/v2"]"#,
    absent: Absent::Off("every path; then `client` is there"),
    about: "Where, as in `[[realm.api.pass]]`.",
};
pub const OBSERVE_UNTIL: Key = Key {
    name: "until",
    form: "day, as a text",
    example: r#"until = "2026-12-31""#,
    absent: Absent::Mistake,
    about: "The last day (UTC) on which they are only observed.",
};

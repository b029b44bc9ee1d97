//! The keys of `[realm.rights]`.

use super::key::{Absent, Key, Table};

pub const RIGHTS_TABLE: Key = Key {
    name: "rights",
    form: "table",
    example: "[realm.rights]",
    absent: Absent::Off("people may do what their roles say"),
    about: "Where it comes from what people may do; see `[realm.rights]`.",
};

pub const RIGHTS: Table = Table {
    head: "[realm.rights]",
    about: "Where it comes from what people may do in an organisation, and so what apps may do for them. \
            Records, decisions and explanations are the same whatever stands here. See `docs/rights.md`.",
    keys: &[
        &RIGHTS_KIND,
        &VALID_FOR,
        &RIGHTS_URL,
        &SECRET_FILE,
        &SECRET_NAME,
        &REMEMBERED_FOR,
        &RIGHTS_TIMEOUT,
        &RIGHTS_SOURCE,
        &ALLOW_ADDRESSES,
        &RIGHTS_CA,
    ],
};

pub const RIGHTS_KIND: Key = Key {
    name: "kind",
    form: "`\"stored\"`, `\"given\"` or `\"asked\"`",
    example: r#"kind = "stored""#,
    absent: Absent::Means("stored"),
    about: "`stored`: from the roles that are kept here. `given`: from your sign-in, each time a person \
            signs in. `asked`: from your system, which is asked when somebody calls.",
};
pub const VALID_FOR: Key = Key {
    name: "valid_for",
    form: "duration",
    example: r#"valid_for = "8h""#,
    absent: Absent::Off("`8h` with `kind = \"given\"`"),
    about: "With `given`: for how long rights count that a sign-in gave, until the next one at most; \
            between a minute and 30 days. Then calls are denied as `right-expired`, and apps go on \
            refreshing.",
};
pub const RIGHTS_URL: Key = Key {
    name: "url",
    form: "URL",
    example: r#"url = "https://app.example.com/scopegate/rights""#,
    absent: Absent::Off("with `kind = \"asked\"`, a mistake"),
    about: "With `asked`: where your system answers. `https`, or `http` on this machine.",
};
pub const SECRET_FILE: Key = Key {
    name: "secret_file",
    form: "path",
    example: r#"secret_file = "rights.secret""#,
    absent: Absent::Off("with `kind = \"asked\"`, a mistake"),
    about: "With `asked`: a file with the secret, of 32 bytes at least, by which questions are signed \
            (RFC 9421, `hmac-sha256`). A line's end behind it does not belong to it. Read at start.",
};
pub const SECRET_NAME: Key = Key {
    name: "secret_name",
    form: "text",
    example: r#"secret_name = "2026-11""#,
    absent: Absent::Off("`scopegate` with `kind = \"asked\"`"),
    about: "With `asked`: what the signature calls the secret (`keyid`), so that your system can know two \
            while one is replaced.",
};
pub const REMEMBERED_FOR: Key = Key {
    name: "remembered_for",
    form: "duration",
    example: r#"remembered_for = "30s""#,
    absent: Absent::Off("`30s` with `kind = \"asked\"`"),
    about: "With `asked`: for how long an answer counts, ten minutes at most. For so long a right that was \
            taken away may go on opening calls, and calls go on while your system does not answer.",
};
pub const RIGHTS_TIMEOUT: Key = Key {
    name: "timeout",
    form: "duration",
    example: r#"timeout = "2s""#,
    absent: Absent::Off("`2s` with `kind = \"asked\"`"),
    about: "With `asked`: how long an answer may take, between 50 ms and 10 s.",
};
pub const RIGHTS_SOURCE: Key = Key {
    name: "source",
    form: "text",
    example: r#"source = "sign-in""#,
    absent: Absent::Off("`source` of `[realm.sign_in]`"),
    about: "With `asked`: the source of the people and organisations that your system knows. About others \
            nothing is asked, and they may do nothing.",
};
pub const ALLOW_ADDRESSES: Key = Key {
    name: "allow_addresses",
    form: "list of networks",
    example: r#"allow_addresses = ["10.1.0.0/16"]"#,
    absent: Absent::Off("public addresses only"),
    about: "With `asked`: networks inside, such as `[\"10.1.0.0/16\", \"127.0.0.1\"]`, that `url` may lead \
            to. Others that are not public are not connected to, whatever the name stands for.",
};
pub const RIGHTS_CA: Key = Key {
    name: "ca_certificate",
    form: "path",
    example: r#"ca_certificate = "internal-ca.pem""#,
    absent: Absent::Off("Mozilla's list of authorities"),
    about: "With `asked`: PEM file with the authorities that vouch for your system; then no other does.",
};

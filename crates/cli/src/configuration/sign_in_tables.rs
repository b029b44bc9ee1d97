//! The keys that say where people of a realm sign in.

use super::key::{Absent, Key, Table};
use super::openid_tables::{
    OPENID_ALLOW_ADDRESSES, OPENID_CA, OPENID_CLAIMS, OPENID_CLIENT_ID, OPENID_CLIENT_SECRET_FILE,
    OPENID_ISSUER, OPENID_PRIVATE_KEY_FILE, OPENID_SCOPES,
};

pub const SIGN_IN: Key = Key {
    name: "sign_in",
    form: "table",
    example: "[realm.sign_in]",
    absent: Absent::Off("with accounts and passwords here"),
    about: "Where people sign in; see `[realm.sign_in]`.",
};

pub const SIGN_IN_TABLE: Table = Table {
    head: "[realm.sign_in]",
    about: "Where the people of the realm sign in: here, or where they sign in now, which then tells who they are. \
            See `docs/your-sign-in.md`.",
    keys: &[
        &SIGN_IN_KIND,
        &SIGN_IN_AGAIN_FOR_ELEVATED,
        &SIGN_IN_URL,
        &SIGN_IN_SOURCE,
        &SIGN_IN_SIGN_OUT_URL,
        &OPENID_ISSUER,
        &OPENID_CLIENT_ID,
        &OPENID_CLIENT_SECRET_FILE,
        &OPENID_PRIVATE_KEY_FILE,
        &OPENID_SCOPES,
        &OPENID_ALLOW_ADDRESSES,
        &OPENID_CA,
        &OPENID_CLAIMS,
    ],
};

pub const SIGN_IN_KIND: Key = Key {
    name: "kind",
    form: "`\"accounts\"`, `\"external\"` or `\"openid-connect\"`",
    example: r#"kind = "external""#,
    absent: Absent::Mistake,
    about: "`accounts`: with a username and a password that are kept here. `external`: in an application of yours \
            that has sessions of its own; its back end tells in one call who signed in. `openid-connect`: at a provider of OpenID Connect.",
};
pub const SIGN_IN_AGAIN_FOR_ELEVATED: Key = Key {
    name: "again_for_elevated",
    form: "duration",
    example: r#"again_for_elevated = "15m""#,
    absent: Absent::Off("however long ago"),
    about: "How long ago a person may have proved who they are at most when an app asks for scopes of an elevation; \
            else they sign in again first. Any kind.",
};
pub const SIGN_IN_URL: Key = Key {
    name: "url",
    form: "URL",
    example: r#"url = "https://app.example.com/connect/sign-in""#,
    absent: Absent::Off("with `external`, a mistake"),
    about: "Where browsers are sent to sign in, with a `challenge` in the query. `https`, or `http` on this machine. \
            `external` only.",
};
pub const SIGN_IN_SOURCE: Key = Key {
    name: "source",
    form: "name",
    example: r#"source = "my-app""#,
    absent: Absent::Means("sign-in"),
    about: "What records call the system that tells of people and organisations: lower-case letters, digits and \
            hyphens. Whoever changes it makes all of them others. Any kind but `accounts`.",
};
pub const SIGN_IN_SIGN_OUT_URL: Key = Key {
    name: "sign_out_url",
    form: "URL",
    example: r#"sign_out_url = "https://app.example.com/logout""#,
    absent: Absent::Off("the page behind signing out names no address"),
    about: "Where people end their session with your application itself: signing out here ends what is here. \
            `external` only.",
};

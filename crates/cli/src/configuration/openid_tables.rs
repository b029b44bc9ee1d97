//! The keys of `[realm.sign_in]` about a provider of OpenID Connect.

use super::key::{Absent, Key, Table};

pub const OPENID_ISSUER: Key = Key {
    name: "issuer",
    form: "URL",
    example: r#"issuer = "https://sso.example.com/realms/main""#,
    absent: Absent::Off("with `openid-connect`, a mistake"),
    about: "The provider, character by character as it calls itself: its document at \
            `/.well-known/openid-configuration` behind this says the same. `https`, or `http` on this \
            machine. `openid-connect` only, as are those that follow.",
};
pub const OPENID_CLIENT_ID: Key = Key {
    name: "client_id",
    form: "text",
    example: r#"client_id = "scopegate""#,
    absent: Absent::Off("with `openid-connect`, a mistake"),
    about: "What this server is called at the provider.",
};
pub const OPENID_CLIENT_SECRET_FILE: Key = Key {
    name: "client_secret_file",
    form: "path",
    example: r#"client_secret_file = "sso.secret""#,
    absent: Absent::Off(
        "in `SCOPEGATE_SIGN_IN_SECRET_` and the realm's name in capitals, or `private_key_file`",
    ),
    about: "A file with the secret it has there. Read at start.",
};
pub const OPENID_PRIVATE_KEY_FILE: Key = Key {
    name: "private_key_file",
    form: "path",
    example: r#"private_key_file = "sso-key.pem""#,
    absent: Absent::Off("by secret"),
    about: "A file with a private key (PKCS #8, PEM; P-256, Ed25519 or RSA) by which this server says who it is \
            instead (`private_key_jwt`). `scopegate config check` prints the public half, to be registered at the \
            provider.",
};
pub const OPENID_SCOPES: Key = Key {
    name: "scopes",
    form: "list of scopes",
    example: r#"scopes = ["openid", "profile", "email", "organisations"]"#,
    absent: Absent::Off("`openid`, `profile` and `email`"),
    about: "What is asked of the provider. `openid` is always among it.",
};
pub const OPENID_ALLOW_ADDRESSES: Key = Key {
    name: "allow_addresses",
    form: "list of networks",
    example: r#"allow_addresses = ["10.1.0.0/16"]"#,
    absent: Absent::Off("public addresses only"),
    about: "Networks inside, such as `[\"10.1.0.0/16\", \"127.0.0.1\"]`, in which the provider may be: this server \
            asks no private address, nor itself, unless it is listed, whatever a name stands for.",
};
pub const OPENID_CA: Key = Key {
    name: "ca_certificate",
    form: "path",
    example: r#"ca_certificate = "internal-ca.pem""#,
    absent: Absent::Off("Mozilla's list of authorities"),
    about: "Who vouches for the provider's certificate instead (PEM). Read at start.",
};
pub const OPENID_CLAIMS: Key = Key {
    name: "claims",
    form: "table",
    example: "[realm.sign_in.claims]",
    absent: Absent::Off("as OpenID Connect calls them, without organisations"),
    about: "Where things stand in what the provider says; see `[realm.sign_in.claims]`.",
};

pub const CLAIMS: Table = Table {
    head: "[realm.sign_in.claims]",
    about: "Where things stand in what an OpenID provider says of a person, as JSON pointers (RFC 6901) into its ID \
            token. What is not there is looked for in its UserInfo.",
    keys: &[
        &CLAIM_SUBJECT,
        &CLAIM_NAME,
        &CLAIM_EMAIL,
        &CLAIM_EMAIL_VERIFIED,
        &CLAIM_LANGUAGE,
        &CLAIM_ORGANISATIONS,
        &CLAIM_ORGANISATION_ID,
        &CLAIM_ORGANISATION_NAME,
        &CLAIM_ORGANISATION_ROLES,
        &CLAIM_ORGANISATION_RIGHTS,
    ],
};

pub const CLAIM_SUBJECT: Key = Key {
    name: "subject",
    form: "JSON pointer",
    example: r#"subject = "/employee_id""#,
    absent: Absent::Means("/sub"),
    about: "Who it is: a text or a number, for ever the same, and never another's.",
};
pub const CLAIM_NAME: Key = Key {
    name: "name",
    form: "JSON pointer",
    example: r#"name = "/name""#,
    absent: Absent::Means("/name"),
    about: "What the person is called. Where there is nothing, the e-mail address or the subject stands for it.",
};
pub const CLAIM_EMAIL: Key = Key {
    name: "email",
    form: "JSON pointer",
    example: r#"email = "/email""#,
    absent: Absent::Means("/email"),
    about: "Their e-mail address.",
};
pub const CLAIM_EMAIL_VERIFIED: Key = Key {
    name: "email_verified",
    form: "JSON pointer",
    example: r#"email_verified = "/email_verified""#,
    absent: Absent::Means("/email_verified"),
    about: "Whether the provider made sure that it is theirs.",
};
pub const CLAIM_LANGUAGE: Key = Key {
    name: "language",
    form: "JSON pointer",
    example: r#"language = "/locale""#,
    absent: Absent::Means("/locale"),
    about: "The language they read.",
};
pub const CLAIM_ORGANISATIONS: Key = Key {
    name: "organisations",
    form: "JSON pointer",
    example: r#"organisations = "/organisations""#,
    absent: Absent::Off("the provider says nothing of organisations: they are kept here"),
    about: "A list of their organisations: all of them, each time they sign in. Somebody for whom it is missing \
            belongs to none.",
};
pub const CLAIM_ORGANISATION_ID: Key = Key {
    name: "organisation_id",
    form: "JSON pointer",
    example: r#"organisation_id = "/tenant/id""#,
    absent: Absent::Means("/id"),
    about: "Within each of them, which one it is, for ever the same; `\"\"` where each is just that.",
};
pub const CLAIM_ORGANISATION_NAME: Key = Key {
    name: "organisation_name",
    form: "JSON pointer",
    example: r#"organisation_name = "/tenant/name""#,
    absent: Absent::Means("/name"),
    about: "Within each, what it is called; where there is nothing, its id stands for it.",
};
pub const CLAIM_ORGANISATION_ROLES: Key = Key {
    name: "organisation_roles",
    form: "JSON pointer",
    example: r#"organisation_roles = "/roles""#,
    absent: Absent::Off("`/roles`, unless `organisation_rights` is there"),
    about: "Within each, a list of the person's roles there, as they are called here.",
};
pub const CLAIM_ORGANISATION_RIGHTS: Key = Key {
    name: "organisation_rights",
    form: "JSON pointer",
    example: r#"organisation_rights = "/rights""#,
    absent: Absent::Off("by roles"),
    about: "Within each, a list of what the person may do there, by the catalog's scopes, in place of roles.",
};

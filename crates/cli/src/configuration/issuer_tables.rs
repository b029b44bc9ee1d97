//! The keys of other servers whose tokens an API takes, too.

use super::key::{Absent, Key, Table};

pub const API_ISSUERS: Key = Key {
    name: "issuer",
    form: "tables",
    example: "[[realm.api.issuer]]",
    absent: Absent::Off("tokens of this realm count, and no others"),
    about: "Other servers whose tokens it takes, too; see `[[realm.api.issuer]]`.",
};

pub const ISSUER: Table = Table {
    head: "[[realm.api.issuer]]",
    about: "Another server, such as Keycloak, Hydra or django-oauth-toolkit, whose access tokens the gates of this \
            API take besides ours: to try Scopegate before moving, and to leave it. Its tokens are read in our own \
            words: an app of ours, an organisation of ours, scopes of ours. See `docs/other-issuers.md`.",
    keys: &[
        &ISSUER_NAME,
        &ISSUER_URL,
        &ISSUER_JWKS_URI,
        &ISSUER_INTROSPECTION,
        &ISSUER_CREDENTIALS,
        &ISSUER_AUDIENCE,
        &ISSUER_CLIENT,
        &ISSUER_CLIENTS,
        &ISSUER_ORGANISATION,
        &ISSUER_ORGANISATION_IS,
        &ISSUER_SCOPES,
    ],
};

pub const ISSUER_NAME: Key = Key {
    name: "name",
    form: "text",
    example: r#"name = "keycloak""#,
    absent: Absent::Mistake,
    about: "What logs call it.",
};
pub const ISSUER_URL: Key = Key {
    name: "issuer",
    form: "text",
    example: r#"issuer = "https://sso.example.com/realms/main""#,
    absent: Absent::Mistake,
    about: "`iss` of its tokens, compared character by character.",
};
pub const ISSUER_JWKS_URI: Key = Key {
    name: "jwks_uri",
    form: "URL",
    example: r#"jwks_uri = "https://sso.example.com/realms/main/protocol/openid-connect/certs""#,
    absent: Absent::Off("it is asked, at `introspection`"),
    about: "Where it publishes the keys that sign its tokens; `https`, or `http` on this machine.",
};
pub const ISSUER_INTROSPECTION: Key = Key {
    name: "introspection",
    form: "URL",
    example: r#"introspection = "https://login.example.com/o/introspect/""#,
    absent: Absent::Off("its tokens are verified by `jwks_uri`"),
    about: "Where it is asked about its tokens (RFC 7662). Answers are remembered for a second.",
};
pub const ISSUER_CREDENTIALS: Key = Key {
    name: "credentials_file",
    form: "path",
    example: r#"credentials_file = "introspection.credentials""#,
    absent: Absent::Off("with `introspection`, a mistake"),
    about: "A file with `client_id:secret` of a resource server there. Read at start.",
};
pub const ISSUER_AUDIENCE: Key = Key {
    name: "audience",
    form: "text",
    example: r#"audience = "orders""#,
    absent: Absent::Off("any, where it is asked; with `jwks_uri`, a mistake"),
    about: "`aud` of its tokens for this API.",
};
pub const ISSUER_CLIENT: Key = Key {
    name: "client",
    form: "text",
    example: r#"client = "from-keycloak""#,
    absent: Absent::Off("apps that are not in `clients` open nothing"),
    about: "The `client_id` here that each of its apps is which `clients` does not name.",
};
pub const ISSUER_CLIENTS: Key = Key {
    name: "clients",
    form: "list of `\"THEIRS = OURS\"`",
    example: r#"clients = ["shop-app = shop-sync"]"#,
    absent: Absent::Off("each is `client`"),
    about: "Which app of ours an app of it is, by `client_id`.",
};
pub const ISSUER_ORGANISATION: Key = Key {
    name: "organisation",
    form: "JSON pointer",
    example: r#"organisation = "/tenant/id""#,
    absent: Absent::Off("its tokens are for no organisation"),
    about: "Where its tokens, or its answers, name the organisation. A token that names none that is known here \
            opens nothing.",
};
pub const ISSUER_ORGANISATION_IS: Key = Key {
    name: "organisation_is",
    form: "`\"id\"`, `\"slug\"` or `\"number\"`",
    example: r#"organisation_is = "slug""#,
    absent: Absent::Means("slug"),
    about: "What of our organisation stands there.",
};
pub const ISSUER_SCOPES: Key = Key {
    name: "scopes",
    form: "list of `\"THEIRS = OURS …\"`",
    example: r#"scopes = ["orders.read = order_show", "orders = order_show order_edit"]"#,
    absent: Absent::Off("its tokens open nothing that needs a scope"),
    about: "Which of our scopes a scope of it stands for. One that is not listed opens nothing.",
};

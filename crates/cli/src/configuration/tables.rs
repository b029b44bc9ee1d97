//! Every key there is, with its default and its words.

use super::beside_tables::{
    API_MODE, API_OBSERVE, API_OBSERVE_UNTIL, API_OBSERVES, API_PASS, API_PASSES,
};
use super::issuer_tables::{API_ISSUERS, ISSUER};
use super::key::{Absent, Key, Table};
use super::limits::{API_CATALOG_LIMITS, API_LIMIT, API_LIMITS, LIMITS, LIMITS_TABLE};
use super::mail_tables::{MAIL, MAIL_TABLE};
use super::openid_tables::CLAIMS;
use super::rights_tables::{RIGHTS, RIGHTS_TABLE};
use super::sign_in_tables::{SIGN_IN, SIGN_IN_TABLE};
use super::upstream::{
    DECODE_BODIES, PASS_TOKEN, PRESERVE_HOST, UPSTREAM, UPSTREAM_CA, UPSTREAM_TIMEOUT,
};

/// Every table, in the order of the reference.
pub const ALL: [&Table; 17] = [
    &TOP,
    &REALM,
    &SIGN_IN_TABLE,
    &CLAIMS,
    &RIGHTS,
    &API,
    &API_PASS,
    &API_OBSERVE,
    &API_LIMIT,
    &ISSUER,
    &LISTENER,
    &TLS,
    &KEYS,
    &LIMITS,
    &MAIL,
    &LOG,
    &OPENTELEMETRY,
];

pub const TOP: Table = Table {
    head: "",
    about: "The beginning of the file. Paths are relative to the file's own folder; durations \
            are written as `30s`, `5m` or `1h 30m`.",
    keys: &[
        &BASE_URL,
        &DATABASE,
        &REALMS,
        &LISTEN,
        &LISTENERS,
        &TRUSTED_PROXIES,
        &CLIENT_ADDRESS_HEADER,
        &MAX_CONNECTIONS,
        &MAX_CONNECTIONS_PER_ADDRESS,
        &SHUTDOWN_NOTICE,
        &SHUTDOWN_TIMEOUT,
        &KEYS_TABLE,
        &LIMITS_TABLE,
        &MAIL_TABLE,
        &LOG_TABLE,
        &OPENTELEMETRY_TABLE,
    ],
};

pub const BASE_URL: Key = Key {
    name: "base_url",
    form: "URL",
    example: r#"base_url = "https://login.example.com""#,
    absent: Absent::Mistake,
    about: "Where people and apps reach this server: scheme, host and, if need be, port. \
            Issuers begin with it, as browsers write it: host in lower case and ASCII, no default \
            port.",
};
pub const DATABASE: Key = Key {
    name: "database",
    form: "path or URL",
    example: r#"database = "scopegate.sqlite""#,
    absent: Absent::Mistake,
    about: "A SQLite file, made when it is not there (also as `sqlite:PATH`), or a PostgreSQL \
            database as `postgres://USER:PASSWORD@HOST/NAME`.",
};
pub const REALMS: Key = Key {
    name: "realm",
    form: "tables",
    example: "[[realm]]",
    absent: Absent::Mistake,
    about: "The realms; see `[[realm]]`.",
};
pub const LISTEN: Key = Key {
    name: "listen",
    form: "address",
    example: r#"listen = "127.0.0.1:8080""#,
    absent: Absent::Means("127.0.0.1:8080"),
    about: "Where to listen, as `IP:PORT`, when there is no `[[listener]]`. It serves the \
            public side, without TLS.",
};
pub const LISTENERS: Key = Key {
    name: "listener",
    form: "tables",
    example: "[[listener]]",
    absent: Absent::Off("one listener at `listen`"),
    about: "Where to listen, in place of `listen`; see `[[listener]]`.",
};
pub const TRUSTED_PROXIES: Key = Key {
    name: "trusted_proxies",
    form: "list of networks",
    example: r#"trusted_proxies = ["10.0.0.0/8"]"#,
    absent: Absent::Off("no header is believed"),
    about: "Networks of the proxies in front, such as `[\"10.0.0.0/8\", \"::1\"]`. Only \
            connections from there may name the client's address and the request's id.",
};
pub const CLIENT_ADDRESS_HEADER: Key = Key {
    name: "client_address_header",
    form: "`\"x-forwarded-for\"` or `\"forwarded\"`",
    example: r#"client_address_header = "forwarded""#,
    absent: Absent::Means("x-forwarded-for"),
    about: "The header in which the trusted proxies name the client. The other one is never \
            read: a proxy passes on unseen what it does not set itself.",
};
pub const MAX_CONNECTIONS: Key = Key {
    name: "max_connections",
    form: "number",
    example: "max_connections = 4000",
    absent: Absent::Means("4000"),
    about: "How many connections the public side holds at once, fewer where the limit on open \
            files does not suffice; who comes then waits to be accepted. Listeners that serve \
            operations alone have 64 of their own.",
};
pub const MAX_CONNECTIONS_PER_ADDRESS: Key = Key {
    name: "max_connections_per_address",
    form: "number",
    example: "max_connections_per_address = 1000",
    absent: Absent::Off("a quarter of `max_connections`"),
    about: "How many of them one address (IPv6: one /64) may hold; further ones are closed. \
            Trusted proxies may hold any number.",
};
pub const SHUTDOWN_NOTICE: Key = Key {
    name: "shutdown_notice",
    form: "duration",
    example: r#"shutdown_notice = "3s""#,
    absent: Absent::Means("0s"),
    about: "How long the server, told to stop, answers everything as before while `/readyz` says \
            503: as long as the proxy in front needs to see it.",
};
pub const SHUTDOWN_TIMEOUT: Key = Key {
    name: "shutdown_timeout",
    form: "duration",
    example: r#"shutdown_timeout = "30s""#,
    absent: Absent::Means("30s"),
    about: "How long requests under way may take when the server stops.",
};
pub const KEYS_TABLE: Key = Key {
    name: "keys",
    form: "table",
    example: "[keys]",
    absent: Absent::Off("the defaults there"),
    about: "What signs and seals tokens; see `[keys]`.",
};
pub const LOG_TABLE: Key = Key {
    name: "log",
    form: "table",
    example: "[log]",
    absent: Absent::Off("the defaults there"),
    about: "The log; see `[log]`.",
};
pub const OPENTELEMETRY_TABLE: Key = Key {
    name: "opentelemetry",
    form: "table",
    example: "[opentelemetry]",
    absent: Absent::Off("nothing is exported"),
    about: "Export of traces; see `[opentelemetry]`.",
};

pub const REALM: Table = Table {
    head: "[[realm]]",
    about: "One provider's world. Its name in URLs is the catalog's `id`.",
    keys: &[
        &CATALOG,
        &APIS,
        &UNKNOWN_SCOPE,
        &SANDBOX,
        &SIGN_IN,
        &SIGNING_ALGORITHM,
        &API_KEY_HMAC_FILE,
        &RIGHTS_TABLE,
    ],
};

pub const CATALOG: Key = Key {
    name: "catalog",
    form: "file or name",
    example: r#"catalog = "my-api.toml""#,
    absent: Absent::Mistake,
    about: "A catalog file, or the name of a shipped one: `bexio`, `bokio`, `freshbooks`, \
            `stora`.",
};

pub const APIS: Key = Key {
    name: "api",
    form: "tables",
    example: "[[realm.api]]",
    absent: Absent::Off("one API that is called by the issuer"),
    about: "The provider's own APIs, which tokens are for; see `[[realm.api]]`.",
};

pub const UNKNOWN_SCOPE: Key = Key {
    name: "unknown_scope",
    form: "`\"clamp\"` or `\"reject\"`",
    example: r#"unknown_scope = "reject""#,
    absent: Absent::Means("clamp"),
    about: "What becomes of a request with a scope that the client cannot get: unknown, retired, \
            not approved or not registered. It is withheld and the client told, or the whole \
            request is refused as `invalid_scope`. What only the person's rights lack is always \
            withheld.",
};

pub const SANDBOX: Key = Key {
    name: "sandbox",
    form: "`true` or `false`",
    example: "sandbox = true",
    absent: Absent::Means("false"),
    about: "Whether the catalog's API is there to try at `/{realm}/api`, with invented records. It \
            is a resource of its own: tokens that were asked for with \
            `resource=BASE_URL/REALM/api` open it and nothing else, and no other token opens it. It \
            answers by `my-api.api.json` beside `my-api.toml`, where that is there.",
};

pub const SIGNING_ALGORITHM: Key = Key {
    name: "signing_algorithm",
    form: "`\"ES256\"`, `\"EdDSA\"` or `\"RS256\"`",
    example: r#"signing_algorithm = "ES256""#,
    absent: Absent::Off("`algorithm` in `[keys]`"),
    about: "How JWT access tokens of this realm are signed.",
};

pub const API_KEY_HMAC_FILE: Key = Key {
    name: "api_key_hmac_file",
    form: "path",
    example: r#"api_key_hmac_file = "old-api-keys.hmac""#,
    absent: Absent::Off("no key moves in as an HMAC"),
    about: "A file with the keys by which the system before kept HMAC-SHA-256 hashes of its API keys, \
            one a line and four at most: `text:…`, `hex:…` or `base64:…`. Read at start; see \
            `docs/api-keys.md`.",
};

pub const API: Table = Table {
    head: "[[realm.api]]",
    about: "An API of the provider, as a resource of its own (RFC 8707): a token is for one of them, \
            and counts nowhere else. A resource server is registered for one of them by `scopegate \
            client add --introspector --api NAME`, and learns about tokens for that one only. \
            Metadata (RFC 9728) is at `/.well-known/oauth-protected-resource/REALM/apis/NAME`.",
    keys: &[
        &API_URL,
        &API_NAME,
        &API_DEFAULT,
        &API_BASE_PATH,
        &API_PATHS,
        &API_KEY_HEADER,
        &API_KEY_BEARER,
        &API_ISSUERS,
        &UPSTREAM,
        &PRESERVE_HOST,
        &PASS_TOKEN,
        &DECODE_BODIES,
        &UPSTREAM_TIMEOUT,
        &UPSTREAM_CA,
        &API_MODE,
        &API_OBSERVE_UNTIL,
        &API_PASSES,
        &API_OBSERVES,
        &API_IDENTITY,
        &API_CATALOG_LIMITS,
        &API_LIMITS,
        &API_DENY_READS_AFTER,
    ],
};

pub const API_IDENTITY: Key = Key {
    name: "identity",
    form: "`\"headers\"` or `\"jwt\"`",
    example: r#"identity = "jwt""#,
    absent: Absent::Means("headers"),
    about: "How gates tell the API who calls: in headers, each with one thing, or in one, \
            `Scopegate-Identity`, with a JWT that the API checks by the realm's published keys. The \
            second is for an API that others than its gates can reach.",
};

pub const API_DENY_READS_AFTER: Key = Key {
    name: "deny_reads_after",
    form: "duration",
    example: r#"deny_reads_after = "60s""#,
    absent: Absent::Means("1s"),
    about: "For how long its gates go on to answer calls that only read, by what they remember, while \
            the database cannot be read; up to 10 minutes. For so long a token that is revoked by then \
            may go on reading. Every other call is denied after a second. See \
            `docs/when-a-part-is-down.md`.",
};

pub const API_URL: Key = Key {
    name: "url",
    form: "URL",
    example: r#"url = "https://api.example.com/v1""#,
    absent: Absent::Mistake,
    about: "Its resource identifier: where it is reached, without query and without a slash at its \
            end. It is the `aud` of tokens for it, what apps send as `resource`, and is compared \
            character by character. At most 200 bytes.",
};
pub const API_NAME: Key = Key {
    name: "name",
    form: "text",
    example: r#"name = "api""#,
    absent: Absent::Means("api"),
    about: "What commands and the addresses of gates call it: lower-case letters, digits and \
            hyphens. Several APIs of one realm need names of their own.",
};
pub const API_DEFAULT: Key = Key {
    name: "default",
    form: "`true` or `false`",
    example: "default = true",
    absent: Absent::Off("`true` where it is the realm's only one"),
    about: "Whether a token that was asked for without `resource` is for this API. Of several, one \
            says `true`.",
};
pub const API_BASE_PATH: Key = Key {
    name: "base_path",
    form: "path",
    example: r#"base_path = "/api""#,
    absent: Absent::Off("the catalog's paths are the whole paths"),
    about: "What stands before the catalog's paths in calls of this API. The catalog's own \
            `base_path` comes behind it.",
};
pub const API_PATHS: Key = Key {
    name: "paths",
    form: "list of paths",
    example: r#"paths = ["/contacts", "/invoices"]"#,
    absent: Absent::Off("the whole catalog"),
    about: "The part of the catalog that it serves: the endpoints whose paths, as the catalog writes \
            them, begin so. Others are denied there.",
};

pub const API_KEY_HEADER: Key = Key {
    name: "key_header",
    form: "text",
    example: r#"key_header = "X-Api-Key""#,
    absent: Absent::Off("no API keys in a header"),
    about: "The header in which partners without OAuth send their API keys; see `docs/api-keys.md`. A \
            call with a key and a bearer token both is refused.",
};
pub const API_KEY_BEARER: Key = Key {
    name: "key_bearer",
    form: "`true` or `false`",
    example: "key_bearer = true",
    absent: Absent::Means("false"),
    about: "Whether an API key may also come as a bearer token, for partners who sent theirs so.",
};

pub const LISTENER: Table = Table {
    head: "[[listener]]",
    about: "One address to listen on.",
    keys: &[&ADDRESS, &SERVES, &LISTENER_API, &TLS_TABLE],
};

pub const ADDRESS: Key = Key {
    name: "address",
    form: "address",
    example: r#"address = "0.0.0.0:8443""#,
    absent: Absent::Mistake,
    about: "`IP:PORT`; port 0 takes a free one.",
};
pub const SERVES: Key = Key {
    name: "serves",
    form: "list of `\"public\"`, `\"operations\"`, `\"gate\"`, `\"proxy\"`",
    example: r#"serves = ["public"]"#,
    absent: Absent::Means("public"),
    about: "`public` is everything people and apps use, and `/healthz`. `operations` is \
            `/healthz`, `/readyz` and `/metrics`, for whoever gets there: bind it to loopback \
            or an inner network. `gate`, alone, is what proxies and services ask before a call \
            of an API of `[[realm.api]]` goes on: bind it where only they reach it. `proxy`, alone, is such an API, \
            with the reverse proxy before it: bind it where its callers are.",
};
pub const LISTENER_API: Key = Key {
    name: "api",
    form: "`\"REALM/NAME\"`",
    example: r#"api = "orders/api""#,
    absent: Absent::Off("the only one with an `upstream`"),
    about: "The API that a listener with `serves = [\"proxy\"]` is for, by its realm and its name.",
};
pub const TLS_TABLE: Key = Key {
    name: "tls",
    form: "table",
    example: r#"tls = { certificate = "fullchain.pem", key = "key.pem" }"#,
    absent: Absent::Off("plain HTTP"),
    about: "End TLS here; see `tls`.",
};

pub const TLS: Table = Table {
    head: "tls = { … } of a [[listener]]",
    about: "TLS 1.2 and 1.3. The files are read at start.",
    keys: &[&CERTIFICATE, &PRIVATE_KEY],
};

pub const CERTIFICATE: Key = Key {
    name: "certificate",
    form: "path",
    example: r#"certificate = "fullchain.pem""#,
    absent: Absent::Mistake,
    about: "PEM file with the certificate, then those between it and its root.",
};
pub const PRIVATE_KEY: Key = Key {
    name: "key",
    form: "path",
    example: r#"key = "key.pem""#,
    absent: Absent::Mistake,
    about: "PEM file with the certificate's private key.",
};

pub const KEYS: Table = Table {
    head: "[keys]",
    about: "What signs and seals the tokens of every realm. Keys are made and replaced by \
            themselves; all nodes on one database should say the same here. A new key is \
            published at once and used from ten minutes later; an old one stays published \
            until its last token has expired.",
    keys: &[
        &ALGORITHM,
        &ROTATE_SIGNING_EVERY,
        &ROTATE_SEALING_EVERY,
        &MASTER_KEY_FILE,
    ],
};

pub const ALGORITHM: Key = Key {
    name: "algorithm",
    form: "`\"ES256\"`, `\"EdDSA\"` or `\"RS256\"`",
    example: r#"algorithm = "ES256""#,
    absent: Absent::Means("ES256"),
    about: "How JWT access tokens are signed. After a change, a node that starts replaces the \
            current key; what the earlier one signed counts as long as it lives, and the keys of \
            both algorithms are published together. RS256 is what every library reads, with longer \
            tokens.",
};
pub const ROTATE_SIGNING_EVERY: Key = Key {
    name: "rotate_signing_every",
    form: "duration, or days as `90d`",
    example: r#"rotate_signing_every = "90d""#,
    absent: Absent::Means("90d"),
    about: "The age at which a signing key is replaced; an hour at least.",
};
pub const ROTATE_SEALING_EVERY: Key = Key {
    name: "rotate_sealing_every",
    form: "duration, or days as `30d`",
    example: r#"rotate_sealing_every = "30d""#,
    absent: Absent::Means("30d"),
    about: "The age at which the key of opaque tokens is replaced; an hour at least.",
};
pub const MASTER_KEY_FILE: Key = Key {
    name: "master_key_file",
    form: "path",
    example: r#"master_key_file = "master-key""#,
    absent: Absent::Off("the environment's `SCOPEGATE_MASTER_KEY`, or keys in the clear"),
    about: "A file with master keys, 32 bytes each in base64 or hexadecimal, one a line. The \
            first wraps the keys in the database, all of them unwrap; `scopegate key seal` \
            wraps what is there anew.",
};

pub const LOG: Table = Table {
    head: "[log]",
    about: "The log, on standard error. No secret, token, code or password ever stands in it.",
    keys: &[&FORMAT, &LEVEL, &ACCESS],
};

pub const FORMAT: Key = Key {
    name: "format",
    form: "`\"human\"` or `\"json\"`",
    example: r#"format = "json""#,
    absent: Absent::Means("human"),
    about: "Lines for people, or one JSON object a line.",
};
pub const LEVEL: Key = Key {
    name: "level",
    form: "level",
    example: r#"level = "info""#,
    absent: Absent::Means("info"),
    about: "`error`, `warn`, `info`, `debug` or `trace`; also by part of the program, as in \
            `warn,server=debug`.",
};
pub const ACCESS: Key = Key {
    name: "access",
    form: "`true` or `false`",
    example: "access = true",
    absent: Absent::Means("false"),
    about: "A line at level info for each request: method, path without its query, status, \
            client, microseconds.",
};

pub const OPENTELEMETRY: Table = Table {
    head: "[opentelemetry]",
    about: "Sends a span for each request to a collector by OTLP over HTTP, as JSON. A span \
            says endpoint, method, status and request id. While the collector does not answer, \
            spans are dropped; requests never wait for it.",
    keys: &[&ENDPOINT, &SERVICE_NAME, &CA_CERTIFICATE, &HEADERS_FILE],
};

pub const ENDPOINT: Key = Key {
    name: "endpoint",
    form: "URL",
    example: r#"endpoint = "https://collector.example:4318""#,
    absent: Absent::Mistake,
    about: "The collector, such as `https://collector.example:4318`; spans go to `/v1/traces` \
            below it. Plain `http://` is for one beside the server.",
};
pub const SERVICE_NAME: Key = Key {
    name: "service_name",
    form: "text",
    example: r#"service_name = "scopegate""#,
    absent: Absent::Means("scopegate"),
    about: "The name of this service in traces.",
};
pub const CA_CERTIFICATE: Key = Key {
    name: "ca_certificate",
    form: "file",
    example: r#"ca_certificate = "collector-ca.pem""#,
    absent: Absent::Off("the authorities of Mozilla's list, as built in"),
    about: "Who vouches for the collector's certificate, PEM; then nobody else does.",
};
pub const HEADERS_FILE: Key = Key {
    name: "headers_file",
    form: "file",
    example: r#"headers_file = "collector-headers""#,
    absent: Absent::Off("the environment's `OTEL_EXPORTER_OTLP_HEADERS`, or none"),
    about: "Headers for the collector, such as `Authorization: Bearer …`, one a line. Their \
            values are never logged.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_toml_with_its_key() {
        for key in ALL.into_iter().flat_map(|table| table.keys) {
            let read: toml::Table = key.example.parse().unwrap();
            assert!(is_in(&read, key.name), "{}", key.example);
        }
    }

    /// A table of a table is written with all their names.
    fn is_in(table: &toml::Table, name: &str) -> bool {
        let mut nested = table.values().filter_map(toml::Value::as_table);
        table.contains_key(name) || nested.any(|table| is_in(table, name))
    }
}

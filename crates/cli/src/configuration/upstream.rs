//! The keys of `[[realm.api]]` about the API's own server, behind the reverse proxy, and their reading.

use std::path::{Path, PathBuf};
use std::time::Duration;

use gates::proxy::Settings;
use scope::Mistakes;

use super::key::{Absent, Key};
use super::section::Section;
use super::value::{base_url, duration, file};

pub const UPSTREAM: Key = Key {
    name: "upstream",
    form: "URL",
    example: r#"upstream = "http://127.0.0.1:9000""#,
    absent: Absent::Off("no reverse proxy stands before it"),
    about: "Where the API's own server is, for listeners that serve `proxy`: scheme, host and, if need \
            be, port. Paths and queries reach it as callers send them. Nobody else may reach it: it \
            believes what the proxy tells it.",
};
pub const PRESERVE_HOST: Key = Key {
    name: "preserve_host",
    form: "`true` or `false`",
    example: "preserve_host = false",
    absent: Absent::Means("true"),
    about: "Whether the API's server is told the host that the caller named, or its own from `upstream`. \
            `X-Forwarded-Host` has the caller's in both cases.",
};
pub const PASS_TOKEN: Key = Key {
    name: "pass_token",
    form: "`true` or `false`",
    example: "pass_token = true",
    absent: Absent::Means("false"),
    about: "Whether the API's server gets the access token too. It can then call in the caller's name, \
            and so can whoever reads its logs.",
};
pub const DECODE_BODIES: Key = Key {
    name: "decode_bodies",
    form: "`true` or `false`",
    example: "decode_bodies = true",
    absent: Absent::Means("false"),
    about: "Whether a body that the rule depends on is decided about also where it comes compressed (`gzip`, \
            `deflate`), and goes on decompressed: up to 1 MiB of it. Without this such a call is refused; \
            bodies that no rule depends on go on as they come in both cases.",
};
pub const UPSTREAM_TIMEOUT: Key = Key {
    name: "upstream_timeout",
    form: "duration",
    example: r#"upstream_timeout = "5m""#,
    absent: Absent::Means("60s"),
    about: "How long the API's server may take to begin its answer, and how long a body or a WebSocket may \
            stand still.",
};
pub const UPSTREAM_CA: Key = Key {
    name: "upstream_ca_certificate",
    form: "path",
    example: r#"upstream_ca_certificate = "internal-ca.pem""#,
    absent: Absent::Off("Mozilla's list of authorities"),
    about: "PEM file with the authorities that vouch for an `upstream` with `https`.",
};

/// The server of an API, behind the reverse proxy.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The API's name.
    pub api: String,
    /// How calls are passed on.
    pub settings: Settings,
    /// Scheme, host and, if need be, port.
    pub address: String,
    /// Who vouches for it; without it, Mozilla's list.
    pub authorities: Option<PathBuf>,
}

/// The server of the API with this name, if it has one here.
pub fn upstream(
    section: &Section<'_>,
    api: &str,
    folder: &Path,
    m: &mut Mistakes,
) -> Option<Upstream> {
    let preserve_host = section.flag(&PRESERVE_HOST, m);
    let pass_token = section.flag(&PASS_TOKEN, m);
    let decode_bodies = section.flag(&DECODE_BODIES, m);
    let patience = section.value(&UPSTREAM_TIMEOUT, m, |text| match duration(text)? {
        Duration::ZERO => Err("nobody answers in no time".to_owned()),
        time => Ok(time),
    });
    let authorities = section.value(&UPSTREAM_CA, m, |name| file(folder, name));
    let address = section.value(&UPSTREAM, m, base_url)?;
    Some(Upstream {
        api: api.to_owned(),
        settings: Settings {
            preserve_host: preserve_host?,
            pass_token: pass_token?,
            decode_bodies: decode_bodies?,
            patience: patience?,
        },
        address,
        authorities,
    })
}

//! Single values of the configuration, read from text; an error says what is wrong with it.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use enforce::beside::{Place, Until};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracing_subscriber::filter::Targets;

/// A file that is there.
pub fn file(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let path = folder.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("there is no file {}", path.display()))
    }
}

/// Where a server is reached: scheme, host and, if need be, port, as browsers write them. Apps
/// compare the issuers that begin with it character by character, and cookies ask for its scheme.
pub fn base_url(text: &str) -> Result<String, String> {
    realm::base_url(text).map_err(|error| error.to_string())
}

/// What records call another system.
pub fn source(text: &str) -> Result<String, String> {
    const LONGEST: usize = 40;
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    match (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain) {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text:?} cannot be a source; use lower-case letters, digits and hyphens, at most {LONGEST}"
        )),
    }
}

/// An address with a port.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| match no_address(text) {
        Some(problem) => format!("{text:?} {problem}"),
        None => format!("{text:?} is no IP address with a port, such as 127.0.0.1:8080"),
    })
}

/// What was meant by what others take for an address.
fn no_address(text: &str) -> Option<String> {
    let port = |text: &str| text.parse::<u16>().ok();
    if let Some(port) = port(text.strip_prefix(':').unwrap_or(text)) {
        return Some(format!(
            "is a port; write 127.0.0.1:{port} for this machine only, or 0.0.0.0:{port} for others too"
        ));
    }
    let ip = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = ip.parse::<IpAddr>() {
        let with_port = SocketAddr::new(ip, 8080);
        return Some(format!("has no port; write {with_port}"));
    }
    let (host, port) = text
        .rsplit_once(':')
        .and_then(|(host, text)| Some((host, port(text)?)))?;
    match host {
        "localhost" => Some(format!("is a name; write its address, 127.0.0.1:{port}")),
        "*" => Some(format!(
            "is no address; for every address of this machine write 0.0.0.0:{port}"
        )),
        _ if host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains(':') => Some(
            format!("is a name; write the IP address to listen on, such as 127.0.0.1:{port}"),
        ),
        _ => None,
    }
}

/// How much is logged, in all or by part.
pub fn level(text: &str) -> Result<Targets, String> {
    const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
    // A lone unknown word would be taken for a part of the program.
    let parts = text.split(',').map(str::trim);
    for part in parts.filter(|part| !part.contains('=')) {
        if !LEVELS.contains(&part) {
            return Err(format!("{part:?} is no level"));
        }
    }
    text.parse()
        .map_err(|_| format!("{text:?} is no level, nor levels by part"))
}

/// A day such as `2026-12-31`, to its end in UTC.
pub fn until(text: &str) -> Result<Until, String> {
    let day: Option<Date> = text.parse().ok();
    let day = day.filter(|day| day.to_string() == text);
    let next = day.and_then(|day| day.tomorrow().ok());
    let ends = next.and_then(|next| next.to_zoned(TimeZone::UTC).ok());
    let ends = ends.ok_or_else(|| format!("{text:?} is no day, such as 2026-12-31"))?;
    Ok(Until::new(text, ends.timestamp().as_second()))
}

/// A path that callers send: with all below it, or behind `=` alone.
pub fn place(text: &str) -> Result<Place, String> {
    let (own, alone) = match text.strip_prefix('=') {
        Some(own) => (own, true),
        None => (text, false),
    };
    if alone && own.starts_with('/') && scope::ambiguity(own).is_none() {
        return Ok(Place::Only(own.to_owned()));
    }
    let beginning = realm::api::beginning(own).ok();
    let beginning = beginning.filter(|own| !alone && scope::ambiguity(own).is_none());
    beginning.map(Place::Below).ok_or_else(|| {
        format!(
            "{text:?} is no path; write one such as \"/app\" for all below it, without a slash at its \
             end, or \"=/login\" for that one alone"
        )
    })
}

/// A time such as `30s`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| format!("{text:?} is no duration, such as 30s or 5m"))?;
    Duration::try_from(span).map_err(|_| format!("{text:?} is less than nothing"))
}

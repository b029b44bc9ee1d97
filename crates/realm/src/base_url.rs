use url::{Host, Url};

/// Where a server is reached: scheme, host and, if need be, port, as browsers write them, and
/// nothing more but a slash, which is dropped. Apps compare the issuers that begin with it
/// character by character, and cookies ask for its scheme.
///
/// # Errors
///
/// What is wrong, and what to write.
pub fn base_url(text: &str) -> Result<String, BaseUrlError> {
    read(text).map_err(|problem| BaseUrlError(text.to_owned(), problem))
}

/// Why a text cannot be a base URL: the text, and what is wrong.
#[derive(Debug, thiserror::Error)]
#[error("the base URL {0:?} cannot be used: {1}")]
pub struct BaseUrlError(String, String);

impl BaseUrlError {
    /// What is wrong, without the text.
    pub(crate) fn problem(&self) -> &str {
        let Self(_, problem) = self;
        problem
    }
}

fn read(text: &str) -> Result<String, String> {
    let wrong = |problem: &str| Err(problem.to_owned());
    let Some((_, behind)) = text.split_once("://") else {
        let host = text.trim_start_matches("https:").trim_start_matches('/');
        return Err(format!("it has no scheme; write \"https://{host}\""));
    };
    if behind.starts_with(['/', '\\']) {
        return wrong("it names no host behind https://");
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("it must begin with https:// (or http:// for trying things out)");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "it must end behind the host and port; write {:?}",
            url.origin().ascii_serialization()
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it must not name a user");
    }
    if url.port() == Some(0) {
        return wrong("no browser reaches port 0; write the port that people use, or none");
    }
    match url.host() {
        Some(Host::Domain(name)) => name_of_host(name)?,
        Some(Host::Ipv4(address)) if !behind.contains(&address.to_string()) => {
            return Err(format!(
                "browsers read that host as the address {address}; write that, or the name of a host"
            ));
        }
        _ => {}
    }
    Ok(url.origin().ascii_serialization())
}

/// The longest part of a name between two dots, and the longest name (RFC 1035 section 2.3.4).
const LONGEST: (usize, usize) = (63, 253);

/// Can certificates and the name service know a host by this name?
fn name_of_host(name: &str) -> Result<(), String> {
    let (longest_part, longest) = LONGEST;
    if let Some(without) = name.strip_suffix('.') {
        return Err(format!("its host ends in a dot; write {without:?}"));
    }
    if name.len() > longest {
        return Err(format!("its host has more than {longest} letters"));
    }
    for part in name.split('.') {
        let letters = part.chars();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if part.is_empty() {
            return Err(format!(
                "its host {name:?} has nothing before a dot; write one such as login.example.com"
            ));
        }
        if part.len() > longest_part {
            return Err(format!(
                "the part {part:?} of its host has more than {longest_part} letters"
            ));
        }
        if part.starts_with('-') || part.ends_with('-') || !letters.clone().all(is_plain) {
            return Err(format!(
                "{part:?} is no part of a host's name; it has letters, digits and hyphens between them"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_browsers_make_of_it() {
        for (written, meant) in [
            ("https://login.example", "https://login.example"),
            ("https://login.example/", "https://login.example"),
            ("HTTPS://Login.Example:443", "https://login.example"),
            ("http://login.example:80/", "http://login.example"),
            ("https://login.example:8443", "https://login.example:8443"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://auth_server:8080", "http://auth_server:8080"),
        ] {
            assert_eq!(base_url(written).unwrap(), meant, "{written}");
        }
    }

    #[test]
    fn what_is_none_is_told_with_what_to_write() {
        for (wrong, told) in [
            ("", "no scheme"),
            ("login.example", "write \"https://login.example\""),
            ("https:login.example", "write \"https://login.example\""),
            ("https:/login.example", "write \"https://login.example\""),
            ("https:///login.example", "names no host"),
            ("https://", "empty host"),
            ("ftp://login.example", "begin with https://"),
            ("https://a.example/x", "write \"https://a.example\""),
            ("https://a.example?x", "write \"https://a.example\""),
            ("https://a.example/#", "write \"https://a.example\""),
            ("https://user@a.example", "name a user"),
            ("https://user:password@a.example", "name a user"),
            ("https://h..example", "nothing before a dot"),
            ("https://.example", "nothing before a dot"),
            ("https://login.example.", "write \"login.example\""),
            ("https://-a.example", "\"-a\" is no part"),
            ("https://a-.example", "\"a-\" is no part"),
            ("https://*.example", "\"*\" is no part"),
            ("https://1.2.3", "address 1.2.0.3"),
            ("https://127.1", "address 127.0.0.1"),
            ("https://0x7f.1", "address 127.0.0.1"),
            ("https://2130706433", "address 127.0.0.1"),
            ("https://login.example:0", "port 0"),
            ("https://login.example:99999", "invalid port"),
            ("https://999.1.1.1", "invalid IPv4"),
            (&format!("https://{}.example", "a".repeat(64)), "63 letters"),
            (
                &format!("https://{}example", "a.".repeat(130)),
                "253 letters",
            ),
        ] {
            let said = base_url(wrong).unwrap_err().to_string();
            assert!(said.contains(told), "{wrong}: {said}");
        }
    }
}

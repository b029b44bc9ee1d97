//! Where a provider's pages lead besides.

use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 300;

/// Stands in an address for the language of whoever reads the page that leads there.
const LANGUAGE: &str = "{language}";

/// An address of a page of the provider's own, which may have `{language}` in it.
///
/// # Errors
///
/// What is wrong with it.
pub fn link(text: &str) -> Result<String, String> {
    if text.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes"));
    }
    let read = in_language(text, "en");
    let url = Url::parse(&read).map_err(|error| {
        let start: String = text.chars().take(60).collect();
        format!("{start:?} is no address: {error}; write one such as https://www.example.com/terms")
    })?;
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if is_local => {}
        other => {
            return Err(format!(
                "it begins with {other}:, and people follow it from the page where they sign in; write one \
                 that begins with https://"
            ));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it names a user; write it without".to_owned());
    }
    Ok(match read == text {
        true => url.into(),
        false => text.to_owned(),
    })
}

/// The address of the page in this language (ISO 639-1).
#[must_use]
pub fn in_language(link: &str, language: &str) -> String {
    link.replace(LANGUAGE, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_pages() {
        for right in [
            "https://www.example.com/terms?lang=de#a",
            "http://127.0.0.1:8000/",
            "http://localhost/x",
            "https://www.example.com/{language}/terms?lang={language}",
            "https://{language}.example.com/terms",
        ] {
            assert_eq!(link(right).as_deref(), Ok(right));
        }
        for wrong in [
            "",
            "/terms",
            "www.example.com/terms",
            "http://www.example.com/terms",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com/",
            "{language}://www.example.com/",
            "https://user@example.com/",
            &format!("https://example.com/{}", "x".repeat(LONGEST)),
        ] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
        let in_german = in_language("https://{language}.example.com/{language}", "de");
        assert_eq!(in_german, "https://de.example.com/de");
    }
}

//! `[opentelemetry]`: where traces go, who vouches for that, and what it wants to see first.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
    TRANSFER_ENCODING,
};
use percent_encoding::percent_decode_str;
use scope::Mistakes;
use url::Url;

use super::section::Section;
use super::tables;
use super::value::file;
use crate::failure::Failure;
use crate::input;

/// Where the exporters of OpenTelemetry look for headers, and in which form:
/// `name=value,name=value`, percent-encoded.
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";

/// What a request says of itself.
const TAKEN: [HeaderName; 5] = [
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    TRANSFER_ENCODING,
];

/// Export of traces.
#[derive(Debug)]
pub struct OpenTelemetry {
    /// The collector: `http` or `https`, with no user, query or fragment.
    pub endpoint: Url,
    /// What this service is called there.
    pub service_name: String,
    /// Who vouches for the collector's certificate; without it, Mozilla's list.
    pub ca_certificate: Option<PathBuf>,
    headers_file: Option<PathBuf>,
}

impl OpenTelemetry {
    /// The headers the collector wants, from the file or the environment. Every value is
    /// marked as sensitive.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, what is no header, and headers in both places. What should
    /// have been a value is not repeated.
    pub fn headers(&self) -> Result<HeaderMap, Failure> {
        let given = std::env::var_os(HEADERS).filter(|text| !text.is_empty());
        match (given, &self.headers_file) {
            (None, None) => Ok(HeaderMap::new()),
            (Some(_), Some(file)) => Err(Failure::new(format!(
                "headers for the collector are in {HEADERS} and in {}; unset the variable, or \
                 remove `headers_file`",
                file.display()
            ))),
            (Some(text), None) => from_environment(&text).map_err(Failure::while_doing(HEADERS)),
            (None, Some(file)) => {
                let text = input::read(file).map_err(Failure::while_doing(format!(
                    "cannot read the file of headers {}",
                    file.display()
                )))?;
                from_lines(&text).map_err(Failure::while_doing(file.display().to_string()))
            }
        }
    }
}

/// Reads the table, if it is there.
pub fn opentelemetry(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<OpenTelemetry> {
    let section = top.table(&tables::OPENTELEMETRY_TABLE, &tables::OPENTELEMETRY, m)?;
    let endpoint = section.value(&tables::ENDPOINT, m, endpoint);
    let service_name = section.value(&tables::SERVICE_NAME, m, |text| Ok(text.to_owned()));
    let ca_certificate = section.value(&tables::CA_CERTIFICATE, m, |name| file(folder, name));
    let headers_file = section.value(&tables::HEADERS_FILE, m, |name| file(folder, name));
    let endpoint = endpoint?;
    if ca_certificate.is_some() && endpoint.scheme() == "http" {
        m.at(
            &section.place_of(&tables::CA_CERTIFICATE),
            "`ca_certificate` is there, but `endpoint` begins with http://",
            "write https:// there, or remove the certificate",
        );
    }
    Some(OpenTelemetry {
        endpoint,
        service_name: service_name?,
        ca_certificate,
        headers_file,
    })
}

/// What is wrong is said without the text: it may hold a password.
fn endpoint(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("no URL: {error}"))?;
    let wrong = |what: &str| Err(what.to_owned());
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("it must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it must not name a user; an Authorization header goes into `headers_file`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("it must end behind the path; a key goes into `headers_file`");
    }
    Ok(url)
}

/// `Name: value`, one a line.
fn from_lines(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(str::trim).zip(1_usize..);
    for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| format!("line {number} is no header, such as `Name: value`"))?;
        add(&mut headers, name, value.trim().as_bytes())?;
    }
    Ok(headers)
}

/// `name=value,name=value`, percent-encoded.
fn from_environment(text: &OsStr) -> Result<HeaderMap, String> {
    let text = text.to_str().ok_or("it is no text")?;
    let mut headers = HeaderMap::new();
    let pairs = text.split(',').map(str::trim).zip(1_usize..);
    for (pair, number) in pairs.filter(|(pair, _)| !pair.is_empty()) {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| format!("part {number} is no header, such as `name=value`"))?;
        let value: Vec<u8> = percent_decode_str(value.trim()).collect();
        add(&mut headers, name, &value)?;
    }
    Ok(headers)
}

fn add(headers: &mut HeaderMap, name: &str, value: &[u8]) -> Result<(), String> {
    let name: HeaderName = name
        .trim()
        .parse()
        .map_err(|_| "there is a header whose name cannot be one".to_owned())?;
    if TAKEN.contains(&name) {
        return Err(format!("the header {name} is set by the exporter itself"));
    }
    let mut value = HeaderValue::from_bytes(value)
        .map_err(|_| format!("the value of the header {name} has characters it may not have"))?;
    value.set_sensitive(true);
    headers.append(name, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(headers: &HeaderMap) -> Vec<String> {
        let shown = |(name, value): (&HeaderName, &HeaderValue)| {
            assert!(value.is_sensitive());
            format!("{name}={}", value.to_str().unwrap())
        };
        headers.iter().map(shown).collect()
    }

    #[test]
    fn headers_of_a_file_stand_one_a_line() {
        let headers = from_lines("Authorization: Bearer a:b=\r\n\n  X-Scope-OrgID:gate  \n");
        let headers = headers.unwrap();
        assert_eq!(
            shown(&headers),
            ["authorization=Bearer a:b=", "x-scope-orgid=gate"]
        );
        assert!(!format!("{headers:?}").contains("Bearer"));
        assert!(from_lines("").unwrap().is_empty());
    }

    #[test]
    fn headers_of_the_environment_are_percent_encoded() {
        let headers = from_environment(OsStr::new("api-key=a%20b+c, Authorization=Basic%20YQ=="));
        assert_eq!(
            shown(&headers.unwrap()),
            ["api-key=a b+c", "authorization=Basic YQ=="]
        );
    }

    #[test]
    fn what_is_no_header_is_told_without_its_value() {
        for (text, told) in [
            ("s3cret", "line 1"),
            ("A: b\n\ns3cret", "line 3"),
            ("s3 cret: s3cret", "name"),
            (": s3cret", "name"),
            ("A: s3cret\u{7}", "header a"),
            ("Content-Type: s3cret", "content-type"),
            ("host: s3cret", "host"),
        ] {
            let wrong = from_lines(text).unwrap_err();
            assert!(wrong.contains(told), "{text:?}: {wrong}");
            assert!(!wrong.contains("s3cret"), "{wrong}");
        }
        let wrong = from_environment(OsStr::new("a=b,s3cret")).unwrap_err();
        assert!(
            wrong.contains("part 2") && !wrong.contains("s3cret"),
            "{wrong}"
        );
        let broken = from_environment(OsStr::new("a=s3cret%0d%0aX: y")).unwrap_err();
        assert!(!broken.contains("s3cret"), "{broken}");
    }

    #[test]
    fn an_endpoint_names_a_place_and_no_secret() {
        for right in ["http://127.0.0.1:4318", "https://otel.example/base/"] {
            assert!(endpoint(right).is_ok(), "{right}");
        }
        for wrong in [
            "otel.example:4318",
            "grpc://otel.example",
            "https://me:s3cret@otel.example",
            "https://s3cret@otel.example",
            "https://otel.example?key=s3cret",
            "https://otel.example#s3cret",
            "https://s3cret:port",
        ] {
            let told = endpoint(wrong).unwrap_err();
            assert!(!told.contains("s3cret"), "{told}");
        }
    }
}

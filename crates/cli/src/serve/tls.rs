//! TLS on both sides: to those who come, by two files, and to a collector of traces.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::configuration::TlsFiles;
use crate::failure::Failure;
use crate::input;

/// The largest file of certificates that is read.
const MOST_BYTES: u64 = 16 << 20;

/// What is spoken behind TLS, the best first (RFC 7301).
pub type Protocols = &'static [&'static [u8]];

/// Reads certificate and key, and makes sure that they belong together.
pub fn load(files: &TlsFiles, protocols: Protocols) -> Result<TlsAcceptor, Failure> {
    let chain = certificates(&files.certificate)?;
    let certificate = files.certificate.display();
    let key = files.key.display();
    let private = private_key(&files.key)?;
    let mut configuration =
        ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Failure::while_doing("TLS: cannot choose a version"))?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(Failure::while_doing(format!(
                "TLS: the certificate in {certificate} and the key in {key} cannot be used together"
            )))?;
    configuration.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(TlsAcceptor::from(Arc::new(configuration)))
}

/// The private key in a file.
pub fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let key = file.display();
    let private = read(file).and_then(|pem| PrivateKeyDer::from_pem_slice(&pem));
    private.map_err(|error| match error {
        pem::Error::NoItemsFound => Failure::new(format!(
            "TLS: {key} holds no private key; it has to be PEM, with a section BEGIN PRIVATE KEY, \
             and without a passphrase"
        )),
        error => unreadable("key", &key, &error),
    })
}

/// Connects to servers for whose certificate one of the authorities in a file vouches; without
/// a file, one of Mozilla's list.
pub fn connector(authorities: Option<&Path>) -> Result<TlsConnector, Failure> {
    let roots = match authorities {
        None => RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(file) => self::authorities(file)?,
    };
    let configuration =
        ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Failure::while_doing("TLS: cannot choose a version"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(configuration)))
}

/// The authorities in a file.
pub fn authorities(file: &Path) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots
            .add(certificate)
            .map_err(Failure::while_doing(format!(
                "TLS: a certificate in {} cannot vouch for others",
                file.display()
            )))?;
    }
    Ok(roots)
}

/// The certificates of a file, at least one.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let name = file.display();
    let found: Result<Vec<_>, _> =
        read(file).and_then(|pem| CertificateDer::pem_slice_iter(&pem).collect());
    let found = found.map_err(|error| unreadable("certificate", &name, &error))?;
    if found.is_empty() {
        return Err(Failure::new(format!(
            "TLS: {name} holds no certificate; it has to be PEM, with a section \
             BEGIN CERTIFICATE"
        )));
    }
    Ok(found)
}

/// What is in a file, without the byte order mark that some editors begin it with.
fn read(file: &Path) -> Result<Vec<u8>, pem::Error> {
    let mut pem = input::file_bytes(file, MOST_BYTES).map_err(pem::Error::Io)?;
    if pem.starts_with("\u{feff}".as_bytes()) {
        pem.drain(.."\u{feff}".len());
    }
    Ok(pem)
}

fn unreadable(what: &str, file: &impl std::fmt::Display, error: &pem::Error) -> Failure {
    Failure::new(format!("TLS: cannot read the {what} {file}: {error}"))
}

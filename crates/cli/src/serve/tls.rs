//! TLS from two files.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::configuration::TlsFiles;
use crate::failure::Failure;

/// Reads certificate and key, and makes sure that they belong together.
pub fn load(files: &TlsFiles) -> Result<TlsAcceptor, Failure> {
    let certificate = files.certificate.display();
    let key = files.key.display();
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable("certificate", &certificate, &error))?;
    if chain.is_empty() {
        return Err(Failure::new(format!(
            "TLS: {certificate} holds no certificate; it has to be PEM, with a section \
             BEGIN CERTIFICATE"
        )));
    }
    let private = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| match error {
        pem::Error::NoItemsFound => Failure::new(format!(
            "TLS: {key} holds no private key; it has to be PEM, with a section BEGIN PRIVATE KEY, \
             and without a passphrase"
        )),
        error => unreadable("key", &key, &error),
    })?;
    let configuration =
        ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Failure::while_doing("TLS: cannot choose a version"))?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(Failure::while_doing(format!(
                "TLS: the certificate in {certificate} and the key in {key} cannot be used together"
            )))?;
    Ok(TlsAcceptor::from(Arc::new(configuration)))
}

fn unreadable(what: &str, file: &impl std::fmt::Display, error: &pem::Error) -> Failure {
    Failure::new(format!("TLS: cannot read the {what} {file}: {error}"))
}

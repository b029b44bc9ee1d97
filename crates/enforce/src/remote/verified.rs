use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::Value;

use super::exchange::Fault;
use super::keys::{Algorithm, PublishedKeys};

/// The longest token that is read, in bytes.
const MAX_BYTES: usize = 32_768;

/// A JWT whose signature is by one of an issuer's keys. What it says has not been looked at: not for
/// whom it is, nor until when it counts.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What it was signed by.
    pub algorithm: Algorithm,
    /// `typ` of its header.
    pub kind: Option<String>,
    /// Its claims.
    pub claims: Value,
}

/// Why a JWT is not known to be an issuer's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotVerified {
    /// It is damaged, or signed by no key of the issuer's, or by an algorithm that does not count.
    #[error("it is not signed by a key of the issuer's, by an algorithm that counts")]
    NoSuchToken,
    /// The keys cannot be had.
    #[error("the issuer's keys cannot be read: {0}")]
    NoKeys(Fault),
}

impl PublishedKeys {
    /// Verifies the signature of a JWT (RFC 7515), by one of these algorithms. Of another `kind`, which is
    /// `typ` of its header, no key is looked for.
    ///
    /// # Errors
    ///
    /// When it is not by a key of the issuer's, or that cannot be told.
    pub async fn verify(
        &self,
        token: &str,
        algorithms: &[Algorithm],
        is_right_kind: impl Fn(Option<&str>) -> bool,
    ) -> Result<Verified, NotVerified> {
        if token.len() > MAX_BYTES {
            return Err(NotVerified::NoSuchToken);
        }
        let header = decode_header(token).map_err(|_| NotVerified::NoSuchToken)?;
        let algorithm = Algorithm::of(header.alg).filter(|own| algorithms.contains(own));
        let algorithm = algorithm.ok_or(NotVerified::NoSuchToken)?;
        if header.crit.is_some() || !is_right_kind(header.typ.as_deref()) {
            return Err(NotVerified::NoSuchToken);
        }
        let id = header.kid.as_deref();
        let keys = self.with_key(id).await.map_err(NotVerified::NoKeys)?;
        let key = keys.find(id).filter(|key| key.signs_by(algorithm));
        let key = key.ok_or(NotVerified::NoSuchToken)?;
        let claims = decode(token, &key.decoding, &signature_only(algorithm))
            .map_err(|_| NotVerified::NoSuchToken)?
            .claims;
        Ok(Verified {
            algorithm,
            kind: header.typ,
            claims,
        })
    }
}

/// The time is read from a clock that is an argument, and the rest from what was verified.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm.named());
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

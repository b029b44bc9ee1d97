//! The second format: names its client by the UUID and its scopes by bits, so that it stays
//! short, and says who acts, in which family, how far the changes had come, and how the person had
//! signed in.

use scope::{Scope, ScopeNumbers};

use super::bytes::{Reader, put_ids, put_text, put_time};
use crate::model::{AuthenticationContext, Position};
use crate::token::claims::{AccessTokenClaims, SubjectKind, TokenClient, TokenError};

/// The first byte of the binary form.
pub(super) const VERSION: u8 = 2;

const HAS_GRANT: u8 = 1;
const HAS_FAMILY: u8 = 2;
const HAS_USER: u8 = 4;
const HAS_ORGANISATION: u8 = 8;
const HAS_POSITION: u8 = 16;
const IS_PERSON: u8 = 32;
const FOR_SANDBOX: u8 = 64;
const HAS_AUTHENTICATION: u8 = 128;

/// id, flags, the ids the flags name, the client's UUID, times, position, time and class of the sign-in,
/// audience, a checksum of the scopes' names, their bits. `None` where the client has no UUID or a scope no number.
pub(super) fn encode(claims: &AccessTokenClaims, numbers: &ScopeNumbers) -> Option<Vec<u8>> {
    let client = claims.client.uuid()?;
    let bits = numbers.bits(&claims.scope)?;
    let mut bytes = Vec::with_capacity(192 + claims.audience.len() + bits.len());
    bytes.extend_from_slice(claims.id.as_bytes());
    let kind = match claims.subject_kind {
        SubjectKind::Person => IS_PERSON,
        SubjectKind::Machine => 0,
    };
    let sandboxed = if claims.for_sandbox { FOR_SANDBOX } else { 0 };
    let positioned = claims.position.map_or(0, |_| HAS_POSITION);
    let ids = [
        (HAS_GRANT, claims.grant),
        (HAS_FAMILY, claims.family),
        (HAS_USER, claims.user),
        (HAS_ORGANISATION, claims.organisation),
    ];
    let signed_in = claims.authentication.as_ref();
    let signed_in = signed_in.map_or(0, |_| HAS_AUTHENTICATION);
    let more = kind | positioned | sandboxed | signed_in;
    put_ids(&mut bytes, more, &ids);
    bytes.extend_from_slice(client.as_bytes());
    put_time(&mut bytes, claims.issued_at);
    put_time(&mut bytes, claims.expires_at);
    if let Some(Position(position)) = claims.position {
        bytes.extend_from_slice(&position.to_be_bytes());
    }
    if let Some(authentication) = &claims.authentication {
        put_time(&mut bytes, authentication.at);
        put_text(
            &mut bytes,
            authentication.class.as_deref().unwrap_or_default(),
        );
    }
    put_text(&mut bytes, &claims.audience);
    bytes.extend_from_slice(&checksum(numbers, &bits).ok()?.to_be_bytes());
    bytes.extend_from_slice(&bits);
    Some(bytes)
}

pub(super) fn decode(
    realm: &str,
    plain: &[u8],
    numbers: &ScopeNumbers,
) -> Result<AccessTokenClaims, TokenError> {
    let (without_scope, checked, bits) = read(realm, plain).ok_or(TokenError::Invalid)?;
    if checksum(numbers, bits)? != checked {
        return Err(TokenError::Invalid);
    }
    let scope = numbers.scope(bits);
    Ok(AccessTokenClaims {
        scope: scope.map_err(|_| TokenError::UnknownScopeNumber)?,
        ..without_scope
    })
}

/// Everything but the scope, the checksum of its names, and its bits.
fn read<'p>(realm: &str, plain: &'p [u8]) -> Option<(AccessTokenClaims, u32, &'p [u8])> {
    let mut reader = Reader(plain);
    let id = reader.uuid()?;
    let flags = reader.byte()?;
    let grant = reader.id_if(flags, HAS_GRANT)?;
    let family = reader.id_if(flags, HAS_FAMILY)?;
    let user = reader.id_if(flags, HAS_USER)?;
    let organisation = reader.id_if(flags, HAS_ORGANISATION)?;
    let subject_kind = match (flags & IS_PERSON, user) {
        (0, None) => SubjectKind::Machine,
        (IS_PERSON, Some(_)) => SubjectKind::Person,
        _ => return None,
    };
    let client = TokenClient::Uuid(reader.uuid()?);
    let issued_at = reader.time()?;
    let expires_at = reader.time()?;
    let position = match flags & HAS_POSITION {
        0 => None,
        _ => Some(Position(reader.number()?)),
    };
    let authentication = match flags & HAS_AUTHENTICATION {
        0 => None,
        _ => Some(AuthenticationContext {
            at: reader.time()?,
            class: Some(reader.text()?).filter(|class| !class.is_empty()),
        }),
    };
    let claims = AccessTokenClaims {
        id,
        realm: realm.to_owned(),
        client,
        subject_kind,
        grant,
        family,
        user,
        organisation,
        scope: Scope::empty(),
        audience: reader.text()?,
        for_sandbox: flags & FOR_SANDBOX != 0,
        issued_at,
        expires_at,
        position,
        authentication,
    };
    let checked = u32::from_be_bytes(reader.array()?);
    Some((claims, checked, reader.0))
}

/// Of the names in the order of their numbers: where numbers were lost and given anew, as by a
/// database that was put back, a token means what it said or nothing.
fn checksum(numbers: &ScopeNumbers, bits: &[u8]) -> Result<u32, TokenError> {
    let mut sum = crc32fast::Hasher::new();
    for name in numbers.names(bits) {
        let name = name.map_err(|_| TokenError::UnknownScopeNumber)?;
        sum.update(name.as_str().as_bytes());
        sum.update(b" ");
    }
    Ok(sum.finalize())
}

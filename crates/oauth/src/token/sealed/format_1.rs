//! The first format: names its client by `client_id` and its scopes by their names. Read for as
//! long as such tokens live, and written while a node may run that knows no other.

use scope::Scope;

use super::bytes::{Reader, put_ids, put_text, put_time};
use crate::token::claims::{AccessTokenClaims, SubjectKind, TokenClient};

/// The first byte of the binary form.
pub(super) const VERSION: u8 = 1;

const HAS_GRANT: u8 = 1;
const HAS_USER: u8 = 2;
const HAS_ORGANISATION: u8 = 4;

/// id, flags, the ids the flags name, times, client, audience, scope.
pub(super) fn encode(claims: &AccessTokenClaims) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(claims.id.as_bytes());
    let ids = [
        (HAS_GRANT, claims.grant),
        (HAS_USER, claims.user),
        (HAS_ORGANISATION, claims.organisation),
    ];
    put_ids(&mut bytes, 0, &ids);
    put_time(&mut bytes, claims.issued_at);
    put_time(&mut bytes, claims.expires_at);
    // One that is named by its UUID alone has no name here, and none is found by it.
    put_text(&mut bytes, claims.client.id().unwrap_or_default());
    put_text(&mut bytes, &claims.audience);
    for (index, token) in claims.scope.iter().enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        bytes.extend_from_slice(token.as_bytes());
    }
    bytes
}

pub(super) fn decode(realm: &str, plain: &[u8]) -> Option<AccessTokenClaims> {
    let mut reader = Reader(plain);
    let id = reader.uuid()?;
    let flags = reader.byte()?;
    let grant = reader.id_if(flags, HAS_GRANT)?;
    let user = reader.id_if(flags, HAS_USER)?;
    let organisation = reader.id_if(flags, HAS_ORGANISATION)?;
    let subject_kind = match user {
        Some(_) => SubjectKind::Person,
        None => SubjectKind::Machine,
    };
    Some(AccessTokenClaims {
        id,
        realm: realm.to_owned(),
        subject_kind,
        grant,
        family: None,
        user,
        organisation,
        issued_at: reader.time()?,
        expires_at: reader.time()?,
        client: TokenClient::Id(reader.text()?),
        audience: reader.text()?,
        for_sandbox: false,
        scope: Scope::parse(std::str::from_utf8(reader.0).ok()?).ok()?,
        position: None,
        authentication: None,
    })
}

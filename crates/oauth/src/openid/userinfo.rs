use serde_json::{Map, Value};

use super::registered::{Claims, Refused, refused};
use crate::quote::quote;

/// Reads what UserInfo tells of a person (OpenID Connect Core section 5.3.2). `signed_for` is provider and
/// client where it came as a JWT, whose signature has been verified: whose it says it is, and for whom, has to
/// be so.
///
/// # Errors
///
/// When it is of somebody else, or does not fit.
pub fn userinfo(
    told: Value,
    subject: &str,
    signed_for: Option<(&str, &str)>,
) -> Result<Map<String, Value>, Refused> {
    let Value::Object(members) = &told else {
        return refused("what UserInfo answers is no object");
    };
    // Section 5.3.4: else somebody's answer could be put in the place of another's.
    if members.get("sub").and_then(Value::as_str) != Some(subject) {
        return refused("UserInfo is about somebody else (`sub`)");
    }
    if let Some((issuer, client_id)) = signed_for {
        let claims = Claims::of(&told)?;
        let said = claims.any("iss").and_then(Value::as_str);
        if claims.has("iss") && said != Some(issuer) {
            let said = quote(said.unwrap_or_default());
            return refused(format!(
                "UserInfo is signed for {said:?}, not by {issuer:?} (`iss`)"
            ));
        }
        if claims.has("aud") && !claims.is_for(client_id) {
            return refused("UserInfo is for another client (`aud`)");
        }
    }
    match told {
        Value::Object(members) => Ok(members),
        _ => refused("what UserInfo answers is no object"),
    }
}

use serde_json::Value;

use super::registered::{Refused, refused};
use crate::quote::quote;

/// So many organisations of one person are read.
const MOST_ORGANISATIONS: usize = 1_000;
/// So many roles or rights in one organisation.
const MOST_RIGHTS: usize = 1_000;
/// The longest text that is read of a claim, in bytes.
const LONGEST: usize = 1_000;

/// Where things stand in the claims of a provider: JSON pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimPointers {
    /// Who it is, for ever the same: a text or a number.
    pub subject: String,
    /// What they are called; without it, by e-mail address or subject.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether the provider has seen that it is theirs.
    pub email_verified: Option<String>,
    /// The language they read.
    pub language: Option<String>,
    /// Their organisations; without it, the provider says nothing of these.
    pub organisations: Option<OrganisationPointers>,
}

/// Where things stand about organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationPointers {
    /// The list.
    pub list: String,
    /// Within each, who it is for ever; empty where each is that itself.
    pub id: String,
    /// Within each, what it is called; without it, as its id.
    pub name: Option<String>,
    /// Within each, a list of the person's roles there, or of their rights.
    pub rights: RightsPointer,
}

/// What a person may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightsPointer {
    /// A list of roles.
    Roles(String),
    /// A list of rights.
    Rights(String),
}

/// What a provider says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is, there.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Has the provider seen that it is theirs?
    pub email_verified: bool,
    /// The language they read.
    pub language: Option<String>,
    /// Their organisations, if it says anything of these.
    pub organisations: Option<Vec<PersonsOrganisation>>,
}

/// An organisation of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonsOrganisation {
    /// Which one, there.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What the person may do in it.
    pub rights: Rights,
}

/// What a person may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// By these roles.
    Roles(Vec<String>),
    /// Just this.
    Rights(Vec<String>),
}

impl ClaimPointers {
    /// As OpenID Connect Core section 5.1 calls them, without organisations.
    #[must_use]
    pub fn standard() -> Self {
        let at = |pointer: &str| Some(pointer.to_owned());
        Self {
            subject: "/sub".to_owned(),
            name: at("/name"),
            email: at("/email"),
            email_verified: at("/email_verified"),
            language: at("/locale"),
            organisations: None,
        }
    }

    /// Is there something that these claims do not have, and UserInfo may?
    #[must_use]
    pub fn lack_something_of(&self, claims: &Value) -> bool {
        let organisations = self.organisations.as_ref();
        let organisations = organisations.map(|organisations| &organisations.list);
        let optional = [
            &self.name,
            &self.email,
            &self.email_verified,
            &self.language,
        ];
        let pointers = optional.into_iter().flatten();
        let mut pointers = pointers.chain([&self.subject]).chain(organisations);
        pointers.any(|pointer| present(claims, pointer).is_none())
    }

    /// Reads a person.
    ///
    /// # Errors
    ///
    /// The first claim that is missing or of another kind, by its pointer.
    pub fn read(&self, claims: &Value) -> Result<Person, Refused> {
        let Some(subject) = id_at(claims, &self.subject)? else {
            return refused(format!(
                "there is nothing at {:?} (`subject`)",
                self.subject
            ));
        };
        let email = optional_text(claims, self.email.as_deref())?;
        let name = optional_text(claims, self.name.as_deref())?;
        Ok(Person {
            name: name
                .or_else(|| email.clone())
                .unwrap_or_else(|| subject.clone()),
            email_verified: email.is_some() && self.says_email_is_verified(claims),
            language: optional_text(claims, self.language.as_deref())?,
            organisations: self.organisations(claims)?,
            email,
            subject,
        })
    }

    /// Some providers write it as a text.
    fn says_email_is_verified(&self, claims: &Value) -> bool {
        let told = self.email_verified.as_deref();
        match told.and_then(|pointer| present(claims, pointer)) {
            Some(Value::Bool(told)) => *told,
            Some(Value::String(told)) => told == "true",
            _ => false,
        }
    }

    /// Somebody whose organisations are configured and not told has none: what was theirs would
    /// otherwise stay theirs for as long as the provider leaves it out.
    fn organisations(&self, claims: &Value) -> Result<Option<Vec<PersonsOrganisation>>, Refused> {
        let Some(pointers) = &self.organisations else {
            return Ok(None);
        };
        let list = list_at(claims, &pointers.list, MOST_ORGANISATIONS)?;
        let each = list.iter().zip(0_usize..);
        let each = each.map(|(organisation, place)| {
            let read = pointers.read(organisation);
            read.map_err(|Refused(why)| Refused(format!("{}/{place}: {why}", pointers.list)))
        });
        each.collect::<Result<_, _>>().map(Some)
    }
}

impl OrganisationPointers {
    fn read(&self, organisation: &Value) -> Result<PersonsOrganisation, Refused> {
        let Some(id) = id_at(organisation, &self.id)? else {
            return refused(format!("there is nothing at {:?} (`id`)", self.id));
        };
        let name = optional_text(organisation, self.name.as_deref())?;
        let rights = match &self.rights {
            RightsPointer::Roles(pointer) => Rights::Roles(texts(organisation, pointer)?),
            RightsPointer::Rights(pointer) => Rights::Rights(texts(organisation, pointer)?),
        };
        Ok(PersonsOrganisation {
            name: name.unwrap_or_else(|| id.clone()),
            id,
            rights,
        })
    }
}

fn present<'c>(claims: &'c Value, pointer: &str) -> Option<&'c Value> {
    claims.pointer(pointer).filter(|value| !value.is_null())
}

/// A text or a whole number.
fn id_at(claims: &Value, pointer: &str) -> Result<Option<String>, Refused> {
    let id = match present(claims, pointer) {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
        Some(_) => {
            return refused(format!(
                "what is at {pointer:?} is neither a text nor a number"
            ));
        }
    };
    if id.is_empty() {
        return refused(format!("what is at {pointer:?} is empty"));
    }
    short(id, pointer).map(Some)
}

/// A text that may be missing; an empty one is.
fn optional_text(claims: &Value, pointer: Option<&str>) -> Result<Option<String>, Refused> {
    let Some(pointer) = pointer else {
        return Ok(None);
    };
    match present(claims, pointer) {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => short(text.clone(), pointer).map(Some),
        Some(_) => refused(format!("what is at {pointer:?} is no text")),
    }
}

fn texts(claims: &Value, pointer: &str) -> Result<Vec<String>, Refused> {
    let list = list_at(claims, pointer, MOST_RIGHTS)?;
    let each = list.iter().map(|each| match each {
        Value::String(text) => short(text.clone(), pointer),
        _ => refused(format!("not everything at {pointer:?} is a text")),
    });
    each.collect()
}

/// A list; what is missing has nothing in it.
fn list_at<'c>(claims: &'c Value, pointer: &str, most: usize) -> Result<&'c [Value], Refused> {
    match present(claims, pointer) {
        None => Ok(&[]),
        Some(Value::Array(list)) if list.len() > most => {
            refused(format!("there are more than {most} at {pointer:?}"))
        }
        Some(Value::Array(list)) => Ok(list),
        Some(_) => refused(format!("what is at {pointer:?} is no list")),
    }
}

fn short(text: String, pointer: &str) -> Result<String, Refused> {
    if text.len() > LONGEST {
        let beginning = quote(&text);
        return refused(format!(
            "what is at {pointer:?} has more than {LONGEST} bytes: {beginning:?}"
        ));
    }
    Ok(text)
}

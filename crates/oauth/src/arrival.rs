//! Somebody who signed in elsewhere, as the system that signed them in tells of them, and what may
//! be told.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::SignedDuration;
use scope::Catalog;

use crate::model::{Authentication, GivenRights, Timestamp};
use crate::naming::{self, NamingError};
use crate::quote::quote;
use crate::roles;

/// The most organisations that one person may bring along.
pub const ORGANISATIONS: usize = 200;
/// The most roles of a person in one of them.
pub const ROLES: usize = 50;
/// The most rights of a person in one of them.
pub const RIGHTS: usize = GivenRights::MOST;
/// So far ahead may another system's clock be.
const CLOCKS: SignedDuration = SignedDuration::from_mins(2);
const LONGEST_METHOD: usize = Authentication::LONGEST_METHOD;

/// Somebody who signed in elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The system, as records name it.
    pub source: String,
    /// What it calls the person; never another's.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Their number, for APIs that count people; the realm's next without.
    pub number: Option<i64>,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Did somebody make sure of that?
    pub email_verified: bool,
    /// The language they read (RFC 5646).
    pub language: Option<String>,
    /// When and how they signed in.
    pub authentication: Authentication,
    /// Every organisation of theirs that the system knows; `None` where it says nothing of them,
    /// and they keep those they have.
    pub organisations: Option<Vec<ArrivalOrganisation>>,
}

/// An organisation that somebody brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalOrganisation {
    /// What the system calls it; never another's.
    pub id: String,
    /// Its name as people write it.
    pub name: String,
    /// Its short name in URLs; made of the name without.
    pub slug: Option<String>,
    /// Its number, for APIs that count their tenants; the realm's next without.
    pub number: Option<i64>,
    /// What the person may do there.
    pub rights: ArrivalRights,
}

/// What a person may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrivalRights {
    /// Names of the organisation's roles here.
    Roles(Vec<String>),
    /// Names of scopes, or names with one `*`.
    Rights(Vec<String>),
}

/// What of an arrival cannot be, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct ArrivalError {
    /// The member, as a program writes it: `organisations[1].roles[0]`.
    pub at: String,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

impl ArrivalError {
    /// One at this place.
    #[must_use]
    pub fn new(at: impl Into<String>, problem: impl ToString) -> Self {
        Self {
            at: at.into(),
            problem: problem.to_string(),
        }
    }
}

/// An arrival whose every part may be, in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedArrival(Arrival);

impl CheckedArrival {
    /// Checks an arrival. Whether its roles are there, only the store can tell.
    ///
    /// # Errors
    ///
    /// The first member that cannot be.
    pub fn new(arrival: Arrival, catalog: &Catalog, now: Timestamp) -> Result<Self, ArrivalError> {
        let Arrival {
            source,
            subject,
            name,
            number,
            email,
            email_verified,
            language,
            authentication,
            organisations,
        } = arrival;
        let at = |member: &str, error: NamingError| ArrivalError::new(member, error);
        let subject = naming::external_id(&subject).map_err(|error| at("subject", error))?;
        let name = naming::name(&name).map_err(|error| at("name", error))?;
        let number = counted(number).map_err(|problem| ArrivalError::new("number", problem))?;
        let email = email.as_deref().map(naming::email).transpose();
        let email = email.map_err(|error| at("email", error))?;
        if email_verified && email.is_none() {
            return Err(ArrivalError::new(
                "email_verified",
                "there is no `email` that somebody could have made sure of; send it, or leave this out",
            ));
        }
        let language = language.as_deref().map(naming::language).transpose();
        let language = language.map_err(|error| at("language", error))?;
        let organisations = match organisations {
            Some(organisations) => Some(checked(organisations, catalog)?),
            None => None,
        };
        Ok(Self(Arrival {
            source,
            subject,
            name,
            number,
            email,
            email_verified,
            language,
            authentication: proved(authentication, now)?,
            organisations,
        }))
    }

    /// What was checked.
    #[must_use]
    pub fn get(&self) -> &Arrival {
        &self.0
    }
}

/// The names that somebody may sign in by who never types one, the best first: commands name people
/// so. What their system calls them may hold more than a name can, or look like another's.
#[must_use]
pub fn usernames(source: &str, subject: &str) -> Vec<String> {
    let digest = digest(&SHA256, subject.as_bytes());
    let beginning = digest.as_ref().iter().take(16);
    let digits: String = beginning.map(|byte| format!("{byte:02x}")).collect();
    let plain = naming::username(&format!("{source}:{subject}")).ok();
    let plain = plain.filter(|name| name.is_ascii());
    plain
        .into_iter()
        .chain([format!("{source}:{digits}")])
        .collect()
}

/// The highest number that is taken from elsewhere: the next ones are counted on from it, and all of
/// them are exact in every language (RFC 8259 section 6).
const HIGHEST_NUMBER: i64 = 1_000_000_000_000_000;

fn counted(number: Option<i64>) -> Result<Option<i64>, String> {
    match number {
        Some(number) if !(1..=HIGHEST_NUMBER).contains(&number) => Err(format!(
            "{number} cannot be a number; write one from 1 to {HIGHEST_NUMBER}, or leave it out"
        )),
        number => Ok(number),
    }
}

/// A moment that is to come, by a little, is this one: clocks differ. Before 1970 nobody signed in.
fn proved(authentication: Authentication, now: Timestamp) -> Result<Authentication, ArrivalError> {
    let Authentication {
        at,
        methods,
        class,
        upstream,
    } = authentication;
    if at > now.saturating_add(CLOCKS).unwrap_or(now) {
        return Err(ArrivalError::new(
            "authenticated_at",
            format!("{at} is to come; here it is {now}, so set the clock that is wrong"),
        ));
    }
    if at < Timestamp::UNIX_EPOCH {
        return Err(ArrivalError::new(
            "authenticated_at",
            format!(
                "{at} is before 1970; send when the person signed in, or leave it out where that was now"
            ),
        ));
    }
    if let Some(session) = upstream
        .as_ref()
        .and_then(|upstream| upstream.sid.as_deref())
        && naming::external_id(session).is_err()
    {
        return Err(ArrivalError::new(
            "session",
            format!(
                "{:?} cannot name a session; send 1 to {} bytes that can be read, in one line, or leave it out",
                quote(session),
                naming::LONGEST_EXTERNAL_ID
            ),
        ));
    }
    let is_graphic = |text: &str, longest: usize| {
        (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if methods.len() > Authentication::METHODS {
        return Err(ArrivalError::new(
            "methods",
            format!(
                "{} are too many; at most {} are kept",
                methods.len(),
                Authentication::METHODS
            ),
        ));
    }
    for (index, method) in methods.iter().enumerate() {
        if !is_graphic(method, LONGEST_METHOD) {
            return Err(ArrivalError::new(
                format!("methods[{index}]"),
                format!(
                    "{:?} cannot be a method; write a word of RFC 8176 such as \"pwd\" or \"otp\", of at \
                     most {LONGEST_METHOD} characters",
                    quote(method)
                ),
            ));
        }
    }
    if let Some(class) = &class
        && !Authentication::is_class(class)
    {
        return Err(ArrivalError::new(
            "class",
            format!(
                "{:?} cannot be a class; write one word of at most {} characters",
                quote(class),
                Authentication::LONGEST_CLASS
            ),
        ));
    }
    Ok(Authentication {
        at: at.min(now),
        methods,
        class,
        upstream,
    })
}

fn checked(
    organisations: Vec<ArrivalOrganisation>,
    catalog: &Catalog,
) -> Result<Vec<ArrivalOrganisation>, ArrivalError> {
    if organisations.len() > ORGANISATIONS {
        return Err(ArrivalError::new(
            "organisations",
            format!(
                "{} are too many; send at most {ORGANISATIONS}, those that the person works with",
                organisations.len()
            ),
        ));
    }
    let mut known: Vec<ArrivalOrganisation> = Vec::with_capacity(organisations.len());
    for (index, organisation) in organisations.into_iter().enumerate() {
        let place = format!("organisations[{index}]");
        let organisation = one(organisation, catalog, &place)?;
        if known.iter().any(|other| other.id == organisation.id) {
            let problem = format!("{:?} is there twice; send each once", organisation.id);
            return Err(ArrivalError::new(format!("{place}.id"), problem));
        }
        known.push(organisation);
    }
    Ok(known)
}

fn one(
    organisation: ArrivalOrganisation,
    catalog: &Catalog,
    place: &str,
) -> Result<ArrivalOrganisation, ArrivalError> {
    let ArrivalOrganisation {
        id,
        name,
        slug,
        number,
        rights,
    } = organisation;
    let at =
        |member: &str, problem: String| ArrivalError::new(format!("{place}.{member}"), problem);
    let id = naming::external_id(&id).map_err(|error| at("id", error.to_string()))?;
    let name = naming::name(&name).map_err(|error| at("name", error.to_string()))?;
    if let Some(slug) = &slug {
        naming::slug(slug).map_err(|error| at("slug", error.to_string()))?;
    }
    let number = counted(number).map_err(|problem| at("number", problem))?;
    let rights = match rights {
        ArrivalRights::Roles(names) => {
            few(&names, ROLES).map_err(|problem| at("roles", problem))?;
            let mut roles = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                let role = naming::role(name)
                    .map_err(|error| at(&format!("roles[{index}]"), error.to_string()))?;
                if !roles.contains(&role) {
                    roles.push(role);
                }
            }
            ArrivalRights::Roles(roles)
        }
        ArrivalRights::Rights(names) => {
            few(&names, RIGHTS).map_err(|problem| at("rights", problem))?;
            let mut rights = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                let at = |problem: String| at(&format!("rights[{index}]"), problem);
                let read = roles::rights(catalog, name).map_err(|error| at(error.to_string()))?;
                match <[String; 1]>::try_from(read) {
                    Ok([right]) => rights.push(right),
                    Err(_) => {
                        let name = quote(name);
                        return Err(at(format!(
                            "{name:?} is not one name; write each by itself"
                        )));
                    }
                }
            }
            rights.sort_unstable();
            rights.dedup();
            ArrivalRights::Rights(rights)
        }
    };
    Ok(ArrivalOrganisation {
        id,
        name,
        slug,
        number,
        rights,
    })
}

fn few(names: &[String], most: usize) -> Result<(), String> {
    match names.len() {
        count if count > most => Err(format!("{count} are too many; send at most {most}")),
        _ => Ok(()),
    }
}

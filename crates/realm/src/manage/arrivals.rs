//! Somebody who signed in elsewhere becomes a person here, with their organisations and what they
//! may do there.

use oauth::arrival::{
    self, Arrival, ArrivalError, ArrivalOrganisation, ArrivalRights, CheckedArrival,
};
use oauth::audit::{Act, Actor, Audited, Subject, SubjectKind};
use oauth::model::{
    ExternalId, GivenRights, Membership, Organisation, Role, SignInAnswer, SignInOutcome, Status,
    TokenHash, User,
};
use oauth::{naming, roles};
use storage::{ArrivalStep, StoreError};

use super::desk::{RightsBrought, same_names, until_unchanged};
use super::organisations::raced;
use super::{Desk, Refused};

/// How many short names are tried for an organisation that brings none.
const SLUGS: usize = 100;

/// What an arrival comes to: the person as they are to be, and the writes that make it so.
struct Worked {
    person: User,
    steps: Vec<ArrivalStep>,
}

impl Desk<'_> {
    /// Makes or updates the person who signed in elsewhere, the organisations they bring along, and
    /// what they may do there: all of it, or nothing. Places in organisations of the same source that
    /// are not brought along any more end. Answers the person.
    ///
    /// # Errors
    ///
    /// [`Refused::Arrival`] says which part cannot be, [`Refused::MayNotAct`] that the person was
    /// stopped here; or when the store fails.
    pub async fn arrive(self, by: &Actor, arrival: &CheckedArrival) -> Result<User, Refused> {
        self.arrive_once(by, arrival, None).await
    }

    /// The same by a sign-in under way, which it answers: its challenge and the value with which its
    /// browser comes back, as hashes.
    ///
    /// # Errors
    ///
    /// As [`Desk::arrive`], and [`Refused::Answered`] where it was answered before.
    pub async fn arrive_by(
        self,
        by: &Actor,
        arrival: &CheckedArrival,
        answers: (TokenHash, TokenHash),
    ) -> Result<User, Refused> {
        self.arrive_once(by, arrival, Some(answers)).await
    }

    async fn arrive_once(
        self,
        by: &Actor,
        arrival: &CheckedArrival,
        answers: Option<(TokenHash, TokenHash)>,
    ) -> Result<User, Refused> {
        let arrival = arrival.get();
        until_unchanged(None, || async {
            let mut worked = self.work_out(by, arrival).await?;
            if let Some((challenge, hash)) = answers {
                worked.steps.push(ArrivalStep::AnswerSignIn {
                    challenge,
                    answer: SignInAnswer {
                        hash,
                        outcome: SignInOutcome::Person {
                            user: worked.person.id,
                            authentication: arrival.authentication.clone(),
                        },
                    },
                    now: self.now(),
                });
            }
            if !worked.steps.is_empty() {
                let recorded = self.store.record_arrival(&worked.steps).await;
                if let Err(error) = recorded {
                    return Err(self.not_recorded(arrival, error).await?);
                }
            }
            let person = self.store.user(self.realm(), worked.person.id).await?;
            person.ok_or_else(|| self.no_such("user", &worked.person.username))
        })
        .await
    }

    /// Whoever brings the number of another comes with it again and again; whoever was made by
    /// another node a moment ago is there now.
    async fn not_recorded(&self, arrival: &Arrival, error: StoreError) -> Result<Refused, Refused> {
        if let StoreError::Conflict {
            what: "sign-in", ..
        } = &error
        {
            return Ok(Refused::Answered);
        }
        let is_person = matches!(&error, StoreError::AlreadyExists { what: "user", .. });
        if let (true, Some(number)) = (is_person, arrival.number) {
            let called = called(&arrival.source, &arrival.subject);
            let there = self.store.user_by_external(self.realm(), &called).await?;
            if there.is_none() {
                let problem = format!("{number} is another person's number here");
                return Ok(ArrivalError::new("number", problem).into());
            }
        }
        Ok(raced(error))
    }

    async fn work_out(&self, by: &Actor, arrival: &Arrival) -> Result<Worked, Refused> {
        let mut steps = Vec::new();
        let called = called(&arrival.source, &arrival.subject);
        let known = self.store.user_by_external(self.realm(), &called).await?;
        let person = match known {
            Some(known) => self.known_person(by, arrival, known, &mut steps)?,
            None => self.new_person(by, arrival, called, &mut steps).await?,
        };
        if let Some(organisations) = &arrival.organisations {
            self.places(by, &arrival.source, organisations, &person, &mut steps)
                .await?;
        }
        Ok(Worked { person, steps })
    }

    fn known_person(
        &self,
        by: &Actor,
        arrival: &Arrival,
        before: User,
        steps: &mut Vec<ArrivalStep>,
    ) -> Result<User, Refused> {
        if !before.status.is_active() {
            return Err(Refused::MayNotAct {
                who: before.username,
                status: before.status,
            });
        }
        stays("number", arrival.number, before.number)?;
        let person = User {
            name: arrival.name.clone(),
            email: arrival.email.clone(),
            email_verified: arrival.email_verified,
            language: arrival.language.clone(),
            ..before.clone()
        };
        if person != before {
            let subject = Subject::new(SubjectKind::Person, person.id);
            let record = self.record(by, Act::PersonUpdated, subject);
            let record = record.about(&person).changed(&before, &person);
            steps.push(ArrivalStep::UpdateUser(person.clone(), record));
        }
        Ok(person)
    }

    async fn new_person(
        &self,
        by: &Actor,
        arrival: &Arrival,
        called: ExternalId,
        steps: &mut Vec<ArrivalStep>,
    ) -> Result<User, Refused> {
        let person = User {
            realm: self.realm().to_owned(),
            id: self.new_id(),
            number: arrival.number.unwrap_or_default(),
            username: self.free_username(arrival).await?,
            name: arrival.name.clone(),
            email: arrival.email.clone(),
            email_verified: arrival.email_verified,
            language: arrival.language.clone(),
            password_hash: None,
            sessions_cut_off: None,
            created_at: self.now(),
            status: Status::Active,
            external: Some(called),
            cut_off: None,
            version: 1,
        };
        let subject = Subject::new(SubjectKind::Person, person.id);
        let record = self.record(by, Act::PersonAdded, subject);
        let record = record.about(&person).made(&person);
        steps.push(ArrivalStep::InsertUser(person.clone(), record));
        Ok(person)
    }

    /// Somebody may have an account here that is called so.
    async fn free_username(&self, arrival: &Arrival) -> Result<String, Refused> {
        let mut names = arrival::usernames(&arrival.source, &arrival.subject);
        let last = names.pop().unwrap_or_default();
        for name in names {
            let taken = self.store.user_by_username(self.realm(), &name).await?;
            if taken.is_none() {
                return Ok(name);
            }
        }
        Ok(last)
    }

    async fn places(
        &self,
        by: &Actor,
        source: &str,
        organisations: &[ArrivalOrganisation],
        person: &User,
        steps: &mut Vec<ArrivalStep>,
    ) -> Result<(), Refused> {
        let mut before = self.places_of(person).await?;
        let mut slugs = Vec::new();
        for (index, brought) in organisations.iter().enumerate() {
            let place = format!("organisations[{index}]");
            let called = called(source, &brought.id);
            let known = self
                .store
                .organisation_by_external(self.realm(), &called)
                .await?;
            let (organisation, there) = match known {
                Some(known) => {
                    let roles = self.roles(&known).await?;
                    let known = self.known_organisation(by, brought, known, &place, steps);
                    (known.await?, roles)
                }
                None => {
                    let new = self.new_organisation(by, brought, called, &place, &mut slugs, steps);
                    new.await?
                }
            };
            let membership = before
                .iter()
                .position(|(_, membership)| membership.organisation == organisation.id)
                .map(|position| before.swap_remove(position).1);
            let rights = self::brought(self, &organisation, &there, &brought.rights, &place)?;
            self.put_place(by, (&organisation, person), membership, rights, steps);
        }
        for (organisation, membership) in before {
            let is_of_source = |external: &ExternalId| external.source == source;
            if organisation.external.as_ref().is_some_and(is_of_source) {
                let subject = Subject::membership(organisation.id, person.id);
                let record = self.record(by, Act::MembershipEnded, subject);
                let record = record.named("organisation", &organisation.slug);
                let record = record.about(person).removed(&membership);
                steps.push(ArrivalStep::RemoveMembership(membership, record));
            }
        }
        Ok(())
    }

    async fn known_organisation(
        &self,
        by: &Actor,
        brought: &ArrivalOrganisation,
        before: Organisation,
        place: &str,
        steps: &mut Vec<ArrivalStep>,
    ) -> Result<Organisation, Refused> {
        stays(&format!("{place}.number"), brought.number, before.number)?;
        let slug = match &brought.slug {
            Some(slug) if *slug != before.slug => {
                self.free_slug(slug, place).await?;
                slug.clone()
            }
            _ => before.slug.clone(),
        };
        let organisation = Organisation {
            name: brought.name.clone(),
            slug,
            ..before.clone()
        };
        if organisation != before {
            let subject = Subject::new(SubjectKind::Organisation, organisation.id);
            let record = self.record(by, Act::OrganisationRenamed, subject);
            let record = record.changed(&before, &organisation);
            steps.push(ArrivalStep::RenameOrganisation(
                organisation.clone(),
                record,
            ));
        }
        Ok(organisation)
    }

    async fn new_organisation(
        &self,
        by: &Actor,
        brought: &ArrivalOrganisation,
        called: ExternalId,
        place: &str,
        slugs: &mut Vec<String>,
        steps: &mut Vec<ArrivalStep>,
    ) -> Result<(Organisation, Vec<Role>), Refused> {
        let slug = match &brought.slug {
            Some(slug) => {
                self.free_slug(slug, place).await?;
                slug.clone()
            }
            None => self.made_slug(&brought.name, place, slugs).await?,
        };
        slugs.push(slug.clone());
        if let Some(number) = brought.number {
            let other = self.store.organisation_by_number(self.realm(), number);
            if other.await?.is_some() {
                let problem = format!("{number} is another organisation's number here");
                return Err(ArrivalError::new(format!("{place}.number"), problem).into());
            }
        }
        let organisation = Organisation {
            realm: self.realm().to_owned(),
            id: self.new_id(),
            slug,
            number: brought.number.unwrap_or_default(),
            name: brought.name.clone(),
            created_at: self.now(),
            external: Some(called),
            version: 1,
        };
        let roles = roles::of_catalog(self.catalog, organisation.id);
        let rights: std::collections::BTreeMap<_, _> = roles
            .iter()
            .map(|role| (&role.name, &role.rights))
            .collect();
        let subject = Subject::new(SubjectKind::Organisation, organisation.id);
        let record = self.record(by, Act::OrganisationAdded, subject);
        let record = record.made(Audited::from(&organisation).with("roles", rights));
        steps.push(ArrivalStep::InsertOrganisation(
            organisation.clone(),
            roles.clone(),
            record,
        ));
        Ok((organisation, roles))
    }

    async fn free_slug(&self, slug: &str, place: &str) -> Result<(), Refused> {
        let other = self.store.organisation_by_slug(self.realm(), slug).await?;
        if other.is_none() {
            return Ok(());
        }
        let problem = format!("{slug:?} is another organisation's short name here; send another");
        Err(ArrivalError::new(format!("{place}.slug"), problem).into())
    }

    /// `slugs` are those that come with the same person.
    async fn made_slug(
        &self,
        name: &str,
        place: &str,
        slugs: &[String],
    ) -> Result<String, Refused> {
        let made = naming::slug_of(name);
        for number in 1..=SLUGS {
            let slug = match number {
                1 => made.clone(),
                further => format!("{made}-{further}"),
            };
            if slugs.contains(&slug) {
                continue;
            }
            let other = self.store.organisation_by_slug(self.realm(), &slug).await?;
            if other.is_none() {
                return Ok(slug);
            }
        }
        let problem = format!("{SLUGS} organisations are called like {name:?}; send a `slug`");
        Err(ArrivalError::new(place, problem).into())
    }

    pub(super) fn put_place(
        &self,
        by: &Actor,
        (organisation, person): (&Organisation, &User),
        before: Option<Membership>,
        (roles, given): (Vec<String>, Option<GivenRights>),
        steps: &mut Vec<ArrivalStep>,
    ) {
        let is_same =
            |before: &Membership| same_names(&before.roles, &roles) && before.given == given;
        if before.as_ref().is_some_and(is_same) {
            return;
        }
        let membership = Membership {
            realm: self.realm().to_owned(),
            organisation: organisation.id,
            user: person.id,
            roles,
            given,
            cut_off: before.as_ref().and_then(|before| before.cut_off),
            version: before.as_ref().map_or(0, |before| before.version),
        };
        let subject = Subject::membership(organisation.id, person.id);
        let before = before.as_ref().map(Audited::from).unwrap_or_default();
        let record = self.record(by, Act::MembershipSet, subject);
        let record = record.named("organisation", &organisation.slug);
        let record = record.about(person).changed(before, &membership);
        steps.push(ArrivalStep::PutMembership(membership, record));
    }
}

fn called(source: &str, id: &str) -> ExternalId {
    ExternalId {
        source: source.to_owned(),
        id: id.to_owned(),
    }
}

/// A number is given once.
fn stays(place: &str, told: Option<i64>, kept: i64) -> Result<(), ArrivalError> {
    match told {
        Some(told) if told != kept => Err(ArrivalError::new(
            place,
            format!("it is {kept} here, for good; send that, or leave it out"),
        )),
        _ => Ok(()),
    }
}

/// What somebody's place at an organisation says of what they may do: roles, each of which must be
/// there, or rights that are given.
fn brought(
    desk: &Desk<'_>,
    organisation: &Organisation,
    there: &[Role],
    rights: &ArrivalRights,
    place: &str,
) -> Result<(Vec<String>, Option<GivenRights>), ArrivalError> {
    let at = |member: &str, problem: &str| ArrivalError::new(format!("{place}.{member}"), problem);
    match (rights, desk.rights) {
        (ArrivalRights::Rights(names), RightsBrought::Rights(valid_for)) => {
            let given = GivenRights::new(names.clone(), desk.now(), valid_for);
            Ok((Vec::new(), Some(given)))
        }
        (ArrivalRights::Rights(_), RightsBrought::Roles) => Err(at(
            "rights",
            "rights are kept as roles here; send `roles`, or configure [realm.rights] with kind = \"given\"",
        )),
        (ArrivalRights::Rights(_), RightsBrought::Nothing) => Err(at(
            "rights",
            "rights are asked for here, and none are taken along; leave them out, or configure \
             [realm.rights] with kind = \"given\"",
        )),
        (ArrivalRights::Roles(names), RightsBrought::Rights(_)) if !names.is_empty() => Err(at(
            "roles",
            "rights are given at each sign-in here, and no role counts; send `rights`, or configure \
             [realm.rights] with kind = \"stored\"",
        )),
        (ArrivalRights::Roles(names), _) => {
            Ok((roles_of(organisation, there, names, place)?, None))
        }
    }
}

fn roles_of(
    organisation: &Organisation,
    there: &[Role],
    names: &[String],
    place: &str,
) -> Result<Vec<String>, ArrivalError> {
    let is_unknown = |name: &String| !there.iter().any(|role| role.name == *name);
    let Some(index) = names.iter().position(is_unknown) else {
        return Ok(names.to_vec());
    };
    let known: Vec<&str> = there.iter().map(|role| role.name.as_str()).collect();
    Err(ArrivalError::new(
        format!("{place}.roles[{index}]"),
        format!(
            "{} has no such role; its roles are: {}",
            organisation.slug,
            known.join(", ")
        ),
    ))
}

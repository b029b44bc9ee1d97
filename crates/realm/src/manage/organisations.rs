//! Organisations, and who has which roles there.

use std::collections::BTreeMap;

use oauth::audit::{Act, Actor, Audited, Subject, SubjectKind};
use oauth::model::{Ending, Membership, Organisation, Page, PageRequest, Role, User};
use oauth::{naming, roles};
use storage::StoreError;

use super::desk::{Settled, as_seen, same_names, until_unchanged};
use super::{Desk, Refused};

/// A new organisation, with the roles of the catalog.
#[derive(Debug, Clone)]
pub struct AddOrganisation {
    /// Its short name.
    pub slug: String,
    /// Its name as people write it.
    pub name: String,
}

/// A new organisation and its roles.
#[derive(Debug, Clone)]
pub struct AddedOrganisation {
    /// The organisation.
    pub organisation: Organisation,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// Another name or short name of an organisation.
#[derive(Debug, Clone)]
pub struct RenameOrganisation {
    /// The short name it has.
    pub organisation: String,
    /// The short name it is to have, if another.
    pub slug: Option<String>,
    /// The name it is to have, if another.
    pub name: Option<String>,
    /// The version of the organisation that was seen, if the change is for that only.
    pub version: Option<i64>,
}

/// A person's place in an organisation, given or with other roles.
#[derive(Debug, Clone)]
pub struct SetMembership {
    /// The organisation's short name.
    pub organisation: String,
    /// What the person signs in with.
    pub username: String,
    /// Names of the organisation's roles.
    pub roles: Vec<String>,
    /// The version of the place that was seen, 0 for none, if the change is for that only.
    pub version: Option<i64>,
}

/// The end of an organisation.
#[derive(Debug, Clone)]
pub struct DeleteOrganisation {
    /// Its short name.
    pub organisation: String,
    /// The version that was seen, if it is to be deleted only as that.
    pub version: Option<i64>,
}

/// The end of a person's place.
#[derive(Debug, Clone)]
pub struct EndMembership {
    /// The organisation's short name.
    pub organisation: String,
    /// What the person signs in with.
    pub username: String,
    /// The version of the place that was seen, if it is to end only as that.
    pub version: Option<i64>,
}

impl Desk<'_> {
    /// The organisations of the realm by short name.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn organisations(self, page: &PageRequest) -> Result<Page<Organisation>, Refused> {
        Ok(self.store.organisations(self.realm(), page).await?)
    }

    /// The members of an organisation by username.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn members(
        self,
        organisation: &Organisation,
    ) -> Result<Vec<(User, Membership)>, Refused> {
        Ok(self.store.members(self.realm(), organisation.id).await?)
    }

    /// Adds an organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::Taken`], or when the store fails.
    pub async fn add_organisation(
        self,
        by: &Actor,
        command: AddOrganisation,
    ) -> Result<AddedOrganisation, Refused> {
        naming::slug(&command.slug)?;
        let name = naming::name(&command.name)?;
        let wanted = Organisation {
            realm: self.realm().to_owned(),
            id: self.new_id(),
            slug: command.slug,
            number: 0,
            name,
            created_at: self.now(),
            external: None,
            version: 1,
        };
        let roles = roles::of_catalog(self.catalog, wanted.id);
        let rights: BTreeMap<_, _> = roles
            .iter()
            .map(|role| (&role.name, &role.rights))
            .collect();
        let subject = Subject::new(SubjectKind::Organisation, wanted.id);
        let record = self
            .record(by, Act::OrganisationAdded, subject)
            .made(Audited::from(&wanted).with("roles", rights));
        let organisation = self
            .store
            .insert_organisation(&wanted, &roles, &record)
            .await?;
        Ok(AddedOrganisation {
            organisation,
            roles,
        })
    }

    /// Gives an organisation another name; answers it as it is now.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::NoSuch`], [`Refused::Taken`], [`Refused::Changed`], or when
    /// the store fails.
    pub async fn rename_organisation(
        self,
        by: &Actor,
        command: RenameOrganisation,
    ) -> Result<Settled<Organisation>, Refused> {
        command.slug.as_deref().map(naming::slug).transpose()?;
        let name = command.name.as_deref().map(naming::name).transpose()?;
        until_unchanged(command.version, || async {
            let before = self.organisation(&command.organisation).await?;
            let seen = command.version;
            as_seen("organisation", &before.slug, seen, before.version)?;
            let mut renamed = before.clone();
            renamed.slug = command.slug.clone().unwrap_or(renamed.slug);
            renamed.name = name.clone().unwrap_or(renamed.name);
            if renamed == before {
                return Ok(Settled::unchanged(renamed));
            }
            let subject = Subject::new(SubjectKind::Organisation, renamed.id);
            let record = self
                .record(by, Act::OrganisationRenamed, subject)
                .changed(&before, &renamed);
            self.store.rename_organisation(&renamed, &record).await?;
            Ok(Settled::changed(self.organisation(&renamed.slug).await?))
        })
        .await
    }

    /// Which organisation a deletion means, and what would end with it.
    ///
    /// # Errors
    ///
    /// As [`Desk::delete_organisation`].
    pub async fn ends_with_organisation(
        self,
        command: &DeleteOrganisation,
    ) -> Result<(Organisation, Ending), Refused> {
        let gone = self.organisation_to_delete(command).await?;
        let ending = self.store.ends_with_organisation(self.realm(), gone.id);
        let ending = ending.await?;
        Ok((gone, ending))
    }

    async fn organisation_to_delete(
        &self,
        command: &DeleteOrganisation,
    ) -> Result<Organisation, Refused> {
        let gone = self.organisation(&command.organisation).await?;
        as_seen("organisation", &gone.slug, command.version, gone.version)?;
        Ok(gone)
    }

    /// Deletes an organisation, with its roles, the places in it and what apps hold for it; answers
    /// it as it was. Another may have its short name then.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::Changed`], or when the store fails.
    pub async fn delete_organisation(
        self,
        by: &Actor,
        command: DeleteOrganisation,
    ) -> Result<Organisation, Refused> {
        until_unchanged(command.version, || async {
            let gone = self.organisation_to_delete(&command).await?;
            let subject = Subject::new(SubjectKind::Organisation, gone.id);
            let record = self.record(by, Act::OrganisationDeleted, subject);
            let record = record.named("organisation", &gone.slug).removed(&gone);
            let deleted = self.store.delete_organisation(&gone, self.now(), &record);
            deleted.await?;
            Ok(gone)
        })
        .await
    }

    /// Gives a person a place, or other roles; answers the organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NoRole`], [`Refused::Changed`], or when the store fails.
    pub async fn set_membership(
        self,
        by: &Actor,
        command: SetMembership,
    ) -> Result<Settled<Organisation>, Refused> {
        until_unchanged(command.version, || async {
            let organisation = self.organisation(&command.organisation).await?;
            let person = self.person(&command.username).await?;
            let before = self.membership(&organisation, &person).await?;
            let version = before.as_ref().map_or(0, |before| before.version);
            as_seen("membership", &command.username, command.version, version)?;
            let roles = self.roles_called(&organisation, &command.roles).await?;
            if before
                .as_ref()
                .is_some_and(|before| same_names(&before.roles, &roles))
            {
                return Ok(Settled::unchanged(organisation));
            }
            let membership = Membership {
                realm: self.realm().to_owned(),
                organisation: organisation.id,
                user: person.id,
                roles,
                given: before.as_ref().and_then(|before| before.given.clone()),
                cut_off: before.as_ref().and_then(|before| before.cut_off),
                version,
            };
            let subject = Subject::membership(organisation.id, person.id);
            let before = before.as_ref().map(Audited::from).unwrap_or_default();
            let record = self.record(by, Act::MembershipSet, subject);
            let record = record.named("organisation", &organisation.slug);
            let record = record.about(&person).changed(before, &membership);
            let put = self.store.put_membership(&membership, &record);
            put.await.map_err(raced)?;
            Ok(Settled::changed(organisation))
        })
        .await
    }

    /// Ends a person's place; answers the organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NoMember`], or when the store fails.
    pub async fn end_membership(
        self,
        by: &Actor,
        command: EndMembership,
    ) -> Result<Organisation, Refused> {
        until_unchanged(command.version, || async {
            let organisation = self.organisation(&command.organisation).await?;
            let person = self.person(&command.username).await?;
            let no_member = || Refused::NoMember {
                username: command.username.clone(),
                organisation: organisation.name.clone(),
            };
            let before = self.membership(&organisation, &person).await?;
            let before = before.ok_or_else(no_member)?;
            let seen = command.version;
            as_seen("membership", &command.username, seen, before.version)?;
            let subject = Subject::membership(organisation.id, person.id);
            let record = self.record(by, Act::MembershipEnded, subject);
            let record = record.named("organisation", &organisation.slug);
            let record = record.about(&person).removed(&before);
            if self.store.remove_membership(&before, &record).await? {
                return Ok(organisation);
            }
            Err(no_member())
        })
        .await
    }

    async fn membership(
        &self,
        organisation: &Organisation,
        person: &User,
    ) -> Result<Option<Membership>, Refused> {
        let places = self.places_of(person).await?.into_iter();
        let mut places = places.map(|(_, place)| place);
        Ok(places.find(|place| place.organisation == organisation.id))
    }
}

/// Whoever adds what another has added a moment before was not the first to change it.
pub(super) fn raced(error: StoreError) -> Refused {
    match error {
        StoreError::AlreadyExists { what, key } => Refused::Changed { what, key },
        other => other.into(),
    }
}

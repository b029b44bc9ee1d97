//! The roles of an organisation: sets of rights that people have there.

use oauth::audit::{Act, Actor, Audited, Subject};
use oauth::model::{Organisation, Role};
use oauth::{naming, roles};

use super::desk::{Settled, as_seen, same_names, until_unchanged};
use super::organisations::raced;
use super::{Desk, Refused};

/// A role, added or with other rights.
#[derive(Debug, Clone)]
pub struct SetRole {
    /// The organisation's short name.
    pub organisation: String,
    /// The role's name.
    pub role: String,
    /// Names of scopes, or names with one `*`, space-separated.
    pub rights: String,
    /// The version of the role that was seen, 0 for none, if the change is for that only.
    pub version: Option<i64>,
}

/// Another name of a role.
#[derive(Debug, Clone)]
pub struct RenameRole {
    /// The organisation's short name.
    pub organisation: String,
    /// The name it has.
    pub role: String,
    /// The name it is to have.
    pub name: String,
    /// The version of the role that was seen, if the change is for that only.
    pub version: Option<i64>,
}

/// The end of a role.
#[derive(Debug, Clone)]
pub struct RemoveRole {
    /// The organisation's short name.
    pub organisation: String,
    /// The role's name.
    pub role: String,
    /// The version of the role that was seen, if it is to go only as that.
    pub version: Option<i64>,
}

impl Desk<'_> {
    /// The roles of an organisation by name.
    ///
    /// # Errors
    ///
    /// When the store cannot tell.
    pub async fn roles(self, organisation: &Organisation) -> Result<Vec<Role>, Refused> {
        Ok(self.store.roles(self.realm(), organisation.id).await?)
    }

    /// A role that must be there.
    ///
    /// # Errors
    ///
    /// [`Refused::NoRole`], or when the store cannot tell.
    pub async fn role(self, organisation: &Organisation, name: &str) -> Result<Role, Refused> {
        let there = self.roles(organisation).await?;
        let found = called(&there, name).cloned();
        found.ok_or_else(|| no_role(organisation, &there, name))
    }

    /// Adds a role or changes its rights; answers the organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::NoSuch`], [`Refused::Rights`], [`Refused::Changed`], or when
    /// the store fails.
    pub async fn set_role(
        self,
        by: &Actor,
        command: SetRole,
    ) -> Result<Settled<Organisation>, Refused> {
        let name = naming::role(&command.role)?;
        let rights = roles::rights(self.catalog, &command.rights)?;
        until_unchanged(command.version, || async {
            let organisation = self.organisation(&command.organisation).await?;
            let there = self.roles(&organisation).await?;
            let before = called(&there, &name);
            let version = before.map_or(0, |before| before.version);
            as_seen("role", &name, command.version, version)?;
            if before.is_some_and(|before| same_names(&before.rights, &rights)) {
                return Ok(Settled::unchanged(organisation));
            }
            let role = Role {
                realm: self.realm().to_owned(),
                organisation: organisation.id,
                name: before.map_or_else(|| name.clone(), |before| before.name.clone()),
                rights: rights.clone(),
                version,
            };
            let subject = Subject::role(organisation.id, &role.name);
            let before = before.map(Audited::from).unwrap_or_default();
            let record = self
                .record(by, Act::RoleSet, subject)
                .named("organisation", &organisation.slug)
                .changed(before, &role);
            self.store.put_role(&role, &record).await.map_err(raced)?;
            Ok(Settled::changed(organisation))
        })
        .await
    }

    /// Gives a role another name; whoever has it keeps it. Answers the organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::Name`], [`Refused::NoSuch`], [`Refused::NoRole`], [`Refused::Taken`],
    /// [`Refused::Changed`], or when the store fails.
    pub async fn rename_role(
        self,
        by: &Actor,
        command: RenameRole,
    ) -> Result<Settled<Organisation>, Refused> {
        let name = naming::role(&command.name)?;
        until_unchanged(command.version, || async {
            let organisation = self.organisation(&command.organisation).await?;
            let before = self.role(&organisation, &command.role).await?;
            as_seen("role", &before.name, command.version, before.version)?;
            if before.name == name {
                return Ok(Settled::unchanged(organisation));
            }
            let there = self.roles(&organisation).await?;
            if called(&there, &name).is_some_and(|other| other.name != before.name) {
                let what = "role";
                return Err(Refused::Taken {
                    what,
                    key: name.clone(),
                });
            }
            let subject = Subject::role(organisation.id, &before.name);
            let [old, new] = [&before.name, &name].map(|name| Audited::field("name", name));
            let record = self.record(by, Act::RoleRenamed, subject);
            let record = record.named("organisation", &organisation.slug);
            let record = record.changed(old, new);
            self.store.rename_role(&before, &name, &record).await?;
            Ok(Settled::changed(organisation))
        })
        .await
    }

    /// Which role a removal means, of which organisation, and how many people have it.
    ///
    /// # Errors
    ///
    /// As [`Desk::remove_role`].
    pub async fn ends_with_role(
        self,
        command: &RemoveRole,
    ) -> Result<(Organisation, Role, usize), Refused> {
        let (organisation, gone) = self.role_to_remove(command).await?;
        let members = self.members(&organisation).await?.into_iter();
        let with = members.filter(|(_, place)| place.roles.contains(&gone.name));
        let with = with.count();
        Ok((organisation, gone, with))
    }

    async fn role_to_remove(&self, command: &RemoveRole) -> Result<(Organisation, Role), Refused> {
        let organisation = self.organisation(&command.organisation).await?;
        let gone = self.role(&organisation, &command.role).await?;
        as_seen("role", &gone.name, command.version, gone.version)?;
        Ok((organisation, gone))
    }

    /// Removes a role. Whoever has it keeps their place, without the rights that it gave. Answers
    /// the organisation.
    ///
    /// # Errors
    ///
    /// [`Refused::NoSuch`], [`Refused::NoRole`], [`Refused::Changed`], or when the store fails.
    pub async fn remove_role(
        self,
        by: &Actor,
        command: RemoveRole,
    ) -> Result<Organisation, Refused> {
        until_unchanged(command.version, || async {
            let (organisation, gone) = self.role_to_remove(&command).await?;
            let subject = Subject::role(organisation.id, &gone.name);
            let record = self.record(by, Act::RoleRemoved, subject);
            let record = record.named("organisation", &organisation.slug);
            let record = record.removed(&gone);
            self.store.remove_role(&gone, &record).await?;
            Ok(organisation)
        })
        .await
    }

    /// The roles as they are stored, which the organisation must have.
    pub(super) async fn roles_called(
        &self,
        organisation: &Organisation,
        wanted: &[String],
    ) -> Result<Vec<String>, Refused> {
        let there = self.roles(organisation).await?;
        let stored = wanted.iter().map(|name| match called(&there, name) {
            Some(role) => Ok(role.name.clone()),
            None => Err(no_role(organisation, &there, name)),
        });
        stored.collect()
    }
}

/// The role of this name, however either is spelled.
fn called<'r>(roles: &'r [Role], name: &str) -> Option<&'r Role> {
    let name = naming::spelled(name);
    roles
        .iter()
        .find(|role| naming::spelled(&role.name) == name)
}

fn no_role(organisation: &Organisation, there: &[Role], name: &str) -> Refused {
    Refused::NoRole {
        role: name.to_owned(),
        organisation: organisation.slug.clone(),
        there: there.iter().map(|role| role.name.clone()).collect(),
    }
}

use oauth::model::{Membership, Organisation, Role};

use super::{Desk, every, stored};
use crate::arguments::OrganisationCommand;
use crate::demo::catalog_roles;
use crate::failure::Failure;

/// Runs one command on organisations.
pub async fn run(desk: &Desk, command: &OrganisationCommand) -> Result<String, Failure> {
    match command {
        OrganisationCommand::Add { realm, slug, name } => add(desk, realm, slug, name).await,
        OrganisationCommand::List { realm } => list(desk, realm).await,
        OrganisationCommand::Show { realm, slug } => show(desk, realm, slug).await,
        OrganisationCommand::Member {
            realm,
            slug,
            username,
            roles,
        } => {
            let organisation = desk.organisation(realm, slug).await?;
            let user = desk.user(realm, username).await?;
            let there = desk.store().memberships(realm, user.id).await;
            let there = there.map_err(stored)?.into_iter().map(|(_, place)| place);
            let mut there = there.filter(|place| place.organisation == organisation.id);
            let membership = Membership {
                roles: roles.clone(),
                ..there.next().unwrap_or(Membership {
                    realm: realm.clone(),
                    organisation: organisation.id,
                    user: user.id,
                    roles: Vec::new(),
                    cut_off: None,
                    version: 0,
                })
            };
            desk.store()
                .put_membership(&membership)
                .await
                .map_err(stored)?;
            Ok(format!(
                "{username} is {} at {}.",
                roles.join(", "),
                organisation.name
            ))
        }
        OrganisationCommand::RemoveMember {
            realm,
            slug,
            username,
        } => {
            let organisation = desk.organisation(realm, slug).await?;
            let user = desk.user(realm, username).await?;
            let removed = desk
                .store()
                .remove_membership(realm, organisation.id, user.id)
                .await
                .map_err(stored)?;
            if removed {
                Ok(format!(
                    "{username} has no place at {} any more.",
                    organisation.name
                ))
            } else {
                Err(Failure::new(format!(
                    "{username} has no place at {}",
                    organisation.name
                )))
            }
        }
        OrganisationCommand::Role {
            realm,
            slug,
            role,
            rights,
        } => set_role(desk, realm, slug, role, rights).await,
    }
}

async fn add(desk: &Desk, realm: &str, slug: &str, name: &str) -> Result<String, Failure> {
    let catalog = desk.catalog(realm)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() || !slug.chars().all(plain) {
        return Err(Failure::new(format!(
            "{slug:?} cannot be a short name; use lower-case letters, digits and hyphens"
        )));
    }
    let organisation = Organisation {
        realm: realm.to_owned(),
        id: desk.new_id(),
        slug: slug.to_owned(),
        number: 0,
        name: name.to_owned(),
        created_at: desk.now(),
        external: None,
        version: 1,
    };
    let roles = catalog_roles(catalog, realm, organisation.id);
    let names: Vec<_> = roles.iter().map(|role| role.name.clone()).collect();
    let added = desk
        .store()
        .insert_organisation(&organisation, &roles)
        .await
        .map_err(stored)?;
    Ok(format!(
        "added {slug}: id {}, number {}, roles {}.",
        added.id,
        added.number,
        names.join(", ")
    ))
}

async fn list(desk: &Desk, realm: &str) -> Result<String, Failure> {
    desk.catalog(realm)?;
    let all = every(async |page| desk.store().organisations(realm, page).await).await?;
    if all.is_empty() {
        return Ok(format!("realm {realm} has no organisations yet."));
    }
    let lines: Vec<_> = all
        .iter()
        .map(|one| {
            format!(
                "{}  {}  number {}  {}",
                one.slug, one.name, one.number, one.id
            )
        })
        .collect();
    Ok(lines.join("\n"))
}

async fn show(desk: &Desk, realm: &str, slug: &str) -> Result<String, Failure> {
    let organisation = desk.organisation(realm, slug).await?;
    let mut lines = vec![format!(
        "{} ({slug}), number {}, id {}",
        organisation.name, organisation.number, organisation.id
    )];
    for role in desk
        .store()
        .roles(realm, organisation.id)
        .await
        .map_err(stored)?
    {
        lines.push(format!("role {}: {}", role.name, role.rights.join(" ")));
    }
    for (user, membership) in desk
        .store()
        .members(realm, organisation.id)
        .await
        .map_err(stored)?
    {
        lines.push(format!(
            "member {}: {}",
            user.username,
            membership.roles.join(", ")
        ));
    }
    Ok(lines.join("\n"))
}

async fn set_role(
    desk: &Desk,
    realm: &str,
    slug: &str,
    name: &str,
    rights: &str,
) -> Result<String, Failure> {
    let catalog = desk.catalog(realm)?;
    let organisation = desk.organisation(realm, slug).await?;
    for right in rights
        .split_whitespace()
        .filter(|right| !right.contains('*'))
    {
        super::known_scope(catalog, right)?;
    }
    let there = desk.store().roles(realm, organisation.id).await;
    let mut there = there.map_err(stored)?.into_iter();
    let role = Role {
        realm: realm.to_owned(),
        organisation: organisation.id,
        name: name.to_owned(),
        rights: rights.split_whitespace().map(str::to_owned).collect(),
        version: there
            .find(|role| role.name == name)
            .map_or(0, |role| role.version),
    };
    desk.store().put_role(&role).await.map_err(stored)?;
    Ok(format!(
        "role {name} at {} now has: {rights}",
        organisation.name
    ))
}

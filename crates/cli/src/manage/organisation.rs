use realm::manage::{
    AddOrganisation, DeleteOrganisation, Desk, EndMembership, RemoveRole, RenameOrganisation,
    RenameRole, SetMembership, SetRole,
};

use super::{Said, Server, deletion, every, settled};
use crate::arguments::manage::Confirmed;
use crate::arguments::records::OrganisationCommand;
use crate::failure::Failure;

/// Runs one command on organisations.
pub async fn run(server: &Server, command: &OrganisationCommand) -> Result<Said, Failure> {
    match command {
        OrganisationCommand::Add { realm, slug, name } => {
            let command = AddOrganisation {
                slug: slug.clone(),
                name: name.clone(),
            };
            Ok(add(server, realm, command).await?.into())
        }
        OrganisationCommand::List { realm } => Ok(list(&server.desk(realm)?).await?.into()),
        OrganisationCommand::Show { realm, slug } => {
            Ok(show(&server.desk(realm)?, slug).await?.into())
        }
        OrganisationCommand::Rename {
            realm,
            slug,
            names,
            seen,
        } => {
            let command = RenameOrganisation {
                organisation: slug.clone(),
                slug: names.slug.clone(),
                name: names.name.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let now = desk.rename_organisation(server.operator(), command).await?;
            let text = format!("{} is {} now.", now.record.slug, now.record.name);
            Ok(settled(&now, text))
        }
        OrganisationCommand::Member {
            realm,
            slug,
            username,
            roles,
            seen,
        } => {
            let command = SetMembership {
                organisation: slug.clone(),
                username: username.clone(),
                roles: roles.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let now = desk.set_membership(server.operator(), command).await?;
            let (roles, name) = (roles.join(", "), &now.record.name);
            Ok(settled(&now, format!("{username} is {roles} at {name}.")))
        }
        OrganisationCommand::RemoveMember {
            realm,
            slug,
            username,
            seen,
        } => {
            let command = EndMembership {
                organisation: slug.clone(),
                username: username.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let organisation = desk.end_membership(server.operator(), command).await?;
            let name = organisation.name;
            Ok(format!("{username} has no place at {name} any more.").into())
        }
        OrganisationCommand::Delete {
            realm,
            slug,
            confirmed,
        } => delete(server, realm, slug, confirmed).await,
        OrganisationCommand::RenameRole {
            realm,
            slug,
            role,
            name,
            seen,
        } => {
            let command = RenameRole {
                organisation: slug.clone(),
                role: role.clone(),
                name: name.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let now = desk.rename_role(server.operator(), command).await?;
            let text = format!("role {role} at {} is called {name} now.", now.record.name);
            Ok(settled(&now, text))
        }
        OrganisationCommand::RemoveRole {
            realm,
            slug,
            role,
            confirmed,
        } => remove_role(server, realm, slug, role, confirmed).await,
        OrganisationCommand::Role {
            realm,
            slug,
            role,
            rights,
            seen,
        } => {
            let command = SetRole {
                organisation: slug.clone(),
                role: role.clone(),
                rights: rights.clone(),
                version: seen.version,
            };
            let desk = server.desk(realm)?;
            let now = desk.set_role(server.operator(), command).await?;
            let name = &now.record.name;
            let text = format!("role {role} at {name} now has: {rights}");
            Ok(settled(&now, text))
        }
    }
}

async fn delete(
    server: &Server,
    realm: &str,
    slug: &str,
    confirmed: &Confirmed,
) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let command = DeleteOrganisation {
        organisation: slug.to_owned(),
        version: confirmed.seen.version,
    };
    if !confirmed.yes {
        let (organisation, ending) = desk.ends_with_organisation(&command).await?;
        let (name, version) = (&organisation.name, organisation.version);
        return Ok(deletion::unconfirmed(name, &ending, version));
    }
    let gone = desk.delete_organisation(server.operator(), command).await?;
    Ok(Said::from(format!("{} ({slug}) is deleted.", gone.name)))
}

async fn remove_role(
    server: &Server,
    realm: &str,
    slug: &str,
    name: &str,
    confirmed: &Confirmed,
) -> Result<Said, Failure> {
    let desk = server.desk(realm)?;
    let command = RemoveRole {
        organisation: slug.to_owned(),
        role: name.to_owned(),
        version: confirmed.seen.version,
    };
    let (organisation, role, members) = desk.ends_with_role(&command).await?;
    if !confirmed.yes {
        let members = deletion::counted(members, "person", "people");
        return Ok(Said::not_so(format!(
            "nothing done yet: role {} at {} (version {}) would be taken away, also from {members} \
             who would keep their place without its rights. Give --yes to do it",
            role.name, organisation.name, role.version
        )));
    }
    let organisation = desk.remove_role(server.operator(), command).await?;
    Ok(Said::from(format!(
        "{} has no role {} any more.",
        organisation.name, role.name
    )))
}

async fn add(server: &Server, realm: &str, command: AddOrganisation) -> Result<String, Failure> {
    let desk = server.desk(realm)?;
    let added = desk.add_organisation(server.operator(), command).await?;
    let roles: Vec<_> = added.roles.iter().map(|role| role.name.as_str()).collect();
    let organisation = added.organisation;
    Ok(format!(
        "added {}: id {}, number {}, roles {}.",
        organisation.slug,
        organisation.id,
        organisation.number,
        roles.join(", ")
    ))
}

async fn list(desk: &Desk<'_>) -> Result<String, Failure> {
    let all = every(async |page| desk.organisations(page).await).await?;
    if all.is_empty() {
        return Ok(format!("realm {} has no organisations yet.", desk.realm()));
    }
    let lines: Vec<_> = all
        .iter()
        .map(|one| {
            format!(
                "{}  {}  number {}  {}  version {}",
                one.slug, one.name, one.number, one.id, one.version
            )
        })
        .collect();
    Ok(lines.join("\n"))
}

async fn show(desk: &Desk<'_>, slug: &str) -> Result<String, Failure> {
    let organisation = desk.organisation(slug).await?;
    let mut lines = vec![format!(
        "{} ({slug}), number {}, id {}, version {}",
        organisation.name, organisation.number, organisation.id, organisation.version
    )];
    for role in desk.roles(&organisation).await? {
        lines.push(format!(
            "role {}: {} (version {})",
            role.name,
            role.rights.join(" "),
            role.version
        ));
    }
    for (user, membership) in desk.members(&organisation).await? {
        lines.push(format!(
            "member {}: {} (version {})",
            user.username,
            membership.roles.join(", "),
            membership.version
        ));
    }
    Ok(lines.join("\n"))
}

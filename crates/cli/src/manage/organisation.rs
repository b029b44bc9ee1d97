use realm::manage::{
    AddOrganisation, Desk, EndMembership, RenameOrganisation, SetMembership, SetRole,
};

use super::{Server, every, settled};
use crate::arguments::records::OrganisationCommand;
use crate::failure::Failure;

/// Runs one command on organisations.
pub async fn run(server: &Server, command: &OrganisationCommand) -> Result<String, Failure> {
    match command {
        OrganisationCommand::Add { realm, slug, name } => {
            let command = AddOrganisation {
                slug: slug.clone(),
                name: name.clone(),
            };
            add(server, realm, command).await
        }
        OrganisationCommand::List { realm } => list(&server.desk(realm)?).await,
        OrganisationCommand::Show { realm, slug } => show(&server.desk(realm)?, slug).await,
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
            Ok(format!(
                "{username} has no place at {} any more.",
                organisation.name
            ))
        }
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
                "{}  {}  number {}  {}",
                one.slug, one.name, one.number, one.id
            )
        })
        .collect();
    Ok(lines.join("\n"))
}

async fn show(desk: &Desk<'_>, slug: &str) -> Result<String, Failure> {
    let organisation = desk.organisation(slug).await?;
    let mut lines = vec![format!(
        "{} ({slug}), number {}, id {}",
        organisation.name, organisation.number, organisation.id
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

//! People, organisations, sessions, grants and realms, on the command line.

use clap::{Args, Subcommand};
use oauth::model::Uuid;

use super::manage::{Confirmed, IfVersion};

/// People.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person; the password is read from standard input
    Add {
        /// The realm
        realm: String,
        /// What the person types to sign in
        username: String,
        /// The person's name
        #[arg(long)]
        name: String,
    },
    /// List the people of a realm
    List {
        /// The realm
        realm: String,
    },
    /// Give a person another name to sign in with, or to be called; they stay signed in
    Rename {
        /// The realm
        realm: String,
        /// What they sign in with now
        username: String,
        #[command(flatten)]
        names: PersonNames,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Say where a person is written to, for a link to a new password
    Email {
        /// The realm
        realm: String,
        /// Whom
        username: String,
        /// Their address; without it, they are written to no more
        email: Option<String>,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Set a new password, read from standard input; whoever is signed in as this person is not
    /// any more, and apps have to ask anew
    Password {
        /// The realm
        realm: String,
        /// Whose
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a person do nothing for now, nor apps for them
    Suspend {
        /// The realm
        realm: String,
        /// Who
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a suspended person go on, with the apps they let in
    Resume {
        /// The realm
        realm: String,
        /// Who
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a person do nothing any more; their sessions and what apps hold for them end for good
    Disable {
        /// The realm
        realm: String,
        /// Who
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a disabled person in again; they sign in, and apps ask, anew
    Enable {
        /// The realm
        realm: String,
        /// Who
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Delete a person, with their places, their sessions and what apps hold for them. Another may
    /// have their username then
    Delete {
        /// The realm
        realm: String,
        /// Who
        username: String,
        #[command(flatten)]
        confirmed: Confirmed,
    },
    /// Print a link by which a person can choose a new password: once, within 30 minutes. One they
    /// had counts no more
    Reset {
        /// The realm
        realm: String,
        /// Whose
        username: String,
    },
    /// Add a person who chooses name and password by a link: once, within 7 days. The link is
    /// printed, or mailed
    Invite(Invitation),
    /// Make another link for somebody who was invited and has chosen no password yet: once, within 7
    /// days. The link they had counts no more
    InviteAgain(InvitationAgain),
    /// What a person signs in with beside their password
    SecondFactor {
        #[command(subcommand)]
        command: SecondFactorCommand,
    },
}

/// Whom to invite, and to what.
#[derive(Debug, Args)]
pub struct Invitation {
    /// The realm
    pub realm: String,
    /// Their email address, which they sign in with
    #[arg(long)]
    pub email: String,
    /// Another name to sign in with
    #[arg(long)]
    pub username: Option<String>,
    /// Where they have a place at once, by its short name
    #[arg(long, value_name = "SLUG", requires = "roles")]
    pub organisation: Option<String>,
    /// Their role there; several times for several
    #[arg(long = "role", value_name = "ROLE", requires = "organisation")]
    pub roles: Vec<String>,
    #[command(flatten)]
    pub by: InvitedBy,
}

/// Whom to invite again.
#[derive(Debug, Args)]
pub struct InvitationAgain {
    /// The realm
    pub realm: String,
    /// Who
    pub username: String,
    #[command(flatten)]
    pub by: InvitedBy,
}

/// How the link gets to whom it is for.
#[derive(Debug, Args)]
pub struct InvitedBy {
    /// Mail the link in place of printing it
    #[arg(long)]
    pub mail: bool,
    /// The language of the mail, such as `de`
    #[arg(long, value_name = "CODE", requires = "mail")]
    pub language: Option<String>,
}

/// Second factors.
#[derive(Debug, Subcommand)]
pub enum SecondFactorCommand {
    /// Let a person who lost their authenticator app and recovery codes sign in without
    Off {
        /// The realm
        realm: String,
        /// Who
        username: String,
    },
}

/// Other names of a person.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct PersonNames {
    /// What the person is to sign in with
    #[arg(id = "new_username", long = "username", value_name = "USERNAME")]
    pub username: Option<String>,
    /// The person's name
    #[arg(long)]
    pub name: Option<String>,
}

/// Other names of an organisation.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct OrganisationNames {
    /// The short name for URLs; calls that name the old one are refused from then on
    #[arg(id = "new_slug", long = "slug", value_name = "SLUG")]
    pub slug: Option<String>,
    /// Its name as people write it
    #[arg(long)]
    pub name: Option<String>,
}

/// Organisations.
#[derive(Debug, Subcommand)]
pub enum OrganisationCommand {
    /// Add an organisation, with the roles of the realm's catalog
    Add {
        /// The realm
        realm: String,
        /// A short name for URLs
        slug: String,
        /// Its name as people write it
        #[arg(long)]
        name: String,
    },
    /// List the organisations of a realm
    List {
        /// The realm
        realm: String,
    },
    /// Show an organisation's roles and members
    Show {
        /// The realm
        realm: String,
        /// Which
        slug: String,
    },
    /// Give an organisation another name or short name
    Rename {
        /// The realm
        realm: String,
        /// Its short name now
        slug: String,
        #[command(flatten)]
        names: OrganisationNames,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Give a person a place, or other roles
    Member {
        /// The realm
        realm: String,
        /// In which organisation
        slug: String,
        /// Who
        username: String,
        /// A role; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// End a person's place, with what apps hold for them there; should they come back, it does not
    RemoveMember {
        /// The realm
        realm: String,
        /// In which organisation
        slug: String,
        /// Who
        username: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Delete an organisation, with its roles, the places of people there and what apps hold for
    /// it. Another may have its short name then
    Delete {
        /// The realm
        realm: String,
        /// Which
        slug: String,
        #[command(flatten)]
        confirmed: Confirmed,
    },
    /// Give a role another name; whoever has it keeps it
    RenameRole {
        /// The realm
        realm: String,
        /// In which organisation
        slug: String,
        /// The role's name now
        role: String,
        /// The name it is to have
        name: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Take a role away, also from whoever has it
    RemoveRole {
        /// The realm
        realm: String,
        /// In which organisation
        slug: String,
        /// The role's name
        role: String,
        #[command(flatten)]
        confirmed: Confirmed,
    },
    /// Add a role or change its rights
    Role {
        /// The realm
        realm: String,
        /// In which organisation
        slug: String,
        /// The role's name
        role: String,
        /// Scope names, or names with one `*`, space-separated. A name with `*` may fit no scope
        /// yet: it counts for those that the catalog gets later, too
        #[arg(long, value_name = "SCOPES")]
        rights: String,
        #[command(flatten)]
        seen: IfVersion,
    },
}

/// Signed-in browsers.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// List the browsers a person is signed in with
    List {
        /// The realm
        realm: String,
        /// Who
        username: String,
    },
    /// Sign a person out, of one browser or of all; apps go on
    End {
        /// The realm
        realm: String,
        /// Who
        username: String,
        /// Which, as `scopegate session list` tells it; all if not given
        session: Option<String>,
    },
}

/// Which apps people let in.
#[derive(Debug, Subcommand)]
pub enum GrantCommand {
    /// List the apps a person let in
    List {
        /// The realm
        realm: String,
        /// Who
        username: String,
    },
    /// End an app's access for a person, with every token that hangs from it
    Revoke {
        /// The realm
        realm: String,
        /// Which, as `scopegate grant list` tells it
        grant: Uuid,
    },
    /// Tell what proves a grant, live or not: each time the person decided, what the page showed
    /// them and in which language, when they had signed in, and where they were sent back
    Evidence {
        /// The realm
        realm: String,
        /// Which, as `scopegate grant list` or the audit record tells it
        grant: Uuid,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// Realms as a whole.
#[derive(Debug, Subcommand)]
pub enum RealmCommand {
    /// End every session, code and token issued until now, also by a database that was put back
    /// since (`pg_restore`). What people decided stays
    CutOff {
        /// The realm
        realm: String,
        /// Really do it; without this the command only says what would happen
        #[arg(long)]
        yes: bool,
    },
}

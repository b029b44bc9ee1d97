//! The records of a realm, on the command line.

use clap::{Args, Subcommand, ValueEnum};
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

/// Apps.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Register an app; a confidential one's secret is shown once
    Add(Box<ClientAddArguments>),
    /// List the apps of a realm
    List {
        /// The realm
        realm: String,
    },
    /// Show an app with its approvals
    Show {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
    },
    /// Change what else an app is registered as; what is not named stays
    Change(Box<ClientChangeArguments>),
    /// Change the most an app may ask for
    Scope {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        /// The new registered scope, space-separated. A name may hold one `*`, as for `add`
        scope: String,
        /// Those a person may strike where the catalog says `optional`; if not given, those of
        /// today that stay registered
        #[arg(long, value_name = "SCOPES")]
        optional: Option<String>,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Give an app a further secret, another one, or take one away
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Let an app do nothing for now
    Suspend {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a suspended app go on
    Resume {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let an app do nothing any more; what it holds ends for good
    Disable {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Let a disabled app in again; people are asked anew
    Enable {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        #[command(flatten)]
        seen: IfVersion,
    },
    /// Delete an app, with all that people allowed it. No other app gets its client id
    Delete {
        /// The realm
        realm: String,
        /// Its client id
        client: String,
        #[command(flatten)]
        confirmed: Confirmed,
    },
}

/// A new app.
#[derive(Debug, Args)]
pub struct ClientAddArguments {
    /// The realm
    pub realm: String,
    /// Its client id: letters, digits, `-`, `_` and `.`
    pub client: String,
    /// Its name as people see it
    #[arg(long)]
    pub name: String,
    /// Who makes it
    #[arg(long)]
    pub maker: String,
    /// The maker's identity has been checked
    #[arg(long)]
    pub verified: bool,
    /// It cannot keep a secret (native app or page)
    #[arg(long)]
    pub public: bool,
    /// The catalog's kind of client; the first kind if not given
    #[arg(long)]
    pub kind: Option<String>,
    /// A redirect URI; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub redirect_uris: Vec<String>,
    /// The most it may ask for, space-separated. A name may hold one `*`, such as `contact_*`:
    /// it is every scope that fits it in the catalog of this moment, retired ones left out;
    /// scopes that the catalog gets later are not added
    #[arg(long)]
    pub scope: String,
    /// Those a person may strike where the catalog says `optional`
    #[arg(long, default_value = "")]
    pub optional: String,
    /// The organisation a machine acts for, by slug
    #[arg(long, value_name = "SLUG")]
    pub organisation: Option<String>,
    /// The form of its access tokens, if other than the catalog's
    #[arg(long, value_enum)]
    pub token_format: Option<TokenFormatArgument>,
    /// May it use a refresh token again while nobody has used its successor, if other than the
    /// catalog's choice
    #[arg(long, value_name = "TRUE_OR_FALSE")]
    pub refresh_retry: Option<bool>,
    /// How it authenticates at the token endpoint (confidential apps)
    #[arg(long, value_enum, default_value_t = AuthMethodArgument::Basic)]
    pub auth: AuthMethodArgument,
    /// An old confidential integration that cannot do PKCE
    #[arg(long)]
    pub legacy_without_pkce: bool,
    /// A resource server that may introspect the realm's access tokens
    #[arg(long)]
    pub introspector: bool,
}

/// Other details of an app.
#[derive(Debug, Args)]
pub struct ClientChangeArguments {
    /// The realm
    pub realm: String,
    /// Its client id
    pub client: String,
    #[command(flatten)]
    pub details: ClientDetailsArguments,
    #[command(flatten)]
    pub seen: IfVersion,
}

/// What is to be other than it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct ClientDetailsArguments {
    /// Its name as people see it
    #[arg(long)]
    pub name: Option<String>,
    /// Who makes it
    #[arg(long)]
    pub maker: Option<String>,
    /// Has the maker's identity been checked?
    #[arg(long, value_name = "TRUE_OR_FALSE")]
    pub verified: Option<bool>,
    /// The catalog's kind of client; approvals of another kind count no more
    #[arg(long)]
    pub kind: Option<String>,
    /// A redirect URI, in place of all it has; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub redirect_uris: Vec<String>,
    /// How it authenticates at the token endpoint (confidential apps)
    #[arg(long, value_enum)]
    pub auth: Option<AuthMethodArgument>,
    /// May an old confidential integration skip PKCE?
    #[arg(long, value_name = "TRUE_OR_FALSE")]
    pub legacy_without_pkce: Option<bool>,
    /// The form of its access tokens
    #[arg(long, value_enum)]
    pub token_format: Option<OwnTokenFormatArgument>,
    /// May it use a refresh token again while nobody has used its successor?
    #[arg(long, value_enum)]
    pub refresh_retry: Option<OwnChoiceArgument>,
    /// The organisation a machine acts for, by slug; empty for none
    #[arg(long, value_name = "SLUG")]
    pub organisation: Option<String>,
}

/// Form of access tokens, or whatever the catalog says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OwnTokenFormatArgument {
    /// Sealed
    Opaque,
    /// RFC 9068
    Jwt,
    /// As the catalog says
    Catalog,
}

/// Yes, no, or whatever the catalog says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OwnChoiceArgument {
    /// Yes
    True,
    /// No
    False,
    /// As the catalog says
    Catalog,
}

/// Form of access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TokenFormatArgument {
    /// Sealed
    Opaque,
    /// RFC 9068
    Jwt,
}

/// How a confidential client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthMethodArgument {
    /// client_secret_basic
    Basic,
    /// client_secret_post
    Post,
}

/// Secrets of an app.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Make a further secret, shown once; those there are go on working, so that an app can
    /// change over
    Add {
        /// The realm
        realm: String,
        /// The app's client id
        client: String,
    },
    /// Make a new secret, shown once; the old ones stop working
    Replace {
        /// The realm
        realm: String,
        /// The app's client id
        client: String,
        /// Somebody else may know an old one: every token the app holds ends, too
        #[arg(long)]
        compromised: bool,
    },
    /// Take a secret away
    Revoke {
        /// The realm
        realm: String,
        /// The app's client id
        client: String,
        /// Which: the beginning of its hash, as `scopegate client show` tells it
        secret: String,
        /// Somebody else may know it: every token the app holds ends, too
        #[arg(long)]
        compromised: bool,
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

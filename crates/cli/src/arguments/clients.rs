//! `client`: apps, and their secrets.

use clap::{Args, Subcommand, ValueEnum};

use super::manage::{Confirmed, IfVersion};

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
    /// Show all that an app is registered as, its secrets and its approvals
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
    #[arg(long, required_unless_present_any = ["introspector", "sign_in"])]
    pub scope: Option<String>,
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
    /// A resource server that may introspect the access tokens for the realm's API
    #[arg(long)]
    pub introspector: bool,
    /// The API it is the resource server of, by the `name` of its [[realm.api]]; without it, the one
    /// that tokens are for where none is named
    #[arg(long, value_name = "NAME", requires = "introspector")]
    pub api: Option<String>,
    /// The application of yours that tells who signs in, where the realm's [realm.sign_in] is `external`;
    /// it is nothing else
    #[arg(long, conflicts_with_all = ["introspector", "public", "redirect_uris", "scope", "organisation"])]
    pub sign_in: bool,
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
    /// A redirect URI, in place of all it has; may be repeated. Empty for none
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
        /// Which: the beginning of its name, as `scopegate client show` tells it
        secret: String,
        /// Somebody else may know it: every token the app holds ends, too
        #[arg(long)]
        compromised: bool,
        #[command(flatten)]
        confirmed: Confirmed,
    },
}

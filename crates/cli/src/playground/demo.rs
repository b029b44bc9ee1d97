use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use serde::Serialize;
use server::pages::{SampleAccount, SampleAccounts};

/// Everything an outside client needs to play in the demo: served as `/demo.json`.
/// The passwords and secrets protect nothing and exist in demo mode only.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Demo {
    /// By realm id.
    pub realms: BTreeMap<String, DemoRealm>,
}

/// The same while it runs: where a catalog is edited, its apps follow.
#[derive(Debug, Default)]
pub struct Samples(RwLock<Demo>);

impl Samples {
    /// Of these, to begin with.
    pub fn new(demo: Demo) -> Self {
        Self(RwLock::new(demo))
    }

    /// Everything as it is now.
    pub fn all(&self) -> Demo {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// One realm as it is now.
    pub fn realm(&self, id: &str) -> Option<DemoRealm> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.realms.get(id).cloned()
    }

    /// From now on a realm is so.
    pub fn put(&self, id: &str, realm: DemoRealm) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.realms.insert(id.to_owned(), realm);
    }
}

impl Demo {
    /// The sample people, as the login pages offer them.
    pub fn sample_accounts(&self) -> SampleAccounts {
        let of_realm = |(id, realm): (&String, &DemoRealm)| {
            let accounts = realm.users.iter().map(DemoUser::account).collect();
            (id.clone(), accounts)
        };
        SampleAccounts(self.realms.iter().map(of_realm).collect())
    }
}

impl DemoUser {
    fn account(&self) -> SampleAccount {
        let place = |place: &DemoMembership| format!("{} ({})", place.name, place.roles.join(", "));
        let places: Vec<_> = self.organisations.iter().map(place).collect();
        SampleAccount {
            username: self.username.clone(),
            password: self.password.clone(),
            who: places.join(", "),
        }
    }
}

/// One realm of the demo.
#[derive(Debug, Clone, Serialize)]
pub struct DemoRealm {
    /// Issuer (RFC 8414).
    pub issuer: String,
    /// Where the sandbox API begins; a catalog path follows.
    pub api: String,
    /// A resource server's credentials for introspection.
    pub introspector: DemoIntrospector,
    /// The sample apps.
    pub clients: Vec<DemoClient>,
    /// The sample people.
    pub users: Vec<DemoUser>,
}

/// Credentials for introspection (RFC 7662).
#[derive(Debug, Clone, Serialize)]
pub struct DemoIntrospector {
    /// Its client id.
    pub client_id: String,
    /// Its secret, for HTTP Basic.
    pub client_secret: String,
}

/// A sample app.
#[derive(Debug, Clone, Serialize)]
pub struct DemoClient {
    /// Its client id.
    pub client_id: String,
    /// Its secret, for HTTP Basic; none for a public client.
    pub client_secret: Option<String>,
    /// Its name.
    pub name: String,
    /// The catalog's kind of client.
    pub kind: String,
    /// Where it may send people back to; the port of a loopback address is free.
    pub redirect_uris: Vec<String>,
    /// What it may use at the token endpoint.
    pub grant_types: Vec<String>,
    /// The most it may ask for.
    pub registered_scope: String,
}

/// A sample person.
#[derive(Debug, Clone, Serialize)]
pub struct DemoUser {
    /// To sign in with.
    pub username: String,
    /// To sign in with.
    pub password: String,
    /// Where the person belongs.
    pub organisations: Vec<DemoMembership>,
}

/// A sample person's place in an organisation.
#[derive(Debug, Clone, Serialize)]
pub struct DemoMembership {
    /// The organisation's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The person's roles there.
    pub roles: Vec<String>,
}

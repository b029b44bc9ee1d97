//! Sample people and apps for a catalog that is not one of the shipped ones.

use oauth::model::{ClientType, GrantType};
use scope::{
    AccessKind, Added, Catalog, ClientCredentialsBinding, ClientKind, Decline, RoleTemplate, Scope,
};

use super::sample::{SampleClient, SampleMembership, SampleOrganisation, SampleRealm, SampleUser};

/// Username and name.
const PEOPLE: [(&str, &str); 4] = [
    ("ada", "Ada Marsh"),
    ("ben", "Ben Okafor"),
    ("cleo", "Cleo Winter"),
    ("dan", "Dan Reyes"),
];
const FIRST: &str = "harbour-bakery";
const SECOND: &str = "alder-and-finch";
/// The most scopes of one that does not: with those that every grant has, less than tokens can hold.
const MANY: usize = Scope::MAX_TOKENS / 2;
/// The most scopes of an app that keeps to few.
const FEW: usize = 5;

/// Two organisations, a person for each of the first roles, and an app of each sort that the
/// catalog has kinds for.
pub fn realm(catalog: &Catalog) -> SampleRealm {
    let organisation = |slug: &str, name: &str| SampleOrganisation {
        slug: slug.to_owned(),
        name: name.to_owned(),
    };
    SampleRealm {
        id: catalog.id().to_owned(),
        organisations: vec![
            organisation(FIRST, "Harbour Street Bakery"),
            organisation(SECOND, "Alder & Finch"),
        ],
        users: people(catalog.roles()),
        clients: clients(catalog),
    }
}

/// The first one also belongs to the second organisation, with the last role.
fn people(roles: &[RoleTemplate]) -> Vec<SampleUser> {
    let at = |organisation: &str, role: &RoleTemplate| SampleMembership {
        organisation: organisation.to_owned(),
        roles: vec![role.name.clone()],
    };
    let mut users = Vec::new();
    for ((username, name), role) in PEOPLE.into_iter().zip(roles) {
        let mut memberships = vec![at(FIRST, role)];
        if users.is_empty() {
            memberships.extend(roles.last().map(|last| at(SECOND, last)));
        }
        users.push(SampleUser {
            username: username.to_owned(),
            name: name.to_owned(),
            password: format!("{username}-demo"),
            memberships,
        });
    }
    users
}

fn clients(catalog: &Catalog) -> Vec<SampleClient> {
    let may = |kind: &&ClientKind, grant_type: GrantType| {
        let mut all = kind.grant_types.iter();
        all.any(|own| own == grant_type.as_str())
    };
    let kinds = catalog.client_kinds();
    let with_people = kinds
        .iter()
        .find(|kind| may(kind, GrantType::AuthorizationCode));
    let alone = kinds
        .iter()
        .find(|kind| may(kind, GrantType::ClientCredentials));
    let mut clients = Vec::new();
    if let Some(kind) = with_people {
        let mut grant_types = vec![GrantType::AuthorizationCode];
        grant_types.extend(may(&kind, GrantType::RefreshToken).then_some(GrantType::RefreshToken));
        let wide = asked_for(catalog, |_| true, MANY);
        let optional = match catalog.consent().decline {
            Decline::Optional => wide.clone(),
            Decline::Any | Decline::None => String::new(),
        };
        clients.push(SampleClient {
            optional,
            grant_types: grant_types.clone(),
            ..app("tidewater", "Tidewater", "Tidewater Software", kind, wide)
        });
        clients.push(SampleClient {
            client_type: ClientType::Public,
            grant_types,
            ..app(
                "pocket-view",
                "Pocket View",
                "Studio Larch",
                kind,
                few(catalog),
            )
        });
    }
    if let Some(kind) = alone {
        let own = kind.client_credentials == ClientCredentialsBinding::Organisation;
        clients.push(SampleClient {
            grant_types: vec![GrantType::ClientCredentials],
            organisation: own.then(|| FIRST.to_owned()),
            ..app(
                "nightly-export",
                "Nightly export",
                "Harbour Street Bakery",
                kind,
                few(catalog),
            )
        });
    }
    clients
}

/// What an app asks for that keeps to little: to read, where the catalog tells what reads.
fn few(catalog: &Catalog) -> String {
    let few = asked_for(catalog, |name| is_for_reading(catalog, name), FEW);
    match few.is_empty() {
        true => asked_for(catalog, |_| true, 1),
        false => few,
    }
}

fn app(id: &str, name: &str, maker: &str, kind: &ClientKind, scope: String) -> SampleClient {
    SampleClient {
        id: id.to_owned(),
        name: name.to_owned(),
        maker: maker.to_owned(),
        verified: false,
        client_type: ClientType::Confidential,
        kind: kind.name.clone(),
        grant_types: Vec::new(),
        scope,
        optional: String::new(),
        organisation: None,
        token_format: None,
        approvals: Vec::new(),
    }
}

/// Scopes that anybody may ask for, without those that another one of them brings.
fn asked_for(catalog: &Catalog, fits: impl Fn(&str) -> bool, most: usize) -> String {
    let names = catalog.names(catalog.usable());
    let open = |name: &&str| {
        let scope = catalog.find(name).and_then(|id| catalog.scope(id));
        scope.is_some_and(|scope| scope.elevation.is_none() && scope.added != Added::EveryGrant)
    };
    let fitting: Vec<&str> = names
        .into_iter()
        .filter(open)
        .filter(|name| fits(name))
        .collect();
    let is_brought = |name: &str| {
        let brings = |other: &&str| {
            let scope = catalog.find(other).and_then(|id| catalog.scope(id));
            scope.is_some_and(|scope| scope.implies.iter().any(|own| own == name))
        };
        fitting.iter().any(brings)
    };
    let chosen = fitting.iter().filter(|name| !is_brought(name)).take(most);
    chosen.copied().collect::<Vec<_>>().join(" ")
}

fn is_for_reading(catalog: &Catalog, name: &str) -> bool {
    let scope = catalog.find(name).and_then(|id| catalog.scope(id));
    let action = scope.and_then(|scope| scope.action.as_deref());
    let action = action.and_then(|name| catalog.action(name));
    action.is_some_and(|action| action.access == AccessKind::Read)
}

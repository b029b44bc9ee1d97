//! What is allowed and seldom meant: `serve` logs it when it starts, `config check` tells it.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use oauth::model::Timestamp;
use realm::Api;
use realm::keys::KeySettings;
use url::{Host, Url};

use super::{Configuration, KindConfiguration, RealmConfiguration, Rights, Side};

/// So long before it ends it is told that observing ends.
const SOON: i64 = 14 * 86_400;

/// One sentence each, with what to do, as it is `now`.
pub fn warnings(configuration: &Configuration, keys: &KeySettings, now: Timestamp) -> Vec<String> {
    let mut warnings = Vec::new();
    if is_in_the_clear(&configuration.base_url) {
        warnings.push(format!(
            "`base_url` is {}: passwords and tokens travel in the clear, and browsers keep no \
             Secure cookies. Put https:// there, and TLS on the listener or a proxy before it",
            configuration.base_url
        ));
    }
    if keys.master_keys.is_empty() {
        warnings.push(String::from(
            "the keys that sign and seal tokens lie in the clear in the database: whoever can read \
             it, or a backup of it, can make tokens. Give `master_key_file` in [keys], and run \
             `scopegate key seal`",
        ));
    }
    let below_a_path = |realm: &RealmConfiguration| realm.placement.is_below_a_path();
    if configuration.realms.iter().any(below_a_path) {
        warnings.push(format!(
            "`issuer_path` is below the root of {}: whatever else is on that host is one origin with the pages where \
             people sign in and decide, and its scripts can read and answer them. Give the server a host of its own, \
             or trust everything there as much",
            configuration.base_url
        ));
    }
    let realms = configuration.realms.iter();
    warnings.extend(
        realms
            .flat_map(|realm| &realm.apis)
            .flat_map(|api| observing(api, now)),
    );
    let realms = configuration.realms.iter();
    warnings.extend(realms.filter_map(rights_of_nobody));
    warnings
}

/// What is right in many places and a mistake in others: only `config check` tells it.
pub fn notes(configuration: &Configuration) -> Vec<String> {
    let mut notes = Vec::new();
    let public = configuration.listeners.iter();
    let public = public.filter(|listener| listener.serves.contains(&Side::Public));
    let listens: Vec<SocketAddr> = public.map(|listener| listener.address).collect();
    let url = Url::parse(&configuration.base_url).ok();
    let port = url.and_then(|url| url.port_or_known_default());
    if let Some(port) = port.filter(|port| listens.iter().all(|at| at.port() != *port)) {
        let listens: Vec<String> = listens.iter().map(ToString::to_string).collect();
        notes.push(format!(
            "people and apps come to `base_url`, {}, which is port {port}; this server listens on {}. That is right \
             where a proxy leads from the one to the other; without, write that port in `listen`",
            configuration.base_url,
            listens.join(" and "),
        ));
    }
    let apis = configuration.realms.iter().flat_map(|realm| &realm.apis);
    let observed = apis.flat_map(|api| &api.beside().observe);
    let clients: BTreeSet<&str> = observed.filter_map(|one| one.client.as_deref()).collect();
    if !clients.is_empty() {
        let clients: Vec<&str> = clients.into_iter().collect();
        notes.push(format!(
            "whether there are clients {}, which `observe` names, is known to the database: `serve` warns of those that \
             are not there",
            clients.join(", ")
        ));
    }
    notes
}

/// Rights that come from where nobody is known who signs in here.
fn rights_of_nobody(realm: &RealmConfiguration) -> Option<String> {
    let (kind, why) = match (&realm.rights, &realm.sign_in.kind) {
        (Rights::Given(_), KindConfiguration::Accounts) => ("given", "no sign-in gives any"),
        (Rights::Asked(_), KindConfiguration::Accounts) => (
            "asked",
            "your system has no name for people who have accounts here",
        ),
        _ => return None,
    };
    Some(format!(
        "rights of {} are `{kind}` and people sign in with accounts here: {why}, so nobody may do \
         anything. Configure [realm.sign_in], or leave rights `stored`",
        realm.catalog
    ))
}

/// Observing that ends soon, or has ended: calls that go on today will be denied, or are by now.
fn observing(api: &Api, now: Timestamp) -> Vec<String> {
    let (url, now) = (api.url(), now.as_second());
    let observed = api.beside().observe.iter();
    let ending = observed.filter(|observe| observe.until.ends() - now <= SOON);
    ending
        .map(|observe| {
            let what = match &observe.client {
                Some(client) => format!("calls of {client} at {url}"),
                None if observe.is_all() => format!("calls of {url}"),
                None => format!("calls of some paths of {url}"),
            };
            let day = observe.until.day();
            if observe.until.is_over(now) {
                format!(
                    "{what} were observed until {day}, and are denied since where they are not allowed: \
                     remove what says so, or give a later day"
                )
            } else {
                format!(
                    "{what} are observed until {day}, and denied from then on where they are not \
                     allowed: `scopegate gate report` tells which these are"
                )
            }
        })
        .collect()
}

/// Plain HTTP that leaves this machine.
fn is_in_the_clear(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else {
        return false;
    };
    let stays_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "http" && !stays_here
}

#[cfg(test)]
mod tests {
    use enforce::beside::{Beside, Observe, Paths, Place, Until};

    use super::*;

    #[test]
    fn observing_that_ends_is_told_two_weeks_before_and_ever_after() {
        let end = Timestamp::from_second(1_900_000_000).unwrap();
        let told = |client: Option<&str>, paths: Paths, before: i64| {
            let observe = vec![Observe {
                client: client.map(str::to_owned),
                paths,
                until: Until::new("2030-03-17", end.as_second()),
            }];
            let beside = Beside {
                observe,
                ..Beside::default()
            };
            let api = Api::new("https://api.example.com").unwrap().with(beside);
            observing(
                &api,
                Timestamp::from_second(end.as_second() - before).unwrap(),
            )
            .join("")
        };
        assert_eq!(told(None, Paths::default(), SOON + 1), "");
        let soon = told(None, Paths::default(), SOON);
        assert!(
            soon.starts_with(
                "calls of https://api.example.com are observed until 2030-03-17, and denied"
            ),
            "{soon}"
        );
        assert!(soon.contains("scopegate gate report"), "{soon}");
        assert!(told(Some("ledgerly"), Paths::default(), 1).starts_with("calls of ledgerly at"));
        let over = told(None, Paths::new(vec![Place::Below("/v2".to_owned())]), 0);
        assert!(over.starts_with("calls of some paths of"), "{over}");
        assert!(over.contains("are denied since"), "{over}");
    }
}

//! From text to a [`Configuration`], collecting every mistake on the way.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::Path;

use ipnet::IpNet;
use oauth::policy::{RealmPolicy, Sandbox, UnknownScope};
use realm::api::Told;
use realm::{Api, api};
use scope::Mistakes;
use server::operations::{AddressHeader, TrustedProxies};
use toml::de::DeTable;

use super::api_keys::takes_keys;
use super::beside::beside;
use super::issuers::issuers;
use super::keys::{algorithm, keys};
use super::limits::{self, endpoint_paces};
use super::mail::mail;
use super::opentelemetry::opentelemetry;
use super::rights::rights;
use super::section::Section;
use super::sign_in::sign_in;
use super::tables;
use super::upstream::upstream;
use super::value::{address, base_url, duration, file, level};
use super::{
    Configuration, Connections, Database, Listener, Log, RealmConfiguration, Shutdown, Side,
    TlsFiles, Upstream,
};

/// Reads the text of a file. Nothing comes back where too much is wrong.
pub fn configuration(path: &Path, text: &str) -> (Option<Configuration>, Mistakes) {
    let mut mistakes = Mistakes::new(&path.display().to_string(), text);
    let folder = path.parent().unwrap_or(Path::new("."));
    let (document, syntax) = DeTable::parse_recoverable(text);
    self::syntax(syntax, &mut mistakes);
    if !mistakes.is_empty() {
        return (None, mistakes);
    }
    let top = Section::new(&tables::TOP, document.get_ref(), 0..0, &mut mistakes);
    let found = whole(&top, folder, &mut mistakes);
    (found, mistakes)
}

/// What is no TOML.
pub fn syntax(errors: Vec<toml::de::Error>, mistakes: &mut Mistakes) {
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        let line = mistakes.line(&place);
        // Without the line itself, which may hold a password.
        let what = format!("this is not TOML (line {line}): {}", error.message().trim());
        mistakes.at(&place, what, "see https://toml.io; texts stand in quotes");
    }
}

fn whole(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<Configuration> {
    let base_url = top.value(&tables::BASE_URL, m, base_url);
    let database = top.value(&tables::DATABASE, m, |text| Database::parse(text, folder));
    let realms = realms(top, folder, m);
    let listeners = listeners(top, folder, m);
    let trusted_proxies = trusted_proxies(top, m);
    let max_connections = top.count(&tables::MAX_CONNECTIONS, m);
    let of_an_address = top.count(&tables::MAX_CONNECTIONS_PER_ADDRESS, m);
    let shutdown_notice = top.value(&tables::SHUTDOWN_NOTICE, m, duration);
    let shutdown_timeout = top.value(&tables::SHUTDOWN_TIMEOUT, m, duration);
    let keys = keys(top, folder, m);
    let limits = endpoint_paces(top, m);
    let mail = mail(top, folder, m);
    let log = log(top, m);
    let opentelemetry = opentelemetry(top, folder, m);
    Some(Configuration {
        base_url: base_url?,
        database: database?,
        listeners,
        trusted_proxies: trusted_proxies?,
        connections: Connections {
            most: max_connections?,
            of_an_address,
        },
        shutdown: Shutdown {
            notice: shutdown_notice?,
            timeout: shutdown_timeout?,
        },
        keys: keys?,
        limits: limits?,
        mail,
        log: log?,
        opentelemetry,
        realms,
    })
}

fn realms(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Vec<RealmConfiguration> {
    let sections = top.tables(&tables::REALMS, &tables::REALM, m);
    sections
        .iter()
        .filter_map(|section| {
            let catalog = section.value(&tables::CATALOG, m, |name| Ok(name.to_owned()));
            let unknown_scope = section.value(&tables::UNKNOWN_SCOPE, m, unknown_scope);
            let sandbox = section.flag(&tables::SANDBOX, m);
            let signing = section.value(&tables::SIGNING_ALGORITHM, m, algorithm);
            let hmac = section.value(&tables::API_KEY_HMAC_FILE, m, |name| Ok(folder.join(name)));
            let rights = rights(section, folder, m);
            let sign_in = sign_in(section, folder, m);
            let (apis, upstreams) = apis(section, folder, m);
            let (catalog, unknown_scope) = (catalog?, unknown_scope?);
            let sandbox = match sandbox? {
                true => Sandbox::Beside,
                false => Sandbox::Off,
            };
            let file = folder.join(&catalog);
            let catalog = if file.exists() {
                file.to_string_lossy().into_owned()
            } else {
                catalog
            };
            Some(RealmConfiguration {
                catalog,
                apis,
                upstreams,
                policy: RealmPolicy {
                    unknown_scope,
                    sandbox,
                },
                sign_in: sign_in?,
                signing,
                api_key_hmac_file: hmac,
                rights: rights?,
            })
        })
        .collect()
}

/// The one that is meant where none is named comes first.
fn apis(realm: &Section<'_>, folder: &Path, m: &mut Mistakes) -> (Vec<Api>, Vec<Upstream>) {
    let sections = realm.tables(&tables::APIS, &tables::API, m);
    let mut apis: Vec<Api> = Vec::new();
    let mut upstreams: Vec<Upstream> = Vec::new();
    let mut meant: Vec<Range<usize>> = Vec::new();
    for section in &sections {
        let Some((api, is_default)) = api(section, folder, m) else {
            continue;
        };
        upstreams.extend(upstream(section, api.name(), folder, m));
        if is_default {
            meant.push(section.place_of(&tables::API_DEFAULT));
            apis.insert(0, api);
        } else {
            apis.push(api);
        }
        if let Err(problem) = api::fit_together(&apis) {
            let place = section.place_of(&tables::API_URL);
            m.at(&place, problem, "change one of the two, or remove it");
            // Named once.
            return (Vec::new(), Vec::new());
        }
    }
    match meant.as_slice() {
        [] if sections.len() > 1 => m.at(
            &realm.place_of(&tables::APIS),
            "no [[realm.api]] says which one a token is for that was asked for without `resource`",
            "write `default = true` into one of them",
        ),
        [_, second, ..] => m.at(
            second,
            "two [[realm.api]] say `default = true`",
            "leave it in the one that a token is for that was asked for without `resource`",
        ),
        _ => {}
    }
    (apis, upstreams)
}

fn api(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<(Api, bool)> {
    let made = section.value(&tables::API_URL, m, Api::new);
    let name = section.value(&tables::API_NAME, m, api::api_name);
    let is_default = section.flag(&tables::API_DEFAULT, m).unwrap_or(false);
    // What is below is known to be right by then, or is a mistake already.
    let base_path = section.value(&tables::API_BASE_PATH, m, api::beginning);
    let paths = section.list(&tables::API_PATHS, m, api::beginning);
    let beside = beside(section, m);
    let told = section.value(&tables::API_IDENTITY, m, told);
    let limits = limits::of_api(section, m);
    let reads = section.value(&tables::API_DENY_READS_AFTER, m, |text| {
        api::deny_reads_after(duration(text)?)
    });
    let keys = takes_keys(section, &beside, m);
    let issuers = issuers(section, folder, &keys, m);
    let made = made?.named(&name?).ok()?.with(beside).taking(keys);
    let made = made.limited(limits?).telling(told.unwrap_or_default());
    let made = made.denying_reads_after(reads?).ok()?.beside_ours(issuers);
    let made = match base_path {
        Some(base_path) => made.below(&base_path).ok()?,
        None => made,
    };
    Some((made.only(&paths).ok()?, is_default))
}

fn told(text: &str) -> Result<Told, String> {
    match text {
        "headers" => Ok(Told::InHeaders),
        "jwt" => Ok(Told::InJwt),
        other => Err(format!("{other:?} is not known")),
    }
}

fn unknown_scope(text: &str) -> Result<UnknownScope, String> {
    match text {
        "clamp" => Ok(UnknownScope::Clamp),
        "reject" => Ok(UnknownScope::Reject),
        other => Err(format!("{other:?} is not known")),
    }
}

fn listeners(top: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Vec<Listener> {
    let listen = top.value(&tables::LISTEN, m, address);
    if !top.has(&tables::LISTENERS) {
        return Vec::from_iter(listen.map(Listener::public));
    }
    if top.has(&tables::LISTEN) {
        m.at(
            &top.place_of(&tables::LISTEN),
            "`listen` and [[listener]] are both there",
            "remove `listen`, and write its address into a [[listener]]",
        );
    }
    let sections = top.tables(&tables::LISTENERS, &tables::LISTENER, m);
    let mut known: Vec<(SocketAddr, Range<usize>)> = Vec::new();
    let listeners: Vec<Listener> = sections
        .iter()
        .filter_map(|section| {
            let found = listener(section, folder, m)?;
            let place = section.place_of(&tables::ADDRESS);
            let again = known.iter().any(|(address, _)| *address == found.address);
            if again && found.address.port() != 0 {
                let what = format!("two listeners are at {}", found.address);
                m.at(
                    &place,
                    what,
                    "name both sides in one, or choose another port",
                );
            }
            known.push((found.address, place));
            Some(found)
        })
        .collect();
    let is_public = |listener: &Listener| listener.serves.contains(&Side::Public);
    if m.is_empty() && !listeners.iter().any(is_public) {
        m.at(
            &top.place_of(&tables::LISTENERS),
            "no [[listener]] serves the public side",
            "add one with `serves = [\"public\"]`",
        );
    }
    listeners
}

fn listener(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<Listener> {
    let address = section.value(&tables::ADDRESS, m, address);
    let before = m.mistakes().len();
    let serves = section.list(&tables::SERVES, m, side);
    if serves.is_empty() && m.mistakes().len() == before {
        m.at(
            &section.place_of(&tables::SERVES),
            "`serves` is empty",
            "name a side, or remove the listener",
        );
    }
    let api = section.value(&tables::LISTENER_API, m, |name| Ok(name.to_owned()));
    if api.is_some() && !serves.contains(&Side::Proxy) {
        m.at(
            &section.place_of(&tables::LISTENER_API),
            "`api` is for a listener that serves `proxy`",
            "remove it, or write `serves = [\"proxy\"]`",
        );
    }
    if serves.contains(&Side::Proxy) && serves.len() > 1 {
        m.at(
            &section.place_of(&tables::SERVES),
            "a listener that serves `proxy` serves nothing else",
            "every path there is the API's: give each side an address of its own",
        );
    } else if serves.contains(&Side::Gate) && serves.len() > 1 {
        m.at(
            &section.place_of(&tables::SERVES),
            "a listener that serves `gate` serves nothing else",
            "whoever reaches it may ask for decisions: give it an address of its own, that proxies reach alone",
        );
    }
    let tls = tls_files(section, folder, m);
    Some(Listener {
        address: address?,
        serves,
        api,
        tls,
    })
}

/// The files of a listener with TLS.
pub fn tls_files(section: &Section<'_>, folder: &Path, m: &mut Mistakes) -> Option<TlsFiles> {
    let tls = section.table(&tables::TLS_TABLE, &tables::TLS, m)?;
    let file = |name: &str| file(folder, name);
    let certificate = tls.value(&tables::CERTIFICATE, m, file);
    let key = tls.value(&tables::PRIVATE_KEY, m, file);
    Some(TlsFiles {
        certificate: certificate?,
        key: key?,
    })
}

/// Whose word about the client's address counts.
pub fn trusted_proxies(top: &Section<'_>, m: &mut Mistakes) -> Option<TrustedProxies> {
    let networks = top.list(&tables::TRUSTED_PROXIES, m, |text| {
        let network = text.parse::<IpNet>();
        let network = network.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| format!("{text:?} is no network or address"))
    });
    let header = top.value(&tables::CLIENT_ADDRESS_HEADER, m, |text| match text {
        "x-forwarded-for" => Ok(AddressHeader::XForwardedFor),
        "forwarded" => Ok(AddressHeader::Forwarded),
        other => Err(format!("{other:?} is not known")),
    })?;
    Some(TrustedProxies::new(networks, header))
}

/// The log.
pub fn log(top: &Section<'_>, m: &mut Mistakes) -> Option<Log> {
    let nothing = DeTable::new();
    let section = if top.has(&tables::LOG_TABLE) {
        top.table(&tables::LOG_TABLE, &tables::LOG, m)?
    } else {
        Section::new(&tables::LOG, &nothing, 0..0, m)
    };
    let json = section.value(&tables::FORMAT, m, |text| match text {
        "human" => Ok(false),
        "json" => Ok(true),
        other => Err(format!("{other:?} is not known")),
    });
    let level = section.value(&tables::LEVEL, m, level);
    let access = section.flag(&tables::ACCESS, m);
    Some(Log {
        json: json?,
        level: level?,
        access: access?,
    })
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "public" => Ok(Side::Public),
        "operations" => Ok(Side::Operations),
        "gate" => Ok(Side::Gate),
        "proxy" => Ok(Side::Proxy),
        other => Err(format!("there is no side {other:?}")),
    }
}

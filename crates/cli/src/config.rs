//! `scopegate config`: questions about the configuration file.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use oauth::policy::Sandbox;
use realm::{Api, Clock, SystemClock};
use scope::Catalog;

use crate::arguments::ConfigCommand;
use crate::configuration::{
    self, Configuration, Database, GateFile, RealmConfiguration, hmac_keys,
};
use crate::failure::Outcome;
use crate::gate;
use crate::output::{print, print_line};
use crate::serve::{Collector, issuers, proxy, rights, sign_in, tls};
use crate::shipped;

/// Runs one of its commands.
pub fn run(command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Check(arguments) => check(&arguments.config),
        ConfigCommand::Reference => {
            print(&configuration::markdown())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Names what is wrong in the file, and in the files it names.
fn check(path: &Path) -> Outcome {
    if GateFile::is_one(path)? {
        return check_gate(path);
    }
    let (found, mistakes) = Configuration::examine(path)?;
    let mut wrong: Vec<String> = Vec::new();
    if !mistakes.is_empty() {
        wrong.push(mistakes.to_string());
    }
    if let Some(configuration) = &found {
        wrong.extend(surroundings(configuration));
    }
    if wrong.is_empty() {
        print_line(&format!("{} is right", path.display()))?;
        for realm in found.iter().flat_map(realms) {
            print_line(&realm)?;
        }
        for line in found.iter().flat_map(to_register) {
            print_line(&line)?;
        }
        for warning in found.iter().flat_map(warned) {
            print_line(&format!("warning: {warning}"))?;
        }
        for note in found.iter().flat_map(configuration::notes) {
            print_line(&format!("note: {note}"))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    print_line(&wrong.join("\n"))?;
    Ok(ExitCode::from(1))
}

/// The file of a gate in a process of its own, with the files that it names. Whether the server knows its client and
/// its API, the gate finds out when it starts.
fn check_gate(path: &Path) -> Outcome {
    match gate::examine(path) {
        Ok(()) => {
            print_line(&format!("{} is right", path.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(wrong) => {
            print_line(&wrong.to_string())?;
            Ok(ExitCode::from(1))
        }
    }
}

/// A line for each realm.
fn realms(configuration: &Configuration) -> Vec<String> {
    let line = |(catalog, realm): (Catalog, &RealmConfiguration)| {
        let id = catalog.id();
        let layout = configuration.layout(&catalog, realm).ok()?;
        let issuer = layout.issuer();
        let sandbox = match realm.policy.sandbox {
            Sandbox::Off => String::from("no sandbox"),
            Sandbox::Beside | Sandbox::IsTheApi => {
                format!("invented records at {issuer}/api, for tokens that name that resource")
            }
        };
        let urls: Vec<&str> = realm.apis.iter().map(Api::url).collect();
        let urls = match urls.as_slice() {
            [] => issuer.to_owned(),
            [only] => (*only).to_owned(),
            [default, others @ ..] => {
                let others = others.join(" or ");
                format!("{default}, or for {others} where that is asked for")
            }
        };
        let place = match layout.is_sole() {
            true => format!("issuer {issuer}; "),
            false => String::new(),
        };
        Some(format!(
            "realm {id}: {place}tokens are for {urls}; {sandbox}"
        ))
    };
    let catalogs = configuration.catalogs().unwrap_or_default();
    catalogs.into_iter().filter_map(line).collect()
}

/// What providers of OpenID Connect have to be told.
fn to_register(configuration: &Configuration) -> Vec<String> {
    let lines = |(catalog, realm): (Catalog, &RealmConfiguration)| {
        let provider = realm.sign_in.openid_connect()?;
        let layout = configuration.layout(&catalog, realm).ok()?;
        let issuer = layout.issuer();
        let lines = sign_in::to_register(provider, catalog.id(), issuer).ok()?;
        let at = &provider.issuer;
        let lines = lines.into_iter();
        Some(
            lines
                .map(move |line| format!("at {at}, register: {line}"))
                .collect::<Vec<_>>(),
        )
    };
    let catalogs = configuration.catalogs().unwrap_or_default();
    catalogs.into_iter().filter_map(lines).flatten().collect()
}

fn warned(configuration: &Configuration) -> Vec<String> {
    let keys = configuration.keys.settings();
    keys.map_or_else(
        |_| Vec::new(),
        |keys| configuration::warnings(configuration, &keys, SystemClock::new().now()),
    )
}

/// What the file itself cannot tell: are the catalogs right, and can every file it names
/// be used? Everything that is wrong, each a message of its own.
fn surroundings(configuration: &Configuration) -> Vec<String> {
    let mut wrong = Vec::new();
    // Each by itself first, so that one mistaken catalog does not hide the next.
    let each = configuration
        .realms
        .iter()
        .map(|realm| shipped::catalog(&realm.catalog));
    wrong.extend(
        each.filter_map(Result::err)
            .map(|failure| failure.to_string()),
    );
    let descriptions = configuration.realms.iter().map(|realm| realm.description());
    wrong.extend(
        descriptions
            .filter_map(Result::err)
            .map(|failure| failure.to_string()),
    );
    if wrong.is_empty()
        && let Err(failure) = configuration.catalogs()
    {
        wrong.push(failure.to_string());
    }
    wrong.extend(
        configuration
            .keys
            .settings()
            .err()
            .map(|failure| failure.to_string()),
    );
    let with_tls = configuration
        .listeners
        .iter()
        .filter_map(|each| each.tls.as_ref());
    wrong.extend(with_tls.filter_map(|files| tls::load(files, &[]).err().map(|e| e.to_string())));
    let upstreams = configuration
        .realms
        .iter()
        .flat_map(|realm| &realm.upstreams);
    wrong.extend(
        upstreams
            .filter_map(|upstream| proxy::connections(upstream).err())
            .map(|failure| failure.to_string()),
    );
    let rights = configuration.realms.iter();
    let rights =
        rights.filter_map(|realm| rights::made(&realm.rights, realm.sign_in.source()).err());
    wrong.extend(rights.map(|failure| failure.to_string()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let catalogs = configuration.catalogs().unwrap_or_default();
    let signing_in = catalogs
        .iter()
        .map(|(catalog, realm)| sign_in::ready(&realm.sign_in, catalog.id(), &clock));
    wrong.extend(
        signing_in
            .filter_map(Result::err)
            .map(|failure| failure.to_string()),
    );
    let issuers = configuration.realms.iter().flat_map(|realm| &realm.apis);
    let issuers = issuers.filter_map(|api| issuers::of_api(api).err());
    wrong.extend(issuers.map(|failure| failure.to_string()));
    let keys = configuration.realms.iter();
    let keys = keys.filter_map(|realm| hmac_keys(realm.api_key_hmac_file.as_deref()?).err());
    wrong.extend(keys.map(|failure| failure.to_string()));
    let mail = configuration.mail.as_ref().map(|mail| mail.carrier());
    wrong.extend(
        mail.and_then(Result::err)
            .map(|failure| failure.to_string()),
    );
    let collector = configuration.opentelemetry.as_ref().map(Collector::of);
    wrong.extend(
        collector
            .and_then(Result::err)
            .map(|failure| failure.to_string()),
    );
    if let Database::File(path) = &configuration.database {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            wrong.push(format!(
                "the database {} cannot be made: its folder is not there",
                path.display()
            ));
        }
        if path.is_dir() {
            wrong.push(format!("the database {} is a folder", path.display()));
        }
    }
    wrong
}

//! What goes on at an API's gates beside the decision.

use enforce::beside::{Beside, Carries, Observe, Pass, Paths, Until};
use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE};
use scope::Mistakes;

use super::beside_tables as tables;
use super::section::Section;
use super::value::{place, until};

/// Of a `[[realm.api]]`.
pub fn beside(api: &Section<'_>, m: &mut Mistakes) -> Beside {
    let passes = api.tables(&tables::API_PASSES, &tables::API_PASS, m);
    let pass = passes.iter().filter_map(|section| pass(section, m));
    let pass = pass.collect();
    let observes = api.tables(&tables::API_OBSERVES, &tables::API_OBSERVE, m);
    let some = observes.iter().filter_map(|section| observe(section, m));
    let some: Vec<Observe> = some.collect();
    let all = mode(api, m).map(|until| Observe {
        client: None,
        paths: Paths::default(),
        until,
    });
    Beside {
        pass,
        observe: all.into_iter().chain(some).collect(),
    }
}

/// Until when everything is observed, if it is.
fn mode(api: &Section<'_>, m: &mut Mistakes) -> Option<Until> {
    let observes = api.value(&tables::API_MODE, m, |text| match text {
        "deny" => Ok(false),
        "observe" => Ok(true),
        other => Err(format!("{other:?} is not known")),
    });
    let until = api.value(&tables::API_OBSERVE_UNTIL, m, until);
    match (observes?, api.has(&tables::API_OBSERVE_UNTIL)) {
        (true, false) => m.at(
            &api.place_of(&tables::API_MODE),
            "an API is observed without end",
            "add the last day of it, as in `observe_until = \"2026-12-31\"`; after it calls are denied",
        ),
        (false, true) => m.at(
            &api.place_of(&tables::API_OBSERVE_UNTIL),
            "`observe_until` is there, and the API is not observed",
            "add `mode = \"observe\"`, or remove it",
        ),
        (true, true) => return until,
        (false, false) => {}
    }
    None
}

fn observe(section: &Section<'_>, m: &mut Mistakes) -> Option<Observe> {
    let client = section.value(&tables::OBSERVE_CLIENT, m, |text| Ok(text.to_owned()));
    let paths = paths(section, &tables::OBSERVE_PATHS, m);
    let until = section.value(&tables::OBSERVE_UNTIL, m, until);
    if !section.has(&tables::OBSERVE_CLIENT) && !section.has(&tables::OBSERVE_PATHS) {
        m.at(
            &section.place_of(&tables::OBSERVE_CLIENT),
            "a [[realm.api.observe]] says neither whose calls nor where",
            "add `client` or `paths`; for every call write `mode = \"observe\"` into the [[realm.api]]",
        );
    }
    Some(Observe {
        client,
        paths: paths?,
        until: until?,
    })
}

fn pass(section: &Section<'_>, m: &mut Mistakes) -> Option<Pass> {
    let before = m.mistakes().len();
    let cookie = section.value(&tables::PASS_COOKIE, m, cookie);
    let header = section.value(&tables::PASS_HEADER, m, header);
    let scheme = section.value(&tables::PASS_AUTHORIZATION, m, scheme);
    let no_token = section.flag(&tables::PASS_NO_TOKEN, m).filter(|flag| *flag);
    let paths = paths(section, &tables::PASS_PATHS, m);
    let all = [
        cookie.map(Carries::Cookie),
        header.map(Carries::Header),
        scheme.map(Carries::Scheme),
        no_token.map(|_| Carries::NoToken),
    ];
    let mut all = all.into_iter().flatten();
    match (all.next(), all.next()) {
        (Some(carries), None) => Some(Pass {
            carries,
            paths: paths?,
        }),
        // What is wrong is told already.
        (None, _) if m.mistakes().len() > before => None,
        (first, _) => {
            let what = match first {
                None => "does not say what the calls carry",
                Some(_) => "says more than one credential",
            };
            m.at(
                &section.place_of(&tables::PASS_COOKIE),
                format!("a [[realm.api.pass]] {what}"),
                "write one of `cookie`, `header`, `authorization` and `no_token = true`; for several \
                 credentials a table each",
            );
            None
        }
    }
}

/// An empty list would be every path; whoever writes one means none.
fn paths(section: &Section<'_>, key: &'static super::key::Key, m: &mut Mistakes) -> Option<Paths> {
    let before = m.mistakes().len();
    let places = section.list(key, m, place);
    if m.mistakes().len() > before {
        return None;
    }
    if places.is_empty() && section.has(key) {
        let what = "`paths` is empty";
        m.at(
            &section.place_of(key),
            what,
            "name a path, or remove the key for every path",
        );
        return None;
    }
    Some(Paths::new(places))
}

fn cookie(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '=' | ';' | ',' | '"');
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(format!("{text:?} is no name of a cookie"))
}

/// A header that carries a credential of the provider's own.
pub fn header(text: &str) -> Result<HeaderName, String> {
    let name: HeaderName = text
        .parse()
        .map_err(|_| format!("{text:?} is no name of a header"))?;
    if name == AUTHORIZATION {
        return Err("the scheme decides; write `authorization = \"Basic\"`".to_owned());
    }
    if name == COOKIE {
        return Err("each call of a browser has that; write `cookie = \"NAME\"`".to_owned());
    }
    if gates::is_identity(name.as_str()) {
        return Err(format!("{name} is the gate's own"));
    }
    Ok(name)
}

fn scheme(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err(format!("{text:?} is no scheme"));
    }
    if text.to_ascii_lowercase().starts_with("bearer") {
        return Err("a bearer token is always decided about".to_owned());
    }
    Ok(text.to_owned())
}

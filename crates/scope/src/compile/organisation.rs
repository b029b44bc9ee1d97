//! `[organisation]`: what of a call names the organisation.

use crate::endpoint::ExpandRules;
use crate::likeness::Watched;
use crate::mistake::{Mistakes, Span};
use crate::policy::{OrganisationKey, OrganisationPlace, OrganisationSource};
use crate::table::{Entry, Table};

/// What the file says names an organisation.
#[derive(Default)]
pub(super) struct Organisation {
    /// In paths.
    pub(super) parameters: Vec<OrganisationParameter>,
    /// Besides paths, with the name that its place goes by.
    pub(super) source: Option<(OrganisationSource, Watched)>,
    /// Where the file says so.
    span: Span,
}

impl Organisation {
    /// One parameter of the query cannot name the organisation and what is to be expanded.
    pub(super) fn tell_expand(&self, expand: Option<&ExpandRules>, m: &mut Mistakes) {
        let Some((source, _)) = &self.source else {
            return;
        };
        let (OrganisationPlace::Query(name), Some(expand)) = (&source.place, expand) else {
            return;
        };
        if name.eq_ignore_ascii_case(&expand.parameter) {
            m.at(
                &self.span,
                format!(
                    "the query parameter `{name}` names the organisation, and what [expand] adds"
                ),
                "use the name that the API reads for each",
            );
        }
    }
}

/// A path parameter that names the organisation.
pub(super) struct OrganisationParameter {
    pub(super) name: String,
    pub(super) key: OrganisationKey,
    pub(super) span: Span,
}

const KEYS: [(&str, OrganisationKey); 3] = [
    ("id", OrganisationKey::Id),
    ("slug", OrganisationKey::Slug),
    ("number", OrganisationKey::Number),
];

pub(super) fn read(file: &mut Table<'_>, m: &mut Mistakes) -> Organisation {
    let mut organisation = Organisation::default();
    let section = file
        .take("organisation")
        .and_then(|entry| entry.table("[organisation]", m));
    let Some(mut table) = section else {
        return organisation;
    };
    let named = table
        .take("path_parameters")
        .and_then(|entry| entry.table("`path_parameters`", m));
    for entry in named.map(Table::rest).unwrap_or_default() {
        if let Some(key) = entry.word(&KEYS, m) {
            organisation.parameters.push(OrganisationParameter {
                name: entry.key.to_owned(),
                key,
                span: entry.span,
            });
        }
    }
    let places = ["header", "host_label", "query"].map(|key| table.take(key));
    table.finish(m);
    let mut places = places.into_iter().flatten();
    if let Some(entry) = places.next() {
        organisation.source = source(&entry, m);
        organisation.span = entry.span.clone();
        check_alike(&organisation, &entry, m);
    }
    for entry in places {
        m.at(
            &entry.span,
            format!(
                "`{}` is a second place that names the organisation",
                entry.key
            ),
            "keep the one that the API reads; two could contradict each other",
        );
    }
    organisation
}

fn source(entry: &Entry<'_>, m: &mut Mistakes) -> Option<(OrganisationSource, Watched)> {
    let mut table = entry.table(format!("`{}`", entry.key), m)?;
    let (key, example) = match entry.key {
        "host_label" => ("before", "before = \"api.example.com\""),
        "header" => ("name", "name = \"X-Organisation\""),
        _ => ("name", "name = \"organisation\""),
    };
    let name = table.require(key, &format!("write `{example}`"), m);
    let help = "write `is = \"id\"`, \"slug\" or \"number\"";
    let is = table.require("is", help, m);
    let is = is.and_then(|entry| entry.word(&KEYS, m));
    let optional = table.take("optional");
    let optional = optional.and_then(|entry| entry.boolean(m));
    table.finish(m);
    let name = name?;
    let text = name.string(m)?.to_owned();
    let watched = Watched::new(&text.to_ascii_lowercase());
    let (place, watched) = match entry.key {
        "header" => {
            is_header(&text, &name, m)?;
            (OrganisationPlace::Header(text), watched)
        }
        "host_label" => {
            is_host(&text, &name, m)?;
            (OrganisationPlace::HostLabel(text), watched)
        }
        _ => {
            is_parameter(&text, &name, m)?;
            let watched = Watched::new(&text);
            (OrganisationPlace::Query(text), watched)
        }
    };
    let source = OrganisationSource {
        place,
        key: is?,
        optional: optional.unwrap_or(false),
    };
    Some((source, watched))
}

/// Headers whose meaning is another.
const TAKEN: [&str; 16] = [
    "accept",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// RFC 9110 section 5.1.
fn is_header(name: &str, entry: &Entry<'_>, m: &mut Mistakes) -> Option<()> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let lower = name.to_ascii_lowercase();
    if name.bytes().all(is_letter) && !TAKEN.contains(&lower.as_str()) {
        return Some(());
    }
    m.at(
        &entry.span,
        format!("the organisation cannot be in a header `{name}`"),
        "name a header of its own, of letters, digits and hyphens, such as `X-Organisation`",
    );
    None
}

/// Structure in a name (`organisation[]`) is read otherwise by each framework.
fn is_parameter(name: &str, entry: &Entry<'_>, m: &mut Mistakes) -> Option<()> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.bytes().all(is_letter) {
        return Some(());
    }
    m.at(
        &entry.span,
        format!("the organisation cannot be in a query parameter `{name}`"),
        "name one of letters, digits, `-`, `_` and `.`, such as `organisation`",
    );
    None
}

fn is_host(name: &str, entry: &Entry<'_>, m: &mut Mistakes) -> Option<()> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let mut labels = name.split('.');
    if labels.all(|label| !label.is_empty() && label.bytes().all(is_letter)) {
        return Some(());
    }
    m.at(
        &entry.span,
        format!("`before` cannot be `{name}`"),
        "write the host behind the label, without dots at its ends and without a port, such as `api.example.com`",
    );
    None
}

/// A call whose path names the organisation, too, must mean the same one.
fn check_alike(organisation: &Organisation, entry: &Entry<'_>, m: &mut Mistakes) {
    let Some((source, _)) = &organisation.source else {
        return;
    };
    let mut parameters = organisation.parameters.iter();
    if let Some(other) = parameters.find(|own| own.key != source.key) {
        m.at(
            &entry.span,
            format!(
                "`{}` names the organisation by its {}, and the path by its {}",
                entry.key,
                source.key.as_str(),
                other.key.as_str()
            ),
            "use one of them for both: two names cannot be compared",
        );
    }
}

//! How the API reads paths, and what stands in front of all of them.

use crate::mistake::{Mistakes, Span};
use crate::policy::OrganisationKey;
use crate::router::{Comparing, MAX_FOLDED, MAX_PARAMETERS, Path};
use crate::segment::{self, Segment};
use crate::table::{Entry, Table};

use super::organisation::OrganisationParameter;

/// What the catalog says of all its paths.
pub(super) struct Paths {
    /// In front of every path: empty, or `/api` without a slash behind it.
    base: String,
    pub(super) comparing: Comparing,
}

/// One path as it is written, and read.
pub(super) struct Written {
    /// With what stands in front of all.
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
    pub(super) span: Span,
}

impl Paths {
    pub(super) fn read(file: &mut Table<'_>, m: &mut Mistakes) -> Self {
        let slash = file.take("trailing_slash");
        let slashes = [("exact", false), ("either", true)];
        let either_slash = slash.and_then(|entry| entry.word(&slashes, m));
        let matching = file.take("match");
        let matchings = [("exact", false), ("ignore-case", true)];
        let folds = matching.and_then(|entry| entry.word(&matchings, m));
        let base = file.take("base_path").and_then(|entry| base(&entry, m));
        Self {
            base: base.unwrap_or_default(),
            comparing: Comparing {
                folds: folds.unwrap_or(false),
                either_slash: either_slash.unwrap_or(false),
            },
        }
    }

    /// The paths of a table of endpoints: one, or a list of those that are alike for the API.
    pub(super) fn written(
        &self,
        entry: &Entry<'_>,
        organisation: &[OrganisationParameter],
        m: &mut Mistakes,
    ) -> Vec<Written> {
        let texts = match entry.node.get_ref() {
            toml::de::DeValue::Array(_) => {
                if entry.is_empty_list() {
                    m.at(&entry.span, "`path` is empty", "write at least one path");
                }
                entry.strings(m)
            }
            _ => entry
                .string(m)
                .map(|text| (text, entry.span.clone()))
                .into_iter()
                .collect(),
        };
        let mut written: Vec<Written> = Vec::new();
        for (text, span) in texts {
            let Some(segments) = self.segments(text, &span, m) else {
                continue;
            };
            let names = |segments: &[Segment]| {
                let mut names: Vec<String> = segments
                    .iter()
                    .flat_map(|own| own.names().to_vec())
                    .collect();
                names.sort_unstable();
                names
            };
            if let Some(first) = written.first()
                && names(&first.segments) != names(&segments)
            {
                m.at(
                    &span,
                    format!("the path `{text}` has other templates than the first of its list"),
                    "paths of one list are alike but for their text; give this one a table of its own",
                );
            }
            twice(&segments, &span, organisation, m);
            written.push(Written {
                text: format!("{}{}", self.base, self.ended(text)),
                segments,
                span,
            });
        }
        written
    }

    fn segments(&self, text: &str, span: &Span, m: &mut Mistakes) -> Option<Vec<Segment>> {
        let own = self.ended(text);
        let read = segment::parse(&format!("{}{own}", self.base), self.comparing.folds);
        let segments = match read {
            Ok(segments) => segments,
            Err(wrong) => {
                for (what, help) in wrong {
                    m.at(span, what, help);
                }
                return None;
            }
        };
        if segments.iter().flat_map(Segment::names).count() > MAX_PARAMETERS {
            m.at(
                span,
                format!("the path has more than {MAX_PARAMETERS} templates"),
                "split the API into shorter paths",
            );
        }
        let literals = segments.iter().flat_map(Segment::texts);
        if self.comparing.folds && literals.map(str::len).any(|length| length > MAX_FOLDED) {
            m.at(
                span,
                format!("the path has a segment of more than {MAX_FOLDED} bytes"),
                "shorter segments can be compared without case; or compare exactly",
            );
        }
        Some(segments)
    }

    /// Without the slash at the end that makes no difference.
    fn ended<'t>(&self, text: &'t str) -> &'t str {
        match text.strip_suffix('/') {
            Some(before) if self.comparing.either_slash && !before.is_empty() => before,
            _ => text,
        }
    }
}

fn base(entry: &Entry<'_>, m: &mut Mistakes) -> Option<String> {
    let text = entry.string(m)?;
    let literal = |segments: Vec<Segment>| {
        let mut segments = segments.iter();
        segments.all(|own| matches!(own, Segment::Literal(text) if !text.is_empty()))
    };
    if segment::parse(text, false).is_ok_and(literal) {
        return Some(text.to_owned());
    }
    m.at(
        &entry.span,
        format!("`base_path` cannot be `{text}`"),
        "write what stands in front of every path, such as `/api`, without templates and without a slash at its end",
    );
    None
}

/// A template may stand twice where no rule asks for its value; the one that names the
/// organisation is always asked for.
fn twice(
    segments: &[Segment],
    span: &Span,
    organisation: &[OrganisationParameter],
    m: &mut Mistakes,
) {
    let names = || segments.iter().flat_map(Segment::names);
    let named: Vec<_> = organisation
        .iter()
        .filter(|own| names().any(|name| *name == own.name))
        .collect();
    let times = names().filter(|name| named.iter().any(|own| own.name == **name));
    if times.count() > 1 {
        m.at(
            span,
            "the path names the organisation twice",
            "keep the template of `path_parameters` once, and call the other one something else",
        );
    }
}

/// The way to a path's endpoints, with the template that names the organisation.
pub(super) fn way(segments: &[Segment], organisation: &[OrganisationParameter]) -> Path {
    let mut path = Path::new(segments);
    let mut named = path.parameters.iter().enumerate();
    let organisation: Option<(OrganisationKey, usize)> = named.find_map(|(place, name)| {
        let parameter = organisation.iter().find(|own| own.name == *name)?;
        Some((parameter.key, place))
    });
    path.organisation = organisation;
    path
}

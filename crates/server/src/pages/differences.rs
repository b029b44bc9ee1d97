//! What is different from what a form showed, in words.

use oauth::consent::Difference;

use super::rows;
use super::visit::Visit;

/// What those a page is about are called now.
pub(crate) struct Now<'a> {
    /// Who is signed in.
    pub(crate) person: &'a str,
    /// The app.
    pub(crate) app: &'a str,
    /// The organisation; none where a grant reaches all of the person's.
    pub(crate) place: Option<&'a str>,
}

/// Each difference in a sentence.
pub(crate) fn told(visit: &Visit, differences: &[Difference], now: &Now<'_>) -> Vec<String> {
    let words = visit.words;
    let told = differences
        .iter()
        .filter_map(|difference| match difference {
            Difference::Person => {
                Some(words.with("consent-problem-person", &[("name", now.person)]))
            }
            Difference::Organisation => Some(words.with(
                "consent-problem-organisation",
                &[("organisation", now.place?)],
            )),
            Difference::AppName => Some(words.with("consent-problem-app", &[("app", now.app)])),
            Difference::OrganisationNames => Some(match now.place {
                Some(place) => words.with("consent-problem-renamed", &[("organisation", place)]),
                None => words.get("consent-problem-reach"),
            }),
            Difference::Meaning => Some(words.get("consent-problem-meaning")),
            Difference::Scopes(names) => {
                let titles = resources(visit, names.iter().map(String::as_str));
                (!titles.is_empty())
                    .then(|| words.with("consent-problem-scopes", &[("data", &titles.join(", "))]))
            }
        });
    told.collect()
}

/// What these scopes belong to, in plain words, each once.
pub(crate) fn resources<'n>(visit: &Visit, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let catalog = visit.realm.catalog();
    let titles = names.filter_map(|name| rows::title(visit, catalog.find(name)?));
    let mut titles: Vec<String> = titles.map(str::to_owned).collect();
    titles.dedup();
    titles
}

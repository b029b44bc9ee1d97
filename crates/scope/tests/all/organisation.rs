//! Which organisation a call names, besides its path.

use proptest::prelude::*;
use scope::{ApiRequest, Catalog, OrganisationKey, Visible};

use crate::small_catalog::SmallCatalog;

fn catalog(organisation: &str) -> Catalog {
    SmallCatalog::new("organisations")
        .action("read", "read")
        .resource("thing", &["read"])
        .endpoint("/me", &[("get", "thing:read")])
        .endpoint("/{org}/things", &[("get", "thing:read")])
        .with("[organisation]")
        .with(organisation)
        .parse()
}

/// What a gate saw of a call.
#[derive(Clone, Default)]
struct Call<'a> {
    path: &'a str,
    query: Option<&'a str>,
    host: Option<&'a str>,
    headers: Option<Vec<(&'a str, &'a str)>>,
}

impl Call<'_> {
    /// The text that names the organisation; an empty one is nobody's.
    fn names(&self, catalog: &Catalog) -> Option<String> {
        let headers = self.headers.as_ref().map(|all| {
            let all = all.iter().filter(|(name, _)| catalog.reads_header(name));
            let all = all.map(|(name, value)| (*name, value.as_bytes()));
            all.collect::<Vec<_>>()
        });
        let mut request = ApiRequest::new("GET", self.path);
        let seen = |part: Option<_>| part.map_or(Visible::Hidden, Visible::Seen);
        (request.query, request.host) = (seen(self.query), seen(self.host));
        request.headers = headers.as_deref();
        let route = catalog.route("GET", self.path).unwrap();
        let named = catalog.organisation_of(&route, &request);
        named.map(|(key, text)| {
            assert_eq!(key, OrganisationKey::Slug);
            text.into_owned()
        })
    }
}

const NOBODYS: Option<&str> = Some("");

#[test]
fn a_header_names_it_once_and_plainly() {
    let catalog = catalog("header = { name = \"X-Org\", is = \"slug\" }");
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: [(Option<Headers<'_>>, Option<&str>); 13] = [
        (Some(&[("x-org", "acme")]), Some("acme")),
        (Some(&[("X-ORG", "acme"), ("x-other", "b")]), Some("acme")),
        (Some(&[("x-org", "acme, beta")]), Some("acme, beta")), // no organisation's slug
        (Some(&[("x-org", "acme"), ("x-org", "acme")]), NOBODYS),
        (Some(&[("x-org", "acme"), ("x_org", "beta")]), NOBODYS),
        (Some(&[("x_org", "acme")]), NOBODYS),
        (Some(&[("x.org", "acme")]), NOBODYS),
        (
            Some(&[("x-org", "acme"), ("connection", "close, X-Org")]),
            NOBODYS,
        ),
        (
            Some(&[("x-org", "acme"), ("connection", "keep-alive")]),
            Some("acme"),
        ),
        (Some(&[("x-org", "")]), NOBODYS),
        (Some(&[]), NOBODYS),
        (Some(&[("org", "acme")]), NOBODYS),
        (None, NOBODYS),
    ];
    for (headers, expected) in table {
        let call = Call {
            path: "/me",
            headers: headers.map(<[_]>::to_vec),
            ..Call::default()
        };
        assert_eq!(call.names(&catalog).as_deref(), expected, "{headers:?}");
    }
}

#[test]
fn a_label_of_the_host_names_it() {
    let catalog =
        catalog("host_label = { before = \"api.example.com\", is = \"slug\", optional = true }");
    for (host, expected) in [
        (Some("acme.api.example.com"), Some("acme")),
        (Some("acme.API.example.com:8443"), Some("acme")),
        (Some("Acme.api.example.com"), Some("Acme")), // no organisation's slug
        (Some("api.example.com"), None),
        (Some("api.example.com:443"), None),
        (Some("a.b.api.example.com"), NOBODYS),
        (Some(".api.example.com"), NOBODYS),
        (Some("acme.api.example.com."), NOBODYS),
        (Some("acme.api.example.com:"), NOBODYS),
        (Some("acme.api.example.com:8a"), NOBODYS),
        (Some("acmeapi.example.com"), NOBODYS),
        (Some("acme.example.com"), NOBODYS),
        (Some("127.0.0.1"), NOBODYS),
        (Some("[::1]:80"), NOBODYS),
        (Some(""), NOBODYS),
        (None, NOBODYS),
    ] {
        let call = Call {
            path: "/me",
            host,
            ..Call::default()
        };
        assert_eq!(call.names(&catalog).as_deref(), expected, "{host:?}");
    }
}

#[test]
fn a_parameter_of_the_query_names_it() {
    let catalog = catalog("query = { name = \"org_id\", is = \"slug\", optional = true }");
    for (query, expected) in [
        (Some("org_id=acme&x=1"), Some("acme")),
        (Some("org_id=a%63me"), Some("acme")),
        (Some(""), None),
        (Some("x=1"), None),
        (Some("org_id="), NOBODYS),
        (Some("org_id=acme&org_id=acme"), NOBODYS),
        (Some("org_id[]=acme"), NOBODYS),
        (Some("orgId=acme"), NOBODYS),
        (Some("org_id=acme&Org_Id=beta"), NOBODYS),
        (Some("org_id=acme;org_id=beta"), NOBODYS),
        (Some("org_id=%FF"), NOBODYS),
        (Some("org_id=acme&%FF=1"), NOBODYS),
        (None, NOBODYS),
    ] {
        let call = Call {
            path: "/me",
            query,
            ..Call::default()
        };
        assert_eq!(call.names(&catalog).as_deref(), expected, "{query:?}");
    }
}

#[test]
fn path_and_header_mean_the_same_or_nobodys() {
    let catalog = catalog(
        "path_parameters = { org = \"slug\" }\nheader = { name = \"X-Org\", is = \"slug\" }",
    );
    for (headers, expected) in [
        (Vec::new(), Some("acme")),
        (vec![("x-org", "acme")], Some("acme")),
        (vec![("x-org", "beta")], NOBODYS),
        (vec![("x-org", "ACME")], NOBODYS),
        (vec![("x_org", "acme")], NOBODYS),
    ] {
        let call = Call {
            path: "/acme/things",
            headers: Some(headers.clone()),
            ..Call::default()
        };
        assert_eq!(call.names(&catalog).as_deref(), expected, "{headers:?}");
    }
}

/// The slow and obvious way, for headers, of which a call may have any mixture.
fn naively(headers: &[(&str, &str)]) -> Option<String> {
    let letters = |name: &str| name.to_lowercase().replace(['-', '_', '.'], "");
    let connections = headers
        .iter()
        .filter(|(name, _)| name.to_lowercase() == "connection");
    let dropped = connections.flat_map(|(_, value)| value.split(','));
    let like: Vec<_> = headers
        .iter()
        .filter(|(name, _)| letters(name) == "xorg")
        .collect();
    let is_dropped = dropped
        .into_iter()
        .any(|name| letters(name.trim()) == "xorg");
    match like.as_slice() {
        [] if !is_dropped => None,
        [(name, value)] if !is_dropped && name.to_lowercase() == "x-org" => {
            Some((*value).to_owned())
        }
        _ => Some(String::new()),
    }
}

proptest! {
    #[test]
    fn headers_name_what_they_name_naively(
        headers in proptest::collection::vec(
            (
                prop::sample::select(vec!["x-org", "X-Org", "x_org", "xorg", "connection", "x-orga", "accept"]),
                prop::sample::select(vec!["acme", "beta", "", "close", "x-org", "close , X-Org"]),
            ),
            0..5,
        ),
    ) {
        let optional = catalog("header = { name = \"X-Org\", is = \"slug\", optional = true }");
        let call = Call { path: "/me", headers: Some(headers.clone()), ..Call::default() };
        prop_assert_eq!(call.names(&optional), naively(&headers));
        let must = catalog("header = { name = \"X-Org\", is = \"slug\" }");
        prop_assert_eq!(call.names(&must), Some(naively(&headers).unwrap_or_default()));
    }
}

//! What an issuer tells becomes what a gate decides by.

use std::sync::Arc;
use std::time::Duration;

use enforce::RequireScopeLayer;
use enforce::remote::ByIntrospection;
use scope::RowFilter;
use serde_json::{Value, json};

use super::support::{Came, Issuer, told};
use crate::support::catalog;

const ISSUER: &str = "https://login.example/realm";
const ORGANISATION: &str = "0191abcd-0000-7000-8000-0000000000ef";
const OTHER: &str = "0191abcd-0000-7000-8000-0000000000aa";

/// An API behind the layer, whose issuer tells this of every token.
struct Api {
    issuer: Arc<Issuer>,
    layer: RequireScopeLayer,
}

impl Api {
    fn of(name: &str, answer: &Value) -> Self {
        let issuer = Issuer::telling(answer);
        let catalog = catalog(name);
        let introspection = issuer.introspection();
        let remote = ByIntrospection::new(
            Arc::clone(&catalog),
            introspection,
            ISSUER,
            format!("{ISSUER}/api"),
        );
        let remote = Arc::new(remote);
        let layer = RequireScopeLayer::new(catalog, remote.clone(), remote, ISSUER);
        Self { issuer, layer }
    }

    async fn call(&self, method: &str, path: &str) -> Came {
        Came::of(&self.layer, method, path, "one").await
    }

    async fn is(&self, method: &str, path: &str, expected: (u16, &str)) {
        let came = self.call(method, path).await;
        let found = (came.status, came.reason.as_str());
        assert_eq!(found, expected, "{method} {path}: {}", came.body);
    }
}

#[tokio::test]
async fn what_counts_opens_calls_and_nothing_else_does() {
    let api = Api::of("bexio", &told(&json!({})));
    let came = api.call("GET", "/2.0/contact").await;
    let permitted = came.permitted.unwrap();
    assert_eq!(permitted.token.client, "ledgerly");
    assert_eq!(permitted.token.user.unwrap().as_u128() & 0xff, 1);
    assert_eq!(
        permitted.access.organisation.unwrap().to_string(),
        ORGANISATION
    );
    let denied = api.call("POST", "/2.0/contact").await;
    assert_eq!(
        (denied.status, denied.reason.as_str()),
        (403, "insufficient-scope")
    );
    assert!(denied.challenge.contains("error=\"insufficient_scope\""));
    assert!(denied.challenge.contains("scope=\"contact_edit\""));
    // Why it is missing, only the issuer knows.
    assert_eq!(
        denied.body["missing"],
        json!([{ "scope": "contact_edit", "why": "not-told" }])
    );
    api.is("GET", "/nowhere", (403, "no-rule")).await;
    assert_eq!(api.issuer.asked(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_active_is_invalid() {
    let api = Api::of("bexio", &json!({ "active": false }));
    let came = api.call("GET", "/2.0/contact").await;
    assert_eq!((came.status, came.reason.as_str()), (401, "invalid-token"));
    assert!(came.challenge.contains("error=\"invalid_token\""));
}

#[tokio::test]
async fn an_end_and_less_scope_count_a_second_later() {
    let api = Api::of("bexio", &told(&json!({})));
    api.is("GET", "/2.0/contact", (200, "")).await;
    let second = Duration::from_millis(1_001);
    api.issuer.tells(&told(&json!({ "scope": "general" })));
    api.issuer.clock.advance(second);
    api.is("GET", "/2.0/contact", (403, "insufficient-scope"))
        .await;
    api.issuer.tells(&json!({ "active": false }));
    api.issuer.clock.advance(second);
    api.is("GET", "/2.0/contact", (401, "invalid-token")).await;
}

#[tokio::test]
async fn an_issuer_that_fails_denies_with_503() {
    let api = Api::of("bexio", &Value::Null);
    *api.issuer.answer.lock().unwrap() = Ok((500, String::new()));
    let came = api.call("GET", "/2.0/contact").await;
    assert_eq!((came.status, came.reason.as_str()), (503, "unavailable"));
    assert!(came.retry_after);
    api.issuer.tells(&told(&json!({})));
    api.is("GET", "/2.0/contact", (200, "")).await;
}

#[tokio::test]
async fn tokens_for_others_and_what_is_no_access_token_open_nothing() {
    for (more, status) in [
        (json!({ "aud": format!("{ISSUER}/api") }), 200),
        (json!({ "aud": ["x", format!("{ISSUER}/api")] }), 200),
        (json!({ "aud": "https://api.example/other" }), 401),
        (json!({ "aud": format!("{ISSUER}/api/") }), 401),
        (json!({ "aud": [] }), 401),
        (json!({ "aud": null }), 401),
        (json!({ "iss": "https://login.example/other" }), 401),
        (json!({ "iss": null }), 200),
        // A refresh token of the client that asks.
        (json!({ "token_type": null, "jti": null }), 401),
        (json!({ "token_type": "DPoP" }), 401),
        (json!({ "token_type": null }), 401),
        (json!({ "jti": null }), 401),
        (json!({ "token_type": "Bearer" }), 200),
        // What is not said in Scopegate's words is not understood.
        (json!({ "subject_kind": null }), 503),
        (json!({ "subject_kind": "robot" }), 503),
        (json!({ "sub": null }), 503),
        (json!({ "sub": "ada" }), 503),
        (json!({ "client_id": null }), 503),
        (json!({ "organisation": "firma" }), 503),
        (json!({ "organisation_number": "7" }), 503),
        (json!({ "row_filters": ["contact_show"] }), 503),
    ] {
        let api = Api::of("bexio", &told(&more));
        let came = api.call("GET", "/2.0/contact").await;
        assert_eq!(came.status, status, "{more}: {}", came.body);
    }
}

#[tokio::test]
async fn a_token_of_one_organisation_opens_that_one_by_each_name() {
    // This catalog's paths name a company by its id.
    let scope = json!({ "scope": "invoices:read" });
    let api = Api::of("bokio", &told(&scope));
    let at = |company: &str| format!("/v1/companies/{company}/invoices");
    api.is("GET", &at(ORGANISATION), (200, "")).await;
    for other in [OTHER, "firma", "7", &ORGANISATION.to_uppercase()] {
        api.is("GET", &at(other), (403, "wrong-organisation")).await;
    }
    let machine = json!({ "scope": "invoices:read", "subject_kind": "machine", "sub": "ledgerly" });
    let of_machine = Api::of("bokio", &told(&machine));
    of_machine.is("GET", &at(ORGANISATION), (200, "")).await;
    of_machine
        .is("GET", &at(OTHER), (403, "wrong-organisation"))
        .await;
}

/// As what a token for no organisation is told of.
fn nobodys(more: &Value) -> Value {
    let mut own = json!({
        "organisation": null, "organisation_slug": null, "organisation_number": null,
    });
    for (name, value) in more.as_object().unwrap() {
        own[name] = value.clone();
    }
    told(&own)
}

#[tokio::test]
async fn a_machine_without_an_organisation_opens_none() {
    let machine = nobodys(&json!({
        "scope": "invoices:read company:read", "subject_kind": "machine", "sub": "ledgerly",
    }));
    let api = Api::of("bokio", &machine);
    let path = format!("/v1/companies/{ORGANISATION}/invoices");
    api.is("GET", &path, (403, "no-organisation")).await;
}

#[tokio::test]
async fn a_person_s_token_opens_each_of_their_places_by_what_counts_there() {
    let places = json!([
        { "id": ORGANISATION, "slug": "firma", "number": 7, "scope": "user:invoices:read" },
        { "id": OTHER, "slug": "other", "number": 8, "scope": "user:bills:read" },
        { "id": "0191abcd-0000-7000-8000-0000000000bb", "slug": "third", "number": 9 },
    ]);
    let scope = "user:profile:read user:invoices:read user:bills:read";
    let person = nobodys(&json!({ "scope": scope, "organisations": places }));
    let api = Api::of("freshbooks", &person);
    let (bills, invoices) = ("bills/bills", "invoices/invoices");
    let at = |account: &str, what: &str| format!("/accounting/account/{account}/{what}");
    let path = at("firma", invoices);
    let came = api.call("GET", &path).await;
    assert_eq!(came.status, 200, "{}", came.body);
    let access = &came.permitted.unwrap().access;
    assert_eq!(access.organisation.unwrap().to_string(), ORGANISATION);
    api.is("GET", &at("firma", bills), (403, "insufficient-scope"))
        .await;
    api.is("GET", &at("other", bills), (200, "")).await;
    api.is("GET", &at("other", invoices), (403, "insufficient-scope"))
        .await;
    // The issuer does not say what counts there.
    api.is("GET", &at("third", bills), (403, "insufficient-scope"))
        .await;
    for stranger in ["fourth", "7", "Firma"] {
        api.is("GET", &at(stranger, bills), (403, "wrong-organisation"))
            .await;
    }
}

#[tokio::test]
async fn where_there_are_too_many_places_to_tell_none_can_be_named() {
    let person = nobodys(&json!({ "scope": "user:invoices:read" }));
    let api = Api::of("freshbooks", &person);
    let path = "/accounting/account/firma/invoices/invoices";
    api.is("GET", path, (503, "unavailable")).await;
}

#[tokio::test]
async fn a_row_filter_is_handed_on_and_one_that_is_not_known_opens_nothing() {
    let path = format!("/v1/companies/{ORGANISATION}/bank-payments/{OTHER}");
    for (filters, status) in [
        (json!({ "bank-payments:read-limited": "own-records" }), 200),
        // The catalog here knows it anyway.
        (json!({}), 200),
        (json!({ "bank-payments:read-limited": "last-week" }), 403),
        (json!({ "invoices:read": "own-records" }), 200),
    ] {
        let scope = "bank-payments:read-limited invoices:read";
        let answer = told(&json!({ "scope": scope, "row_filters": filters }));
        let came = Api::of("bokio", &answer).call("GET", &path).await;
        assert_eq!(came.status, status, "{filters}: {}", came.body);
        if let Some(permitted) = came.permitted {
            assert_eq!(permitted.row_filter, Some(RowFilter::OwnRecords));
        }
    }
    let answer =
        json!({ "scope": "invoices:read", "row_filters": { "invoices:read": "own-records" } });
    let api = Api::of("bokio", &told(&answer));
    let path = format!("/v1/companies/{ORGANISATION}/invoices");
    api.is("GET", &path, (403, "insufficient-scope")).await;
}

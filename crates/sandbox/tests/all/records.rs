//! Lists, records, changes, files.

use serde_json::{Value, json};

use crate::caller::{Sandbox, ids, reason};

const NONE: Value = Value::Null;

#[tokio::test]
async fn a_record_lives_from_creation_to_removal() {
    let sandbox = Sandbox::new("bexio").await;
    let answer = sandbox
        .call(
            "POST",
            "/2.0/contact",
            "contact_edit",
            json!({"name_1": "Neu AG", "id": 77}),
        )
        .await;
    answer.expect(axum::http::StatusCode::CREATED);
    let made = answer.json();
    assert_eq!(made, json!({"id": 6, "name_1": "Neu AG"}));
    let location = answer.header("location").unwrap();
    assert_eq!(location, "https://auth.example.com/bexio/api/2.0/contact/6");

    let shown = sandbox
        .call("GET", "/2.0/contact/6", "contact_show", NONE)
        .await;
    assert_eq!(shown.json(), made);
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    // The older API shows the same records.
    let shown = sandbox
        .call("GET", "/api2.php/muster/contact/6", "contact_show", NONE)
        .await;
    assert_eq!(shown.json(), made);

    let changed = sandbox
        .call(
            "POST",
            "/2.0/contact/6",
            "contact_edit",
            json!({"city": "Bern", "id": 1}),
        )
        .await;
    assert_eq!(
        changed.json(),
        json!({"id": 6, "name_1": "Neu AG", "city": "Bern"})
    );
    let gone = sandbox
        .call("DELETE", "/2.0/contact/6", "contact_edit", NONE)
        .await;
    assert_eq!((gone.status.as_u16(), gone.body.as_str()), (204, ""));
    for method in ["GET", "POST", "DELETE"] {
        let body = if method == "POST" { json!({}) } else { NONE };
        let answer = sandbox
            .call(method, "/2.0/contact/6", "contact_edit", body)
            .await;
        assert_eq!(
            (answer.status.as_u16(), reason(&answer).as_str()),
            (404, "unknown-record")
        );
    }
}

#[tokio::test]
async fn lists_come_in_pages_that_can_be_followed() {
    let sandbox = Sandbox::new("bexio").await;
    let path = "/2.0/contact?per_page=2";
    let first = sandbox.list(path, "contact_show").await;
    assert_eq!(
        (ids(&first), first["total"].as_u64()),
        (vec!["1".into(), "2".into()], Some(5))
    );
    let mut seen = ids(&first);
    let mut next = first["next"].clone();
    while let Some(url) = next.as_str() {
        let path = url
            .strip_prefix("https://auth.example.com/bexio/api")
            .unwrap();
        let page = sandbox.list(path, "contact_show").await;
        seen.extend(ids(&page));
        next = page["next"].clone();
    }
    assert_eq!(seen, ["1", "2", "3", "4", "5"]);
    let by_offset = sandbox
        .list("/2.0/contact?offset=4&limit=2", "contact_show")
        .await;
    assert_eq!(
        (ids(&by_offset), &by_offset["next"]),
        (vec!["5".into()], &NONE)
    );
    let beyond = sandbox.list("/2.0/contact?page=99", "contact_show").await;
    assert!(ids(&beyond).is_empty());
    let answer = sandbox
        .call("GET", "/2.0/contact?page=x", "contact_show", NONE)
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (400, "malformed-query")
    );
}

#[tokio::test]
async fn a_search_finds_what_meets_all_criteria() {
    let sandbox = Sandbox::new("bexio").await;
    let search = async |criteria: Value| {
        let answer = sandbox
            .call("POST", "/2.0/contact/search", "contact_show", criteria)
            .await;
        ids(&answer.json())
    };
    let by_name = json!([{"field": "name_1", "value": "boulangerie", "criteria": "like"}]);
    assert_eq!(search(by_name).await, ["2"]);
    assert_eq!(
        search(json!([{"field": "id", "value": 3, "criteria": ">"}])).await,
        ["4", "5"]
    );
    assert_eq!(search(json!([])).await.len(), 5);
    let answer = sandbox
        .call("POST", "/2.0/contact/search", "contact_show", json!("x"))
        .await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (400, "malformed-criteria")
    );
}

#[tokio::test]
async fn actions_leave_their_mark() {
    let sandbox = Sandbox::new("bexio").await;
    let edit = "kb_offer_edit kb_invoice_edit";
    let issued = sandbox
        .call("POST", "/2.0/kb_invoice/1/issue", edit, NONE)
        .await
        .json();
    assert_eq!(issued["status"], "issued");
    let shown = sandbox
        .call("GET", "/2.0/kb_invoice/1", edit, NONE)
        .await
        .json();
    assert_eq!(shown, issued);
    let copy = sandbox
        .call("POST", "/2.0/kb_invoice/1/copy", edit, NONE)
        .await;
    assert_eq!(
        (copy.status.as_u16(), copy.json()["id"].as_u64()),
        (201, Some(5))
    );
    let invoice = sandbox
        .call("POST", "/2.0/kb_offer/1/invoice", edit, NONE)
        .await;
    assert_eq!(
        (invoice.status.as_u16(), invoice.json()["id"].as_u64()),
        (201, Some(6))
    );
    assert_eq!(sandbox.list("/2.0/kb_invoice", edit).await["total"], 6);

    let sandbox = Sandbox::new("stora").await;
    let locked = sandbox
        .call(
            "POST",
            "/2025-09/units/overlock",
            "public.unit:write",
            json!({"units": ["unit_2", "unit_99"]}),
        )
        .await
        .json();
    assert_eq!(ids(&locked), ["unit_2"]);
    assert_eq!(locked["data"][0]["status"], "overlocked");
    let price = json!({"amount": "99.00", "currency": "GBP"});
    let path = "/2025-09/unit_types/utype_1/base_price";
    let typed = sandbox
        .call("POST", path, "public.unit_type:write", price.clone())
        .await
        .json();
    assert_eq!(typed["base_price"], price);
}

#[tokio::test]
async fn children_lie_below_their_own_parent() {
    let sandbox = Sandbox::new("bokio").await;
    let company = format!("/v1/companies/{}", sandbox.world.muster.id);
    let (read, write) = ("invoices:read", "invoices:write");
    let invoices = ids(&sandbox.list(&format!("{company}/invoices"), read).await);
    let below = |invoice: &str| format!("{company}/invoices/{invoice}/attachments");
    let made = sandbox
        .call(
            "POST",
            &below(&invoices[0]),
            write,
            json!({"fileName": "a.txt"}),
        )
        .await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert!(ids(&sandbox.list(&below(&invoices[0]), read).await).contains(&id));
    assert!(!ids(&sandbox.list(&below(&invoices[1]), read).await).contains(&id));
    let other = format!("{}/{id}", below(&invoices[1]));
    assert_eq!(sandbox.call("GET", &other, read, NONE).await.status, 404);
    let absent = below("0190163d-8694-739b-aea5-966c26f8ad91");
    let answer = sandbox.call("GET", &absent, read, NONE).await;
    assert_eq!(
        (answer.status.as_u16(), reason(&answer).as_str()),
        (404, "unknown-record")
    );
    let capitals = format!("{company}/invoices/{}", invoices[0].to_uppercase());
    assert_eq!(sandbox.call("GET", &capitals, read, NONE).await.status, 200);
}

#[tokio::test]
async fn files_can_be_downloaded() {
    let sandbox = Sandbox::new("bexio").await;
    let file = sandbox
        .call("GET", "/2.0/kb_invoice/1/pdf", "kb_invoice_show", NONE)
        .await;
    assert_eq!(file.header("content-type"), Some("application/pdf"));
    assert!(file.body.starts_with("%PDF-1.4"));
    let missing = sandbox
        .call("GET", "/2.0/kb_invoice/99/pdf", "kb_invoice_show", NONE)
        .await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn freshbooks_lists_and_items_are_paired_and_wrappers_taken_off() {
    let sandbox = Sandbox::new("freshbooks").await;
    let business = format!("/projects/business/{}", sandbox.world.muster.number);
    let write = "user:projects:write user:projects:read";
    let body = json!({"project": {"title": "Neues Dach"}});
    let made = sandbox
        .call("POST", &format!("{business}/project"), write, body)
        .await
        .json();
    assert_eq!(made["title"], "Neues Dach");
    let shown = sandbox
        .call(
            "GET",
            &format!("{business}/project/{}", made["id"]),
            write,
            NONE,
        )
        .await;
    assert_eq!(shown.json(), made);
    let listed = sandbox.list(&format!("{business}/projects"), write).await;
    assert!(ids(&listed).contains(&made["id"].to_string()));

    let me = sandbox
        .call("GET", "/auth/api/v1/users/me", "user:profile:read", NONE)
        .await
        .json();
    assert_eq!(
        (&me["name"], &me["id"]),
        (&json!("Anna Muster"), &json!(sandbox.world.anna.number))
    );
    assert_eq!(me["organisations"][0]["slug"], "muster");

    let path = "/accounting/account/muster/reports/accounting/profitloss_entity";
    let report = sandbox
        .call("GET", path, "user:reports:read", NONE)
        .await
        .json();
    assert_eq!(
        (report["report"].as_str(), report["total"].as_u64()),
        (Some("profitloss_entity"), Some(1))
    );
}

#[tokio::test]
async fn calls_at_the_same_time_get_ids_of_their_own() {
    let sandbox = std::sync::Arc::new(Sandbox::new("bexio").await);
    let mut running = Vec::new();
    for number in 0..20 {
        let sandbox = std::sync::Arc::clone(&sandbox);
        running.push(tokio::spawn(async move {
            let body = json!({"name_1": format!("Firma {number}")});
            sandbox
                .call("POST", "/2.0/contact", "contact_edit", body)
                .await
                .json()["id"]
                .to_string()
        }));
    }
    let mut made = std::collections::BTreeSet::new();
    for task in running {
        made.insert(task.await.unwrap());
    }
    assert_eq!(made.len(), 20);
    assert_eq!(
        sandbox.list("/2.0/contact", "contact_show").await["total"],
        25
    );
}

#[tokio::test]
async fn samples_of_children_name_their_parent() {
    let sandbox = Sandbox::new("freshbooks").await;
    let scopes = "user:invoices:read user:online_payments:read";
    let path = "/accounting/account/muster/invoices/invoices/3/share_link";
    let link = sandbox.call("GET", path, scopes, NONE).await.json();
    assert_eq!(link["invoiceid"], 3);
    let options = sandbox
        .list("/payments/account/muster/invoice/3/payment_options", scopes)
        .await;
    assert_eq!(options["data"][0]["entity_id"], "3");
    assert_eq!(options["total"], 1);
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let sandbox = Sandbox::new("bexio").await;
    let answer = sandbox
        .call("HEAD", "/2.0/contact", "contact_show", NONE)
        .await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = sandbox
        .call("HEAD", "/2.0/contact", "note_show", NONE)
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn me_names_the_organisations_as_paths_do() {
    let sandbox = Sandbox::new("freshbooks").await;
    let second = sandbox.second_organisation().await;
    let path = "/auth/api/v1/users/me";
    let me = sandbox
        .call("GET", path, "user:profile:read", NONE)
        .await
        .json();
    let named: Vec<_> = me["organisations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|organisation| {
            (
                organisation["accountId"].clone(),
                organisation["businessId"].clone(),
            )
        })
        .collect();
    let muster = &sandbox.world.muster;
    let expected = [muster, &second].map(|own| (json!(own.slug), json!(own.number)));
    assert_eq!(named, expected);
}

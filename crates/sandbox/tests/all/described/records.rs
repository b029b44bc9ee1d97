//! Lists, records and changes as a description has them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::given::{library, sandbox_of};
use crate::caller::{For, Sandbox, reason};

const NONE: Value = Value::Null;
const READ: &str = "books:read";
const WRITE: &str = "books:write";

fn titles(list: &Value) -> Vec<&str> {
    let books = list["books"].as_array().unwrap().iter();
    books.map(|book| book["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lists_are_wrapped_as_the_document_wraps_them_and_begin_with_its_examples() {
    let sandbox = library().await;
    let list = sandbox.list("/v1/books", READ).await;
    assert_eq!(list.as_object().unwrap().len(), 2, "{list}");
    assert_eq!(list["meta"], json!({ "total": 3, "next": null }));
    let books = list["books"].as_array().unwrap();
    assert_eq!(
        (&books[0]["book_id"], &books[0]["title"], &books[0]["pages"]),
        (&json!(17), &json!("The first"), &json!(120))
    );
    for other in &books[1..] {
        assert_ne!(other["title"], "The first", "{other}");
        assert_ne!(other["book_id"], 17);
        assert!(other.get("secret").is_none());
    }
    let page = sandbox.list("/v1/books?per_page=2", READ).await;
    assert_eq!(titles(&page).len(), 2);
    let next = page["meta"]["next"].as_str().unwrap();
    let next = next.split("/api").nth(1).unwrap();
    assert_eq!(titles(&sandbox.list(next, READ).await).len(), 1);
    // The same each time, and for each record the same as in the list.
    assert_eq!(sandbox.list("/v1/books", READ).await, list);
    let one = sandbox.call("GET", "/v1/books/17", READ, NONE).await;
    assert_eq!(one.json(), books[0]);
}

/// The page is told where the list is, and ids are those by which the document calls records.
#[tokio::test]
async fn a_list_may_lie_deeper_and_a_path_shows_an_id() {
    let sandbox = library().await;
    let list = sandbox.list("/v1/rooms", "shelves:read").await;
    let result = &list["result"];
    assert_eq!(
        (&result["total"], result.get("next")),
        (&json!(3), None),
        "{list}"
    );
    let ids: Vec<&Value> = result["rooms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| &own["id"])
        .collect();
    assert_eq!(ids, ["blue-room", "2", "3"]);
    let room = sandbox
        .call("GET", "/v1/rooms/blue-room", "shelves:read", NONE)
        .await;
    assert_eq!(room.body, result["rooms"][0].to_string());
    assert_eq!(
        room.header("content-type"),
        Some("application/vnd.library+json")
    );
}

#[tokio::test]
async fn a_record_that_is_made_can_be_read_again() {
    let sandbox = library().await;
    let said = json!({ "book": {
        "title": "Mine", "pages": 9, "book_id": 4, "secret": "s", "unknown": 1,
        "author": { "name": "Ada", "age": 3 },
    } });
    let made = sandbox.call("POST", "/v1/books", WRITE, said).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let made = made.json();
    let book = &made["book"];
    assert_eq!(book["title"], "Mine");
    assert_eq!(book["author"], json!({ "name": "Ada" }));
    assert_eq!(book["book_id"], 18, "behind those that are there");
    assert!(["lent", "there"].contains(&book["state"].as_str().unwrap()));
    assert_eq!(book["created_at"], sandbox.world.app.now().to_string());
    assert!(book.get("secret").is_none() && book.get("unknown").is_none());
    let shown = sandbox.call("GET", "/v1/books/18", READ, NONE).await;
    assert_eq!(shown.json(), *book);
    assert!(titles(&sandbox.list("/v1/books", READ).await).contains(&"Mine"));

    let changed = json!({ "state": "lent", "pages": "12", "book_id": 1 });
    let changed = sandbox
        .call("PATCH", "/v1/books/18", WRITE, changed)
        .await
        .json();
    assert_eq!(
        (
            &changed["state"],
            &changed["pages"],
            &changed["book_id"],
            &changed["title"]
        ),
        (&json!("lent"), &json!(12), &json!(18), &json!("Mine"))
    );
    let lent = sandbox.call("POST", "/v1/books/18/lend", WRITE, NONE).await;
    assert_eq!((lent.status.as_u16(), lent.body.as_str()), (204, ""));
    let gone = sandbox.call("DELETE", "/v1/books/18", WRITE, NONE).await;
    assert_eq!(gone.status, 200);
    assert!(gone.json()["deleted"].is_boolean());
    let missing = sandbox.call("GET", "/v1/books/18", READ, NONE).await;
    assert_eq!(
        (missing.status.as_u16(), reason(&missing).as_str()),
        (404, "unknown-record")
    );
}

/// A member of a club, whose clubs nothing lists.
#[tokio::test]
async fn an_id_that_nothing_lists_is_that_of_the_path_or_stands_in_the_refusal() {
    let clubs = r#"  /clubs/{code}/members/{number}:
    parameters:
      - { name: code, in: path, required: true, schema: { type: string }, example: MC-7 }
      - { name: number, in: path, required: true, schema: { type: integer, example: 812 } }
    get:
      security: [{ oauth: ['shelves:read'] }]
      responses:
        '200': { description: x, content: { application/json: { schema: { type: object, required: [number, name], properties: { number: { type: integer }, name: { type: string } } } } } }
  /clubs/{code}:
    get:
      security: [{ oauth: ['shelves:read'] }]
      responses:
        '200': { description: x, content: { application/json: { schema: { type: object, required: [code], properties: { code: { type: string } } } } } }
"#;
    let text = crate::described::given::LIBRARY.replace("paths:\n", &format!("paths:\n{clubs}"));
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let get = async |path: &str| sandbox.call("GET", path, "shelves:read", NONE).await;
    assert_eq!(get("/v1/clubs/MC-7").await.json()["code"], "MC-7");
    let member = get("/v1/clubs/MC-7/members/812").await;
    assert_eq!(member.json()["number"], 812);
    for (unknown, known) in [
        ("/v1/clubs/a%20b", "/v1/clubs/MC-7"),
        ("/v1/clubs/MC-7/members/1", "/v1/clubs/MC-7/members/812"),
        ("/v1/clubs/none/members/812", "/v1/clubs/MC-7/members/812"),
        ("/v1/rooms/none", "/v1/rooms/blue-room"),
    ] {
        let refusal = get(unknown).await;
        assert_eq!(reason(&refusal), "unknown-record");
        let refusal: Value = serde_json::from_str(&refusal.body).unwrap();
        assert_eq!(refusal["example"], known, "{refusal}");
        let detail = refusal["detail"].as_str().unwrap();
        assert!(detail.ends_with(&format!("This call finds one: GET {known}.")));
        assert_eq!(get(known).await.status, 200);
    }
}

/// One record, by its id and by the number that the caller gives it: two paths of the document.
#[tokio::test]
async fn a_record_is_found_by_each_name_that_a_path_has_for_it() {
    let path = |name: &str, example: &str| {
        format!(
            "  /clients/{{{name}}}:
    get:
      security: [{{ oauth: ['shelves:read'] }}]
      parameters: [{{ name: {name}, in: path, required: true, example: {example}, schema: {{ type: string }} }}]
      responses:
        '200': {{ description: x, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Client' }} }} }} }}
"
        )
    };
    let clients = "  /clients:
    get:
      security: [{ oauth: ['shelves:read'] }]
      responses:
        '200': { description: x, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Client' } }, example: [{ ClientID: 8138a266-fb42-49b2-a104-014b7045753d, ClientNumber: SB1, Name: A }] } } }
    post:
      security: [{ oauth: ['shelves:read'] }]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Client' } } } }
      responses:
        '201': { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Client' } } } }
";
    let schema = "    Client:
      type: object
      properties:
        ClientID: { type: string, format: uuid }
        ClientNumber: { type: string }
        Name: { type: string }
";
    let none = "00000000-0000-0000-0000-000000000000";
    let paths = [path("ClientNumber", "SB2"), path("ClientID", none)].concat();
    let text = crate::described::given::LIBRARY
        .replace("paths:\n", &format!("paths:\n{clients}{paths}"))
        .replace("  schemas:\n", &format!("  schemas:\n{schema}"));
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let get = async |path: &str| sandbox.call("GET", path, "shelves:read", NONE).await;
    for shown in ["SB2", none] {
        assert_eq!(
            get(&format!("/v1/clients/{shown}")).await.status,
            200,
            "{shown}"
        );
    }
    let said = json!({ "Name": "New", "ClientNumber": "N 1" });
    let made = sandbox
        .call("POST", "/v1/clients", "shelves:read", said)
        .await;
    assert_eq!(made.status, 201);
    let list = get("/v1/clients").await.json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 4, "{list:?}");
    for name in ["ClientID", "ClientNumber"] {
        let all: Vec<&str> = list.iter().map(|own| own[name].as_str().unwrap()).collect();
        let each: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(each.len(), all.len(), "{all:?}");
        for (own, client) in all.iter().zip(list) {
            let path = format!("/v1/clients/{}", own.replace(' ', "%20"));
            assert_eq!(get(&path).await.json(), *client, "{path}");
        }
    }
}

#[tokio::test]
async fn an_id_that_the_caller_may_choose_is_kept() {
    let clubs = r#"  /clubs:
    post:
      security: [{ oauth: ['shelves:read'] }]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Room' }, example: { id: chess-0, name: Chess } } } }
      responses:
        '201': { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Room' } } } }
  /clubs/{id}:
    get:
      security: [{ oauth: ['shelves:read'] }]
      responses:
        '200': { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Room' }, example: { id: chess-0, name: Chess } } } }
"#;
    let text = crate::described::given::LIBRARY.replace("paths:\n", &format!("paths:\n{clubs}"));
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let make = async |id: &str| {
        let said = json!({ "id": id, "name": "Chess" });
        let made = sandbox
            .call("POST", "/v1/clubs", "shelves:read", said)
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(make("chess-1").await, "chess-1");
    let path = "/v1/clubs/chess-1";
    let shown = sandbox.call("GET", path, "shelves:read", NONE).await;
    assert_eq!(shown.json(), json!({ "id": "chess-1", "name": "Chess" }));
    // The example of the document is that of a sample: what is offered to send has another one.
    let realm = sandbox.world.app.realm("library").unwrap();
    let mut endpoints = realm.catalog().endpoints().iter();
    let endpoint =
        endpoints.find(|own| own.path == "/v1/clubs" && own.method == scope::Method::Post);
    let body = sandbox::ExampleCalls::of(&realm)
        .body(endpoint.unwrap())
        .unwrap();
    assert_eq!(body["id"], "chess-0-2");
    // One that is taken, and one that no path can name.
    for other in ["chess-1", "a/b"] {
        let made = make(other).await;
        assert!(made.parse::<u64>().is_ok(), "{made}");
    }
}

#[tokio::test]
async fn a_refusal_names_samples_and_what_the_app_made_itself() {
    let sandbox = library().await;
    let said = json!({ "book": { "title": "Mine" } });
    sandbox.call("POST", "/v1/books", WRITE, said).await;
    for sample in sandbox.list("/v1/books", READ).await["books"]
        .as_array()
        .unwrap()
    {
        if sample["title"] == "Mine" {
            continue;
        }
        let path = format!("/v1/books/{}", sample["book_id"]);
        assert_eq!(sandbox.call("DELETE", &path, WRITE, NONE).await.status, 200);
    }
    let refused = async |app| {
        let token = sandbox.token(app, For::Anna, READ);
        let answer = sandbox.call_with(&token, "GET", "/v1/books/17", NONE).await;
        assert_eq!(answer.status, 404);
        answer.body
    };
    assert!(refused(&sandbox.app).await.contains("/v1/books/18"));
    let other = sandbox.another("other").await;
    assert!(!refused(&other).await.contains("/v1/books/18"));
}

#[tokio::test]
async fn a_form_is_taken_where_the_document_takes_one() {
    let sandbox = library().await;
    let send = async |path: &str, kind: &str| {
        let token = sandbox.token(&sandbox.app, For::Anna, WRITE);
        let request = Request::post(format!("/library/api{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", kind)
            .body(Body::from("title=By+form&pages=7&state=lent"));
        sandbox.world.send(request.unwrap()).await
    };
    let form = "application/x-www-form-urlencoded";
    let made = send("/v1/books", form).await.json();
    assert_eq!(
        (&made["book"]["title"], &made["book"]["pages"]),
        (&json!("By form"), &json!(7))
    );
    let refused = send("/v1/books", "text/csv").await;
    assert_eq!(
        (refused.status.as_u16(), reason(&refused).as_str()),
        (415, "not-json")
    );
    assert_eq!(send("/v1/books/17/lend", form).await.status, 415);
    let token = sandbox.call("POST", "/v1/books", WRITE, json!([1])).await;
    assert_eq!(reason(&token), "not-an-object");
}

/// Files are of the type that the document names, with what it shows, or else what stands in records.
#[tokio::test]
async fn what_is_no_json_is_of_the_type_that_the_document_names() {
    let file = async |content: &str| {
        let text = crate::described::given::LIBRARY.replace(
            "responses: { '200': { description: Shelves } }",
            &format!("responses: {{ '200': {{ description: x, content: {{ {content} }} }} }}"),
        );
        let sandbox = sandbox_of(&text, |catalog| catalog).await;
        let answer = sandbox
            .call("GET", "/v1/shelves", "shelves:read", NONE)
            .await;
        let kind = answer.header("content-type").unwrap_or_default().to_owned();
        (kind, answer.body)
    };
    let text = ("text/plain; charset=utf-8".to_owned(), "OK".to_owned());
    for shown in [
        "text/plain: { schema: { type: string }, example: OK }",
        "text/plain: { schema: { type: string, enum: [OK] } }",
        "text/*: { schema: { type: string, example: OK } }",
    ] {
        assert_eq!(file(shown).await, text, "{shown}");
    }
    for (named, begins) in [
        ("text/plain", "shelves 1"),
        ("text/csv", "id,name\r\n1,Shelves 1\r\n2,Shelves 2\r\n"),
        ("application/xml", "<?xml"),
        ("application/pdf", "%PDF-1.4"),
        ("application/octet-stream", "shelves 1"),
    ] {
        let (kind, body) = file(&format!("{named}: {{}}")).await;
        assert!(kind.starts_with(named), "{kind}");
        assert!(body.starts_with(begins), "{body}");
    }
}

/// What the description says nothing of answers as without one.
#[tokio::test]
async fn calls_without_a_schema_answer_as_ever() {
    let sandbox = library().await;
    let answer = sandbox
        .call("GET", "/v1/shelves", "shelves:read", NONE)
        .await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
    let text = crate::described::given::LIBRARY.replace(
        "responses: { '200': { description: Shelves } }",
        "responses: {}",
    );
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let list = sandbox.list("/v1/shelves", "shelves:read").await;
    assert_eq!(list["total"], 3);
    assert_eq!(list["data"][0]["name"], "Shelves 1");
}

#[tokio::test]
async fn an_app_that_sees_its_own_records_only_sees_no_samples() {
    let own = "[resources.books.read]\n";
    let sandbox = sandbox_of(crate::described::given::LIBRARY, |catalog| {
        assert!(catalog.contains(own), "{catalog}");
        catalog.replace(own, &format!("{own}row_filter = \"own-records\"\n"))
    })
    .await;
    let list = sandbox.list("/v1/books", READ).await;
    assert_eq!(
        (&list["books"], &list["meta"]["total"]),
        (&json!([]), &json!(0))
    );
    let shown = sandbox.call("GET", "/v1/books/17", READ, NONE).await;
    assert_eq!(shown.status, 404);
    assert!(
        shown
            .body
            .contains("There is no sample either: make one first.")
    );
    let said = json!({ "book": { "title": "Mine" } });
    sandbox.call("POST", "/v1/books", WRITE, said).await;
    assert_eq!(titles(&sandbox.list("/v1/books", READ).await), ["Mine"]);
    let shown = sandbox.call("GET", "/v1/books/17", READ, NONE).await;
    assert!(shown.body.contains("GET /v1/books/18."), "{}", shown.body);
}

#[tokio::test]
async fn each_organisation_has_its_own() {
    let sandbox = library().await;
    let second = sandbox.second_organisation().await;
    let both = format!("{READ} {WRITE}");
    let there = sandbox.token(&sandbox.app, For::AnnaIn(second.id), &both);
    let said = json!({ "book": { "title": "Only there" } });
    sandbox.call_with(&there, "POST", "/v1/books", said).await;
    let there = sandbox
        .call_with(&there, "GET", "/v1/books", NONE)
        .await
        .json();
    assert_eq!(titles(&there).len(), 4);
    let here: Sandbox = sandbox;
    assert_eq!(titles(&here.list("/v1/books", READ).await).len(), 3);
}

#[tokio::test]
async fn a_call_that_is_open_to_everybody_is_answered_with_samples() {
    let sandbox = sandbox_of(crate::described::given::LIBRARY, |catalog| {
        catalog.replace("get = \"shelves:read\"", "get = { public = true }")
    })
    .await;
    let get = async |path: &str| {
        let request = Request::get(format!("/library/api{path}"));
        sandbox
            .world
            .send(request.body(Body::empty()).unwrap())
            .await
    };
    let list = get("/v1/rooms").await;
    assert_eq!(list.status, 200, "{}", list.body);
    assert_eq!(list.json()["result"]["total"], 3);
    let one = get("/v1/rooms/blue-room").await;
    assert!(one.body.contains("\"id\":\"blue-room\""), "{}", one.body);
    assert_eq!(get("/v1/rooms/other").await.status, 404);
}

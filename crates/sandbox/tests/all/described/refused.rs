//! Bodies that cannot be what the document asks for.

use serde_json::{Value, json};

use super::given::{LIBRARY, sandbox_of};
use crate::caller::{Sandbox, reason};

const WRITE: &str = "books:write";
const NONE: Value = Value::Null;

/// The library where books are made several at a time.
async fn library() -> Sandbox {
    let book = "schema: { type: object, properties: { book: { $ref: '#/components/schemas/Book' } } }\n          application/x-www";
    assert!(LIBRARY.contains(book));
    let books = "schema: { type: object, properties: { books: { type: array, items: { $ref: '#/components/schemas/Book' } } } }\n          application/x-www";
    sandbox_of(&LIBRARY.replace(book, books), |catalog| catalog).await
}

#[tokio::test]
async fn what_stands_around_records_is_no_record() {
    let sandbox = library().await;
    let before = sandbox.list("/v1/books", "books:read").await;
    for books in [
        json!([]),
        json!("x"),
        json!(1),
        json!(null),
        json!([1]),
        json!([{}, "x"]),
    ] {
        let said = json!({ "books": books });
        let refused = sandbox.call("POST", "/v1/books", WRITE, said).await;
        assert_eq!(
            (refused.status.as_u16(), reason(&refused).as_str()),
            (400, "not-a-list"),
            "{books}"
        );
        assert!(
            refused
                .body
                .contains("in which books is a list of 1 to 100 objects"),
            "{}",
            refused.body
        );
    }
    assert_eq!(sandbox.list("/v1/books", "books:read").await, before);
    let said = json!({ "books": [{ "title": "One" }, { "title": "Two" }] });
    assert_eq!(
        sandbox.call("POST", "/v1/books", WRITE, said).await.status,
        202
    );
    let none = sandbox.call("POST", "/v1/books", WRITE, NONE).await;
    assert_eq!(reason(&none), "not-an-object");
}

#[tokio::test]
async fn what_was_sent_stays_beyond_bounds_and_is_refused_as_another_type() {
    let sandbox = super::given::library().await;
    let send = async |book: Value| {
        let said = json!({ "book": book });
        sandbox.call("POST", "/v1/books", WRITE, said).await
    };
    let long = "A title of more than the forty letters that are allowed";
    let made =
        send(json!({ "title": long, "pages": 9000, "author": { "name": "A", "email": "none" } }))
            .await;
    assert_eq!(made.status, 202, "{}", made.body);
    let book = &made.json()["book"];
    assert_eq!(
        (&book["title"], &book["pages"]),
        (&json!(long), &json!(9000))
    );
    assert_eq!(book["author"]["email"], "none");
    let path = format!("/v1/books/{}", book["book_id"]);
    let shown = sandbox.call("GET", &path, "books:read", NONE).await;
    assert_eq!(shown.json()["title"], long);
    let before = sandbox.list("/v1/books", "books:read").await;
    for (book, detail) in [
        (json!({ "title": { "a": 1 } }), "title must be a text,"),
        (json!({ "pages": "many" }), "pages must be a whole number,"),
        (json!({ "pages": 1.5 }), "pages must be a whole number,"),
        (json!({ "author": "Ada" }), "author must be an object,"),
        (
            json!({ "author": { "name": [] } }),
            "author.name must be a text,",
        ),
        (
            json!({ "state": "sold" }),
            "state must be one of \\\"lent\\\", \\\"there\\\",",
        ),
    ] {
        let refused = send(book.clone()).await;
        assert_eq!(
            (refused.status.as_u16(), reason(&refused).as_str()),
            (400, "wrong-type"),
            "{book}"
        );
        assert!(refused.body.contains(detail), "{}", refused.body);
        let refused = sandbox.call("PATCH", &path, WRITE, book.clone()).await;
        assert_eq!(reason(&refused), "wrong-type", "{book}");
    }
    assert_eq!(sandbox.list("/v1/books", "books:read").await, before);
    // Text that stands for another type, as in forms, and what the API says itself.
    let sent = send(
        json!({ "pages": "12", "author": "{\"name\":\"Ada\"}", "book_id": "x", "sequel": null }),
    )
    .await;
    assert_eq!(
        sent.json()["book"]["author"]["name"],
        "Ada",
        "{}",
        sent.body
    );
}

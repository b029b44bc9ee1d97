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

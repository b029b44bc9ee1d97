//! Forms, where the document takes them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::given::{LIBRARY, sandbox_of};
use crate::caller::For;
use crate::support::Answer;

/// What a call that takes these types alone says to a body of such a type.
async fn sent(takes: &str, kind: &str, body: &str) -> Answer {
    let old = "application/x-www-form-urlencoded:\n            schema";
    assert!(LIBRARY.contains(old));
    let text = LIBRARY.replace(old, &format!("{takes}:\n            schema"));
    let sandbox = sandbox_of(&text, |catalog| catalog).await;
    let token = sandbox.token(&sandbox.app, For::Anna, "books:write");
    let request = Request::post("/library/api/v1/books")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", kind)
        .body(Body::from(body.to_owned()));
    sandbox.world.send(request.unwrap()).await
}

fn part(head: &str, body: &str) -> String {
    format!("--line\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
}

const FORM: &str = "multipart/form-data";
const BOUNDED: &str = "multipart/form-data; boundary=line";

#[tokio::test]
async fn fields_in_parts_are_those_of_the_record() {
    let author = "name=\"author\"\r\nContent-Type: application/json";
    let body = [
        part("name=\"title\"", "Zoë\r\nand a line"),
        part("name=\"pages\"", "7"),
        part(author, "{\"name\":\"Ada\"}"),
        part("name=\"state\"; filename=\"a.txt\"", "there"),
        "--line--\r\n".to_owned(),
    ];
    let made = sent(FORM, BOUNDED, &body.concat()).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let book = &made.json()["book"];
    assert_eq!(book["title"], "Zoë\r\nand a line");
    assert_eq!(book["pages"], 7);
    assert_eq!(book["author"], json!({ "name": "Ada" }));
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_refused() {
    let whole = part("name=\"title\"", "A") + "--line--\r\n";
    let json = "name=\"title\"\r\nContent-Type: application/json";
    for (kind, body) in [
        (FORM, whole.clone()),
        (BOUNDED, part("name=\"title\"", "A")),
        (BOUNDED, part("name=\"f\"; filename=\"a\"", "A")),
        (BOUNDED, "title=A".to_owned()),
        (BOUNDED, part("filename=\"a\"", "A") + "--line--\r\n"),
        (BOUNDED, part(json, "{") + "--line--\r\n"),
        ("multipart/form-data; boundary=other", whole),
    ] {
        let refused = sent(FORM, kind, &body).await;
        let problem: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(
            (refused.status.as_u16(), problem["reason"].as_str()),
            (400, Some("malformed-form")),
            "{kind} {body}"
        );
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("curl -F name=value")
        );
    }
}

#[tokio::test]
async fn another_type_than_is_taken_is_told_those_that_are() {
    let refused = sent(FORM, "application/x-www-form-urlencoded", "title=A").await;
    assert_eq!(refused.status, 415);
    let takes = "This call takes application/json or multipart/form-data.";
    assert!(refused.body.contains(takes), "{}", refused.body);
}

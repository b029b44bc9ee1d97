//! The authorization endpoint with its pages: what is asked, what an answer means, and how a
//! hostile browser or app fares.

mod alike;
mod asking;
mod decisions;
mod forms;
mod hostile;
mod kept;
mod large;
mod page;
mod recent;
mod requests;

use axum::http::StatusCode;
use oauth::model::Client;

use crate::support::{Answer, VERIFIER, World};

const CONTACTS: &str = "contact_edit kb_invoice_show";

async fn token(world: &World, client: &Client, code: &str) -> serde_json::Value {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uris[0].as_str()),
        ("code_verifier", VERIFIER),
    ];
    let answer = world.post_as(client, "token", &form).await;
    answer.expect(StatusCode::OK);
    answer.json()
}

/// Where the login page leads on to.
#[track_caller]
fn next_of(login: &Answer) -> String {
    login.expect(StatusCode::OK);
    let next = login.body.split("name=\"next\" value=\"").nth(1).unwrap();
    next.split('"').next().unwrap().replace("&#38;", "&")
}

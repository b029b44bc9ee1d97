//! What an app asks of the server.

use serde_json::Value;

use super::super::play::{REDIRECT_URI, VERIFIER, words};
use super::{GONE, Line, Tried, UNAVAILABLE};

impl Line {
    pub(super) fn status_of_call(&self, access: &str) -> Tried<u16> {
        let url = format!("{}/bexio/api/2.0/contact", self.base);
        let sent = self.api.get(url).bearer_auth(access).send();
        answered(sent.map_err(|_| GONE)?.status().as_u16())
    }

    pub(super) fn ask_to_redeem(&self, code: &str) -> Tried<(u16, Value)> {
        self.post(
            "token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
                ("resource", &self.sandbox()),
            ],
        )
    }

    pub(super) fn ask_to_refresh(&self, token: &str) -> Tried<(u16, Value)> {
        self.post(
            "token",
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
                ("resource", &self.sandbox()),
            ],
        )
    }

    fn sandbox(&self) -> String {
        format!("{}/bexio/api", self.origin)
    }

    pub(super) fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> Tried<(u16, Value)> {
        let request = self
            .api
            .post(format!("{}/bexio/oauth/{endpoint}", self.base))
            .basic_auth(&self.app.id, Some(&self.app.secret))
            .form(fields);
        let answer = request.send().map_err(|_| GONE)?;
        let status = answered(answer.status().as_u16())?;
        let text = answer.text().map_err(|_| GONE)?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).map_err(|_| GONE)?
        };
        Ok((status, body))
    }
}

/// The refresh token and the access token of an answer.
pub(super) fn pair_of(answer: &Value) -> [String; 2] {
    assert_eq!(
        words(&answer["scope"]),
        ["contact_edit", "contact_show", "general", "task_show"]
    );
    ["refresh_token", "access_token"]
        .map(|member| answer[member].as_str().expect(member).to_owned())
}

fn answered(status: u16) -> Tried<u16> {
    if status == 503 {
        Err(UNAVAILABLE)
    } else {
        Ok(status)
    }
}

//! What an app of the demo does: ask, redeem, call.

use reqwest::Url;
use reqwest::blocking::Client;
use serde_json::Value;

use super::person;

/// The pair of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT_URI: &str = "http://127.0.0.1:50123/callback";

/// One realm of a running demo, and an app's view of it.
pub struct Play {
    pub http: Client,
    /// Its part of `/demo.json`.
    pub realm: Value,
    pub issuer: String,
}

/// What the API answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub challenge: String,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// An app asks a person.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub client: &'a str,
    pub user: &'a str,
    /// The organisation's short name.
    pub organisation: Option<&'a str>,
    pub scope: &'a str,
    /// What the person strikes.
    pub strike: &'a [&'a str],
}

impl Play {
    /// Reads what the demo says of a realm.
    pub fn of(base: &str, realm: &str) -> Self {
        let http = person::browser();
        let all: Value = http
            .get(format!("{base}/demo.json"))
            .send()
            .unwrap()
            .json()
            .unwrap();
        let realm = all["realms"][realm].clone();
        let issuer = text(&realm["issuer"]);
        Self {
            http,
            realm,
            issuer,
        }
    }

    /// A sample app.
    pub fn client(&self, id: &str) -> &Value {
        let clients = self.realm["clients"].as_array().unwrap();
        clients
            .iter()
            .find(|client| client["client_id"] == id)
            .unwrap()
    }

    /// The authorization URL of an ask.
    pub fn authorization_url(&self, ask: &Ask<'_>) -> Url {
        let mut url = Url::parse(&format!("{}/oauth/authorize", self.issuer)).unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", ask.client)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("scope", ask.scope)
            .append_pair("state", "kept")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256");
        if let Some(organisation) = ask.organisation {
            url.query_pairs_mut()
                .append_pair("organisation", organisation);
        }
        url
    }

    /// The whole code flow; the token response.
    pub fn tokens(&self, ask: &Ask<'_>) -> Value {
        let users = self.realm["users"].as_array().unwrap();
        let user = users
            .iter()
            .find(|user| user["username"] == ask.user)
            .unwrap();
        let password = text(&user["password"]);
        let back = person::consent(self.authorization_url(ask), ask.user, &password, ask.strike);
        let (_, code) = back
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap_or_else(|| panic!("no code in {back}"));
        let answer = self.token(
            ask.client,
            &[
                ("grant_type", "authorization_code"),
                ("code", &code),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", VERIFIER),
            ],
        );
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// A token for a machine.
    pub fn machine_token(&self, client: &str, scope: &str) -> Value {
        let answer = self.token(
            client,
            &[("grant_type", "client_credentials"), ("scope", scope)],
        );
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The token endpoint, as an app of the demo.
    pub fn token(&self, client: &str, fields: &[(&str, &str)]) -> Answer {
        let secret = self.client(client)["client_secret"].as_str();
        self.post_as("token", client, secret, fields)
    }

    /// Introspection, as the realm's resource server.
    pub fn introspect(&self, token: &str) -> Value {
        let introspector = &self.realm["introspector"];
        let secret = text(&introspector["client_secret"]);
        let id = text(&introspector["client_id"]);
        self.post_as("introspect", &id, Some(&secret), &[("token", token)])
            .json()
    }

    /// One of the OAuth endpoints, as any client.
    pub fn post_as(
        &self,
        endpoint: &str,
        client: &str,
        secret: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let request = self.http.post(format!("{}/oauth/{endpoint}", self.issuer));
        let request = match secret {
            Some(secret) => request.basic_auth(client, Some(secret)).form(fields),
            None => {
                let mut fields = fields.to_vec();
                fields.push(("client_id", client));
                request.form(&fields)
            }
        };
        answer(request)
    }

    /// One call of the sandbox; one that changes something brings an empty JSON object.
    pub fn call(&self, method: &str, path: &str, token: &Value) -> Answer {
        let url = format!("{}{path}", text(&self.realm["api"]));
        let request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(text(&token["access_token"]));
        answer(match method {
            "GET" => request,
            _ => request.json(&serde_json::json!({})),
        })
    }

    /// The id of a sample organisation, by its name.
    pub fn organisation(&self, name: &str) -> String {
        let users = self.realm["users"].as_array().unwrap();
        let mut places = users
            .iter()
            .flat_map(|user| user["organisations"].as_array().unwrap());
        text(&places.find(|place| place["name"] == name).unwrap()["id"])
    }
}

/// Sends a request and reads the answer.
pub fn answer(request: reqwest::blocking::RequestBuilder) -> Answer {
    let answer = request.send().unwrap();
    let challenge = answer.headers().get("www-authenticate");
    Answer {
        status: answer.status().as_u16(),
        challenge: challenge.map_or_else(String::new, |text| text.to_str().unwrap().to_owned()),
        body: answer.text().unwrap(),
    }
}

/// A JSON string.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// A scope's names in order, to compare.
pub fn words(scope: &Value) -> Vec<String> {
    let mut words: Vec<_> = text(scope).split(' ').map(str::to_owned).collect();
    words.sort();
    words
}

//! A browser that keeps its cookies and sends forms as browsers do.

#![allow(dead_code, reason = "not every test binary needs all of it")]

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use oauth::model::{Client, Membership, Organisation, Role, User};

use crate::support::{Answer, BASE, VERIFIER, World, audit, challenge, encode};

/// How long a text is in a query.
pub fn escaped(text: &str) -> usize {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .map(str::len)
        .sum()
}

pub const PASSWORD: &str = "correct horse battery";

pub struct Browser<'w> {
    pub world: &'w World,
    /// The session's.
    pub cookie: Option<String>,
    /// What tells the browser apart.
    pub own_cookie: Option<String>,
    /// Those of links and of sign-ins under way, by name.
    pub passing: BTreeMap<String, String>,
    pub language: &'static str,
}

impl World {
    /// A browser nobody is signed in with.
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            world: self,
            cookie: None,
            own_cookie: None,
            passing: BTreeMap::new(),
            language: "en",
        }
    }

    /// A browser Anna is signed in with.
    pub async fn annas_browser(&self) -> Browser<'_> {
        self.give_anna_a_password().await;
        let mut browser = self.browser();
        let answer = browser.sign_in("anna@muster.example", PASSWORD, "").await;
        answer.expect(StatusCode::SEE_OTHER);
        browser
    }

    pub async fn give_anna_a_password(&self) {
        let password_hash = realm::password::hash(PASSWORD, [3; 16]).ok();
        let user = User {
            password_hash,
            ..self.anna.clone()
        };
        self.change_anna(&user).await;
    }

    /// A second organisation, where Anna has these rights.
    pub async fn second_organisation(&self, rights: &[&str]) -> Organisation {
        let organisation = Organisation {
            id: self.app.new_id(),
            slug: String::from("beispiel"),
            number: 0,
            name: String::from("Beispiel GmbH"),
            external: None,
            ..self.muster.clone()
        };
        let role = Role {
            realm: self.realm.clone(),
            organisation: organisation.id,
            name: String::from("some"),
            rights: rights.iter().map(|right| (*right).to_owned()).collect(),
            version: 0,
        };
        let store = &self.followed;
        let organisation = store
            .insert_organisation(&organisation, &[role], audit())
            .await
            .unwrap();
        let membership = Membership {
            realm: self.realm.clone(),
            organisation: organisation.id,
            user: self.anna.id,
            roles: vec![String::from("some")],
            given: None,
            cut_off: None,
            version: 0,
        };
        store.put_membership(&membership, audit()).await.unwrap();
        organisation
    }

    /// A role of Anna's at Muster AG with just these rights, and no other role.
    pub async fn limit_anna_to(&self, rights: &[&str]) {
        let roles = self.followed.roles(&self.realm, self.muster.id).await;
        let roles = roles.unwrap();
        let there = roles.iter().find(|role| role.name == "limited");
        let role = Role {
            realm: self.realm.clone(),
            organisation: self.muster.id,
            name: String::from("limited"),
            rights: rights.iter().map(|right| (*right).to_owned()).collect(),
            version: there.map_or(0, |there| there.version),
        };
        self.followed.put_role(&role, audit()).await.unwrap();
        self.be(&["limited"]).await;
    }

    /// The authorization request of a client, with its own state and PKCE.
    pub fn authorize(&self, client: &Client, scope: &str, more: &[(&str, &str)]) -> String {
        use base64::Engine as _;
        let code_challenge =
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(challenge(VERIFIER));
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", client.id.as_str()),
            ("redirect_uri", client.redirect_uris[0].as_str()),
            ("scope", scope),
            ("state", "st&te=1"),
            ("code_challenge", code_challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        query.extend(more);
        format!("{}?{}", self.path("authorize"), encode(&query))
    }
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header(header::ACCEPT_LANGUAGE, self.language);
        self.send(request, String::new()).await
    }

    /// Follows the redirect to the page that asks, where there is one.
    pub async fn open(&mut self, request: &str) -> Answer {
        let answer = self.get(request).await;
        match self.page_of(&answer) {
            Some(page) => self.get(&page).await,
            None => answer,
        }
    }

    /// The address of the page that asks, if an answer leads to one.
    pub fn page_of(&self, answer: &Answer) -> Option<String> {
        let location = answer.header("location")?;
        let page = format!("/{}/consent?request=", self.world.realm);
        location.starts_with(&page).then(|| location.to_owned())
    }

    /// Opens the page that a request leads to, and answers it.
    pub async fn decide(&mut self, request: &str, form: &[(&str, &str)]) -> Answer {
        self.decide_from(request, form, &[("origin", BASE)]).await
    }

    /// The same with these headers about where the answer comes from.
    pub async fn decide_from(
        &mut self,
        request: &str,
        form: &[(&str, &str)],
        from: &[(&str, &str)],
    ) -> Answer {
        let answer = self.get(request).await;
        match self.page_of(&answer) {
            Some(page) => self.answer_from(&page, form, from).await,
            None => answer,
        }
    }

    /// Looks at a page that asks, and answers it.
    pub async fn answer(&mut self, page: &str, form: &[(&str, &str)]) -> Answer {
        self.answer_from(page, form, &[("origin", BASE)]).await
    }

    async fn answer_from(
        &mut self,
        page: &str,
        form: &[(&str, &str)],
        from: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(page).await.shown();
        let carried = shown.as_deref().map(|shown| ("shown", shown));
        let form: Vec<_> = form.iter().copied().chain(carried).collect();
        self.post_from(page, &form, from).await
    }

    /// A form of one of our own pages.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_from(path, form, &[("origin", BASE)]).await
    }

    /// A form with these headers about where it comes from.
    pub async fn post_from(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        from: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT_LANGUAGE, self.language);
        for (name, value) in from {
            request = request.header(*name, *value);
        }
        self.send(request, encode(form)).await
    }

    pub async fn sign_in(&mut self, username: &str, password: &str, next: &str) -> Answer {
        let form = [
            ("username", username),
            ("password", password),
            ("next", next),
        ];
        let path = format!("/{}/login", self.world.realm);
        self.post(&path, &form).await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, body: String) -> Answer {
        let passing: Vec<String> = self
            .passing
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let cookies = self.cookie.iter().chain(&self.own_cookie).chain(&passing);
        for cookie in cookies {
            request = request.header(header::COOKIE, format!("other=1; {cookie}"));
        }
        let answer = self
            .world
            .send(request.body(Body::from(body)).unwrap())
            .await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let kept = (!pair.ends_with('=')).then(|| pair.to_owned());
            let (name, value) = pair.split_once('=').unwrap();
            if name.ends_with(".half") || name.ends_with(".link") {
                self.passing.remove(name);
                if kept.is_some() {
                    self.passing.insert(name.to_owned(), value.to_owned());
                }
            } else if pair.contains(".browser=") {
                self.own_cookie = kept;
            } else {
                self.cookie = kept;
            }
        }
        answer
    }
}

impl Answer {
    /// Where a redirect leads, or the page that leads to the app.
    #[track_caller]
    pub fn location(&self) -> &str {
        if let Some(target) = self.onward() {
            return target;
        }
        self.expect(StatusCode::SEE_OTHER);
        self.header("location").unwrap()
    }

    /// The app's address, where the page leads there by itself.
    pub fn onward(&self) -> Option<&str> {
        self.header("refresh")?.strip_prefix("0; url=")
    }

    /// A parameter of the redirect to the app.
    #[track_caller]
    pub fn returned(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.location()).unwrap();
        let mut pairs = url.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }

    /// What a form of consent says it showed.
    pub fn shown(&self) -> Option<String> {
        let (_, rest) = self.body.split_once("name=\"shown\" value=\"")?;
        Some(rest.split('"').next()?.to_owned())
    }

    /// The scope names the page offers to allow, `*` before those that are chosen, `!` before
    /// those that cannot be changed.
    #[track_caller]
    pub fn offered(&self) -> Vec<String> {
        self.expect(StatusCode::OK);
        self.filled_in()
    }

    /// The same of a page that comes again.
    pub fn filled_in(&self) -> Vec<String> {
        let inputs = self.body.split("<input type=\"").skip(1);
        inputs
            .filter(|input| input.starts_with("radio") || input.starts_with("checkbox"))
            .filter_map(|input| {
                let tag = input.split('>').next()?;
                let value = tag.split("value=\"").nth(1)?.split('"').next()?;
                let chosen = if tag.contains(" checked") { "*" } else { "" };
                let locked = if tag.contains(" disabled") { "!" } else { "" };
                Some(format!("{chosen}{locked}{value}"))
            })
            .collect()
    }
}

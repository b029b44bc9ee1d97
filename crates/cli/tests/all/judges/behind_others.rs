//! Hundreds of scopes through the proxies that people have, as Debian configures them: they bound
//! what a request and an answer may be long.

use crate::common::many::{Many, free_ports};
use crate::common::person;
use crate::common::proxies::{Kind, Proxy};
use crate::common::site::{PASSWORD, USER};
use reqwest::Url;

#[test]
fn nginx() {
    through(Kind::Nginx);
}

#[test]
fn apache() {
    through(Kind::Apache);
}

#[test]
fn haproxy() {
    through(Kind::Haproxy);
}

/// A hundred scopes by address, five hundred by form; signing in, deciding, redeeming, refreshing
/// and calling the API with what came of it.
fn through(kind: Kind) {
    let [outside] = free_ports();
    let many = Many::start(Some(outside));
    let upstream = many.site.bases[0].strip_prefix("http://").unwrap();
    let proxy = Proxy::start(kind, outside, upstream);
    let authorize = Url::parse(&many.authorize()).unwrap();

    for scopes in [100, 500] {
        let browser = person::browser();
        let request = many.request(scopes);
        let answer = if scopes == 100 {
            let by_address = Url::parse_with_params(authorize.as_str(), &request).unwrap();
            browser.get(by_address).send().unwrap()
        } else {
            let by_form = browser.post(authorize.clone()).form(&request);
            by_form
                .header("Origin", "https://app.example")
                .send()
                .unwrap()
        };
        assert_eq!(answer.status(), 303, "{kind:?} {scopes}: {}", proxy.said());
        let location = person::location(&answer).unwrap();
        assert!(location.as_str().len() < 1_000, "{location}");
        let redirect = person::walk(&browser, location, &many.base, USER, PASSWORD, &[]);
        let redirect = redirect.unwrap();
        let tokens = many.redeem(&browser, &redirect);
        let granted = |tokens: &serde_json::Value| {
            let scope = tokens["scope"].as_str().unwrap();
            scope.split(' ').count()
        };
        assert_eq!(granted(&tokens), scopes, "{kind:?}: {tokens}");

        let refreshed = many.token(
            &browser,
            &[
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
            ],
        );
        assert_eq!(granted(&refreshed), scopes);
        let token = refreshed["access_token"].as_str().unwrap();
        let allowed = many.call(&browser, "/kind-49", token);
        assert_eq!(allowed.status(), 200, "{kind:?} {scopes}");
        let other = many.call(&browser, "/kind-200", token);
        assert_eq!(
            other.status().as_u16(),
            if scopes == 500 { 200 } else { 403 }
        );
    }
}

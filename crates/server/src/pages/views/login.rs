use std::collections::BTreeMap;

use askama::Template;

use super::frame::Frame;
#[cfg(test)]
use crate::language::Language;

/// Signing in.
#[derive(Debug, Clone, Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Where the person goes on to: a local path of the same realm, or nothing.
    pub next: String,
    /// The app the person comes from.
    pub going_on_to: Option<String>,
    /// What was typed.
    pub username: String,
    /// What was just done.
    pub notice: Option<String>,
    /// Where a forgotten password is replaced, if it can be.
    pub forgotten: Option<String>,
    /// What was wrong with it.
    pub problem: Option<LoginProblem>,
    /// Accounts to try things out with; in a demo only.
    pub sample_accounts: Vec<SampleAccount>,
}

/// Why signing in failed, beside the field that has to change.
#[derive(Debug, Clone)]
pub(crate) struct LoginProblem {
    /// `username` or `password`.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

/// An account of the demo.
#[derive(Debug, Clone)]
pub struct SampleAccount {
    /// To sign in with.
    pub username: String,
    /// To sign in with; protects nothing.
    pub password: String,
    /// Where this person belongs and as what.
    pub who: String,
}

/// Every account of a demo, by realm.
#[derive(Debug, Clone, Default)]
pub struct SampleAccounts(pub BTreeMap<String, Vec<SampleAccount>>);

impl LoginPage {
    fn wrong(&self, field: &str) -> bool {
        self.problem
            .as_ref()
            .is_some_and(|problem| problem.field == field)
    }

    fn problem_text(&self) -> &str {
        self.problem.as_ref().map_or("", |problem| &problem.text)
    }

    /// Empty, mistyped, and in a demo.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let empty = Self {
            action: frame.at("login"),
            next: "/bexio/oauth/authorize?client_id=ledgerly".to_owned(),
            going_on_to: Some("Ledgerly".to_owned()),
            username: String::new(),
            notice: None,
            forgotten: Some(frame.at("forgotten")),
            problem: None,
            sample_accounts: Vec::new(),
            frame,
        };
        let mistyped = Self {
            username: "anna@muster.example\"><i>".to_owned(),
            problem: Some(LoginProblem {
                field: "password",
                text: empty.frame.t("login-wrong"),
            }),
            ..empty.clone()
        };
        let demo = Self {
            notice: Some(empty.frame.t("login-password-chosen")),
            forgotten: None,
            next: String::new(),
            going_on_to: None,
            sample_accounts: vec![
                SampleAccount {
                    username: "anna".to_owned(),
                    password: "anna-demo".to_owned(),
                    who: "Muster AG (owner)".to_owned(),
                },
                SampleAccount {
                    username: "beat".to_owned(),
                    password: "beat-demo".to_owned(),
                    who: "Muster AG (sales), Beispiel GmbH (owner)".to_owned(),
                },
            ],
            ..empty.clone()
        };
        vec![empty, mistyped, demo]
    }
}

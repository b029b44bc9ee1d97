//! The pages about a person's own account: passwords, second factor, signed-in browsers.

use askama::Template;

use super::frame::Frame;
use super::login::LoginProblem;
use super::when::When;
#[cfg(test)]
use crate::language::Language;

/// The problem beside a field, if it is there.
macro_rules! wrong {
    ($page:ident) => {
        impl $page {
            fn wrong(&self, field: &str) -> Option<&str> {
                let problem = self.problem.as_ref();
                let here = problem.filter(|problem| problem.field == field);
                here.map(|problem| problem.text.as_str())
            }
        }
    };
}

/// Asks for a link to a new password.
#[derive(Debug, Clone, Template)]
#[template(path = "forgotten.html")]
pub(crate) struct ForgottenPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Back to signing in.
    pub login: String,
    /// What was typed.
    pub username: String,
    /// What was wrong with it.
    pub problem: Option<LoginProblem>,
    /// Was it taken? The same is said to everybody.
    pub taken: bool,
}

/// Chooses a password by a link.
#[derive(Debug, Clone, Template)]
#[template(path = "link.html")]
pub(crate) struct LinkPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Whose account it is.
    pub username: String,
    /// Is it the first password?
    pub is_invitation: bool,
    /// What was typed as the person's name.
    pub name: String,
    /// What was wrong.
    pub problem: Option<LoginProblem>,
}

/// Asks for a code, when the password was right.
#[derive(Debug, Clone, Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Where the person goes on to.
    pub next: String,
    /// The app the person comes from.
    pub going_on_to: Option<String>,
    /// Whose password was right.
    pub username: String,
    /// Where somebody else signs in.
    pub login: String,
    /// What was wrong.
    pub problem: Option<LoginProblem>,
}

/// Password, second factor and browsers of a person.
#[derive(Debug, Clone, Template)]
#[template(path = "security.html")]
pub(crate) struct SecurityPage {
    /// What stands around it.
    pub frame: Frame,
    /// The person's name.
    pub name: String,
    /// What they sign in with.
    pub username: String,
    /// What was just done.
    pub notice: Option<String>,
    /// What was wrong.
    pub problem: Option<LoginProblem>,
    /// Is there a password here to change?
    pub has_password: bool,
    /// The second factor, where people have it here.
    pub factor: Option<FactorState>,
    /// Signed-in browsers, latest first.
    pub sessions: Vec<SessionLine>,
    /// How many are not shown.
    pub more_sessions: usize,
}

/// How a person's second factor stands.
#[derive(Debug, Clone)]
pub(crate) struct FactorState {
    /// Is it asked for?
    pub is_on: bool,
    /// Recovery codes that are left.
    pub codes_left: usize,
    /// May one be set up?
    pub can_be_set_up: bool,
}

/// A signed-in browser.
#[derive(Debug, Clone)]
pub(crate) struct SessionLine {
    /// What it roughly is.
    pub browser: String,
    /// How the person signed in.
    pub how: String,
    /// When.
    pub since: When,
    /// Is it the one that reads this?
    pub is_this: bool,
    /// Where the form that ends it goes.
    pub end: String,
}

/// Sets an authenticator app up.
#[derive(Debug, Clone, Template)]
#[template(path = "set_up.html")]
pub(crate) struct SetUpPage {
    /// What stands around it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// Where the person goes on to.
    pub next: String,
    /// Where they go without it.
    pub leave: String,
    /// Can they not go on without it?
    pub is_demanded: bool,
    /// Units of the QR code's side.
    pub side: usize,
    /// Its dark squares, as an SVG path.
    pub squares: String,
    /// The secret in groups, to type.
    pub secret: String,
    /// The same as an address for an app here.
    pub uri: String,
    /// What was wrong.
    pub problem: Option<LoginProblem>,
}

/// Recovery codes, this once.
#[derive(Debug, Clone, Template)]
#[template(path = "recovery_codes.html")]
pub(crate) struct RecoveryCodesPage {
    /// What stands around it.
    pub frame: Frame,
    /// Was the second factor turned on just now?
    pub is_first: bool,
    /// The codes.
    pub codes: Vec<String>,
    /// Where the person goes on to.
    pub onward: String,
}

wrong!(ForgottenPage);
wrong!(LinkPage);
wrong!(CodePage);
wrong!(SecurityPage);
wrong!(SetUpPage);

impl LinkPage {
    fn title(&self) -> String {
        match self.is_invitation {
            true => self.frame.tv(
                "invitation-title",
                [("realm", self.frame.realm_title.as_str())],
            ),
            false => self.frame.t("reset-title"),
        }
    }

    fn button(&self) -> String {
        self.frame.t(match self.is_invitation {
            true => "invitation-button",
            false => "password-change-button",
        })
    }
}

impl FactorState {
    fn codes_left(&self) -> usize {
        self.codes_left
    }
}

impl SecurityPage {
    fn more(&self) -> usize {
        self.more_sessions
    }

    fn is_about(&self, field: &str) -> bool {
        self.wrong(field).is_some()
    }

    fn is_about_password(&self) -> bool {
        let fields = ["old-password", "new-password", "again"];
        fields.iter().any(|field| self.is_about(field))
    }
}

#[cfg(test)]
fn wrong(frame: &Frame, field: &'static str, key: &str) -> Option<LoginProblem> {
    let text = frame.t(key);
    Some(LoginProblem { field, text })
}

#[cfg(test)]
impl ForgottenPage {
    /// Empty, mistyped and taken.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let empty = Self {
            action: frame.at("forgotten"),
            login: frame.at("login"),
            username: String::new(),
            problem: None,
            taken: false,
            frame,
        };
        let mistyped = Self {
            problem: wrong(&empty.frame, "username", "login-missing-username"),
            ..empty.clone()
        };
        let taken = Self {
            taken: true,
            ..empty.clone()
        };
        vec![empty, mistyped, taken]
    }
}

#[cfg(test)]
impl LinkPage {
    /// A reset, and an invitation that was mistyped.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let reset = Self {
            action: frame.at("link"),
            username: "anna@muster.example\"><i>".to_owned(),
            is_invitation: false,
            name: String::new(),
            problem: None,
            frame,
        };
        let invitation = Self {
            is_invitation: true,
            name: "Anna Muster".to_owned(),
            problem: wrong(&reset.frame, "again", "password-differs"),
            ..reset.clone()
        };
        vec![reset, invitation]
    }
}

#[cfg(test)]
impl CodePage {
    /// For an app, and mistyped.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, None);
        let page = Self {
            action: frame.at("login/code"),
            next: frame.at("account"),
            going_on_to: Some("Ledgerly".to_owned()),
            username: "anna@muster.example".to_owned(),
            login: frame.at("login"),
            problem: None,
            frame,
        };
        let mistyped = Self {
            problem: wrong(&page.frame, "code", "code-wrong"),
            going_on_to: None,
            ..page.clone()
        };
        vec![page, mistyped]
    }
}

#[cfg(test)]
impl SecurityPage {
    /// Without a second factor, with one, and mistyped.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, Some("Anna Muster"));
        let session = |browser: &str, is_this: bool| SessionLine {
            browser: browser.to_owned(),
            how: frame.t("sessions-by-password"),
            since: When {
                relative: frame.n("time-hours", 3),
                exact: "2026-11-19 08:12 UTC".to_owned(),
                machine: "2026-11-19T08:12:00Z".to_owned(),
            },
            is_this,
            end: frame.at("account/sessions/1/end"),
        };
        let without = Self {
            name: "Anna Muster".to_owned(),
            username: "anna@muster.example".to_owned(),
            notice: Some(frame.t("notice-password")),
            problem: None,
            has_password: true,
            factor: Some(FactorState {
                is_on: false,
                codes_left: 0,
                can_be_set_up: true,
            }),
            sessions: vec![session("Firefox, Windows", true)],
            more_sessions: 0,
            frame: frame.clone(),
        };
        let with = Self {
            notice: None,
            factor: Some(FactorState {
                is_on: true,
                codes_left: 9,
                can_be_set_up: true,
            }),
            sessions: vec![
                session("Firefox, Windows", true),
                session("<b>Safari</b>, iPhone", false),
            ],
            more_sessions: 3,
            ..without.clone()
        };
        let mistyped = Self {
            problem: wrong(&frame, "old-password", "password-wrong"),
            ..with.clone()
        };
        vec![without, with, mistyped]
    }
}

#[cfg(test)]
impl SetUpPage {
    /// By choice, and demanded.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, Some("Anna Muster"));
        let page = Self {
            action: frame.at("account/second-factor/confirm"),
            next: String::new(),
            leave: frame.at("account/security"),
            is_demanded: false,
            side: 37,
            squares: "M4 4h7v1h-7z".to_owned(),
            secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            uri: "otpauth://totp/bexio:anna?secret=GEZDGNBVGY3TQOJQ&issuer=bexio".to_owned(),
            problem: None,
            frame,
        };
        let demanded = Self {
            is_demanded: true,
            problem: wrong(&page.frame, "code", "code-wrong"),
            ..page.clone()
        };
        vec![page, demanded]
    }
}

#[cfg(test)]
impl RecoveryCodesPage {
    /// The first ones.
    pub(crate) fn samples(language: Language) -> Vec<Self> {
        let frame = Frame::sample(language, Some("Anna Muster"));
        vec![Self {
            is_first: true,
            codes: vec!["0123-4567-89ab-cdef".to_owned(); 2],
            onward: frame.at("account/security"),
            frame,
        }]
    }
}

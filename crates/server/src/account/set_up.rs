//! Setting an authenticator app up, and taking it away.

use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use oauth::Secret;
use oauth::model::Authentication;
use oauth::second_factor::totp::TotpSecret;
use qrcode::{Color, EcLevel, QrCode};
use realm::accounts::second_factor;

use super::security::{again, done, own_form, right_password, sign_in_first};
use crate::pages::attempts::{self, Problem};
use crate::pages::form::SentForm;
use crate::pages::refusal::Refusal;
use crate::pages::views::{LoginProblem, RecoveryCodesPage, SetUpPage};
use crate::pages::visit::Visit;
use crate::pages::{next, respond};
use crate::session::SignedIn;

/// `GET /{realm}/account/second-factor`: the secret, as long as it is not confirmed.
pub(crate) async fn show(visit: Visit) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let Some(signed_in) = visit.signed_in().await? else {
            return Ok(sign_in_first(&visit));
        };
        let onward = visit.parameter("next");
        let onward = next::local_path(visit.realm.layout(), &onward).unwrap_or_default();
        if let Some(page) = page(&visit, &signed_in, onward, None).await? {
            return Ok(respond::page(StatusCode::OK, &page));
        }
        if onward.is_empty() || !may_begin(&visit, &signed_in).await? {
            return Ok(respond::see_other(&visit.form_at("account/security")));
        }
        // Somebody has to have one to go on. Who signed in just now knows the password.
        let age = visit
            .app
            .now()
            .duration_since(signed_in.session.authentication.at);
        if age > JUST_NOW {
            let here = next::after(&visit.form_at("account/second-factor"), onward);
            return Ok(respond::see_other(&next::login(
                visit.realm.layout(),
                &here,
            )));
        }
        begin_in(&visit, &signed_in).await?;
        let page = page(&visit, &signed_in, onward, None).await?;
        let page = page.ok_or(Refusal::NotFound)?;
        Ok(respond::page(StatusCode::OK, &page))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// For so long a sign-in is one of just now.
const JUST_NOW: SignedDuration = SignedDuration::from_mins(10);

/// Has the person none, and may they set one up?
async fn may_begin(visit: &Visit, signed_in: &SignedIn) -> Result<bool, Refusal> {
    let (app, realm) = (&visit.app, &visit.realm);
    let has_one = second_factor::of(app, realm, signed_in.user.id).await?;
    Ok(has_one.is_none() && second_factor::can_be_set_up(app).await?)
}

/// In this session: no other sees the secret.
async fn begin_in(visit: &Visit, signed_in: &SignedIn) -> Result<(), Refusal> {
    let (user, session) = (signed_in.user.id, signed_in.session.hash);
    second_factor::begin(&visit.app, &visit.realm, user, session).await?;
    Ok(())
}

/// `POST /{realm}/account/second-factor`: makes a secret, for whoever knows the password.
pub(crate) async fn begin(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let (signed_in, form) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        if !second_factor::can_be_set_up(&visit.app).await? {
            return Err(Refusal::NotFound);
        }
        let right = right_password(&visit, &signed_in, &form, "set-up-password").await?;
        if let Err(problem) = right {
            return again(&visit, &signed_in, problem).await;
        }
        begin_in(&visit, &signed_in).await?;
        Ok(respond::see_other(&visit.form_at("account/second-factor")))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/second-factor/confirm`: a code of the app turns it on.
pub(crate) async fn confirm(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let (signed_in, form) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let onward = form.get("next");
        let (app, realm) = (&visit.app, &visit.realm);
        let whose = (signed_in.user.id, signed_in.session.hash);
        let by = visit.actor(&signed_in.user);
        let typed = form.get("code").trim();
        let codes = match typed {
            "" => Err(Problem::missing("code", "code-missing")),
            typed => {
                let checked =
                    second_factor::confirm(app, realm, &by, whose, visit.address, typed).await?;
                attempts::right(checked, "code", "set-up-code-wrong")
            }
        };
        let codes = match codes {
            Ok(codes) => codes,
            Err(problem) => {
                let told = problem.told(visit.words);
                let page = page(&visit, &signed_in, onward, Some(told)).await?;
                return Ok(match page {
                    Some(page) => problem.answered(respond::page(problem.status(), &page)),
                    // It was begun anew elsewhere: here, too, by whoever is on the way to something.
                    None => {
                        respond::see_other(&match next::local_path(visit.realm.layout(), onward) {
                            Some(onward) => {
                                next::after(&visit.form_at("account/second-factor"), onward)
                            }
                            None => visit.form_at("account/security"),
                        })
                    }
                });
            }
        };
        // Whoever is signed in here has just proved it: the session says so from now on.
        let position = visit.realm.cache().position();
        let proved = Authentication::by_password_and_code(app.now());
        let user = &signed_in.user;
        let cookie = visit.begin_session(user, proved, position).await?;
        let mut response = codes_page(&visit, &signed_in, &codes, true, onward);
        let headers = response.headers_mut();
        headers.append(axum::http::header::SET_COOKIE, cookie);
        Ok(response)
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/second-factor/codes`: new recovery codes, for whoever knows the password.
pub(crate) async fn replace_codes(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let (signed_in, form) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let right = right_password(&visit, &signed_in, &form, "codes-password").await?;
        if let Err(problem) = right {
            return again(&visit, &signed_in, problem).await;
        }
        let by = visit.actor(&signed_in.user);
        let (app, realm, user) = (&visit.app, &visit.realm, signed_in.user.id);
        let codes = second_factor::replace_recovery_codes(app, realm, &by, user).await?;
        Ok(match codes {
            Some(codes) => codes_page(&visit, &signed_in, &codes, false, ""),
            None => respond::see_other(&visit.form_at("account/security")),
        })
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// `POST /{realm}/account/second-factor/off`: for whoever has both.
pub(crate) async fn turn_off(visit: Visit, form: SentForm) -> Response {
    let answer = async {
        visit.with_accounts()?;
        let (signed_in, form) = match own_form(&visit, form).await? {
            Ok(own) => own,
            Err(response) => return Ok(response),
        };
        let typed = form.get("off-code").trim();
        if typed.is_empty() {
            let missing = Problem::missing("off-code", "code-missing");
            return again(&visit, &signed_in, missing).await;
        }
        let right = right_password(&visit, &signed_in, &form, "off-password").await?;
        if let Err(problem) = right {
            return again(&visit, &signed_in, problem).await;
        }
        let (app, realm, user) = (&visit.app, &visit.realm, signed_in.user.id);
        let by = visit.actor(&signed_in.user);
        let checked = second_factor::check(app, realm, &by, user, visit.address, typed).await?;
        if let Err(problem) = attempts::right(checked, "off-code", "code-wrong") {
            return again(&visit, &signed_in, problem).await;
        }
        let desk = app.desk(realm);
        desk.second_factor_off(&by, &signed_in.user).await?;
        Ok(respond::see_other(&done(&visit, "factor-off")))
    };
    answer
        .await
        .unwrap_or_else(|refusal: Refusal| refusal.answer(&visit))
}

/// Nothing where there is nothing to confirm.
async fn page(
    visit: &Visit,
    signed_in: &SignedIn,
    onward: &str,
    problem: Option<LoginProblem>,
) -> Result<Option<SetUpPage>, Refusal> {
    let user = &signed_in.user;
    let session = signed_in.session.hash;
    let begun = second_factor::begun(&visit.app, &visit.realm, user.id, session).await?;
    let Some((_, secret)) = begun else {
        return Ok(None);
    };
    let frame = visit.frame(Some(user));
    let uri = secret.uri(&frame.realm_title, &user.username);
    let (side, squares) = squares(&uri);
    Ok(Some(SetUpPage {
        action: visit.form_at("account/second-factor/confirm"),
        next: onward.to_owned(),
        leave: visit.form_at("account/security"),
        is_demanded: !onward.is_empty(),
        side,
        squares,
        secret: grouped(&secret),
        uri,
        problem,
        frame,
    }))
}

fn codes_page(
    visit: &Visit,
    signed_in: &SignedIn,
    codes: &[Secret],
    is_first: bool,
    onward: &str,
) -> Response {
    let onward = next::local_path(visit.realm.layout(), onward).map(str::to_owned);
    let page = RecoveryCodesPage {
        frame: visit.frame(Some(&signed_in.user)),
        is_first,
        codes: codes.iter().map(|code| code.expose().to_owned()).collect(),
        onward: onward.unwrap_or_else(|| visit.form_at("account/security")),
    };
    respond::page(StatusCode::OK, &page)
}

fn grouped(secret: &TotpSecret) -> String {
    let letters: Vec<char> = secret.base32().chars().collect();
    let groups = letters.chunks(4).map(String::from_iter);
    groups.collect::<Vec<_>>().join(" ")
}

/// A QR code as the units of its side, the quiet zone of four included, and an SVG path of its dark
/// squares, row by row.
fn squares(text: &str) -> (usize, String) {
    const QUIET: usize = 4;
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return (1, String::new());
    };
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                // Writing to a string does not fail.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    (width + 2 * QUIET, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three finders of a code are where they have to be.
    #[test]
    fn the_path_has_the_finders_of_a_qr_code() {
        let (side, path) = squares("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ");
        assert_eq!((side - 8 - 17) % 4, 0);
        let right = side - 4 - 7;
        for corner in [
            "M4 4h7v1h-7z".to_owned(),
            format!("M{right} 4h7v1h-7z"),
            format!("M4 {right}h7v1h-7z"),
        ] {
            assert!(path.contains(&corner), "{corner} in {path}");
        }
    }
}

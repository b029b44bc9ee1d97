//! What people do with their own accounts, in a real Chromium: a forgotten password, and a second
//! factor from setting it up to signing in with it.

use std::path::Path;
use std::time::Duration;

use oauth::model::Timestamp;
use oauth::second_factor::totp::{STEP_SECONDS, TotpSecret};

use super::browser::sign_in;
use super::chrome::{Browser, Settings, in_browser};
use crate::common::RunningDemo;

/// The address in the mail that lies in a folder, once one does.
async fn link_in(folder: &Path) -> String {
    loop {
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let mut names = files.map(|file| file.unwrap().path());
        let mail = names.find(|name| name.extension().is_some_and(|end| end == "eml"));
        let Some(mail) = mail else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let text = std::fs::read_to_string(mail).unwrap();
        let text = text.replace("=\r\n", "").replace("=3D", "=");
        let (_, rest) = text.split_once("http://").unwrap();
        return format!("http://{}", rest.split_whitespace().next().unwrap());
    }
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link() {
    let demo = RunningDemo::start();
    demo.manage(&["user", "email", "bexio", "anna", "anna@muster.example"])
        .ok();
    let (base, mail) = (demo.base.clone(), demo.data().join("mail"));
    in_browser(Settings::default(), |browser| async move {
        browser.go(&format!("{base}/bexio/login")).await;
        browser.follow("//a[.='Forgot your password?']").await;
        browser.fill("username", "anna").await;
        browser.follow("//button[.='Send the link']").await;
        browser.find("//p[@role='status']").await;
        browser.go(&link_in(&mail).await).await;
        assert_eq!(browser.path().await, "/bexio/link");
        browser
            .fill("new-password", "four quite different words")
            .await;
        browser.fill("again", "four quite different words").await;
        browser.follow("//button[.='Save the new password']").await;
        browser.fill("username", "anna").await;
        browser.fill("password", "four quite different words").await;
        browser.follow("//button[.='Sign in']").await;
        assert_eq!(browser.path().await, "/bexio/account");
    })
    .await;
}

/// The secret that the page shows to type.
async fn secret(browser: &Browser) -> TotpSecret {
    browser.click("//summary[contains(.,'scan it')]").await;
    let text = browser.text("//details//code").await;
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let fives = text.chars().filter_map(|c| letters.find(c));
    let bits: Vec<bool> = fives
        .flat_map(|five| (0..5).rev().map(move |place| five >> place & 1 == 1))
        .collect();
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit)))
        .collect();
    TotpSecret::from_bytes(&bytes).unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real authenticator goes by the machine's own time"
)]
fn step() -> i64 {
    Timestamp::now().as_second() / STEP_SECONDS
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_signed_in_with() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        let security = format!("{base}/bexio/account/security");
        browser.go(&security).await;
        sign_in(&browser).await;
        browser
            .click("//summary[.='Set up an authenticator app']")
            .await;
        browser.fill("set-up-password", "anna-demo").await;
        browser.follow("//button[.='Begin']").await;
        let app = secret(&browser).await;
        browser.fill("code", &app.code(step())).await;
        browser.follow("//button[.='Turn it on']").await;
        let codes = browser.texts("//ul[@class='codes']//code").await;
        assert_eq!(codes.len(), 10);
        browser.follow("//a[.='I have kept them']").await;
        browser.follow("//button[.='Sign out']").await;

        browser.go(&security).await;
        sign_in(&browser).await;
        assert_eq!(browser.path().await, "/bexio/login/code");
        browser.fill("code", "000000").await;
        browser.follow("//button[.='Sign in']").await;
        browser.find("//div[@role='alert']").await;
        browser.fill("code", &codes[0]).await;
        browser.follow("//button[.='Sign in']").await;
        assert_eq!(browser.path().await, "/bexio/account/security");
        let text = browser.text("//main").await;
        assert!(text.contains("9 recovery codes are left"), "{text}");
        assert!(text.contains("Signed in with password and code"), "{text}");
    })
    .await;
}

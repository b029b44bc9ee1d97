//! The page of consent for an app that asks for much, on the smallest phone: nothing is wider than the
//! screen, the answers are in reach, and what a closed group says of itself is true without a script.

use super::chrome::{Browser, Settings, in_browser};
use super::many_scopes::page_of_the_app;
use crate::common::many::{Many, head};
use crate::common::site::{PASSWORD, USER};
use fantoccini::key::Key;

const PHONE: Settings = Settings {
    phone_width: Some(320),
    without_scripts: false,
    keeps_log: false,
    language: None,
};

async fn ask(browser: &Browser, start: &str) {
    browser.go(start).await;
    browser.follow("//button[.='Connect']").await;
    browser.fill("username", USER).await;
    browser.fill("password", PASSWORD).await;
    browser.follow("//button[.='Sign in']").await;
    browser.find("//button[@value='allow']").await;
}

async fn started(many: fn() -> Many) -> Many {
    tokio::task::spawn_blocking(many).await.unwrap()
}

async fn fits(browser: &Browser) {
    let width = browser.measure("document.documentElement.scrollWidth");
    let width = width.await;
    assert!(width <= 320.0, "{width} wide");
    // Nor is anything cut off at the edge.
    let wider = "[...document.querySelectorAll('main *:not(.first)')]\
                 .filter(e => e.getBoundingClientRect().right > 321).length";
    let wider = browser.measure(wider).await;
    assert!(wider < 1.0, "{wider} parts are wider");
}

async fn is_true(browser: &Browser, script: &str) -> bool {
    let script = format!("({script}) ? 1 : 0");
    browser.measure(&script).await > 0.5
}

const ON: &str = "document.querySelectorAll('.group .row input:checked').length";

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_scopes_are_answered_on_one_screen() {
    let many = started(|| Many::start(None)).await;
    let start = page_of_the_app(&many.authorize(), &many.request(500));
    in_browser(PHONE, |browser| async move {
        ask(&browser, &start).await;
        fits(&browser).await;
        let inside = "(e => e.bottom <= innerHeight && e.top >= 0)\
                      (document.querySelector('button[value=allow]').getBoundingClientRect())";
        assert!(is_true(&browser, inside).await, "Allow is out of reach");
        let screens = browser.measure("document.documentElement.scrollHeight / innerHeight");
        assert!(screens.await < 6.0);

        browser.follow("//button[@value='look']").await;
        browser.find("//button[@value='look'][@class='now']").await;
        assert!((browser.measure(ON).await - 250.0).abs() < 0.5);
        fits(&browser).await;

        // What a group says of itself is no longer said once something in it is turned on.
        let said = "getComputedStyle(document.querySelector('.group .said')).display != 'none'";
        let turned = "getComputedStyle(document.querySelector('.group .turned')).display != 'none'";
        assert!(is_true(&browser, said).await && !is_true(&browser, turned).await);
        // Not where the bar is.
        let scroll = "document.querySelector('details.group').scrollIntoView({ block: 'start' })";
        browser.0.execute(scroll, Vec::new()).await.unwrap();
        browser.click("(//details/summary)[1]").await;
        browser.click("(//details//label)[2]").await;
        assert!(!is_true(&browser, said).await && is_true(&browser, turned).await);
        fits(&browser).await;

        // Nothing is painted over the bar, a ticked box neither.
        let under = "(e => { const bar = document.querySelector('.decide');\
                     scrollBy(0, e.getBoundingClientRect().top - bar.getBoundingClientRect().top - 4);\
                     const at = bar.getBoundingClientRect();\
                     return document.elementFromPoint(e.getBoundingClientRect().left + 12, at.top + 8)\
                     .closest('.decide') === bar; })\
                     (document.querySelector('details[open] .choice input:checked + span'))";
        assert!(is_true(&browser, under).await, "something is over the bar");

        // Enter looks, and keeps what was turned on.
        browser.fill("find", "kind 177").await;
        browser.enter().await;
        browser.find("//details[@open]").await;
        assert_eq!(browser.path().await, "/many/consent");
        fits(&browser).await;
        browser.follow("//button[@value='all']").await;
        assert!((browser.measure(ON).await - 251.0).abs() < 0.5);

        // What has the focus is never under the bar.
        for _ in 0..14 {
            browser.press(Key::Tab).await;
            let covered = "(e => !e.closest('.decide') && e.getBoundingClientRect().bottom > \
                           document.querySelector('.decide').getBoundingClientRect().top + 1)\
                           (document.activeElement)";
            assert!(!is_true(&browser, covered).await, "the focus is covered");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn long_words_and_many_actions_fit() {
    let many = started(|| Many::of(&hostile(), None)).await;
    let names = (0..21).flat_map(|row| ["read", "write"].map(|action| name(row, action)));
    let names = names.chain((0..9).map(|act| format!("things:act{act}")));
    let start = page_of_the_app(
        &many.authorize(),
        &many.request_for(&names.collect::<Vec<_>>()),
    );
    in_browser(PHONE, |browser| async move {
        ask(&browser, &start).await;
        fits(&browser).await;
        let open = "document.querySelectorAll('details').forEach(e => e.open = true)";
        browser.0.execute(open, Vec::new()).await.unwrap();
        fits(&browser).await;
        // Each of nine answers stands above its own description.
        let own = "[...document.querySelectorAll('input[value^=\"things:\"]')].every(e => \
                   e.closest('.choice').nextElementSibling.id == e.getAttribute('aria-describedby'))";
        assert!(is_true(&browser, own).await);
        assert!((browser.measure(ON).await - 51.0).abs() < 0.5);
    })
    .await;
}

fn name(row: usize, action: &str) -> String {
    format!("{}{row}:{action}", "n".repeat(240))
}

/// Names as long as they may be, words without an end, another direction of reading, and nine actions.
fn hostile() -> String {
    let mut text = head();
    let act = |number| {
        format!(
            "[actions.act{number}]\ntitle = {{ en = \"Do number {number}\" }}\naccess = \"write\"\n"
        )
    };
    text.extend((0..9).map(act));
    for row in 0..21 {
        let word = match row % 2 {
            0 => "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente".repeat(3),
            _ => "שלום עולם ".repeat(9),
        };
        let resource = format!("{}{row}", "n".repeat(240));
        text += &format!("[resources.{resource}]\ntitle = {{ en = \"{word}\" }}\n");
        for action in ["read", "write"] {
            let long = word.repeat(50);
            text += &format!(
                "[resources.{resource}.{action}]\ntitle = {{ en = \"{word}\" }}\n\
                 description = {{ en = \"{long}\" }}\n"
            );
        }
    }
    text += "[resources.things]\ntitle = { en = \"Things\" }\n";
    for number in 0..9 {
        text += &format!(
            "[resources.things.act{number}]\ntitle = {{ en = \"Do {number}\" }}\n\
             description = {{ en = \"Does number {number} to things.\" }}\n"
        );
    }
    text + "[[endpoints]]\npath = \"/things\"\npost = \"things:act0\"\n"
}

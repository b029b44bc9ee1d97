//! People's way through the demo in a real Chromium.

use super::chrome::{Browser, Settings, in_browser};
use crate::common::RunningDemo;
use fantoccini::Locator;
use fantoccini::key::Key;

/// From the demo's first page to the app's button, asking for exactly these scopes.
pub(super) async fn ask(browser: &Browser, base: &str, scopes: &[&str]) {
    browser.go(base).await;
    browser.follow("//a[.='Play bexio']").await;
    let title = browser.text("//h1[@id='app-title']").await;
    assert!(title.contains("app"), "{title}");
    let checked = "//input[@name='scope' and @checked]";
    for name in browser.0.find_all(Locator::XPath(checked)).await.unwrap() {
        name.click().await.unwrap();
    }
    for scope in scopes {
        browser
            .click(&format!("//input[@name='scope' and @value='{scope}']"))
            .await;
    }
    let organisation = browser.find("//select[@id='organisation']").await;
    organisation.select_by_label("Muster AG").await.unwrap();
    browser.follow("//button[.='Connect Ledgerly']").await;
}

pub(super) async fn sign_in(browser: &Browser) {
    browser.fill("username", "anna").await;
    browser.fill("password", "anna-demo").await;
    browser.follow("//button[.='Sign in']").await;
}

pub(super) async fn answer(browser: &Browser, row: &str, choice: &str) {
    let label = format!(
        "//fieldset[legend[normalize-space()='{row}']]//label[normalize-space()='{choice}']"
    );
    browser.click(&label).await;
    assert!(
        browser
            .find(&format!("{label}/input"))
            .await
            .is_selected()
            .await
            .unwrap(),
        "{row}: {choice}"
    );
}

pub(super) async fn granted(browser: &Browser) -> Vec<String> {
    browser.find("//ul[@class='granted']").await;
    let mut granted = browser.texts("//ul[@class='granted']//code").await;
    granted.sort();
    granted
}

/// The playground's word on an endpoint.
pub(super) async fn verdict(browser: &Browser, method: &str, path: &str) -> String {
    browser.fill("find", path).await;
    browser
        .follow("//form[contains(@class,'filter')]//button")
        .await;
    let row = format!("//summary[b='{method}' and code='{path}']");
    browser.text(&format!("{row}/span[@class='verdict']")).await
}

/// Calls an endpoint of the playground's list; the text of the answer in its row.
pub(super) async fn call(browser: &Browser, method: &str, path: &str) -> String {
    let row = format!("//details[summary[b='{method}' and code='{path}']]");
    browser.click(&format!("{row}/summary")).await;
    browser.follow(&format!("{row}//button[.='Call it']")).await;
    browser
        .text(&format!("{row}//pre[@aria-label='Answer']"))
        .await
}

/// Everything a person does, by mouse.
async fn play_through(browser: &Browser, base: &str) {
    ask(
        browser,
        base,
        &["contact_edit", "kb_invoice_edit", "task_edit"],
    )
    .await;
    sign_in(browser).await;
    let heading = browser.text("//h1").await;
    assert!(heading.contains("Ledgerly"), "{heading}");
    answer(browser, "Tasks", "No access").await;
    answer(browser, "Invoices", "See").await;
    browser.follow("//button[@value='allow']").await;

    assert_eq!(
        granted(browser).await,
        ["contact_edit", "contact_show", "general", "kb_invoice_show"]
    );
    assert_eq!(browser.path().await, "/play/bexio");
    assert_eq!(verdict(browser, "GET", "/2.0/task").await, "closed");
    let refused = call(browser, "GET", "/2.0/task").await;
    assert!(
        refused.contains("403") && refused.contains("task_show"),
        "{refused}"
    );
    assert_eq!(verdict(browser, "POST", "/2.0/kb_invoice").await, "closed");
    assert_eq!(verdict(browser, "GET", "/2.0/contact").await, "open");
    let answered = call(browser, "GET", "/2.0/contact").await;
    assert!(
        answered.contains("200") && answered.contains("name_1"),
        "{answered}"
    );
}

/// The way back from the app leads to a page that knows of the answer, and a second click does nothing
/// that the person would see.
#[tokio::test]
async fn an_answer_is_given_once() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        ask(&browser, &base, &["contact_edit"]).await;
        sign_in(&browser).await;
        let twice =
            "const go = document.querySelector('button[value=allow]'); go.click(); go.click();";
        browser.0.execute(twice, Vec::new()).await.unwrap();
        let expected = ["contact_edit", "contact_show", "general"];
        assert_eq!(granted(&browser).await, expected);
        browser.0.back().await.unwrap();
        browser
            .find("//h1[.='You have answered this already']")
            .await;
        browser
            .follow("//a[.='Connected apps' and @class='button']")
            .await;
        browser.find("//h2[.='Ledgerly']").await;
    })
    .await;
}

#[tokio::test]
async fn a_person_decides_row_by_row() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        play_through(&browser, &base).await;

        // The account page shows what stands, and takes it back.
        browser.go(&format!("{base}/bexio/account")).await;
        let listed = browser.text("//main").await;
        assert!(listed.contains("Contacts\nSee and change"), "{listed}");
        assert!(listed.contains("Invoices\nSee\n"), "{listed}");
        assert!(!listed.contains("Tasks"), "{listed}");
        browser.follow("//a[contains(@href,'/remove')]").await;
        let asked = browser.text("//main").await;
        assert!(asked.contains("Remove Ledgerly?"), "{asked}");
        browser
            .follow("//form[contains(@action,'/remove')]//button")
            .await;
        let told = browser.text("//section[@aria-labelledby='history']").await;
        assert!(told.contains("You removed Ledgerly"), "{told}");
        browser.go(&format!("{base}/play/bexio")).await;
        let ended = browser.text("//section[@id='api']").await;
        assert!(ended.contains("ended or expired"), "{ended}");

        // Still signed in, the person refuses the next request as a whole.
        ask(&browser, &base, &["note_edit"]).await;
        browser.follow("//button[@value='deny']").await;
        let told = browser
            .text("//p[@class='problem' and @role='status']")
            .await;
        assert!(told.contains("access_denied"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn nothing_needs_a_script() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    let settings = Settings {
        without_scripts: true,
        ..Settings::default()
    };
    in_browser(settings, |browser| async move {
        let page = "data:text/html,<title>still</title><script>document.title='run'</script>";
        browser.go(page).await;
        assert_eq!(browser.0.title().await.unwrap(), "still", "scripts do run");
        play_through(&browser, &base).await;
    })
    .await;
}

#[test]
fn no_page_holds_a_script() {
    let demo = RunningDemo::start();
    let http = crate::common::person::browser();
    for path in [
        "/",
        "/bexio/scopes",
        "/bexio/login",
        "/bexio/oauth/authorize",
    ] {
        let url = format!("{}{path}", demo.base);
        let page = http.get(url).send().unwrap().text().unwrap();
        assert!(page.contains("<h1"), "{path}: {page}");
        assert!(!page.contains("<script"), "{path}: {page}");
        let handler = |rest: &str| {
            let name = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
            name.len() < rest.len() && name.starts_with('=')
        };
        assert!(!page.split(" on").skip(1).any(handler), "{path}: {page}");
    }
}

#[tokio::test]
async fn on_a_phone_nothing_is_wider_than_the_screen() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    let settings = Settings {
        phone_width: Some(390),
        ..Settings::default()
    };
    in_browser(settings, |browser| async move {
        let fits = async || {
            let place = browser.path().await;
            let width = browser
                .measure("document.documentElement.scrollWidth")
                .await;
            assert!(width <= 390.0, "{place} is {width} wide");
            let small = browser.measure(
                "[...document.querySelectorAll('button:not(.link), .choice label')]\
                 .filter(e => e.offsetHeight > 0 && e.getBoundingClientRect().height < 24).length",
            );
            assert!(small.await < 1.0, "{place} has buttons too small to touch");
        };
        browser.go(&base).await;
        assert!((browser.measure("window.innerWidth").await - 390.0).abs() < 1.0);
        fits().await;
        for path in [
            "/bexio/scopes",
            "/stora/scopes",
            "/play/stora",
            "/play/bokio",
            "/bexio/login",
        ] {
            browser.go(&format!("{base}{path}")).await;
            fits().await;
        }
        ask(
            &browser,
            &base,
            &["contact_edit", "kb_invoice_edit", "task_edit"],
        )
        .await;
        fits().await;
        sign_in(&browser).await;
        browser.find("//button[@value='allow']").await;
        fits().await;
        answer(&browser, "Tasks", "No access").await;
        browser.follow("//button[@value='allow']").await;
        assert_eq!(granted(&browser).await.len(), 5);
        fits().await;
        verdict(&browser, "GET", "/2.0/article").await;
        fits().await;
        call(&browser, "GET", "/2.0/article").await;
        fits().await;
        browser.go(&format!("{base}/bexio/account")).await;
        fits().await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        ask(&browser, &base, &["contact_edit", "task_edit"]).await;
        browser.find("//input[@name='username']").await;
        // The first field has the focus already.
        browser.type_in("anna").await;
        browser.press(Key::Tab).await;
        browser.type_in("anna-demo").await;
        browser.enter().await;
        browser.find("//button[@value='allow']").await;

        let mut struck = false;
        for step in 0.. {
            assert!(step < 40, "the button is not reached");
            let focused = browser.press(Key::Tab).await;
            let outline = focused.css_value("outline-style").await.unwrap();
            assert_ne!(
                outline,
                "none",
                "{} shows no focus",
                focused.html(false).await.unwrap()
            );
            let name = focused.attr("name").await.unwrap().unwrap_or_default();
            let value = focused.attr("value").await.unwrap().unwrap_or_default();
            if name == "allow.task" {
                // Each row is one stop; the arrows choose in it.
                browser.press(Key::Left).await;
                let chosen = browser.press(Key::Left).await;
                assert_eq!(chosen.attr("value").await.unwrap().as_deref(), Some(""));
                struck = true;
            }
            if (name.as_str(), value.as_str()) == ("decision", "allow") {
                break;
            }
        }
        assert!(struck, "the row was not reached before the button");
        browser.enter().await;
        assert_eq!(
            granted(&browser).await,
            ["contact_edit", "contact_show", "general"]
        );
    })
    .await;
}

//! The demo's own pages in a real Chromium.

use super::browser::{answer, ask, call, granted, sign_in, verdict};
use super::chrome::{Settings, in_browser};
use crate::common::{RunningDemo, scopegate};

/// The colours of words on the page, as the browser computes them.
async fn colour(browser: &super::chrome::Browser, xpath: &str) -> String {
    let element = browser.find(xpath).await;
    element.css_value("color").await.unwrap()
}

#[tokio::test]
async fn a_call_is_answered_where_it_was_made_and_the_place_stays() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        ask(&browser, &base, &["contact_edit", "task_edit"]).await;
        sign_in(&browser).await;
        answer(&browser, "Tasks", "See").await;
        browser.follow("//button[@value='allow']").await;
        granted(&browser).await;

        // A resource is opened, a call made in it: nothing else moves.
        browser.follow("//h2/a[.='Contacts']").await;
        let answered = call(&browser, "GET", "/2.0/contact").await;
        assert!(answered.starts_with("200"), "{answered}");
        let place = browser.0.current_url().await.unwrap();
        assert_eq!(place.query(), Some("group=contact"));
        assert!(place.fragment().unwrap().starts_with("call-"), "{place}");
        let allowed = colour(
            &browser,
            "//li[contains(@class,'open')]//*[contains(@class,'status')]",
        )
        .await;

        // Words that were looked for stay, too, and a denial does not look like a success.
        assert_eq!(verdict(&browser, "POST", "/2.0/task").await, "closed");
        let refused = call(&browser, "POST", "/2.0/task").await;
        assert!(refused.starts_with("403"), "{refused}");
        let place = browser.0.current_url().await.unwrap();
        assert_eq!(place.query(), Some("find=%2F2.0%2Ftask"));
        let denied = colour(
            &browser,
            "//li[contains(@class,'shut')]//*[contains(@class,'status')]",
        )
        .await;
        assert_ne!(allowed, denied);

        // What one pastes into a shell is the call that was made.
        let curl = "//li[contains(@class,'shut')]//details[@class='curl']";
        browser.click(&format!("{curl}/summary")).await;
        let command = browser.text(&format!("{curl}//pre")).await;
        assert!(command.starts_with("curl -X POST"), "{command}");
        let path = "/bexio/api/2.0/task";
        assert!(command.contains(&format!("{base}{path}")), "{command}");
        // Scripts run here: there is a button beside each text.
        browser.find(&format!("{curl}//button[.='Copy']")).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_token_holds_says_why() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    in_browser(Settings::default(), |browser| async move {
        browser.go(&format!("{base}/play/bexio")).await;
        let current = "//ol[@class='steps']/li[@aria-current='step']/b";
        assert_eq!(browser.text(current).await, "1. Ask");
        ask(&browser, &base, &["task_edit"]).await;
        browser.go(&format!("{base}/play/bexio")).await;
        assert_eq!(browser.text(current).await, "2. Decide");
        browser.follow("//a[.='Go on to it']").await;
        sign_in(&browser).await;
        answer(&browser, "Tasks", "See").await;
        browser.follow("//button[@value='allow']").await;
        granted(&browser).await;
        assert_eq!(browser.text(current).await, "3. Call");
        let held = browser.texts("//ul[@class='granted']/li").await;
        assert_eq!(
            held,
            ["general with every grant", "task_show part of task_edit"]
        );
        let withheld = browser.texts("//ul[@class='withheld']/li").await;
        assert_eq!(withheld, ["task_edit the person refused it"]);
    })
    .await;
}

#[tokio::test]
async fn a_german_visitor_stays_in_german() {
    let demo = RunningDemo::start();
    let base = demo.base.clone();
    let settings = Settings {
        language: Some("de"),
        ..Settings::default()
    };
    in_browser(settings, |browser| async move {
        browser.go(&base).await;
        let heading = browser.text("//h1").await;
        assert!(heading.contains("entscheiden"), "{heading}");
        browser.follow("//a[.='bexio ausprobieren']").await;
        browser.follow("//button[.='Ledgerly verbinden']").await;
        let title = browser.text("//h1").await;
        assert_eq!(title, "Bei bexio anmelden");
        browser.fill("username", "beat").await;
        browser.fill("password", "beat-demo").await;
        browser.follow("//button[.='Anmelden']").await;
        browser.follow("//button[@value='allow']").await;
        granted(&browser).await;
        let side = browser.text("//h1[@id='app-title']").await;
        assert_eq!(side, "Die Seite der App");
        // Another language chosen by hand goes along, also through the consent.
        browser.follow("//a[@hreflang='fr']").await;
        browser.follow("//button[.='Recommencer']").await;
        let side = browser.text("//h1[@id='app-title']").await;
        assert_eq!(side, "Le côté de l’application");
        browser.follow("//a[.='Tous les domaines']").await;
        let heading = browser.text("//h1").await;
        assert!(heading.contains("décident"), "{heading}");
    })
    .await;
}

/// The commands that the first page names for an API of one's own are there.
#[test]
fn the_commands_on_the_first_page_exist() {
    let demo = RunningDemo::start();
    let http = crate::common::person::browser();
    let page = http.get(&demo.base).send().unwrap().text().unwrap();
    let commands: Vec<Vec<String>> = page
        .split("scopegate ")
        .skip(1)
        .filter_map(|rest| rest.split(['<', '\n']).next())
        .map(|line| line.split(' ').map(str::to_owned).collect())
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        let named = command
            .iter()
            .take_while(|word| !word.starts_with('-') && !word.contains('.'));
        let help = "--help".to_owned();
        let said = scopegate(named.chain([&help])).ok();
        for option in command.iter().filter(|word| word.starts_with("--")) {
            assert!(said.out.contains(option.as_str()), "{command:?}: {option}");
        }
    }
}

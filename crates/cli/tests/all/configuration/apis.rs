//! APIs of the provider: their gates, what goes on beside them, and their limits.

use super::{API, LEAST, REALM, check, folder, wrong};

const APIS: &str = "[[realm.api]]\nurl = \"https://api.example.com/v1\"\nname = \"main\"\ndefault = true\n\
                    [[realm.api]]\nurl = \"https://partners.example.com\"\nname = \"partners\"\n\
                    base_path = \"/api\"\npaths = [\"/2.0/contact\"]\n";

#[test]
fn apis_of_the_provider_are_what_tokens_are_for() {
    let ran = check(&folder(&format!("{LEAST}{REALM}{APIS}"))).ok();
    let line = "realm bexio: tokens are for https://api.example.com/v1, or for \
                https://partners.example.com where that is asked for; no sandbox\n";
    assert!(ran.out.contains(line), "{ran:?}");
    let one = "[[realm.api]]\nurl = \"http://127.0.0.1:8000\"\n";
    let ran = check(&folder(&format!("{LEAST}{REALM}{one}"))).ok();
    assert!(
        ran.out.contains("tokens are for http://127.0.0.1:8000;"),
        "{ran:?}"
    );
}

#[test]
fn a_proxy_listener_is_for_one_api_with_an_upstream() {
    let api = |name: &str, more: &str| {
        format!("[[realm.api]]\nurl = \"https://{name}.example\"\nname = \"{name}\"\n{more}")
    };
    let up = "upstream = \"http://127.0.0.1:9000\"\n";
    let listeners = |more: &str| {
        format!(
            "[[listener]]\naddress = \"127.0.0.1:1\"\n[[listener]]\naddress = \"127.0.0.1:2\"\n{more}"
        )
    };
    let text = |apis: &str, more: &str| format!("{LEAST}{REALM}{apis}{}", listeners(more));
    let proxy = "serves = [\"proxy\"]\n";
    let default = "default = true\n";
    let two = api("a", &format!("{default}{up}")) + &api("b", up);
    let named = |name: &str| format!("{proxy}api = \"{name}\"\n");
    for right in [
        text(&api("a", up), proxy),
        text(&api("a", up), &named("bexio/a")),
        text(&(api("a", default) + &api("b", up)), proxy),
        text(&two, &named("bexio/b")),
    ] {
        check(&folder(&right)).ok();
    }
    let https = "upstream = \"https://inner.example\"\nupstream_timeout = \"5m\"\n\
                 pass_token = true\npreserve_host = false\ndecode_bodies = true\n";
    check(&folder(&text(&api("a", https), proxy))).ok();
    for (apis, more, words) in [
        (
            api("a", ""),
            proxy,
            vec!["127.0.0.1:2", "no [[realm.api]] has an `upstream`"],
        ),
        (
            two.clone(),
            proxy,
            vec!["does not say for which API", "bexio/a, bexio/b"],
        ),
        (
            two.clone(),
            &named("bexio/c"),
            vec!["\"bexio/c\"", "bexio/a, bexio/b"],
        ),
        (
            two.clone(),
            "api = \"bexio/a\"\n",
            vec!["`api` is for a listener that serves `proxy`"],
        ),
        (
            two,
            "serves = [\"proxy\", \"public\"]\n",
            vec!["a listener that serves `proxy` serves nothing else"],
        ),
        (
            api("a", "upstream = \"http://127.0.0.1:9000/v1\"\n"),
            proxy,
            vec!["`upstream`: "],
        ),
        (
            api("a", "upstream = \"127.0.0.1:9000\"\n"),
            proxy,
            vec!["`upstream`: "],
        ),
        (
            api("a", &format!("{up}upstream_timeout = \"0s\"\n")),
            proxy,
            vec!["`upstream_timeout`: "],
        ),
        (
            api(
                "a",
                "upstream = \"https://a.example\"\nupstream_ca_certificate = \"none.pem\"\n",
            ),
            proxy,
            vec!["`upstream_ca_certificate`: there is no file"],
        ),
    ] {
        wrong(&text(&apis, more), &words);
    }
}

#[test]
fn apis_that_cannot_be_told_apart_are_named() {
    let with = |apis: &str| format!("{LEAST}{REALM}{apis}");
    let one = |more: &str| format!("[[realm.api]]\nurl = \"https://api.example.com/v1\"\n{more}");
    let other = |more: &str| format!("[[realm.api]]\nurl = \"https://b.example.com\"\n{more}");
    for (apis, words) in [
        (one("deny_reads_after = \"0s\"\n"), vec![":7:", "`deny_reads_after`: ", "600 s"]),
        (one("deny_reads_after = \"11m\"\n"), vec![":7:", "`deny_reads_after`: ", "600 s"]),
        (one("") + &one("name = \"b\"\n"), vec![":8:", "two APIs have the URL"]),
        (one("") + &other(""), vec![":8:", "two APIs have the name \"api\""]),
        (one("") + &other("name = \"b\"\n"), vec!["without `resource`", "`default = true`"]),
        (
            one("default = true\n") + &other("name = \"b\"\ndefault = true\n"),
            vec![":11:", "two [[realm.api]] say `default = true`"],
        ),
        (
            "[[realm.api]]\nurl = \"https://api.example.com/v1/\"\nname = \"A\"\nbase_path = \"v1\"\n\
             paths = [\"/a/\"]\n"
                .to_owned(),
            vec![
                ":6:",
                "\"https://api.example.com/v1\"",
                ":7:",
                "\"A\" is no name",
                ":8:",
                "\"v1\" is no beginning",
                ":9:",
                "\"/a/\" is no beginning",
            ],
        ),
        ("[[realm.api]]\n".to_owned(), vec![":5:", "no `url`"]),
    ] {
        wrong(&with(&apis), &words);
    }
    let sandbox = "sandbox = true\n[[realm.api]]\nurl = \"https://login.example/bexio/api\"\n";
    wrong(
        &with(sandbox),
        &["is the sandbox of its realm", "choose another URL"],
    );
}

#[test]
fn what_goes_on_beside_the_decision_is_read() {
    let right = format!(
        "{LEAST}{REALM}{API}mode = \"observe\"\nobserve_until = \"2099-12-31\"\n\
         [[realm.api.pass]]\ncookie = \"sessionid\"\n\
         [[realm.api.pass]]\nheader = \"X-Api-Key\"\npaths = [\"/v1\", \"=/ping\"]\n\
         [[realm.api.pass]]\nauthorization = \"Basic\"\n\
         [[realm.api.pass]]\nno_token = true\npaths = [\"/docs\"]\n\
         [[realm.api.observe]]\nclient = \"ledgerly\"\nuntil = \"2099-12-31\"\n\
         [[realm.api.observe]]\npaths = [\"/v2\"]\nuntil = \"2020-02-29\"\n"
    );
    let ran = check(&folder(&right)).ok();
    let warning = "calls of some paths of https://api.example.com were observed until 2020-02-29";
    assert!(ran.out.contains(warning), "{ran:?}");
    assert!(!ran.out.contains("2099"), "{ran:?}");
}

#[test]
fn what_cannot_go_on_beside_the_decision_is_named() {
    for (text, words) in [
        (
            "mode = \"observe\"\n",
            &["observed without end", "observe_until = \"2026-12-31\""][..],
        ),
        (
            "observe_until = \"2099-12-31\"\n",
            &["is not observed", "mode = \"observe\""],
        ),
        ("mode = \"warn\"\n", &["\"warn\" is not known"]),
        (
            "mode = \"observe\"\nobserve_until = \"2026-02-30\"\n",
            &["\"2026-02-30\" is no day"],
        ),
        (
            "mode = \"observe\"\nobserve_until = \"2099-12-31T00:00:00\"\n",
            &["is no day"],
        ),
        (
            "mode = \"observe\"\nobserve_until = 2099-12-31\n",
            &["cannot be a date"],
        ),
        (
            "[[realm.api.pass]]\n",
            &["does not say what the calls carry", "no_token"],
        ),
        (
            "[[realm.api.pass]]\nno_token = false\n",
            &["does not say what"],
        ),
        (
            "[[realm.api.pass]]\ncookie = \"a\"\nheader = \"X-Api-Key\"\n",
            &["more than one credential", "a table each"],
        ),
        (
            "[[realm.api.pass]]\ncookie = \"a=b\"\n",
            &["no name of a cookie"],
        ),
        (
            "[[realm.api.pass]]\nheader = \"a b\"\n",
            &["no name of a header"],
        ),
        (
            "[[realm.api.pass]]\nheader = \"Authorization\"\n",
            &["authorization = \"Basic\""],
        ),
        (
            "[[realm.api.pass]]\nheader = \"cookie\"\n",
            &["cookie = \"NAME\""],
        ),
        (
            "[[realm.api.pass]]\nheader = \"Scopegate-Permit\"\n",
            &["the gate's own"],
        ),
        (
            "[[realm.api.pass]]\nauthorization = \"Bearer\"\n",
            &["always decided"],
        ),
        (
            "[[realm.api.pass]]\nno_token = true\npaths = []\n",
            &["`paths` is empty"],
        ),
        (
            "[[realm.api.pass]]\nno_token = true\npaths = [\"/a/\", \"b\", \"/a/../b\", \"=x\", \"/\"]\n",
            &[
                "\"/a/\" is no path",
                "\"b\"",
                "\"/a/../b\"",
                "\"=x\"",
                "\"/\"",
            ],
        ),
        (
            "[[realm.api.observe]]\nuntil = \"2099-12-31\"\n",
            &["neither whose calls nor where"],
        ),
        ("[[realm.api.observe]]\nclient = \"a\"\n", &["no `until`"]),
    ] {
        wrong(&format!("{LEAST}{REALM}{API}{text}"), words);
    }
}

#[test]
fn what_no_limit_can_be_is_named() {
    for (text, words) in [
        (
            "[[realm.api.limit]]\nper = \"user\"\ncalls = 0\n",
            &[
                "no `within`",
                "\"user\" is not known",
                "0 is no number from 1 on",
            ][..],
        ),
        (
            "[[realm.api.limit]]\nper = \"token\"\ncalls = 1000001\nwithin = \"2h\"\n",
            &["more than 1000000"],
        ),
        (
            "[[realm.api.limit]]\nper = \"token\"\ncalls = 1\nwithin = \"25h\"\n",
            &["not from one second to a day"],
        ),
        (
            "[[realm.api.limit]]\nper = \"token\"\ncalls = 1\nwithin = \"1500ms\"\n",
            &["in whole seconds"],
        ),
        (
            "[[realm.api.limit]]\nper = \"token\"\ncalls = 1\nwithin = \"60s\"\n\
             [[realm.api.limit]]\nper = \"token\"\ncalls = 2\nwithin = \"1m\"\n",
            &["about the same calls in the same span"],
        ),
        (
            "[[realm.api.limit]]\nper = \"token\"\ncalls = 1\nwithin = \"1s\"\nscope = \"no_such\"\n",
            &["\"no_such\", which the catalog"],
        ),
        (
            "[limits]\ntoken_per_client = \"100\"\nsign_in_per_address = \"0 in 1m\"\n",
            &[
                "\"100\" is no number of requests in some time",
                "has no number from 1",
            ],
        ),
    ] {
        wrong(&format!("{LEAST}{REALM}{API}{text}"), words);
    }
}

//! `scopegate config`: what is wrong with a configuration, and what may stand in one.

mod apis;
mod elsewhere;

use crate::common::page::block;
use crate::common::{Ran, scopegate};
use tempfile::TempDir;

fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scopegate.toml"), text).unwrap();
    folder
}

fn check(folder: &TempDir) -> Ran {
    let config = folder.path().join("scopegate.toml");
    scopegate(["config", "check", "--config", config.to_str().unwrap()])
}

/// The check names all of these, in this order.
#[track_caller]
fn wrong(text: &str, words: &[&str]) -> Ran {
    let ran = check(&folder(text));
    assert_eq!(ran.code, 1, "{ran:?}");
    let mut rest = ran.out.as_str();
    for word in words {
        let (_, behind) = rest
            .split_once(word)
            .unwrap_or_else(|| panic!("no {word:?} in {rest}"));
        rest = behind;
    }
    ran
}

const LEAST: &str = "base_url = \"https://login.example\"\ndatabase = \"a.sqlite\"\n";
const REALM: &str = "[[realm]]\ncatalog = \"bexio\"\n";

#[test]
fn a_right_one_is_right() {
    let ran = check(&folder(&format!("{LEAST}{REALM}"))).ok();
    assert!(ran.out.contains("is right"), "{ran:?}");
    let line = "realm bexio: tokens are for https://login.example/bexio; no sandbox\n";
    assert!(ran.out.contains(line), "{ran:?}");
    wrong(
        &format!("{LEAST}{REALM}signing_algorithm = \"HS256\"\n"),
        &[":5:", "\"HS256\" is not known", "RS256"],
    );
    let ran = check(&folder(&format!("{LEAST}{REALM}sandbox = true\n"))).ok();
    let line = "invented records at https://login.example/bexio/api";
    assert!(ran.out.contains(line), "{ran:?}");
    let everything = format!(
        "{LEAST}trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nclient_address_header = \"forwarded\"\n\
         shutdown_timeout = \"1m 30s\"\n[log]\nformat = \"json\"\nlevel = \"warn,server=debug\"\n\
         access = true\n[opentelemetry]\nendpoint = \"http://127.0.0.1:4318\"\n\
         service_name = \"gate\"\n[[listener]]\naddress = \"[::1]:8080\"\n[[listener]]\n\
         address = \"127.0.0.1:9090\"\nserves = [\"operations\"]\n{REALM}"
    );
    check(&folder(&everything)).ok();
}

/// What a sandbox answers by must be readable; where there is no sandbox, nobody asks for it.
#[test]
fn a_description_beside_a_catalog_is_read_where_there_is_a_sandbox() {
    let realm = "[[realm]]\ncatalog = \"my-api.toml\"\n";
    let with = |text: &str, more: &str| {
        let folder = folder(&format!("{LEAST}{realm}{more}"));
        let catalog = folder.path().join("my-api.toml");
        scopegate(["catalog", "new", "my-api", "-o", catalog.to_str().unwrap()]).ok();
        std::fs::write(folder.path().join("my-api.api.json"), text).unwrap();
        check(&folder)
    };
    let right = r#"{"format": 1, "operations": [], "definitions": {}}"#;
    with(right, "sandbox = true\n").ok();
    with("{", "sandbox = false\n").ok();
    let ran = with("{", "sandbox = true\n");
    assert_eq!(ran.code, 1, "{ran:?}");
    for word in ["my-api.api.json", "cannot be read", "remove it"] {
        assert!(ran.out.contains(word), "{ran:?}");
    }
}

const API: &str = "[[realm.api]]\nurl = \"https://api.example.com\"\n";

#[test]
fn every_mistake_is_named_with_its_line() {
    wrong(
        "bas_url = \"https://login.example\"\ndatabase = 7\nshutdown_timeout = \"soon\"\n\
         trusted_proxies = [\"10.0.0.0/8\", \"my proxy\"]\n[log]\nlevel = \"loud\"\nacces = true\n\
         [[listener]]\naddress = \"everywhere\"\nserves = [\"admin\"]\n[[realm]]\n\
         unknown_scope = \"ask\"\n",
        &[
            "scopegate.toml:1:",
            "the configuration has an unknown key `bas_url`",
            "did you mean `base_url`?",
            ":2:",
            "`database` cannot be a number",
            ":3:",
            "\"soon\" is no duration",
            ":4:",
            "\"my proxy\" is no network",
            ":6:",
            "\"loud\"",
            ":7:",
            "[log] has an unknown key `acces`",
            "did you mean `access`?",
            ":9:",
            "\"everywhere\"",
            ":10:",
            "\"admin\"",
            ":11:",
            "[[realm]] has no `catalog`",
            ":12:",
            "\"ask\" is not known",
        ],
    );
}

#[test]
fn what_cannot_stand_together_is_named() {
    let operations = "[[listener]]\naddress = \"127.0.0.1:1\"\nserves = [\"operations\"]\n";
    wrong(
        &format!("{LEAST}{operations}{REALM}"),
        &["no [[listener]] serves the public side"],
    );
    let listener = "[[listener]]\naddress = \"127.0.0.1:1\"\n";
    wrong(
        &format!("{LEAST}listen = \"127.0.0.1:2\"\n{listener}{REALM}"),
        &[":3:", "`listen` and [[listener]]"],
    );
    wrong(
        &format!("{LEAST}{listener}{listener}{REALM}"),
        &[":6:", "two listeners are at 127.0.0.1:1"],
    );
    wrong(&format!("{LEAST}{REALM}{REALM}"), &["bexio", "twice"]);
    wrong(
        &format!("{LEAST}{listener}serves = []\n{REALM}"),
        &[":5:", "empty"],
    );
    wrong(
        &format!("{LEAST}shutdown_timeout = \"-5s\"\n{REALM}"),
        &["less than nothing"],
    );
}

#[test]
fn files_are_looked_for() {
    wrong(
        &format!(
            "{LEAST}[[realm]]\ncatalog = \"mine.toml\"\n[[realm]]\ncatalog = \"other.toml\"\n"
        ),
        &["mine.toml", "other.toml"],
    );
    wrong(
        &format!(
            "base_url = \"https://login.example\"\ndatabase = \"not/there/a.sqlite\"\n{REALM}"
        ),
        &["not/there/a.sqlite", "folder"],
    );
    wrong(
        &format!(
            "{LEAST}[[listener]]\naddress = \"127.0.0.1:1\"\n\
             tls = {{ certificate = \"none.pem\", key = \"scopegate.toml\" }}\n{REALM}"
        ),
        &[":5:", "there is no file", "none.pem"],
    );
    // There, but neither a certificate nor a key.
    wrong(
        &format!(
            "{LEAST}[[listener]]\naddress = \"127.0.0.1:1\"\n\
             tls = {{ certificate = \"scopegate.toml\", key = \"scopegate.toml\" }}\n{REALM}"
        ),
        &["scopegate.toml holds no certificate"],
    );
}

/// The files that only gates and mail need are read before a server starts with them, too.
#[test]
fn files_of_gates_and_of_mail_are_read() {
    let folder = folder(&format!(
        "{LEAST}{REALM}api_key_hmac_file = \"wrong\"\n[[realm.api]]\nurl = \"https://api.example.com\"\n\
         [[realm.api.issuer]]\nname = \"hydra\"\nissuer = \"https://hydra.example.com\"\n\
         introspection = \"https://hydra.example.com/introspect\"\ncredentials_file = \"wrong\"\n\
         client = \"from-hydra\"\nscopes = [\"read = contact_show\"]\n\
         [mail]\nfrom = \"login@example.com\"\nsmtp = \"smtps://mail.example.com\"\nuser = \"x\"\n\
         password_file = \"binary\"\n"
    ));
    std::fs::write(folder.path().join("wrong"), "what is this\n").unwrap();
    std::fs::write(folder.path().join("binary"), b"\xff\n").unwrap();
    let ran = check(&folder);
    assert_eq!(ran.code, 1, "{ran:?}");
    for says in [
        "wrong does not hold client_id:secret",
        "wrong, line 1: this is no HMAC key",
        "cannot read the password of the mail server",
    ] {
        assert!(ran.out.contains(says), "{says}: {ran:?}");
    }
}

#[test]
fn the_file_of_a_gate_is_checked_as_one() {
    let gate = "issuer = \"https://login.example.com/orders\"\nclient = \"gate\"\n";
    let of = |text: &str| {
        let folder = folder(text);
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        check(&folder)
    };
    of(&format!("{gate}secret_file = \"secret\"\n")).ok();
    for (more, says) in [
        ("", "the secret of \"gate\" is not known"),
        ("secret_file = \"none\"\n", "there is no file"),
        ("secret_fil = \"secret\"\n", "did you mean `secret_file`?"),
        (
            "secret_file = \"secret\"\nserver_ca_certificate = \"secret\"\n",
            "secret",
        ),
        (
            "secret_file = \"secret\"\ntls = { certificate = \"secret\", key = \"secret\" }\n",
            "holds no certificate",
        ),
    ] {
        let ran = of(&format!("{gate}{more}"));
        assert_eq!(ran.code, 1, "{more}: {ran:?}");
        assert!(ran.out.contains(says), "{more}: {ran:?}");
    }
}

/// Right behind a proxy, and a mistake without: it is said, and is no mistake.
#[test]
fn a_port_that_nothing_listens_on_is_noted() {
    let noted = |base: &str, more: &str| {
        let text = format!("base_url = \"{base}\"\ndatabase = \"a.sqlite\"\n{more}{REALM}");
        check(&folder(&text)).ok().out
    };
    let said = noted("http://127.0.0.1:9090", "");
    assert!(
        said.contains("note: people and apps come to `base_url`, http://127.0.0.1:9090, which is port 9090; this server listens on 127.0.0.1:8080"),
        "{said}"
    );
    assert!(noted("https://login.example.com", "").contains("port 443"));
    let right = [
        ("http://127.0.0.1:8080", ""),
        ("http://127.0.0.1:9090", "listen = \"127.0.0.1:9090\"\n"),
        ("https://login.example.com", "listen = \"0.0.0.0:443\"\n"),
    ];
    for (base, more) in right {
        let said = noted(base, more);
        assert!(!said.contains("note:"), "{said}");
    }
    // A gate's listener is another matter.
    let gate = "[[listener]]\naddress = \"127.0.0.1:9090\"\nserves = [\"gate\"]\n\
                [[listener]]\naddress = \"127.0.0.1:8080\"\n";
    assert!(noted("http://127.0.0.1:9090", gate).contains("listens on 127.0.0.1:8080. "));
}

#[test]
fn a_password_is_not_repeated() {
    for database in [
        "postgres://gate:s3cret@db:port/gate",
        "mysql://gate:s3cret@db/gate",
        "postgres://gate:s3cret@db/gate\" oops",
    ] {
        let ran = wrong(
            &format!("base_url = \"https://login.example\"\ndatabase = \"{database}\"\n{REALM}"),
            &[":2:"],
        );
        assert!(!ran.out.contains("s3cret"), "{ran:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_the_wrong_question() {
    let folder = folder("");
    std::fs::remove_file(folder.path().join("scopegate.toml")).unwrap();
    check(&folder).wrong(&["scopegate.toml", "--config"]);
}

#[test]
fn what_was_meant_is_said() {
    let rest = "database = \"a.sqlite\"\n";
    let host = format!("base_url = \"login.example.com\"\n{rest}{REALM}");
    wrong(&host, &[":1:", "write \"https://login.example.com\""]);
    // And what the key looks like, whether it stands there or not.
    let shown = "`base_url = \"https://login.example.com\"`";
    wrong(
        &format!("base_url = \"https://1.2.3\"\n{rest}{REALM}"),
        &["1.2.0.3", shown],
    );
    wrong(&format!("{rest}{REALM}"), &["no `base_url`", shown]);
    wrong(
        &format!("{LEAST}shutdown_timeout = \"soon\"\n{REALM}"),
        &["`shutdown_timeout = \"30s\"`"],
    );
    // A misspelt table is one mistake, not also a missing one.
    let ran = wrong(
        &format!("{LEAST}[[realms]]\ncatalog = \"bexio\"\n"),
        &["unknown key `realms`", "did you mean `realm`?"],
    );
    assert_eq!(ran.out.matches("help:").count(), 1, "{ran:?}");
    let ran = wrong(
        &format!("{LEAST}[[realm]\ncatalog = \"bexio\"\n"),
        &[":3:", "`]`"],
    );
    assert_eq!(ran.out.matches("help:").count(), 1, "{ran:?}");
    for (address, advice) in [
        ("8080", "write 127.0.0.1:8080"),
        (":8080", "write 127.0.0.1:8080"),
        ("localhost:8080", "127.0.0.1:8080"),
        ("gate.internal:8080", "IP address"),
        ("*:8080", "0.0.0.0:8080"),
        ("10.0.0.7", "write 10.0.0.7:8080"),
        ("::1", "write [::1]:8080"),
    ] {
        wrong(
            &format!("{LEAST}listen = \"{address}\"\n{REALM}"),
            &[address, advice],
        );
        let ran = scopegate(["demo", "--listen", address]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(advice), "{ran:?}");
    }
}

#[test]
fn what_is_seldom_meant_is_a_warning() {
    let in_the_clear = LEAST.replace("https://", "http://");
    let ran = check(&folder(&format!("{in_the_clear}{REALM}"))).ok();
    for words in [
        "is right",
        "warning: `base_url` is http://login.example",
        "lie in the clear",
    ] {
        assert!(ran.out.contains(words), "no {words:?} in {ran:?}");
    }
    let here = LEAST.replace("https://login.example", "http://localhost:8080");
    let ran = check(&folder(&format!("{here}{REALM}"))).ok();
    assert!(!ran.out.contains("base_url"), "{ran:?}");
}

#[test]
fn the_only_realm_may_be_at_the_root() {
    let placed = format!(
        "{LEAST}{REALM}issuer_path = \"/\"\nsandbox = true\n[realm.endpoints]\nauthorize = \"/connect/authorize\"\n\
         token = \"/oauth2/token\"\n"
    );
    let ran = check(&folder(&placed)).ok();
    let line = "realm bexio: issuer https://login.example; tokens are for https://login.example; invented records at \
                https://login.example/api";
    assert!(ran.out.contains(line), "{ran:?}");
    let below = format!("{LEAST}{REALM}issuer_path = \"/oauth2\"\n");
    let ran = check(&folder(&below)).ok();
    assert!(
        ran.out.contains("issuer https://login.example/oauth2;"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("warning: `issuer_path` is below the root"),
        "{ran:?}"
    );
}

#[test]
fn where_a_realm_cannot_be_is_said() {
    let path = |path: &str| format!("{LEAST}{REALM}issuer_path = \"{path}\"\n");
    wrong(
        &path("oauth2"),
        &[":5:", "`issuer_path`", "write \"/oauth2\""],
    );
    wrong(&path("/oauth2/"), &["ends in a slash"]);
    wrong(&path("/a/../b"), &["browsers resolve"]);
    wrong(&path("/a%2Fb"), &["percent-encoded"]);
    wrong(&path("/.well-known/a"), &["healthz"]);
    wrong(
        &path("https://login.example/a"),
        &["whole address", "`base_url`"],
    );
    let endpoints =
        |lines: &str| format!("{LEAST}{REALM}issuer_path = \"/\"\n[realm.endpoints]\n{lines}\n");
    wrong(
        &endpoints("token = \"/login\""),
        &["`token`", "begins as other addresses", "account"],
    );
    wrong(
        &endpoints("token = \"/o/x\"\nauthorize = \"/o/x\""),
        &["`token`", "\"/o/x\" is where `authorize` is"],
    );
    wrong(
        &endpoints("revoke = \"/oauth/jwks\""),
        &["`jwks`", "`revoke`"],
    );
    wrong(&endpoints("token = \"/\""), &[":7:", "no endpoint can be"]);
    wrong(
        &endpoints("tokens = \"/x\""),
        &["`tokens`", "did you mean `token`?"],
    );
    wrong(&endpoints("token = 1"), &["`token` cannot be a number"]);
    let two = format!("{LEAST}{REALM}issuer_path = \"/\"\n[[realm]]\ncatalog = \"bokio\"\n");
    wrong(
        &two,
        &[":5:", "`issuer_path` is for a server with one [[realm]]"],
    );
}

/// `docs/look.md` and `docs/at-the-root.md`, as they stand.
#[test]
fn what_the_pages_write_is_right() {
    let look = block("docs/look.md", "## In the configuration", "toml");
    let folder = folder(&format!("{LEAST}{}", look.replace("orders.toml", "stora")));
    let texts = block("docs/look.md", "## Links and words", "toml");
    std::fs::write(folder.path().join("acme.texts.toml"), texts).unwrap();
    std::fs::write(folder.path().join("acme.svg"), MARK).unwrap();
    check(&folder).ok();
    let page = "docs/at-the-root.md";
    let root =
        block(page, "## At the root, or below a path", "toml").replace("orders.toml", "stora");
    let ran = check(&self::folder(&root)).ok();
    assert!(
        ran.out.contains("issuer https://login.example.com;"),
        "{ran:?}"
    );
    let named = block(page, "## Endpoints named as before", "toml").replace("orders.toml", "stora");
    check(&self::folder(&format!("{LEAST}{named}"))).ok();
    let listed = std::fs::read_to_string(crate::common::root().join(page)).unwrap();
    let spoken: String = listed.split_whitespace().collect::<Vec<_>>().join(" ");
    let of_realm = realm::layout::RESERVED_OF_REALM.map(|name| format!("`{name}`"));
    let (last, first) = of_realm.split_last().unwrap();
    let all = format!("{} or {last}:", first.join(", "));
    assert!(spoken.contains(&all), "{all}");
}

const MARK: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9z\"/></svg>";

#[test]
fn a_look_is_checked_with_its_files() {
    let look = |lines: &str| {
        let folder = folder(&format!("{LEAST}{REALM}[realm.look]\n{lines}\n"));
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("mark.svg", MARK);
        write("bad.svg", &MARK.replace("<path", "<script/><path"));
        write(
            "styled.svg",
            &MARK.replace("<path", "<path style=\"fill:url('x')\""),
        );
        write("large.svg", &" ".repeat(70_000));
        write(
            "texts.toml",
            "[en]\nfooter = \"Acme\"\n[de]\nfooter = \"Acme\"\n[fr]\nfooter = \"Acme\"\n[it]\nfooter = \"Acme\"\n",
        );
        write("some.toml", "[en]\nfooter = \"Acme\"\n");
        write("bad.toml", "[en]\nfoter = \"Acme\"\n");
        check(&folder)
    };
    look(
        "name = \"Acme\"\nmark = \"mark.svg\"\naccent = \"#35308f\"\naccent_dark = \"#a9a5f0\"\nfont = \"serif\"\n\
         terms = \"https://example.com/terms\"\ntexts = \"texts.toml\"",
    )
    .ok();
    for (lines, says) in [
        ("accent = \"#ffe600\"", "the nearest that has it is #"),
        ("accent = \"green\"", "six hexadecimal digits"),
        ("accent_dark = \"#a9a5f0\"", "`accent` is not"),
        ("font = \"Comic Sans\"", "humanist"),
        ("mark = \"none.svg\"", "there is no file"),
        (
            "mark = \"none.svg\"",
            "help: name a file that is there, seen from the folder of this one, as in `mark = \"acme.svg\"`",
        ),
        ("mark = \"styled.svg\"", "has `fill:url('x')`, which"),
        ("mark = \"styled.svg\"", "help: change that file"),
        ("mark = \"large.svg\"", "it is longer than 64 KiB"),
        ("mark = \"bad.svg\"", "<script> is not a part of a mark"),
        ("mark = \"scopegate.toml\"", "neither a PNG nor an SVG"),
        ("terms = \"javascript:alert(1)\"", "https://"),
        ("name = \"\"", "empty"),
        ("texts = \"bad.toml\"", "did you mean `footer`?"),
        ("texts = \"some.toml\"", "in another language and not in ["),
        ("colour = \"#35308f\"", "unknown key `colour`"),
    ] {
        let ran = look(lines);
        assert_eq!(ran.code, 1, "{lines}: {ran:?}");
        assert!(ran.out.contains(says), "{lines}: {ran:?}");
    }
}

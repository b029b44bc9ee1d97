//! What a server writes into its log while it is used, and what it never does.

use crate::common::operated::{PUBLIC, Server};
use crate::common::person;
use reqwest::Url;
use serde_json::Value;

/// Every secret that went over the wire while somebody used the server.
#[test]
fn no_secret_reaches_the_log() {
    for format in ["json", "human"] {
        let server = Server::start(&format!(
            "{PUBLIC}\n[log]\nformat = \"{format}\"\nlevel = \"trace\"\naccess = true"
        ));
        let secrets = use_everything(&server);
        assert!(secrets.len() >= 8 && secrets.iter().all(|secret| secret.len() >= 8));
        let log = server.log();
        assert!(log.contains("request_id"), "{log}");
        for secret in secrets {
            assert!(!log.contains(&secret), "{secret} in {log}");
        }
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}"));
            }
        }
    }
}

fn use_everything(server: &Server) -> Vec<String> {
    const PASSWORD: &str = "a-password-nobody-guesses";
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let base = format!("http://{}", server.public);
    server.manage(
        &["organisation", "add", "bexio", "firma", "--name", "Firma"],
        "",
    );
    let add = ["user", "add", "bexio", "eva", "--name", "Eva"];
    server.manage(&add, &format!("{PASSWORD}\n"));
    let member = [
        "organisation",
        "member",
        "bexio",
        "firma",
        "eva",
        "--role",
        "administrator",
    ];
    server.manage(&member, "");
    let said = server.manage(
        &[
            "client",
            "add",
            "bexio",
            "app",
            "--name",
            "App",
            "--maker",
            "Maker",
            "--redirect-uri",
            "http://127.0.0.1:9/callback",
            "--scope",
            "contact_edit",
        ],
        "",
    );
    let client_secret = said.split_whitespace().last().unwrap().to_owned();

    // A wrong password, and the right one typed as a name.
    let http = person::browser();
    for (username, password) in [
        ("eva", "wrong-password-typed"),
        (PASSWORD, "wrong-password-typed"),
    ] {
        let request = http
            .post(format!("{base}/bexio/login"))
            .header("Origin", &base)
            .form(&[("username", username), ("password", password)]);
        request.send().unwrap();
    }
    let url = format!(
        "{base}/bexio/oauth/authorize?response_type=code&client_id=app&scope=contact_edit\
         &state=a-state-of-the-app&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let back = person::consent(Url::parse(&url).unwrap(), "eva", PASSWORD, &[]);
    let (_, code) = back.query_pairs().find(|(name, _)| name == "code").unwrap();

    let post = |path: &str, fields: &[(&str, &str)]| -> Value {
        let request = http
            .post(format!("{base}/bexio/oauth/{path}"))
            .basic_auth("app", Some(&client_secret))
            .form(fields);
        request.send().unwrap().json().unwrap_or_default()
    };
    let sandbox = format!("{base}/bexio/api");
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_ref()),
        ("redirect_uri", "http://127.0.0.1:9/callback"),
        ("code_verifier", VERIFIER),
        ("resource", &sandbox),
    ];
    let first = post("token", &exchange);
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or_else(|| panic!("{value}"))
            .to_owned()
    };
    let (access, refresh) = (text(&first["access_token"]), text(&first["refresh_token"]));
    // In a path, where no token belongs; also one that is written in another way.
    for token in [&access, &refresh] {
        for written in [token.clone(), token.replacen("sg_", "s%67_", 1)] {
            for path in ["bexio/api", "bexio/oauth", "nowhere"] {
                http.get(format!("{base}/{path}/{written}/x"))
                    .send()
                    .unwrap();
            }
        }
    }
    let second = post(
        "token",
        &[("grant_type", "refresh_token"), ("refresh_token", &refresh)],
    );
    let (access_again, refresh_again) = (
        text(&second["access_token"]),
        text(&second["refresh_token"]),
    );
    for token in [access.as_str(), "nonsense"] {
        let call = http
            .get(format!("{base}/bexio/api/2.0/contact"))
            .bearer_auth(token);
        call.send().unwrap();
        post("introspect", &[("token", token)]);
    }
    post("revoke", &[("token", &access_again)]);
    // Reuse: the code, and the rotated refresh token.
    post(
        "token",
        &[("grant_type", "refresh_token"), ("refresh_token", &refresh)],
    );
    post("token", &exchange);
    vec![
        PASSWORD.to_owned(),
        "wrong-password-typed".to_owned(),
        VERIFIER.to_owned(),
        "a-state-of-the-app".to_owned(),
        client_secret.clone(),
        code.into_owned(),
        access,
        refresh,
        access_again,
        refresh_again,
    ]
}

/// The file alone cannot tell it: a mistyped name would have calls denied that are meant to go on.
#[test]
fn a_client_that_is_observed_and_unknown_is_warned_of() {
    let server = Server::start(&format!(
        "{PUBLIC}\n[[realm]]\ncatalog = \"stora\"\n[[realm.api]]\nurl = \"https://api.example.com\"\n\
         [[realm.api.observe]]\nclient = \"ledgerli\"\nuntil = \"2999-12-31\"\n"
    ));
    let log = server.log();
    let said = "names client \"ledgerli\", and stora has none of that name";
    // In the log of a person quotes stand as they are.
    assert!(log.replace('\\', "").contains(said), "{log}");
}

//! A gate that takes the tokens of another server, by its keys and by asking it; here a Scopegate of
//! its own, with another database.

use serde_json::Value;

use crate::common::many::free_ports;
use crate::common::play::text;
use crate::common::site::Site;
use crate::common::{person, scopegate};

fn robot(manage: &dyn Fn(&[&str]) -> String, id: &str, more: &[&str]) -> String {
    let about = ["client", "add", "bexio", id, "--name", id, "--maker", "Us"];
    let added = manage(&[&about[..], &["--kind", "machine"], more].concat());
    added.split_whitespace().last().unwrap().to_owned()
}

#[test]
fn tokens_of_another_server_count_as_they_are_mapped() {
    let [own, gate, other] = free_ports();
    let (base, theirs) = (
        format!("http://127.0.0.1:{own}"),
        format!("http://127.0.0.1:{other}"),
    );
    let issuer = format!(
        "[[realm.api.issuer]]\nname = \"theirs\"\nissuer = \"{theirs}/bexio\"\naudience = \"{theirs}/bexio\"\n\
         clients = [\"their-robot = robot\"]\nscopes = [\"contact_edit = contact_show\"]\n"
    );
    let ours = format!(
        "base_url = \"{base}\"\ndatabase = \"own.sqlite\"\n[[realm]]\ncatalog = \"bexio\"\n\
         [[realm.api]]\nurl = \"https://a.example.com\"\nname = \"keys\"\ndefault = true\n\
         {issuer}jwks_uri = \"{theirs}/bexio/oauth/jwks\"\n\
         [[realm.api]]\nurl = \"https://b.example.com\"\nname = \"asks\"\n\
         {issuer}introspection = \"{theirs}/bexio/oauth/introspect\"\ncredentials_file = \"credentials\"\n\
         [[realm.api]]\nurl = \"https://c.example.com\"\nname = \"none\"\n\
         [[listener]]\naddress = \"127.0.0.1:{own}\"\n\
         [[listener]]\naddress = \"127.0.0.1:{gate}\"\nserves = [\"gate\"]\n"
    );
    let another = format!(
        "base_url = \"{theirs}\"\ndatabase = \"other.sqlite\"\nlisten = \"127.0.0.1:{other}\"\n\
         [[realm]]\ncatalog = \"bexio\"\n"
    );
    let site = Site::with(&[ours, another], vec![base, theirs.clone()]);
    let manage = |node: usize| {
        let config = site.config(node);
        move |arguments: &[&str]| {
            let config = ["--config", config.to_str().unwrap()];
            scopegate([arguments, &config].concat()).ok().out
        }
    };
    let (own, their) = (manage(0), manage(1));
    for manage in [&own as &dyn Fn(&[&str]) -> String, &their] {
        manage(&["migrate"]);
        manage(&["organisation", "add", "bexio", "firma", "--name", "Firma"]);
    }
    let of_firma = ["--organisation", "firma", "--scope"];
    robot(&own, "robot", &[&of_firma[..], &["contact_edit"]].concat());
    let jwt = ["contact_edit kb_invoice_show", "--token-format", "jwt"];
    let jwt = [&of_firma[..], &jwt].concat();
    let secret = robot(&their, "their-robot", &jwt);
    let stranger = robot(&their, "stranger", &jwt);
    let api = robot(&their, "api", &["--introspector"]);
    std::fs::write(site.at("credentials"), format!("api:{api}\n")).unwrap();
    let _nodes = [site.start(1), site.start(0)];

    let token = |client: &str, secret: &str, scope: &str| {
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let url = format!("{theirs}/bexio/oauth/token");
        let request = person::browser().post(url).form(&fields);
        let answer: Value = request
            .basic_auth(client, Some(secret))
            .send()
            .unwrap()
            .json()
            .unwrap();
        text(&answer["access_token"])
    };
    let ask = |api: &str, method: &str, token: &str| {
        let url = format!("http://127.0.0.1:{gate}/bexio/{api}/forward-auth/caddy");
        let answer = person::browser()
            .get(url)
            .header("x-forwarded-method", method)
            .header("x-forwarded-uri", "/2.0/contact")
            .header("x-forwarded-host", "api.example.com")
            .bearer_auth(token)
            .send()
            .unwrap();
        let client = answer.headers().get("scopegate-client");
        let client = client.map(|client| client.to_str().unwrap().to_owned());
        (answer.status().as_u16(), client)
    };
    let mapped = token("their-robot", &secret, "contact_edit");
    let unmapped = token("their-robot", &secret, "kb_invoice_show");
    let unknown = token("stranger", &stranger, "contact_edit");
    for api in ["keys", "asks"] {
        assert_eq!(
            ask(api, "GET", &mapped),
            (204, Some("robot".to_owned())),
            "{api}"
        );
        // There it edits; here it is mapped to less.
        assert_eq!(ask(api, "POST", &mapped).0, 403, "{api}");
        assert_eq!(ask(api, "GET", &unmapped).0, 403, "{api}");
        assert_eq!(ask(api, "GET", &unknown).0, 401, "{api}");
        assert_eq!(ask(api, "GET", &format!("{mapped}x")).0, 401, "{api}");
    }
    assert_eq!(ask("none", "GET", &mapped).0, 401);
    // What its server ends is over at once where it is asked.
    their(&["client", "disable", "bexio", "their-robot"]);
    assert_eq!(ask("asks", "GET", &mapped).0, 401);
    // What stops the client that it counts as stops it everywhere.
    own(&["client", "suspend", "bexio", "robot"]);
    assert_eq!(ask("keys", "GET", &mapped).0, 401);
}

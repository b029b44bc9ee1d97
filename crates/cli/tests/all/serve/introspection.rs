//! A resource server that was registered by command learns about the tokens of its realm.

use serde_json::Value;

use crate::common::play::text;
use crate::common::site::{ORGANISATION, Site};
use crate::common::{RunningDemo, person};

/// Adds a client and answers its secret.
fn add(site: &Site, id: &str, more: &[&str]) -> String {
    let about = ["client", "add", "bexio", id, "--name", id, "--maker", "Us"];
    let may = ["--kind", "machine", "--scope", "contact_show"];
    let added = site.manage(&[&about[..], &may, more].concat()).ok();
    added.out.split_whitespace().last().unwrap().to_owned()
}

#[test]
fn a_registered_resource_server_may_introspect() {
    let site = Site::new(1, "own.sqlite");
    site.manage(&["migrate"]).ok();
    let organisation = ["organisation", "add", "bexio", ORGANISATION];
    site.manage(&[&organisation[..], &["--name", "Firma"]].concat())
        .ok();
    let robot = add(&site, "robot", &["--organisation", ORGANISATION]);
    let of_firma = ["--organisation", ORGANISATION, "--introspector"];
    let api = add(&site, "api", &of_firma);
    let _node = site.start(0);
    let ask = |endpoint: &str, id: &str, secret: &str, fields: &[(&str, &str)]| {
        let url = format!("{}/bexio/oauth/{endpoint}", site.bases[0]);
        let request = person::browser().post(url).form(fields);
        let answer = request.basic_auth(id, Some(secret)).send().unwrap();
        assert_eq!(answer.status(), 200);
        answer.json::<Value>().unwrap()
    };
    let fields = [("grant_type", "client_credentials")];
    let token = text(&ask("token", "robot", &robot, &fields)["access_token"]);
    let told = ask("introspect", "api", &api, &[("token", &token)]);
    assert_eq!(told["active"], true, "{told}");
    assert_eq!(told["client_id"], "robot");
    // Nobody but a resource server is told anything.
    let told = ask("introspect", "robot", &robot, &[("token", &token)]);
    assert_eq!(told["active"], false, "{told}");
}

/// Each API of the provider has a resource server of its own.
#[test]
fn a_resource_server_belongs_to_one_of_the_apis() {
    let text = "base_url = \"https://login.example\"\ndatabase = \"own.sqlite\"\n[[realm]]\n\
                catalog = \"bexio\"\n[[realm.api]]\nurl = \"https://api.example.com\"\n\
                name = \"main\"\ndefault = true\n[[realm.api]]\nurl = \"https://b.example.com\"\n\
                name = \"other\"\n";
    let site = Site::with(&[text.to_owned()], Vec::new());
    site.manage(&["migrate"]).ok();
    let organisation = ["organisation", "add", "bexio", ORGANISATION];
    site.manage(&[&organisation[..], &["--name", "Firma"]].concat())
        .ok();
    let of_firma = ["--organisation", ORGANISATION, "--introspector"];
    add(&site, "default", &of_firma);
    add(
        &site,
        "partner",
        &[&of_firma[..], &["--api", "other"]].concat(),
    );
    for (client, audience) in [
        ("default", "https://api.example.com"),
        ("partner", "https://b.example.com"),
    ] {
        let shown = site.manage(&["client", "show", "bexio", client]).ok();
        let line = format!("introspects tokens for: {audience}");
        assert!(shown.out.contains(&line), "{shown:?}");
    }
    let unknown = [
        "client", "add", "bexio", "x", "--name", "X", "--maker", "Us",
    ];
    let api = ["--kind", "machine", "--introspector", "--api", "nothing"];
    let refused = site.manage(&[&unknown[..], &api].concat());
    refused.wrong(&["no API \"nothing\"", "main, other"]);
}

#[test]
fn a_demo_has_a_resource_server_already() {
    let demo = RunningDemo::start();
    let add = ["client", "add", "bexio", "api", "--name", "API", "--maker"];
    let may = ["Us", "--scope", "contact_show", "--introspector"];
    let refused = demo.manage(&[&add[..], &may].concat());
    refused.wrong(&["resource server of its own", "/demo.json"]);
}

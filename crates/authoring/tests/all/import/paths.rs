//! Paths as real descriptions have them.

use authoring::{Imported, Options};

use super::given::{api, catalog_of, found, needs, of_yaml};

/// Imports `GET` of these paths, each with a scope; `parameters` are those of all.
fn with(paths: &[&str], parameters: &str) -> Imported {
    let operation = |path: &&str| {
        format!(
            "  '{path}': {{ parameters: [{parameters}], get: {{ security: [{{oauth: [contacts.read]}}] }} }}\n"
        )
    };
    of_yaml(
        &api(&paths.iter().map(operation).collect::<String>()),
        &Options::default(),
    )
}

/// The paths of the catalog, without the base.
fn written(imported: &Imported) -> Vec<String> {
    let Some(catalog) = &imported.catalog else {
        return Vec::new();
    };
    let catalog = catalog_of(catalog);
    let paths = catalog.endpoints().iter();
    paths
        .map(|own| own.path.strip_prefix("/v1").unwrap_or(&own.path).to_owned())
        .collect()
}

fn path(path: &str) -> Vec<String> {
    written(&with(&[path], ""))
}

#[test]
fn paths_are_written_as_a_catalog_has_them() {
    let table = [
        ("/contacts/{id}", "/contacts/{id}"),
        ("/contacts/", "/contacts/"),
        ("/{contact-id}/a", "/{contact-id}/a"),
        ("/{user.id}", "/{user_id}"),
        ("/{id:int}", "/{id}"),
        ("/{id:[0-9]{1,3}}/a", "/{id}/a"),
        ("/users/@me", "/users/@me"),
        ("/v4/files/{name}.json", "/v4/files/{name}.json"),
        ("/{parent}:search", "/{parent}:search"),
        (
            "/range(address=''{address}'')",
            "/range(address='{address}')",
        ),
        ("/files/{path*}", "/files/{path...}"),
        ("/files/{+path}", "/files/{path...}"),
        ("/files/{path:.+}", "/files/{path...}"),
        ("/{a}{b}", "/{a_b}"),
        ("/contacts#active", "/contacts"),
        ("/contacts?active=true", "/contacts"),
        ("/contacts{?page,size}", "/contacts"),
        ("contacts", "/contacts"),
        ("/", "/"),
    ];
    for (given, expected) in table {
        assert_eq!(path(given), [expected], "{given}");
    }
}

#[test]
fn a_template_without_a_name_is_told() {
    for (given, expected, told) in [
        (
            "/a/{}",
            "/a/{value}",
            "`{}` has no name, and is read as `{value}`",
        ),
        ("/a/{é}/b", "/a/{value}/b", "`{é}` has no name"),
        ("/a/x{}", "/a/x{value}", "`{}` has no name"),
        ("/a/{+}", "/a/{value...}", "`{+}` has no name"),
    ] {
        let imported = with(&[given], "");
        assert_eq!(written(&imported), [expected]);
        assert_eq!(found(&imported, "path-read"), [format!("GET {given}")]);
        let report = imported.report.text();
        assert!(report.contains(told), "{report}");
    }
    assert!(found(&with(&["/a/{id}/{_x}"], ""), "path-read").is_empty());
}

#[test]
fn paths_that_no_gate_could_compare_are_left_out_with_a_reason() {
    let bad = [
        "/<upload_url>",
        "/a//b",
        "/a/../b",
        "/{a",
        "/a}",
        "/a b",
        "/é",
        "/a%20b",
        "/a;v={v}",
        "/users/:id",
        "/a/*",
        "https://other.example.com/a",
    ];
    for bad in bad {
        let imported = with(&[bad, "/always"], "");
        assert_eq!(written(&imported), ["/always"], "{bad}");
        assert_eq!(found(&imported, "path"), [format!("GET {bad}")], "{bad}");
    }
    let long: String = (0..17).map(|place| format!("/{{a{place}}}")).collect();
    assert_eq!(written(&with(&[&long, "/always"], "")), ["/always"]);
}

#[test]
fn a_declared_parameter_says_what_a_template_can_be() {
    let version = "{in: path, name: version, schema: {type: string, enum: [v1, v2]}}";
    assert_eq!(
        written(&with(&["/{version}/a"], version)),
        ["/v1/a", "/v2/a"]
    );
    // Further down it is a value like others.
    assert_eq!(
        written(&with(&["/a/b/{version}"], version)),
        ["/a/b/{version}"]
    );
    let one = "{in: path, name: format, enum: [json]}";
    assert_eq!(
        written(&with(&["/a/b/{id}.{format}"], one)),
        ["/a/b/{id}.json"]
    );
    let tail = "{in: path, name: path, x-multi-segment: true}";
    assert_eq!(written(&with(&["/a/{path}"], tail)), ["/a/{path...}"]);
    let express = "{in: path, name: id}";
    assert_eq!(written(&with(&["/a/:id"], express)), ["/a/{id}"]);
}

#[test]
fn operations_that_are_one_call_are_one_rule_and_need_what_each_needs() {
    let text = api(
        "  /a/{id}: { get: { security: [{oauth: [contacts.read]}] } }
  /a/{other}: { get: { security: [{oauth: [contacts.read]}] }, put: { security: [{oauth: [contacts.write]}] } }
  /b/{id}: { get: { security: [{oauth: [contacts.read]}, {oauth: [contacts.all]}] } }
  /b/{other}: { get: { security: [{oauth: [contacts.write]}] } }
  '/c#one': { post: { security: [{oauth: [contacts.write]}] } }
  '/c#two': { post: { security: [{oauth: []}] } }
",
    );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(
        needs(&imported, "GET", "/v1/a/{id}").as_deref(),
        Some("contacts.read")
    );
    assert_eq!(
        needs(&imported, "PUT", "/v1/a/{id}").as_deref(),
        Some("contacts.write")
    );
    assert_eq!(
        needs(&imported, "GET", "/v1/b/{id}").as_deref(),
        Some("(contacts.read or contacts.all) and contacts.write")
    );
    assert_eq!(
        needs(&imported, "POST", "/v1/c").as_deref(),
        Some("contacts.write")
    );
    assert_eq!(found(&imported, "merged-same"), ["GET /a/{other}"]);
    assert_eq!(
        found(&imported, "merged-different"),
        ["GET /b/{other}", "POST /c#two"]
    );
}

#[test]
fn a_literal_path_hides_the_template_beside_it_unless_somebody_says_otherwise() {
    let text = api(
        "  /users/{id}: { get: { security: [{oauth: [contacts.read]}] }, delete: { security: [{oauth: [contacts.write]}] } }
  /users/me: { get: { security: [{oauth: [contacts.read]}] } }
",
    );
    let imported = of_yaml(&text, &Options::default());
    assert_eq!(found(&imported, "hidden"), ["DELETE /v1/users/me"]);
    assert_eq!(needs(&imported, "DELETE", "/v1/users/me"), None);
    let mut options = Options::default();
    options.fall_through = true;
    let imported = of_yaml(&text, &options);
    assert_eq!(found(&imported, "fallen-through"), ["DELETE /v1/users/me"]);
    assert_eq!(
        needs(&imported, "DELETE", "/v1/users/me").as_deref(),
        Some("contacts.write")
    );
}

/// The paths behind these servers, of the document and of one path.
fn behind(servers: &str, own: &str) -> Vec<String> {
    let imported = with_servers(servers, own);
    let catalog = catalog_of(imported.catalog.as_deref().unwrap());
    catalog
        .endpoints()
        .iter()
        .map(|own| own.path.clone())
        .collect()
}

fn with_servers(servers: &str, own: &str) -> Imported {
    let text = api(&format!(
        "  /a: {{ {own} get: {{ security: [{{oauth: [contacts.read]}}] }} }}\n"
    ));
    let text = text.replace("servers: [{ url: 'https://api.example.com/v1' }]", servers);
    of_yaml(&text, &Options::default())
}

#[test]
fn an_address_that_is_none_gives_no_base_path_and_is_told() {
    let table = [
        ("javascript:alert(1)", "/a"),
        ("javascript://x/b", "/a"),
        ("ftp://x.example/b", "/a"),
        ("file:///b", "/a"),
        ("b", "/a"),
        ("./b", "/a"),
        ("../b", "/a"),
        ("{base}/b", "/a"),
        ("?x", "/a"),
        ("#x", "/a"),
        ("", "/a"),
        ("/b#c", "/b/a"),
        ("/b?c", "/b/a"),
        ("https://x.example/b?c=/d", "/b/a"),
        ("https://x.example?c=/d", "/a"),
    ];
    for (url, expected) in table {
        let servers = format!("servers: [{{url: '{url}'}}]");
        assert_eq!(behind(&servers, ""), [expected], "{url}");
        let imported = with_servers(&servers, "");
        assert_eq!(found(&imported, "odd-server"), ["api.yaml"], "{url}");
        let own = with_servers("servers: [{url: /b}]", &format!("{servers},"));
        assert_eq!(found(&own, "odd-server"), ["GET /a"], "{url}");
        let further = format!("servers: [{{url: /b}}, {{url: '{url}'}}]");
        assert_eq!(behind(&further, ""), ["/b/a"], "{url}");
        assert_eq!(
            found(&with_servers(&further, ""), "odd-server"),
            ["api.yaml"],
            "{url}"
        );
    }
    for servers in ["servers: {url: /b}", "servers: /b", "servers: [/b]"] {
        assert_eq!(behind(servers, ""), ["/a"], "{servers}");
        let imported = with_servers(servers, "");
        assert_eq!(found(&imported, "odd-server"), ["api.yaml"], "{servers}");
    }
    for url in [
        "HTTPS://x.example/b",
        "//x.example/b",
        "/b/",
        "http://x.example//b",
    ] {
        let imported = with_servers(&format!("servers: [{{url: '{url}'}}]"), "");
        assert!(found(&imported, "odd-server").is_empty(), "{url}");
    }
}

#[test]
fn a_base_path_that_no_gate_could_compare_is_told_as_that() {
    let imported = with_servers("servers: [{url: 'https://x.example/a b/c'}]", "");
    assert_eq!(found(&imported, "path"), ["GET /a"]);
    let report = imported.report.text();
    let told = "GET /a: the base path `/a b/c` of its server: it has ` `, which no gate compares";
    assert!(report.contains(told), "{report}");
}

#[test]
fn the_base_path_is_that_of_the_nearest_servers() {
    let table = [
        (
            "servers: [{url: 'https://x.example/api/v2/'}]",
            "",
            vec!["/api/v2/a"],
        ),
        ("servers: [{url: /api}]", "", vec!["/api/a"]),
        (
            "servers: [{url: 'https://{host}/x', variables: {host: {default: a.example}}}]",
            "",
            vec!["/x/a"],
        ),
        (
            "servers: [{url: 'https://x.example/{v}', variables: {v: {default: v1}}}]",
            "",
            vec!["/v1/a"],
        ),
        (
            "servers: [{url: 'https://x.example/{v}', variables: {v: {default: v2, enum: [v1, v2]}}}]",
            "",
            vec!["/v2/a", "/v1/a"],
        ),
        (
            "servers: [{url: '{base}', variables: {base: {default: 'https://x.example/y'}}}]",
            "",
            vec!["/y/a"],
        ),
        (
            "servers: [{url: 'https://{tenant}.x.example/{tenant}'}]",
            "",
            vec!["/{tenant}/a"],
        ),
        (
            "servers: [{url: 'https://x.example/v1'}]",
            "servers: [{url: 'https://x.example/v9'}],",
            vec!["/v9/a"],
        ),
        ("", "", vec!["/a"]),
    ];
    for (servers, own, expected) in table {
        assert_eq!(behind(servers, own), expected, "{servers} {own}");
    }
}

#[test]
fn swagger_has_one_base_path() {
    let text = "swagger: '2.0'
info: {title: Old, version: 1.10}
basePath: /v3/
securityDefinitions: {oauth: {type: oauth2, flow: implicit, authorizationUrl: 'https://x.example', scopes: {read: Read it}}}
security: [{oauth: [read]}]
paths: {/a: {get: {}}}
";
    let imported = of_yaml(text, &Options::default());
    assert_eq!(needs(&imported, "GET", "/v3/a").as_deref(), Some("read"));
    let catalog = imported.catalog.unwrap();
    assert!(catalog.contains("version = \"1.10\""), "{catalog}");
}

/// Without it, a token of one organisation opens the calls of every other.
#[test]
fn paths_that_seem_to_name_the_organisation_are_told_first() {
    let imported = with(
        &["/companies/{company}/a", "/companies/{company}/b", "/c"],
        "",
    );
    let told = imported.report.text();
    let (_, first) = told.split_once("Look at this first").unwrap();
    assert!(
        first.contains("1. Paths seem to name the organisation"),
        "{told}"
    );
    assert!(
        first.contains("/v1/companies/{company}: 2 of 3 paths begin so"),
        "{told}"
    );
    let catalog = imported.catalog.as_ref().unwrap();
    let proposed = "# [organisation]\n# path_parameters = { company = \"slug\" }\n";
    assert!(catalog.contains(proposed), "{catalog}");
    // It is proposed as it can be switched on.
    let on = catalog.replace(proposed, &proposed.replace("# ", ""));
    let on = catalog_of(&on);
    assert!(on.organisation_parameters().contains_key("company"));
    let imported = with(&["/contacts/{id}", "/contacts", "/invoices/{id}/pdf"], "");
    assert!(!imported.report.text().contains("name the organisation"));
}

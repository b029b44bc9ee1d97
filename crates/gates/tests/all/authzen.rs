//! What a policy enforcement point is told (the Authorization API 1.0).

use serde_json::{Value, json};

use crate::support::{Answer, ISSUER, SERVICE, World};

const ONE: &str = "/realm/authzen/api/access/v1/evaluation";
const SEVERAL: &str = "/realm/authzen/api/access/v1/evaluations";
const JSON: (&str, &str) = ("content-type", "application/json");

fn subject(token: &str) -> Value {
    json!({"type": "identity", "id": "unknown", "properties": {"token": token, "roles": ["a"]}})
}

fn route(uri: &str) -> Value {
    json!({"type": "route", "id": "/any/{id}", "properties": {"uri": uri, "route": "/x"}})
}

fn get(token: &str, resource: Value) -> Value {
    json!({"subject": subject(token), "action": {"name": "GET"}, "resource": resource})
}

async fn evaluate(world: &World, question: Value) -> Answer {
    let answer = world.ask(ONE, &question).await;
    assert_eq!(answer.status, 200, "{question} {}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    answer
}

/// Permitted, the reason why not, or why it could not be told.
fn outcome(decided: &Value) -> String {
    let context = &decided["context"];
    if decided["decision"] == true {
        assert!(context["identity"]["client"].is_string(), "{decided}");
        return "permit".to_owned();
    }
    assert_eq!(decided["decision"], false, "{decided}");
    let said = [&context["reason"], &context["error"]["message"]];
    let said = said.iter().find_map(|said| said.as_str());
    said.unwrap_or_else(|| panic!("{decided}")).to_owned()
}

#[tokio::test]
async fn a_decision_has_what_decide_answers_in_its_context() {
    let world = World::new("bexio");
    let uri = "/2.0/contact?limit=1";
    for token in ["contact_show", "note_show", "bad"] {
        let told = json!({"method": "GET", "target": uri, "token": token});
        let mut decided = world.ask("/realm/decide", &told).await.body;
        let evaluated = evaluate(&world, get(token, route(uri))).await.body;
        let permits = decided["decision"] == "permit";
        assert_eq!(evaluated["decision"], permits, "{token}");
        decided.as_object_mut().unwrap().remove("decision");
        // Made anew for each call.
        assert_eq!(evaluated["context"], decided, "{token}");
    }
    let counts = ["permitted", "insufficient-scope", "invalid-token"];
    assert_eq!(world.counts(), counts.map(|one| [one; 2]).concat());
}

#[tokio::test]
async fn the_address_is_the_call_s_own_or_hidden() {
    let world = World::new("stora");
    let path = "/2025-09/contacts";
    let by_id = |id: &str| json!({"type": "route", "id": id});
    for (resource, expected) in [
        (route(path), "permit"),
        (route(&format!("https://api.example.com{path}")), "permit"),
        (
            route(&format!("http://api.example.com{path}?limit=1")),
            "permit",
        ),
        (route(&format!("{path}?expand=site")), "insufficient-scope"),
        (
            route(&format!("https://a.example{path}?expand=site")),
            "insufficient-scope",
        ),
        // Nobody says that there is no query.
        (by_id(path), "insufficient-scope"),
        (by_id(&format!("{path}?")), "permit"),
        (by_id("/2025-09/contacts/{id}?"), "a template is no address"),
        (route("/2025-09/contacts/{id}"), "a template is no address"),
        (route("https://a.example"), "ambiguous-path"),
        (route("https://a.example?x=/"), "ambiguous-path"),
        (route("contacts"), "a uri is path and query"),
        (route("ftp://a.example/"), "a uri is path and query"),
        (route(&format!("https://user@a.example{path}")), "no user"),
        (route(&format!("https://{path}")), "names a host"),
        (route(&format!("//a.example{path}")), "ambiguous-path"),
        (
            json!({"type": "record", "id": path}),
            "only resources of the type",
        ),
    ] {
        let answer = evaluate(&world, get("public.contact:read", resource.clone())).await;
        let said = outcome(&answer.body);
        assert!(said.contains(expected), "{resource}: {said}");
    }
}

#[tokio::test]
async fn headers_and_body_are_in_the_context() {
    let world = World::new("freshbooks");
    let body = r#"{"callback": {"event": "invoice.create", "uri": "https://a.example"}}"#;
    let headers = json!({"content-type": "application/json"});
    let bearer = json!({
        "content-type": "application/json",
        "authorization": "Bearer user/invoices/read",
    });
    let token = "user/invoices/read";
    for (token, context, expected) in [
        (
            Some(token),
            json!({"headers": headers, "body": body}),
            "permit",
        ),
        (
            Some(token),
            json!({"headers": headers}),
            "insufficient-scope",
        ),
        (Some(token), Value::Null, "insufficient-scope"),
        (None, json!({"headers": bearer, "body": body}), "permit"),
        (
            None,
            json!({"headers": headers, "body": body}),
            "no-credentials",
        ),
        (Some(token), json!({"headers": bearer}), "leave one out"),
        (
            Some(token),
            json!({"headers": {"scopegate-client": "a"}}),
            "forged-identity",
        ),
    ] {
        let mut question = get("", route("/events/account/muster/events/callbacks"));
        question["action"]["name"] = "POST".into();
        question["subject"]["properties"]["token"] = token.into();
        question["context"] = context.clone();
        let answer = evaluate(&world, question).await;
        let said = outcome(&answer.body);
        assert!(said.contains(expected), "{token:?} {context}: {said}");
    }
}

#[tokio::test]
async fn several_are_decided_in_their_order_and_no_further_than_wanted() {
    let world = World::new("bexio");
    let item = |uri: &str| json!({"resource": route(uri)});
    let (opens, shut) = (item("/2.0/contact"), item("/2.0/note"));
    let unknown = json!({"resource": {"type": "record", "id": "1"}});
    let ask = |evaluations: Value, semantic: Value| {
        json!({
            "subject": subject("contact_show"),
            "action": {"name": "GET"},
            "evaluations": evaluations,
            "options": {"evaluations_semantic": semantic, "another": 1},
        })
    };
    for (semantic, evaluations, expected) in [
        (Value::Null, json!([opens, shut, unknown, opens]), "1001"),
        ("execute_all".into(), json!([shut, opens]), "01"),
        (
            "deny_on_first_deny".into(),
            json!([opens, shut, opens]),
            "10",
        ),
        (
            "deny_on_first_deny".into(),
            json!([opens, unknown, opens]),
            "10",
        ),
        (
            "permit_on_first_permit".into(),
            json!([shut, opens, shut]),
            "01",
        ),
        (
            "permit_on_first_permit".into(),
            json!([shut, unknown]),
            "00",
        ),
    ] {
        let answer = world
            .ask(SEVERAL, &ask(evaluations, semantic.clone()))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.body.get("decision").is_none());
        let decided = answer.body["evaluations"].as_array().unwrap().iter();
        let said: String = decided
            .map(|one| if one["decision"] == true { '1' } else { '0' })
            .collect();
        assert_eq!(said, expected, "{semantic}");
    }
    // What an evaluation says stands in the place of what is said for all, as a whole.
    let own = json!([{"resource": route("/2.0/contact"), "subject": {"type": "a", "id": "b"}}]);
    let answer = world.ask(SEVERAL, &ask(own, Value::Null)).await;
    let own = &answer.body["evaluations"][0];
    assert_eq!(outcome(own), "no-credentials");
    // Without any it is one.
    for evaluations in [Value::Null, json!([])] {
        let mut question = ask(evaluations, Value::Null);
        question["resource"] = route("/2.0/contact");
        let answer = world.ask(SEVERAL, &question).await;
        assert_eq!(outcome(&answer.body), "permit");
    }
    let many = json!(vec![opens; 101]);
    assert_eq!(
        world.ask(SEVERAL, &ask(many, Value::Null)).await.status,
        413
    );
    let wrong = ask(json!([shut]), "any".into());
    assert_eq!(world.ask(SEVERAL, &wrong).await.status, 400);
}

#[tokio::test]
async fn what_the_specification_requires_has_to_be_there() {
    let world = World::new("bexio");
    let whole = get("contact_show", route("/2.0/contact"));
    let mut lacking = Vec::new();
    for (member, inner) in [
        ("subject", &["type", "id"][..]),
        ("action", &["name"]),
        ("resource", &["type", "id"]),
    ] {
        let mut question = whole.clone();
        question.as_object_mut().unwrap().remove(member);
        lacking.push(question);
        for inner in inner {
            let mut question = whole.clone();
            question[member].as_object_mut().unwrap().remove(*inner);
            lacking.push(question);
        }
    }
    for question in lacking {
        let answer = world.ask(ONE, &question).await;
        assert_eq!(answer.status, 400, "{question}");
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/plain")
        );
        assert!(
            !answer.text.is_empty() && !answer.text.contains('{'),
            "{}",
            answer.text
        );
        let of_several = json!({"evaluations": [whole, question]});
        assert_eq!(world.ask(SEVERAL, &of_several).await.status, 400);
    }
    let text = whole.to_string();
    let twice = text.replacen('{', "{\"action\":{\"name\":\"DELETE\"},", 1);
    assert_eq!(world.post(ONE, &[SERVICE, JSON], twice).await.status, 400);
    assert_eq!(world.counts(), [""; 0]);
}

#[tokio::test]
async fn it_answers_its_own_service_and_names_the_question() {
    let world = World::new("bexio");
    let question = get("contact_show", route("/2.0/contact")).to_string();
    let id = ("x-request-id", "bfe9eb29 a");
    for (path, headers, status) in [
        (ONE, &[SERVICE, JSON, id][..], 200),
        (SEVERAL, &[SERVICE, JSON, id], 200),
        (ONE, &[JSON, id], 401),
        (ONE, &[SERVICE, id], 415),
        (
            "/realm/authzen/other/access/v1/evaluation",
            &[SERVICE, JSON, id],
            403,
        ),
        (
            "/other/authzen/api/access/v1/evaluation",
            &[SERVICE, JSON, id],
            404,
        ),
    ] {
        let answer = world.post(path, headers, question.clone()).await;
        assert_eq!(answer.status, status, "{path} {}", answer.text);
        assert_eq!(answer.headers["x-request-id"], id.1);
        assert_eq!(
            answer.headers.contains_key("www-authenticate"),
            status == 401
        );
    }
    let well_known = |path: &str| {
        let path = format!("/.well-known/authzen-configuration/{path}");
        world.send(crate::support::request(&path, &[]))
    };
    let answer = well_known("realm/authzen/api").await;
    let own = format!("{ISSUER}/authzen/api");
    let expected = json!({
        "policy_decision_point": own,
        "access_evaluation_endpoint": format!("{own}/access/v1/evaluation"),
        "access_evaluations_endpoint": format!("{own}/access/v1/evaluations"),
    });
    assert_eq!(answer.body, expected);
    assert_eq!(well_known("realm/authzen/other").await.status, 404);
}

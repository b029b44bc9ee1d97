//! The example says what it promises.

#[path = "../../examples/protect.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod protect;

#[tokio::test]
async fn the_example_shows_a_permit_and_denials_with_their_reasons() {
    let answers = protect::calls().await.unwrap();
    let told: Vec<(u16, &str)> = answers
        .iter()
        .map(|(_, status, text)| (status.as_u16(), text.as_str()))
        .collect();
    let expected = [
        (200, "ledgerly may GET /v1/companies/{companyId}/invoices"),
        (403, "\"why\":\"never-requested\""),
        (403, "\"why\":\"elevation-not-approved\""),
        (403, "\"reason\":\"wrong-organisation\""),
        (401, "\"reason\":\"invalid-token\""),
    ];
    assert_eq!(told.len(), expected.len());
    for ((status, text), (expected, part)) in told.into_iter().zip(expected) {
        assert_eq!(status, expected, "{text}");
        assert!(text.contains(part), "{text}");
    }
}

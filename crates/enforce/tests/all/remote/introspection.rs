//! One question for each token and second.

use std::sync::Arc;
use std::time::Duration;

use enforce::remote::{Fault, Introspection, Told, TransportError};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::support::{Issuer, ask, told};

const MOMENT: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

type Answer = Result<Option<Arc<Told>>, Fault>;

/// Calls that wait: each has come as far as it can without an answer.
async fn waiting(
    introspection: &Introspection,
    token: &str,
    count: usize,
) -> Vec<JoinHandle<Answer>> {
    let calls = (0..count).map(|_| {
        let (introspection, token) = (introspection.clone(), token.to_owned());
        tokio::spawn(async move { ask(&introspection, &token).await })
    });
    let calls = calls.collect();
    settled().await;
    calls
}

/// Lets every task run until it waits: in a runtime of one thread each has its turn.
async fn settled() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

fn is_active(answer: &Answer) -> bool {
    answer.as_ref().unwrap().is_some()
}

#[tokio::test]
async fn a_question_is_as_the_rfc_has_it() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection();
    let answer = ask(&introspection, "a+b/c=").await.unwrap().unwrap();
    assert_eq!(answer.scope.to_string(), "general contact_show");
    let gates = answer.for_gates.as_ref().unwrap();
    assert_eq!(gates.organisation_slug.as_deref(), Some("firma"));
    // Who the person is, nobody here needs to know.
    assert_eq!(answer.more.keys().collect::<Vec<_>>(), ["iat"]);
    let seen = issuer.seen.lock().unwrap();
    let [question] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(question.method(), "POST");
    assert_eq!(
        question.uri(),
        "https://login.example/realm/oauth/introspect"
    );
    let headers = question.headers();
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(headers["authorization"], "Basic YXBpOnNlY3JldA==");
    assert_eq!(
        question.body(),
        "token=a%2Bb%2Fc%3D&token_type_hint=access_token"
    );
}

#[tokio::test]
async fn an_answer_counts_for_a_second_and_no_longer() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection();
    for (after, asked) in [
        (Duration::ZERO, 1),
        (SECOND, 1),
        (MOMENT, 2),
        (SECOND, 2),
        (MOMENT, 3),
    ] {
        issuer.clock.advance(after);
        assert!(is_active(&ask(&introspection, "one").await));
        assert_eq!(issuer.asked(), asked);
    }
    // Another token is another question.
    ask(&introspection, "two").await.unwrap();
    assert_eq!(issuer.asked(), 4);
}

#[tokio::test]
async fn the_end_of_a_token_closes_what_comes_a_second_later() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection();
    assert!(is_active(&ask(&introspection, "one").await));
    issuer.tells(&json!({ "active": false }));
    issuer.clock.advance(SECOND);
    assert!(is_active(&ask(&introspection, "one").await));
    issuer.clock.advance(MOMENT);
    assert!(!is_active(&ask(&introspection, "one").await));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn the_second_runs_from_the_question() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection();
    let calls = waiting(&introspection, "one", 1).await;
    issuer.clock.advance(SECOND);
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in calls {
        assert!(is_active(&call.await.unwrap()));
    }
    assert!(is_active(&ask(&introspection, "one").await));
    assert_eq!(issuer.asked(), 1);
    issuer.clock.advance(MOMENT);
    assert!(is_active(&ask(&introspection, "one").await));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn a_hundred_calls_at_once_with_a_new_token_make_one_question() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection();
    let calls = waiting(&introspection, "one", 100).await;
    assert_eq!(issuer.asked(), 1);
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in calls {
        assert!(is_active(&call.await.unwrap()));
    }
    assert_eq!(issuer.asked(), 1);
}

/// Not even where every one of them has its own thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_change_nothing_of_it() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection();
    for token in ["one", "two", "three", "four"] {
        let calls: Vec<_> = (0..100)
            .map(|_| {
                let introspection = introspection.clone();
                tokio::spawn(async move { ask(&introspection, token).await })
            })
            .collect();
        for call in calls {
            assert!(is_active(&call.await.unwrap()));
        }
    }
    assert_eq!(issuer.asked(), 4);
}

#[tokio::test]
async fn a_question_goes_on_when_the_caller_has_gone() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection();
    for call in waiting(&introspection, "one", 1).await {
        call.abort();
    }
    let calls = waiting(&introspection, "one", 1).await;
    issuer.may_answer.add_permits(1);
    for call in calls {
        assert!(is_active(&call.await.unwrap()));
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_question_that_is_too_old_already_does_not_answer() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection();
    let early = waiting(&introspection, "one", 1).await;
    issuer.tells(&json!({ "active": false }));
    issuer.clock.advance(SECOND + MOMENT);
    let late = waiting(&introspection, "one", 10).await;
    assert_eq!(issuer.asked(), 1, "one at a time");
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in early {
        assert!(is_active(&call.await.unwrap()));
    }
    for call in late {
        assert!(!is_active(&call.await.unwrap()));
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn nothing_counts_beyond_the_tokens_own_end() {
    let issuer = Issuer::telling(&told(&json!({ "exp": 1_003 })));
    let introspection = issuer.introspection().max_age(Duration::from_secs(60));
    ask(&introspection, "one").await.unwrap();
    issuer.clock.advance(2 * SECOND);
    ask(&introspection, "one").await.unwrap();
    assert_eq!(issuer.asked(), 1);
    issuer.tells(&json!({ "active": false }));
    issuer.clock.advance(SECOND);
    assert!(!is_active(&ask(&introspection, "one").await));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn what_is_to_be_forgotten_is_asked_again() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection().max_age(Duration::from_secs(60));
    for token in ["one", "two"] {
        ask(&introspection, token).await.unwrap();
    }
    let of_another = |told: &Told| told.client_id.as_deref() == Some("other");
    introspection.forget(of_another);
    ask(&introspection, "one").await.unwrap();
    assert_eq!(issuer.asked(), 2);
    introspection.forget(|told| told.client_id.as_deref() == Some("ledgerly"));
    for token in ["one", "two"] {
        ask(&introspection, token).await.unwrap();
    }
    assert_eq!(issuer.asked(), 4);
    introspection.forget_all();
    ask(&introspection, "one").await.unwrap();
    assert_eq!(issuer.asked(), 5);
}

#[tokio::test]
async fn what_was_asked_before_something_was_forgotten_answers_nobody_who_comes_later() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection().max_age(Duration::from_secs(60));
    let early = waiting(&introspection, "one", 1).await;
    // The token ends, and the feed says so, while an answer is on its way.
    issuer.tells(&json!({ "active": false }));
    introspection.forget(|_| false);
    let late = waiting(&introspection, "one", 1).await;
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in early {
        assert!(is_active(&call.await.unwrap()));
    }
    for call in late {
        assert!(!is_active(&call.await.unwrap()));
    }
    assert!(!is_active(&ask(&introspection, "one").await));
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn what_cannot_be_understood_denies_and_is_asked_again() {
    let answers = [
        (500, told(&json!({})).to_string()),
        (302, told(&json!({})).to_string()),
        (401, String::new()),
        (200, String::new()),
        (200, "null".to_owned()),
        (200, "{}".to_owned()),
        (200, json!({ "active": "true" }).to_string()),
        (200, json!({ "active": 1 }).to_string()),
        (200, told(&json!({ "scope": ["contact_show"] })).to_string()),
        (200, told(&json!({ "exp": "soon" })).to_string()),
        (
            200,
            told(&json!({}))
                .to_string()
                .replacen('{', "{\"scope\":\"x\",", 1),
        ),
        (200, format!("{}x", told(&json!({})))),
    ];
    let issuer = Issuer::telling(&Value::Null);
    let introspection = issuer.introspection();
    for (times, (status, body)) in answers.into_iter().enumerate() {
        *issuer.answer.lock().unwrap() = Ok((status, body.clone()));
        let answer = ask(&introspection, "one").await;
        let is_right = match status {
            200 => matches!(answer, Err(Fault::NotUnderstood(_))),
            other => matches!(answer, Err(Fault::Status(told)) if told == other),
        };
        assert!(is_right, "{status} {body}: {answer:?}");
        assert_eq!(issuer.asked(), times + 1);
    }
    issuer.tells(&told(&json!({})));
    assert!(is_active(&ask(&introspection, "one").await));
}

#[tokio::test]
async fn who_cannot_be_reached_is_tried_once_more_and_no_oftener() {
    let failed = TransportError::Failed("connection refused".to_owned());
    let issuer = Issuer::answering(Err(failed.clone()), 0);
    let introspection = issuer.introspection();
    let calls = waiting(&introspection, "one", 100).await;
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in calls {
        assert_eq!(
            call.await.unwrap().unwrap_err(),
            Fault::Transport(failed.clone())
        );
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_silent_issuer_denies_in_time() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection().within(SECOND);
    let begun = tokio::time::Instant::now();
    assert_eq!(
        ask(&introspection, "one").await.unwrap_err(),
        Fault::TooSlow
    );
    assert_eq!(begun.elapsed(), SECOND);
}

#[tokio::test]
async fn only_so_many_questions_are_under_way() {
    let issuer = Issuer::held(&told(&json!({})));
    let introspection = issuer.introspection().at_once(2);
    let mut calls = Vec::new();
    for token in ["one", "two"] {
        calls.extend(waiting(&introspection, token, 3).await);
    }
    assert_eq!(ask(&introspection, "three").await.unwrap_err(), Fault::Busy);
    issuer.may_answer.add_permits(Semaphore::MAX_PERMITS);
    for call in calls {
        assert!(is_active(&call.await.unwrap()));
    }
    assert_eq!(issuer.asked(), 2);
    assert!(is_active(&ask(&introspection, "three").await));
}

#[tokio::test]
async fn memory_is_bounded_and_dead_tokens_push_out_no_living_ones() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection().remembers(100);
    for round in 1..=2 {
        for number in 0..1_000 {
            ask(&introspection, &number.to_string()).await.unwrap();
        }
        assert!(issuer.asked() >= round * 900, "{}", issuer.asked());
    }
    let before = issuer.asked();
    ask(&introspection, "living").await.unwrap();
    ask(&introspection, "living").await.unwrap();
    assert_eq!(issuer.asked(), before + 1);
    issuer.tells(&json!({ "active": false }));
    for number in 0..1_000 {
        ask(&introspection, &format!("dead {number}"))
            .await
            .unwrap();
    }
    let before = issuer.asked();
    assert!(is_active(&ask(&introspection, "living").await));
    assert!(!is_active(&ask(&introspection, "dead 999").await));
    assert_eq!(issuer.asked(), before);
}

#[tokio::test]
async fn what_is_too_long_for_a_token_is_none() {
    let issuer = Issuer::telling(&told(&json!({})));
    let introspection = issuer.introspection();
    assert!(!is_active(&ask(&introspection, &"a".repeat(32_769)).await));
    assert_eq!(issuer.asked(), 0);
    assert!(is_active(&ask(&introspection, &"a".repeat(32_768)).await));
}

use oauth::model::Timestamp;
use prometheus::{GaugeVec, IntCounterVec, Opts, Registry};

use crate::rights::Asked;

/// The questions to the systems of providers that know what people may do, by realm.
pub(super) struct AskedRights {
    questions: IntCounterVec,
    age: GaugeVec,
}

impl AskedRights {
    pub(super) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let questions = IntCounterVec::new(
            Opts::new(
                "scopegate_rights_questions_total",
                "Questions to the provider's system about what a person may do; the outcome is `answered` or `failed`.",
            ),
            &["realm", "outcome"],
        )?;
        registry.register(Box::new(questions.clone()))?;
        let age = GaugeVec::new(
            Opts::new(
                "scopegate_rights_answer_age_seconds",
                "Time since the last question about rights was asked that the provider's system answered; not there before the first.",
            ),
            &["realm"],
        )?;
        registry.register(Box::new(age.clone()))?;
        Ok(Self { questions, age })
    }

    pub(super) fn set(&self, asked: &[(String, Asked)], now: Timestamp) {
        for (realm, asked) in asked {
            let figures = asked.figures();
            for (outcome, count) in [
                ("answered", figures.answered()),
                ("failed", figures.failed()),
            ] {
                let counter = self.questions.with_label_values(&[&**realm, outcome]);
                counter.inc_by(count.saturating_sub(counter.get()));
            }
            if let Some(latest) = figures.latest() {
                let age = now.duration_since(latest).as_secs_f64().max(0.0);
                self.age.with_label_values(&[&**realm]).set(age);
            }
        }
    }
}

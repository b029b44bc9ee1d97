use std::sync::Arc;

use crate::app::App;
use crate::limits;

impl App {
    /// Follows changes, keeps house, tends keys, notes their use, links audit records
    /// and sends mail, for as long as it is
    /// polled. Without it, every request that comes a second after the last change was read asks
    /// the store first.
    pub async fn run_background(self: Arc<Self>) {
        tokio::join!(
            self.follow_changes(),
            self.keep_house(),
            self.keep_keys(),
            self.keep_key_uses(),
            self.link_audit_records(),
            self.send_mail()
        );
    }

    async fn follow_changes(&self) {
        let mut failing = false;
        loop {
            match self.follower.catch_up().await {
                Ok(()) => {
                    if failing {
                        tracing::info!("changes can be read again");
                    }
                    failing = false;
                    self.follower.wait().await;
                }
                Err(error) => {
                    self.metrics().feed_failed();
                    if !failing {
                        tracing::error!(%error, "changes cannot be read; denying everything in a second");
                    }
                    failing = true;
                    tokio::time::sleep(limits::FOLLOW_EVERY).await;
                }
            }
        }
    }

    async fn keep_keys(&self) {
        let mut ticks = tokio::time::interval(limits::TEND_KEYS_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.tend_keys().await {
                tracing::warn!(%error, "could not tend the keys; trying again in a minute");
            }
        }
    }

    async fn keep_key_uses(&self) {
        let mut failing = false;
        loop {
            tokio::time::sleep(limits::NOTE_KEY_USES_EVERY).await;
            let kept = self.note_api_key_uses().await;
            if let (Err(error), false) = (&kept, failing) {
                tracing::warn!(%error, "the use of API keys cannot be noted; trying again");
            }
            failing = kept.is_err();
        }
    }

    async fn link_audit_records(&self) {
        let mut ticks = tokio::time::interval(limits::LINK_AUDIT_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            ticks.tick().await;
            let linked = self.audit_trail().link().await;
            match &linked {
                Err(error) if !failing => {
                    tracing::error!(%error, "could not link audit records; trying again");
                }
                Ok(()) if failing => tracing::info!("audit records are linked again"),
                _ => {}
            }
            failing = linked.is_err();
        }
    }

    async fn keep_house(&self) {
        let mut ticks = tokio::time::interval(limits::CLEAN_UP_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.follower.forget_expired(self.now());
            loop {
                match self
                    .store()
                    .clean_up(self.now(), limits::CLEAN_UP_ROWS)
                    .await
                {
                    Ok(removed) if removed >= limits::CLEAN_UP_ROWS => {
                        self.metrics().cleaned(removed);
                        tokio::time::sleep(limits::CLEAN_UP_PAUSE).await;
                    }
                    Ok(removed) => {
                        self.metrics().cleaned(removed);
                        break;
                    }
                    Err(error) => {
                        self.metrics().cleaning_failed();
                        tracing::warn!(%error, "could not clean up; trying again in a minute");
                        break;
                    }
                }
            }
        }
    }
}

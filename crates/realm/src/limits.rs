//! How much of anything one request or one process may take.

use std::time::Duration;

/// The largest form a client may send to an OAuth endpoint, in bytes.
pub const FORM_BYTES: usize = oauth::parameters::Parameters::MAX_BYTES;

/// The largest form of a page of ours: an answer names each scope that it allows, with the name
/// of its field.
pub const PAGE_FORM_BYTES: usize = FORM_BYTES;

/// The longest that is said of a sign-in elsewhere: a person with two hundred organisations and their
/// roles.
pub const SIGN_IN_BYTES: usize = 256 * 1_024;

/// How often changes made by other nodes are looked for, when nothing is heard of any.
pub const FOLLOW_EVERY: Duration = Duration::from_millis(100);
/// The pause between two looks, in which changes that come together are gathered.
pub const FOLLOW_PAUSE: Duration = Duration::from_millis(2);
/// How long looking for changes may take before it is tried anew, on another connection.
pub const FOLLOW_WITHIN: Duration = Duration::from_secs(2);
/// For how long answers may rest on what was read last. Behind that nobody can say what is
/// still allowed, and every question is answered "unavailable".
pub const STALE_AFTER: Duration = Duration::from_secs(1);
/// The longest that a provider may choose for calls that only read
/// (`docs/adr/0035-availability-of-reading.md`).
pub const READS_STALE_AFTER_AT_MOST: Duration = Duration::from_secs(600);
/// How many changes are read at once.
pub const CHANGES_AT_ONCE: usize = 1_000;

/// How often gates in processes of their own are told that nothing has changed.
pub const FEED_EVERY: Duration = Duration::from_millis(200);
/// The pause between two events, in which changes that come together are gathered.
pub const FEED_PAUSE: Duration = Duration::from_millis(10);
/// How many of the latest changes are kept for those that come again.
pub const FEED_CHANGES: usize = 4_096;
/// How many are told at once; more of them are told as everything.
pub const FEED_AT_ONCE: usize = 500;
/// How many gates of one API may follow at once, of each node.
pub const FEED_GATES: usize = 64;
/// For how long one follows until it has to prove again who it is.
pub const FEED_LASTS: Duration = Duration::from_secs(600);

/// How long the database may take to tell `/readyz` that it is there.
pub const READY_TIME: Duration = Duration::from_secs(1);

/// How often rows that no longer matter are removed.
pub const CLEAN_UP_EVERY: Duration = Duration::from_secs(60);
/// How many rows one step of that removes, so that no step holds the database for long.
pub const CLEAN_UP_ROWS: usize = 500;
/// The pause between two steps.
pub const CLEAN_UP_PAUSE: Duration = Duration::from_millis(20);

/// How often audit records are linked that have no link yet.
pub const LINK_AUDIT_EVERY: Duration = Duration::from_millis(500);

/// How often keys are looked at that may be due for replacement or removal.
pub const TEND_KEYS_EVERY: Duration = Duration::from_secs(60);
/// After so many tokens that one node sealed by a key, the key is replaced. A key with random
/// nonces is for 2^32 at most: 64 nodes, or starts of one, may each come so far in its life.
pub const SEALED_BY_A_KEY: u64 = 1 << 26;
/// For how long a new key is published before it is used: longer than the published keys may
/// be remembered, which is five minutes.
pub const KEY_LEAD: Duration = Duration::from_secs(600);
/// For how long a retired key is kept when its last token has expired, for clocks that differ.
pub const KEY_KEPT_LONGER: Duration = Duration::from_secs(3_600);

/// Clients remembered per realm.
pub const CLIENTS: usize = 10_000;
/// API keys remembered per realm.
pub const API_KEYS: usize = 50_000;
/// How many tokens of one API are known as genuine.
pub const VERIFIED_TOKENS: usize = 20_000;
/// Keys of the provider by which the hashes of moved API keys may be made, tried for each.
pub const HMAC_KEYS: usize = 4;
/// How often it is written when API keys were used.
pub const NOTE_KEY_USES_EVERY: Duration = Duration::from_secs(30);
/// Codes remembered per realm between their redirect and their redemption.
pub const CODES: usize = 4_096;
/// Grants remembered per realm.
pub const GRANTS: usize = 100_000;
/// Rights of one person in one organisation, remembered per realm.
pub const RIGHTS: usize = 100_000;
/// Organisations remembered per realm.
pub const ORGANISATIONS: usize = 10_000;
/// People remembered per realm.
pub const USERS: usize = 50_000;
/// Signed-in browsers remembered per realm.
pub const SESSIONS: usize = 100_000;
/// Answers of the provider's system about rights, remembered per realm.
pub const ASKED_RIGHTS: usize = 50_000;
/// So many questions about rights are under way at once, of each realm.
pub const RIGHTS_QUESTIONS: usize = 256;

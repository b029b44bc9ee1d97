//! How often an API may be called: at most so many calls in any span of so long, counted in memory by
//! each process on its own, and one write at a time.
//!
//! [`Limits`] is what a [`Gate`](crate::Gate) goes by; what was counted is in [`CallCounts`], which stay when
//! the catalog changes. [`Window`] is the count itself. `docs/limits.md` says what is counted, and what not.

mod counting;
mod counts;
mod standing;
mod window;
mod writes;

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use scope::{CallLimit, CallLimits, Catalog, Endpoint, LimitedPer, Method};

pub use counting::{CallerAddress, Counting};
pub use counts::{CallCounts, Counted, MOST_KEYS};
pub use standing::Standing;
pub use window::{Full, Pace, Room, Window};
pub use writes::UnderWay;

use crate::problem::{Kind, Problem};
use crate::{AccessNow, Call, VerifiedToken};
use standing::Names;
use writes::Writes;

/// The time, for limits.
pub trait Clock: Send + Sync + 'static {
    /// Since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;
    /// The time of day, since 1970.
    fn since_1970(&self) -> Duration;
}

/// How often an API may be called, and how often it was.
pub struct Limits {
    rules: Vec<Rule>,
    writes: Option<Arc<Writes>>,
    names: Names,
    counts: Arc<CallCounts>,
    clock: Arc<dyn Clock>,
}

/// One window.
struct Rule {
    limit: CallLimit,
    counted: Arc<Counted>,
    /// The calls it is about, where these are not all.
    only: Option<Calls>,
}

/// Calls by method and path, as the catalog has them.
#[derive(Default)]
struct Calls(HashMap<Method, HashSet<String>>);

/// What a call has of limits once it is let through.
#[derive(Debug, Default, Clone)]
pub struct Taken {
    /// How the caller stands, by the window that has least room.
    pub standing: Option<Standing>,
    /// Lets the next write at this path begin, when the last of these is dropped.
    pub under_way: Option<Arc<UnderWay>>,
}

/// By whom and about what a call is that is let through.
pub(crate) struct Who<'a> {
    pub token: &'a VerifiedToken,
    pub access: &'a AccessNow,
    pub endpoint: &'a Endpoint,
}

impl Limits {
    /// By these limits of an API with this catalog. What was counted for a window is kept in `counts`
    /// as long as the next limits have the same window.
    #[must_use]
    pub fn new(
        limits: &CallLimits,
        catalog: &Catalog,
        counts: Arc<CallCounts>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let counted = counts.of(&limits.windows);
        let windows = limits.windows.iter().zip(counted);
        Self {
            rules: windows
                .map(|(limit, counted)| Rule {
                    only: limit.scope.as_deref().map(|name| Calls::of(catalog, name)),
                    limit: limit.clone(),
                    counted,
                })
                .collect(),
            writes: limits
                .one_write_at_a_time
                .then(|| Arc::clone(counts.writes())),
            names: Names::of(&limits.headers),
            counts,
            clock,
        }
    }

    /// The headers by which answers tell how a caller stands.
    pub fn headers(&self) -> impl Iterator<Item = &HeaderName> {
        self.names.all()
    }

    /// Before anything else is found out about a call: does its address have room?
    pub(crate) fn at_the_door(&self, call: &Call<'_>) -> Result<Taken, Problem> {
        let Some(address) = call.address else {
            return Ok(Taken::default());
        };
        let is_meant = |rule: &&Rule| rule.limit.per == LimitedPer::Address && rule.only.is_none();
        let rules = self.rules.iter().filter(is_meant);
        let keyed = rules.map(|rule| (rule, network(address)));
        self.take(keyed, call.counting, Taken::default())
    }

    /// A call is permitted: does everybody have room whom it counts for?
    pub(crate) fn permitted(
        &self,
        call: &Call<'_>,
        who: &Who<'_>,
        mut taken: Taken,
    ) -> Result<Taken, Problem> {
        taken.under_way = self.begin_write(call, who)?;
        let rules = self.rules.iter().filter_map(|rule| {
            let is_at_the_door = rule.limit.per == LimitedPer::Address && rule.only.is_none();
            if is_at_the_door || !rule.is_about(who.endpoint) {
                return None;
            }
            Some((rule, self.key(rule.limit.per, call, who)?))
        });
        self.take(rules, call.counting, taken)
    }

    /// All of them, or none.
    fn take<'r>(
        &self,
        rules: impl Iterator<Item = (&'r Rule, u128)> + Clone,
        counting: Counting,
        mut taken: Taken,
    ) -> Result<Taken, Problem> {
        if counting == Counting::Off || self.rules.is_empty() {
            return Ok(taken);
        }
        let now = self.clock.monotonic();
        for (place, (rule, key)) in rules.clone().enumerate() {
            let found = match counting {
                Counting::Look => rule.counted.look(key, now),
                _ => rule.counted.take(key, now),
            };
            let standing = |remaining, wait| Standing {
                limit: rule.limit.calls,
                remaining,
                wait,
            };
            match found {
                Ok(room) => {
                    let own = standing(room.remaining, room.again_in);
                    taken.standing = Some(own.or_tighter(taken.standing));
                }
                Err(Full { again_in }) => {
                    if counting == Counting::Count {
                        let earlier = rules.take(place);
                        earlier.for_each(|(rule, key)| rule.counted.give_back(key, now));
                    }
                    return Err(self.refused(&rule.limit, standing(0, again_in)));
                }
            }
        }
        Ok(taken)
    }

    fn begin_write(
        &self,
        call: &Call<'_>,
        who: &Who<'_>,
    ) -> Result<Option<Arc<UnderWay>>, Problem> {
        let Some(writes) = &self.writes else {
            return Ok(None);
        };
        let method = who.endpoint.method;
        let only_reads = method.is_safe() || method == Method::Any && is_safe(call.method);
        // Where nobody sees its end, the next one could wait for ever.
        if only_reads || !call.sees_end || call.counting != Counting::Count {
            return Ok(None);
        }
        let path = self.counts.hashed(call.path.as_bytes());
        let begun = writes.begin((who.token.id.as_u128(), path));
        begun.map(Some).ok_or_else(|| {
            Problem::of(
                Kind::WriteUnderWay,
                "Another write to this path by the same token has not been answered yet, and this API takes one at a time. Wait for its answer, then send this one again.",
            )
            .limited("write", 1, Vec::new())
        })
    }

    fn refused(&self, limit: &CallLimit, standing: Standing) -> Problem {
        let seconds = standing.wait_in_seconds();
        let whose = match limit.per {
            LimitedPer::Token => "with this token",
            LimitedPer::Client => "by this app",
            LimitedPer::Grant => "under this grant",
            LimitedPer::Organisation => "about this organisation",
            LimitedPer::Address => "from this address",
        };
        let of = limit
            .scope
            .as_ref()
            .map(|scope| format!(" that {scope} opens"));
        let detail = format!(
            "This API takes {} calls{} {whose} in {}, and so many have come. Call again in {}.",
            limit.calls,
            of.unwrap_or_default(),
            spelt(limit.within),
            spelt(seconds),
        );
        #[derive(serde::Serialize)]
        struct Told<'a> {
            per: &'a str,
            calls: u32,
            within: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            scope: Option<&'a str>,
        }
        let told = Told {
            per: limit.per.as_str(),
            calls: limit.calls,
            within: limit.within,
            scope: limit.scope.as_deref(),
        };
        Problem::of(Kind::TooManyCalls, detail)
            .member("limit", told)
            .limited(limit.per.as_str(), seconds, self.told(standing, true))
    }

    /// The headers by which an answer tells this.
    #[must_use]
    pub fn told(
        &self,
        standing: Standing,
        is_refused: bool,
    ) -> Vec<(HeaderName, http::HeaderValue)> {
        self.names
            .told(standing, self.clock.since_1970(), is_refused)
    }

    /// Under what a call is counted.
    fn key(&self, per: LimitedPer, call: &Call<'_>, who: &Who<'_>) -> Option<u128> {
        let of_client = || match who.token.client_uuid {
            Some(id) => id.as_u128(),
            None => self.counts.hashed(who.token.client.as_bytes()),
        };
        Some(match per {
            LimitedPer::Token => who.token.id.as_u128(),
            LimitedPer::Client => of_client(),
            LimitedPer::Grant => who.token.grant.map_or_else(of_client, |id| id.as_u128()),
            LimitedPer::Organisation => {
                let organisation = who.access.organisation;
                organisation.map_or_else(of_client, |id| id.as_u128())
            }
            LimitedPer::Address => network(call.address?),
        })
    }
}

impl Rule {
    fn is_about(&self, endpoint: &Endpoint) -> bool {
        let is_among = |calls: &Calls| calls.contain(endpoint);
        self.only.as_ref().is_none_or(is_among)
    }
}

impl Calls {
    /// Those whose rule names the scope.
    fn of(catalog: &Catalog, scope: &str) -> Self {
        let mut calls = Self::default();
        for endpoint in catalog.endpoints() {
            if endpoint.requirement.scopes().contains(&scope) {
                let paths = calls.0.entry(endpoint.method).or_default();
                paths.insert(endpoint.path.clone());
            }
        }
        calls
    }

    fn contain(&self, endpoint: &Endpoint) -> bool {
        let paths = self.0.get(&endpoint.method);
        paths.is_some_and(|paths| paths.contains(&endpoint.path))
    }
}

/// One household or server has a whole /64 of IPv6.
#[must_use]
pub fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

/// RFC 9110 section 9.2.1.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "QUERY")
}

fn spelt(seconds: u64) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        more => format!("{more} seconds"),
    }
}

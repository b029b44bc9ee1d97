//! How often an API may be called, and the server's own endpoints: keys and their reading.

use std::time::Duration;

use enforce::limits::Pace;
use realm::endpoint_limits::EndpointPaces;
use scope::{CallLimit, CallLimits, LimitedPer, Mistakes, OwnLimits};
use toml::de::DeTable;

use super::key::{Absent, Key, Table};
use super::section::Section;
use super::value::duration;

pub const API_CATALOG_LIMITS: Key = Key {
    name: "catalog_limits",
    form: "`true` or `false`",
    example: "catalog_limits = false",
    absent: Absent::Means("true"),
    about: "Whether the limits of the catalog (`[limits]`) count for this API. See `docs/limits.md`.",
};
pub const API_LIMITS: Key = Key {
    name: "limit",
    form: "tables",
    example: "[[realm.api.limit]]",
    absent: Absent::Off("those of the catalog"),
    about: "How often it may be called; see `[[realm.api.limit]]`.",
};

pub const API_LIMIT: Table = Table {
    head: "[[realm.api.limit]]",
    about: "At most so many calls in any span of so long, counted in memory by each node on its own. \
            One about the same calls in the same span as one of the catalog (`per`, `within`, `scope`) \
            takes its place; others count besides.",
    keys: &[&LIMIT_PER, &LIMIT_CALLS, &LIMIT_WITHIN, &LIMIT_SCOPE],
};

pub const LIMIT_PER: Key = Key {
    name: "per",
    form: "`\"token\"`, `\"client\"`, `\"grant\"`, `\"organisation\"` or `\"address\"`",
    example: r#"per = "client""#,
    absent: Absent::Mistake,
    about: "Whose calls are counted together.",
};
pub const LIMIT_CALLS: Key = Key {
    name: "calls",
    form: "number",
    example: "calls = 1000",
    absent: Absent::Mistake,
    about: "How many, a million at most.",
};
pub const LIMIT_WITHIN: Key = Key {
    name: "within",
    form: "duration",
    example: r#"within = "1h""#,
    absent: Absent::Mistake,
    about: "The span, in whole seconds, a day at most.",
};
pub const LIMIT_SCOPE: Key = Key {
    name: "scope",
    form: "text",
    example: r#"scope = "orders:write""#,
    absent: Absent::Off("every call"),
    about: "Only calls whose rule names this scope of the catalog.",
};

pub const LIMITS_TABLE: Key = Key {
    name: "limits",
    form: "table",
    example: "[limits]",
    absent: Absent::Off("the defaults there"),
    about: "How often the server's own endpoints take somebody; see `[limits]`.",
};

pub const LIMITS: Table = Table {
    head: "[limits]",
    about: "How often the token endpoint and signing in take somebody, counted in memory by each node on \
            its own. Who comes more often is answered 429 with `Retry-After`. `\"none\"` switches one off. \
            Behind a proxy, `trusted_proxies` has to name it: else all callers have its address.",
    keys: &[&TOKEN_PER_CLIENT, &TOKEN_PER_ADDRESS, &SIGN_IN_PER_ADDRESS],
};

pub const TOKEN_PER_CLIENT: Key = Key {
    name: "token_per_client",
    form: "`\"NUMBER in DURATION\"` or `\"none\"`",
    example: r#"token_per_client = "30000 in 1m""#,
    absent: Absent::Means("30000 in 1m"),
    about: "Requests of one client to the token endpoint that has shown who it is; of a public one, \
            those from one address.",
};
pub const TOKEN_PER_ADDRESS: Key = Key {
    name: "token_per_address",
    form: "`\"NUMBER in DURATION\"` or `\"none\"`",
    example: r#"token_per_address = "30000 in 1m""#,
    absent: Absent::Means("30000 in 1m"),
    about: "Requests to the token endpoint from one address (IPv6: one /64).",
};
pub const SIGN_IN_PER_ADDRESS: Key = Key {
    name: "sign_in_per_address",
    form: "`\"NUMBER in DURATION\"` or `\"none\"`",
    example: r#"sign_in_per_address = "300 in 1m""#,
    absent: Absent::Means("300 in 1m"),
    about: "Attempts to sign in from one address. Wrong passwords are counted besides, in the database: \
            five a quarter of an hour for a username, twenty for an address.",
};

/// Of the `[limits]` at the top.
pub fn endpoint_paces(top: &Section<'_>, m: &mut Mistakes) -> Option<EndpointPaces> {
    let nothing = DeTable::new();
    let section = match top.has(&LIMITS_TABLE) {
        true => top.table(&LIMITS_TABLE, &LIMITS, m)?,
        false => Section::new(&LIMITS, &nothing, 0..0, m),
    };
    let token_per_client = section.value(&TOKEN_PER_CLIENT, m, pace);
    let token_per_address = section.value(&TOKEN_PER_ADDRESS, m, pace);
    let sign_in_per_address = section.value(&SIGN_IN_PER_ADDRESS, m, pace);
    Some(EndpointPaces {
        token_per_client: token_per_client?,
        token_per_address: token_per_address?,
        sign_in_per_address: sign_in_per_address?,
    })
}

/// Of a `[[realm.api]]`.
pub fn of_api(api: &Section<'_>, m: &mut Mistakes) -> Option<OwnLimits> {
    let by_catalog = api.flag(&API_CATALOG_LIMITS, m);
    let sections = api.tables(&API_LIMITS, &API_LIMIT, m);
    let mut windows: Vec<CallLimit> = Vec::new();
    for section in &sections {
        let Some(window) = window(section, m) else {
            continue;
        };
        if CallLimits::twice(&windows, &window) {
            m.at(
                &section.place_of(&LIMIT_PER),
                "two [[realm.api.limit]] are about the same calls in the same span",
                "keep the one with the smaller number",
            );
        }
        windows.push(window);
    }
    if windows.len() > CallLimits::MOST_WINDOWS {
        let what = format!("there are {} limits", windows.len());
        let help = format!("write at most {}", CallLimits::MOST_WINDOWS);
        m.at(&api.place_of(&API_LIMITS), what, help);
    }
    Some(OwnLimits {
        alone: !by_catalog?,
        windows,
    })
}

fn window(section: &Section<'_>, m: &mut Mistakes) -> Option<CallLimit> {
    let per = section.value(&LIMIT_PER, m, |text| {
        LimitedPer::named(text).ok_or_else(|| format!("{text:?} is not known"))
    });
    let calls = section.count(&LIMIT_CALLS, m);
    let most = CallLimit::MOST_CALLS;
    let calls = calls.map(|calls| u32::try_from(calls).ok().filter(|calls| *calls <= most));
    if calls == Some(None) {
        m.at(
            &section.place_of(&LIMIT_CALLS),
            format!("`calls` is more than {most}"),
            "write a smaller number, or remove the limit",
        );
    }
    let within = section.value(&LIMIT_WITHIN, m, |text| {
        let within = duration(text)?;
        let seconds = within.as_secs();
        match within.subsec_nanos() == 0 && (1..=CallLimit::LONGEST).contains(&seconds) {
            true => Ok(seconds),
            false => Err(format!(
                "{text:?} is not from one second to a day, in whole seconds"
            )),
        }
    });
    let scope = section.value(&LIMIT_SCOPE, m, |text| Ok(text.to_owned()));
    let mut window = CallLimit::new(per?, calls??, within?);
    window.scope = scope;
    Some(window)
}

fn pace(text: &str) -> Result<Option<Pace>, String> {
    if text == "none" {
        return Ok(None);
    }
    let (calls, within) = text
        .split_once(" in ")
        .ok_or_else(|| format!("{text:?} is no number of requests in some time"))?;
    let calls: Option<u32> = calls.trim().parse().ok();
    let calls = calls.filter(|calls| (1..=CallLimit::MOST_CALLS).contains(calls));
    let calls = calls
        .ok_or_else(|| format!("{text:?} has no number from 1 to {}", CallLimit::MOST_CALLS))?;
    let within = duration(within.trim())?;
    if within < Duration::from_secs(1) || within > Duration::from_secs(CallLimit::LONGEST) {
        return Err(format!("{text:?} is not about one second to a day"));
    }
    Ok(Some(Pace::new(calls, within)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_as_default_is_the_default() {
        let of = |key: &Key| match key.absent {
            Absent::Means(text) => pace(text).unwrap(),
            _ => panic!("{} has no default", key.name),
        };
        let told = EndpointPaces {
            token_per_client: of(&TOKEN_PER_CLIENT),
            token_per_address: of(&TOKEN_PER_ADDRESS),
            sign_in_per_address: of(&SIGN_IN_PER_ADDRESS),
        };
        assert_eq!(told, EndpointPaces::default());
        assert_eq!(pace("none"), Ok(None));
        for wrong in [
            "",
            "10",
            "0 in 1m",
            "x in 1m",
            "10 in 0s",
            "10 in 2days",
            "10 in",
        ] {
            assert!(pace(wrong).is_err(), "{wrong}");
        }
    }
}

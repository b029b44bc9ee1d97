//! What is allowed and seldom meant: `serve` logs it when it starts, `config check` tells it.

use realm::keys::KeySettings;
use url::{Host, Url};

use super::Configuration;

/// One sentence each, with what to do.
pub fn warnings(configuration: &Configuration, keys: &KeySettings) -> Vec<String> {
    let mut warnings = Vec::new();
    if is_in_the_clear(&configuration.base_url) {
        warnings.push(format!(
            "`base_url` is {}: passwords and tokens travel in the clear, and browsers keep no \
             Secure cookies. Put https:// there, and TLS on the listener or a proxy before it",
            configuration.base_url
        ));
    }
    if keys.master_keys.is_empty() {
        warnings.push(String::from(
            "the keys that sign and seal tokens lie in the clear in the database: whoever can read \
             it, or a backup of it, can make tokens. Give `master_key_file` in [keys], and run \
             `scopegate key seal`",
        ));
    }
    warnings
}

/// Plain HTTP that leaves this machine.
fn is_in_the_clear(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else {
        return false;
    };
    let stays_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    url.scheme() == "http" && !stays_here
}

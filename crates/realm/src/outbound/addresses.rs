use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Which addresses this server may ask: every one of the public internet, and those that the
/// configuration lists. A URL that somebody else chose leads to no service inside.
#[derive(Debug, Clone, Default)]
pub struct Reachable {
    listed: Vec<IpNet>,
}

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {what}, and not listed in `allow_addresses`")]
pub struct AddressRefused {
    /// The address, as a name was found to stand for it.
    pub address: IpAddr,
    /// What is special about it.
    pub what: &'static str,
}

impl Reachable {
    /// Public addresses, and these.
    #[must_use]
    pub fn with(listed: Vec<IpNet>) -> Self {
        Self { listed }
    }

    /// May this one be asked?
    ///
    /// # Errors
    ///
    /// When it is not public, and not listed.
    pub fn check(&self, address: IpAddr) -> Result<(), AddressRefused> {
        if self.listed.iter().any(|network| network.contains(&address)) {
            return Ok(());
        }
        let special = match address {
            IpAddr::V4(address) => special_v4(address),
            IpAddr::V6(address) => special_v6(address),
        };
        match special {
            Some(what) => Err(AddressRefused { address, what }),
            None => Ok(()),
        }
    }
}

/// Networks of version 4 that are not public (the registry of RFC 6890).
const SPECIAL_V4: [(Ipv4Net, &str); 15] = [
    (v4([0, 0, 0, 0], 8), "no address of a host"),
    (v4([10, 0, 0, 0], 8), "private"),
    (
        v4([100, 64, 0, 0], 10),
        "shared inside a provider's network",
    ),
    (v4([127, 0, 0, 0], 8), "this machine itself"),
    (v4([169, 254, 0, 0], 16), "link-local"),
    (v4([172, 16, 0, 0], 12), "private"),
    (v4([192, 0, 0, 0], 24), "for protocols"),
    (v4([192, 0, 2, 0], 24), "for documentation"),
    (v4([192, 88, 99, 0], 24), "a relay to other networks"),
    (v4([192, 168, 0, 0], 16), "private"),
    (v4([198, 18, 0, 0], 15), "for benchmarks"),
    (v4([198, 51, 100, 0], 24), "for documentation"),
    (v4([203, 0, 113, 0], 24), "for documentation"),
    (v4([224, 0, 0, 0], 4), "multicast"),
    (v4([240, 0, 0, 0], 4), "reserved"),
];

/// Networks of version 6 inside of what is public, that are not. What leads on to an address of
/// version 4 may lead to a private one.
const SPECIAL_V6: [(Ipv6Net, &str); 4] = [
    (v6([0x2001, 0], 23), "for protocols"),
    (v6([0x2001, 0xdb8], 32), "for documentation"),
    (v6([0x2002, 0], 16), "a relay to other networks"),
    (v6([0x3fff, 0], 20), "for documentation"),
];

/// The others that have a name of their own.
const NAMED_V6: [(Ipv6Net, &str); 7] = [
    (v6([0x64, 0xff9b], 32), "translated to version 4"),
    (v6([0xfc00, 0], 7), "private"),
    (v6([0xfe80, 0], 10), "link-local"),
    (v6([0xfec0, 0], 10), "private"),
    (v6([0xff00, 0], 8), "multicast"),
    (v6([0x5f00, 0], 16), "for routers"),
    (v6([0x100, 0], 16), "discarded"),
];

/// All global unicast addresses (RFC 4291 section 2.4, as assigned so far).
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0], 3);

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let mut networks = SPECIAL_V4.iter();
    let found = networks.find(|(network, _)| network.contains(&address));
    found.map(|(_, what)| *what)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    if address.is_loopback() {
        return Some("this machine itself");
    }
    if address.to_ipv4_mapped().is_some() {
        return Some("an address of version 4 in disguise");
    }
    let mut networks = SPECIAL_V6.iter().chain(&NAMED_V6);
    let found = networks.find(|(network, _)| network.contains(&address));
    let other = (!PUBLIC_V6.contains(&address)).then_some("no public address");
    found.map(|(_, what)| *what).or(other)
}

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b]: [u16; 2], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_asked() {
        let reachable = Reachable::default();
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00::1",
        ] {
            let checked = reachable.check(public.parse().unwrap());
            assert_eq!(checked, Ok(()), "{public}");
        }
        for (inside, what) in [
            ("0.0.0.0", "no address of a host"),
            ("10.255.255.255", "private"),
            ("100.64.0.1", "shared inside"),
            ("127.0.0.1", "this machine"),
            ("127.255.0.1", "this machine"),
            ("169.254.169.254", "link-local"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.1.1", "private"),
            ("198.19.0.1", "benchmarks"),
            ("192.0.2.1", "documentation"),
            ("224.0.0.1", "multicast"),
            ("255.255.255.255", "reserved"),
            ("::", "no public"),
            ("::1", "this machine"),
            ("::7f00:1", "no public"),
            ("::ffff:127.0.0.1", "in disguise"),
            ("::ffff:1.1.1.1", "in disguise"),
            ("64:ff9b::a00:1", "translated"),
            ("64:ff9b:1::1", "translated"),
            ("2001::1", "protocols"),
            ("2001:db8::1", "documentation"),
            ("2002:a00:1::1", "relay"),
            ("fc00::1", "private"),
            ("fd12::1", "private"),
            ("fe80::1", "link-local"),
            ("fec0::1", "private"),
            ("ff02::1", "multicast"),
            ("4000::1", "no public"),
        ] {
            let refused = reachable.check(inside.parse().unwrap()).unwrap_err();
            let told = refused.to_string();
            assert!(
                told.contains(what) && told.contains("allow_addresses"),
                "{told}"
            );
        }
    }

    #[test]
    fn what_is_listed_is_asked_and_nothing_beside_it() {
        let listed = ["10.1.0.0/16", "::1/128"].map(|network| network.parse().unwrap());
        let reachable = Reachable::with(listed.to_vec());
        for listed in ["10.1.255.1", "::1", "1.1.1.1"] {
            assert_eq!(reachable.check(listed.parse().unwrap()), Ok(()), "{listed}");
        }
        for other in ["10.2.0.1", "127.0.0.1", "::ffff:10.1.0.1", "fd00::1"] {
            assert!(reachable.check(other.parse().unwrap()).is_err(), "{other}");
        }
    }
}

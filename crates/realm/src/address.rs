//! Addresses of the network, as they are counted.

use std::net::IpAddr;

/// One household or server has a whole /64 of IPv6.
pub(crate) fn key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address:{address}"),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            format!("address:{}/64", std::net::Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_with_its_network() {
        let key = |address: &str| key(address.parse().unwrap());
        assert_eq!(key("192.0.2.7"), "address:192.0.2.7");
        assert_eq!(key("::ffff:192.0.2.7"), "address:192.0.2.7");
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "address:2001:db8:1:2::/64");
    }
}

use std::net::IpAddr;

/// Where a call came from, as whoever accepted its connection knows: an extension of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerAddress {
    /// The address.
    pub address: IpAddr,
    /// Was it told by a proxy that is trusted? If not, it is the other end of the connection.
    pub told: bool,
}

/// What is done about limits at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Counting {
    /// It counts, and is refused where it would be one too many.
    #[default]
    Count,
    /// It is refused where it would be one too many, and does not count: it did already.
    Look,
    /// Nothing: the call goes on already.
    Off,
}

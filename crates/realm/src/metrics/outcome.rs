/// What an answer comes to, for counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Outcome {
    /// 1xx and 2xx.
    Ok,
    /// 3xx.
    Redirected,
    /// 4xx: what the caller can put right.
    Refused,
    /// 503: what cannot be told just now.
    Unavailable,
    /// Any other 5xx: a fault of the server.
    Failed,
}

impl Outcome {
    /// Every one, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Ok,
        Self::Redirected,
        Self::Refused,
        Self::Unavailable,
        Self::Failed,
    ];

    /// Of an HTTP status (RFC 9110 section 15).
    #[must_use]
    pub fn of(status: u16) -> Self {
        match status {
            ..300 => Self::Ok,
            300..400 => Self::Redirected,
            400..500 => Self::Refused,
            503 => Self::Unavailable,
            _ => Self::Failed,
        }
    }

    /// The name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

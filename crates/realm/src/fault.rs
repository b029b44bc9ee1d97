use storage::StoreError;

/// Why nothing can be told or done: what a realm stands on failed. Never answered as success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// What is stored cannot be reached. A change that was asked for may have been made.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// What has to be kept cannot be written. Nothing was changed.
    #[error("the database cannot be written: {0}")]
    NotWritable(String),
    /// The provider's system that knows what people may do does not tell it.
    #[error("the system that knows what people may do does not answer")]
    RightsUnavailable,
    /// What is stored is not as it must be, or this program asked for what cannot be.
    #[error("{0}")]
    Defect(String),
}

impl Fault {
    /// Will trying again help?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::NotWritable(_) | Self::RightsUnavailable => true,
            Self::Defect(_) => false,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(problem) => Self::Unavailable(problem),
            StoreError::NotWritable(problem) => Self::NotWritable(problem),
            other => Self::Defect(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_what_the_store_said() {
        let not_found = StoreError::NotFound {
            what: "grant",
            key: "1".to_owned(),
        };
        for error in [
            StoreError::Unavailable("gone".to_owned()),
            StoreError::NotWritable("full".to_owned()),
            StoreError::Refused("no such table".to_owned()),
            not_found,
        ] {
            assert_eq!(Fault::from(error.clone()).to_string(), error.to_string());
        }
    }
}

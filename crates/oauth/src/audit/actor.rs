use std::net::IpAddr;

use crate::model::{User, Uuid};

/// Who does something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// From where.
    pub origin: Origin,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody at the command line, beside the server.
    Operator {
        /// The name of their account there, if it is known.
        account: Option<String>,
    },
    /// A person of the realm, signed in.
    Person {
        /// The person.
        id: Uuid,
        /// What they sign in with.
        username: String,
    },
    /// A client, which has proved itself.
    Client {
        /// `client_id`.
        id: String,
    },
    /// The server by itself.
    System,
}

/// Where a request came from; nothing is known of what no request asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The address of the client.
    pub address: Option<IpAddr>,
    /// The name of the request, as in its answer and in the log.
    pub request_id: Option<String>,
}

impl Actor {
    /// Somebody at the command line.
    #[must_use]
    pub fn operator(account: Option<String>) -> Self {
        Self {
            who: Who::Operator { account },
            origin: Origin::default(),
        }
    }

    /// A person who is signed in.
    #[must_use]
    pub fn person(user: &User, origin: Origin) -> Self {
        Self {
            who: Who::Person {
                id: user.id,
                username: user.username.clone(),
            },
            origin,
        }
    }

    /// A client that has proved itself.
    #[must_use]
    pub fn client(id: &str, origin: Origin) -> Self {
        Self {
            who: Who::Client { id: id.to_owned() },
            origin,
        }
    }

    /// The server by itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            who: Who::System,
            origin: Origin::default(),
        }
    }
}

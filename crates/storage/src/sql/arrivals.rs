//! People who signed in elsewhere or were invited, with what they bring along, in one transaction.

use super::database::{self, Connection};
use super::{memberships, organisations, sign_ins, tickets, users};
use crate::error::StoreError;
use crate::store::ArrivalStep;
use crate::text::hexadecimal;

pub(crate) async fn record(
    connection: &mut Connection,
    steps: &[ArrivalStep],
) -> Result<(), StoreError> {
    // Before the first change: whoever waits for one has the numbers already.
    if steps.iter().any(gives_a_number) {
        database::hold_numbers(connection).await?;
    }
    for step in steps {
        take(connection, step).await?;
    }
    Ok(())
}

async fn take(connection: &mut Connection, step: &ArrivalStep) -> Result<(), StoreError> {
    match step {
        ArrivalStep::InsertUser(user, record) => {
            users::insert(connection, user, record).await?;
        }
        ArrivalStep::UpdateUser(user, record) => users::update(connection, user, record).await?,
        ArrivalStep::InsertOrganisation(organisation, roles, record) => {
            organisations::insert(connection, organisation, roles, record).await?;
        }
        ArrivalStep::RenameOrganisation(organisation, record) => {
            organisations::rename(connection, organisation, record).await?;
        }
        ArrivalStep::PutMembership(membership, record) => {
            memberships::put(connection, membership, record).await?;
        }
        // One that is gone already is what was wanted.
        ArrivalStep::RemoveMembership(membership, record) => {
            memberships::remove(connection, membership, record).await?;
        }
        ArrivalStep::GiveTicket(ticket, record) => {
            tickets::give(connection, ticket, record).await?;
        }
        ArrivalStep::AnswerSignIn {
            challenge,
            answer,
            now,
        } => {
            if !sign_ins::answer(connection, challenge, answer, *now).await? {
                return Err(StoreError::Conflict {
                    what: "sign-in",
                    key: hexadecimal(&challenge.0),
                });
            }
        }
    }
    Ok(())
}

fn gives_a_number(step: &ArrivalStep) -> bool {
    matches!(
        step,
        ArrivalStep::InsertUser(..) | ArrivalStep::InsertOrganisation(..)
    )
}

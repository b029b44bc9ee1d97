use super::{Said, Server};
use crate::arguments::records::RealmCommand;
use crate::failure::Failure;

/// Runs one command on a realm as a whole.
pub async fn run(server: &Server, command: &RealmCommand) -> Result<Said, Failure> {
    let RealmCommand::CutOff { realm, yes } = command;
    let desk = server.desk(realm)?;
    if !yes {
        return Ok(Said::not_so(format!(
            "nothing done yet: every session, code and token issued in {realm} until now would end; \
             people would sign in and apps ask anew. Give --yes to do it"
        )));
    }
    desk.cut_off_realm(server.operator()).await?;
    Ok(Said::from(format!(
        "everything issued in {realm} until now has ended; people sign in and apps ask anew."
    )))
}

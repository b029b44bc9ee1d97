//! What the tests of the binary have, too.

#[path = "../../../cli/tests/common/page.rs"]
pub mod page;
#[path = "../../../cli/tests/common/running.rs"]
pub mod running;
#[path = "../../../cli/tests/common/until.rs"]
pub mod until;

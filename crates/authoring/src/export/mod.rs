//! A catalog into a description: the security scheme, what each operation needs, and what OpenAPI
//! cannot say of it. `run` is the walk (`options`); `fresh` makes a description where there is none, `matched`
//! finds the rule of each operation, `security` and `scheme` write what OpenAPI has words for,
//! `carried` the rest, `report` tells what a person has to know.

mod carried;
mod fresh;
mod matched;
pub mod options;
pub mod report;
pub mod run;
mod scheme;
mod security;

//! Callers by number: the token of the seventh is `c7`.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use enforce::{
    AccessError, AccessNow, AccessSource, TokenVerifier, UnverifiedToken, Uuid, VerifiedToken,
    VerifyError,
};
use scope::cases::{Case, CaseFile};
use scope::{
    Catalog, GrantAnswers, GrantedScope, History, OrganisationKey, RowFilter, Scope, Withheld,
};
use serde_json::Value;

pub struct Callers(pub Vec<(GrantedScope, AccessNow)>);

impl Callers {
    /// Those of decision cases, in their order.
    pub fn of(catalog: &Catalog, file: &CaseFile) -> Arc<Self> {
        let caller = |case: &Case| {
            let holds = case.access(catalog);
            let token = holds.granted.clone();
            let mut access = AccessNow::new(holds.subject, holds.granted, Arc::new(holds.ceiling));
            access.approved = Arc::new(holds.approved);
            access.rights = Arc::new(holds.rights);
            access.expired = holds.expired.map(Arc::new);
            access.unproven = holds.unproven.map(Arc::new);
            access.answers = Some(Arc::new(Answers {
                requested: case.requested.clone(),
                refused: case.refused.clone(),
                withheld: case.withheld(),
                reduced: case.reduced.clone(),
            }));
            (token, access)
        };
        Arc::new(Self(file.cases.iter().map(caller).collect()))
    }

    fn caller(&self, name: &str) -> Option<&(GrantedScope, AccessNow)> {
        self.0.get(name.strip_prefix('c')?.parse::<usize>().ok()?)
    }
}

#[async_trait]
impl TokenVerifier for Callers {
    async fn verify(&self, token: UnverifiedToken<'_>) -> Result<VerifiedToken, VerifyError> {
        let name = token.expose();
        let known = self.caller(name);
        let (granted, _) = known.ok_or(VerifyError::Invalid("The token is nobody's."))?;
        Ok(VerifiedToken::new(
            Uuid::from_u128(9),
            name,
            granted.clone(),
        ))
    }
}

#[async_trait]
impl AccessSource for Callers {
    async fn access(
        &self,
        token: &VerifiedToken,
        _: Option<(OrganisationKey, &str)>,
    ) -> Result<AccessNow, AccessError> {
        let (_, access) = self.caller(&token.client).ok_or(AccessError::TokenEnded)?;
        Ok(access.clone())
    }
}

/// The answers given under a grant.
#[derive(Debug)]
struct Answers {
    requested: Option<Scope>,
    refused: Scope,
    withheld: Vec<Withheld>,
    reduced: Scope,
}

impl GrantAnswers for Answers {
    fn history(&self, _: Option<i64>) -> History<'_> {
        History {
            requested: self.requested.as_ref(),
            refused: &self.refused,
            withheld: &self.withheld,
            reduced: Cow::Borrowed(&self.reduced),
            ..History::default()
        }
    }
}

/// What a gate answered: the row filter of a permit, or the body of a denial.
#[derive(Debug)]
pub enum Told {
    Permit(String),
    Deny(Value),
}

/// The decision cases of a catalog.
pub fn case_file(id: &str) -> CaseFile {
    let file = format!("{}/../scope/cases/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    CaseFile::parse(&std::fs::read_to_string(&file).unwrap()).unwrap()
}

/// Where a gate told something else than the engine says.
pub fn differences(expected: &scope::Explanation, told: &Told) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: Value, found: Value| {
        if expected != found {
            differences.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let filter = expected.row_filter.map_or("", RowFilter::as_str);
    match told {
        Told::Permit(found) => {
            compare(
                "reason",
                expected.reason.as_str().into(),
                "permitted".into(),
            );
            compare("row filter", filter.into(), found.as_str().into());
        }
        Told::Deny(problem) => {
            let expected = serde_json::to_value(expected).unwrap();
            compare("decision", expected["decision"].clone(), "deny".into());
            for member in ["reason", "endpoint", "required", "missing", "unseen"] {
                compare(member, expected[member].clone(), problem[member].clone());
            }
        }
    }
    differences
}

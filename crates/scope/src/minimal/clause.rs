//! Scopes that together open something.

/// Candidates that together open something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clause {
    /// In order, each once.
    pub(super) all: Vec<u32>,
    /// Some rows only.
    pub(super) has_filter: bool,
}

impl Clause {
    fn contains(&self, other: &Self) -> bool {
        other.all.iter().all(|own| self.all.contains(own))
    }

    /// Does it open nothing that the other does not?
    fn is_spared_by(&self, other: &Self) -> bool {
        self.contains(other) && (self.has_filter || !other.has_filter)
    }
}

/// What is open to all.
pub(super) fn open() -> Vec<Clause> {
    vec![Clause {
        all: Vec::new(),
        has_filter: false,
    }]
}

/// Without clauses that another one spares.
pub(super) fn absorbed(mut clauses: Vec<Clause>) -> Vec<Clause> {
    clauses.sort_unstable_by(|left, right| (left.all.len(), left).cmp(&(right.all.len(), right)));
    clauses.dedup();
    if clauses
        .iter()
        .all(|own| own.all.len() == 1 && !own.has_filter)
    {
        return clauses;
    }
    let mut kept: Vec<Clause> = Vec::new();
    for next in clauses {
        if !kept.iter().any(|own| next.is_spared_by(own)) {
            kept.retain(|own| !own.is_spared_by(&next));
            kept.push(next);
        }
    }
    kept
}

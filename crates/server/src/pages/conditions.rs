//! When a scope alone does not open a call: what else it takes, in a phrase.

use scope::Requirement;

use super::words::Words;

/// What else `scope` takes to meet a requirement that names it; nothing when it is enough.
pub(super) fn condition(words: Words, requirement: &Requirement, scope: &str) -> Option<String> {
    let with = |key: &str, values: &[(&str, &str)]| Some(words.with(key, values));
    match requirement {
        Requirement::Scope(_) | Requirement::AnyToken | Requirement::Public => None,
        Requirement::BySubject { .. } => {
            with("scopes-needs", &[("rule", &requirement.to_string())])
        }
        Requirement::All(parts) => match names(parts) {
            Some(names) => with("scopes-with", &[("scopes", &others(&names, scope))]),
            None => with("scopes-needs", &[("rule", &requirement.to_string())]),
        },
        Requirement::Any(parts) => match names(parts) {
            Some(names) => with("scopes-any", &[("scopes", &names.join(", "))]),
            None => with("scopes-needs", &[("rule", &requirement.to_string())]),
        },
        Requirement::ByPath { parameter, is } => with(
            "scopes-if-path",
            &[("name", parameter), ("values", &values(words, is, scope))],
        ),
        Requirement::ByQuery { parameter, is, .. } => with(
            "scopes-if-query",
            &[("name", parameter), ("values", &values(words, is, scope))],
        ),
        Requirement::ByBody { pointer, is, .. } => with(
            "scopes-if-body",
            &[("name", pointer), ("values", &values(words, is, scope))],
        ),
    }
}

/// The parts' scopes, if each part is just one.
fn names(parts: &[Requirement]) -> Option<Vec<&str>> {
    parts
        .iter()
        .map(|part| match part {
            Requirement::Scope(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

fn others(names: &[&str], scope: &str) -> String {
    let others: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| *name != scope)
        .collect();
    others.join(", ")
}

/// The values for which the scope counts; those for which it is not enough say so.
fn values(words: Words, is: &[(String, Requirement)], scope: &str) -> String {
    let values: Vec<String> = is
        .iter()
        .filter(|(_, part)| part.scopes().contains(&scope))
        .map(|(value, part)| match part {
            Requirement::Scope(_) => value.clone(),
            _ => words.with("scopes-value-with-others", &[("value", value)]),
        })
        .collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn told(requirement: &Requirement) -> Option<String> {
        condition(Words::new(Language::English), requirement, "a")
    }

    #[test]
    fn a_scope_that_is_enough_needs_no_words() {
        assert_eq!(told(&Requirement::Scope("a".to_owned())), None);
    }

    #[test]
    fn what_else_it_takes_is_said() {
        let scope = |name: &str| Requirement::Scope(name.to_owned());
        let both = Requirement::All(vec![scope("a"), scope("b")]);
        assert_eq!(told(&both).unwrap(), "together with b");
        let either = Requirement::Any(vec![scope("a"), scope("b")]);
        assert_eq!(told(&either).unwrap(), "one of a, b is enough");
        let by_body = Requirement::ByBody {
            pointer: "/event".to_owned(),
            batch: false,
            without: Vec::new(),
            otherwise: None,
            is: vec![
                ("x.*".to_owned(), scope("a")),
                ("y".to_owned(), scope("b")),
                ("all".to_owned(), both.clone()),
            ],
        };
        assert_eq!(
            told(&by_body).unwrap(),
            "if /event in the body is x.*, all (with others)"
        );
        let nested = Requirement::Any(vec![both, scope("c")]);
        assert_eq!(told(&nested).unwrap(), "takes (a and b) or c");
    }
}

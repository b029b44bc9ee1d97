//! What a person has to know of an import: what was guessed, and what was left out.

use std::collections::BTreeMap;

/// What kind of thing was found. In the order of reports: what matters most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    NoScopes,
    Added,
    AddedScope,
    Differs,
    Gone,
    GoneScope,
    Rebased,
    OrganisationUnsaid,
    SeveralScopes,
    Contradiction,
    Stale,
    OddExtension,
    PublicKept,
    AnyTokenKept,
    Wider,
    ScopesOrNone,
    IllegalName,
    PatternName,
    BrokenPath,
    BrokenScheme,
    OddServer,
    UnknownScheme,
    OddSecurity,
    Twice,
    TooMuch,
    MergedDifferent,
    Hidden,
    FallenThrough,
    Proposed,
    Path,
    Method,
    Unsaid,
    Denied,
    Public,
    OtherCredentials,
    AnyTokenLeftOut,
    Undeclared,
    Unused,
    BesideToken,
    Roles,
    Optional,
    GivenTwice,
    PathRead,
    MergedSame,
    OtherServers,
    NoText,
    LongText,
    Risk,
    Implied,
    LostSchema,
    CutSchema,
}

/// Where a kind stands in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Was decided or concluded, and could be wrong.
    Guessed,
    /// Is not in the catalog, so it is denied.
    LeftOut,
    /// Good to know; nothing to do.
    Noted,
}

impl Kind {
    /// A word for programs.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NoScopes => "no-scopes",
            Self::Added => "added",
            Self::AddedScope => "added-scope",
            Self::Differs => "differs",
            Self::Gone => "gone",
            Self::GoneScope => "gone-scope",
            Self::Rebased => "rebased",
            Self::OrganisationUnsaid => "organisation-unsaid",
            Self::SeveralScopes => "several-scopes",
            Self::Contradiction => "contradiction",
            Self::Stale => "stale",
            Self::OddExtension => "odd-extension",
            Self::PublicKept => "public-kept",
            Self::AnyTokenKept => "any-token-kept",
            Self::Wider => "wider",
            Self::ScopesOrNone => "scopes-or-none",
            Self::IllegalName => "illegal-name",
            Self::PatternName => "pattern-name",
            Self::BrokenPath => "broken-path",
            Self::BrokenScheme => "broken-scheme",
            Self::OddServer => "odd-server",
            Self::UnknownScheme => "unknown-scheme",
            Self::OddSecurity => "odd-security",
            Self::Twice => "twice",
            Self::TooMuch => "too-much",
            Self::MergedDifferent => "merged-different",
            Self::Hidden => "hidden",
            Self::FallenThrough => "fallen-through",
            Self::Proposed => "proposed",
            Self::Path => "path",
            Self::Method => "method",
            Self::Unsaid => "unsaid",
            Self::Denied => "denied",
            Self::Public => "public",
            Self::OtherCredentials => "other-credentials",
            Self::AnyTokenLeftOut => "any-token-left-out",
            Self::Undeclared => "undeclared",
            Self::Unused => "unused",
            Self::BesideToken => "beside-token",
            Self::Roles => "roles",
            Self::Optional => "optional",
            Self::GivenTwice => "given-twice",
            Self::PathRead => "path-read",
            Self::MergedSame => "merged-same",
            Self::OtherServers => "other-servers",
            Self::NoText => "no-text",
            Self::LongText => "long-text",
            Self::Risk => "risk",
            Self::Implied => "implied",
            Self::LostSchema => "lost-schema",
            Self::CutSchema => "cut-schema",
        }
    }

    pub(crate) fn group(self) -> Group {
        match self {
            Self::IllegalName
            | Self::BrokenPath
            | Self::OddSecurity
            | Self::Twice
            | Self::TooMuch
            | Self::Path
            | Self::Method
            | Self::Unsaid
            | Self::Denied
            | Self::Public
            | Self::OtherCredentials
            | Self::AnyTokenLeftOut => Group::LeftOut,
            Self::Undeclared
            | Self::Unused
            | Self::Roles
            | Self::Optional
            | Self::MergedSame
            | Self::OtherServers
            | Self::LongText
            | Self::Risk
            | Self::Implied
            | Self::LostSchema
            | Self::CutSchema
            | Self::Hidden => Group::Noted,
            _ => Group::Guessed,
        }
    }

    /// The sentence over what was found.
    pub(crate) fn heading(self, count: usize) -> String {
        // What is written for one and for several.
        let pick = |one: &'static str, many: &'static str| if count == 1 { one } else { many };
        let operations = counted(count, "operation", "operations");
        let scopes = counted(count, "scope", "scopes");
        let calls = counted(count, "call", "calls");
        let (is, has, say) = (pick("is", "are"), pick("has", "have"), pick("says", "say"));
        let (name, need) = (pick("names", "name"), pick("needs", "need"));
        match self {
            Self::NoScopes => "No operation names a scope".to_owned(),
            Self::Added => format!("{calls} {is} new and {} added", pick("was", "were")),
            Self::AddedScope => format!("{scopes} {is} new and {} added", pick("was", "were")),
            Self::Differs => {
                format!("{calls} {need} something else in the document: the file stays as it is")
            }
            Self::Gone => {
                format!("{calls} of the file {is} not in the document: the file stays as it is")
            }
            Self::GoneScope => {
                format!("{scopes} of the file {is} not in the document: the file stays as it is")
            }
            Self::Rebased => format!(
                "{calls} {is} new and {} outside `base_path`, so that was written into the other paths",
                pick("stands", "stand")
            ),
            Self::OrganisationUnsaid => {
                "Paths seem to name the organisation, and no description says which part does"
                    .to_owned()
            }
            Self::SeveralScopes => {
                format!("{operations} {name} several scopes in one list: all of them are needed")
            }
            Self::Contradiction => format!(
                "{operations} {name} other scopes in `security` than in the source you named: `security` was taken"
            ),
            Self::Stale => format!(
                "{operations} {say} something else in `security` than in `x-scopegate`: `security` was taken"
            ),
            Self::OddExtension => format!(
                "{} not as an export writes {}",
                counted(count, "`x-scopegate` is", "`x-scopegate`s are"),
                pick("it: it was passed over", "them: they were passed over")
            ),
            Self::PublicKept => format!("{operations} {is} open to everybody, without a token"),
            Self::AnyTokenKept => {
                format!("{operations} {is} open to any token, whatever its scope")
            }
            Self::Wider => format!(
                "{operations} {say} in `x-scopegate` that more calls are opened than the document has"
            ),
            Self::ScopesOrNone => format!(
                "{operations} {} for scopes, or for any token without them: here the scopes are needed",
                pick("asks", "ask")
            ),
            Self::IllegalName => format!(
                "{} cannot be a scope (RFC 6749 section 3.3): what needs {} is denied",
                counted(count, "name", "names"),
                pick("it", "them")
            ),
            Self::PatternName => format!(
                "{} a `*` and {} kept: as a right of a role it stands for every name that fits",
                counted(count, "scope's name has", "scopes' names have"),
                pick("was", "were")
            ),
            Self::BrokenPath => format!(
                "{} of `paths` cannot be read",
                counted(count, "entry", "entries")
            ),
            Self::BrokenScheme => {
                format!(
                    "{} cannot be read",
                    counted(count, "security scheme", "security schemes")
                )
            }
            Self::OddServer => "Addresses of servers were not read as they stand".to_owned(),
            Self::UnknownScheme => format!(
                "{operations} {name} a security scheme that is not declared: what it lists was taken for scopes"
            ),
            Self::OddSecurity => {
                format!(
                    "{operations} {has} a `security` that is not as OpenAPI has it: it was not read"
                )
            }
            Self::Twice => format!(
                "{operations} {is} said twice, or what {} needs is: nobody knows which of the two is meant",
                pick("it", "each of them")
            ),
            Self::TooMuch => format!("{operations} {has} more in `security` than can be written"),
            Self::MergedDifferent => format!(
                "{calls} {} by several operations with different scopes: those of all are needed",
                pick("is described", "are described")
            ),
            Self::Hidden => format!(
                "{calls} {is} denied: a path that is written out comes before one with a template, and lacks the method"
            ),
            Self::FallenThrough => format!(
                "{calls} of paths that are written out {is} open as the path with a template has {}",
                pick("it", "them")
            ),
            Self::Proposed => format!("{operations} {has} a scope that was proposed here"),
            Self::Path => format!("{operations} {has} a path that no catalog can have"),
            Self::Method => format!("{operations} {has} a method that no catalog can have"),
            Self::Unsaid => format!("{operations} {say} nothing about who may call"),
            Self::Denied => {
                format!("{operations} {has} no rule in the catalog that was exported")
            }
            Self::Public => format!("{operations} {is} public in the document"),
            Self::OtherCredentials => {
                format!("{operations} {is} for other credentials than access tokens")
            }
            Self::AnyTokenLeftOut => format!("{operations} {is} open to any token in the document"),
            Self::Undeclared => format!("{scopes} {is} used and never declared; kept"),
            Self::Unused => format!(
                "{scopes} {is} declared, and no operation names {}; kept",
                pick("it", "them")
            ),
            Self::BesideToken => {
                format!("{operations} {need} something besides the token, which no gate checks")
            }
            Self::Roles => format!(
                "{operations} {has} names under other credentials: they are roles, not scopes"
            ),
            Self::Optional => format!(
                "{operations} {} without credentials, too, by the document: here {} a token",
                pick("works", "work"),
                pick("it needs", "they need")
            ),
            Self::GivenTwice => format!(
                "{} given twice: the last one counts, but for what opens a call",
                counted(count, "key is", "keys are")
            ),
            Self::PathRead => format!("{operations} {has} a path that is written otherwise here"),
            Self::MergedSame => format!(
                "{calls} {} by several operations with the same scopes",
                pick("is described", "are described")
            ),
            Self::OtherServers => {
                "Further servers have other base paths: that of the first one was taken".to_owned()
            }
            Self::NoText => format!(
                "{scopes} {has} no text in the document: a plain one was made from the name"
            ),
            Self::LongText => format!(
                "{} too long for a page and was cut",
                counted(count, "text was", "texts were")
            ),
            Self::Risk => format!(
                "{scopes} got a risk of 4 or 5 (of 5), from what {} open{}",
                pick("it", "they"),
                pick("s", "")
            ),
            Self::Implied => format!(
                "{scopes} {} to include others: each is proposed in a comment of the file, and does nothing there",
                pick("seems", "seem")
            ),
            Self::LostSchema => format!(
                "{} of schemas and examples {} nowhere in the description's folder: nothing is kept of what stands there",
                counted(count, "reference", "references"),
                pick("leads", "lead")
            ),
            Self::CutSchema => {
                "Schemas and examples were too large or too deep and were not kept as a whole"
                    .to_owned()
            }
        }
    }

    /// What to do about it.
    pub(crate) fn advice(self) -> Option<&'static str> {
        Some(match self {
            Self::NoScopes => {
                "where prose names the scopes, --scopes-from description PATTERN reads them; where an extension does, --scopes-from extension NAME; where nothing does, --propose makes a first draft"
            }
            Self::OrganisationUnsaid => {
                "where it does, write it into the catalog, as in the comment there: until then a token of one organisation opens the calls of every other"
            }
            Self::SeveralScopes => {
                "many authors mean any of them: ask somebody who knows the API. --lists any reads every list so, --lists any:PATTERN those of some operations"
            }
            Self::OddSecurity => {
                "correct the document: `security` is a list of objects, each with lists of scopes"
            }
            Self::Twice | Self::GivenTwice => "correct the document: keep one of the two",
            Self::Stale => {
                "somebody changed one of the two since the export: export the catalog once more, or take `x-scopegate` away there"
            }
            Self::OddExtension => {
                "correct it there, export the catalog once more, or take `x-scopegate` away"
            }
            Self::Denied => {
                "they carry `x-scopegate: { denied: true }`; take that away where such a call is to be opened"
            }
            Self::OddServer => {
                "paths of the catalog have to be those of the API: compare `base_path`, or correct the document"
            }
            Self::PatternName => {
                "no role can have such a scope alone: give it a name without `*`, or leave it out of roles"
            }
            Self::PublicKept => "--public deny, the default, leaves such operations out",
            Self::AnyTokenKept => "--any-token deny leaves such operations out",
            Self::Wider => "take `x-scopegate` away there, where no export of yours wrote it",
            Self::Unsaid => "add `security` in the document, or a rule in the catalog",
            Self::Public => {
                "--public keep opens such operations to everybody, by a rule that says so"
            }
            Self::AnyTokenLeftOut => {
                "--any-token keep opens such operations to every token, by a rule that says so"
            }
            Self::Hidden => "where the API does not work so, --fall-through opens them",
            Self::NoText => {
                "they are marked in the file: people read them when they are asked for consent"
            }
            Self::Proposed => "every name and every requirement is a draft to discuss",
            Self::Contradiction => "one of the two is out of date; correct the document",
            _ => return None,
        })
    }
}

/// "1 operation", "7 operations".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The operation, scope or file.
    pub(crate) subject: String,
    /// What is to be said of it, if anything.
    pub(crate) what: String,
}

/// Everything that was found of a kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    pub(crate) all: Vec<Finding>,
    /// What speaks for or against what was made of it.
    pub(crate) notes: Vec<String>,
}

/// Everything that was found, by kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings(BTreeMap<Kind, Found>);

impl Findings {
    pub(crate) fn add(&mut self, kind: Kind, subject: impl Into<String>, what: impl Into<String>) {
        self.0.entry(kind).or_default().all.push(Finding {
            subject: subject.into(),
            what: what.into(),
        });
    }

    /// The same, unless the last one says it already.
    pub(crate) fn once(&mut self, kind: Kind, subject: &str, what: String) {
        let known = self.0.get(&kind).and_then(|own| own.all.last());
        if known.is_none_or(|own| own.subject != subject || own.what != what) {
            self.add(kind, subject, what);
        }
    }

    /// Adds what speaks for or against a kind.
    pub(crate) fn note(&mut self, kind: Kind, note: String) {
        self.0.entry(kind).or_default().notes.push(note);
    }

    pub(crate) fn has(&self, kind: Kind) -> bool {
        self.0.contains_key(&kind)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Kind, &Found)> {
        self.0.iter().map(|(kind, own)| (*kind, own))
    }

    /// Has a person nothing to look at?
    pub(crate) fn is_clean(&self) -> bool {
        self.0.keys().all(|kind| kind.group() == Group::Noted)
    }
}

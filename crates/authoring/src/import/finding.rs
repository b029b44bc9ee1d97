//! What a person has to know of an import: what was guessed, and what was left out.

use std::collections::BTreeMap;

/// What kind of thing was found. In the order of reports: what matters most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    NoScopes,
    SeveralScopes,
    Contradiction,
    PublicKept,
    AnyTokenKept,
    ScopesOrNone,
    IllegalName,
    BrokenPath,
    BrokenScheme,
    UnknownScheme,
    OddSecurity,
    TooMuch,
    MergedDifferent,
    Hidden,
    FallenThrough,
    Proposed,
    Path,
    Method,
    Unsaid,
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
    NoRisk,
    Alternatives,
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
            Self::SeveralScopes => "several-scopes",
            Self::Contradiction => "contradiction",
            Self::PublicKept => "public-kept",
            Self::AnyTokenKept => "any-token-kept",
            Self::ScopesOrNone => "scopes-or-none",
            Self::IllegalName => "illegal-name",
            Self::BrokenPath => "broken-path",
            Self::BrokenScheme => "broken-scheme",
            Self::UnknownScheme => "unknown-scheme",
            Self::OddSecurity => "odd-security",
            Self::TooMuch => "too-much",
            Self::MergedDifferent => "merged-different",
            Self::Hidden => "hidden",
            Self::FallenThrough => "fallen-through",
            Self::Proposed => "proposed",
            Self::Path => "path",
            Self::Method => "method",
            Self::Unsaid => "unsaid",
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
            Self::NoRisk => "no-risk",
            Self::Alternatives => "alternatives",
        }
    }

    pub(crate) fn group(self) -> Group {
        match self {
            Self::IllegalName
            | Self::BrokenPath
            | Self::TooMuch
            | Self::Path
            | Self::Method
            | Self::Unsaid
            | Self::Public
            | Self::OtherCredentials
            | Self::AnyTokenLeftOut
            | Self::Hidden => Group::LeftOut,
            Self::Undeclared
            | Self::Unused
            | Self::Roles
            | Self::Optional
            | Self::MergedSame
            | Self::OtherServers
            | Self::LongText
            | Self::Alternatives
            | Self::NoRisk => Group::Noted,
            _ => Group::Guessed,
        }
    }

    /// The sentence over what was found, with what to do about it.
    pub(crate) fn heading(self, count: usize) -> String {
        let operations = counted(count, "operation", "operations");
        let is = if count == 1 { "is" } else { "are" };
        let has = if count == 1 { "has" } else { "have" };
        let say = if count == 1 { "says" } else { "say" };
        let name = if count == 1 { "names" } else { "name" };
        match self {
            Self::NoScopes => {
                "No operation names a scope. Where the scopes are in prose, name them with --scopes-from description PATTERN; where an extension has them, with --scopes-from extension NAME; where there are none at all, --propose makes a first draft".to_owned()
            }
            Self::SeveralScopes => format!(
                "{operations} {name} several scopes in one list. In OpenAPI that means all of them; many authors mean any of them. Ask the API's team; --lists any reads every list so, --lists any:PATTERN some of them"
            ),
            Self::Contradiction => format!(
                "{operations} {name} other scopes in `security` than in the source you named; `security` was taken"
            ),
            Self::PublicKept => format!("{operations} {is} open to everybody, as --public keep asks for"),
            Self::AnyTokenKept => format!(
                "{operations} {is} open to any token, whatever its scope, as the document says; --any-token deny leaves them out"
            ),
            Self::ScopesOrNone => format!(
                "{operations} {say} both: these scopes, or a token without any. The scopes were kept"
            ),
            Self::IllegalName => format!(
                "{} cannot be a scope (RFC 6749 section 3.3); what needs {} is denied",
                counted(count, "name", "names"),
                if count == 1 { "it" } else { "them" }
            ),
            Self::BrokenPath => format!("{} of the document cannot be read", counted(count, "entry", "entries")),
            Self::BrokenScheme => format!("{} cannot be read", counted(count, "security scheme", "security schemes")),
            Self::UnknownScheme => format!(
                "{} security schemes that the document does not declare; their names were taken for scopes",
                counted_name(count)
            ),
            Self::OddSecurity => format!("{operations} {has} a `security` that is not as OpenAPI has it"),
            Self::TooMuch => format!("{operations} {has} more in `security` than can be written"),
            Self::MergedDifferent => format!(
                "{} for a gate the same call with different scopes; a call needs those of both",
                if count == 1 { "Once operations are".to_owned() } else { format!("{count} times operations are") }
            ),
            Self::Hidden => format!(
                "{} denied because a literal path hides the template beside it; --fall-through opens {} as the template does",
                if count == 1 { "1 call is".to_owned() } else { format!("{count} calls are") },
                if count == 1 { "it" } else { "them" }
            ),
            Self::FallenThrough => format!(
                "{} as the template beside the literal path, as --fall-through asks for",
                if count == 1 { "1 call is open".to_owned() } else { format!("{count} calls are open") }
            ),
            Self::Proposed => format!("{operations} {has} a scope that was proposed here, from the path, the tags and what the operation does"),
            Self::Path => format!("{operations} {has} a path that cannot be written in a catalog"),
            Self::Method => format!("{operations} {has} a method that a catalog does not know"),
            Self::Unsaid => format!("{operations} {say} nothing about who may call"),
            Self::Public => format!("{operations} {is} public in the document; --public keep would let everybody call"),
            Self::OtherCredentials => format!("{operations} {is} for other credentials only, not for access tokens"),
            Self::AnyTokenLeftOut => format!("{operations} {is} open to any token in the document, and left out as --any-token deny asks for"),
            Self::Undeclared => format!(
                "{} used and never declared; kept",
                if count == 1 { "1 scope is".to_owned() } else { format!("{count} scopes are") }
            ),
            Self::Unused => format!(
                "{} declared and named by no operation; kept, and they open nothing",
                if count == 1 { "1 scope is".to_owned() } else { format!("{count} scopes are") }
            ),
            Self::BesideToken => format!("{operations} {} something besides the token, which a gate does not check", if count == 1 { "needs" } else { "need" }),
            Self::Roles => format!("{operations} {has} names under a scheme whose names are roles; they are no scopes"),
            Self::Optional => format!("{operations} {} also without credentials in the document; here never", if count == 1 { "works" } else { "work" }),
            Self::GivenTwice => format!("{} given twice", if count == 1 { "1 key is".to_owned() } else { format!("{count} keys are") }),
            Self::PathRead => format!("{operations} {has} a path that was written otherwise here"),
            Self::MergedSame => format!(
                "{} for a gate the same call and need the same",
                if count == 1 { "Once operations are".to_owned() } else { format!("{count} times operations are") }
            ),
            Self::OtherServers => "Other servers have other base paths; the first one was taken".to_owned(),
            Self::NoText => format!(
                "{} no text in the document; a plain one was made from the name, marked in the file",
                if count == 1 { "1 scope has".to_owned() } else { format!("{count} scopes have") }
            ),
            Self::LongText => format!(
                "{} too long for a page of consent and was cut",
                if count == 1 { "1 text is".to_owned() } else { format!("{count} texts are") }
            ),
            Self::NoRisk => "Every risk is a proposal".to_owned(),
            Self::Alternatives => format!("{operations} {is} open by any of several scopes; clients should ask for the narrowest"),
        }
    }
}

/// "1 operation", "7 operations".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}

fn counted_name(count: usize) -> String {
    match count {
        1 => "1 use of".to_owned(),
        _ => format!("{count} uses of"),
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

/// Everything that was found, by kind.
#[derive(Debug, Default)]
pub(crate) struct Findings(BTreeMap<Kind, Vec<Finding>>);

impl Findings {
    pub(crate) fn add(&mut self, kind: Kind, subject: impl Into<String>, what: impl Into<String>) {
        self.0.entry(kind).or_default().push(Finding {
            subject: subject.into(),
            what: what.into(),
        });
    }

    /// The same, unless the last one says it already.
    pub(crate) fn once(&mut self, kind: Kind, subject: &str, what: String) {
        let known = self.0.get(&kind).and_then(|own| own.last());
        if known.is_none_or(|own| own.subject != subject || own.what != what) {
            self.add(kind, subject, what);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Kind, &[Finding])> {
        self.0.iter().map(|(kind, own)| (*kind, own.as_slice()))
    }

    /// Has a person to look at something?
    pub(crate) fn is_clean(&self) -> bool {
        self.0.keys().all(|kind| kind.group() == Group::Noted)
    }
}

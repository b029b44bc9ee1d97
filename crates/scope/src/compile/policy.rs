//! Consent, authorization, grant, organisation, token and sample sections.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::organisation::Organisation;
use crate::catalog::Policies;
use crate::endpoint::{Endpoint, ExpandField, ExpandRules};
use crate::mistake::{Mistakes, Span, suggest};
use crate::policy::{
    AuthorizationPolicy, BoundTo, Connections, ConsentPolicy, Decline, GrantPolicy, IdStyle,
    ResponseMember, Samples, TokenFormat, TokenPolicy,
};
use crate::table::{Entry, Table, described, json};

/// The longest life of an authorization code, in seconds (RFC 6749 section 4.1.2).
const MOST_CODE_SECONDS: u64 = 600;

pub(super) fn read(
    file: &mut Table<'_>,
    organisation: &Organisation,
    m: &mut Mistakes,
) -> Option<Policies> {
    let consent = consent(file, m);
    let authorization = authorization(file, m);
    let grant = grant(file, m);
    let named = organisation.parameters.iter();
    let named = named.map(|own| (own.name.clone(), own.key));
    let organisation_parameters = named.collect();
    let token = token(file, m);
    Some(Policies {
        consent: consent?,
        authorization,
        grant: grant?,
        organisation_parameters,
        organisation_source: organisation.source.clone(),
        token: token?,
    })
}

fn consent(file: &mut Table<'_>, m: &mut Mistakes) -> Option<ConsentPolicy> {
    let help = "add [consent] with `decline = \"any\"`, \"optional\" or \"none\"";
    let mut table = file.require("consent", help, m)?.table("[consent]", m)?;
    let decline = table.require(
        "decline",
        "write `decline = \"any\"`, \"optional\" or \"none\"",
        m,
    );
    let words = [
        ("any", Decline::Any),
        ("optional", Decline::Optional),
        ("none", Decline::None),
    ];
    let decline = decline.and_then(|entry| entry.word(&words, m));
    table.finish(m);
    Some(ConsentPolicy { decline: decline? })
}

fn authorization(file: &mut Table<'_>, m: &mut Mistakes) -> AuthorizationPolicy {
    let Some(mut table) = file
        .take("authorization")
        .and_then(|entry| entry.table("[authorization]", m))
    else {
        return AuthorizationPolicy::default();
    };
    let require_state = table
        .take("require_state")
        .and_then(|entry| entry.boolean(m));
    table.finish(m);
    AuthorizationPolicy {
        require_state: require_state.unwrap_or(false),
    }
}

fn grant(file: &mut Table<'_>, m: &mut Mistakes) -> Option<GrantPolicy> {
    let help = "add [grant] with `bound_to = \"organisation\"`, \"user\" or \"client\"";
    let mut table = file.require("grant", help, m)?.table("[grant]", m)?;
    let help = "write `bound_to = \"organisation\"`, \"user\" or \"client\"";
    let words = [
        ("organisation", BoundTo::Organisation),
        ("user", BoundTo::User),
        ("client", BoundTo::Client),
    ];
    let bound_to = table
        .require("bound_to", help, m)
        .and_then(|entry| entry.word(&words, m));
    let reducible = table
        .take("reducible")
        .and_then(|entry| entry.boolean(m))
        .unwrap_or(false);
    let words = [("many", Connections::Many), ("one", Connections::One)];
    let connections = table
        .take("connections")
        .and_then(|entry| entry.word(&words, m))
        .unwrap_or(Connections::Many);
    table.finish(m);
    Some(GrantPolicy {
        bound_to: bound_to?,
        reducible,
        connections,
    })
}

fn token(file: &mut Table<'_>, m: &mut Mistakes) -> Option<TokenPolicy> {
    let help = "add [token] with `code_ttl`, `access_ttl` and `refresh_ttl`";
    let mut table = file.require("token", help, m)?.table("[token]", m)?;
    let words = [("opaque", TokenFormat::Opaque), ("jwt", TokenFormat::Jwt)];
    let format = table.take("format").and_then(|entry| entry.word(&words, m));
    let token_type = table
        .take("token_type")
        .and_then(|entry| token_type(&entry, m));
    let code_ttl = table.require("code_ttl", "write `code_ttl = \"60s\"`", m);
    let code_ttl = code_ttl.and_then(|entry| code_life(&entry, m));
    let access_ttl = table.require("access_ttl", "write `access_ttl = \"1h\"`", m);
    let access_ttl = access_ttl.and_then(|entry| entry.seconds(m));
    let refresh_ttl = table.require(
        "refresh_ttl",
        "write `refresh_ttl = \"14d\"` or \"never\"",
        m,
    );
    let refresh_ttl = refresh_ttl.and_then(|entry| match entry.node.get_ref() {
        DeValue::String(text) if &**text == "never" => Some(None),
        _ => entry.seconds(m).map(Some),
    });
    let refresh_retry = table
        .take("refresh_retry")
        .and_then(|entry| entry.boolean(m))
        .unwrap_or(true);
    let members = table
        .take("response")
        .and_then(|entry| entry.table("[token.response]", m));
    let mut response = Vec::new();
    for entry in members.map(Table::rest).unwrap_or_default() {
        response.extend(response_entry(&entry, m).map(|source| (entry.key.to_owned(), source)));
    }
    table.finish(m);
    Some(TokenPolicy {
        format: format.unwrap_or(TokenFormat::Opaque),
        token_type: token_type.unwrap_or("Bearer").to_owned(),
        code_ttl: code_ttl?,
        access_ttl: access_ttl?,
        refresh_ttl: refresh_ttl?,
        refresh_retry,
        response,
    })
}

fn token_type<'d>(entry: &Entry<'d>, m: &mut Mistakes) -> Option<&'d str> {
    let spelling = entry.string(m)?;
    if !spelling.eq_ignore_ascii_case("bearer") {
        m.at(
            &entry.span,
            format!("`token_type` cannot be `{spelling}`"),
            "only bearer tokens are issued (RFC 6750); write \"Bearer\" or \"bearer\"",
        );
    }
    Some(spelling)
}

fn code_life(entry: &Entry<'_>, m: &mut Mistakes) -> Option<u64> {
    let seconds = entry.seconds(m)?;
    if seconds > MOST_CODE_SECONDS {
        m.at(
            &entry.span,
            "an authorization code lives longer than ten minutes",
            "RFC 6749 section 4.1.2 recommends at most `10m`; `60s` is enough for most clients",
        );
    }
    Some(seconds)
}

const STANDARD_MEMBERS: [&str; 6] = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
    "scope_withheld",
];

fn response_entry(entry: &Entry<'_>, m: &mut Mistakes) -> Option<ResponseMember> {
    if STANDARD_MEMBERS.contains(&entry.key) {
        m.at(
            &entry.span,
            format!("`{}` is in every token response already", entry.key),
            "remove it, or choose another name",
        );
    }
    response_member(entry.key, &entry.span, entry.node.get_ref(), m)
}

fn response_member(
    name: &str,
    span: &Span,
    value: &DeValue<'_>,
    m: &mut Mistakes,
) -> Option<ResponseMember> {
    match value {
        DeValue::String(source) => response_source(name, span, source, m),
        DeValue::Table(table) => {
            let mut table = Table::new(format!("`{name}`"), span.clone(), table);
            if let Some(literal) = table.take("literal") {
                table.finish(m);
                return Some(ResponseMember::Literal(json(literal.node.get_ref())));
            }
            let help = "write a source in quotes, `{ literal = … }`, or `{ organisation = …, otherwise = … }`";
            let organisation = table.require("organisation", help, m);
            let otherwise = table.require("otherwise", help, m);
            table.finish(m);
            let mut of = |entry: Option<Entry<'_>>| {
                let entry = entry?;
                response_member(entry.key, &entry.span, entry.node.get_ref(), m).map(Box::new)
            };
            Some(ResponseMember::ByOrganisation {
                organisation: of(organisation)?,
                otherwise: of(otherwise)?,
            })
        }
        other => {
            m.at(
                span,
                format!("`{name}` is {}", described(other)),
                "write a source in quotes, or `{ literal = … }` for a fixed value",
            );
            None
        }
    }
}

fn response_source(
    name: &str,
    span: &Span,
    source: &str,
    m: &mut Mistakes,
) -> Option<ResponseMember> {
    let sources = [
        ("organisation.id", ResponseMember::OrganisationId),
        ("organisation.slug", ResponseMember::OrganisationSlug),
        ("organisation.number", ResponseMember::OrganisationNumber),
        ("organisation.name", ResponseMember::OrganisationName),
        ("user.id", ResponseMember::UserId),
        ("user.number", ResponseMember::UserNumber),
        ("grant.id", ResponseMember::GrantId),
        ("issued_at", ResponseMember::IssuedAt),
    ];
    let help = suggest(source, sources.iter().map(|(key, _)| *key), "");
    let found = sources
        .into_iter()
        .find(|(key, _)| *key == source)
        .map(|(_, member)| member);
    if found.is_none() {
        m.at(
            span,
            format!("`{name}` names the unknown source `{source}`"),
            help,
        );
    }
    found
}

pub(super) fn samples(
    file: &mut Table<'_>,
    endpoints: &[Endpoint],
    expand: Option<&ExpandRules>,
    m: &mut Mistakes,
) -> BTreeMap<String, Samples> {
    let section = file
        .take("samples")
        .and_then(|entry| entry.table("[samples]", m));
    let mut samples = BTreeMap::new();
    for entry in section.map(Table::rest).unwrap_or_default() {
        let Some(mut table) = entry.table(format!("[samples.{}]", entry.key), m) else {
            continue;
        };
        let id_prefix = table
            .take("id_prefix")
            .and_then(|entry| entry.string(m))
            .map(str::to_owned);
        let mut literals = endpoints
            .iter()
            .flat_map(|endpoint| endpoint.path.split('/'));
        let expanded = id_prefix
            .as_deref()
            .is_some_and(|prefix| expands(expand, prefix));
        if !expanded && !literals.any(|segment| segment == entry.key) {
            m.at(
                &entry.span,
                format!("no endpoint's path has the segment `{}`", entry.key),
                "name samples by the last literal segment before the item's parameter, \
                 or give them an `id_prefix` that [expand] knows",
            );
        }
        let words = [
            ("number", IdStyle::Number),
            ("uuid", IdStyle::Uuid),
            ("prefix", IdStyle::Prefix),
        ];
        let id_entry = table.take("id");
        let default = if id_prefix.is_some() {
            IdStyle::Prefix
        } else {
            IdStyle::Number
        };
        let id = id_entry
            .as_ref()
            .and_then(|entry| entry.word(&words, m))
            .unwrap_or(default);
        if let (Some(entry), None, IdStyle::Prefix) = (&id_entry, &id_prefix, id) {
            m.at(
                &entry.span,
                "ids of the form `prefix` need an `id_prefix`",
                "write `id_prefix = \"con_\"`",
            );
        }
        let records = table.require("records", "write `records = [ { name = \"…\" } ]`", m);
        let records = records.map(|list| records_of(&list, m)).unwrap_or_default();
        table.finish(m);
        samples.insert(
            entry.key.to_owned(),
            Samples {
                id_prefix,
                id,
                records,
            },
        );
    }
    samples
}

/// Does some field expand records whose ids begin like this?
fn expands(expand: Option<&ExpandRules>, id_prefix: &str) -> bool {
    let fields = expand
        .map(|rules| rules.fields.as_slice())
        .unwrap_or_default();
    fields.iter().any(|(_, field)| match field {
        ExpandField::ById(prefixes) => prefixes.iter().any(|(prefix, _)| prefix == id_prefix),
        _ => false,
    })
}

fn records_of(list: &Entry<'_>, m: &mut Mistakes) -> Vec<serde_json::Value> {
    let mut records = Vec::new();
    for node in list.array(m).unwrap_or_default() {
        match node.get_ref() {
            DeValue::Table(_) => records.push(json(node.get_ref())),
            other => m.at(
                &node.span(),
                format!("a record is {}", described(other)),
                "write `{ name = \"…\" }`",
            ),
        }
    }
    records
}

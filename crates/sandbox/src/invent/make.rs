//! Making a value: of what is there already as far as the schema knows it, then of the document's
//! examples, then of invention.

use serde_json::{Map, Value};

use super::mix::mix;
use super::schema::{Schemas, Shape};
use super::text::Said;
use super::{array, scalar};
use crate::paging;

/// How deep members are made that need not be there.
pub(super) const OPTIONAL_DEPTH: usize = 3;

/// How deep anything is made.
const MOST_DEPTH: usize = 24;

/// How many members are made, whatever an object asks for; and of one that is there, how many are
/// kept.
const MOST_MEMBERS: usize = 20;
const MOST_KEPT: usize = 1_000;

/// Which members are made where nothing is there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fill {
    /// All of them, as far as they are not nested too deep.
    All,
    /// What has to be there.
    Required,
    /// That, and what only the API itself can say: for a new record.
    New,
}

/// What is to be made, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// The member's name.
    pub(crate) name: &'a str,
    /// Two with the same one are alike.
    pub(crate) seed: u64,
    pub(crate) fill: Fill,
    /// Members with this mark are not made.
    without: &'static str,
    /// Is it one more of what the document shows, with another name and at another time?
    another: bool,
    /// What the member is in, and the seed of that: of one person, name and address agree.
    within: (&'a str, u64),
    pub(super) depth: usize,
    above: Option<&'a Above<'a>>,
    /// The members that lead to the list which this is a page of: what is said around it is of more
    /// than stands there.
    leads: Option<&'a [String]>,
    /// Does what is there stay, whatever bounds it is not within?
    pub(super) keeps: bool,
}

/// The definitions that a value is in.
struct Above<'a> {
    name: &'a str,
    next: Option<&'a Above<'a>>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(name: &'a str, seed: u64, fill: Fill) -> Self {
        Self {
            name,
            seed,
            fill,
            without: "writeOnly",
            another: false,
            within: ("", seed),
            depth: 0,
            above: None,
            leads: None,
            keeps: false,
        }
    }

    /// For what a caller sent: only its type counts.
    pub(crate) fn keeping(self) -> Self {
        Self {
            keeps: true,
            ..self
        }
    }

    /// For one more of what the document shows.
    pub(crate) fn another(self, another: bool) -> Self {
        Self { another, ..self }
    }

    /// For a page of the list at the end of these members.
    pub(crate) fn leading(self, leads: Option<&'a [String]>) -> Self {
        Self { leads, ..self }
    }

    /// For the body of a request: without what only the API says.
    pub(crate) fn for_request(self) -> Self {
        Self {
            without: "readOnly",
            ..self
        }
    }

    /// What is asked of a member.
    fn below<'b>(&self, name: &'b str) -> Ask<'b>
    where
        'a: 'b,
    {
        Ask {
            name,
            seed: mix(self.seed, name),
            fill: self.fill,
            without: self.without,
            another: self.another,
            within: (self.name, self.seed),
            depth: self.depth + 1,
            above: self.above,
            keeps: self.keeps,
            leads: match self.leads {
                Some([first, behind @ ..]) if first == name => Some(behind),
                _ => None,
            },
        }
    }

    /// What is asked of an item of a list.
    pub(super) fn item(&self, number: usize) -> Self {
        Self {
            seed: mix(self.seed, &number.to_string()),
            depth: self.depth + 1,
            leads: None,
            ..*self
        }
    }

    /// The member's name, with what it is in where that tells more: the name of a customer.
    fn called(&self) -> String {
        match self.name.eq_ignore_ascii_case("name") {
            true => format!("{} {}", self.within.0, self.name),
            false => self.name.to_owned(),
        }
    }

    fn said<'b>(&self, name: &'b str) -> Said<'b> {
        Said {
            name,
            seed: self.seed,
            whose: self.within.1,
            keeps: self.keeps,
        }
    }

    pub(super) fn is_in(&self, name: &str) -> bool {
        self.times_in(name) > 0
    }

    fn times_in(&self, name: &str) -> usize {
        let (mut above, mut times) = (self.above, 0);
        while let Some(own) = above {
            times += usize::from(own.name == name);
            above = own.next;
        }
        times
    }
}

/// A value that these schemas allow, like `base` as far as they know that. Of options that exclude each
/// other, it is only one, where nothing is there yet and that can be.
pub(crate) fn make<'v>(
    from: &Schemas<'v>,
    schemas: &[&'v Value],
    base: Option<&Value>,
    ask: Ask<'_>,
) -> Value {
    let made = make_one(from, schemas, base, ask);
    let options = from.options(schemas);
    if base.is_some() || options.is_empty() || from.holding(options, &made) == 1 {
        return made;
    }
    let others = options.iter().take(MOST_MEMBERS);
    let mut others = others.map(|own| make_one(from, &[own], None, ask));
    let exact = others.find(|own| !own.is_null() && from.holding(options, own) == 1);
    exact.unwrap_or(made)
}

fn make_one<'v>(
    from: &Schemas<'v>,
    schemas: &[&'v Value],
    base: Option<&Value>,
    ask: Ask<'_>,
) -> Value {
    let shape = from.shape(schemas, base);
    if base.is_some_and(Value::is_null) && shape.null != Some(false) {
        return Value::Null;
    }
    let base = base.filter(|own| !own.is_null());
    if let Some(listed) = listed(&shape, base, ask.seed) {
        return listed;
    }
    // What must contain itself is nothing that could ever be sent.
    let is_endless = shape.name.is_some_and(|name| ask.times_in(name) > 1);
    if ask.depth > MOST_DEPTH || is_endless || !from.value() {
        return least(&shape);
    }
    let own;
    let ask = match shape.name {
        Some(name) => {
            own = Above {
                name,
                next: ask.above,
            };
            Ask {
                above: Some(&own),
                ..ask
            }
        }
        None => ask,
    };
    match kind(&shape, base) {
        "object" => object(from, &shape, base, ask),
        "array" => array::of(from, &shape, base, ask),
        "any" => base
            .or_else(|| shape.examples().next())
            .cloned()
            .unwrap_or_else(|| scalar::string(&shape, None, ask.said(&ask.called()))),
        "string" if ask.another && ask.depth <= 2 => {
            scalar::another(&shape, base, ask.said(&ask.called()))
        }
        other => scalar::of(other, &shape, base, ask.said(&ask.called())),
    }
}

/// A member's name, as a schema has those of members without one of their own.
fn another_name<'v>(from: &Schemas<'v>, shape: &Shape<'v>, usual: &str, ask: &Ask<'_>) -> String {
    let Some(schema) = shape.words.get("propertyNames").copied() else {
        return usual.to_owned();
    };
    let own = from.shape(&[schema], None);
    // What has no pattern is only longer or shorter.
    let base = (!own.words.contains_key("pattern")).then(|| Value::from(usual));
    let made = scalar::string(&own, base.as_ref(), ask.below(usual).said(usual));
    made.as_str().unwrap_or(usual).to_owned()
}

/// One of the values that are listed, where they are.
fn listed(shape: &Shape<'_>, base: Option<&Value>, seed: u64) -> Option<Value> {
    if let Some(only) = shape.words.get("const") {
        return Some((*only).clone());
    }
    let values = shape.list("enum");
    let mut known = base.into_iter().chain(shape.examples());
    let known = known.find(|own| values.contains(own));
    let others: Vec<&Value> = values.iter().filter(|own| !own.is_null()).collect();
    if others.is_empty() {
        // None are listed, or nothing but null.
        return values.first().cloned();
    }
    let count = u64::try_from(others.len()).ok()?;
    let place = usize::try_from(seed % count).ok()?;
    known.or(others.get(place).copied()).cloned()
}

/// Which of its types it is to have.
fn kind<'v>(shape: &Shape<'v>, base: Option<&Value>) -> &'v str {
    let Some(types) = &shape.types else {
        let is_object = !shape.properties.is_empty() || !shape.required.is_empty();
        let has_bounds = ["minimum", "maximum", "multipleOf"]
            .iter()
            .any(|word| shape.words.contains_key(word));
        let is_text = ["format", "pattern", "minLength", "maxLength"]
            .iter()
            .any(|word| shape.words.contains_key(word));
        return match () {
            () if is_object => "object",
            () if !shape.items.is_empty() => "array",
            () if has_bounds => "number",
            () if is_text => "string",
            () => "any",
        };
    };
    let of_base = base.and_then(|base| {
        let alone = |own: &&&str| {
            let one = Shape {
                types: Some(vec![**own]),
                ..Shape::default()
            };
            one.allows(base)
        };
        types.iter().find(alone)
    });
    of_base.or(types.first()).copied().unwrap_or("null")
}

/// The smallest that it can be.
fn least(shape: &Shape<'_>) -> Value {
    match kind(shape, None) {
        "object" => Value::Object(Map::new()),
        "array" => Value::Array(Vec::new()),
        _ if shape.null == Some(true) => Value::Null,
        "any" => Value::Null,
        other => scalar::of(other, shape, None, Said::default()),
    }
}

fn object<'v>(from: &Schemas<'v>, shape: &Shape<'v>, base: Option<&Value>, ask: Ask<'_>) -> Value {
    let nothing = Map::new();
    let known = |own: &&Value| from.knows(shape, own);
    let is_empty = |own: &&Value| own.as_object().is_some_and(Map::is_empty);
    let said = base.filter(|own| known(own) || (ask.depth > 0 && is_empty(own)));
    let given = said.or_else(|| shape.examples().find(known));
    let base = given.and_then(Value::as_object).unwrap_or(&nothing);
    let fill = match (given, ask.fill) {
        (Some(_), Fill::All) => Fill::Required,
        (_, fill) => fill,
    };
    let seed = base
        .get("id")
        .map_or(ask.seed, |id| mix(ask.seed, &id.to_string()));
    let mut members = Map::new();
    for (name, schemas) in &shape.properties {
        let given = base.get(*name);
        let is_required = shape.required.contains(name);
        if from.is_marked(shape, name, ask.without) {
            continue;
        }
        let is_made = given.is_some()
            || is_required
            || match fill {
                Fill::All => {
                    ask.depth < OPTIONAL_DEPTH
                        && !from.names(schemas).any(|name| ask.is_in(name))
                        && !from.is_marked(shape, name, "deprecated")
                }
                Fill::New => from.is_marked(shape, name, "readOnly"),
                Fill::Required => false,
            };
        if !is_made {
            continue;
        }
        let inner = Ask {
            seed: mix(seed, name),
            within: (ask.name, seed),
            // An example of the document is not what anybody sent.
            keeps: ask.keeps && said.is_some(),
            // What is below a new record is what the caller says.
            fill: if ask.fill == Fill::New {
                Fill::Required
            } else {
                ask.fill
            },
            ..ask.below(name)
        };
        let told = shape.told.iter().find(|(own, _)| own == name);
        let told = told.map(|(_, value)| Value::from(value.as_str()));
        let value = make(from, schemas, told.as_ref().or(given), inner);
        members.insert((*name).to_owned(), value);
    }
    for (name, value) in &shape.told {
        if !members.contains_key(*name) && !shape.properties.contains_key(name) {
            members.insert((*name).to_owned(), Value::from(value.as_str()));
        }
    }
    others(from, shape, base, &ask, &mut members);
    if ask.leads.is_none() {
        paging::say_whole(from, shape, &mut members);
    }
    Value::Object(members)
}

/// Members that have no schema of their own.
fn others<'v>(
    from: &Schemas<'v>,
    shape: &Shape<'v>,
    base: &Map<String, Value>,
    ask: &Ask<'_>,
    members: &mut Map<String, Value>,
) {
    let schema = shape.words.get("additionalProperties").copied();
    let takes_others = match schema {
        Some(Value::Bool(own)) => *own,
        Some(_) => true,
        None => shape.properties.is_empty(),
    };
    let schema = schema.filter(|own| own.is_object());
    let names = from.property_names(shape);
    let may_be = |name: &str| names.is_empty() || names.contains(&name);
    let unknown = base
        .iter()
        .filter(|(name, _)| !shape.properties.contains_key(name.as_str()) && may_be(name));
    for (name, value) in unknown.filter(|_| takes_others).take(MOST_KEPT) {
        let value = match schema {
            Some(schema) => make(from, &[schema], Some(value), ask.below(name)),
            None => value.clone(),
        };
        members.insert(name.clone(), value);
    }
    for name in &shape.required {
        if !members.contains_key(*name) && !shape.properties.contains_key(name) {
            let value = match schema {
                Some(schema) => make(from, &[schema], None, ask.below(name)),
                None => scalar::string(&Shape::default(), None, ask.below(name).said(name)),
            };
            members.insert((*name).to_owned(), value);
        }
    }
    let least = shape.count("minProperties").unwrap_or(0).min(MOST_MEMBERS);
    // Of a few names that are known, all.
    let all = match (ask.fill, members.is_empty()) {
        (Fill::All, true) if ask.depth < OPTIONAL_DEPTH => names.len(),
        _ => least,
    };
    for name in names.iter().filter(|_| takes_others).take(MOST_MEMBERS) {
        if members.len() < all && !members.contains_key(*name) {
            let value = match schema {
                Some(schema) => make(from, &[schema], None, ask.below(name)),
                None => scalar::string(&Shape::default(), None, ask.below(name).said(name)),
            };
            members.insert((*name).to_owned(), value);
        }
    }
    let mut number = 0;
    while names.is_empty() && takes_others && members.len() < least && number < MOST_MEMBERS {
        number += 1;
        let name = another_name(from, shape, &format!("member_{number}"), ask);
        let value = match schema {
            Some(schema) => make(from, &[schema], None, ask.below(&name)),
            None => Value::from(number),
        };
        members.insert(name, value);
    }
}

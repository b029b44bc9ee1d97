//! A random catalog as plain data, and as the text of its file.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::draws::Draws;
use super::rule::Rule;
use crate::small_catalog::SmallCatalog;

#[derive(Clone)]
pub struct Model {
    /// Letters of literals count without case.
    pub folds: bool,
    /// A slash at the end makes no difference.
    pub either_slash: bool,
    /// `implies[i]` are actions that action `i` brings directly; later ones only.
    pub implies: Vec<Vec<usize>>,
    pub scopes: Vec<ModelScope>,
    pub paths: Vec<ModelPath>,
    pub expand: Option<Vec<(String, Field)>>,
}

#[derive(Clone)]
pub struct ModelScope {
    pub name: String,
    pub resource: String,
    /// `None` stands alone.
    pub action: Option<usize>,
    pub every_grant: bool,
    pub retired: bool,
    pub elevated: bool,
    pub own_records: bool,
    pub risk: Option<usize>,
    /// Names of scopes that it says itself it brings.
    pub brings: Vec<String>,
}

#[derive(Clone)]
pub struct ModelPath {
    pub segments: Vec<Segment>,
    /// By method name in small letters.
    pub methods: Vec<(&'static str, Rule)>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Empty behind a slash at the end.
    Literal(&'static str),
    Template(String),
    /// Texts around templates.
    Mixed(&'static [&'static str], Vec<String>),
    /// Several segments, the last of which ends in this.
    Tail(String, &'static str),
}

impl Segment {
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Template(name) | Self::Tail(name, _) => vec![name.clone()],
            Self::Mixed(_, names) => names.clone(),
        }
    }
}

#[derive(Clone)]
pub enum Field {
    Nothing,
    Scope(String),
    ById(Vec<(&'static str, Option<String>)>),
}

pub const LITERALS: [&str; 6] = ["a", "b", "c", "items", "@me", "root:"];
pub const MIXED: [&[&str]; 6] = [
    &["", ".json"],
    &["", ".a.json"],
    &["", ":a"],
    &["", "@", ""],
    &["(", ")"],
    &["a", ""],
];
pub const METHODS: [&str; 9] = [
    "get", "post", "put", "patch", "delete", "head", "options", "query", "any",
];
pub const FIELD_NAMES: [&str; 5] = ["x", "y", "x.y", "z", "y.z"];
pub const ID_PREFIXES: [&str; 3] = ["st_", "st_a", "app_"];

impl Model {
    pub fn random(draws: &mut Draws) -> Self {
        let actions = 1 + draws.below(3);
        let implies = (0..actions)
            .map(|action| draws.some(&(action + 1..actions).collect::<Vec<_>>(), 2))
            .collect();
        let mut scopes = Vec::new();
        for resource in 0..=draws.below(3) {
            for action in 0..actions {
                if action == 0 || !draws.chance(3) {
                    let name = format!("r{resource}:act{action}");
                    scopes.push(scope(draws, name, format!("r{resource}"), Some(action)));
                }
            }
        }
        for alone in 0..draws.below(2) {
            let name = format!("alone{alone}");
            scopes.push(scope(draws, name.clone(), name, None));
        }
        let names: Vec<String> = scopes.iter().map(|scope| scope.name.clone()).collect();
        bring(draws, &mut scopes);
        let folds = draws.chance(5);
        let either_slash = draws.chance(5);
        let paths = paths(draws, &names, either_slash);
        let expand = draws.chance(2).then(|| fields(draws, &names));
        Self {
            folds,
            either_slash,
            implies,
            scopes,
            paths,
            expand,
        }
    }

    pub fn names(&self) -> Vec<String> {
        self.scopes.iter().map(|scope| scope.name.clone()).collect()
    }

    pub fn file(&self) -> String {
        let mut file = SmallCatalog::new("random")
            .kind("app", &["authorization_code"])
            .elevation("vetted", "app", &[])
            .text();
        let head = |key, value| format!("{key} = \"{value}\"\n");
        if self.folds {
            file = head("match", "ignore-case") + &file;
        }
        if self.either_slash {
            file = head("trailing_slash", "either") + &file;
        }
        for (action, implies) in self.implies.iter().enumerate() {
            let implies: Vec<String> = implies.iter().map(|other| format!("act{other}")).collect();
            write!(file, "[actions.act{action}]\ntitle = {{ en = \"A\" }}\naccess = \"read\"\nimplies = {implies:?}\n").unwrap();
        }
        let mut resources = BTreeSet::new();
        for scope in &self.scopes {
            match scope.action {
                Some(action) => {
                    if resources.insert(&scope.resource) {
                        write!(
                            file,
                            "[resources.{}]\ntitle = {{ en = \"R\" }}\n",
                            scope.resource
                        )
                        .unwrap();
                    }
                    writeln!(file, "[resources.{}.act{action}]", scope.resource).unwrap();
                }
                None => writeln!(file, "[scopes.{}]", scope.name).unwrap(),
            }
            file += "title = { en = \"T\" }\ndescription = { en = \"D\" }\n";
            file += if scope.every_grant {
                "added = \"every-grant\"\n"
            } else {
                ""
            };
            file += if scope.retired {
                "status = \"retired\"\n"
            } else {
                ""
            };
            file += if scope.elevated {
                "elevation = \"vetted\"\n"
            } else {
                ""
            };
            if !scope.brings.is_empty() {
                writeln!(file, "implies = {:?}", scope.brings).unwrap();
            }
            if let Some(risk) = scope.risk {
                write!(file, "risk = {risk}\nrisk_reason = {{ en = \"R\" }}\n").unwrap();
            }
            file += if scope.own_records {
                "row_filter = \"own-records\"\n"
            } else {
                ""
            };
        }
        for path in &self.paths {
            writeln!(file, "[[endpoints]]\npath = \"{}\"", path.template()).unwrap();
            for (method, rule) in &path.methods {
                writeln!(file, "{method} = {}", rule.file()).unwrap();
            }
        }
        if let Some(fields) = &self.expand {
            file += "[expand]\nparameter = \"expand\"\n[expand.fields]\n";
            for (name, field) in fields {
                writeln!(file, "\"{name}\" = {}", field.file()).unwrap();
            }
        }
        file
    }
}

fn scope(draws: &mut Draws, name: String, resource: String, action: Option<usize>) -> ModelScope {
    let every_grant = draws.chance(8);
    ModelScope {
        name,
        resource,
        action,
        every_grant,
        retired: !every_grant && draws.chance(8),
        elevated: !every_grant && draws.chance(6),
        own_records: draws.chance(5),
        risk: (!draws.chance(3)).then(|| 1 + draws.below(5)),
        brings: Vec::new(),
    }
}

/// Later scopes than an action could bring it back from: those of later resources.
fn bring(draws: &mut Draws, scopes: &mut [ModelScope]) {
    for place in 0..scopes.len() {
        let own = scopes[place].clone();
        if own.retired || own.every_grant || !draws.chance(3) {
            continue;
        }
        let later = scopes[place..].iter();
        let later = later.filter(|other| other.resource > own.resource && !other.retired);
        let names: Vec<String> = later.map(|other| other.name.clone()).collect();
        scopes[place].brings = draws.some(&names, 2);
    }
}

fn paths(draws: &mut Draws, names: &[String], either_slash: bool) -> Vec<ModelPath> {
    let mut shapes = BTreeSet::new();
    let mut paths = Vec::new();
    for _ in 0..=draws.below(7) {
        let length = 1 + draws.below(4);
        let mut segments = Vec::new();
        for place in 0..length {
            segments.push(segment(draws, place, &segments));
        }
        if !either_slash && draws.chance(5) {
            segments.push(Segment::Literal(""));
        }
        if shapes.insert(segments.clone()) {
            let path = ModelPath {
                segments,
                methods: Vec::new(),
            };
            let mut methods = Vec::new();
            for method in METHODS {
                if matches!(method, "get" | "post") || draws.chance(3) {
                    methods.push((method, path.rule(draws, names, method)));
                }
            }
            paths.push(ModelPath { methods, ..path });
        }
    }
    paths
}

fn segment(draws: &mut Draws, place: usize, before: &[Segment]) -> Segment {
    let has_tail = before.iter().any(|own| matches!(own, Segment::Tail(..)));
    match draws.below(9) {
        0..4 => Segment::Literal(draws.pick(&LITERALS)),
        4..6 => Segment::Template(format!("p{place}")),
        8 if !has_tail => Segment::Tail(format!("p{place}"), draws.pick(&["", "", ":"])),
        _ => {
            let texts = draws.pick(&MIXED);
            let names = (1..texts.len()).map(|hole| format!("p{place}-{hole}"));
            Segment::Mixed(texts, names.collect())
        }
    }
}

fn fields(draws: &mut Draws, names: &[String]) -> Vec<(String, Field)> {
    let mut fields = Vec::new();
    for name in FIELD_NAMES {
        let field = match draws.below(4) {
            0 => continue,
            1 => Field::Nothing,
            2 => Field::Scope(draws.pick(names)),
            _ => {
                let scope = |draws: &mut Draws| (!draws.chance(4)).then(|| draws.pick(names));
                Field::ById(
                    ID_PREFIXES
                        .iter()
                        .map(|prefix| (*prefix, scope(draws)))
                        .collect(),
                )
            }
        };
        fields.push((name.to_owned(), field));
    }
    fields
}

impl ModelPath {
    /// A random rule that one of its methods may have.
    pub fn rule(&self, draws: &mut Draws, names: &[String], method: &str) -> Rule {
        let templates: Vec<String> = self.segments.iter().flat_map(Segment::names).collect();
        let mut segments = self.segments.iter().rev();
        let last = segments.find(|own| **own != Segment::Literal(""));
        let to_item = last.is_some_and(|own| !own.names().is_empty());
        let rule = match draws.chance(10) {
            true => Rule::Public,
            false => Rule::random(draws, names, &templates, 2, None),
        };
        match method != "post" || to_item {
            true => rule.about_stored(method),
            false => rule,
        }
    }

    pub fn template(&self) -> String {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Template(name) => format!("/{{{name}}}"),
            Segment::Tail(name, text) => format!("/{{{name}...}}{text}"),
            Segment::Mixed(texts, names) => {
                let names = names.iter().map(|name| format!("{{{name}}}"));
                let names = names.chain([String::new()]);
                let parts = texts.iter().zip(names);
                let parts: String = parts.map(|(text, name)| format!("{text}{name}")).collect();
                format!("/{parts}")
            }
        });
        segments.collect()
    }
}

impl Field {
    fn file(&self) -> String {
        match self {
            Self::Nothing => "\"none\"".to_owned(),
            Self::Scope(name) => format!("\"{name}\""),
            Self::ById(prefixes) => {
                let lines: Vec<String> = prefixes
                    .iter()
                    .map(|(prefix, scope)| {
                        format!("{prefix} = \"{}\"", scope.as_deref().unwrap_or("none"))
                    })
                    .collect();
                format!("{{ by_id = {{ {} }} }}", lines.join(", "))
            }
        }
    }
}

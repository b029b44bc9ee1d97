//! Other readers judge ours: PHP, Go, Python, Node's qs and `URLSearchParams` read 100,000
//! generated queries and bodies. Where one of them sees a value that a rule lists, the decision
//! must have asked for its scope; where one of them sees nothing, for every scope that could have
//! been meant; or it must have been a denial.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use scope::{ApiRequest, Catalog, Visible};

use crate::common::dice::Dice;
use crate::common::root;

const QUERIES: usize = 60_000;
const BODIES: usize = 40_000;

/// What a reader sees under each watched name, in one of its ways of reading.
type Way = BTreeMap<String, Vec<String>>;

#[test]
fn what_any_reader_sees_was_decided_on() {
    let catalog = catalog();
    let mut dice = Dice::new(4);
    let queries = (0..QUERIES).map(|_| Input::Query(query(&mut dice)));
    let mut inputs: Vec<Input> = queries.collect();
    inputs.extend((0..BODIES).map(|_| Input::Body(body(&mut dice))));
    let lines: String = inputs.iter().map(Input::line).collect();

    let own: Vec<Vec<Asked>> = inputs.iter().map(|input| input.asked(&catalog)).collect();
    let readers: [(&str, &[&str]); 4] = [
        ("php", &["-d", "display_errors=stderr", "reader.php"]),
        ("go", &["run", "reader.go"]),
        ("python3", &["reader.py"]),
        ("node", &["reader.mjs"]),
    ];
    let judged = std::thread::scope(|threads| {
        let started = readers.map(|(program, arguments)| {
            let lines = lines.as_str();
            threads.spawn(move || read(program, arguments, lines))
        });
        started.map(|thread| thread.join().unwrap())
    });
    let (mut faults, mut seen) = (String::new(), 0);
    for ((program, _), answers) in readers.iter().zip(&judged) {
        assert_eq!(answers.len(), inputs.len(), "{program}");
        for ((input, asked), ways) in inputs.iter().zip(&own).zip(answers) {
            for (way, asked) in ways
                .iter()
                .flat_map(|way| asked.iter().map(move |one| (way, one)))
            {
                seen += usize::from(asked.fault(way, &mut faults, program, input));
            }
        }
    }
    let many = faults.lines().count();
    let shown: Vec<&str> = faults.lines().take(40).collect();
    assert!(many == 0, "{many} faults, such as\n{}", shown.join("\n"));
    // Otherwise this would say nothing.
    assert!(
        seen > 50_000,
        "only {seen} values were seen and asked for one by one"
    );
}

enum Input {
    Query(String),
    Body(Vec<u8>),
}

impl Input {
    fn line(&self) -> String {
        let (kind, bytes) = match self {
            Self::Query(text) => ('q', text.as_bytes()),
            Self::Body(bytes) => ('b', bytes.as_slice()),
        };
        let mut line = format!("{kind} ");
        for byte in bytes {
            write!(line, "{byte:02x}").unwrap();
        }
        line + "\n"
    }

    /// What each rule that reads it asks for.
    fn asked(&self, catalog: &Catalog) -> Vec<Asked> {
        match self {
            Self::Query(query) => ["kind", "entity_type", "expand"]
                .map(|name| {
                    let mut call = ApiRequest::new("GET", "/none");
                    let path = format!("/{name}");
                    (call.path, call.query) = (&path, Visible::Seen(query));
                    Asked::of(catalog, name, &call)
                })
                .into(),
            Self::Body(body) => {
                let mut call = ApiRequest::new("POST", "/hooks");
                // The gate shows a body that is no UTF-8 to no rule.
                call.body = std::str::from_utf8(body).map_or(Visible::Hidden, Visible::Seen);
                vec![Asked::of(catalog, "event", &call)]
            }
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Query(query) => query.clone(),
            Self::Body(body) => String::from_utf8_lossy(body).escape_debug().to_string(),
        }
    }
}

/// What a call needs, as far as one watched name matters; `None` when it is denied to all.
struct Asked {
    name: &'static str,
    scopes: Option<Vec<String>>,
}

impl Asked {
    fn of(catalog: &Catalog, name: &'static str, call: &ApiRequest<'_>) -> Self {
        let required = scope::required(catalog, call).ok();
        let scopes = required.map(|required| {
            let [only] = required.alternatives() else {
                panic!("the rules have no alternatives");
            };
            let names = only.iter().filter_map(|id| catalog.scope(*id));
            names.map(|scope| scope.name.clone()).collect()
        });
        Self { name, scopes }
    }

    /// Notes what a reader sees and this did not ask for. Did it ask for just what was seen?
    fn fault(&self, way: &Way, faults: &mut String, program: &str, input: &Input) -> bool {
        let Some(scopes) = &self.scopes else {
            return false;
        };
        let mut wanted: Vec<&str> = match (self.name, way.get(self.name)) {
            ("expand", None) => return false,
            ("expand", Some(texts)) => texts.iter().flat_map(|text| fields(text)).collect(),
            (_, None) => LISTED.iter().map(|(_, scope)| *scope).collect(),
            (_, Some(texts)) => texts.iter().filter_map(|text| listed(text)).collect(),
        };
        let exact = !wanted.is_empty() && scopes.len() <= wanted.len() + 1;
        wanted.retain(|scope| !scopes.iter().any(|own| own == scope));
        if wanted.is_empty() {
            return exact;
        }
        let name = self.name;
        writeln!(
            faults,
            "{program} reads {way:?}, and {wanted:?} was not asked for by {name}: {}",
            input.shown()
        )
        .unwrap();
        false
    }
}

const LISTED: [(&str, &str); 4] = [
    ("a", "a:read"),
    ("invoice", "b:read"),
    ("in*", "c:read"),
    ("client.*", "d:read"),
];
const FIELDS: [(&str, &str); 3] = [("x", "a:read"), ("y", "b:read"), ("x.y", "c:read")];

fn listed(text: &str) -> Option<&'static str> {
    let exact = LISTED.iter().find(|(value, _)| *value == text);
    let begins = |value: &str| {
        value
            .strip_suffix('*')
            .is_some_and(|start| text.starts_with(start))
    };
    let found = exact.or_else(|| LISTED.iter().find(|(value, _)| begins(value)));
    found.map(|(_, scope)| *scope)
}

fn fields(text: &str) -> Vec<&'static str> {
    let paths = text.split(',');
    let known = paths.filter_map(|path| FIELDS.iter().find(|(field, _)| *field == path));
    known.map(|(_, scope)| *scope).collect()
}

fn catalog() -> Catalog {
    let is = LISTED
        .map(|(value, scope)| format!("\"{value}\" = \"{scope}\""))
        .join(", ");
    let mut file = String::from(
        "id = \"readers\"\nversion = \"1\"\nlanguages = [\"en\"]\ntitle = { en = \"T\" }\n\
         summary = { en = \"S\" }\nscope_pattern = \"{resource}:{action}\"\n\
         [consent]\ndecline = \"any\"\n[grant]\nbound_to = \"user\"\n\
         [token]\ncode_ttl = \"60s\"\naccess_ttl = \"1h\"\nrefresh_ttl = \"never\"\n\
         [client_kinds.app]\ntitle = { en = \"A\" }\ndescription = { en = \"A\" }\n\
         grant_types = [\"authorization_code\"]\n\
         [actions.read]\ntitle = { en = \"R\" }\naccess = \"read\"\n",
    );
    for resource in ["a", "b", "c", "d", "e"] {
        write!(
            file,
            "[resources.{resource}]\ntitle = {{ en = \"R\" }}\n[resources.{resource}.read]\n\
             title = {{ en = \"R\" }}\ndescription = {{ en = \"R\" }}\n"
        )
        .unwrap();
    }
    for name in ["kind", "entity_type"] {
        write!(
            file,
            "[[endpoints]]\npath = \"/{name}\"\n\
             get = {{ by_query = \"{name}\", filters = true, is = {{ {is} }} }}\n"
        )
        .unwrap();
    }
    write!(
        file,
        "[[endpoints]]\npath = \"/expand\"\nget = \"e:read\"\n\
         [[endpoints]]\npath = \"/hooks\"\npost = {{ by_body = \"/callback/event\", is = {{ {is} }} }}\n\
         [expand]\nparameter = \"expand\"\n[expand.fields]\n"
    )
    .unwrap();
    for (field, scope) in FIELDS {
        writeln!(file, "\"{field}\" = \"{scope}\"").unwrap();
    }
    Catalog::parse("readers.toml", &file).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// One process reads all of it.
fn read(program: &str, arguments: &[&str], lines: &str) -> Vec<Vec<Way>> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let started = command.spawn();
    let mut reader =
        started.unwrap_or_else(|error| panic!("{program}: {error}; ./test installs it"));
    let mut input = reader.stdin.take().unwrap();
    let output = std::thread::scope(|threads| {
        threads.spawn(move || input.write_all(lines.as_bytes()));
        reader.wait_with_output().unwrap()
    });
    assert!(output.status.success(), "{program} failed");
    let text = String::from_utf8(output.stdout).unwrap();
    let answer = |line: &str| {
        // A lone surrogate, which no rule lists and no Rust text holds.
        let line = line.replace("\\ud", "\\u0d");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{program}: {error}: {line}"))
    };
    text.lines().map(answer).collect()
}

fn folder() -> PathBuf {
    root().join("tests/judges/readers")
}

const QUERY_NAMES: [&str; 4] = ["kind", "entity_type", "expand", "other"];
const QUERY_VALUES: [&str; 12] = [
    "a",
    "invoice",
    "invoices",
    "in",
    "client.create",
    "x",
    "y",
    "x.y",
    "x,y",
    "nobody",
    "",
    "x,nobody",
];

fn query(dice: &mut Dice) -> String {
    let mut query = String::new();
    if dice.one_in(40) {
        query += pick(dice, &["?", "&", ";", "=", "&&"]);
    }
    for index in 0..=dice.below(3) {
        if index > 0 {
            query += if dice.one_in(8) {
                pick(dice, &[";", "&&", "&;", "&amp;"])
            } else {
                "&"
            };
        }
        let name = pick(dice, &QUERY_NAMES);
        query += &disturbed(dice, name, 3);
        if !dice.one_in(12) {
            query += if dice.one_in(30) { "]=" } else { "=" };
            let value = pick(dice, &QUERY_VALUES);
            query += &disturbed(dice, value, 6);
        }
    }
    query
}

/// Text as somebody writes it who hopes for two readings: once in so many times not at all.
fn disturbed(dice: &mut Dice, text: &str, one_in: u64) -> String {
    const JUNK: [&str; 30] = [
        "[",
        "]",
        "[]",
        "[0]",
        "[x]",
        "[contact]",
        "[x][y]",
        ".",
        ".x",
        "+",
        "%20",
        "%00",
        "%0A",
        "%FF",
        "%",
        "%2",
        "%zz",
        "%u0061",
        "%5B",
        "%5D",
        "%2E",
        "%26",
        "%3D",
        "%3B",
        ";",
        "_",
        "-",
        "%EF%BB%BF",
        "%E2%84%AA",
        "%C2%A0",
    ];
    let mut written = String::new();
    let times = if dice.one_in(one_in) {
        1 + dice.below(2)
    } else {
        0
    };
    let places: Vec<u64> = (0..times)
        .map(|_| dice.below(text.len() as u64 + 1))
        .collect();
    let change = |dice: &mut Dice, byte: u8| match dice.below(6) {
        0 => format!("%{byte:02X}"),
        1 => format!("%{byte:02x}"),
        2 => format!("%25{byte:02x}"),
        3 => char::from(byte).to_ascii_uppercase().to_string(),
        4 => match byte {
            b'k' => "%E2%84%AA".to_owned(),
            b'i' => "%C4%B1".to_owned(),
            b's' => "%C5%BF".to_owned(),
            b'_' => pick(dice, &[".", "+", "%20", "[", "%5B"]).to_owned(),
            _ => String::new(),
        },
        _ => char::from(byte).to_string(),
    };
    for (index, byte) in text.bytes().enumerate() {
        if places.contains(&(index as u64)) {
            if dice.one_in(2) {
                written += pick(dice, &JUNK);
            } else {
                written += &change(dice, byte);
                continue;
            }
        }
        written.push(char::from(byte));
    }
    if places.contains(&(text.len() as u64)) {
        written += pick(dice, &JUNK);
    }
    written
}

fn body(dice: &mut Dice) -> Vec<u8> {
    let mut text = object(dice, 0);
    if dice.one_in(12) {
        let junk = [
            "\u{feff}", " ", "\n", "x", "{}", ",", "\u{0}", "//", "[", "NaN",
        ];
        let junk = pick(dice, &junk);
        text = if dice.one_in(2) {
            format!("{junk}{text}")
        } else {
            format!("{text}{junk}")
        };
    }
    let mut bytes = text.into_bytes();
    if dice.one_in(25) {
        let at = dice.below(bytes.len() as u64) as usize;
        match dice.below(3) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, pick(dice, &[0xFF, 0xC0, 0xED, b'"', b'\\', b',', 0x7F])),
            _ => drop(bytes.remove(at)),
        }
    }
    bytes
}

fn object(dice: &mut Dice, depth: usize) -> String {
    let members: Vec<String> = (0..=dice.below(2))
        .map(|_| {
            let name = match depth {
                _ if dice.one_in(8) => "other",
                0 => "callback",
                _ => "event",
            };
            let blank = pick(dice, &["", "", "", " ", "\n", "\t"]);
            format!(
                "{}{blank}:{blank}{}",
                string(dice, name, 4),
                value(dice, depth)
            )
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

fn value(dice: &mut Dice, depth: usize) -> String {
    const VALUES: [&str; 7] = [
        "a",
        "invoice",
        "invoices",
        "in",
        "client.create",
        "nobody",
        "",
    ];
    match dice.below(12) {
        0 => pick(
            dice,
            &["null", "5", "true", "1e999", "-0", "NaN", "{}", "[]"],
        )
        .to_owned(),
        1 => format!("[{}]", object(dice, depth + 1)),
        _ if depth == 0 => object(dice, 1),
        _ => {
            let value = pick(dice, &VALUES);
            string(dice, value, 6)
        }
    }
}

/// A JSON string, now and then written in another way or another string that is like it.
fn string(dice: &mut Dice, text: &str, one_in: u64) -> String {
    const JUNK: [&str; 12] = [
        "\\u0000", "\\ud800", "\\udc00", "\\u0307", "\u{307}", " ", "_", "-", ".", "\u{feff}",
        "\\n", "\\/",
    ];
    let mut written = String::from("\"");
    let place = dice
        .one_in(one_in)
        .then(|| dice.below(text.len() as u64 + 1) as usize);
    for (index, byte) in text.bytes().enumerate() {
        let character = char::from(byte);
        if place != Some(index) {
            written.push(character);
            continue;
        }
        match dice.below(5) {
            0 => write!(written, "\\u{byte:04x}").unwrap(),
            1 => written.push(character.to_ascii_uppercase()),
            2 => written += pick(dice, &JUNK),
            3 => written.push(match character {
                'k' => '\u{212a}',
                's' => '\u{17f}',
                'i' => '\u{131}',
                other => other,
            }),
            _ => written += if byte == b'k' { "\\u212a" } else { "\\u017f" },
        }
    }
    if place == Some(text.len()) {
        written += pick(dice, &JUNK);
    }
    written.push('"');
    written
}

fn pick<T: Copy>(dice: &mut Dice, items: &[T]) -> T {
    items[dice.below(items.len() as u64) as usize]
}

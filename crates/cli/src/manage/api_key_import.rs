//! `scopegate api-key import`: files of keys that partners have already.

use std::path::Path;

use csv::ReaderBuilder;
use oauth::api_key::rules::WantedApiKey;
use oauth::model::ApiKeyHash;
use realm::manage::{AddApiKey, MovingApiKey, Refused, WrongLine};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Server;
use super::api_key::{Places, told};
use super::approve::midnight;
use crate::arguments::api_keys::{ApiKeyFormat, ApiKeyImportArguments};
use crate::failure::Failure;
use crate::input;

/// The most that a file may hold, in bytes.
const MOST: u64 = 16 << 20;
/// So many problems of lines are told.
const MOST_TOLD: usize = 100;

/// One key, as a line tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    client: String,
    #[serde(default)]
    organisation: Option<String>,
    scope: String,
    hash: String,
    #[serde(default)]
    prefix: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    expires: Option<String>,
    #[serde(default)]
    sunset: Option<String>,
}

/// What the head of a table may name.
const COLUMNS: [&str; 8] = [
    "client",
    "organisation",
    "scope",
    "hash",
    "prefix",
    "name",
    "expires",
    "sunset",
];
/// What it has to.
const NEEDED: [&str; 3] = ["client", "scope", "hash"];

/// Moves the keys of a file in, or says what is wrong with it.
pub async fn run(server: &Server, arguments: &ApiKeyImportArguments) -> Result<String, Failure> {
    let realm = arguments.realm.as_str();
    let desk = server.desk(realm)?;
    let api = server.api_name(realm, arguments.api.as_deref())?;
    let sunset = arguments.sunset.as_deref();
    let format = format(arguments)?;
    let bytes = input::bytes(&arguments.file, MOST)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        Failure::new(format!("byte {good} is no UTF-8; save the file as UTF-8"))
    })?;
    let lines = match format {
        ApiKeyFormat::Csv => table(&text)?,
        ApiKeyFormat::Jsonl => objects(&text),
    };
    let mut moving = Vec::with_capacity(lines.len());
    let mut wrong = Vec::new();
    for (line, read) in lines {
        let read = read.and_then(|read| {
            let is_hmac = matches!(ApiKeyHash::parse(&read.hash), Ok(ApiKeyHash::HmacSha256(_)));
            if is_hmac && !server.knows_hmac(realm) {
                return Err(format!(
                    "an hmac-sha256 hash is known by the key it was made with; name its file by \
                     `api_key_hmac_file` in the [[realm]] of {realm}"
                ));
            }
            moving_key(line, read, &api, sunset)
        });
        match read {
            Ok(key) => moving.push(key),
            Err(problem) => wrong.push(WrongLine { line, problem }),
        }
    }
    if !wrong.is_empty() {
        wrong.truncate(MOST_TOLD);
        return Err(Refused::WrongLines(wrong).into());
    }
    if moving.is_empty() {
        return Err(Failure::new("the file holds no key"));
    }
    let operator = server.operator();
    let keys = desk.move_api_keys_in(operator, &moving, arguments.dry_run);
    let keys = keys.await?;
    if arguments.json {
        let places = Places::of(&desk, &keys).await?;
        let now = desk.now();
        let told: Vec<Value> = keys.iter().map(|key| told(key, &places, now)).collect();
        return Ok(json!({ "dry_run": arguments.dry_run, "api_keys": told }).to_string());
    }
    let count = match keys.len() {
        1 => "1 key".to_owned(),
        many => format!("{many} keys"),
    };
    Ok(match arguments.dry_run {
        true => format!("{count} would move in; nothing was changed."),
        false => format!("{count} moved in; they work from now on."),
    })
}

fn format(arguments: &ApiKeyImportArguments) -> Result<ApiKeyFormat, Failure> {
    let by_name = |file: &Path| {
        let ending = file.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" => Some(ApiKeyFormat::Csv),
            "jsonl" | "ndjson" => Some(ApiKeyFormat::Jsonl),
            _ => None,
        }
    };
    let format = arguments.format.or_else(|| by_name(&arguments.file));
    format.ok_or_else(|| {
        Failure::new(
            "the file's name does not say how it is written; give --format csv or --format jsonl",
        )
    })
}

/// What is read of each line, by its number.
type Lines = Vec<(usize, Result<Line, String>)>;

fn table(text: &str) -> Result<Lines, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let head = reader
        .headers()
        .map_err(|error| Failure::new(error.to_string()))?;
    let head = head.clone();
    for (place, name) in head.iter().enumerate() {
        if !COLUMNS.contains(&name) {
            return Err(Failure::new(format!(
                "the head names a column {name:?}; there are {}",
                COLUMNS.join(", ")
            )));
        }
        if head.iter().take(place).any(|other| other == name) {
            return Err(Failure::new(format!("the head names {name:?} twice")));
        }
    }
    let missing = NEEDED
        .into_iter()
        .find(|name| !head.iter().any(|own| own == *name));
    if let Some(name) = missing {
        return Err(Failure::new(format!(
            "the head, the first line, names no column {name:?}; it needs {}",
            NEEDED.join(", ")
        )));
    }
    let mut lines = Lines::new();
    for row in reader.records() {
        let (line, read) = match row {
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                let cell = |name: &str| {
                    let place = head.iter().position(|own| own == name)?;
                    row.get(place).map(str::to_owned)
                };
                let needed = |name: &str| cell(name).unwrap_or_default();
                let read = Line {
                    client: needed("client"),
                    organisation: cell("organisation"),
                    scope: needed("scope"),
                    hash: needed("hash"),
                    prefix: cell("prefix"),
                    name: cell("name"),
                    expires: cell("expires"),
                    sunset: cell("sunset"),
                };
                (line, Ok(read))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                (line, Err(error.to_string()))
            }
        };
        lines.push((usize::try_from(line).unwrap_or(usize::MAX), read));
    }
    Ok(lines)
}

fn objects(text: &str) -> Lines {
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line): &(usize, &str)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            // What serde says of a place within the line would be taken for the file's.
            let read = serde_json::from_str(line).map_err(|error| {
                let said = error.to_string();
                let what = said.split(" at line ").next().unwrap_or_default();
                format!("column {}: {what}", error.column())
            });
            (number, read)
        })
        .collect()
}

fn moving_key(
    line: usize,
    read: Line,
    api: &str,
    sunset: Option<&str>,
) -> Result<MovingApiKey, String> {
    // An empty cell says nothing.
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let day = |name: &str, text: Option<String>| {
        let day = text.map(|text| midnight(name, text.trim())).transpose();
        day.map_err(|failure| failure.to_string())
    };
    let sunset = given(read.sunset).or_else(|| sunset.map(str::to_owned));
    let client = read.client.trim().to_owned();
    Ok(MovingApiKey {
        line,
        hash: read.hash.trim().to_owned(),
        beginning: given(read.prefix).unwrap_or_default(),
        key: AddApiKey {
            organisation: given(read.organisation).map(|name| name.trim().to_owned()),
            key: WantedApiKey {
                name: given(read.name).unwrap_or_else(|| client.clone()),
                scope: read.scope,
                organisation: None,
                api: Some(api.to_owned()),
                expires_at: day("expires", given(read.expires))?,
                sunset_at: day("sunset", sunset)?,
            },
            client,
        },
    })
}

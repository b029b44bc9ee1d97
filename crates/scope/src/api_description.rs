//! What an API's description says of its calls besides who may make them: `NAME.api.json` beside
//! the catalog `NAME.toml`. No decision reads it; sandboxes do, and whoever shows calls to people.

mod checked;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::by_name::ByName;
use crate::endpoint::Method;
use crate::json_mistake::JsonMistake;

/// The format that is written and read here.
const FORMAT: u64 = 1;

/// The operations of an API, with their schemas and examples.
///
/// Schemas are those of JSON Schema 2020-12, with `discriminator` as OpenAPI has it. Their only
/// references are to `#/definitions/NAME`, so that whatever refers to itself is finite here.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ApiDescription {
    /// In the order of the document.
    pub operations: Vec<ApiOperation>,
    /// Schemas by the names that references have for them.
    pub definitions: BTreeMap<String, Json>,
    /// The place of each operation, by its method and its path without the names of templates.
    places: HashMap<(Method, String), usize>,
}

/// One operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiOperation {
    /// Its method.
    #[serde(serialize_with = "write_method", deserialize_with = "read_method")]
    pub method: Method,
    /// Its path as the catalog has it, from the root of the API.
    pub path: String,
    /// The document's own name for it (`operationId`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// In many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What a call may say outside of its body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ApiParameter>,
    /// What its body may be, by content type.
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub request: ByName<ApiBody>,
    /// Must it have a body?
    #[serde(default, skip_serializing_if = "is_false")]
    pub request_required: bool,
    /// By status: three digits, a class such as `2XX`, or `default`.
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub responses: ByName<ApiResponse>,
}

/// A parameter in the path, the query, a header or a cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiParameter {
    /// Its name.
    pub name: String,
    /// `path`, `query`, `header` or `cookie`.
    #[serde(rename = "in")]
    pub place: String,
    /// Must a call have it?
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Json>,
    /// Something that it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Json>,
}

/// An answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiResponse {
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What its body is, by content type.
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub content: ByName<ApiBody>,
}

/// A body of one content type.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiBody {
    /// What it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Json>,
    /// One that it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<Json>,
}

/// A piece of JSON that is kept as its text until somebody asks for its value: most of a large
/// description is never asked for.
#[derive(Clone)]
pub struct Json {
    text: Box<RawValue>,
    value: OnceLock<Box<Value>>,
}

impl ApiDescription {
    /// Puts one together. Of two operations of one method and path, the first counts.
    pub fn new(operations: Vec<ApiOperation>, definitions: BTreeMap<String, Json>) -> Self {
        let mut places = HashMap::with_capacity(operations.len());
        for (place, operation) in operations.iter().enumerate() {
            let key = (operation.method, nameless(&operation.path));
            places.entry(key).or_insert(place);
        }
        Self {
            operations,
            definitions,
            places,
        }
    }

    /// The largest file that is read, and that an import writes, in bytes.
    pub const MOST_BYTES: usize = 32 << 20;

    /// Reads a file's bytes; `name` is what errors call it.
    ///
    /// # Errors
    /// It is too large, no JSON, of another format, or not as the format has it: what first, and where.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, ApiDescriptionError> {
        let wrong = |what: String| ApiDescriptionError {
            file: name.to_owned(),
            what,
        };
        if bytes.len() > Self::MOST_BYTES {
            let most = Self::MOST_BYTES >> 20;
            return Err(wrong(format!("it is larger than {most} MiB")));
        }
        let read = serde_json::from_slice::<File>(bytes);
        let read = match read {
            Ok(file) if file.format == FORMAT => {
                let read = Self::new(file.operations, file.definitions);
                return match read.odd() {
                    Some(odd) => Err(wrong(format!("it is not as the format has it: {odd}"))),
                    None => Ok(read),
                };
            }
            Ok(_) => None,
            Err(error) => Some(JsonMistake::of(&error).to_string()),
        };
        // Another format may have other members: what it is says more than what is in it.
        let head: Head = serde_json::from_slice(bytes)
            .map_err(|error| wrong(format!("it cannot be read: {}", JsonMistake::of(&error))))?;
        Err(match head.format {
            Some(format) if format.as_u64() == Some(FORMAT) => {
                let why = read.unwrap_or_default();
                wrong(format!("it is not as the format has it: {why}"))
            }
            Some(format) => {
                let format: String = format.to_string().chars().take(40).collect();
                wrong(format!(
                    "its format is {format}, and this program reads format {FORMAT}"
                ))
            }
            None => wrong("it has no `format`".to_owned()),
        })
    }

    /// The file's text: the same for the same description.
    pub fn to_text(&self) -> String {
        let file = FileRef {
            format: FORMAT,
            operations: &self.operations,
            definitions: &self.definitions,
        };
        // Only maps with keys that are no texts, and failing writers, could fail.
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// What is said of an endpoint of the catalog, whatever its templates are called.
    pub fn operation(&self, method: Method, path: &str) -> Option<&ApiOperation> {
        let place = self.places.get(&(method, nameless(path)))?;
        self.operations.get(*place)
    }
}

#[derive(Deserialize)]
struct Head {
    format: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u64,
    operations: Vec<ApiOperation>,
    definitions: BTreeMap<String, Json>,
}

#[derive(Serialize)]
struct FileRef<'a> {
    format: u64,
    operations: &'a [ApiOperation],
    definitions: &'a BTreeMap<String, Json>,
}

impl Json {
    /// Of a value.
    pub fn of(value: &Value) -> Self {
        let text = serde_json::value::to_raw_value(value);
        Self::raw(text.unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    fn raw(text: Box<RawValue>) -> Self {
        let value = OnceLock::new();
        Self { text, value }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// Its value; null where it is nested deeper than anybody writes by hand.
    pub fn value(&self) -> &Value {
        let read = || serde_json::from_str(self.text.get()).unwrap_or_default();
        self.value.get_or_init(read)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::raw)
    }
}

fn write_method<S: Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

fn read_method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    let mut known = Method::ALL.into_iter();
    known
        .find(|method| *method != Method::Any && method.as_str() == text)
        .ok_or_else(|| serde::de::Error::custom(format_args!("{text:?} is no method of calls")))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// A path without the names of its templates.
fn nameless(path: &str) -> String {
    let mut parts = path.split('{');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push('{');
        match part.split_once('}') {
            Some((name, behind)) => {
                plain += if name.ends_with("...") { "...}" } else { "}" };
                plain += behind;
            }
            None => plain += part,
        }
    }
    plain
}

/// Why a description cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiDescriptionError {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for ApiDescriptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}\n  help: write it anew from the API's description with `scopegate catalog import DESCRIPTION --update CATALOG`, or remove it: the catalog works without",
            self.file, self.what
        )
    }
}

impl std::error::Error for ApiDescriptionError {}

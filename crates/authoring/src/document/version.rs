//! What a description is: Swagger 2.0, or OpenAPI 3.0 to 3.2.

use std::path::Path;

use super::files::Unreadable;
use super::node::Node;

/// A format of descriptions, with the version it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Version {
    Swagger2,
    OpenApi3(String),
}

impl Version {
    /// For people.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::Swagger2 => "Swagger 2.0".to_owned(),
            Self::OpenApi3(version) => format!("OpenAPI {version}"),
        }
    }
}

/// Tells the version, or what the file is instead.
pub(crate) fn of(file: &Path, root: &Node) -> Result<Version, Unreadable> {
    let no = |what: String, help: &str| Err(Unreadable::new(file, what, help));
    let convert = "convert it to OpenAPI 3 first; there are converters for it";
    if let Some(version) = root.text_of("openapi") {
        return match version.split('.').collect::<Vec<_>>().as_slice() {
            ["3"] | ["3", "0" | "1" | "2", ..] => Ok(Version::OpenApi3(version.to_owned())),
            _ => no(
                format!("it is OpenAPI {version}, which is not known here"),
                "OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0 can be read",
            ),
        };
    }
    if let Some(version) = root.text_of("swagger") {
        return match version {
            "2.0" | "2" => Ok(Version::Swagger2),
            _ => no(
                format!("it is Swagger {version}, which is not known here"),
                convert,
            ),
        };
    }
    let others = [
        ("swaggerVersion", "a Swagger 1 description"),
        ("asyncapi", "an AsyncAPI description"),
        ("discoveryVersion", "a Google discovery document"),
        ("arazzo", "an Arazzo description"),
        ("overlay", "an OpenAPI overlay"),
        ("raml", "a RAML description"),
    ];
    if let Some((_, name)) = others.iter().find(|(key, _)| root.member(key).is_some()) {
        return no(format!("it is {name}, not OpenAPI"), convert);
    }
    let is_postman = root
        .member("info")
        .is_some_and(|info| info.member("_postman_id").is_some());
    if is_postman {
        return no(
            "it is a Postman collection, not OpenAPI".to_owned(),
            convert,
        );
    }
    let what = match root {
        Node::Map(_) => "it has no `openapi` and no `swagger` at its top".to_owned(),
        other => format!("it is {}, and no OpenAPI description", other.described()),
    };
    no(
        what,
        "name the file that begins with `openapi: 3.…` or `swagger: \"2.0\"`",
    )
}

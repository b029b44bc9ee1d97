//! From an operation of a document to what is kept of it.

use std::path::Path;

use scope::{
    ApiBody, ApiDescription, ApiOperation, ApiParameter, ApiResponse, ByName, Json, Method,
};
use serde_json::{Map, Value};

use crate::document::node::{Map as NodeMap, Node};
use crate::document::reference::{Documents, Placed, is_below};
use crate::import::finding::{Findings, Kind};
use crate::import::path;
use crate::import::walk::Operation;

use super::bounds;
use super::schema::{Schemas, placed};

/// What is kept of all operations that a catalog could have: those that it leaves out may get a
/// rule by hand.
pub(crate) fn describe(
    operations: &[Operation],
    documents: &mut Documents<'_>,
    findings: &mut Findings,
) -> ApiDescription {
    let mut schemas = Schemas::new(documents);
    let mut described = Vec::new();
    for operation in operations {
        let folder = Path::new(&operation.description).parent();
        schemas.folder = folder.unwrap_or(Path::new("")).to_owned();
        if !is_below(&operation.place.file, &schemas.folder) {
            schemas
                .lost
                .insert(operation.place.file.display().to_string());
            continue;
        }
        described.extend(
            Reading {
                schemas: &mut schemas,
            }
            .operation(operation),
        );
    }
    let definitions = schemas.definitions();
    for lost in &schemas.lost {
        findings.add(Kind::LostSchema, lost, "");
    }
    if schemas.left.is_cut {
        findings.add(Kind::CutSchema, "", "");
    }
    ApiDescription::new(described, definitions)
}

struct Reading<'s, 'd, 'f> {
    schemas: &'s mut Schemas<'d, 'f>,
}

impl Reading<'_, '_, '_> {
    /// One for each path that the catalog has of it.
    fn operation(&mut self, own: &Operation) -> Vec<ApiOperation> {
        let mut methods = Method::ALL.into_iter();
        let method = methods.find(|method| method.as_str() == own.method);
        let normal = path::normal(&own.path, &own.bases, &own.parameters);
        let (Some(method), Ok(normal)) = (method.filter(|own| *own != Method::Any), normal) else {
            return Vec::new();
        };
        let at = Placed {
            node: std::rc::Rc::clone(&own.node),
            place: own.place.clone(),
        };
        let mut described = ApiOperation {
            method,
            path: String::new(),
            id: own.id().and_then(bounds::text),
            summary: own.node.text_of("summary").and_then(bounds::text),
            description: own.node.text_of("description").and_then(bounds::text),
            parameters: Vec::new(),
            request: ByName::default(),
            request_required: false,
            responses: ByName::default(),
        };
        let mut form = Form::default();
        for list in [&own.item, &at] {
            self.parameters(list, own, &mut described, &mut form);
        }
        if let Some(body) = at.node.member("requestBody")
            && let Some(body) = self
                .schemas
                .followed(placed(body, &at.place, "requestBody"))
        {
            described.request = self.content(&body);
            described.request_required = body
                .node
                .member("required")
                .is_some_and(|own| own.is_true());
        }
        if !form.properties.is_empty() {
            form.take(self, own, &mut described);
        }
        described.responses = self.responses(&at, own);
        let of_path = |path: String| ApiOperation {
            path,
            ..described.clone()
        };
        normal.paths.into_iter().map(of_path).collect()
    }

    /// The parameters listed here, over those that are known.
    fn parameters(
        &mut self,
        at: &Placed,
        operation: &Operation,
        described: &mut ApiOperation,
        form: &mut Form,
    ) {
        let list = at.node.member("parameters").and_then(|own| own.list());
        let place = at.place.member("parameters");
        for (index, node) in list.unwrap_or_default().iter().enumerate() {
            let own = placed(node, &place, &index.to_string());
            let Some(own) = self.schemas.followed(own) else {
                continue;
            };
            let (name, kind) = (own.node.text_of("name"), own.node.text_of("in"));
            match (name, kind) {
                (_, Some("body")) => {
                    described.request_required =
                        own.node.member("required").is_some_and(|own| own.is_true());
                    described.request = self.typed(&own, &operation.consumes);
                }
                (Some(name), Some("formData")) => form.add(self, name, &own),
                (Some(name), Some(kind @ ("path" | "query" | "header" | "cookie"))) => {
                    let parameter = self.parameter(name, kind, &own);
                    let known = described.parameters.iter_mut();
                    match { known }.find(|known| known.name == name && known.place == kind) {
                        Some(known) => *known = parameter,
                        None => described.parameters.push(parameter),
                    }
                }
                _ => {}
            }
        }
    }

    fn parameter(&mut self, name: &str, kind: &str, at: &Placed) -> ApiParameter {
        let node = &at.node;
        let in_content = node
            .member("content")
            .and_then(|own| own.map()?.iter().next());
        let schema = match (node.member("schema"), in_content) {
            (Some(schema), _) => Some(placed(schema, &at.place, "schema")),
            (None, Some((kind, body))) => body
                .member("schema")
                .map(|schema| placed(schema, &at.place.member("content").member(kind), "schema")),
            // Swagger has the schema's keywords in the parameter itself.
            (None, None) => node.member("type").map(|_| at.clone()),
        };
        let example = self.example(at);
        ApiParameter {
            name: name.to_owned(),
            place: kind.to_owned(),
            required: kind == "path" || node.member("required").is_some_and(|own| own.is_true()),
            description: node.text_of("description").and_then(bounds::text),
            schema: schema.and_then(|own| self.schemas.kept(&own)),
            example,
        }
    }

    fn responses(&mut self, at: &Placed, operation: &Operation) -> ByName<ApiResponse> {
        let mut responses = ByName::default();
        let list = at.node.member("responses").and_then(|own| own.map());
        let place = at.place.member("responses");
        for (key, node) in list.into_iter().flat_map(NodeMap::iter) {
            let status = key.to_ascii_uppercase().replace("DEFAULT", "default");
            let is_status = ApiDescription::is_status(&status);
            let followed = self.schemas.followed(placed(node, &place, key));
            let (true, Some(own)) = (is_status, followed) else {
                continue;
            };
            let content = match own.node.member("content") {
                Some(_) => self.content(&own),
                None => self.typed(&own, &operation.produces),
            };
            let response = ApiResponse {
                description: own.node.text_of("description").and_then(bounds::text),
                content,
            };
            responses.insert(status, response);
        }
        responses
    }

    /// The bodies of OpenAPI 3, by content type.
    fn content(&mut self, at: &Placed) -> ByName<ApiBody> {
        let mut bodies = ByName::default();
        let content = at.node.member("content").and_then(|own| own.map());
        let place = at.place.member("content");
        for (kind, node) in content.into_iter().flat_map(NodeMap::iter) {
            let Some(own) = self.schemas.followed(placed(node, &place, kind)) else {
                continue;
            };
            let schema = own
                .node
                .member("schema")
                .map(|schema| placed(schema, &own.place, "schema"));
            let schema = schema.and_then(|own| self.schemas.kept(&own));
            let example = self.example(&own);
            bodies.insert(kind.to_owned(), ApiBody { schema, example });
        }
        bodies
    }

    /// The one body of Swagger 2, in each of the content types; none where there is no schema.
    fn typed(&mut self, at: &Placed, types: &[String]) -> ByName<ApiBody> {
        let Some(schema) = at.node.member("schema") else {
            return ByName::default();
        };
        let schema = self.schemas.kept(&placed(schema, &at.place, "schema"));
        let examples = at.node.member("examples").and_then(|own| own.map());
        let mut bodies = ByName::default();
        for kind in types {
            let example = examples.and_then(|own| own.find(kind));
            let example = example.and_then(|node| self.schemas.example(node));
            let schema = schema.clone();
            bodies.insert(kind.clone(), ApiBody { schema, example });
        }
        bodies
    }

    /// `example`, or the first of `examples`.
    fn example(&mut self, at: &Placed) -> Option<Json> {
        for key in ["example", "x-example"] {
            if let Some(node) = at.node.map().and_then(|own| own.find(key)) {
                return self.schemas.example(node);
            }
        }
        let examples = at.node.member("examples").and_then(|own| own.map())?;
        let place = at.place.member("examples");
        for (name, node) in examples.iter() {
            let own = self.schemas.followed(placed(node, &place, name));
            let value = own.as_ref().and_then(|own| own.node.map()?.find("value"));
            if let Some(value) = value {
                return self.schemas.example(value);
            }
        }
        None
    }
}

/// The fields of a form, as Swagger 2 lists them.
#[derive(Default)]
struct Form {
    properties: Map<String, Value>,
    required: Vec<String>,
    has_file: bool,
}

impl Form {
    fn add(&mut self, reading: &mut Reading<'_, '_, '_>, name: &str, at: &Placed) {
        let node: &Node = &at.node;
        if node.member("required").is_some_and(|own| own.is_true()) {
            self.required.push(name.to_owned());
        }
        self.has_file |= node.text_of("type") == Some("file");
        let schema = reading.schemas.kept(at);
        let schema = schema.map_or(Value::Bool(true), |own| own.value().clone());
        self.properties.insert(name.to_owned(), schema);
    }

    fn take(
        self,
        reading: &mut Reading<'_, '_, '_>,
        operation: &Operation,
        described: &mut ApiOperation,
    ) {
        let is_form = |kind: &&String| kind.contains("form");
        let kind = operation.consumes.iter().find(is_form).cloned();
        let kind = kind.unwrap_or_else(|| match self.has_file {
            true => "multipart/form-data".to_owned(),
            false => "application/x-www-form-urlencoded".to_owned(),
        });
        described.request_required = !self.required.is_empty();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        let schema = reading.schemas.json(&Value::Object(schema));
        let example = None;
        described.request.insert(kind, ApiBody { schema, example });
    }
}

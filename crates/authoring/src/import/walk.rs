//! From a description to its operations.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use crate::document::files::Unreadable;
use crate::document::node::{Map, Node};
use crate::document::reference::{Documents, Followed, Place, Placed};
use crate::document::version::{self, Version};

use crate::extension;
use crate::unseen::without_unseen;

use super::finding::{Findings, Kind};
use super::scheme::{self, Schemes};
use super::server::{self, Bases};
use super::text;
use super::twice;

/// One file.
pub(crate) struct Description {
    pub(crate) file: String,
    pub(crate) version: Version,
    pub(crate) root: Rc<Node>,
    pub(crate) schemes: Rc<Schemes>,
}

impl Description {
    /// A text of `info`, as it is written.
    pub(crate) fn info(&self, key: &str) -> Option<&str> {
        self.root.member("info")?.text_of(key)
    }

    /// The version that it gives itself.
    pub(crate) fn own_version(&self) -> Option<String> {
        let version = self.info("version").map(without_unseen);
        version.filter(|own| !own.trim().is_empty())
    }

    /// Its title on one line.
    pub(crate) fn title(&self) -> String {
        let title = self.info("title").map(|own| text::plain(own).0);
        title
            .filter(|own| !own.is_empty())
            .unwrap_or_else(|| "API".to_owned())
    }
}

/// One operation as the document has it.
pub(crate) struct Operation {
    pub(crate) place: Place,
    /// The file that was named, which has the path.
    pub(crate) description: String,
    /// In capitals.
    pub(crate) method: String,
    /// The key under `paths`.
    pub(crate) path: String,
    pub(crate) node: Rc<Node>,
    /// What stands in front of the path; more than one where a server has a variable there.
    pub(crate) bases: Vec<String>,
    pub(crate) parameters: Rc<Parameters>,
    pub(crate) security: Option<Rc<Node>>,
    /// What stands twice at or above what it needs: nobody knows which of the two is meant.
    pub(crate) twice: Vec<String>,
    pub(crate) schemes: Rc<Schemes>,
    /// Does the file say that a catalog was exported into it?
    pub(crate) is_exported: bool,
    /// The path's entry, with what all of its operations share.
    pub(crate) item: Placed,
    /// Content types of its body and of its answers, where Swagger 2 lists them.
    pub(crate) consumes: Vec<String>,
    pub(crate) produces: Vec<String>,
}

impl Operation {
    /// For people: the method and the path as the document writes them.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.node.text_of("operationId")
    }

    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.node.member("tags").and_then(|tags| tags.list());
        tags.unwrap_or_default().iter().filter_map(|tag| tag.text())
    }
}

/// The path parameters of an operation, by name.
pub(crate) type Parameters = BTreeMap<String, Parameter>;

/// What is known of a path parameter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameter {
    /// Its values, where they are listed.
    pub(crate) values: Vec<String>,
    /// Does it take several segments?
    pub(crate) takes_slashes: bool,
}

/// What decides which calls an operation is, besides its `security`.
const WHICH_CALLS: [&str; 2] = ["servers", "parameters"];

const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// Reads a file and all of its operations.
pub(crate) fn read(
    file: &Path,
    documents: &mut Documents<'_>,
    findings: &mut Findings,
) -> Result<(Description, Vec<Operation>), Unreadable> {
    let root = documents.root(file)?;
    let version = version::of(file, &root.node)?;
    let schemes = Rc::new(scheme::read(&root, &version, documents, findings)?);
    let paths = root.node.member("paths").map(|node| Placed {
        node: Rc::clone(node),
        place: root.place.member("paths"),
    });
    let paths = match paths {
        Some(paths) => match documents.follow(&paths, "the list of paths")? {
            Followed::Found(paths) => Some(paths),
            Followed::Nothing(_) => None,
        },
        None => None,
    };
    let paths = paths.filter(|paths| paths.node.map().is_some_and(|map| !map.is_empty()));
    let Some(paths) = paths else {
        let help = "name the file that has the `paths` of the API";
        return Err(Unreadable::new(
            file,
            "it has no paths, so there is nothing to open",
            help,
        ));
    };
    let description = Description {
        file: file.display().to_string(),
        version,
        root: Rc::clone(&root.node),
        schemes,
    };
    let bases = match (&description.version, root.node.member("servers")) {
        (Version::Swagger2, _) => server::base_path(&root.node),
        (_, Some(servers)) => server::bases(servers),
        (_, None) => server::none(),
    };
    twice::tell(&root.node, findings);
    let of_all = [
        "paths",
        "components",
        "securityDefinitions",
        "servers",
        "basePath",
    ];
    let mut walk = Walk {
        twice: twice::among(&root.node, |key| of_all.contains(&key)),
        description: &description,
        shared_bases: told(bases, &description.file, findings),
        documents,
        findings,
        operations: Vec::new(),
    };
    walk.paths(&paths)?;
    let operations = walk.operations;
    Ok((description, operations))
}

/// The base paths that count; what else servers say is told.
fn told(bases: Bases, whose: &str, findings: &mut Findings) -> Vec<String> {
    if !bases.odd.is_empty() {
        findings.add(Kind::OddServer, whose, bases.odd.join("; "));
    }
    if !bases.others.is_empty() {
        findings.add(Kind::OtherServers, whose, bases.others.join(", "));
    }
    bases.first
}

/// The content types of the nearest list.
fn content_types(nodes: &[&Node], key: &str) -> Vec<String> {
    let list = nodes.iter().find_map(|own| own.member(key)?.list());
    let types = list.into_iter().flatten().filter_map(|own| own.text());
    let types: Vec<String> = types.take(8).map(str::to_owned).collect();
    match types.is_empty() {
        true => vec!["application/json".to_owned()],
        false => types,
    }
}

struct Walk<'a, 'f> {
    description: &'a Description,
    /// The base paths of the whole description.
    shared_bases: Vec<String>,
    documents: &'a mut Documents<'f>,
    findings: &'a mut Findings,
    operations: Vec<Operation>,
    /// What stands twice above the operation that is read.
    twice: Vec<String>,
}

impl Walk<'_, '_> {
    fn paths(&mut self, paths: &Placed) -> Result<(), Unreadable> {
        let Some(map) = paths.node.map() else {
            return Ok(());
        };
        for (path, node) in map.iter().filter(|(path, _)| !path.starts_with("x-")) {
            let at = Placed {
                node: Rc::clone(node),
                place: paths.place.member(path),
            };
            match self.documents.follow(&at, &format!("the path {path}"))? {
                Followed::Found(item) => {
                    let above = self.twice.len();
                    let is_own = |key: &str| key == path;
                    self.twice.extend(twice::among(&paths.node, is_own));
                    self.item(path, &item)?;
                    self.twice.truncate(above);
                }
                Followed::Nothing(why) => self.findings.add(Kind::BrokenPath, path, why),
            }
        }
        Ok(())
    }

    fn item(&mut self, path: &str, item: &Placed) -> Result<(), Unreadable> {
        let Some(map) = item.node.map() else {
            if !item.node.is_null() {
                let why = format!("it is {}, not an object", item.node.described());
                self.findings.add(Kind::BrokenPath, path, why);
            }
            return Ok(());
        };
        let shared = Rc::new(self.parameters(item, &Parameters::new())?);
        for (key, node) in map.iter() {
            let method = key.to_ascii_lowercase();
            let at = Placed {
                node: Rc::clone(node),
                place: item.place.member(key),
            };
            if METHODS.contains(&method.as_str()) {
                self.operation(path, &method, item, &at, &shared)?;
            } else if key == "additionalOperations" {
                for (method, own) in node.map().into_iter().flat_map(Map::iter) {
                    let at = Placed {
                        node: Rc::clone(own),
                        place: at.place.member(method),
                    };
                    let above = self.twice.len();
                    self.twice.extend(twice::among(node, |key| key == method));
                    self.operation(path, method, item, &at, &shared)?;
                    self.twice.truncate(above);
                }
            }
        }
        Ok(())
    }

    fn operation(
        &mut self,
        path: &str,
        method: &str,
        item: &Placed,
        at: &Placed,
        shared: &Rc<Parameters>,
    ) -> Result<(), Unreadable> {
        let name = format!("{} {path}", method.to_ascii_uppercase());
        let at = match self
            .documents
            .follow(at, &format!("the operation {name}"))?
        {
            Followed::Found(at) => at,
            Followed::Nothing(why) => {
                self.findings.add(Kind::BrokenPath, name, why);
                return Ok(());
            }
        };
        if at.node.map().is_none() {
            if !at.node.is_null() {
                let why = format!("it is {}, not an object", at.node.described());
                self.findings.add(Kind::BrokenPath, name, why);
            }
            return Ok(());
        }
        let parameters = match at.node.member("parameters") {
            Some(_) => Rc::new(self.parameters(&at, shared)?),
            None => Rc::clone(shared),
        };
        let root = &self.description.root;
        // Null is not as OpenAPI has it, so it does not mean what the document says, either.
        let owner = [&at.node, root]
            .into_iter()
            .filter_map(|own| own.map())
            .find(|map| map.find("security").is_some());
        let security = owner.and_then(|map| map.find("security")).cloned();
        let mut twice = self.twice.clone();
        let is_own = |key: &str| WHICH_CALLS.contains(&key);
        let of_path = |key: &str| {
            is_own(key) || key == "additionalOperations" || key.eq_ignore_ascii_case(method)
        };
        twice.extend(twice::among(&item.node, of_path));
        twice.extend(twice::among(&at.node, |key| {
            is_own(key) || key == extension::NAME
        }));
        let is_twice = owner.is_some_and(|map| map.twice.iter().any(|key| key == "security"));
        twice.extend(is_twice.then(|| "`security` is given twice".to_owned()));
        let schemes = &self.description.schemes;
        twice.extend(schemes.twice(security.as_deref()));
        let bases = self.bases(item, &at, &name);
        let types = |key| content_types(&[&at.node, root], key);
        self.operations.push(Operation {
            consumes: types("consumes"),
            produces: types("produces"),
            item: item.clone(),
            place: at.place,
            description: self.description.file.clone(),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            node: at.node,
            bases,
            parameters,
            security,
            twice,
            schemes: Rc::clone(&self.description.schemes),
            is_exported: extension::scheme(root).is_some(),
        });
        Ok(())
    }

    /// The base paths of an operation: those of the nearest servers.
    fn bases(&mut self, item: &Placed, at: &Placed, name: &str) -> Vec<String> {
        if self.description.version == Version::Swagger2 {
            return self.shared_bases.clone();
        }
        let own = at.node.member("servers");
        match own.or_else(|| item.node.member("servers")) {
            Some(servers) => told(server::bases(servers), name, self.findings),
            None => self.shared_bases.clone(),
        }
    }

    /// The path parameters listed here, over those of the path.
    fn parameters(&mut self, at: &Placed, shared: &Parameters) -> Result<Parameters, Unreadable> {
        let mut parameters = shared.clone();
        let list = at.node.member("parameters").and_then(|list| list.list());
        for (index, node) in list.unwrap_or_default().iter().enumerate() {
            let own = Placed {
                node: Rc::clone(node),
                place: at.place.member("parameters").member(&index.to_string()),
            };
            // One that names nothing is no path parameter that could be used.
            let Followed::Found(own) = self.documents.follow(&own, "a parameter")? else {
                continue;
            };
            if own.node.text_of("in") != Some("path") {
                continue;
            }
            if let Some(name) = own.node.text_of("name") {
                let parameter = self.parameter(&own);
                parameters.insert(name.to_owned(), parameter);
            }
        }
        Ok(parameters)
    }

    fn parameter(&mut self, own: &Placed) -> Parameter {
        let node = &own.node;
        let schema = node.member("schema").and_then(|schema| {
            let at = Placed {
                node: Rc::clone(schema),
                place: own.place.member("schema"),
            };
            // A schema elsewhere says nothing that an import must know.
            match self.documents.follow(&at, "a schema") {
                Ok(Followed::Found(found)) => Some(found.node),
                _ => None,
            }
        });
        let values = node
            .member("enum")
            .or_else(|| schema.as_ref().and_then(|schema| schema.member("enum")))
            .and_then(|values| values.list())
            .unwrap_or_default();
        Parameter {
            values: values
                .iter()
                .filter_map(|value| value.text().map(str::to_owned))
                .collect(),
            takes_slashes: ["x-multi-segment", "allowReserved"]
                .iter()
                .any(|key| node.member(key).is_some_and(|value| value.is_true())),
        }
    }
}

//! Following `$ref`: inside a file and into files beside it, never into the network.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use crate::unseen::with_numbers;

use super::bytes;
use super::files::{Files, Unreadable};
use super::node::{Map, Node};

/// The most files that one import reads.
const MOST_FILES: usize = 1_000;

/// The most references that follow one another.
const MOST_STEPS: usize = 32;

/// Every file read so far.
pub(crate) struct Documents<'f> {
    files: &'f dyn Files,
    read: HashMap<PathBuf, Rc<Node>>,
}

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) file: Rc<PathBuf>,
    /// RFC 6901.
    pub(crate) pointer: String,
}

impl Place {
    pub(crate) fn root(file: &Path) -> Self {
        Self {
            file: Rc::new(file.to_owned()),
            pointer: String::new(),
        }
    }

    pub(crate) fn member(&self, key: &str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self {
            file: Rc::clone(&self.file),
            pointer: format!("{}/{key}", self.pointer),
        }
    }
}

/// A node, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) node: Rc<Node>,
    pub(crate) place: Place,
}

/// What came of following a reference.
pub(crate) enum Followed {
    Found(Placed),
    /// It names nothing, or only itself; in a sentence's end.
    Nothing(String),
}

impl<'f> Documents<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            read: HashMap::new(),
        }
    }

    /// The root of a file.
    pub(crate) fn root(&mut self, file: &Path) -> Result<Placed, Unreadable> {
        let place = Place::root(file);
        if let Some(node) = self.read.get(file) {
            let node = Rc::clone(node);
            return Ok(Placed { node, place });
        }
        if self.read.len() == MOST_FILES {
            let help = "bundle the description into one file";
            let what = format!("it belongs to a description of more than {MOST_FILES} files");
            return Err(Unreadable::new(file, what, help));
        }
        let help = "name a file with an OpenAPI description, JSON or YAML";
        let broken = "name a file with an OpenAPI description, JSON or YAML; where it is one, correct it there";
        let bytes = self
            .files
            .read(file)
            .map_err(|error| Unreadable::new(file, format!("it cannot be read: {error}"), help))?;
        let node = bytes::read(&bytes).map_err(|what| Unreadable::new(file, what, broken))?;
        self.read.insert(file.to_owned(), Rc::clone(&node));
        Ok(Placed { node, place })
    }

    /// What stands here, or where its `$ref` leads. Members beside a `$ref` win.
    ///
    /// # Errors
    /// The reference leaves this machine, or its file cannot be read. `what` says what is
    /// referred to.
    pub(crate) fn follow(&mut self, at: &Placed, what: &str) -> Result<Followed, Unreadable> {
        let mut seen = HashSet::new();
        let mut at = at.clone();
        let mut beside = Map::default();
        loop {
            let Some(reference) = at.node.text_of("$ref").map(str::to_owned) else {
                return Ok(Followed::Found(with(beside, at)));
            };
            if let Some(map) = at.node.map().filter(|map| map.len() > 1) {
                beside.complete(map);
            }
            if seen.len() == MOST_STEPS {
                return Ok(Followed::Nothing(format!(
                    "`{reference}` is the end of a chain of more than {MOST_STEPS} references"
                )));
            }
            if !seen.insert(at.place.clone()) {
                return Ok(Followed::Nothing(format!(
                    "`{reference}` refers to itself in a circle"
                )));
            }
            match self.target(&at.place, &reference, what)? {
                Some(next) => at = next,
                None => {
                    return Ok(Followed::Nothing(format!(
                        "`{reference}` refers to nothing, or to a key that is given twice"
                    )));
                }
            }
        }
    }

    /// What a schema or an example refers to: in this file, or in one below `folder`; nothing where
    /// it is anywhere else, or not there. What is kept of these is handed on, so a description of
    /// strangers may not point at files that are no part of it.
    pub(crate) fn near(&mut self, from: &Place, reference: &str, folder: &Path) -> Option<Placed> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let decoded_file = decoded(file);
        if is_remote(file) || is_remote(&decoded_file) || is_absolute(&decoded_file) {
            return None;
        }
        let file = match file {
            "" => from.file.to_path_buf(),
            _ => beside(&from.file, &decoded_file),
        };
        if !is_below(&file, folder) {
            return None;
        }
        let root = self.root(&file).ok()?;
        pointed(root, &decoded(pointer))
    }

    fn target(
        &mut self,
        from: &Place,
        reference: &str,
        what: &str,
    ) -> Result<Option<Placed>, Unreadable> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        if is_remote(file) {
            return Err(Unreadable::new(
                &from.file,
                format!(
                    "{what} at {} refers to {file}, and nothing is fetched from the network",
                    from.pointer
                ),
                "save that file beside this one and refer to it there, or bundle the description into one file",
            ));
        }
        let decoded_file = decoded(file);
        if is_absolute(&decoded_file) {
            return Err(Unreadable::new(
                &from.file,
                format!(
                    "{what} at {} refers to {decoded_file}, and absolute paths are not followed",
                    from.pointer
                ),
                "save that file with this one and refer to it by a relative path, or bundle the description into one file",
            ));
        }
        let file = match file {
            "" => from.file.to_path_buf(),
            _ => beside(&from.file, &decoded_file),
        };
        let root = self.root(&file).map_err(|mut unreadable| {
            if !Rc::ptr_eq(&from.file, &Rc::new(file.clone())) && *from.file != file {
                let by = from.file.display();
                let help = format!(
                    "{what} at {} in {by} refers to it; keep the files of a description together, or bundle them into one",
                    from.pointer
                );
                unreadable.help = with_numbers(&help);
            }
            unreadable
        })?;
        Ok(pointed(root, &decoded(pointer)))
    }
}

/// The node with the members that stood beside the references to it.
fn with(mut beside: Map, at: Placed) -> Placed {
    let Placed { node, place } = at;
    beside.remove("$ref");
    match node.map() {
        Some(map) if !beside.is_empty() => {
            beside.complete(map);
            let node = Rc::new(Node::Map(beside));
            Placed { node, place }
        }
        _ => Placed { node, place },
    }
}

/// A description has no business with where this machine keeps its files.
fn is_absolute(file: &str) -> bool {
    let is_drive = file.split_once(':').is_some_and(|(drive, _)| {
        drive.len() == 1 && drive.starts_with(|own: char| own.is_ascii_alphabetic())
    });
    file.starts_with(['/', '\\']) || is_drive
}

fn is_remote(file: &str) -> bool {
    // One letter before the colon is a drive.
    let scheme = file.split_once(':').map(|(scheme, _)| scheme);
    file.starts_with("//") || scheme.is_some_and(|scheme| scheme.len() > 1)
}

/// Is a file in a folder, or in one of those below it?
pub(crate) fn is_below(file: &Path, folder: &Path) -> bool {
    let (file, folder) = (plain(file), plain(folder));
    let rest = file.strip_prefix(&folder);
    rest.is_ok_and(|rest| {
        rest.components()
            .all(|own| matches!(own, Component::Normal(_)))
    })
}

/// A file named relative to another one.
fn beside(file: &Path, other: &str) -> PathBuf {
    plain(&file.parent().unwrap_or(Path::new("")).join(other))
}

fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// What an RFC 6901 pointer names.
fn pointed(root: Placed, pointer: &str) -> Option<Placed> {
    let mut at = root;
    let mut keys = pointer.split('/');
    if keys.next() != Some("") {
        return None;
    }
    for key in keys {
        let key = key.replace("~1", "/").replace("~0", "~");
        let node = match &*at.node {
            // Of two that are alike nobody knows which is meant.
            Node::Map(map) if map.twice.contains(&key) => return None,
            Node::Map(map) => map.find(&key)?,
            Node::List(list) => list.get(key.parse::<usize>().ok()?)?,
            Node::Scalar(_) => return None,
        };
        at = Placed {
            node: Rc::clone(node),
            place: at.place.member(&key),
        };
    }
    Some(at)
}

/// A URI reference is percent-encoded; what is not encoded properly stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        let byte = match (first, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        bytes.push(byte.unwrap_or(*first));
        rest = after
            .get(if byte.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

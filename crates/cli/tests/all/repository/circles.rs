//! Imports among files: no circle of them has more than two.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Item, ItemMod, ItemUse, UseTree};

use crate::common::root;

/// A name within a crate: `["postgres", "pool"]`.
type Name = Vec<String>;

/// The modules of a crate, and what each of them names.
#[derive(Default)]
struct Modules {
    files: BTreeMap<Name, PathBuf>,
    /// Module, and the paths it uses as they are written.
    uses: Vec<(Name, Name)>,
    /// What a module hands on from elsewhere: its name there to the path as it is written.
    handed_on: BTreeMap<(Name, String), Name>,
}

impl Modules {
    fn read(&mut self, file: &Path, name: &Name, children: &Path) {
        self.files.insert(name.clone(), file.to_owned());
        let text = std::fs::read_to_string(file).unwrap();
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        self.items(&parsed.items, file, name, children);
    }

    fn items(&mut self, items: &[Item], file: &Path, name: &Name, children: &Path) {
        for item in items {
            match item {
                Item::Mod(module) if !is_for_tests(module) => {
                    let name = with(name, &module.ident.to_string());
                    match (&module.content, named_path(module)) {
                        (Some((_, items)), _) => self.items(items, file, &name, children),
                        (None, Some(path)) => {
                            let file = file.parent().unwrap().join(path);
                            let children = file.parent().unwrap().to_owned();
                            self.read(&file.canonicalize().unwrap(), &name, &children);
                        }
                        (None, None) => {
                            let folder = children.join(module.ident.to_string());
                            let beside = folder.with_extension("rs");
                            let within = folder.join("mod.rs");
                            let file = if beside.exists() { beside } else { within };
                            self.read(&file, &name, &folder);
                        }
                    }
                }
                Item::Mod(_) => {}
                Item::Use(one) => self.import(one, name),
                other => {
                    let mut paths = Paths(Vec::new());
                    paths.visit_item(other);
                    let named = paths.0.into_iter().map(|path| (name.clone(), path));
                    self.uses.extend(named);
                }
            }
        }
    }

    fn import(&mut self, import: &ItemUse, name: &Name) {
        let mut paths = Vec::new();
        flatten(&import.tree, &mut Vec::new(), &mut paths);
        for (path, called) in paths {
            if matches!(import.vis, syn::Visibility::Inherited) {
                self.uses.push((name.clone(), path.clone()));
            }
            self.handed_on.insert((name.clone(), called), path);
        }
    }

    /// The file that has what a module means by a path, if it is one of the crate's.
    fn file_of(&self, module: &Name, path: &[String], depth: usize) -> Option<&PathBuf> {
        let (mut at, rest) = self.start(module, path)?;
        for (index, part) in rest.iter().enumerate() {
            let child = with(&at, part);
            if self.files.contains_key(&child) {
                at = child;
                continue;
            }
            if depth < 8
                && let Some(there) = self.handed_on.get(&(at.clone(), part.clone()))
                && let Some(file) = self.file_of(&at, there, depth + 1)
            {
                return Some(file);
            }
            if index == 0 && path.len() == rest.len() {
                return None;
            }
            break;
        }
        self.files.get(&at)
    }

    fn start<'p>(&self, module: &Name, path: &'p [String]) -> Option<(Name, &'p [String])> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((Vec::new(), rest)),
            "self" => Some((module.clone(), rest)),
            "super" => {
                let mut at = module.clone();
                at.pop();
                let above = rest.iter().take_while(|part| *part == "super").count();
                at.truncate(at.len().saturating_sub(above));
                Some((at, &rest[above..]))
            }
            _ => Some((module.clone(), path)),
        }
    }

    fn edges(&self) -> BTreeMap<&PathBuf, BTreeSet<&PathBuf>> {
        let mut edges: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = BTreeMap::new();
        for (module, path) in &self.uses {
            // What stands in a module within a file is the file's.
            let mut at = module.clone();
            while !self.files.contains_key(&at) {
                at.pop();
            }
            let from = &self.files[&at];
            if let Some(to) = self.file_of(module, path, 0)
                && to != from
            {
                edges.entry(from).or_default().insert(to);
            }
        }
        edges
    }
}

/// Paths within expressions, types and patterns.
struct Paths(Vec<Name>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Name = path
            .segments
            .iter()
            .map(|one| one.ident.to_string())
            .collect();
        if names.len() > 1 {
            self.0.push(names);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let mut paths = Vec::new();
        flatten(&import.tree, &mut Vec::new(), &mut paths);
        self.0.extend(paths.into_iter().map(|(path, _)| path));
    }
}

fn flatten(tree: &UseTree, above: &mut Name, found: &mut Vec<(Name, String)>) {
    match tree {
        UseTree::Path(path) => {
            above.push(path.ident.to_string());
            flatten(&path.tree, above, found);
            above.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            found.push((above.clone(), above.last().cloned().unwrap_or_default()));
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push((with(above, &name), name));
        }
        UseTree::Rename(name) => {
            let path = with(above, &name.ident.to_string());
            found.push((path, name.rename.to_string()));
        }
        UseTree::Glob(_) => found.push((above.clone(), "*".to_owned())),
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, above, found);
            }
        }
    }
}

fn with(name: &[String], child: &str) -> Name {
    let mut name = name.to_vec();
    name.push(child.to_owned());
    name
}

fn is_for_tests(module: &ItemMod) -> bool {
    module.attrs.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|what| what == "test")
    })
}

fn named_path(module: &ItemMod) -> Option<String> {
    module
        .attrs
        .iter()
        .find_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                syn::Expr::Lit(literal) => match &literal.lit {
                    syn::Lit::Str(path) => Some(path.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
}

/// Files that all reach each other, where there are more than two.
fn circles(edges: &BTreeMap<&PathBuf, BTreeSet<&PathBuf>>) -> BTreeSet<BTreeSet<PathBuf>> {
    let reached: BTreeMap<_, _> = edges
        .keys()
        .map(|file| (*file, reach(edges, file)))
        .collect();
    let together = |file: &PathBuf| -> BTreeSet<PathBuf> {
        let mine = &reached[file];
        let back = mine.iter().filter(|other| {
            let theirs = reached.get(*other);
            theirs.is_some_and(|theirs| theirs.contains(file))
        });
        back.map(|file| (*file).clone()).collect()
    };
    let all = edges.keys().map(|file| together(file));
    all.filter(|circle| circle.len() > 2).collect()
}

fn reach<'f>(
    edges: &BTreeMap<&'f PathBuf, BTreeSet<&'f PathBuf>>,
    from: &PathBuf,
) -> BTreeSet<&'f PathBuf> {
    let mut found = BTreeSet::new();
    let mut left: Vec<&PathBuf> = edges.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = left.pop() {
        if let Some((file, onward)) = edges.get_key_value(file)
            && found.insert(*file)
        {
            left.extend(onward.iter().copied());
        }
    }
    found
}

#[test]
fn no_circle_of_imports_has_more_than_two_files() {
    let mut found = BTreeSet::new();
    let mut counted = 0;
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let source = entry.unwrap().path().join("src").canonicalize().unwrap();
        for start in ["lib.rs", "main.rs"] {
            let file = source.join(start);
            if !file.exists() {
                continue;
            }
            let mut modules = Modules::default();
            modules.read(&file, &Vec::new(), &source);
            let edges = modules.edges();
            counted += edges.values().map(BTreeSet::len).sum::<usize>();
            found.extend(circles(&edges));
        }
    }
    assert!(counted > 500, "only {counted} imports were found");
    let root = root().canonicalize().unwrap();
    for circle in &found {
        eprintln!("a circle of {}:", circle.len());
        for file in circle {
            eprintln!("  {}", file.strip_prefix(&root).unwrap().display());
        }
    }
    assert!(
        found.is_empty(),
        "{} circles of more than two files",
        found.len()
    );
}

use std::path::Path;
use std::process::ExitCode;

use authoring::{Taken, with_numbers};

use super::file::{replace, write_new};
use crate::arguments::catalog::{TextsCommand, TextsFormat};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{print, print_line};
use crate::shipped;

/// Takes texts to translators, or back.
pub fn run(command: TextsCommand) -> Outcome {
    match command {
        TextsCommand::Export {
            catalog,
            format,
            language,
            output,
        } => export(&catalog, format, &language, output.as_deref()),
        TextsCommand::Import { catalog, file } => import(&catalog, &file),
    }
}

fn export(
    catalog: &str,
    format: TextsFormat,
    languages: &[String],
    output: Option<&Path>,
) -> Outcome {
    let catalog = shipped::catalog(catalog)?;
    let first = catalog.languages().first();
    if let Some(own) = first.filter(|own| languages.contains(own)) {
        return Err(Failure::new(format!(
            "the texts are written in `{own}`: with --language name one to translate them to"
        )));
    }
    let text = match (format, languages) {
        (TextsFormat::Csv, wanted) => {
            let mut columns = match wanted {
                [] => catalog.languages().to_vec(),
                _ => catalog.languages().iter().take(1).cloned().collect(),
            };
            let more = wanted.iter().filter(|own| !columns.contains(own));
            let more: Vec<String> = more.cloned().collect();
            columns.extend(more);
            authoring::to_csv(&catalog, &columns)
        }
        (TextsFormat::Xliff, [language]) => authoring::to_xliff(&catalog, language),
        (TextsFormat::Xliff, _) => {
            return Err(Failure::new(
                "an XLIFF file has one language to translate to: name it with --language",
            ));
        }
    };
    match output {
        Some(file) => {
            write_new(file, &text, "")?;
            print_line(&format!("wrote {}", file.display()))?;
        }
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn import(catalog: &Path, file: &Path) -> Outcome {
    let (name, before) = (catalog.display().to_string(), input::file(catalog)?);
    let first = first_language(&name, &before)?;
    let translations = authoring::read_translations(&input::file(file)?, &first)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    let taken = authoring::take(&name, &before, &translations).map_err(Failure::new)?;
    if taken.file != before {
        replace(catalog, &taken.file)?;
    }
    print(&report(&taken))?;
    let to_look_at = [
        &taken.unknown,
        &taken.outdated,
        &taken.unfinished,
        &taken.unseen,
    ];
    let is_clean = to_look_at.iter().all(|keys| keys.is_empty());
    Ok(ExitCode::from(u8::from(!is_clean)))
}

fn first_language(name: &str, text: &str) -> Result<String, Failure> {
    let catalog = scope::Catalog::parse(name, text)
        .map_err(|mistakes| Failure::new(format!("the catalog has mistakes\n{mistakes}")))?;
    Ok(catalog.languages().first().cloned().unwrap_or_default())
}

fn report(taken: &Taken) -> String {
    let mut text = String::new();
    for (language, count) in &taken.set {
        let new = match taken.new_languages.contains(language) {
            true => ", a new language of the catalog",
            false => "",
        };
        text += &format!("{language}: {} set{new}\n", texts(*count));
    }
    if taken.set.is_empty() {
        text += "nothing was set\n";
    }
    if taken.same > 0 {
        text += &format!("{} stood there already\n", texts(taken.same));
    }
    text += &listed(
        "the text in the first language is another one by now; read these again",
        &taken.outdated,
    );
    text += &listed("the catalog has no such text; not taken", &taken.unknown);
    text += &listed(
        "their translator says that there is more to do; not taken",
        &taken.unfinished,
    );
    text += &listed(
        "the text has a sign that nobody sees, such as one that turns the direction of reading; not taken",
        &taken.unseen,
    );
    with_numbers(&text)
}

fn texts(count: usize) -> String {
    match count {
        1 => "1 text".to_owned(),
        _ => format!("{count} texts"),
    }
}

/// Of a key that a stranger wrote, no more than one line.
fn short(key: &str) -> String {
    const MOST: usize = 120;
    match key.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", key.get(..end).unwrap_or_default()),
        None => key.to_owned(),
    }
}

fn listed(heading: &str, keys: &[String]) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let keys: String = keys
        .iter()
        .map(|key| format!("  {}\n", short(key)))
        .collect();
    format!("\n{heading}:\n{keys}")
}

use std::process::ExitCode;

use pulldown_cmark::{Options, Parser, html};
use scope::Catalog;
use scope::reference::Addresses;

use super::show::language_of;
use crate::arguments::catalog::{DocsArguments, DocsFormat, Where};
use crate::failure::{Failure, Outcome};
use crate::output::{print, print_line};
use crate::shipped;

/// The most bytes of a page in Markdown, which as HTML are less than 200 kB.
const MOST: usize = 80_000;

/// Writes the reference page, or pages into a folder.
pub fn run(arguments: &DocsArguments) -> Outcome {
    let catalog = shipped::catalog(&arguments.catalog)?;
    let addresses = addresses(&catalog, &arguments.at);
    let language = language_of(&catalog, arguments.language.as_deref())?;
    let written = |title: &str, markdown: String| match arguments.format {
        DocsFormat::Markdown => markdown,
        DocsFormat::Html => page(title, language, &markdown),
    };
    let Some(folder) = &arguments.into else {
        let markdown = scope::reference::markdown(&catalog, language, &addresses);
        print(&written(catalog.title().get(language), markdown))?;
        return Ok(ExitCode::SUCCESS);
    };
    let ending = match arguments.format {
        DocsFormat::Markdown => ".md",
        DocsFormat::Html => ".html",
    };
    std::fs::create_dir_all(folder).map_err(Failure::while_doing(format!(
        "cannot make {}",
        folder.display()
    )))?;
    let pages = scope::reference::pages(&catalog, language, &addresses, MOST, ending);
    let count = pages.len();
    for page in pages {
        let file = folder.join(format!("{}{ending}", page.name));
        std::fs::write(&file, written(&page.title, page.text)).map_err(Failure::while_doing(
            format!("cannot write {}", file.display()),
        ))?;
    }
    let index = folder.join(format!("index{ending}"));
    print_line(&match count {
        1 => format!("1 page: {}", index.display()),
        _ => format!("{count} pages; they begin with {}", index.display()),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Where the server and the API are; an example's where nobody says.
pub(super) fn addresses(catalog: &Catalog, at: &Where) -> Addresses {
    let example = || format!("https://login.example.com/{}", catalog.id());
    let issuer = at.issuer.clone().unwrap_or_else(example);
    Addresses::of(issuer.trim_end_matches('/'), &at.api)
}

/// A whole page that stands alone: it has its few rules of style inside.
fn page(title: &str, language: &str, markdown: &str) -> String {
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    let title = pulldown_cmark_escape(title);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn pulldown_cmark_escape(text: &str) -> String {
    let mut escaped = String::new();
    // Writing to a String cannot fail.
    let _ = pulldown_cmark_escape::escape_html(&mut escaped, text);
    escaped
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;margin:0}\
main{max-width:60rem;margin:0 auto;padding:2rem 1rem}table{border-collapse:collapse;table-layout:fixed;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}\
th:first-child:nth-last-child(2){width:32%}th:first-child:nth-last-child(3){width:44%}\
code{font-size:.9em;overflow-wrap:anywhere}pre{overflow-x:auto}h2{margin-top:2.5rem}\
@media(max-width:40rem){table,tbody,tr,td{display:block}thead{display:none}td{border:0;padding:0}td+td{padding-left:1rem}\
tr{padding:.5rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}}";

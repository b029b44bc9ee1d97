use std::process::ExitCode;

use pulldown_cmark::{Options, Parser, html};
use scope::Catalog;
use scope::reference::Addresses;

use super::show::language_of;
use crate::arguments::catalog::{DocsFormat, Where};
use crate::failure::Outcome;
use crate::output::print;
use crate::shipped;

/// Writes the reference page.
pub fn run(name_or_file: &str, format: DocsFormat, language: Option<&str>, at: &Where) -> Outcome {
    let catalog = shipped::catalog(name_or_file)?;
    let addresses = addresses(&catalog, at);
    let language = language_of(&catalog, language)?;
    let markdown = scope::reference::markdown(&catalog, language, &addresses);
    match format {
        DocsFormat::Markdown => print(&markdown)?,
        DocsFormat::Html => print(&page(catalog.title().get(language), language, &markdown))?,
    }
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

//! Explanations of problems: where the `type` of a problem body leads (RFC 9457 section 3.1.1).

mod texts;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use realm::App;
use scope::{Reason, WhyMissing};

use super::views::{Frame, ProblemIndexPage, ProblemLine, ProblemPage, WhyLine};
use super::visit::Visit;
use super::{missing, respond};
pub(crate) use texts::Explained;

/// `GET /{realm}/errors`: every problem.
pub(crate) async fn index(visit: Visit) -> Response {
    let problems = texts::ALL.iter().map(|problem| ProblemLine {
        href: visit.at(&format!("errors/{}", problem.reason)),
        title: problem.title,
        reason: problem.reason,
    });
    let page = ProblemIndexPage {
        problems: problems.collect(),
        frame: visit.frame(None),
    };
    respond::page(StatusCode::OK, &page)
}

/// `GET /{realm}/errors/{reason}`: one of them.
pub(crate) async fn show(State(app): State<Arc<App>>, visit: Visit, request: Request) -> Response {
    // Compared as it is written: no reason has anything to escape.
    let reason = visit.uri.path().rsplit('/').next().unwrap_or_default();
    match texts::ALL.iter().find(|problem| problem.reason == reason) {
        Some(problem) => {
            let page = page_of(problem, visit.frame(None));
            respond::page(StatusCode::OK, &page)
        }
        None => missing::answer(State(app), request).await,
    }
}

fn page_of(problem: &Explained, frame: Frame) -> ProblemPage {
    let is_lack = problem.reason == Reason::InsufficientScope.as_str();
    let whys = WhyMissing::ALL.into_iter().filter(|_| is_lack);
    ProblemPage {
        problem: *problem,
        whys: whys.filter_map(line_of).collect(),
        frame,
    }
}

fn line_of(why: WhyMissing) -> Option<WhyLine> {
    let (meaning, now) = texts::why_missing(why)?;
    Some(WhyLine {
        why: why.as_str(),
        meaning,
        now,
    })
}

#[cfg(test)]
pub(crate) fn samples(language: crate::language::Language) -> Vec<ProblemPage> {
    let frame = || Frame::sample(language, None);
    let pages = texts::ALL.iter();
    pages.map(|problem| page_of(problem, frame())).collect()
}

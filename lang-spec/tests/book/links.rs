//! The summary and the links: each page can be reached, and each link leads somewhere.

use crate::{assert_none, page_text, pages};

/// The pages that a summary links to.
fn linked(summary: &str) -> Vec<String> {
    summary.lines().filter_map(|line| Some(line.split_once("](")?.1.split_once(')')?.0.to_string())).collect()
}

/// What is wrong between the summary and the pages that there are.
pub fn summary_complaints(summary: &str, pages: &[&str]) -> Vec<String> {
    let linked = linked(summary);
    let missing = pages.iter().filter(|page| **page != "SUMMARY.md" && !linked.iter().any(|link| link == *page));
    let dead = linked.iter().filter(|link| !pages.contains(&link.as_str()));
    missing
        .map(|page| format!("{page} is not in the summary"))
        .chain(dead.map(|link| format!("{link} does not exist")))
        .collect()
}

/// The anchor that a heading gets: lower case, spaces as `-`, and nothing but letters, digits, `-` and `_`.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The links of a page that lead nowhere. `pages` are all pages by their paths.
pub fn dead_links(page: &str, text: &str, pages: &[(String, String)]) -> Vec<String> {
    let links = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let dead = links.filter(|link| link.contains(".md") || link.starts_with('#')).filter(|link| {
        let (file, heading) = link.split_once('#').map_or((*link, None), |(file, heading)| (file, Some(heading)));
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = match (file, file.strip_prefix("../")) {
            ("", _) => page.to_string(),
            (_, Some(above)) => above.to_string(),
            (_, None) if folder.is_empty() => file.to_string(),
            (_, None) => format!("{folder}/{file}"),
        };
        let target = pages.iter().find(|(name, _)| *name == path);
        let headings = |text: &str| {
            text.lines()
                .filter(|line| line.starts_with('#'))
                .map(|l| anchor(l.trim_start_matches('#')))
                .collect::<Vec<_>>()
        };
        target
            .is_none_or(|(_, text)| heading.is_some_and(|heading| !headings(text).iter().any(|found| found == heading)))
    });
    dead.map(|link| format!("{page}: {link} leads nowhere")).collect()
}

#[test]
fn every_page_stands_in_the_summary() {
    let pages = pages();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_none(&summary_complaints(&page_text("SUMMARY.md"), &names));
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let dead: Vec<String> = pages.iter().flat_map(|(name, text)| dead_links(name, text, &pages)).collect();
    assert_none(&dead);
}

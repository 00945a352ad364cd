//! Links: files and anchors that are there, and nothing that leads out of the book.

use std::path::{Component, Path, PathBuf};

use crate::page::Page;

/// How many links there are, and those that lead nowhere.
pub(crate) fn check(pages: &[Page], root: &Path) -> (usize, Vec<String>) {
    let mut count = 0;
    let mut dead = Vec::new();
    for page in pages {
        for (line, link) in &page.links {
            count += 1;
            if let Err(error) = check_link(page, link, pages, root) {
                dead.push(format!("{}:{line}: {link}: {error}", page.name));
            }
        }
    }
    (count, dead)
}

fn check_link(page: &Page, link: &str, pages: &[Page], root: &Path) -> Result<(), String> {
    if let Some(rest) = link.strip_prefix("https://") {
        let host = rest.split('/').next().unwrap_or_default();
        let whole = host.contains('.') && !rest.contains(char::is_whitespace);
        return if whole { Ok(()) } else { Err("is no address".into()) };
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { PathBuf::from(&page.name) } else { join(&page.name, file) };
    if !root.join(&target).exists() {
        return Err("there is no such file".into());
    }
    if page.name.starts_with("docs/") && !target.starts_with("docs") {
        return Err("leads out of the book: mdBook takes nothing along that is not in docs/".into());
    }
    let Some(anchor) = anchor else { return Ok(()) };
    let other = pages.iter().find(|page| Path::new(&page.name) == target);
    let is_there = other.is_some_and(|page| page.anchors.iter().any(|have| have == anchor));
    if is_there { Ok(()) } else { Err("there is no such heading".into()) }
}

fn join(page: &str, link: &str) -> PathBuf {
    let mut path = Path::new(page).parent().unwrap_or(Path::new("")).to_path_buf();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

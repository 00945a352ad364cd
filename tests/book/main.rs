//! The README and the book of docs/: every code block is run or checked, every link leads somewhere.
//!
//! What a fenced block is says its info string; [`block::Block::read`] knows the classes. A block of no known class fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod block;
mod console;
mod links;
mod page;
mod piece;
mod shown;
mod workplace;

use std::path::{Path, PathBuf};

use block::{Class, Skip};
use page::Page;
use workplace::Workplace;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Why a block has not been run, if it has not.
fn run(block: &block::Block, workplace: &mut Workplace) -> Result<Option<String>, String> {
    match &block.class {
        Class::Console(session) => match session.reason_to_skip() {
            Some(reason) => shown::check(&block.text).map(|()| Some(reason)),
            None => console::run(&block.text, session, workplace).map(|()| None),
        },
        Class::Piece(piece) => piece::check(piece, block, workplace).map(|()| None),
        Class::Figure => piece::check_figure(&block.text).map(|()| None),
    }
}

fn test_page(page: &Page) -> (usize, Vec<String>, Vec<String>) {
    let mut workplace = Workplace::new();
    let (mut ran, mut skipped, mut wrong) = (0, Vec::new(), Vec::new());
    for code in &page.blocks {
        let place = format!("{}:{}", page.name, code.line);
        let result = block::Block::read(code).and_then(|block| run(&block, &mut workplace));
        match result {
            Ok(None) => ran += 1,
            Ok(Some(reason)) => skipped.push(format!("{place}: {reason}")),
            Err(error) => wrong.push(format!("{place}: {error}")),
        }
    }
    wrong.extend(page.commands.iter().filter_map(|(line, command)| {
        let error = shown::check_command(command).err()?;
        Some(format!("{}:{line}: {error}", page.name))
    }));
    (ran, skipped, wrong)
}

#[test]
fn every_block_does_what_its_page_says() {
    let mut pages = page::all();
    // For work on one page: JOBCTL_BOOK=tutorial.
    let only = std::env::var("JOBCTL_BOOK").unwrap_or_default();
    pages.retain(|page| page.name.contains(&only));
    // Pages do not know of each other; the longest first.
    pages.sort_by_key(|page| std::cmp::Reverse(page.blocks.len()));
    let results: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = pages.iter().map(|page| scope.spawn(|| test_page(page))).collect();
        started.into_iter().map(|page| page.join().unwrap()).collect()
    });
    let (mut ran, mut skipped, mut wrong) = (0, Vec::new(), Vec::new());
    for (done, left_out, errors) in results {
        ran += done;
        skipped.extend(left_out);
        wrong.extend(errors);
    }
    for skip in &skipped {
        println!("SKIP {skip}");
    }
    println!("{} pages, {ran} blocks run, {} left out", pages.len(), skipped.len());
    assert!(wrong.is_empty(), "{} of the blocks are not as their pages say:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(ran > 20 || !only.is_empty(), "only {ran} blocks were found");
}

#[test]
fn no_link_is_dead() {
    let pages = page::all();
    let (count, dead) = links::check(&pages, &root());
    println!("{count} links");
    assert!(dead.is_empty(), "{}", dead.join("\n"));
    assert!(count > 50, "only {count} links were found");
}

#[test]
fn the_contents_name_every_page_once() {
    let (contents, pages): (Vec<_>, Vec<_>) = page::all()
        .into_iter()
        .filter(|page| page.name != "README.md")
        .partition(|page| page.name == "docs/SUMMARY.md");
    let [contents] = contents.as_slice() else { panic!("docs/SUMMARY.md is there") };
    let mut named: Vec<String> = contents.links.iter().map(|(_, link)| format!("docs/{link}")).collect();
    let mut there: Vec<String> = pages.into_iter().map(|page| page.name).collect();
    named.sort();
    there.sort();
    assert_eq!(named, there);
}

/// mdBook itself, where it is installed.
#[test]
fn the_book_builds() {
    let version = std::process::Command::new("mdbook").arg("--version").output();
    if version.is_err() {
        println!("SKIP mdbook is not installed: {}", Skip::HOW_TO_GET_MDBOOK);
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let built =
        std::process::Command::new("mdbook").arg("build").arg("-d").arg(out.path()).arg(root()).output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{said}");
    assert!(!said.contains("WARN") && !said.contains("ERROR"), "{said}");
    let page = |name: &str| out.path().join(Path::new(name)).exists();
    assert!(page("index.html") && page("tutorial.html") && page("rules.html"));
}

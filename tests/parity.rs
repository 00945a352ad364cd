//! docs/parity.md and docs/comparison.md name tests: each must be there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

/// Whether a file has a test of that name.
fn is_test(file: &str, name: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{file}.rs"));
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.starts_with(&format!("fn {name}()")));
    at.is_some_and(|at| lines[at.saturating_sub(4)..at].contains(&"#[test]"))
}

#[test]
fn every_test_the_ledger_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ledger = fs::read_to_string(root.join("docs/parity.md")).unwrap();
    let named: Vec<(&str, &str)> = ledger.split('`').filter_map(|part| part.split_once(".rs::")).collect();
    assert!(named.len() > 100, "only {} tests are named", named.len());
    let missing: Vec<_> = named.iter().filter(|(file, name)| !is_test(file, name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn every_row_has_an_answer() {
    let ledger = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/parity.md")).unwrap();
    let rows = ledger.lines().filter(|line| line.starts_with("| ") && !line.contains("| ours |"));
    let without: Vec<_> = rows.filter(|row| !row.contains(".rs::") && !row.contains("[skip] ")).collect();
    assert!(without.is_empty(), "{without:#?}");
}

/// The cells of a page's tables whose first line begins so, by row; links and code stay as they are written.
fn table(page: &str, head: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let lines =
        text.lines().skip_while(|line| !line.starts_with(head)).take_while(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn every_cell_of_the_comparison_has_a_source_or_a_test() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/comparison.md")).unwrap();
    let rows = table("docs/comparison.md", "| | nomad |");
    assert!(rows.len() > 15, "only {} rows", rows.len());
    let has_source = |cell: &String| {
        let source = cell.rsplit_once("][").and_then(|(_, rest)| rest.strip_suffix(']'));
        source.is_some_and(|name| page.contains(&format!("\n[{name}]: https://")))
            || cell.contains("](")
            || cell.split('`').filter_map(|part| part.split_once(".rs::")).any(|(file, name)| is_test(file, name))
    };
    for row in &rows {
        assert_eq!(row.len(), 8, "{row:?}");
        let without: Vec<_> = row[1..].iter().filter(|cell| !has_source(cell)).collect();
        assert!(without.is_empty(), "{}: {without:?}", row[0]);
    }
}

#[test]
fn the_readmes_comparison_says_what_the_whole_one_says() {
    let link = regex::Regex::new(r"\[([^\]]*)\]\[[^\]]*\]|(?:: |, )?`tests/[^`]*`").unwrap();
    let whole = table("docs/comparison.md", "| | nomad |");
    let short = table("README.md", "| | nomad -dev |");
    assert!(short.len() > 8, "only {} rows", short.len());
    for row in &short {
        let same = whole.iter().find(|other| other[0] == row[0]).unwrap();
        let said: Vec<_> = same.iter().map(|cell| link.replace_all(cell, "$1").into_owned()).collect();
        assert_eq!(&said, row);
    }
}

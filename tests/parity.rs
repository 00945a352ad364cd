//! docs/parity.md names tests: each must be there.

use std::fs;
use std::path::Path;

#[test]
fn every_test_the_ledger_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ledger = fs::read_to_string(root.join("docs/parity.md")).unwrap();
    let named: Vec<(&str, &str)> = ledger.split('`').filter_map(|part| part.split_once(".rs::")).collect();
    assert!(named.len() > 100, "only {} tests are named", named.len());
    let is_there = |file: &str, name: &str| {
        let text = fs::read_to_string(root.join(format!("{file}.rs"))).unwrap_or_default();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| line.starts_with(&format!("fn {name}()")));
        at.is_some_and(|at| lines[at.saturating_sub(4)..at].contains(&"#[test]"))
    };
    let missing: Vec<_> = named.iter().filter(|(file, name)| !is_there(file, name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn every_row_has_an_answer() {
    let ledger = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/parity.md")).unwrap();
    let rows = ledger.lines().filter(|line| line.starts_with("| ") && !line.contains("| ours |"));
    let without: Vec<_> = rows.filter(|row| !row.contains(".rs::") && !row.contains("[skip] ")).collect();
    assert!(without.is_empty(), "{without:#?}");
}

//! What the README shows is what the binary prints.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The first fenced block of this kind.
fn block<'a>(text: &'a str, kind: &str) -> &'a str {
    let fence = format!("```{kind}\n");
    let start = text.find(&fence).expect("the block is there") + fence.len();
    let length = text[start..].find("```").expect("the block ends");
    &text[start..start + length]
}

#[test]
fn the_error_shown_is_the_error_printed() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("web.hcl"), block(&readme, "hcl")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_jobctl"))
        .args(["validate", "web.hcl"])
        .current_dir(here.path())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stderr).unwrap();
    let trimmed = |text: &str| text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&printed), trimmed(block(&readme, "text")));
}

#[test]
fn every_file_it_names_is_there() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local: Vec<&str> = links.filter(|link| !link.starts_with("http")).collect();
    assert!(local.len() > 4, "{local:?}");
    let missing: Vec<&&str> = local.iter().filter(|link| !Path::new(ROOT).join(link).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

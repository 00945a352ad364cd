//! Every code is explained, and every example in an explanation is right.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{Example, explanations, find, near};
use crate::compile;
use crate::diagnostic::{Severity, Sink, Sources};
use crate::eval::{Inputs, NoFiles};
use crate::parser::Syntax;
use crate::validator::CheckContext;

/// Every text in the source that reads as a code, tests left out.
fn codes_in_source() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let code = regex::Regex::new(r#""([a-z_]+::[a-z0-9_]*[a-z0-9])""#).unwrap();
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "catalogue" && name != "tests") {
                    directories.push(path);
                }
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            found.extend(code.captures_iter(text).map(|capture| capture[1].to_owned()));
        }
    }
    found
}

#[test]
fn every_code_is_explained_and_every_explanation_has_a_code() {
    let in_source = codes_in_source();
    let explained: BTreeSet<String> = explanations().map(|explanation| explanation.code.to_owned()).collect();
    let missing: Vec<_> = in_source.difference(&explained).collect();
    let stale: Vec<_> = explained.difference(&in_source).collect();
    assert!(missing.is_empty(), "codes without an entry in src/validator/catalogue: {missing:?}");
    assert!(stale.is_empty(), "entries in src/validator/catalogue without a code: {stale:?}");
    assert_eq!(explanations().count(), explained.len(), "a code is explained twice");
}

#[test]
fn a_misspelt_code_is_offered_its_neighbour() {
    assert_eq!(find("job::severl").len(), 0);
    assert_eq!(near("job::severl"), Some("job::several"));
    assert_eq!(near("propogation"), Some("propagation"));
    assert_eq!(near("nothing like it"), None);
}

#[test]
fn codes_are_found_by_what_they_are_about() {
    let codes = |words: &str| find(words).into_iter().map(|found| found.code).collect::<Vec<_>>();
    assert_eq!(codes("job::several"), ["job::several"], "one that begins others is itself");
    assert!(codes("Bidirectional").contains(&"volume_mount::bidirectional_needs_read_write"));
    assert!(codes("kill_signal").contains(&"task::unknown_kill_signal"));
    let both = codes("volume bidirectional");
    assert!(!both.is_empty() && both.len() < codes("volume").len());
    assert_eq!(codes("").len(), explanations().count());
}

const COMMAND: &str = "config {\ncommand = \"/bin/server\"\n}";

/// The example as a whole job file.
fn as_file(example: Example) -> Option<String> {
    let task = |inner: &str| {
        let driver = if inner.contains("driver =") { "" } else { "driver = \"exec\"" };
        let config = if inner.contains("config {") { "" } else { COMMAND };
        format!("task \"main\" {{\n{driver}\n{config}\n{inner}\n}}")
    };
    let group = |inner: &str| format!("group \"main\" {{\n{inner}\n{}\n}}", task(""));
    Some(match example {
        Example::File(text) => text.to_owned(),
        Example::Job(text) => format!("job \"example\" {{\n{text}\n{}\n}}", group("")),
        Example::Group(text) => format!("job \"example\" {{\n{}\n}}", group(text)),
        Example::Task(text) => format!("job \"example\" {{\ngroup \"main\" {{\n{}\n}}\n}}", task(text)),
        Example::Config(text) => {
            format!("job \"example\" {{\ngroup \"main\" {{\n{}\n}}\n}}", task(&format!("config {{\n{text}\n}}")))
        }
        Example::Host(_) | Example::Other(_) => return None,
    })
}

#[test]
fn every_example_is_right() {
    let mut wrong = Vec::new();
    for explanation in explanations() {
        let Some(text) = as_file(explanation.example) else { continue };
        let mut sources = Sources::new();
        let file = sources.add("example.hcl", text.clone());
        let mut sink = Sink::new();
        let inputs = Inputs::new(&NoFiles, Path::new("/"));
        compile::job(&sources, file, Syntax::Hcl, &inputs, &CheckContext::default(), &mut sink);
        for finding in sink.findings() {
            if finding.severity == Severity::Error || finding.code == explanation.code {
                wrong.push(format!("the example of {}: {}: {}", explanation.code, finding.code, finding.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! One input file a code, with what it must give in comment lines at its head: `# error[code] line:column message`.
//!
//! `tests/diagnostics/<code with :: as __>.hcl` (`.toml`; `.json`, whose lines stand in a file `.expected` beside it).
//! A code of the front end without a file fails, a file without its code too. With `JOBCTL_BLESS` set the lines are
//! written anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jobctl::compile;
use jobctl::diagnostic::{Severity, Sink, Sources};
use jobctl::eval::{DiskFiles, Inputs};
use jobctl::parser::Syntax;
use jobctl::validator::{CheckContext, catalogue};

/// Codes that no job file alone can give, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("file::", "the command line: a file that cannot be read"),
    ("usage::", "the command line: what is typed"),
    ("parser::", "the command line: what is no text, or too large"),
    ("format::", "`jobctl convert`"),
    ("host::", "the host's configuration"),
    ("host_volume::", "the host's configuration"),
    ("plugin::", "the host's configuration"),
    ("policy::", "the host's configuration"),
    ("facts::", "the host's configuration"),
    ("start::", "a job that is run"),
    ("oci::", "`jobctl export oci`"),
    ("nomad::", "`jobctl submit`"),
    ("parser::hcl1", "the host's configuration"),
    ("parser::after_expression", "`jobctl eval`: in a file an expression ends with its line"),
    ("parser::block_expected", "a guard: a value where a block belongs is read as an argument"),
    ("eval::not_json", "`jobctl eval`"),
    ("eval::undeclared_variable", "values given on the command line"),
    ("eval::too_deep", "the evaluator's limits"),
    ("eval::too_many_blocks", "the evaluator's limits"),
];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

fn comment_prefix(path: &Path) -> &'static str {
    if path.extension().is_some_and(|extension| extension == "json") { "" } else { "# " }
}

/// The text without the lines of expectation at its head.
fn without_expectations(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with("# error[") || rest.starts_with("# warning[") || rest.starts_with("# note[") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest
}

/// The findings of a text, one a line.
fn findings(path: &Path, text: &str) -> (Vec<String>, BTreeSet<&'static str>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut sources = Sources::new();
    let file = sources.add(name.clone(), text);
    let mut sink = Sink::new();
    let inputs = Inputs::new(&DiskFiles, Path::new("/"));
    compile::job(&sources, file, Syntax::of(&name, text), &inputs, &CheckContext::default(), &mut sink);
    let findings = sink.into_sorted();
    let codes = findings.iter().map(|finding| finding.code).collect();
    let lines = findings.iter().map(|finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        assert!(finding.help.is_some(), "{name}: {} has no help line", finding.code);
        let label = finding.labels.first().unwrap_or_else(|| panic!("{name}: {} has no label", finding.code));
        for label in &finding.labels {
            assert!(label.span.end as usize <= text.len(), "{name}: {} points past the end", finding.code);
        }
        let at = sources.file(label.span.file).position(label.span.start);
        format!("{severity}[{}] {}:{} {}", finding.code, at.line, at.column, finding.message)
    });
    (lines.collect(), codes)
}

#[test]
fn every_input_gives_what_it_says() {
    let bless = std::env::var_os("JOBCTL_BLESS").is_some();
    let mut wrong = String::new();
    for entry in std::fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            continue;
        }
        let beside = path.with_extension("json.expected");
        let json = comment_prefix(&path).is_empty();
        let text = std::fs::read_to_string(&path).unwrap();
        let body = if json { text.as_str() } else { without_expectations(&text) };
        // The lines at the head move what follows: there are as many as findings.
        let count = if json { 0 } else { findings(&path, body).0.len() };
        let (lines, codes) = findings(&path, &format!("{}{body}", "#\n".repeat(count)));
        let head = lines.iter().map(|line| format!("{}{line}\n", comment_prefix(&path))).collect::<Vec<_>>().concat();
        let stem = path.file_stem().unwrap().to_string_lossy().replace("__", "::");
        if !codes.contains(stem.as_str()) {
            let _ = writeln!(wrong, "{}: does not give {stem}, but {codes:?}", path.display());
        }
        let (have, want) = if json {
            (std::fs::read_to_string(&beside).unwrap_or_default(), head)
        } else {
            (text.clone(), head + body)
        };
        if bless {
            std::fs::write(if json { &beside } else { &path }, want).unwrap();
        } else if have != want {
            let _ = writeln!(wrong, "{}: gives\n{}", path.display(), lines.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_code_is_forgotten() {
    let of_plan = catalogue::plan_codes();
    let missing: Vec<_> = catalogue::explanations()
        .map(|explanation| explanation.code)
        .filter(|code| !ELSEWHERE.iter().any(|(prefix, _)| code.starts_with(prefix)) && !of_plan.contains(code))
        .filter(|code| {
            let stem = code.replace("::", "__");
            !["hcl", "toml", "json"].iter().any(|extension| directory().join(format!("{stem}.{extension}")).exists())
        })
        .collect();
    assert!(missing.is_empty(), "no file in tests/diagnostics for {missing:?}");
}

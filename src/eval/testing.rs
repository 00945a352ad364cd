//! What the tests of this room share: evaluating a text, and files that are not there.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use bumpalo::Bump;

use super::{Body, FileKind, Files, Given, Inputs, Names, NoFiles, TextValue, evaluate, expand, to_json};
use crate::diagnostic::{FileId, Severity, Sink, Sources, Span, render};
use crate::parser::{self, Shape, Syntax};

/// Files in memory; a path that is a part of another is a directory.
pub(super) struct MemoryFiles(pub(super) BTreeMap<&'static str, &'static [u8]>);

impl MemoryFiles {
    pub(super) fn some() -> Self {
        Self(BTreeMap::from([
            ("/job/a.txt", b"hello\n".as_slice()),
            ("/job/bin.dat", b"\xff\xfe".as_slice()),
            ("/job/sub/b.txt", b"b".as_slice()),
            ("/job/sub/deep/c.json", b"{}".as_slice()),
        ]))
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let content = path.to_str().and_then(|path| self.0.get(path));
        content.map(|content| content.to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.read(path).is_ok() {
            return Ok(FileKind::File);
        }
        if self.list(path).is_ok_and(|names| !names.is_empty()) {
            return Ok(FileKind::Directory);
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let beneath = self.0.keys().filter_map(|path| Path::new(path).strip_prefix(directory).ok());
        let names = beneath.filter_map(|rest| rest.iter().next()).map(|name| name.to_string_lossy().into_owned());
        Ok(names.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
    }

    fn home(&self) -> Option<PathBuf> {
        Some("/home/someone".into())
    }

    fn working_directory(&self) -> Option<PathBuf> {
        Some("/home/here".into())
    }
}

/// The JSON of an expression's value, or its findings as people see them.
pub(super) fn value(expression: &str) -> Result<String, String> {
    let mut sources = Sources::new();
    let file = sources.add("<expression>", expression);
    let files = MemoryFiles::some();
    let inputs = Inputs::new(&files, Path::new("/job"));
    let arena = Bump::new();
    let mut sink = Sink::new();
    let parsed = parser::parse_expression(&sources, file, &arena, &mut sink).filter(|_| !sink.has_errors());
    let value = parsed.and_then(|parsed| evaluate(&parsed, &Names::default(), &inputs, &sources, &mut sink));
    match value {
        Some(value) => to_json(&value).map_err(|error| error.to_string()),
        None => Err(render::human(&sink.into_sorted(), &sources, render::Look::PLAIN)),
    }
}

/// Every expression has this value.
#[track_caller]
pub(super) fn assert_values(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(expression, wanted)| match value(expression) {
            Ok(found) if found == *wanted => None,
            found => Some(format!("{expression}\n  wanted {wanted}\n  found  {found:?}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// No expression has a value.
#[track_caller]
pub(super) fn assert_errors(cases: &[&str]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|expression| value(expression).ok().map(|found| format!("{expression} = {found}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A job file with values for its variables.
#[derive(Default)]
pub(super) struct File<'t> {
    pub(super) text: &'t str,
    /// Name and value.
    pub(super) environment: &'t [(&'t str, &'t str)],
    /// Content.
    pub(super) var_files: &'t [&'t str],
    /// Name and value.
    pub(super) vars: &'t [(&'t str, &'t str)],
}

impl File<'_> {
    /// What is left of the file, written out, and its findings as people see them.
    pub(super) fn expanded(&self) -> (String, String) {
        let mut sources = Sources::new();
        let file = sources.add("job.hcl", self.text);
        let mut texts = |prefix: &str, values: &[(&str, &str)]| -> Vec<TextValue> {
            let text = |(name, text): &(&str, &str)| {
                let text = sources.add(format!("{prefix}{name}"), *text);
                TextValue { name: (*name).to_owned(), name_at: Span::new(text, 0, 0), text }
            };
            values.iter().map(text).collect()
        };
        let environment = texts("NOMAD_VAR_", self.environment);
        let vars = texts("--var ", self.vars);
        let var_files: Vec<FileId> =
            self.var_files.iter().enumerate().map(|(at, text)| sources.add(format!("{at}.vars.hcl"), *text)).collect();
        let arena = Bump::new();
        let mut sink = Sink::new();
        let mut parse = |file| parser::parse(&sources, file, Syntax::Hcl, &Shape::LEAF, &arena, &mut sink);
        let tree = parse(file);
        let bodies: Vec<_> = var_files.into_iter().map(&mut parse).collect();
        let mut inputs = Inputs::new(&NoFiles, Path::new("/job"));
        inputs.environment = environment;
        inputs.given = bodies.iter().map(Given::File).chain(vars.into_iter().map(Given::Text)).collect();
        let body = expand(&tree, &inputs, &sources, &arena, &mut sink);
        (written(&body, 0), render::human(&sink.into_sorted(), &sources, render::Look::PLAIN))
    }

    /// What is left of the file; it has no findings.
    #[track_caller]
    pub(super) fn body(&self) -> String {
        let (body, findings) = self.expanded();
        assert_eq!(findings, "");
        body
    }

    /// The findings, of which one is an error.
    #[track_caller]
    pub(super) fn findings(&self) -> String {
        let (_, findings) = self.expanded();
        assert_ne!(findings, "");
        findings
    }
}

/// Whether an expression is wrong at all; for texts that may be anything.
pub(super) fn has_error(sink: &Sink) -> bool {
    sink.findings().iter().any(|finding| finding.severity == Severity::Error)
}

fn written(body: &Body<'_>, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::new();
    for attribute in &body.attributes {
        let value = to_json(&attribute.value).unwrap_or_else(|error| error.to_string());
        let _ = writeln!(text, "{indent}{} = {value}", attribute.name.text);
    }
    for block in &body.blocks {
        let _ = write!(text, "{indent}{}", block.kind.text);
        for label in &block.labels {
            let _ = write!(text, " {:?}", label.text);
        }
        let _ = writeln!(text, " {{\n{}{indent}}}", written(&block.body, depth + 1));
    }
    text
}

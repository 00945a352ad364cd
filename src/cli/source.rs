//! From what was typed to what the front end reads: the job file, variable files and values, as sources.
//!
//! Reads files and the environment, nothing more: what they mean is found by `compile`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use serde::{Deserialize, Serialize};

use super::job_file::Inputs;
use crate::compile;
use crate::diagnostic::{Diagnostic, FileId, Sink, Sources, Span};
use crate::eval::{self, DiskFiles, Given, Sensitive, TextValue};
use crate::jobspec::Job;
use crate::parser::{self, Shape, Syntax};
use crate::validator::CheckContext;

/// A job file that was read, with the values for its variables.
#[derive(Debug)]
pub struct Source {
    /// All texts. The job file is the first.
    pub sources: Sources,
    /// The job file.
    pub file: FileId,
    /// Its syntax.
    pub syntax: Syntax,
    base_dir: PathBuf,
    environment: Vec<TextValue>,
    given: Vec<Value>,
    findings: Vec<Diagnostic>,
    /// Variables whose values are replaced by references.
    pub sensitive: Option<Sensitive>,
}

/// A place values come from, in the order typed.
#[derive(Debug)]
enum Value {
    File(FileId, Syntax),
    Text(TextValue),
}

/// A job file and the values it was read with, as a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSource {
    file: String,
    syntax: Syntax,
    directory: PathBuf,
    text: String,
    values: Vec<SavedValue>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedValue {
    origin: Origin,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    syntax: Option<Syntax>,
    text: String,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Origin {
    Environment,
    File,
    Option,
}

impl SavedSource {
    /// Whether a text stands in it.
    pub fn holds(&self, text: &str) -> bool {
        std::iter::once(&self.text).chain(self.values.iter().map(|value| &value.text)).any(|held| held.contains(text))
    }
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refused.
    #[error("cannot read {file}")]
    Read {
        /// The name as typed.
        file: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A `--var` that is no `NAME=VALUE`.
    #[error("`--var {0}` is not NAME=VALUE")]
    NotAssignment(String),
}

impl Source {
    /// Reads the job file (`-` is standard input), the variable files and the values.
    ///
    /// # Errors
    /// A file that cannot be read; a `--var` that is no assignment. A text that is not UTF-8 or too large is a finding.
    pub fn read(file: &Path, inputs: &Inputs) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let mut findings = Vec::new();
        let job = add_file(&mut sources, file, &mut findings)?;
        let text = sources.file(job);
        let syntax = match inputs.syntax {
            Some(choice) => choice.into(),
            None => Syntax::of(text.name(), text.text()),
        };
        let mut given = Vec::new();
        for path in &inputs.variable_files {
            let id = add_file(&mut sources, path, &mut findings)?;
            let text = sources.file(id);
            given.push(Value::File(id, Syntax::of(text.name(), text.text())));
        }
        for text in &inputs.variables {
            given.push(Value::Text(add_assignment(&mut sources, text)?));
        }
        let environment = add_environment(&mut sources);
        let base_dir = match file.parent() {
            Some(parent) if file != Path::new("-") && parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self { sources, file: job, syntax, base_dir, environment, given, findings, sensitive: None })
    }

    /// Calls `run` with what evaluation is given. Findings about the files themselves go to the sink first.
    pub fn with_inputs<R>(&self, sink: &mut Sink, run: impl FnOnce(&eval::Inputs<'_>, &mut Sink) -> R) -> R {
        for finding in &self.findings {
            sink.push(finding.clone());
        }
        let arena = Bump::new();
        let mut bodies = Vec::new();
        for value in &self.given {
            if let Value::File(file, syntax) = value {
                bodies.push(parser::parse(&self.sources, *file, *syntax, &Shape::LEAF, &arena, sink));
            }
        }
        let mut inputs = eval::Inputs::new(&DiskFiles, &self.base_dir);
        inputs.environment.clone_from(&self.environment);
        inputs.sensitive = self.sensitive.as_ref();
        let mut parsed = bodies.iter();
        for value in &self.given {
            match value {
                Value::File(..) => inputs.given.extend(parsed.next().map(Given::File)),
                Value::Text(text) => inputs.given.push(Given::Text(text.clone())),
            }
        }
        run(&inputs, sink)
    }

    /// The job file and all values, to be read again elsewhere.
    pub fn save(&self) -> SavedSource {
        let job = self.sources.file(self.file);
        let text = |origin: Origin, value: &TextValue| SavedValue {
            origin,
            name: value.name.clone(),
            syntax: None,
            text: self.sources.file(value.text).text().to_owned(),
        };
        let is_open = |value: &&TextValue| self.sensitive.as_ref().is_none_or(|these| !these.is_marked(&value.name));
        let environment = self.environment.iter().filter(is_open).map(|value| text(Origin::Environment, value));
        let given = self.given.iter().filter_map(|value| match value {
            Value::Text(value) => Some(value).filter(is_open).map(|value| text(Origin::Option, value)),
            Value::File(file, syntax) => Some(SavedValue {
                origin: Origin::File,
                name: self.sources.file(*file).name().to_owned(),
                syntax: Some(*syntax),
                text: self.sources.file(*file).text().to_owned(),
            }),
        });
        SavedSource {
            file: job.name().to_owned(),
            syntax: self.syntax,
            directory: self.base_dir.clone(),
            text: job.text().to_owned(),
            values: environment.chain(given).collect(),
        }
    }

    /// What [`Source::save`] gave back, in the order it was read, and the values it left out: those of sensitive variables.
    ///
    /// # Errors
    /// A `--var` that is no assignment, or whose file cannot be read.
    pub fn restore(saved: SavedSource, inputs: &Inputs) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let file = sources.add(saved.file, saved.text);
        let (mut environment, mut given) = (Vec::new(), Vec::new());
        for value in saved.values {
            match (value.origin, value.syntax) {
                (Origin::File, syntax) => {
                    let syntax = syntax.unwrap_or_else(|| Syntax::of(&value.name, &value.text));
                    given.push(Value::File(sources.add(value.name, value.text), syntax));
                }
                (Origin::Option, _) => {
                    let text = sources.add(format!("--var {}", value.name), value.text);
                    given.push(Value::Text(TextValue { name: value.name, text }));
                }
                (Origin::Environment, _) => {
                    let text = sources.add(format!("JOBCTL_VAR_{}", value.name), value.text);
                    environment.push(TextValue { name: value.name, text });
                }
            }
        }
        let is_sensitive = |value: &TextValue| inputs.sensitive.contains(&value.name);
        for typed in &inputs.variables {
            let value = add_assignment(&mut sources, typed)?;
            given.extend(Some(Value::Text(value.clone())).filter(|_| is_sensitive(&value)));
        }
        environment.extend(add_environment(&mut sources).into_iter().filter(is_sensitive));
        let (syntax, base_dir) = (saved.syntax, saved.directory);
        Ok(Self { sources, file, syntax, base_dir, environment, given, findings: Vec::new(), sensitive: None })
    }

    /// The job, checked by every rule.
    pub fn job(&self, context: &CheckContext, sink: &mut Sink) -> Option<Job> {
        self.with_inputs(sink, |inputs, sink| {
            compile::job(&self.sources, self.file, self.syntax, inputs, context, sink)
        })
    }

    /// The job as it can be read, whether or not it keeps the rules.
    pub fn job_as_written(&self, sink: &mut Sink) -> Option<Job> {
        self.with_inputs(sink, |inputs, sink| compile::read(&self.sources, self.file, self.syntax, inputs, sink))
    }
}

/// The content of a file, `-` being standard input, of at most one byte more than is accepted.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let most = Sources::MAX_BYTES as u64 + 1;
    if path == Path::new("-") {
        io::stdin().lock().take(most).read_to_end(&mut content)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut content)?;
    }
    Ok(content)
}

/// Adds a file's text (`-` is standard input). One that is too large or not UTF-8 is a finding.
///
/// # Errors
/// It cannot be read.
pub(super) fn add_file(
    sources: &mut Sources,
    path: &Path,
    findings: &mut Vec<Diagnostic>,
) -> Result<FileId, SourceError> {
    let name = if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() };
    let content = read(path).map_err(|cause| SourceError::Read { file: name.clone(), cause })?;
    if content.len() > Sources::MAX_BYTES {
        let id = sources.add(name, String::new());
        let most = Sources::MAX_BYTES >> 20;
        findings.push(
            Diagnostic::error("parser::too_large", format!("the file is larger than {most} MiB"))
                .label(Span::new(id, 0, 0), "")
                .help("a job file describes work; move data into artifacts or volumes"),
        );
        return Ok(id);
    }
    match parser::decode_utf8(content.clone()) {
        Ok(text) => Ok(sources.add(name, text)),
        Err(error) => {
            // What stands before the bad byte is text, so the offset holds in the repaired text too.
            let id = sources.add(name, String::from_utf8_lossy(&content).into_owned());
            let at = u32::try_from(error.offset).unwrap_or(u32::MAX);
            let wide = u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or(0);
            findings.push(
                Diagnostic::error("parser::not_utf8", format!("the file is not UTF-8: byte 0x{:02x}", error.byte))
                    .label(Span::new(id, at, at + wide), "this is no UTF-8")
                    .help("save the file as UTF-8"),
            );
            Ok(id)
        }
    }
}

/// `NAME=VALUE`; `NAME=@FILE` takes the file's content without its final newline, `NAME=@@TEXT` is the text `@TEXT`.
fn add_assignment(sources: &mut Sources, typed: &str) -> Result<TextValue, SourceError> {
    let (name, value) = typed.split_once('=').ok_or_else(|| SourceError::NotAssignment(typed.to_owned()))?;
    let value = match value.strip_prefix('@') {
        Some(rest) if rest.starts_with('@') => rest.to_owned(),
        Some(file) => {
            let failed = |cause| SourceError::Read { file: file.to_owned(), cause };
            let content = read(Path::new(file)).map_err(failed)?;
            let text = String::from_utf8(content)
                .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))?;
            text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned)
        }
        None => value.to_owned(),
    };
    let text = sources.add(format!("--var {name}"), value);
    Ok(TextValue { name: name.to_owned(), text })
}

/// `NOMAD_VAR_k` and, stronger, `JOBCTL_VAR_k`.
fn add_environment(sources: &mut Sources) -> Vec<TextValue> {
    let mut found: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("NOMAD_VAR_") || name.starts_with("JOBCTL_VAR_"))
        .collect();
    found.sort_by(|(a, _), (b, _)| (a.starts_with("JOBCTL"), a).cmp(&(b.starts_with("JOBCTL"), b)));
    let mut values = Vec::with_capacity(found.len());
    for (variable, value) in found {
        let name = variable.split_once("_VAR_").map_or("", |(_, name)| name).to_owned();
        values.push(TextValue { name, text: sources.add(variable, value) });
    }
    values
}

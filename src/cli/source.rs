//! From what was typed to what the front end reads: the job file, variable files and values, as sources.
//!
//! Keeps them together, to be compiled or saved; reading them is the work of `texts`.

use std::io;
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use serde::{Deserialize, Serialize};

use super::job_file::Inputs;
use super::texts;
use crate::compile;
use crate::diagnostic::{Diagnostic, FileId, Severity, Sink, Sources, Span};
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
    #[error("cannot read {file}{}", near.as_ref().map_or_else(String::new, |near| format!(": did you mean `{near}`?")))]
    Read {
        /// The name as typed.
        file: String,
        /// A file that is there, with a name like it.
        near: Option<String>,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl Source {
    /// Reads the job file (`-` is standard input), the variable files and the values.
    ///
    /// # Errors
    /// The job file cannot be read. What is wrong with a text, a variable file or a `--var` is a finding.
    pub fn read(file: &Path, inputs: &Inputs) -> Result<Self, SourceError> {
        let mut sources = Sources::new();
        let mut findings = Vec::new();
        let job = texts::add_file(&mut sources, file, &mut findings)?;
        let text = sources.file(job);
        let syntax = match inputs.syntax {
            Some(choice) => choice.into(),
            None => Syntax::of(text.name(), text.text()),
        };
        let mut given = Vec::new();
        for path in &inputs.variable_files {
            if let Some(id) = texts::add_variable_file(&mut sources, path, &mut findings) {
                let text = sources.file(id);
                given.push(Value::File(id, Syntax::of(text.name(), text.text())));
            }
        }
        for text in &inputs.variables {
            given.extend(texts::add_variable(&mut sources, text, &mut findings).map(Value::Text));
        }
        let environment = texts::add_environment(&mut sources);
        let base_dir = match file.parent() {
            Some(parent) if file != Path::new("-") && parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self { sources, file: job, syntax, base_dir, environment, given, findings, sensitive: None })
    }

    /// Calls `run` with what evaluation is given, unless what was found about the texts themselves, which goes to the sink
    /// first, says that there is nothing to evaluate.
    pub fn with_inputs<R>(
        &self,
        sink: &mut Sink,
        run: impl FnOnce(&eval::Inputs<'_>, &mut Sink) -> Option<R>,
    ) -> Option<R> {
        for finding in &self.findings {
            sink.push(finding.clone());
        }
        // A text that is none would be full of errors, and a variable without its value is one.
        if self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            return None;
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
    pub fn restore(saved: SavedSource, inputs: &Inputs) -> Self {
        let (mut sources, mut findings) = (Sources::new(), Vec::new());
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
                    given.push(Value::Text(TextValue { name: value.name, name_at: Span::new(text, 0, 0), text }));
                }
                (Origin::Environment, _) => {
                    let text = sources.add(format!("JOBCTL_VAR_{}", value.name), value.text);
                    environment.push(TextValue { name: value.name, name_at: Span::new(text, 0, 0), text });
                }
            }
        }
        let is_sensitive = |value: &TextValue| inputs.sensitive.contains(&value.name);
        for typed in &inputs.variables {
            let value = texts::add_variable(&mut sources, typed, &mut findings).filter(is_sensitive);
            given.extend(value.map(Value::Text));
        }
        environment.extend(texts::add_environment(&mut sources).into_iter().filter(is_sensitive));
        let (syntax, base_dir) = (saved.syntax, saved.directory);
        Self { sources, file, syntax, base_dir, environment, given, findings, sensitive: None }
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

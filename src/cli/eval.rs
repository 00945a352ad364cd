//! `jobctl eval`: the value of an expression, as JSON.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use serde_json::json;

use super::job_file::Inputs;
use super::source::Source;
use super::{Exit, Output};
use crate::diagnostic::{Diagnostic, Severity, Sink, Sources};
use crate::eval::{self, DiskFiles, Names};
use crate::{jobspec, parser};

/// Arguments of `jobctl eval`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "jobctl eval [OPTIONS] <EXPR> [FILE]\n       jobctl eval [OPTIONS] --lines <INPUT> [FILE]")]
pub struct Arguments {
    /// The expression; left out with `--lines`
    #[arg(value_name = "EXPR", required_unless_present = "lines", allow_hyphen_values = true)]
    expression: Option<String>,
    /// A job file whose variables and locals the expression may use
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read expressions from a file, one a line (`-`: standard input), and answer each with one line of JSON
    #[arg(long, value_name = "INPUT")]
    lines: Option<PathBuf>,
    #[command(flatten)]
    inputs: Inputs,
}

/// Evaluates what was typed, or line by line, and is a success where the one expression has a value.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    // With `--lines` there is no expression, and the job file stands first.
    let (expression, file) = match (&arguments.lines, &arguments.expression) {
        (Some(_), Some(first)) => (None, Some(Path::new(first))),
        (_, expression) => (expression.as_deref(), arguments.file.as_deref()),
    };
    let mut sink = Sink::new();
    let Some(file) = file else {
        if !(arguments.inputs.variables.is_empty() && arguments.inputs.variable_files.is_empty()) {
            output.failure("values for variables, and no job file", Some("name the job file behind the expression"));
            return Exit::Usage;
        }
        let inputs = eval::Inputs::new(&DiskFiles, Path::new("."));
        return answer(expression, arguments, &Names::default(), &inputs, output);
    };
    let source = match Source::read(file, &arguments.inputs) {
        Ok(source) => source,
        Err(error) => {
            output.error(&error);
            return Exit::Failure;
        }
    };
    let exit = source.with_inputs(&mut sink, |inputs, sink| {
        let arena = Bump::new();
        let tree =
            parser::parse(&source.sources, source.file, source.syntax, jobspec::shape_for(source.syntax), &arena, sink);
        let names = eval::names(&tree, inputs, &source.sources, &arena, sink);
        (!sink.has_errors()).then(|| answer(expression, arguments, &names, inputs, output))
    });
    output.findings(&sink.into_sorted(), &source.sources);
    exit.unwrap_or(Exit::Failure)
}

fn answer(
    expression: Option<&str>,
    arguments: &Arguments,
    names: &Names,
    inputs: &eval::Inputs<'_>,
    output: &mut Output,
) -> Exit {
    match (expression, &arguments.lines) {
        (Some(expression), _) => answer_one(expression, names, inputs, output),
        (None, Some(from)) => match answer_lines(from, names, inputs, output) {
            Ok(()) => Exit::Success,
            Err(error) => {
                output.failure(format_args!("cannot read {}: {error}", from.display()), None);
                Exit::Failure
            }
        },
        (None, None) => Exit::Usage,
    }
}

fn answer_one(expression: &str, names: &Names, inputs: &eval::Inputs<'_>, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    sources.add("<expression>", expression);
    let (json, findings) = evaluate(&sources, names, inputs);
    output.findings(&findings, &sources);
    match json {
        Some(json) => output.finish_data(&format!("{json}\n")),
        None => Exit::Failure,
    }
}

/// `{"ok": true, "value": …}` or `{"ok": false, "error": "…"}` for each line.
fn answer_lines(from: &Path, names: &Names, inputs: &eval::Inputs<'_>, output: &mut Output) -> io::Result<()> {
    let reader: Box<dyn BufRead> = match from.to_str() {
        Some("-") => Box::new(io::stdin().lock()),
        _ => Box::new(BufReader::new(fs::File::open(from)?)),
    };
    for line in reader.lines() {
        let mut sources = Sources::new();
        sources.add("<expression>", line?);
        let (json, findings) = evaluate(&sources, names, inputs);
        let answer = match json {
            Some(json) => format!("{{\"ok\": true, \"value\": {json}}}\n"),
            None => format!("{}\n", json!({"ok": false, "error": error_text(&findings)})),
        };
        output.data(&answer)?;
    }
    Ok(())
}

/// The value of the only source as JSON, and what was found.
fn evaluate(sources: &Sources, names: &Names, inputs: &eval::Inputs<'_>) -> (Option<String>, Vec<Diagnostic>) {
    let arena = Bump::new();
    let mut sink = Sink::new();
    let json = sources.files().next().and_then(|(file, _)| {
        let expression = parser::parse_expression(sources, file, &arena, &mut sink).filter(|_| !sink.has_errors())?;
        let value = eval::evaluate(&expression, names, inputs, sources, &mut sink)?;
        match eval::to_json(&value) {
            Ok(json) => Some(json),
            Err(error) => {
                sink.push(
                    Diagnostic::error("eval::not_json", error.to_string())
                        .label(expression.span, "this has no JSON")
                        .help("a division by zero makes infinity; a value is at most a few MiB"),
                );
                None
            }
        }
    });
    (json, sink.into_sorted())
}

/// The first error in one line: `there is no function "x": not a function of the job language`.
fn error_text(findings: &[Diagnostic]) -> String {
    let error = findings.iter().find(|finding| finding.severity == Severity::Error);
    error.map_or_else(String::new, |error| match error.labels.first() {
        Some(label) if !label.message.is_empty() => format!("{}: {}", error.message, label.message),
        _ => error.message.clone(),
    })
}

//! `jobctl convert`: the same job in another syntax.

use std::fs;
use std::path::{Path, PathBuf};

use super::job_file::SyntaxChoice;
use super::texts::add_file;
use super::{Exit, Output, replace_file};
use crate::diagnostic::{Sink, Sources};
use crate::parser::Syntax;
use crate::{format, jobspec};

/// Arguments of `jobctl convert`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The job file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The syntax to write
    #[arg(long, value_name = "SYNTAX")]
    to: SyntaxChoice,
    /// Where to write it [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The syntax of standard input
    #[arg(long, value_name = "SYNTAX")]
    syntax: Option<SyntaxChoice>,
}

/// Reads the job, writes it in the other syntax, and says on stderr what was lost.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let mut findings = Vec::new();
    let file = match add_file(&mut sources, &arguments.file, &mut findings) {
        Ok(file) => file,
        Err(error) => {
            output.error(&error);
            return Exit::Failure;
        }
    };
    let source = sources.file(file);
    let from = arguments.syntax.map_or_else(|| Syntax::of(source.name(), source.text()), Syntax::from);
    let mut sink = Sink::new();
    for finding in findings {
        sink.push(finding);
    }
    let text = if sink.has_errors() {
        None
    } else {
        format::convert(&sources, file, from, arguments.to.into(), jobspec::shape(), &mut sink)
    };
    output.findings(&sink.into_sorted(), &sources);
    let Some(text) = text else { return Exit::Failure };
    if format::has_comments(source.text(), from) {
        output.say(format_args!("note: the comments of {} are not converted", source.name()));
    }
    match &arguments.output {
        Some(path) => write(path, &text, output),
        None => output.finish_data(&text),
    }
}

fn write(path: &Path, text: &str, output: &mut Output) -> Exit {
    let is_there = fs::symlink_metadata(path).is_ok();
    let written = if is_there { replace_file::replace(path, text.as_bytes()) } else { fs::write(path, text) };
    match written {
        Ok(()) => Exit::Success,
        Err(error) => {
            output.failure(format_args!("cannot write {}: {error}", path.display()), None);
            Exit::Failure
        }
    }
}

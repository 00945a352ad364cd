//! `jobctl fmt`: job files in canonical layout.

use std::fs;
use std::path::{Path, PathBuf};

use super::texts::add_file;
use super::{Exit, Output, file_tree, replace_file};
use crate::diagnostic::{Sink, Sources};
use crate::format;
use crate::parser::Syntax;

/// Arguments of `jobctl fmt`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// HCL files, directories to look for *.hcl and *.nomad in, or `-` for standard input
    #[arg(required = true, value_name = "FILE|DIR")]
    files: Vec<PathBuf>,
    /// Change nothing: print the names of files whose layout is not canonical, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
}

/// Formats all files, prints the names of those that change, and fails where one cannot be read or, with `--check`,
/// would change.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let files = match file_tree::files(&arguments.files, is_hcl) {
        Ok(files) => files,
        Err((directory, error)) => {
            output.failure(format_args!("cannot read {}: {error}", directory.display()), None);
            return Exit::Failure;
        }
    };
    let mut exit = Exit::Success;
    for file in &files {
        let done = if file == Path::new("-") {
            format_stdin(arguments.check, output)
        } else {
            format_file(file, arguments.check, output)
        };
        if done != Exit::Success {
            exit = done;
        }
    }
    exit
}

/// The text of a file and its canonical layout; what is wrong with it is printed.
fn formatted(file: &Path, output: &mut Output) -> Option<(String, String)> {
    let mut sources = Sources::new();
    let mut findings = Vec::new();
    let id = match add_file(&mut sources, file, &mut findings) {
        Ok(id) => id,
        Err(error) => {
            output.error(&error);
            return None;
        }
    };
    let source = sources.file(id);
    if Syntax::of(source.name(), source.text()) != Syntax::Hcl {
        output.failure(format_args!("{} is not HCL", source.name()), Some("only HCL has a canonical layout"));
        return None;
    }
    let mut sink = Sink::new();
    for finding in findings {
        sink.push(finding);
    }
    let text = if sink.has_errors() { None } else { format::format(&sources, id, &mut sink) };
    if sink.has_errors() {
        output.findings(&sink.into_sorted(), &sources);
        return None;
    }
    text.map(|text| (sources.file(id).text().to_owned(), text))
}

fn format_file(file: &Path, check: bool, output: &mut Output) -> Exit {
    let Some((before, after)) = formatted(file, output) else { return Exit::Failure };
    if before == after {
        return Exit::Success;
    }
    if !check && let Err(error) = replace_file::replace(file, after.as_bytes()) {
        output.failure(format_args!("cannot write {}: {error}", file.display()), None);
        return Exit::Failure;
    }
    let named = output.finish_data(&format!("{}\n", file.display()));
    if check { Exit::Failure } else { named }
}

fn format_stdin(check: bool, output: &mut Output) -> Exit {
    match formatted(Path::new("-"), output) {
        None => Exit::Failure,
        Some((_, after)) if !check => output.finish_data(&after),
        Some((before, after)) if before == after => Exit::Success,
        Some(_) => {
            output.say("<stdin> is not in canonical layout");
            Exit::Failure
        }
    }
}

/// By its extension; a `.nomad` file may be JSON.
fn is_hcl(path: &Path) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("hcl") => true,
        Some("nomad") => fs::read_to_string(path).is_ok_and(|text| Syntax::of("", &text) == Syntax::Hcl),
        _ => false,
    }
}

//! Texts that are read: files, standard input, values of variables, each as a source.
//!
//! Reads the disk and the environment, nothing more: what the texts mean is found by `compile`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::assignment::{self, Assignment};
use super::source::SourceError;
use crate::diagnostic::{Diagnostic, FileId, Sources, Span};
use crate::eval::TextValue;
use crate::jobspec::similar;
use crate::parser;

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
    let content = read(path).map_err(|cause| failed(path, cause))?;
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

/// Adds a variable file's text; one that cannot be read is a finding.
pub(super) fn add_variable_file(sources: &mut Sources, path: &Path, findings: &mut Vec<Diagnostic>) -> Option<FileId> {
    match add_file(sources, path, findings) {
        Ok(file) => Some(file),
        Err(error) => {
            let typed = path.display().to_string();
            let option = sources.add("--var-file", typed.as_str());
            let help = "values for variables: `name = value`, a line each, in HCL, TOML or JSON";
            findings.push(cannot_read(&error, assignment::whole(option, &typed), help));
            None
        }
    }
}

/// Adds the value of `NAME=VALUE`; `NAME=@FILE` takes the file's content without its final newline, `NAME=@@TEXT` is the text
/// `@TEXT`. What is none of these is a finding.
pub(super) fn add_variable(sources: &mut Sources, typed: &str, findings: &mut Vec<Diagnostic>) -> Option<TextValue> {
    let Assignment { name, name_at, value, value_at } =
        assignment::read("--var", typed, sources).map_err(|finding| findings.push(*finding)).ok()?;
    let value = match value.strip_prefix('@') {
        Some(rest) if rest.starts_with('@') => rest.to_owned(),
        Some(file) => match read_text(Path::new(file)) {
            Ok(text) => text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned),
            Err(error) => {
                let help =
                    format!("`@` stands for the content of a file; a text that begins with it is `{name}=@{value}`");
                findings.push(cannot_read(&error, value_at, &help));
                return None;
            }
        },
        None => value,
    };
    let text = sources.add(format!("--var {name}"), value);
    Some(TextValue { name, name_at, text })
}

/// A file that cannot be read, where it was named.
fn cannot_read(error: &SourceError, at: Span, help: &str) -> Diagnostic {
    let SourceError::Read { near, cause, .. } = error;
    Diagnostic::error("file::cannot_read", error.to_string()).label(at, reason(cause)).help(
        near.as_ref().map_or_else(|| help.to_owned(), |_| "paths are relative to the working directory".to_owned()),
    )
}

/// Why, in words and without the number.
pub(super) fn reason(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "this is a directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => cause.to_string(),
    }
}

fn read_text(path: &Path) -> Result<String, SourceError> {
    let read = read(path).and_then(|content| {
        String::from_utf8(content).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    });
    read.map_err(|cause| failed(path, cause))
}

fn failed(path: &Path, cause: io::Error) -> SourceError {
    SourceError::Read { file: path.display().to_string(), near: near(path, &cause), cause }
}

/// The file beside a missing one whose name is most like it.
fn near(path: &Path, cause: &io::Error) -> Option<String> {
    let name = path.file_name().filter(|_| cause.kind() == io::ErrorKind::NotFound)?.to_str()?;
    let directory = path.parent().filter(|parent| *parent != Path::new(""));
    let entries = std::fs::read_dir(directory.unwrap_or(Path::new("."))).ok()?;
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let begins = || names.iter().find(|other| Path::new(other).file_stem().is_some_and(|stem| stem == name));
    let near = similar(name, names.iter().map(String::as_str)).or_else(|| begins().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// `NOMAD_VAR_k` and, stronger, `JOBCTL_VAR_k`.
pub(super) fn add_environment(sources: &mut Sources) -> Vec<TextValue> {
    let mut found: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("NOMAD_VAR_") || name.starts_with("JOBCTL_VAR_"))
        .collect();
    found.sort_by(|(a, _), (b, _)| (a.starts_with("JOBCTL"), a).cmp(&(b.starts_with("JOBCTL"), b)));
    let mut values = Vec::with_capacity(found.len());
    for (variable, value) in found {
        let name = variable.split_once("_VAR_").map_or("", |(_, name)| name).to_owned();
        let text = sources.add(variable, value);
        values.push(TextValue { name, name_at: Span::new(text, 0, 0), text });
    }
    values
}

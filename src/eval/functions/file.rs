//! Files and paths. Relative paths start at the job file's directory, except where Go's libraries use the working one.

use std::io;
use std::path::Path;

use super::encoding::base64_encode;
use super::glob;
use super::path::{base, clean, directory, join};
use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::equality::set_of;
use crate::eval::files::{FileKind, MAX_FILE_BYTES};
use crate::eval::scope::Scope;
use crate::eval::{Type, Value};

const PATH: Parameter = Parameter::new("path", Wanted::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::disk("abspath", &[PATH], |scope, arguments| {
        let path = text(arguments, 0);
        if path.starts_with('/') {
            return Ok(Value::string(&clean(path)));
        }
        match scope.files.working_directory() {
            Some(working) => Ok(Value::string(&join(&working.to_string_lossy(), path))),
            None => Err(FunctionError::new("the working directory is not known")),
        }
    }),
    Function::disk("basename", &[PATH], |_, arguments| Ok(Value::string(base(text(arguments, 0))))),
    Function::disk("dirname", &[PATH], |_, arguments| Ok(Value::string(&directory(text(arguments, 0))))),
    Function::disk("file", &[PATH], |scope, arguments| match String::from_utf8(read(scope, arguments)?) {
        Ok(content) => Ok(Value::string(&content)),
        Err(_) => Err(FunctionError::of_argument(0, "the file is not UTF-8; `filebase64` reads any file")),
    }),
    Function::disk("filebase64", &[PATH], |scope, arguments| {
        Ok(Value::string(&base64_encode(&read(scope, arguments)?)))
    }),
    Function::disk("fileexists", &[PATH], exists),
    Function::disk("fileset", &[PATH, Parameter::new("pattern", Wanted::String)], file_set),
    Function::disk("pathexpand", &[PATH], |scope, arguments| Ok(Value::string(&expanded(scope, text(arguments, 0))?))),
];

/// `~` and `~/…` from the home directory.
fn expanded(scope: &Scope<'_>, path: &str) -> Result<String, FunctionError> {
    match path.strip_prefix('~') {
        None => Ok(path.to_owned()),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => match scope.files.home() {
            Some(home) => Ok(join(&home.to_string_lossy(), rest)),
            None => Err(FunctionError::of_argument(0, "the home directory is not known")),
        },
        Some(_) => Err(FunctionError::of_argument(0, "only the own home directory can be meant: `~/…`")),
    }
}

/// From the job file's directory.
fn resolved(scope: &Scope<'_>, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { join(&scope.base_dir.to_string_lossy(), path) }
}

fn read(scope: &Scope<'_>, arguments: &[Value]) -> Result<Vec<u8>, FunctionError> {
    let path = resolved(scope, &expanded(scope, text(arguments, 0))?);
    scope.files.read(Path::new(&path)).map_err(|error| {
        FunctionError::of_argument(
            0,
            match error.kind() {
                io::ErrorKind::NotFound => format!("there is no file {path}"),
                io::ErrorKind::FileTooLarge => format!("{path} is larger than {} MiB", MAX_FILE_BYTES >> 20),
                _ => format!("cannot read {path}: {error}"),
            },
        )
    })
}

fn exists(scope: &Scope<'_>, arguments: &[Value]) -> Outcome {
    let path = resolved(scope, &expanded(scope, text(arguments, 0))?);
    match scope.files.kind(Path::new(&path)) {
        Ok(FileKind::File) => Ok(Value::Bool(true)),
        Ok(FileKind::Directory) => Err(FunctionError::of_argument(0, format!("{path} is a directory"))),
        Ok(FileKind::Other) => Err(FunctionError::of_argument(0, format!("{path} is not a regular file"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Value::Bool(false)),
        Err(error) => Err(FunctionError::of_argument(0, format!("cannot look at {path}: {error}"))),
    }
}

/// The regular files beneath a directory that a pattern matches, relative to it.
fn file_set(scope: &Scope<'_>, arguments: &[Value]) -> Outcome {
    let (path, pattern) = (text(arguments, 0), text(arguments, 1));
    let directory = resolved(scope, path);
    let pattern = join(&directory, pattern);
    let found = glob::find(&pattern, scope.files).map_err(|problem| FunctionError::of_argument(1, problem))?;
    let files = found.iter().filter(|path| matches!(scope.files.kind(Path::new(path)), Ok(FileKind::File)));
    let names = files.map(|path| Value::string(&relative(path, &directory)));
    Ok(set_of(Type::String, names.collect()))
}

/// The way from a directory to a path; both are clean.
fn relative(path: &str, directory: &str) -> String {
    let parts =
        |path: &str| path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
    let (path, directory): (Vec<String>, Vec<String>) = (parts(path), parts(directory));
    let common = path.iter().zip(&directory).take_while(|(left, right)| left == right).count();
    let up = std::iter::repeat_n("..", directory.len() - common);
    up.chain(path[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

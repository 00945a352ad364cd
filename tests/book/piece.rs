//! Files and pieces of files: each must be right as what it says it is.

use std::io::Write;
use std::process::Stdio;

use crate::block::{Block, Language, Piece, Place};
use crate::shown;
use crate::workplace::Workplace;

const CONFIG: &str = "config {\ncommand = \"/bin/server\"\n}";

/// Checks a piece, and puts it into the page's directory where it has a name.
pub(crate) fn check(piece: &Piece, block: &Block, workplace: &Workplace) -> Result<(), String> {
    let text = &block.text;
    if let Some(name) = &block.file {
        workplace.write(name, text);
    }
    match piece.language {
        Language::Hcl | Language::Toml => check_job(piece, text, workplace),
        Language::Json => serde_json::from_str::<serde_json::Value>(text).map(drop).map_err(|error| error.to_string()),
        Language::Yaml => check_yaml(text),
        Language::Ini => check_unit(text),
        Language::Shell => check_script(text, workplace),
        Language::Rust => check_example(text),
    }
}

/// A figure must not hide a session.
pub(crate) fn check_figure(text: &str) -> Result<(), String> {
    let session = text.lines().any(|line| line.starts_with("$ ") || line.trim_start().starts_with("jobctl "));
    if session { Err("a session in a figure: its class is `console`".into()) } else { Ok(()) }
}

fn check_job(piece: &Piece, text: &str, workplace: &Workplace) -> Result<(), String> {
    let syntax = if piece.language == Language::Hcl { "hcl" } else { "toml" };
    let (code, said) = match piece.place {
        Place::Host => {
            let name = format!(".host.{syntax}");
            workplace.write(&name, text);
            validate(workplace, &["--host", &name], &wrap(Place::Job, ""), "hcl")
        }
        Place::Expression => evaluate(workplace, text),
        Place::File => validate(workplace, &[], text, syntax),
        place if piece.language == Language::Hcl => validate(workplace, &[], &wrap(place, text), syntax),
        _ => return Err("a piece of a TOML file: write the tables out".into()),
    };
    if code == i32::from(piece.invalid) { Ok(()) } else { Err(format!("exit {code}\n{said}")) }
}

/// The piece as a whole job file.
fn wrap(place: Place, text: &str) -> String {
    let task = |inner: &str| {
        let driver =
            if inner.lines().any(|line| line.trim_start().starts_with("driver ")) { "" } else { "driver = \"exec\"" };
        let config = if inner.contains("config {") { "" } else { CONFIG };
        if inner.trim_start().starts_with("task ") {
            inner.to_owned()
        } else {
            format!("task \"main\" {{\n{driver}\n{config}\n{inner}\n}}")
        }
    };
    let group = |inner: &str| {
        let rest = if inner.contains("task \"main\"") || inner.contains("driver ") && !inner.contains("lifecycle") {
            String::new()
        } else {
            task("")
        };
        if inner.trim_start().starts_with("group ") {
            let end = inner.trim_end().strip_suffix('}').unwrap_or(inner);
            format!("{end}\n{rest}\n}}")
        } else {
            format!("group \"main\" {{\n{inner}\n{rest}\n}}")
        }
    };
    let job = |inner: &str| format!("job \"example\" {{\n{inner}\n}}\n");
    match place {
        Place::Job if text.trim_start().starts_with("group ") => job(&group(text)),
        Place::Job if text.contains("group \"main\"") => job(text),
        Place::Job => job(&format!("{text}\n{}", group(""))),
        Place::Group => job(&group(text)),
        Place::Task => job(&group(&task(text))),
        Place::Config => job(&group(&task(&format!("config {{\n{text}\n}}")))),
        Place::File | Place::Host | Place::Expression => text.to_owned(),
    }
}

fn validate(workplace: &Workplace, arguments: &[&str], text: &str, syntax: &str) -> (i32, String) {
    let mut command = workplace.command("jobctl");
    command.arg("validate").args(arguments).args(["--syntax", syntax, "-"]);
    answer(command, text)
}

fn evaluate(workplace: &Workplace, text: &str) -> (i32, String) {
    let mut command = workplace.command("jobctl");
    command.args(["eval", "--lines", "-"]);
    let (code, said) = answer(command, text);
    (if said.contains("\"ok\":false") || said.contains("\"ok\": false") { 1 } else { code }, said)
}

fn answer(mut command: std::process::Command, text: &str) -> (i32, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said.into_owned())
}

fn check_yaml(text: &str) -> Result<(), String> {
    for event in saphyr_parser::Parser::new_from_str(text) {
        event.map_err(|error| error.to_string())?;
    }
    shown::check_lines(text.lines())
}

/// A systemd unit: sections, and names with values.
fn check_unit(text: &str) -> Result<(), String> {
    let mut in_section = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        if line.starts_with('[') && line.ends_with(']') {
            in_section = true;
        } else if !in_section || !line.contains('=') {
            return Err(format!("`{line}` is no line of a unit"));
        }
    }
    shown::check_lines(text.lines())
}

/// The lines stand in a program of examples/ as they are.
fn check_example(text: &str) -> Result<(), String> {
    let examples = std::fs::read_dir(crate::root().join("examples")).unwrap();
    let is_there = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default().contains(text);
    let found = examples.map(|entry| entry.unwrap().path()).any(is_there);
    if found { Ok(()) } else { Err("these lines stand in no program of examples/".into()) }
}

fn check_script(text: &str, workplace: &Workplace) -> Result<(), String> {
    let mut command = workplace.command("sh");
    command.arg("-n");
    match answer(command, text) {
        (0, _) => shown::check_lines(text.lines()),
        (_, said) => Err(said),
    }
}

//! The rooms and their order, held against the source text: a room uses only rooms above it.
//!
//! Also what the compiler does not check: one room with `unsafe`, small files, no file without its first line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, top to bottom. A room may use the ones before it in this list.
const ROOMS: [&str; 28] = [
    "sys",
    "role",
    "diagnostic",
    "linux",
    "parser",
    "format",
    "eval",
    "jobspec",
    "template",
    "host",
    "validator",
    "plan",
    "compile",
    "state",
    "planner",
    "sandbox",
    "logs",
    "fetch",
    "init",
    "stats",
    "supervisor",
    "applier",
    "handle",
    "nomad",
    "oci",
    "cli",
    "lib",
    "main",
];

const MOST_LINES: usize = 600;

struct File {
    path: PathBuf,
    room: String,
    text: String,
}

fn source_files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 10, "the source files are found");
    files
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root).unwrap().to_path_buf();
            let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
            let name = first.trim_end_matches(".rs").to_owned();
            files.push(File { text: fs::read_to_string(&path).unwrap(), path: relative, room: name });
        }
    }
}

/// The rooms named by `crate::ROOM` in a text. Comments and tests are left out: a test may look at a room through those below it.
fn rooms_used(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            if let Some(list) = part.strip_prefix('{') {
                let heads = list.split(',').map(|item| item.trim().split("::").next().unwrap_or_default());
                used.extend(heads.map(|head| head.trim_end_matches(['}', ';']).to_owned()));
            } else {
                let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
                used.push(part[..end].to_owned());
            }
        }
    }
    used.retain(|name| ROOMS.contains(&name.as_str()));
    used
}

fn rank(room: &str) -> usize {
    ROOMS.iter().position(|name| *name == room).unwrap_or_else(|| panic!("src/{room} is not in the map of rooms"))
}

#[test]
fn rooms_depend_one_way() {
    let mut wrong = Vec::new();
    for file in source_files().iter().filter(|file| !file.path.ends_with("tests.rs")) {
        for used in rooms_used(&file.text) {
            if rank(&used) > rank(&file.room) {
                wrong.push(format!("{}: {} uses {used}, which lies below it", file.path.display(), file.room));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_stays_in_one_room() {
    let uses = |text: &str| {
        let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).any(|word| word == "unsafe")
    };
    let files = source_files();
    let wrong: Vec<_> =
        files.iter().filter(|file| file.room != "sys" && uses(&file.text)).map(|file| &file.path).collect();
    assert!(wrong.is_empty(), "unsafe outside src/sys: {wrong:?}");
}

#[test]
fn files_are_small_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for file in source_files() {
        let path = file.path.display();
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{path}: {lines} lines, at most {MOST_LINES}"));
        }
        if !file.text.starts_with("//! ") {
            wrong.push(format!("{path}: does not begin with a line that says its job"));
        }
        let stem = file.path.file_stem().unwrap().to_string_lossy();
        if ["utils", "util", "common", "helpers", "prelude", "misc"].contains(&stem.as_ref()) {
            wrong.push(format!("{path}: a name that says nothing"));
        }
        let before_tests = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        if stem != "tests" && before_tests.contains("use super::*") {
            wrong.push(format!("{path}: use super::*"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_in_the_documentation_is_this_map() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: Vec<&str> = rows.filter(|name| ROOMS.contains(name)).collect();
    let files = source_files();
    let present = |room: &&str| !["lib", "main"].contains(room) && files.iter().any(|file| file.room == **room);
    let present: Vec<&str> = ROOMS.into_iter().filter(present).collect();
    assert_eq!(named, present);
}

#[test]
fn a_back_edge_is_found() {
    assert_eq!(rooms_used("use crate::plan::Task;\nuse crate::{cli, sys::x};\n// crate::cli"), ["plan", "cli", "sys"]);
    assert!(rank("cli") > rank("plan"));
}

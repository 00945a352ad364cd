//! A template of the plan → a file, and variables.
//!
//! What a template means is the template room's; here is what it sees of the task, and where the result goes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;

use super::Failure;
use super::places::Places;
use crate::plan::{Task, Template};
use crate::template::{self, Options, World};

/// The most bytes of a template's text, and of a file that one reads.
const LONGEST: u64 = 16 << 20;

/// Renders a template to its file; the variables it sets, where it sets any.
pub(super) fn render(template: &Template, task: &Task, places: &Places) -> Result<BTreeMap<String, String>, Failure> {
    let failed = |what: String, reason: String| Failure::new(&template.address, what, reason);
    let of = || format!("template of {}", template.destination);
    let text =
        text(template, places).map_err(|error| failed(format!("reading {}", template.source), error.to_string()))?;
    let options = Options {
        left_delimiter: template.left_delimiter.clone(),
        right_delimiter: template.right_delimiter.clone(),
        error_on_missing_key: template.error_on_missing_key,
    };
    let world = TaskWorld { env: &task.env, places, now: Timestamp::now() };
    let rendered = template::render(&text, &options, &world).map_err(|error| {
        let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        failed(of(), format!("line {}, column {}: {error}{help}", error.line, error.column))
    })?;
    let variables = if template.env { template::parse_env(&rendered) } else { Ok(BTreeMap::new()) };
    let variables = variables.map_err(|error| {
        let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
        failed(of(), format!("line {} of the result: {error}{help}", error.line))
    })?;
    write(template, &rendered, places)
        .map_err(|error| failed(format!("writing {}", template.destination), error.to_string()))?;
    Ok(variables)
}

fn text(template: &Template, places: &Places) -> io::Result<String> {
    if template.source.is_empty() {
        return Ok(template.data.clone());
    }
    let (tree, path) = places.find(&template.source);
    String::from_utf8(tree.read(&path, LONGEST)?).map_err(|_| io::Error::other("it is not UTF-8"))
}

fn write(template: &Template, rendered: &[u8], places: &Places) -> io::Result<()> {
    let (tree, path) = places.find(&template.destination);
    let mut file = tree.new_file(&path)?;
    file.file.write_all(rendered)?;
    let mode = u32::from_str_radix(&template.perms, 8).unwrap_or(0o644);
    file.set_mode(mode)?;
    if template.uid.is_some() || template.gid.is_some() {
        file.give(template.uid, template.gid)?;
    }
    file.put()
}

/// What a template of a task sees.
struct TaskWorld<'a> {
    env: &'a BTreeMap<String, String>,
    places: &'a Places,
    now: Timestamp,
}

impl World for TaskWorld<'_> {
    fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str)
    }

    fn file(&self, path: &str) -> io::Result<Vec<u8>> {
        let (tree, path) = self.places.find(path);
        tree.read(&path, LONGEST)
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

//! All of it in order: the payload, the artifacts, then the templates, which may read both.

use std::collections::BTreeMap;

use super::places::Places;
use super::{Failure, artifact, payload, template};
use crate::plan::Task;
use crate::sandbox::Directories;

/// Whether a task brings anything along.
pub fn is_needed(task: &Task) -> bool {
    task.payload.is_some() || !task.artifacts.is_empty() || !task.templates.is_empty()
}

/// Puts in place what a task brings along; the variables that its templates set. This process must be the task's user,
/// in its root if it has one, and may end at any time.
///
/// # Errors
/// The first step that failed. What went before stays; of itself nothing does.
pub fn prepare(task: &Task, directories: &Directories) -> Result<BTreeMap<String, String>, Failure> {
    let places =
        Places::of(task, directories).map_err(|error| Failure::new(&task.address, "directories of the task", error))?;
    if let Some(given) = &task.payload {
        payload::write(given, &places)?;
    }
    for given in &task.artifacts {
        artifact::fetch(given, task, &places)?;
    }
    let mut variables = BTreeMap::new();
    for given in &task.templates {
        variables.extend(template::render(given, task, &places)?);
    }
    Ok(variables)
}

//! Rules about a task's `config`: what each driver takes.
//!
//! `exec` and `raw_exec` run here, so theirs are errors; of other drivers only known keys and types are looked at.

mod capability;
mod docker;
mod exec;
mod java;
mod podman;
mod qemu;
mod raw_exec;
mod schema;

use crate::diagnostic::Severity;
use crate::jobspec::{Task, Untyped};

use super::checker::Checker;
use schema::Key;

/// The JSON Schemas of `config` by driver, for those whose keys are known in full.
pub fn config_schemas() -> Vec<(&'static str, serde_json::Value)> {
    vec![("exec", schema::json_schema(exec::KEYS)), ("raw_exec", schema::json_schema(raw_exec::KEYS))]
}

/// Whether a key of a driver's `config` is jobctl's own, which Nomad's driver refuses.
pub fn is_beyond_nomad(driver: &str, key: &str) -> bool {
    driver == "exec" && exec::KEYS.iter().any(|have| have.ours && have.name == key)
}

/// Every rule of a task's `config`.
pub(super) fn check(task: &Task, checker: &mut Checker<'_>) {
    let Some(driver) = &task.driver else { return };
    let (keys, severity): (&[Key], Severity) = match driver.as_str() {
        "exec" => (exec::KEYS, Severity::Error),
        "raw_exec" => (raw_exec::KEYS, Severity::Error),
        "docker" => (docker::KEYS, Severity::Warning),
        "podman" => (podman::KEYS, Severity::Warning),
        "java" => (java::KEYS, Severity::Warning),
        "qemu" => (qemu::KEYS, Severity::Warning),
        _ => return,
    };
    let empty;
    let config = if let Some(config) = &task.config {
        &config.value
    } else {
        if checker.is_unreadable(task.whole) {
            return;
        }
        empty = Untyped::empty_object(task.at);
        &empty
    };
    schema::check(&driver.value, keys, severity, task, config, checker);
    match driver.as_str() {
        "exec" => exec::check(config, checker),
        "raw_exec" => raw_exec::check(config, checker),
        _ => {}
    }
}

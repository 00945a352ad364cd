//! What a task brings along: artifacts and templates, every default filled in.
//!
//! What the blocks say about a running task is left out: nothing changes here that a template could be rendered anew for.

use std::collections::BTreeMap;

use super::interpolate::Scope;
use crate::diagnostic::{Diagnostic, Sink};
use crate::host::{ArtifactSettings, Settings};
use crate::jobspec::{self, Map, Opt, Spanned, Str, Task};
use crate::plan::{Artifact, ArtifactLimits, ArtifactMode, Template};

/// The artifacts of a task, in file order.
pub(super) fn artifacts(task: &Task, address: &str, settings: &Settings, scope: &Scope<'_>) -> Vec<Artifact> {
    let fill = |text: Option<&Spanned<Str>>| text.map(|text| scope.interpolate(text)).unwrap_or_default();
    let all = |written: Option<&Spanned<Map<Str>>>| -> BTreeMap<String, String> {
        let entries = written.into_iter().flat_map(|map| map.iter());
        entries.map(|(key, value)| (key.to_string(), scope.interpolate(value))).collect()
    };
    let ArtifactSettings { http_timeout, http_max_size, git_timeout, unpacked_size, unpacked_files } =
        settings.artifact;
    let limits = ArtifactLimits { http_timeout, http_max_size, git_timeout, unpacked_size, unpacked_files };
    let resolve = |(index, written): (usize, &jobspec::Artifact)| Artifact {
        address: format!("{address}.artifact[{index}]"),
        source: fill(written.source.as_ref()),
        options: all(written.options.as_ref()),
        headers: all(written.headers.as_ref()),
        mode: match written.mode.as_ref().map(|mode| &*mode.value) {
            Some("file") => ArtifactMode::File,
            Some("dir") => ArtifactMode::Dir,
            _ => ArtifactMode::Any,
        },
        insecure: is_true(written.insecure),
        destination: written
            .destination
            .as_ref()
            .filter(|path| !path.is_empty())
            .map_or_else(|| "local/".to_owned(), |path| scope.interpolate(path)),
        limits,
    };
    task.artifacts.iter().enumerate().map(resolve).collect()
}

/// The templates of a task, in file order.
pub(super) fn templates(task: &Task, address: &str, scope: &Scope<'_>, sink: &mut Sink) -> Vec<Template> {
    let mut templates = Vec::with_capacity(task.templates.len());
    for (index, written) in task.templates.iter().enumerate() {
        say_unused(written, sink);
        let text = |text: Option<&Spanned<Str>>| text.map(|text| text.to_string()).unwrap_or_default();
        let path = |text: Option<&Spanned<Str>>| text.map(|text| scope.interpolate(text)).unwrap_or_default();
        let delimiter = |written: Option<&Spanned<Str>>, default: &str| {
            written.filter(|text| !text.is_empty()).map_or_else(|| default.to_owned(), |text| text.to_string())
        };
        let mode = written.perms.as_ref().and_then(|perms| u32::from_str_radix(perms, 8).ok()).unwrap_or(0o644);
        // Negative numbers mean "none" in Nomad.
        let id = |number: Opt<i64>| number.and_then(|number| u32::try_from(number.value).ok());
        templates.push(Template {
            address: format!("{address}.template[{index}]"),
            source: path(written.source.as_ref()),
            data: text(written.data.as_ref()),
            destination: path(written.destination.as_ref()),
            perms: format!("{mode:04o}"),
            uid: id(written.uid),
            gid: id(written.gid),
            left_delimiter: delimiter(written.left_delimiter.as_ref(), "{{"),
            right_delimiter: delimiter(written.right_delimiter.as_ref(), "}}"),
            env: is_true(written.env),
            error_on_missing_key: is_true(written.error_on_missing_key),
        });
    }
    templates
}

/// What is told a running task on a cluster is not told it here: nothing makes its templates change.
fn say_unused(written: &jobspec::Template, sink: &mut Sink) {
    if let Some(script) = &written.change_script
        && is_true(script.run_on_first_render)
    {
        sink.push(
            Diagnostic::warning("template::script_not_run", "no script is run when a template is rendered")
                .label(script.at, "not run")
                .help("run it at the beginning of the task's own command"),
        );
    }
    let Some(mode) = written.change_mode.as_ref().filter(|mode| !matches!(&*mode.value, "noop" | "")) else { return };
    sink.push(
        Diagnostic::note("template::rendered_at_start", "templates are rendered before each start of their task")
            .label(mode.span, "kept for a cluster: nothing is told between")
            .help("`jobctl restart` renders anew"),
    );
}

fn is_true(value: Opt<bool>) -> bool {
    value.is_some_and(|value| value.value)
}

//! What a job says that a bundle has no word for, as notes: what is lost, and what to do about it.
//!
//! One note a subject, on the first place that has it.

use crate::diagnostic::Diagnostic;
use crate::jobspec::{self, Duration};
use crate::plan::{Group, LifecycleHook, Task, place};

const CODE: &str = "oci::not_in_bundle";

/// A subject: which tasks have it, where it stands, what is lost, and what to do.
struct Subject {
    applies: fn(&Group, &Task) -> bool,
    /// What follows the task's address.
    place: &'static str,
    message: &'static str,
    help: &'static str,
}

const SUBJECTS: [Subject; 9] = [
    Subject {
        applies: |_, task| !task.artifacts.is_empty(),
        place: ".artifact[0]",
        message: "artifacts are not in a bundle: nothing is fetched",
        help: "put their files beneath `root` in the task's bundle: `root/local` is its /local",
    },
    Subject {
        applies: |_, task| !task.templates.is_empty(),
        place: ".template[0]",
        message: "templates are not in a bundle: no file is rendered, and no variable set by one",
        help: "put their results beneath `root` in the task's bundle, and variables into `env` of its config.json",
    },
    Subject {
        applies: |_, task| task.payload.is_some(),
        place: ".dispatch_payload",
        message: "a payload is not in a bundle",
        help: "put it beneath `root/local` in the task's bundle",
    },
    Subject {
        applies: |group, _| !group.ports.is_empty(),
        place: "",
        message: "ports are not in a bundle: the environment has numbers that are free now, and nobody keeps them so",
        help: "export anew when they are taken, or give them numbers with `static`",
    },
    Subject {
        applies: |_, task| task.leader || task.lifecycle.hook != LifecycleHook::Main || task.lifecycle.sidecar,
        place: ".lifecycle",
        message: "the order of tasks is not in a bundle: hooks, sidecars and leaders are bundles like all others",
        help: "start and stop them in the order the job means",
    },
    Subject {
        applies: |_, task| task.restart.attempts > 0,
        place: ".restart",
        message: "the restart policy is not in a bundle: a runtime starts a task once",
        help: "let whatever starts the runtime start it again",
    },
    Subject {
        applies: |group, task| {
            [group.max_run_duration, group.shutdown_delay, task.shutdown_delay]
                .iter()
                .any(|time| *time != Duration::ZERO)
        },
        place: "",
        message: "times are not in a bundle: max_run_duration and shutdown_delay have no effect",
        help: "let whatever starts the runtime keep them",
    },
    Subject {
        applies: |_, _| true,
        place: ".kill_timeout",
        message: "how a task is stopped is not in a bundle: a runtime sends the signal it is told, and waits for nothing",
        help: "send the job's kill_signal (SIGINT where it names none): runc kill ID SIGINT; then SIGKILL when kill_timeout is over",
    },
    Subject {
        applies: |_, task| !task.logs.disabled,
        place: ".logs",
        message: "logs are not in a bundle: output goes to the runtime's own, is not rotated, and /alloc/logs is empty",
        help: "redirect the runtime's stdout and stderr",
    },
];

/// The notes on what is lost of these tasks. `job` is what they were planned from.
pub fn left_out(job: &jobspec::Job, groups: &[Group]) -> Vec<Diagnostic> {
    let note = |subject: &Subject| {
        let tasks = groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (group, task)));
        let mut having = tasks.filter(|(group, task)| (subject.applies)(group, task)).map(|(_, task)| task);
        let first = having.next()?;
        let others = having.count();
        let mut note = Diagnostic::note(CODE, subject.message).help(subject.help);
        if let Some(span) = place(job, &format!("{}{}", first.address, subject.place)) {
            let more = if others > 0 { format!(", and {others} more") } else { String::new() };
            note = note.label(span, format!("task {:?}{more}", first.name));
        }
        Some(note)
    };
    SUBJECTS.iter().filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::compile;
    use crate::diagnostic::{Sink, Sources};
    use crate::eval::{Inputs, NoFiles};
    use crate::parser::Syntax;
    use crate::plan::{LifecycleHook, samples};

    #[test]
    fn each_subject_is_named_once_and_only_where_it_is_there() {
        let mut sources = Sources::new();
        let text = "job \"web\" {\n  group \"api\" {\n    task \"server\" {\n      driver = \"exec\"\n      artifact {\n        source = \"x\"\n      }\n    }\n  }\n}\n";
        let file = sources.add("web.hcl", text);
        let inputs = Inputs::new(&NoFiles, Path::new("/"));
        let job = compile::read(&sources, file, Syntax::Hcl, &inputs, &mut Sink::new()).unwrap();
        let mut group = samples::group("api", &["server", "helper"]);
        group.tasks[1].lifecycle.hook = LifecycleHook::Poststop;
        let notes = left_out(&job, std::slice::from_ref(&group));
        assert_eq!(notes.len(), SUBJECTS.len());
        assert_eq!(sources.slice(notes[0].labels[0].span), "artifact");
        assert_eq!(notes[0].labels[0].message, "task \"server\", and 1 more");
        for task in &mut group.tasks {
            task.artifacts.clear();
            task.templates.clear();
            task.payload = None;
            task.restart.attempts = 0;
            task.logs.disabled = true;
            task.lifecycle.hook = LifecycleHook::Main;
        }
        group.ports.clear();
        (group.max_run_duration, group.shutdown_delay) = (Duration::ZERO, Duration::ZERO);
        let notes = left_out(&job, &[group]);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].message.starts_with("how a task is stopped"));
    }
}

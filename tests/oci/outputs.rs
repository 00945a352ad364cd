//! The examples, unchanged, here and under other runtimes: the same output and the same exit codes; and docs/oci.md shows them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Child;

use serde_json::Value;

use crate::bench::{Bench, Bundle, Example, Runtime, skip, tasks, text, without_identifier};

/// What is compared of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ended {
    stdout: String,
    stderr: String,
    /// `None` where it was stopped: what has no init takes no notice of a signal that it has no handler for.
    exit: Option<i32>,
}

type Outputs = BTreeMap<String, Ended>;

/// Lines that cannot be the same: file, ours, theirs. The task is process 1 of a runtime's namespace, and the child of our init in ours.
const NO_INIT: [(&str, &str, &str); 1] = [("hello", "  processes   2 in sight", "  processes   1 in sight")];

#[test]
fn the_examples_print_the_same_under_every_runtime() {
    if skip() {
        return;
    }
    let runtimes = Runtime::all();
    let compared = |example: &Example| -> Option<String> {
        let uses = |key: &str| example.tasks().any(|(_, task)| !task[key].is_null());
        if uses("Templates") {
            return Some("its templates are not in a bundle".to_owned());
        }
        let mounts = example.tasks().flat_map(|(_, task)| task["VolumeMounts"].as_array().into_iter().flatten());
        let bidirectional = mounts.into_iter().any(|mount| mount["PropagationMode"] == "bidirectional");
        bidirectional.then(|| "its tasks see what each other mounts, whoever comes first".to_owned())
    };
    let mut examples = Example::all();
    examples.retain(|example| match compared(example) {
        Some(why) => {
            println!("output not compared: {}: {why}", example.name);
            false
        }
        None => true,
    });
    for runtime in &runtimes {
        let (mut equal, mut count, mut pairs) = (0, 0, Vec::new());
        for example in &examples {
            let (ours, theirs) = (here(example), there(example, runtime));
            let named = NO_INIT.iter().filter(|(file, ..)| *file == example.name);
            let mut expected = ours.clone();
            for (_, line, other) in named {
                for ended in expected.values_mut() {
                    assert!(ended.stdout.contains(line), "{line:?} is in no output of {}: {ended:?}", example.name);
                    ended.stdout = ended.stdout.replace(line, other);
                }
            }
            assert_eq!(expected, theirs, "{} under {}", example.name, runtime.name);
            assert!(expected.values().any(|ended| !ended.stdout.is_empty()), "{} says something", example.name);
            count += ours.len();
            equal += ours.iter().filter(|(task, ended)| theirs[*task] == **ended).count();
            pairs.push((example, ours, theirs));
        }
        println!(
            "{}: {} files, {count} tasks: {equal} equal, {} but for a named line",
            runtime.name,
            examples.len(),
            count - equal
        );
        if runtime.name == "runc" {
            assert_documented(&pairs);
        }
    }
}

/// Run by jobctl.
fn here(example: &Example) -> Outputs {
    let bench = Bench::new();
    let done = bench.with_job(&["run", "-q"], &example.path()).output().unwrap();
    assert!(done.status.success(), "{}: {}", example.name, text(&done.stderr));
    let sidecars = sidecars(example);
    let ended = bench.status(example.job["ID"].as_str().unwrap()).into_iter().map(|task| {
        let logs = bench.path("state/allocs").join(&task.allocation).join("logs");
        let name = task.status["name"].as_str().unwrap();
        let read = |stream: &str| {
            let output = fs::read(logs.join(format!("{name}.{stream}.0"))).unwrap();
            without_identifier(&text(&output), &task.allocation)
        };
        let exit = task.status["exit_code"].as_i64().map(|code| i32::try_from(code).unwrap());
        let exit = exit.filter(|_| !sidecars.contains(&task.address));
        (task.address.clone(), Ended { stdout: read("stdout"), stderr: read("stderr"), exit })
    });
    ended.collect()
}

fn sidecars(example: &Example) -> Vec<String> {
    let tasks = example.tasks().filter(|(_, task)| task["Lifecycle"]["Sidecar"] == true);
    tasks.map(|(address, _)| address).collect()
}

/// Exported, and the bundles run in the order that the job means.
fn there(example: &Example, runtime: &Runtime) -> Outputs {
    let bench = Bench::new();
    let (bundles, _) = bench.export(&example.path(), "out");
    let find = |group: &Value, task: &Value| {
        let address = format!("{}/{}", group["Name"].as_str().unwrap(), task["Name"].as_str().unwrap());
        bundles.iter().find(|bundle| bundle.address == address).unwrap()
    };
    let mut outputs = Outputs::new();
    for group in example.groups() {
        let part = |hook: &str, sidecar: bool| -> Vec<&Bundle> {
            let wanted = tasks(group).filter(|task| {
                task["Lifecycle"]["Hook"].as_str().unwrap_or("main") == hook
                    && (task["Lifecycle"]["Sidecar"] == true) == sidecar
            });
            wanted.map(|task| find(group, task)).collect()
        };
        let start = |bundle| (bundle, runtime.start(&bench, bundle));
        let mut end = |(bundle, child): (&Bundle, Child), stopped: bool| {
            let output = child.wait_with_output().unwrap();
            let said = |bytes: &[u8]| without_identifier(&text(bytes), &bundle.allocation);
            let exit = output.status.code().filter(|_| !stopped);
            let ended = Ended { stdout: said(&output.stdout), stderr: said(&output.stderr), exit };
            outputs.insert(bundle.address.clone(), ended);
        };
        part("prestart", false).into_iter().map(start).for_each(|one| end(one, false));
        let beside: Vec<_> = part("prestart", true).into_iter().map(start).collect();
        let main: Vec<_> = part("main", false).into_iter().map(start).collect();
        part("poststart", false).into_iter().map(start).for_each(|one| end(one, false));
        for one in main {
            end(one, false);
        }
        for one in beside {
            runtime.kill(&bench, one.0);
            end(one, true);
        }
        part("poststop", false).into_iter().map(start).for_each(|one| end(one, false));
    }
    outputs
}

/// The outputs that docs/oci.md shows are these.
fn assert_documented(pairs: &[(&Example, Outputs, Outputs)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/oci.md");
    let document = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- outputs -->\n", "<!-- end -->");
    let (before, rest) = document.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let mut shown = String::new();
    for name in ["hello", "capabilities", "limits"] {
        let (example, ours, theirs) = pairs.iter().find(|(example, ..)| example.name == name).unwrap();
        let sides = [ours, theirs].map(|outputs| side(example, outputs));
        let width = sides[0].iter().map(|line| line.chars().count()).max().unwrap_or(0);
        let width = width.max(45);
        write!(shown, "\n`jobs/{name}.hcl`\n\n```text\n{:width$} │ under runc\n", "under jobctl").unwrap();
        for (ours, theirs) in sides[0].iter().zip(&sides[1]) {
            writeln!(shown, "{}", format!("{ours:width$} │ {theirs}").trim_end()).unwrap();
        }
        shown.push_str("```\n");
    }
    let current = format!("{before}{begin}{shown}\n{end}{after}");
    if std::env::var_os("JOBCTL_BLESS").is_some() {
        fs::write(&path, current).unwrap();
    } else {
        assert_eq!(document, current, "JOBCTL_BLESS=1 writes it anew");
    }
}

/// Output by task, each with its exit code.
fn side(example: &Example, outputs: &Outputs) -> Vec<String> {
    let mut lines = Vec::new();
    for (address, _) in example.tasks() {
        let ended = &outputs[&address];
        lines.extend(ended.stdout.lines().map(|line| line.replace('\t', " ")));
        lines.push(format!("[{address}: exit code {}]", ended.exit.unwrap()));
    }
    lines
}

//! A job's text and a host's text → the plan, or what was found, as text.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use jobctl::compile;
use jobctl::diagnostic::{Diagnostic, FileId, Sink, Sources};
use jobctl::eval::{DiskFiles, Inputs};
use jobctl::host::{Caller, Configuration, Host};
use jobctl::parser::Syntax;
use jobctl::plan::{self, LifecycleHook, Namespaces, Plan};
use jobctl::validator::CheckContext;
use serde_json::Value;

/// A plan, and what was found on the way to it.
pub struct Outcome {
    pub plan: Option<Plan>,
    pub findings: Vec<Diagnostic>,
    pub sources: Sources,
}

/// The plan of a job on a host, as its own user, who is in the group `ops` there.
pub fn plan(job_name: &str, job: &str, host: &str) -> Outcome {
    plan_as(job_name, job, host, None)
}

/// The plan of a job on a host, on behalf of a user.
pub fn plan_as(job_name: &str, job: &str, host: &str, caller: Option<&str>) -> Outcome {
    let mut sources = Sources::new();
    let mut sink = Sink::new();
    let file = sources.add(job_name, job);
    let host_file = sources.add("host.hcl", host);
    let plan = resolve(&sources, file, host_file, caller, &mut sink);
    Outcome { plan, findings: sink.into_sorted(), sources }
}

fn resolve(sources: &Sources, file: FileId, host: FileId, caller: Option<&str>, sink: &mut Sink) -> Option<Plan> {
    let configuration = Configuration::read(sources, host, sink);
    let text = sources.file(file);
    let syntax = Syntax::of(text.name(), text.text());
    let inputs = Inputs::new(&DiskFiles, Path::new("."));
    let job = compile::job(sources, file, syntax, &inputs, &CheckContext { host_known: true }, sink)?;
    if sink.has_errors() {
        return None;
    }
    let facts = configuration.fixture.clone().unwrap_or_default();
    let caller = Caller::described(caller.unwrap_or(&facts.process.name), &facts);
    let foreseen = plan::foresee(&job, &configuration.settings, facts.kernel.root);
    let plan = plan::resolve(&job, &Host { configuration, facts }, &caller, sink)?;
    assert_eq!(
        foreseen.map(|first| (first.task, first.namespaces)),
        first_isolated(&plan),
        "what is foreseen comes true"
    );
    Some(plan)
}

/// The task that starts first, if it is isolated.
fn first_isolated(plan: &Plan) -> Option<(String, Namespaces)> {
    let tasks = &plan.groups.iter().find(|group| group.count > 0)?.tasks;
    let of = |hook| tasks.iter().find(move |task| task.lifecycle.hook == hook);
    let first = of(LifecycleHook::Prestart).or_else(|| of(LifecycleHook::Main))?;
    Some((first.name.clone(), first.isolation.as_ref()?.namespaces.clone()))
}

impl Outcome {
    /// The plan, which must be there.
    pub fn expect_plan(&self) -> &Plan {
        self.plan.as_ref().unwrap_or_else(|| panic!("no plan:\n{}", self.findings_text()))
    }

    /// The findings about one matter: those whose code begins so.
    pub fn about(mut self, beginning: &str) -> Self {
        self.findings.retain(|finding| finding.code.starts_with(beginning));
        self
    }

    /// The findings, one a line with its labels beneath: `error code: message`, `  file:line text: label`.
    pub fn findings_text(&self) -> String {
        let mut text = String::new();
        for finding in &self.findings {
            let severity = format!("{:?}", finding.severity).to_lowercase();
            let _ = writeln!(text, "{severity} {}: {}", finding.code, finding.message);
            for label in &finding.labels {
                let file = self.sources.file(label.span.file);
                let line = file.position(label.span.start).line;
                let place = self.sources.slice(label.span);
                let _ = writeln!(text, "  {}:{line} `{place}`: {}", file.name(), label.message);
            }
            if let Some(help) = &finding.help {
                let _ = writeln!(text, "  help: {help}");
            }
        }
        text
    }
}

/// A document indented, what fits in a line in one line.
pub fn compact(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, 0, &mut out);
    out.push('\n');
    out
}

fn write_value(value: &Value, depth: usize, out: &mut String) {
    let line = value.to_string();
    let fits = line.len() + 2 * depth <= 200;
    let indent = "  ".repeat(depth + 1);
    match value {
        Value::Object(map) if !fits => {
            out.push_str("{\n");
            for (place, (key, value)) in map.iter().enumerate() {
                let _ = write!(out, "{indent}{}: ", Value::from(key.as_str()));
                write_value(value, depth + 1, out);
                out.push_str(if place + 1 < map.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}}}", "  ".repeat(depth));
        }
        Value::Array(items) if !fits => {
            out.push_str("[\n");
            for (place, value) in items.iter().enumerate() {
                out.push_str(&indent);
                write_value(value, depth + 1, out);
                out.push_str(if place + 1 < items.len() { ",\n" } else { "\n" });
            }
            let _ = write!(out, "{}]", "  ".repeat(depth));
        }
        _ => out.push_str(&line),
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The example jobs by name, those of one extension.
pub fn examples(extension: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("jobs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "host")
        .collect();
    names.sort();
    names
}

/// The configuration the examples assume, on a described machine.
pub fn host(machine: &str) -> String {
    format!("{}\n{}", read("jobs/host.hcl"), read(&format!("tests/hosts/{machine}.hcl")))
}

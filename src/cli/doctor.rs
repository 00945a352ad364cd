//! `jobctl doctor`: what this host offers and lacks, and the way out.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use serde::Serialize;

use super::paint::{Color, Paint};
use super::{Exit, Output, host_file};
use crate::diagnostic::{Sink, Sources};
use crate::host::{self, Facts, Host, Matter, Needs, Standing};
use crate::linux::accounts::Accounts;
use crate::plan;

/// Arguments of `jobctl doctor`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The host configuration [default: /etc/jobctl/host.hcl; for ordinary users $XDG_CONFIG_HOME/jobctl/host.hcl]
    #[arg(long, value_name = "FILE", env = "JOBCTL_HOST")]
    host: Option<PathBuf>,
    /// Print facts, attributes and findings as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    /// What was found; as the `facts` of a host's configuration it describes this machine elsewhere.
    facts: &'a Facts,
    /// What constraints and `${…}` can refer to.
    attributes: BTreeMap<String, String>,
    /// Findings.
    checks: &'a [Matter],
}

/// Looks at the host; a failure where isolated tasks cannot run.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let read = host_file::read(arguments.host.as_deref(), &mut sources, &mut sink);
    let configuration = match read {
        Ok(configuration) => configuration,
        Err(error) => {
            output.error(&error);
            return Exit::Failure;
        }
    };
    let failed = sink.has_errors();
    output.findings(&sink.into_sorted(), &sources);
    let settings = &configuration.settings;
    let volumes = settings.host_volumes.values().map(|volume| volume.path.clone());
    let needs = Needs {
        users: ["nobody".to_owned()].into(),
        paths: settings.chroot_env.values().cloned().chain(volumes).chain(["/".to_owned()]).collect(),
        ..Needs::default()
    };
    let facts = configuration.fixture.clone().unwrap_or_else(|| host::probe(&needs, &Accounts::read()));
    let host = Host { configuration, facts };
    let matters = host::checkup(&host);
    let attributes = plan::host_attributes(&host);
    let printed = if arguments.json {
        output.finish_json(&Report { facts: &host.facts, attributes, checks: &matters })
    } else {
        let paint = Paint { enabled: output.color_stdout() };
        output.finish_data(&render(&matters, &attributes, paint))
    };
    let missing = matters.iter().any(|matter| matter.standing == Standing::Missing);
    if failed || missing { Exit::Failure } else { printed }
}

/// A line a finding, and beneath it what follows and what to do.
fn render(matters: &[Matter], attributes: &BTreeMap<String, String>, paint: Paint) -> String {
    let mut out = String::new();
    let width = matters.iter().map(|matter| matter.name.chars().count()).max().unwrap_or(0);
    for matter in matters {
        let (word, color) = match matter.standing {
            Standing::Good => ("ok  ", Color::Green),
            Standing::Limited => ("lack", Color::Yellow),
            Standing::Missing => ("FAIL", Color::Red),
        };
        let _ = writeln!(out, "{}  {:<width$}  {}", paint.text(color, word), matter.name, matter.found);
        for (sign, text) in [("so: ", &matter.consequence), ("try:", &matter.remedy)] {
            if !text.is_empty() {
                let _ = writeln!(out, "      {:<width$}  {}", "", paint.text(Color::Dim, &format!("{sign} {text}")));
            }
        }
    }
    let _ = writeln!(out, "\n{}", paint.text(Color::Bold, "Attributes for constraints and ${…}"));
    let width = attributes.keys().map(String::len).max().unwrap_or(0);
    for (name, value) in attributes {
        let _ = writeln!(out, "  {name:<width$}  {value}");
    }
    out
}

//! Templates of real job files: those that need no Consul, Vault or Nomad service render.
//!
//! The job files lie beside the checkout (`../shared/conformance/jobs`), or where `JOBCTL_CONFORMANCE` says. Each template is rendered with the
//! variables that its task would have; a file that it reads has text in it. `cargo test --test templates -- --nocapture` shows the figures.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use jobctl::template::{self, ErrorKind, Options, World, parse_env};
use serde_json::Value;

fn jobs() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    let conformance = std::env::var_os("JOBCTL_CONFORMANCE").map_or_else(beside, PathBuf::from);
    let jobs = conformance.join("jobs");
    jobs.is_dir().then_some(jobs)
}

/// What a template sees when its task runs.
struct Started {
    env: BTreeMap<String, String>,
}

impl World for Started {
    fn variable(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str)
    }

    fn file(&self, _path: &str) -> io::Result<Vec<u8>> {
        Ok(b"text of a file\n".to_vec())
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
}

impl Started {
    /// The task's own variables, what every task has, and of each port of its group a number and an address.
    fn of(job: &Value, group: &Value, task: &Value) -> Self {
        let mut env = BTreeMap::new();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for (name, value) in [
            ("NOMAD_ALLOC_ID", "6f1c0c1e-0d5b-4f0a-9a53-2f6d4f1f8e11".to_owned()),
            ("NOMAD_SHORT_ALLOC_ID", "6f1c0c1e".to_owned()),
            ("NOMAD_ALLOC_INDEX", "0".to_owned()),
            ("NOMAD_ALLOC_NAME", format!("{}.{}[0]", text(&job["ID"]), text(&group["Name"]))),
            ("NOMAD_TASK_NAME", text(&task["Name"])),
            ("NOMAD_GROUP_NAME", text(&group["Name"])),
            ("NOMAD_JOB_ID", text(&job["ID"])),
            ("NOMAD_JOB_NAME", text(&job["Name"])),
            ("NOMAD_NAMESPACE", "default".to_owned()),
            ("NOMAD_REGION", "global".to_owned()),
            ("NOMAD_DC", "dc1".to_owned()),
            ("NOMAD_ALLOC_DIR", "/alloc".to_owned()),
            ("NOMAD_TASK_DIR", "/local".to_owned()),
            ("NOMAD_SECRETS_DIR", "/secrets".to_owned()),
            ("NOMAD_CPU_LIMIT", "100".to_owned()),
            ("NOMAD_MEMORY_LIMIT", "300".to_owned()),
        ] {
            env.insert(name.to_owned(), value);
        }
        let networks = [&group["Networks"], &task["Resources"]["Networks"]];
        for network in networks.into_iter().filter_map(Value::as_array).flatten() {
            for kind in ["ReservedPorts", "DynamicPorts"] {
                for port in network[kind].as_array().into_iter().flatten() {
                    let label = text(&port["Label"]);
                    let number = port["Value"].as_u64().filter(|number| *number > 0).unwrap_or(20_000).to_string();
                    for kind in ["NOMAD_PORT_", "NOMAD_HOST_PORT_", "NOMAD_ALLOC_PORT_"] {
                        env.insert(format!("{kind}{label}"), number.clone());
                    }
                    for kind in ["NOMAD_ADDR_", "NOMAD_HOST_ADDR_"] {
                        env.insert(format!("{kind}{label}"), format!("192.0.2.1:{number}"));
                    }
                    for kind in ["NOMAD_IP_", "NOMAD_HOST_IP_"] {
                        env.insert(format!("{kind}{label}"), "192.0.2.1".to_owned());
                    }
                }
            }
        }
        for of in [&job["Meta"], &group["Meta"], &task["Meta"]] {
            for (name, value) in of.as_object().into_iter().flatten() {
                env.insert(format!("NOMAD_META_{name}"), text(value));
            }
        }
        for (name, value) in task["Env"].as_object().into_iter().flatten() {
            env.insert(name.clone(), text(value));
        }
        Self { env }
    }
}

/// Not made, as docs/templates.md says: it looks at the network interfaces of the host.
const LACKING: &str = "`sockaddr` is not available here";

/// What became of the templates.
#[derive(Debug, Default)]
struct Count {
    files: usize,
    rendered: usize,
    /// Whose text an artifact brings.
    fetched: usize,
    needing_a_cluster: usize,
    failed: Vec<String>,
}

impl Count {
    fn render(&mut self, file: &str, template: &Value, world: &Started) {
        let data = template["EmbeddedTmpl"].as_str().unwrap_or_default();
        if data.is_empty() && template["SourcePath"].as_str().is_some_and(|path| !path.is_empty()) {
            self.fetched += 1;
            return;
        }
        let delimiter = |name: &str| template[name].as_str().unwrap_or_default().to_owned();
        let options = Options {
            left_delimiter: delimiter("LeftDelim"),
            right_delimiter: delimiter("RightDelim"),
            error_on_missing_key: template["ErrMissingKey"] == true,
        };
        if template::check(data, &options).iter().any(|error| error.kind == ErrorKind::NeedsCluster) {
            self.needing_a_cluster += 1;
            return;
        }
        match template::render(data, &options, world) {
            Ok(bytes) => {
                let trouble = (template["Envvars"] == true).then(|| parse_env(&bytes).err()).flatten();
                match trouble {
                    None => self.rendered += 1,
                    Some(error) => self.failed.push(format!("{file}: line {} of the result: {error}", error.line)),
                }
            }
            Err(error) => self.failed.push(format!("{file}: line {}, column {}: {error}", error.line, error.column)),
        }
    }
}

#[test]
fn templates_of_real_jobs_render() {
    let Some(jobs) = jobs() else {
        println!("SKIP no job files beside the checkout");
        return;
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(jobs).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut count = Count::default();
    for path in &paths {
        let exported = Command::new(env!("CARGO_BIN_EXE_jobctl"))
            .args(["export", "nomad", "--canonical", path.to_str().unwrap()])
            .env_clear()
            .output()
            .unwrap();
        // Not a job for Nomad either.
        let Ok(exported) = serde_json::from_slice::<Value>(&exported.stdout) else { continue };
        let (job, name) = (&exported["Job"], path.file_name().unwrap().to_string_lossy());
        let (rendered, failed) = (count.rendered, count.failed.len());
        for group in job["TaskGroups"].as_array().into_iter().flatten() {
            for task in group["Tasks"].as_array().into_iter().flatten() {
                let world = Started::of(job, group, task);
                for template in task["Templates"].as_array().into_iter().flatten() {
                    count.render(&name, template, &world);
                }
            }
        }
        count.files += usize::from((count.rendered, count.failed.len()) != (rendered, failed));
    }
    let Count { files, rendered, fetched, needing_a_cluster, failed } = count;
    println!(
        "{rendered} of {} templates without a cluster's services render, in {files} job files; {needing_a_cluster} more need Consul, Vault or \
         Nomad, {fetched} come with an artifact",
        rendered + failed.len()
    );
    assert!(failed.iter().all(|why| why.ends_with(LACKING)), "{}", failed.join("\n"));
    assert!(rendered > 0, "there are some");
}

//! A job as Nomad's API JSON, as the reference's parser hands it to its API.
//!
//! The names come from the tables of the job specification; here stands only what the parser does beyond them:
//! groups made of lone tasks, what tasks inherit from the job, and the few defaults it fills in itself.

use serde_json::{Map, Value, json};

use crate::jobspec::{Block, Group, Job, Task};

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The job as written.
pub fn as_written(job: &Job) -> Value {
    let mut out = Object::new();
    job.write(&mut out);
    let label = || Value::from(&*job.label.value);
    out.entry("ID").or_insert_with(label);
    out.entry("Name").or_insert_with(label);
    let lone = job.tasks.iter().map(|task| json!({ "Name": &*task.name.value, "Tasks": [as_task(task, job)] }));
    let groups = job.groups.iter().map(|group| as_group(group, job));
    let groups: Vec<Value> = lone.chain(groups).collect();
    if !groups.is_empty() {
        out.insert("TaskGroups".into(), groups.into());
    }
    if let Some(periodic) = object_mut(&mut out, "Periodic") {
        periodic.insert("SpecType".into(), "cron".into());
    }
    Value::Object(out)
}

/// The job with every default filled in.
pub fn canonical(job: &Job) -> Value {
    let mut out = as_written(job);
    if let Value::Object(job) = &mut out {
        super::canonical::job(job);
    }
    out
}

fn as_group(group: &Group, job: &Job) -> Value {
    let mut out = Object::new();
    group.write(&mut out);
    if !group.tasks.is_empty() {
        out.insert("Tasks".into(), group.tasks.iter().map(|task| as_task(task, job)).collect());
    }
    if let Some(scaling) = object_mut(&mut out, "Scaling") {
        fill(scaling, "Type", "horizontal");
        fill(scaling, "Enabled", true);
    }
    Value::Object(out)
}

fn as_task(task: &Task, job: &Job) -> Value {
    let mut out = Object::new();
    task.write(&mut out);
    if task.vault.is_none()
        && let Some(vault) = &job.vault
    {
        out.insert("Vault".into(), vault.to_api());
    }
    if let Some(vault) = object_mut(&mut out, "Vault") {
        fill(vault, "Env", true);
        fill(vault, "DisableFile", false);
        fill(vault, "ChangeMode", "restart");
    }
    inherit_secrets(&mut out, task, job);
    split_identities(&mut out);
    for template in objects_mut(&mut out, "Templates") {
        fill(template, "ChangeMode", "restart");
        fill(template, "Perms", "0644");
        fill(template, "Splay", 5_000_000_000_i64);
        fill(template, "ErrMissingKey", false);
        if let Some(script) = object_mut(template, "ChangeScript") {
            fill(script, "Args", json!([]));
            fill(script, "Timeout", 5_000_000_000_i64);
            fill(script, "FailOnError", false);
        }
    }
    for scaling in objects_mut(&mut out, "ScalingPolicies") {
        fill(scaling, "Enabled", true);
    }
    Value::Object(out)
}

/// The job's secrets come first; one of the same name in the task wins.
fn inherit_secrets(out: &mut Object, task: &Task, job: &Job) {
    let own = |name: &str| task.secrets.iter().any(|secret| &*secret.name.value == name);
    let mut secrets: Vec<Value> =
        job.secrets.iter().filter(|secret| !own(&secret.name.value)).map(Block::to_api).collect();
    secrets.extend(task.secrets.iter().map(Block::to_api));
    if !secrets.is_empty() {
        out.insert("Secrets".into(), secrets.into());
    }
}

/// The identity without a name, or called "default", has a place of its own.
fn split_identities(out: &mut Object) {
    let Some(Value::Array(identities)) = out.remove("Identities") else { return };
    let is_default = |identity: &Value| matches!(identity["Name"].as_str(), None | Some("" | "default"));
    let (default, others): (Vec<Value>, Vec<Value>) = identities.into_iter().partition(is_default);
    if let Some(identity) = default.into_iter().next() {
        out.insert("Identity".into(), identity);
    }
    if !others.is_empty() {
        out.insert("Identities".into(), others.into());
    }
}

/// Sets a key that is missing.
pub(super) fn fill(object: &mut Object, name: &str, value: impl Into<Value>) {
    if !object.contains_key(name) {
        object.insert(name.to_owned(), value.into());
    }
}

/// Sets a key that is missing or an empty text.
pub(super) fn fill_text(object: &mut Object, name: &str, value: &str) {
    if text(object, name).is_empty() {
        object.insert(name.to_owned(), value.into());
    }
}

/// The text of a key; empty where there is none.
pub(super) fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The object of a key.
pub(super) fn object_mut<'a>(object: &'a mut Object, name: &str) -> Option<&'a mut Object> {
    object.get_mut(name).and_then(Value::as_object_mut)
}

/// The object of a key, made where it is missing.
pub(super) fn object_or_new<'a>(object: &'a mut Object, name: &str) -> &'a mut Object {
    let value = object.entry(name).or_insert_with(|| Value::Object(Object::new()));
    if !value.is_object() {
        *value = Value::Object(Object::new());
    }
    value.as_object_mut().expect("an object was put there")
}

/// The objects of a list.
pub(super) fn objects_mut<'a>(object: &'a mut Object, name: &str) -> impl Iterator<Item = &'a mut Object> {
    let list = object.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::{as_written, canonical};
    use crate::compile;
    use crate::diagnostic::{Sink, Sources};
    use crate::eval::{Inputs, NoFiles};
    use crate::jobspec::Job;
    use crate::parser::Syntax;

    fn read(syntax: Syntax, text: &str) -> Job {
        let mut sources = Sources::new();
        let file = sources.add("job", text);
        let mut sink = Sink::new();
        let job = compile::read(&sources, file, syntax, &Inputs::new(&NoFiles, Path::new("/")), &mut sink);
        assert!(!sink.has_errors(), "{:#?}", sink.findings());
        job.unwrap()
    }

    const HCL: &str = r#"
        variable "n" {
          default = 2
        }
        job "web" {
          datacenters = ["dc1", "dc${var.n}"]
          meta {
            owner = "ops"
          }
          vault {
            role = "web"
          }
          constraint {
            attribute = "${attr.kernel.version}"
            version   = ">= 5"
          }
          group "api" {
            count = var.n
            volume "data" {
              type   = "host"
              source = "data"
            }
            network {
              port "http" {
                static = 8080
              }
              port "admin" {
              }
            }
            task "server" {
              driver       = "exec"
              kill_timeout = "1m30s"
              config {
                command = "/bin/server"
                args    = ["-v", 1.5, true]
                ulimit {
                  nofile = "1024"
                }
              }
              env = { A = 1, B = "$${HOME}" }
              identity {
                env = true
              }
              identity {
                name = "vault_default"
              }
              template {
                data        = "x"
                destination = "local/x"
              }
              volume_mount {
                volume      = "data"
                destination = "/data"
              }
              scaling "cpu" {
                max = 500
              }
            }
          }
          task "alone" {
            driver = "raw_exec"
          }
        }
    "#;

    const TOML: &str = r#"
        [variable.n]
        default = 2

        [job.web]
        datacenters = ["dc1", "dc${var.n}"]
        meta = { owner = "ops" }
        vault = { role = "web" }

        [job.web.constraint]
        attribute = "${attr.kernel.version}"
        version = ">= 5"

        [job.web.group.api]
        count = "${var.n}"

        [job.web.group.api.volume.data]
        type = "host"
        source = "data"

        [job.web.group.api.network.port]
        http = { static = 8080 }
        admin = {}

        [job.web.group.api.task.server]
        driver = "exec"
        kill_timeout = "1m30s"
        config = { command = "/bin/server", args = ["-v", 1.5, true], ulimit = [{ nofile = "1024" }] }
        env = { A = 1, B = "$${HOME}" }
        template = { data = "x", destination = "local/x" }
        identity = [{ env = true }, { name = "vault_default" }]
        volume_mount = { volume = "data", destination = "/data" }
        scaling = { cpu = { max = 500 } }

        [job.web.task.alone]
        driver = "raw_exec"
    "#;

    #[test]
    fn a_job_and_its_toml_twin_are_the_same() {
        assert_eq!(as_written(&read(Syntax::Hcl, HCL)), as_written(&read(Syntax::Toml, TOML)));
    }

    #[test]
    fn what_the_parser_of_the_reference_fills_in_itself() {
        let job = as_written(&read(Syntax::Hcl, HCL));
        assert_eq!(job["ID"], "web");
        assert_eq!(job["Name"], "web");
        assert_eq!(
            job["Constraints"],
            json!([{ "LTarget": "${attr.kernel.version}", "RTarget": ">= 5", "Operand": "version" }])
        );
        // The lone task comes first, in a group of its own name.
        assert_eq!(job["TaskGroups"][0]["Name"], "alone");
        let group = &job["TaskGroups"][1];
        assert_eq!(group["Volumes"]["data"]["Name"], "data");
        assert_eq!(group["Networks"][0]["ReservedPorts"], json!([{ "Label": "http", "Value": 8080 }]));
        assert_eq!(group["Networks"][0]["DynamicPorts"], json!([{ "Label": "admin" }]));
        let task = &group["Tasks"][0];
        assert_eq!(task["KillTimeout"], 90_000_000_000_i64);
        assert_eq!(task["Config"]["args"], json!(["-v", 1.5, true]));
        assert_eq!(task["Config"]["ulimit"], json!([{ "nofile": "1024" }]));
        assert_eq!(task["Env"], json!({ "A": "1", "B": "${HOME}" }));
        assert_eq!(task["Identity"], json!({ "Env": true }));
        assert_eq!(task["Identities"], json!([{ "Name": "vault_default" }]));
        assert_eq!(task["Vault"], json!({ "Role": "web", "Env": true, "DisableFile": false, "ChangeMode": "restart" }));
        assert_eq!(task["Templates"][0]["Perms"], "0644");
        assert_eq!(task["ScalingPolicies"], json!([{ "Max": 500, "Type": "vertical_cpu", "Enabled": true }]));
    }

    #[test]
    fn an_export_reads_back_as_the_same_job() {
        for export in [as_written, canonical] {
            let once = export(&read(Syntax::Hcl, HCL));
            let text = json!({ "Job": once }).to_string();
            assert_eq!(sorted(&export(&read(Syntax::Json, &text))), sorted(&once));
        }
    }

    /// Without keys that hold nothing, which the API form does not tell from keys that are not there.
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(entries) => {
                let mut kept: Vec<(String, Value)> =
                    entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
                kept.retain(|(_, value)| !matches!(value, Value::Null) && *value != "" && *value != json!([]));
                kept.sort_by(|(a, _), (b, _)| a.cmp(b));
                Value::Object(kept.into_iter().collect())
            }
            Value::Array(elements) => elements.iter().map(sorted).collect(),
            other => other.clone(),
        }
    }
}

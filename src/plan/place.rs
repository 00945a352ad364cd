//! From a plan's address back to the text it comes from.
//!
//! Only who still has the file can show it there: the plan itself knows no text.

use crate::diagnostic::Span;
use crate::jobspec::{Group, Job, Task};

/// What an address names, as far as the job file has it: `job.web.group.api.task.server.volume_mount[0]`. What the author left to a
/// default is found at the block it would stand in; an address of another job nowhere.
pub fn place(job: &Job, address: &str) -> Option<Span> {
    let id = job.id.as_ref().unwrap_or(&job.label);
    let rest = below(address, &format!("job.{}", &*id.value))?;
    let under = |group: &Group| format!(".group.{}", &*group.name.value);
    let tasks = job.groups.iter().flat_map(|group| group.tasks.iter().map(move |task| (group, task)));
    let inside = tasks.filter_map(|(group, task)| {
        let rest = below(rest, &format!("{}.task.{}", under(group), &*task.name.value))?;
        Some(in_task(task, rest.trim_start_matches('.')).unwrap_or(task.at)).map(|span| (rest.len(), span))
    });
    // Names may have dots: where two tasks fit, the longer name is meant.
    let task = inside.min_by_key(|(rest, _)| *rest).map(|(_, span)| span);
    let group = || job.groups.iter().find(|group| below(rest, &under(group)).is_some()).map(|group| group.at);
    task.or_else(group).or(Some(job.at))
}

fn in_task(task: &Task, rest: &str) -> Option<Span> {
    let indexed = |name: &str| rest.strip_prefix(name)?.strip_prefix('[')?.split_once(']')?.0.parse::<usize>().ok();
    if let Some(index) = indexed("volume_mount") {
        return task.volume_mounts.get(index).map(|mount| mount.at);
    }
    if let Some(index) = indexed("template") {
        return task.templates.get(index).map(|template| template.at);
    }
    if let Some(index) = indexed("artifact") {
        return task.artifacts.get(index).map(|artifact| artifact.at);
    }
    match rest {
        "lifecycle" => task.lifecycle.as_ref().map(|lifecycle| lifecycle.at),
        "restart" => task.restart.as_ref().map(|restart| restart.at),
        "logs" => task.logs.as_ref().map(|logs| logs.at),
        "kill_timeout" => task.kill_timeout.as_ref().map(|time| time.span),
        "dispatch_payload" => task.dispatch_payload.as_ref().map(|payload| payload.at),
        "resources" => task.resources.as_ref().map(|resources| resources.at),
        "user" => task.user.as_ref().map(|user| user.span),
        key => task.config.as_ref().and_then(|config| config.value.get(key)).map(|value| value.span),
    }
}

/// What follows a name in an address; `None` where it is another name.
fn below<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    address.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::place;
    use crate::compile;
    use crate::diagnostic::{Sink, Sources};
    use crate::eval::{Inputs, NoFiles};
    use crate::parser::Syntax;

    const JOB: &str = r#"
job "web.x" {
  group "api" {
    task "server" {
      driver = "exec"
      user   = "www"
      config {
        command = "/bin/server"
      }
      volume_mount {
        volume = "a"
      }
      volume_mount {
        volume = "b"
      }
    }
  }
  group "api.task.server" {
    task "t" {
      driver = "exec"
    }
  }
}
"#;

    #[test]
    fn addresses_lead_to_the_text() {
        let mut sources = Sources::new();
        let file = sources.add("a.hcl", JOB);
        let mut sink = Sink::new();
        let inputs = Inputs::new(&NoFiles, Path::new("/"));
        let job = compile::read(&sources, file, Syntax::Hcl, &inputs, &mut sink).unwrap();
        let at = |address: &str| {
            place(&job, address)
                .map(|span| (sources.file(file).position(span.start).line, sources.slice(span).to_owned()))
        };
        let some = |line: u32, text: &str| Some((line, text.to_owned()));
        let task = "job.web.x.group.api.task.server";
        assert_eq!(at(&format!("{task}.command")), some(8, "\"/bin/server\""));
        assert_eq!(at(&format!("{task}.user")), some(6, "\"www\""));
        assert_eq!(at(&format!("{task}.volume_mount[1]")), some(13, "volume_mount"));
        assert_eq!(at(&format!("{task}.volume_mount[2]")), some(4, "task \"server\""));
        assert_eq!(at(&format!("{task}.hostname")), some(4, "task \"server\""));
        assert_eq!(at("job.web.x.group.api"), some(3, "group \"api\""));
        assert_eq!(at("job.web.x.group.api.task.server.task.t"), some(19, "task \"t\""));
        assert_eq!(at("job.web.x"), some(2, "job \"web.x\""));
        assert_eq!(at("job.web"), None);
    }
}

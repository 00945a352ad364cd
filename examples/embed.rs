//! A program of its own that runs a job: started, looked into, stopped, forgotten. `cargo run --example embed -- DIRECTORY`

use std::error::Error;
use std::io::Write;
use std::path::Path;

use jobctl::handle::{Jobs, Lifetime, plan};
use jobctl::jobspec::Duration;
use jobctl::logs::Stream;
use jobctl::supervisor::{Exec, Program};

const JOB: &str = r#"
job "embedded" {
  type = "service"

  group "pair" {
    task "server" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.05; done"]
      }
    }

    task "once" {
      driver = "raw_exec"
      lifecycle {
        hook = "prestart"
      }
      config {
        command = "/bin/echo"
        args    = ["prepared by ${NOMAD_TASK_NAME}"]
      }
    }
  }
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // Before all else: supervisors and what makes a task's world are this program, too.
    jobctl::run_if_child();
    let directory = std::env::args().nth(1).ok_or("name a directory for the state of jobs")?;
    embed(&std::path::absolute(directory)?, &mut std::io::stdout())
}

/// Runs the job with its state in this directory, and says what it sees.
///
/// # Errors
/// Whatever goes wrong.
pub fn embed(directory: &Path, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let jobs = Jobs::open(directory)?;
    let job = jobs.run(&plan("embedded.hcl", JOB)?, Lifetime::Linked)?;
    let allocation = job.allocations()?.pop().ok_or("no allocation")?;
    let mut tasks = allocation.tasks();
    let (once, server) = (tasks.pop().ok_or("no task")?, tasks.pop().ok_or("no task")?);
    writeln!(out, "{} ended with {:?}", once.name(), once.wait()?.and_then(|exit| exit.code))?;
    write!(out, "it wrote: {}", String::from_utf8_lossy(&once.output(Stream::Stdout)?))?;
    let process = loop {
        if let Some(process) = server.process()? {
            break process;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    let program = Program::Command("/bin/sh".to_owned(), vec!["-c".to_owned(), "echo in $NOMAD_TASK_NAME".to_owned()]);
    let captured = server.exec(&Exec::of(program))?.capture(Duration::from_seconds(60), 1 << 20)?;
    write!(out, "a command said: {}", String::from_utf8_lossy(&captured.output))?;
    writeln!(out, "it uses memory: {}", server.usage()?.is_some_and(|usage| usage.memory.rss > 0))?;
    while server.output(Stream::Stdout)?.is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    job.stop()?;
    writeln!(out, "its process has ended: {}", process.has_ended()?)?;
    writeln!(out, "{} wrote: {:?}", server.name(), String::from_utf8_lossy(&server.output(Stream::Stdout)?))?;
    writeln!(out, "{} ended: {:?}", allocation.name(), allocation.condition()?)?;
    Ok(job.forget()?)
}

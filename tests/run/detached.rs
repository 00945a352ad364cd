//! Detached jobs: they outlive the command, and are looked at and stopped by others.

use std::path::PathBuf;

use super::harness::{Bench, is_root, text};

const SLEEPER: &str = r#"
    task "main" {
      driver = "raw_exec"
      config {
        command = "/bin/sh"
        args    = ["-c", "echo out; echo err >&2; exec sleep 1000"]
      }
    }"#;

#[test]
fn a_detached_job_is_seen_followed_and_stopped() {
    let bench = Bench::new();
    let job = bench.job("web", "service", SLEEPER);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let task = bench.until_state("web", 0, "running");
    assert!(task["pid"].as_u64().is_some());
    let status = bench.status("web");
    let allocation = &status["jobs"][0]["allocations"][0];
    assert_eq!(status["jobs"][0]["type"], "service");
    assert_eq!(status["jobs"][0]["detached"], true);
    assert!(allocation["supervisor_pid"].as_u64().is_some());
    assert!(bench.ok(&["status"]).contains("web"));
    bench.until("it has written", || bench.ok(&["logs", "web", "--stderr"]).contains("err").then_some(()));
    assert_eq!(bench.ok(&["logs", "web", "--stdout"]), "out\n");
    assert_eq!(bench.jobctl(&["status", "other"]).status.code(), Some(1));
    assert_eq!(bench.jobctl(&["logs", "web", "other"]).status.code(), Some(1));

    let follower = bench.command(&["logs", "-f", "web", "main"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    bench.ok(&["stop", "web"]);
    let (code, stdout, _) = super::harness::wait(follower);
    assert_eq!((code, stdout.as_str()), (Some(0), "out\nerr\n"), "the end of the job is the end of following");
    assert_eq!(bench.status("web")["jobs"][0]["status"], "stopped");
    assert_eq!(bench.ok(&["logs", "web", "--stdout"]), "out\n", "the logs stay");
    bench.purge("web");
    assert_eq!(bench.jobctl(&["status", "web"]).status.code(), Some(1));
}

#[test]
fn a_job_that_is_being_started_for_the_first_time_is_waited_for() {
    use rustix::fs::FlockOperation::{LockExclusive, Unlock};
    use std::io::{BufRead, BufReader, Read};
    let bench = Bench::new();
    let other = bench.job("other", "service", SLEEPER);
    bench.ok(&["run", "--detach", other.to_str().unwrap()]);
    // What `run` has while the job is not known yet.
    let lock = std::fs::File::create(bench.state().join("jobs/default/.web.lock")).unwrap();
    for arguments in [&["stop", "web/g"][..], &["restart", "web"], &["exec", "web", "--", "true"]] {
        rustix::fs::flock(&lock, LockExclusive).unwrap();
        let mut waits = bench.command(arguments).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(waits.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).unwrap();
        assert!(said.ends_with("; waiting\n"), "{arguments:?}: {said}");
        rustix::fs::flock(&lock, Unlock).unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert!(said.contains("there is no job \"web"), "{arguments:?}: {said}");
        assert!(!waits.wait().unwrap().success());
    }
    bench.ok(&["stop", "other", "--purge"]);
}

/// The topmost cgroup of the hierarchy where systemd tracks sessions.
fn session_hierarchy() -> Option<PathBuf> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let line = |ending: &str| mounts.lines().find(|line| line.contains(ending)).map(str::to_owned);
    let line = line("name=systemd").or_else(|| line(" - cgroup2 ").filter(|_| !mounts.contains(" - cgroup ")))?;
    line.split(' ').nth(4).map(PathBuf::from)
}

#[test]
fn a_detached_job_outlives_the_session_it_was_started_from() {
    let Some(top) = session_hierarchy().filter(|_| is_root()) else {
        println!("SKIP nobody tracks sessions here");
        return;
    };
    let before = top.join("jobctl").exists();
    let bench = Bench::new();
    let job = bench.job("lasting", "service", SLEEPER);
    let session = top.join(format!("jobctl-test-{}.scope", std::process::id()));
    std::fs::create_dir(&session).unwrap();
    let jobctl = bench.command(&["run", "--detach", job.to_str().unwrap()]);
    let enter = "echo 0 > \"$1/cgroup.procs\"; shift; exec \"$@\"";
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", enter, "sh"]).arg(&session).arg(jobctl.get_program()).args(jobctl.get_args());
    shell.envs(jobctl.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert!(shell.status().unwrap().success());
    let task = bench.until_state("lasting", 0, "running");
    // What systemd does at its end.
    for pid in std::fs::read_to_string(session.join("cgroup.procs")).unwrap().lines() {
        super::harness::kill(pid.parse().unwrap(), rustix::process::Signal::KILL);
    }
    bench.until("the session is over", || std::fs::remove_dir(&session).ok());
    let status = bench.status("lasting");
    let allocation = &status["jobs"][0]["allocations"][0];
    assert_eq!(
        (&allocation["status"], &allocation["tasks"][0]["pid"]),
        (&"running".into(), &task["pid"]),
        "{status:#}"
    );
    bench.purge("lasting");
    assert_eq!(top.join("jobctl").exists(), before, "no cgroup is left");
}

#[test]
fn cgroups_of_detached_jobs_lie_where_the_host_says() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let job = bench.job("placed", "service", SLEEPER);
    let name = format!("jobctl-test-parent-{}", std::process::id());
    let host = bench.path("host.hcl");
    std::fs::write(&host, format!("cgroup_parent = \"/{name}\"\n")).unwrap();
    bench.ok(&["run", "--detach", "--host", host.to_str().unwrap(), job.to_str().unwrap()]);
    let pid = bench.until_state("placed", 0, "running")["pid"].as_u64().unwrap();
    let cgroups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap();
    assert!(cgroups.contains(&format!("/{name}/jobctl-")), "{cgroups}");
    bench.purge("placed");
    // The parent is the host's, not the job's.
    for parent in super::harness::directories_named(&name) {
        std::fs::remove_dir(parent).unwrap();
    }
}

#[test]
fn all_jobs_of_every_namespace_are_stopped_at_once() {
    let bench = Bench::new();
    let web = bench.job("web", "service", SLEEPER);
    let other = bench.job("other", "service", SLEEPER);
    let text = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, text.replace("type =", "namespace = \"apart\"\n  type =")).unwrap();
    assert_eq!(bench.ok(&["stop", "--all"]), "", "nothing was ever run");
    for job in [&web, &other] {
        bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    }
    let allocations = bench.allocations();
    assert_eq!(allocations.len(), 2);
    assert_eq!(bench.jobctl(&["stop"]).status.code(), Some(2));
    assert_eq!(bench.jobctl(&["stop", "--all", "web"]).status.code(), Some(2));
    bench.ok(&["stop", "--all"]);
    bench.assert_nothing_left(&allocations);
    bench.ok(&["stop", "--all", "--purge"]);
    assert!(bench.allocations().is_empty());
}

#[test]
fn running_the_same_again_changes_nothing_and_another_plan_replaces() {
    let bench = Bench::new();
    let job = bench.job("web", "service", SLEEPER);
    let path = job.to_str().unwrap();
    bench.ok(&["run", "--detach", path]);
    let first = bench.until_state("web", 0, "running");
    bench.ok(&["run", "--detach", path]);
    assert_eq!(bench.until_state("web", 0, "running")["pid"], first["pid"]);
    bench.job("web", "service", &SLEEPER.replace("sleep 1000", "sleep 2000"));
    bench.ok(&["run", "--detach", path]);
    let second = bench.until_state("web", 0, "running");
    assert_ne!(second["pid"], first["pid"]);
    assert_eq!(bench.status("web")["jobs"][0]["allocations"].as_array().unwrap().len(), 1);
    bench.purge("web");
}

#[test]
fn limits_change_while_the_task_runs() {
    if !is_root() {
        return;
    }
    let bench = Bench::new();
    let body = |memory: u32| {
        format!("{}\n      resources {{\n memory = {memory}\n }}\n    }}", SLEEPER.trim_end().trim_end_matches('}'))
    };
    let job = bench.job("web", "service", &body(64));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let first = bench.until_state("web", 0, "running");
    bench.job("web", "service", &body(96));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    assert_eq!(bench.until_state("web", 0, "running")["pid"], first["pid"], "in place");
    assert!(bench.events("web", "").contains(&"updated".to_owned()));
    let status = bench.status("web");
    assert_eq!(status["jobs"][0]["digest"], status["jobs"][0]["allocations"][0]["digest"]);
    bench.purge("web");
}

#[test]
fn a_stop_kills_what_does_not_stop() {
    let bench = Bench::new();
    let job = bench.job("deaf", "service", &SLEEPER.replace("echo out;", "trap '' INT TERM; echo out;"));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until("it has written", || bench.ok(&["logs", "deaf"]).contains("out").then_some(()));
    bench.ok(&["stop", "deaf", "--timeout", "50ms"]);
    assert_eq!(bench.task("deaf", 0)["signal"], 9);
    bench.purge("deaf");
}

#[test]
fn a_stop_takes_another_signal() {
    let bench = Bench::new();
    let job = bench.job("term", "service", SLEEPER);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("term", 0, "running");
    bench.ok(&["stop", "term", "--signal", "usr1"]);
    assert_eq!(bench.task("term", 0)["signal"], 10);
    assert_eq!(bench.jobctl(&["stop", "term", "--signal", "SIGNONE"]).status.code(), Some(2));
    bench.purge("term");
}

#[test]
fn a_signal_reaches_the_main_process() {
    let bench = Bench::new();
    let script = "trap 'echo hup' HUP; echo ready; while :; do sleep 0.02; done";
    let job = bench.job("hup", "service", &SLEEPER.replace("echo out; echo err >&2; exec sleep 1000", script));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until("it is ready", || bench.ok(&["logs", "hup"]).contains("ready").then_some(()));
    bench.ok(&["signal", "HUP", "hup"]);
    bench.until("it has had the signal", || bench.ok(&["logs", "hup"]).contains("hup").then_some(()));
    assert!(bench.events("hup", "main").contains(&"signaled".to_owned()));
    assert_eq!(bench.jobctl(&["signal", "HUP", "hup", "other"]).status.code(), Some(1));
    bench.purge("hup");
}

#[test]
fn parts_of_a_job_are_named_and_what_is_no_part_is_said() {
    let bench = Bench::new();
    let job = bench.job("web", "service", &format!("count = 2\n{SLEEPER}"));
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    for index in 0..2 {
        let name = format!("web/g[{index}]");
        bench.until("it runs", || bench.ok(&["status", &name]).contains("running, process").then_some(()));
    }
    let refused = |arguments: &[&str], reason: &str| {
        let output = bench.jobctl(arguments);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(reason), "{arguments:?}: {said}");
    };
    refused(&["status", "web/g[7]"], "job \"web\" has no \"web/g[7]\"");
    refused(&["logs", "web/g[0]", "other"], "\"web/g[0]\" has no task \"other\"");
    refused(&["stop", "web/main"], "task \"main\" does not stop alone");
    refused(&["stop", "web/g[0]", "--purge"], "a job is forgotten as a whole, not web.g[0]");
    assert!(bench.ok(&["status"]).contains("running  2/2"), "a refusal stops nothing");
    let stopped = bench.jobctl(&["stop", "web/g[0]"]);
    assert!(text(&stopped.stderr).contains("web.g[0] is stopped"), "{}", text(&stopped.stderr));
    assert!(bench.ok(&["status"]).contains("running  1/2"));
    bench.ok(&["stop", "web/g", "--signal", "9"]);
    assert_eq!(bench.status("web/g[1]")["jobs"][0]["allocations"][0]["tasks"][0]["signal"], 9);
    // Of which there are fewer now, there are not more than are wanted.
    bench.job("web", "service", SLEEPER);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    bench.until_state("web", 0, "running");
    assert!(bench.ok(&["status"]).contains("running  1/1"));
    bench.purge("web");
}

#[test]
fn a_restart_is_another_process_and_counts_for_no_policy() {
    let bench = Bench::new();
    let job = bench.job("again", "service", SLEEPER);
    bench.ok(&["run", "--detach", job.to_str().unwrap()]);
    let first = bench.until_state("again", 0, "running");
    bench.ok(&["restart", "again", "main"]);
    let second = bench.until("it runs again", || {
        let task = bench.task("again", 0);
        (task["state"] == "running" && task["pid"] != first["pid"]).then_some(task)
    });
    assert_eq!(second["restarts"], 1);
    assert_eq!(bench.events("again", "main"), ["started", "killing", "killed", "restarting", "started"]);
    bench.ok(&["stop", "again"]);
    assert_eq!(bench.jobctl(&["restart", "again"]).status.code(), Some(1), "nothing runs");
    bench.purge("again");
}

/// Its supervisor has written down the end, and is about to end itself.
#[test]
fn a_job_that_is_just_ending_can_be_forgotten() {
    let bench = Bench::new();
    let body = "task \"t\" {\n driver = \"raw_exec\"\n config {\n command = \"/bin/sleep\"\n args = [\"0.05\"]\n }\n }";
    let job = bench.job("ending", "batch", body);
    for delay in 0..20 {
        bench.ok(&["run", "--detach", job.to_str().unwrap()]);
        std::thread::sleep(std::time::Duration::from_millis(40 + 3 * delay));
        bench.purge("ending");
    }
}

//! What an ordinary user gets: isolated tasks in a user namespace, without a cgroup where none is delegated.
//!
//! Root runs these as a throw-away user id; an ordinary user as itself.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::harness::{processes, text};

/// Nobody's id, as far as anybody knows.
const STRANGER: u32 = 39_242;

/// A user without privileges: its directory, and the binary where it can reach it.
struct User {
    home: tempfile::TempDir,
    binary: PathBuf,
    uid: u32,
    /// The cgroup it was given, in a leaf of which it is; none if `None`.
    delegated: Option<PathBuf>,
}

impl User {
    /// `None`, said, where this kernel has no user namespaces for ordinary users.
    fn new() -> Option<Self> {
        let root = rustix::process::geteuid().is_root();
        let uid = if root { STRANGER } else { rustix::process::geteuid().as_raw() };
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let state = home.path().join("state");
        fs::create_dir(&state).unwrap();
        chown(&state, Some(uid), Some(uid).filter(|_| root)).unwrap();
        let mut user = Self { home, binary: env!("CARGO_BIN_EXE_jobctl").into(), uid, delegated: None };
        if user.command(&["--version"]).output().is_err() {
            // Beneath a directory that is not for others.
            let copy = user.home.path().join("jobctl");
            fs::copy(&user.binary, &copy).unwrap();
            user.binary = copy;
        }
        let mut unshare = Command::new("unshare");
        user.become_it(&mut unshare);
        let able = unshare.args(["--user", "--map-root-user", "--mount", "true"]).stderr(Stdio::null()).status();
        if !able.is_ok_and(|status| status.success()) {
            println!("SKIP no user namespaces for ordinary users");
            return None;
        }
        Some(user)
    }

    fn become_it(&self, command: &mut Command) {
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null()).current_dir("/");
        if rustix::process::geteuid().is_root() {
            // In this order and with no supplementary group left: what `Command` does for root.
            command.uid(self.uid).gid(self.uid);
        }
    }

    /// The same in a cgroup that root has given it, as systemd does with `Delegate=yes`; `None`, said, where that means nothing.
    fn delegated() -> Option<Self> {
        let top = Path::new("/sys/fs/cgroup");
        if !rustix::process::geteuid().is_root() || !top.join("cgroup.controllers").exists() {
            println!("SKIP only root can delegate, and only cgroup v2");
            return None;
        }
        let mut user = Self::new()?;
        let name = format!("jobctl-test-{}.service", user.home.path().file_name().unwrap().to_str().unwrap());
        let given = top.join(name);
        fs::create_dir_all(given.join("leaf")).unwrap();
        // What systemd.resource-control(5) says of delegation: the directory and these files.
        for directory in [given.clone(), given.join("leaf")] {
            chown(&directory, Some(user.uid), Some(user.uid)).unwrap();
            for file in ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"] {
                chown(directory.join(file), Some(user.uid), Some(user.uid)).unwrap();
            }
        }
        user.delegated = Some(given);
        Some(user)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        if let Some(given) = &self.delegated {
            command = Command::new("/bin/sh");
            let script = "echo 0 > \"$0/leaf/cgroup.procs\"; exec setpriv --clear-groups \"$@\"";
            let uid = self.uid;
            command.args(["-c", script]).arg(given).arg(format!("--reuid={uid}")).arg(format!("--regid={uid}"));
            command.arg("--").arg(&self.binary);
            command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null()).current_dir("/");
        } else {
            self.become_it(&mut command);
        }
        command.env("JOBCTL_STATE_DIR", self.home.path().join("state")).args(arguments);
        command
    }

    fn jobctl(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Writes a job file: `body` is what stands in its one group.
    fn job(&self, kind: &str, body: &str) -> PathBuf {
        let path = self.home.path().join("job.hcl");
        fs::write(&path, format!("job \"mine\" {{\n  type = \"{kind}\"\n  group \"g\" {{\n{body}\n  }}\n}}\n"))
            .unwrap();
        path
    }

    /// Runs a job attached: its exit code, its output without the task's name, stderr.
    fn run(&self, job: &Path) -> (Option<i32>, String, String) {
        let output = self.jobctl(&["run", job.to_str().unwrap()]);
        (output.status.code(), text(&output.stdout).replace("t | ", ""), text(&output.stderr))
    }

    fn allocations(&self) -> Vec<String> {
        let entries = fs::read_dir(self.home.path().join("state/allocs")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn exec(rest: &str, script: &str) -> String {
    format!(
        "    task \"t\" {{\n      driver = \"exec\"\n      config {{\n        command = \"/bin/sh\"\n        args = [\"-c\", {script:?}]\n      }}\n{rest}\n    }}"
    )
}

#[test]
fn the_task_is_isolated_and_its_files_are_the_users() {
    let Some(user) = User::new() else { return };
    let script = "id -u; cat /proc/self/setgroups; echo $$; ls /; grep CapEff /proc/self/status; \
                  echo kept > $NOMAD_TASK_DIR/kept; echo hidden > /secrets/x; stat -f -c %T /secrets; \
                  ls /proc | grep -c '^[0-9]'; touch /usr/x 2>/dev/null || echo read-only";
    let (code, stdout, stderr) = user.run(&user.job("batch", &exec("", script)));
    assert_eq!(code, Some(0), "{stderr}");
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[0], user.uid.to_string(), "{stdout}");
    assert_eq!(lines[2], "2", "init is pid 1: {stdout}");
    assert!(lines.contains(&"secrets") && !lines.contains(&"home"), "{stdout}");
    assert!(lines.contains(&"CapEff:\t0000000000000000"), "{stdout}");
    assert!(lines.contains(&"tmpfs") && lines.contains(&"read-only"), "{stdout}");
    let id = user.allocations().remove(0);
    let kept = user.home.path().join("state/allocs").join(&id).join("tasks/t/root/local/kept");
    assert_eq!(fs::metadata(kept).unwrap().uid(), user.uid);
    assert_eq!(processes(&id), Vec::<String>::new());
    let purged = user.jobctl(&["stop", "mine", "--purge"]);
    assert!(purged.status.success(), "{}", text(&purged.stderr));
    assert!(user.allocations().is_empty());
}

#[test]
fn what_is_not_enforced_is_said_once_and_not_for_each_task() {
    let Some(user) = User::new() else { return };
    let task = |name: &str| {
        format!("task \"{name}\" {{\n driver = \"exec\"\n config {{\n command = \"/bin/true\"\n }}\n }}\n")
    };
    let job = user.job("batch", &format!("count = 2\n{}{}", task("one"), task("other")));
    let output = user.jobctl(&["run", job.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    // Where the user may make cgroups, there is nothing to say.
    let lacking = said.contains("default limits not enforced here");
    assert_eq!(said.matches("not enforced here").count(), usize::from(lacking), "{said}");
    let events = text(&user.jobctl(&["events", "mine", "--json"]).stdout);
    let allocations = if lacking { 2 } else { 0 };
    assert_eq!(events.matches("\"not_enforced\"").count(), allocations, "once in each journal: {events}");
    user.jobctl(&["stop", "mine", "--purge"]);
}

#[test]
fn root_inside_is_the_user_outside() {
    let Some(user) = User::new() else { return };
    let script = "id -u; mount -t tmpfs none /tmp && echo mounted; touch $NOMAD_ALLOC_DIR/data/made; \
                  cat /etc/shadow >/dev/null 2>&1 || echo refused";
    let (code, stdout, stderr) = user.run(&user.job("batch", &exec("      user = \"root\"", script)));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stderr.contains("task::runs_as_root"), "it is not the host's root: {stderr}");
    assert_eq!(stdout.lines().collect::<Vec<_>>(), ["0", "mounted", "refused"], "{stderr}");
    let made = user.home.path().join("state/allocs").join(user.allocations().remove(0)).join("alloc/data/made");
    assert_eq!(fs::metadata(made).unwrap().uid(), user.uid);
}

#[test]
fn the_task_has_the_oom_score_it_asks_for() {
    let Some(user) = User::new() else { return };
    let body = exec("", "cat /proc/self/oom_score_adj").replace("args =", "oom_score_adj = 300\n        args =");
    let (code, stdout, stderr) = user.run(&user.job("batch", &body));
    assert_eq!((code, stdout.trim()), (Some(0), "300"), "{stderr}");
}

#[test]
fn what_a_task_leaves_running_ends_with_it() {
    let Some(user) = User::new() else { return };
    let job = user.job("service", &exec("", "sleep 1000 & setsid sleep 1001 & exec sleep 1002"));
    let detached = user.jobctl(&["run", "--detach", job.to_str().unwrap()]);
    assert!(detached.status.success(), "{}", text(&detached.stderr));
    let stopped = user.jobctl(&["stop", "mine"]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    let sleeping = |entry: fs::DirEntry| {
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        command.starts_with(b"sleep\x00100") && fs::metadata(entry.path()).is_ok_and(|data| data.uid() == user.uid)
    };
    assert!(!fs::read_dir("/proc").unwrap().flatten().any(sleeping));
}

/// Neither a cgroup nor a pid namespace holds it together: only its init does.
#[test]
fn what_a_killed_init_leaves_is_ended_before_the_task_is_started_again() {
    let Some(user) = User::new() else { return };
    // No other suite on this machine has sleepers of that length.
    let prefix = format!("4{:08}", std::process::id());
    let script = "trap '' PIPE; cd $NOMAD_ALLOC_DIR/data; exec 9>>lock; flock -n 9; [ $? -ne 1 ] || echo double >> doubles; \
                  sleep @1 & setsid sleep @2 & (setsid sleep @3 &) ; setsid env -i sleep @4 9>&- & while :; do sleep 0.1; done";
    let script = &script.replace('@', &prefix);
    let restart = "restart {\n attempts = 1000\n delay = \"1ms\"\n interval = \"1000h\"\n mode = \"fail\"\n }";
    let job = user.job("service", &exec(restart, script).replace("\"exec\"", "\"raw_exec\""));
    let detached = user.jobctl(&["run", "--detach", job.to_str().unwrap()]);
    assert!(detached.status.success(), "{}", text(&detached.stderr));
    let allocation = || {
        let status = text(&user.jobctl(&["status", "mine", "--json"]).stdout);
        let status: serde_json::Value = serde_json::from_str(&status).unwrap();
        status["jobs"][0]["allocations"][0].clone()
    };
    let begin = std::time::Instant::now();
    // Once it runs, and all it starts does.
    let running = |restarts: u64| loop {
        let found = allocation();
        let task = &found["tasks"][0];
        if task["state"] == "running" && task["restarts"] == restarts && sleeping(user.uid, &prefix) == [1, 2, 3, 4] {
            return (found["supervisor_pid"].as_u64().unwrap(), parent(task["pid"].as_u64().unwrap()));
        }
        let patience = std::time::Duration::from_secs(120);
        assert!(begin.elapsed() < patience, "{found:#} {:?}", sleeping(user.uid, &prefix));
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let kill = |pid| super::harness::kill(pid, rustix::process::Signal::KILL);
    for restart in 0..4 {
        let (_, init) = running(restart);
        kill(init);
    }
    let (supervisor, init) = running(4);
    let id = user.allocations().remove(0);
    // What has no mark of it left is found by its supervisor alone.
    let unmarked = numbers(&format!("sleep\u{0}{prefix}4"), user.uid);
    kill(supervisor);
    kill(init);
    unmarked.into_iter().for_each(kill);
    let reconciled = user.jobctl(&["reconcile"]);
    assert!(reconciled.status.success(), "{}", text(&reconciled.stderr));
    running(5);
    let stopped = user.jobctl(&["stop", "mine"]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    assert_eq!((processes(&id), sleeping(user.uid, &prefix)), (Vec::new(), Vec::new()));
    let doubles = user.home.path().join("state/allocs").join(&id).join("alloc/data/doubles");
    assert!(!doubles.exists(), "{}", fs::read_to_string(doubles).unwrap());
    user.jobctl(&["stop", "mine", "--purge"]);
}

/// What follows `prefix` in the argument of each `sleep` of a user, in order.
fn sleeping(uid: u32, prefix: &str) -> Vec<u32> {
    let commands = numbers(&format!("sleep\u{0}{prefix}"), uid).into_iter().filter_map(|pid| {
        let command = text(&fs::read(format!("/proc/{pid}/cmdline")).ok()?);
        command.trim_end_matches('\0').rsplit_once(prefix)?.1.parse().ok()
    });
    let mut all: Vec<u32> = commands.collect();
    all.sort_unstable();
    all
}

/// The processes of a user whose command line begins like this.
fn numbers(command: &str, uid: u32) -> Vec<u64> {
    let all = fs::read_dir("/proc").unwrap().flatten().filter(|entry| {
        fs::read(entry.path().join("cmdline")).is_ok_and(|line| line.starts_with(command.as_bytes()))
            && fs::metadata(entry.path()).is_ok_and(|data| data.uid() == uid)
    });
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The number of a process's parent.
fn parent(pid: u64) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(')').unwrap().1.split_ascii_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_command_in_the_task_is_in_its_user_namespace() {
    let Some(user) = User::new() else { return };
    let job = user.job("service", &exec("", "echo ready; exec sleep 100000"));
    let detached = user.jobctl(&["run", "--detach", job.to_str().unwrap()]);
    assert!(detached.status.success(), "{}", text(&detached.stderr));
    while !text(&user.jobctl(&["logs", "mine"]).stdout).contains("ready") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let script = "for n in user mnt pid; do test $(readlink /proc/self/ns/$n) = $(readlink /proc/2/ns/$n) && echo same; done; \
                  id -u; grep -E '^(CapEff|NoNewPrivs)' /proc/self/status; echo made >/local/made; exit 4";
    let output = user.jobctl(&["exec", "mine", "--", "sh", "-c", script]);
    let said = text(&output.stdout);
    let expected = format!("same\nsame\nsame\n{}\nNoNewPrivs:\t1\nCapEff:\t0000000000000000\n", user.uid);
    let sorted = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    assert_eq!((output.status.code(), sorted(&said)), (Some(4), sorted(&expected)), "{}", text(&output.stderr));
    let terminal = user.jobctl(&["exec", "-t", "mine", "--", "sh", "-c", "tty; stty size"]);
    assert_eq!(text(&terminal.stdout), "/dev/pts/0\r\n24 80\r\n", "{}", text(&terminal.stderr));
    // Without a cgroup the processes tell.
    let stats = user.jobctl(&["stats", "--json", "--once", "mine"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    let sleeps = |process: &serde_json::Value| process["command"] == "sleep" && process["rss"].as_u64() > Some(0);
    assert!(stats["tasks"][0]["processes"].as_array().unwrap().iter().any(sleeps), "{stats:#}");
    let other = user.jobctl(&["exec", "-u", "root", "mine", "--", "true"]);
    assert_eq!(other.status.code(), Some(125));
    let made = user.home.path().join("state/allocs").join(user.allocations().remove(0)).join("tasks/t/root/local/made");
    assert_eq!(fs::metadata(made).unwrap().uid(), user.uid);
    let stopped = user.jobctl(&["stop", "mine", "--purge"]);
    assert!(stopped.status.success(), "{}", text(&stopped.stderr));
}

#[test]
fn what_cannot_be_had_is_refused_by_name() {
    let Some(user) = User::new() else { return };
    let host = user.home.path().join("host.hcl");
    fs::write(&host, "client {\n  host_volume \"v\" {\n    path = \"/tmp\"\n  }\n}\n").unwrap();
    let mount = "      volume_mount {\n        volume = \"v\"\n        destination = \"/v\"\n        propagation_mode = \"bidirectional\"\n      }";
    let volume = "    volume \"v\" {\n      type = \"host\"\n      source = \"v\"\n    }\n";
    let job = user.job("batch", &format!("{volume}{}", exec(mount, "true")));
    let refused = user.jobctl(&["plan", "--host", host.to_str().unwrap(), job.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(255));
    assert!(text(&refused.stderr).contains("volume_mount::bidirectional_needs_root"), "{}", text(&refused.stderr));
    // Somebody else there is only inside a user namespace.
    let body = exec("      user = \"root\"", "true").replace("\"exec\"", "\"raw_exec\"");
    let (code, _, stderr) = user.run(&user.job("batch", &body));
    assert!(code == Some(125) && stderr.contains("task::user_needs_root"), "{stderr}");
}

#[test]
fn every_example_runs_as_far_as_this_host_lets_it() {
    let Some(user) = User::new() else { return };
    let refused = examples(&user);
    assert!(
        refused.iter().all(|why| ["resources::cannot_be_enforced", "bidirectional_needs_root"].contains(why)),
        "{refused:?}"
    );
}

#[test]
fn every_example_runs_in_a_delegated_cgroup_with_its_limits() {
    let Some(user) = User::delegated() else { return };
    assert_eq!(examples(&user), ["bidirectional_needs_root"], "nothing else needs root");
    let given = user.delegated.clone().unwrap();
    let body = exec("      resources {\n        memory = 48\n      }", "exec sleep 100000");
    let job = user.job("service", &body);
    let started = user.jobctl(&["run", "--detach", job.to_str().unwrap()]);
    assert!(started.status.success() && !text(&started.stderr).contains("enforced"), "{}", text(&started.stderr));
    let id = user.allocations().remove(0);
    let group = given.join(format!("jobctl-{id}-t"));
    let begin = std::time::Instant::now();
    while fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default().is_empty() {
        assert!(begin.elapsed() < std::time::Duration::from_secs(120), "it does not start");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(fs::read_to_string(group.join("memory.max")).unwrap().trim(), (48 << 20).to_string());
    let purged = user.jobctl(&["stop", "mine", "--purge"]);
    assert!(purged.status.success(), "{}", text(&purged.stderr));
    let left = fs::read_dir(&given).unwrap().flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(left.map(|entry| entry.file_name()).collect::<Vec<_>>(), ["leaf"], "no cgroup is left");
    fs::remove_dir(given.join("leaf")).unwrap();
    fs::remove_dir(&given).unwrap();
}

/// Runs all there are; the codes of those that were refused.
fn examples(user: &User) -> Vec<&'static str> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs");
    // Out of a directory that may not be for others.
    let copied = user.home.path().join("jobs");
    fs::create_dir(&copied).unwrap();
    for entry in fs::read_dir(&examples).unwrap().flatten() {
        fs::copy(entry.path(), copied.join(entry.file_name())).unwrap();
    }
    let host = copied.join("host.hcl");
    let (mut ran, mut refused) = (0, Vec::new());
    for entry in fs::read_dir(&copied).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.extension().is_none_or(|extension| extension != "hcl") || path == host {
            continue;
        }
        let detached = if fs::read_to_string(&path).unwrap().contains("\"batch\"") { &[][..] } else { &["--detach"] };
        let host = ["--host", host.to_str().unwrap(), "--meta", "target=/usr/sbin"];
        let output = user.command(&["run"]).args(detached).args(host).arg(&path).output().unwrap();
        let said = text(&output.stderr);
        match output.status.code() {
            Some(0) => ran += 1,
            // Named by its code, and nothing else kept it.
            Some(125) => {
                let why = ["resources::cannot_be_enforced", "bidirectional_needs_root"];
                let code = why.into_iter().find(|code| said.contains(code));
                refused.push(code.unwrap_or_else(|| panic!("{name}: {said}")));
            }
            other => panic!("{name}: {other:?} {said}"),
        }
    }
    let status = user.jobctl(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let jobs = status["jobs"].as_array().unwrap();
    assert!(ran >= 7 && jobs.len() == ran, "{ran} ran: {status:#}");
    for job in jobs {
        let id = job["id"].as_str().unwrap();
        let events = text(&user.jobctl(&["events", id, "--json"]).stdout);
        assert!(events.contains("\"received\"") && !events.contains("\"start_failed\""), "{events}");
        let stopped = user.jobctl(&["stop", id, "--timeout", "5s", "--purge"]);
        assert!(stopped.status.success(), "{}", text(&stopped.stderr));
    }
    if rustix::process::geteuid().is_root() {
        // What service-volume.hcl wrote into its volume, as a user who is not there.
        let _ = fs::remove_file(format!("/var/tmp/heartbeat.{}", user.uid));
    }
    refused
}

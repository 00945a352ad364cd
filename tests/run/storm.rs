//! Random kills of every process there is, while every command there is begins, changes and ends a job: whoever is killed, no task runs twice,
//! none is lost, no line is lost, nothing is left.
//!
//! Beside `kill_matrix`, which lets one job run on, here the job comes and goes. `JOBCTL_KILLS` says how many, `JOBCTL_SEED` which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::harness::{Bench, is_root, text};
use super::kill_matrix::{Random, kill, number};

/// What a process is in a job, as it calls itself.
const ROLES: [&str; 6] = ["command", "supervisor", "init", "fetch", "enter", "task"];

/// A job whose parts are killed.
struct Storm {
    bench: Bench,
    job: PathBuf,
    host: PathBuf,
    /// Where tasks of all allocations write down that they run and what they have written.
    ledger: PathBuf,
}

/// A process that belongs to it.
struct Process {
    pid: u64,
    role: &'static str,
    /// Whose files it holds open.
    allocation: Option<String>,
}

impl Storm {
    fn new(driver: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let bench = Bench::new();
        let ledger = bench.path("ledger");
        fs::create_dir(&ledger).unwrap();
        fs::set_permissions(&ledger, fs::Permissions::from_mode(0o777)).unwrap();
        let host = bench.path("host.hcl");
        // All that ended stays: what it wrote is counted.
        let volume = format!(
            "client {{\n host_volume \"ledger\" {{\n path = \"{}\"\n }}\n}}\nkeep = 100000\n",
            ledger.display()
        );
        fs::write(&host, volume).unwrap();
        let (place, volume, mount) = if driver == "exec" {
            (
                "/ledger".to_owned(),
                "volume \"l\" {\n type = \"host\"\n source = \"ledger\"\n }\n",
                "volume_mount {\n volume = \"l\"\n destination = \"/ledger\"\n }\n",
            )
        } else {
            (ledger.to_str().unwrap().to_owned(), "", "")
        };
        // Whoever runs holds the lock; what stands in the ledger was written to the log before.
        let script = format!(
            "cd {place}; exec 8>>written 9>>lock; flock -n 9; [ $? -ne 1 ] || echo double >> doubles; [ -s $NOMAD_TASK_DIR/fetched ] || echo >> unfetched; \
             read run < /proc/sys/kernel/random/uuid; i=0; while :; do echo \"$run $i\"; echo \"$run $i\" >&8; i=$((i+1)); \
             [ $((i % 20)) -ne 0 ] || sleep 0.01; done"
        );
        let body = format!(
            "{volume} task \"main\" {{\n driver = \"{driver}\"\n config {{\n command = \"/bin/sh\"\n args = [\"-c\", {script:?}]\n }}\n {mount}\n \
             restart {{\n attempts = 1000000\n delay = \"1ms\"\n interval = \"1000h\"\n mode = \"fail\"\n }}\n \
             logs {{\n max_files = 100\n max_file_size = 1\n }}\n kill_timeout = \"20ms\"\n \
             artifact {{\n source = \"{}/fetched\"\n destination = \"local/\"\n }}\n \
             template {{\n data = \"for {{{{ env \\\"NOMAD_TASK_NAME\\\" }}}}\"\n destination = \"local/made\"\n }}\n }}",
            slow_server()
        );
        let job = bench.job("storm", "service", &body);
        Self { bench, job, host, ledger }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.command(arguments);
        command.env("JOBCTL_HOST", &self.host);
        command
    }

    fn ok(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}\n{}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    /// Begins some command, mostly one that starts the job; where that role's process is wanted, one that has it.
    fn begin(&self, wanted: &str, random: &mut Random) -> (&'static str, Child) {
        let job = self.job.to_str().unwrap();
        let choice = match wanted {
            "enter" => 11,
            "fetch" => {
                // Nothing is fetched for a task that is there.
                self.command(&["stop", "storm", "--timeout", "0"]).output().unwrap();
                random.below(6)
            }
            _ => random.below(12),
        };
        let (name, arguments): (_, &[&str]) = match choice {
            0..4 => ("run --detach", &["run", "--detach", job]),
            4..6 => ("run", &["run", job]),
            6 => ("stop", &["stop", "storm"]),
            7 => ("stop --timeout 0", &["stop", "storm", "--timeout", "0"]),
            8 => ("restart", &["restart", "storm"]),
            9 => ("reconcile", &["reconcile"]),
            _ => ("exec", &["exec", "storm", "--", "sleep", "0.05"]),
        };
        (name, self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// All processes of the job, and of this command.
    fn processes(&self, command: &Child) -> Vec<Process> {
        let mut parents = BTreeMap::new();
        let mut roles: BTreeMap<u64, &'static str> = BTreeMap::from([(u64::from(command.id()), "command")]);
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()) else { continue };
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            let Some((head, fields)) = stat.rsplit_once(')') else { continue };
            let Some(parent) = fields.split_ascii_whitespace().nth(1).and_then(|field| field.parse::<u64>().ok())
            else {
                continue;
            };
            parents.insert(pid, parent);
            let line = text(&fs::read(entry.path().join("cmdline")).unwrap_or_default());
            let called = head.split_once('(').map_or("", |(_, name)| name);
            // A role has its name from its first moment; the copy that fetches takes its own.
            let role = match line.split('\0').next().unwrap_or_default() {
                "jobctl-supervisor" => "supervisor",
                "jobctl-init" if called == "jobctl-fetch" => "fetch",
                "jobctl-init" => "init",
                "jobctl-enter" => "enter",
                _ => continue,
            };
            roles.insert(pid, role);
        }
        let bench = self.bench.path("");
        let mut mine: BTreeSet<u64> = roles.keys().copied().filter(|pid| held(*pid, &bench).is_some()).collect();
        mine.insert(u64::from(command.id()));
        // What they started is ours too.
        while let Some(more) = {
            let child = parents.iter().find(|(pid, parent)| mine.contains(parent) && !mine.contains(pid));
            child.map(|(pid, _)| *pid)
        } {
            mine.insert(more);
        }
        let of = |pid: u64| *roles.get(&pid).unwrap_or(&"task");
        let allocations = self.bench.state().join("allocs");
        let process = |pid| Process { pid, role: of(pid), allocation: held(pid, &allocations) };
        mine.into_iter().map(process).collect()
    }

    /// Whether a supervisor has everything of this init's in hand. While there is none, only init holds what a task has written: with both
    /// gone nobody is left who could keep it.
    fn is_supervised(&self, init: &Process, processes: &[Process]) -> bool {
        let status = self.command(&["status", "storm", "--json"]).output().unwrap();
        let Ok(status) = serde_json::from_slice::<Value>(&status.stdout) else { return false };
        let all = status["jobs"][0]["allocations"].as_array().into_iter().flatten();
        let mut own = all.filter(|allocation| allocation["id"].as_str() == init.allocation.as_deref());
        let supervisor = own.next().and_then(|allocation| allocation["supervisor_pid"].as_u64());
        processes.iter().any(|process| Some(process.pid) == supervisor && process.role == "supervisor")
    }

    /// Waits until the supervisor has taken in what an init that was killed left: until then nobody else holds it.
    fn until_taken_in(&self, init: &Process) {
        let begin = Instant::now();
        loop {
            let directory = self.bench.state().join("allocs").join(init.allocation.as_deref().unwrap());
            let status = fs::read(directory.join("status.json")).unwrap_or_default();
            let Ok(status) = serde_json::from_slice::<Value>(&status) else { return };
            if status["tasks"][0]["init"]["pid"].as_u64() != Some(init.pid) {
                return;
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "an init that was killed is not noticed: {status:#}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets the command end; an attached run by Ctrl-C, twice if need be.
    fn finish(mut command: Child) {
        let begin = Instant::now();
        while command.try_wait().unwrap().is_none() {
            if begin.elapsed() > Duration::from_millis(100) {
                let pid = rustix::process::Pid::from_child(&command);
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
            }
            assert!(begin.elapsed() < Duration::from_secs(120), "a command does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What was written stands in the logs, once and whole; how many runs there were, and how many lines.
    fn check(&self) -> (usize, usize) {
        let mut next: BTreeMap<String, u64> = BTreeMap::new();
        let mut lines = 0;
        for id in self.bench.allocations() {
            let logs = self.bench.state().join("allocs").join(&id).join("logs");
            let mut here: BTreeMap<String, u64> = BTreeMap::new();
            for line in stdout_of(&logs).lines() {
                let (run, count) = line.rsplit_once(' ').unwrap_or_else(|| panic!("a torn line of {id}: {line:?}"));
                let expected = here.entry(run.to_owned()).or_insert(0);
                assert_eq!(count.parse(), Ok(*expected), "{id}: {run}");
                *expected += 1;
                lines += 1;
            }
            for (run, count) in here {
                assert!(next.insert(run, count).is_none(), "a run is in one log");
            }
        }
        for line in fs::read_to_string(self.ledger.join("written")).unwrap().lines() {
            let Some((run, count)) = line.rsplit_once(' ') else { continue };
            let kept = next.get(run).copied().unwrap_or(0);
            assert!(count.parse::<u64>().unwrap() < kept, "{line} was written, {kept} lines are kept");
        }
        (next.len(), lines)
    }

    fn run(self, driver: &str, kills: u64, random: &mut Random) {
        let mut killed: BTreeMap<&str, u32> = BTreeMap::new();
        let mut begun: BTreeMap<&str, u32> = BTreeMap::new();
        let mut count = 0;
        while count < kills {
            let wanted = ROLES[usize::try_from(random.below(6)).unwrap()];
            let (name, command) = self.begin(wanted, random);
            *begun.entry(name).or_default() += 1;
            std::thread::sleep(Duration::from_micros(random.below(60_000)));
            let processes = self.processes(&command);
            let mut able: Vec<_> = processes.iter().filter(|process| process.role == wanted).collect();
            able.retain(|process| process.role != "init" || self.is_supervised(process, &processes));
            if !able.is_empty() {
                let victim = able[usize::try_from(random.below(able.len() as u64)).unwrap()];
                if kill(victim.pid) {
                    *killed.entry(victim.role).or_default() += 1;
                    count += 1;
                    if victim.role == "init" {
                        self.until_taken_in(victim);
                    }
                }
            }
            Self::finish(command);
            if random.below(4) == 0 {
                self.ok(&["reconcile"]);
            }
        }
        // Whatever state it was left in, it is brought to what is asked for.
        self.ok(&["run", "--detach", self.job.to_str().unwrap()]);
        self.bench.until_state("storm", 0, "running");
        let pid = self.bench.task("storm", 0)["pid"].clone();
        self.ok(&["reconcile"]);
        assert_eq!(self.bench.task("storm", 0)["pid"], pid, "what runs stays");
        self.ok(&["stop", "storm"]);
        let strange =
            ["doubles", "unfetched"].map(|name| fs::read_to_string(self.ledger.join(name)).unwrap_or_default());
        assert_eq!(strange, ["", ""], "no task ran twice at once or without what it brings along");
        let (runs, lines) = self.check();
        self.bench.purge("storm");
        println!(
            "{driver}: killed {killed:?} within {begun:?}; {runs} runs, {lines} lines; 0 lost or torn, 0 twice, nothing left"
        );
    }
}

/// What is the first below a directory of what a process holds open there.
fn held(pid: u64, directory: &Path) -> Option<String> {
    let held = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let mut held = held.filter_map(|descriptor| fs::read_link(descriptor.path()).ok());
    held.find_map(|path| Some(path.strip_prefix(directory).ok()?.components().next()?.as_os_str().to_str()?.to_owned()))
}

/// What a task wrote to stdout, all files in order.
fn stdout_of(logs: &Path) -> String {
    let mut files: Vec<(u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(logs).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        let number = name.strip_prefix("main.stdout.").and_then(|number| number.parse().ok());
        files.extend(number.map(|number| (number, entry.path())));
    }
    files.sort();
    files.iter().map(|(_, path)| fs::read_to_string(path).unwrap()).collect()
}

/// Gives out one file, slowly: there is time to be killed in.
fn slow_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { return };
            std::thread::spawn(move || {
                let head = BufReader::new(connection.try_clone().unwrap()).lines();
                head.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
                for part in ["HTTP/1.1 200 OK\r\nConnection: close\r\n", "Content-Length: 8\r\n\r\nfet", "ched\n"] {
                    let _ = connection.write_all(part.as_bytes());
                    std::thread::sleep(Duration::from_millis(8));
                }
            });
        }
    });
    url
}

#[test]
fn whoever_is_killed_while_a_job_comes_and_goes() {
    let (kills, seed) = (number("JOBCTL_KILLS", 20), number("JOBCTL_SEED", 4));
    Storm::new("raw_exec").run("raw_exec", kills, &mut Random(seed));
}

#[test]
fn whoever_is_killed_while_an_isolated_job_comes_and_goes() {
    if is_root() {
        let (kills, seed) = (number("JOBCTL_KILLS", 20), number("JOBCTL_SEED", 5));
        Storm::new("exec").run("exec", kills, &mut Random(seed));
    }
}

//! A repository, by the git of the task's root.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::plan::{Task, User};

/// Where programs are looked for, where the task's environment does not say.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The most of what git says that is kept.
const WORDS: usize = 4096;

/// What is wanted of a repository.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) url: &'a str,
    /// A branch, a tag or a commit; none: what the repository says.
    pub(super) revision: Option<&'a str>,
    pub(super) depth: Option<u32>,
}

/// Clones into the directory of this name, beneath the current one.
pub(super) fn clone(wanted: Wanted<'_>, into: &str, task: &Task, patience: Duration) -> Result<(), String> {
    let deadline = Instant::now() + patience;
    let git = Git { environment: environment(&task.env, &task.user), deadline, patience };
    let mut arguments = vec!["clone".to_owned(), "--quiet".to_owned()];
    // A commit cannot be cloned by name: with a depth, a branch or a tag is meant.
    let by_name = wanted.revision.filter(|_| wanted.depth.is_some());
    arguments.extend(wanted.depth.map(|depth| format!("--depth={depth}")));
    arguments.extend(by_name.map(|name| format!("--branch={name}")));
    arguments.extend(["--".to_owned(), wanted.url.to_owned(), into.to_owned()]);
    git.run(&arguments)?;
    let inside = |rest: &[&str]| ["-C", into].iter().chain(rest).map(|&text| text.to_owned()).collect::<Vec<_>>();
    if let Some(revision) = wanted.revision.filter(|_| by_name.is_none()) {
        git.run(&inside(&["checkout", "--quiet", revision, "--"]))?;
    }
    git.run(&inside(&["submodule", "--quiet", "update", "--init", "--recursive"]))
}

/// What git is given: nothing of the host, and no way to ask anybody anything.
fn environment(env: &BTreeMap<String, String>, user: &User) -> Vec<(&'static str, String)> {
    let path = env.get("PATH").map_or(PATH, String::as_str);
    vec![
        ("PATH", path.to_owned()),
        ("HOME", user.home.clone()),
        ("GIT_TERMINAL_PROMPT", "0".to_owned()),
        ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes".to_owned()),
        ("GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ]
}

struct Git {
    environment: Vec<(&'static str, String)>,
    deadline: Instant,
    patience: Duration,
}

impl Git {
    fn run(&self, arguments: &[String]) -> Result<(), String> {
        let mut command = Command::new("git");
        command.args(arguments).env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no git in the task's root".to_owned(),
            _ => format!("cannot start git: {error}"),
        })?;
        let words = self.listen(&mut child);
        if words.is_err() {
            // What it has started ends of itself, or with the group this process is in.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        let words = words?;
        if status.success() {
            return Ok(());
        }
        // The first complaint says what is wrong, what follows gives advice.
        let complaint = |line: &&str| line.starts_with("fatal:") || line.starts_with("error:");
        let line = words.lines().find(complaint).or_else(|| words.lines().last()).unwrap_or("it says nothing");
        Err(format!("git: {}", line.trim_start_matches("fatal: ").trim_start_matches("error: ").trim()))
    }

    /// What it says on standard error, to its end or the deadline.
    fn listen(&self, child: &mut Child) -> Result<String, String> {
        let Some(mut said) = child.stderr.take() else { return Ok(String::new()) };
        let mut words = Vec::new();
        let mut part = [0; 1024];
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(format!("git takes longer than git_timeout allows ({} s)", self.patience.as_secs()));
            }
            let timeout = Timespec::try_from(left).ok();
            let ready = poll(&mut [PollFd::from_borrowed_fd(said.as_fd(), PollFlags::IN)], timeout.as_ref());
            match ready.map(|count| (count > 0).then(|| said.read(&mut part))) {
                Ok(Some(Ok(0))) => return Ok(String::from_utf8_lossy(&words).into_owned()),
                Ok(Some(Ok(length))) => {
                    words.extend_from_slice(&part[..length]);
                    let excess = words.len().saturating_sub(WORDS);
                    words.drain(..excess);
                }
                Ok(Some(Err(error))) => return Err(error.to_string()),
                Ok(None) | Err(_) => {}
            }
        }
    }
}

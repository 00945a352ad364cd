//! Has what a task brings along put in place: by a copy of this process that becomes the task's user, in the world made for it.
//!
//! Watches the copy and passes on what it says; what is to be done is the fetch room's.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::sys::signal::Signal as NamedSignal;
use nix::sys::signalfd::SignalFd;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Signal, WaitId, WaitIdOptions, waitid};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use serde::{Deserialize, Serialize};

use super::failure::{Failure, SETUP};
use super::launch::Launch;
use crate::fetch;
use crate::linux::capability;
use crate::plan::{Capabilities, Command, Driver, Task, interpolate};
use crate::sandbox::{self, Origin};
use crate::sys::{self, Born};

/// The most that variables of templates may be, all together: more than any program can be given.
const LONGEST: u64 = 8 << 20;

/// What the copy says before it ends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// Everything is in place, and these variables were set.
    Done(BTreeMap<String, String>),
    /// A step failed.
    Failed(fetch::Failure),
}

/// What may end it early.
pub(super) struct Interruptions<'a> {
    /// SIGUSR1 gives it up, SIGTERM ends everything.
    pub(super) signals: &'a SignalFd,
    /// Closed when nobody is left to stop the task.
    pub(super) lifeline: Option<&'a OwnedFd>,
    /// Closed when nobody waits for the answer any more.
    pub(super) report: BorrowedFd<'a>,
}

/// The network that downloads go through: the host's, also where the task joins another. Asked for before the world is made.
pub(super) fn network(task: &Task) -> io::Result<Option<OwnedFd>> {
    let joins = task.isolation.as_ref().is_some_and(|isolation| !isolation.namespaces.network.is_empty());
    let path = "/proc/self/ns/net";
    let open = || rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    Ok((joins && !task.artifacts.is_empty()).then(open).transpose()?)
}

/// Puts everything in place and fills in what the templates set.
///
/// # Errors
/// The step that failed, or that it was given up.
pub(super) fn prepare(
    launch: &mut Launch,
    network: Option<&OwnedFd>,
    interruptions: &Interruptions<'_>,
) -> Result<(), Failure> {
    if !fetch::is_needed(&launch.task) {
        return Ok(());
    }
    let address = launch.task.address.clone();
    let trouble = |error: io::Error| Failure::setup(&address, "preparing the task", &error);
    let (reader, writer) = io::pipe().map_err(trouble)?;
    let mut keep = vec![writer.as_fd()];
    keep.extend(network.map(AsFd::as_fd));
    let copy = sys::fork(&keep, || {
        let answer = work(launch, network).map_or_else(Answer::Failed, Answer::Done);
        let text = serde_json::to_vec(&answer).unwrap_or_default();
        i32::from((&writer).write_all(&text).is_err())
    });
    let copy = Copy(copy.map_err(trouble)?);
    drop(writer);
    let reader = OwnedFd::from(reader);
    let heard = interruptions.listen(&reader, &address)?;
    drop(copy);
    match serde_json::from_slice(&heard) {
        Ok(Answer::Done(variables)) => {
            set_variables(&mut launch.task, variables);
            Ok(())
        }
        Ok(Answer::Failed(failure)) => Err(failure.into()),
        Err(_) => {
            let reason = "the process that fetches for the task was killed";
            Err(Failure { recoverable: true, ..Failure::new(&address, "preparing the task", reason, SETUP) })
        }
    }
}

impl Interruptions<'_> {
    /// Everything the copy says, to its end.
    fn listen(&self, reader: &OwnedFd, address: &str) -> Result<Vec<u8>, Failure> {
        let mut heard = Vec::new();
        let mut source =
            File::from(reader.try_clone().map_err(|error| Failure::setup(address, "preparing", &error))?).take(LONGEST);
        loop {
            let mut descriptors = vec![
                PollFd::new(reader, PollFlags::IN),
                PollFd::new(self.signals, PollFlags::IN),
                // Nothing comes this way: only the other end's closing is of interest.
                PollFd::from_borrowed_fd(self.report, PollFlags::empty()),
            ];
            descriptors.extend(self.lifeline.map(|lifeline| PollFd::new(lifeline, PollFlags::IN)));
            let _ = poll(&mut descriptors, None);
            let happened: Vec<bool> = descriptors.iter().map(|descriptor| !descriptor.revents().is_empty()).collect();
            if happened[2..].contains(&true) || self.told() {
                return Err(Failure::new(address, "preparing the task", "it is being stopped", SETUP));
            }
            let mut part = [0; 16 * 1024];
            match source.read(&mut part) {
                _ if !happened[0] => {}
                Ok(0) => return Ok(heard),
                Ok(length) => heard.extend_from_slice(&part[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::setup(address, "preparing the task", &error)),
            }
        }
    }

    fn told(&self) -> bool {
        let mut told = false;
        while let Ok(Some(signal)) = self.signals.read_signal() {
            told |=
                [NamedSignal::SIGTERM, NamedSignal::SIGUSR1].iter().any(|wanted| signal.ssi_signo == *wanted as u32);
        }
        told
    }
}

/// The copy; dropped, it is killed with all it has started.
struct Copy(Born);

impl Drop for Copy {
    fn drop(&mut self) {
        let ended = || waitid(WaitId::PidFd(self.0.pidfd.as_fd()), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let _ = rustix::process::pidfd_send_signal(&self.0.pidfd, Signal::KILL);
        let _ = rustix::io::retry_on_intr(ended);
        // It began a session, and its group's number is not given away before it is reaped.
        let _ = rustix::process::kill_process_group(self.0.pid, Signal::KILL);
        let reap = || waitid(WaitId::PidFd(self.0.pidfd.as_fd()), WaitIdOptions::EXITED);
        let _ = rustix::io::retry_on_intr(reap);
    }
}

/// What the copy does.
fn work(launch: &Launch, network: Option<&OwnedFd>) -> Result<BTreeMap<String, String>, fetch::Failure> {
    let _ = rustix::thread::set_name(c"jobctl-fetch");
    let task = &launch.task;
    become_user(launch, network).map_err(|(what, reason)| fetch::Failure {
        address: task.address.clone(),
        what,
        reason,
        recoverable: false,
    })?;
    fetch::prepare(task, &launch.directories)
}

/// Becomes the task's user. Of all capabilities it keeps the one to give files away, where a template asks for that.
fn become_user(launch: &Launch, network: Option<&OwnedFd>) -> Result<(), (String, String)> {
    let said = |what: &str, error: &io::Error| (what.to_owned(), super::failure::said(error));
    if let Some(network) = network {
        move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))
            .map_err(|errno| said("network of the host", &errno.into()))?;
    }
    let steps = sandbox::identity(&fetcher(launch), &Origin::here())
        .map_err(|unknown| ("identity of the task".to_owned(), unknown.to_string()))?;
    let plain: Vec<_> = steps.iter().map(|named| named.step.clone()).collect();
    sys::perform_here(&plain).map_err(|(index, error)| said(&steps[index].what, &error))?;
    // After the change of user, which takes it back. Should init have ended before this, its pipe has no reader.
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    Ok(())
}

/// The task as the one who fetches for it: the same user, and nothing else of what it may do.
fn fetcher(launch: &Launch) -> Task {
    let mut fetcher = launch.task.clone();
    let own = |id: Option<u32>, own: u32| id.is_none_or(|id| id == own);
    let user = &fetcher.user;
    let gives = fetcher.templates.iter().any(|template| !own(template.uid, user.uid) || !own(template.gid, user.gid));
    let kept = if gives && capability::is_available("CAP_CHOWN") { vec!["CAP_CHOWN".to_owned()] } else { Vec::new() };
    fetcher.capabilities = Capabilities {
        bounding: fetcher.capabilities.bounding,
        permitted: kept.iter().cloned().collect(),
        effective: kept.into_iter().collect(),
        ..Capabilities::default()
    };
    fetcher.no_new_privileges = true;
    fetcher.apparmor_profile.clear();
    fetcher.rlimits.clear();
    let work_dir = match fetcher.driver {
        Driver::Exec => "/".to_owned(),
        Driver::RawExec => launch.directories.task.to_string_lossy().into_owned(),
    };
    fetcher.command = Command { work_dir, ..fetcher.command };
    fetcher
}

/// Variables of templates stand over the task's own, and command and arguments may refer to them.
fn set_variables(task: &mut Task, variables: BTreeMap<String, String>) {
    let fill = |text: &mut String| {
        let lookup = |name: &str| variables.get(name.strip_prefix("env.").unwrap_or(name)).cloned();
        *text = interpolate(text, lookup);
    };
    if variables.is_empty() {
        return;
    }
    fill(&mut task.command.command);
    fill(&mut task.command.work_dir);
    task.command.args.iter_mut().for_each(fill);
    task.env.extend(variables);
}

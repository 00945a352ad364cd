//! `jobctl events`: the journal of a job.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::follow::{Audience, FollowError, Follower, Names, News, Shown};
use super::instance::Instance;
use super::{Exit, Global, Output, jobs};
use crate::state::{Condition, Event, JournalReader, Launch};

/// Arguments of `jobctl events`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    instance: Instance,
    /// Go on as more happens, until the job ends
    #[arg(short, long)]
    follow: bool,
    /// Print JSON, one event a line
    #[arg(long)]
    json: bool,
}

/// One line of `events --json`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EventReport<'a> {
    /// When.
    pub time: Timestamp,
    /// The job's identifier.
    pub job: &'a str,
    /// The allocation's identifier.
    pub allocation: &'a str,
    /// The task; empty where it concerns the whole allocation.
    pub task: &'a str,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: &'a crate::state::EventKind,
    /// In a sentence, for people.
    pub message: &'a str,
    /// What programs want to know.
    pub details: &'a std::collections::BTreeMap<String, serde_json::Value>,
}

/// Prints what happened.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    match show(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn show(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<Exit, FollowError> {
    let store = jobs::open(global)?;
    let Some(named) = jobs::find(store.as_ref(), &arguments.instance, None, output)? else {
        return Ok(Exit::Failure);
    };
    let nothing = Shown { audience: Audience::Reader, only: None, names: Names::None, timestamps: false };
    let mut follower = Follower::new(nothing);
    let mut journals = Vec::new();
    let mut live = Vec::new();
    for found in named.allocations {
        if named.part.has(&found) {
            if found.condition == Condition::Supervised {
                live.push(found.launch.id.clone());
            }
            journals.extend(found.directory.events()?.map(|journal| (found.launch.clone(), journal)));
            follower.add(found, Vec::new(), None, News::Files);
        }
    }
    loop {
        // Asked before reading: what was written before the end is read after it.
        let ended = !arguments.follow || live.is_empty();
        print(&mut journals, arguments.json, &named.part, output)?;
        if ended {
            return Ok(Exit::Success);
        }
        follower.wait(&[]);
        follower.show(output)?;
        if let Some(store) = &store {
            live.retain(|id| jobs::is_supervised(store, id));
        }
    }
}

/// Prints the new events of all journals in the order in which they happened.
fn print(
    journals: &mut [(Launch, JournalReader)],
    json: bool,
    part: &super::instance::Part,
    output: &mut Output,
) -> Result<(), FollowError> {
    let mut events: Vec<(&Launch, Event)> = Vec::new();
    for (launch, journal) in journals {
        let (new, problems) = journal.read()?;
        super::jobs::report(&problems, output);
        let meant = new.into_iter().filter(|event| event.task.is_empty() || part.has_task(&event.task));
        events.extend(meant.map(|event| (&*launch, event)));
    }
    events.sort_by_key(|(_, event)| event.time);
    let mut text = String::new();
    for (launch, event) in &events {
        // Writing to a string does not fail.
        if json {
            let report = EventReport {
                time: event.time,
                job: &launch.job,
                allocation: launch.id.as_str(),
                task: &event.task,
                kind: &event.kind,
                message: &event.message,
                details: &event.details,
            };
            let line = serde_json::to_string(&report).map_err(std::io::Error::from)?;
            let _ = writeln!(text, "{line}");
        } else {
            let task = if event.task.is_empty() { String::new() } else { format!("/{}", event.task) };
            let (group, index) = (&launch.group, launch.index);
            let _ = writeln!(text, "{:.3}  {group}[{index}]{task}  {}", event.time, event.message);
        }
    }
    Ok(output.data(&text)?)
}

//! `jobctl top`: a live screen of jobs, what they take and what they write, with keys to look after them.
//!
//! The loop: what comes is made an event, the model says what is to be done, the view shows it.

mod model;
mod orders;
mod place;
mod row;
mod screen;
mod view;
mod watch;

use std::io::{self, IsTerminal};
use std::time::{Duration as Time, Instant};

use super::follow::FollowError;
use super::{Exit, Global, Output, exec};
use crate::jobspec::Duration;
use crate::state;
use model::{Action, Event, Message, Model};
use orders::Orders;
use place::Place;
use screen::{Input, Screen};
use view::Look;
use watch::Watch;

/// How often output and orders are looked at.
const TICK: Time = Time::from_millis(200);

/// Arguments of `jobctl top`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Show only what has this in its name, to begin with
    #[arg(value_name = "TEXT")]
    filter: Option<String>,
    /// How often everything is measured
    #[arg(short, long, default_value = "1s", value_name = "DURATION", value_parser = Duration::parse)]
    interval: Duration,
}

/// Why the screen ended.
#[derive(Debug, thiserror::Error)]
enum TopError {
    #[error(transparent)]
    State(#[from] state::Error),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error("the terminal fails")]
    Terminal(#[from] io::Error),
}

/// Shows the screen until it is left.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Exit {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let help = "`jobctl status` and `jobctl stats --once` print the same, with `--json` for programs";
        output.failure("`top` is a screen: standard input and output must be a terminal", Some(help));
        return Exit::Failure;
    }
    match top(arguments, global, output) {
        Ok(exit) => exit,
        Err(error) => {
            output.error(&error);
            Exit::Failure
        }
    }
}

fn top(arguments: &Arguments, global: &Global, output: &Output) -> Result<Exit, TopError> {
    let interval = arguments.interval.to_std().max(TICK);
    let mut top = Top {
        model: Model { filter: arguments.filter.clone().unwrap_or_default(), ..Model::default() },
        watch: Watch::new(),
        orders: Orders::new(),
        global,
        exit: None,
    };
    let first = top.watch.survey(global)?;
    let mut screen = Screen::enter(Look { colors: output.color_stdout() })?;
    top.take(Event::Survey(first.0, first.1), &mut screen)?;
    let mut next = Instant::now() + interval;
    while top.exit.is_none() {
        top.look(&mut screen)?;
        screen.show(&top.model)?;
        for input in screen.wait(TICK)? {
            match input {
                Input::Key(key) => top.take(Event::Key(key), &mut screen)?,
                Input::Stop => top.perform(Action::Suspend, &mut screen)?,
                Input::End(signal) => top.exit = Some(Exit::Task(u8::try_from(128 + signal).unwrap_or(u8::MAX))),
            }
        }
        if Instant::now() >= next {
            let (status, usage) = top.watch.survey(global)?;
            top.take(Event::Survey(status, usage), &mut screen)?;
            next = Instant::now() + interval;
        }
    }
    Ok(top.exit.unwrap_or(Exit::Success))
}

struct Top<'a> {
    model: Model,
    watch: Watch,
    orders: Orders,
    global: &'a Global,
    exit: Option<Exit>,
}

impl Top<'_> {
    fn take(&mut self, event: Event, screen: &mut Screen) -> Result<(), TopError> {
        let (model, actions) = std::mem::take(&mut self.model).handle(event);
        self.model = model;
        for action in actions {
            self.perform(action, screen)?;
        }
        Ok(())
    }

    /// What tasks wrote, and what came of orders.
    fn look(&mut self, screen: &mut Screen) -> Result<(), TopError> {
        if self.watch.is_stale()
            && let Some(place) = self.model.selected.clone()
        {
            self.watch.follow(place)?;
        }
        if !self.model.paused
            && let Some((place, lines)) = self.watch.lines()?
        {
            self.take(Event::Lines(place, lines), screen)?;
        }
        for message in self.orders.take().collect::<Vec<_>>() {
            self.take(Event::Told(message), screen)?;
        }
        Ok(())
    }

    fn perform(&mut self, action: Action, screen: &mut Screen) -> Result<(), TopError> {
        match action {
            Action::Quit => self.exit = Some(Exit::Success),
            // Stopped here, whoever asked for it; the shell goes on meanwhile.
            Action::Suspend => {
                let own = rustix::process::getpid();
                screen
                    .without(|| rustix::process::kill_process(own, rustix::process::Signal::STOP))?
                    .map_err(io::Error::from)?;
            }
            Action::Follow(place) => self.watch.follow(place)?,
            Action::Order(order) => self.orders.give(order, self.global),
            Action::Shell(place) => {
                let told = screen.without(|| self.shell(&place))?;
                self.model.message = told;
            }
        }
        Ok(())
    }

    /// A shell in a task, on the terminal as it is without us; what went wrong with it.
    fn shell(&self, place: &Place) -> Option<Message> {
        let mut output = Output::keeping(self.global);
        let task = place.task.clone()?;
        let exit = exec::run(&exec::Arguments::shell(place.instance(), task), self.global, &mut output);
        let said = output.into_kept();
        let text = said.lines().next()?.to_owned();
        Some(Message { text, bad: exit != Exit::Success })
    }
}

#[cfg(test)]
mod tests;

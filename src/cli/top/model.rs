//! The state of the screen, and what a key or news make of it.
//!
//! Pure: Model × Event → Model, and what is to be done. Doing it is the loop's, showing it the view's.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;

use super::place::Place;
use super::row::{self, Load, Row};
use crate::cli::stats::StatsReport;
use crate::cli::status::StatusReport;
use crate::logs::Stream;

/// How many measurements of a line are kept.
pub const KEPT: usize = 240;
/// How many lines of output are kept.
const LINES: usize = 2000;
/// How far PageUp goes.
const PAGE: usize = 10;

/// Everything shown.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// When the tree was as it is.
    pub time: Timestamp,
    /// Every line of the tree.
    pub rows: Vec<Row>,
    /// What each line took, oldest first.
    pub history: BTreeMap<Place, VecDeque<Load>>,
    /// The line that keys are about.
    pub selected: Option<Place>,
    /// Only what has this in its name is shown.
    pub filter: String,
    /// What keys mean.
    pub mode: Mode,
    /// What the tasks of the selected line wrote.
    pub lines: VecDeque<LogLine>,
    /// How many of the newest lines are scrolled away.
    pub scrolled: usize,
    /// What was done last, or why not.
    pub message: Option<Message>,
    /// Whether news are held back.
    pub paused: bool,
}

/// What keys mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Commands.
    #[default]
    Commands,
    /// The filter is being typed.
    Filter,
    /// A signal is being typed.
    Signal(String),
    /// It is asked whether to do this.
    Confirm(Order),
    /// The keys are explained.
    Help,
}

/// A line that a task wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Who; empty where there is but one.
    pub who: String,
    /// To which stream.
    pub stream: Stream,
    /// What, without anything that steers a terminal.
    pub text: String,
}

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// One that writes this.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Backspace.
    Backspace,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// To the first line.
    Home,
    /// To the last line.
    End,
    /// Back in the output.
    PageUp,
    /// On in the output.
    PageDown,
    /// Ctrl-C
    Interrupt,
    /// Ctrl-Z
    Suspend,
}

/// What happens to the screen.
#[derive(Clone, Debug)]
pub enum Event {
    /// A key.
    Key(Key),
    /// How everything fares now.
    Survey(StatusReport, StatsReport),
    /// Lines that the tasks of a place wrote.
    Lines(Place, Vec<LogLine>),
    /// An order was carried out, or could not be.
    Told(Message),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Leave.
    Quit,
    /// Stop the process, as Ctrl-Z does.
    Suspend,
    /// Show the output of these tasks from now on.
    Follow(Place),
    /// A shell in this task.
    Shell(Place),
    /// Something for the tasks of a place.
    Order(Order),
}

/// Something for the tasks of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What.
    pub verb: Verb,
    /// For whom.
    pub place: Place,
}

/// What.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Stop.
    Stop,
    /// Stop and start again.
    Restart,
    /// Send this signal.
    Signal(String),
}

impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.verb {
            Verb::Stop => write!(f, "stop {}", self.place),
            Verb::Restart => write!(f, "restart {}", self.place),
            Verb::Signal(signal) => write!(f, "signal {signal} to {}", self.place),
        }
    }
}

impl Model {
    /// The lines that the filter lets through.
    pub fn shown(&self) -> Vec<Row> {
        if self.filter.is_empty() { self.rows.clone() } else { row::matching(&self.rows, &self.filter) }
    }

    /// The selected line.
    pub fn row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| Some(&row.place) == self.selected.as_ref())
    }

    /// What an event makes of it.
    #[must_use]
    pub fn handle(mut self, event: Event) -> (Self, Vec<Action>) {
        let before = self.selected.clone();
        let mut actions = match event {
            Event::Key(key) => self.key(key),
            Event::Survey(status, usage) => {
                self.survey(&status, &usage);
                Vec::new()
            }
            Event::Lines(place, lines) => {
                if self.selected.as_ref() == Some(&place) {
                    self.lines(lines);
                }
                Vec::new()
            }
            Event::Told(message) => {
                self.message = Some(message);
                Vec::new()
            }
        };
        self.keep_selected();
        if self.selected != before {
            self.lines.clear();
            self.scrolled = 0;
            actions.extend(self.selected.clone().map(Action::Follow));
        }
        (self, actions)
    }

    fn survey(&mut self, status: &StatusReport, usage: &StatsReport) {
        if self.paused {
            return;
        }
        self.time = usage.time;
        self.rows = row::rows(status, usage);
        let known = |place: &Place| self.rows.iter().any(|row| row.place == *place);
        self.history.retain(|place, _| known(place));
        for row in &self.rows {
            let history = self.history.entry(row.place.clone()).or_default();
            history.push_back(row.load.unwrap_or_default());
            if history.len() > KEPT {
                history.pop_front();
            }
        }
    }

    fn lines(&mut self, lines: Vec<LogLine>) {
        // Who reads what was written earlier goes on reading it.
        if self.scrolled > 0 {
            self.scrolled += lines.len();
        }
        self.lines.extend(lines);
        let over = self.lines.len().saturating_sub(LINES);
        self.lines.drain(..over);
        self.scrolled = self.scrolled.min(self.lines.len().saturating_sub(1));
    }

    /// The selected line is one that is shown.
    fn keep_selected(&mut self) {
        let shown = self.shown();
        if shown.iter().any(|row| Some(&row.place) == self.selected.as_ref()) {
            return;
        }
        // What it was in; else what was near. While a filter is typed, the first task that is left.
        let gone = self.selected.as_ref().filter(|_| self.mode != Mode::Filter);
        let nearest = gone.and_then(|gone| {
            let after = || shown.iter().filter(|row| row.place >= *gone);
            let holds = shown.iter().rfind(|row| row.place.holds(gone));
            holds.or_else(|| after().find(|row| row.is_running_task())).or_else(|| after().next()).or(shown.last())
        });
        let first = shown.iter().find(|row| row.is_running_task()).or(shown.first());
        self.selected = nearest.or(first).map(|row| row.place.clone());
    }

    fn key(&mut self, key: Key) -> Vec<Action> {
        match (key, &self.mode) {
            (Key::Interrupt, _) => return vec![Action::Quit],
            (Key::Suspend, _) => return vec![Action::Suspend],
            (_, Mode::Commands) => return self.command(key),
            (Key::Escape, Mode::Filter) => {
                self.filter.clear();
                self.mode = Mode::Commands;
            }
            (Key::Backspace, Mode::Filter) => drop(self.filter.pop()),
            (Key::Char(letter), Mode::Filter) => self.filter.push(letter),
            (Key::Enter, Mode::Signal(name)) => {
                let name = name.clone();
                self.mode = Mode::Commands;
                return self.signal(&name);
            }
            (Key::Char('y' | 'Y'), Mode::Confirm(order)) => {
                let order = order.clone();
                self.mode = Mode::Commands;
                self.message = Some(Message { text: format!("{order} …"), bad: false });
                return vec![Action::Order(order)];
            }
            (Key::Enter, Mode::Filter) | (Key::Escape, _) | (_, Mode::Help | Mode::Confirm(_)) => {
                self.mode = Mode::Commands;
            }
            (Key::Char(letter), Mode::Signal(name)) if letter.is_ascii_alphanumeric() => {
                self.mode = Mode::Signal(name.clone() + &letter.to_uppercase().to_string());
            }
            (Key::Backspace, Mode::Signal(name)) => {
                let mut name = name.clone();
                name.pop();
                self.mode = Mode::Signal(name);
            }
            _ => {}
        }
        Vec::new()
    }

    fn command(&mut self, key: Key) -> Vec<Action> {
        self.message = None;
        match key {
            Key::Char('q') => return vec![Action::Quit],
            Key::Char('?' | 'h') => self.mode = Mode::Help,
            Key::Char('/' | 'f') => self.mode = Mode::Filter,
            Key::Escape => self.filter.clear(),
            Key::Char(' ' | 'p') => self.paused = !self.paused,
            Key::Up => self.step(-1),
            Key::Down => self.step(1),
            Key::Home => self.step(isize::MIN),
            Key::End => self.step(isize::MAX),
            Key::PageUp => self.scrolled = (self.scrolled + PAGE).min(self.lines.len().saturating_sub(1)),
            Key::PageDown => self.scrolled = self.scrolled.saturating_sub(PAGE),
            // A task is stopped with its allocation.
            Key::Char('s') => self.confirm(Verb::Stop, self.selected.as_ref().map(Place::without_task)),
            Key::Char('r') => self.confirm(Verb::Restart, self.selected.clone()),
            Key::Char('k') if self.selected.is_some() => self.mode = Mode::Signal(String::new()),
            Key::Char('e') => match self.row() {
                Some(row) if row.is_running_task() => return vec![Action::Shell(row.place.clone())],
                Some(_) => self.refuse("a shell runs in a task: select one that runs"),
                None => {}
            },
            _ => {}
        }
        Vec::new()
    }

    fn confirm(&mut self, verb: Verb, place: Option<Place>) {
        if let Some(place) = place {
            self.mode = Mode::Confirm(Order { verb, place });
        }
    }

    /// A signal needs no second question: its name was typed.
    fn signal(&mut self, name: &str) -> Vec<Action> {
        match crate::cli::stop::signal_name(name) {
            Ok(name) => {
                let Some(place) = self.selected.clone() else { return Vec::new() };
                vec![Action::Order(Order { verb: Verb::Signal(name), place })]
            }
            Err(error) => {
                self.refuse(&error);
                Vec::new()
            }
        }
    }

    fn refuse(&mut self, text: &str) {
        self.message = Some(Message { text: text.to_owned(), bad: true });
    }

    fn step(&mut self, by: isize) {
        let shown = self.shown();
        let at = shown.iter().position(|row| Some(&row.place) == self.selected.as_ref()).unwrap_or_default();
        let last = shown.len().saturating_sub(1);
        let to = at.saturating_add_signed(by).min(last);
        self.selected = shown.get(to).map(|row| row.place.clone());
    }
}

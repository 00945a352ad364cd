//! What the screen shows, read from files: how jobs fare, what they take, what they write.

use super::model::LogLine;
use super::place::Place;
use crate::cli::follow::{FollowError, Names};
use crate::cli::stats::{Sampler, StatsReport, all_running};
use crate::cli::status::{StatusReport, of_all};
use crate::cli::voices::{Voices, What};
use crate::cli::{Global, Output, jobs};
use crate::logs::{LogFiles, Reader, Stream};
use crate::state::{self, Found, encode};

/// How many of the last lines are read of each stream.
const TAIL: u64 = 500;
/// How many lines are taken in at a time.
const MOST: usize = 2000;
/// The longest line shown, in characters.
const LONGEST: usize = 1000;
/// How wide a tab is.
const TAB: usize = 8;

/// Looks at everything, again and again.
#[derive(Debug)]
pub struct Watch {
    sampler: Sampler,
    current: Vec<Found>,
    followed: Option<(Place, Voices)>,
    /// The allocations that the followed place has.
    ids: Vec<String>,
}

impl Watch {
    /// Nothing was looked at yet.
    pub fn new() -> Self {
        Self { sampler: Sampler::new(), current: Vec::new(), followed: None, ids: Vec::new() }
    }

    /// How everything fares.
    ///
    /// # Errors
    /// [`state::Error`]
    pub fn survey(&mut self, global: &Global) -> Result<(StatusReport, StatsReport), state::Error> {
        let mut quiet = Output::keeping(global);
        let Some(store) = jobs::open(global)? else {
            self.current.clear();
            return Ok((StatusReport { jobs: Vec::new() }, self.sampler.sample(Vec::new())));
        };
        let (all, _) = store.survey()?;
        let current = jobs::current_of_each(all);
        let status = of_all(&store, &current, &mut quiet)?;
        self.current = current.into_values().flatten().collect();
        let usage = self.sampler.sample(self.current.iter().flat_map(all_running).collect());
        Ok((status, usage))
    }

    /// Reads the output of these tasks from now on.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn follow(&mut self, place: Place) -> Result<(), FollowError> {
        let found: Vec<&Found> = self
            .current
            .iter()
            .filter(|found| place.holds(&place_of(found)) || place_of(found).holds(&place))
            .collect();
        let tasks = |found: &Found| {
            let all = found.status.iter().flat_map(|status| &status.tasks).map(|task| task.name.clone());
            let wanted = place.task.clone();
            all.filter(move |name| wanted.as_ref().is_none_or(|wanted| wanted == name)).collect::<Vec<_>>()
        };
        let names = Names::for_count(found.len(), found.iter().map(|found| tasks(found).len()).sum());
        let mut voices = Voices::default();
        for found in &found {
            for task in tasks(found) {
                for stream in Stream::ALL {
                    let Some(logs) = found.directory.logs()? else { continue };
                    let reader = Reader::from_last(LogFiles::new(logs, &encode(&task), stream), TAIL)?;
                    voices.add_stream(who(names, found, &task), stream, reader, None, false);
                }
            }
        }
        self.ids = found.iter().map(|found| found.launch.id.to_string()).collect();
        self.followed = Some((place, voices));
        Ok(())
    }

    /// Whether other allocations are meant by what is followed than when that began.
    pub fn is_stale(&self) -> bool {
        let Some((place, _)) = &self.followed else { return false };
        let now = self.current.iter().filter(|found| place_of(found).holds(place) || place.holds(&place_of(found)));
        !now.map(|found| found.launch.id.to_string()).eq(self.ids.iter().cloned())
    }

    /// The lines that came since the last time.
    ///
    /// # Errors
    /// [`FollowError`]
    pub fn lines(&mut self) -> Result<Option<(Place, Vec<LogLine>)>, FollowError> {
        let Some((place, voices)) = &mut self.followed else { return Ok(None) };
        let mut lines = Vec::new();
        while lines.len() < MOST
            && let Some(said) = voices.next()?
        {
            if let What::Line(stream, text) = said.what {
                lines.push(LogLine { who: said.who.to_owned(), stream, text: plain(&text) });
            }
        }
        Ok((!lines.is_empty()).then(|| (place.clone(), lines)))
    }
}

fn place_of(found: &Found) -> Place {
    Place::job(&found.launch.namespace, &found.launch.job).allocation(&found.launch.group, found.launch.index)
}

fn who(names: Names, found: &Found, task: &str) -> String {
    match names {
        Names::None => String::new(),
        Names::Task => task.to_owned(),
        Names::Full => format!("{}[{}]/{task}", found.launch.group, found.launch.index),
    }
}

/// A line of a task without what would steer the terminal: escape sequences go, other control characters become dots.
fn plain(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let mut letters = text.trim_end_matches(['\n', '\r']).chars().peekable();
    let mut plain = String::new();
    let mut width = 0;
    while let Some(letter) = letters.next() {
        if width >= LONGEST {
            plain.push('…');
            break;
        }
        match letter {
            // A control sequence (ECMA-48): `ESC [`, parameters, and one letter from `@` to `~`.
            '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                while letters.next().is_some_and(|letter| !('@'..='~').contains(&letter)) {}
            }
            '\t' => {
                let to = (width / TAB + 1) * TAB;
                plain.extend(std::iter::repeat_n(' ', to - width));
                width = to;
            }
            _ if letter.is_control() => {
                plain.push('·');
                width += 1;
            }
            _ => {
                plain.push(letter);
                width += 1;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn lines_steer_no_terminal() {
        assert_eq!(plain(b"\x1b[1;31mred\x1b[0m and\tmore\r\n"), "red and more");
        assert_eq!(plain(b"a\tb"), "a       b");
        assert_eq!(plain(b"\x1b]0;title\x07 \x1b"), "·]0;title· ·");
        assert_eq!(plain("caf\u{e9} \u{9b}2J".as_bytes()), "café ·2J");
        assert_eq!(plain(b"\xff").chars().count(), 1);
        assert_eq!(plain(&[b'x'; 5000]).chars().count(), 1001);
    }
}

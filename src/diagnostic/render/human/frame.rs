//! A frame: some lines of a file with labels under them.
//!
//! Places that are near each other share one; each other place, of another file too, has one of its own.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::look::{Look, Tone};
use super::screen_line::{ScreenLine, fit_together};
use crate::diagnostic::{Diagnostic, Label, SourceFile, Sources};

/// Lines shown before and after a place.
const AROUND: u32 = 1;

/// Some lines of a file and the labels on them, sorted.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    file: &'a SourceFile,
    places: Vec<Place<'a>>,
}

/// A label on the line it begins on.
#[derive(Clone, Debug)]
struct Place<'a> {
    label: &'a Label,
    /// The finding's first.
    primary: bool,
    line: u32,
    /// Bytes of that line.
    range: Range<usize>,
    /// The line it ends on.
    last_line: u32,
}

impl<'a> Frame<'a> {
    /// The frames of a finding: the file of its first label first, in each file by line.
    pub(super) fn of(finding: &'a Diagnostic, sources: &'a Sources, look: Look) -> Vec<Self> {
        let mut files = Vec::new();
        for label in &finding.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        let mut frames: Vec<Self> = Vec::new();
        for id in files {
            let file = sources.file(id);
            let labels = finding.labels.iter().enumerate().filter(|(_, label)| label.span.file == id);
            let mut places: Vec<_> = labels.map(|(at, label)| Place::new(file, label, at == 0)).collect();
            places.sort_by_key(|place| (place.line, place.range.start, place.range.end));
            let before = frames.len();
            for place in places {
                match frames[before..].last_mut() {
                    Some(frame) if frame.takes(&place, look) => frame.places.push(place),
                    _ => frames.push(Self { file, places: vec![place] }),
                }
            }
        }
        frames
    }

    /// Whether a place that comes after those here is near enough.
    fn takes(&self, next: &Place<'_>, look: Look) -> bool {
        let Some(last) = self.places.last() else { return true };
        let first_on_line = self.places.iter().find(|place| place.line == next.line);
        match first_on_line {
            None => next.line <= last.line + 2 * AROUND + 1,
            Some(first) => {
                let end = self.places.iter().filter(|place| place.line == next.line).map(|place| place.range.end);
                let end = end.max().unwrap_or(0).max(next.range.end);
                fit_together(self.file.line(next.line), &(first.range.start..end), room(look))
            }
        }
    }

    /// Digits of its greatest line number.
    pub(super) fn digits(&self) -> usize {
        self.last_line().to_string().len()
    }

    fn first_line(&self) -> u32 {
        self.places.first().map_or(1, |place| place.line.saturating_sub(AROUND).max(1))
    }

    fn last_line(&self) -> u32 {
        self.places.last().map_or(1, |place| (place.line + AROUND).min(self.file.last_line()).max(place.line))
    }

    /// Draws it with room for line numbers of so many digits.
    pub(super) fn draw(&self, text: &mut String, digits: usize, tone: Tone, look: Look) {
        let glyphs = look.glyphs();
        let Some(named) = self.places.iter().find(|place| place.primary).or(self.places.first()) else { return };
        let position = self.file.position(named.label.span.start);
        let name = format!("{}:{}:{}", self.file.name(), position.line, position.column);
        let margin = " ".repeat(digits + 2);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{margin}{}{}]", look.paint(Tone::Faint, glyphs.opens), look.paint(Tone::Name, &name));
        for number in self.first_line()..=self.last_line() {
            let places: Vec<_> = self.places.iter().filter(|place| place.line == number).collect();
            let end = places.iter().map(|place| place.range.end).max().unwrap_or(0);
            let focus = places.first().map_or(0, |place| place.range.start)..end;
            let line = ScreenLine::new(self.file.line(number), &focus, room(look), look);
            let head = look.paint(Tone::Faint, &format!(" {number:>digits$} {}", glyphs.bar));
            let _ = writeln!(text, "{}", format!("{head} {}", line.text).trim_end());
            let margin = look.paint(Tone::Faint, &format!("{margin}{}", glyphs.dots));
            for rows in side_by_side(&places, &line) {
                draw_labels(text, &margin, &rows, tone, look);
            }
        }
        let _ = writeln!(text, "{margin}{}", look.paint(Tone::Faint, glyphs.closes));
    }
}

impl<'a> Place<'a> {
    fn new(file: &SourceFile, label: &'a Label, primary: bool) -> Self {
        let (start, end) = (label.span.start, label.span.end.max(label.span.start));
        let line = file.position(start).line;
        // A span ends before its end.
        let last_line = if end > start { file.position(end - 1).line } else { line };
        let begins = file.line_start(line);
        let text = file.line(line);
        let within = |at: u32| {
            let at = (at.saturating_sub(begins) as usize).min(text.len());
            (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
        };
        Self { label, primary, line, range: within(start)..within(end), last_line }
    }

    fn message(&self) -> String {
        match (self.label.message.as_str(), self.last_line) {
            (message, last) if last == self.line => message.to_owned(),
            ("", last) => format!("up to line {last}"),
            (message, last) => format!("{message} (up to line {last})"),
        }
    }
}

/// The labels of a line with their columns, in rows in which none stands over another.
fn side_by_side<'a>(places: &[&'a Place<'a>], line: &ScreenLine) -> Vec<Vec<(&'a Place<'a>, Range<usize>)>> {
    let mut rows: Vec<Vec<(&Place<'_>, Range<usize>)>> = Vec::new();
    for place in places {
        let columns = line.columns(&place.range);
        // What has nothing to say only shows how far it goes: around what is said, that is seen anyway.
        let around = |other: &Place<'_>| other.range.start < place.range.end && place.range.start < other.range.end;
        if place.message().is_empty()
            && places.iter().filter(|other| around(other)).any(|other| !other.message().is_empty())
        {
            continue;
        }
        let free = rows.iter_mut().find(|row| row.last().is_none_or(|(_, last)| last.end <= columns.start));
        match free {
            Some(row) => row.push((place, columns)),
            None => rows.push(vec![(place, columns)]),
        }
    }
    rows
}

/// The lines under some text, and below them what is said, the rightmost first.
fn draw_labels(text: &mut String, margin: &str, row: &[(&Place<'_>, Range<usize>)], tone: Tone, look: Look) {
    let glyphs = look.glyphs();
    let tone_of = |place: &Place<'_>| if place.primary { tone } else { Tone::Other };
    let middle = |columns: &Range<usize>| columns.start + columns.len() / 2;
    let mut under = Ruler::new(margin);
    for (place, columns) in row {
        let tee = if place.message().is_empty() { glyphs.line } else { glyphs.tee };
        let before = glyphs.line.repeat(middle(columns) - columns.start);
        let after = glyphs.line.repeat(columns.end - middle(columns) - 1);
        under.put(columns.start, &format!("{before}{tee}{after}"), tone_of(place), look);
    }
    under.finish(text);
    for (at, (place, columns)) in row.iter().enumerate().rev().filter(|(_, (place, _))| !place.message().is_empty()) {
        let mut said = Ruler::new(margin);
        for (left, left_columns) in row[..at].iter().filter(|(left, _)| !left.message().is_empty()) {
            said.put(middle(left_columns), glyphs.bar, tone_of(left), look);
        }
        let letters = place.message();
        let letters = letters.chars().map(|letter| super::screen_line::shown(letter, glyphs.unknown));
        said.put(middle(columns), &format!("{}{}", glyphs.hook, letters.collect::<String>()), tone_of(place), look);
        said.finish(text);
    }
}

/// A line that is written from left to right.
struct Ruler {
    text: String,
    column: usize,
}

impl Ruler {
    fn new(margin: &str) -> Self {
        Self { text: format!("{margin} "), column: 0 }
    }

    fn put(&mut self, column: usize, piece: &str, tone: Tone, look: Look) {
        self.text.extend(std::iter::repeat_n(' ', column.saturating_sub(self.column)));
        self.text += &look.paint(tone, piece);
        self.column = column.max(self.column) + piece.width();
    }

    fn finish(self, text: &mut String) {
        *text += &self.text;
        text.push('\n');
    }
}

/// Columns for a line of the file: what the margin leaves.
fn room(look: Look) -> usize {
    look.width.saturating_sub(10).max(20)
}

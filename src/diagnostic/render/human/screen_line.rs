//! One line of a file as columns of a screen: cut to its width, tabs as blanks, nothing that would steer the terminal.
//!
//! Reads no more of the line than it shows.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::look::Look;

const TAB: usize = 4;

/// What is shown of a line.
#[derive(Debug)]
pub(super) struct ScreenLine {
    /// With what stands for what is cut off.
    pub text: String,
    /// Where each character begins, in bytes of the line, and its column; the last is the end of what is shown.
    columns: Vec<(usize, usize)>,
}

impl ScreenLine {
    /// The part of a line that has a range of bytes in it, with as much around it as there is room for.
    pub(super) fn new(line: &str, focus: &Range<usize>, width: usize, look: Look) -> Self {
        let start = if fits(line, width) { 0 } else { start_of(line, focus, width) };
        let mut shown_line = Self { text: String::new(), columns: Vec::new() };
        let mut column = 0;
        if start > 0 {
            shown_line.text += look.glyphs().cut;
            column = 1;
        }
        let mut end = line.len();
        for (at, letter) in line[start..].char_indices() {
            let blanks = if letter == '\t' { TAB - column % TAB } else { 0 };
            let wide = if blanks > 0 { blanks } else { shown(letter, look.glyphs().unknown).width().unwrap_or(0) };
            // The last column is for the sign that there is more.
            let room = if start + at + letter.len_utf8() < line.len() { width.saturating_sub(1) } else { width };
            if column + wide > room {
                end = start + at;
                break;
            }
            shown_line.columns.push((start + at, column));
            if blanks > 0 {
                shown_line.text.extend(std::iter::repeat_n(' ', blanks));
            } else {
                shown_line.text.push(shown(letter, look.glyphs().unknown));
            }
            column += wide;
        }
        shown_line.columns.push((end, column));
        if end < line.len() {
            shown_line.text += look.glyphs().cut;
        }
        shown_line
    }

    /// The columns that a range of bytes takes, at least one.
    pub(super) fn columns(&self, range: &Range<usize>) -> Range<usize> {
        let column = |byte: usize| {
            let found = self.columns.partition_point(|(at, _)| *at < byte).min(self.columns.len() - 1);
            self.columns[found].1
        };
        let start = column(range.start);
        start..column(range.end).max(start + 1)
    }
}

/// Whether two places of a line can be shown beside each other.
pub(super) fn fit_together(line: &str, range: &Range<usize>, width: usize) -> bool {
    fits(line, width) || line.get(range.clone()).is_some_and(|between| fits(between, width.saturating_sub(8)))
}

fn fits(line: &str, width: usize) -> bool {
    // Four bytes a column are the most there are, but for what is not seen.
    line.len() <= 4 * width && line.replace('\t', "    ").width() <= width
}

/// Where the shown part begins, so that the focus is in the middle, or its start is seen at least.
fn start_of(line: &str, focus: &Range<usize>, width: usize) -> usize {
    let focused = match line.get(focus.clone()) {
        Some(focused) if focused.len() <= 4 * width => focused.width().min(width),
        _ => width,
    };
    let before = (width.saturating_sub(focused) / 2).max(8);
    let mut wide = 0;
    let start = line[..focus.start].char_indices().rev().take_while(|(_, letter)| {
        wide += letter.width().unwrap_or(TAB);
        wide <= before
    });
    let start = start.last().map_or(focus.start, |(at, _)| at);
    // What is left out is more than the sign that stands for it, or it stays.
    if line[..start].chars().take(3).count() < 3 { 0 } else { start }
}

/// A character that can be shown: not one that steers a terminal or turns the direction of writing.
pub(super) fn shown(letter: char, unknown: char) -> char {
    match letter {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => unknown,
        letter if letter.is_control() => unknown,
        letter => letter,
    }
}

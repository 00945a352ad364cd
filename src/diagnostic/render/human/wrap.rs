//! Sentences in lines of a width.

use unicode_width::UnicodeWidthStr;

use super::look::Look;
use super::screen_line::shown;

/// Longer lines are hard to read, however wide the screen is.
const WIDEST: usize = 110;

/// The lines of a text behind so many columns, broken at blanks; a word that is longer than a line stays whole.
pub(super) fn wrapped(text: &str, behind: usize, look: Look) -> Vec<String> {
    let width = look.width.min(WIDEST).saturating_sub(behind);
    let text = if look.unicode { text.to_owned() } else { text.replace('…', "...") };
    let mut lines = Vec::new();
    for part in text.split('\n') {
        let mut line = String::new();
        for word in part.split_inclusive(' ') {
            if !line.is_empty() && line.width() + word.trim_end().width() > width {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            line.extend(word.chars().map(|letter| shown(letter, look.glyphs().unknown)));
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

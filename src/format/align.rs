//! Alignment: the `=` of arguments, and the comments after code, in columns over consecutive lines.
//!
//! A line without one ends the column; so does an argument whose value goes on over several lines.

use super::line::{Cell, Line};

/// Sets the blanks before each `=` and each comment after code. Indentation and spacing are set.
pub(super) fn align(lines: &mut [Line<'_>]) {
    align_column(lines, |line| line.assignment);
    align_column(lines, |line| line.comment);
}

/// Moves the cells that `column` finds under one another, in each run of consecutive lines that have one.
fn align_column(lines: &mut [Line<'_>], column: impl Fn(&Line<'_>) -> Option<usize>) {
    for run in lines.chunk_by_mut(|line, next| column(line).is_some() && column(next).is_some()) {
        let widths: Vec<_> = run.iter().map(|line| column(line).map(|at| width(&line.cells[..at]))).collect();
        let widest = widths.iter().flatten().copied().max().unwrap_or(0);
        for (line, width) in run.iter_mut().zip(widths) {
            if let (Some(at), Some(width)) = (column(line), width) {
                line.cells[at].blanks = widest - width + 1;
            }
        }
    }
}

/// Columns that tokens take, counted in characters.
fn width(cells: &[Cell<'_>]) -> usize {
    cells.iter().map(|cell| cell.blanks + cell.text.chars().count()).sum()
}

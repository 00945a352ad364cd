//! Indentation: two blanks for each line that opened brackets which are still open.
//!
//! Several brackets opened on one line indent once; a line is indented by what is open after it has closed brackets.

use super::line::{Line, net_brackets};

/// Blanks a level.
const WIDTH: usize = 2;

/// Sets the blanks before the first token of each line.
pub(super) fn indent(lines: &mut [Line<'_>]) {
    // For each level, the brackets its line left open.
    let mut levels: Vec<isize> = Vec::new();
    for line in lines {
        let net = net_brackets(line.code());
        if net < 0 {
            close(&mut levels, -net);
        }
        if let Some(first) = line.cells.first_mut() {
            first.blanks = WIDTH * levels.len();
        }
        if net > 0 {
            levels.push(net);
        }
    }
}

/// Closes brackets, the innermost first; a level ends with the last of its brackets.
fn close(levels: &mut Vec<isize>, mut brackets: isize) {
    while let Some(open) = levels.last_mut() {
        if *open > brackets {
            *open -= brackets;
            return;
        }
        brackets -= *open;
        levels.pop();
        if brackets == 0 {
            return;
        }
    }
}

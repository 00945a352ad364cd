//! Blanks between the tokens of a line.
//!
//! One or none for each pair of neighbours; what stands in strings is not touched.

use super::line::{Cell, Line, bracket_change};
use crate::parser::TokenKind as Kind;

/// Sets the blanks before all tokens but the first of each line.
pub(super) fn space(lines: &mut [Line<'_>]) {
    let mut before = None;
    for line in lines {
        for at in 0..line.cells.len() {
            if at > 0 {
                line.cells[at].blanks = usize::from(is_spaced(before, &line.cells[at - 1], &line.cells[at]));
                before = Some(line.cells[at - 1].kind);
            }
        }
        if let Some(last) = line.code().last() {
            before = Some(last.kind);
        }
    }
}

/// Whether there is a blank between two tokens, `before` being the one before them.
fn is_spaced(before: Option<Kind>, left: &Cell<'_>, right: &Cell<'_>) -> bool {
    if is_tight(left.kind, right.kind) {
        return false;
    }
    match (left.kind, right.kind) {
        // `${ {` and `} }`: two braces together mean something else to other tools.
        (Kind::InterpolationOpen, Kind::BraceOpen) | (Kind::Comma, _) => true,
        (Kind::BraceClose, Kind::SequenceClose) => right.text == "}",
        (Kind::Identifier, Kind::BracketOpen) => left.text == "in",
        (Kind::Minus, _) => before.is_some_and(ends_operand),
        (Kind::Bang, _) => false,
        (left, right) => {
            let in_braces = left == Kind::BraceOpen || right == Kind::BraceClose;
            in_braces || (bracket_change(left) <= 0 && bracket_change(right) >= 0)
        }
    }
}

/// Whether two tokens belong together whatever is around them; in strings, text is text.
fn is_tight(left: Kind, right: Kind) -> bool {
    matches!(left, Kind::QuoteOpen | Kind::Literal | Kind::SequenceClose | Kind::Dot | Kind::DoubleColon)
        || matches!(right, Kind::QuoteClose | Kind::Literal | Kind::Dot | Kind::DoubleColon)
        || matches!(right, Kind::Comma | Kind::Ellipsis)
        || match right {
            Kind::ParenthesisOpen => left == Kind::Identifier,
            Kind::BraceClose => left == Kind::BraceOpen,
            Kind::BracketOpen => {
                matches!(left, Kind::Number | Kind::BraceClose | Kind::BracketClose | Kind::ParenthesisClose)
            }
            _ => false,
        }
}

/// Whether a minus after this token takes something away from it.
fn ends_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Identifier
            | Kind::Number
            | Kind::String
            | Kind::QuoteClose
            | Kind::Heredoc
            | Kind::BraceClose
            | Kind::BracketClose
            | Kind::ParenthesisClose
    )
}

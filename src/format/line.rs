//! A file as lines of tokens, each with the blanks before it.
//!
//! Splits and joins; how many blanks there are is decided in `spacing`, `indent` and `align`.

use crate::parser::{Lexer, Token, TokenKind};

/// A token and the blanks before it.
#[derive(Debug)]
pub(super) struct Cell<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    pub(super) blanks: usize,
}

/// The tokens up to a newline; strings and heredocs do not end it.
#[derive(Debug, Default)]
pub(super) struct Line<'t> {
    pub(super) cells: Vec<Cell<'t>>,
    /// Where the `=` of an argument is whose value ends on this line.
    pub(super) assignment: Option<usize>,
    /// Where the comment up to the end of the line is, if other tokens stand before it.
    pub(super) comment: Option<usize>,
    /// The newline as written, if there is one.
    newline: Option<&'t str>,
}

impl<'t> Line<'t> {
    fn new(cells: Vec<Cell<'t>>, newline: Option<&'t str>) -> Self {
        let comment = (1..cells.len()).next_back().filter(|last| cells[*last].kind == TokenKind::LineComment);
        let code = &cells[..comment.unwrap_or(cells.len())];
        let assignment =
            (1..code.len()).find(|at| code[*at].kind == TokenKind::Equal).filter(|at| net_brackets(&code[*at..]) == 0);
        Self { cells, assignment, comment, newline }
    }

    /// The tokens without the comment after them.
    pub(super) fn code(&self) -> &[Cell<'t>] {
        &self.cells[..self.comment.unwrap_or(self.cells.len())]
    }
}

/// Brackets opened less brackets closed.
pub(super) fn net_brackets(cells: &[Cell<'_>]) -> isize {
    cells.iter().map(|cell| bracket_change(cell.kind)).sum()
}

/// 1 for what opens, -1 for what closes. Quotes are no brackets.
pub(super) fn bracket_change(kind: TokenKind) -> isize {
    match kind {
        TokenKind::BraceOpen
        | TokenKind::BracketOpen
        | TokenKind::ParenthesisOpen
        | TokenKind::InterpolationOpen
        | TokenKind::DirectiveOpen => 1,
        TokenKind::BraceClose | TokenKind::BracketClose | TokenKind::ParenthesisClose | TokenKind::SequenceClose => -1,
        _ => 0,
    }
}

/// The lines of a valid file. A heredoc is one token, whatever it holds.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    let mut lexer = Lexer::code(text);
    let mut lines = Vec::new();
    let mut cells = Vec::new();
    loop {
        let token = lexer.next_token();
        match token.kind {
            TokenKind::End => break,
            TokenKind::Newline => lines.push(Line::new(std::mem::take(&mut cells), Some(&text[token.range()]))),
            TokenKind::HeredocOpen => {
                let end = heredoc_end(&mut lexer);
                let text = &text[token.start as usize..end.end as usize];
                cells.push(Cell { kind: TokenKind::Heredoc, text, blanks: 0 });
            }
            kind => cells.push(Cell { kind, text: &text[token.range()], blanks: 0 }),
        }
    }
    if !cells.is_empty() {
        lines.push(Line::new(cells, None));
    }
    lines
}

/// The closing marker of the heredoc that was just opened.
fn heredoc_end(lexer: &mut Lexer<'_>) -> Token {
    let mut open = 1;
    loop {
        let token = lexer.next_token();
        match token.kind {
            TokenKind::HeredocOpen => open += 1,
            TokenKind::HeredocClose => open -= 1,
            TokenKind::End => return token,
            _ => {}
        }
        if open == 0 {
            return token;
        }
    }
}

/// The text of lines, with a newline at its end.
pub(super) fn join(lines: &[Line<'_>]) -> String {
    let newline = lines.iter().find_map(|line| line.newline).unwrap_or("\n");
    let mut text = String::new();
    for line in lines {
        for cell in &line.cells {
            text.extend(std::iter::repeat_n(' ', cell.blanks));
            text.push_str(cell.text);
        }
        text.push_str(line.newline.unwrap_or(newline));
    }
    text
}

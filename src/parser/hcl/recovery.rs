//! Going on after an error: where does the next statement begin?
//!
//! Skips only; the error has been reported.

use super::parser::Parser;
use super::token::{Token, TokenKind};

impl Parser<'_, '_> {
    /// Skips the rest of the statement that began at an offset: up to the end of its last line or the closing brace of
    /// the block around it. Strings are taken to end where they should; brackets that nothing closes end where a line
    /// is indented no deeper than the statement.
    pub(super) fn recover(&mut self, start: u32, in_block: bool) {
        let column = self.column(start);
        self.clear_scratch();
        self.braces_unclear = true;
        self.newlines = true;
        if let Some(at) = self.open.iter().position(|open| is_template(open.kind)) {
            let kind = self.open[at].kind;
            self.open.truncate(at);
            self.leave_template(kind);
        }
        if self.token.start > start && self.begins_outside(self.token.start, column) {
            return self.open.clear();
        }
        loop {
            let kind = self.token.kind;
            match kind {
                TokenKind::End => break,
                TokenKind::Newline if self.open.is_empty() || self.next_line_is_outside(column) => break,
                TokenKind::BraceClose if in_block && !self.closes(TokenKind::BraceClose) => break,
                TokenKind::BraceClose | TokenKind::BracketClose | TokenKind::ParenthesisClose => {
                    if let Some(at) = self.open.iter().rposition(|open| open.kind.closer() == Some(kind)) {
                        self.open.truncate(at);
                    }
                }
                TokenKind::BraceOpen | TokenKind::BracketOpen | TokenKind::ParenthesisOpen => {
                    self.open.push(self.token);
                }
                TokenKind::QuoteOpen | TokenKind::HeredocOpen => {
                    self.token = self.lexer.next_token();
                    self.leave_template(kind);
                    continue;
                }
                _ => {}
            }
            self.advance();
        }
        self.open.clear();
    }

    fn closes(&self, kind: TokenKind) -> bool {
        self.open.iter().any(|open| open.kind.closer() == Some(kind))
    }

    /// Goes to the token after the outermost string or heredoc: a string ends on its line, a heredoc at its marker.
    fn leave_template(&mut self, kind: TokenKind) {
        if self.lexer.depth() == 0 {
            if !matches!(self.token.kind, TokenKind::Newline | TokenKind::End) {
                self.advance();
            }
            return;
        }
        if kind == TokenKind::HeredocOpen {
            let end = self.lexer.heredoc_end().unwrap_or(self.lexer.end());
            self.braces_unclear |= end == self.lexer.end();
            self.lexer.resume(0, end);
            return self.advance();
        }
        let mut token: Token = self.token;
        while self.lexer.depth() > 0 && !matches!(token.kind, TokenKind::Newline | TokenKind::End) {
            token = self.lexer.next_token();
        }
        if matches!(token.kind, TokenKind::Newline | TokenKind::End) {
            self.lexer.resume(0, token.start);
        }
        self.advance();
    }

    /// At a newline: whether the next line begins outside the statement.
    fn next_line_is_outside(&self, column: u32) -> bool {
        let line = &self.lexer.text()[self.token.end as usize..self.lexer.end() as usize];
        let text = line.trim_start_matches([' ', '\t']);
        is_outside(text, line.len() - text.len(), column)
    }

    /// Whether an offset is where its line begins, and that outside the statement.
    fn begins_outside(&mut self, offset: u32, column: u32) -> bool {
        let indentation = self.column(offset) as usize;
        let (before, text) = self.lexer.text()[..self.lexer.end() as usize].split_at(offset as usize);
        before[offset as usize - indentation..].trim_start_matches([' ', '\t']).is_empty()
            && is_outside(text, indentation, column)
    }

    /// How many bytes stand before an offset on its line. Offsets mostly grow: what was searched once is not again.
    pub(super) fn column(&mut self, offset: u32) -> u32 {
        let (known, line) = if self.line.0 <= offset { self.line } else { (0, 0) };
        let unseen = &self.lexer.text().as_bytes()[known as usize..offset as usize];
        let line = memchr::memrchr(b'\n', unseen)
            .and_then(|newline| u32::try_from(newline + 1).ok())
            .map_or(line, |after| known + after);
        self.line = (offset, line);
        offset - line
    }

    fn clear_scratch(&mut self) {
        self.scratch.expressions.clear();
        self.scratch.items.clear();
        self.scratch.operators.clear();
        self.scratch.prefixes.clear();
        self.scratch.steps.clear();
        self.scratch.pieces.clear();
        self.scratch.parts.clear();
    }
}

/// Whether a line with this text and indentation is no part of a statement that begins at a column: it has a name no
/// deeper, or a closing brace less deep.
fn is_outside(text: &str, indentation: usize, column: u32) -> bool {
    match text.chars().next() {
        Some('}') => indentation < column as usize,
        Some(first) => indentation <= column as usize && (first == '_' || first.is_alphabetic()),
        None => false,
    }
}

fn is_template(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::QuoteOpen | TokenKind::HeredocOpen)
}

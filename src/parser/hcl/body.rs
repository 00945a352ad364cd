//! Bodies: arguments and blocks.
//!
//! Statements and how one that is wrong is survived; values are read in `expression`.

use super::parser::{Dialect, Failed, Parsed, Parser};
use super::problem;
use super::token::{Token, TokenKind};
use crate::diagnostic::Span;
use crate::parser::duplicates::duplicates;
use crate::parser::{Attribute, Block, Body, Name};

/// The block whose body is read.
#[derive(Clone, Copy)]
struct Enclosing<'a> {
    kind: Name<'a>,
    header: Span,
    brace: Token,
    /// Where the line of the block's kind begins to have text: its column.
    column: u32,
}

/// What is known about a body that began on the line of its opening brace.
#[derive(Clone, Copy, Default)]
struct OneLine {
    active: bool,
    arguments: usize,
    /// Whether the line was already found wrong.
    reported: bool,
}

impl<'a> Parser<'a, '_> {
    /// A whole file.
    pub(in crate::parser) fn file(mut self) -> Body<'a> {
        let body = self.body(None, OneLine::default());
        Body { span: self.span(0, self.lexer.end()), ..body }
    }

    /// Statements up to the end of the text or the closing brace, which is left to be read.
    fn body(&mut self, enclosing: Option<Enclosing<'a>>, mut line: OneLine) -> Body<'a> {
        let start = self.previous_end;
        let attributes_mark = self.scratch.attributes.len();
        let blocks_mark = self.scratch.blocks.len();
        loop {
            match self.token.kind {
                TokenKind::Newline => {
                    if std::mem::take(&mut line.active) && !line.reported {
                        let newline = self.span_of(self.token).at_start();
                        self.report_hcl1(problem::statement::open_line(newline, enclosing.map(|block| block.header)));
                    }
                    self.advance();
                }
                TokenKind::BraceClose if enclosing.is_some() => break,
                TokenKind::End => {
                    if let Some(block) = enclosing {
                        self.report_unclosed_block(block);
                    }
                    break;
                }
                _ => {
                    let (depth, start) = (self.depth, self.token.start);
                    if let Err(Failed) = self.statement(&mut line, enclosing.is_some()) {
                        self.depth = depth;
                        line.reported = true;
                        self.recover(start, enclosing.is_some());
                    }
                }
            }
        }
        let span = self.span(start, self.token.start);
        self.report_duplicates(attributes_mark);
        let attributes = self.arena.alloc_slice_copy(&self.scratch.attributes[attributes_mark..]);
        let blocks = self.arena.alloc_slice_copy(&self.scratch.blocks[blocks_mark..]);
        self.scratch.attributes.truncate(attributes_mark);
        self.scratch.blocks.truncate(blocks_mark);
        Body { attributes, blocks, span }
    }

    fn statement(&mut self, line: &mut OneLine, in_block: bool) -> Parsed<()> {
        let first = self.token;
        let name = match first.kind {
            TokenKind::Identifier => {
                self.advance();
                Name { text: self.text(first), span: self.span_of(first) }
            }
            TokenKind::String | TokenKind::QuoteOpen => {
                let name = self.quoted_name()?;
                let is_name = match self.token.kind {
                    TokenKind::Equal | TokenKind::Colon | TokenKind::BraceOpen => true,
                    TokenKind::String | TokenKind::Identifier => self.dialect == Dialect::Hcl1,
                    _ => false,
                };
                if !is_name {
                    return self.fail(problem::statement::statement_expected(first, name.text, name.span));
                }
                self.report_hcl1(problem::statement::quoted_name(name, self.at(TokenKind::BraceOpen)));
                name
            }
            TokenKind::BraceClose if self.braces_unclear => return Err(Failed),
            _ => {
                let (text, place) = (self.text(first), self.span_of(first));
                return self.fail(problem::statement::statement_expected(first, text, place));
            }
        };
        match self.token.kind {
            TokenKind::Equal | TokenKind::Colon => self.argument(name, line, in_block),
            TokenKind::BraceOpen | TokenKind::String | TokenKind::QuoteOpen | TokenKind::Identifier => {
                if line.active && !std::mem::replace(&mut line.reported, true) {
                    self.report_hcl1(problem::statement::block_in_line(name));
                }
                self.block(name, first, line)
            }
            _ => {
                let (text, place) = (self.text(self.token), self.span_of(self.token));
                self.fail(problem::statement::name_alone(name, self.token, text, place))
            }
        }
    }

    fn argument(&mut self, name: Name<'a>, line: &mut OneLine, in_block: bool) -> Parsed<()> {
        if line.active {
            line.arguments += 1;
            if line.arguments > 1 && !std::mem::replace(&mut line.reported, true) {
                self.report_hcl1(problem::statement::one_argument_a_line(name.span));
            }
        }
        if self.at(TokenKind::Colon) {
            let colon = self.span_of(self.token);
            self.report(problem::statement::colon(name, colon));
        }
        self.advance();
        let value = self.expression()?;
        self.scratch.attributes.push(Attribute { name, value });
        let place = self.span_of(self.token);
        match self.token.kind {
            TokenKind::Newline | TokenKind::End => {}
            TokenKind::BraceClose if line.active => {}
            TokenKind::BraceClose if in_block => self.report_hcl1(problem::statement::brace_after_argument(place)),
            TokenKind::Comma => {
                if !line.reported {
                    line.reported = line.active;
                    self.report_hcl1(problem::statement::comma_after_argument(place));
                }
                self.advance();
            }
            _ if self.at_argument() => {
                if !line.active && !line.reported {
                    self.report_hcl1(problem::statement::one_argument_a_line(place));
                }
            }
            _ => {
                let text = self.text(self.token);
                return self.fail(problem::statement::after_argument(self.token, text, place, name));
            }
        }
        Ok(())
    }

    /// Whether a further statement seems to begin here.
    fn at_argument(&self) -> bool {
        match self.token.kind {
            TokenKind::Identifier => true,
            TokenKind::String => self.followed_by_assignment(),
            _ => false,
        }
    }

    fn block(&mut self, kind: Name<'a>, first: Token, line: &OneLine) -> Parsed<()> {
        let mut labels = Vec::new();
        while !self.at(TokenKind::BraceOpen) {
            labels.push(match self.token.kind {
                TokenKind::Identifier => {
                    let label = self.token;
                    self.advance();
                    Name { text: self.text(label), span: self.span_of(label) }
                }
                TokenKind::String | TokenKind::QuoteOpen => self.quoted_name()?,
                _ => {
                    let (text, place) = (self.text(self.token), self.span_of(self.token));
                    return self.fail(problem::statement::block_header(kind, &labels, self.token, text, place));
                }
            });
        }
        let labels = &*self.arena.alloc_slice_copy(&labels);
        let header = self.span_from(first.start);
        let brace = self.token;
        let column = self.column(first.start);
        self.descend()?;
        self.advance();
        let enclosing = Enclosing { kind, header, brace, column };
        let active = !self.at(TokenKind::Newline);
        let body = self.body(Some(enclosing), OneLine { active, arguments: 0, reported: line.active && line.reported });
        self.rise();
        let close = self.token;
        if self.at(TokenKind::BraceClose) {
            self.note_indentation(first, close, enclosing.column);
            self.advance();
        }
        let span = self.span_from(first.start);
        self.scratch.blocks.push(Block { kind, labels, body, header, span });
        match self.token.kind {
            TokenKind::Newline | TokenKind::End => Ok(()),
            _ if line.active => Ok(()),
            TokenKind::Identifier | TokenKind::BraceClose => {
                let place = self.span_of(self.token);
                self.report_hcl1(problem::statement::after_block(place, kind));
                Ok(())
            }
            _ => {
                let (text, place) = (self.text(self.token), self.span_of(self.token));
                let diagnostic = problem::bad_character(self.token, text, place);
                self.fail(diagnostic.unwrap_or_else(|| problem::statement::after_block(place, kind)))
            }
        }
    }

    /// A quoted label or name: no template sequences.
    fn quoted_name(&mut self) -> Parsed<Name<'a>> {
        let start = self.token.start;
        let text = self.quoted_text()?;
        Ok(Name { text, span: self.span_from(start) })
    }

    fn report_unclosed_block(&mut self, block: Enclosing<'a>) {
        if std::mem::replace(&mut self.braces_unclear, true) {
            return;
        }
        let end = self.span_of(self.token);
        let open = self.span_of(block.brace);
        let suspect = self.suspect.map(|(header, brace)| (self.span_of(header), self.span_of(brace)));
        self.report(problem::statement::unclosed_block(block.kind, open, end, suspect));
    }

    /// Remembers the first block whose closing brace is not indented like the block: where one is missing in the file,
    /// it is likely to be missing there.
    fn note_indentation(&mut self, first: Token, brace: Token, column: u32) {
        let before = &self.lexer.text()[..brace.start as usize];
        let own_line = before.trim_end_matches([' ', '\t']).ends_with('\n');
        if self.suspect.is_none() && own_line && self.column(brace.start) < column {
            self.suspect = Some((first, brace));
        }
    }

    fn report_duplicates(&mut self, mark: usize) {
        let names = &self.scratch.attributes[mark..];
        let repeated = duplicates(names.len(), |at| Some(names[at].name.text));
        for (first, again) in &repeated {
            let attributes = &self.scratch.attributes[mark..];
            let diagnostic = problem::statement::duplicate_argument(attributes[*first].name, attributes[*again].name);
            self.report(diagnostic);
        }
        let mut repeated = repeated.into_iter().map(|(_, again)| mark + again).peekable();
        let mut at = 0;
        self.scratch.attributes.retain(|_| {
            let keep = repeated.next_if_eq(&at).is_none();
            at += 1;
            keep
        });
    }
}

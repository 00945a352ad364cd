//! Templates: quoted strings, heredocs and the contents of TOML and JSON strings.
//!
//! Reads a flat list of pieces; heredoc indentation is taken off in `heredoc`, directives are nested in `directive`.

use super::heredoc;
use super::parser::{Parsed, Parser};
use super::problem;
use super::token::{Token, TokenKind};
use crate::diagnostic::Span;
use crate::parser::{Expr, ExprKind, Name, Part};

/// A piece of a template in the order of the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'a> {
    /// Text, unescaped and trimmed by strip markers.
    Literal(&'a str),
    Interpolation(Expr<'a>),
    If(Expr<'a>, Span),
    Else(Span),
    EndIf(Span),
    For(Option<Name<'a>>, Name<'a>, Expr<'a>, Span),
    EndFor(Span),
}

impl<'a> Parser<'a, '_> {
    /// A whole text that is a template without delimiters.
    pub(in crate::parser) fn only_template(mut self) -> Parsed<ExprKind<'a>> {
        let mark = self.scratch.pieces.len();
        let start = self.token;
        self.pieces(start)?;
        self.finish_template(mark)
    }

    /// A quoted string or heredoc.
    pub(super) fn template(&mut self) -> Parsed<ExprKind<'a>> {
        let open = self.token;
        match open.kind {
            TokenKind::String => {
                self.advance();
                Ok(ExprKind::String(&self.lexer.text()[open.start as usize + 1..open.end as usize - 1]))
            }
            TokenKind::Heredoc => {
                self.advance();
                Ok(ExprKind::String(heredoc::plain(self.text(open), self.arena)))
            }
            _ => {
                let mark = self.scratch.pieces.len();
                let newlines = self.newlines;
                self.open.push(open);
                self.advance();
                self.pieces(open)?;
                self.open.pop();
                self.newlines = newlines;
                self.advance();
                if open.kind == TokenKind::HeredocOpen && heredoc::is_flush(self.text(open)) {
                    heredoc::flush(&mut self.scratch.pieces[mark..]);
                }
                self.finish_template(mark)
            }
        }
    }

    /// The text of a quoted string that may have no template sequences: a label or name.
    pub(super) fn quoted_text(&mut self) -> Parsed<&'a str> {
        let open = self.token;
        if let ExprKind::String(text) = self.template()? {
            return Ok(text);
        }
        let place = self.span_from(open.start);
        self.fail(problem::template::template_in_name(place))
    }

    /// The pieces up to the end of the template that `open` began; its closing token is left to be read.
    fn pieces(&mut self, open: Token) -> Parsed<()> {
        let quoted = open.kind == TokenKind::QuoteOpen;
        let mut strip_next = false;
        loop {
            let token = self.token;
            let strip = std::mem::take(&mut strip_next);
            match token.kind {
                TokenKind::Literal => {
                    let text = self.text(token);
                    let text = if quoted { self.unescape(text, token.start) } else { self.unescape_sigils(text) };
                    self.scratch.pieces.push(Piece::Literal(if strip { text.trim_start() } else { text }));
                    self.advance();
                }
                TokenKind::InterpolationOpen | TokenKind::DirectiveOpen => {
                    if self.text(token).ends_with('~')
                        && let Some(Piece::Literal(text)) = self.scratch.pieces.last_mut()
                    {
                        *text = text.trim_end();
                    }
                    let piece = self.sequence()?;
                    self.scratch.pieces.push(piece);
                    strip_next = self.text(self.token).starts_with('~');
                    self.advance();
                }
                TokenKind::QuoteClose | TokenKind::HeredocClose | TokenKind::End => return Ok(()),
                TokenKind::Invalid => return self.fail_unexpected("text"),
                _ => {
                    let (open_at, place) = (self.span_of(open), self.span_of(token));
                    let text = self.text(open);
                    self.braces_unclear |= token.end == self.lexer.end();
                    return self.fail(problem::template::unterminated(
                        token,
                        text,
                        open_at,
                        place,
                        self.ends_with_marker(open),
                    ));
                }
            }
        }
    }

    /// `${ … }` or `%{ … }` up to its closing token, which is left to be read.
    fn sequence(&mut self) -> Parsed<Piece<'a>> {
        let open = self.enter_bracket(false).token;
        let piece = if open.kind == TokenKind::InterpolationOpen {
            Piece::Interpolation(self.expression()?)
        } else {
            self.directive(open)?
        };
        if !self.at(TokenKind::SequenceClose) {
            let (opener, begin) = (self.text(open), self.span_of(open));
            let (text, place) = (self.text(self.token), self.span_of(self.token));
            self.braces_unclear |= self.at(TokenKind::End);
            return self.fail(problem::template::in_sequence(opener, begin, self.token, text, place));
        }
        self.open.pop();
        Ok(piece)
    }

    fn directive(&mut self, open: Token) -> Parsed<Piece<'a>> {
        let keyword = self.token;
        if keyword.kind != TokenKind::Identifier {
            return self.fail_unexpected("`if`, `else`, `endif`, `for` or `endfor`");
        }
        let span = self.span(open.start, keyword.end);
        self.advance();
        Ok(match self.text(keyword) {
            "if" => Piece::If(self.expression()?, span),
            "else" => Piece::Else(span),
            "endif" => Piece::EndIf(span),
            "for" => {
                let (key, value) = self.for_names()?;
                Piece::For(key, value, self.expression()?, span)
            }
            "endfor" => Piece::EndFor(span),
            text => return self.fail(problem::template::unknown_directive(text, self.span_of(keyword))),
        })
    }

    fn finish_template(&mut self, mark: usize) -> Parsed<ExprKind<'a>> {
        let template = self.nest_pieces(mark)?;
        self.scratch.pieces.truncate(mark);
        Ok(match template.parts {
            [] => ExprKind::String(""),
            [Part::Literal(text)] => ExprKind::String(text),
            _ => ExprKind::Template(self.arena.alloc(template)),
        })
    }

    /// Whether a heredoc without end has its marker on the last line, where only a newline is missing.
    fn ends_with_marker(&self, open: Token) -> bool {
        let marker = self.text(open).trim_start_matches(['<', '-']).trim_end();
        let text = &self.lexer.text()[..self.lexer.end() as usize];
        text.rsplit('\n').next().is_some_and(|line| line.trim() == marker)
    }
}

//! Operands: literals, names, calls, parentheses.
//!
//! Lists and objects are read in `collection`, strings in `template`.

use super::parser::{Parsed, Parser};
use super::problem;
use super::token::{Token, TokenKind};
use crate::parser::{Call, Expr, ExprKind, Name, Traversal};

impl<'a> Parser<'a, '_> {
    /// An operand without what may follow it.
    pub(super) fn primary(&mut self) -> Parsed<Expr<'a>> {
        let token = self.token;
        let kind = match token.kind {
            TokenKind::Identifier => return self.name(token),
            TokenKind::Number => {
                let text = self.text(token);
                if !is_number(text) {
                    let place = self.span_of(token);
                    return self.fail(problem::expression::number(text, place));
                }
                self.advance();
                ExprKind::Number(text)
            }
            TokenKind::String | TokenKind::QuoteOpen | TokenKind::Heredoc | TokenKind::HeredocOpen => {
                self.template()?
            }
            TokenKind::ParenthesisOpen => self.parentheses()?,
            TokenKind::BracketOpen => self.tuple()?,
            TokenKind::BraceOpen => self.object()?,
            _ => return self.fail_unexpected("a value"),
        };
        Ok(Expr { kind, span: self.span_from(token.start) })
    }

    /// A keyword, a function call or the root of a traversal.
    fn name(&mut self, token: Token) -> Parsed<Expr<'a>> {
        let text = self.text(token);
        self.advance();
        let kind = match self.token.kind {
            TokenKind::ParenthesisOpen | TokenKind::DoubleColon => self.call(token)?,
            _ => match text {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "null" => ExprKind::Null,
                _ => {
                    let root = Name { text, span: self.span_of(token) };
                    ExprKind::Traversal(self.arena.alloc(Traversal { root, steps: &[], text }))
                }
            },
        };
        Ok(Expr { kind, span: self.span_from(token.start) })
    }

    /// A call, at what follows the first name.
    fn call(&mut self, first: Token) -> Parsed<ExprKind<'a>> {
        let text = self.function_name(first)?;
        let name = Name { text, span: self.span_from(first.start) };
        if !self.at(TokenKind::ParenthesisOpen) {
            return self.fail_unexpected("`(` and the arguments of the function");
        }
        let opened = self.enter_bracket(false);
        let mark = self.scratch.expressions.len();
        let mut expand_last = false;
        while !self.at(TokenKind::ParenthesisClose) {
            if self.at(TokenKind::End) {
                return self.fail_unclosed(opened.token, "`)`");
            }
            let argument = self.expression()?;
            self.scratch.expressions.push(argument);
            match self.token.kind {
                TokenKind::Comma => self.advance(),
                TokenKind::Ellipsis => {
                    expand_last = true;
                    self.advance();
                    break;
                }
                _ => break,
            }
        }
        if !self.at(TokenKind::ParenthesisClose) {
            return self.fail_unclosed(opened.token, if expand_last { "`)` after `...`" } else { "`,` or `)`" });
        }
        self.leave_bracket(opened);
        let arguments = self.take_expressions(mark);
        Ok(ExprKind::Call(self.arena.alloc(Call { name, arguments, expand_last })))
    }

    /// `name` or `namespace::name`, at what follows the first part.
    fn function_name(&mut self, first: Token) -> Parsed<&'a str> {
        if !self.at(TokenKind::DoubleColon) {
            return Ok(self.text(first));
        }
        let mut text = bumpalo::collections::String::from_str_in(self.text(first), self.arena);
        while self.at(TokenKind::DoubleColon) {
            self.advance();
            if !self.at(TokenKind::Identifier) {
                return self.fail_unexpected("a function name after `::`");
            }
            text.push_str("::");
            text.push_str(self.text(self.token));
            self.advance();
        }
        Ok(text.into_bump_str())
    }

    fn parentheses(&mut self) -> Parsed<ExprKind<'a>> {
        let opened = self.enter_bracket(false);
        let inner = self.expression()?;
        if !self.at(TokenKind::ParenthesisClose) {
            return self.fail_unclosed(opened.token, "`)`");
        }
        self.leave_bracket(opened);
        Ok(ExprKind::Parentheses(self.arena.alloc(inner)))
    }

    /// The expressions above a mark, moved to the arena.
    pub(super) fn take_expressions(&mut self, mark: usize) -> &'a [Expr<'a>] {
        let taken = self.arena.alloc_slice_copy(&self.scratch.expressions[mark..]);
        self.scratch.expressions.truncate(mark);
        taken
    }

    /// The current token is not what has to stand here.
    pub(super) fn fail_unexpected<T>(&mut self, expected: &str) -> Parsed<T> {
        let (text, place) = (self.text(self.token), self.span_of(self.token));
        self.braces_unclear |= self.at(TokenKind::End);
        self.fail(problem::unexpected(self.token, text, place, expected))
    }

    /// The current token neither goes on with nor closes what a bracket opened.
    pub(super) fn fail_unclosed<T>(&mut self, open: Token, expected: &str) -> Parsed<T> {
        let (opener, open) = (self.text(open), self.span_of(open));
        let (text, place) = (self.text(self.token), self.span_of(self.token));
        if self.at(TokenKind::End) {
            self.braces_unclear = true;
            return self.fail(problem::expression::unclosed(opener, open, place));
        }
        self.fail(problem::expression::in_bracket(opener, open, self.token, text, place, expected))
    }
}

/// Digits, then `.digits`, then an exponent: each at most once.
fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    mantissa.matches('.').count() <= 1 && !exponent.contains(['.', 'e', 'E'])
}

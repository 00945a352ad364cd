//! Lists and objects, and the `for` expressions that make them.
//!
//! Brackets, separators and newlines; the values are read in `expression`.

use super::parser::{Dialect, MAX_FINDINGS, Opened, Parsed, Parser};
use super::problem;
use super::token::TokenKind;
use crate::parser::duplicates::duplicates;
use crate::parser::{Expr, ExprKind, For, Name, ObjectItem};

impl<'a> Parser<'a, '_> {
    /// `[…]`
    pub(super) fn tuple(&mut self) -> Parsed<ExprKind<'a>> {
        let opened = self.enter_bracket(false);
        if self.at_name("for") {
            return self.for_expression(opened, TokenKind::BracketClose);
        }
        let mark = self.scratch.expressions.len();
        while !self.at(TokenKind::BracketClose) {
            if self.at(TokenKind::End) {
                return self.fail_unclosed(opened.token, "`]`");
            }
            let item = self.expression()?;
            self.scratch.expressions.push(item);
            if !self.at(TokenKind::Comma) {
                break;
            }
            self.advance();
        }
        if !self.at(TokenKind::BracketClose) {
            return self.fail_unclosed(opened.token, "`,` or `]`");
        }
        self.leave_bracket(opened);
        Ok(ExprKind::Tuple(self.take_expressions(mark)))
    }

    /// `{…}`
    pub(super) fn object(&mut self) -> Parsed<ExprKind<'a>> {
        let opened = self.enter_bracket(true);
        self.skip_newlines();
        if self.at_name("for") {
            return self.for_expression(opened, TokenKind::BraceClose);
        }
        let mark = self.scratch.items.len();
        while !self.at(TokenKind::BraceClose) {
            if self.at(TokenKind::End) {
                return self.fail_unclosed(opened.token, "`}`");
            }
            let key = self.key()?;
            if !matches!(self.token.kind, TokenKind::Equal | TokenKind::Colon) {
                let (text, place) = (self.text(self.token), self.span_of(self.token));
                if self.at(TokenKind::End) {
                    return self.fail_unclosed(opened.token, "`}`");
                }
                let open = self.span_of(opened.token);
                return self.fail(problem::expression::key_without_value(self.token, text, place, &key, open));
            }
            self.advance();
            let value = self.expression()?;
            self.scratch.items.push(ObjectItem { key, value });
            match self.token.kind {
                TokenKind::Comma => self.advance(),
                TokenKind::Newline => {}
                TokenKind::Identifier | TokenKind::String if self.dialect == Dialect::Hcl1 => {}
                _ => break,
            }
            self.skip_newlines();
        }
        if !self.at(TokenKind::BraceClose) {
            return self.fail_unclosed(opened.token, "a newline, `,` or `}`");
        }
        self.leave_bracket(opened);
        self.report_repeated_keys(mark);
        let items = self.arena.alloc_slice_copy(&self.scratch.items[mark..]);
        self.scratch.items.truncate(mark);
        Ok(ExprKind::Object(items))
    }

    /// A key: a bare name is a string, anything else an expression.
    fn key(&mut self) -> Parsed<Expr<'a>> {
        let token = self.token;
        if token.kind == TokenKind::Identifier && self.followed_by_assignment() {
            self.advance();
            return Ok(Expr { kind: ExprKind::String(self.text(token)), span: self.span_of(token) });
        }
        let key = self.expression()?;
        let kind = match key.kind {
            ExprKind::Traversal(name) if name.steps.is_empty() => ExprKind::String(name.root.text),
            ExprKind::Traversal(_) => return self.fail(problem::expression::ambiguous_key(key.span)),
            ExprKind::Bool(true) => ExprKind::String("true"),
            ExprKind::Bool(false) => ExprKind::String("false"),
            ExprKind::Null => ExprKind::String("null"),
            kind => kind,
        };
        Ok(Expr { kind, ..key })
    }

    /// Whether `=` or `:` follows the current token on its line, comments aside.
    pub(super) fn followed_by_assignment(&self) -> bool {
        let bytes = &self.lexer.text().as_bytes()[..self.lexer.end() as usize];
        let mut rest = bytes[self.token.end as usize..].iter().copied().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        match (rest.next(), rest.next()) {
            (Some(b'='), next) => !matches!(next, Some(b'=' | b'>')),
            (Some(b':'), next) => next != Some(b':'),
            _ => false,
        }
    }

    fn skip_newlines(&mut self) {
        while self.at(TokenKind::Newline) {
            self.advance();
        }
    }

    fn report_repeated_keys(&mut self, mark: usize) {
        let items = &self.scratch.items[mark..];
        let name = |at: usize| match items[at].key.kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        };
        let findings: Vec<_> = duplicates(items.len(), name)
            .into_iter()
            .take(MAX_FINDINGS)
            .map(|(first, again)| {
                problem::expression::repeated_key(name(again).unwrap_or_default(), items[first].key, items[again].key)
            })
            .collect();
        for finding in findings {
            self.report(finding);
        }
    }

    /// At the `for` of `[for …]` or `{for …}`.
    fn for_expression(&mut self, opened: Opened, closer: TokenKind) -> Parsed<ExprKind<'a>> {
        self.ignore_newlines();
        self.advance();
        let (key_name, value_name) = self.for_names()?;
        let collection = self.expression()?;
        if !self.at(TokenKind::Colon) {
            return self.fail_unexpected("`:` after the collection of `for`");
        }
        self.advance();
        let first = self.expression()?;
        let is_object = closer == TokenKind::BraceClose;
        let (key, value) = if is_object {
            if !self.at(TokenKind::FatArrow) {
                return self.fail_unexpected("`=>` after the key: `{for` makes an object");
            }
            self.advance();
            (Some(first), self.expression()?)
        } else {
            if self.at(TokenKind::FatArrow) {
                return self.fail_unexpected("no key: `[for` makes a list, `{for` an object");
            }
            (None, first)
        };
        let group = self.at(TokenKind::Ellipsis);
        if group {
            if !is_object {
                return self.fail_unexpected("no `...`: only `{for` groups values by key");
            }
            self.advance();
        }
        let condition = if self.at_name("if") {
            self.advance();
            Some(self.expression()?)
        } else {
            None
        };
        if !self.at(closer) {
            return self.fail_unclosed(opened.token, if is_object { "`if` or `}`" } else { "`if` or `]`" });
        }
        self.leave_bracket(opened);
        let node = For { key_name, value_name, collection, key, value, condition, group };
        Ok(ExprKind::For(self.arena.alloc(node)))
    }

    /// `v in` or `k, v in`
    pub(super) fn for_names(&mut self) -> Parsed<(Option<Name<'a>>, Name<'a>)> {
        let first = self.for_name()?;
        let names = if self.at(TokenKind::Comma) {
            self.advance();
            (Some(first), self.for_name()?)
        } else {
            (None, first)
        };
        if !self.at_name("in") {
            return self.fail_unexpected("`in` and the collection");
        }
        self.advance();
        Ok(names)
    }

    fn for_name(&mut self) -> Parsed<Name<'a>> {
        if !self.at(TokenKind::Identifier) {
            return self.fail_unexpected("a name for the items of `for`");
        }
        let token = self.token;
        self.advance();
        Ok(Name { text: self.text(token), span: self.span_of(token) })
    }
}

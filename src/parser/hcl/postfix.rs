//! What may follow an operand: attributes, indexes, splats.
//!
//! Steps known without evaluation are gathered into one traversal.

use super::parser::{Parsed, Parser};
use super::problem;
use super::token::TokenKind;
use crate::parser::{Expr, ExprKind, Key, MAX_DEPTH, Name, Step, Traversal};

/// What stood between `[` and `]`.
enum Bracket<'a> {
    Star(Expr<'a>),
    Literal(Step<'a>),
    Key(Expr<'a>),
}

impl<'a> Parser<'a, '_> {
    /// An operand and what follows it.
    pub(super) fn postfix(&mut self) -> Parsed<Expr<'a>> {
        let start = self.token.start;
        let operand = self.primary()?;
        self.steps(operand, start)
    }

    /// What follows an operand that began at an offset.
    fn steps(&mut self, operand: Expr<'a>, start: u32) -> Parsed<Expr<'a>> {
        let mark = self.scratch.steps.len();
        let mut on = operand;
        let mut splats = 0;
        loop {
            let end = self.previous_end;
            match self.token.kind {
                TokenKind::Dot => {
                    self.advance();
                    if self.at(TokenKind::Star) {
                        splats += 1;
                        if self.depth + splats > MAX_DEPTH {
                            let place = self.span_of(self.token);
                            return self.fail(problem::too_deep(place));
                        }
                        let source = self.with_steps(on, mark, start, end);
                        on = self.attribute_splat(source, start)?;
                    } else {
                        let step = self.dot_step()?;
                        self.scratch.steps.push(step);
                    }
                }
                TokenKind::BracketOpen => match self.bracket()? {
                    Bracket::Literal(step) => self.scratch.steps.push(step),
                    Bracket::Key(key) => {
                        let source = self.with_steps(on, mark, start, end);
                        let kind = ExprKind::Index(self.arena.alloc(source), self.arena.alloc(key));
                        on = Expr { kind, span: self.span_from(start) };
                    }
                    Bracket::Star(item) => {
                        let source = self.with_steps(on, mark, start, end);
                        self.descend()?;
                        let each = self.steps(item, end)?;
                        self.rise();
                        return Ok(self.splat(source, each, start));
                    }
                },
                _ => return Ok(self.with_steps(on, mark, start, end)),
            }
        }
    }

    /// The operand with the steps above a mark, which ended at an offset.
    fn with_steps(&mut self, on: Expr<'a>, mark: usize, start: u32, end: u32) -> Expr<'a> {
        if self.scratch.steps.len() == mark {
            return on;
        }
        let steps = &*self.arena.alloc_slice_copy(&self.scratch.steps[mark..]);
        self.scratch.steps.truncate(mark);
        let kind = match on.kind {
            ExprKind::Traversal(bare) => {
                let text = &self.lexer.text()[start as usize..end as usize];
                ExprKind::Traversal(self.arena.alloc(Traversal { root: bare.root, steps, text }))
            }
            _ => ExprKind::Relative(self.arena.alloc(on), steps),
        };
        Expr { kind, span: self.span(start, end) }
    }

    /// `name` or the legacy index `0` after a dot.
    fn dot_step(&mut self) -> Parsed<Step<'a>> {
        let (text, span) = (self.text(self.token), self.span_of(self.token));
        let step = match self.token.kind {
            TokenKind::Identifier => Step::Attribute(Name { text, span }),
            TokenKind::Number if text.contains('.') => return self.fail(problem::expression::legacy_index(text, span)),
            TokenKind::Number => Step::Index(Key::Number(text), span),
            _ => return self.fail(problem::expression::attribute_name(self.token, text, span)),
        };
        self.advance();
        Ok(step)
    }

    /// `.*` at its star, and the attributes after it, which are of each item; brackets are of the result again.
    fn attribute_splat(&mut self, source: Expr<'a>, start: u32) -> Parsed<Expr<'a>> {
        let mark = self.scratch.steps.len();
        let item_start = self.token.start;
        let item = Expr { kind: ExprKind::SplatItem, span: self.span_of(self.token) };
        self.advance();
        while self.at(TokenKind::Dot) {
            self.advance();
            if self.at(TokenKind::Star) {
                let place = self.span_of(self.token);
                return self.fail(problem::expression::nested_splat(place));
            }
            let step = self.dot_step()?;
            self.scratch.steps.push(step);
        }
        let each = self.with_steps(item, mark, item_start, self.previous_end);
        Ok(self.splat(source, each, start))
    }

    fn splat(&mut self, source: Expr<'a>, each: Expr<'a>, start: u32) -> Expr<'a> {
        let kind = ExprKind::Splat(self.arena.alloc(source), self.arena.alloc(each));
        Expr { kind, span: self.span_from(start) }
    }

    fn bracket(&mut self) -> Parsed<Bracket<'a>> {
        let opened = self.enter_bracket(false);
        let open = opened.token;
        let content = if self.at(TokenKind::Star) {
            self.advance();
            None
        } else {
            Some(self.expression()?)
        };
        if !self.at(TokenKind::BracketClose) {
            return self.fail_unclosed(open, "`]`");
        }
        self.leave_bracket(opened);
        let span = self.span_from(open.start);
        Ok(match content {
            None => Bracket::Star(Expr { kind: ExprKind::SplatItem, span }),
            Some(Expr { kind: ExprKind::Number(number), .. }) => {
                Bracket::Literal(Step::Index(Key::Number(number), span))
            }
            Some(Expr { kind: ExprKind::String(text), .. }) => Bracket::Literal(Step::Index(Key::String(text), span)),
            Some(key) => Bracket::Key(key),
        })
    }
}

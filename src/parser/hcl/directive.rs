//! Flat template pieces → nested `%{ if }` and `%{ for }`.
//!
//! Without recursion; how deep directives nest counts towards the depth of the tree.

use super::parser::{Parsed, Parser};
use super::problem;
use super::template::Piece;
use crate::diagnostic::Span;
use crate::parser::{Directive, Expr, MAX_DEPTH, Name, Part, Template};

/// A directive whose end is still to come.
struct Frame<'a> {
    kind: FrameKind<'a>,
    span: Span,
    /// Where its parts begin on the stack.
    mark: usize,
}

enum FrameKind<'a> {
    If { condition: Expr<'a>, then: Option<Template<'a>> },
    For { key: Option<Name<'a>>, value: Name<'a>, collection: Expr<'a> },
}

impl<'a> Parser<'a, '_> {
    /// The template that the pieces above a mark make.
    pub(super) fn nest_pieces(&mut self, mark: usize) -> Parsed<Template<'a>> {
        let base = self.scratch.parts.len();
        let mut frames: Vec<Frame<'a>> = Vec::new();
        for at in mark..self.scratch.pieces.len() {
            match self.scratch.pieces[at] {
                Piece::Literal(text) => self.scratch.parts.push(Part::Literal(text)),
                Piece::Interpolation(expression) => self.scratch.parts.push(Part::Interpolation(expression)),
                Piece::If(condition, span) => {
                    self.push_frame(&mut frames, FrameKind::If { condition, then: None }, span)?;
                }
                Piece::For(key, value, collection, span) => {
                    self.push_frame(&mut frames, FrameKind::For { key, value, collection }, span)?;
                }
                Piece::Else(span) => match frames.last_mut() {
                    Some(Frame { kind: FrameKind::If { then: then @ None, .. }, mark, .. }) => {
                        *then = Some(self.take_parts(*mark));
                    }
                    frame => {
                        let open = frame.map(|frame| frame.span);
                        return self.fail(problem::template::stray_directive("else", span, open));
                    }
                },
                Piece::EndIf(span) => match frames.pop() {
                    Some(Frame { kind: FrameKind::If { condition, then }, mark, .. }) => {
                        let last = self.take_parts(mark);
                        let (then, otherwise) = match then {
                            Some(then) => (then, last),
                            None => (last, Template { parts: &[] }),
                        };
                        self.push_directive(Directive::If { condition, then, otherwise });
                    }
                    frame => {
                        let open = frame.map(|frame| frame.span);
                        return self.fail(problem::template::stray_directive("endif", span, open));
                    }
                },
                Piece::EndFor(span) => match frames.pop() {
                    Some(Frame { kind: FrameKind::For { key, value, collection }, mark, .. }) => {
                        let body = self.take_parts(mark);
                        self.push_directive(Directive::For { key, value, collection, body });
                    }
                    frame => {
                        let open = frame.map(|frame| frame.span);
                        return self.fail(problem::template::stray_directive("endfor", span, open));
                    }
                },
            }
        }
        if let Some(frame) = frames.last() {
            let name = match frame.kind {
                FrameKind::If { .. } => "if",
                FrameKind::For { .. } => "for",
            };
            return self.fail(problem::template::open_directive(name, frame.span));
        }
        Ok(self.take_parts(base))
    }

    fn push_frame(&mut self, frames: &mut Vec<Frame<'a>>, kind: FrameKind<'a>, span: Span) -> Parsed<()> {
        if self.depth + frames.len() >= MAX_DEPTH {
            return self.fail(problem::too_deep(span));
        }
        frames.push(Frame { kind, span, mark: self.scratch.parts.len() });
        Ok(())
    }

    fn push_directive(&mut self, directive: Directive<'a>) {
        let directive = self.arena.alloc(directive);
        self.scratch.parts.push(Part::Directive(directive));
    }

    /// The parts above a mark, with neighbouring literals made one.
    fn take_parts(&mut self, mark: usize) -> Template<'a> {
        let mut kept = mark;
        let mut at = mark;
        while at < self.scratch.parts.len() {
            let run = self.scratch.parts[at..].iter().take_while(|part| matches!(part, Part::Literal(_))).count();
            if run > 1 {
                let joined = self.join_literals(at, at + run);
                self.scratch.parts[kept] = Part::Literal(joined);
                at += run;
            } else {
                self.scratch.parts[kept] = self.scratch.parts[at];
                at += 1;
            }
            kept += 1;
        }
        let parts = &*self.arena.alloc_slice_copy(&self.scratch.parts[mark..kept]);
        self.scratch.parts.truncate(mark);
        Template { parts }
    }

    /// The literals of a range of parts as one text, borrowed where they stand together in the source.
    fn join_literals(&self, from: usize, to: usize) -> &'a str {
        let literals = self.scratch.parts[from..to].iter().filter_map(|part| match part {
            Part::Literal(text) => Some(*text),
            _ => None,
        });
        let source = self.lexer.text();
        let offset = |text: &str| (text.as_ptr() as usize).wrapping_sub(source.as_ptr() as usize);
        let mut length = 0;
        let mut start = None;
        let mut together = true;
        for text in literals.clone() {
            let begin = *start.get_or_insert(offset(text));
            together &= offset(text) == begin.wrapping_add(length);
            length += text.len();
        }
        match start {
            Some(start) if together && start < source.len() && start + length <= source.len() => {
                &source[start..start + length]
            }
            _ => {
                let mut joined = bumpalo::collections::String::with_capacity_in(length, self.arena);
                literals.for_each(|text| joined.push_str(text));
                joined.into_bump_str()
            }
        }
    }
}

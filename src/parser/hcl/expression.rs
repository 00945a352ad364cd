//! Expressions: conditionals and operators, by precedence.
//!
//! Operands are read in `postfix` and `primary`. A chain of operators takes no stack, however long it is.

use super::parser::{Parsed, Parser};
use super::problem;
use super::token::TokenKind;
use crate::parser::{Binary, BinaryOperator, Conditional, Expr, ExprKind, MAX_DEPTH, UnaryOperator};

impl<'a> Parser<'a, '_> {
    /// A whole text that is one expression, newlines being blanks.
    pub(in crate::parser) fn only_expression(mut self) -> Parsed<Expr<'a>> {
        self.ignore_newlines();
        let expression = self.expression()?;
        if self.at(TokenKind::End) {
            return Ok(expression);
        }
        let (text, place) = (self.text(self.token), self.span_of(self.token));
        self.fail(problem::expression::after_expression(self.token, text, place))
    }

    /// An expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr<'a>> {
        self.descend()?;
        let start = self.token.start;
        let condition = self.operation()?;
        let expression = if self.at(TokenKind::Question) { self.conditional(condition, start)? } else { condition };
        self.rise();
        Ok(expression)
    }

    fn conditional(&mut self, condition: Expr<'a>, start: u32) -> Parsed<Expr<'a>> {
        let question = self.span_of(self.token);
        self.advance();
        let yes = self.expression()?;
        if !self.at(TokenKind::Colon) {
            let (text, place) = (self.text(self.token), self.span_of(self.token));
            return self.fail(problem::expression::no_alternative(self.token, text, place, question));
        }
        self.advance();
        let no = self.expression()?;
        let conditional = self.arena.alloc(Conditional { condition, yes, no });
        Ok(Expr { kind: ExprKind::Conditional(conditional), span: self.span_from(start) })
    }

    /// Operands and binary operators: each operator waits on a stack until one that binds less follows.
    fn operation(&mut self) -> Parsed<Expr<'a>> {
        let first = self.operand()?;
        let Some(mut operator) = binary_operator(self.token.kind) else { return Ok(first) };
        let mark = self.scratch.operators.len();
        self.scratch.expressions.push(first);
        loop {
            self.reduce(mark, precedence(operator));
            self.scratch.operators.push(operator);
            self.advance();
            let operand = self.operand()?;
            self.scratch.expressions.push(operand);
            match binary_operator(self.token.kind) {
                Some(next) => operator = next,
                None => break,
            }
        }
        self.reduce(mark, 0);
        Ok(self.pop_expression())
    }

    /// Builds the waiting operators above a mark that bind at least as strongly as a precedence.
    fn reduce(&mut self, mark: usize, weakest: u8) {
        while self.scratch.operators.len() > mark {
            let Some(operator) = self.scratch.operators.pop_if(|operator| precedence(*operator) >= weakest) else {
                return;
            };
            let right = self.pop_expression();
            let left = self.pop_expression();
            let span = left.span.to(right.span);
            let binary = self.arena.alloc(Binary { operator, left, right });
            self.scratch.expressions.push(Expr { kind: ExprKind::Binary(binary), span });
        }
    }

    fn pop_expression(&mut self) -> Expr<'a> {
        self.scratch.expressions.pop().expect("an operand for each side of an operator")
    }

    /// An operand with the unary operators before it.
    fn operand(&mut self) -> Parsed<Expr<'a>> {
        if !matches!(self.token.kind, TokenKind::Minus | TokenKind::Bang) {
            return self.postfix();
        }
        let mark = self.scratch.prefixes.len();
        loop {
            let operator = match self.token.kind {
                TokenKind::Minus => UnaryOperator::Negate,
                TokenKind::Bang => UnaryOperator::Not,
                _ => break,
            };
            self.scratch.prefixes.push((operator, self.token));
            if self.depth + self.scratch.prefixes.len() - mark > MAX_DEPTH {
                let place = self.span_of(self.token);
                return self.fail(problem::too_deep(place));
            }
            self.advance();
        }
        let count = self.scratch.prefixes.len() - mark;
        self.depth += count;
        let mut operand = self.postfix()?;
        self.depth -= count;
        for _ in 0..count {
            let (operator, token) = self.scratch.prefixes.pop().expect("one for each counted");
            let kind = ExprKind::Unary(operator, self.arena.alloc(operand));
            operand = Expr { kind, span: self.span_from(token.start) };
        }
        Ok(operand)
    }
}

fn binary_operator(kind: TokenKind) -> Option<BinaryOperator> {
    Some(match kind {
        TokenKind::Or => BinaryOperator::Or,
        TokenKind::And => BinaryOperator::And,
        TokenKind::EqualEqual => BinaryOperator::Equal,
        TokenKind::NotEqual => BinaryOperator::NotEqual,
        TokenKind::Less => BinaryOperator::Less,
        TokenKind::LessOrEqual => BinaryOperator::LessOrEqual,
        TokenKind::Greater => BinaryOperator::Greater,
        TokenKind::GreaterOrEqual => BinaryOperator::GreaterOrEqual,
        TokenKind::Plus => BinaryOperator::Add,
        TokenKind::Minus => BinaryOperator::Subtract,
        TokenKind::Star => BinaryOperator::Multiply,
        TokenKind::Slash => BinaryOperator::Divide,
        TokenKind::Percent => BinaryOperator::Modulo,
        _ => return None,
    })
}

/// The table of the HCL specification: a higher number binds more strongly.
fn precedence(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal | BinaryOperator::NotEqual => 3,
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => 6,
    }
}

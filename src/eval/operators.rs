//! Operators and conditionals.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::convert::convert;
use super::equality::equals;
use super::evaluator::{Evaluated, Evaluator, Failed, with_article};
use super::unify::{Safety, unify};
use super::{Number, ObjectType, Type, Value};
use crate::diagnostic::{Diagnostic, Span};
use crate::parser::{Binary, BinaryOperator, Conditional, Expr, ExprKind, Part, UnaryOperator};

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &Expr<'_>, span: Span) -> Evaluated {
        let value = self.value(operand)?;
        match operator {
            UnaryOperator::Negate => Ok(Value::Number(self.number(&value, operand, "-", span)?.negated())),
            UnaryOperator::Not => Ok(Value::Bool(!self.bool(&value, operand, "!", span)?)),
        }
    }

    /// `a + b - c …`: evaluated from the left in a loop, because such a chain is as long as the author likes.
    pub(super) fn binary(&mut self, binary: &Binary<'_>, span: Span) -> Evaluated {
        let mut links = vec![(binary, span)];
        let mut first = &binary.left;
        while let ExprKind::Binary(inner) = &first.kind {
            links.push((inner, first.span));
            first = &inner.left;
        }
        let mut left = self.value(first);
        for (link, span) in links.into_iter().rev() {
            let right = self.value(&link.right);
            left = match (left, right) {
                (Ok(left), Ok(right)) => self.operate(link, &left, &right, span),
                _ => Err(Failed),
            };
        }
        left
    }

    fn operate(&mut self, binary: &Binary<'_>, left: &Value, right: &Value, span: Span) -> Evaluated {
        use BinaryOperator as Op;
        let sign = binary.operator.symbol();
        match binary.operator {
            Op::Equal => return Ok(Value::Bool(equals(left, right))),
            Op::NotEqual => return Ok(Value::Bool(!equals(left, right))),
            Op::Or | Op::And => {
                let left = self.bool(left, &binary.left, sign, span);
                let right = self.bool(right, &binary.right, sign, span);
                let (left, right) = (left?, right?);
                return Ok(Value::Bool(if binary.operator == Op::Or { left || right } else { left && right }));
            }
            _ => {}
        }
        let left = self.number(left, &binary.left, sign, span);
        let right = self.number(right, &binary.right, sign, span);
        let (left, right) = (left?, right?);
        let result = match binary.operator {
            Op::Less => return Ok(Value::Bool(left.compare(&right).is_lt())),
            Op::LessOrEqual => return Ok(Value::Bool(left.compare(&right).is_lt() || left == right)),
            Op::Greater => return Ok(Value::Bool(left.compare(&right).is_gt())),
            Op::GreaterOrEqual => return Ok(Value::Bool(left.compare(&right).is_gt() || left == right)),
            Op::Subtract => left.subtract(&right),
            Op::Multiply => left.multiply(&right),
            Op::Divide => left.divide(&right),
            Op::Modulo => left.modulo(&right),
            _ => left.add(&right),
        };
        match result {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => self.fail(
                Diagnostic::error("eval::no_result", format!("`{sign}` has no result here"))
                    .label(span, format!("{} {sign} {}", shown(&left), shown(&right)))
                    .help("zero by zero, infinity by infinity and the like are not defined"),
            ),
        }
    }

    fn number(&mut self, value: &Value, operand: &Expr<'_>, sign: &str, span: Span) -> Result<Number, Failed> {
        match convert(value, &Type::Number) {
            Ok(Value::Number(number)) => Ok(number),
            _ => self.invalid_operand(value, operand, sign, span, "numbers"),
        }
    }

    fn bool(&mut self, value: &Value, operand: &Expr<'_>, sign: &str, span: Span) -> Result<bool, Failed> {
        match convert(value, &Type::Bool) {
            Ok(Value::Bool(value)) => Ok(value),
            _ => self.invalid_operand(value, operand, sign, span, "true and false"),
        }
    }

    fn invalid_operand<T>(
        &mut self,
        value: &Value,
        operand: &Expr<'_>,
        sign: &str,
        span: Span,
        wanted: &str,
    ) -> Result<T, Failed> {
        let help = match (sign, value) {
            ("+", Value::String(_)) => "strings are joined in a template: \"${a}${b}\"".to_owned(),
            ("+", Value::List(_) | Value::Tuple(_)) => "lists are joined by `concat(a, b)`".to_owned(),
            _ => format!("`{sign}` works on {wanted}"),
        };
        self.fail(
            Diagnostic::error("eval::invalid_operand", format!("`{sign}` does not work on {}", with_article(value)))
                .label(operand.span, format!("this is {}", with_article(value)))
                .label(span, "")
                .help(help),
        )
    }

    pub(super) fn conditional(&mut self, conditional: &Conditional<'_>) -> Evaluated {
        let condition = self.value(&conditional.condition);
        // Both are evaluated, because the result has a type that fits both; of the one not taken only the type counts.
        let yes = self.attempt(&conditional.yes);
        let no = self.attempt(&conditional.no);
        let wanted = match (&yes, &no) {
            (Ok(yes), Ok(no)) => self.common_type(conditional, yes, no)?,
            // Of one that failed the type may be known all the same.
            (Ok(yes), Err(_)) => self.unified(conditional, &yes.type_of(), &failed_type(&conditional.no))?,
            (Err(_), Ok(no)) => self.unified(conditional, &failed_type(&conditional.yes), &no.type_of())?,
            (Err(_), Err(_)) => Type::Any,
        };
        let condition = condition?;
        let Ok(Value::Bool(holds)) = convert(&condition, &Type::Bool) else {
            return self.fail(
                Diagnostic::error("eval::invalid_condition", "a condition that is neither true nor false")
                    .label(conditional.condition.span, format!("this is {}", with_article(&condition)))
                    .help("write a comparison, such as `x == \"y\"` or `x != null`"),
            );
        };
        let (taken, expression) = if holds { (yes, &conditional.yes) } else { (no, &conditional.no) };
        match taken {
            Ok(value) => convert(&value, &wanted).or_else(|error| {
                let (span, problem) = error.label_in(expression);
                self.fail(
                    Diagnostic::error("eval::inconsistent_types", "the two results of a condition do not go together")
                        .label(span, problem)
                        .help(format!("both become {} here", wanted.with_article())),
                )
            }),
            Err(findings) => {
                for finding in findings {
                    self.note(finding);
                }
                Err(Failed)
            }
        }
    }

    fn common_type(&mut self, conditional: &Conditional<'_>, yes: &Value, no: &Value) -> Result<Type, Failed> {
        match (yes, no) {
            // The common cases, without types of whole objects.
            (Value::String(_), Value::String(_)) => return Ok(Type::String),
            (Value::Number(_), Value::Number(_)) => return Ok(Type::Number),
            (Value::Bool(_), Value::Bool(_)) => return Ok(Type::Bool),
            (Value::Null(Type::Any), other) | (other, Value::Null(Type::Any)) => return Ok(other.type_of()),
            _ => {}
        }
        self.unified(conditional, &yes.type_of(), &no.type_of())
    }

    fn unified(&mut self, conditional: &Conditional<'_>, yes: &Type, no: &Type) -> Result<Type, Failed> {
        if *yes == Type::Any || *no == Type::Any {
            return Ok(Type::Any);
        }
        if let Some(wanted) = unify(&[yes.clone(), no.clone()], Safety::Unsafe) {
            return Ok(wanted);
        }
        self.fail(
            Diagnostic::error("eval::inconsistent_types", "the two results of a condition do not go together")
                .label(conditional.yes.span, format!("this is {}", yes.with_article()))
                .label(conditional.no.span, format!("this is {}", no.with_article()))
                .help("both results need one type; `null` goes with any"),
        )
    }
}

/// The type an expression would have had, where its kind says so.
fn failed_type(expression: &Expr<'_>) -> Type {
    match &expression.kind {
        ExprKind::Parentheses(inner) => failed_type(inner),
        ExprKind::Unary(UnaryOperator::Negate, _) => Type::Number,
        ExprKind::Unary(UnaryOperator::Not, _) => Type::Bool,
        ExprKind::Binary(binary) => match binary.operator {
            BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => Type::Number,
            _ => Type::Bool,
        },
        ExprKind::Template(template) => match template.parts {
            [Part::Interpolation(only)] => failed_type(only),
            _ => Type::String,
        },
        // Of one that is no list or set.
        ExprKind::Splat(Expr { kind: ExprKind::Tuple(_) | ExprKind::Object(_), .. }, _) => {
            Type::Tuple(Rc::new(Vec::new()))
        }
        ExprKind::Tuple(items) => Type::Tuple(Rc::new(vec![Type::Any; items.len()])),
        ExprKind::Object(items) => {
            let names = items.iter().map(|item| match item.key.kind {
                ExprKind::String(name) | ExprKind::Parentheses(&Expr { kind: ExprKind::Number(name), .. }) => {
                    Some((name, Type::Any))
                }
                _ => None,
            });
            match names.collect::<Option<BTreeMap<_, _>>>() {
                Some(names) => {
                    let attributes = names.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
                    Type::Object(Rc::new(ObjectType { attributes, ..ObjectType::default() }))
                }
                None => Type::Any,
            }
        }
        _ => Type::Any,
    }
}

/// A number short enough for a label.
fn shown(number: &Number) -> String {
    const SHOWN: usize = 24;
    let text = number.to_string();
    if text.len() <= SHOWN { text } else { format!("{}…", &text[..SHOWN]) }
}

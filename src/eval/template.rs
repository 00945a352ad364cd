//! Quoted strings and heredocs with interpolations and directives.

use std::fmt::Write;

use super::convert::{convert, to_text};
use super::evaluator::{Evaluated, Evaluator, Failed, with_article};
use super::limits::{MAX_TEXT, too_large};
use super::{Type, Value};
use crate::diagnostic::{Diagnostic, Span};
use crate::parser::{Directive, Expr, Part, Template};

impl Evaluator<'_> {
    /// One interpolation alone has its own type; anything else is text.
    pub(super) fn template(&mut self, template: &Template<'_>) -> Evaluated {
        if let [Part::Interpolation(only)] = template.parts {
            return self.value(only);
        }
        let mut text = String::new();
        self.render(template, &mut text)?;
        Ok(Value::string(&text))
    }

    fn render(&mut self, template: &Template<'_>, text: &mut String) -> Result<(), Failed> {
        let mut failed = false;
        for part in template.parts {
            let rendered = match part {
                Part::Literal(literal) => {
                    text.push_str(literal);
                    Ok(())
                }
                Part::Interpolation(expression) => self.interpolate(expression, text),
                Part::Directive(directive) => self.directive(directive, text),
            };
            failed |= rendered.is_err();
            if text.len() > MAX_TEXT {
                break;
            }
        }
        if failed { Err(Failed) } else { Ok(()) }
    }

    fn interpolate(&mut self, expression: &Expr<'_>, text: &mut String) -> Result<(), Failed> {
        let value = self.value(expression)?;
        self.append(&value, expression.span, text)?;
        if text.len() > MAX_TEXT {
            return self.fail(too_large(expression.span, "with this the text is too long"));
        }
        Ok(())
    }

    fn append(&mut self, value: &Value, span: Span, text: &mut String) -> Result<(), Failed> {
        match value {
            Value::String(part) => text.push_str(part),
            Value::Number(number) => {
                let _ = write!(text, "{number}");
            }
            _ => match to_text(value) {
                Some(part) => text.push_str(&part),
                None => {
                    return self.fail(
                        Diagnostic::error(
                            "eval::not_a_string",
                            format!("{} cannot stand in a string", with_article(value)),
                        )
                        .label(span, format!("this is {}", with_article(value)))
                        .help(match value {
                            Value::Null(_) => "give it a value, or ask with `coalesce(…, \"\")`",
                            _ => "write it out with `jsonencode(…)` or `join(\", \", …)`",
                        }),
                    );
                }
            },
        }
        Ok(())
    }

    fn directive(&mut self, directive: &Directive<'_>, text: &mut String) -> Result<(), Failed> {
        match directive {
            Directive::If { condition, then, otherwise } => {
                let value = self.value(condition)?;
                match convert(&value, &Type::Bool) {
                    Ok(Value::Bool(true)) => self.render(then, text),
                    Ok(Value::Bool(false)) => self.render(otherwise, text),
                    _ => self.fail(
                        Diagnostic::error("eval::invalid_condition", "a condition that is neither true nor false")
                            .label(condition.span, format!("this is {}", with_article(&value)))
                            .help("write a comparison, such as `x != null`"),
                    ),
                }
            }
            Directive::For { key, value, collection, body } => {
                let items = self.iterated(collection)?;
                self.for_each(items, key.as_ref(), value, |evaluator| {
                    evaluator.render(body, text).map(|()| None::<()>)
                })?;
                Ok(())
            }
        }
    }
}

//! A call: finds the function, checks the arguments, computes, and says what is wrong where.

use super::{FUNCTIONS, Function, FunctionError, Implementation, Null, Special};
use crate::diagnostic::{Diagnostic, Span};
use crate::eval::evaluator::{Evaluated, Evaluator, Failed, Mode, nearest, with_article};
use crate::eval::{ConvertError, Value, convert, type_expression};
use crate::parser::{Call, Expr};

/// An argument: an expression, or an element of a list expanded by `...`.
#[derive(Clone)]
enum Argument<'c, 'a> {
    Expression(&'c Expr<'a>),
    Value(Value, Span),
}

impl Argument<'_, '_> {
    fn span(&self) -> Span {
        match self {
            Self::Expression(expression) => expression.span,
            Self::Value(_, span) => *span,
        }
    }

    /// Where it does not convert, and what to say there.
    fn label(&self, error: &ConvertError) -> (Span, String) {
        match self {
            Self::Expression(expression) => error.label_in(expression),
            Self::Value(_, span) => (*span, error.to_string()),
        }
    }
}

impl Evaluator<'_> {
    pub(in crate::eval) fn call(&mut self, call: &Call<'_>, span: Span) -> Evaluated {
        let name = call.name.text;
        if self.mode == Mode::Constant {
            return self.fail(
                Diagnostic::error("eval::not_constant", "a function where only a constant may stand")
                    .label(span, "cannot be called here")
                    .help("write the value itself, or compute it in a `locals` block"),
            );
        }
        let Some(function) = FUNCTIONS.get(name) else { return self.unknown_function(call) };
        let arguments = self.arguments(call, span)?;
        self.check_count(function, call, &arguments, span)?;
        match &function.implementation {
            Implementation::Special(special) => self.special(*special, call, &arguments, span),
            Implementation::Pure(compute) => {
                let values = self.values(function, &arguments)?;
                self.outcome(compute(&values), call, &arguments)
            }
            Implementation::Random(compute) => {
                let values = self.values(function, &arguments)?;
                self.note(
                    Diagnostic::warning("eval::not_deterministic", format!("`{name}` gives another result each time"))
                        .label(span, "every plan made from this differs from the one before")
                        .help("write a fixed value, or hand one in with `--var`"),
                );
                self.outcome(compute(&values), call, &arguments)
            }
            Implementation::Disk(compute) => {
                let values = self.values(function, &arguments)?;
                if self.mode != Mode::Full {
                    return self.fail(
                        Diagnostic::error("eval::no_files_here", format!("`{name}` cannot be used in a validation"))
                            .label(span, "files are not seen here")
                            .help("check the value itself"),
                    );
                }
                self.outcome(compute(&self.scope, &values), call, &arguments)
            }
        }
    }

    fn unknown_function<T>(&mut self, call: &Call<'_>) -> Result<T, Failed> {
        let name = call.name.text;
        let help = match (elsewhere(name), nearest(name, super::names())) {
            (Some(way_out), _) => way_out.to_owned(),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => "the functions are those of Nomad's job language".to_owned(),
        };
        self.fail(
            Diagnostic::error("eval::unknown_function", format!("there is no function `{name}`"))
                .label(call.name.span, "not a function of the job language")
                .help(help),
        )
    }

    /// The arguments, a last one with `...` expanded.
    fn arguments<'c, 'a>(&mut self, call: &'c Call<'a>, span: Span) -> Result<Vec<Argument<'c, 'a>>, Failed> {
        let (plain, last) = match call.arguments.split_last() {
            Some((last, plain)) if call.expand_last => (plain, Some(last)),
            _ => (call.arguments, None),
        };
        let mut arguments: Vec<_> = plain.iter().map(Argument::Expression).collect();
        if let Some(last) = last {
            let value = self.value(last)?;
            let Some(items) = value.elements() else {
                return self.fail(
                    Diagnostic::error("eval::invalid_expansion", format!("`...` after {}", with_article(&value)))
                        .label(last.span, format!("this is {}", with_article(&value)))
                        .label(span, "")
                        .help("`...` makes the elements of a list or set the arguments"),
                );
            };
            arguments.extend(items.iter().map(|item| Argument::Value(item.clone(), last.span)));
        }
        Ok(arguments)
    }

    fn check_count(
        &mut self,
        function: &Function,
        call: &Call<'_>,
        arguments: &[Argument<'_, '_>],
        span: Span,
    ) -> Result<(), Failed> {
        let (given, wanted) = (arguments.len(), function.parameters.len());
        let name = function.name;
        let usage = usage(function);
        if given < wanted {
            let missing = function.parameters[given].name;
            return self.fail(
                Diagnostic::error("eval::missing_argument", format!("`{name}` lacks an argument"))
                    .label(span, format!("`{missing}` is missing"))
                    .help(usage),
            );
        }
        if given > wanted && function.variadic.is_none() {
            return self.fail(
                Diagnostic::error("eval::too_many_arguments", format!("`{name}` has too many arguments"))
                    .label(arguments[wanted].span(), "one too many")
                    .label(call.name.span, "")
                    .help(usage),
            );
        }
        Ok(())
    }

    /// The values of the arguments, converted to what the function takes. All are tried.
    fn values(&mut self, function: &Function, arguments: &[Argument<'_, '_>]) -> Result<Vec<Value>, Failed> {
        let mut values = Vec::with_capacity(arguments.len());
        let mut failed = false;
        for (at, argument) in arguments.iter().enumerate() {
            match self.checked(function, at, argument) {
                Ok(value) => values.push(value),
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(values) }
    }

    fn checked(&mut self, function: &Function, at: usize, argument: &Argument<'_, '_>) -> Evaluated {
        let Some(parameter) = function.parameter(at) else { return Err(Failed) };
        let value = match argument {
            Argument::Expression(expression) => self.value(expression)?,
            Argument::Value(value, _) => value.clone(),
        };
        let refused = match (&value, parameter.null) {
            (Value::Null(_), Null::Refused) => true,
            (Value::Null(ty), Null::Typed) => *ty == crate::eval::Type::Any,
            _ => false,
        };
        if refused {
            return self.fail(
                Diagnostic::error("eval::null_value", format!("`{}` does not take null", function.name))
                    .label(argument.span(), format!("`{}` is null", parameter.name))
                    .help("give it a value, or ask with `coalesce(…, default)`"),
            );
        }
        match convert(&value, &parameter.wanted.ty()) {
            Ok(value) => Ok(value),
            Err(error) => {
                let (span, problem) = argument.label(&error);
                self.fail(
                    Diagnostic::error("eval::invalid_argument", format!("`{}` does not take this", function.name))
                        .label(span, problem)
                        .help(usage(function)),
                )
            }
        }
    }

    fn outcome(
        &mut self,
        outcome: Result<Value, FunctionError>,
        call: &Call<'_>,
        arguments: &[Argument<'_, '_>],
    ) -> Evaluated {
        outcome.or_else(|error| {
            let argument = error.argument.and_then(|at| arguments.get(at)).map(Argument::span);
            let (span, code) = match argument {
                Some(span) => (span, "eval::invalid_argument"),
                None => (call.name.span, "eval::function_failed"),
            };
            let name = call.name.text;
            let help = FUNCTIONS.get(name).map_or_else(String::new, |function| usage(function));
            self.fail(Diagnostic::error(code, format!("`{name}` has no result")).label(span, error.problem).help(help))
        })
    }

    fn special(&mut self, special: Special, call: &Call<'_>, arguments: &[Argument<'_, '_>], span: Span) -> Evaluated {
        match special {
            Special::Try => self.try_each(arguments, span),
            Special::Can => match arguments.first() {
                Some(Argument::Expression(expression)) => Ok(Value::Bool(self.attempt(expression).is_ok())),
                _ => Ok(Value::Bool(true)),
            },
            Special::Convert => {
                let [first, Argument::Expression(second)] = arguments else {
                    return self.fail(
                        Diagnostic::error("eval::invalid_type", "a type is written out, not computed")
                            .label(span, "the second argument is no type")
                            .help("for example `convert(x, list(string))`"),
                    );
                };
                let ty = match type_expression::parse(second) {
                    Ok(ty) => ty,
                    Err(finding) => return self.fail(*finding),
                };
                let value = match first {
                    Argument::Expression(expression) => self.value(expression)?,
                    Argument::Value(value, _) => value.clone(),
                };
                convert(&value, &ty).or_else(|error| {
                    let (place, problem) = first.label(&error);
                    self.fail(
                        Diagnostic::error("eval::invalid_argument", format!("`{}` does not take this", call.name.text))
                            .label(place, problem)
                            .label(second.span, "the type asked for")
                            .help("a string converts to a number or bool only where it is written like one"),
                    )
                })
            }
        }
    }

    /// The first argument that has a value.
    fn try_each(&mut self, arguments: &[Argument<'_, '_>], span: Span) -> Evaluated {
        let mut labels = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Value(value, _) => return Ok(value.clone()),
                Argument::Expression(expression) => match self.attempt(expression) {
                    Ok(value) => return Ok(value),
                    Err(findings) => {
                        for finding in findings {
                            if let Some(label) = finding.labels.first() {
                                labels.push((label.span, finding.message));
                            }
                        }
                    }
                },
            }
        }
        let mut finding =
            Diagnostic::error("eval::function_failed", "no argument of `try` has a value").label(span, "");
        for (span, message) in labels {
            finding = finding.label(span, message);
        }
        self.fail(finding.help("end with one that always has: `try(…, null)`"))
    }
}

/// `substr(str, offset, length)`
fn usage(function: &Function) -> String {
    let mut parameters: Vec<String> = function.parameters.iter().map(|parameter| parameter.name.to_owned()).collect();
    if let Some(variadic) = function.variadic {
        parameters.push(format!("{}...", variadic.name));
    }
    format!("usage: {}({})", function.name, parameters.join(", "))
}

/// What to write instead of functions that other tools with the same syntax have.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "tostring" => "write `convert(…, string)`, or \"${…}\"",
        "tonumber" => "write `convert(…, number)`",
        "tobool" => "write `convert(…, bool)`",
        "tolist" => "write `convert(…, list(any))`",
        "toset" => "write `convert(…, set(any))`",
        "tomap" => "write `convert(…, map(any))`",
        "startswith" => "write `substr(s, 0, strlen(prefix)) == prefix`",
        "sum" => "add the numbers with `+`",
        "timestamp" => "a plan must not depend on when it is made; hand the time in with `--var`",
        "regex" | "regexall" => "`regex_replace(string, pattern, replacement)` is the function there is",
        "templatefile" => "write a `template` block in the task",
        "uuid" => "write `uuidv4()`, or `uuidv5(namespace, name)` for one that stays the same",
        "env" => "write `${env[\"NAME\"]}` for the task's environment, or a variable for that of this command",
        _ => return None,
    })
}

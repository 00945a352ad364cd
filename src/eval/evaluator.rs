//! Walks an expression and makes its value.
//!
//! One `match` over the kinds of expression; what takes more than a few lines has a file of its own.

use std::rc::Rc;

use super::scope::{Binding, Bindings, Scope};
use super::{Entries, Number, Value, access};
use crate::diagnostic::{Diagnostic, Severity, Sink, Span};
use crate::parser::{Expr, ExprKind, ObjectItem, Step, Traversal};

/// An expression has no value; why is among the evaluator's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failed;

/// The value of a part of an expression.
pub(super) type Evaluated = Result<Value, Failed>;

/// Evaluates expressions in one scope.
pub(super) struct Evaluator<'e> {
    pub(super) scope: Scope<'e>,
    pub(super) mode: Mode,
    /// How many blocks dynamic ones have made.
    pub(super) made: usize,
    /// How many elements `for`s have gone through.
    pub(super) iterations: usize,
    findings: Vec<Diagnostic>,
    /// Names of iterators, the innermost last.
    iterators: Vec<(Rc<str>, Value)>,
    /// Items of splats, the innermost last.
    items: Vec<Value>,
}

/// What an expression may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Anything: variables, locals, functions; names that only the run time knows stay as text.
    Full,
    /// Nothing: no names and no functions, as in the default of a variable.
    Constant,
    /// Its own variable and functions that see no files: the condition of a validation.
    Validation,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(scope: Scope<'e>, mode: Mode) -> Self {
        Self { scope, mode, made: 0, iterations: 0, findings: Vec::new(), iterators: Vec::new(), items: Vec::new() }
    }

    /// The value of an expression, where it has one; what is wrong goes to the sink.
    pub(super) fn evaluate(&mut self, expression: &Expr<'_>, sink: &mut Sink) -> Option<Value> {
        let value = self.value(expression);
        self.finish(sink);
        value.ok()
    }

    /// Hands over what was found.
    pub(super) fn finish(&mut self, sink: &mut Sink) {
        for finding in self.findings.drain(..) {
            sink.push(finding);
        }
    }

    /// The value of an expression; what is wrong is kept in here.
    pub(super) fn value(&mut self, expression: &Expr<'_>) -> Evaluated {
        match &expression.kind {
            ExprKind::Null => Ok(Value::NULL),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Number(text) => match Number::parse(text) {
                Some(number) => Ok(Value::Number(number)),
                None => self.fail(
                    Diagnostic::error("eval::number_out_of_range", "a number out of range")
                        .label(expression.span, "too large or too small")
                        .help("numbers reach from about 1e-19000 to 1e19000"),
                ),
            },
            ExprKind::String(text) => Ok(Value::string(text)),
            ExprKind::Template(template) => self.template(template),
            ExprKind::Tuple(items) => Ok(Value::tuple(self.all(items)?)),
            ExprKind::Object(items) => self.object(items),
            ExprKind::Traversal(traversal) => self.reference(traversal, expression.span),
            ExprKind::Relative(..) | ExprKind::Index(..) => self.chain(expression),
            ExprKind::Splat(on, each) => self.splat(on, each),
            ExprKind::SplatItem => Ok(self.items.last().cloned().unwrap_or(Value::NULL)),
            ExprKind::Call(call) => self.call(call, expression.span),
            ExprKind::Conditional(conditional) => self.conditional(conditional),
            ExprKind::Unary(operator, operand) => self.unary(*operator, operand, expression.span),
            ExprKind::Binary(binary) => self.binary(binary, expression.span),
            ExprKind::For(for_expression) => self.for_expression(for_expression),
            ExprKind::Parentheses(inner) => self.value(inner),
        }
    }

    /// The values of all of them; all are tried.
    pub(super) fn all(&mut self, expressions: &[Expr<'_>]) -> Result<Vec<Value>, Failed> {
        let mut values = Vec::with_capacity(expressions.len());
        let mut failed = false;
        for expression in expressions {
            match self.value(expression) {
                Ok(value) => values.push(value),
                Err(Failed) => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(values) }
    }

    /// Keeps a finding and fails.
    pub(super) fn fail<T>(&mut self, finding: Diagnostic) -> Result<T, Failed> {
        self.findings.push(finding);
        Err(Failed)
    }

    /// Keeps a finding.
    pub(super) fn note(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// How many errors are kept.
    pub(super) fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }

    /// Evaluates without keeping errors: `Err` holds them. Warnings are kept where it succeeds.
    pub(super) fn attempt(&mut self, expression: &Expr<'_>) -> Result<Value, Vec<Diagnostic>> {
        let before = self.findings.len();
        let value = self.value(expression);
        let found = self.findings.split_off(before);
        match value {
            Ok(value) => {
                self.findings.extend(found);
                Ok(value)
            }
            Err(Failed) => Err(found.into_iter().filter(|finding| finding.severity == Severity::Error).collect()),
        }
    }

    /// Evaluates something with an iterator in scope.
    pub(super) fn with_iterator<T>(&mut self, name: Rc<str>, value: Value, body: impl FnOnce(&mut Self) -> T) -> T {
        self.iterators.push((name, value));
        let result = body(self);
        self.iterators.pop();
        result
    }

    /// Evaluates a splat's expression for an item.
    pub(super) fn with_item(&mut self, item: Value, each: &Expr<'_>) -> Evaluated {
        self.items.push(item);
        let result = self.value(each);
        self.items.pop();
        result
    }

    fn object(&mut self, items: &[ObjectItem<'_>]) -> Evaluated {
        let mut entries = Vec::with_capacity(items.len());
        let mut failed = false;
        for item in items {
            let key = match &item.key.kind {
                // The common case, without a detour over a value.
                ExprKind::String(text) if text.is_ascii() => Ok((*text).into()),
                _ => self.object_key(&item.key),
            };
            match (key, self.value(&item.value)) {
                (Ok(key), Ok(value)) => entries.push((key, value)),
                _ => failed = true,
            }
        }
        if failed { Err(Failed) } else { Ok(Value::Object(entries.into_iter().collect::<Entries>())) }
    }

    /// The text of a key to evaluate.
    pub(super) fn object_key(&mut self, key: &Expr<'_>) -> Result<Rc<str>, Failed> {
        let value = self.value(key)?;
        match super::convert::to_text(&value) {
            Some(text) => Ok(text),
            None => self.fail(
                Diagnostic::error("eval::invalid_key", format!("{} cannot be a key", with_article(&value)))
                    .label(key.span, format!("this is {}", with_article(&value)))
                    .help("the key of an object is a string; numbers and bools are converted"),
            ),
        }
    }

    /// `a[x].b["c"]…`: evaluated from the left in a loop, because such a chain is as long as the author likes.
    fn chain(&mut self, expression: &Expr<'_>) -> Evaluated {
        let mut links = Vec::new();
        let mut first = expression;
        while let ExprKind::Relative(on, _) | ExprKind::Index(on, _) = &first.kind {
            links.push(first);
            first = on;
        }
        let mut value = self.value(first);
        for link in links.into_iter().rev() {
            match &link.kind {
                ExprKind::Relative(_, steps) => {
                    if let Ok(on) = value {
                        value = self.steps(on, steps);
                    }
                }
                ExprKind::Index(on, key) => {
                    let key_value = self.value(key);
                    value = match (value, key_value) {
                        (Ok(on_value), Ok(key_value)) => access::index(&on_value, &key_value)
                            .or_else(|problem| self.fail(problem.diagnostic(key.span, &on_value, Some(on.span)))),
                        _ => Err(Failed),
                    };
                }
                _ => {}
            }
        }
        value
    }

    fn steps(&mut self, on: Value, steps: &[Step<'_>]) -> Evaluated {
        let mut value = on;
        for step in steps {
            let (next, span) = match step {
                Step::Attribute(name) => (access::attribute(&value, name.text), name.span),
                Step::Index(key, span) => (access::index(&value, &access::key_value(key)), *span),
            };
            value = match next {
                Ok(next) => next,
                Err(problem) => return self.fail(problem.diagnostic(span, &value, None)),
            };
        }
        Ok(value)
    }

    /// A name: an iterator, `var`, `local`, or something only the run time knows.
    fn reference(&mut self, traversal: &Traversal<'_>, span: Span) -> Evaluated {
        let root = traversal.root.text;
        if let Some((_, value)) = self.iterators.iter().rev().find(|(name, _)| **name == *root) {
            let value = value.clone();
            return self.steps(value, traversal.steps);
        }
        match (self.mode, root) {
            (Mode::Constant, _) => self.fail(
                Diagnostic::error("eval::not_constant", "a reference where only a constant may stand")
                    .label(span, "not known here")
                    .help("write the value itself, or compute it in a `locals` block"),
            ),
            (Mode::Full | Mode::Validation, "var") => self.bound("variable", &self.scope.names.variables, traversal),
            (Mode::Full, "local") => self.bound("local", &self.scope.names.locals, traversal),
            (Mode::Validation, _) => self.fail(
                Diagnostic::error("eval::validation_reference", "a validation that refers to something else")
                    .label(span, "not known here")
                    .help("the condition of a `validation` block may only refer to its own variable"),
            ),
            (Mode::Full, _) => Ok(self.run_time_text(traversal, span)),
        }
    }

    /// `var.x…`, `local.x…`, or all of them at once.
    fn bound(&mut self, kind: &'static str, bindings: &'e Bindings, traversal: &Traversal<'_>) -> Evaluated {
        let Some((first, rest)) = traversal.steps.split_first() else {
            let known = bindings.iter().filter_map(|(name, binding)| match binding {
                Binding::Value(value) => Some((name.as_str(), value.clone())),
                Binding::Broken => None,
            });
            return Ok(Value::object(known));
        };
        let (name, span) = match first {
            Step::Attribute(name) => (name.text, name.span),
            Step::Index(key, span) => (access::key_text(key), *span),
        };
        match bindings.get(name) {
            Some(Binding::Value(value)) => self.steps(value.clone(), rest),
            Some(Binding::Broken) => Err(Failed),
            None => {
                let span = traversal.root.span.to(span);
                let (code, message, help) = match kind {
                    "variable" => (
                        "eval::unknown_variable",
                        format!("there is no variable \"{name}\""),
                        format!("declare it beside the job: `variable \"{name}\" {{ default = … }}`"),
                    ),
                    _ => (
                        "eval::unknown_local",
                        format!("there is no local \"{name}\""),
                        format!("define it beside the job: `locals {{ {name} = … }}`"),
                    ),
                };
                let near = nearest(name, bindings.keys().map(String::as_str));
                let help = near.map_or(help, |near| format!("did you mean `{}.{near}`?", traversal.root.text));
                self.fail(Diagnostic::error(code, message).label(span, "not declared in this file").help(help))
            }
        }
    }

    /// What only the run time knows stays as it is written, in `${…}`; spaces inside the braces are kept.
    fn run_time_text(&self, traversal: &Traversal<'_>, span: Span) -> Value {
        let sources = self.scope.sources;
        if sources.slice(span) == traversal.text {
            let text = sources.file(span.file).text();
            let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
            let open = before.trim_end();
            let close = after.trim_start();
            if open.ends_with("${") && close.starts_with('}') {
                let end = text.len() - close.len() + 1;
                return Value::string(&text[open.len() - 2..end]);
            }
        }
        Value::string(&format!("${{{}}}", traversal.text))
    }
}

/// The name that was most likely meant.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    const FAR: f64 = 0.75;
    /// Among more names nobody is looked for.
    const LOOKED_AT: usize = 1000;
    known
        .take(LOOKED_AT)
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness > FAR)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, candidate)| candidate)
}

/// `a string`, `an object`, `null`.
pub(super) fn with_article(value: &Value) -> String {
    match value {
        Value::Null(_) => "null".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        _ => format!("a {}", value.kind()),
    }
}

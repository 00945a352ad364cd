//! Why a value does not convert: the way to the element, and what is wrong with it.

use std::fmt;
use std::rc::Rc;

use super::convert::convertible;
use super::place::{PathStep, find};
use super::unify::Safety;
use super::{Type, Value};
use crate::diagnostic::Span;
use crate::parser::Expr;

/// Why a value does not convert.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", Path(path))]
pub struct ConvertError {
    path: Vec<Step>,
    problem: String,
}

/// A step to the element that does not convert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(Rc<str>),
    Index(usize),
}

impl ConvertError {
    pub(super) fn new(problem: String) -> Self {
        Self { path: Vec::new(), problem }
    }

    pub(super) fn mismatch(value: &Value, wanted: &Type) -> Self {
        mismatch(&value.type_of(), wanted)
    }

    pub(super) fn within(mut self, step: Step) -> Self {
        self.path.insert(0, step);
        self
    }

    /// The place of the element that does not convert, in the expression the value came from, and what to say there:
    /// the way to the element as well, where the expression does not show it.
    pub(super) fn label_in(&self, expression: &Expr<'_>) -> (Span, String) {
        let steps: Vec<PathStep<'_>> = self
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => PathStep::Key(key),
                Step::Index(index) => PathStep::Index(*index),
            })
            .collect();
        match find(expression, &steps) {
            Ok(element) => (element.span, self.problem.clone()),
            Err(nearest) => (nearest.span, self.to_string()),
        }
    }
}

/// The path as a message has it: `at a[0]: `.
struct Path<'p>(&'p [Step]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("at ")?;
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str(": ")
    }
}

/// Elements that make no list, set or map.
pub(super) fn not_alike() -> ConvertError {
    ConvertError::new("the elements have no type in common".to_owned())
}

/// Why a type does not convert to another, from the outside in.
fn mismatch(from: &Type, to: &Type) -> ConvertError {
    let fits = |given: &Type, wanted: &Type| convertible(given, wanted, Safety::Unsafe);
    match (from, to) {
        (Type::Object(from), Type::Object(to)) => {
            for (name, wanted) in &to.attributes {
                match from.get(name) {
                    None if !to.optional.contains(name) => return missing(name),
                    Some(given) if !fits(given, wanted) => {
                        return mismatch(given, wanted).within(Step::Key(name.clone()));
                    }
                    _ => {}
                }
            }
        }
        (Type::Tuple(from), Type::Tuple(to)) if from.len() != to.len() => {
            return ConvertError::new(format!("expected {} elements, found {}", to.len(), from.len()));
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            let pairs = from.iter().zip(&**to).enumerate();
            if let Some((at, (given, wanted))) = pairs.into_iter().find(|(_, (given, wanted))| !fits(given, wanted)) {
                return mismatch(given, wanted).within(Step::Index(at));
            }
        }
        (Type::Tuple(given), Type::List(wanted) | Type::Set(wanted)) => {
            return match given.iter().enumerate().find(|(_, given)| !fits(given, wanted)) {
                Some((at, given)) => mismatch(given, wanted).within(Step::Index(at)),
                None => not_alike(),
            };
        }
        (Type::Object(given), Type::Map(wanted)) => {
            return match given.attributes.iter().find(|(_, given)| !fits(given, wanted)) {
                Some((name, given)) => mismatch(given, wanted).within(Step::Key(name.clone())),
                None => not_alike(),
            };
        }
        _ => {}
    }
    ConvertError::new(format!("expected {}, found {}", to.with_article(), from.with_article()))
}

pub(super) fn missing(name: &str) -> ConvertError {
    ConvertError::new(format!("the attribute \"{name}\" is missing"))
}

//! `for` expressions, `%{ for }` and splats: going through a collection.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::convert::{common_type, convert, typed_null};
use super::evaluator::{Evaluated, Evaluator, Failed, with_article};
use super::limits::{MAX_ITERATIONS, too_large};
use super::references::{Reference, references};
use super::{Type, Value};
use crate::diagnostic::Diagnostic;
use crate::parser::{Expr, For, Name};

/// Key and value of each element, in order: a list's by number, a set's by itself, a map's and object's by name.
pub(super) fn items_of(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match collection {
        Value::List(_) | Value::Tuple(_) => {
            let numbered = (0_i64..).zip(collection.elements()?);
            Some(numbered.map(|(at, value)| (Value::from(at), value.clone())).collect())
        }
        Value::Set(sequence) => Some(sequence.items.iter().map(|value| (value.clone(), value.clone())).collect()),
        Value::Map(_) | Value::Object(_) => {
            let entries = collection.entries()?;
            Some(entries.iter().map(|(name, value)| (Value::String(name.clone()), value.clone())).collect())
        }
        Value::Null(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

impl Evaluator<'_> {
    /// The elements of what a `for` goes through.
    pub(super) fn iterated(&mut self, collection: &Expr<'_>) -> Result<Vec<(Value, Value)>, Failed> {
        let value = self.value(collection)?;
        match items_of(&value) {
            Some(items) => {
                self.iterations = self.iterations.saturating_add(items.len());
                if self.iterations > MAX_ITERATIONS {
                    return self.fail(too_large(collection.span, "all `for`s together go through too many elements"));
                }
                Ok(items)
            }
            None => self.fail(
                Diagnostic::error("eval::not_iterable", format!("cannot go through {}", with_article(&value)))
                    .label(collection.span, format!("this is {}", with_article(&value)))
                    .help("a list, set, map or object is needed here"),
            ),
        }
    }

    /// Evaluates something for each element, with the names in scope. All are tried.
    pub(super) fn for_each<T>(
        &mut self,
        items: Vec<(Value, Value)>,
        key_name: Option<&Name<'_>>,
        value_name: &Name<'_>,
        mut body: impl FnMut(&mut Self) -> Result<Option<T>, Failed>,
    ) -> Result<Vec<T>, Failed> {
        let value_name: Rc<str> = value_name.text.into();
        let key_name: Option<Rc<str>> = key_name.map(|name| name.text.into());
        let mut results = Vec::with_capacity(items.len());
        let mut failed = false;
        for (key, value) in items {
            let result = match &key_name {
                // Where both have one name the value wins.
                Some(key_name) => self.with_iterator(key_name.clone(), key, |evaluator| {
                    evaluator.with_iterator(value_name.clone(), value, &mut body)
                }),
                None => self.with_iterator(value_name.clone(), value, &mut body),
            };
            match result {
                Ok(Some(result)) => results.push(result),
                Ok(None) => {}
                Err(Failed) => {
                    failed = true;
                    // What is wrong with one element is wrong with most: the first is enough.
                    break;
                }
            }
        }
        if failed { Err(Failed) } else { Ok(results) }
    }

    pub(super) fn for_expression(&mut self, expression: &For<'_>) -> Evaluated {
        let items = self.iterated(&expression.collection)?;
        if items.is_empty() {
            self.check_condition(expression)?;
        }
        let (key_name, value_name) = (expression.key_name.as_ref(), &expression.value_name);
        let Some(key) = &expression.key else {
            let values = self.for_each(items, key_name, value_name, |evaluator| {
                if evaluator.included(expression.condition.as_ref())? {
                    evaluator.value(&expression.value).map(Some)
                } else {
                    Ok(None)
                }
            })?;
            return Ok(Value::tuple(values));
        };
        let mut found: BTreeMap<Rc<str>, Vec<Value>> = BTreeMap::new();
        self.for_each(items, key_name, value_name, |evaluator| {
            if !evaluator.included(expression.condition.as_ref())? {
                return Ok(None::<()>);
            }
            let name = evaluator.object_key(key);
            let value = evaluator.value(&expression.value);
            let (name, value) = (name?, value?);
            let values = found.entry(name.clone()).or_default();
            values.push(value);
            if values.len() > 1 && !expression.group {
                return evaluator.fail(
                    Diagnostic::error("eval::duplicate_key", format!("two elements make the key \"{name}\""))
                        .label(key.span, "the same for both")
                        .help("write `...` after the value to collect the values of equal keys in lists"),
                );
            }
            Ok(None)
        })?;
        let entries = found.into_iter().map(|(name, mut values)| {
            let value = if expression.group { Value::tuple(values) } else { values.pop().unwrap_or(Value::NULL) };
            (name, value)
        });
        Ok(Value::Object(entries.collect()))
    }

    /// A condition that asks for no element is right or wrong without one.
    fn check_condition(&mut self, expression: &For<'_>) -> Result<(), Failed> {
        let Some(condition) = &expression.condition else { return Ok(()) };
        let names = [Some(&expression.value_name), expression.key_name.as_ref()];
        let is_own =
            |reference: &Reference<'_>| names.iter().flatten().any(|name| name.text == reference.traversal.root.text);
        if !references(condition).iter().any(is_own) {
            self.included(Some(condition))?;
        }
        Ok(())
    }

    fn included(&mut self, condition: Option<&Expr<'_>>) -> Result<bool, Failed> {
        let Some(condition) = condition else { return Ok(true) };
        let value = self.value(condition)?;
        match convert(&value, &Type::Bool) {
            Ok(Value::Bool(included)) => Ok(included),
            _ => self.fail(
                Diagnostic::error("eval::invalid_condition", "a condition that is neither true nor false")
                    .label(condition.span, format!("this is {}", with_article(&value)))
                    .help("write a comparison, such as `x != null`"),
            ),
        }
    }

    /// `on[*].each`: null is no element, any other single value is one.
    pub(super) fn splat(&mut self, on: &Expr<'_>, each: &Expr<'_>) -> Evaluated {
        let value = self.value(on)?;
        let items = match &value {
            Value::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                return self.fail(
                    Diagnostic::error("eval::null_value", "the elements of null")
                        .label(on.span, "this list is null")
                        .help("give it a value, such as `[]`"),
                );
            }
            Value::Null(_) => Vec::new(),
            _ => value.elements().map_or_else(|| vec![value.clone()], <[Value]>::to_vec),
        };
        let mut results = Vec::with_capacity(items.len());
        for item in items {
            results.push(self.with_item(item, each)?);
        }
        if !matches!(value, Value::List(_) | Value::Set(_)) {
            return Ok(Value::tuple(results));
        }
        match common_type(&results) {
            Some(element) => {
                let results = results.into_iter().map(|item| typed_null(item, &element)).collect();
                Ok(Value::list(element, results))
            }
            None => Ok(Value::tuple(results)),
        }
    }
}

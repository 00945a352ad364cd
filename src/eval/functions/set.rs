//! Sets.

use std::collections::HashSet;
use std::rc::Rc;

use super::{Function, FunctionError, Outcome, Parameter, Wanted};
use crate::eval::equality::{identity, set_of};
use crate::eval::unify::{Safety, unify};
use crate::eval::{Type, Value, convert};

const SET: Parameter = Parameter::new("set", Wanted::Set);

/// The most combinations made.
const MAX_PRODUCT: usize = 1 << 20;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("setintersection", &[SET], intersection).variadic(Parameter::new("sets", Wanted::Set)),
    Function::new("setproduct", &[], product).variadic(Parameter::new("sets", Wanted::Any)),
    Function::new("setunion", &[SET], union).variadic(Parameter::new("sets", Wanted::Set)),
];

/// The sets as sets of one type.
fn common(arguments: &[Value]) -> Result<(Type, Vec<Value>), FunctionError> {
    let mut types = Vec::new();
    for argument in arguments {
        if let Value::Set(sequence) = argument
            && !(sequence.items.is_empty() && sequence.element == Type::Any)
        {
            types.push(sequence.element.clone());
        }
    }
    if types.is_empty() {
        return Ok((Type::Any, arguments.to_vec()));
    }
    let Some(element) = unify(&types, Safety::Unsafe) else {
        return Err(FunctionError::new("the elements of the sets have no type in common"));
    };
    let wanted = Type::Set(Rc::new(element.clone()));
    let converted = arguments
        .iter()
        .enumerate()
        .map(|(at, argument)| convert(argument, &wanted).map_err(|error| FunctionError::of_argument(at, error)));
    Ok((element, converted.collect::<Result<_, _>>()?))
}

fn union(arguments: &[Value]) -> Outcome {
    let (element, sets) = common(arguments)?;
    let items = sets.iter().flat_map(|set| set.elements().unwrap_or_default().iter().cloned());
    Ok(set_of(element, items.collect()))
}

fn intersection(arguments: &[Value]) -> Outcome {
    let (element, sets) = common(arguments)?;
    let Some((first, rest)) = sets.split_first() else { return Err(FunctionError::new("a set is needed")) };
    let members = |set: &Value| set.elements().unwrap_or_default().iter().map(identity).collect::<HashSet<_>>();
    let others: Vec<HashSet<String>> = rest.iter().map(members).collect();
    let in_all = |item: &Value| {
        let identity = identity(item);
        others.iter().all(|other| other.contains(&identity))
    };
    let kept = first.elements().unwrap_or_default().iter().filter(|item| in_all(item));
    Ok(set_of(element, kept.cloned().collect()))
}

/// Every combination of an element of each; a list where all of them are lists.
fn product(arguments: &[Value]) -> Outcome {
    if arguments.len() < 2 {
        return Err(FunctionError::new("at least two sets or lists are needed"));
    }
    let mut types = Vec::with_capacity(arguments.len());
    for (at, argument) in arguments.iter().enumerate() {
        types.push(match argument {
            Value::Set(sequence) | Value::List(sequence) => sequence.element.clone(),
            Value::Tuple(items) if items.is_empty() => Type::Any,
            Value::Tuple(items) => {
                let types: Vec<Type> = items.iter().map(Value::type_of).collect();
                unify(&types, Safety::Unsafe)
                    .ok_or_else(|| FunctionError::of_argument(at, "the elements have no type in common"))?
            }
            _ => return Err(FunctionError::of_argument(at, "a set or list is needed")),
        });
    }
    let lists: Vec<&[Value]> = arguments.iter().map(|argument| argument.elements().unwrap_or_default()).collect();
    let total = lists.iter().try_fold(1_usize, |total, list| total.checked_mul(list.len()));
    let Some(total) = total.filter(|total| *total <= MAX_PRODUCT) else {
        return Err(FunctionError::new(format!("more than {MAX_PRODUCT} combinations")));
    };
    let mut rows: Vec<Vec<Value>> = if total == 0 { Vec::new() } else { vec![Vec::new()] };
    for (at, (list, ty)) in lists.iter().zip(&types).enumerate() {
        let items = list.iter().map(|item| convert(item, ty).map_err(|error| FunctionError::of_argument(at, error)));
        let items: Vec<Value> = items.collect::<Result<_, _>>()?;
        rows = rows
            .into_iter()
            .flat_map(|row| items.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    let element = rows.first().map_or_else(|| Type::Tuple(Rc::new(types)), Value::type_of);
    if arguments.iter().all(|argument| !matches!(argument, Value::Set(_))) {
        return Ok(Value::list(element, rows));
    }
    Ok(set_of(element, rows))
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"setunion(["b", "a"], ["b", "c"])"#, r#"["a","b","c"]"#),
            ("setunion([3, 1], [20])", "[1,3,20]"),
            (r#"setunion([1], ["a"])"#, r#"["1","a"]"#),
            ("setunion([])", "[]"),
            ("setunion([true, false])", "[false,true]"),
            (r#"setintersection(["a", "b"], ["b", "c"], ["b"])"#, r#"["b"]"#),
            ("setintersection([1], [2])", "[]"),
            (r#"setproduct(["a", "b"], [1, 2])"#, r#"[["a",1],["a",2],["b",1],["b",2]]"#),
            (r#"setproduct(["a"], [])"#, "[]"),
            (r#"setproduct(["a"], convert([1], set(number)))"#, r#"[["a",1]]"#),
            (r#"setproduct([1, "x"], [true])"#, r#"[["1",true],["x",true]]"#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "setunion()",
            "setunion(1)",
            "setunion([1], [[1]])",
            r#"setintersection(["a"], null)"#,
            "setproduct()",
            r#"setproduct(["a"])"#,
            r#"setproduct(["a"], "b")"#,
        ]);
    }
}

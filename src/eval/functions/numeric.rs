//! Numbers.

use num_bigint::BigInt;

use super::float_math::{ln, pow};
use super::{Function, FunctionError, Outcome, Parameter, Wanted, double, text, whole};
use crate::eval::{Number, Type, Value};

const NUMBER: Parameter = Parameter::new("number", Wanted::Number);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", &[NUMBER], |arguments| number(arguments, Number::absolute)),
    Function::new("ceil", &[NUMBER], |arguments| number(arguments, |number| number.to_integer(true))),
    Function::new("floor", &[NUMBER], |arguments| number(arguments, |number| number.to_integer(false))),
    Function::new("log", &[NUMBER, Parameter::new("base", Wanted::Number)], log),
    Function::new("max", &[], |arguments| extreme(arguments, |best, number| number.compare(best).is_gt()))
        .variadic(Parameter::new("numbers", Wanted::Number)),
    Function::new("min", &[], |arguments| extreme(arguments, |best, number| number.compare(best).is_lt()))
        .variadic(Parameter::new("numbers", Wanted::Number)),
    Function::new(
        "parseint",
        &[Parameter::new("number", Wanted::Any), Parameter::new("base", Wanted::Number)],
        parse_integer,
    ),
    Function::new("pow", &[NUMBER, Parameter::new("power", Wanted::Number)], power),
    Function::new("range", &[], range).variadic(Parameter::new("limits", Wanted::Number)),
    Function::new("signum", &[NUMBER], |arguments| Ok(Value::from(whole(arguments, 0)?.signum()))),
];

fn number(arguments: &[Value], compute: fn(&Number) -> Number) -> Outcome {
    match arguments {
        [Value::Number(number)] => Ok(Value::Number(compute(number))),
        _ => Err(FunctionError::of_argument(0, "a number is needed")),
    }
}

fn numbers(arguments: &[Value]) -> Vec<&Number> {
    let numbers = arguments.iter().map(|argument| match argument {
        Value::Number(number) => Some(number),
        _ => None,
    });
    numbers.flatten().collect()
}

fn extreme(arguments: &[Value], better: fn(&Number, &Number) -> bool) -> Outcome {
    let numbers = numbers(arguments);
    let best = numbers.into_iter().reduce(|best, number| if better(best, number) { number } else { best });
    match best {
        Some(number) => Ok(Value::Number(number.clone())),
        None => Err(FunctionError::new("at least one number is needed")),
    }
}

fn finite(result: f64) -> Outcome {
    match Number::from_f64(result) {
        Some(number) => Ok(Value::Number(number)),
        None => Err(FunctionError::new("the result is not a number")),
    }
}

fn log(arguments: &[Value]) -> Outcome {
    finite(ln(double(arguments, 0)?) / ln(double(arguments, 1)?))
}

fn power(arguments: &[Value]) -> Outcome {
    finite(pow(double(arguments, 0)?, double(arguments, 1)?))
}

fn parse_integer(arguments: &[Value]) -> Outcome {
    let Some(Value::String(digits)) = arguments.first() else {
        return Err(FunctionError::of_argument(0, "a string is needed"));
    };
    let base = whole(arguments, 1)?;
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)) else {
        return Err(FunctionError::of_argument(1, "the base is between 2 and 62"));
    };
    match integer(digits, base) {
        Some(value) => Ok(Value::Number(Number::from_integer(&value))),
        None => {
            Err(FunctionError::of_argument(0, format!("{:?} is not an integer of base {base}", text(arguments, 0))))
        }
    }
}

/// The most digits read: the time it takes grows with their square.
const MAX_DIGITS: usize = 20_000;

/// Digits and letters; up to base 36 capital letters mean the same as small ones, above they come after them.
fn integer(text: &str, base: u32) -> Option<BigInt> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > MAX_DIGITS {
        return None;
    }
    let mut value = BigInt::ZERO;
    for byte in digits.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'z' => byte - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => byte - b'A' + 10,
            b'A'..=b'Z' => byte - b'A' + 36,
            _ => return None,
        };
        if u32::from(digit) >= base {
            return None;
        }
        value = value * base + digit;
    }
    Some(if negative { -value } else { value })
}

fn range(arguments: &[Value]) -> Outcome {
    const MOST: usize = 1024;
    let numbers = numbers(arguments);
    let (zero, one) = (Number::from(0), Number::from(1));
    let step = |start: &Number, end: &Number| if end.compare(start).is_lt() { one.negated() } else { one.clone() };
    let (start, end, step) = match numbers[..] {
        [end] => (zero.clone(), end.clone(), step(&zero, end)),
        [start, end] => (start.clone(), end.clone(), step(start, end)),
        [start, end, step] => (start.clone(), end.clone(), step.clone()),
        _ => {
            return Err(FunctionError::new(
                "one, two or three numbers are needed: end; start and end; or a step as well",
            ));
        }
    };
    let down = step.is_negative();
    if down && end.compare(&start).is_gt() {
        return Err(FunctionError::of_argument(1, "the end is above the start, and the step goes down"));
    }
    if !down && end.compare(&start).is_lt() {
        return Err(FunctionError::of_argument(1, "the end is below the start, and the step goes up"));
    }
    let mut values = Vec::new();
    let mut next = start;
    while if down { next.compare(&end).is_gt() } else { next.compare(&end).is_lt() } {
        if values.len() == MOST {
            return Err(FunctionError::new(format!("more than {MOST} numbers")));
        }
        values.push(Value::Number(next.clone()));
        next = next.add(&step).map_err(|_| FunctionError::new("the result is not a number"))?;
    }
    Ok(Value::list(Type::Number, values))
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            ("abs(-3.5)", "3.5"),
            (r#"abs("-2")"#, "2"),
            ("ceil(1.2)", "2"),
            ("ceil(-1.2)", "-1"),
            (r#"ceil("3.1")"#, "4"),
            ("floor(1.9)", "1"),
            ("floor(-1.1)", "-2"),
            ("floor(1e30)", "1000000000000000000000000000000"),
            ("log(100, 10)", "2"),
            ("log(8, 2)", "3"),
            ("log(3, 7)", "0.5645750340535796"),
            ("pow(2, 10)", "1024"),
            ("pow(4, 0.5)", "2"),
            ("pow(0, 0)", "1"),
            ("pow(2, -1)", "0.5"),
            ("pow(0.1, 5)", "0.000010000000000000006"),
            ("pow(3, 1 / 3)", "1.4422495703074085"),
            ("pow(2, 60)", "1152921504606847000"),
            (r#"max(4, "10", -1)"#, "10"),
            ("max([1, 2, 3]...)", "3"),
            ("min(4, -1.5)", "-1.5"),
            (r#"parseint("ff", 16)"#, "255"),
            (r#"parseint("-FF", 16)"#, "-255"),
            (r#"parseint("Z", 62)"#, "61"),
            (r#"parseint("z", 62)"#, "35"),
            (r#"parseint("123456789012345678901234567890", 10)"#, "123456789012345678901234567890"),
            ("range(3)", "[0,1,2]"),
            ("range(-3)", "[0,-1,-2]"),
            ("range(4, 1)", "[4,3,2]"),
            ("range(1, 8, 2)", "[1,3,5,7]"),
            ("range(0)", "[]"),
            ("range(0, 1, 0.25)", "[0,0.25,0.5,0.75]"),
            ("range(3, 3, 0)", "[]"),
            ("signum(-7)", "-1"),
            ("signum(0)", "0"),
            (r#"signum("3")"#, "1"),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            "abs(null)",
            r#"abs("x")"#,
            "abs()",
            "abs(1, 2)",
            "max()",
            "parseint(10, 10)",
            r#"parseint("z", 10)"#,
            r#"parseint("", 10)"#,
            r#"parseint("1_0", 10)"#,
            r#"parseint("1", 63)"#,
            "range()",
            "range(1, 2, 3, 4)",
            "range(1, 5, 0)",
            "range(1, 5, -1)",
            "range(5000)",
            "log(-1, 10)",
            "pow(-8, 1 / 3)",
            "signum(1.5)",
        ]);
    }
}

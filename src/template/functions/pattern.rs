//! Regular expressions, in Go's syntax.
//!
//! Matching takes time in proportion to the text; large expressions and texts cost budget.

use regex::bytes::{Regex, RegexBuilder};

use crate::eval::rewrite_pattern;
use crate::template::error::Failure;
use crate::template::function::Parameter::{Int, String as Text};
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", &[Text, Text], matches),
    Function::new("regexReplaceAll", &[Text, Text, Text], |context, arguments| {
        replace(context, arguments, arguments.bytes(2), arguments.bytes(1), false)
    }),
    Function::new("sprig_regexFind", &[Text, Text], find),
    Function::new("sprig_regexFindAll", &[Text, Text, Int], find_all),
    Function::new("sprig_regexMatch", &[Text, Text], matches),
    Function::new("sprig_regexQuoteMeta", &[Text], quote_meta),
    Function::new("sprig_regexReplaceAll", &[Text, Text, Text], |context, arguments| {
        replace(context, arguments, arguments.bytes(1), arguments.bytes(2), false)
    }),
    Function::new("sprig_regexReplaceAllLiteral", &[Text, Text, Text], |context, arguments| {
        replace(context, arguments, arguments.bytes(1), arguments.bytes(2), true)
    }),
    Function::new("sprig_regexSplit", &[Text, Text, Int], split),
    Function::new("sprig_mustRegexFind", &[Text, Text], find),
    Function::new("sprig_mustRegexFindAll", &[Text, Text, Int], find_all),
    Function::new("sprig_mustRegexMatch", &[Text, Text], matches),
    Function::new("sprig_mustRegexReplaceAll", &[Text, Text, Text], |context, arguments| {
        replace(context, arguments, arguments.bytes(1), arguments.bytes(2), false)
    }),
    Function::new("sprig_mustRegexReplaceAllLiteral", &[Text, Text, Text], |context, arguments| {
        replace(context, arguments, arguments.bytes(1), arguments.bytes(2), true)
    }),
    Function::new("sprig_mustRegexSplit", &[Text, Text, Int], split),
];

/// The largest compiled expression, in bytes.
const MAX_SIZE: usize = 1 << 20;

/// Compiles the expression that is the first argument, to be matched against a text.
fn compile(context: &Context<'_>, arguments: Arguments<'_>, text: &[u8]) -> Result<Regex, Failure> {
    let expression = arguments.text(0)?;
    context.budget.spend_items(16 + expression.len() + text.len() * (1 + expression.len() / 64) / 16)?;
    let rewritten =
        rewrite_pattern(expression).map_err(|reason| Failure::new(format!("{expression:?} is {reason}")))?;
    let built = RegexBuilder::new(&rewritten).size_limit(MAX_SIZE).dfa_size_limit(MAX_SIZE).build();
    built.map_err(|error| {
        Failure::new(match &error {
            regex::Error::CompiledTooBig(_) => format!("the regular expression {expression:?} is too large"),
            other => {
                let text = other.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
                format!("{expression:?} is not a regular expression: {reason}")
            }
        })
    })
}

/// A match may have looked at all that follows it, even if it is short.
fn pay_for_match(context: &Context<'_>, following: &[u8]) -> Result<(), Failure> {
    context.budget.spend(following.len() as u64 / 128)
}

fn matches(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    Ok(Value::Bool(compile(context, arguments, text)?.is_match(text)))
}

fn replace(
    context: &Context<'_>,
    arguments: Arguments<'_>,
    text: &[u8],
    with: &[u8],
    literally: bool,
) -> Result<Value, Failure> {
    let regex = compile(context, arguments, text)?;
    let mut out = context.writer();
    let mut end = 0;
    let mut expanded = Vec::new();
    for captures in regex.captures_iter(text) {
        let Some(found) = captures.get(0) else { continue };
        pay_for_match(context, &text[found.start()..])?;
        out.push(&text[end..found.start()])?;
        if literally {
            out.push(with)?;
        } else {
            // Go and Rust agree on `$1`, `${name}` and `$$`.
            expanded.clear();
            captures.expand(with, &mut expanded);
            out.push(&expanded)?;
        }
        end = found.end();
    }
    out.push(&text[end..])?;
    Ok(Value::string(out.into_bytes()))
}

fn find(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    let found = compile(context, arguments, text)?.find(text).map_or(&[][..], |found| found.as_bytes());
    Ok(Value::string(found))
}

/// At most so many; all of them for a negative number.
fn find_all(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    let regex = compile(context, arguments, text)?;
    let most = usize::try_from(arguments.int(2)).unwrap_or(usize::MAX);
    let mut matches = Vec::new();
    for found in regex.find_iter(text).take(most) {
        pay_for_match(context, &text[found.start()..])?;
        matches.push(found.as_bytes());
    }
    super::text::strings(context, matches)
}

/// At most so many pieces, the last with all that is left; all of them for a negative number.
fn split(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let text = arguments.bytes(1);
    let regex = compile(context, arguments, text)?;
    let most = usize::try_from(arguments.int(2)).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in regex.find_iter(text) {
        if pieces.len() + 1 >= most {
            break;
        }
        pay_for_match(context, &text[found.start()..])?;
        end = found.start();
        if found.end() != 0 {
            pieces.push(&text[begin..end]);
        }
        begin = found.end();
    }
    if most > 0 && (end != text.len() || text.is_empty()) {
        pieces.push(&text[begin..]);
    }
    super::text::strings(context, pieces)
}

fn quote_meta(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    for byte in arguments.bytes(0) {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push("\\")?;
        }
        out.push([*byte])?;
    }
    Ok(Value::string(out.into_bytes()))
}

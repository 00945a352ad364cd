//! Strings, by characters as people count them: grapheme clusters.

use unicode_segmentation::UnicodeSegmentation;

use super::{Function, FunctionError, Outcome, Parameter, Wanted, bounded, text, whole};
use crate::eval::limits::MAX_TEXT;
use crate::eval::{Type, Value};

const STRING: Parameter = Parameter::new("string", Wanted::String);

/// The most a function pads or indents by: beyond it the result only fills memory.
pub(super) const MAX_WIDTH: i64 = 1 << 20;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp", &[STRING], |arguments| Ok(Value::string(text(arguments, 0).trim_end_matches(['\r', '\n'])))),
    Function::new("indent", &[Parameter::new("spaces", Wanted::Number), STRING], indent),
    Function::new("join", &[Parameter::new("separator", Wanted::String)], join)
        .variadic(Parameter::new("lists", Wanted::Strings)),
    Function::new("lower", &[STRING], |arguments| Ok(map(arguments, lower))),
    Function::new(
        "replace",
        &[STRING, Parameter::new("substring", Wanted::String), Parameter::new("replacement", Wanted::String)],
        |arguments| replace(text(arguments, 0), text(arguments, 1), text(arguments, 2)),
    ),
    // Both names are bound to the function of strings, as Nomad has it.
    Function::new("reverse", &[STRING], |arguments| Ok(reverse(arguments))),
    Function::new("strrev", &[STRING], |arguments| Ok(reverse(arguments))),
    Function::new("split", &[Parameter::new("separator", Wanted::String), STRING], |arguments| Ok(split(arguments))),
    Function::new("strlen", &[STRING], |arguments| {
        Ok(Value::from(i64::try_from(text(arguments, 0).graphemes(true).count()).unwrap_or(i64::MAX)))
    }),
    Function::new(
        "substr",
        &[STRING, Parameter::new("offset", Wanted::Number), Parameter::new("length", Wanted::Number)],
        substring,
    ),
    Function::new("title", &[STRING], |arguments| Ok(title(arguments))),
    Function::new("trim", &[STRING, Parameter::new("characters", Wanted::String)], |arguments| {
        let characters = text(arguments, 1);
        Ok(Value::string(text(arguments, 0).trim_matches(|character| characters.contains(character))))
    }),
    Function::new("trimprefix", &[STRING, Parameter::new("prefix", Wanted::String)], |arguments| {
        let whole = text(arguments, 0);
        Ok(Value::string(whole.strip_prefix(text(arguments, 1)).unwrap_or(whole)))
    }),
    Function::new("trimspace", &[STRING], |arguments| Ok(Value::string(text(arguments, 0).trim_matches(is_space)))),
    Function::new("trimsuffix", &[STRING, Parameter::new("suffix", Wanted::String)], |arguments| {
        let whole = text(arguments, 0);
        Ok(Value::string(whole.strip_suffix(text(arguments, 1)).unwrap_or(whole)))
    }),
    Function::new("upper", &[STRING], |arguments| Ok(map(arguments, upper))),
];

fn map(arguments: &[Value], change: fn(char) -> char) -> Value {
    Value::string(&text(arguments, 0).chars().map(change).collect::<String>())
}

/// The capital letter of one letter; those that become several letters stay, as Go has it.
fn upper(character: char) -> char {
    // Greek letters with a iota below have a capital of their own beside the one of several letters.
    let with_iota = match u32::from(character) {
        code @ (0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7) => Some(code + 8),
        code @ (0x1fb3 | 0x1fc3 | 0x1ff3) => Some(code + 9),
        _ => None,
    };
    match with_iota {
        Some(code) => char::from_u32(code).unwrap_or(character),
        None => single(character.to_uppercase()).unwrap_or(character),
    }
}

fn lower(character: char) -> char {
    if character == 'İ' {
        return 'i';
    }
    single(character.to_lowercase()).unwrap_or(character)
}

fn single(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

/// Unicode's white space, as Go has it.
fn is_space(character: char) -> bool {
    character.is_whitespace()
}

fn indent(arguments: &[Value]) -> Outcome {
    let spaces = whole(arguments, 0)?;
    if !(0..=MAX_WIDTH).contains(&spaces) {
        return Err(FunctionError::of_argument(0, format!("between 0 and {MAX_WIDTH} spaces")));
    }
    replace(text(arguments, 1), "\n", &format!("\n{}", " ".repeat(usize::try_from(spaces).unwrap_or_default())))
}

fn replace(whole: &str, part: &str, replacement: &str) -> Outcome {
    let longer = replacement.len().saturating_sub(part.len());
    if longer > 0 && whole.matches(part).count().saturating_mul(longer) > MAX_TEXT {
        return Err(FunctionError::too_long());
    }
    bounded(&whole.replace(part, replacement))
}

fn join(arguments: &[Value]) -> Outcome {
    let Some((separator, lists)) = arguments.split_first() else { return Err(FunctionError::new("no separator")) };
    if lists.is_empty() {
        return Err(FunctionError::new("at least one list is needed"));
    }
    let mut parts = Vec::new();
    for (at, list) in lists.iter().enumerate() {
        for (index, item) in list.elements().unwrap_or_default().iter().enumerate() {
            match item.as_str() {
                Some(part) => parts.push(part),
                None => return Err(FunctionError::of_argument(at + 1, format!("element {index} is null"))),
            }
        }
    }
    let separator = separator.as_str().unwrap_or_default();
    let length: usize = parts.iter().map(|part| part.len() + separator.len()).sum();
    if length > MAX_TEXT + separator.len() {
        return Err(FunctionError::too_long());
    }
    bounded(&parts.join(separator))
}

fn reverse(arguments: &[Value]) -> Value {
    Value::string(&text(arguments, 0).graphemes(true).rev().collect::<String>())
}

fn split(arguments: &[Value]) -> Value {
    let (separator, whole) = (text(arguments, 0), text(arguments, 1));
    if separator.is_empty() {
        // Between the characters, and not at the ends.
        let mut buffer = [0; 4];
        let parts = whole.chars().map(|character| Value::string(character.encode_utf8(&mut buffer)));
        return Value::list(Type::String, parts.collect());
    }
    Value::strings(whole.split(separator))
}

/// The characters from an offset, which counts from the end where it is negative; a length of -1 takes all of them.
fn substring(arguments: &[Value]) -> Outcome {
    let whole_text = text(arguments, 0);
    let (mut offset, length) = (whole(arguments, 1)?, whole(arguments, 2)?);
    if offset < 0 {
        offset = offset.saturating_add(i64::try_from(whole_text.graphemes(true).count()).unwrap_or(i64::MAX));
    } else if length == 0 {
        return Ok(Value::string(""));
    }
    let rest = whole_text.graphemes(true).skip(usize::try_from(offset).unwrap_or_default());
    // Go's loop counts up to a length it never meets where that is 0: all of the rest.
    let taken = usize::try_from(length).ok().filter(|length| *length > 0).unwrap_or(usize::MAX);
    Ok(Value::string(&rest.take(taken).collect::<String>()))
}

/// Every word's first letter as a capital. Letters, digits and the underscore make words.
fn title(arguments: &[Value]) -> Value {
    let mut at_start = true;
    let titled = text(arguments, 0).chars().map(|character| {
        let shown = if at_start { title_letter(character) } else { character };
        at_start = if character.is_ascii() {
            !character.is_ascii_alphanumeric() && character != '_'
        } else {
            !character.is_alphanumeric() && is_space(character)
        };
        shown
    });
    Value::string(&titled.collect::<String>())
}

/// Letters that are two in one have a form for titles.
fn title_letter(character: char) -> char {
    match character {
        'Ǆ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǳ' => 'ǲ',
        other => upper(other),
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"chomp("a\n\n")"#, r#""a""#),
            (r#"chomp("a\r\n")"#, r#""a""#),
            (r#"chomp("a\nb")"#, r#""a\nb""#),
            (r#"indent(2, "a\nb\nc")"#, r#""a\n  b\n  c""#),
            (r#"join(", ", ["a", "b"], ["c"])"#, r#""a, b, c""#),
            (r#"join("-", [])"#, r#""""#),
            (r#"join("-", [1, true])"#, r#""1-true""#),
            (r#"lower("HeLLo İ É")"#, r#""hello i é""#),
            (r#"upper("straße éǆ")"#, r#""STRAßE ÉǄ""#),
            (r#"title("hello wOrld foo-bar a_b")"#, r#""Hello WOrld Foo-Bar A_b""#),
            (r#"replace("aaa", "", "-")"#, r#""-a-a-a-""#),
            (r#"replace("1 + 2", "+", "-")"#, r#""1 - 2""#),
            (r#"replace("hello", "/l/", "L")"#, r#""hello""#),
            (r#"reverse("a👨‍👩‍👧b")"#, r#""b👨‍👩‍👧a""#),
            (r#"strrev("é👍")"#, r#""👍é""#),
            (r#"split(",", "a,b,")"#, r#"["a","b",""]"#),
            (r#"split("", "aé")"#, r#"["a","é"]"#),
            (r#"split("", "")"#, "[]"),
            (r#"split(",", "")"#, r#"[""]"#),
            (r#"strlen("👨‍👩‍👧é")"#, "2"),
            (r#"substr("hello world", 1, 4)"#, r#""ello""#),
            (r#"substr("hello", -3, -1)"#, r#""llo""#),
            (r#"substr("hello", -3, 0)"#, r#""llo""#),
            (r#"substr("hello", 10, 2)"#, r#""""#),
            (r#"substr("hello", 0, 0)"#, r#""""#),
            (r#"substr("hello", -99, 2)"#, r#""he""#),
            (r#"trim("?!x?!", "!?")"#, r#""x""#),
            (r#"trimprefix("helloworld", "hello")"#, r#""world""#),
            (r#"trimprefix("x", "y")"#, r#""x""#),
            (r#"trimsuffix("helloworld", "world")"#, r#""hello""#),
            (r#"trimspace("\n\t x \u00a0")"#, r#""x""#),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"indent(-1, "a")"#,
            r#"join("-")"#,
            r#"join("-", "x")"#,
            r#"join("-", [null])"#,
            "reverse([1, 2])",
            "strlen(null)",
            "strlen([])",
            r#"substr("a", 0)"#,
            r#"substr("a", 0.5, 1)"#,
            r#"split(",")"#,
            "upper({})",
        ]);
    }
}

//! Upper, lower and title case.
//!
//! Letter case only.

use crate::template::error::Failure;
use crate::template::function::Parameter::String as Text;
use crate::template::function::{Arguments, Context, Function};
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("toLower", &[Text], lower),
    Function::new("toTitle", &[Text], title),
    Function::new("toUpper", &[Text], upper),
    Function::new("sprig_lower", &[Text], lower),
    Function::new("sprig_upper", &[Text], upper),
    Function::new("sprig_title", &[Text], sprig_title),
    Function::new("sprig_untitle", &[Text], sprig_untitle),
    Function::new("sprig_swapcase", &[Text], sprig_swapcase),
    Function::new("sprig_initials", &[Text], sprig_initials),
];

/// Character by character, as Go does: `ß` stays `ß`.
fn lower(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| text.chars().map(lower_one).collect())
}

fn upper(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| text.chars().map(upper_one).collect())
}

fn mapped(arguments: Arguments<'_>, map: impl FnOnce(&str) -> String) -> Result<Value, Failure> {
    Ok(Value::string(map(arguments.text(0)?)))
}

fn lower_one(character: char) -> char {
    single(character.to_lowercase(), character)
}

fn upper_one(character: char) -> char {
    single(character.to_uppercase(), character)
}

fn single(mut changed: impl Iterator<Item = char>, character: char) -> char {
    match (changed.next(), changed.next()) {
        (Some(only), None) => only,
        _ => character,
    }
}

/// The first letter of each word in upper case, the rest as it is. Apostrophes between letters are inside of words.
fn title(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| {
        let mut characters = text.chars().peekable();
        let mut out = String::with_capacity(text.len());
        let (mut before, mut has_letter) = (' ', false);
        while let Some(character) = characters.next() {
            let joins = before.is_alphabetic()
                && matches!(character, '\'' | '.' | ':' | '\u{b7}' | '\u{2018}' | '\u{2019}' | '\u{2024}')
                && characters.peek().is_some_and(|next| next.is_alphabetic());
            if joins {
                out.push(character);
                continue;
            }
            has_letter &= is_word(character);
            if character.is_lowercase() && !has_letter {
                out.extend(character.to_uppercase());
                has_letter = true;
            } else {
                has_letter |= character.is_uppercase();
                out.push(character);
            }
            before = character;
        }
        out
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Go's `strings.Title`: every letter after what is no letter, digit, underscore or apostrophe-like sign.
fn sprig_title(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| {
        let mut before = ' ';
        text.chars()
            .map(|character| {
                let separated = match before {
                    ascii if ascii.is_ascii() => !(ascii.is_ascii_alphanumeric() || ascii == '_'),
                    other => !other.is_alphanumeric() && other.is_whitespace(),
                };
                before = character;
                if separated { upper_one(character) } else { character }
            })
            .collect()
    })
}

/// The first letter of each word in lower case.
fn sprig_untitle(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| {
        let mut after_space = true;
        text.chars()
            .map(|character| {
                let first = std::mem::replace(&mut after_space, character.is_whitespace());
                if first { lower_one(character) } else { character }
            })
            .collect()
    })
}

fn sprig_swapcase(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| text.chars().map(|c| if c.is_uppercase() { lower_one(c) } else { upper_one(c) }).collect())
}

/// The first character of each word.
fn sprig_initials(_: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    mapped(arguments, |text| text.split_whitespace().filter_map(|word| word.chars().next()).collect())
}

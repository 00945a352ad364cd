//! `html`, `js`, `urlquery`: text made safe to stand in another language.
//!
//! Escaping only; several arguments are printed together first.

use crate::template::budget::Writer;
use crate::template::error::Failure;
use crate::template::function::Parameter::Any;
use crate::template::function::{Arguments, Context, Function};
use crate::template::print;
use crate::template::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("html", &[], Any, html),
    Function::variadic("js", &[], Any, js),
    Function::variadic("urlquery", &[], Any, urlquery),
];

fn printed(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Vec<u8>, Failure> {
    let mut out = context.writer();
    let named = |value: &Value| match value {
        Value::Nil => Value::string("<no value>"),
        value => value.clone(),
    };
    print::print(&mut out, &arguments.rest(0).iter().map(named).collect::<Vec<_>>())?;
    Ok(out.into_bytes())
}

fn html(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    for byte in printed(context, arguments)? {
        match byte {
            0 => out.push("\u{fffd}")?,
            b'"' => out.push("&#34;")?,
            b'\'' => out.push("&#39;")?,
            b'&' => out.push("&amp;")?,
            b'<' => out.push("&lt;")?,
            b'>' => out.push("&gt;")?,
            other => out.push([other])?,
        }
    }
    Ok(Value::string(out.into_bytes()))
}

fn js(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    for chunk in printed(context, arguments)?.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_js(&mut out, character)?;
        }
        for _ in chunk.invalid() {
            push_js(&mut out, char::REPLACEMENT_CHARACTER)?;
        }
    }
    Ok(Value::string(out.into_bytes()))
}

fn push_js(out: &mut Writer<'_>, character: char) -> Result<(), Failure> {
    match character {
        '\\' => out.push("\\\\"),
        '\'' => out.push("\\'"),
        '"' => out.push("\\\""),
        '<' | '>' | '&' | '=' | ..' ' => out.push(format!("\\u{:04X}", u32::from(character))),
        plain if plain.is_ascii() || print::is_printable(plain) => out.push(plain.encode_utf8(&mut [0; 4])),
        other => out.push(format!("\\u{:04X}", u32::from(other))),
    }
}

fn urlquery(context: &Context<'_>, arguments: Arguments<'_>) -> Result<Value, Failure> {
    let mut out = context.writer();
    for byte in printed(context, arguments)? {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push([byte])?,
            b' ' => out.push("+")?,
            other => out.push(format!("%{other:02X}"))?,
        }
    }
    Ok(Value::string(out.into_bytes()))
}

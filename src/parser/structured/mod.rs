//! TOML and JSON.
//!
//! Both become values with spans, and those the same tree as HCL's; nothing here reads HCL.

mod json;
mod json_string;
mod mapping;
mod problem;
#[cfg(test)]
mod tests;
mod toml;
mod value;

use bumpalo::Bump;

use crate::diagnostic::{FileId, Sink};
use crate::parser::{Body, Shape};
use mapping::Mapping;

/// A TOML file.
pub(super) fn parse_toml<'a>(text: &'a str, file: FileId, shape: &Shape, arena: &'a Bump, sink: &mut Sink) -> Body<'a> {
    let members = toml::read(text, file, arena, sink);
    Mapping::new(text, file, arena, sink).file(members, shape)
}

/// A JSON file: HCL's JSON syntax, or Nomad's API form, which has attributes only and no templates.
pub(super) fn parse_json<'a>(text: &'a str, file: FileId, shape: &Shape, arena: &'a Bump, sink: &mut Sink) -> Body<'a> {
    let members = json::read(text, file, arena, sink);
    let has = |name: &str| members.iter().any(|member| member.key.text == name);
    let is_api_form = members.iter().any(|member| super::is_api_key(member.key.text));
    // A saved plan has a key `job` too, and is told apart when it is decoded.
    let is_data = is_api_form || has("digest") && has("plan");
    let shape = if is_data { &Shape::LEAF } else { shape };
    Mapping::new(text, file, arena, sink).literal(is_data).file(members, shape)
}

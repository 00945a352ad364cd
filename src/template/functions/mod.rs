//! The functions, one file a family.
//!
//! Each computes a value from values; how they are called is the machine's.
#![expect(clippy::unnecessary_wraps, reason = "all functions are of one shape, whether they can fail or not")]

mod case;
mod codec;
mod compare;
mod conversion;
mod core;
mod digest;
mod escape;
mod json;
mod layout;
mod math;
mod membership;
mod merge;
mod outside;
mod pattern;
mod sprig_basics;
mod sprig_lists;
mod sprig_maps;
mod sprig_numbers;
mod sprig_text;
mod text;
mod toml;
mod yaml;

use super::function::Function;

/// All functions that are to be had here.
pub(super) const FAMILIES: &[&[Function]] = &[
    case::FUNCTIONS,
    codec::FUNCTIONS,
    compare::FUNCTIONS,
    conversion::FUNCTIONS,
    core::FUNCTIONS,
    digest::FUNCTIONS,
    escape::FUNCTIONS,
    json::FUNCTIONS,
    math::FUNCTIONS,
    membership::FUNCTIONS,
    merge::FUNCTIONS,
    outside::FUNCTIONS,
    pattern::FUNCTIONS,
    sprig_basics::FUNCTIONS,
    sprig_lists::FUNCTIONS,
    sprig_maps::FUNCTIONS,
    sprig_numbers::FUNCTIONS,
    sprig_text::FUNCTIONS,
    text::FUNCTIONS,
    toml::FUNCTIONS,
    yaml::FUNCTIONS,
];

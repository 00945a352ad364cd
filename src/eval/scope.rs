//! Names an expression may refer to, and the files functions see.
//!
//! Filled by who evaluates a file; never changed by an expression.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Files, Inputs, Value};
use crate::diagnostic::Sources;

/// What is known of a name that is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Binding {
    /// Its value.
    Value(Value),
    /// It has none, because its own expression is wrong; that has been said already.
    Broken,
}

/// Names and what they stand for.
pub(super) type Bindings = BTreeMap<String, Binding>;

/// The variables and locals of a file.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// `var`
    pub(super) variables: Bindings,
    /// `local`
    pub(super) locals: Bindings,
}

/// What an expression is evaluated in.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) names: &'s Names,
    /// The texts, for references that stay as they are written.
    pub(super) sources: &'s Sources,
    /// What the file functions see.
    pub(super) files: &'s dyn Files,
    /// Where relative paths start.
    pub(super) base_dir: &'s Path,
}

impl<'s> Scope<'s> {
    pub(super) fn new(names: &'s Names, inputs: &'s Inputs<'_>, sources: &'s Sources) -> Self {
        Self { names, sources, files: inputs.files, base_dir: &inputs.base_dir }
    }
}

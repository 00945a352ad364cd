//! Names an expression may refer to: variables, locals, iterators, and the files functions see.
//!
//! Filled by who evaluates a file; never changed by an expression.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Files, Value};
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

/// What an expression is evaluated in.
pub(super) struct Scope<'s> {
    /// The texts, for references that stay as they are written.
    pub(super) sources: &'s Sources,
    /// `var`
    pub(super) variables: Bindings,
    /// `local`
    pub(super) locals: Bindings,
    /// What the file functions see.
    pub(super) files: &'s dyn Files,
    /// Where relative paths start.
    pub(super) base_dir: &'s Path,
}

impl<'s> Scope<'s> {
    pub(super) fn new(sources: &'s Sources, files: &'s dyn Files, base_dir: &'s Path) -> Self {
        Self { sources, variables: Bindings::new(), locals: Bindings::new(), files, base_dir }
    }
}

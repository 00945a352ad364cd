//! Expressions → values; a syntax tree with variables, locals and dynamic blocks → a tree of values.
//!
//! Values behave like go-cty's, as Nomad's jobspec2 uses them. What only the run time knows stays as text.

mod access;
mod body;
mod convert;
mod convert_error;
mod decimal;
mod dynamic;
mod equality;
mod evaluator;
mod expand;
mod files;
mod float;
mod functions;
mod inputs;
mod iteration;
mod limits;
mod locals;
mod number;
mod operators;
mod place;
mod references;
mod scope;
mod sensitive;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod type_expression;
mod types;
mod unify;
mod validation;
mod value;
mod variables;

pub use body::{Attribute, Block, Body, Label};
pub use convert::convert;
pub use convert_error::ConvertError;
pub use equality::equals;
pub use expand::{evaluate, expand, names};
pub use files::{DiskFiles, FileKind, Files, MAX_FILE_BYTES, NoFiles};
#[cfg(test)]
pub(crate) use functions::reference as function_reference;
pub use functions::{NotJson, rewrite_pattern, to_json};
pub use inputs::{Given, Inputs, TextValue};
pub use number::Number;
pub use scope::Names;
pub use sensitive::{SENSITIVE, Sensitive};
pub use types::{ObjectType, Type};
pub use value::{Entries, Mapping, Sequence, Value};

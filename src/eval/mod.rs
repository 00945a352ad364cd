//! Expressions → values; a syntax tree with variables, locals and dynamic blocks → a tree of values.
//!
//! Values behave like go-cty's, as Nomad's jobspec2 uses them. What only the run time knows stays as text.

mod body;
mod value;

pub use body::{Attribute, Block, Body, Label};
pub use value::{Number, Value};

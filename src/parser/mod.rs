//! Text → spanned syntax tree, for HCL, TOML and JSON; from here on the format is gone.
//!
//! Pure: no evaluation, no file access, and no knowledge of the job language beyond the [`Shape`] it is handed.

mod shape;
mod tree;

pub use shape::Shape;
pub use tree::{
    Attribute, Binary, BinaryOperator, Block, Body, Call, Conditional, Directive, Expr, ExprKind, For, Key, Name,
    ObjectItem, Part, Step, Template, Traversal, UnaryOperator,
};

//! HCL's native syntax.
//!
//! Text in, tree and findings out; nothing here knows TOML or JSON.

mod body;
mod collection;
mod directive;
mod expression;
mod heredoc;
mod lexer;
mod parser;
mod postfix;
mod primary;
mod problem;
mod recovery;
mod string;
mod template;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use lexer::Lexer;
pub(super) use parser::{Dialect, Parser};
pub(super) use problem::expression::repeated_key;
pub(super) use problem::too_deep;
pub(crate) use token::{Token, TokenKind};

//! A template as a tree of actions and expressions.
//!
//! Data only, each node with its place in the text.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::function::Function;
use super::literal::Number;

pub(super) type Place = Range<usize>;

/// A whole text: its main template, and those it defines.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) main: Vec<Node>,
    pub(super) templates: BTreeMap<Rc<[u8]>, Vec<Node>>,
}

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text that stands as it is.
    Text(Place),
    /// A pipeline whose value is printed, unless it declares a variable.
    Action(Pipeline),
    /// `if`, with its `else if`s.
    If(Choice),
    /// `with`, with its `else with`s.
    With(Choice),
    Range(Loop),
    /// `template`, and what is left of `block`.
    Template(Invocation),
    Break,
    Continue,
}

/// Branches, tried in order.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) branches: Vec<(Pipeline, Vec<Node>)>,
    pub(super) otherwise: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Loop {
    pub(super) pipeline: Pipeline,
    pub(super) body: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
}

#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) place: Place,
    pub(super) name: Rc<[u8]>,
    pub(super) argument: Option<Pipeline>,
}

/// Commands, each handed the value of the one before, with the variables that get the value of the last.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) place: Place,
    pub(super) variables: Vec<Rc<str>>,
    /// Whether the variables are there already (`=`) or new (`:=`).
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// A word and its arguments; never empty.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) first: Operand,
    pub(super) arguments: Vec<Operand>,
}

#[derive(Debug)]
pub(super) struct Operand {
    pub(super) place: Place,
    pub(super) kind: OperandKind,
}

#[derive(Debug)]
pub(super) enum OperandKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    String(Rc<[u8]>),
    /// `.a.b`
    Field(Vec<Rc<str>>),
    /// `$x`, `$x.a.b`
    Variable(Rc<str>, Vec<Rc<str>>),
    Function(&'static Function),
    /// `(…)`
    Pipeline(Box<Pipeline>),
    /// `(…).a.b`
    Chain(Box<Operand>, Vec<Rc<str>>),
}

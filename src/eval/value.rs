//! A value, as go-cty has them.
//!
//! Data only: conversions, operators and functions have files of their own.

use std::collections::BTreeMap;
use std::rc::Rc;

/// A number, exact as written. (The representation is private to this room.)
#[derive(Clone, Debug, PartialEq)]
pub struct Number(Rc<str>);

/// A value. Collections are shared, never changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Rc<str>),
    /// Elements of one type, in order.
    List(Rc<[Value]>),
    /// Elements of any type, in order: what `[a, b]` makes.
    Tuple(Rc<[Value]>),
    /// Elements of one type, unique, in cty's order.
    Set(Rc<[Value]>),
    /// Values of one type by key.
    Map(Rc<BTreeMap<Rc<str>, Value>>),
    /// Values of any type by name: what `{ a = b }` makes.
    Object(Rc<BTreeMap<Rc<str>, Value>>),
}

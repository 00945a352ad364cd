//! What a function is: its name, what it takes, what it does; and all of them by name.
//!
//! The functions themselves are in `functions`, one file a family.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::World;
use super::budget::{Budget, Writer};
use super::error::{ErrorKind, Failure};
use super::functions;
use super::unavailable::{self, Reason};
use super::value::{Element, List, Map, Value};

/// A function as the language sees it.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    /// What any number of further arguments are.
    pub(super) rest: Option<Parameter>,
    pub(super) body: Body,
}

/// The type of a parameter. Go's typing is strict, and so is this: an `int64` is no `int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// `interface {}`
    Any,
    Bool,
    Int,
    Float,
    String,
    /// `[]string`
    Strings,
    /// `[]interface {}`
    List,
    /// `map[string]interface {}`
    Map,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// Computes a value from its arguments.
    Plain(fn(&Context<'_>, Arguments<'_>) -> Result<Value, Failure>),
    /// Evaluates its arguments up to the first that is false.
    And,
    /// Evaluates its arguments up to the first that is true.
    Or,
    /// Runs a template.
    ExecuteTemplate,
    Unavailable(Reason),
}

/// What functions can reach.
pub(super) struct Context<'a> {
    pub(super) world: &'a dyn World,
    pub(super) budget: Budget,
}

impl Context<'_> {
    pub(super) fn writer(&self) -> Writer<'_> {
        Writer::new(&self.budget)
    }
}

/// The arguments of a call, of the types that the function's parameters say.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a>(pub(super) &'a [Value]);

impl<'a> Arguments<'a> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn value(self, index: usize) -> &'a Value {
        self.0.get(index).unwrap_or(&Value::Nil)
    }

    /// From an index on.
    pub(super) fn rest(self, index: usize) -> &'a [Value] {
        self.0.get(index..).unwrap_or_default()
    }

    pub(super) fn bytes(self, index: usize) -> &'a [u8] {
        match self.value(index) {
            Value::String(bytes) => bytes,
            _ => &[],
        }
    }

    /// A string that must be UTF-8.
    pub(super) fn text(self, index: usize) -> Result<&'a str, Failure> {
        std::str::from_utf8(self.bytes(index)).map_err(|_| Failure::new("a string that is not UTF-8"))
    }

    pub(super) fn int(self, index: usize) -> i64 {
        self.value(index).signed().unwrap_or(0)
    }

    pub(super) fn bool(self, index: usize) -> bool {
        matches!(self.value(index), Value::Bool(true))
    }

    /// The items of a list; nil has none.
    pub(super) fn items(self, index: usize) -> &'a [Value] {
        self.list(index).map_or(&[], |list| &list.items)
    }

    pub(super) fn list(self, index: usize) -> Option<&'a List> {
        match self.value(index) {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    pub(super) fn map(self, index: usize) -> Option<&'a Map> {
        match self.value(index) {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }
}

impl Function {
    pub(super) const fn new(name: &'static str, parameters: &'static [Parameter], body: Plain) -> Self {
        Self { name, parameters, rest: None, body: Body::Plain(body) }
    }

    pub(super) const fn variadic(
        name: &'static str,
        parameters: &'static [Parameter],
        rest: Parameter,
        body: Plain,
    ) -> Self {
        Self { name, parameters, rest: Some(rest), body: Body::Plain(body) }
    }

    /// Why it cannot be called here, if so.
    pub(super) fn unavailable(&self) -> Option<(ErrorKind, Failure)> {
        match self.body {
            Body::Unavailable(reason) => Some((reason.kind(), reason.failure(self.name))),
            _ => None,
        }
    }

    /// The type of the parameter that takes an argument.
    pub(super) fn parameter(&self, index: usize) -> Parameter {
        self.parameters.get(index).copied().or(self.rest).unwrap_or(Parameter::Any)
    }

    /// Whether it can be called with so many arguments.
    pub(super) fn check_count(&self, count: usize) -> Result<(), Failure> {
        let (name, least) = (self.name, self.parameters.len());
        let plural = if least == 1 { "" } else { "s" };
        if self.rest.is_some() && count < least {
            return Err(Failure::new(format!(
                "`{name}` wants at least {least} argument{plural}, this gives it {count}"
            )));
        }
        if self.rest.is_none() && count != least {
            return Err(Failure::new(format!("`{name}` wants {least} argument{plural}, this gives it {count}")));
        }
        Ok(())
    }
}

type Plain = fn(&Context<'_>, Arguments<'_>) -> Result<Value, Failure>;

impl Parameter {
    /// As Go writes the type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float64",
            Self::String => "string",
            Self::Strings => "[]string",
            Self::List => "[]interface {}",
            Self::Map => "map[string]interface {}",
        }
    }

    /// Whether a value may be handed over. Nil is an empty list or map.
    pub(super) fn accepts(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Strings | Self::List | Self::Map, Value::Nil)
            | (Self::Bool, Value::Bool(_))
            | (Self::Int, Value::Int(_))
            | (Self::Float, Value::Float(_))
            | (Self::String, Value::String(_)) => true,
            (Self::Strings, Value::List(list)) => list.element == Element::String,
            (Self::List, Value::List(list)) => list.element == Element::Any,
            (Self::Map, Value::Map(map)) => !map.any_key && map.element == Element::Any,
            _ => false,
        }
    }
}

/// What stands for a function whose name is not known, in a tree that is never run.
pub(super) static UNKNOWN: Function =
    Function { name: "", parameters: &[], rest: Some(Parameter::Any), body: Body::Unavailable(Reason::Lacking) };

static FUNCTIONS: LazyLock<BTreeMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let available = functions::FAMILIES.iter().flat_map(|family| family.iter());
    available.chain(unavailable::FUNCTIONS).map(|function| (function.name, function)).collect()
});

/// The function of a name, or what to say where there is none.
pub(super) fn find(name: &str) -> Result<&'static Function, Failure> {
    if let Some(function) = FUNCTIONS.get(name) {
        return Ok(function);
    }
    let failure = Failure::new(format!("the function `{name}` is not known"));
    Err(match crate::jobspec::similar(name, FUNCTIONS.keys().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("a string stands between quotes; docs/templates.md lists the functions"),
    })
}

/// All functions, by name, those that are not to be had here too.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.values().copied()
}

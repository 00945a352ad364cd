//! The syntax tree: blocks, attributes, expressions, each with its span.
//!
//! One arena holds it all; text is borrowed from the source where it stands there unchanged. Names follow the HCL
//! native syntax specification. Parentheses, strip markers and heredoc indentation are resolved by the parser.

use crate::diagnostic::Span;

/// A name or label and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Name<'a> {
    /// The text, unquoted and unescaped.
    pub text: &'a str,
    /// Where, quotes included.
    pub span: Span,
}

/// The content of a file or block, attributes and blocks each in source order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body<'a> {
    /// `name = value`
    pub attributes: &'a [Attribute<'a>],
    /// `kind "label" { … }`
    pub blocks: &'a [Block<'a>],
    /// All of it, without the braces.
    pub span: Span,
}

/// `name = value`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribute<'a> {
    /// What is set.
    pub name: Name<'a>,
    /// To what.
    pub value: Expr<'a>,
}

/// `kind "label" { … }`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block<'a> {
    /// `group`, `task` …
    pub kind: Name<'a>,
    /// Its labels.
    pub labels: &'a [Name<'a>],
    /// What stands between the braces.
    pub body: Body<'a>,
    /// From the kind to the last label: what a diagnostic about the block as a whole points at.
    pub header: Span,
    /// From the kind to the closing brace.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// Where; in a TOML or JSON string with escapes, the whole string.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExprKind<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as written (`12`, `1.5e3`), never negative.
    Number(&'a str),
    /// A string with nothing to evaluate: quoted without interpolation, or a heredoc without.
    String(&'a str),
    /// A quoted string or heredoc with interpolations or directives.
    Template(&'a Template<'a>),
    /// `[a, b]`
    Tuple(&'a [Expr<'a>]),
    /// `{ k = v }`
    Object(&'a [ObjectItem<'a>]),
    /// `var.x`, `a.b[0]["c"].0`: a root name and steps known without evaluation; a single name is one without steps.
    Traversal(&'a Traversal<'a>),
    /// The same steps on any other expression: `f(x).a[0]`; with [`ExprKind::Index`] it makes chains deep on the left
    /// without limit.
    Relative(&'a Expr<'a>, &'a [Step<'a>]),
    /// `on[key]` with a key to evaluate.
    Index(&'a Expr<'a>, &'a Expr<'a>),
    /// `on[*]…` (full) or `on.*…`: the second expression is evaluated for each item, which is [`ExprKind::SplatItem`] in it.
    Splat(&'a Expr<'a>, &'a Expr<'a>),
    /// The item of the innermost splat.
    SplatItem,
    /// `f(a, b...)`
    Call(&'a Call<'a>),
    /// `c ? a : b`
    Conditional(&'a Conditional<'a>),
    /// `-x`, `!x`
    Unary(UnaryOperator, &'a Expr<'a>),
    /// `a + b`
    Binary(&'a Binary<'a>),
    /// `[for …]`, `{for …}`
    For(&'a For<'a>),
    /// `(x)`: kept because an object key in parentheses is evaluated where a bare name is not.
    Parentheses(&'a Expr<'a>),
}

/// `key = value` or `key: value` in an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObjectItem<'a> {
    /// A bare name as key is an [`ExprKind::String`] with the name's span.
    pub key: Expr<'a>,
    /// The value.
    pub value: Expr<'a>,
}

/// A root name and its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traversal<'a> {
    /// `var`, `local`, `attr`, `NOMAD_TASK_DIR` …
    pub root: Name<'a>,
    /// What follows it.
    pub steps: &'a [Step<'a>],
    /// The whole as written, for roots that only the run time knows: `attr.kernel.name`, `env["X"]`.
    pub text: &'a str,
}

/// One step of a traversal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'a> {
    /// `.name`
    Attribute(Name<'a>),
    /// `[0]`, `["k"]`, and the legacy `.0`
    Index(Key<'a>, Span),
}

/// A literal key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key<'a> {
    /// A number as written.
    Number(&'a str),
    /// A string.
    String(&'a str),
}

/// The parts of a quoted string or heredoc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Template<'a> {
    /// In order. One interpolation alone has its expression's own type, not string.
    pub parts: &'a [Part<'a>],
}

/// One part of a template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// Text, unescaped.
    Literal(&'a str),
    /// `${ expr }`
    Interpolation(Expr<'a>),
    /// `%{ if }`, `%{ for }`
    Directive(&'a Directive<'a>),
}

/// A template directive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Directive<'a> {
    /// `%{ if c }…%{ else }…%{ endif }`
    If {
        /// The condition.
        condition: Expr<'a>,
        /// Rendered where it holds.
        then: Template<'a>,
        /// Rendered where it does not; empty without `else`.
        otherwise: Template<'a>,
    },
    /// `%{ for k, v in x }…%{ endfor }`
    For {
        /// The name for the key or index, if asked for.
        key: Option<Name<'a>>,
        /// The name for the element.
        value: Name<'a>,
        /// What is gone through.
        collection: Expr<'a>,
        /// Rendered for each.
        body: Template<'a>,
    },
}

/// `f(a, b...)`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'a> {
    /// The function's name, `a::b::f` with its namespaces.
    pub name: Name<'a>,
    /// The arguments.
    pub arguments: &'a [Expr<'a>],
    /// Whether the last argument ends in `...`.
    pub expand_last: bool,
}

/// `condition ? yes : no`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditional<'a> {
    /// What decides.
    pub condition: Expr<'a>,
    /// The value where it holds.
    pub yes: Expr<'a>,
    /// The value where it does not.
    pub no: Expr<'a>,
}

/// `left operator right`; a chain such as `a + b + c …` is deep on the left without limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Binary<'a> {
    /// Which.
    pub operator: BinaryOperator,
    /// Left operand.
    pub left: Expr<'a>,
    /// Right operand.
    pub right: Expr<'a>,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Binary operators, weakest binding first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl BinaryOperator {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }
}

/// `[for k, v in x : value if c]`, `{for k, v in x : key => value... if c}`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct For<'a> {
    /// The name for the key or index, if asked for.
    pub key_name: Option<Name<'a>>,
    /// The name for the element.
    pub value_name: Name<'a>,
    /// What is gone through.
    pub collection: Expr<'a>,
    /// The key of the result: `Some` makes an object, `None` a tuple.
    pub key: Option<Expr<'a>>,
    /// The value of the result.
    pub value: Expr<'a>,
    /// `if …`
    pub condition: Option<Expr<'a>>,
    /// `...`: values of equal keys are collected in a tuple.
    pub group: bool,
}

//! The table of a block: its names, what they hold, what they mean here, how they are documented.
//!
//! Data only. The decoder, the parser's shapes, the API form, the JSON Schema and the reference all read it; each
//! block's table is made by the [`block!`](super::block) macro next to its struct.

/// A block's table.
#[derive(Debug)]
pub struct BlockSpec {
    /// The name in a job file.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// What its label is, if it has one.
    pub label: Option<LabelSpec>,
    /// Its arguments and blocks.
    pub fields: &'static [FieldSpec],
}

/// The one label of a labelled block.
#[derive(Clone, Copy, Debug)]
pub struct LabelSpec {
    /// The field it fills.
    pub name: &'static str,
    /// The same in API JSON.
    pub api: &'static str,
}

/// One argument or block of a block.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The name in a job file.
    pub name: &'static str,
    /// The name in API JSON; empty where it has none.
    pub api: &'static str,
    /// A second name in API JSON that holds the same.
    pub also_api: Option<&'static str>,
    /// What it holds.
    pub kind: FieldKind,
    /// What it means on one host.
    pub class: Class,
    /// Whether a block without it is refused by the reference's decoder.
    pub required: bool,
    /// The values it can have, where they are few.
    pub values: &'static [&'static str],
    /// The value it has where the author is silent, as written in a job file.
    pub default: Option<&'static str>,
    /// How keys and values are written in HCL.
    pub form: Form,
    /// What it is for.
    pub doc: &'static str,
}

/// How keys and values are written in HCL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `name { … }` or `name = { … }`
    Either,
    /// `name { … }`
    Block,
    /// `name = { … }`
    Argument,
}

/// What a name holds.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// `name = value`
    Argument(ValueType),
    /// `name = { … }` or `name { … }`
    Map(ValueType),
    /// `name { … }`
    Block(&'static BlockSpec, Repeat),
}

/// How often a block may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once at most.
    Once,
    /// Any number of times; a list in API JSON.
    List,
    /// Any number of times; an object by label in API JSON.
    ByLabel,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Text.
    String,
    /// A whole number in a range.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: u64,
    },
    /// `true` or `false`.
    Bool,
    /// `"30s"`, or a number of nanoseconds.
    Duration,
    /// A list.
    List(&'static ValueType),
    /// Anything.
    Any,
}

/// What a name means on one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// As in a cluster, or as near as one host allows.
    Here,
    /// Kept for a cluster, without effect on one host.
    Cluster,
    /// The same, and Nomad Enterprise only.
    Enterprise,
    /// Still read; the text says what to write instead.
    Deprecated(&'static str),
}

impl BlockSpec {
    /// The field of a name, with its index.
    pub fn field(&self, name: &str) -> Option<(usize, &'static FieldSpec)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

impl FieldSpec {
    /// A field as most are: optional, meaningful here.
    pub const fn new(name: &'static str, api: &'static str, kind: FieldKind, doc: &'static str) -> Self {
        let (class, form) = (Class::Here, Form::Either);
        Self { name, api, also_api: None, kind, class, required: false, values: &[], default: None, form, doc }
    }

    /// Without effect on one host.
    #[must_use]
    pub const fn cluster(mut self) -> Self {
        self.class = Class::Cluster;
        self
    }

    /// Nomad Enterprise only.
    #[must_use]
    pub const fn enterprise(mut self) -> Self {
        self.class = Class::Enterprise;
        self
    }

    /// Deprecated: what to write instead.
    #[must_use]
    pub const fn deprecated(mut self, instead: &'static str) -> Self {
        self.class = Class::Deprecated(instead);
        self
    }

    /// Must be written.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A block in HCL, never an argument.
    #[must_use]
    pub const fn block_only(mut self) -> Self {
        self.form = Form::Block;
        self
    }

    /// An argument in HCL, never a block.
    #[must_use]
    pub const fn argument_only(mut self) -> Self {
        self.form = Form::Argument;
        self
    }

    /// The values it can have.
    #[must_use]
    pub const fn values(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    /// What silence means.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// A second name in API JSON.
    #[must_use]
    pub const fn also_api(mut self, name: &'static str) -> Self {
        self.also_api = Some(name);
        self
    }

    /// Whether it may stand as `name { … }`.
    pub const fn is_block(&self) -> bool {
        match self.kind {
            FieldKind::Block(..) => true,
            FieldKind::Map(_) => !matches!(self.form, Form::Argument),
            FieldKind::Argument(_) => false,
        }
    }

    /// Whether it may stand as `name = …`.
    pub const fn is_argument(&self) -> bool {
        matches!(self.kind, FieldKind::Argument(_) | FieldKind::Map(_))
    }
}

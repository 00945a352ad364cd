//! The decoder: goes through a body by a block's table and reports what the table does not know.
//!
//! What a single value must look like is in [`scalar`](super::scalar), what values mean together in the validator.

use super::block::Block;
use super::job::Job;
use super::null::refuses_null;
use super::place::{Place, number_text};
use super::scalar::Scalar;
use super::spanned::{Opt, Spanned, Str};
use super::spec::{BlockSpec, Class, FieldKind, FieldSpec, Form, Repeat, ValueType};
use super::suggest::{similar, where_known};
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::eval::{self, Number};
use crate::parser::{Expr, ExprKind};

/// What a field is read from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a, 't> {
    /// `name = value`
    Argument(Place<'a>),
    /// `name { … }`
    Block(&'a eval::Block<'t>),
}

/// What stands in the `options` of an `artifact`, not in the block itself.
const OPTIONS: [&str; 6] = ["archive", "checksum", "depth", "filename", "ref", "sshkey"];

/// Collects findings while a tree is decoded.
#[derive(Debug)]
pub struct Decoder<'s> {
    sink: &'s mut Sink,
    /// The names without effect on one host: each with the place it was first seen at.
    cluster_only: Vec<(&'static str, Class, Span)>,
    /// Where a name that is not known in a block belongs: `where_known` for a job.
    elsewhere: fn(&str) -> Option<String>,
    /// Whether keys and values are written as Nomad's HCL has them; its API has objects only.
    hcl_forms: bool,
}

/// Reads the job of a file, `whole` being all of it. Findings go to the sink; `None` where there is no job to speak of.
pub fn decode(body: &eval::Body<'_>, whole: Span, sink: &mut Sink) -> Option<Job> {
    decode_as(body, whole, true, sink)
}

/// The same; `hcl_forms` is false where the body comes from Nomad's API.
pub(super) fn decode_as(body: &eval::Body<'_>, whole: Span, hcl_forms: bool, sink: &mut Sink) -> Option<Job> {
    let mut decoder = Decoder { sink, cluster_only: Vec::new(), elsewhere: where_known, hcl_forms };
    let job = decoder.file(body);
    if job.is_none() && !decoder.sink.has_errors() {
        decoder.push(
            Diagnostic::error("job::missing", "the file has no job")
                .label(whole.at_start(), "no `job` block in it")
                .help("write `job \"name\" { … }`, or begin with `jobctl init`"),
        );
    }
    decoder.report_cluster_only();
    job
}

/// Reads a block that is no part of a job: the host's configuration has the same manners.
pub(crate) fn decode_block<T: Block>(block: &eval::Block<'_>, sink: &mut Sink) -> T {
    Decoder { sink, cluster_only: Vec::new(), elsewhere: |_| None, hcl_forms: true }.block(block)
}

impl Decoder<'_> {
    /// Adds a finding.
    pub(crate) fn push(&mut self, finding: Diagnostic) {
        self.sink.push(finding);
    }

    fn file(&mut self, body: &eval::Body<'_>) -> Option<Job> {
        let has = |name: &str| body.attributes.iter().find(|attribute| attribute.name.text == name);
        if let (Some(_), Some(plan)) = (has("digest"), has("plan")) {
            self.push(
                Diagnostic::error("job::missing", "a saved plan, not a job file")
                    .label(plan.name.span, "a plan that is resolved already")
                    .help("`jobctl run` applies it, `jobctl inspect` prints it, `plan --against` compares with it"),
            );
            return None;
        }
        for attribute in &body.attributes {
            self.push(
                Diagnostic::error("job::unexpected_argument", format!("unexpected argument `{}`", attribute.name.text))
                    .label(attribute.name.span, "outside of any block")
                    .help("a job file holds a `job` block, and `variable` and `locals` blocks beside it"),
            );
        }
        let mut job: Option<(Job, Span)> = None;
        for block in &body.blocks {
            match (block.kind.text, &job) {
                ("job", None) => job = Some((self.block(block), block.header)),
                ("job", Some((_, first))) => {
                    let first = *first;
                    self.push(
                        Diagnostic::error("job::several", "more than one job in a file")
                            .label(block.header, "the second job")
                            .label(first, "the first job")
                            .help("put each job in a file of its own"),
                    );
                }
                ("variable" | "variables" | "locals", _) => {}
                (other, _) => {
                    let help = match similar(other, ["job", "variable", "variables", "locals"].into_iter()) {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => "a job file holds a `job` block, and `variable` and `locals` blocks beside it".into(),
                    };
                    self.push(
                        Diagnostic::error("job::unexpected_block", format!("unexpected block `{other}`"))
                            .label(block.kind.span, "not known at the top of a job file")
                            .help(help),
                    );
                }
            }
        }
        job.map(|(job, _)| job)
    }

    /// Reads a block.
    pub(crate) fn block<T: Block>(&mut self, block: &eval::Block<'_>) -> T {
        let label = self.label(T::SPEC, block);
        let mut out = T::empty(block.header, block.span, label);
        self.body(&mut out, block);
        out
    }

    fn body<T: Block>(&mut self, out: &mut T, block: &eval::Block<'_>) {
        const MOST: usize = 40;
        const { assert!(T::SPEC.fields.len() <= MOST) };
        let spec = T::SPEC;
        let mut seen = [None; MOST];
        for attribute in &block.body.attributes {
            let Some((index, field)) = spec.field(attribute.name.text) else {
                self.unknown(spec, attribute.name.text, attribute.name.span, "argument");
                continue;
            };
            if !field.is_argument() {
                self.block_expected(field, attribute.name.span);
                continue;
            }
            if self.hcl_forms && field.form == Form::Block && is_hcl_value(attribute.source) {
                // Its content is read all the same: what is wrong in there is said at once.
                self.block_expected(field, attribute.name.span);
            }
            seen[index] = Some(attribute.name.span);
            self.note_class(field, attribute.name.span);
            let place = Place::of(attribute);
            if let FieldKind::Argument(wanted) = field.kind
                && self.hcl_forms
                && place.is_null()
                && refuses_null(spec.name, field)
            {
                let _ = self.wrong_type::<()>(place, wanted);
                continue;
            }
            out.read(index, Source::Argument(place), self);
        }
        for inner in &block.body.blocks {
            let Some((index, field)) = spec.field(inner.kind.text) else {
                self.unknown(spec, inner.kind.text, inner.kind.span, "block");
                continue;
            };
            if !field.is_block() {
                self.argument_expected(field, inner.kind.span);
                continue;
            }
            let repeats = matches!(field.kind, FieldKind::Block(_, Repeat::List | Repeat::ByLabel));
            if let (Some(first), false) = (seen[index], repeats) {
                self.duplicate(field, inner.header, first);
                continue;
            }
            if matches!(field.kind, FieldKind::Map(_)) {
                self.no_label(field.name, inner);
            }
            seen[index] = Some(inner.header);
            self.note_class(field, inner.kind.span);
            out.read(index, Source::Block(inner), self);
        }
        for (index, field) in spec.fields.iter().enumerate() {
            if field.required && seen[index].is_none() {
                self.push(
                    Diagnostic::error(
                        "decode::missing_argument",
                        format!("missing `{}` in `{}`", field.name, spec.name),
                    )
                    .label(block.header, format!("needs `{}`", field.name))
                    .help(example_of(field)),
                );
            }
        }
    }

    /// Reads an argument's value.
    pub(crate) fn argument<T: Scalar>(&mut self, place: Place<'_>) -> Opt<T> {
        if place.is_null() {
            return None;
        }
        T::from_value(place, self).map(|value| Spanned::new(value, place.span))
    }

    fn label(&mut self, spec: &BlockSpec, block: &eval::Block<'_>) -> Option<Spanned<Str>> {
        let Some(wanted) = spec.label else {
            self.no_label(spec.name, block);
            return None;
        };
        if let Some(extra) = block.labels.get(1) {
            self.push(
                Diagnostic::error("decode::extra_label", format!("`{}` has one label only", spec.name))
                    .label(extra.span, "one label too many")
                    .help(format!("write `{} \"{}\" {{ … }}`", spec.name, wanted.name)),
            );
        }
        let Some(label) = block.labels.first() else {
            self.push(
                Diagnostic::error(
                    "decode::missing_label",
                    format!("`{}` needs a label: its {}", spec.name, wanted.name),
                )
                .label(block.header, "no label")
                .help(format!("write `{} \"{}\" {{ … }}`", spec.name, wanted.name)),
            );
            return None;
        };
        Some(Spanned::new(label.text.as_str().into(), label.span))
    }

    fn no_label(&mut self, name: &str, block: &eval::Block<'_>) {
        if let Some(label) = block.labels.first() {
            self.push(
                Diagnostic::error("decode::extra_label", format!("`{name}` has no label"))
                    .label(label.span, "a label where none belongs")
                    .help(format!("write `{name} {{ … }}`")),
            );
        }
    }

    fn unknown(&mut self, spec: &'static BlockSpec, name: &str, span: Span, what: &str) {
        let code = if what == "block" { "decode::unknown_block" } else { "decode::unknown_argument" };
        let names = spec.fields.iter().filter(|field| !matches!(field.class, Class::Deprecated(_)));
        let help = if spec.name == "artifact" && OPTIONS.contains(&name) {
            format!("it is an option: write `options {{ {name} = … }}` over several lines")
        } else if let Some(similar) = similar(name, spec.fields.iter().map(|field| field.name)) {
            format!("did you mean `{similar}`?")
        } else if let Some(parents) = (self.elsewhere)(name) {
            format!("`{name}` belongs in {parents}")
        } else {
            let names: Vec<&str> = names.map(|field| field.name).collect();
            let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            format!("`{}` holds {names}", spec.name)
        };
        self.push(
            Diagnostic::error(code, format!("unknown {what} `{name}` in `{}`", spec.name))
                .label(span, format!("not known in `{}`", spec.name))
                .help(help),
        );
    }

    fn block_expected(&mut self, field: &FieldSpec, span: Span) {
        let label = match field.kind {
            FieldKind::Block(spec, _) => spec.label.map_or(String::new(), |label| format!("\"{}\" ", label.name)),
            _ => String::new(),
        };
        self.push(
            Diagnostic::error("decode::not_an_argument", format!("`{}` is a block, not an argument", field.name))
                .label(span, "used as an argument")
                .help(format!("write `{} {label}{{ … }}` without an equals sign", field.name)),
        );
    }

    fn argument_expected(&mut self, field: &FieldSpec, span: Span) {
        self.push(
            Diagnostic::error("decode::not_a_block", format!("`{}` is an argument, not a block", field.name))
                .label(span, "used as a block")
                .help(example_of(field)),
        );
    }

    fn duplicate(&mut self, field: &FieldSpec, second: Span, first: Span) {
        self.push(
            Diagnostic::error("decode::duplicate_block", format!("`{}` stands twice", field.name))
                .label(second, "the second one")
                .label(first, "the first one")
                .help("one is allowed: put everything in it"),
        );
    }

    /// A block inside `meta`, `env` and their like.
    pub(crate) fn block_in_map(&mut self, map: &eval::Block<'_>, inner: &eval::Block<'_>) {
        self.push(
            Diagnostic::error(
                "decode::block_in_map",
                format!("unexpected block `{}` in `{}`", inner.kind.text, map.kind.text),
            )
            .label(inner.header, format!("`{}` holds keys and values only", map.kind.text))
            .help(format!("write `{} = …`", inner.kind.text)),
        );
    }

    /// A value of another type than the one wanted.
    pub(crate) fn wrong_type<T>(&mut self, place: Place<'_>, wanted: ValueType) -> Option<T> {
        // What could not be read is null, and was reported.
        let reported = |finding: &Diagnostic| finding.labels.iter().any(|label| label.span == place.span);
        if place.is_null() && self.sink.findings().iter().any(reported) {
            return None;
        }
        self.push(
            Diagnostic::error(
                "decode::wrong_type",
                format!("`{}` must be {}, not {}", place.name, describe(wanted), place.describe()),
            )
            .label(place.span, format!("{}, where {} is wanted", place.describe(), describe(wanted)))
            .help(number_in(place, wanted).unwrap_or_else(|| help_for(wanted).to_owned())),
        );
        None
    }

    /// A number that does not fit.
    pub(crate) fn wrong_number<T>(&mut self, place: Place<'_>, number: &Number, wanted: ValueType) -> Option<T> {
        let range = match wanted {
            ValueType::Integer { min: i64::MIN, .. } => String::new(),
            ValueType::Integer { min, max } => format!(" between {min} and {max}"),
            _ => String::new(),
        };
        self.push(
            Diagnostic::error(
                "decode::wrong_number",
                format!("`{}` must be a whole number{range}, not {}", place.name, number_text(number)),
            )
            .label(place.span, "does not fit")
            .help(format!("write a whole number{range}")),
        );
        None
    }

    /// Something else where keys and values belong.
    pub(crate) fn not_a_map<T>(&mut self, place: Place<'_>) -> Option<T> {
        self.push(
            Diagnostic::error(
                "decode::wrong_type",
                format!("`{}` must hold keys and values, not {}", place.name, place.describe()),
            )
            .label(place.span, format!("{}, where keys and values are wanted", place.describe()))
            .help(format!(
                "write `{} {{ key = \"value\" }}` over several lines, or `{} = {{ key = \"value\" }}`",
                place.name, place.name
            )),
        );
        None
    }

    fn note_class(&mut self, field: &'static FieldSpec, span: Span) {
        match field.class {
            Class::Here => {}
            Class::Deprecated(instead) => self.push(
                Diagnostic::warning("decode::deprecated", format!("`{}` is deprecated", field.name))
                    .label(span, "deprecated")
                    .help(format!("use {instead}")),
            ),
            class @ (Class::Cluster | Class::Enterprise) => {
                if !self.cluster_only.iter().any(|(name, ..)| *name == field.name) {
                    self.cluster_only.push((field.name, class, span));
                }
            }
        }
    }

    /// One note for all that has no effect on one host.
    fn report_cluster_only(&mut self) {
        if self.cluster_only.is_empty() {
            return;
        }
        let names: Vec<String> = self.cluster_only.iter().map(|(name, ..)| format!("`{name}`")).collect();
        let mut note = Diagnostic::note("job::cluster_only", format!("no effect on one host: {}", names.join(", ")))
            .help("kept in the plan and in `jobctl export nomad`; a cluster obeys it");
        for (_, class, span) in self.cluster_only.drain(..) {
            note = note.label(span, if class == Class::Enterprise { "Nomad Enterprise only" } else { "cluster only" });
        }
        self.sink.push(note);
    }
}

/// Whether an argument's value is written as only HCL can: in TOML and JSON an object is a block, and all else is a string.
fn is_hcl_value(value: &Expr<'_>) -> bool {
    !matches!(value.kind, ExprKind::Template(_) | ExprKind::String(_) | ExprKind::Null | ExprKind::Tuple(_))
}

/// A type in a sentence: "a whole number".
fn describe(wanted: ValueType) -> &'static str {
    match wanted {
        ValueType::String => "a string",
        ValueType::Integer { .. } => "a whole number",
        ValueType::Bool => "a bool",
        ValueType::Duration => "a duration",
        ValueType::List(ValueType::String) => "a list of strings",
        ValueType::List(_) => "a list of whole numbers",
        ValueType::Any => "keys and values",
    }
}

fn help_for(wanted: ValueType) -> &'static str {
    match wanted {
        ValueType::String => "write a text in quotes",
        ValueType::Integer { .. } => "write a whole number",
        ValueType::Bool => "write true or false",
        ValueType::Duration => "write a text such as \"30s\" or \"1h30m\"",
        ValueType::List(_) => "write the elements in brackets: [ … ]",
        ValueType::Any => "write keys and values in braces: { key = value }",
    }
}

/// How a number is written that stands in a text, with a unit perhaps: `memory = "64MB"`.
fn number_in(place: Place<'_>, wanted: ValueType) -> Option<String> {
    let text = place.value.as_str().filter(|_| matches!(wanted, ValueType::Integer { .. }))?.trim_start();
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = match place.name {
        "memory" | "memory_max" | "size" | "disk" | "max_file_size" => ", in MB",
        "cpu" => ", in MHz",
        _ => "",
    };
    (!digits.is_empty()).then(|| format!("write the number alone{unit}: `{} = {digits}`", place.name))
}

/// How an argument is written.
fn example_of(field: &FieldSpec) -> String {
    let value = match field.kind {
        FieldKind::Argument(kind) | FieldKind::Map(kind) => match (kind, field.values) {
            (_, [first, ..]) => format!("\"{first}\""),
            (ValueType::String, _) => "\"…\"".into(),
            (ValueType::Integer { .. }, _) => "1".into(),
            (ValueType::Bool, _) => "true".into(),
            (ValueType::Duration, _) => "\"30s\"".into(),
            (ValueType::List(_), _) => "[ … ]".into(),
            (ValueType::Any, _) => "{ … }".into(),
        },
        FieldKind::Block(..) => "{ … }".into(),
    };
    format!("write `{} = {value}`", field.name)
}

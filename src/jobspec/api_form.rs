//! Nomad's API JSON → the body a job file would have, by the API names of the blocks' tables.
//!
//! Only names and nesting change; the values are read by the same decoder as any other file's.

use std::rc::Rc;

use super::block::Block as _;
use super::decode::decode_as;
use super::job::Job;
use super::spec::{BlockSpec, Class, FieldKind, FieldSpec, Repeat};
use super::suggest::similar;
use crate::diagnostic::{Diagnostic, Sink, Span};
use crate::eval::{Attribute, Block, Body, Entries, Label, Number, Value};
use crate::parser::{self, Expr, ExprKind, Name, ObjectItem};

/// What a server adds to a job: read past in silence.
const OF_THE_SERVER: &[&str] = &[
    "ConsulNamespace",
    "CreateIndex",
    "DispatchIdempotencyToken",
    "ID",
    "JobModifyIndex",
    "ModifyIndex",
    "Namespace",
    "NomadTokenID",
    "ParentID",
    "SpecType",
    "Stable",
    "Status",
    "StatusDescription",
    "SubmitTime",
    "Target",
    "VaultNamespace",
    "Version",
    "VersionTag",
];

/// What a server keeps of a job and is lost here, where it says anything.
const LEFT_OUT: &[(&str, &str)] = &[
    ("Stop", "a job that shall not run is not started, or ended by `jobctl stop`"),
    (
        "Dispatched",
        "it is read as the job it was dispatched from: give meta and payload anew, by `--meta` and `--payload`",
    ),
    ("Payload", "give it by `jobctl run --payload FILE`"),
    ("ConsulToken", "there is no Consul on one host; keep tokens out of job files"),
    ("VaultToken", "there is no Vault on one host; keep tokens out of job files"),
];

/// Reads a job in Nomad's API form. Findings go to the sink; `None` where there is no job to speak of.
pub fn decode_api_form(file: &parser::Body<'_>, sink: &mut Sink) -> Option<Job> {
    let mut items: Vec<Item<'_>> =
        file.attributes.iter().map(|attribute| Item { name: attribute.name, value: &attribute.value }).collect();
    let mut whole = file.span;
    if let Some(job) = items.iter().find(|item| item.name.text == "Job") {
        whole = job.value.span;
        let ExprKind::Object(inner) = unwrapped(job.value).kind else {
            sink.push(
                Diagnostic::error("api_form::not_an_object", "`Job` must hold an object")
                    .label(whole, "not an object")
                    .help("write {\"Job\": {\"ID\": …, \"TaskGroups\": […]}}"),
            );
            return None;
        };
        items = named(inner);
    }
    let mut reader = Reader { sink };
    let block = reader.block(Job::SPEC, Name { text: "job", span: whole.at_start() }, items, whole, None);
    decode_as(&Body { attributes: Vec::new(), blocks: vec![block] }, whole, false, sink)
}

/// A key and its value.
#[derive(Clone, Copy)]
struct Item<'a> {
    name: Name<'a>,
    value: &'a Expr<'a>,
}

struct Reader<'s> {
    sink: &'s mut Sink,
}

impl Reader<'_> {
    fn block<'a>(
        &mut self,
        spec: &'static BlockSpec,
        kind: Name<'a>,
        items: Vec<Item<'a>>,
        span: Span,
        label: Option<Label>,
    ) -> Block<'a> {
        let mut body = Body::default();
        let mut label = label;
        // The id of a job is both its label and an argument.
        let label_name = spec.label.map(|label| if label.api.is_empty() { "ID" } else { label.api });
        for item in items {
            if Some(item.name.text) == label_name {
                if let ExprKind::String(text) = unwrapped(item.value).kind {
                    label = Some(Label { text: text.to_owned(), span: item.value.span });
                }
            } else if let Some(field) = field_of(spec, item.name.text) {
                self.field(field, item, &mut body);
            } else if let Some((_, help)) = LEFT_OUT.iter().find(|(name, _)| *name == item.name.text) {
                self.left_out(item, help);
            } else if !OF_THE_SERVER.contains(&item.name.text) {
                self.unknown(spec, item);
            }
        }
        Block { kind, labels: label.into_iter().collect(), body, header: span.at_start(), span }
    }

    fn field<'a>(&mut self, field: &'static FieldSpec, item: Item<'a>, body: &mut Body<'a>) {
        let value = unwrapped(item.value);
        let name = Name { text: field.name, span: item.name.span };
        // The API writes every key: null and an empty text are what the author did not write.
        if matches!(value.kind, ExprKind::Null | ExprKind::String("")) {
            return;
        }
        // So it writes what no author has written for years.
        if matches!(field.class, Class::Deprecated(_)) && is_nothing(value) {
            return;
        }
        match (field.kind, value.kind) {
            (FieldKind::Argument(_) | FieldKind::Map(_), _) => {
                body.attributes.push(Attribute { name, value: value_of(value), source: item.value });
            }
            // The default identity stands once in the API, with the others in a file.
            (FieldKind::Block(spec, Repeat::Once | Repeat::List), ExprKind::Object(inner)) => {
                body.blocks.push(self.block(spec, name, named(inner), value.span, None));
            }
            (FieldKind::Block(spec, Repeat::List), ExprKind::Tuple(elements)) => {
                for element in elements {
                    match unwrapped(element).kind {
                        ExprKind::Object(inner) => {
                            body.blocks.push(self.block(spec, name, named(inner), element.span, None));
                        }
                        _ => self.wrong(item.name, element.span, "an object"),
                    }
                }
            }
            (FieldKind::Block(spec, Repeat::ByLabel), ExprKind::Object(elements)) => {
                for element in named(elements) {
                    let label = Label { text: element.name.text.to_owned(), span: element.name.span };
                    match unwrapped(element.value).kind {
                        ExprKind::Object(inner) => {
                            body.blocks.push(self.block(spec, name, named(inner), element.value.span, Some(label)));
                        }
                        _ => self.wrong(item.name, element.value.span, "an object"),
                    }
                }
            }
            (FieldKind::Block(_, Repeat::List), _) => self.wrong(item.name, value.span, "a list of objects"),
            (FieldKind::Block(..), _) => self.wrong(item.name, value.span, "an object"),
        }
    }

    fn wrong(&mut self, name: Name<'_>, span: Span, wanted: &str) {
        self.sink.push(
            Diagnostic::error("api_form::wrong_type", format!("`{}` must hold {wanted}", name.text))
                .label(span, format!("not {wanted}"))
                .help("`jobctl export nomad` writes this form: compare with what it makes of a job file"),
        );
    }

    fn left_out(&mut self, item: Item<'_>, help: &str) {
        if is_nothing(item.value) {
            return;
        }
        self.sink.push(
            Diagnostic::warning("api_form::left_out", format!("`{}` is left out", item.name.text))
                .label(item.value.span, "not taken along")
                .help(help),
        );
    }

    fn unknown(&mut self, spec: &'static BlockSpec, item: Item<'_>) {
        let name = item.name;
        let help = match similar(name.text, spec.fields.iter().map(|field| field.api)) {
            Some(similar) => format!("did you mean `{similar}`?"),
            // A key of a newer Nomad in which nothing stands: nothing is lost.
            None if is_nothing(item.value) => return,
            None => format!("it is read past: Nomad's API knows no such key in a `{}`", spec.name),
        };
        self.sink.push(
            Diagnostic::warning("api_form::unknown_name", format!("unknown key `{}`", name.text))
                .label(name.span, format!("not known in `{}`", spec.name))
                .help(help),
        );
    }
}

/// Whether a value says no more than an absent one does.
fn is_nothing(value: &Expr<'_>) -> bool {
    matches!(
        unwrapped(value).kind,
        ExprKind::Null
            | ExprKind::Bool(false)
            | ExprKind::Number("0")
            | ExprKind::String("")
            | ExprKind::Tuple([])
            | ExprKind::Object([])
    )
}

fn field_of(spec: &'static BlockSpec, api: &str) -> Option<&'static FieldSpec> {
    spec.fields.iter().find(|field| field.api == api || field.also_api == Some(api))
}

fn named<'a>(items: &'a [ObjectItem<'a>]) -> Vec<Item<'a>> {
    items
        .iter()
        .filter_map(|item| match item.key.kind {
            ExprKind::String(text) => Some(Item { name: Name { text, span: item.key.span }, value: &item.value }),
            _ => None,
        })
        .collect()
}

/// A literal as a value; JSON has nothing else.
fn value_of(expression: &Expr<'_>) -> Value {
    match unwrapped(expression).kind {
        ExprKind::Bool(value) => Value::Bool(value),
        ExprKind::Number(text) => Number::parse(text).map_or(Value::string(text), Value::Number),
        ExprKind::String(text) => Value::string(text),
        ExprKind::Unary(parser::UnaryOperator::Negate, Expr { kind: ExprKind::Number(text), .. }) => {
            Number::parse(&format!("-{text}")).map_or(Value::string(text), Value::Number)
        }
        ExprKind::Tuple(elements) => Value::tuple(elements.iter().map(value_of).collect()),
        ExprKind::Object(items) => Value::Object(
            named(items)
                .into_iter()
                .map(|item| (Rc::<str>::from(item.name.text), value_of(item.value)))
                .collect::<Entries>(),
        ),
        _ => Value::Null(crate::eval::Type::Any),
    }
}

fn unwrapped<'e, 'a>(mut expression: &'e Expr<'a>) -> &'e Expr<'a> {
    while let ExprKind::Parentheses(inner) = expression.kind {
        expression = inner;
    }
    expression
}

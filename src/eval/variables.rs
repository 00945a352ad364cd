//! `variable` and `variables` blocks: what is declared, what is given, and whether both go together.

use std::collections::BTreeMap;

use bumpalo::Bump;

use super::evaluator::{Evaluator, Mode, nearest};
use super::inputs::{Given, TextValue};
use super::scope::{Binding, Names, Scope};
use super::validation::{self, Validation};
use super::{Inputs, Sensitive, Type, Value, convert, type_expression};
use crate::diagnostic::{Diagnostic, Sink, Sources, Span};
use crate::parser::{self, Attribute, Block, Expr, Name};

/// A declared variable.
struct Variable<'f> {
    name: Name<'f>,
    /// As declared, or that of the default. `None`: nothing is known, text is taken as it is.
    ty: Option<Type>,
    validations: Vec<Validation<'f>>,
    /// The value in force so far, and where it stands.
    value: Option<(Binding, Span)>,
}

/// Works out the value of every variable into the names.
pub(super) fn evaluate<'a>(
    file: &'a parser::Body<'a>,
    inputs: &Inputs<'a>,
    sources: &'a Sources,
    arena: &'a Bump,
    names: &mut Names,
    sink: &mut Sink,
) {
    let mut work = Work { inputs, sources, arena, variables: BTreeMap::new(), sink };
    work.declare(file);
    work.assign();
    for variable in std::mem::take(&mut work.variables).into_values() {
        let binding = match variable.value {
            Some((Binding::Value(value), span)) => {
                let mut found = Sink::new();
                validation::check(&variable.validations, &variable.name, &value, span, inputs, sources, &mut found);
                let marked = work.is_sensitive(variable.name.text);
                for finding in found.findings() {
                    let finding = finding.clone();
                    work.sink.push(if marked { without(finding, span, &variable.name) } else { finding });
                }
                let stand_in = |sensitive: &Sensitive| sensitive.stand_in(variable.name.text, value.as_str());
                Binding::Value(inputs.sensitive.and_then(stand_in).map_or(value, |text| Value::string(&text)))
            }
            Some((Binding::Broken, _)) => Binding::Broken,
            None => {
                let name = variable.name.text;
                work.sink.push(
                    Diagnostic::error("eval::unset_variable", format!("the variable \"{name}\" has no value"))
                        .label(variable.name.span, "neither set nor given a default")
                        .help(format!("set it with `--var {name}=…` or NOMAD_VAR_{name}, or write `default = …`")),
                );
                Binding::Broken
            }
        };
        names.variables.insert(variable.name.text.to_owned(), binding);
    }
}

struct Work<'w, 'a> {
    inputs: &'w Inputs<'a>,
    sources: &'a Sources,
    arena: &'a Bump,
    variables: BTreeMap<&'a str, Variable<'a>>,
    sink: &'w mut Sink,
}

impl<'a> Work<'_, 'a> {
    fn declare(&mut self, file: &'a parser::Body<'a>) {
        for block in file.blocks {
            match block.kind.text {
                "variable" => self.variable_block(block),
                "variables" => self.variables_block(block),
                _ => {}
            }
        }
    }

    /// `variables { name = default }`
    fn variables_block(&mut self, block: &'a Block<'a>) {
        if let Some(label) = block.labels.first() {
            self.sink.push(
                Diagnostic::error("eval::unexpected_label", "`variables` has no label")
                    .label(label.span, "not needed")
                    .help("write `variable \"name\" { … }` for one, or `variables { name = default }`"),
            );
        }
        if let Some(inner) = block.body.blocks.first() {
            self.sink.push(
                Diagnostic::error("eval::unexpected_block", "a block in `variables`")
                    .label(inner.header, "not an attribute")
                    .help("write `variables { name = default }`"),
            );
        }
        for attribute in block.body.attributes {
            let value = self.constant(&attribute.value);
            let ty = match &value {
                Binding::Value(value) => Some(value.type_of()),
                Binding::Broken => None,
            };
            let value = Some((value, attribute.value.span));
            self.add(Variable { name: attribute.name, ty, validations: Vec::new(), value });
        }
    }

    /// `variable "name" { type, default, description, validation { … } }`
    fn variable_block(&mut self, block: &'a Block<'a>) {
        let [name] = block.labels else {
            self.sink.push(
                Diagnostic::error("eval::variable_name", "a variable has one name")
                    .label(block.header, if block.labels.is_empty() { "no name" } else { "more than one name" })
                    .help("write `variable \"name\" { … }`"),
            );
            return;
        };
        if !is_identifier(name.text) {
            self.sink.push(
                Diagnostic::error("eval::variable_name", format!("{:?} is no name for a variable", name.text))
                    .label(name.span, "cannot be referred to")
                    .help("a name begins with a letter or `_`; digits and `-` may follow"),
            );
        }
        let mut variable = Variable { name: *name, ty: None, validations: Vec::new(), value: None };
        if let Some(attribute) = find(block, "type") {
            match type_expression::parse(&attribute.value) {
                Ok(ty) => variable.ty = Some(ty),
                Err(finding) => {
                    self.sink.push(*finding);
                    variable.value = Some((Binding::Broken, attribute.value.span));
                }
            }
        }
        if let Some(attribute) = find(block, "description") {
            self.description(attribute);
        }
        if let Some(attribute) = find(block, "default") {
            let value = self.constant(&attribute.value);
            let value = self.converted(value, variable.ty.as_ref(), Place::Expression(&attribute.value), name);
            if variable.ty.is_none()
                && let Binding::Value(value) = &value
            {
                variable.ty = Some(value.type_of());
            }
            if variable.value.is_none() {
                variable.value = Some((value, attribute.value.span));
            }
        }
        self.unknown_content(block);
        for inner in block.body.blocks.iter().filter(|inner| inner.kind.text == "validation") {
            variable.validations.extend(validation::read(inner, name, self.sink));
        }
        self.add(variable);
    }

    fn add(&mut self, variable: Variable<'a>) {
        let name = variable.name;
        if let Some(first) = self.variables.get(name.text) {
            self.sink.push(
                Diagnostic::error("eval::duplicate_variable", format!("the variable \"{}\" twice", name.text))
                    .label(name.span, "declared again here")
                    .label(first.name.span, "first declared here")
                    .help("give one of them another name"),
            );
            return;
        }
        self.variables.insert(name.text, variable);
    }

    fn description(&mut self, attribute: &'a Attribute<'a>) {
        if let Binding::Value(value) = self.constant(&attribute.value)
            && (value.is_null() || convert(&value, &Type::String).is_err())
        {
            self.sink.push(
                Diagnostic::error("eval::invalid_description", "a description that is no text")
                    .label(attribute.value.span, format!("this is a {}", value.kind()))
                    .help("write what the variable is for, in quotes"),
            );
        }
    }

    fn unknown_content(&mut self, block: &'a Block<'a>) {
        const KNOWN: [&str; 4] = ["default", "description", "type", "validation"];
        let attributes = block.body.attributes.iter().map(|attribute| attribute.name);
        let attributes = attributes.filter(|name| !KNOWN[..3].contains(&name.text));
        let blocks = block.body.blocks.iter().map(|block| block.kind).filter(|name| name.text != "validation");
        for name in attributes.chain(blocks) {
            let near = nearest(name.text, KNOWN.into_iter());
            let help =
                near.map_or_else(|| format!("it has {}", KNOWN.join(", ")), |near| format!("did you mean `{near}`?"));
            self.sink.push(
                Diagnostic::error("eval::unknown_argument", format!("a variable has no `{}`", name.text))
                    .label(name.span, "not known here")
                    .help(help),
            );
        }
    }

    fn constant(&mut self, expression: &'a Expr<'a>) -> Binding {
        let names = Names::default();
        let scope = Scope::new(&names, self.inputs, self.sources);
        match Evaluator::new(scope, Mode::Constant).evaluate(expression, self.sink) {
            Some(value) => Binding::Value(value),
            None => Binding::Broken,
        }
    }

    /// Environment, then variable files, then texts: the last value wins.
    fn assign(&mut self) {
        let inputs = self.inputs;
        for text in &inputs.environment {
            if self.variables.contains_key(text.name.as_str()) {
                self.unseen(&text.name, |work| work.assign_text(text));
            }
        }
        for given in &inputs.given {
            if let Given::File(body) = given {
                self.assign_file(body);
            }
        }
        for given in &inputs.given {
            if let Given::Text(text) = given {
                self.unseen(&text.name, |work| work.assign_text(text));
            }
        }
    }

    fn is_sensitive(&self, name: &str) -> bool {
        self.inputs.sensitive.is_some_and(|sensitive| sensitive.is_marked(name))
    }

    /// Gives a variable its value. What is wrong with one that is sensitive is said without showing it or a part of it.
    fn unseen(&mut self, name: &str, give: impl FnOnce(&mut Self)) {
        let Some((declared, ty)) = self.variables.get(name).map(|variable| (variable.name, variable.ty.clone())) else {
            return give(self);
        };
        if !self.is_sensitive(name) {
            return give(self);
        }
        let outer = std::mem::take(self.sink);
        give(self);
        let found = std::mem::replace(self.sink, outer);
        if found.has_errors() {
            let ty = ty.unwrap_or(Type::String);
            self.sink.push(
                Diagnostic::error(WRONG_TYPE, wrong_type(name)).label(declared.span, format!("declared as {ty}")).help(
                    format!("it is sensitive, and so not shown; a value of this type looks like `{}`", ty.example()),
                ),
            );
        }
    }

    fn assign_file(&mut self, body: &'a parser::Body<'a>) {
        for block in body.blocks {
            let help = match (block.kind.text, block.labels) {
                ("variable", [name]) => format!("declare it beside the job, and write `{} = …` here", name.text),
                _ => "write `name = value` for each variable".to_owned(),
            };
            self.sink.push(
                Diagnostic::error("eval::unexpected_block", "a block in a variable file")
                    .label(block.header, "only values are set here")
                    .help(help),
            );
        }
        for attribute in body.attributes {
            let name = attribute.name;
            if !self.variables.contains_key(name.text) {
                self.undeclared(name.text, name.span);
                continue;
            }
            self.unseen(name.text, |work| {
                let value = work.constant(&attribute.value);
                work.set(name.text, value, Place::Expression(&attribute.value));
            });
        }
    }

    fn assign_text(&mut self, text: &TextValue) {
        let content = self.sources.file(text.text).text();
        let span = Span::new(text.text, 0, u32::try_from(content.len()).unwrap_or(u32::MAX));
        let Some(variable) = self.variables.get(text.name.as_str()) else {
            self.undeclared(&text.name, text.name_at);
            return;
        };
        if matches!(variable.ty, None | Some(Type::String | Type::Number)) {
            self.set(&text.name, Binding::Value(Value::string(content)), Place::Text(span));
            return;
        }
        // What is wrong with it is wrong because of the type, so each finding shows that as well.
        let declared = (variable.name.span, variable.ty.as_ref().map_or_else(String::new, Type::to_string));
        let variable_help =
            variable.ty.as_ref().map(|ty| format!("a value of this type looks like `{}`", ty.example()));
        let mut found = Sink::new();
        let expression = parser::parse_expression(self.sources, text.text, self.arena, &mut found);
        let expression = expression.map(|expression| &*self.arena.alloc(expression));
        let outer = std::mem::replace(self.sink, found);
        let value = expression.map_or(Binding::Broken, |expression| self.constant(expression));
        for finding in std::mem::replace(self.sink, outer).into_sorted() {
            let label = format!("declared as {}: the value is an expression", declared.1);
            let help = variable_help.clone().or(finding.help.clone()).unwrap_or_default();
            self.sink.push(finding.label(declared.0, label).help(help));
        }
        let place = expression.map_or(Place::Text(span), Place::Expression);
        self.set(&text.name, value, place);
    }

    fn undeclared(&mut self, name: &str, span: Span) {
        let help = match nearest(name, self.variables.keys().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it beside the job: `variable \"{name}\" {{ }}`"),
        };
        self.sink.push(
            Diagnostic::error("eval::undeclared_variable", format!("the job declares no variable \"{name}\""))
                .label(span, "set here")
                .help(help),
        );
    }

    fn set(&mut self, name: &str, value: Binding, place: Place<'a>) {
        let Some(variable) = self.variables.get(name) else { return };
        let (ty, declared) = (variable.ty.clone(), variable.name);
        let value = self.converted(value, ty.as_ref(), place, &declared);
        if let Some(variable) = self.variables.get_mut(name) {
            variable.value = Some((value, place.span()));
        }
    }

    fn converted(&mut self, value: Binding, ty: Option<&Type>, place: Place<'a>, declared: &Name<'a>) -> Binding {
        let (Binding::Value(value), Some(ty)) = (&value, ty) else { return value };
        match convert(value, ty) {
            Ok(value) => Binding::Value(value),
            Err(error) => {
                let (span, problem) = match place {
                    Place::Expression(expression) => error.label_in(expression),
                    Place::Text(span) => (span, error.to_string()),
                };
                self.sink.push(
                    Diagnostic::error(WRONG_TYPE, wrong_type(declared.text))
                        .label(span, problem)
                        .label(declared.span, format!("declared as {ty}"))
                        .help(format!("a value of this type looks like `{}`", ty.example())),
                );
                Binding::Broken
            }
        }
    }
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Expression(&'a Expr<'a>),
    Text(Span),
}

impl Place<'_> {
    fn span(self) -> Span {
        match self {
            Self::Expression(expression) => expression.span,
            Self::Text(span) => span,
        }
    }
}

const WRONG_TYPE: &str = "eval::invalid_variable_value";

fn wrong_type(variable: &str) -> String {
    format!("a value of the wrong type for the variable \"{variable}\"")
}

/// The same finding without the place where a sensitive value stands.
fn without(mut finding: Diagnostic, value: Span, declared: &Name<'_>) -> Diagnostic {
    let shows = |span: Span| span.file == value.file && span.start < value.end && value.start < span.end;
    finding.labels.retain(|label| !shows(label.span));
    finding.label(declared.span, "what it was given is sensitive, and so not shown")
}

fn find<'a>(block: &'a Block<'a>, name: &str) -> Option<&'a Attribute<'a>> {
    block.body.attributes.iter().find(|attribute| attribute.name.text == name)
}

/// HCL's identifiers: a letter or `_`, then letters, digits, `_` and `-`.
fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && characters.all(|other| other == '-' || unicode_ident::is_xid_continue(other))
}

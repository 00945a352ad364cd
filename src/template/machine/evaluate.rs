//! Pipelines, commands and operands → values.
//!
//! Evaluates and calls; nothing is written here but by `executeTemplate`.

use std::rc::Rc;

use super::{Frame, Machine, Run};
use crate::template::budget::STEP;
use crate::template::error::{Error, Failure};
use crate::template::function::{Arguments, Body, Function, Parameter};
use crate::template::literal::Number;
use crate::template::tree::{Command, Operand, OperandKind, Pipeline, Place};
use crate::template::value::{Map, Value};

impl Machine<'_> {
    /// The value of the last command; declared variables are set to it.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, frame: &mut Frame) -> Run<Value> {
        self.descend(&pipeline.place)?;
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, value, frame)?);
        }
        self.depth -= 1;
        let value = value.unwrap_or(Value::Nil);
        for name in &pipeline.variables {
            match frame.get_mut(name) {
                Some(variable) if pipeline.assigns => *variable = value.clone(),
                _ => frame.variables.push((Rc::clone(name), value.clone())),
            }
        }
        Ok(value)
    }

    /// One command; `last` is the value of the one before, its last argument.
    fn command(&mut self, command: &Command, last: Option<Value>, frame: &mut Frame) -> Run<Value> {
        let place = &command.first.place;
        self.fail(place, self.context.budget.spend(STEP))?;
        match &command.first.kind {
            OperandKind::Function(function) => self.call(function, place, &command.arguments, last, frame),
            OperandKind::Field(names) => self.fields(frame.dot.clone(), names, command, last, frame),
            OperandKind::Variable(name, names) if !names.is_empty() => {
                let receiver = frame.get_mut(name).cloned().unwrap_or(Value::Nil);
                self.fields(receiver, names, command, last, frame)
            }
            OperandKind::Chain(operand, names) => {
                let receiver = self.operand(operand, frame)?;
                self.fields(receiver, names, command, last, frame)
            }
            _ if !command.arguments.is_empty() || last.is_some() => {
                let text = &self.text[place.clone()];
                let failure = Failure::new(format!("arguments for `{text}`, which is not a function"));
                self.refuse(place, failure.help("to join values, use `print` or `printf`"))
            }
            OperandKind::Nil => self.refuse(place, Failure::new("`nil` alone is not a value")),
            _ => self.operand(&command.first, frame),
        }
    }

    /// An operand where any type will do.
    fn operand(&mut self, operand: &Operand, frame: &mut Frame) -> Run<Value> {
        let place = &operand.place;
        self.fail(place, self.context.budget.spend(STEP))?;
        match &operand.kind {
            OperandKind::Dot => Ok(frame.dot.clone()),
            OperandKind::Nil => Ok(Value::Nil),
            OperandKind::Bool(value) => Ok(Value::Bool(*value)),
            OperandKind::Number(number) => self.fail(place, constant(number)),
            OperandKind::String(bytes) => Ok(Value::String(Rc::clone(bytes))),
            OperandKind::Pipeline(pipeline) => self.pipeline(pipeline, frame),
            OperandKind::Function(function) => self.call(function, place, &[], None, frame),
            OperandKind::Field(names) => self.plain_fields(frame.dot.clone(), names, place),
            OperandKind::Variable(name, names) => {
                let receiver = frame.get_mut(name).cloned().unwrap_or(Value::Nil);
                self.plain_fields(receiver, names, place)
            }
            OperandKind::Chain(operand, names) => {
                let receiver = self.operand(operand, frame)?;
                self.plain_fields(receiver, names, place)
            }
        }
    }

    /// An operand where a type is wanted; a constant takes on that type.
    fn argument(&mut self, operand: &Operand, parameter: Parameter, called: &str, frame: &mut Frame) -> Run<Value> {
        let value = match (&operand.kind, parameter) {
            (OperandKind::Number(Number { int: Some(int), .. }), Parameter::Int) => Value::Int(*int),
            (OperandKind::Number(number), Parameter::Float) => Value::Float(number.float),
            _ => self.operand(operand, frame)?,
        };
        self.fail(&operand.place, check_type(&value, parameter, called))?;
        Ok(value)
    }

    fn call(
        &mut self,
        function: &Function,
        place: &Place,
        operands: &[Operand],
        last: Option<Value>,
        frame: &mut Frame,
    ) -> Run<Value> {
        let name = function.name;
        if let Some((kind, failure)) = function.unavailable() {
            return Err(Box::new(Error::at(self.text, place.clone(), kind, failure)));
        }
        self.fail(place, function.check_count(operands.len() + usize::from(last.is_some())))?;
        if matches!(function.body, Body::And | Body::Or) {
            let sought = matches!(function.body, Body::Or);
            let mut value = Value::Nil;
            for operand in operands {
                value = self.operand(operand, frame)?;
                if value.is_true() == sought {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut arguments = Vec::with_capacity(operands.len() + 1);
        for (index, operand) in operands.iter().enumerate() {
            arguments.push(self.argument(operand, function.parameter(index), name, frame)?);
        }
        if let Some(last) = last {
            self.fail(place, check_type(&last, function.parameter(arguments.len()), name))?;
            arguments.push(last);
        }
        let read: usize = arguments.iter().map(Value::size).sum();
        self.fail(place, self.context.budget.spend(STEP + read as u64 / 16))?;
        let arguments = Arguments(&arguments);
        match function.body {
            Body::Plain(body) => {
                let value = self.fail(place, body(self.context, arguments))?;
                self.fail(place, self.context.budget.spend(value.size() as u64))?;
                Ok(value)
            }
            Body::ExecuteTemplate => {
                if arguments.len() > 2 {
                    return self.refuse(place, Failure::new("`executeTemplate` hands over one value at most"));
                }
                let mut out = self.context.writer();
                self.template(arguments.bytes(0), arguments.value(1).clone(), place, &mut out)?;
                Ok(Value::string(out.into_bytes()))
            }
            Body::And | Body::Or | Body::Unavailable(_) => Ok(Value::Nil),
        }
    }

    /// `receiver.a.b`, where the last name may be a method with the command's arguments.
    fn fields(
        &mut self,
        receiver: Value,
        names: &[Rc<str>],
        command: &Command,
        last: Option<Value>,
        frame: &mut Frame,
    ) -> Run<Value> {
        let place = &command.first.place;
        let Some((method, before)) = names.split_last() else { return Ok(receiver) };
        if command.arguments.is_empty() && last.is_none() {
            return self.plain_fields(receiver, names, place);
        }
        let receiver = self.plain_fields(receiver, before, place)?;
        match receiver {
            Value::Scratch => {
                let mut arguments = Vec::new();
                for operand in &command.arguments {
                    arguments.push(self.operand(operand, frame)?);
                }
                arguments.extend(last);
                let answer = self.scratch.call(self.context, method, &arguments);
                self.fail(place, answer)
            }
            // As Go has it: what has no value takes any arguments.
            Value::Nil if before.is_empty() && !self.strict => Ok(Value::Nil),
            _ => self.refuse(place, Failure::new(format!("arguments for `.{method}`, which is not a function"))),
        }
    }

    fn plain_fields(&mut self, receiver: Value, names: &[Rc<str>], place: &Place) -> Run<Value> {
        let mut value = receiver;
        let mut lacking = None;
        for name in names {
            value = match &value {
                Value::Nil => {
                    if let Some(lacking) = lacking {
                        let failure = Failure::new(format!("`.{name}` of `.{lacking}`, which has no value"));
                        return self.refuse(place, failure.help("guard it with `with` or `if`"));
                    }
                    if self.strict {
                        return self.refuse(place, Failure::new(format!("`.{name}` of no value")));
                    }
                    Value::Nil
                }
                Value::Map(map) => {
                    lacking = Some(name);
                    self.fail(place, entry(map, name, self.strict))?
                }
                Value::Scratch => {
                    let answer = self.scratch.call(self.context, name, &[]);
                    self.fail(place, answer)?
                }
                other => {
                    let failure = Failure::new(format!("`.{name}` of a value of type {}", other.type_name()));
                    return self.refuse(place, failure.help("only maps have fields here"));
                }
            };
        }
        Ok(value)
    }
}

/// The type that a constant has where any will do.
fn constant(number: &Number) -> Result<Value, Failure> {
    match number.int {
        _ if number.is_float => Ok(Value::Float(number.float)),
        Some(int) => Ok(Value::Int(int)),
        None => Err(Failure::new("a number that does not fit into an `int`")),
    }
}

fn check_type(value: &Value, parameter: Parameter, called: &str) -> Result<(), Failure> {
    if parameter.accepts(value) {
        return Ok(());
    }
    let (wanted, given) = (parameter.type_name(), value.type_name());
    let failure = Failure::new(format!("`{called}` wants {wanted} here, this is {given}"));
    Err(match (parameter, value) {
        (Parameter::String, Value::Nil) => failure.help("the value is not there: guard it with `with` or `if`"),
        (Parameter::String, _) => failure.help("`print` makes a string of any value"),
        (Parameter::Int, Value::Int64(_) | Value::Float(_)) => failure.help("`sprig_int` makes an int of it"),
        (Parameter::Strings, Value::List(_)) => failure.help("`sprig_toStrings` makes a list of strings of it"),
        _ => failure,
    })
}

fn entry(map: &Map, name: &str, strict: bool) -> Result<Value, Failure> {
    match map.get(name.as_bytes()) {
        Some(value) => Ok(value.clone()),
        None if strict => Err(Failure::new(format!("the map has no key {name:?}"))
            .help("`error_on_missing_key` makes this an error; `index` does not")),
        None => Ok(map.element.zero()),
    }
}

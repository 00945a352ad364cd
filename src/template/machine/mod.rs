//! Runs a tree: walks its nodes and writes what they say.
//!
//! Control flow here, values in `evaluate`; what functions and printing do is theirs.

use std::rc::Rc;

use super::Options;
use super::budget::{MAX_RUNNING, STEP, Writer};
use super::error::{Error, ErrorKind, Failure};
use super::function::Context;
use super::print;
use super::scratch::Scratch;
use super::tree::{Choice, Invocation, Loop, Node, Pipeline, Place, Program};
use super::value::Value;

mod evaluate;

/// Runs the main template; `.` is nil.
pub(super) fn run(program: &Program, text: &str, options: &Options, context: &Context<'_>) -> Run<Vec<u8>> {
    let mut machine =
        Machine { program, text, strict: options.error_on_missing_key, context, scratch: Scratch::default(), depth: 0 };
    let mut writer = context.writer();
    let mut frame = Frame::new(Value::Nil);
    machine.nodes(&program.main, &mut frame, &mut writer)?;
    Ok(writer.into_bytes())
}

struct Machine<'a> {
    program: &'a Program,
    text: &'a str,
    /// Whether a key that a map lacks is an error.
    strict: bool,
    context: &'a Context<'a>,
    scratch: Scratch,
    depth: u32,
}

/// What one template's run sees.
struct Frame {
    dot: Value,
    /// The variables, the innermost last.
    variables: Vec<(Rc<str>, Value)>,
}

impl Frame {
    fn new(dot: Value) -> Self {
        Self { variables: vec![(Rc::from("$"), dot.clone())], dot }
    }

    /// The latest of a name; the parser has seen to it that there is one.
    fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.variables.iter_mut().rev().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// With two variables the first is the index.
    fn set_loop_variables(&mut self, pipeline: &Pipeline, index: Value, element: &Value) {
        let values = match pipeline.variables.len() {
            2 => vec![index, element.clone()],
            _ => vec![element.clone()],
        };
        for (name, value) in pipeline.variables.iter().zip(values) {
            if let Some(variable) = self.get_mut(name) {
                *variable = value;
            }
        }
    }
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// The error is boxed to keep the frames of the recursion small.
type Run<T> = Result<T, Box<Error>>;

impl Machine<'_> {
    fn refuse<T>(&self, place: &Place, failure: Failure) -> Run<T> {
        Err(Box::new(Error::at(self.text, place.clone(), ErrorKind::Execution, failure)))
    }

    fn fail<T>(&self, place: &Place, result: Result<T, Failure>) -> Run<T> {
        result.or_else(|failure| self.refuse(place, failure))
    }

    /// Goes one level deeper; whoever calls this comes back up by `self.depth -= 1`, or not at all.
    fn descend(&mut self, place: &Place) -> Run<()> {
        self.depth += 1;
        if self.depth > MAX_RUNNING {
            let failure = Failure::new("the templates are nested too deep");
            return self.refuse(place, failure.help("look for a template that calls itself without end"));
        }
        Ok(())
    }

    fn nodes(&mut self, nodes: &[Node], frame: &mut Frame, out: &mut Writer<'_>) -> Run<Flow> {
        for node in nodes {
            let flow = match node {
                Node::Text(place) => {
                    self.fail(place, out.push(&self.text[place.clone()]))?;
                    Flow::Next
                }
                Node::Action(pipeline) => {
                    self.action(pipeline, frame, out)?;
                    Flow::Next
                }
                Node::If(choice) => self.choice(choice, false, frame, out)?,
                Node::With(choice) => self.choice(choice, true, frame, out)?,
                Node::Range(range) => self.range(range, frame, out)?,
                Node::Template(invocation) => {
                    self.invoke(invocation, frame, out)?;
                    Flow::Next
                }
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// Nodes for which `.` is something else.
    fn with_dot(&mut self, dot: Value, nodes: &[Node], frame: &mut Frame, out: &mut Writer<'_>) -> Run<Flow> {
        let outer = std::mem::replace(&mut frame.dot, dot);
        let flow = self.nodes(nodes, frame, out)?;
        frame.dot = outer;
        Ok(flow)
    }

    fn action(&mut self, pipeline: &Pipeline, frame: &mut Frame, out: &mut Writer<'_>) -> Run<()> {
        let value = self.pipeline(pipeline, frame)?;
        if !pipeline.variables.is_empty() {
            return Ok(());
        }
        let printed = match value {
            Value::Nil => out.push("<no value>"),
            value => print::plain(out, &value),
        };
        self.fail(&pipeline.place, printed)
    }

    fn choice(&mut self, choice: &Choice, sets_dot: bool, frame: &mut Frame, out: &mut Writer<'_>) -> Run<Flow> {
        let scope = frame.variables.len();
        let mut flow = None;
        for (condition, body) in &choice.branches {
            let value = self.pipeline(condition, frame)?;
            if value.is_true() {
                self.descend(&condition.place)?;
                let inner = if sets_dot { value } else { frame.dot.clone() };
                flow = Some(self.with_dot(inner, body, frame, out)?);
                self.depth -= 1;
                break;
            }
        }
        let flow = match flow {
            Some(flow) => flow,
            None => self.nodes(&choice.otherwise, frame, out)?,
        };
        frame.variables.truncate(scope);
        Ok(flow)
    }

    fn range(&mut self, range: &Loop, frame: &mut Frame, out: &mut Writer<'_>) -> Run<Flow> {
        let scope = frame.variables.len();
        let place = &range.pipeline.place;
        let value = self.pipeline(&range.pipeline, frame)?;
        self.descend(place)?;
        let mut ran = false;
        let mut flow = Flow::Next;
        let mut turn = |machine: &mut Self, index: Value, element: Value| -> Run<bool> {
            ran = true;
            machine.fail(place, machine.context.budget.spend(STEP))?;
            let inner = frame.variables.len();
            frame.set_loop_variables(&range.pipeline, index, &element);
            flow = machine.with_dot(element, &range.body, frame, out)?;
            frame.variables.truncate(inner);
            Ok(flow != Flow::Break)
        };
        match &value {
            Value::List(list) => {
                for (index, element) in (0..).zip(&list.items) {
                    if !turn(self, Value::Int(index), element.clone())? {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                for (key, element) in &map.entries {
                    if !turn(self, Value::from(key), element.clone())? {
                        break;
                    }
                }
            }
            Value::Loop(start, stop) => {
                for (index, number) in (0..).zip(*start..*stop) {
                    if !turn(self, Value::Int(index), Value::Int64(number))? {
                        break;
                    }
                }
            }
            Value::Int(_) | Value::Int64(_) | Value::Byte(_) | Value::Uint64(_) => {
                if range.pipeline.variables.len() > 1 {
                    let failure = Failure::new("a `range` over a number has one variable, not two");
                    return self.refuse(place, failure);
                }
                let last = value.signed().or_else(|| value.unsigned().and_then(|last| last.try_into().ok()));
                for number in 0..last.unwrap_or(i64::MAX) {
                    let element = match value {
                        Value::Int(_) => Value::Int(number),
                        Value::Int64(_) => Value::Int64(number),
                        Value::Byte(_) => Value::Byte(u8::try_from(number).unwrap_or(u8::MAX)),
                        _ => Value::Uint64(number.unsigned_abs()),
                    };
                    if !turn(self, Value::Nil, element)? {
                        break;
                    }
                }
            }
            Value::Nil => {}
            other => {
                let failure = Failure::new(format!("a `range` over a value of type {}", other.type_name()));
                return self.refuse(place, failure.help("it goes over lists, maps and whole numbers"));
            }
        }
        let mut flow = Flow::Next;
        if !ran {
            flow = self.nodes(&range.otherwise, frame, out)?;
        }
        if flow == Flow::Break {
            // Also a `break` in its `else` ends this loop and none around it: so Go has it.
            flow = Flow::Next;
        }
        self.depth -= 1;
        frame.variables.truncate(scope);
        Ok(flow)
    }

    fn invoke(&mut self, invocation: &Invocation, frame: &mut Frame, out: &mut Writer<'_>) -> Run<()> {
        let place = &invocation.place;
        let argument = match &invocation.argument {
            Some(pipeline) => self.pipeline(pipeline, frame)?,
            None => Value::Nil,
        };
        self.template(&invocation.name, argument, place, out)
    }

    /// Runs a template by name; it sees nothing of its surroundings but its argument.
    fn template(&mut self, name: &[u8], argument: Value, place: &Place, out: &mut Writer<'_>) -> Run<()> {
        let body = if name.is_empty() { Some(&self.program.main) } else { self.program.templates.get(name) };
        let Some(body) = body else {
            let name = String::from_utf8_lossy(name);
            return self.refuse(place, Failure::new(format!("the template {name:?} is not defined")));
        };
        self.descend(place)?;
        self.nodes(body, &mut Frame::new(argument), out)?;
        self.depth -= 1;
        Ok(())
    }
}

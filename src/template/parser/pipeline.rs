//! What stands in an action: pipelines, commands, operands.
//!
//! Names of functions and variables are resolved here.

use std::rc::Rc;

use super::{Parser, Read};
use crate::template::budget::MAX_NESTING;
use crate::template::error::{Error, ErrorKind, Failure};
use crate::template::function::{self, Function};
use crate::template::lexer::TokenKind;
use crate::template::literal;
use crate::template::tree::{Command, Operand, OperandKind, Pipeline, Place};

impl Parser<'_> {
    /// Reads up to the right delimiter, and that too.
    pub(super) fn pipeline(&mut self, context: &str) -> Read<Pipeline> {
        self.pipeline_until(context, TokenKind::RightDelimiter)
    }

    fn pipeline_until(&mut self, context: &str, end: TokenKind) -> Read<Pipeline> {
        self.skip_space();
        let start = self.place().start;
        let (variables, assigns) = self.declarations(context)?;
        let mut commands: Vec<Command> = Vec::new();
        loop {
            self.skip_space();
            let token = self.peek();
            if token.kind == end {
                let place = start..self.tokens[self.at].place.start.max(start);
                self.next();
                if commands.is_empty() {
                    let place = place.start..place.end.max(place.start + 1).min(self.text.len());
                    return Err((place, Failure::new(format!("the {context} has no value"))));
                }
                let place = start..start + self.text[place].trim_end().len();
                return Ok(Pipeline { place, variables, assigns, commands });
            }
            let command = self.command(context)?;
            if !commands.is_empty() {
                let literal = matches!(
                    command.first.kind,
                    OperandKind::Bool(_)
                        | OperandKind::Dot
                        | OperandKind::Nil
                        | OperandKind::Number(_)
                        | OperandKind::String(_)
                );
                if literal {
                    let failure = Failure::new("a value after `|`, where a function belongs");
                    return Err((command.first.place, failure.help("`a | f` hands `a` to the function `f`")));
                }
            }
            commands.push(command);
        }
    }

    /// `$x :=`, `$x =`, and for `range` `$i, $x :=`; nothing is read where there is none.
    fn declarations(&mut self, context: &str) -> Read<(Vec<Rc<str>>, bool)> {
        let mut names: Vec<Rc<str>> = Vec::new();
        loop {
            self.skip_space();
            if self.peek().kind != TokenKind::Variable {
                return Ok((names, false));
            }
            let variable = self.at;
            let name: Rc<str> = self.token_text().into();
            self.next();
            self.skip_space();
            let operator = self.peek().kind;
            match operator {
                TokenKind::Assign | TokenKind::Declare => {
                    self.next();
                    let assigns = operator == TokenKind::Assign;
                    let unknown = names.iter().chain([&name]).find(|name| !self.variables.contains(name));
                    if let (true, Some(unknown)) = (assigns, unknown) {
                        let failure = Failure::new(format!("the variable `{unknown}` is not declared"));
                        return Err((self.tokens[variable].place.clone(), failure.help("declare it with `:=`")));
                    }
                    names.push(name);
                    self.variables.extend(names.iter().cloned());
                    return Ok((names, assigns));
                }
                TokenKind::Comma if context == "range" && names.is_empty() => {
                    self.next();
                    names.push(name);
                }
                TokenKind::Comma => {
                    return Err((self.place(), Failure::new(format!("too many variables for this {context}"))));
                }
                _ if names.is_empty() => {
                    self.at = variable;
                    return Ok((names, false));
                }
                _ => return Err((self.place(), Failure::new("the variables get no value").help("write `:=`"))),
            }
        }
    }

    /// Operands up to `|` (which is read) or a closing token (which is not).
    fn command(&mut self, context: &str) -> Read<Command> {
        let mut operands = Vec::new();
        loop {
            self.skip_space();
            if let Some(operand) = self.operand()? {
                operands.push(operand);
            }
            match self.peek().kind {
                TokenKind::Space => {}
                TokenKind::RightDelimiter | TokenKind::RightParenthesis => break,
                TokenKind::Pipe => {
                    self.next();
                    break;
                }
                _ => return Err(self.unexpected(context)),
            }
        }
        let mut operands = operands.into_iter();
        let Some(first) = operands.next() else {
            return Err((self.place(), Failure::new("a command is missing").help("a `|` stands between two commands")));
        };
        Ok(Command { first, arguments: operands.collect() })
    }

    fn operand(&mut self) -> Read<Option<Operand>> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        if self.peek().kind != TokenKind::Field {
            return Ok(Some(operand));
        }
        let mut fields = Vec::new();
        let mut end = operand.place.end;
        while self.peek().kind == TokenKind::Field {
            fields.push(Rc::from(&self.token_text()[1..]));
            end = self.next().place.end;
        }
        let place = operand.place.start..end;
        match &mut operand.kind {
            OperandKind::Field(known) | OperandKind::Variable(_, known) => known.append(&mut fields),
            OperandKind::Function(_) | OperandKind::Pipeline(_) => {
                let kind = OperandKind::Chain(Box::new(operand), fields);
                return Ok(Some(Operand { place, kind }));
            }
            _ => {
                let text = &self.text[operand.place.clone()];
                return Err((place, Failure::new(format!("a field of `{text}`, which has none"))));
            }
        }
        operand.place = place;
        Ok(Some(operand))
    }

    fn term(&mut self) -> Read<Option<Operand>> {
        let token = self.peek().clone();
        let text = self.token_text();
        let kind = match token.kind {
            TokenKind::Dot => OperandKind::Dot,
            TokenKind::Field => OperandKind::Field(vec![Rc::from(&text[1..])]),
            TokenKind::Variable => {
                let name: Rc<str> = text.into();
                if !self.variables.contains(&name) {
                    let failure = Failure::new(format!("the variable `{name}` is not declared"));
                    let near = crate::jobspec::similar(&name, self.variables.iter().map(|name| &**name));
                    let help = near.filter(|near| *near != "$").map_or_else(
                        || "declare it with `:=` in this action, or before it in the same or an outer block".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    return Err((token.place, failure.help(help)));
                }
                OperandKind::Variable(name, Vec::new())
            }
            TokenKind::Number => OperandKind::Number(self.literal(&token, literal::number)?),
            TokenKind::CharacterConstant => {
                let value = self.literal(&token, literal::character)?;
                OperandKind::Number(literal::Number {
                    int: Some(value.into()),
                    uint: Some(value.into()),
                    float: value.into(),
                    is_float: false,
                })
            }
            TokenKind::Quoted | TokenKind::Raw => OperandKind::String(self.literal(&token, literal::string)?.into()),
            TokenKind::LeftParenthesis => return self.parenthesis(token.place).map(Some),
            TokenKind::Word => match text {
                "true" | "false" => OperandKind::Bool(text == "true"),
                "nil" => OperandKind::Nil,
                "if" | "else" | "end" | "range" | "with" | "template" | "block" | "define" | "break" | "continue" => {
                    let failure = Failure::new(format!("the keyword `{text}` where a value belongs"));
                    return Err((token.place, failure.help("a keyword is the first word of its action")));
                }
                name => OperandKind::Function(self.function(name, &token.place)),
            },
            _ => return Ok(None),
        };
        self.next();
        Ok(Some(Operand { place: token.place, kind }))
    }

    fn parenthesis(&mut self, opened: Place) -> Read<Operand> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err((opened, Failure::new(format!("nested deeper than {MAX_NESTING}"))));
        }
        self.next();
        let pipeline = self.pipeline_until("parenthesis", TokenKind::RightParenthesis)?;
        self.depth -= 1;
        let end = self.tokens[self.at - 1].place.end;
        Ok(Operand { place: opened.start..end, kind: OperandKind::Pipeline(Box::new(pipeline)) })
    }

    /// A name that is not known is a finding, and reading goes on.
    fn function(&mut self, name: &str, place: &Place) -> &'static Function {
        match function::find(name) {
            Ok(function) => {
                if let Some((kind, failure)) = function.unavailable() {
                    self.findings.push(Error::at(self.text, place.clone(), kind, failure));
                }
                function
            }
            Err(failure) => {
                self.findings.push(Error::at(self.text, place.clone(), ErrorKind::UnknownFunction, failure));
                &function::UNKNOWN
            }
        }
    }
}

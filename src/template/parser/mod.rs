//! Tokens → tree.
//!
//! The grammar of actions here, that of what stands in them in `pipeline`; nothing is run.

use std::rc::Rc;

use super::Options;
use super::budget::MAX_NESTING;
use super::error::{Error, ErrorKind, Failure};
use super::lexer::{Stop, Token, TokenKind, tokens};
use super::literal;
use super::tree::{Choice, Invocation, Loop, Node, Place, Program};

mod pipeline;

/// Reads a template and finds all that is known about the text; the program is of use where no finding
/// [prevents it](Error::prevents_running).
pub(super) fn parse(text: &str, options: &Options) -> (Program, Vec<Error>) {
    let left = if options.left_delimiter.is_empty() { "{{" } else { &options.left_delimiter };
    let right = if options.right_delimiter.is_empty() { "}}" } else { &options.right_delimiter };
    let (tokens, stop) = tokens(text, left, right);
    let mut parser = Parser {
        text,
        tokens,
        stop,
        at: 0,
        depth: 0,
        ranges: 0,
        variables: vec![Rc::from("$")],
        program: Program::default(),
        invoked: Vec::new(),
        findings: Vec::new(),
    };
    let read = parser.program();
    if let Err((place, failure)) = read {
        parser.findings.push(Error::at(text, place, ErrorKind::Syntax, failure));
    } else {
        parser.check_invocations();
    }
    parser.findings.sort_by_key(|finding| (finding.place.start, finding.kind));
    (parser.program, parser.findings)
}

impl Error {
    /// Whether a template with this finding is not even begun: what is only missing here may stand in a branch that is
    /// not taken.
    pub(super) fn prevents_running(&self) -> bool {
        matches!(self.kind, ErrorKind::Syntax | ErrorKind::UnknownFunction)
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    stop: Option<Stop>,
    at: usize,
    depth: u32,
    /// How many loops we are in.
    ranges: u32,
    /// The variables that are in scope.
    variables: Vec<Rc<str>>,
    program: Program,
    invoked: Vec<(Place, Rc<[u8]>)>,
    findings: Vec<Error>,
}

type Read<T> = Result<T, Stop>;

/// What ends a list of nodes.
#[derive(PartialEq, Eq)]
enum Ending {
    End,
    /// The token after `else` is still to be read where it is `if` or `with`.
    Else,
}

impl<'t> Parser<'t> {
    fn program(&mut self) -> Read<()> {
        loop {
            match self.peek().kind {
                TokenKind::End => return self.stop.take().map_or(Ok(()), Err),
                TokenKind::LeftDelimiter if self.word_after_delimiter() == "define" => self.definition()?,
                _ => {
                    let place = self.place();
                    match self.node()? {
                        Ok(node) => self.program.main.push(node),
                        Err(Ending::End) => {
                            let help = "every `end` closes an `if`, `range`, `with`, `block` or `define`";
                            return Err((place, Failure::new("an `end` that closes nothing").help(help)));
                        }
                        Err(Ending::Else) => return Err((place, Failure::new("an `else` without its `if`"))),
                    }
                }
            }
        }
    }

    /// `{{define "name"}} … {{end}}`
    fn definition(&mut self) -> Read<()> {
        self.next();
        self.next_word();
        let (place, name) = self.template_name("define")?;
        self.expect_right_delimiter("define")?;
        self.named_body(place, name)
    }

    /// The body of `define` or `block`: it sees no variable of its surroundings.
    fn named_body(&mut self, place: Place, name: Rc<[u8]>) -> Read<()> {
        let variables = std::mem::replace(&mut self.variables, vec![Rc::from("$")]);
        let ranges = std::mem::take(&mut self.ranges);
        let (body, ending) = self.list(&place)?;
        self.variables = variables;
        self.ranges = ranges;
        if ending == Ending::Else {
            return Err((place, Failure::new("an `else` in a template's definition").help("write `end` first")));
        }
        let known = self.program.templates.get(&name);
        if known.is_some_and(|known| !self.is_empty(known)) {
            if !self.is_empty(&body) {
                let name = String::from_utf8_lossy(&name).into_owned();
                return Err((place, Failure::new(format!("the template {name:?} is defined twice"))));
            }
            return Ok(());
        }
        self.program.templates.insert(name, body);
        Ok(())
    }

    /// Whether there is nothing but spaces.
    fn is_empty(&self, nodes: &[Node]) -> bool {
        nodes.iter().all(|node| matches!(node, Node::Text(place) if self.text[place.clone()].trim().is_empty()))
    }

    /// Nodes up to an `end` or an `else`.
    fn list(&mut self, opened: &Place) -> Read<(Vec<Node>, Ending)> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err((opened.clone(), Failure::new(format!("nested deeper than {MAX_NESTING}"))));
        }
        let mut nodes = Vec::new();
        loop {
            if self.peek().kind == TokenKind::End {
                self.stop.take().map_or(Ok(()), Err)?;
                let help = "close it with an `end` action";
                return Err((opened.clone(), Failure::new("this is not closed").help(help)));
            }
            match self.node()? {
                Ok(node) => nodes.push(node),
                Err(ending) => {
                    self.depth -= 1;
                    return Ok((nodes, ending));
                }
            }
        }
    }

    fn node(&mut self) -> Read<Result<Node, Ending>> {
        let token = self.next();
        if token.kind == TokenKind::Text {
            return Ok(Ok(Node::Text(token.place)));
        }
        self.skip_space();
        let word = if self.peek().kind == TokenKind::Word { self.token_text() } else { "" };
        let keyword = match word {
            "break" | "continue" | "else" | "end" | "if" | "range" | "with" | "template" | "block" | "define" => {
                self.next().place
            }
            _ => return Ok(Ok(Node::Action(self.pipeline("action")?))),
        };
        let node = match &self.text[keyword.clone()] {
            "if" => Node::If(self.choice("if", &keyword)?),
            "with" => Node::With(self.choice("with", &keyword)?),
            "range" => Node::Range(self.range(&keyword)?),
            "template" => Node::Template(self.invocation()?),
            "block" => Node::Template(self.block()?),
            "break" => self.jump(&keyword, Node::Break)?,
            "continue" => self.jump(&keyword, Node::Continue)?,
            "end" => {
                self.expect_right_delimiter("end")?;
                return Ok(Err(Ending::End));
            }
            "else" => {
                self.skip_space();
                if !matches!(self.word(), "if" | "with") {
                    self.expect_right_delimiter("else")?;
                }
                return Ok(Err(Ending::Else));
            }
            _ => {
                let failure = Failure::new("a `define` inside of another action");
                return Err((
                    keyword,
                    failure.help("templates are defined outside of `if`, `range`, `with` and `define`"),
                ));
            }
        };
        Ok(Ok(node))
    }

    fn jump(&mut self, keyword: &Place, node: Node) -> Read<Node> {
        let word = &self.text[keyword.clone()];
        if self.ranges == 0 {
            return Err((keyword.clone(), Failure::new(format!("a `{word}` outside of `range`"))));
        }
        self.expect_right_delimiter(word)?;
        Ok(node)
    }

    fn choice(&mut self, word: &'static str, keyword: &Place) -> Read<Choice> {
        let scope = self.variables.len();
        let mut choice = Choice { branches: Vec::new(), otherwise: Vec::new() };
        loop {
            let condition = self.pipeline(word)?;
            let (body, ending) = self.list(keyword)?;
            choice.branches.push((condition, body));
            if ending == Ending::End {
                break;
            }
            if self.word() == word {
                self.next();
                continue;
            }
            choice.otherwise = self.otherwise(keyword)?;
            break;
        }
        self.variables.truncate(scope);
        Ok(choice)
    }

    /// What follows a plain `else`.
    fn otherwise(&mut self, keyword: &Place) -> Read<Vec<Node>> {
        let following = self.word();
        if matches!(following, "if" | "with") {
            let opened = &self.text[keyword.clone()];
            let failure = Failure::new(format!("an `else {following}` in `{opened}`"));
            return Err((self.place(), failure.help(format!("close the `{following}` with an `end` of its own"))));
        }
        let (body, ending) = self.list(keyword)?;
        match ending {
            Ending::End => Ok(body),
            Ending::Else => Err((keyword.clone(), Failure::new("this has an `else` after its `else`"))),
        }
    }

    fn range(&mut self, keyword: &Place) -> Read<Loop> {
        let scope = self.variables.len();
        let pipeline = self.pipeline("range")?;
        self.ranges += 1;
        let (body, ending) = self.list(keyword)?;
        self.ranges -= 1;
        let otherwise = if ending == Ending::Else { self.otherwise(keyword)? } else { Vec::new() };
        self.variables.truncate(scope);
        Ok(Loop { pipeline, body, otherwise })
    }

    fn invocation(&mut self) -> Read<Invocation> {
        let (place, name) = self.template_name("template")?;
        self.invoked.push((place.clone(), name.clone()));
        self.skip_space();
        let argument = if self.peek().kind == TokenKind::RightDelimiter {
            self.next();
            None
        } else {
            Some(self.pipeline("template")?)
        };
        Ok(Invocation { place, name, argument })
    }

    fn block(&mut self) -> Read<Invocation> {
        let (place, name) = self.template_name("block")?;
        let argument = Some(self.pipeline("block")?);
        self.named_body(place.clone(), name.clone())?;
        Ok(Invocation { place, name, argument })
    }

    fn template_name(&mut self, word: &str) -> Read<(Place, Rc<[u8]>)> {
        self.skip_space();
        let token = self.next();
        if !matches!(token.kind, TokenKind::Quoted | TokenKind::Raw) {
            let help = format!("write the name as a string: `{word} \"name\"`");
            return Err((token.place, Failure::new(format!("`{word}` without a template's name")).help(help)));
        }
        let name = self.literal(&token, literal::string)?;
        Ok((token.place, name.into()))
    }

    /// Templates that are called and nowhere defined.
    fn check_invocations(&mut self) {
        for (place, name) in std::mem::take(&mut self.invoked) {
            if name.is_empty() || self.program.templates.contains_key(&name) {
                continue;
            }
            let name = String::from_utf8_lossy(&name);
            let known: Vec<_> = self.program.templates.keys().map(|known| String::from_utf8_lossy(known)).collect();
            let failure = Failure::new(format!("the template {name:?} is not defined"));
            let failure = match crate::jobspec::similar(&name, known.iter().map(|known| &**known)) {
                Some(near) => failure.help(format!("did you mean {near:?}?")),
                None => failure.help(format!("define it: `{{{{define {name:?}}}}} … {{{{end}}}}`")),
            };
            self.findings.push(Error::at(self.text, place, ErrorKind::UndefinedTemplate, failure));
        }
    }

    fn literal<T>(&self, token: &Token, read: impl Fn(&str) -> Result<T, Failure>) -> Read<T> {
        read(&self.text[token.place.clone()]).map_err(|failure| (token.place.clone(), failure))
    }

    fn expect_right_delimiter(&mut self, context: &str) -> Read<()> {
        self.skip_space();
        if self.peek().kind == TokenKind::RightDelimiter {
            self.next();
            return Ok(());
        }
        Err(self.unexpected(context))
    }

    /// What stands here does not belong here; at the end of the tokens, the reason why they end.
    fn unexpected(&mut self, context: &str) -> Stop {
        let token = self.peek().clone();
        if token.kind == TokenKind::End
            && let Some(stop) = self.stop.take()
        {
            return stop;
        }
        (token.place.clone(), Failure::new(format!("unexpected `{}` in this {context}", &self.text[token.place])))
    }

    fn peek(&self) -> &Token {
        // The last token is `End` and never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn place(&self) -> Place {
        self.peek().place.clone()
    }

    fn token_text(&self) -> &'t str {
        &self.text[self.peek().place.clone()]
    }

    /// The word that stands here; empty where something else does.
    fn word(&self) -> &'t str {
        if self.peek().kind == TokenKind::Word { self.token_text() } else { "" }
    }

    fn word_after_delimiter(&self) -> &'t str {
        let mut following = self.tokens[self.at + 1..].iter().filter(|token| token.kind != TokenKind::Space);
        let word = following.next().filter(|token| token.kind == TokenKind::Word);
        word.map_or("", |token| &self.text[token.place.clone()])
    }

    fn next_word(&mut self) {
        self.skip_space();
        self.next();
    }

    fn skip_space(&mut self) {
        while self.peek().kind == TokenKind::Space {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }
}

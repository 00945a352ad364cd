//! The state of a parse: the current token, open brackets, findings, and the scratch stacks nodes are collected on.
//!
//! No grammar: that is in `body`, `expression`, `postfix`, `primary`, `collection` and `template`.

use bumpalo::Bump;

use super::lexer::Lexer;
use super::problem;
use super::token::{Token, TokenKind};
use crate::diagnostic::{Diagnostic, FileId, Severity, Sink, Span};
use crate::parser::{Attribute, BinaryOperator, Block, Expr, MAX_DEPTH, ObjectItem, Part, Step, UnaryOperator};

use super::template::Piece;

/// Errors after which the rest of a file is not read, and warnings after which no further ones are made.
pub(super) const MAX_FINDINGS: usize = 100;

/// The reason is in the sink.
#[derive(Debug)]
pub(in crate::parser) struct Failed;

/// What a grammar rule gives.
pub(in crate::parser) type Parsed<T> = Result<T, Failed>;

/// What is accepted beyond HCL's native syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parser) enum Dialect {
    /// Nothing.
    Strict,
    /// What HCL version 1 allowed.
    Hcl1,
}

/// A bracket that was entered, and what to go back to when it is left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened {
    pub(super) token: Token,
    newlines: bool,
}

/// Nodes of lists that are still being read; moved to the arena when a list is complete.
#[derive(Debug, Default)]
pub(super) struct Scratch<'a> {
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) expressions: Vec<Expr<'a>>,
    pub(super) items: Vec<ObjectItem<'a>>,
    pub(super) operators: Vec<BinaryOperator>,
    pub(super) prefixes: Vec<(UnaryOperator, Token)>,
    pub(super) steps: Vec<Step<'a>>,
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) parts: Vec<Part<'a>>,
}

/// One parse of one text.
#[derive(Debug)]
pub(in crate::parser) struct Parser<'a, 's> {
    pub(super) lexer: Lexer<'a>,
    /// The token to be read next.
    pub(super) token: Token,
    /// The offset at which the last token read ends.
    pub(super) previous_end: u32,
    /// Whether newlines are tokens here or blanks.
    pub(super) newlines: bool,
    pub(super) dialect: Dialect,
    pub(super) arena: &'a Bump,
    pub(super) scratch: Scratch<'a>,
    /// Brackets, strings and template sequences open in the current statement, outermost first.
    pub(super) open: Vec<Token>,
    /// Whether an error has made it unclear which braces match: a brace too few or too many is not reported then.
    pub(super) braces_unclear: bool,
    /// The first block whose closing brace is indented like an outer block's: its first token and that brace.
    pub(super) suspect: Option<(Token, Token)>,
    pub(super) depth: usize,
    /// An offset for which the beginning of its line is known, and that.
    pub(super) line: (u32, u32),
    sink: &'s mut Sink,
    file: FileId,
    /// The span of everything, where offsets in the text are not offsets in the file.
    whole: Option<Span>,
    errors: usize,
    warnings: usize,
    hcl1_noted: bool,
}

impl<'a, 's> Parser<'a, 's> {
    /// A parser at the first token. `whole` replaces all spans where the text is not part of the file as it stands.
    pub(in crate::parser) fn new(
        mut lexer: Lexer<'a>,
        file: FileId,
        whole: Option<Span>,
        arena: &'a Bump,
        sink: &'s mut Sink,
    ) -> Self {
        let token = lexer.next_token();
        let mut parser = Self {
            lexer,
            token,
            previous_end: token.start,
            newlines: true,
            dialect: Dialect::Strict,
            arena,
            scratch: Scratch::default(),
            open: Vec::new(),
            braces_unclear: false,
            suspect: None,
            depth: 0,
            line: (0, 0),
            sink,
            file,
            whole,
            errors: 0,
            warnings: 0,
            hcl1_noted: false,
        };
        parser.skip_comments();
        parser
    }

    /// Accepts what a dialect allows.
    #[must_use]
    pub(in crate::parser) fn dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Begins as deep as the tree is that the result goes into.
    #[must_use]
    pub(in crate::parser) fn at_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Takes newlines for blanks from here on.
    pub(super) fn ignore_newlines(&mut self) {
        self.newlines = false;
        self.skip_comments();
    }

    /// Goes to the next token.
    pub(super) fn advance(&mut self) {
        self.previous_end = self.token.end;
        self.token = self.lexer.next_token();
        self.skip_comments();
    }

    fn skip_comments(&mut self) {
        while match self.token.kind {
            TokenKind::LineComment | TokenKind::BlockComment => true,
            TokenKind::Newline => !self.newlines,
            _ => false,
        } {
            self.token = self.lexer.next_token();
        }
    }

    /// Whether the current token is of a kind.
    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    /// Whether the current token is this name.
    pub(super) fn at_name(&self, name: &str) -> bool {
        self.at(TokenKind::Identifier) && self.text(self.token) == name
    }

    /// A token's text.
    pub(super) fn text(&self, token: Token) -> &'a str {
        &self.lexer.text()[token.range()]
    }

    /// The span of a token.
    pub(super) fn span_of(&self, token: Token) -> Span {
        self.span(token.start, token.end)
    }

    /// The span from an offset to the end of the last token read.
    pub(super) fn span_from(&self, start: u32) -> Span {
        self.span(start, self.previous_end.max(start))
    }

    /// The span of a range of offsets.
    pub(super) fn span(&self, start: u32, end: u32) -> Span {
        self.whole.unwrap_or_else(|| Span::new(self.file, start, end))
    }

    /// Enters the bracket at the current token; inside, newlines are tokens or not.
    pub(super) fn enter_bracket(&mut self, newlines: bool) -> Opened {
        let opened = Opened { token: self.token, newlines: self.newlines };
        self.open.push(self.token);
        self.newlines = newlines;
        self.advance();
        opened
    }

    /// Leaves a bracket by the current token.
    pub(super) fn leave_bracket(&mut self, opened: Opened) {
        self.open.pop();
        self.newlines = opened.newlines;
        self.advance();
    }

    /// Goes one level deeper. Paired with [`Parser::rise`].
    pub(super) fn descend(&mut self) -> Parsed<()> {
        if self.depth >= MAX_DEPTH {
            let place = self.span_of(self.token);
            return self.fail(problem::too_deep(place));
        }
        self.depth += 1;
        Ok(())
    }

    /// Goes back up one level.
    pub(super) fn rise(&mut self) {
        self.depth -= 1;
    }

    /// Reports an error that ends the current statement.
    pub(super) fn fail<T>(&mut self, diagnostic: Diagnostic) -> Parsed<T> {
        self.report(diagnostic);
        Err(Failed)
    }

    /// Reports a finding.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let count = if diagnostic.severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count > MAX_FINDINGS {
            return;
        }
        self.sink.push(diagnostic);
        if self.errors == MAX_FINDINGS {
            self.errors += 1;
            self.stop();
        }
    }

    /// Reads nothing more.
    fn stop(&mut self) {
        let place = self.span_of(self.token);
        self.sink.push(problem::too_many_errors(place));
        self.braces_unclear = true;
        let end = self.lexer.end();
        self.lexer.resume(0, end);
        self.token = self.lexer.next_token();
    }

    /// Reports what only HCL version 1 allows: an error, or one note a file where that is what is read.
    pub(super) fn report_hcl1(&mut self, diagnostic: Diagnostic) {
        match self.dialect {
            Dialect::Strict => self.report(diagnostic),
            Dialect::Hcl1 if self.hcl1_noted => {}
            Dialect::Hcl1 => {
                self.hcl1_noted = true;
                let place = diagnostic.labels.first().map_or_else(|| self.span_of(self.token), |label| label.span);
                self.report(problem::hcl1(place));
            }
        }
    }
}

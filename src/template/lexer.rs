//! Text → tokens, with trim markers and comments already applied.
//!
//! Knows no grammar: what may follow what is the parser's.

use std::ops::Range;

use super::error::Failure;

/// The space characters of the template language.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Text outside of actions, already trimmed.
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Pipe,
    Comma,
    LeftParenthesis,
    RightParenthesis,
    /// A character with no meaning.
    Character,
    Dot,
    /// `.name`
    Field,
    /// `$` or `$name`
    Variable,
    /// A name: a function, a keyword, a truth value.
    Word,
    Number,
    /// `'c'`
    CharacterConstant,
    /// `"text"`
    Quoted,
    /// `` `text` ``
    Raw,
    /// The end of the text.
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) place: Range<usize>,
}

/// Where reading stopped and why.
pub(super) type Stop = (Range<usize>, Failure);

/// Reads the whole text. Where it cannot be read on, the tokens before that come with the reason.
pub(super) fn tokens(text: &str, left: &str, right: &str) -> (Vec<Token>, Option<Stop>) {
    let mut lexer = Lexer { text, left, right, at: 0, parentheses: 0, tokens: Vec::new() };
    let stop = lexer.run().err();
    let end = text.len();
    lexer.tokens.push(Token { kind: TokenKind::End, place: end..end });
    (lexer.tokens, stop)
}

struct Lexer<'t> {
    text: &'t str,
    left: &'t str,
    right: &'t str,
    at: usize,
    parentheses: u32,
    tokens: Vec<Token>,
}

impl<'t> Lexer<'t> {
    fn run(&mut self) -> Result<(), Stop> {
        // What a right trim marker eats is skipped before the next text begins.
        while self.at < self.text.len() {
            let Some(found) = self.rest().find(self.left) else {
                self.push(TokenKind::Text, self.at, self.text.len());
                break;
            };
            let start = self.at;
            let opened = start + found;
            self.at = opened + self.left.len();
            let trimmed = self.take_left_trim_marker();
            let plain = &self.text[start..opened];
            let end = if trimmed { start + plain.trim_end_matches(SPACES).len() } else { opened };
            self.push(TokenKind::Text, start, end);
            if self.rest().starts_with("/*") {
                self.skip_comment(opened)?;
            } else {
                self.tokens.push(Token { kind: TokenKind::LeftDelimiter, place: opened..self.at });
                self.parentheses = 0;
                self.action(opened)?;
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Text tokens that are empty are left out.
    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        if start < end {
            self.tokens.push(Token { kind, place: start..end });
        }
    }

    /// `- `: the marker counts only with a space after it, which tells it from a negative number.
    fn take_left_trim_marker(&mut self) -> bool {
        let mut characters = self.rest().chars();
        let marked = characters.next() == Some('-') && characters.next().is_some_and(|next| SPACES.contains(&next));
        if marked {
            self.at += 2;
        }
        marked
    }

    /// The length of a right delimiter that stands here, with a trim marker or without, and whether it trims.
    fn right_delimiter(&self, at: usize) -> Option<(usize, bool)> {
        let rest = &self.text[at..];
        let mut characters = rest.chars();
        let marked = characters.next().is_some_and(|first| SPACES.contains(&first)) && characters.next() == Some('-');
        if marked && rest[2..].starts_with(self.right) {
            return Some((2 + self.right.len(), true));
        }
        rest.starts_with(self.right).then_some((self.right.len(), false))
    }

    fn skip_comment(&mut self, opened: usize) -> Result<(), Stop> {
        let Some(length) = self.rest()[2..].find("*/") else {
            return Err((opened..self.at + 2, Failure::new("this comment is not closed").help("close it with `*/`")));
        };
        self.at += 2 + length + 2;
        self.close().ok_or_else(|| {
            let help = "a comment stands alone in its action: `{{/* … */}}`, or `{{- /* … */ -}}` with one space";
            (opened..self.at, Failure::new("the comment ends before the action does").help(help))
        })
    }

    /// Passes the right delimiter and what it trims. `None` where there is none.
    fn close(&mut self) -> Option<()> {
        let (length, trims) = self.right_delimiter(self.at)?;
        self.at += length;
        if trims {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(SPACES).len();
        }
        Some(())
    }

    fn action(&mut self, opened: usize) -> Result<(), Stop> {
        loop {
            let start = self.at;
            if let Some((length, _)) = self.right_delimiter(start) {
                if self.parentheses > 0 {
                    return Err((start..start + length, Failure::new("a parenthesis is not closed")));
                }
                self.tokens.push(Token { kind: TokenKind::RightDelimiter, place: start..start + length });
                self.close();
                return Ok(());
            }
            let Some(first) = self.rest().chars().next() else {
                let failure = Failure::new("this action is not closed").help(format!("close it with `{}`", self.right));
                return Err((opened..opened + self.left.len(), failure));
            };
            self.at += first.len_utf8();
            let kind = self.token(first, start)?;
            self.tokens.push(Token { kind, place: start..self.at });
        }
    }

    fn token(&mut self, first: char, start: usize) -> Result<TokenKind, Stop> {
        let next = self.rest().chars().next();
        Ok(match first {
            space if SPACES.contains(&space) => {
                // The last space may belong to ` -}}`.
                while self.right_delimiter(self.at).is_none() && self.rest().starts_with(SPACES) {
                    self.at += 1;
                }
                TokenKind::Space
            }
            '=' => TokenKind::Assign,
            ':' if next == Some('=') => {
                self.at += 1;
                TokenKind::Declare
            }
            ':' => return Err((start..self.at, Failure::new("a `:` without `=`").help("`:=` declares a variable"))),
            '|' => TokenKind::Pipe,
            ',' => TokenKind::Comma,
            '"' => self.quoted('"', "string", start)?,
            '\'' => self.quoted('\'', "character", start)?,
            '`' => {
                let Some(length) = self.rest().find('`') else {
                    return Err((start..self.at, Failure::new("this raw string is not closed")));
                };
                self.at += length + 1;
                TokenKind::Raw
            }
            '$' => self.name(start, TokenKind::Variable)?,
            '.' if !next.is_some_and(|next| next.is_ascii_digit()) => {
                self.name(start, TokenKind::Field)?;
                if self.at == start + 1 { TokenKind::Dot } else { TokenKind::Field }
            }
            '.' | '+' | '-' | '0'..='9' => self.number(start)?,
            '(' => {
                self.parentheses += 1;
                TokenKind::LeftParenthesis
            }
            ')' if self.parentheses == 0 => {
                return Err((start..self.at, Failure::new("a `)` that closes nothing")));
            }
            ')' => {
                self.parentheses -= 1;
                TokenKind::RightParenthesis
            }
            word if is_name(word) => self.name(start, TokenKind::Word)?,
            other if other.is_ascii_graphic() => TokenKind::Character,
            other => return Err((start..self.at, Failure::new(format!("the character {other:?} in an action")))),
        })
    }

    /// The rest of a name; what follows it must end it.
    fn name(&mut self, start: usize, kind: TokenKind) -> Result<TokenKind, Stop> {
        let rest = self.rest();
        self.at += rest.find(|character| !is_name(character)).unwrap_or(rest.len());
        let rest = self.rest();
        let ended = rest.is_empty()
            || rest.starts_with(SPACES)
            || rest.starts_with(['.', ',', '|', ':', ')', '('])
            || rest.starts_with(self.right);
        if ended {
            return Ok(kind);
        }
        let character = rest.chars().next().unwrap_or_default();
        let name = &self.text[start..self.at];
        let place = self.at..self.at + character.len_utf8();
        let failure = Failure::new(format!("the character {character:?} after `{name}`"));
        Err((place, failure.help("put a space between them; a name has letters, digits and `_`")))
    }

    fn quoted(&mut self, quote: char, what: &str, start: usize) -> Result<TokenKind, Stop> {
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\n' => break,
                '\\' if characters.next().is_none_or(|(_, escaped)| escaped == '\n') => break,
                found if found == quote => {
                    self.at += offset + 1;
                    return Ok(if quote == '"' { TokenKind::Quoted } else { TokenKind::CharacterConstant });
                }
                _ => {}
            }
        }
        Err((start..start + 1, Failure::new(format!("this {what} is not closed on its line"))))
    }

    /// Anything that looks like a number; whether it is one is found when it is read.
    fn number(&mut self, start: usize) -> Result<TokenKind, Stop> {
        self.at = start;
        self.accept(&['+', '-']);
        let mut digits = "0123456789_";
        if self.accept(&['0']) {
            if self.accept(&['x', 'X']) {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept(&['o', 'O']) {
                digits = "01234567_";
            } else if self.accept(&['b', 'B']) {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(&['.']) {
            self.accept_run(digits);
        }
        let exponent: &[char] = match digits.len() {
            11 => &['e', 'E'],
            23 => &['p', 'P'],
            _ => &[],
        };
        if self.accept(exponent) {
            self.accept(&['+', '-']);
            self.accept_run("0123456789_");
        }
        let rest = self.rest();
        let tail = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
        if tail > 0 || rest.starts_with(['+', '-']) {
            let end = (self.at + tail).max(self.at + 1);
            let failure = Failure::new(format!("`{}` is not a number", &self.text[start..end]));
            return Err((
                start..end,
                if &rest[..tail] == "i" { failure.help("complex numbers are not supported") } else { failure },
            ));
        }
        Ok(TokenKind::Number)
    }

    fn accept(&mut self, valid: &[char]) -> bool {
        let accepted = self.rest().starts_with(valid);
        self.at += usize::from(accepted);
        accepted
    }

    fn accept_run(&mut self, valid: &str) {
        let rest = self.rest();
        self.at += rest.find(|character| !valid.contains(character)).unwrap_or(rest.len());
    }
}

fn is_name(character: char) -> bool {
    character == '_' || character.is_alphabetic() || character.is_numeric()
}

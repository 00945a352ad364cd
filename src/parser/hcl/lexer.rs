//! Text → tokens, one at a time.
//!
//! Lexical structure only: whether a token may stand where it stands is the parser's question.

use super::token::{Token, TokenKind};

/// What the text at the current place is part of; the outermost level, plain code, has no entry.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// Between quotes.
    Quoted,
    /// In a heredoc; the range of its marker.
    Heredoc { marker_start: u32, marker_end: u32 },
    /// A template without delimiters: the content of a TOML or JSON string.
    Bare,
    /// Code inside `${ }` or `%{ }`, with this many `{` open.
    Sequence { braces: u32 },
}

/// Reads tokens from a range of a text. Never fails: what is no token comes as [`TokenKind::Invalid`].
#[derive(Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    /// The bytes up to the end of the range.
    bytes: &'a [u8],
    position: usize,
    modes: Vec<Mode>,
}

impl<'a> Lexer<'a> {
    /// Code: a file or an expression. A byte order mark at the start is passed over.
    pub(crate) fn code(text: &'a str) -> Self {
        let position = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, bytes: text.as_bytes(), position, modes: Vec::new() }
    }

    /// Code in a range of a text.
    pub(in crate::parser) fn code_in(text: &'a str, range: std::ops::Range<usize>) -> Self {
        Self { text, bytes: &text.as_bytes()[..range.end], position: range.start, modes: Vec::new() }
    }

    /// A template without delimiters in a range of a text.
    pub(in crate::parser) fn template_in(text: &'a str, range: std::ops::Range<usize>) -> Self {
        Self { text, bytes: &text.as_bytes()[..range.end], position: range.start, modes: vec![Mode::Bare] }
    }

    /// The text all token ranges refer to.
    pub(in crate::parser) fn text(&self) -> &'a str {
        self.text
    }

    /// Where the range ends.
    pub(in crate::parser) fn end(&self) -> u32 {
        offset(self.bytes.len())
    }

    /// How many strings, heredocs and template sequences are open.
    pub(in crate::parser) fn depth(&self) -> usize {
        self.modes.len()
    }

    /// Closes strings, heredocs and template sequences until `depth` are left, and goes on at `position`.
    pub(in crate::parser) fn resume(&mut self, depth: usize, position: u32) {
        self.modes.truncate(depth);
        self.position = position as usize;
    }

    /// The offset just after the closing marker of the outermost heredoc, sought from the current place on.
    pub(in crate::parser) fn heredoc_end(&self) -> Option<u32> {
        let Some(Mode::Heredoc { marker_start, marker_end }) = self.modes.first() else { return None };
        let marker = &self.text[*marker_start as usize..*marker_end as usize];
        let mut at = self.position;
        while at < self.bytes.len() {
            let line_end = self.line_end(at);
            if at > 0 && self.bytes[at - 1] == b'\n' && self.text[at..line_end].trim() == marker {
                return Some(offset(self.marker_end(line_end)));
            }
            at = line_end + 1;
        }
        None
    }

    /// The next token; [`TokenKind::End`] for ever at the end.
    pub(crate) fn next_token(&mut self) -> Token {
        match self.modes.last() {
            None | Some(Mode::Sequence { .. }) => self.code_token(),
            Some(Mode::Quoted) => self.quoted_token(),
            Some(&Mode::Heredoc { marker_start, marker_end }) => self.heredoc_token(marker_start, marker_end),
            Some(Mode::Bare) => self.bare_token(),
        }
    }

    fn token(&mut self, kind: TokenKind, start: usize, end: usize) -> Token {
        self.position = end;
        Token { kind, start: offset(start), end: offset(end) }
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn code_token(&mut self) -> Token {
        let mut start = self.position;
        while matches!(self.bytes.get(start), Some(b' ' | b'\t')) {
            start += 1;
        }
        let Some(&first) = self.bytes.get(start) else { return self.token(TokenKind::End, start, start) };
        let second = self.byte(start + 1);
        let (kind, length) = match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.identifier(start),
            b'0'..=b'9' => return self.number(start),
            b'"' => return self.quote(start),
            b'\n' => (TokenKind::Newline, 1),
            b'\r' if second == b'\n' => (TokenKind::Newline, 2),
            b'#' => return self.line_comment(start),
            b'/' if second == b'/' => return self.line_comment(start),
            b'/' if second == b'*' => return self.block_comment(start),
            b'<' if second == b'<' => return self.heredoc(start),
            b'{' => {
                if let Some(Mode::Sequence { braces }) = self.modes.last_mut() {
                    *braces += 1;
                }
                (TokenKind::BraceOpen, 1)
            }
            b'}' => (self.closing_brace(), 1),
            b'~' if second == b'}' && matches!(self.modes.last(), Some(Mode::Sequence { braces: 0 })) => {
                self.modes.pop();
                (TokenKind::SequenceClose, 2)
            }
            b'.' if second == b'.' && self.byte(start + 2) == b'.' => (TokenKind::Ellipsis, 3),
            128.. => return self.beyond_ascii(start),
            _ => operator(first, second),
        };
        self.token(kind, start, start + length)
    }

    fn closing_brace(&mut self) -> TokenKind {
        match self.modes.last_mut() {
            Some(Mode::Sequence { braces: 0 }) => {
                self.modes.pop();
                TokenKind::SequenceClose
            }
            Some(Mode::Sequence { braces }) => {
                *braces -= 1;
                TokenKind::BraceClose
            }
            _ => TokenKind::BraceClose,
        }
    }

    fn identifier(&mut self, start: usize) -> Token {
        let end = identifier_end(self.text, self.bytes, start);
        self.token(TokenKind::Identifier, start, end)
    }

    fn beyond_ascii(&mut self, start: usize) -> Token {
        let character = self.text[start..].chars().next().unwrap_or_default();
        if unicode_ident::is_xid_start(character) {
            return self.identifier(start);
        }
        self.token(TokenKind::Invalid, start, start + character.len_utf8())
    }

    /// Digits with any further `.digits` and exponents; more than one of each is refused by the parser.
    fn number(&mut self, start: usize) -> Token {
        let digit = |at: usize| self.byte(at).is_ascii_digit();
        let mut end = start;
        loop {
            while digit(end) {
                end += 1;
            }
            match self.byte(end) {
                b'.' | b'e' | b'E' if digit(end + 1) => end += 1,
                b'e' | b'E' if matches!(self.byte(end + 1), b'+' | b'-') && digit(end + 2) => end += 2,
                _ => break,
            }
        }
        self.token(TokenKind::Number, start, end)
    }

    fn line_comment(&mut self, start: usize) -> Token {
        let mut end = self.line_end(start);
        if end < self.bytes.len() && self.bytes[end - 1] == b'\r' {
            end -= 1;
        }
        self.token(TokenKind::LineComment, start, end)
    }

    fn block_comment(&mut self, start: usize) -> Token {
        match memchr::memmem::find(&self.bytes[start + 2..], b"*/") {
            Some(at) => self.token(TokenKind::BlockComment, start, start + 2 + at + 2),
            None => self.token(TokenKind::UnterminatedComment, start, self.bytes.len()),
        }
    }

    /// A plain string is one token; any other is read piece by piece.
    fn quote(&mut self, start: usize) -> Token {
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                b'"' if at < self.bytes.len() => return self.token(TokenKind::String, start, at + 1),
                b'\\' | b'\n' | b'\r' => break,
                b'$' | b'%' if self.byte(at + 1) == b'{' => break,
                0 if at >= self.bytes.len() => break,
                _ => at += 1,
            }
        }
        self.modes.push(Mode::Quoted);
        self.token(TokenKind::QuoteOpen, start, start + 1)
    }

    fn quoted_token(&mut self) -> Token {
        let start = self.position;
        let mut at = start;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'"' | b'\n' | b'\r' => break,
                b'\\' if !matches!(self.byte(at + 1), b'\n' | b'\r') => at = (at + 2).min(self.bytes.len()),
                b'$' | b'%' if self.byte(at + 1) == b'{' => {
                    if at == start {
                        return self.sequence(at);
                    }
                    break;
                }
                b'$' | b'%' => at = self.sigils_end(at),
                _ => at += 1,
            }
        }
        if at > start {
            return self.token(TokenKind::Literal, start, at);
        }
        if self.byte(at) == b'\r' && self.byte(at + 1) != b'\n' {
            return self.token(TokenKind::Invalid, at, at + 1);
        }
        self.modes.pop();
        if self.byte(at) == b'"' {
            return self.token(TokenKind::QuoteClose, at, at + 1);
        }
        self.token(TokenKind::UnterminatedQuote, at, at)
    }

    fn bare_token(&mut self) -> Token {
        let start = self.position;
        if start == self.bytes.len() {
            return self.token(TokenKind::End, start, start);
        }
        self.literal(start, self.bytes.len())
    }

    /// A template's text up to the next sequence or `limit`, or that sequence's opening.
    fn literal(&mut self, start: usize, limit: usize) -> Token {
        let mut at = start;
        while at < limit {
            match self.bytes[at] {
                b'$' | b'%' if self.byte(at + 1) == b'{' => {
                    if at == start {
                        return self.sequence(at);
                    }
                    break;
                }
                b'$' | b'%' => at = self.sigils_end(at),
                b'\r' if self.byte(at + 1) != b'\n' && !matches!(self.modes.last(), Some(Mode::Bare)) => {
                    if at == start {
                        return self.token(TokenKind::Invalid, at, at + 1);
                    }
                    break;
                }
                _ => at += 1,
            }
        }
        self.token(TokenKind::Literal, start, at)
    }

    /// After `$`: past `$${`, which is text; else past all of the run but the one that opens a sequence.
    fn sigils_end(&self, start: usize) -> usize {
        let sigil = self.bytes[start];
        let run = self.bytes[start..].iter().take_while(|byte| **byte == sigil).count();
        if self.byte(start + run) == b'{' { start + run + 1 } else { start + run }
    }

    fn sequence(&mut self, start: usize) -> Token {
        let kind = if self.bytes[start] == b'$' { TokenKind::InterpolationOpen } else { TokenKind::DirectiveOpen };
        self.modes.push(Mode::Sequence { braces: 0 });
        let end = if self.byte(start + 2) == b'~' { start + 3 } else { start + 2 };
        self.token(kind, start, end)
    }

    /// `<<MARKER` with its newline opens a heredoc; one without template sequences is one token.
    fn heredoc(&mut self, start: usize) -> Token {
        let marker_start = if self.byte(start + 2) == b'-' { start + 3 } else { start + 2 };
        let begins = self.text.get(marker_start..).and_then(|text| text.chars().next());
        if marker_start >= self.bytes.len()
            || !begins.is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        {
            return self.token(TokenKind::Less, start, start + 1);
        }
        let marker_end = identifier_end(self.text, self.bytes, marker_start);
        let content = match (self.byte(marker_end), self.byte(marker_end + 1)) {
            (b'\n', _) => marker_end + 1,
            (b'\r', b'\n') => marker_end + 2,
            _ => return self.token(TokenKind::Less, start, start + 1),
        };
        let marker = &self.text[marker_start..marker_end];
        let mut line = content;
        while line < self.bytes.len() {
            let end = self.line_end(line);
            if end < self.bytes.len() && self.text[line..end].trim() == marker {
                return self.token(TokenKind::Heredoc, start, self.marker_end(end));
            }
            if is_special(&self.bytes[line..end]) {
                break;
            }
            line = end + 1;
        }
        self.modes.push(Mode::Heredoc { marker_start: offset(marker_start), marker_end: offset(marker_end) });
        self.token(TokenKind::HeredocOpen, start, content)
    }

    fn heredoc_token(&mut self, marker_start: u32, marker_end: u32) -> Token {
        let start = self.position;
        let line_end = self.line_end(start);
        if start == self.bytes.len() {
            self.modes.pop();
            return self.token(TokenKind::UnterminatedHeredoc, start, start);
        }
        let marker = &self.text[marker_start as usize..marker_end as usize];
        if line_end < self.bytes.len() && self.bytes[start - 1] == b'\n' && self.text[start..line_end].trim() == marker
        {
            self.modes.pop();
            return self.token(TokenKind::HeredocClose, start, self.marker_end(line_end));
        }
        self.literal(start, (line_end + 1).min(self.bytes.len()))
    }

    /// The offset of the next newline, or of the end.
    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |at| from + at)
    }

    /// Where the closing marker on the line that ends at `line_end` ends.
    fn marker_end(&self, line_end: usize) -> usize {
        self.text[..line_end].trim_end().len()
    }
}

/// Whether a line has a template sequence, escaped or not, or a stray carriage return.
fn is_special(line: &[u8]) -> bool {
    memchr::memchr3_iter(b'$', b'%', b'\r', line).any(|at| match line[at] {
        b'\r' => at + 1 < line.len(),
        _ => line.get(at + 1) == Some(&b'{'),
    })
}

fn identifier_end(text: &str, bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => at += 1,
            128.. => match text[at..].chars().next() {
                Some(character) if unicode_ident::is_xid_continue(character) => at += character.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    at
}

fn operator(first: u8, second: u8) -> (TokenKind, usize) {
    match (first, second) {
        (b'=', b'=') => (TokenKind::EqualEqual, 2),
        (b'=', b'>') => (TokenKind::FatArrow, 2),
        (b'!', b'=') => (TokenKind::NotEqual, 2),
        (b'<', b'=') => (TokenKind::LessOrEqual, 2),
        (b'>', b'=') => (TokenKind::GreaterOrEqual, 2),
        (b'&', b'&') => (TokenKind::And, 2),
        (b'|', b'|') => (TokenKind::Or, 2),
        (b':', b':') => (TokenKind::DoubleColon, 2),
        (b'=', _) => (TokenKind::Equal, 1),
        (b'!', _) => (TokenKind::Bang, 1),
        (b'<', _) => (TokenKind::Less, 1),
        (b'>', _) => (TokenKind::Greater, 1),
        (b':', _) => (TokenKind::Colon, 1),
        (b'[', _) => (TokenKind::BracketOpen, 1),
        (b']', _) => (TokenKind::BracketClose, 1),
        (b'(', _) => (TokenKind::ParenthesisOpen, 1),
        (b')', _) => (TokenKind::ParenthesisClose, 1),
        (b',', _) => (TokenKind::Comma, 1),
        (b'.', _) => (TokenKind::Dot, 1),
        (b'?', _) => (TokenKind::Question, 1),
        (b'+', _) => (TokenKind::Plus, 1),
        (b'-', _) => (TokenKind::Minus, 1),
        (b'*', _) => (TokenKind::Star, 1),
        (b'/', _) => (TokenKind::Slash, 1),
        (b'%', _) => (TokenKind::Percent, 1),
        _ => (TokenKind::Invalid, 1),
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

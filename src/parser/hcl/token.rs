//! The tokens of HCL's native syntax.
//!
//! Kinds and places only; a token's text is in the source.

/// A token: a kind and a range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `\n` or `\r\n`
    Newline,
    /// `# …` or `// …`, without its newline
    LineComment,
    /// `/* … */`
    BlockComment,
    /// `name`, keywords too
    Identifier,
    /// `12`, `1.5e3`
    Number,
    /// A whole quoted string without escapes or template sequences.
    String,
    /// The opening `"` of any other quoted string.
    QuoteOpen,
    /// Its closing `"`.
    QuoteClose,
    /// A whole heredoc without template sequences, from `<<` to the closing marker.
    Heredoc,
    /// `<<MARKER` and its newline, of any other heredoc.
    HeredocOpen,
    /// Its closing marker, with the blanks before it.
    HeredocClose,
    /// Text of a template: at most one line of a heredoc, with its newline.
    Literal,
    /// `${` or `${~`
    InterpolationOpen,
    /// `%{` or `%{~`
    DirectiveOpen,
    /// `}` or `~}` of either
    SequenceClose,
    BraceOpen,
    BraceClose,
    BracketOpen,
    BracketClose,
    ParenthesisOpen,
    ParenthesisClose,
    Comma,
    Dot,
    Ellipsis,
    Colon,
    DoubleColon,
    Question,
    Equal,
    FatArrow,
    Bang,
    EqualEqual,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    And,
    Or,
    /// Where a quoted string ends without its closing `"`: empty, at the end of the line or file.
    UnterminatedQuote,
    /// Where a heredoc ends without its closing marker: empty, at the end of the file.
    UnterminatedHeredoc,
    /// `/* …` to the end of the file
    UnterminatedComment,
    /// A character no token begins with.
    Invalid,
    /// The end of the text.
    End,
}

impl TokenKind {
    /// The kind that closes what this one opens.
    pub(crate) fn closer(self) -> Option<TokenKind> {
        Some(match self {
            Self::BraceOpen => Self::BraceClose,
            Self::BracketOpen => Self::BracketClose,
            Self::ParenthesisOpen => Self::ParenthesisClose,
            Self::InterpolationOpen | Self::DirectiveOpen => Self::SequenceClose,
            Self::QuoteOpen => Self::QuoteClose,
            Self::HeredocOpen => Self::HeredocClose,
            _ => return None,
        })
    }
}

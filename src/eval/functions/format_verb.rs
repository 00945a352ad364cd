//! The pieces of a format: text, and verbs such as `%-8.2[1]f`.

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'f> {
    /// As it is.
    Text(&'f str),
    /// A place for a value.
    Verb(Verb<'f>),
}

/// `%`, flags, width, `.` precision, `[argument]`, and a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verb<'f> {
    /// As written.
    pub(super) raw: &'f str,
    /// Of `0`, `#`, `-`, `+` and the space.
    flags: &'f str,
    pub(super) width: Option<i64>,
    pub(super) precision: Option<i64>,
    /// From 1.
    pub(super) argument: Option<usize>,
    pub(super) mode: char,
}

impl Verb<'_> {
    /// Whether a flag is set.
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

/// The pieces in order; the first that is malformed is the last.
pub(super) fn pieces(format: &str) -> impl Iterator<Item = Result<Piece<'_>, String>> {
    let mut rest = format;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let plain = rest.find('%').unwrap_or(rest.len());
        let (piece, behind) = if plain > 0 {
            (Ok(Piece::Text(&rest[..plain])), &rest[plain..])
        } else if let Some(behind) = rest.strip_prefix("%%") {
            (Ok(Piece::Text("%")), behind)
        } else {
            match verb(rest) {
                Ok(verb) => {
                    let length = verb.raw.len();
                    (Ok(Piece::Verb(verb)), &rest[length..])
                }
                Err(problem) => (Err(problem), ""),
            }
        };
        rest = behind;
        Some(piece)
    })
}

fn verb(text: &str) -> Result<Verb<'_>, String> {
    let mut verb = Verb::default();
    let rest = text.trim_start_matches('%');
    let unflagged = rest.trim_start_matches(['0', '#', '-', '+', ' ']);
    verb.flags = &rest[..rest.len() - unflagged.len()];
    let mut rest = unflagged;
    verb.width = number(&mut rest);
    if let Some(behind) = rest.strip_prefix('.') {
        rest = behind;
        verb.precision = Some(number(&mut rest).unwrap_or(0));
    }
    if let Some(behind) = rest.strip_prefix('[') {
        rest = behind;
        let argument = if rest.starts_with('0') { None } else { number(&mut rest) };
        verb.argument = argument.and_then(|argument| usize::try_from(argument).ok()).filter(|argument| *argument > 0);
        match rest.strip_prefix(']') {
            Some(behind) if verb.argument.is_some() => rest = behind,
            _ => return Err(format!("a number and `]` are missing behind the `[` of `{}`", head(text))),
        }
    }
    match rest.chars().next() {
        Some(mode) if mode.is_ascii_alphabetic() => {
            verb.mode = mode;
            verb.raw = &text[..=text.len() - rest.len()];
            Ok(verb)
        }
        Some(other) => Err(format!("`{other}` in `{}` means nothing; a percent sign is written `%%`", head(text))),
        None => Err(format!("`{text}` ends too early; a percent sign is written `%%`")),
    }
}

/// The digits at the start; a number too large is the largest.
fn number(rest: &mut &str) -> Option<i64> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, behind) = rest.split_at(length);
    *rest = behind;
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(i64::MAX)) }
}

fn head(text: &str) -> String {
    text.chars().take(12).collect()
}

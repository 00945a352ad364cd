//! Paths that match a pattern: `*`, `?`, `[a-z]`, `{a,b}`, and `**` for any number of directories.

use std::path::Path;

use crate::eval::files::{FileKind, Files};

/// The most paths looked at, so that `/**` ends.
const MAX_PATHS: usize = 100_000;
/// The deepest directory, so that a link to its own parent ends.
const MAX_DEPTH: usize = 64;
/// The most patterns that `{a,b}` make of one.
const MAX_ALTERNATIVES: usize = 1000;

/// The paths that match, in the order of their directories.
pub(super) fn find(pattern: &str, files: &dyn Files) -> Result<Vec<String>, String> {
    let mut search = Search { files, found: Vec::new(), looked_at: 0 };
    for pattern in alternatives(pattern)? {
        let (base, rest) = match pattern.strip_prefix('/') {
            Some(rest) => ("/".to_owned(), rest),
            None => (String::new(), &*pattern),
        };
        let components: Vec<Component> = rest.split('/').filter(|part| !part.is_empty()).map(component).collect();
        search.descend(&base, &components, 0)?;
    }
    Ok(search.found)
}

/// One component of a pattern.
enum Component {
    /// `**`
    AnyDepth,
    /// Without anything special.
    Name(String),
    /// With wildcards.
    Pattern(Vec<Token>),
    /// Malformed, which is an error where there is a name to hold it against.
    Broken(String),
}

enum Token {
    Character(char),
    /// `?`
    Any,
    /// `*`
    Many,
    /// `[a-z]`, `[^a-z]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

struct Search<'f> {
    files: &'f dyn Files,
    found: Vec<String>,
    looked_at: usize,
}

impl Search<'_> {
    fn descend(&mut self, base: &str, components: &[Component], depth: usize) -> Result<(), String> {
        self.looked_at += 1;
        if self.looked_at > MAX_PATHS {
            return Err(format!("the pattern takes in more than {MAX_PATHS} paths"));
        }
        if depth > MAX_DEPTH {
            return Ok(());
        }
        let Some((first, rest)) = components.split_first() else {
            if self.files.kind(Path::new(base)).is_ok() && !self.found.iter().any(|path| path == base) {
                self.found.push(base.to_owned());
            }
            return Ok(());
        };
        match first {
            Component::Name(name) => self.descend(&joined(base, name), rest, depth + 1),
            Component::Pattern(tokens) => {
                for name in self.names(base) {
                    let characters: Vec<char> = name.chars().collect();
                    if matches(tokens, &characters) {
                        self.descend(&joined(base, &name), rest, depth + 1)?;
                    }
                }
                Ok(())
            }
            Component::Broken(_) if self.names(base).is_empty() => Ok(()),
            Component::Broken(text) => Err(format!("{text:?} is no pattern")),
            Component::AnyDepth => {
                if !rest.is_empty() {
                    self.descend(base, rest, depth)?;
                }
                for name in self.names(base) {
                    let path = joined(base, &name);
                    let is_directory = matches!(self.files.kind(Path::new(&path)), Ok(FileKind::Directory));
                    if rest.is_empty() {
                        self.descend(&path, &[], depth)?;
                    }
                    if is_directory {
                        self.descend(&path, components, depth + 1)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn names(&self, directory: &str) -> Vec<String> {
        let directory = if directory.is_empty() { "." } else { directory };
        let mut names = self.files.list(Path::new(directory)).unwrap_or_default();
        names.sort_unstable();
        names
    }
}

fn joined(base: &str, name: &str) -> String {
    match base {
        "" => name.to_owned(),
        base if base.ends_with('/') => format!("{base}{name}"),
        base => format!("{base}/{name}"),
    }
}

/// The patterns without `{a,b}` that together mean the same.
fn alternatives(pattern: &str) -> Result<Vec<String>, String> {
    let mut open = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(pattern) = open.pop() {
        let Some(start) = unescaped(&pattern, '{') else {
            done.push(pattern);
            continue;
        };
        let (parts, end) = split_alternatives(&pattern[start + 1..])
            .ok_or_else(|| format!("a `{{` without its `}}` in {pattern:?}"))?;
        let (before, behind) = (&pattern[..start], &pattern[start + 1 + end..]);
        open.extend(parts.iter().rev().map(|part| format!("{before}{part}{behind}")));
        if open.len() + done.len() > MAX_ALTERNATIVES {
            return Err(format!("more than {MAX_ALTERNATIVES} alternatives"));
        }
    }
    Ok(done)
}

fn unescaped(pattern: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    pattern.char_indices().find_map(|(at, character)| {
        let found = character == wanted && !escaped;
        escaped = character == '\\' && !escaped;
        found.then_some(at)
    })
}

/// What stands between the commas up to the closing brace, and where that ends.
fn split_alternatives(text: &str) -> Option<(Vec<&str>, usize)> {
    let (mut depth, mut start, mut escaped) = (1, 0, false);
    let mut parts = Vec::new();
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match character {
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if depth == 0 {
            parts.push(&text[start..at]);
            return Some((parts, at + 1));
        }
    }
    None
}

fn component(text: &str) -> Component {
    if text == "**" {
        return Component::AnyDepth;
    }
    if !text.contains(['*', '?', '[', '\\']) {
        return Component::Name(text.to_owned());
    }
    tokens(text).map_or_else(|| Component::Broken(text.to_owned()), Component::Pattern)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '*' => Token::Many,
            '?' => Token::Any,
            '\\' => Token::Character(characters.next()?),
            '[' => {
                let negated = characters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let low = match characters.next()? {
                        ']' if ranges.is_empty() => return None,
                        ']' => break,
                        '-' => return None,
                        '\\' => characters.next()?,
                        other => other,
                    };
                    let mut high = low;
                    if characters.next_if_eq(&'-').is_some() {
                        high = match characters.next()? {
                            ']' | '-' => return None,
                            '\\' => characters.next()?,
                            other => other,
                        };
                    }
                    ranges.push((low, high));
                }
                Token::Class { negated, ranges }
            }
            other => Token::Character(other),
        });
    }
    Some(tokens)
}

/// Whether the whole name matches. Goes back to the last `*` only, and so is done in time proportional to both lengths.
fn matches(tokens: &[Token], name: &[char]) -> bool {
    let (mut token, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match tokens.get(token) {
            Some(Token::Many) => {
                token += 1;
                retry = Some((token, at));
                continue;
            }
            Some(other) if name.get(at).is_some_and(|character| other.takes(*character)) => {
                token += 1;
                at += 1;
                continue;
            }
            None if at == name.len() => return true,
            _ => {}
        }
        match retry {
            Some((behind, from)) if from < name.len() => {
                (token, at) = (behind, from + 1);
                retry = Some((behind, from + 1));
            }
            _ => return false,
        }
    }
}

impl Token {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Character(own) => *own == character,
            Self::Any | Self::Many => true,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
            }
        }
    }
}

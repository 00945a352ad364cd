//! Heredocs: the content, and the indentation that `<<-` takes off.
//!
//! As HCL does it: the least indentation of any line that has text, before every such line; a line of blanks counts for
//! nothing and stays as it is.

use bumpalo::Bump;

use super::template::Piece;

/// Whether an opening token asks for indentation to be taken off.
pub(super) fn is_flush(open: &str) -> bool {
    open.starts_with("<<-")
}

/// The content of a heredoc without template sequences, given from `<<` to the closing marker.
pub(super) fn plain<'a>(token: &'a str, arena: &'a Bump) -> &'a str {
    let begin = token.find('\n').map_or(token.len(), |newline| newline + 1);
    let end = token.rfind('\n').map_or(begin, |newline| newline + 1).max(begin);
    let content = &token[begin..end];
    if !is_flush(token) {
        return content;
    }
    let indentation = content.split_inclusive('\n').filter_map(indentation).min().unwrap_or(0);
    if indentation == 0 {
        return content;
    }
    let mut text = bumpalo::collections::String::with_capacity_in(content.len(), arena);
    for line in content.split_inclusive('\n') {
        text.push_str(if is_blank(line) { line } else { without_indentation(line, indentation) });
    }
    text.into_bump_str()
}

/// Takes the indentation off the pieces of a heredoc, of which a literal is at most one line.
pub(super) fn flush(pieces: &mut [Piece<'_>]) {
    let begins = |pieces: &[Piece<'_>], at: usize| match at.checked_sub(1).map(|before| &pieces[before]) {
        None => true,
        Some(Piece::Literal(before)) => before.ends_with('\n'),
        Some(_) => false,
    };
    let mut least = usize::MAX;
    for at in (0..pieces.len()).filter(|at| begins(pieces, *at)) {
        match pieces[at] {
            Piece::Literal(line) => least = least.min(indentation(line).unwrap_or(usize::MAX)),
            _ => least = 0,
        }
    }
    for at in (0..pieces.len()).rev() {
        if !begins(pieces, at) {
            continue;
        }
        if let Piece::Literal(line) = &mut pieces[at]
            && !is_blank(line)
        {
            *line = without_indentation(line, least);
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.ends_with('\n') && line.trim().is_empty()
}

/// The characters of white space a line begins with; none for a line of blanks.
fn indentation(line: &str) -> Option<usize> {
    (!is_blank(line)).then(|| line.chars().take_while(|character| character.is_whitespace()).count())
}

fn without_indentation(line: &str, characters: usize) -> &str {
    match line.char_indices().nth(characters) {
        Some((at, _)) => &line[at..],
        None => "",
    }
}

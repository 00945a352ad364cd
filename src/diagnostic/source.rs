//! Source files and places in them.
//!
//! Only text and positions: reading a file from disk is the caller's work.

use std::fmt;

/// The number of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u16);

/// A range of bytes of one file, `end` exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
    /// The file.
    pub file: FileId,
}

impl Span {
    /// The range `start..end` of a file.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { start, end, file }
    }

    /// The smallest span that covers both; `self` where the files differ.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { start: self.start.min(other.start), end: self.end.max(other.end), file: self.file }
    }

    /// The empty span at the first byte.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// Bytes covered.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.end == self.start
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place as people count it: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset in the file, from 0.
    pub offset: u32,
}

/// A file's name and text.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| offset(at + 1))).collect();
        Self { name, text, line_starts }
    }

    /// The name as the user gave it; `<stdin>` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line, from 1, without its end; empty where there is none.
    pub fn line(&self, line: u32) -> &str {
        let start = self.line_start(line) as usize;
        let end = self.line_starts.get(line as usize).map_or(self.text.len(), |end| *end as usize);
        let line = self.text.get(start..end).unwrap_or_default();
        line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
    }

    /// The offset of a line's first byte; that of the end where there is no such line.
    pub fn line_start(&self, line: u32) -> u32 {
        let at = (line as usize).saturating_sub(1);
        self.line_starts.get(at).copied().unwrap_or_else(|| offset(self.text.len()))
    }

    /// The number of the last line that has text.
    pub fn last_line(&self) -> u32 {
        let lines = offset(self.line_starts.len());
        if lines > 1 && self.text.ends_with('\n') { lines - 1 } else { lines }
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, at: u32) -> Position {
        let at = at.min(offset(self.text.len()));
        let line = self.line_starts.partition_point(|start| *start <= at).saturating_sub(1);
        let start = self.line_starts[line];
        let characters = self.text.get(start as usize..at as usize).map_or(0, |text| text.chars().count());
        Position { line: offset(line + 1), column: offset(characters + 1), offset: at }
    }
}

/// Every file of one run of the front end. Filled first, then only read: trees borrow from it.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// The largest text accepted, in bytes: a job file is far below it, and spans have 32 bits.
    pub const MAX_BYTES: usize = 64 << 20;

    /// No file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    ///
    /// # Panics
    /// With more than 65,535 files, or a text over [`Sources::MAX_BYTES`]: the caller checks the size when it reads.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        assert!(text.len() <= Self::MAX_BYTES, "a source text of at most {} bytes", Self::MAX_BYTES);
        let id = FileId(u16::try_from(self.files.len()).expect("at most 65,535 source files"));
        self.files.push(SourceFile::new(name.into(), text));
        id
    }

    /// The file of a number this value gave out.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text a span covers; empty where the span does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).text().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Every file with its number, in the order added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u16::try_from(at).unwrap_or(u16::MAX)), file))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let mut sources = Sources::new();
        let id = sources.add("a.hcl", "ä = 1\nb = 2\n");
        let file = sources.file(id);
        assert_eq!(file.position(0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(file.position(3), Position { line: 1, column: 3, offset: 3 });
        assert_eq!(file.position(7), Position { line: 2, column: 1, offset: 7 });
        assert_eq!(file.position(999), Position { line: 3, column: 1, offset: 13 });
    }

    #[test]
    fn a_span_that_does_not_fit_is_empty_text() {
        let mut sources = Sources::new();
        let id = sources.add("a.hcl", "ä");
        assert_eq!(sources.slice(Span::new(id, 0, 2)), "ä");
        assert_eq!(sources.slice(Span::new(id, 1, 2)), "");
        assert_eq!(sources.slice(Span::new(id, 0, 9)), "");
    }
}

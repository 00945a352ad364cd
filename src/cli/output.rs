//! Everything printed goes through here: stdout is data, stderr is talk.
//!
//! Knows streams, colours and how much to say; what is said belongs to the commands.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use jiff::Timestamp;

use super::{Exit, Global, terminal};
use crate::diagnostic::render::Look;
use crate::diagnostic::{Diagnostic, Severity, Sources, render};
use crate::logs::Stream;

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much of what is relayed is gathered before it is written.
const RELAYED: usize = 64 * 1024;

/// The two streams and how to use them.
#[derive(Debug)]
pub struct Output {
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
    /// Lines of tasks that are not on their way yet, and where they go.
    relayed: Vec<u8>,
    relayed_to: Stream,
    /// Talk that is kept instead of said, where a screen is in its place.
    kept: Option<String>,
}

impl Output {
    /// As the global options ask.
    pub fn new(global: &Global) -> Self {
        Self {
            color: global.color,
            quiet: global.quiet,
            verbose: global.verbose,
            relayed: Vec::new(),
            relayed_to: Stream::Stdout,
            kept: None,
        }
    }

    /// One whose talk is kept, as [`Self::into_kept`] gives it back.
    pub fn keeping(global: &Global) -> Self {
        Self { color: ColorChoice::Never, kept: Some(String::new()), ..Self::new(global) }
    }

    /// What was said to one that keeps it.
    pub fn into_kept(self) -> String {
        self.kept.unwrap_or_default()
    }

    /// Whether stdout gets colours.
    pub fn color_stdout(&self) -> bool {
        self.color_on(io::stdout().is_terminal())
    }

    /// Whether stderr gets colours.
    pub fn color_stderr(&self) -> bool {
        self.color_on(io::stderr().is_terminal())
    }

    fn color_on(&self, terminal: bool) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Whether `-v` was given.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Writes data to stdout, as it is.
    ///
    /// # Errors
    /// Those of the stream. A reader that went away is none: the rest is dropped.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Passes on a line that a task wrote, to the stream it wrote it to, prefixed with when, if that is given, and with the task's name
    /// unless that is empty. It is on its way after [`Self::flush`].
    ///
    /// # Errors
    /// Those of the stream. A reader that went away is none.
    pub fn relay(&mut self, stream: Stream, time: Option<Timestamp>, task: &str, line: &[u8]) -> io::Result<()> {
        if self.relayed_to != stream || self.relayed.len() > RELAYED {
            self.flush()?;
        }
        self.relayed_to = stream;
        let color = match stream {
            Stream::Stdout => self.color_stdout(),
            Stream::Stderr => self.color_stderr(),
        };
        let text = &mut self.relayed;
        if let Some(time) = time {
            write!(text, "{time:.3} ")?;
        }
        match (task, color) {
            ("", _) => {}
            (task, false) => write!(text, "{task} | ")?,
            (task, true) => write!(text, "\u{1b}[{}m{task} |\u{1b}[0m ", color_of(task))?,
        }
        text.extend_from_slice(line);
        if !task.is_empty() && !line.ends_with(b"\n") {
            text.push(b'\n');
        }
        Ok(())
    }

    /// Sends what was relayed on its way.
    ///
    /// # Errors
    /// Those of the stream. A reader that went away is none.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.relayed.is_empty() {
            return Ok(());
        }
        let text = std::mem::take(&mut self.relayed);
        let written = match self.relayed_to {
            Stream::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&text).and_then(|()| stdout.flush())
            }
            Stream::Stderr => io::stderr().lock().write_all(&text),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Says on stderr what happened to a task or an allocation, unless `-q`.
    pub fn event(&mut self, who: &str, message: &str) {
        if self.quiet {
            return;
        }
        // What was relayed before is seen before; an error is met again with the next line.
        let _ = self.flush();
        if self.color_stderr() {
            self.talk(format_args!("\u{1b}[2m{who}: {message}\u{1b}[0m\n"));
        } else {
            self.talk(format_args!("{who}: {message}\n"));
        }
    }

    /// Writes data to stdout as the last thing a command does, and says how that went.
    pub fn finish_data(&mut self, text: &str) -> Exit {
        match self.data(text) {
            Ok(()) => Exit::Success,
            Err(error) => {
                self.failure(format_args!("cannot write to standard output: {error}"), None);
                Exit::Failure
            }
        }
    }

    /// Writes a value to stdout as one line of JSON, and says how that went.
    pub fn finish_line(&mut self, value: &impl serde::Serialize) -> Exit {
        match serde_json::to_string(value) {
            Ok(text) => self.finish_data(&(text + "\n")),
            Err(error) => {
                self.failure(format_args!("cannot write the answer as JSON: {error}"), None);
                Exit::Failure
            }
        }
    }

    /// Writes a value to stdout as one JSON document, indented, as the last thing a command does.
    pub fn finish_json(&mut self, value: &impl serde::Serialize) -> Exit {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.finish_data(&(text + "\n")),
            Err(error) => {
                self.failure(format_args!("cannot write the answer as JSON: {error}"), None);
                Exit::Failure
            }
        }
    }

    /// Says something on stderr, unless `-q`.
    pub fn say(&mut self, message: impl fmt::Display) {
        if !self.quiet {
            self.talk(format_args!("{message}\n"));
        }
    }

    /// Says something on stderr with `-v`.
    pub fn detail(&mut self, message: impl fmt::Display) {
        if self.verbose {
            self.talk(format_args!("{message}\n"));
        }
    }

    /// Says on stderr what went wrong: `error: …`, each cause on a line of its own.
    pub fn error(&mut self, error: &dyn std::error::Error) {
        let mut text = format!("{} {error}\n", self.error_word());
        let mut cause = error.source();
        while let Some(error) = cause {
            text += "  caused by: ";
            text += &error.to_string();
            text.push('\n');
            cause = error.source();
        }
        self.talk(format_args!("{text}"));
    }

    /// Says on stderr what went wrong, in one sentence, and what to do about it.
    pub fn failure(&mut self, message: impl fmt::Display, help: Option<&str>) {
        self.talk(format_args!("{} {message}\n", self.error_word()));
        if let Some(help) = help {
            self.talk(format_args!("  help: {help}\n"));
        }
    }

    /// What whoever reads stderr can be shown.
    fn look(&self) -> Look {
        let width = if io::stderr().is_terminal() { terminal::size().columns.into() } else { Look::PLAIN.width };
        Look { color: self.color_stderr(), unicode: is_unicode(|name| std::env::var(name).ok()), width }
    }

    fn error_word(&self) -> &'static str {
        if self.color_stderr() { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" }
    }

    /// Shows findings on stderr, each on its text; with `-q` only errors.
    pub fn findings(&mut self, findings: &[Diagnostic], sources: &Sources) {
        let shown = findings.iter().filter(|finding| !self.quiet || finding.severity == Severity::Error);
        let text = render::human(shown, sources, self.look());
        self.talk(format_args!("{text}"));
    }

    fn talk(&mut self, text: fmt::Arguments<'_>) {
        if let Some(kept) = &mut self.kept {
            // Writing to a string does not fail.
            let _ = fmt::Write::write_fmt(kept, text);
            return;
        }
        // Nobody is left to tell when stderr is gone.
        let _ = io::stderr().lock().write_fmt(text);
    }
}

/// Whether more than ASCII can be shown: where a locale is set, it says so (locale(7)); where none is, as in most containers, it can.
fn is_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).filter(|set| !set.is_empty()));
    set.is_none_or(|set| set.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// The colour of a task's prefix: the same for the same name.
fn color_of(task: &str) -> u32 {
    31 + task.bytes().fold(0, |sum, byte| (sum * 31 + u32::from(byte)) % 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_what_can_be_shown() {
        let with = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(is_unicode(with(&[])));
        assert!(is_unicode(with(&[("LANG", "de_DE.UTF-8")])));
        assert!(is_unicode(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")])));
        assert!(!is_unicode(with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])));
        assert!(!is_unicode(with(&[("LANG", "de_DE.ISO-8859-1")])));
    }
}

//! The terminal this command was started from: its size, and passing on every key as it is.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use crate::init::Size;

/// Where there is no terminal: what programs take for one.
const USUAL: Size = Size { rows: 24, columns: 80 };

/// The size of our terminal, or the usual one.
pub fn size() -> Size {
    let sizes = [tcgetwinsize(io::stdout()), tcgetwinsize(io::stdin()), tcgetwinsize(io::stderr())];
    // A serial line says 0 and 0.
    let known = sizes.into_iter().flatten().find(|size| size.ws_row > 0 && size.ws_col > 0);
    known.map_or(USUAL, |size| Size { rows: size.ws_row, columns: size.ws_col })
}

/// Our terminal in raw mode; as it was before once this is dropped.
#[derive(Debug)]
pub struct Raw(Termios);

impl Raw {
    /// Puts the terminal that is our standard input into raw mode; `None` where it is none.
    ///
    /// # Errors
    /// Those of termios(3).
    pub fn enter() -> io::Result<Option<Self>> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(None);
        }
        let before = tcgetattr(stdin.as_fd())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(stdin.as_fd(), OptionalActions::Drain, &raw)?;
        Ok(Some(Self(before)))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing can be done about it, and nobody told.
        let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Drain, &self.0);
    }
}

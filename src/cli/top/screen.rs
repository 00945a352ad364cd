//! The terminal: entered, left, and left as it was found whatever happens; its keys and the signals that come meanwhile.

use std::io::{self, Stdout, Write};
use std::os::fd::AsFd;
use std::time::Duration;

use crossterm::cursor::Show;
use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::model::{Key, Model};
use super::view::{Look, view};

/// Signals that must not find the terminal in our hands, or that tell of a new size.
const SIGNALS: [Signal; 6] =
    [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP, Signal::SIGWINCH];

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A signal that ends us, by number.
    End(i32),
    /// We are to be stopped for a while.
    Stop,
}

/// A terminal that is ours as long as this lives.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    signals: SignalFd,
    look: Look,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Those of the terminal and of signalfd(2).
    pub fn enter(look: Look) -> io::Result<Self> {
        let mut set = SigSet::empty();
        for signal in SIGNALS {
            set.add(signal);
        }
        set.thread_block()?;
        let signals = SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        restore_before_panics(restore);
        take()?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout())).inspect_err(|_| restore())?;
        Ok(Self { terminal, signals, look })
    }

    /// Shows the state.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn show(&mut self, model: &Model) -> io::Result<()> {
        let look = self.look;
        self.terminal.draw(|frame| view(model, look, frame)).map(drop)
    }

    /// Gives the terminal back while something else runs, and takes it again.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn without<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        restore();
        let result = run();
        take()?;
        // Nothing of what was shown is there any more: a new terminal draws everything.
        self.terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        Ok(result)
    }

    /// What has come, waiting for it no longer than this.
    ///
    /// # Errors
    /// Those of the terminal.
    pub fn wait(&mut self, time: Duration) -> io::Result<Vec<Input>> {
        let stdin = io::stdin();
        let mut watched = [
            PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.signals.as_fd(), PollFlags::IN),
        ];
        // Interrupted: whoever is ready is still so at the next round.
        let _ = poll(&mut watched, Timespec::try_from(time).ok().as_ref());
        let gone = watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        let mut found = Vec::new();
        while let Ok(Some(signal)) = self.signals.read_signal() {
            let number = i32::try_from(signal.ssi_signo).unwrap_or_default();
            if number == Signal::SIGTSTP as i32 {
                found.push(Input::Stop);
            } else if number != Signal::SIGWINCH as i32 {
                found.push(Input::End(number));
            }
        }
        if gone {
            found.push(Input::End(Signal::SIGHUP as i32));
            return Ok(found);
        }
        while event::poll(Duration::ZERO)? {
            if let event::Event::Key(pressed) = event::read()?
                && let Some(key) = key(pressed)
            {
                found.push(Input::Key(key));
            }
        }
        Ok(found)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All)).inspect_err(|_| restore())
}

/// The terminal as it was. Nothing can be done where that fails, and nobody told.
fn restore() {
    let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let _ = io::stdout().flush();
}

/// What a panic says must be seen, and a release build ends at once: no destructor would run.
fn restore_before_panics(restore: fn()) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        before(info);
    }));
}

fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    if event.modifiers.contains(KeyModifiers::CONTROL) {
        return match event.code {
            KeyCode::Char('c') => Some(Key::Interrupt),
            KeyCode::Char('z') => Some(Key::Suspend),
            _ => None,
        };
    }
    Some(match event.code {
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn the_terminal_is_given_back_before_a_panic_speaks() {
        static RESTORED: AtomicBool = AtomicBool::new(false);
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| assert!(RESTORED.load(Ordering::SeqCst))));
        restore_before_panics(|| RESTORED.store(true, Ordering::SeqCst));
        let result = std::thread::spawn(|| panic!("on purpose")).join();
        std::panic::set_hook(usual);
        assert!(result.is_err() && RESTORED.load(Ordering::SeqCst));
    }
}

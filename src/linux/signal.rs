//! Signals by name and number (signal(7)).
//!
//! The named ones only: real-time signals have no fixed numbers.

use std::str::FromStr;

use rustix::process::Signal;

/// The signal of that kernel name: `SIGINT`.
pub fn parse(name: &str) -> Option<Signal> {
    let signal = nix::sys::signal::Signal::from_str(name).ok()?;
    Signal::from_named_raw(signal as i32)
}

/// The kernel name of a number, or words for one that has none.
pub fn name(number: i32) -> &'static str {
    nix::sys::signal::Signal::try_from(number).map_or("no named signal", nix::sys::signal::Signal::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_belong_together() {
        assert_eq!(parse("SIGINT"), Some(Signal::INT));
        assert_eq!(parse("SIGWINCH"), Some(Signal::WINCH));
        assert_eq!(parse("INT"), None);
        assert_eq!(parse("SIGNONE"), None);
        assert_eq!(name(9), "SIGKILL");
        assert_eq!(name(64), "no named signal");
    }
}

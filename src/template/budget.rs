//! Bounds: how much work a rendering may do, how much it may write, how deep it may nest.
//!
//! Counting only; who spends what is said where it is spent.

use std::cell::Cell;

use super::error::Failure;

/// The most bytes that one string, or the whole result, may have.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// Units of work in a rendering; a byte that is made costs one.
const WORK: u64 = 256 << 20;

/// What one step costs: a node that is visited, an item that is made.
pub(super) const STEP: u64 = 32;

/// The deepest nesting of lists and maps.
pub(super) const MAX_DEPTH: u32 = 200;

/// The deepest nesting of actions and parentheses in a text.
pub(super) const MAX_NESTING: u32 = 100;

/// The deepest nesting of what is being run, where templates that call each other add up: more than any text has.
///
/// It takes less than 1.5 MiB of stack in debug builds, where it takes most.
pub(super) const MAX_RUNNING: u32 = 200;

/// The work that is left.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<u64>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self::of(WORK)
    }

    pub(super) fn of(work: u64) -> Self {
        Self { left: Cell::new(work) }
    }

    /// Takes from what is left, or fails.
    pub(super) fn spend(&self, units: u64) -> Result<(), Failure> {
        match self.left.get().checked_sub(units) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Failure::new("the template does too much work").help("look for a loop without end")),
        }
    }

    /// Takes the price of making or visiting a number of items.
    pub(super) fn spend_items(&self, items: usize) -> Result<(), Failure> {
        self.spend(STEP.saturating_mul(items as u64))
    }
}

/// Bytes that are being made, within the budget and never more than [`MAX_BYTES`].
#[derive(Debug)]
pub(super) struct Writer<'b> {
    bytes: Vec<u8>,
    budget: &'b Budget,
}

impl<'b> Writer<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { bytes: Vec::new(), budget }
    }

    pub(super) fn push(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        let bytes = bytes.as_ref();
        self.make_room(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The same byte some number of times.
    pub(super) fn fill(&mut self, byte: u8, count: usize) -> Result<(), Failure> {
        self.make_room(count)?;
        self.bytes.resize(self.bytes.len() + count, byte);
        Ok(())
    }

    /// The same bytes some number of times.
    pub(super) fn repeat(&mut self, bytes: &[u8], count: usize) -> Result<(), Failure> {
        self.make_room(bytes.len().saturating_mul(count))?;
        self.bytes.extend(bytes.repeat(count));
        Ok(())
    }

    pub(super) fn budget(&self) -> &'b Budget {
        self.budget
    }

    pub(super) fn written(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn make_room(&self, count: usize) -> Result<(), Failure> {
        if count > MAX_BYTES - self.bytes.len() {
            return Err(Failure::new(format!("the result is larger than {} MiB", MAX_BYTES >> 20)));
        }
        self.budget.spend(count as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_bounded() {
        let budget = Budget::new();
        let mut writer = Writer::new(&budget);
        writer.push("abc").unwrap();
        assert!(writer.fill(b'x', MAX_BYTES).is_err());
        writer.fill(b'x', MAX_BYTES - 3).unwrap();
        assert!(writer.push("d").is_err());
        assert_eq!(budget.left.get(), WORK - MAX_BYTES as u64);
    }

    #[test]
    fn work_is_bounded() {
        let budget = Budget::new();
        assert!(budget.spend(WORK).is_ok());
        assert!(budget.spend(1).is_err());
    }
}

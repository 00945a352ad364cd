//! /proc/PID/stat, field by field (proc_pid_stat(5)).

use std::io;

use super::kernel_file;

/// What the kernel says of a process in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessStat(String);

impl ProcessStat {
    /// That of the process of this number.
    ///
    /// # Errors
    /// It is not there.
    pub fn read(pid: u32) -> io::Result<Self> {
        // A name need not be UTF-8.
        let text = kernel_file::read(format!("/proc/{pid}/stat"))?;
        Ok(Self(String::from_utf8_lossy(&text).into_owned()))
    }

    /// The process's name (`comm`): up to 15 bytes that it chooses itself, spaces and parentheses among them.
    pub fn command(&self) -> &str {
        let begin = self.0.find('(').map_or(0, |begin| begin + 1);
        self.0.get(begin..self.end_of_name()).unwrap_or_default()
    }

    /// A field that is a number, by its own number in the manual page; 4 and above, for they are counted from the end of the name.
    pub fn field(&self, number: usize) -> Option<u64> {
        let fields = self.0.get(self.end_of_name() + 1..)?;
        fields.split_ascii_whitespace().nth(number.checked_sub(3)?)?.parse().ok()
    }

    /// The process that made it, or has taken it over.
    pub fn parent(&self) -> Option<u32> {
        self.field(4)?.try_into().ok()
    }

    /// When it began, in clock ticks since boot: with its number that tells it from all others.
    pub fn start_time(&self) -> Option<u64> {
        self.field(22)
    }

    fn end_of_name(&self) -> usize {
        self.0.rfind(')').unwrap_or(self.0.len())
    }
}

#[cfg(test)]
impl From<&str> for ProcessStat {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_the_end_of_the_name() {
        let stat = ProcessStat::from("42 (a) S 1 (b) S 7 8 9\n");
        assert_eq!((stat.command(), stat.parent(), stat.field(6)), ("a) S 1 (b", Some(7), Some(9)));
        assert_eq!(
            (stat.field(3), stat.field(7), stat.field(2)),
            (None, None, None),
            "no number, not there, before the name"
        );
        for text in ["", "42", "42 (a", ")("] {
            let stat = ProcessStat::from(text);
            assert_eq!((stat.parent(), stat.start_time()), (None, None), "{text}");
            let _ = stat.command();
        }
    }

    #[test]
    fn this_process_has_a_parent() {
        let own = ProcessStat::read(std::process::id()).unwrap();
        assert_eq!(own.parent(), Some(std::os::unix::process::parent_id()));
        assert!(own.start_time().is_some_and(|began| began > 0));
        assert!(ProcessStat::read(u32::MAX).is_err());
    }
}

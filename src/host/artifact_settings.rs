//! How much artifacts may be and how long they may take: `client { artifact { … } }`, in Nomad's words.
//!
//! Limits only. Who fetches, and what else bounds it, is the fetch room's.

use super::document::ArtifactLimits;
use crate::diagnostic::{Diagnostic, Sink};
use crate::jobspec::{Duration, Spanned, Str};

/// Limits of artifacts; Nomad's where the configuration says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArtifactSettings {
    /// The longest a download by HTTP may take.
    pub http_timeout: Duration,
    /// The most bytes of a download by HTTP.
    pub http_max_size: u64,
    /// The longest git may take.
    pub git_timeout: Duration,
    /// The most bytes of what is unpacked; 0 is no limit.
    pub unpacked_size: u64,
    /// The most files, directories and links of an archive; 0 is no limit.
    pub unpacked_files: u64,
}

impl Default for ArtifactSettings {
    fn default() -> Self {
        let half_an_hour = Duration::from_seconds(30 * 60);
        Self {
            http_timeout: half_an_hour,
            http_max_size: 100_000_000_000,
            git_timeout: half_an_hour,
            unpacked_size: 100_000_000_000,
            unpacked_files: 4096,
        }
    }
}

impl ArtifactSettings {
    /// What follows from the block. What is wrong in it goes to the sink.
    pub(super) fn read(written: &ArtifactLimits, sink: &mut Sink) -> Self {
        let default = Self::default();
        let size = |value: &Option<Spanned<Str>>, default: u64, sink: &mut Sink| {
            value.as_ref().map_or(default, |text| read_size(text, sink).unwrap_or(default))
        };
        Self {
            http_timeout: written.http_read_timeout.map_or(default.http_timeout, |time| time.value),
            http_max_size: size(&written.http_max_size, default.http_max_size, sink),
            git_timeout: written.git_timeout.map_or(default.git_timeout, |time| time.value),
            unpacked_size: size(&written.decompression_size_limit, default.unpacked_size, sink),
            unpacked_files: written
                .decompression_file_count_limit
                .map_or(default.unpacked_files, |count| u64::from(count.value)),
        }
    }
}

fn read_size(text: &Spanned<Str>, sink: &mut Sink) -> Option<u64> {
    let size = bytes(text);
    if size.is_none() {
        sink.push(
            Diagnostic::error("host::bad_size", format!("{:?} is not a size", &*text.value))
                .label(text.span, "not a number of bytes")
                .help("write a number and a unit: \"500MB\", \"2GiB\"; \"0\" for no limit of what is unpacked"),
        );
    }
    size
}

/// `100GB`, `1.5 MiB`, `4096`: units of ten with a plain `B`, of two with `iB`.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "t" | "tb" => 1_000_000_000_000,
        "ki" | "kib" => 1 << 10,
        "mi" | "mib" => 1 << 20,
        "gi" | "gib" => 1 << 30,
        "ti" | "tib" => 1 << 40,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    // Nine decimals are a byte of a gigabyte.
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let part = u128::from(digits.parse::<u64>().ok()?) * u128::from(unit) / 1_000_000_000;
    whole.checked_mul(unit)?.checked_add(u64::try_from(part).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units_of_ten_and_of_two() {
        for (text, expected) in [
            ("100GB", Some(100_000_000_000)),
            ("1.5 MiB", Some(3 << 19)),
            ("4096", Some(4096)),
            ("0", Some(0)),
            ("2k", Some(2000)),
            ("99999999999TB", None),
            ("GB", None),
            ("-1", None),
            ("1 furlong", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }
}

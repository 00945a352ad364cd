//! Resource limits by name (getrlimit(2)).

use rustix::process::Resource;

/// The numbers of the kernel (asm-generic/resource.h), by the name after `RLIMIT_`, lower case.
const NAMES: [(&str, u32); 16] = [
    ("as", Resource::As as u32),
    ("core", Resource::Core as u32),
    ("cpu", Resource::Cpu as u32),
    ("data", Resource::Data as u32),
    ("fsize", Resource::Fsize as u32),
    ("locks", Resource::Locks as u32),
    ("memlock", Resource::Memlock as u32),
    ("msgqueue", Resource::Msgqueue as u32),
    ("nice", Resource::Nice as u32),
    ("nofile", Resource::Nofile as u32),
    ("nproc", Resource::Nproc as u32),
    ("rss", Resource::Rss as u32),
    ("rtprio", Resource::Rtprio as u32),
    ("rttime", Resource::Rttime as u32),
    ("sigpending", Resource::Sigpending as u32),
    ("stack", Resource::Stack as u32),
];

/// The number of a limit.
pub fn number(name: &str) -> Option<u32> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_own_number() {
        let numbers: std::collections::BTreeSet<_> = NAMES.iter().filter_map(|(name, _)| number(name)).collect();
        assert_eq!(numbers, (0..16).collect());
        assert_eq!(number("nothing"), None);
    }
}

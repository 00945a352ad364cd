//! Which devices the processes of a cgroup may use: the v1 devices controller, or a BPF program on v2.
//!
//! What is not named is denied, making the node included.

use std::os::fd::AsFd;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::CgroupError;
use super::group::open_directory;
use crate::sys::{Instruction, attach_device_program};

/// A device, or all of a kind, that may be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceRule {
    /// A block device; otherwise a character device.
    pub block: bool,
    /// Its major number.
    pub major: u32,
    /// Its minor number; `None` for all of that major number.
    pub minor: Option<u32>,
    /// Some of `r`, `w`, `m`.
    pub access: String,
}

/// Writes the rules of a v1 cgroup.
pub(super) fn restrict_legacy(directory: &Path, rules: &[DeviceRule]) -> Result<(), CgroupError> {
    let write = |name: &str, line: &str| {
        let path = directory.join(name);
        std::fs::write(&path, line).map_err(CgroupError::file("write", &path))
    };
    write("devices.deny", "a")?;
    rules.iter().try_for_each(|rule| write("devices.allow", &rule.line()))
}

/// Attaches a program to a v2 cgroup.
pub(super) fn restrict_unified(directory: &Path, rules: &[DeviceRule]) -> Result<(), CgroupError> {
    let cgroup = open_directory(directory)?;
    let attached = attach_device_program(cgroup.as_fd(), &program(rules));
    attached.map_err(CgroupError::file("restrict the devices of", directory))
}

impl DeviceRule {
    /// `c 1:3 rwm`
    fn line(&self) -> String {
        let kind = if self.block { 'b' } else { 'c' };
        let minor = self.minor.map_or("*".to_owned(), |minor| minor.to_string());
        format!("{kind} {}:{minor} {}", self.major, self.access)
    }

    /// `BPF_DEVCG_ACC_*`
    fn access_bits(&self) -> i32 {
        [('m', 1), ('r', 2), ('w', 4)]
            .iter()
            .filter(|(letter, _)| self.access.contains(*letter))
            .map(|(_, bit)| bit)
            .sum()
    }
}

// Registers of the program: the answer, where the question lies (`struct bpf_cgroup_dev_ctx`), and its parts.
const ANSWER: u8 = 0;
const CONTEXT: u8 = 1;
const KIND: u8 = 2;
const ACCESS: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;
const SCRATCH: u8 = 6;

/// `BPF_LDX | BPF_MEM | BPF_W`
const LOAD_WORD: u8 = 0x61;
/// `BPF_ALU | BPF_AND | BPF_K`
const AND: u8 = 0x54;
/// `BPF_ALU | BPF_RSH | BPF_K`
const SHIFT_RIGHT: u8 = 0x74;
/// `BPF_ALU64 | BPF_MOV | BPF_X`
const MOVE: u8 = 0xbf;
/// `BPF_ALU64 | BPF_MOV | BPF_K`
const SET: u8 = 0xb7;
/// `BPF_JMP | BPF_JNE | BPF_K`
const JUMP_UNLESS: u8 = 0x55;
/// `BPF_JMP | BPF_EXIT`
const EXIT: u8 = 0x95;

/// One rule after the other; the first that fits allows, and after the last all is denied.
fn program(rules: &[DeviceRule]) -> Vec<Instruction> {
    let load = |register, offset| instruction(LOAD_WORD, register, CONTEXT, offset, 0);
    let mut program = vec![
        load(KIND, 0),
        load(ACCESS, 0),
        instruction(AND, KIND, 0, 0, 0xffff),
        instruction(SHIFT_RIGHT, ACCESS, 0, 0, 16),
        load(MAJOR, 4),
        load(MINOR, 8),
    ];
    for rule in rules {
        program.extend(rule_instructions(rule));
    }
    program.extend([instruction(SET, ANSWER, 0, 0, 0), instruction(EXIT, 0, 0, 0, 0)]);
    program
}

fn rule_instructions(rule: &DeviceRule) -> Vec<Instruction> {
    /// Numbers are compared as they are stored.
    fn number(value: u32) -> i32 {
        i32::from_ne_bytes(value.to_ne_bytes())
    }
    let mut checks = vec![
        (JUMP_UNLESS, KIND, if rule.block { 1 } else { 2 }),
        (MOVE, SCRATCH, 0),
        // What is asked beyond what is allowed must be nothing.
        (AND, SCRATCH, !rule.access_bits()),
        (JUMP_UNLESS, SCRATCH, 0),
        (JUMP_UNLESS, MAJOR, number(rule.major)),
    ];
    checks.extend(rule.minor.map(|minor| (JUMP_UNLESS, MINOR, number(minor))));
    let length = checks.len();
    let check = |(index, (code, register, immediate)): (usize, (u8, u8, i32))| match code {
        MOVE => instruction(MOVE, register, ACCESS, 0, 0),
        // To the next rule: past the other checks and the two instructions that allow.
        JUMP_UNLESS => instruction(JUMP_UNLESS, register, 0, i16::try_from(length - index + 1).unwrap_or(0), immediate),
        code => instruction(code, register, 0, 0, immediate),
    };
    let mut all: Vec<_> = checks.into_iter().enumerate().map(check).collect();
    all.extend([instruction(SET, ANSWER, 0, 0, 1), instruction(EXIT, 0, 0, 0, 0)]);
    all
}

fn instruction(code: u8, destination: u8, source: u8, offset: i16, immediate: i32) -> Instruction {
    Instruction { code, registers: source << 4 | destination, offset, immediate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(block: bool, major: u32, minor: Option<u32>, access: &str) -> DeviceRule {
        DeviceRule { block, major, minor, access: access.to_owned() }
    }

    /// Runs a program as the kernel would, on what is asked: kind, access, major, minor.
    fn allows(program: &[Instruction], [kind, access, major, minor]: [u32; 4]) -> bool {
        let context = [access << 16 | kind, major, minor];
        let mut registers = [0u64; 11];
        let mut at = 0usize;
        loop {
            let Instruction { code, registers: pair, offset, immediate } = program[at];
            let (destination, source) = (usize::from(pair & 15), usize::from(pair >> 4));
            at += 1;
            let constant = i64::from(immediate).cast_unsigned();
            let low = |register: u64| register & u64::from(u32::MAX);
            match code {
                LOAD_WORD => registers[destination] = u64::from(context[usize::try_from(offset / 4).unwrap()]),
                AND => registers[destination] = low(registers[destination]) & u64::from(immediate.cast_unsigned()),
                SHIFT_RIGHT => registers[destination] = low(registers[destination]) >> immediate,
                MOVE => registers[destination] = registers[source],
                SET => registers[destination] = constant,
                JUMP_UNLESS if registers[destination] != constant => at += usize::try_from(offset).unwrap(),
                JUMP_UNLESS => {}
                EXIT => return registers[0] == 1,
                other => panic!("{other:#x}"),
            }
        }
    }

    const BLOCK: u32 = 1;
    const CHARACTER: u32 = 2;
    const MAKE: u32 = 1;
    const READ: u32 = 2;
    const WRITE: u32 = 4;

    #[test]
    fn only_what_a_rule_names_is_allowed() {
        let program =
            program(&[rule(false, 1, Some(3), "rwm"), rule(false, 136, None, "rw"), rule(true, 8, Some(1), "r")]);
        for (asked, expected) in [
            ([CHARACTER, READ | WRITE, 1, 3], true),
            ([CHARACTER, MAKE, 1, 3], true),
            ([CHARACTER, READ, 1, 5], false),
            ([BLOCK, READ, 1, 3], false),
            ([CHARACTER, READ, 136, 77], true),
            ([CHARACTER, MAKE, 136, 77], false),
            ([BLOCK, READ, 8, 1], true),
            ([BLOCK, READ | WRITE, 8, 1], false),
            ([BLOCK, READ, 8, 0], false),
        ] {
            assert_eq!(allows(&program, asked), expected, "{asked:?}");
        }
    }

    #[test]
    fn without_rules_nothing_is_allowed() {
        assert!(!allows(&program(&[]), [CHARACTER, READ, 1, 3]));
    }

    #[test]
    fn rules_as_the_v1_controller_reads_them() {
        assert_eq!(rule(false, 1, Some(3), "rwm").line(), "c 1:3 rwm");
        assert_eq!(rule(true, 8, None, "r").line(), "b 8:* r");
    }
}

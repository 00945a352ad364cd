//! Memory that was needed once, given back: a process that only waits is to hold no more than it waits with.

/// More than any stack of ours has been deep, and less than the gap that the kernel keeps below a stack (1 MiB, `stack_guard_gap`).
const DEPTH: usize = 256 * 1024;
const PAGE: usize = 4096;

/// Gives back the free parts of the heap and, in the main thread, the pages of the stack below the caller's frame.
#[inline(never)]
pub fn release_unused() {
    #[cfg(target_env = "gnu")]
    // SAFETY: touches free memory of the allocator only (malloc_trim(3)).
    unsafe {
        libc::malloc_trim(0);
    }
    // Another thread's stack is a mapping among others, and how deep it goes is not known.
    if rustix::thread::gettid() != rustix::process::getpid() {
        return;
    }
    let here = 0u8;
    // Two pages below this frame: beyond the red zone, and beyond what the call itself uses.
    let end = ((&raw const here).addr() & !(PAGE - 1)).saturating_sub(2 * PAGE);
    let begin = end.saturating_sub(DEPTH);
    // SAFETY: what lies below the stack pointer belongs to no living frame, and is zero when it is used again. Nothing else can be mapped
    // there: this is the main thread, and the kernel keeps a gap below its stack. That parts are not mapped is said (ENOMEM), the others are given back all the same.
    unsafe {
        libc::madvise(std::ptr::with_exposed_provenance_mut(begin), end - begin, libc::MADV_DONTNEED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Needs a lot of stack.
    #[inline(never)]
    fn deep(depth: u8) -> u64 {
        let block = std::hint::black_box([depth; 4096]);
        if depth == 0 { u64::from(block[7]) } else { deep(depth - 1) + u64::from(block[usize::from(depth)]) }
    }

    #[test]
    fn what_lives_stays_and_deep_calls_work_again() {
        let kept: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let first = deep(20);
        release_unused();
        assert_eq!(deep(20), first);
        assert!(kept.iter().zip((0..=255u8).cycle()).all(|(kept, expected)| *kept == expected));
    }
}

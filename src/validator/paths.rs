//! Whether a path of a job file stays inside its allocation.

/// Whether a path, taken beneath a directory of the allocation, leads out of the allocation.
pub(super) fn escapes(directory: &str, path: &str) -> bool {
    let mut depth = 0_usize;
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::escapes;

    #[test]
    fn one_level_up_is_the_allocation_two_are_outside() {
        assert!(!escapes("task", "local/x"));
        assert!(!escapes("task", "../data/x"));
        assert!(!escapes("task", "/etc/x"));
        assert!(escapes("task", "../../etc/x"));
        assert!(escapes("task", "local/../../../x"));
        assert!(!escapes("task/local", "../../alloc"));
    }
}

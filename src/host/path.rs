//! Paths as text: made normal without looking at a disk.

/// An absolute path without `.`, `..`, empty components and a slash at its end; `None` for a relative one.
///
/// `..` at the root stays at the root, as the kernel has it.
pub fn normalise(path: &str) -> Option<String> {
    let components = path.strip_prefix('/')?;
    let mut normal: Vec<&str> = Vec::new();
    for component in components.split('/') {
        match component {
            "" | "." => {}
            ".." => drop(normal.pop()),
            name => normal.push(name),
        }
    }
    Some(format!("/{}", normal.join("/")))
}

/// Whether a normal path is another one or lies beneath it.
pub fn is_within(path: &str, above: &str) -> bool {
    above == "/" || path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path that a symbolic link at `link` leads to, made normal.
pub fn resolve_link(link: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return normalise(target);
    }
    let (directory, _) = link.rsplit_once('/')?;
    normalise(&format!("{directory}/{target}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_paths() {
        for (path, normal) in [
            ("/", Some("/")),
            ("//a///b/", Some("/a/b")),
            ("/a/./b/../c", Some("/a/c")),
            ("/../../etc", Some("/etc")),
            ("", None),
            ("a/b", None),
        ] {
            assert_eq!(normalise(path).as_deref(), normal, "{path}");
        }
    }

    #[test]
    fn within_is_by_component() {
        assert!(is_within("/proc/sys", "/proc") && is_within("/proc", "/proc") && is_within("/a", "/"));
        assert!(!is_within("/process", "/proc") && !is_within("/", "/proc"));
    }

    #[test]
    fn links_are_relative_to_where_they_stand() {
        assert_eq!(resolve_link("/bin", "usr/bin").as_deref(), Some("/usr/bin"));
        assert_eq!(resolve_link("/etc/resolv.conf", "../run/x").as_deref(), Some("/run/x"));
        assert_eq!(resolve_link("/etc/x", "/y/").as_deref(), Some("/y"));
    }
}

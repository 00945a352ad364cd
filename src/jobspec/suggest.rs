//! "Did you mean": the name a misspelt one is nearest to, and the blocks a misplaced one belongs in.

use super::block::Block as _;
use super::job::Job;
use super::spec::{BlockSpec, FieldKind};

/// The nearest of some names, if it is near enough to be what was meant.
pub fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).max(1);
    let folded = |text: &str| text.to_ascii_lowercase().replace('-', "_");
    // A text without its quotes is a name that only the run time knows, and stands in `${…}`.
    let name = folded(name.strip_prefix("${").and_then(|name| name.strip_suffix('}')).unwrap_or(name));
    known
        .map(|candidate| (strsim::damerau_levenshtein(&name, &folded(candidate)), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The blocks that know a name, as a phrase: "`task`", "`volume_mount` or `volume`"; at most three.
pub(super) fn where_known(name: &str) -> Option<String> {
    let mut found = Vec::new();
    collect(Job::SPEC, name, &mut found);
    found.dedup();
    let names: Vec<String> = found.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [only] => Some(only.clone()),
        [first @ .., last] if names.len() <= 3 => Some(format!("{} or {last}", first.join(", "))),
        _ => None,
    }
}

fn collect(spec: &'static BlockSpec, name: &str, found: &mut Vec<&'static str>) {
    for field in spec.fields {
        if field.name == name && !found.contains(&spec.name) {
            found.push(spec.name);
        }
        if let FieldKind::Block(inner, _) = field.kind {
            collect(inner, name, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        let names = ["volume", "destination", "read_only", "propagation_mode"];
        assert_eq!(similar("readonly", names.into_iter()), Some("read_only"));
        assert_eq!(similar("propagation-mode", names.into_iter()), Some("propagation_mode"));
        assert_eq!(similar("bogus", names.into_iter()), None);
        assert_eq!(similar("${volume}", names.into_iter()), Some("volume"));
    }

    #[test]
    fn a_misplaced_name_is_told_where_it_belongs() {
        assert_eq!(where_known("propagation_mode").as_deref(), Some("`volume_mount`"));
        assert_eq!(where_known("bogus"), None);
    }
}

//! Repeated names in a list, in linear time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Up to this many names, comparing all with all is quicker than hashing.
const FEW: usize = 12;

/// For each name that was there before: where first and where again, in order. What has no name repeats nothing.
pub(super) fn duplicates<'t>(count: usize, name: impl Fn(usize) -> Option<&'t str>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if count <= FEW {
        for again in 1..count {
            if name(again).is_none() {
                continue;
            }
            if let Some(first) = (0..again).find(|first| name(*first) == name(again)) {
                found.push((first, again));
            }
        }
        return found;
    }
    let mut seen = HashMap::with_capacity(count);
    for at in 0..count {
        let Some(name) = name(at) else { continue };
        match seen.entry(name) {
            Entry::Occupied(first) => found.push((*first.get(), at)),
            Entry::Vacant(free) => {
                free.insert(at);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::duplicates;

    #[test]
    fn few_and_many_agree() {
        let names = ["a", "b", "a", "c", "b", "a"];
        assert_eq!(duplicates(names.len(), |at| Some(names[at])), [(0, 2), (1, 4), (0, 5)]);
        let many: Vec<String> = (0..100).map(|number| format!("n{}", number % 99)).collect();
        assert_eq!(duplicates(many.len(), |at| Some(many[at].as_str())), [(0, 99)]);
    }
}

//! Two values → the paths at which they differ.
//!
//! Generic over the plan's document form; which lists are sets or go by a key is the table at the top.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::effect::effect_of;
use super::{Effect, FieldChange, secret};

/// How the elements of a list are told apart. A list that is not named is one value.
enum Elements {
    /// By their place, where there are as many before as after.
    Places,
    /// By themselves.
    Set,
    /// By the field of this name.
    Key(&'static str),
}

/// The lists of a plan, by the last name of their path.
const LISTS: &[(&str, Elements)] = &[
    ("args", Elements::Places),
    ("artifacts", Elements::Places),
    ("templates", Elements::Key("destination")),
    ("mounts", Elements::Key("destination")),
    ("devices", Elements::Key("path")),
    ("masked_paths", Elements::Set),
    ("readonly_paths", Elements::Set),
    ("groups", Elements::Set),
    ("env_at_start", Elements::Set),
    ("written", Elements::Set),
    ("bounding", Elements::Set),
    ("permitted", Elements::Set),
    ("effective", Elements::Set),
    ("inheritable", Elements::Set),
    ("ambient", Elements::Set),
];

/// Collects what differs.
#[derive(Debug, Default)]
pub(super) struct Fields {
    changes: Vec<FieldChange>,
}

impl Fields {
    /// What was found, in the order of the fields.
    pub(super) fn into_changes(self) -> Vec<FieldChange> {
        self.changes
    }

    /// Adds one difference; secrets are masked.
    pub(super) fn push(&mut self, path: String, before: Option<Value>, after: Option<Value>, effect: Effect) {
        let effect = effect_of(&path, effect);
        let mask = |value: Option<Value>| value.map(|value| secret::mask(&path, value));
        let (before, after) = (mask(before), mask(after));
        self.changes.push(FieldChange { path, before, after, effect });
    }

    /// Adds every difference at and below a path.
    pub(super) fn compare(&mut self, path: &str, effect: Effect, before: &Value, after: &Value) {
        if before == after {
            return;
        }
        match (before, after) {
            (Value::Object(before), Value::Object(after)) if same_variant(before, after) => {
                for (key, value) in before {
                    self.entry(join(path, key), effect, Some(value), after.get(key));
                }
                for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                    self.entry(join(path, key), effect, None, Some(value));
                }
            }
            (Value::Array(before_items), Value::Array(after_items)) => {
                let name = path.rsplit(['.', ']']).next().unwrap_or(path);
                let elements = LISTS.iter().find(|(list, _)| *list == name).map(|(_, elements)| elements);
                let shifted =
                    |how: &&Elements| matches!(how, Elements::Places) && before_items.len() != after_items.len();
                let pair = elements
                    .filter(|how| !shifted(how))
                    .and_then(|how| Some((by_key(how, before_items)?, by_key(how, after_items)?)));
                match pair {
                    Some((old, new)) => self.elements(path, effect, &old, &new),
                    None => self.push(path.to_owned(), Some(before.clone()), Some(after.clone()), effect),
                }
            }
            _ => self.push(path.to_owned(), Some(before.clone()), Some(after.clone()), effect),
        }
    }

    fn entry(&mut self, path: String, effect: Effect, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (Some(before), Some(after)) => self.compare(&path, effect, before, after),
            (before, after) => self.push(path, before.cloned(), after.cloned(), effect),
        }
    }

    fn elements(&mut self, path: &str, effect: Effect, before: &Keyed<'_>, after: &Keyed<'_>) {
        let found = self.changes.len();
        for (key, value) in &before.items {
            self.entry(format!("{path}[{key}]"), effect, Some(value), after.get(key));
        }
        for (key, value) in after.items.iter().filter(|(key, _)| before.get(key).is_none()) {
            self.entry(format!("{path}[{key}]"), effect, None, Some(value));
        }
        if self.changes.len() == found {
            let order = |keyed: &Keyed<'_>| Some(keyed.items.iter().map(|(key, _)| key.as_str()).collect());
            self.push(format!("{path} (order)"), order(before), order(after), effect);
        }
    }
}

/// The elements of a list by key, in order.
struct Keyed<'a> {
    items: Vec<(String, &'a Value)>,
    places: BTreeMap<String, usize>,
}

impl Keyed<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.places.get(key).map(|place| self.items[*place].1)
    }
}

/// `None` where a key is missing or stands twice: then the list is compared as one value.
fn by_key<'a>(how: &Elements, list: &'a [Value]) -> Option<Keyed<'a>> {
    let key_of = |(place, item): (usize, &Value)| match how {
        Elements::Places => Some(place.to_string()),
        Elements::Set => Some(item.as_str().map_or_else(|| item.to_string(), str::to_owned)),
        Elements::Key(name) => item.get(name).and_then(Value::as_str).map(str::to_owned),
    };
    let items: Vec<_> =
        list.iter().enumerate().map(|(place, item)| Some((key_of((place, item))?, item))).collect::<Option<_>>()?;
    let places: BTreeMap<_, _> = items.iter().enumerate().map(|(place, (key, _))| (key.clone(), place)).collect();
    (places.len() == items.len()).then_some(Keyed { items, places })
}

/// Objects that say their own type are compared field by field only where it is the same.
fn same_variant(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    before.get("type") == after.get("type")
}

fn join(path: &str, key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(plain) { format!("{path}.{key}") } else { format!("{path}[{key:?}]") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(before: &Value, after: &Value) -> Vec<(String, Option<Value>, Option<Value>)> {
        let mut fields = Fields::default();
        fields.compare("x", Effect::Replace, before, after);
        fields.into_changes().into_iter().map(|change| (change.path, change.before, change.after)).collect()
    }

    #[test]
    fn objects_are_compared_by_key() {
        assert_eq!(
            paths(&json!({"a": 1, "b": {"c.d": 2}, "e": 0}), &json!({"e": 0, "b": {"c.d": 3}, "f": 4})),
            [
                ("x.a".to_owned(), Some(json!(1)), None),
                ("x.b[\"c.d\"]".to_owned(), Some(json!(2)), Some(json!(3))),
                ("x.f".to_owned(), None, Some(json!(4))),
            ]
        );
    }

    #[test]
    fn lists_go_by_place_by_themselves_or_by_a_key() {
        let mount = |destination: &str, ro: bool| json!({"destination": destination, "read_only": ro});
        assert_eq!(
            paths(
                &json!({"args": ["a", "b"], "bounding": ["A", "B"], "mounts": [mount("/a", true), mount("/b", true)]}),
                &json!({"args": ["a", "c"], "bounding": ["B", "C"], "mounts": [mount("/b", false), mount("/a", true)]}),
            ),
            [
                ("x.args[1]".to_owned(), Some(json!("b")), Some(json!("c"))),
                ("x.bounding[A]".to_owned(), Some(json!("A")), None),
                ("x.bounding[C]".to_owned(), None, Some(json!("C"))),
                ("x.mounts[/b].read_only".to_owned(), Some(json!(true)), Some(json!(false))),
            ]
        );
    }

    #[test]
    fn order_alone_is_a_difference() {
        let (one, two) = (json!({"destination": "/a"}), json!({"destination": "/b"}));
        assert_eq!(
            paths(&json!({"mounts": [one, two]}), &json!({"mounts": [two, one]})),
            [("x.mounts (order)".to_owned(), Some(json!(["/a", "/b"])), Some(json!(["/b", "/a"])))]
        );
    }

    #[test]
    fn a_list_that_is_not_known_is_shifted_or_has_a_key_twice_is_one_value() {
        let twice = json!({"args": ["a"], "devices": [{"path": "/a"}, {"path": "/a"}], "other": [1]});
        let changed = json!({"args": ["b", "a"], "devices": [{"path": "/a"}], "other": [2]});
        let found: Vec<_> = paths(&twice, &changed).into_iter().map(|(path, ..)| path).collect();
        assert_eq!(found, ["x.args", "x.devices", "x.other"]);
    }

    #[test]
    fn another_variant_is_another_value() {
        let found = paths(&json!({"type": "host", "path": "/a"}), &json!({"type": "tmpfs", "size": 1}));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "x");
    }
}

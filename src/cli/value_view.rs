//! A value of a plan as people read it: `256 MiB`, `0755`, `"text"`; long ones shortened.
//!
//! One value, or what differs between two; where they stand is the business of `diff_view`.

use serde_json::{Map, Value};

/// The longest value shown in a line, in characters.
const WIDEST: usize = 60;
/// Fields that hold bytes, by the last name of their path.
const BYTES: [&str; 4] = ["memory_limit", "memory_reservation", "max_file_size", "size"];

/// One value in one line.
pub fn short(path: &str, value: &Value) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(u64::MAX) => "unlimited".to_owned(),
            Some(bytes) if BYTES.contains(&name) => size(bytes),
            Some(mode) if name == "mode" => format!("{mode:04o}"),
            _ => number.to_string(),
        },
        Value::Null => "none".to_owned(),
        Value::String(text) if text == crate::planner::MASK => text.clone(),
        Value::Object(fields) => object(fields).unwrap_or_else(|| "{…}".to_owned()),
        other => shorten(&other.to_string()),
    }
}

/// A mount, a device, or another object that is small.
fn object(fields: &Map<String, Value>) -> Option<String> {
    let whole = Value::Object(fields.clone()).to_string();
    if whole.chars().count() <= WIDEST {
        return Some(whole);
    }
    let text = |name: &str| fields.get(name)?.as_str();
    let on = |flag: &str| fields.get("flags")?.get(flag)?.as_bool();
    match (fields.get("source"), text("host_path")) {
        (Some(source), _) => {
            let kind = source.get("type")?.as_str()?;
            let path = source.get("path").and_then(Value::as_str).map(|path| format!(" {path}")).unwrap_or_default();
            let access = if on("read_only")? { "read-only" } else { "read-write" };
            Some(format!("{kind}{path}, {access}, {}", text("propagation")?))
        }
        (None, Some(host_path)) => Some(format!("{host_path}, {}", text("access")?)),
        (None, None) => None,
    }
}

/// `512 MiB`
pub fn size(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        _ if bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ => format!("{bytes} B"),
    }
}

/// At most as long as fits in a line.
pub fn shorten(text: &str) -> String {
    if text.chars().count() <= WIDEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(WIDEST - 1).collect();
    format!("{start}…")
}

/// A text of several lines before and after: the lines that differ, `-` and `+`, and how many do not.
pub fn lines(before: &str, after: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(old, new)| old == new).count();
    let mut shown = Vec::new();
    let unchanged = |count: usize| format!("  … {count} unchanged line{}", if count == 1 { "" } else { "s" });
    if start > 0 {
        shown.push(unchanged(start));
    }
    shown.extend(old[start..old.len() - end].iter().map(|line| format!("- {line}")));
    shown.extend(new[start..new.len() - end].iter().map(|line| format!("+ {line}")));
    if end > 0 {
        shown.push(unchanged(end));
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_as_people_read_them() {
        assert_eq!(short("resources.memory_limit", &json!(256 << 20)), "256 MiB");
        assert_eq!(short("mode", &json!(0o755)), "0755");
        assert_eq!(short("rlimits.nofile.hard", &json!(u64::MAX)), "unlimited");
        assert_eq!(short("command.command", &json!("a\nb")), "\"a\\nb\"");
        assert_eq!(short("x", &json!("x".repeat(80))).chars().count(), WIDEST);
    }

    #[test]
    fn only_changed_lines_are_shown() {
        assert_eq!(
            lines("a\nb\nc\nd", "a\nx\nd"),
            ["  … 1 unchanged line", "- b", "- c", "+ x", "  … 1 unchanged line"]
        );
        assert_eq!(lines("a\na", "a\na\na"), ["  … 2 unchanged lines", "+ a"]);
    }
}

//! CSV, read as Go's `encoding/csv` reads it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Function, FunctionError, Outcome, Parameter, Wanted, text};
use crate::eval::{ObjectType, Type, Value};

pub(super) const FUNCTIONS: &[Function] =
    &[Function::new("csvdecode", &[Parameter::new("string", Wanted::String)], decode)];

/// One object a row, its attributes named by the first row.
fn decode(arguments: &[Value]) -> Outcome {
    let mut reader = Reader { rest: text(arguments, 0), line: 1 };
    let failed = |problem: String| FunctionError::of_argument(0, problem);
    let Some(header) = reader.row().map_err(failed)? else {
        return Err(failed("the line of names is missing".to_owned()));
    };
    let mut names = BTreeSet::new();
    for name in &header {
        if !names.insert(name.as_str()) {
            return Err(failed(format!("the column {name:?} twice")));
        }
    }
    let mut rows = Vec::new();
    let mut first_line = reader.line;
    while let Some(row) = reader.row().map_err(failed)? {
        if row.len() != header.len() {
            let (given, wanted) = (row.len(), header.len());
            return Err(failed(format!("{given} fields where {wanted} are named, in line {first_line} of the CSV")));
        }
        first_line = reader.line;
        rows.push(Value::object(header.iter().zip(&row).map(|(name, field)| (name.as_str(), Value::string(field)))));
    }
    let attributes = names.iter().map(|name| (Rc::from(*name), Type::String)).collect();
    let row_type = Type::Object(Rc::new(ObjectType { attributes, ..ObjectType::default() }));
    let element = rows.first().map_or(row_type, Value::type_of);
    Ok(Value::list(element, rows))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    /// The fields of the next row that is not empty.
    fn row(&mut self) -> Result<Option<Vec<String>>, String> {
        while let Some(rest) = self.rest.strip_prefix('\n').or_else(|| self.rest.strip_prefix("\r\n")) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() || self.rest == "\r" {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            let field = if self.rest.starts_with('"') { self.quoted()? } else { self.plain()? };
            fields.push(field);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            self.end_of_line();
            return Ok(Some(fields));
        }
    }

    fn end_of_line(&mut self) {
        self.rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        if let Some(rest) = self.rest.strip_prefix('\n') {
            self.rest = rest;
            self.line += 1;
        }
    }

    /// Up to a comma or the end of the line.
    fn plain(&mut self) -> Result<String, String> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        let at_line_end = !rest.starts_with(',');
        let field = if at_line_end { field.strip_suffix('\r').unwrap_or(field) } else { field };
        if field.contains('"') {
            return Err(format!("a quote inside a field, in line {} of the CSV", self.line));
        }
        self.rest = rest;
        Ok(field.to_owned())
    }

    /// In quotes: a doubled quote is one, commas and line ends are text.
    fn quoted(&mut self) -> Result<String, String> {
        let mut field = String::new();
        self.rest = &self.rest[1..];
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(format!("a quote without its pair, in line {} of the CSV", self.line));
            };
            let part = &self.rest[..end];
            self.line += part.matches('\n').count();
            field.push_str(&part.replace("\r\n", "\n"));
            self.rest = &self.rest[end + 1..];
            if let Some(rest) = self.rest.strip_prefix('"') {
                field.push('"');
                self.rest = rest;
            } else if self.rest.is_empty()
                || self.rest == "\r"
                || self.rest.starts_with([',', '\n'])
                || self.rest.starts_with("\r\n")
            {
                return Ok(field);
            } else {
                return Err(format!("text behind a quote, in line {} of the CSV", self.line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::eval::testing::{assert_errors, assert_values};

    #[test]
    fn values() {
        assert_values(&[
            (r#"csvdecode("a,b\n1,2\n3,4\n")"#, r#"[{"a":"1","b":"2"},{"a":"3","b":"4"}]"#),
            (r#"csvdecode("a,b\r\n1,\"x,\"\"y\n\"\r\n")"#, r#"[{"a":"1","b":"x,\"y\n"}]"#),
            (r#"csvdecode("a\n\n\n1")"#, r#"[{"a":"1"}]"#),
            (r#"csvdecode("a,b")"#, "[]"),
        ]);
    }

    #[test]
    fn errors() {
        assert_errors(&[
            r#"csvdecode("")"#,
            r#"csvdecode("a,a\n1,2")"#,
            r#"csvdecode("a,b\n1")"#,
            r#"csvdecode("a\nx\"y")"#,
            r#"csvdecode("a\n\"x")"#,
            r#"csvdecode("a\n\"x\"y")"#,
        ]);
    }
}

//! The functions as a page for people: what each takes, an example and its result.
//!
//! Made by a test, which evaluates every example; in no binary.

use std::fmt::Write as _;

use super::{FUNCTIONS, Function};
use crate::eval::testing::value;

/// Name, what it gives, and an example; no example where the result is another each time.
type Entry = (&'static str, &'static str, &'static str);

const FAMILIES: [(&str, &[Entry]); 9] = [
    ("Text", TEXT),
    ("Lists, sets and maps", COLLECTIONS),
    ("Numbers", NUMBERS),
    ("Encodings", ENCODINGS),
    ("Files", FILES),
    ("Times", TIMES),
    ("Addresses", ADDRESSES),
    ("Hashes and identifiers", HASHES),
    ("Types and errors", TYPES),
];

const TEXT: &[Entry] = &[
    ("chomp", "without line ends at its end", r#"chomp("a\n")"#),
    ("format", "a text with values in it: `%s`, `%d`, `%q`, `%v` …", r#"format("%s-%02d", "web", 3)"#),
    ("formatlist", "the same for each element of lists", r#"formatlist("%s.example", ["a", "b"])"#),
    ("indent", "every line but the first moved to the right", r#"indent(2, "a\nb")"#),
    ("join", "elements with a separator between them", r#"join(", ", ["a", "b"])"#),
    ("lower", "in small letters", r#"lower("Web")"#),
    ("regex_replace", "what a regular expression (RE2) finds is replaced", r#"regex_replace("web-17", "[0-9]+", "N")"#),
    ("replace", "every occurrence of a text is replaced", r#"replace("a-b-c", "-", "_")"#),
    ("reverse", "backwards", r#"reverse("abc")"#),
    ("split", "the parts between separators", r#"split(",", "a,b")"#),
    ("strlen", "how many characters", r#"strlen("été")"#),
    ("strrev", "the same as `reverse`", r#"strrev("abc")"#),
    ("substr", "from an offset on, so many characters; -1: all", r#"substr("hello", 1, 3)"#),
    ("title", "the first letter of each word is a capital", r#"title("hello world")"#),
    ("trim", "without these characters at both ends", r#"trim("?!a?!", "!?")"#),
    ("trimprefix", "without this beginning", r#"trimprefix("web-1", "web-")"#),
    ("trimspace", "without white space at both ends", r#"trimspace("  a ")"#),
    ("trimsuffix", "without this end", r#"trimsuffix("job.hcl", ".hcl")"#),
    ("upper", "in capitals", r#"upper("web")"#),
];

const COLLECTIONS: &[Entry] = &[
    ("chunklist", "lists of at most so many elements", "chunklist([1, 2, 3], 2)"),
    ("coalesce", "the first that is neither null nor an empty text", r#"coalesce(null, "", "a")"#),
    ("coalescelist", "the first list that is not empty", "coalescelist([], [1])"),
    ("compact", "without empty texts", r#"compact(["a", "", "b"])"#),
    ("concat", "lists one after the other", "concat([1], [2, 3])"),
    ("contains", "whether it is an element", r#"contains(["a", "b"], "b")"#),
    ("distinct", "every element once", r#"distinct(["a", "b", "a"])"#),
    ("element", "the element at an index, which goes round", r#"element(["a", "b"], 3)"#),
    ("flatten", "lists in lists become one", "flatten([[1], [2, [3]]])"),
    ("index", "the element at an index or a key", r#"index(["a", "b"], 1)"#),
    ("keys", "the keys, sorted", "keys({b = 2, a = 1})"),
    ("length", "how many elements", "length([1, 2])"),
    ("lookup", "the value of a key, or else a default", r#"lookup({a = 1}, "b", 0)"#),
    ("merge", "maps over each other: the last one counts", "merge({a = 1}, {a = 2, b = 3})"),
    ("range", "numbers up to a limit; from, to, step", "range(3)"),
    ("setintersection", "what is in all", r#"setintersection(["a", "b"], ["b"])"#),
    ("setproduct", "every combination", r#"setproduct(["a"], ["x", "y"])"#),
    ("setunion", "what is in any", r#"setunion(["a"], ["b"])"#),
    ("slice", "from an index up to another", r#"slice(["a", "b", "c"], 1, 2)"#),
    ("sort", "texts in order", r#"sort(["b", "a"])"#),
    ("values", "the values, in the order of their keys", "values({b = 2, a = 1})"),
    ("zipmap", "a map of keys and values", r#"zipmap(["a", "b"], [1, 2])"#),
];

const NUMBERS: &[Entry] = &[
    ("abs", "without its sign", "abs(-2)"),
    ("ceil", "rounded up", "ceil(1.2)"),
    ("floor", "rounded down", "floor(1.8)"),
    ("log", "the logarithm to a base", "log(8, 2)"),
    ("max", "the greatest", "max(1, 3, 2)"),
    ("min", "the least", "min(1, 3, 2)"),
    ("parseint", "a whole number in a base of 2 to 62", r#"parseint("ff", 16)"#),
    ("pow", "to the power of", "pow(2, 10)"),
    ("signum", "-1, 0 or 1", "signum(-5)"),
];

const ENCODINGS: &[Entry] = &[
    ("base64decode", "text from base64", r#"base64decode("aGk=")"#),
    ("base64encode", "text as base64", r#"base64encode("hi")"#),
    ("csvdecode", "a list of lines, each a map by the names of the first line", r#"csvdecode("name,port\nweb,80")"#),
    ("jsondecode", "a value from JSON", r#"jsondecode("{\"a\": 1}")"#),
    ("jsonencode", "a value as JSON", "jsonencode({a = [1]})"),
    ("urlencode", "for the query of an address", r#"urlencode("a b&c")"#),
    ("yamldecode", "a value from YAML", r#"yamldecode("a: [1]")"#),
    ("yamlencode", "a value as YAML", "yamlencode({a = 1})"),
];

const FILES: &[Entry] = &[
    ("abspath", "the absolute path", r#"abspath("a.txt")"#),
    ("basename", "the last part", r#"basename("sub/b.txt")"#),
    ("dirname", "all but the last part", r#"dirname("sub/b.txt")"#),
    ("file", "what a file holds, which must be UTF-8", r#"file("a.txt")"#),
    ("filebase64", "what a file holds, as base64", r#"filebase64("bin.dat")"#),
    ("fileexists", "whether it is a file", r#"fileexists("c.txt")"#),
    ("fileset", "the files that a pattern finds", r#"fileset(".", "**/*.txt")"#),
    ("pathexpand", "`~` becomes the home directory", r#"pathexpand("~/key")"#),
];

const TIMES: &[Entry] = &[
    ("formatdate", "a time (RFC 3339) in another form", r#"formatdate("DD MMM YYYY hh:mm", "2026-01-02T03:04:05Z")"#),
    ("timeadd", "a time and a duration", r#"timeadd("2026-01-02T03:04:05Z", "1h30m")"#),
];

const ADDRESSES: &[Entry] = &[
    ("cidrhost", "the address of a host of a network", r#"cidrhost("10.0.0.0/24", 5)"#),
    ("cidrnetmask", "the mask of an IPv4 network", r#"cidrnetmask("10.0.0.0/24")"#),
    ("cidrsubnet", "a network in a network: more bits, and its number", r#"cidrsubnet("10.0.0.0/8", 8, 2)"#),
    ("cidrsubnets", "networks one after the other, by more bits each", r#"cidrsubnets("10.0.0.0/8", 8, 8)"#),
];

const HASHES: &[Entry] = &[
    ("bcrypt", "a hash of a password, another each time; cost 10 if not given", ""),
    ("md5", "MD5, in hexadecimal", r#"md5("a")"#),
    ("rsadecrypt", "a text (base64, PKCS #1 v1.5) opened with a private key in PEM", ""),
    ("sha1", "SHA-1, in hexadecimal", r#"sha1("a")"#),
    ("sha256", "SHA-256, in hexadecimal", r#"substr(sha256("a"), 0, 16)"#),
    ("sha512", "SHA-512, in hexadecimal", r#"substr(sha512("a"), 0, 16)"#),
    ("uuidv4", "a random UUID, another each time", ""),
    (
        "uuidv5",
        "the UUID of a name in a space: `dns`, `url`, `oid`, `x500` or a UUID",
        r#"uuidv5("dns", "example.com")"#,
    ),
];

const TYPES: &[Entry] = &[
    ("can", "whether an expression has a value", "can({a = 1}.b)"),
    ("convert", "a value of another type", r#"convert("5", number)"#),
    ("try", "the first expression that has a value", r#"try({a = 1}.b, "none")"#),
];

const INTRODUCTION: &str = "# Functions

For every expression of a job file; they are Nomad's, with its results. Made from the table the evaluator uses, every example evaluated.

`jobctl eval` tries one out:

```console
$ jobctl eval 'format(\"%s-%02d\", \"web\", 3)'
\"web-03\"
```

The file functions read beneath the directory of the job file and nowhere else above it; their examples see `a.txt`, `bin.dat` and `sub/b.txt` there. Templates have
functions of their own: [Templates](templates.md).
";

/// Every function, in Markdown.
pub(crate) fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (family, entries) in FAMILIES {
        // Writing to a text cannot fail.
        let _ = write!(page, "\n## {family}\n\n| function | gives | example | result |\n|---|---|---|---|\n");
        for (name, gives, example) in entries {
            let function = FUNCTIONS[name];
            let signature = signature(function);
            let result = if example.is_empty() { String::new() } else { code(&value(example).unwrap()) };
            let example = if example.is_empty() { String::new() } else { code(example) };
            let _ = writeln!(page, "| `{signature}` | {gives} | {example} | {result} |");
        }
    }
    page
}

fn signature(function: &Function) -> String {
    let mut names: Vec<String> = function.parameters.iter().map(|parameter| parameter.name.to_owned()).collect();
    names.extend(function.variadic.map(|parameter| format!("{}…", parameter.name)));
    format!("{}({})", function.name, names.join(", "))
}

/// A code span in a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

#[test]
fn every_function_is_listed_once() {
    let mut listed: Vec<&str> = FAMILIES.iter().flat_map(|(_, entries)| entries.iter().map(|entry| entry.0)).collect();
    listed.sort_unstable();
    assert_eq!(listed, super::names().collect::<Vec<_>>());
}

//! Codes of the parsers.

use super::Example::{File, Host, Job, Other, Task};
use super::{Explanation, entry};

const STRING: &str = "env {\n  GREETING = \"hello \\\"world\\\"\"\n}";
const VOLUME: &str = "client {\n  host_volume \"data\" {\n    path = \"/srv/data\"\n  }\n}";
const BLOCK: &str = "meta {\n  owner = \"ops\"\n}";
const LIST: &str = "datacenters = [\"dc1\", \"dc2\"]";
const HEREDOC: &str = "env {\n  TEXT = <<-EOT\n    first line\n    second line\n  EOT\n}";
const DIRECTIVE: &str = "env {\n  TEXT = \"%{ if true }yes%{ else }no%{ endif }\"\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "file::cannot_read",
        "a file cannot be read",
        "It is not there, it is a directory, or its permissions forbid it; the message says which.",
        Other("jobctl validate jobs/hello.nomad.hcl"),
    ),
    entry(
        "usage::not_an_assignment",
        "`--var` or `--meta` is followed by something that is not NAME=VALUE",
        "The name ends at the first `=`. A list or an object is written as in a job file, in the shell's quotes.",
        Other("jobctl plan --var count=3 --var 'names=[\"a\", \"b\"]' --meta who=ops web.hcl"),
    ),
    entry(
        "parser::too_large",
        "a file is larger than 64 MiB",
        "A job file describes work. Data belongs into artifacts, templates or volumes.",
        Job(BLOCK),
    ),
    entry(
        "parser::not_utf8",
        "a file is not UTF-8",
        "The job language is UTF-8 only. The label is at the first byte that is not.",
        Job(BLOCK),
    ),
    entry(
        "parser::after_argument",
        "something follows the value of an argument",
        "An argument ends at the end of its line.",
        Job("priority = 50\nregion   = \"global\""),
    ),
    entry(
        "parser::after_block",
        "something follows the closing brace of a block",
        "A block ends at the end of its line.",
        Job(BLOCK),
    ),
    entry(
        "parser::after_expression",
        "something follows an expression",
        "The expression was complete; what follows belongs to nothing. Often an operator or a comma is missing.",
        Job(LIST),
    ),
    entry(
        "parser::ambiguous_key",
        "a key of an object may be a reference or a name with dots",
        "Put it in quotes to make it a name, in parentheses to have it evaluated.",
        Job("meta = { \"a.b\" = \"x\" }"),
    ),
    entry(
        "parser::attribute_name",
        "a dot is not followed by a name",
        "What follows a dot is the name of an attribute, the number of an element or `*`.",
        File(
            "locals {\n  server = { port = 80 }\n}\n\njob \"web\" {\n  meta {\n    port = local.server.port\n  }\n  group \"main\" {\n    task \"main\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/true\"\n      }\n    }\n  }\n}",
        ),
    ),
    entry(
        "parser::block_header",
        "a block's labels are not followed by its opening brace",
        "A block is its kind, its labels in quotes, and braces, all begun on one line.",
        Job(BLOCK),
    ),
    entry(
        "parser::brace_after_argument",
        "a closing brace stands on the line of an argument",
        "The brace of a block over several lines stands on a line of its own.",
        Job(BLOCK),
    ),
    entry(
        "parser::colon_for_equals",
        "an argument is set with a colon",
        "Arguments are set with `=`; only keys of objects may have a colon.",
        Job("priority = 50"),
    ),
    entry(
        "parser::comma_after_argument",
        "a comma follows an argument",
        "Arguments stand on lines of their own, without commas. Keys of an object in one line have commas between them.",
        Job("meta = { a = \"1\", b = \"2\" }"),
    ),
    entry(
        "parser::duplicate_argument",
        "an argument is set twice",
        "A block has each argument once; which of two values was meant cannot be known.",
        Job("priority = 50"),
    ),
    entry(
        "parser::escape",
        "a backslash is followed by something that is no escape",
        "Known are \\n \\r \\t \\\" \\\\ \\uNNNN and \\UNNNNNNNN; a backslash itself is written twice.",
        Task(STRING),
    ),
    entry(
        "parser::hcl1",
        "something that only the first version of HCL allows",
        "Agent configurations are read with it, job files are not: one argument a line, names without quotes.",
        Host(VOLUME),
    ),
    entry(
        "parser::in_sequence",
        "something in `${ … }` or `%{ … }` does not belong there",
        "An interpolation holds one expression. For the text `${` itself write `$${`.",
        Task("env {\n  SHELL_VARIABLE = \"$${HOME}\"\n}"),
    ),
    entry(
        "parser::invalid_character",
        "a character means nothing in the job language",
        "Outside of texts and comments only names, numbers, texts and operators may stand. Often a quote was made \"typographic\" by an editor.",
        Job(LIST),
    ),
    entry(
        "parser::key_without_value",
        "a key of an object has no value",
        "Keys of an object are followed by `=` or `:` and a value.",
        Job("meta = { owner = \"ops\" }"),
    ),
    entry(
        "parser::legacy_index",
        "an index after a dot reads as a number with a fraction",
        "`a.0.1` is read as `a` and `0.1`. Write brackets: `a[0][1]`.",
        Job(LIST),
    ),
    entry(
        "parser::missing_equals",
        "a name is followed by neither `=` nor a block",
        "An argument is `name = value`, a block `name { … }`.",
        Job("priority = 50"),
    ),
    entry("parser::nested_splat", "`.*` stands inside `.*`", "Write `[*]`, which may be nested.", Job(LIST)),
    entry(
        "parser::no_alternative",
        "a conditional has no alternative",
        "A conditional is `condition ? value : other value`.",
        Job("priority = true ? 50 : 40"),
    ),
    entry(
        "parser::number",
        "something that begins like a number is none",
        "Numbers are digits with an optional fraction and exponent: 10, 1.5, 2e3.",
        Job("priority = 50"),
    ),
    entry(
        "parser::one_argument_a_line",
        "several arguments stand on one line",
        "A block on one line may hold one argument at most. This was allowed in the first version of HCL.",
        Job(BLOCK),
    ),
    entry(
        "parser::open_directive",
        "a template directive is not ended",
        "`%{ if }` needs `%{ endif }`, `%{ for }` needs `%{ endfor }`.",
        Task(DIRECTIVE),
    ),
    entry(
        "parser::open_line",
        "a block begun on one line goes on over the next",
        "A block is on one line from brace to brace, or its content stands on lines of its own.",
        Job(BLOCK),
    ),
    entry(
        "parser::quoted_name",
        "the name of an argument is in quotes",
        "Names of arguments have no quotes. Keys of an object may have them: `meta = { \"a b\" = \"c\" }`.",
        Job(BLOCK),
    ),
    entry(
        "parser::repeated_key",
        "a key stands twice in an object",
        "The last one counts; the first one has no effect.",
        Job("meta = { owner = \"ops\" }"),
    ),
    entry(
        "parser::statement_expected",
        "neither an argument nor a block",
        "A file and the inside of a block hold arguments and blocks only.",
        Job(BLOCK),
    ),
    entry(
        "parser::stray_brace",
        "a closing brace closes nothing",
        "Often a brace stands twice, or the opening one is missing above.",
        Job(BLOCK),
    ),
    entry(
        "parser::stray_directive",
        "a template directive has no beginning",
        "`%{ else }`, `%{ endif }` and `%{ endfor }` follow `%{ if }` or `%{ for }`.",
        Task(DIRECTIVE),
    ),
    entry(
        "parser::template_in_name",
        "a label or name has an interpolation",
        "Labels are fixed. A `dynamic` block has labels that are evaluated: `labels = [ … ]`.",
        Job(BLOCK),
    ),
    entry(
        "parser::too_deep",
        "blocks, brackets or templates are nested too deeply",
        "More than 256 levels are refused, so that no file can exhaust the memory.",
        Job(LIST),
    ),
    entry(
        "parser::too_many_errors",
        "there are too many syntax errors",
        "The rest of the file is not read. Mend the first ones: others often follow from them.",
        Job(BLOCK),
    ),
    entry(
        "parser::unclosed_block",
        "a block is never closed",
        "The label is at the block that lacks its closing brace.",
        Job(BLOCK),
    ),
    entry(
        "parser::unclosed_bracket",
        "a bracket or parenthesis is never closed",
        "The label is at the one that lacks its partner.",
        Job(LIST),
    ),
    entry(
        "parser::unexpected",
        "something else was expected here",
        "The message says what was expected and what was found.",
        Job(LIST),
    ),
    entry(
        "parser::unknown_directive",
        "a template directive is not known",
        "Known are `if`, `else`, `endif`, `for` and `endfor`.",
        Task(DIRECTIVE),
    ),
    entry(
        "parser::unterminated_comment",
        "a comment is never closed",
        "A comment begun with `/*` ends with `*/`.",
        Job("/* fifty is\n   the default */\npriority = 50"),
    ),
    entry(
        "parser::unterminated_heredoc",
        "a heredoc is never closed",
        "Its marker stands alone on the last line. With `<<-` it may be indented.",
        Task(HEREDOC),
    ),
    entry(
        "parser::unterminated_sequence",
        "an interpolation or directive is never closed",
        "`${` and `%{` need their closing brace. For the text itself write `$${` or `%%{`.",
        Task("env {\n  SHELL_VARIABLE = \"$${HOME}\"\n}"),
    ),
    entry(
        "parser::unterminated_string",
        "a text is never closed",
        "A text in quotes ends on its line. Texts over several lines are heredocs.",
        Task(HEREDOC),
    ),
    entry(
        "parser::toml",
        "a file is not valid TOML",
        "The message is that of the TOML parser.",
        Other("[job.web]\ntype = \"service\""),
    ),
    entry(
        "parser::json",
        "a file is not valid JSON, or not an object",
        "A job in JSON is one object, or an array of objects.",
        Other("{\"job\": {\"web\": {\"type\": \"service\"}}}"),
    ),
    entry(
        "parser::date",
        "a date stands in a TOML file",
        "The job language has no dates: put it in quotes.",
        Other("[job.web.meta]\nsince = \"2026-08-01\""),
    ),
    entry(
        "parser::label_missing",
        "a block in TOML or JSON lacks its label",
        "The label is a key: the block stands in a table of that name.",
        Other("[job.web.group.api]\ncount = 1"),
    ),
    entry(
        "parser::block_expected",
        "a value stands where TOML or JSON need a block",
        "A block is a table; several blocks are an array of tables.",
        Other("[[job.web.group.api.task.server.volume_mount]]\nvolume = \"data\""),
    ),
    entry(
        "format::attribute_and_block",
        "a name is both an argument and a block",
        "TOML and JSON have one key for both: it can be one only.",
        Job(BLOCK),
    ),
    entry(
        "format::not_a_name",
        "a key cannot be the name of an argument in HCL",
        "Names are letters, digits, hyphens and underscores.",
        Job(BLOCK),
    ),
];

//! Codes of the decoder.

use super::Example::{File, Group, Job, Other, Task};
use super::{Explanation, entry};

const JOB: &str = "job \"web\" {\n  group \"main\" {\n    task \"main\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/true\"\n      }\n    }\n  }\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "job::unexpected_argument",
        "an argument stands outside of any block",
        "A job file holds a `job` block, and `variable` and `locals` blocks beside it.",
        File(JOB),
    ),
    entry(
        "job::unexpected_block",
        "a block is not known at the top of a job file",
        "A job file holds a `job` block, and `variable` and `locals` blocks beside it.",
        File(JOB),
    ),
    entry("job::missing", "the file has no job", "A job file holds exactly one `job` block.", File(JOB)),
    entry(
        "job::several",
        "the file has more than one job",
        "A job file holds exactly one `job` block. Put the others in files of their own.",
        File(JOB),
    ),
    entry(
        "job::cluster_only",
        "something has no effect on one host",
        "It is kept in the plan, in exports and for `jobctl submit`: a Nomad cluster obeys it. On one host there is nowhere else to place, spread or migrate to.",
        Job("priority = 50"),
    ),
    entry(
        "decode::unknown_argument",
        "an argument is not known in this block",
        "Most often it is misspelt, or belongs in another block. What is not known would silently do nothing.",
        Group("count = 2"),
    ),
    entry(
        "decode::unknown_block",
        "a block is not known in this block",
        "Most often it is misspelt, or belongs in another block. What is not known would silently do nothing.",
        Group("restart {\n  attempts = 3\n}"),
    ),
    entry(
        "decode::not_an_argument",
        "a block is written as an argument",
        "`name = { … }` sets a value, `name { … }` is a block.",
        Group("restart {\n  attempts = 3\n}"),
    ),
    entry(
        "decode::not_a_block",
        "an argument is written as a block",
        "`name = { … }` sets a value, `name { … }` is a block.",
        Group("count = 2"),
    ),
    entry(
        "decode::duplicate_block",
        "a block stands twice where one is allowed",
        "Which of them is meant cannot be known. Put everything in one.",
        Task("env {\n  A = \"1\"\n  B = \"2\"\n}"),
    ),
    entry(
        "decode::missing_label",
        "a block lacks its label",
        "Its label is its name: others refer to it.",
        Group("volume \"data\" {\n  type   = \"host\"\n  source = \"data\"\n}"),
    ),
    entry(
        "decode::extra_label",
        "a block has a label too many",
        "Most blocks have none, some have one.",
        Group("restart {\n  attempts = 3\n}"),
    ),
    entry(
        "decode::missing_argument",
        "a block lacks an argument it cannot do without",
        "The block means nothing without it.",
        Task("action \"backup\" {\n  command = \"/bin/backup\"\n}"),
    ),
    entry(
        "decode::block_in_map",
        "a block stands among free keys and values",
        "`meta`, `env` and their like hold `key = value` only.",
        Task("env {\n  A = \"1\"\n}"),
    ),
    entry(
        "decode::wrong_type",
        "a value has another type than the one wanted",
        "A number or bool may stand where text is wanted, and a text that reads as a number or bool where one is wanted. Nothing else is converted.",
        Group("count = 2"),
    ),
    entry(
        "decode::wrong_number",
        "a number does not fit",
        "Whole numbers are wanted, in a range the message names.",
        Group("count = 2"),
    ),
    entry(
        "decode::bad_duration",
        "a text is not a duration",
        "Durations are numbers with units, one after the other: ns, us, ms, s, m, h.",
        Task("kill_timeout = \"1m30s\""),
    ),
    entry(
        "decode::deprecated",
        "something is deprecated",
        "It still works here. A later Nomad may not read it any more; the help line says what to write instead.",
        Job("type = \"batch\"\nperiodic {\n  crons = [\"0 3 * * *\"]\n}"),
    ),
    entry(
        "api_form::not_an_object",
        "`Job` of an API document is not an object",
        "Nomad's API form is {\"Job\": {…}}, or the job's object itself.",
        Other("{\"Job\": {\"ID\": \"web\", \"TaskGroups\": []}}"),
    ),
    entry(
        "api_form::left_out",
        "a key of an API document says something that is lost here",
        "What a server keeps of a job beside its specification (that it is stopped, its payload, tokens) has no place in a job file.",
        Other("{\"Job\": {\"ID\": \"web\", \"Stop\": false, \"TaskGroups\": []}}"),
    ),
    entry(
        "api_form::wrong_type",
        "a key of an API document holds something of another form",
        "Blocks are objects or lists of objects in the API form. `jobctl export nomad` writes it.",
        Other("{\"Job\": {\"ID\": \"web\", \"TaskGroups\": [{\"Name\": \"main\", \"Tasks\": []}]}}"),
    ),
    entry(
        "api_form::unknown_name",
        "a key of an API document is not known",
        "It is read past. The names of the API form are capitalised and differ from those of job files: `TaskGroups`, not `group`.",
        Other("{\"Job\": {\"ID\": \"web\", \"TaskGroups\": []}}"),
    ),
];

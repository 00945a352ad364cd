//! Codes of the evaluator.

use super::Example::{File, Job, Other, Task};
use super::{Explanation, entry};

const VARIABLE: &str = "variable \"image\" {\n  type        = string\n  default     = \"app\"\n  description = \"what to run\"\n  validation {\n    condition     = var.image != \"\"\n    error_message = \"The image must not be empty.\"\n  }\n}\n\njob \"web\" {\n  group \"main\" {\n    task \"main\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/${var.image}\"\n      }\n    }\n  }\n}";
const LOCALS: &str = "locals {\n  tier = upper(\"prod\")\n}\n\njob \"web\" {\n  meta {\n    tier = local.tier\n  }\n  group \"main\" {\n    task \"main\" {\n      driver = \"exec\"\n      config {\n        command = \"/bin/true\"\n      }\n    }\n  }\n}";
const DYNAMIC: &str = "dynamic \"artifact\" {\n  for_each = [\"a\", \"b\"]\n  iterator = item\n  content {\n    source = \"https://example.com/${item.value}\"\n  }\n}";
const FOR: &str = "meta = { for name in [\"a\", \"b\"] : name => upper(name) }";
const CONDITION: &str = "priority = length([\"a\"]) > 0 ? 50 : 40";
const FUNCTION: &str = "env {\n  HOSTS = join(\",\", [\"a\", \"b\"])\n}";
const INDEX: &str = "env {\n  FIRST = [\"a\", \"b\"][0]\n  PORT  = { http = 80 }.http\n}";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "eval::duplicate_key",
        "two elements of a `for` make the same key",
        "An object has each key once. With `...` the values of equal keys are collected in lists.",
        Job(FOR),
    ),
    entry("eval::duplicate_local", "a local is defined twice", "Its value would depend on the order.", File(LOCALS)),
    entry(
        "eval::duplicate_variable",
        "a variable is declared twice",
        "Which default is meant cannot be known.",
        File(VARIABLE),
    ),
    entry(
        "eval::function_failed",
        "a function has no result for these arguments",
        "The message is the function's own.",
        Task(FUNCTION),
    ),
    entry(
        "eval::incomplete_validation",
        "a validation lacks its condition or its message",
        "Both are needed: what is checked, and what is said when it fails.",
        File(VARIABLE),
    ),
    entry(
        "eval::inconsistent_types",
        "the two results of a condition have types that do not go together",
        "The value must have one type whichever way the condition goes.",
        Job(CONDITION),
    ),
    entry(
        "eval::invalid_argument",
        "a function does not take an argument of this type or value",
        "The help line shows how the function is used.",
        Task(FUNCTION),
    ),
    entry(
        "eval::invalid_condition",
        "a condition is neither true nor false",
        "`?:`, `if` and validations ask for a bool.",
        Job(CONDITION),
    ),
    entry(
        "eval::invalid_description",
        "a variable's description is not a text",
        "It is for people, in quotes.",
        File(VARIABLE),
    ),
    entry(
        "eval::invalid_dynamic",
        "a `dynamic` block is incomplete or wrong",
        "It has one label, `for_each`, `content`, and optionally `iterator` and `labels`.",
        Task(DYNAMIC),
    ),
    entry(
        "eval::invalid_error_message",
        "a validation's message is not a sentence",
        "It is shown to whoever set the variable: a capital letter, and a full stop or question mark.",
        File(VARIABLE),
    ),
    entry(
        "eval::invalid_expansion",
        "`...` follows something that has no elements",
        "`f(list...)` makes the elements of a list the arguments.",
        Task("env {\n  LEAST = min([3, 1, 2]...)\n}"),
    ),
    entry(
        "eval::invalid_index",
        "an index is not there",
        "Lists count from 0; objects and maps are indexed by their keys.",
        Task(INDEX),
    ),
    entry(
        "eval::invalid_key",
        "a value cannot be the key of an object",
        "Keys are texts; numbers and bools are converted.",
        Job(FOR),
    ),
    entry("eval::invalid_label", "a label made by a `dynamic` block is not a text", "Labels are names.", Task(DYNAMIC)),
    entry(
        "eval::invalid_operand",
        "an operator does not work on a value of this type",
        "Arithmetic wants numbers, logic wants bools. Texts are joined by interpolation.",
        Job(CONDITION),
    ),
    entry(
        "eval::invalid_type",
        "a variable's type is not a type",
        "Types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…}).",
        File(VARIABLE),
    ),
    entry(
        "eval::invalid_variable_value",
        "a variable was given a value of another type",
        "The value cannot be converted into the type that the variable declares.",
        File(VARIABLE),
    ),
    entry("eval::local_cycle", "locals need each other", "None of them can be computed first.", File(LOCALS)),
    entry(
        "eval::missing_argument",
        "a function lacks an argument",
        "The help line shows how the function is used.",
        Task(FUNCTION),
    ),
    entry(
        "eval::no_attributes",
        "a value has no attributes",
        "Only objects and maps have names in them; lists are indexed by number.",
        Task(INDEX),
    ),
    entry(
        "eval::no_files_here",
        "a file function stands where files are not seen",
        "A validation sees its variable only.",
        File(VARIABLE),
    ),
    entry(
        "eval::no_result",
        "an operation has no result",
        "Zero divided by zero, and the like.",
        Job("priority = 100 / 2"),
    ),
    entry(
        "eval::not_a_string",
        "a value cannot stand in a text",
        "Lists and objects have no text of their own: use `join` or `jsonencode`.",
        Task(FUNCTION),
    ),
    entry(
        "eval::not_constant",
        "a reference or call stands where only a constant may",
        "Defaults of variables are read before anything is computed.",
        File(VARIABLE),
    ),
    entry(
        "eval::not_deterministic",
        "a function gives another result each time",
        "Every plan would differ from the one before: the job would be replaced each time it is run.",
        Task("env {\n  ID = uuidv5(\"dns\", \"example.com\")\n}"),
    ),
    entry(
        "eval::not_iterable",
        "a value cannot be gone through",
        "`for` and `for_each` want a list, set, map or object.",
        Job(FOR),
    ),
    entry(
        "eval::not_json",
        "a line given to `jobctl eval` is not JSON",
        "With `--lines` each line is read by itself.",
        Other("echo '1 + 1' | jobctl eval --lines -"),
    ),
    entry(
        "eval::null_value",
        "null stands where a value is wanted",
        "Ask for a default: `coalesce(x, \"default\")`.",
        Task("env {\n  NAME = coalesce(null, \"default\")\n}"),
    ),
    entry(
        "eval::number_out_of_range",
        "a number is too large or too small",
        "Numbers are exact up to a limit no job needs.",
        Job("priority = 50"),
    ),
    entry(
        "eval::too_deep",
        "a value is nested too deeply",
        "Lists in lists beyond a few hundred levels are refused, so that no file can exhaust the memory.",
        Job("datacenters = [\"dc1\"]"),
    ),
    entry(
        "eval::too_large",
        "a value is too large",
        "A few lines can make a list or text larger than the memory. There are limits, far above what a job needs.",
        Task(FUNCTION),
    ),
    entry(
        "eval::too_many_arguments",
        "a function has too many arguments",
        "The help line shows how the function is used.",
        Task(FUNCTION),
    ),
    entry(
        "eval::too_many_blocks",
        "`dynamic` blocks make too many blocks",
        "There is a limit, so that no file can exhaust the memory.",
        Task(DYNAMIC),
    ),
    entry(
        "eval::undeclared_variable",
        "a value is set for a variable that the job does not declare",
        "Most often the name is misspelt; a value that goes nowhere helps nobody.",
        File(VARIABLE),
    ),
    entry(
        "eval::unexpected_block",
        "a block stands where none belongs",
        "`locals`, `variables`, `validation` and variable files hold arguments.",
        File(LOCALS),
    ),
    entry(
        "eval::unexpected_label",
        "`locals` or `variables` has a label",
        "There is nothing to name: all locals are one set.",
        File(LOCALS),
    ),
    entry(
        "eval::unknown_argument",
        "an argument is not known in a variable, validation or dynamic block",
        "The help line says which are known.",
        File(VARIABLE),
    ),
    entry(
        "eval::unknown_attribute",
        "an object has no attribute or key of this name",
        "The help line says which there are.",
        Task(INDEX),
    ),
    entry(
        "eval::unknown_function",
        "there is no such function",
        "The help line names the nearest one.",
        Task(FUNCTION),
    ),
    entry(
        "eval::unknown_local",
        "there is no such local",
        "Locals are defined in a `locals` block beside the job.",
        File(LOCALS),
    ),
    entry(
        "eval::unknown_variable",
        "there is no such variable",
        "Variables are declared beside the job.",
        File(VARIABLE),
    ),
    entry(
        "eval::unset_variable",
        "a variable has no value",
        "It has no default, and none was given: `--var`, `--var-file`, NOMAD_VAR_name.",
        File(VARIABLE),
    ),
    entry(
        "eval::validation_failed",
        "a variable's value does not pass its validation",
        "The message is the validation's own.",
        File(VARIABLE),
    ),
    entry(
        "eval::validation_reference",
        "a validation looks at something else than its variable",
        "It is checked before anything else is known.",
        File(VARIABLE),
    ),
    entry(
        "eval::variable_name",
        "a variable's name cannot be referred to",
        "A name begins with a letter or `_`; digits and `-` may follow.",
        File(VARIABLE),
    ),
];

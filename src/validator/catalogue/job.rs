//! Codes of rules about a job as a whole.

use super::Example::{Group, Job};
use super::{Explanation, entry};

const BATCH: &str = "type = \"batch\"";
const PERIODIC: &str =
    "type = \"batch\"\nperiodic {\n  crons     = [\"0 3 * * *\"]\n  time_zone = \"Europe/Berlin\"\n}";
const PARAMETERIZED: &str = "type = \"batch\"\nparameterized {\n  payload       = \"optional\"\n  meta_required = [\"customer\"]\n  meta_optional = [\"priority\"]\n}";
const CONSTRAINT: &str =
    "constraint {\n  attribute = \"${attr.kernel.name}\"\n  operator  = \"=\"\n  value     = \"linux\"\n}";
const VERSION: &str =
    "constraint {\n  attribute = \"${attr.kernel.version}\"\n  operator  = \"version\"\n  value     = \">= 5.10\"\n}";
const AFFINITY: &str = "affinity {\n  attribute = \"${meta.rack}\"\n  value     = \"r1\"\n  weight    = 50\n}";
const SPREAD: &str = "spread {\n  attribute = \"${node.datacenter}\"\n  weight    = 100\n  target \"dc1\" {\n    percent = 70\n  }\n  target \"dc2\" {\n    percent = 30\n  }\n}";
const ANYWHERE: &str = "Asked of a cluster's hosts; kept for the day this job is handed to one.";

pub(super) const ALL: &[Explanation] = &[
    entry(
        "job::empty_id",
        "the job has no id",
        "The id is the name under which it is planned, stopped and looked at.",
        Job("id = \"web\""),
    ),
    entry(
        "job::space_in_id",
        "the job's id has a space in it",
        "Nomad refuses it, and names of allocations are made of it.",
        Job("id = \"web-server\""),
    ),
    entry(
        "job::null_in_id",
        "the job's id has a null character in it",
        "No system call takes such a name.",
        Job("id = \"web\""),
    ),
    entry(
        "job::null_in_name",
        "the job's name has a null character in it",
        "No system call takes such a name.",
        Job("name = \"web\""),
    ),
    entry(
        "job::unknown_type",
        "the job's type is not known",
        "A service runs until it is stopped, a batch job until it is done; system and sysbatch are the same on every host of a cluster.",
        Job(BATCH),
    ),
    entry(
        "job::empty_datacenter",
        "a data center has no name",
        "It would match nothing.",
        Job("datacenters = [\"dc1\"]"),
    ),
    entry(
        "job::priority_out_of_range",
        "the priority is out of range",
        "A cluster takes 1 to 100 by default.",
        Job("priority = 50"),
    ),
    entry("job::no_groups", "the job has no group", "There is nothing to run.", Group("count = 1")),
    entry(
        "job::duplicate_group",
        "two groups have the same name",
        "Allocations are named after their group.",
        Group("count = 1"),
    ),
    entry(
        "job::system_with_affinity",
        "a system job has an affinity",
        "It runs on every host: there is nothing to prefer.",
        Job(AFFINITY),
    ),
    entry(
        "job::system_with_spread",
        "a system job has a spread",
        "It runs on every host: there is nothing to spread.",
        Job(SPREAD),
    ),
    entry(
        "ui::description_too_long",
        "the description is longer than 1000 characters",
        "Nomad refuses it. Put the rest behind a link.",
        Job("ui {\n  description = \"the **web** server\"\n}"),
    ),
    entry(
        "update::mixed_auto_promote",
        "some groups promote their canaries themselves and some do not",
        "A deployment is promoted as a whole: it waits for a person all the same.",
        Job("update {\n  canary       = 1\n  auto_promote = true\n}"),
    ),
    entry(
        "periodic::wrong_job_type",
        "a job that is no batch job is periodic",
        "What is started by the clock must end by itself.",
        Job(PERIODIC),
    ),
    entry("periodic::no_cron", "a periodic job does not say when", "It would never start.", Job(PERIODIC)),
    entry(
        "periodic::cron_and_crons",
        "both `cron` and `crons` are given",
        "`cron` is the old form of `crons`.",
        Job(PERIODIC),
    ),
    entry(
        "periodic::bad_cron",
        "a cron expression cannot be read",
        "Five fields: minute, hour, day of month, month, day of week. Six have the year last, seven have seconds first and the year last. @hourly, @daily, @weekly, @monthly and @yearly stand for expressions.",
        Job(PERIODIC),
    ),
    entry(
        "periodic::unknown_time_zone",
        "the time zone is not known",
        "Names are those of the time zone database, such as \"Europe/Berlin\".",
        Job(PERIODIC),
    ),
    entry(
        "parameterized::wrong_job_type",
        "a job that is no batch job is parameterized",
        "What is dispatched must end by itself.",
        Job(PARAMETERIZED),
    ),
    entry(
        "parameterized::unknown_payload",
        "the payload is neither optional, required nor forbidden",
        "It says whether whoever dispatches the job hands it data.",
        Job(PARAMETERIZED),
    ),
    entry(
        "parameterized::required_and_optional",
        "a key is both required and optional",
        "It can be one only.",
        Job(PARAMETERIZED),
    ),
    entry("constraint::unknown_operator", "a constraint's operator is not known", ANYWHERE, Job(CONSTRAINT)),
    entry(
        "constraint::no_attribute",
        "a constraint has no attribute",
        "Nothing is compared with the value.",
        Job(CONSTRAINT),
    ),
    entry(
        "constraint::literal_attribute",
        "a constraint's attribute is a plain text",
        "It is the same on every host. Attributes of a host are written ${attr.…}, ${meta.…} or ${node.…}.",
        Job(CONSTRAINT),
    ),
    entry(
        "constraint::no_value",
        "a constraint's operator needs a value",
        "The attribute is compared with nothing.",
        Job(CONSTRAINT),
    ),
    entry(
        "constraint::value_not_wanted",
        "a constraint has a value that its operator does not look at",
        "`is_set` and `is_not_set` ask only whether the attribute is there.",
        Job("constraint {\n  attribute = \"${meta.rack}\"\n  operator  = \"is_set\"\n}"),
    ),
    entry(
        "constraint::bad_value",
        "a constraint's value does not suit its operator",
        "`regexp` wants a regular expression, `version` and `semver` want comparisons of versions, `distinct_property` a count.",
        Job(VERSION),
    ),
    entry(
        "constraint::distinct_in_task",
        "a task asks for hosts or properties to be distinct",
        "That is about whole allocations, not about one task of them.",
        Job("constraint {\n  distinct_hosts = true\n}"),
    ),
    entry("affinity::unknown_operator", "an affinity's operator is not known", ANYWHERE, Job(AFFINITY)),
    entry(
        "affinity::no_attribute",
        "an affinity has no attribute",
        "Nothing is compared with the value.",
        Job(AFFINITY),
    ),
    entry(
        "affinity::literal_attribute",
        "an affinity's attribute is a plain text",
        "It is the same on every host. Attributes of a host are written ${attr.…}, ${meta.…} or ${node.…}.",
        Job(AFFINITY),
    ),
    entry(
        "affinity::no_value",
        "an affinity's operator needs a value",
        "The attribute is compared with nothing.",
        Job(AFFINITY),
    ),
    entry(
        "affinity::bad_value",
        "an affinity's value does not suit its operator",
        "`regexp` wants a regular expression, `version` and `semver` want comparisons of versions.",
        Job(AFFINITY),
    ),
    entry(
        "affinity::bad_weight",
        "an affinity's weight is 0 or out of range",
        "1 to 100 seek, -1 to -100 avoid, 0 would do nothing.",
        Job(AFFINITY),
    ),
    entry("spread::no_attribute", "a spread has no attribute", "There is nothing to spread over.", Job(SPREAD)),
    entry("spread::bad_weight", "a spread's weight is out of range", "1 to 100.", Job(SPREAD)),
    entry(
        "spread::bad_percent",
        "a target of a spread has more than 100 percent",
        "There is no more than all.",
        Job(SPREAD),
    ),
    entry(
        "spread::percent_over_all",
        "the targets of a spread add up to more than 100 percent",
        "There is no more than all.",
        Job(SPREAD),
    ),
    entry(
        "spread::duplicate_target",
        "a target of a spread stands twice",
        "Which percentage is meant cannot be known.",
        Job(SPREAD),
    ),
    entry(
        "job::empty_name",
        "the job's name is empty",
        "Leave it out: the id is its name then.",
        Job("name = \"web\""),
    ),
    entry(
        "job::empty_region",
        "the job's region is empty",
        "Leave it out: it is \"global\" then.",
        Job("region = \"global\""),
    ),
];

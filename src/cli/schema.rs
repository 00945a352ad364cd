//! `jobctl schema`: JSON Schemas of what jobctl reads and writes.

use super::{Exit, Output};
use crate::{host, jobspec, validator};

/// Arguments of `jobctl schema`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Of which document
    #[arg(value_name = "DOCUMENT")]
    document: Document,
}

/// The documents with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Document {
    /// Job files in TOML or JSON
    Job,
    /// The host's configuration in TOML or JSON
    Host,
    /// A resolved plan: what `inspect` prints
    Plan,
    /// A difference of plans: `diff` in what `plan --json` prints
    Diff,
    /// `status --json`
    Status,
    /// One line of `events --json`
    Events,
    /// One line of `stats --json`
    Stats,
    /// `submit --json`, with `--plan` too
    Submit,
}

/// Prints the schema.
pub fn run(arguments: &Arguments, output: &mut Output) -> Exit {
    // Those that lie there are made from the types by the tests below, which fail where they are stale.
    let kept = match arguments.document {
        Document::Job => return output.finish_json(&jobspec::json_schema(&validator::config_schemas())),
        Document::Host => return output.finish_json(&host::json_schema()),
        Document::Plan => include_str!("../../schema/plan.schema.json"),
        Document::Diff => include_str!("../../schema/diff.schema.json"),
        Document::Status => include_str!("../../schema/status.schema.json"),
        Document::Events => include_str!("../../schema/events.schema.json"),
        Document::Stats => include_str!("../../schema/stats.schema.json"),
        Document::Submit => include_str!("../../schema/submit.schema.json"),
    };
    output.finish_data(kept)
}

#[cfg(test)]
mod tests {
    use crate::cli::book::assert_fresh;
    use crate::cli::events::EventReport;
    use crate::cli::stats::StatsReport;
    use crate::cli::status::StatusReport;
    use crate::cli::submit_report::SubmitReport;
    use crate::plan::Plan;
    use crate::planner::Diff;
    use crate::{host, jobspec, validator};

    #[test]
    fn the_schema_of_jobs_is_fresh() {
        let schema = jobspec::json_schema(&validator::config_schemas());
        assert_fresh("schema/job.schema.json", &(serde_json::to_string_pretty(&schema).unwrap() + "\n"));
    }

    #[test]
    fn the_schema_of_the_host_is_fresh() {
        let schema = serde_json::to_string_pretty(&host::json_schema()).unwrap();
        assert_fresh("schema/host.schema.json", &(schema + "\n"));
    }

    #[test]
    fn the_schemas_of_plans_and_diffs_are_fresh() {
        let plan = serde_json::to_string_pretty(&schemars::schema_for!(Plan)).unwrap();
        assert_fresh("schema/plan.schema.json", &(plan + "\n"));
        let diff = serde_json::to_string_pretty(&schemars::schema_for!(Diff)).unwrap();
        assert_fresh("schema/diff.schema.json", &(diff + "\n"));
    }

    #[test]
    fn the_schemas_of_what_runs_are_fresh() {
        let text = |schema: schemars::Schema| serde_json::to_string_pretty(&schema).unwrap() + "\n";
        assert_fresh("schema/status.schema.json", &text(schemars::schema_for!(StatusReport)));
        assert_fresh("schema/events.schema.json", &text(schemars::schema_for!(EventReport)));
        assert_fresh("schema/stats.schema.json", &text(schemars::schema_for!(StatsReport)));
    }

    #[test]
    fn the_schema_of_what_clusters_say_is_fresh() {
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(SubmitReport)).unwrap();
        assert_fresh("schema/submit.schema.json", &(schema + "\n"));
    }
}

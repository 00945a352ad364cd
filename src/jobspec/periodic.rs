//! `periodic` and `parameterized`: jobs that make other jobs.

use super::block::block;
use super::spanned::{List, Opt, Str};

block! {
    /// When a batch job is started by the clock.
    Periodic = "periodic" {
        /// Whether it is.
        enabled: Opt<bool> => "Enabled", default("true");
        /// A cron expression.
        cron: Opt<Str> => "Spec", deprecated("`crons`, a list");
        /// Cron expressions: five fields, or six or seven with seconds and years, or `@daily` and its like.
        crons: Opt<List<Str>> => "Specs";
        /// Whether it waits for the one before to end.
        prohibit_overlap: Opt<bool> => "ProhibitOverlap", default("false");
        /// The time zone of the expressions.
        time_zone: Opt<Str> => "TimeZone", default("UTC");
    }
}

block! {
    /// Makes a batch job a template that is dispatched with parameters.
    Parameterized = "parameterized" {
        /// Whether a payload must, may or must not be given.
        payload: Opt<Str> => "Payload", values(&["optional", "required", "forbidden"]), default("optional");
        /// Keys that must be given.
        meta_required: Opt<List<Str>> => "MetaRequired";
        /// Keys that may be given.
        meta_optional: Opt<List<Str>> => "MetaOptional";
    }
}

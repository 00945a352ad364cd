//! Which fields can change in a running task: one table, one row a field.
//!
//! The table is checked by the compiler: a field that is added to a plan and not to the table does not build.

use serde::Serialize;

use super::Effect;
use super::fields::Fields;
use crate::plan::{Group, Job, Task};

/// Fields that name a thing or are compared as things of their own.
const NOT_COMPARED: Option<Effect> = None;
/// The supervisor takes the new value over, or the cgroup is written.
const IN_PLACE: Option<Effect> = Some(Effect::InPlace);
/// How many allocations there are.
const SCALE: Option<Effect> = Some(Effect::Scale);
/// A process has it from its start on.
const REPLACE: Option<Effect> = Some(Effect::Replace);

/// Parts of a field of a task that are apart from the rest of it: the beginning of a path, and its effect.
const EXCEPTIONS: &[(&str, Effect)] = &[
    // A pump that is there can change its files, not appear or vanish.
    ("logs.disabled", Effect::Replace),
    // They repeat what changes in place; a process sees the new values when it is next started.
    ("env.NOMAD_META_", Effect::InPlace),
    ("env.NOMAD_CPU_LIMIT", Effect::InPlace),
    ("env.NOMAD_CPU_CORES", Effect::InPlace),
    ("env.NOMAD_MEMORY_LIMIT", Effect::InPlace),
    ("env.NOMAD_MEMORY_MAX_LIMIT", Effect::InPlace),
];

/// Declares `compare` and `whole` of a struct: a row is the field, its name in the plan document, its effect.
macro_rules! table {
    ($type:ident { $($field:ident $name:literal $effect:ident;)* }) => {
        impl Compared for $type {
            #[cfg(test)]
            const FIELDS: &'static [(&'static str, Option<Effect>)] = &[$(($name, $effect)),*];

            fn compare(&self, after: &Self, fields: &mut Fields) {
                let Self { $($field),* } = self;
                $(compare_field($name, $effect, $field, &after.$field, fields);)*
            }

            fn whole(&self, created: bool, fields: &mut Fields) {
                let Self { $($field),* } = self;
                $(whole_field($name, $effect, $field, created, fields);)*
            }
        }
    };
}

/// A part of the plan that is compared field by field.
pub(super) trait Compared {
    /// Every field by its name in the plan document; `None` for those that are not compared.
    #[cfg(test)]
    const FIELDS: &'static [(&'static str, Option<Effect>)];

    /// What differs.
    fn compare(&self, after: &Self, fields: &mut Fields);

    /// Every field, as created or deleted.
    fn whole(&self, created: bool, fields: &mut Fields);
}

table! { Job {
    id "id" NOT_COMPARED;
    name "name" IN_PLACE;
    namespace "namespace" NOT_COMPARED;
    region "region" IN_PLACE;
    kind "type" REPLACE;
    datacenter "datacenter" IN_PLACE;
    meta "meta" IN_PLACE;
} }

table! { Group {
    address "address" NOT_COMPARED;
    name "name" NOT_COMPARED;
    count "count" SCALE;
    shutdown_delay "shutdown_delay" IN_PLACE;
    max_run_duration "max_run_duration" IN_PLACE;
    meta "meta" IN_PLACE;
    ports "ports" REPLACE;
    tasks "tasks" NOT_COMPARED;
} }

table! { Task {
    address "address" NOT_COMPARED;
    name "name" NOT_COMPARED;
    driver "driver" REPLACE;
    lifecycle "lifecycle" REPLACE;
    leader "leader" IN_PLACE;
    command "command" REPLACE;
    user "user" REPLACE;
    env "env" REPLACE;
    env_at_start "env_at_start" REPLACE;
    meta "meta" IN_PLACE;
    payload "payload" REPLACE;
    artifacts "artifacts" REPLACE;
    templates "templates" REPLACE;
    isolation "isolation" REPLACE;
    capabilities "capabilities" REPLACE;
    no_new_privileges "no_new_privileges" REPLACE;
    apparmor_profile "apparmor_profile" REPLACE;
    resources "resources" IN_PLACE;
    rlimits "rlimits" REPLACE;
    oom_score_adj "oom_score_adj" REPLACE;
    actions "actions" IN_PLACE;
    logs "logs" IN_PLACE;
    restart "restart" IN_PLACE;
    kill_signal "kill_signal" IN_PLACE;
    kill_timeout "kill_timeout" IN_PLACE;
    shutdown_delay "shutdown_delay" IN_PLACE;
} }

/// The effect of a path, where the field's own is `effect`.
pub(super) fn effect_of(path: &str, effect: Effect) -> Effect {
    EXCEPTIONS.iter().find(|(beginning, _)| path.starts_with(beginning)).map_or(effect, |(_, effect)| *effect)
}

fn compare_field<T: PartialEq + Serialize>(
    name: &str,
    effect: Option<Effect>,
    before: &T,
    after: &T,
    fields: &mut Fields,
) {
    if let Some(effect) = effect
        && before != after
    {
        fields.compare(name, effect, &tree(before), &tree(after));
    }
}

fn whole_field<T: Serialize>(name: &str, effect: Option<Effect>, value: &T, created: bool, fields: &mut Fields) {
    if let Some(effect) = effect {
        let value = tree(value);
        let (before, after) = if created { (None, Some(value)) } else { (Some(value), None) };
        fields.push(name.to_owned(), before, after, effect);
    }
}

fn tree(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("a plan is serialisable: text, whole numbers, keys that are text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples;

    fn names<T: Compared + Serialize>(value: &T) {
        let document = tree(value);
        let written: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
        let table: Vec<&str> = T::FIELDS.iter().map(|(name, _)| *name).collect();
        assert_eq!(written, table);
    }

    #[test]
    fn the_table_has_the_names_of_the_document() {
        let plan = samples::plan();
        names(&plan.job);
        names(&plan.groups[0]);
        names(&plan.groups[0].tasks[0]);
    }
}

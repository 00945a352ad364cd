//! `template`: a file rendered for a task.

use super::block::block;
use super::duration::Duration;
use super::spanned::{List, Opt, Str};

block! {
    /// A file rendered before the task starts, and anew when its data changes.
    Template = "template" {
        /// The file with the template's text.
        source: Opt<Str> => "SourcePath";
        /// Where the result is put, beneath the task's directory.
        destination: Opt<Str> => "DestPath";
        /// The template's text itself.
        data: Opt<Str> => "EmbeddedTmpl";
        /// What happens when the result changes.
        change_mode: Opt<Str> => "ChangeMode", values(&["noop", "restart", "signal", "script"]), default("restart");
        /// The script of `change_mode = "script"`.
        change_script: Option<Box<ChangeScript>> => "ChangeScript";
        /// The signal of `change_mode = "signal"`.
        change_signal: Opt<Str> => "ChangeSignal";
        /// Whether it is rendered only once.
        once: Opt<bool> => "Once", default("false");
        /// A random wait up to this long before the change is told.
        splay: Opt<Duration> => "Splay", default("5s");
        /// The file's mode, in octal.
        perms: Opt<Str> => "Perms", default("0644");
        /// The file's owner.
        uid: Opt<i64> => "Uid";
        /// The file's group.
        gid: Opt<i64> => "Gid";
        /// What opens an action.
        left_delimiter: Opt<Str> => "LeftDelim", default("{{");
        /// What closes an action.
        right_delimiter: Opt<Str> => "RightDelim", default("}}");
        /// Whether the result is `KEY=value` lines for the task's environment.
        env: Opt<bool> => "Envvars", default("false");
        /// Whether a missing key is an error.
        error_on_missing_key: Opt<bool> => "ErrMissingKey", default("false");
        /// How long data must be quiet.
        wait: Option<Box<Wait>> => "Wait";
        /// How long before a lease ends it is renewed.
        vault_grace: Opt<Duration> => "VaultGrace", deprecated("nothing: it has no effect");
    }
}

block! {
    /// How long data must be quiet before a template is rendered.
    Wait = "wait" {
        /// At least.
        min: Opt<Duration> => "Min", required;
        /// At most.
        max: Opt<Duration> => "Max", required;
    }
}

block! {
    /// What is run in the task when a template changes.
    ChangeScript = "change_script" {
        /// What to run.
        command: Opt<Str> => "Command", required;
        /// Its arguments.
        args: Opt<List<Str>> => "Args";
        /// How long it may take.
        timeout: Opt<Duration> => "Timeout", default("5s");
        /// Whether the task is killed when it fails.
        fail_on_error: Opt<bool> => "FailOnError", default("false");
        /// Whether it is run after the first rendering too.
        run_on_first_render: Opt<bool> => "RunOnFirstRender", default("false");
    }
}

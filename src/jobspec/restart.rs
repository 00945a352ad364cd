//! `restart`: when a task that ended is started again.

use super::block::block;
use super::duration::Duration;
use super::spanned::{Opt, Str};

block! {
    /// When a task that ended is started again.
    Restart = "restart" {
        /// How often within an interval: 2 for services, 3 for batch where not given.
        attempts: Opt<i64> => "Attempts";
        /// The interval: 30m for services, 24h for batch where not given.
        interval: Opt<Duration> => "Interval";
        /// How long to wait before each.
        delay: Opt<Duration> => "Delay", default("15s");
        /// When the attempts are used up: `fail`, or `delay` until the next interval.
        mode: Opt<Str> => "Mode", values(&["fail", "delay"]), default("fail");
        /// Whether templates are rendered anew.
        render_templates: Opt<bool> => "RenderTemplates", default("false");
    }
}

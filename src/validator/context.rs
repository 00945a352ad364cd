//! What a check may know besides the job.

/// What the rules are given besides the job.
#[derive(Clone, Debug, Default)]
pub struct CheckContext {
    /// Whether the job will be held against a host, which then says itself what it has and allows: volumes, policies,
    /// capabilities. Otherwise the host is taken to be one that is not configured.
    pub host_known: bool,
}

//! A plan as it is stored: its canonical form under the name of its digest.
//!
//! From plan to bytes and back; where they are kept is the business of `state`.

use super::canonical::to_canonical;
use super::{Digest, Plan, VERSION};

/// The canonical form of a plan and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPlan {
    /// The name.
    pub digest: Digest,
    /// Canonical JSON.
    pub bytes: Vec<u8>,
}

/// Why stored bytes are not the plan they are named as.
#[derive(Debug, thiserror::Error)]
pub enum ReadPlanError {
    /// The content has another digest than the name says.
    #[error("the content of plan {name} has the digest {content}: it was changed after it was stored")]
    Changed {
        /// What it is called.
        name: Digest,
        /// What it is.
        content: Digest,
    },
    /// Made by another version of jobctl.
    #[error("plan document of version {found}; this jobctl reads version {VERSION}")]
    Version {
        /// The version it carries.
        found: u64,
    },
    /// Not a plan.
    #[error("not a plan")]
    Syntax(#[from] serde_json::Error),
}

impl Plan {
    /// The plan as it is stored, and its name.
    ///
    /// # Panics
    /// Never: a plan holds text, whole numbers and tagged variants only, which a test walks through.
    pub fn store(&self) -> StoredPlan {
        let bytes = to_canonical(self).expect("a plan has a canonical form");
        StoredPlan { digest: Digest::of(&bytes), bytes }
    }

    /// Reads a stored plan back.
    ///
    /// # Errors
    /// Content that is not what the name says, another version, no plan at all.
    pub fn read(name: &Digest, bytes: &[u8]) -> Result<Self, ReadPlanError> {
        let content = Digest::of(bytes);
        if content != *name {
            return Err(ReadPlanError::Changed { name: name.clone(), content });
        }
        Self::from_json(bytes)
    }

    /// Reads a plan without a name to hold it against.
    ///
    /// # Errors
    /// Another version, no plan at all.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReadPlanError> {
        #[derive(serde::Deserialize)]
        struct Versioned {
            version: u64,
        }
        let Versioned { version } = serde_json::from_slice(bytes)?;
        if version != u64::from(VERSION) {
            return Err(ReadPlanError::Version { found: version });
        }
        Ok(serde_json::from_slice(bytes)?)
    }
}

//! The git facts that a thread carries: which commit, branch and remote its folder was on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is known of the repository in which a thread works. What is not known is left out on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitInfo {
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_hash: Option<GitSha>,
    /// The branch that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The address of the remote `origin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

/// The name of a commit, exactly as it was given: neither checked nor trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GitSha(pub String);

impl GitSha {
    /// Keeps the text as it is.
    pub fn new(sha: &str) -> Self {
        Self(sha.to_owned())
    }
}

impl fmt::Display for GitSha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The git information of a thread: commit, branch and remote of its working directory.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The git repository that a thread works in. Unknown values are omitted in JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitInfo {
    /// The commit that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit_hash: Option<GitSha>,
    /// The branch that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The URL of the remote `origin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

/// A commit hash, exactly as given: neither validated nor trimmed.
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

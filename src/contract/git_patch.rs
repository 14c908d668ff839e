//! The patch of a thread's git information: three parts, each of which can be cleared separately (rule M7).

use super::FieldEditor;
use super::slot::patch_struct;
use crate::protocol::{GitInfo, GitSha};

patch_struct! {
    /// A change to a thread's git information, part by part. The default changes nothing.
    pub struct GitInfoPatch applied to GitInfo {
        three sha (set_sha, clear_sha): String, Some("commit_hash"), FieldEditor::Text,
            |git, value| git.commit_hash = value.map(|sha| GitSha::new(sha)),
            "The commit that is checked out.";
        three branch (set_branch, clear_branch): String, Some("branch"), FieldEditor::Text,
            |git, value| git.branch = value.cloned(),
            "The branch that is checked out.";
        three origin_url (set_origin_url, clear_origin_url): String, Some("repository_url"), FieldEditor::Text,
            |git, value| git.repository_url = value.cloned(),
            "The URL of the remote named origin.";
    }
}

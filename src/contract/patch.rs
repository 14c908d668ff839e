//! The metadata patch: 23 fields, one row each. Its JSON form, merging, applying and the FIELDS table are derived from the
//! rows below. To add a field, add a row and, if reads show it, the field of `StoredThread`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::slot::patch_struct;
use super::{FieldEditor, GitInfoPatch, StoredThread};
use crate::protocol::{
    AskForApproval, DynamicToolSpec, GitInfo, ReasoningEffort, SandboxPolicy, SessionSource, Text,
    ThreadMemoryMode, ThreadSource, TokenUsage,
};

patch_struct! {
    /// A change of a thread's metadata. The default patch changes nothing.
    pub struct ThreadMetadataPatch applied to StoredThread {
        three name (set_name, clear_name): String, Some("name"), FieldEditor::Text,
            |thread, value| thread.name = value.cloned(),
            "The name that a user gave the thread; the empty string is a name (rule M3).";
        two rollout_path (set_rollout_path): PathBuf, Some("rollout_path"), FieldEditor::Path,
            |thread, value| thread.rollout_path = Some(value.clone()),
            "The rollout file to show for the thread; a read by this path does not find the thread (rule P1).";
        two preview (set_preview): Text, Some("preview"), FieldEditor::Text,
            |thread, value| thread.preview.clone_from(value),
            "A short text to show in lists.";
        two title (set_title): Text, None, FieldEditor::Text,
            |_thread, _value| {},
            "A title; stored, but no read returns it (rule M4).";
        two model_provider (set_model_provider): String, Some("model_provider"), FieldEditor::Text,
            |thread, value| thread.model_provider.clone_from(value),
            "The model provider.";
        two model (set_model): String, Some("model"), FieldEditor::Text,
            |thread, value| thread.model = Some(value.clone()),
            "The model in use.";
        two reasoning_effort (set_reasoning_effort): ReasoningEffort, Some("reasoning_effort"), FieldEditor::Choice(EFFORTS),
            |thread, value| thread.reasoning_effort = Some(*value),
            "The reasoning effort of the model.";
        two created_at (set_created_at): DateTime<Utc>, Some("created_at"), FieldEditor::Time,
            |thread, value| thread.created_at = *value,
            "The creation time. While it is unset, every read shows the current time (rule G4).";
        two updated_at (set_updated_at): DateTime<Utc>, Some("updated_at"), FieldEditor::Time,
            |thread, value| thread.updated_at = *value,
            "When the thread was last updated; may go backwards (rule M10).";
        two source (set_source): SessionSource, Some("source"), FieldEditor::Choice(SOURCES),
            |thread, value| thread.source.clone_from(value),
            "What started the thread; overrides the create parameter (rule M9).";
        three thread_source (set_thread_source, clear_thread_source): ThreadSource, Some("thread_source"), FieldEditor::Choice(THREAD_SOURCES),
            |thread, value| thread.thread_source = value.copied(),
            "Who or what the thread was started for; clearing it also hides the create parameter (rule M5).";
        three agent_nickname (set_agent_nickname, clear_agent_nickname): String, Some("agent_nickname"), FieldEditor::Text,
            |thread, value| thread.agent_nickname = value.cloned(),
            "The nickname of a sub-agent.";
        three agent_role (set_agent_role, clear_agent_role): String, Some("agent_role"), FieldEditor::Text,
            |thread, value| thread.agent_role = value.cloned(),
            "The role of a sub-agent.";
        three agent_path (set_agent_path, clear_agent_path): String, Some("agent_path"), FieldEditor::Text,
            |thread, value| thread.agent_path = value.cloned(),
            "The path of a sub-agent in the tree of agents.";
        two cwd (set_cwd): PathBuf, Some("cwd"), FieldEditor::Path,
            |thread, value| thread.cwd.clone_from(value),
            "The working directory of the thread.";
        two cli_version (set_cli_version): String, Some("cli_version"), FieldEditor::Text,
            |thread, value| thread.cli_version.clone_from(value),
            "The version of the program that wrote the thread.";
        two approval_mode (set_approval_mode): AskForApproval, Some("approval_mode"), FieldEditor::Choice(APPROVALS),
            |thread, value| thread.approval_mode.clone_from(value),
            "The approval policy.";
        two sandbox_policy (set_sandbox_policy): SandboxPolicy, Some("sandbox_policy"), FieldEditor::Choice(SANDBOXES),
            |thread, value| thread.sandbox_policy.clone_from(value),
            "What the agent's commands may access.";
        two token_usage (set_token_usage): TokenUsage, Some("token_usage"), FieldEditor::Choice(TOKENS),
            |thread, value| thread.token_usage = Some(value.clone()),
            "Tokens used so far; replaced as a whole.";
        two first_user_message (set_first_user_message): Text, Some("first_user_message"), FieldEditor::Text,
            |thread, value| thread.first_user_message = Some(value.clone()),
            "The first message of the user.";
        nested git_info (set_git_info): GitInfoPatch, Some("git_info"), FieldEditor::Parts,
            |thread, value| apply_git(thread, value),
            "The state of the Git repository, merged part by part; shown as null if no part is set (rule M7).";
        two memory_mode (set_memory_mode): ThreadMemoryMode, None, FieldEditor::Choice(MEMORY_MODES),
            |_thread, _value| {},
            "Whether the thread is used to create memories. Stored, but not returned by any read (rule M4).";
        two dynamic_tools (set_dynamic_tools): Vec<DynamicToolSpec>, None, FieldEditor::Choice(TOOLS),
            |_thread, _value| {},
            "The tools of the thread; kept and replaced as a whole, but no read returns them (rule M4).";
    }
}

fn apply_git(thread: &mut StoredThread, patch: &GitInfoPatch) {
    if patch.is_empty() {
        return;
    }
    let mut git = thread.git_info.take().unwrap_or(GitInfo {
        commit_hash: None,
        branch: None,
        repository_url: None,
    });
    patch.apply(&mut git);
    let some = git.commit_hash.is_some() || git.branch.is_some() || git.repository_url.is_some();
    thread.git_info = some.then_some(git);
}

const EFFORTS: &[&str] = &[
    r#""none""#,
    r#""minimal""#,
    r#""low""#,
    r#""medium""#,
    r#""high""#,
    r#""xhigh""#,
];
const THREAD_SOURCES: &[&str] = &[r#""user""#, r#""subagent""#, r#""memory_consolidation""#];
const MEMORY_MODES: &[&str] = &[r#""enabled""#, r#""disabled""#];
const TOKENS: &[&str] = &[
    r#"{"input_tokens":0,"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":0}"#,
];
const TOOLS: &[&str] = &[
    "[]",
    r#"[{"name":"","description":"","inputSchema":{},"deferLoading":false}]"#,
];
const SOURCES: &[&str] = &[
    r#""cli""#,
    r#""vscode""#,
    r#""exec""#,
    r#""mcp""#,
    r#""unknown""#,
    r#"{"custom":""}"#,
    r#"{"internal":"memory_consolidation"}"#,
    r#"{"subagent":"review"}"#,
    r#"{"subagent":"compact"}"#,
    r#"{"subagent":"memory_consolidation"}"#,
    r#"{"subagent":{"other":""}}"#,
    r#"{"subagent":{"thread_spawn":{"parent_thread_id":"00000000-0000-0000-0000-000000000000","depth":1,"agent_path":null,"agent_nickname":null,"agent_role":null}}}"#,
];
const APPROVALS: &[&str] = &[
    r#""untrusted""#,
    r#""on-failure""#,
    r#""on-request""#,
    r#""never""#,
    r#"{"granular":{"sandbox_approval":true,"rules":true,"skill_approval":false,"request_permissions":false,"mcp_elicitations":true}}"#,
];
const SANDBOXES: &[&str] = &[
    r#"{"type":"read-only","network_access":false}"#,
    r#"{"type":"workspace-write","writable_roots":[],"network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false}"#,
    r#"{"type":"danger-full-access"}"#,
    r#"{"type":"external-sandbox","network_access":"restricted"}"#,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_set_and_clear_one_field() {
        let mut patch = ThreadMetadataPatch::default();
        patch.set_preview("p").set_name("x").clear_name().set_model("m");
        let mut git = GitInfoPatch::default();
        git.set_sha("1").clear_branch();
        patch.set_git_info(git);
        let same = r#"{"preview":"p","name":null,"model":"m","git_info":{"sha":"1","branch":null}}"#;
        assert_eq!(patch, serde_json::from_str(same).unwrap());
    }
}

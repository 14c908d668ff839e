//! A stored thread as JSON.

use serde_json::{Value, json};

/// A stored thread with these values in addition to those of a new one.
pub fn thread(with: &Value) -> Value {
    let mut thread = json!({
        "thread_id": "0198f2a3-0000-7000-8000-000000000001", "rollout_path": null, "forked_from_id": null, "preview": "",
        "name": null, "model_provider": "test", "model": null, "reasoning_effort": null,
        "created_at": "2026-05-13T00:28:15Z", "updated_at": "2026-05-13T00:28:15Z", "archived_at": null, "cwd": "",
        "cli_version": "test", "source": "exec", "thread_source": "user", "agent_nickname": null, "agent_role": null,
        "agent_path": null, "git_info": null, "approval_mode": "never", "sandbox_policy": {"type": "read-only"},
        "token_usage": null, "first_user_message": null, "history": null,
    });
    for (key, value) in with.as_object().unwrap() {
        thread[key] = value.clone();
    }
    thread
}

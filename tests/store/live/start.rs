//! The state of a new live thread (contract 9.3).

use pretty_assertions::assert_eq;

use super::*;

#[test]
fn create_starts_with_the_facts_of_its_parameters() {
    let tool = json!({"name": "n", "description": "d", "inputSchema": {}, "deferLoading": false});
    let mut params = create_params();
    params.source = SessionSource::SubAgent(SubAgentSource::ThreadSpawn {
        parent_thread_id: id(),
        depth: 1,
        agent_path: Some("/root/a".parse().unwrap()),
        agent_nickname: Some("Nick".to_owned()),
        agent_role: None,
    });
    params.thread_source = None;
    params.dynamic_tools = vec![serde_json::from_value(tool.clone()).unwrap()];
    let mut git = GitInfoPatch::default();
    git.set_branch("main");
    let sync = MetadataSync::created(&params, Some(git), moment("2026-02-03T04:05:06Z"));
    assert_eq!(
        pending(&sync),
        json!({
            "model_provider": "openai", "created_at": "2026-02-03T04:05:06Z", "updated_at": "2026-02-03T04:05:06Z",
            "source": params.source, "thread_source": null, "agent_nickname": "Nick", "agent_role": null,
            "agent_path": "/root/a", "cwd": "/w", "cli_version": env!("CARGO_PKG_VERSION"),
            "git_info": {"branch": "main"}, "memory_mode": "enabled", "dynamic_tools": [tool]
        })
    );
    assert!(sync.ready().is_none(), "it waits for the first item");
}

#[test]
fn create_without_a_folder_starts_with_the_empty_path() {
    let params = create_params_in(None);
    let sync = MetadataSync::created(&params, None, moment("2026-02-03T04:05:06Z"));
    let waiting = pending(&sync);
    assert_eq!(waiting["cwd"], json!(""));
    assert_eq!(waiting.get("git_info"), None);
    assert_eq!(waiting.get("dynamic_tools"), None);
}

/// The working directory of the first turn context counts only if the create named none.
fn cwd_after_a_turn(mut sync: MetadataSync) -> Option<PathBuf> {
    let sent = sync.observe(&[turn("/turn")], moment("2026-02-03T04:05:06Z"), Instant::now());
    sent.unwrap().patch.cwd
}

#[test]
fn create_has_seen_a_folder_if_it_was_given_one() {
    let now = moment("2026-02-03T04:05:06Z");
    let after = |cwd| cwd_after_a_turn(MetadataSync::created(&create_params_in(cwd), None, now));
    assert_eq!(after(Some("/w")), Some(PathBuf::from("/w")));
    assert_eq!(after(Some("")), Some(PathBuf::from("/turn")));
    assert_eq!(after(None), Some(PathBuf::from("/turn")));
}

#[test]
fn resume_starts_with_what_the_history_says_without_updated_at() {
    let history = [user("hello"), turn("/elsewhere"), compacted()];
    let sync = MetadataSync::resumed(&resume_params(None), &history);
    assert_eq!(
        pending(&sync),
        json!({
            "preview": "hello", "first_user_message": "hello", "title": "hello", "model": "m",
            "approval_mode": "on-request", "sandbox_policy": {"type": "danger-full-access"}, "reasoning_effort": "high"
        })
    );
    assert!(sync.ready().is_none(), "it waits for the next item");
    let mut later = sync;
    let sent = later
        .observe(&[user("again")], moment("2026-02-03T04:05:06Z"), Instant::now())
        .unwrap();
    assert_eq!(
        sent.patch.preview.as_deref(),
        Some("hello"),
        "the history's first message stays the first"
    );
}

#[test]
fn resume_of_a_history_that_says_nothing_has_nothing_waiting() {
    for history in [vec![], vec![compacted()]] {
        let sync = MetadataSync::resumed(&resume_params(None), &history);
        assert!(sync.pending().is_none());
    }
}

#[test]
fn resume_has_seen_a_folder_if_its_metadata_names_one() {
    let with = |cwd| {
        let mut params = resume_params(None);
        params.metadata = metadata(cwd);
        params
    };
    let after = |cwd| cwd_after_a_turn(MetadataSync::resumed(&with(cwd), &[]));
    assert_eq!(after(Some("/w")), None);
    assert_eq!(after(Some("")), Some(PathBuf::from("/turn")));
    assert_eq!(after(None), Some(PathBuf::from("/turn")));
}

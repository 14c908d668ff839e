//! The JSON forms of the protocol's leaf types: what is written, what is read, what is rejected and with which message.

use std::fmt::Debug;

use pretty_assertions::assert_eq;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{from_str, json, to_string};
use threadloupe::protocol::*;

const ID: &str = "0198e0c2-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

/// Checks that the value is written as `wire`, and that `wire` is read as the value.
#[track_caller]
fn both_ways<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, wire: &str) {
    assert_eq!(to_string(&value).unwrap(), wire);
    assert_eq!(from_str::<T>(wire).unwrap(), value);
}

#[track_caller]
fn reads<T: DeserializeOwned + PartialEq + Debug>(wire: &str, value: T) {
    assert_eq!(from_str::<T>(wire).unwrap(), value);
}

/// Checks that the JSON text is rejected with a message that contains `because`.
#[track_caller]
fn refuses<T: DeserializeOwned + Debug>(wire: &str, because: &str) {
    let error = from_str::<T>(wire).unwrap_err().to_string();
    assert!(error.contains(because), "{wire}: {error}");
}

fn id() -> ThreadId {
    ThreadId::from_string(ID).unwrap()
}

// Sources

fn spawn(path: Option<&str>, nickname: Option<&str>, role: Option<&str>) -> SessionSource {
    SessionSource::SubAgent(SubAgentSource::ThreadSpawn {
        parent_thread_id: id(),
        depth: 2,
        agent_path: path.map(|path| path.parse().unwrap()),
        agent_nickname: nickname.map(str::to_owned),
        agent_role: role.map(str::to_owned),
    })
}

#[test]
fn session_source_has_its_wire_forms_and_texts() {
    let other = SubAgentSource::Other("foo".to_owned());
    for (source, wire, text) in [
        (SessionSource::Cli, r#""cli""#, "cli"),
        (SessionSource::VSCode, r#""vscode""#, "vscode"),
        (SessionSource::Exec, r#""exec""#, "exec"),
        (SessionSource::Mcp, r#""mcp""#, "mcp"),
        (
            SessionSource::Custom("Atlas".to_owned()),
            r#"{"custom":"Atlas"}"#,
            "Atlas",
        ),
        (
            SessionSource::Internal(InternalSource::MemoryConsolidation),
            r#"{"internal":"memory_consolidation"}"#,
            "internal_memory_consolidation",
        ),
        (
            SessionSource::SubAgent(SubAgentSource::Review),
            r#"{"subagent":"review"}"#,
            "subagent_review",
        ),
        (
            SessionSource::SubAgent(SubAgentSource::Compact),
            r#"{"subagent":"compact"}"#,
            "subagent_compact",
        ),
        (
            SessionSource::SubAgent(SubAgentSource::MemoryConsolidation),
            r#"{"subagent":"memory_consolidation"}"#,
            "subagent_memory_consolidation",
        ),
        (
            SessionSource::SubAgent(other),
            r#"{"subagent":{"other":"foo"}}"#,
            "subagent_foo",
        ),
        (
            spawn(None, Some("Nick"), None),
            &format!(
                r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{ID}","depth":2,"agent_path":null,"agent_nickname":"Nick","agent_role":null}}}}}}"#
            ),
            &format!("subagent_thread_spawn_{ID}_d2"),
        ),
        (SessionSource::Unknown, r#""unknown""#, "unknown"),
    ] {
        assert_eq!(source.to_string(), text);
        both_ways(source, wire);
    }
    assert_eq!(SessionSource::default(), SessionSource::VSCode);
}

#[test]
fn session_source_takes_unknown_names_and_refuses_unknown_shapes() {
    for wire in [r#""CLI""#, r#""vs_code""#, r#""future""#, r#"{"future":null}"#] {
        reads(wire, SessionSource::Unknown);
    }
    reads(r#"{"cli":null}"#, SessionSource::Cli);
    for wire in [
        r#"{"future":1}"#,
        r#""custom""#,
        r#"{"subagent":"nope"}"#,
        "null",
        "3",
    ] {
        refuses::<SessionSource>(wire, "");
    }
}

#[test]
fn spawned_threads_read_leniently_and_answer_the_getters() {
    let least = format!(r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{ID}","depth":2}}}}}}"#);
    reads(&least, spawn(None, None, None));
    let aliased = format!(
        r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{ID}","depth":2,"agent_type":"worker","agent_path":"/root/a"}}}}}}"#
    );
    let spawned = spawn(Some("/root/a"), None, Some("worker"));
    reads(&aliased, spawned.clone());
    assert_eq!(spawned.get_agent_role().as_deref(), Some("worker"));
    assert_eq!(spawned.get_agent_path().unwrap().as_str(), "/root/a");
    assert_eq!(spawned.get_nickname(), None);
    assert_eq!(
        spawn(None, Some("Nick"), None).get_nickname().as_deref(),
        Some("Nick")
    );

    let others = [
        SessionSource::Cli,
        SessionSource::SubAgent(SubAgentSource::Review),
        SessionSource::Unknown,
    ];
    for source in others {
        assert_eq!(
            (
                source.get_nickname(),
                source.get_agent_role(),
                source.get_agent_path()
            ),
            (None, None, None)
        );
    }
}

#[test]
fn sources_know_who_stands_behind_them() {
    let internal = SessionSource::Internal(InternalSource::MemoryConsolidation);
    assert!(internal.is_internal() && internal.is_non_root_agent());
    let review = SessionSource::SubAgent(SubAgentSource::Review);
    assert!(!review.is_internal() && review.is_non_root_agent());
    assert!(!SessionSource::Mcp.is_internal() && !SessionSource::Mcp.is_non_root_agent());
}

#[test]
fn startup_arguments_name_sources() {
    for (text, source) in [
        (" CLI ", SessionSource::Cli),
        ("vscode", SessionSource::VSCode),
        ("Exec", SessionSource::Exec),
        ("unknown", SessionSource::Unknown),
        ("mcp", SessionSource::Mcp),
        ("appserver", SessionSource::Mcp),
        ("app-server", SessionSource::Mcp),
        ("APP_SERVER", SessionSource::Mcp),
        (" Atlas\n", SessionSource::Custom("atlas".to_owned())),
    ] {
        assert_eq!(SessionSource::from_startup_arg(text), Ok(source), "{text:?}");
    }
    for blank in ["", "  \t"] {
        assert_eq!(SessionSource::from_startup_arg(blank), Err(EmptySource));
    }
}

#[test]
fn agent_paths_are_checked() {
    for path in ["/morpheus", "/root", "/root/a", "/root/timer_audit/x9/_"] {
        both_ways(path.parse::<AgentPath>().unwrap(), &format!("\"{path}\""));
    }
    for path in [
        "",
        "/",
        "root",
        "/roots",
        "/root/",
        "/root//a",
        "/root/A",
        "/root/a-b",
        "/root/root",
        "/root/.",
        "/root/..",
        "/root/a/",
        "/root/ä",
        "/morpheus/a",
        "/other",
    ] {
        assert!(path.parse::<AgentPath>().is_err(), "{path}");
    }
    refuses::<AgentPath>(
        "\"/x\"",
        "absolute agent paths must start with `/root` or be `/morpheus`",
    );
    refuses::<SessionSource>(
        &format!(
            r#"{{"subagent":{{"thread_spawn":{{"parent_thread_id":"{ID}","depth":1,"agent_path":"x"}}}}}}"#
        ),
        "absolute agent paths must start with `/root`",
    );
}

#[test]
fn thread_source_has_three_names_and_refuses_others() {
    for (source, name) in [
        (ThreadSource::User, "user"),
        (ThreadSource::Subagent, "subagent"),
        (ThreadSource::MemoryConsolidation, "memory_consolidation"),
    ] {
        both_ways(source, &format!("\"{name}\""));
        assert_eq!(source.to_string(), name);
        assert_eq!(name.parse(), Ok(source));
    }
    refuses::<ThreadSource>("\"zzz\"", "unknown variant `zzz`");
    assert_eq!(
        "zzz".parse::<ThreadSource>(),
        Err(UnknownThreadSource("zzz".to_owned()))
    );
}

// Policies

const GRANULAR: &str = r#"{"granular":{"sandbox_approval":true,"rules":false,"skill_approval":false,"request_permissions":true,"mcp_elicitations":true}}"#;

#[test]
fn approval_has_its_wire_forms_and_texts() {
    let granular = AskForApproval::Granular(GranularApprovalConfig {
        sandbox_approval: true,
        rules: false,
        skill_approval: false,
        request_permissions: true,
        mcp_elicitations: true,
    });
    for (policy, wire, text) in [
        (AskForApproval::UnlessTrusted, r#""untrusted""#, "untrusted"),
        (AskForApproval::OnFailure, r#""on-failure""#, "on-failure"),
        (AskForApproval::OnRequest, r#""on-request""#, "on-request"),
        (granular, GRANULAR, "granular"),
        (AskForApproval::Never, r#""never""#, "never"),
    ] {
        both_ways(policy, wire);
        assert_eq!(policy.to_string(), text);
    }
    assert_eq!(AskForApproval::default(), AskForApproval::OnRequest);
}

#[test]
fn granular_approval_needs_three_of_its_switches() {
    let three = r#"{"granular":{"sandbox_approval":true,"rules":true,"mcp_elicitations":false}}"#;
    reads(
        three,
        AskForApproval::Granular(GranularApprovalConfig {
            sandbox_approval: true,
            rules: true,
            skill_approval: false,
            request_permissions: false,
            mcp_elicitations: false,
        }),
    );
    refuses::<AskForApproval>(
        r#"{"granular":{"sandbox_approval":true,"rules":true}}"#,
        "missing field `mcp_elicitations`",
    );
    refuses::<AskForApproval>(r#""granular""#, "");
    refuses::<AskForApproval>(r#""unless-trusted""#, "unknown variant");
}

#[test]
fn s6_sandbox_policy_has_its_wire_forms() {
    let external = |network_access| SandboxPolicy::ExternalSandbox { network_access };
    for (policy, wire, text) in [
        (
            SandboxPolicy::DangerFullAccess,
            r#"{"type":"danger-full-access"}"#,
            "danger-full-access",
        ),
        (
            SandboxPolicy::new_read_only_policy(),
            r#"{"type":"read-only"}"#,
            "read-only",
        ),
        (
            SandboxPolicy::ReadOnly { network_access: true },
            r#"{"type":"read-only","network_access":true}"#,
            "read-only",
        ),
        (
            external(NetworkAccess::Restricted),
            r#"{"type":"external-sandbox","network_access":"restricted"}"#,
            "external-sandbox",
        ),
        (
            external(NetworkAccess::Enabled),
            r#"{"type":"external-sandbox","network_access":"enabled"}"#,
            "external-sandbox",
        ),
        (
            SandboxPolicy::new_workspace_write_policy(),
            r#"{"type":"workspace-write","network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false}"#,
            "workspace-write",
        ),
        (
            SandboxPolicy::WorkspaceWrite {
                writable_roots: vec![AbsolutePath::new("/w").unwrap()],
                network_access: true,
                exclude_tmpdir_env_var: true,
                exclude_slash_tmp: false,
            },
            r#"{"type":"workspace-write","writable_roots":["/w"],"network_access":true,"exclude_tmpdir_env_var":true,"exclude_slash_tmp":false}"#,
            "workspace-write",
        ),
    ] {
        assert_eq!(policy.to_string(), text);
        assert_eq!(wire.parse::<SandboxPolicy>().unwrap(), policy);
        both_ways(policy, wire);
    }
}

#[test]
fn sandbox_policy_fills_in_defaults_and_ignores_what_it_does_not_know() {
    reads(
        r#"{"type":"read-only","access":{"kind":"all"}}"#,
        SandboxPolicy::new_read_only_policy(),
    );
    reads(
        r#"{"type":"external-sandbox"}"#,
        SandboxPolicy::ExternalSandbox {
            network_access: NetworkAccess::Restricted,
        },
    );
    reads(
        r#"{"type":"workspace-write"}"#,
        SandboxPolicy::new_workspace_write_policy(),
    );
    for wire in [
        r#""read-only""#,
        r#"{"mode":"read-only"}"#,
        r#"{"type":"nope"}"#,
        "null",
    ] {
        refuses::<SandboxPolicy>(wire, "");
    }
    assert!("{".parse::<SandboxPolicy>().is_err());
}

#[test]
fn absolute_paths_are_cleaned_as_text() {
    for (given, clean) in [
        ("/a/../b/./c/", "/b/c"),
        ("/../..", "/"),
        ("//a//b", "/a/b"),
        ("/", "/"),
        ("/~", "/~"),
    ] {
        let path: AbsolutePath = from_str(&format!("\"{given}\"")).unwrap();
        assert_eq!(path.as_path().to_str(), Some(clean), "{given}");
    }
    for relative in ["a/b", "", "~", "~/x", "~user/x", "./a"] {
        refuses::<AbsolutePath>(
            &format!("\"{relative}\""),
            "AbsolutePathBuf deserialized without a base path",
        );
    }
    refuses::<SandboxPolicy>(
        r#"{"type":"workspace-write","writable_roots":["a"]}"#,
        "AbsolutePathBuf deserialized without a base path",
    );
}

// Effort, tokens, git, memory

#[test]
fn reasoning_effort_has_six_names() {
    for (effort, name) in ReasoningEffort::ALL
        .into_iter()
        .zip(["none", "minimal", "low", "medium", "high", "xhigh"])
    {
        both_ways(effort, &format!("\"{name}\""));
        assert_eq!(effort.to_string(), name);
        assert_eq!(name.parse(), Ok(effort));
    }
    assert_eq!(ReasoningEffort::default(), ReasoningEffort::Medium);
    assert_eq!(
        "Max".parse::<ReasoningEffort>(),
        Err(UnknownEffort("Max".to_owned()))
    );
    refuses::<ReasoningEffort>("\"ultra\"", "unknown variant `ultra`");
}

#[test]
fn token_usage_needs_all_its_counts() {
    let usage = TokenUsage {
        input_tokens: 1,
        cached_input_tokens: 2,
        output_tokens: 3,
        reasoning_output_tokens: 4,
        total_tokens: 5,
    };
    let wire = r#"{"input_tokens":1,"cached_input_tokens":2,"output_tokens":3,"reasoning_output_tokens":4,"total_tokens":5}"#;
    both_ways(usage.clone(), wire);
    refuses::<TokenUsage>(r#"{"input_tokens":1}"#, "missing field");
    reads(
        &wire.replace("\"total", "\"cache_write_input_tokens\":9,\"total"),
        usage.clone(),
    );
    assert_eq!(TokenUsage::default().total_tokens, 0);

    let info = TokenUsageInfo {
        total_token_usage: usage.clone(),
        last_token_usage: usage,
        model_context_window: None,
    };
    both_ways(
        info.clone(),
        &format!(r#"{{"total_token_usage":{wire},"last_token_usage":{wire},"model_context_window":null}}"#),
    );
    reads(
        &format!(r#"{{"total_token_usage":{wire},"last_token_usage":{wire}}}"#),
        info,
    );
}

#[test]
fn git_info_leaves_out_what_it_does_not_know() {
    both_ways(GitInfo::default(), "{}");
    both_ways(
        GitInfo {
            commit_hash: Some(GitSha::new(" abc ")),
            branch: Some("main".to_owned()),
            repository_url: Some(String::new()),
        },
        r#"{"commit_hash":" abc ","branch":"main","repository_url":""}"#,
    );
    reads(
        r#"{"commit_hash":null,"branch":null,"dirty":true}"#,
        GitInfo::default(),
    );
    both_ways(GitSha::new(""), "\"\"");
    assert_eq!(GitSha::new(" abc ").0, " abc ");
}

#[test]
fn memory_mode_is_lower_case_and_persistence_mode_a_variant_name() {
    both_ways(ThreadMemoryMode::Enabled, "\"enabled\"");
    both_ways(ThreadMemoryMode::Disabled, "\"disabled\"");
    refuses::<ThreadMemoryMode>("\"Enabled\"", "unknown variant");
    both_ways(ThreadEventPersistenceMode::Limited, "\"Limited\"");
    both_ways(ThreadEventPersistenceMode::Extended, "\"Extended\"");
    refuses::<ThreadEventPersistenceMode>("\"limited\"", "unknown variant");
    assert_eq!(
        ThreadEventPersistenceMode::default(),
        ThreadEventPersistenceMode::Limited
    );
}

#[test]
fn persistence_metadata_needs_all_but_the_folder() {
    let metadata = ThreadPersistenceMetadata {
        cwd: None,
        model_provider: "openai".to_owned(),
        memory_mode: ThreadMemoryMode::Disabled,
    };
    both_ways(
        metadata.clone(),
        r#"{"cwd":null,"model_provider":"openai","memory_mode":"disabled"}"#,
    );
    reads(
        r#"{"model_provider":"openai","memory_mode":"disabled"}"#,
        metadata,
    );
    refuses::<ThreadPersistenceMetadata>(r#"{"model_provider":"openai"}"#, "missing field `memory_mode`");
}

// Instructions and tools

#[test]
fn base_instructions_are_an_object_with_a_text() {
    both_ways(
        BaseInstructions {
            text: "bi".to_owned(),
        },
        r#"{"text":"bi"}"#,
    );
    refuses::<BaseInstructions>("{}", "missing field `text`");
    assert_eq!(BaseInstructions::default().text, "");
}

#[test]
fn dynamic_tools_are_camel_case_and_know_the_older_key() {
    let tool = |namespace: Option<&str>, defer_loading| DynamicToolSpec {
        namespace: namespace.map(str::to_owned),
        name: "n".to_owned(),
        description: "d".to_owned(),
        input_schema: json!({"type": "object"}),
        defer_loading,
    };
    both_ways(
        tool(None, false),
        r#"{"name":"n","description":"d","inputSchema":{"type":"object"},"deferLoading":false}"#,
    );
    both_ways(
        tool(Some("s"), true),
        r#"{"namespace":"s","name":"n","description":"d","inputSchema":{"type":"object"},"deferLoading":true}"#,
    );
    let with =
        |more: &str| format!(r#"{{"name":"n","description":"d","inputSchema":{{"type":"object"}}{more}}}"#);
    reads(&with(""), tool(None, false));
    reads(&with(r#","exposeToContext":true"#), tool(None, false));
    reads(&with(r#","exposeToContext":false"#), tool(None, true));
    reads(
        &with(r#","exposeToContext":false,"deferLoading":false"#),
        tool(None, false),
    );
    refuses::<DynamicToolSpec>(r#"{"name":"n","description":"d"}"#, "missing field `inputSchema`");
}

// Times

#[test]
fn rollout_times_have_two_forms() {
    let time = |text| parse_rollout_time(text).map(|time| time.to_rfc3339());
    assert_eq!(
        time("2025-01-03T12:00:00.250Z").as_deref(),
        Some("2025-01-03T12:00:00.250+00:00")
    );
    assert_eq!(
        time("2025-01-03T12:00:00+02:00").as_deref(),
        Some("2025-01-03T10:00:00+00:00")
    );
    assert_eq!(
        time("2025-01-03T12-00-05").as_deref(),
        Some("2025-01-03T12:00:05+00:00")
    );
    assert_eq!(time("2025-01-03"), None);
    assert_eq!(time(""), None);
}

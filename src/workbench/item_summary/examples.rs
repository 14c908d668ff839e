//! Example lines of each kind, with their expected summaries.

/// An example line of each kind, and its summary.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    (
        r#"{"type":"function_result","name":"translate","result":"hola"}"#,
        r#"function_result · {"type":"function_result","name":"translate","result":"hola"}"#,
    ),
    (
        r#"{"type":"future_line","payload":{"type":"odd","text":"hello\nyou"}}"#,
        "odd · hello …",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"tool_result","result":{"exitCode":0}}}"#,
        r#"tool_result · {"type":"tool_result","result":{"exitCode":0}}"#,
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"tomorrow","message":"hi"}}"#,
        "tomorrow · hi",
    ),
    (
        r#"{"id":"38b1","timestamp":"2025-08-19T08:25:08.061Z","instructions":null,"git":{"commit_hash":"7ce137e7650797c4","branch":"main"}}"#,
        "38b1 · 2025-08-19T08:25:08.061Z · git main 7ce137e7",
    ),
    (r#"{"record_type":"state"}"#, ""),
    // Lines
    (
        r#"{"type":"session_meta","payload":{"id":"x","cwd":"/w","originator":"codex_vscode","cli_version":"0.144.0","source":{"subagent":{"other":"guardian"}},"agent_nickname":"Nick","git":{"branch":"main"}}}"#,
        "/w · 0.144.0 · subagent_guardian · Nick · git main · codex_vscode",
    ),
    (
        r#"{"type":"turn_context","payload":{"cwd":"/w","approval_policy":{"granular":{"rules":true}},"sandbox_policy":{"mode":"read-only"},"model":"gpt-5","effort":"high","summary":"auto","collaboration_mode":{"mode":"plan"}}}"#,
        "gpt-5 · effort high · approval granular · sandbox read-only · /w · plan",
    ),
    (
        r#"{"type":"compacted","payload":{"message":"","replacement_history":[{},{}],"window_number":2}}"#,
        "2 items · window 2",
    ),
    (
        r#"{"type":"world_state","payload":{"full":true,"state":{"agents_md":null,"model":"m"}}}"#,
        "full · agents_md model",
    ),
    (
        r#"{"type":"inter_agent_communication","payload":{"author":"/root","recipient":"/root/a","content":"go"}}"#,
        "/root → /root/a · go",
    ),
    (
        r#"{"type":"inter_agent_communication_metadata","payload":{"trigger_turn":false}}"#,
        "trigger turn false",
    ),
    (
        r#"{"type":"token_usage_record","payload":{"usage":{"input_tokens":10,"output_tokens":2,"total_tokens":12},"turn_token_usage":{"total_tokens":40},"thread_token_usage":{"total_tokens":1234567}}}"#,
        "total 12 · in 10 · out 2 · turn 40 · thread 1,234,567",
    ),
    (r#"{"type":"security_risk_score","payload":{"score":0.5}}"#, "0.5"),
    (r#"{"type":"realtime_item","payload":{"text":"hm"}}"#, "hm"),
    // Model items
    (
        r#"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"look\nhere"},{"type":"input_image","image_url":"data:image/png;base64,AAAAAAAA"}]}}"#,
        "user: look … «image/png 6 B»",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"reasoning","summary":[],"encrypted_content":"gAAAAA"}}"#,
        "encrypted, 6 B",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"local_shell_call","status":"completed","action":{"type":"exec","command":["ls","-l"]}}}"#,
        "shell ls -l · completed",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call","name":"shell","arguments":"{\"command\":[\"bash\",\"-lc\",\"sed -n 1p\\n\"]}","call_id":"c"}}"#,
        "shell bash -lc sed -n 1p",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call","name":"update_plan","arguments":"{\"plan\":[{\"status\":\"pending\",\"step\":\"look\"},{\"step\":\"fix\"}]}"}}"#,
        "update_plan look fix",
    ),
    (
        r##"{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"# Context from my IDE setup:\n## My request for Codex:\nfix it\nnow"}]}}"##,
        "user: fix it …",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"tool_search_call","arguments":{"query":"calendar","limit":3}}}"#,
        "tool_search calendar",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"function_call_output","call_id":"c","output":"{\"output\":\"\\nno such file\\n\",\"metadata\":{\"exit_code\":1,\"duration_seconds\":0.1}}"}}"#,
        "exit 1 · no such file",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"custom_tool_call","name":"apply_patch","input":"*** Begin Patch\n*** Add File: a","call_id":"c"}}"#,
        "apply_patch *** Begin Patch *** Add File: a",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"custom_tool_call_output","output":[{"type":"input_text","text":"a.txt\nb.txt\n"}]}}"#,
        "a.txt …",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"tool_search_output","tools":[{"name":"a"},{"name":"b"}]}}"#,
        "2 tools · a, b",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"web_search_call","status":"completed","action":{"type":"open_page","url":"https://x.invalid"}}}"#,
        "https://x.invalid · open_page · completed",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"image_generation_call","status":"completed","revised_prompt":"a cat","result":"AAAA"}}"#,
        "a cat · 4 B · completed",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"compaction_summary","encrypted_content":"gAAA"}}"#,
        "encrypted, 4 B",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"context_compaction"}}"#,
        "",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"ghost_snapshot","ghost_commit":{"id":"abc","preexisting_untracked_files":["x"]}}}"#,
        "abc · 1 untracked file",
    ),
    (
        r#"{"type":"response_item","payload":{"type":"agent_message","author":"/root","recipient":"/root/x","content":[{"type":"encrypted_content","encrypted_content":"gAAA"}]}}"#,
        "/root → /root/x · encrypted, 4 B",
    ),
    (
        r#"{"type":"message","id":null,"role":"assistant","content":[{"type":"output_text","text":"done"}]}"#,
        "assistant: done",
    ),
    (
        r#"{"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}],"encrypted_content":null}"#,
        "hm",
    ),
    (
        r#"{"type":"function_call","name":"update_plan","arguments":"{\"plan\":[]"}"#,
        r#"update_plan {"plan":[]"#,
    ),
    (
        r#"{"type":"function_call_output","output":"Plan updated"}"#,
        "Plan updated",
    ),
    // Messages and thoughts
    (
        r#"{"type":"event_msg","payload":{"type":"user_message","message":"context\n## My request for Codex:\n fix it\nnow","images":["data:image/jpeg;base64,AAAA"],"local_images":["/a.png"]}}"#,
        "fix it … · «image/jpeg 3 B» · /a.png",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_message","message":"done\r\nall","phase":"final_answer"}}"#,
        "done … · phase final_answer",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_reasoning","text":"**Plan**\n\nx"}}"#,
        "**Plan** …",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_reasoning_raw_content","text":"raw"}}"#,
        "raw",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_reasoning_section_break","item_id":"i"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"agent_message_content_delta","delta":"a b"}}"#,
        "a b",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"plan_delta","delta":"p"}}"#,
        "p",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"reasoning_content_delta","delta":"r"}}"#,
        "r",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"reasoning_raw_content_delta","delta":"w"}}"#,
        "w",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"plan_update","explanation":null,"plan":[{"step":"a","status":"completed"},{"step":"b","status":"in_progress"},{"step":"c","status":"pending"}]}}"#,
        "[x] a [>] b [ ] c",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_started","item":{"type":"AgentMessage","content":[]}}}"#,
        "AgentMessage:",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"CommandExecution","command":["ls"],"exit_code":0,"aggregated_output":"a\nb","status":"completed"}}}"#,
        "CommandExecution: exit 0 · ls · a …",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"UserMessage","content":[{"type":"text","text":"sort them\nby weight"},{"type":"image","image_url":"data:image/png;base64,AAAA"}]}}}"#,
        "sort them … «image/png 3 B»",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"AgentMessage","content":[{"type":"Text","text":"done"}],"phase":"final_answer"}}}"#,
        "done · phase final_answer",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"Reasoning","summary_text":["**Thinking** about it"],"raw_content":[]}}}"#,
        "**Thinking** about it",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"Plan","id":"p","text":"first this"}}}"#,
        "first this",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"McpToolCall","server":"files","tool":"read","arguments":{"path":"a.rs"},"result":{"Ok":{"content":[{"text":"fn a"}]}}}}}"#,
        "McpToolCall: files.read a.rs · fn a",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"item_completed","item":{"type":"FileChange","changes":{"/srv/a.rs":{"type":"add","content":"x"}},"status":"completed"}}}"#,
        "FileChange: 1 file · +/srv/a.rs",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"raw_response_item","item":{"type":"message","content":[{"text":"x"}]}}}"#,
        "message · x",
    ),
    // Turns and threads
    (
        r#"{"type":"event_msg","payload":{"type":"turn_started","turn_id":"t1","model_context_window":272000,"collaboration_mode_kind":"plan"}}"#,
        "t1 · window 272,000 · plan",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"task_complete","turn_id":"t1","last_agent_message":"ok","duration_ms":10540}}"#,
        "ok · 10.5 s",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"turn_aborted","reason":"interrupted","duration_ms":230}}"#,
        "interrupted · 230 ms",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":2}}"#,
        "turns 2",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"context_compacted"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"thread_goal_updated","threadId":"x","goal":{"objective":"ship","status":"active","tokensUsed":1200}}}"#,
        "ship · active · 1,200 tokens",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"thread_name_updated","thread_name":"pick a name"}}"#,
        "pick a name",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"thread_settings_applied","thread_settings":{"cwd":"/w","model":"m","reasoning_effort":"low","approval_policy":"never","active_permission_profile":{"id":":workspace"}}}}"#,
        "m · effort low · approval never · :workspace · /w",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"session_configured","model":"m","thread_id":"t","session_id":"s"}}"#,
        "m · t",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"shutdown_complete"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"undo_completed","success":false,"message":"no"}}"#,
        "success false · no",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":27913,"cached_input_tokens":2048,"output_tokens":528,"reasoning_output_tokens":0,"total_tokens":28441},"last_token_usage":{"total_tokens":5210},"model_context_window":272000},"rate_limits":{"primary":{"used_percent":85.0}}}}"#,
        "total 28,441 · in 27,913 (2,048 cached) · out 528 · last 5,210 · window 272,000 · primary 85.0 %",
    ),
    // Reviews, errors, notices
    (
        r#"{"type":"event_msg","payload":{"type":"entered_review_mode","target":{"type":"baseBranch","branch":"main"},"user_facing_hint":"h"}}"#,
        "baseBranch · main · h",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"exited_review_mode","review_output":{"findings":[{}],"overall_correctness":"good"}}}"#,
        "1 finding · good",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"guardian_assessment","status":"denied","risk_level":"high","action":{"type":"command","command":"rm -rf /"}}}"#,
        "denied · risk high · command · rm -rf /",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"error","message":"no","codex_error_info":{"response_too_many_failed_attempts":{"x":1}}}}"#,
        "no · response_too_many_failed_attempts",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"warning","message":"w"}}"#,
        "w",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"guardian_warning","message":"g"}}"#,
        "g",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"stream_error","message":"s","codex_error_info":"other","additional_details":"d"}}"#,
        "s · other · d",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"deprecation_notice","summary":"old","details":null}}"#,
        "old",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"model_reroute","from_model":"a","to_model":"b","reason":"r"}}"#,
        "a → b · r",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"model_verification","verifications":["v"]}}"#,
        "v",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"hook_started","run":{"event_name":"stop","status":"running"}}}"#,
        "stop · running",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"hook_completed","run":{"id":"h1"}}}"#,
        "h1",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"realtime_conversation_started","realtime_session_id":"r","version":"v2"}}"#,
        "r · v2",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"realtime_conversation_realtime","payload":{"type":"audio"}}}"#,
        "audio",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"realtime_conversation_closed","reason":"done"}}"#,
        "done",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"realtime_conversation_sdp","sdp":"v=0"}}"#,
        "v=0",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"realtime_conversation_list_voices_response","voices":["a","b"]}}"#,
        "a b",
    ),
    // Commands and patches
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_begin","command":["git","status"],"cwd":"/w"}}"#,
        "git status · /w",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_output_delta","stream":"stdout","chunk":"AAAA"}}"#,
        "stdout · 4 B",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"terminal_interaction","stdin":"y\n"}}"#,
        "y",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"exec_command_end","command":["git","status"],"exit_code":-1,"aggregated_output":"\nOn branch main\n","status":"failed"}}"#,
        "exit -1 · failed · git status · On branch main",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"view_image_tool_call","path":"/a.png"}}"#,
        "/a.png",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"patch_apply_begin","changes":{"/a":{"type":"add","content":""}}}}"#,
        "1 file · +/a",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"patch_apply_updated","changes":{"C:\\b":{"type":"update"}}}}"#,
        r"1 file · ~C:\b",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"patch_apply_end","success":false,"status":"failed","stderr":"conflict","changes":{"/a":{"type":"delete"},"/b":{"type":"add"}}}}"#,
        "failed · 2 files · -/a +/b · conflict",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"turn_diff","unified_diff":"diff --git a b\n+x"}}"#,
        "diff --git a b …",
    ),
    // Servers, tools, searches, images
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_startup_update","server":"s","status":{"state":"failed","error":"e"}}}"#,
        "s · failed",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_startup_complete","ready":["a","b"],"failed":[{}],"cancelled":[]}}"#,
        "ready a b · 1 failed",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_tool_call_begin","invocation":{"server":"s","tool":"t","arguments":{"q":"x"}}}}"#,
        "s.t x",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"mcp_tool_call_end","invocation":{"server":"s","tool":"t","arguments":null},"duration":{"secs":1,"nanos":500000000},"result":{"Err":"gone"}}}"#,
        "s.t · 1.5 s · error gone",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"dynamic_tool_call_request","callId":"c","namespace":"n","tool":"t","arguments":{"a":1}}}"#,
        "n.t 1",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"dynamic_tool_call_response","tool":"t","arguments":{},"success":true,"content_items":[{"type":"inputText","text":"yes"}]}}"#,
        "t · success true · yes",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"web_search_begin","call_id":"c"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"web_search_end","query":"rust","action":{"type":"search","query":"rust"},"results":[{}]}}"#,
        "rust · 1 result",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"image_generation_begin","call_id":"c"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"image_generation_end","revised_prompt":"cat","saved_path":"/c.png","result":"","status":"completed"}}"#,
        "cat · /c.png · completed",
    ),
    // Questions
    (
        r#"{"type":"event_msg","payload":{"type":"exec_approval_request","command":["rm","x"],"reason":"clean"}}"#,
        "rm x · clean",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"apply_patch_approval_request","changes":{"/a":{"type":"add"}},"reason":null}}"#,
        "1 file · +/a",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"request_permissions","reason":"net"}}"#,
        "net",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"request_user_input","questions":[{"id":"q","question":"Which?"}]}}"#,
        "Which?",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"elicitation_request","server_name":"s","request":{"message":"Really?"}}}"#,
        "s · Really?",
    ),
    // Sub-agents
    (
        r#"{"type":"event_msg","payload":{"type":"collab_agent_spawn_begin","prompt":"go"}}"#,
        "go",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_agent_spawn_end","sender_thread_id":"s","new_thread_id":"n","new_agent_nickname":"Sartre","new_agent_role":"explorer","prompt":"look"}}"#,
        "Sartre · explorer · look",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_agent_interaction_begin","receiver_thread_id":"r"}}"#,
        "r",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_agent_interaction_end","receiver_thread_id":"r","status":{"completed":"done"}}}"#,
        "r · completed: done",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_waiting_begin"}}"#,
        "",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_waiting_end","sender_thread_id":"s","agent_statuses":[{},{}]}}"#,
        "s → ? · agents 2",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_close_begin","receiver_thread_id":"r"}}"#,
        "r",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_close_end","receiver_thread_id":"r","status":"shutdown"}}"#,
        "r · shutdown",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_resume_begin","receiver_thread_id":"r"}}"#,
        "r",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"collab_resume_end","receiver_thread_id":"r","status":"running"}}"#,
        "r · running",
    ),
    (
        r#"{"type":"event_msg","payload":{"type":"sub_agent_activity","agent_path":"/root/a","kind":"started"}}"#,
        "started · /root/a",
    ),
];

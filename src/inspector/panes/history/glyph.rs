//! The symbols of the kinds of items.

use crate::protocol::kinds::ItemKind;

/// Returns the symbol of a kind, one column wide.
pub fn glyph(kind: &ItemKind) -> &'static str {
    #[expect(
        clippy::expect_used,
        reason = "a kind without a symbol is missing in this list"
    )]
    known(kind).expect("each kind has a symbol")
}

fn known(kind: &ItemKind) -> Option<&'static str> {
    Some(match kind.name {
        "agent_message" if kind.outer == "response_item" => "⇄",
        "damaged" => "!",
        "unknown"
        | "other"
        | "exec_approval_request"
        | "apply_patch_approval_request"
        | "request_permissions"
        | "request_user_input"
        | "elicitation_request" => "?",
        "header" | "session_meta" | "session_configured" => "§",
        "state"
        | "item_started"
        | "raw_response_item"
        | "thread_name_updated"
        | "model_verification"
        | "hook_started"
        | "hook_completed"
        | "exec_command_output_delta"
        | "mcp_startup_update"
        | "mcp_startup_complete" => "·",
        "turn_context" | "thread_settings_applied" => "¶",
        "compacted" | "compaction" | "context_compaction" | "context_compacted" => "≡",
        "world_state" | "ghost_snapshot" => "○",
        "inter_agent_communication" | "inter_agent_communication_metadata" | "sub_agent_activity" => "⇄",
        "token_usage_record" | "token_count" => "Σ",
        "security_risk_score"
        | "guardian_assessment"
        | "warning"
        | "guardian_warning"
        | "deprecation_notice" => "△",
        "realtime_item"
        | "realtime_conversation_started"
        | "realtime_conversation_realtime"
        | "realtime_conversation_closed"
        | "realtime_conversation_sdp"
        | "realtime_conversation_list_voices_response" => "≈",
        "message" => "»",
        "reasoning"
        | "agent_reasoning"
        | "agent_reasoning_raw_content"
        | "agent_reasoning_section_break"
        | "reasoning_content_delta"
        | "reasoning_raw_content_delta" => "~",
        "local_shell_call"
        | "tool_search_call"
        | "custom_tool_call"
        | "function_call"
        | "exec_command_begin"
        | "terminal_interaction"
        | "mcp_tool_call_begin"
        | "dynamic_tool_call_request"
        | "collab_agent_spawn_begin"
        | "collab_agent_interaction_begin"
        | "collab_waiting_begin"
        | "collab_close_begin"
        | "collab_resume_begin" => "→",
        "function_call_output"
        | "custom_tool_call_output"
        | "tool_search_output"
        | "exec_command_end"
        | "mcp_tool_call_end"
        | "dynamic_tool_call_response"
        | "collab_agent_spawn_end"
        | "collab_agent_interaction_end"
        | "collab_waiting_end"
        | "collab_close_end"
        | "collab_resume_end" => "←",
        "web_search_call" | "web_search_begin" | "web_search_end" => "@",
        "image_generation_call"
        | "view_image_tool_call"
        | "image_generation_begin"
        | "image_generation_end" => "▣",
        "user_message" => "›",
        "agent_message" | "agent_message_content_delta" => "‹",
        "plan_delta" | "plan_update" => "≣",
        "item_completed" => "•",
        "task_started" => "┌",
        "task_complete" => "└",
        "turn_aborted" => "╳",
        "thread_rolled_back" | "undo_completed" => "↶",
        "thread_goal_updated" => "◎",
        "shutdown_complete" => "■",
        "entered_review_mode" => "⊕",
        "exited_review_mode" => "⊖",
        "error" | "stream_error" => "✗",
        "model_reroute" => "↷",
        "patch_apply_begin" | "patch_apply_updated" | "patch_apply_end" | "turn_diff" => "±",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use unicode_width::UnicodeWidthStr;

    use super::glyph;
    use crate::protocol::kinds::KINDS;

    #[test]
    fn each_kind_has_a_symbol_one_column_wide() {
        for kind in KINDS {
            assert_eq!(glyph(kind).width(), 1, "{}", kind.name);
            assert_eq!(glyph(kind).chars().count(), 1, "{}", kind.name);
        }
    }
}

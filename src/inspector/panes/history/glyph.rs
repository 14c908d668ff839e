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

/// The symbol of some kinds of items.
pub struct Glyph {
    /// The symbol, one column wide.
    pub glyph: &'static str,
    /// A sentence that describes the items.
    pub about: &'static str,
    /// The names of the kinds.
    names: &'static [&'static str],
}

/// The symbols of all kinds.
pub static GLYPHS: &[Glyph] = &[
    Glyph {
        glyph: "⇄",
        about: "A message between agents, or the activity of a sub-agent.",
        names: &[
            "inter_agent_communication",
            "inter_agent_communication_metadata",
            "sub_agent_activity",
        ],
    },
    Glyph {
        glyph: "!",
        about: "A damaged line.",
        names: &["damaged"],
    },
    Glyph {
        glyph: "?",
        about: "A request to the user, or an item of an unknown type.",
        names: &[
            "unknown",
            "other",
            "exec_approval_request",
            "apply_patch_approval_request",
            "request_permissions",
            "request_user_input",
            "elicitation_request",
        ],
    },
    Glyph {
        glyph: "§",
        about: "The header of a session.",
        names: &["header", "session_meta", "session_configured"],
    },
    Glyph {
        glyph: "·",
        about: "A small event that is rarely of interest.",
        names: &[
            "state",
            "item_started",
            "raw_response_item",
            "thread_name_updated",
            "model_verification",
            "hook_started",
            "hook_completed",
            "exec_command_output_delta",
            "mcp_startup_update",
            "mcp_startup_complete",
        ],
    },
    Glyph {
        glyph: "¶",
        about: "The settings of a turn or a thread.",
        names: &["turn_context", "thread_settings_applied"],
    },
    Glyph {
        glyph: "≡",
        about: "The context was compacted.",
        names: &[
            "compacted",
            "compaction",
            "context_compaction",
            "context_compacted",
        ],
    },
    Glyph {
        glyph: "○",
        about: "A snapshot of the working directory or the world.",
        names: &["world_state", "ghost_snapshot"],
    },
    Glyph {
        glyph: "Σ",
        about: "The number of tokens that were used.",
        names: &["token_usage_record", "token_count"],
    },
    Glyph {
        glyph: "△",
        about: "A warning, or an assessment of a risk.",
        names: &[
            "security_risk_score",
            "guardian_assessment",
            "warning",
            "guardian_warning",
            "deprecation_notice",
        ],
    },
    Glyph {
        glyph: "≈",
        about: "Realtime audio.",
        names: &[
            "realtime_item",
            "realtime_conversation_started",
            "realtime_conversation_realtime",
            "realtime_conversation_closed",
            "realtime_conversation_sdp",
            "realtime_conversation_list_voices_response",
        ],
    },
    Glyph {
        glyph: "»",
        about: "A message as the model got or wrote it.",
        names: &["message"],
    },
    Glyph {
        glyph: "~",
        about: "Reasoning.",
        names: &[
            "reasoning",
            "agent_reasoning",
            "agent_reasoning_raw_content",
            "agent_reasoning_section_break",
            "reasoning_content_delta",
            "reasoning_raw_content_delta",
        ],
    },
    Glyph {
        glyph: "→",
        about: "A call of a tool.",
        names: &[
            "local_shell_call",
            "tool_search_call",
            "custom_tool_call",
            "function_call",
            "exec_command_begin",
            "terminal_interaction",
            "mcp_tool_call_begin",
            "dynamic_tool_call_request",
            "collab_agent_spawn_begin",
            "collab_agent_interaction_begin",
            "collab_waiting_begin",
            "collab_close_begin",
            "collab_resume_begin",
        ],
    },
    Glyph {
        glyph: "←",
        about: "The output of a tool.",
        names: &[
            "function_call_output",
            "custom_tool_call_output",
            "tool_search_output",
            "exec_command_end",
            "mcp_tool_call_end",
            "dynamic_tool_call_response",
            "collab_agent_spawn_end",
            "collab_agent_interaction_end",
            "collab_waiting_end",
            "collab_close_end",
            "collab_resume_end",
        ],
    },
    Glyph {
        glyph: "@",
        about: "A web search.",
        names: &["web_search_call", "web_search_begin", "web_search_end"],
    },
    Glyph {
        glyph: "▣",
        about: "An image.",
        names: &[
            "image_generation_call",
            "view_image_tool_call",
            "image_generation_begin",
            "image_generation_end",
        ],
    },
    Glyph {
        glyph: "›",
        about: "A message of the user.",
        names: &["user_message"],
    },
    Glyph {
        glyph: "‹",
        about: "A message of the agent.",
        names: &["agent_message", "agent_message_content_delta"],
    },
    Glyph {
        glyph: "≣",
        about: "A plan.",
        names: &["plan_delta", "plan_update"],
    },
    Glyph {
        glyph: "•",
        about: "An item was completed.",
        names: &["item_completed"],
    },
    Glyph {
        glyph: "┌",
        about: "A turn begins.",
        names: &["task_started"],
    },
    Glyph {
        glyph: "└",
        about: "A turn ends.",
        names: &["task_complete"],
    },
    Glyph {
        glyph: "╳",
        about: "A turn was aborted.",
        names: &["turn_aborted"],
    },
    Glyph {
        glyph: "↶",
        about: "A rollback, or an undone change.",
        names: &["thread_rolled_back", "undo_completed"],
    },
    Glyph {
        glyph: "◎",
        about: "A goal of the thread.",
        names: &["thread_goal_updated"],
    },
    Glyph {
        glyph: "■",
        about: "The agent shut down.",
        names: &["shutdown_complete"],
    },
    Glyph {
        glyph: "⊕",
        about: "A review begins.",
        names: &["entered_review_mode"],
    },
    Glyph {
        glyph: "⊖",
        about: "A review ends.",
        names: &["exited_review_mode"],
    },
    Glyph {
        glyph: "✗",
        about: "An error.",
        names: &["error", "stream_error"],
    },
    Glyph {
        glyph: "↷",
        about: "The request went to another model.",
        names: &["model_reroute"],
    },
    Glyph {
        glyph: "±",
        about: "A change of files.",
        names: &[
            "patch_apply_begin",
            "patch_apply_updated",
            "patch_apply_end",
            "turn_diff",
        ],
    },
];

/// The symbol of a message between agents. Its kind has the name of another kind.
const BETWEEN_AGENTS: &str = "⇄";

fn known(kind: &ItemKind) -> Option<&'static str> {
    if (kind.outer, kind.name) == ("response_item", "agent_message") {
        return Some(BETWEEN_AGENTS);
    }
    let row = GLYPHS.iter().find(|row| row.names.contains(&kind.name))?;
    Some(row.glyph)
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

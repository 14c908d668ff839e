#!/usr/bin/env python3
"""A thread store for threadloupe in Python: steps in, answers out, one JSON object a line. Replace the dictionary.

    threadloupe run --on ./store.py SCENARIO.jsonl
    threadloupe check --against ./store.py --only contract
"""
import json, sys, uuid
from collections import defaultdict

CLEARABLE = ["name", "thread_source", "agent_nickname", "agent_role", "agent_path"]
PARTS = {"sha": "commit_hash", "branch": "branch", "origin_url": "repository_url"}
FIXED = ["thread_id", "forked_from_id", "archived_at", "git_info", "history"]
WORDS = ["cli", "vscode", "exec", "mcp", "unknown"]
KEYS = """thread_id rollout_path forked_from_id preview name model_provider model reasoning_effort created_at updated_at
archived_at cwd cli_version source thread_source agent_nickname agent_role agent_path git_info approval_mode
sandbox_policy token_usage first_user_message history""".split()
DEFAULTS = dict.fromkeys(KEYS) | {"preview": "", "model_provider": "mine", "cwd": "", "cli_version": "1.0", "source": "vscode",
                                  "approval_mode": "never", "sandbox_policy": {"type": "read-only"}}
stores = defaultdict(dict)  # for each "store" of a step: thread id -> (thread, items)


class Failed(Exception):
    """A code and a message of the contract."""


def normal(name, value):
    """A value as the contract writes it, whatever the notation in which it came."""
    if name == "source" and isinstance(value, str) and value not in WORDS:
        return "unknown"
    if name == "forked_from_id" and value:
        return str(uuid.UUID(value))
    if name == "sandbox_policy":
        flags = ["network_access", "exclude_tmpdir_env_var", "exclude_slash_tmp"] if value["type"] == "workspace-write" else []
        return dict.fromkeys(flags, False) | {key: to for key, to in value.items() if to not in ([], False) or key in flags}
    return value


def answer(threads, method, params, now):
    key = str(uuid.UUID(params["thread_id"])) if "thread_id" in params else None
    if method == "create_thread":
        given = ("source", "thread_source", "forked_from_id")
        given = {name: normal(name, params[name]) for name in given if name in params}
        threads[key] = (DEFAULTS | {"thread_id": key} | given, [])
        return None
    if method == "list_threads":
        shown = [answer(threads, "read_thread", {"thread_id": key}, now) for key in sorted(threads)]
        return {"items": shown, "next_cursor": None}
    if method in ("calls", "list_turns", "list_items", "read_thread_by_rollout_path"):
        raise Failed("unsupported", f"thread-store unsupported operation: {method}")
    if key not in threads:
        raise Failed("thread_not_found", f"thread {key} not found")
    thread, items = threads[key]
    if method == "append_items":
        items.extend(params["items"])
    if method == "load_history":
        return {"thread_id": key, "items": items}
    for name, value in params.get("patch", {}).items():
        if name == "git_info" and value:
            git = (thread["git_info"] or {}) | {PARTS[part]: to for part, to in value.items() if part in PARTS}
            thread["git_info"] = {part: to for part, to in git.items() if to is not None} or None
        elif name in KEYS and name not in FIXED and (value is not None or name in CLEARABLE):
            thread[name] = normal(name, value)
    if method in ("read_thread", "update_thread_metadata", "unarchive_thread"):
        times = {name: thread[name] or now for name in ("created_at", "updated_at")}
        history = {"thread_id": key, "items": items} if params.get("include_history") else None
        return thread | times | {"history": history}
    return None


for number, line in enumerate(sys.stdin, 1):
    step = json.loads(line)
    told = {"id": step["id"]} if "id" in step else {}
    told |= {"step": number, "method": step["method"]}
    try:
        told["result"] = answer(stores[step.get("store")], step["method"], step.get("params", {}), step.get("at"))
    except Failed as failed:
        told["error"] = dict(zip(("code", "message"), failed.args))
    print(json.dumps(told), flush=True)

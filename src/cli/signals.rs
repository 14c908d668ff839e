//! Signal handling for commands without a screen: exit at once, remove the file that is being written, and end the
//! stores that were started.

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::door::end_all_processes;
use crate::workbench::whole_file::end_process;

/// Exits on SIGINT, SIGTERM and SIGHUP with status 128 plus the signal's number, as shells expect. If SIGHUP was ignored
/// when the program started, as under `nohup`, it stays ignored.
pub fn end(runtime: &Runtime) {
    for kind in [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ] {
        if kind == SignalKind::hangup() && is_ignored(kind) {
            continue;
        }
        // Register the handler now, not when the task first runs.
        let signals = {
            let _inside = runtime.enter();
            signal(kind)
        };
        if let Ok(mut signals) = signals {
            runtime.spawn(async move {
                if signals.recv().await.is_some() {
                    end_all_processes();
                    end_process(128 + kind.as_raw_value());
                }
            });
        }
    }
}

/// Whether a signal is ignored; false if the system does not provide this information.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first signal is the lowest bit.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (kind.as_raw_value() - 1) & 1 == 1)
}

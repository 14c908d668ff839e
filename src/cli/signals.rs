//! How a command without a screen ends by a signal: at once, with nothing left of the file that it is writing.

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use crate::workbench::whole_file::end_process;

/// Ends the process on an interrupt, a request to end and a hangup with the status that shells know: 128 and the signal's
/// number. A hangup that was to be ignored when the program was started, as under `nohup`, still is.
pub fn end(runtime: &Runtime) {
    for kind in [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ] {
        if kind == SignalKind::hangup() && is_ignored(kind) {
            continue;
        }
        // Listening begins here, not whenever the task first runs.
        let signals = {
            let _inside = runtime.enter();
            signal(kind)
        };
        if let Ok(mut signals) = signals {
            runtime.spawn(async move {
                if signals.recv().await.is_some() {
                    end_process(128 + kind.as_raw_value());
                }
            });
        }
    }
}

/// Whether a signal is ignored; not where the system does not say.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first signal is the lowest bit.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (kind.as_raw_value() - 1) & 1 == 1)
}

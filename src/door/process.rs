//! Processes of other stores. Each is the leader of a process group that is killed as a whole, so that no process
//! remains when this program ends.

use std::collections::BTreeSet;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// The groups of all processes that have not ended.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// How long a process may take to end after its input has ended.
const ENDING: Duration = Duration::from_secs(2);

/// Kills all processes that are still running; for use when this program exits without returning to its callers.
pub fn end_all() {
    let groups = std::mem::take(&mut *GROUPS.lock().unwrap_or_else(PoisonError::into_inner));
    groups.into_iter().filter_map(Pid::from_raw).for_each(kill);
}

fn kill(group: Pid) {
    // The group may have ended already.
    let _ = kill_process_group(group, Signal::KILL);
}

/// A process. If it is dropped, the process and all processes that it has started are killed.
#[derive(Debug)]
pub(super) struct StoreProcess {
    child: Child,
    group: Option<Pid>,
}

impl StoreProcess {
    /// Starts a shell command.
    pub fn start(command: &str) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut child = Command::new("/bin/sh")
            .args(["-c", command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group {
            GROUPS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(group.as_raw_nonzero().get());
        }
        let pipes = child.stdin.take().zip(child.stdout.take());
        let process = Self { child, group };
        let (input, output) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok((process, input, output))
    }

    /// Waits a limited time for the process to end. Returns its exit status, or `None` if it does not end.
    pub async fn ended(&mut self) -> Option<ExitStatus> {
        let status = timeout(ENDING, self.child.wait()).await.ok()?.ok()?;
        self.kill_group();
        Some(status)
    }

    fn kill_group(&mut self) {
        if let Some(group) = self.group.take() {
            kill(group);
            GROUPS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&group.as_raw_nonzero().get());
        }
    }
}

impl Drop for StoreProcess {
    fn drop(&mut self) {
        self.kill_group();
    }
}

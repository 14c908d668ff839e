//! Reads commit, branch and remote of the git repository in which a thread starts. Never changes the repository.

use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use tokio::process::Command;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::contract::{GitInfoPatch, ThreadStoreError, ThreadStoreResult};

/// The timeout of one git command.
const LIMIT: Duration = Duration::from_secs(5);

/// Reads commit, branch and remote of the repository that contains a folder, as a patch that only sets values. A part that
/// git does not return within five seconds is left unchanged. `None` if neither the folder nor one of its parents contains
/// `.git`.
///
/// Runs git on a separate thread with its own tokio runtime, so it can be called from any runtime or without one.
/// Dropping the future stops git.
///
/// # Errors
/// An internal error if the system cannot start the thread.
pub async fn collect_git_info(folder: &Path) -> ThreadStoreResult<Option<GitInfoPatch>> {
    if !is_in_repository(folder) {
        return Ok(None);
    }
    let failed = |why: &dyn std::fmt::Display| {
        let message = format!("git cannot be run in {}: {why}", folder.display());
        ThreadStoreError::Internal { message }
    };
    let (mut tell, told) = oneshot::channel();
    let asked = folder.to_path_buf();
    let ask = move || {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(tell.send(Err(error))),
        };
        let answers = runtime.block_on(async {
            tokio::select! {
                answers = ask(|| Command::new("git"), &asked) => Some(answers),
                () = tell.closed() => None,
            }
        });
        if let Some(answers) = answers {
            // This fails if the future was dropped in the meantime.
            let _ = tell.send(Ok(answers));
        }
    };
    let thread = thread::Builder::new().name("git facts".to_string());
    thread.spawn(ask).map_err(|error| failed(&error))?;
    match told.await {
        Ok(answers) => answers.map(Some).map_err(|error| failed(&error)),
        Err(gone) => Err(failed(&gone)),
    }
}

fn is_in_repository(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && folder.ancestors().any(|above| above.join(".git").exists())
}

async fn ask(git: impl Fn() -> Command, folder: &Path) -> GitInfoPatch {
    let (sha, branch, origin_url) = tokio::join!(
        answer(git(), folder, &["rev-parse", "HEAD"]),
        answer(git(), folder, &["rev-parse", "--abbrev-ref", "HEAD"]),
        answer(git(), folder, &["remote", "get-url", "origin"]),
    );
    // Without a branch, git prints "HEAD".
    let branch = branch.filter(|branch| branch != "HEAD");
    GitInfoPatch {
        sha: sha.map(Some),
        branch: branch.map(Some),
        origin_url: origin_url.map(Some),
    }
}

async fn answer(mut command: Command, folder: &Path, question: &[&str]) -> Option<String> {
    command
        .args(question)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(LIMIT, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;
    use tempfile::TempDir;

    use super::*;

    /// A folder in a repository whose `.git` is empty.
    fn repository() -> (TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("work/deep");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir(root.path().join("work/.git")).unwrap();
        (root, folder)
    }

    /// A shell script in the place of git.
    fn script(script: &str) -> impl Fn() -> Command {
        move || {
            let mut command = Command::new("/bin/sh");
            command.arg("-c").arg(script).arg("git");
            command
        }
    }

    fn set(text: &str) -> Option<Option<String>> {
        Some(Some(text.to_owned()))
    }

    #[tokio::test]
    async fn commit_branch_and_remote_are_asked_for() {
        let (_root, folder) = repository();
        let git = script(
            r#"case "$*" in
                "rev-parse HEAD") echo abc123;;
                "rev-parse --abbrev-ref HEAD") echo main;;
                "remote get-url origin") echo " https://x.invalid/r.git ";;
                *) exit 9;;
            esac"#,
        );
        let all = GitInfoPatch {
            sha: set("abc123"),
            branch: set("main"),
            origin_url: set("https://x.invalid/r.git"),
        };
        assert_eq!(ask(git, &folder).await, all);
    }

    #[tokio::test]
    async fn what_git_cannot_tell_is_left_alone() {
        let (_root, folder) = repository();
        let git = script(r#"case "$*" in *--abbrev-ref*) echo HEAD;; *origin) echo gone; exit 2;; esac"#);
        assert_eq!(ask(git, &folder).await, GitInfoPatch::default());
        assert_eq!(
            ask(|| Command::new("/no/such/program"), &folder).await,
            GitInfoPatch::default()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn git_is_not_waited_for_longer_than_five_seconds() {
        let (_root, folder) = repository();
        let begin = tokio::time::Instant::now();
        assert_eq!(
            ask(script("exec sleep 600"), &folder).await,
            GitInfoPatch::default()
        );
        assert_eq!(begin.elapsed().as_secs(), 5);
    }

    #[tokio::test]
    async fn outside_of_a_repository_git_is_not_asked() {
        let (root, _folder) = repository();
        assert_eq!(collect_git_info(root.path()).await, Ok(None));
        assert_eq!(collect_git_info(Path::new("")).await, Ok(None));
    }

    /// Wakes the thread that waits for a future.
    struct Unpark(thread::Thread);

    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }

    #[test]
    fn no_runtime_of_the_caller_is_needed_and_none_is_in_the_way() {
        let (_root, folder) = repository();
        // Git rejects the empty `.git`, or is not installed.
        let nothing = Ok(Some(GitInfoPatch::default()));
        let waker = std::sync::Arc::new(Unpark(thread::current())).into();
        let mut asking = std::pin::pin!(collect_git_info(&folder));
        let mut context = std::task::Context::from_waker(&waker);
        let answer = loop {
            match asking.as_mut().poll(&mut context) {
                std::task::Poll::Ready(answer) => break answer,
                std::task::Poll::Pending => thread::park(),
            }
        };
        assert_eq!(answer, nothing);
        let without_drivers = Builder::new_current_thread().build().unwrap();
        assert_eq!(without_drivers.block_on(collect_git_info(&folder)), nothing);
    }
}

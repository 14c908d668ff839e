//! What git says about the folder in which a thread starts: commit, branch, remote. Only asks; never changes anything.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::contract::{GitInfoPatch, ThreadStoreError, ThreadStoreResult};

/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What is known of the repository that a folder lies in, as a patch that only sets: a part that git cannot tell in five
/// seconds is left alone. None outside of a repository, that is where neither the folder nor one above it has a `.git`.
///
/// # Errors
/// An internal error outside of a tokio runtime, if git would have to be run.
pub async fn collect_git_info(folder: &Path) -> ThreadStoreResult<Option<GitInfoPatch>> {
    ask(|| Command::new("git"), folder).await
}

async fn ask(git: impl Fn() -> Command, folder: &Path) -> ThreadStoreResult<Option<GitInfoPatch>> {
    let inside = folder.ancestors().any(|above| above.join(".git").exists());
    if folder.as_os_str().is_empty() || !inside {
        return Ok(None);
    }
    if Handle::try_current().is_err() {
        let message = format!(
            "running git in {} needs a tokio runtime; pass the git facts, or skip them",
            folder.display()
        );
        return Err(ThreadStoreError::Internal { message });
    }
    let (sha, branch, origin_url) = tokio::join!(
        answer(git(), folder, &["rev-parse", "HEAD"]),
        answer(git(), folder, &["rev-parse", "--abbrev-ref", "HEAD"]),
        answer(git(), folder, &["remote", "get-url", "origin"]),
    );
    // On no branch, git answers with the word itself.
    let branch = branch.filter(|branch| branch != "HEAD");
    Ok(Some(GitInfoPatch {
        sha: sha.map(Some),
        branch: branch.map(Some),
        origin_url: origin_url.map(Some),
    }))
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

    /// A folder in a repository.
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
        assert_eq!(ask(git, &folder).await, Ok(Some(all)));
    }

    #[tokio::test]
    async fn what_git_cannot_tell_is_left_alone() {
        let (_root, folder) = repository();
        let git = script(r#"case "$*" in *--abbrev-ref*) echo HEAD;; *origin) echo gone; exit 2;; esac"#);
        assert_eq!(ask(git, &folder).await, Ok(Some(GitInfoPatch::default())));
        assert_eq!(
            ask(|| Command::new("/no/such/program"), &folder).await,
            Ok(Some(GitInfoPatch::default()))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn git_is_not_waited_for_longer_than_five_seconds() {
        let (_root, folder) = repository();
        let begin = tokio::time::Instant::now();
        assert_eq!(
            ask(script("exec sleep 600"), &folder).await,
            Ok(Some(GitInfoPatch::default()))
        );
        assert_eq!(begin.elapsed().as_secs(), 5);
    }

    #[tokio::test]
    async fn outside_of_a_repository_git_is_not_asked() {
        let (root, _folder) = repository();
        assert_eq!(ask(script("echo abc"), root.path()).await, Ok(None));
        assert_eq!(ask(script("echo abc"), Path::new("")).await, Ok(None));
    }

    #[test]
    fn outside_of_a_runtime_it_is_an_error_and_no_panic() {
        let (_root, folder) = repository();
        let mut asking = std::pin::pin!(collect_git_info(&folder));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Err(error)) = asking.as_mut().poll(&mut context) else {
            panic!("it is refused at once");
        };
        assert!(error.to_string().contains("needs a tokio runtime"), "{error}");
    }
}

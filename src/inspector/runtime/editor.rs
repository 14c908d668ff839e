//! Runs the user's text editor.

use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

/// Opens a text in the user's editor and returns the edited text. The error is a sentence.
pub fn edited(text: &str) -> Result<String, String> {
    let editor = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| std::env::var_os(name).filter(|editor| !editor.is_empty()))
        .unwrap_or_else(|| "vi".into());
    let named = editor.to_string_lossy();
    let kept = |error: std::io::Error| {
        format!(
            "The text cannot be passed to an editor: {error}; check that files can be written to the temporary folder."
        )
    };
    let mut file = tempfile::Builder::new()
        .prefix("threadloupe-")
        .suffix(".json")
        .tempfile()
        .map_err(kept)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.flush())
        .map_err(kept)?;
    // The variable may contain arguments, so a shell splits it, as in other programs that open an editor.
    let status = Command::new("sh")
        .stdin(keyboard())
        .arg("-c")
        .arg("eval \"$0 \\\"\\$1\\\"\"")
        .arg(&editor)
        .arg(file.path())
        .status();
    match status {
        Ok(status) if status.success() => {
            let left = std::fs::read(file.path()).map_err(|error| {
                format!("The text from {named} cannot be read: {error}; the patch is unchanged.")
            })?;
            String::from_utf8(left).map_err(|error| no_text(&named, &error, file))
        }
        Ok(status) => Err(format!(
            "The editor {named} failed with {status}; the patch is unchanged. VISUAL or EDITOR sets the editor."
        )),
        Err(error) => Err(format!(
            "No editor can be started: {error}; the patch is unchanged."
        )),
    }
}

/// The standard input of the editor: the terminal, even if the standard input of this process is a pipe.
fn keyboard() -> Stdio {
    match File::open("/dev/tty") {
        Ok(tty) if !std::io::stdin().is_terminal() => tty.into(),
        _ => Stdio::inherit(),
    }
}

/// Returns the message about an edited file that is not UTF-8. The file is not deleted, so that no text is lost.
fn no_text(named: &str, error: &std::string::FromUtf8Error, file: tempfile::NamedTempFile) -> String {
    let mut chunks = error.as_bytes().utf8_chunks();
    let good = chunks.next().map_or("", |chunk| chunk.valid());
    let last = good.rsplit_once('\n').map_or(good, |(_, last)| last);
    let (line, column) = (good.matches('\n').count() + 1, last.chars().count() + 1);
    let kept = match file.keep() {
        Ok((_, path)) => format!("; it is kept in {}", path.display()),
        Err(_) => String::new(),
    };
    format!(
        "The text from {named} is not UTF-8 at line {line}, column {column}; the patch is unchanged{kept}."
    )
}

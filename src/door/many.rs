//! Answers many lines that have arrived together. Other threads parse the lines and write the answers as JSON, while the
//! task of the connection makes the calls, in order. No thread waits for the client: if it does not read its answers, only
//! the task waits.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::try_join;

use super::answered::AnsweredLine;
use super::connection::{Client, Sender};
use super::lines::Lines;
use super::received::LineReader;

/// The number of lines that are handed from thread to thread together.
const AT_ONCE: usize = 128;
/// The maximum number of parts of the output that wait to be sent.
const WAITING: usize = 4;

/// The answers to some lines.
enum AnswerPart {
    /// Small answers, which another thread writes as JSON.
    Small(JoinHandle<io::Result<Vec<u8>>>),
    /// A single answer. It can be large, so it is written when there is room for it.
    Large(Vec<u8>),
}

/// Answers whole lines, with their line feeds.
///
/// # Errors
/// If the output cannot be written.
pub(super) async fn answer_many(
    lines: Vec<u8>,
    reader: &mut LineReader,
    client: &mut Client,
    sender: &mut Sender<impl AsyncWrite + Unpin>,
    input: &mut Lines<impl AsyncRead + Unpin>,
) -> io::Result<()> {
    let mut parser = std::mem::take(reader);
    let (give_parsed, mut parsed) = mpsc::unbounded_channel();
    let parsing = spawn_blocking(move || {
        let mut rest = lines.split_inclusive(|byte| *byte == b'\n').peekable();
        while rest.peek().is_some() {
            let lines = rest.by_ref().take(AT_ONCE);
            let lines = lines.map(|line| line.strip_suffix(b"\n").unwrap_or(line));
            let lines: Vec<_> = lines.filter_map(|line| parser.read(line)).collect();
            if give_parsed.send(lines).is_err() {
                break;
            }
        }
        parser
    });
    let (give, mut parts) = mpsc::channel(WAITING);
    let play = async {
        let give = give;
        while let Some(lines) = parsed.recv().await {
            let mut small = Vec::new();
            for line in lines {
                let answer = client.answer(line).await;
                if answer.is_small() {
                    small.push(answer);
                    continue;
                }
                give_small(&give, std::mem::take(&mut small)).await;
                // If the receiver is gone, writing has failed.
                if let Ok(room) = give.reserve().await {
                    room.send(AnswerPart::Large(written(&[answer])?));
                }
            }
            give_small(&give, small).await;
        }
        io::Result::Ok(())
    };
    let write = async {
        while let Some(part) = parts.recv().await {
            let bytes = match part {
                AnswerPart::Small(writing) => writing.await??,
                AnswerPart::Large(bytes) => bytes,
            };
            sender.send(&bytes, input).await?;
        }
        Ok(())
    };
    try_join!(play, write)?;
    *reader = parsing.await?;
    Ok(())
}

async fn give_small(give: &mpsc::Sender<AnswerPart>, answers: Vec<AnsweredLine>) {
    if !answers.is_empty()
        && let Ok(room) = give.reserve().await
    {
        room.send(AnswerPart::Small(spawn_blocking(move || written(&answers))));
    }
}

fn written(answers: &[AnsweredLine]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for answer in answers {
        answer.write(&mut bytes)?;
    }
    Ok(bytes)
}

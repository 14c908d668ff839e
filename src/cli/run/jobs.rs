//! Plays files in parallel, one thread per file, and prints their output in the order of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::report::Tally;
use super::{Args, FileOutput, FilePlayer};
use crate::cli::output;
use crate::rollout::open;
use crate::workbench::scenario;

/// Groups the files that must be played one after the other: those that name the same store, in a header or in a step.
/// There is only one group if `--store` is given, or if one of the files is standard input or a pipe, because these cannot
/// be read ahead of time.
pub fn groups(args: &Args, files: &[PathBuf]) -> Vec<Vec<usize>> {
    let all = || vec![(0..files.len()).collect()];
    let is_read_once = |path: &PathBuf| {
        open::is_standard_input(path)
            || !matches!(open::FileKind::of(path), Ok(open::FileKind::Regular) | Err(_))
    };
    if args.jobs.get() == 1 || args.store.is_some() || files.iter().any(is_read_once) {
        return all();
    }
    let mut groups: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        // An unreadable file is reported when it is played.
        let mut stores = open::regular(file).and_then(scenario::stores).unwrap_or_default();
        let mut group = Vec::new();
        // Merge it with all groups that share a store with it.
        groups.retain_mut(|(others, of_others)| {
            let apart = others.is_disjoint(&stores);
            if !apart {
                stores.append(others);
                group.append(of_others);
            }
            apart
        });
        group.push(index);
        group.sort_unstable();
        groups.push((stores, group));
    }
    let mut groups: Vec<Vec<usize>> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_unstable();
    groups
}

/// The output of a file so far.
pub struct BufferedOutput<'a> {
    text: Vec<u8>,
    pub complaints: Vec<String>,
    /// Set when nobody reads the output any more.
    stop: &'a AtomicBool,
}

impl BufferedOutput<'_> {
    /// Moves the contents of `text` into the output and leaves `text` empty.
    pub fn take(&mut self, text: &mut Vec<u8>) -> io::Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.text.append(text);
        Ok(())
    }
}

/// A file that was played.
struct PlayedFile {
    text: Vec<u8>,
    complaints: Vec<String>,
    tally: io::Result<Tally>,
    /// The number of stores of several files, of which this is the last, that gave too many answers.
    wrong: usize,
}

/// Plays the groups in parallel and passes the output on in the order of the files. Adds up the tallies of the files, and
/// returns the number of stores of several files that gave too many answers.
pub fn play(
    args: &Args,
    files: &[PathBuf],
    groups: &[Vec<usize>],
    out: &mut FileOutput<'_, '_>,
    tally: &mut Tally,
) -> io::Result<usize> {
    let stop = AtomicBool::new(false);
    let next = AtomicUsize::new(0);
    let (send, played) = mpsc::channel();
    thread::scope(|scope| {
        let (next, stop) = (&next, &stop);
        for started in 0..args.jobs.get().min(groups.len()) {
            let sender = send.clone();
            let work = move || worker(args, files, groups, next, stop, sender);
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                // The threads that started do all the work; if none started, this thread does it.
                if started == 0 {
                    worker(args, files, groups, next, stop, send.clone());
                }
                break;
            }
        }
        drop(send);
        let printed = print(&played, out, tally);
        stop.store(true, Ordering::Relaxed);
        printed
    })
}

/// Plays one group after the other until there are no more.
fn worker(
    args: &Args,
    files: &[PathBuf],
    groups: &[Vec<usize>],
    next: &AtomicUsize,
    stop: &AtomicBool,
    send: mpsc::Sender<(usize, PlayedFile)>,
) {
    while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut player = FilePlayer::new(args, files.len());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        for index in group {
            let file = &files[*index];
            let mut kept = BufferedOutput {
                text: Vec::new(),
                complaints: Vec::new(),
                stop,
            };
            let mut wrong = 0;
            let tally = match &runtime {
                Ok(runtime) => runtime.block_on(async {
                    let mut out = FileOutput::Kept(&mut kept);
                    let tally = player.file(*index, file, &mut out).await?;
                    if Some(index) == group.last() {
                        wrong = player.finish(&mut out).await;
                    }
                    Ok(tally)
                }),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            };
            let played = PlayedFile {
                text: kept.text,
                complaints: kept.complaints,
                tally,
                wrong,
            };
            if send.send((*index, played)).is_err() {
                return;
            }
        }
    }
}

fn print(
    played: &mpsc::Receiver<(usize, PlayedFile)>,
    out: &mut FileOutput<'_, '_>,
    tally: &mut Tally,
) -> io::Result<usize> {
    let mut waiting = BTreeMap::new();
    let (mut turn, mut wrong) = (0, 0);
    for (index, file) in played {
        waiting.insert(index, file);
        while let Some(mut file) = waiting.remove(&turn) {
            turn += 1;
            for sentence in &file.complaints {
                output::complain(sentence);
            }
            out.take(&mut file.text)?;
            tally.add(file.tally?);
            wrong += file.wrong;
        }
    }
    Ok(wrong)
}

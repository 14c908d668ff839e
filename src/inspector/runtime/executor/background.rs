//! Work that runs on separate threads: jobs, lists of threads, searches of a history, and saving a copied text.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::LOOK;
use crate::inspector::features::patch_io;
use crate::inspector::panes::history::search::ItemsToSearch;
use crate::inspector::panes::threads::list::listing::Listing;
use crate::inspector::runtime::event_loop::Mailbox;
use crate::inspector::runtime::threads;
use crate::inspector::state::effect::Job;
use crate::inspector::state::msg::{JobMsg, Msg, Saved, SearchMatches, StoreMsg};
use crate::inspector::state::session::StoreKey;
use crate::rollout::side_by_side::on_all_processors;

/// Saves a text that is too long for the clipboard, and returns a sentence about it.
pub(super) fn keep_copy(path: &Path, text: String, reason: &str) -> Result<String, String> {
    if let Some(folder) = path.parent() {
        // If the folder cannot be created, saving the file reports the error.
        let _ = std::fs::create_dir_all(folder);
    }
    match patch_io::carry_out(path, text, true) {
        Saved::Done(path) => Ok(format!("{reason} Saved to {}.", path.display())),
        Saved::Exists(path, _) => Err(format!("{} already exists.", path.display())),
        Saved::Failed(sentence) => Err(sentence),
    }
}

/// Runs a job and sends its progress, until the job is stopped or another one starts.
pub(super) fn do_job(number: u64, job: Job, latest: &AtomicU64, mail: &Mailbox<Msg>) {
    let is_stopped = || latest.load(Ordering::Relaxed) != number;
    let far = |done, of| Msg::Job(number, JobMsg::Progress(done, of));
    if let Some(done) = job.run(&mut threads::progress(mail, is_stopped, far)) {
        mail.send_blocking(Msg::Job(number, JobMsg::Done(done)));
    }
}

/// Lists threads and sends intermediate results at intervals, as long as the interface still waits for the list.
pub(super) fn list(store: StoreKey, mut listing: Listing, mail: &Mailbox<Msg>) {
    let mut last = Instant::now();
    let tell = |listing: &Listing| {
        mail.send_blocking(Msg::Store(StoreMsg::Listed(
            store,
            Box::new(listing.list().clone()),
        )))
    };
    while !listing.go_on() {
        if !listing.is_awaited() || mail.is_closed() {
            return;
        }
        if last.elapsed() >= LOOK {
            last = Instant::now();
            tell(&listing);
        }
    }
    tell(&listing);
}

/// The number of items that are searched between two checks of whether to stop.
const SEARCHED: usize = 1024;

/// Searches the items and sends matches as it finds them, until another search starts.
pub(super) fn look_through(search: &ItemsToSearch, latest: &AtomicU64, mail: &Mailbox<Msg>) {
    let end = search.history.len();
    let mut places = Vec::new();
    let mut last = Instant::now();
    let mut told = false;
    let mut from = search.from.min(end);
    while from < end {
        if latest.load(Ordering::Relaxed) != search.number || mail.is_closed() {
            return;
        }
        let until = end.min(from + SEARCHED);
        let items: Vec<_> = (from..until).zip(search.history.range(from..until)).collect();
        let found = on_all_processors(&items, |(place, item)| {
            search.matches(*place, item).then_some(*place)
        });
        places.extend(found.into_iter().flatten());
        from = until;
        if from < end && !places.is_empty() && (!told || last.elapsed() >= threads::TELL) {
            told = true;
            last = Instant::now();
            let places = std::mem::take(&mut places);
            mail.send_blocking(Msg::Found(SearchMatches {
                search: search.number,
                places,
                seen: from,
                done: false,
            }));
        }
    }
    mail.send_blocking(Msg::Found(SearchMatches {
        search: search.number,
        places,
        seen: end,
        done: true,
    }));
}

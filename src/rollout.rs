//! Rollout files: which ones a path means, whose they are, their lines as items, into a store and back out.
//!
//! | part | owns |
//! | --- | --- |
//! | [`find`] | which files a path names, each once, in order |
//! | [`limit`] | how large a packed file may be |
//! | [`open`] | opening a path without waiting for it: regular files, and pipes that are named |
//! | `lines` | bytes of a file, plain or zst, in segments of whole lines |
//! | [`read`] | lines as items, counted; the [`read::Skeleton`] of all bytes that are not items |
//! | `identity` | whose thread a file is |
//! | [`import`] | the store calls of an import |
//! | [`export`] | threads and files out of a store |
//! | [`report`] | rows and totals of an import, and why a file failed |

mod ahead;
pub mod export;
pub mod find;
pub(crate) mod identity;
pub mod import;
pub mod limit;
pub(crate) mod lines;
pub mod open;
pub mod read;
pub mod report;
pub(crate) mod side_by_side;

//! Import and export of rollout files.
//!
//! | module | contents |
//! | --- | --- |
//! | [`find`] | finds the rollout files for the given paths |
//! | [`limit`] | the size limit for compressed files, and stopping a read |
//! | [`open`] | opens regular files and pipes without blocking |
//! | `lines` | reads a plain or zst file in blocks of whole lines |
//! | [`read`] | parses and counts lines as items; the [`read::Skeleton`] of all bytes that are not items |
//! | `identity` | finds the thread that a file belongs to |
//! | [`import`] | imports files into a store |
//! | [`export`] | exports threads and files from a store |
//! | [`report`] | the rows and totals of an import, and its errors |

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

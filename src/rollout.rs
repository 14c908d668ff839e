//! Import and export of rollout files.
//!
//! | module | contents |
//! | --- | --- |
//! | [`find`] | finds the rollout files for the given paths |
//! | [`limit`] | the size limit for compressed files, and stopping a read |
//! | [`open`] | opens regular files and pipes without blocking |
//! | `lines` | reads a plain or zst file in blocks of whole lines |
//! | [`read`] | parses and counts lines as items; the [`read::Skeleton`] of all bytes that are not items |
//! | [`mod@format`] | recognizes files of other formats |
//! | `unpack` | decompresses a zst file frame by frame |
//! | `identity` | finds the thread that a file belongs to |
//! | `lineage` | decides which files make up the history of each thread |
//! | [`import`] | imports files into a store |
//! | [`sources`] | where the items and values of an imported thread come from |
//! | [`known`] | what is remembered of files that were read, so that the next import reads only what was appended |
//! | `projection` | compares a file with the database of turns of its home |
//! | [`export`] | exports threads and files from a store |
//! | [`report`] | the rows and totals of an import, and its errors |
//! | [`pattern`] | what a search looks for |
//! | [`search`] | finds the items of files that contain a pattern |
//! | [`sizes`] | the bytes of files by kind, thread, file or month, and repeated texts |

mod ahead;
pub mod export;
pub mod find;
pub mod format;
pub(crate) mod identity;
pub mod import;
pub mod known;
pub mod limit;
mod lineage;
pub(crate) mod lines;
pub mod open;
pub mod pattern;
mod projection;
pub mod read;
pub mod report;
pub mod search;
pub(crate) mod side_by_side;
pub mod sizes;
pub mod sources;
mod unpack;

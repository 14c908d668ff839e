//! The argument THREAD: a part of a thread id that no other thread id contains.

use crate::protocol::ThreadId;

/// The number of ids that the message about an ambiguous argument lists.
const LISTED: usize = 5;

/// Finds the thread whose id is the argument or contains it.
///
/// # Errors
/// A sentence, if there is no such thread or more than one.
pub fn resolve(wanted: &str, ids: impl IntoIterator<Item = ThreadId>) -> Result<ThreadId, String> {
    let part = wanted.to_lowercase();
    if part.is_empty() {
        return Err("THREAD is empty: write a part of the id of a thread".to_owned());
    }
    let mut found: Vec<ThreadId> = ids
        .into_iter()
        .filter(|id| id.to_string().contains(&part))
        .collect();
    found.sort_by_key(|id| id.uuid());
    found.dedup();
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(format!(
            "no thread in the files of --from has an id that contains {wanted}; run `threadloupe threads --from PATH` to list their ids"
        )),
        many => {
            let listed: Vec<String> = many.iter().take(LISTED).map(ToString::to_string).collect();
            let more = match many.len().saturating_sub(LISTED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            Err(format!(
                "{wanted} is part of the ids of {} threads: {}{more}; write more of one id",
                many.len(),
                listed.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_only_one_id_has_is_enough() {
        let ids = ["a1", "a2", "b1"]
            .map(|end| ThreadId::from_string(&format!("0199865a-0000-7000-8000-0000000000{end}")).unwrap());
        assert_eq!(resolve("b1", ids), Ok(ids[2]));
        assert_eq!(resolve("0000A2", ids), Ok(ids[1]));
        assert_eq!(resolve(&ids[0].to_string(), [ids[0], ids[0]]), Ok(ids[0]));
        assert!(resolve("00a", ids).unwrap_err().contains("2 threads"));
        assert!(resolve("c", ids).unwrap_err().starts_with("no thread"));
        assert!(resolve("", ids).unwrap_err().starts_with("THREAD is empty"));
    }
}

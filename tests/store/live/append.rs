//! When an append sends metadata to the store (contract 9.5).

use pretty_assertions::assert_eq;

use super::*;

#[test]
fn a_sign_of_life_waits_for_the_interval_and_facts_do_not() {
    let now = moment("2026-02-03T04:05:06Z");
    let start = Instant::now();
    let mut sync = MetadataSync::resumed(&resume_params(None), &[]);
    let first = sync
        .observe(&[compacted()], now, start)
        .expect("none was sent before");
    assert_eq!(pending(&sync), json!({"updated_at": "2026-02-03T04:05:06Z"}));
    sync.applied(&first, start);
    assert!(sync.pending().is_none());

    let just_before = start + TOUCH_INTERVAL - Duration::from_millis(1);
    assert!(sync.observe(&[compacted()], now, just_before).is_none());
    assert!(
        sync.observe(&[token_count()], now, just_before).is_some(),
        "an item about metadata does not wait"
    );
    assert!(sync.observe(&[compacted()], now, just_before).is_none());
    assert!(
        sync.observe(&[compacted()], now, start + TOUCH_INTERVAL)
            .is_some()
    );
}

#[test]
fn what_comes_in_while_a_patch_is_on_its_way_goes_on_waiting() {
    let now = moment("2026-02-03T04:05:06Z");
    let start = Instant::now();
    let mut sync = MetadataSync::created(&create_params(), None, now);
    let sent = sync.observe(&[user("hello")], now, start).unwrap();
    let later = sync
        .observe(&[token_count()], moment("2026-02-03T04:05:07Z"), start)
        .unwrap();
    sync.applied(&sent, start);
    assert_eq!(pending(&sync)["updated_at"], json!("2026-02-03T04:05:07Z"));
    assert_eq!(pending(&sync)["preview"], json!("hello"));
    sync.applied(&later, start);
    assert!(sync.pending().is_none());
}

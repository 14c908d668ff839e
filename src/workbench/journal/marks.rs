//! Which parts of which threads a step concerns.

use std::path::Path;
use std::sync::Arc;

use uuid::Uuid;

use super::TouchedPart;
use crate::contract::{FIELDS, FieldState, Step, ThreadMetadataPatch};
use crate::store::{StoreDelta, ThreadRecord};

/// The parts that a step concerns. `call` is `None` for a change from outside.
pub(super) fn marks(call: Option<&Step>, touch: &StoreDelta) -> Vec<(Uuid, TouchedPart)> {
    match call {
        Some(call) => of_call(call),
        None => of_outside(touch),
    }
}

fn of_call(call: &Step) -> Vec<(Uuid, TouchedPart)> {
    let Some(id) = call.thread_id() else {
        return Vec::new();
    };
    let mut parts = vec![TouchedPart::Named];
    match call {
        Step::CreateThread(_) => parts.push(TouchedPart::Create),
        Step::ResumeThread(params) if params.rollout_path.is_some() => parts.push(TouchedPart::Path),
        Step::UpdateThreadMetadata(params) => {
            let fields = FIELDS.iter().zip(0..);
            let changed = fields.filter(|(field, _)| field.state(&params.patch) != FieldState::Leave);
            parts.extend(changed.map(|(_, index)| TouchedPart::Field(index)));
        }
        _ => {}
    }
    parts.into_iter().map(|part| (id.uuid(), part)).collect()
}

/// What a change from outside concerns, by comparing the threads before and after it.
fn of_outside(touch: &StoreDelta) -> Vec<(Uuid, TouchedPart)> {
    let mut marks = Vec::new();
    for (before, after) in touch.outside_changes() {
        let Some(id) = after.or(before).map(|record| record.id.uuid()) else {
            continue;
        };
        let mut mark = |part| marks.push((id, part));
        mark(TouchedPart::Named);
        let [before, after] = [before, after].map(|record| record.map(|record| &**record));
        let create = |record: Option<&ThreadRecord>| record.and_then(|record| record.create.clone());
        if !same(create(before).as_ref(), create(after).as_ref()) {
            mark(TouchedPart::Create);
        }
        let path = |record: Option<&ThreadRecord>| record?.rollout_path().map(Path::to_path_buf);
        if path(before) != path(after) {
            mark(TouchedPart::Path);
        }
        let empty = ThreadMetadataPatch::default();
        let [was, is] = [before, after].map(|record| {
            record
                .and_then(|record| record.patch.as_deref())
                .unwrap_or(&empty)
        });
        FIELDS
            .iter()
            .zip(0..)
            .filter(|(field, _)| field.get(was) != field.get(is))
            .for_each(|(_, index)| mark(TouchedPart::Field(index)));
    }
    marks
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

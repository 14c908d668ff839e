//! Shows how full the context of the selected thread was.

use crate::inspector::overlays::reader::Reader;
use crate::inspector::state::command::ensured;
use crate::inspector::state::effect::{Effects, Job};
use crate::inspector::state::job::JobProgressFn;
use crate::inspector::state::model::Model;
use crate::workbench::context_fill::ContextFill;

/// The number of items that are read immediately; more are read in the background.
const AT_ONCE: usize = 2_000;

/// Opens the chart of the tokens in the context.
pub fn open(model: &mut Model) -> Effects {
    let history = ensured(model.session.items_of_thread()).clone();
    let columns = usize::from(model.size.0.saturating_sub(4));
    let page = move |fill: &ContextFill| Reader::page("Context".to_string(), fill.text(columns));
    if history.len() <= AT_ONCE {
        let fill = ContextFill::read(&history, |_| true);
        return model.open(page(&ensured(fill)));
    }
    let items = history.len();
    let work =
        move |tell: JobProgressFn<'_>| ContextFill::read(&history, |done| tell(done, items).is_continue());
    let then = move |model: &mut Model, fill| model.arrive(page(&fill));
    model.start(Job::new("Reading the token counts", work, then))
}

//! The table of signs: each sign that is drawn in rows, where it is, and what it means there.

/// A sign on the screen.
pub struct Sign {
    /// The sign.
    pub sign: &'static str,
    /// Where it is.
    pub place: &'static str,
    /// A sentence that says what it means.
    pub about: &'static str,
}

/// Defines the table of all signs, and a constant for each sign that has a name.
macro_rules! signs {
    ($( $( $name:ident = )? $sign:literal, $place:literal, $about:literal; )*) => {
        $( $(
            #[doc = $about]
            pub const $name: &str = $sign;
        )? )*

        /// All signs, by place.
        pub static SIGNS: &[Sign] = &[
            $( Sign { sign: $sign, place: $place, about: $about }, )*
        ];
    };
}

signs! {
    SELECTED = "\u{25b8}", "lists",
        "The selected row, on which commands act. In a list of branches or stores: the current one.";
    FOLDED = "\u{25b8}", "trees", "A value, a group or a stretch of lines is closed; Enter opens it.";
    UNFOLDED = "\u{25be}", "trees", "A value, a group or a stretch of lines is open; Enter closes it.";
    "\u{2026}", "rows", "The text goes on, but there is no room for it; opening the row shows all of it.";
    "\u{b7}", "rows", "Separates two parts of a row.";
    "\u{241b}", "texts", "Stands for a control character (this one for Escape); control characters of texts are never sent to the terminal.";
    SCROLLED = "\u{2588}", "borders", "Shows which part of the list is visible.";
    KNOB = "\u{25cf}", "first line", "The place of the shown step on the line of all steps; the latest step is at the right end.";
    MARKED = "*", "Threads", "The thread is marked: a patch, a comparison or an export applies to all marked threads.";
    LOADABLE = "\u{25cb}", "Threads",
        "The thread was never created, but its history can be loaded; no read and no list returns it (rules G1, G2).";
    PATCHED_ONLY = "\u{25cc}", "Threads",
        "The thread was never created; the store has only patches for it, and applies them when it is created (rule M1).";
    REMARKED = "!", "Threads", "The import found something unusual in the files of the thread; the Metadata pane lists what.";
    FROM_HISTORY = "\u{203a}", "Threads",
        "The thread has neither a name nor a preview; the title is the start of the first user message.";
    CHILD = "\u{2514}", "Threads", "The thread is a fork or a sub-agent of the thread above it.";
    FAILED = "\u{2717}", "History", "The item records a failure: a nonzero exit code, an error, or an aborted turn.";
    SUCCEEDED = "\u{2713}", "History", "In the transcript, a call that succeeded.";
    UNDONE = "\u{21b6}", "History", "A rollback undid the turn of the item.";
    REPEATED = "=", "History", "The item repeats the text of another item of the same turn.";
    ODD_ROLLBACK = "!", "History", "The rollback undoes fewer turns than it requests.";
    INHERITED = "\u{2193}", "History", "The item is in the file of the thread from which this one was forked.";
    REPLAYED = "\u{21ba}", "History", "The item was copied from another thread when this one was forked from it.";
    SUPERSEDED = "\u{f7}", "History", "A revert cut off the items that came after this one.";
    ENTRY = "\u{2502}", "History", "In the transcript, the lines of the selected entry.";
    CHANGED = "+", "Metadata, Calls", "The step that is shown changed this field or counter.";
    LEAVE = "\u{b7}", "Patch", "The patch leaves the field as it is.";
    CLEAR = "\u{2205}", "Patch", "The patch clears the field.";
    SET = "=", "Patch", "The patch sets the field.";
    UNAPPLIED = "\u{25cf}", "Patch", "The patch has changes that were not applied.";
    BECOMES = "\u{2192}", "comparisons", "Stands between the value before and the value after.";
    DONE = "\u{2713}", "Journal", "The call succeeded.";
    REFUSED = "\u{2717}", "Journal", "The call failed.";
    EXPECTED = "=", "Journal", "The step has an expectation, and it was met.";
    UNEXPECTED = "\u{2260}", "Journal", "The step has an expectation that was not met.";
    NOTED = "\u{b6}", "Journal", "The step has a note.";
    "\u{2581}", "Calls", "The calls of the last minute, the latest at the right; the tallest bar stands for the most calls.";
    MET = "\u{2713}", "scenario", "The result of the step was as expected.";
    UNMET = "\u{2717}", "scenario", "The result of the step was not as expected, or the step could not run.";
    PLAIN = "\u{b7}", "scenario", "The step expects nothing.";
    QUOTE = "\u{201c}", "scenario", "The note of the step.";
    LINT = "!", "scenario", "The step is allowed, but perhaps does not do what its author meant.";
    INCLUDED = "\u{25cf}", "preview", "The patch will be applied to the thread.";
    LEFT_OUT = "\u{25cb}", "preview", "The thread is left out.";
    SHOWN_KIND = "[x]", "facets", "Items of the kind are shown; `[ ]`: they are hidden; `[-]`: some kinds of the group are hidden.";
    ADDED = "+", "difference", "Only the second side has the line.";
    REMOVED = "-", "difference", "Only the first side has the line.";
    DIFFERENT = "~", "difference", "Both sides have the value, but it differs.";
    SHOWN_COLUMN = "\u{2713}", "columns", "The column is shown.";
    SAID = "\u{2713}", "last line", "A message: what was done.";
    WARNED = "\u{2717}", "last line", "A warning: what was not done, and why.";
}

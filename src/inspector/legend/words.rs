//! The table of words: the words on the screen that need an explanation, in alphabetical order.

/// The words, each with a sentence.
pub static WORDS: &[(&str, &str)] = &[
    (
        "accumulated",
        "All patches of a thread, merged in the order in which they were applied; the last one that sets or clears a field decides.",
    ),
    (
        "after",
        "What a read returns after the patch in the form is applied.",
    ),
    (
        "archived",
        "The file of the thread is among the archived ones. The store lists and reads the thread like others (rule G5).",
    ),
    (
        "before",
        "What a read returns now, before the patch in the form is applied.",
    ),
    (
        "branch",
        "A line of steps: a change after an undo, or at an earlier step, starts a new branch, and the steps of the old one stay reachable.",
    ),
    (
        "clear",
        "A patch that clears a field removes its value; what was set by earlier patches does not come back.",
    ),
    ("cleared", "The origin of a value: a patch cleared the field."),
    (
        "client",
        "A program that calls the store through a socket; it is shown by the name that it gave itself.",
    ),
    (
        "clock",
        "No time is stored, so each read returns the current time of the store's clock (rule G4).",
    ),
    (
        "counted",
        "The call adds one to the counter of its method; calls that are not counted change no counter.",
    ),
    ("create", "The origin of a value: a parameter of create_thread."),
    (
        "damaged",
        "The line of the file is not valid JSON, or not an item; it is kept as it is.",
    ),
    (
        "default",
        "The origin of a value: no call set the field, so a read returns its default.",
    ),
    (
        "earlier",
        "The origin of a value: a step before the journal began.",
    ),
    ("errors", "In Calls: how many calls of the method failed."),
    (
        "expectation",
        "What a step of a scenario must return; `threadloupe run` checks it.",
    ),
    (
        "facet",
        "A kind of items in a history that can be shown or hidden.",
    ),
    (
        "fork",
        "A thread that began as a copy of another thread's history.",
    ),
    (
        "frozen",
        "In Calls: the counts stay as they were at this step, although calls go on.",
    ),
    (
        "inherited",
        "An item in the file of the thread from which this one was forked.",
    ),
    (
        "journal",
        "All calls that changed or read the store since it was opened, one step each.",
    ),
    ("leave", "A patch that leaves a field does not change it."),
    (
        "lint",
        "Something in a patch or call that is allowed, but perhaps does not do what its author meant.",
    ),
    (
        "mark",
        "In Calls: the step from which the column `since` counts. In Threads: what selects several threads for one action.",
    ),
    ("none", "In Journal: the call is of a method that has no counter."),
    (
        "not shown",
        "No read returns the field; it is only in the accumulated patch (rule M4).",
    ),
    (
        "origin",
        "What set a value: a step, a line of a file, the clock or a default.",
    ),
    (
        "outside",
        "A change of the store that was not made by a call that the journal records; undo does not go back past it.",
    ),
    (
        "p99",
        "Of 100 calls of the method, 99 took at most this long; the median is the time within which half of them ended.",
    ),
    (
        "PAST",
        "The panes show the store as it was after an earlier step; nothing has changed.",
    ),
    (
        "patch",
        "The origin of a value: a call of update_thread_metadata. Such a call leaves, clears or sets each field.",
    ),
    (
        "preset",
        "An arrangement of the panes: for reading, for testing patches, for showing what calls do.",
    ),
    (
        "preview",
        "The start of what the user first asked; a thread without a name is listed by it.",
    ),
    (
        "rate",
        "In Calls: the calls of the method per second, averaged over the last ten seconds.",
    ),
    (
        "repeats",
        "Items that only repeat the text of another item in the same turn; they are hidden at first.",
    ),
    (
        "replayed",
        "An item that was copied from another thread when this one was forked from it.",
    ),
    (
        "requested id",
        "The origin of a value: the id that the call asked for.",
    ),
    (
        "resumed path",
        "The origin of a value: a resume call registered the path of the file.",
    ),
    (
        "rule",
        "A numbered sentence about how a thread store behaves, such as M3.",
    ),
    (
        "scenario",
        "A file with calls, and with what they must return; it can be played, run and saved.",
    ),
    ("set", "A patch that sets a field gives it a value."),
    ("since", "In Calls: the calls since the mark."),
    (
        "spawned",
        "The thread belongs to a sub-agent that another thread started.",
    ),
    (
        "step",
        "One call of the store, or one change from outside, with its number in the journal. In Calls: what the last step added.",
    ),
    (
        "superseded",
        "Items that a revert cut off; they are in the file, but not in the history.",
    ),
    (
        "target",
        "A thread that the patch in the form will be applied to.",
    ),
    (
        "time of the read",
        "The origin of a value: no call set it, so a read returns the current time of the clock (rule G4).",
    ),
    (
        "transcript",
        "A history as a conversation: messages, calls with their output, edits, without repeated texts.",
    ),
    (
        "turn",
        "A message of the user, and everything that follows up to the next one.",
    ),
    ("undone", "An item of a turn that a rollback undid."),
    (
        "unknown",
        "An item of a type that this version does not know; it is kept as it is.",
    ),
    (
        "unlisted",
        "The thread was never created, so no list returns it: the store has only its history, or only patches for it.",
    ),
    (
        "why",
        "The explanation of a result that may be surprising, with the number of the rule.",
    ),
    (
        "window",
        "The number of tokens that the model can take; the context of a thread fills it.",
    ),
];

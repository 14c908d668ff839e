//! Tests of saving a store to a state file and opening one: questions, messages, and what is refused meanwhile.

use std::fs;
use std::path::Path;

use super::*;
use crate::inspector::state::file::FileMsg;
use crate::workbench::state_file::StateFileReader;

fn save(screen: &mut Screen, path: &Path) {
    screen.press(&format!(": 'save {}' Enter", path.display()));
}

fn open(screen: &mut Screen, path: &Path) {
    let effects = state_file::open(&mut screen.model, StateFileReader::open(path).unwrap());
    screen.carry_out(effects);
}

#[test]
fn a_store_goes_into_a_file_and_over_one_after_a_question_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s");
    let mut screen = Screen::demo(120, 40);
    save(&mut screen, &file);
    let text = screen.text();
    assert!(text.contains("13 threads, 321 items, 113 kB."), "{text}");
    let now = fs::read(&file).unwrap();
    screen.press("[ [ [");
    save(&mut screen, &file);
    assert!(screen.text().contains("already exists"), "{}", screen.text());
    screen.press("n");
    assert!(fs::read(&file).unwrap() == now);
    save(&mut screen, &file);
    screen.press("y");
    let text = screen.text();
    assert!(text.contains("as it was after step 52 of 55 to"), "{text}");
    assert!(fs::read(&file).unwrap() != now);
    // The file holds the past state, with the clock at the time of that step.
    let past = StateFileReader::open(&file).unwrap();
    let past = past.read(&mut |_, _| ControlFlow::Continue(())).unwrap().unwrap();
    assert_eq!(past.calls(), screen.bench().journal().at(52).unwrap().calls());
    assert_eq!(
        past.clock(),
        screen.bench().journal().get(52).map(|entry| entry.at)
    );
    save(&mut screen, &folder.path().join("no/where"));
    let text = screen.text();
    assert!(
        text.contains("cannot be written") && text.contains("its folder exists"),
        "{text}"
    );
    save(&mut screen, folder.path());
    assert!(screen.text().contains("name a file in it"), "{}", screen.text());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_state_is_the_store_its_journal_begins_with_it_and_values_are_from_earlier() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s");
    let mut screen = Screen::demo(200, 50);
    save(&mut screen, &file);
    let before = screen.model.session.snapshot.calls();
    let mut screen = Screen::empty(200, 50);
    open(&mut screen, &file);
    assert!(
        screen.said().contains("Opened s: 13 threads."),
        "{}",
        screen.said()
    );
    assert!(screen.model.others.is_empty());
    assert_eq!(screen.model.session.snapshot.calls(), before);
    assert_eq!(screen.model.session.journal.len(), 0);
    // The clock from the file replaces the clock of the empty store.
    assert_eq!(
        screen.bench_of(1).inner().clock(),
        Some(moment("2026-05-13T09:00:00Z"))
    );
    screen.press("s s s g");
    let text = screen.text();
    assert!(text.contains("earlier"), "{text}");
    // Undo goes back to the opened state and no further.
    let bench = screen.bench_of(1);
    assert!(screen.runtime.block_on(bench.undo()).is_err());
    screen.press("4 g Enter 'after' Enter Ctrl+S");
    assert_eq!(bench.journal().len(), 1, "{}", screen.text());
    assert!(screen.runtime.block_on(bench.undo()).is_ok());
    assert!(screen.runtime.block_on(bench.undo()).is_err());
    assert_eq!(bench.snapshot().calls(), before);
}

#[test]
fn nothing_is_done_in_a_store_that_is_being_opened_and_it_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s");
    let mut screen = Screen::demo(80, 24);
    save(&mut screen, &file);
    let mut screen = Screen::empty(80, 24);
    // The work is started but not carried out yet.
    let effects = state_file::open(&mut screen.model, StateFileReader::open(&file).unwrap());
    assert!(matches!(effects.as_slice(), [Effect::Run(Call::OpenState(_))]));
    screen.tell(Msg::StateFile(FileMsg::Progress(33_000, 113_000)));
    assert_eq!(screen.said(), "Esc stops  Opening s: 29 %");
    screen.press(": 'play /nowhere' Enter");
    assert!(
        screen.said().contains("a state file is being opened"),
        "{}",
        screen.text()
    );
    for keys in [
        ": 'list_threads' Enter Ctrl+S",
        ": 'import /nowhere' Enter",
        ": 'store other' Enter",
    ] {
        screen.press(keys);
        assert!(
            screen.text().contains("s is being opened"),
            "{keys}: {}",
            screen.text()
        );
        screen.press("Esc");
    }
    assert!(!screen.model.import.is_running());
    save(&mut screen, &file);
    assert!(
        screen.text().contains("a file is being written or read"),
        "{}",
        screen.text()
    );
    assert_eq!(screen.bench().journal().len(), 0);
    screen.holds = |call| matches!(call, Call::StopFiling);
    screen.press("Esc");
    assert!(matches!(screen.held.last(), Some(Call::StopFiling)));
    screen.tell(Msg::StateFile(FileMsg::Stopped));
    assert!(
        screen.said().contains("Stopped opening s: the store is empty."),
        "{}",
        screen.said()
    );
    // An invalid state file ends the program.
    let effects = state_file::open(&mut screen.model, StateFileReader::open(&file).unwrap());
    drop(effects);
    screen.tell(Msg::StateFile(FileMsg::Failed("s:9: why.".to_string())));
    assert!(screen.quit && screen.model.ending.as_deref() == Some("s:9: why."));
}

#[test]
fn who_leaves_while_a_file_is_written_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut screen = Screen::demo(80, 24);
    let effects = state_file::save(&mut screen.model, &folder.path().join("s").display().to_string());
    screen.tell(Msg::StateFile(FileMsg::Progress(1, 4)));
    assert_eq!(screen.said(), "Esc stops  Saving s: 25 %");
    screen.press("4 c q");
    let text = screen.text();
    assert!(screen.model.overlays.top::<Question>().is_some());
    assert!(
        text.contains("The patch was not applied. s is still being written") && !screen.quit,
        "{text}"
    );
    screen.press("n");
    screen.carry_out(effects);
    assert!(screen.text().contains("13 threads"), "{}", screen.text());
    screen.press("D q");
    assert!(screen.quit);
}

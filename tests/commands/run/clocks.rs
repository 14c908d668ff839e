//! The time of each step.

use super::{ONE, create, read, run, run_in};

/// The times in the answers of a run, where created_at and updated_at are always equal.
fn seen(run: &super::Run) -> Vec<String> {
    run.answers()
        .iter()
        .filter(|answer| answer["method"] == "read_thread")
        .map(|answer| {
            let thread = &answer["result"];
            assert_eq!(thread["created_at"], thread["updated_at"]);
            thread["created_at"].as_str().unwrap().to_string()
        })
        .collect()
}

fn header(clock: &str) -> String {
    format!("{{\"scenario\":\"s\",\"clock\":\"{clock}\"}}\n")
}

#[test]
fn step_n_sees_the_clock_and_n_less_one_milliseconds() {
    let steps = [
        create(ONE),
        read(ONE),
        "{\"method\":\"calls\"}".to_string(),
        "{\"method\":\"nothing\"}".to_string(),
        "broken\n".to_string(),
        read(ONE),
        read(ONE),
    ];
    let steps = steps.join("\n");
    let run = run(format!("{}{steps}", header("2026-05-13T00:28:14.995Z")));
    assert_eq!(
        seen(&run),
        [
            "2026-05-13T00:28:14.996Z",
            "2026-05-13T00:28:15Z",
            "2026-05-13T00:28:15.001Z"
        ]
    );
    let numbers: Vec<u64> = run
        .answers()
        .iter()
        .map(|answer| answer["step"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn the_option_wins_over_the_header() {
    let folder = std::env::temp_dir();
    let input = format!("{}{}{}", header("2026-05-13T00:28:15Z"), create(ONE), read(ONE));
    let run = run_in(
        &folder,
        &["--clock", "2020-02-29T23:59:59.9999+01:00", "-"],
        input,
    );
    assert_eq!(seen(&run), ["2020-02-29T23:00:00.000900Z"]);
    for wrong in ["yesterday", "2026-05-13", "2026-13-01T00:00:00Z", "1747096095"] {
        let run = run_in(&folder, &["--clock", wrong, "-"], "");
        assert_eq!((run.status, run.lines.len()), (2, 0), "{wrong}");
        assert!(run.complaints.contains(wrong) && run.complaints.contains("2026-05-13T00:28:15Z"));
    }
}

#[test]
fn a_step_with_a_moment_sees_it_and_later_ones_go_on_from_it() {
    let at = |moment: &str| {
        format!(r#"{{"method":"read_thread","params":{{"thread_id":"{ONE}"}},"at":"{moment}"}}"#)
    };
    let steps = format!(
        "{}{}{}{}{}{}",
        create(ONE),
        at("2026-05-13T02:28:15.5+02:00"),
        read(ONE),
        at("2020-01-01T00:00:00Z"),
        r#"{"method":"calls"}"#,
        read(ONE)
    );
    let expected = [
        "2026-05-13T00:28:15.500Z",
        "2026-05-13T00:28:15.501Z",
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00.002Z",
    ];
    assert_eq!(seen(&run(&steps)), expected);
    assert_eq!(
        seen(&run(format!("{}{steps}", header("2026-05-13T00:28:15Z")))),
        expected
    );
    let folder = std::env::temp_dir();
    assert_eq!(
        seen(&run_in(
            &folder,
            &["--clock", "2026-05-13T00:28:15Z", "-"],
            &steps
        )),
        expected
    );
}

#[test]
fn without_any_the_systems_clock_stands_still_within_a_step() {
    let reads: String = (0..50).map(|_| read(ONE)).collect();
    let times = seen(&run(format!("{}{reads}", create(ONE))));
    assert_eq!(times.len(), 50);
    let moments: Vec<chrono::DateTime<chrono::Utc>> =
        times.iter().map(|time| time.parse().unwrap()).collect();
    assert!(moments.is_sorted());
    assert!(moments.first() < moments.last(), "it goes on between steps");
}

#[test]
fn a_clock_goes_on_over_the_last_year_of_four_digits() {
    let run = run(format!(
        "{}{}{}",
        header("9999-12-31T23:59:59.999Z"),
        create(ONE),
        read(ONE)
    ));
    assert_eq!(run.status, 0);
    assert_eq!(seen(&run), ["+10000-01-01T00:00:00Z"]);
}
